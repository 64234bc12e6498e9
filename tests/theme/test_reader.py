from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pelican.contents import Article

from newsroom.entries import Circular, Menu, Post
from newsroom.errors import BrokenEntry
from newsroom.fields import SHAPES
from newsroom.reader import read_entries, read_entry
from tests.theme import samples
from tests.theme.samples import entry, picture

TITLED = {"title": "Tin", "slug": "tin", "date": date(2026, 9, 5)}
# Words by which stock Pelican lets a text choose its place, its template or its standing (F7).
PELICAN_KEYS = [
    *("save_as", "Save_as", "url", "template", "status", "settings", "_content", "source_path"),
    *("tags", "lang", "translation", "override_save_as", "override_url", "modified", "metadata"),
]


def read(folder: Path, kind: str = "posts") -> Any:
    return read_entry(folder, kind)


def test_a_plain_post_is_read(tmp_path: Path) -> None:
    found = read(entry(tmp_path, "posts/2026/tin", TITLED, "Chào **bé**.\n"))

    assert isinstance(found, Post)
    assert (found.title, found.url) == ("Tin", "tin-tuc/2026/tin/")
    assert found.body.html == "<p>Chào <strong>bé</strong>.</p>"


@pytest.mark.parametrize("key", PELICAN_KEYS)
def test_a_key_that_pelican_would_obey_is_refused(tmp_path: Path, key: str) -> None:
    folder = entry(tmp_path, "posts/2026/tin", TITLED | {key: "index.html"})

    with pytest.raises(BrokenEntry, match=rf"posts/2026/tin/index\.md: .*{key}"):
        read(folder)


def test_no_type_has_a_key_that_pelican_acts_on() -> None:
    acted_on = {
        "save_as",
        "url",
        "template",
        "status",
        "settings",
        "lang",
        "content",
        "source_path",
    }
    for name in dir(Article):
        acted_on.add(name)

    shapes = {key for shape in SHAPES.values() for key in shape}
    assert shapes & acted_on <= {"slug", "author", "title", "date", "category", "summary"}


@pytest.mark.parametrize("kind", SHAPES)
def test_every_type_refuses_an_unknown_key(tmp_path: Path, kind: str) -> None:
    name = "subject" if kind == "circulars" else "title"
    assert read(entry(tmp_path, f"{kind}/2026/tot", {name: "Tên"}), kind).title == "Tên"

    with pytest.raises(BrokenEntry, match="la"):
        read(entry(tmp_path, f"{kind}/2026/xau", {name: "Tên", "la": 1}), kind)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"title": 5}, "title"),
        ({"title": "a\x07b"}, "title"),
        ({"title": "a\u202eb"}, "title"),
        ({"date": "2026-13-01"}, "date"),
        ({"slug": "../tin"}, "slug"),
        ({"slug": "Tin"}, "slug"),
        ({"slug": "a" * 81}, "slug"),
        ({"photos": "anh-1.jpg"}, "photos"),
        ({"photos": [{"file": "../anh.jpg"}]}, "photos"),
        ({"photos": [{"file": "a.jpg", "onerror": "x"}]}, "onerror"),
        ({"photos": [{"file": "a.jpg"}]}, "thiếu ảnh a.jpg"),
        ({"attachments": [{"file": "a.pdf"}]}, "thiếu tệp a.pdf"),
    ],
)
def test_a_field_of_the_wrong_form_is_refused_by_name(
    tmp_path: Path, fields: dict[str, Any], reason: str
) -> None:
    folder = entry(tmp_path, "posts/2026/tin", TITLED | fields)

    with pytest.raises(BrokenEntry, match=reason):
        read(folder)


@pytest.mark.parametrize(
    "document",
    [
        "Không có phần đầu.\n",
        "---\ntitle: x\n",
        "---\n- a\n---\n",
        "---\na: [\n---\n",
        "---\n!!python/name:os.system x\n---\n",
    ],
)
def test_a_head_that_is_no_list_of_fields_is_refused(tmp_path: Path, document: str) -> None:
    folder = tmp_path / "posts/2026/tin"
    folder.mkdir(parents=True)
    (folder / "index.md").write_text(document, encoding="utf-8")

    with pytest.raises(BrokenEntry, match="tin/index"):
        read(folder)


@pytest.mark.parametrize("name", ["trang.html", "anh.svg", "a.php", ".htaccess", "anh.JPG"])
def test_a_file_that_a_site_never_serves_is_refused(tmp_path: Path, name: str) -> None:
    folder = entry(tmp_path, "posts/2026/tin", TITLED)
    (folder / name).write_text("x", encoding="utf-8")

    with pytest.raises(BrokenEntry, match=name):
        read(folder)


@pytest.mark.parametrize("name", ["anh.jpg", "don.pdf"])
def test_a_pointer_that_nobody_resolved_is_refused(tmp_path: Path, name: str) -> None:
    folder = entry(tmp_path, "posts/2026/tin", TITLED, f"![x]({name})")
    (folder / name).write_text("version https://git-lfs.github.com/spec/v1\n", encoding="utf-8")

    with pytest.raises(BrokenEntry, match=f"{name} không phải"):
        read(folder)


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "bi-mat.jpg"
    picture(tmp_path, secret.name)
    folder = entry(tmp_path, "posts/2026/tin", TITLED)
    (folder / "anh.jpg").symlink_to(secret)

    with pytest.raises(BrokenEntry, match=r"anh\.jpg"):
        read(folder)


def test_a_page_cannot_take_the_place_of_a_section(tmp_path: Path) -> None:
    folder = entry(tmp_path, "pages/2026/tin", {"title": "x", "slug": "tin-tuc"})

    with pytest.raises(BrokenEntry, match="tin-tuc"):
        read(folder, "pages")


@pytest.mark.parametrize(
    ("kind", "url"),
    [
        ("posts", "tin-tuc/2026/moi/"),
        ("notices", "thong-bao/2026/moi/"),
        ("circulars", "van-ban/2026/moi/"),
        ("menus", "thuc-don/2026/moi/"),
        ("pages", "moi/"),
    ],
)
def test_a_draft_without_any_field_has_an_address_and_a_title(
    tmp_path: Path, kind: str, url: str
) -> None:
    found = read(entry(tmp_path, f"{kind}/2026/moi", {}, ""), kind)

    assert found.url == url
    assert found.title == "(Chưa có tiêu đề)"


def test_a_circular_is_named_by_its_printed_number(tmp_path: Path) -> None:
    fields = {"subject": "Về việc", "code_number": "14B", "code_notation": "QĐ-MNPH"}
    found = read(
        entry(tmp_path, "circulars/2026/a", fields | {"type_name": "Quyết định"}), "circulars"
    )

    assert isinstance(found, Circular)
    assert found.name == "Quyết định 14B/QĐ-MNPH"


def test_the_days_of_a_menu_get_their_dates(tmp_path: Path) -> None:
    fields = {"week_start": date(2026, 11, 23), "days": [{"weekday": 6, "lunch": "Cơm"}]}
    found = read(entry(tmp_path, "menus/2026/a", fields), "menus")

    assert isinstance(found, Menu)
    assert [day.date for day in found.days] == [date(2026, 11, 28)]


@pytest.mark.parametrize(
    "fields",
    [
        {"week_start": date(2026, 11, 24)},
        {"week_start": date(2026, 11, 23), "days": [{"weekday": 7}]},
    ],
)
def test_a_week_that_is_no_week_is_refused(tmp_path: Path, fields: dict[str, Any]) -> None:
    folder = entry(tmp_path, "menus/2026/a", {"days": [{"weekday": 1}]} | fields)

    with pytest.raises(BrokenEntry, match="week"):
        read(folder, "menus")


def test_the_summary_falls_back_to_the_opening_words(tmp_path: Path) -> None:
    found = read(entry(tmp_path, "posts/2026/tin", TITLED, "Bé **vui**. " + "chữ " * 90))

    assert found.summary.startswith("Bé vui. chữ")
    assert found.summary.endswith("chữ…")


def test_the_sample_school_is_read_whole(tmp_path: Path) -> None:
    samples.school(tmp_path)

    kinds = [found.type for found in read_entries(tmp_path)]
    assert {kind: kinds.count(kind) for kind in SHAPES} == {
        "posts": 20,
        "notices": 3,
        "circulars": 3,
        "menus": 2,
        "pages": 2,
    }
