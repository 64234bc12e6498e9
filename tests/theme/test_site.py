import json
import re
from pathlib import Path
from urllib.parse import urljoin
from xml.etree.ElementTree import Element, XMLParser

import pytest

from tests.theme import markup, samples
from tests.theme.samples import PUBLIC_URL, build, entry, files, governance

ATOM = "{http://www.w3.org/2005/Atom}"
SITES = ["small_site", "starter_site"]


@pytest.fixture(params=SITES)
def site(request: pytest.FixtureRequest) -> Path:
    found: Path = request.getfixturevalue(request.param)
    return found


def page(site: Path, url: str) -> markup.Page:
    return markup.read(site / url / "index.html")


def xml(path: Path) -> Element:
    parser = XMLParser()  # noqa: S314 - our own build wrote it
    parser.feed(path.read_bytes())
    return parser.close()


def test_two_builds_have_the_same_bytes(
    small_school: Path, small_site: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "noi" / "khac"
    elsewhere.mkdir(parents=True)
    built = build(
        small_school, elsewhere / "ra", TZ="America/Lima", LC_ALL="C.UTF-8", PYTHONHASHSEED="77"
    )

    assert built.returncode == 0, built.stderr
    assert files(elsewhere / "ra") == files(small_site)


def test_the_day_changes_the_site(small_school: Path, small_site: Path, tmp_path: Path) -> None:
    build(small_school, tmp_path / "ra", TOASOAN_TODAY="2026-11-30")

    assert "Tuần này chưa có thực đơn" in page(tmp_path / "ra", "thuc-don").text
    assert "Hôm nay" in page(small_site, "thuc-don").text


def test_an_empty_site_builds(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    built = build(tmp_path / "content", tmp_path / "ra")

    assert built.returncode == 0, built.stdout + built.stderr
    assert "Chưa có tin nào" in page(tmp_path / "ra", "tin-tuc").text
    assert markup.dead_links(tmp_path / "ra") == []


@pytest.mark.parametrize("kind", ["posts", "notices", "circulars", "menus", "pages"])
def test_a_draft_with_a_title_alone_builds(tmp_path: Path, kind: str) -> None:
    content = tmp_path / "content"
    governance(content)
    name = "subject" if kind == "circulars" else "title"
    entry(content, f"{kind}/2026/ban-nhap", {name: "Mới viết"}, "")
    built = build(content, tmp_path / "ra")

    assert built.returncode == 0, built.stdout + built.stderr
    assert markup.dead_links(tmp_path / "ra") == []


def test_a_broken_entry_stops_the_build_and_is_named(tmp_path: Path) -> None:
    content = tmp_path / "content"
    entry(content, "posts/2026/hong", {"title": "x", "Save_as": "index.html"})
    built = build(content, tmp_path / "ra")

    assert built.returncode != 0
    assert "posts/2026/hong/index.md" in built.stdout + built.stderr


def test_no_page_carries_code_or_asks_another_host(site: Path) -> None:
    found = {str(path): markup.violations(page) for path, page in markup.pages(site)}

    assert {path: refused for path, refused in found.items() if refused} == {}


@pytest.mark.parametrize(
    "html",
    [
        "<p style='color:red'>",
        "<p onclick='x()'>",
        "<script src='/a.js'></script>",
        "<img src='https://example.org/a.png'>",
        "<link rel='stylesheet' href='//example.org/a.css'>",
        "<a href='javascript:x()'>",
    ],
)
def test_code_and_other_hosts_are_seen(html: str) -> None:
    assert markup.violations(markup.Page(html))


def test_the_style_sheet_asks_no_other_host(site: Path) -> None:
    css = (site / "theme" / "site.css").read_text(encoding="utf-8")

    assert "http" not in css.replace('a[href^="http"]', "")
    assert "@import" not in css


def test_every_link_and_anchor_leads_somewhere(site: Path) -> None:
    assert markup.dead_links(site) == []


def test_a_dead_link_is_seen(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text('<a href="khong-co/">a</a><a href="#khong">b</a>')

    assert len(markup.dead_links(tmp_path)) == 2


def test_no_page_has_an_id_twice(site: Path) -> None:
    for path, found in markup.pages(site):
        assert len(found.ids) == len(set(found.ids)), path


def test_every_page_has_one_first_heading_a_language_and_a_title(site: Path) -> None:
    for path, found in markup.pages(site):
        assert len(found.all("h1")) == 1, path
        assert found.all("html")[0].attributes["lang"] == "vi"
        assert "<title>" in found.html


def test_every_image_has_words_and_a_size(site: Path) -> None:
    for path, found in markup.pages(site):
        for image in found.all("img"):
            assert {"alt", "width", "height"} <= image.attributes.keys(), path


def test_a_title_with_markup_is_only_words(small_site: Path) -> None:
    for path in small_site.rglob("*"):
        if path.suffix in {".html", ".atom", ".xml"}:
            assert "<script" not in path.read_text(encoding="utf-8"), path

    assert "<script>alert(0)</script> & hết" in page(small_site, "tin-tuc/2026/xau").text


def test_the_name_of_the_school_is_only_words(small_site: Path) -> None:
    assert "<Phượng> & Hồng" in page(small_site, "").text


def test_composed_letters_reach_the_page(small_site: Path) -> None:
    assert "“Ữ Ẵ Ệ Ỡ ặ ỵ ₫”" in page(small_site, "tin-tuc/2026/ngay-hoi").text


def test_media_lie_beside_their_page_byte_for_byte(small_school: Path, small_site: Path) -> None:
    for name in ("posts/2026/ngay-hoi/anh-1.jpg", "circulars/2026/14b/14b.pdf"):
        place = name.replace("posts", "tin-tuc").replace("circulars", "van-ban")
        assert (small_site / place).read_bytes() == (small_school / name).read_bytes()


def test_a_photo_is_shown_once(small_site: Path) -> None:
    found = page(small_site, "tin-tuc/2026/ngay-hoi")

    shown = [image.attributes["src"] for image in found.all("img")]
    assert sorted(shown) == [f"anh-{number}-64.jpg" for number in range(1, 5)]
    assert "Một số hình ảnh" in found.text


def test_no_source_and_no_governance_is_published(site: Path) -> None:
    suffixes = {Path(name).suffix for name in files(site)}

    assert suffixes <= {
        *(".html", ".css", ".svg", ".woff2", ".xml", ".txt", ".atom", ".json", ".js"),
        *(".jpg", ".png", ".webp", ".avif", ".pdf"),
    }


def titles(site: Path, url: str) -> list[str]:
    return re.findall(r'card-title"><a [^>]*>([^<]+)', page(site, url).html)


def test_full_pages_of_a_year_are_numbered_from_the_oldest(small_site: Path) -> None:
    assert titles(small_site, "tin-tuc/2025") == [f"Tin số {n}" for n in range(18, 9, -1)]
    oldest = page(small_site, "tin-tuc/2025/trang/1")
    assert titles(small_site, "tin-tuc/2025/trang/1") == [f"Tin số {n}" for n in range(9, 0, -1)]
    assert "Trang 1" in oldest.text
    assert len(titles(small_site, "tin-tuc")) == 2 + 9


def test_a_reader_walks_from_the_newest_page_to_the_oldest_and_back(small_site: Path) -> None:
    seen, url = [], "tin-tuc/"
    while url:
        seen.append(url)
        url = beside(small_site, url, "next")
    assert seen == ["tin-tuc/", "tin-tuc/2025/trang/1/"]
    back = [seen[-1]]
    while before := beside(small_site, back[-1], "prev"):
        back.append(before)
    assert back == ["tin-tuc/2025/trang/1/", "tin-tuc/2025/", "tin-tuc/2026/"]


def beside(site: Path, url: str, rel: str) -> str:
    links = page(site, url).all("a", "pager-step")
    found = [link.attributes["href"] for link in links if link.attributes["rel"] == rel]
    return urljoin(f"/{url}", found[0])[1:] if found else ""


def test_every_entry_is_in_the_pages_of_its_year_once(small_site: Path) -> None:
    found = titles(small_site, "tin-tuc/2025") + titles(small_site, "tin-tuc/2025/trang/1")
    assert sorted(found) == sorted(f"Tin số {n}" for n in range(1, 19))


def test_lists_are_chosen_by_category_and_year(small_site: Path) -> None:
    assert len(page(small_site, "tin-tuc/chuyen-muc/tin-nha-truong").all("article", "card")) == 1
    assert len(page(small_site, "tin-tuc/2026").all("article", "card")) == 2


def test_a_superseded_notice_points_both_ways(small_site: Path) -> None:
    old, new = (
        page(small_site, "thong-bao/2025/gio-don"),
        page(small_site, "thong-bao/2026/gio-don-he"),
    )

    assert "đã được thay thế, điều chỉnh" in old.text
    assert "../../../thong-bao/2026/gio-don-he/" in old.html
    assert "../../../thong-bao/2025/gio-don/" in new.html


def test_an_expired_notice_says_so_and_leaves_the_current_ones(small_site: Path) -> None:
    assert "Thông báo đã hết hạn" in page(small_site, "thong-bao/2026/nghi-tet").text
    current, _, past = page(small_site, "").text.partition("Thông báo đã qua")
    assert "Nghỉ Tết" in past
    assert "Nghỉ Tết" not in current
    assert "Giờ đón trẻ mùa hè" in current


def test_the_register_tells_what_applies(small_site: Path) -> None:
    text = page(small_site, "van-ban").text

    for wanted in ("14B/QĐ-MNPH", "Còn hiệu lực", "Hết hiệu lực", "Chưa có hiệu lực", "Khẩn"):
        assert wanted in text


def test_a_circular_shows_facts_relations_hash_and_contents(small_site: Path) -> None:
    found = page(small_site, "van-ban/2026/14b")

    for wanted in ("Số, ký hiệu", "13/03/2026", "Thay thế", "SHA-256", "Mục lục"):
        assert wanted in found.text
    assert {"dieu-1", "dieu-1-2", "dieu-4"} <= set(found.ids)


def test_this_weeks_menu_marks_today(small_site: Path) -> None:
    rows = page(small_site, "thuc-don/2026/mau-giao").all("tr", "is-today")

    assert len(rows) == 1


def test_the_footer_names_who_answers_for_the_site(site: Path) -> None:
    for path, found in markup.pages(site):
        assert "Chịu trách nhiệm nội dung" in found.text, path
        assert "Nội dung minh họa" in found.text, path


def test_the_page_for_lost_visitors_works_at_any_depth(small_site: Path) -> None:
    found = markup.read(small_site / "404.html")

    links = [link.attributes["href"] for link in found.all("a")]
    assert all(link.startswith(("/", "#", "tel:", "mailto:")) for link in links)


@pytest.mark.parametrize("place", ["", "tin-tuc/", "thong-bao/", "van-ban/"])
def test_a_feed_is_well_formed_and_names_full_addresses(site: Path, place: str) -> None:
    feed = xml(site / place / "feed.atom")

    entries = feed.findall(f"{ATOM}entry")
    assert entries
    assert feed.findtext(f"{ATOM}updated") == max(
        e.findtext(f"{ATOM}updated") or "" for e in entries
    )
    for found in entries:
        assert (found.findtext(f"{ATOM}id") or "").startswith(f"{PUBLIC_URL}/")


def test_a_feed_shows_pictures_from_anywhere(small_site: Path) -> None:
    feed = (small_site / "feed.atom").read_text(encoding="utf-8")

    assert f"{PUBLIC_URL}/tin-tuc/2026/ngay-hoi/anh-2-64.jpg" in feed


def test_machines_find_every_entry(small_site: Path) -> None:
    table: dict[str, dict[str, str]] = {}
    for path in (small_site / ".well-known/toasoan/entries").iterdir():
        part = json.loads(path.read_text(encoding="utf-8"))
        assert list(part) == sorted(part)
        table |= part

    assert len(table) == 30
    assert table["14b"] == {
        "type": "circulars",
        "url": "/van-ban/2026/14b/",
        "title": "Ban hành quy chế",
    }
    for row in table.values():
        assert (small_site / row["url"].lstrip("/") / "index.html").is_file()


def test_the_site_map_lists_every_page(small_site: Path) -> None:
    text = ""
    for found in xml(small_site / "sitemap.xml"):
        assert found.tag.endswith("sitemap")
        part = small_site / (found[0].text or "").removeprefix(f"{PUBLIC_URL}/")
        assert xml(part).tag.endswith("urlset")
        text += part.read_text(encoding="utf-8")

    for path, _ in markup.pages(small_site):
        if path.name == "index.html":
            url = path.parent.relative_to(small_site).as_posix()
            assert f"<loc>{PUBLIC_URL}/{'' if url == '.' else url + '/'}</loc>" in text


def test_the_settings_name_no_stock_reader() -> None:
    text = (samples.ROOT / "pelicanconf.py").read_text(encoding="utf-8")

    for suffix in ("rst", "html", "md"):
        assert f'"{suffix}"' in text
