"""The starter content against the file format: every entry is one that the newsroom could publish.

Knows the format and the folder, not the site that is built from them.
"""

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from workflow.content_types import CONTENT_TYPES, ENTRY_ID, Kind, media_names, validate
from workflow.front_matter import parse, serialise
from workflow.text import SLUG, SLUG_MAX

CONTENT = Path(__file__).parents[2] / "content"
FOLDERS = sorted(
    path.parent for name in CONTENT_TYPES for path in (CONTENT / name).glob("*/*/index.md")
)
PLACES = {"posts": "tin-tuc", "notices": "thong-bao", "circulars": "van-ban", "menus": "thuc-don"}
every_entry = pytest.mark.parametrize(
    "folder", FOLDERS, ids=lambda folder: "/".join(folder.parts[-3:])
)


def governance(name: str) -> dict[str, Any]:
    path = CONTENT / "governance" / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def read(folder: Path) -> tuple[str, dict[str, Any], str]:
    fields, body = parse((folder / "index.md").read_bytes())
    return folder.parts[-3], fields, body


def url(type_name: str, fields: Mapping[str, Any]) -> str:
    if type_name == "pages":
        return f"/{fields['slug']}/"
    day: date = fields[CONTENT_TYPES[type_name].date_field]
    return f"/{PLACES[type_name]}/{day.year}/{fields['slug']}/"


URLS = Counter(url(name, fields) for name, fields, _ in map(read, FOLDERS))


def of_type(type_name: str) -> list[Path]:
    return [folder for folder in FOLDERS if folder.parts[-3] == type_name]


def test_there_is_as_much_of_each_type_as_the_demo_needs() -> None:
    count = Counter(folder.parts[-3] for folder in FOLDERS)

    assert count["posts"] == 12
    assert count["notices"] >= 8
    assert count["circulars"] == 15
    assert count["menus"] >= 8
    assert count["pages"] == 15


def test_no_folder_lies_where_no_entry_may() -> None:
    files = {path for name in CONTENT_TYPES for path in (CONTENT / name).rglob("*")}
    strays = [path for path in files if path.is_file() and path.parent not in FOLDERS]

    assert strays == []


@every_entry
def test_an_entry_has_the_bytes_that_the_editor_would_write(folder: Path) -> None:
    data = (folder / "index.md").read_bytes()

    assert serialise(*parse(data)) == data
    assert b"\r" not in data
    assert unicodedata.is_normalized("NFC", data.decode())


@every_entry
def test_an_entry_is_complete_and_has_its_fields_in_order(folder: Path) -> None:
    type_name, fields, body = read(folder)
    ctype = CONTENT_TYPES[type_name]

    validate(ctype, fields, body, complete=True)
    assert list(fields) == [spec.name for spec in ctype.fields if spec.name in fields]


@every_entry
def test_slug_folder_and_year_are_well_formed(folder: Path) -> None:
    type_name, fields, _ = read(folder)
    day = fields.get(CONTENT_TYPES[type_name].date_field)

    assert SLUG.match(fields["slug"])
    assert len(fields["slug"]) <= SLUG_MAX
    assert ENTRY_ID.match(folder.name)
    assert day is None or folder.parts[-2] == str(day.year)


def test_no_two_entries_share_an_address_or_a_name() -> None:
    names = Counter(folder.name for folder in FOLDERS)

    assert [address for address, times in URLS.items() if times > 1] == []
    assert [name for name, times in names.items() if times > 1] == []


@every_entry
def test_media_and_front_matter_name_the_same_files(folder: Path) -> None:
    _, fields, _ = read(folder)
    present = {path.name for path in folder.iterdir()} - {"index.md"}

    assert present == set(media_names(fields))
    assert fields.get("cover", "") in {"", *present}


@every_entry
def test_group_category_and_related_entries_exist(folder: Path) -> None:
    type_name, fields, _ = read(folder)

    assert fields["group"] in governance("roster")["groups"]
    assert fields.get("category", "goc-cua-be") in governance("school")["categories"]
    for spec in CONTENT_TYPES[type_name].fields:
        if spec.kind in {Kind.ENTRY, Kind.ENTRIES}:
            related = fields.get(spec.name, [])
            names = {target.name for target in of_type(spec.refers_to)}
            assert set([related] if isinstance(related, str) else related) <= names


@every_entry
def test_links_inside_the_site_lead_somewhere(folder: Path) -> None:
    _, _, body = read(folder)
    lists = {f"/{place}/" for place in PLACES.values()} | {"/"}
    targets = re.findall(r"\]\((/[^)#\s]*)", body)

    assert [target for target in targets if target not in lists | set(URLS)] == []


@every_entry
def test_headings_do_not_skip_a_level(folder: Path) -> None:
    _, _, body = read(folder)
    levels = [1, *(len(mark) for mark in re.findall(r"^(#+) ", body, re.MULTILINE))]

    assert 1 not in levels[1:]
    assert all(below <= above + 1 for above, below in pairwise(levels))


@pytest.mark.parametrize("folder", of_type("menus"), ids=lambda folder: folder.name)
def test_a_menu_is_out_before_the_saturday_before_its_week(folder: Path) -> None:
    _, fields, _ = read(folder)
    monday: date = fields["week_start"]

    assert monday.weekday() == 0
    assert fields["date"] == monday - timedelta(days=3)
    assert [day["weekday"] for day in fields["days"]] == [1, 2, 3, 4, 5]
    assert all(day["energy_kcal"] and day["allergens"] for day in fields["days"])


def test_menus_of_two_weeks_alternate() -> None:
    menus = [read(folder)[1] for folder in of_type("menus")]
    weeks = {
        menu["week_start"]: [day["lunch"] for day in menu["days"]]
        for menu in menus
        if menu["age_group"] == "mau-giao"
    }
    first = min(weeks)

    for monday, lunches in weeks.items():
        same = weeks[first + timedelta(weeks=((monday - first).days // 7) % 2)]
        assert lunches == same


def test_the_decision_replaces_the_rules_that_ended_with_it() -> None:
    decision = read(CONTENT / "circulars/2026/14b-qd-mnph")[1]
    replaced = read(CONTENT / "circulars/2024/09-qd-mnph")[1]

    assert decision["replaces"] == ["09-qd-mnph"]
    assert replaced["expires_on"] == decision["effective_from"] == date(2026, 3, 13)


def test_the_contact_page_agrees_with_the_school_profile() -> None:
    school = governance("school")
    _, _, body = read(CONTENT / "pages/2026/gop-y-lien-he")

    assert school["phone"] in body
    assert school["email"] in body
    assert school["address"].casefold() in body.casefold()


def test_everyone_on_the_roster_stands_in_a_group_and_is_an_office_not_a_name() -> None:
    roster = governance("roster")

    assert len(roster["people"]) == 10
    for person in roster["people"].values():
        assert set(person["groups"]) <= set(roster["groups"])
        assert set(person["fields"]) <= set(governance("school")["fields"])
        assert "key" not in person


def test_every_type_has_its_workflow() -> None:
    assert set(governance("workflow")) == set(CONTENT_TYPES)
