"""What the public reads of an entry that was corrected, withdrawn, replaced, moved or pinned."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from newsroom.catalogue import Catalogue, distinct
from newsroom.errors import BrokenEntry, LeftOut
from newsroom.reader import read_entries
from tests.theme import samples

DAY = date(2026, 11, 20)
TODAY = date(2026, 11, 24)
SECRET = "Bé Nguyễn Văn A"
REASON = "Sai ngày tổ chức."


def post(content: Path, ident: str, **fields: Any) -> Path:
    given = {"title": f"Bài {ident}", "slug": ident, "date": DAY, "summary": f"Tóm tắt {ident}."}
    return samples.entry(content, f"posts/2026/{ident}", given | fields)


def withdrawn(kind: str, **more: Any) -> dict[str, Any]:
    return {"withdrawal": kind, "withdrawal_reason": REASON, **more}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One site with an entry in each state."""
    folder = tmp_path_factory.mktemp("standing")
    content = folder / "content"
    samples.governance(content)
    post(content, "nhan", corrections=[{"reason": "Sửa giờ đón trẻ."}, {"reason": "Sửa tên lớp."}])
    post(content, "nham", **withdrawn("error"))
    post(content, "giai-thich", **withdrawn("explained"))
    post(content, "cu", **withdrawn("replaced", replaced_by="cu-hon"))
    post(content, "cu-hon", **withdrawn("replaced", replaced_by="moi"))
    post(content, "moi", formerly=["2025/moi", "2026/moi-nhat"])
    post(content, "lac", **withdrawn("replaced", replaced_by="khong-co"))
    private = post(
        content, "rieng", title=SECRET, formerly=["2025/rieng"], **withdrawn("personal_data")
    )
    samples.picture(private, "anh-1.jpg")
    post(content, "ghim", date=date(2026, 1, 2), pinned_until=TODAY)
    post(content, "het-ghim", date=date(2026, 1, 1), pinned_until=date(2026, 11, 23))
    for number in (1, 3):
        earlier = {"title": "Bài nhan", "slug": "nhan", "date": DAY}
        samples.entry(content, f"editions/nhan/{number}", earlier)
    edition = {
        "publication": "a" * 40, "tree": "b" * 40, "folder": "", "code": "AAAAA-AAAAA",
        "approved_at": "", "role": "principal", "office": "Hiệu trưởng", "urgent": False,
        "reviewed": False,
    }  # fmt: skip
    days = [("2026-11-20", 0), ("2026-11-21", 1), ("2026-11-22", 1), ("2026-11-23", 2)]
    rows = [
        edition | {"n": n, "published_at": f"{day}T08:00:00+07:00", "corrections": count}
        for n, (day, count) in enumerate(days, 1)
    ]
    record = {"nhan": {"code": "", "editions": rows}, "nham": {"code": "", "editions": rows[:2]}}
    (content / "record.json").write_text(json.dumps(record), encoding="utf-8")
    built = samples.build(content, folder / "out")
    assert built.returncode == 0, built.stdout + built.stderr
    return folder / "out"


def page(site: Path, url: str) -> str:
    return (site / url / "index.html").read_text(encoding="utf-8")


def holders(site: Path, text: str) -> set[str]:
    return {
        str(path.relative_to(site))
        for path in site.rglob("*")
        if path.is_file() and text.encode() in path.read_bytes()
    }


def test_corrections_stand_on_the_page_newest_first_with_day_and_earlier_edition(
    site: Path,
) -> None:
    text = page(site, "tin-tuc/2026/nhan")

    newest, oldest = re.findall(r"<p><strong>(Đính chính .*?)</p>", text)
    assert "ngày 23/11/2026:</strong> Sửa tên lớp." in newest
    assert 'tin-tuc/2026/nhan/ban-truoc/3/" aria-label=' in newest
    assert "ngày 21/11/2026:</strong> Sửa giờ đón trẻ." in oldest
    assert 'tin-tuc/2026/nhan/ban-truoc/1/" aria-label=' in oldest


def test_without_a_record_a_correction_has_no_day_and_leads_nowhere(tmp_path: Path) -> None:
    content = tmp_path / "content"
    samples.governance(content)
    post(content, "nhan", corrections=[{"reason": "Sửa <b>giờ</b>."}])
    assert samples.build(content, tmp_path / "out").returncode == 0

    text = page(tmp_path / "out", "tin-tuc/2026/nhan")
    assert "<strong>Đính chính:</strong> Sửa &lt;b&gt;giờ&lt;/b&gt;." in text
    assert "ban-truoc" not in text


def test_what_was_published_in_error_leaves_a_note_and_its_reason(site: Path) -> None:
    assert holders(site, "Bài nham") == set()
    text = page(site, "tin-tuc/2026/nham")
    assert "Nhà trường đã thu hồi nội dung này ngày 21/11/2026" in text
    assert REASON in text
    assert 'content="noindex"' in text
    assert text.count('class="button"') == 1  # one way on before the others


def test_an_explained_entry_stays_whole_with_a_banner_marked_in_lists(site: Path) -> None:
    text = page(site, "tin-tuc/2026/giai-thich")
    assert "Nhà trường đã thu hồi bài này" in text
    assert REASON in text
    assert "Nội dung." in text
    assert "<title>Đã thu hồi: Bài giai-thich" in text
    card = page(site, "tin-tuc").partition("Bài giai-thich")[0].rpartition("<article")[2]
    assert "Đã thu hồi" in card
    assert "Bài giai-thich" not in (site / "index.html").read_text(encoding="utf-8")


def test_a_replaced_entry_leads_to_the_end_of_its_chain(site: Path) -> None:
    for url in ("tin-tuc/2026/cu", "tin-tuc/2026/cu-hon"):
        text = page(site, url)
        assert '<meta http-equiv="refresh" content="0; url=../../../tin-tuc/2026/moi/">' in text
        assert f'<link rel="canonical" href="{samples.PUBLIC_URL}/tin-tuc/2026/moi/">' in text
        assert '<a class="button" href="../../../tin-tuc/2026/moi/">Bài moi</a>' in text
    assert "Bài cu" not in page(site, "tin-tuc")


def test_a_replacement_that_is_not_there_leaves_a_note(site: Path) -> None:
    text = page(site, "tin-tuc/2026/lac")

    assert "Nội dung đã được thay bằng bài khác" in text
    assert "http-equiv" not in text


def test_personal_data_leaves_no_word_and_no_picture(site: Path) -> None:
    assert holders(site, SECRET) == set()
    assert holders(site, REASON) & {"tin-tuc/2026/rieng/index.html"} == set()
    assert [path.name for path in (site / "tin-tuc/2026/rieng").iterdir()] == ["index.html"]
    assert "bảo vệ thông tin cá nhân" in page(site, "tin-tuc/2026/rieng")
    assert SECRET not in page(site, "tin-tuc/2025/rieng")


def test_a_former_address_leads_to_the_present_one(site: Path) -> None:
    for url in ("tin-tuc/2025/moi", "tin-tuc/2026/moi-nhat"):
        text = page(site, url)
        assert "url=../../../tin-tuc/2026/moi/" in text
        assert "Bài moi</a>" in text


@pytest.mark.parametrize(
    "name",
    ["sitemap-tin-tuc-2026.xml", "feed.atom", ".well-known/toasoan/entries/tin-tuc-2026.json"],
)
def test_machines_are_led_to_nothing_that_is_gone(site: Path, name: str) -> None:
    text = (site / name).read_text(encoding="utf-8")

    assert "tin-tuc/2026/moi/" in text
    for gone in ("2026/nham/", "2026/cu/", "2026/rieng/", "2025/moi/", "2026/moi-nhat/"):
        assert gone not in text


def test_what_is_pinned_comes_first_until_its_last_day(site: Path) -> None:
    for url in ("tin-tuc", ""):
        titles = re.findall(r'card-title"><a [^>]*>([^<]+)', page(site, url))
        assert titles[0] == "Bài ghim"
        assert titles[-1] == "Bài het-ghim"
    assert page(site, "tin-tuc").count(">Ghim<") == 1


def test_a_feed_keeps_to_the_days(site: Path) -> None:
    titles = re.findall("<title>(.*?)</title>", (site / "tin-tuc/feed.atom").read_text())

    assert titles[-2:] == ["Bài ghim", "Bài het-ghim"]


@pytest.mark.parametrize("former", ["2026/b", "2025/b"])
def test_an_address_has_one_owner(tmp_path: Path, former: str) -> None:
    post(tmp_path, "a", formerly=["2026/b"])
    post(tmp_path, "b", formerly=[] if former == "2026/b" else ["2026/b"])

    with pytest.raises(BrokenEntry):
        Catalogue(distinct(read_entries(tmp_path), LeftOut()), TODAY)


@pytest.mark.parametrize("former", ["../x", "2026/../x", "/x", "2026/A", "26/x", "2026/x/y"])
def test_a_former_address_cannot_climb(tmp_path: Path, former: str) -> None:
    post(tmp_path, "a", formerly=[former])

    with pytest.raises(BrokenEntry):
        list(read_entries(tmp_path))


def notice(content: Path, ident: str, **fields: Any) -> None:
    given = {"title": ident, "slug": ident, "date": DAY}
    samples.entry(content, f"notices/2026/{ident}", given | fields)


def test_a_withdrawn_notice_supersedes_nothing_and_is_not_current(tmp_path: Path) -> None:
    notice(tmp_path, "cu", pinned_until=TODAY)
    notice(tmp_path, "moi", supersedes="cu", pinned_until=TODAY, **withdrawn("explained"))
    found = Catalogue(distinct(read_entries(tmp_path), LeftOut()), TODAY)

    assert [entry.id for entry in found.current_notices] == ["cu"]
    assert [entry.id for entry in found.notices if found.is_pinned(entry)] == ["cu"]


def test_a_superseded_notice_is_not_pinned(tmp_path: Path) -> None:
    notice(tmp_path, "cu", pinned_until=TODAY)
    notice(tmp_path, "moi", supersedes="cu")
    found = Catalogue(distinct(read_entries(tmp_path), LeftOut()), TODAY)

    assert [entry.id for entry in found.pinned_first(found.notices)] == ["moi", "cu"]


def test_a_withdrawn_circular_is_not_in_force_and_replaces_nothing(tmp_path: Path) -> None:
    for ident, fields in {"a": {}, "b": {"replaces": ["a"], **withdrawn("explained")}}.items():
        given = {"subject": ident, "slug": ident, "issued_date": DAY}
        samples.entry(tmp_path, f"circulars/2026/{ident}", given | fields)
    found = Catalogue(distinct(read_entries(tmp_path), LeftOut()), TODAY)

    states = {circular.id: found.effect(circular).state for circular in found.circulars}
    assert states == {"a": "in_force", "b": "withdrawn"}


def test_an_order_that_explains_tells_nothing_of_personal_data(tmp_path: Path) -> None:
    content = tmp_path / "content"
    samples.governance(content)
    post(content, "rieng", title=SECRET, **withdrawn("personal_data"))
    (content / "governance" / "orders.toml").write_text(
        '[[takedowns]]\nentry = "rieng"\nkind = "explained"\nreason = "Về bé A"\n'
        'by = "hieutruong"\nsince = 2026-11-24T10:00:00+07:00\n'
    )
    assert samples.build(content, tmp_path / "out").returncode == 0

    assert holders(tmp_path / "out", SECRET) == holders(tmp_path / "out", "Về bé A") == set()
    assert "24/11/2026" in page(tmp_path / "out", "tin-tuc/2026/rieng")


def test_a_later_edition_moves_what_feeds_and_site_maps_say(site: Path) -> None:
    """The day of the entry stays the day of its publication; the correction's moment is told."""
    feed = (site / "tin-tuc" / "feed.atom").read_text(encoding="utf-8")
    corrected = feed.partition("<title>Bài nhan</title>")[2].partition("</entry>")[0]
    first = feed.partition("<title>Bài ghim</title>")[2].partition("</entry>")[0]
    assert f"<published>{DAY}T00:00:00+07:00</published>" in corrected
    assert "<updated>2026-11-23T08:00:00+07:00</updated>" in corrected
    assert "<updated>2026-01-02T00:00:00+07:00</updated>" in first
    assert "<updated>2026-11-23T08:00:00+07:00</updated>" in feed.partition("<entry>")[0]

    maps = "".join(path.read_text(encoding="utf-8") for path in site.rglob("*sitemap*"))
    row = maps.partition("tin-tuc/2026/nhan/</loc>")[2].partition("</url>")[0]
    assert "2026-11-23T08:00:00+07:00" in row
