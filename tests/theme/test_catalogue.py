from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from newsroom.catalogue import Catalogue, distinct
from newsroom.entries import Circular, Notice
from newsroom.errors import BrokenEntry, LeftOut
from newsroom.reader import read_entries
from tests.theme.samples import entry

TODAY = date(2026, 11, 24)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)

Opener = Callable[..., Catalogue]


@pytest.fixture
def catalogue(tmp_path: Path) -> Opener:
    def open_it(kind: str, today: date = TODAY, **entries: dict[str, Any]) -> Catalogue:
        name = "subject" if kind == "circulars" else "title"
        for ident, fields in entries.items():
            entry(tmp_path, f"{kind}/2026/{ident}", {name: ident} | fields)
        return Catalogue(distinct(read_entries(tmp_path), LeftOut()), today)

    return open_it


def circular(found: Catalogue, ident: str) -> Circular:
    return next(entry for entry in found.circulars if entry.id == ident)


def notice(found: Catalogue, ident: str) -> Notice:
    return next(entry for entry in found.notices if entry.id == ident)


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({}, "in_force"),
        ({"effective_from": TODAY}, "in_force"),
        ({"effective_from": TOMORROW}, "not_yet"),
        ({"expires_on": TODAY}, "in_force"),
        ({"expires_on": YESTERDAY}, "expired"),
    ],
)
def test_a_circular_applies_between_its_dates(
    catalogue: Opener, fields: dict[str, Any], state: str
) -> None:
    found = catalogue("circulars", a={"issued_date": date(2026, 1, 1)} | fields)

    assert found.effect(circular(found, "a")).state == state


@pytest.mark.parametrize(("begins", "state"), [(TODAY, "replaced"), (TOMORROW, "in_force")])
def test_a_circular_is_replaced_when_its_successor_takes_effect(
    catalogue: Opener, begins: date, state: str
) -> None:
    found = catalogue("circulars", a={}, b={"replaces": ["a"], "effective_from": begins})

    assert found.effect(circular(found, "a")).state == state


def test_an_amended_circular_says_so_and_stays_in_force(catalogue: Opener) -> None:
    found = catalogue("circulars", a={}, b={"amends": ["a"], "code_number": "7"})

    effect = found.effect(circular(found, "a"))
    assert (effect.state, effect.reason) == ("in_force", "Được sửa đổi, bổ sung bởi 7")


@pytest.mark.parametrize(
    ("field", "forth", "back"),
    [
        ("replaces", "Thay thế", "Được thay thế bởi"),
        ("amends", "Sửa đổi, bổ sung", "Được sửa đổi, bổ sung bởi"),
        ("based_on", "Căn cứ", "Là căn cứ của"),
    ],
)
def test_a_relation_is_seen_from_both_ends(
    catalogue: Opener, field: str, forth: str, back: str
) -> None:
    found = catalogue("circulars", a={}, b={field: ["a", "khong-co"]})
    a, b = circular(found, "a"), circular(found, "b")

    assert [(r.label, r.circulars) for r in found.relations(b)] == [(forth, (a,))]
    assert [(r.label, r.circulars) for r in found.relations(a)] == [(back, (b,))]


def test_a_notice_is_current_through_its_last_day(catalogue: Opener) -> None:
    found = catalogue(
        "notices", a={"expires_on": YESTERDAY}, b={"expires_on": TODAY}, c={"date": TODAY}
    )

    assert {entry.id for entry in found.current_notices} == {"b", "c"}


def test_a_superseded_notice_is_no_longer_current_and_knows_its_successor(
    catalogue: Opener,
) -> None:
    found = catalogue("notices", a={}, b={"supersedes": "a"})
    a, b = notice(found, "a"), notice(found, "b")

    assert found.current_notices == (b,)
    assert (found.successor(a), found.predecessor(b)) == (b, a)


@pytest.mark.parametrize("today", [date(2026, 11, 23), date(2026, 11, 29)])
def test_the_menu_of_the_week_holds_from_monday_to_sunday(catalogue: Opener, today: date) -> None:
    weeks = {
        name: {"week_start": date(2026, 11, day)}
        for name, day in (("a", 16), ("b", 23), ("c", 30 - 0))
    }
    found = catalogue("menus", today, **weeks)

    assert [menu.id for menu in found.this_week] == ["b"]
    assert [menu.id for menu in found.next_week] == ["c"]


def test_newest_comes_first_and_an_undated_draft_before_all(catalogue: Opener) -> None:
    found = catalogue("posts", a={"date": YESTERDAY}, b={"date": TODAY}, c={"date": TODAY}, d={})

    assert [post.id for post in found.posts] == ["d", "c", "b", "a"]


def test_of_one_day_what_became_public_last_comes_first(tmp_path: Path) -> None:
    morning = datetime(2026, 11, 24, 8, tzinfo=UTC)
    for ident in ("b", "c", "a"):
        entry(tmp_path, f"posts/2026/{ident}", {"title": ident, "date": TODAY})
    entries = tuple(read_entries(tmp_path))
    found = Catalogue(entries, TODAY, {"c": morning, "a": morning + timedelta(hours=3)})

    assert [post.id for post in found.newest(entries)] == ["b", "a", "c"]
    assert [post.id for post in found.posts] == ["b", "a", "c"]


def test_two_entries_at_one_address_are_refused(catalogue: Opener) -> None:
    same = {"slug": "tin", "date": TODAY}

    with pytest.raises(BrokenEntry, match="trùng"):
        catalogue("posts", a=same, b=same)


def test_the_site_names_the_newest_regulation_in_force(catalogue: Opener) -> None:
    school = {"collection": "school"}
    found = catalogue(
        "circulars",
        cu=school | {"subject": "Quy chế", "issued_date": date(2024, 9, 10)},
        moi=school | {"subject": "Ban hành quy chế", "issued_date": TODAY, "replaces": ["cu"]},
        khac=school | {"subject": "Kế hoạch", "issued_date": TODAY},
    )

    assert found.regulation == circular(found, "moi")
