"""What a site with a record shows beside its entries: approvals, codes, earlier editions."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.theme import markup, samples

POST, NOTICE, CIRCULAR = "tin-tuc/2026/ngay-hoi", "thong-bao/2026/gio-don-he", "van-ban/2026/14b"
SCRIPT = "theme/xac-minh.js"


def edition(n: int, letter: str, **changed: Any) -> dict[str, Any]:
    return {
        "n": n,
        "publication": letter * 40,
        "tree": str(n) * 40,
        "folder": "content/x",
        "code": f"{letter.upper() * 5}-{n}0000",
        "approved_at": f"2026-11-{20 + n}T14:05:00+07:00",
        "published_at": f"2026-11-{20 + n}T14:06:00+07:00",
        "role": "vice_principal",
        "office": "Phó Hiệu trưởng",
        "urgent": False,
        "reviewed": False,
        "corrections": 0,
    } | changed


def corrected(content: Path, place: str, reason: str) -> None:
    """Let an entry bear a correction, and keep the edition before it."""
    folder = content / place
    shutil.copytree(folder, content / "editions" / folder.name / "1")
    text = (folder / "index.md").read_text(encoding="utf-8")
    rows = f"corrections:\n- reason: {reason}\n---\n\nĐã sửa.\n"
    (folder / "index.md").write_text(text.replace("---\n\n", rows, 1), encoding="utf-8")


@pytest.fixture(scope="session")
def recorded_content(small_school: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    content = tmp_path_factory.mktemp("recorded") / "content"
    shutil.copytree(small_school, content)
    corrected(content, "posts/2026/ngay-hoi", "Ghi sai ngày <b>hội</b>.")
    corrected(content, "circulars/2026/14b", "Thiếu phụ lục.")
    record = {
        "ngay-hoi": [edition(1, "a"), edition(2, "b", corrections=1)],
        "14b": [edition(1, "c"), edition(2, "d", corrections=1, urgent=True)],
        "gio-don-he": [edition(1, "e", urgent=True, reviewed=True, name="Cô Hoa")],
        "mau-giao": [edition(1, "f", role="principal", office="Hiệu trưởng")],
        "tuyen-sinh": [edition(1, "g", publication="", code="", approved_at="", published_at="")],
    }
    rows = {key: {"code": e[-1]["code"], "editions": e} for key, e in record.items()}
    (content / "record.json").write_text(json.dumps(rows), encoding="utf-8")
    return content


@pytest.fixture(scope="session")
def recorded_site(recorded_content: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("recorded-site") / "output"
    built = samples.build(recorded_content, output)
    assert built.returncode == 0, built.stdout + built.stderr
    return output


def page(site: Path, url: str) -> markup.Page:
    return markup.read(site / url / "index.html")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (POST, "Phê duyệt: Phó Hiệu trưởng, 14:05 ngày 22/11/2026 · Xác minh: BBBBB-20000"),
        (CIRCULAR, "Đăng khẩn, chờ hậu kiểm · Phê duyệt: Phó Hiệu trưởng"),
        (NOTICE, "Đăng khẩn, đã hậu kiểm · Phê duyệt: Phó Hiệu trưởng Cô Hoa, 14:05"),
        ("thuc-don/2026/mau-giao", "Phê duyệt: Hiệu trưởng, 14:05 ngày 21/11/2026"),
        ("tuyen-sinh", "Chưa phê duyệt"),
    ],
)
def test_each_page_says_in_one_line_who_approved_it(
    recorded_site: Path, url: str, words: str
) -> None:
    assert words in " ".join(page(recorded_site, url).text.split())


def test_a_site_without_a_record_tells_nothing_of_it(small_site: Path) -> None:
    assert not (small_site / "xac-minh").exists()
    assert not any("Phê duyệt:" in found.text for _, found in markup.pages(small_site))


def test_every_link_leads_somewhere_and_every_page_has_one_heading(recorded_site: Path) -> None:
    # The list is the publisher's: a site that was only built has none.
    dead = [link for link in markup.dead_links(recorded_site) if "release.json" not in link]
    assert dead == []
    for path, found in markup.pages(recorded_site):
        assert len(found.all("h1")) == 1, path
        assert len(found.ids) == len(set(found.ids)), path


def test_only_the_pages_that_compare_bytes_bear_a_script_and_it_is_our_own(
    recorded_site: Path,
) -> None:
    for path, found in markup.pages(recorded_site):
        place = path.parent.relative_to(recorded_site).as_posix()
        scripts = [script.attributes["src"] for script in found.all("script")]
        if place.partition("/")[0] == "xac-minh":
            assert len(scripts) == 1
            assert (path.parent / scripts[0]).resolve() == recorded_site / SCRIPT
        else:
            assert scripts == []
        assert [v for v in markup.violations(found) if v != "script"] == []


def test_a_correction_stands_on_its_page_as_words(recorded_site: Path) -> None:
    text = " ".join(page(recorded_site, POST).text.split())

    assert "Đính chính ngày 22/11/2026: Ghi sai ngày <b>hội</b>. Xem bản trước" in text


def test_an_earlier_edition_is_for_readers_and_not_for_search_engines(recorded_site: Path) -> None:
    html = page(recorded_site, f"{POST}/ban-truoc/1").html

    assert '<meta name="robots" content="noindex">' in html
    assert f'<link rel="canonical" href="{samples.PUBLIC_URL}/{POST}/">' in html
    assert "Bản trước đính chính ngày 22/11/2026" in html
    assert "Xác minh: " in html
    assert "AAAAA-10000" in html
    for name in ("sitemap-tin-tuc-2026.xml", "feed.atom", "tin-tuc/index.html", "index.html"):
        assert "ban-truoc" not in (recorded_site / name).read_text(encoding="utf-8")


def test_an_earlier_edition_has_its_own_files(recorded_content: Path, recorded_site: Path) -> None:
    for folder, url in (("ngay-hoi/1/anh-1.jpg", POST), ("14b/1/14b.pdf", CIRCULAR)):
        kept = recorded_content / "editions" / folder
        shown = recorded_site / url / "ban-truoc" / "1" / kept.name
        assert shown.read_bytes() == kept.read_bytes()


@pytest.mark.parametrize(
    ("code", "wanted", "unwanted"),
    [
        ("BBBBB-20000", "Bản mang mã này do nhà trường phê duyệt", "Đã có bản mới hơn"),
        ("AAAAA-10000", "Đã có bản mới hơn", "do nhà trường phê duyệt"),
    ],
)
def test_a_code_leads_to_a_page_of_its_own(
    recorded_site: Path, code: str, wanted: str, unwanted: str
) -> None:
    found = page(recorded_site, f"xac-minh/{code}")

    assert wanted in found.text
    assert unwanted not in found.text
    assert "noindex" in found.html


def test_codes_are_found_by_their_first_letter_without_a_script(recorded_site: Path) -> None:
    start = page(recorded_site, "xac-minh")
    links = {link.attributes["href"] for link in start.all("a")}

    assert {f"../xac-minh/{letter}/" for letter in "ABCDEF"} <= links
    assert "BBBBB-20000" in page(recorded_site, "xac-minh/B").text
    assert "BBBBB-20000" not in page(recorded_site, "xac-minh/A").text


def test_the_site_map_leads_to_the_box_for_codes_and_to_no_code(recorded_site: Path) -> None:
    text = (recorded_site / "sitemap-trang.xml").read_text(encoding="utf-8")

    assert "/xac-minh/</loc>" in text
    assert "/xac-minh/B" not in text


def test_two_entries_at_one_address_leave_one(small_school: Path, tmp_path: Path) -> None:
    content, told = tmp_path / "content", tmp_path / "broken.json"
    shutil.copytree(small_school, content)
    shutil.copytree(content / "posts/2026/ngay-hoi", content / "posts/2026/ngay-hoi-2")
    built = samples.build(content, tmp_path / "out", TOASOAN_BROKEN=str(told))

    assert built.returncode == 0
    assert list(json.loads(told.read_text())) == ["ngay-hoi-2"]
    assert samples.build(content, tmp_path / "out").returncode != 0
