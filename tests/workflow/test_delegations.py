"""A delegation's row: its days, its form, and for which entries it counts."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from workflow.clock import VIETNAM
from workflow.delegations import Delegation, Standing, as_row, read
from workflow.states import Role

FIRST, LAST = date(2026, 11, 24), date(2026, 11, 30)
ENDED = datetime(2026, 11, 26, 9, 0, tzinfo=VIETNAM)
LEADS = {
    "person": "co.giaovien5a",
    "role": "team_lead",
    "groups": ["nha-tre", "mau-giao"],
    "since": FIRST,
    "until": LAST,
    "decision": "25/QĐ-MNPH",
}
APPROVES = LEADS | {"role": "vice_principal", "groups": [], "fields": ["chuyen-mon"]}
STANDS_IN = LEADS | {"role": "principal", "groups": []}
GIVEN = read(LEADS)
SECOND = timedelta(seconds=1)


def at(day: date, hour: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=VIETNAM)


def test_a_row_is_read_and_written_the_same() -> None:
    assert (
        Delegation(
            "co.giaovien5a",
            Role.TEAM_LEAD,
            ("nha-tre", "mau-giao"),
            (),
            FIRST,
            LAST,
            "25/QĐ-MNPH",
        )
        == GIVEN
    )
    assert as_row(GIVEN) == LEADS
    ended = LEADS | {"ended": ENDED}
    assert read(ended).ended == ENDED
    assert as_row(read(ended)) == ended
    without_groups = {name: value for name, value in APPROVES.items() if name != "groups"}
    assert as_row(read(APPROVES)) == without_groups
    assert read(STANDS_IN).role is Role.PRINCIPAL


@pytest.mark.parametrize("name", LEADS)
def test_a_row_lacks_no_part(name: str) -> None:
    with pytest.raises((KeyError, ValueError)):
        read({key: value for key, value in LEADS.items() if key != name})


def days(count: int) -> dict[str, date]:
    return {"until": FIRST + timedelta(days=count - 1)}


@pytest.mark.parametrize(
    "row",
    [
        LEADS | days(0),
        LEADS | days(367),
        LEADS | {"decision": ""},
        LEADS | {"role": "teacher", "groups": []},
        LEADS | {"role": "site_admin", "groups": []},
    ],
)
def test_it_is_of_a_deciding_role_for_a_year_at_most_and_by_a_decision(
    row: dict[str, Any],
) -> None:
    with pytest.raises(ValueError, match=r"^impossible delegation of co.giaovien5a$|not a valid"):
        read(row)


@pytest.mark.parametrize("count", [1, 366])
def test_a_day_and_a_year_are_right(count: int) -> None:
    assert read(LEADS | days(count)).until == FIRST + timedelta(days=count - 1)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (LEADS | {"groups": []}, "leads groups"),
        (APPROVES | {"groups": ["nha-tre"]}, "leads groups"),
        (STANDS_IN | {"groups": ["nha-tre"]}, "leads groups"),
        (APPROVES | {"fields": []}, "has fields"),
        (LEADS | {"fields": ["chuyen-mon"]}, "has fields"),
        (STANDS_IN | {"fields": ["chuyen-mon"]}, "has fields"),
    ],
)
def test_groups_are_for_a_lead_and_fields_for_a_vice_principal(
    row: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValueError, match=f"^delegation of co.giaovien5a: .*{words}$"):
        read(row)


@pytest.mark.parametrize(
    ("moment", "standing"),
    [
        (at(FIRST) - SECOND, Standing.COMING),
        (at(FIRST), Standing.IN_FORCE),
        (at(LAST, 23), Standing.IN_FORCE),
        (at(LAST) + timedelta(days=1) - SECOND, Standing.IN_FORCE),
        (at(LAST) + timedelta(days=1), Standing.OVER),
    ],
)
def test_both_days_count_in_vietnam(moment: datetime, standing: Standing) -> None:
    for zoned in (moment, moment.astimezone(UTC)):
        assert GIVEN.standing(zoned) is standing
        assert GIVEN.covers(zoned) is (standing is Standing.IN_FORCE)
    assert GIVEN.last_day == LAST


def test_its_days_are_those_of_vietnam_wherever_the_machine_stands(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", "NZDT-13")
        time.tzset()
        before = GIVEN.standing(at(FIRST) - SECOND)
        evening = replace(GIVEN, ended=at(date(2026, 11, 26), 23)).last_day
        elsewhere.setenv("TZ", "UTC0")
        time.tzset()
        morning = replace(GIVEN, ended=at(date(2026, 11, 26), 1)).last_day
    time.tzset()

    assert before is Standing.COMING
    assert evening == morning == date(2026, 11, 26)


def test_the_principal_ends_it_to_the_second() -> None:
    ended = replace(GIVEN, ended=ENDED)

    assert ended.standing(ENDED - SECOND) is Standing.IN_FORCE
    assert ended.standing(ENDED) is Standing.OVER
    assert ended.last_day == ENDED.date()
    late = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)  # the 26th in Vietnam
    assert replace(GIVEN, ended=late).last_day == date(2026, 11, 26)
    assert replace(GIVEN, ended=at(LAST) + timedelta(days=9)).last_day == LAST


def test_what_was_ended_before_it_began_is_over() -> None:
    ended = replace(GIVEN, ended=at(FIRST) - timedelta(days=2))

    assert ended.standing(at(FIRST) - timedelta(days=1)) is Standing.OVER
    assert ended.standing(at(FIRST)) is Standing.OVER


def test_it_counts_for_the_entries_of_its_groups_its_fields_or_all() -> None:
    assert GIVEN.concerns("nha-tre", "chuyen-mon")
    assert not GIVEN.concerns("nuoi-duong", "chuyen-mon")
    assert read(APPROVES).concerns("nha-tre", "chuyen-mon")
    assert not read(APPROVES).concerns("nha-tre", "nuoi-duong")
    assert read(STANDS_IN).concerns("nha-tre", "nuoi-duong")


def test_a_delegation_keeps_its_name_when_it_is_ended_and_shares_it_with_no_other() -> None:
    assert replace(GIVEN, ended=ENDED).id == GIVEN.id
    assert len(GIVEN.id) == 12
    others = (LEADS | {"until": FIRST}, APPROVES, STANDS_IN, LEADS | {"decision": "26"})
    assert len({GIVEN.id, *(read(row).id for row in others)}) == 5


def test_each_standing_has_its_words() -> None:
    assert list(map(str, Standing)) == ["coming", "in_force", "over"]
    assert len({standing.label for standing in Standing}) == 3
