"""Two working days for a decision, and a quarter of an hour for the publisher."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.workflow.conftest import LEAD, PRINCIPAL, TEACHER, VICE, School, post_fields
from workflow import governing, services
from workflow.clock import VIETNAM
from workflow.entries import Change
from workflow.overdue import GRACE, deadline, is_late, waits_too_long

SOON = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("2026-11-23 08:00", "2026-11-25 08:00"),  # Monday
        ("2026-11-26 16:30", "2026-11-30 16:30"),  # Thursday
        ("2026-11-27 16:30", "2026-12-01 16:30"),  # Friday
        ("2026-11-28 10:00", "2026-12-02 00:00"),  # Saturday
        ("2026-11-29 23:59", "2026-12-02 00:00"),  # Sunday
    ],
)
def test_two_working_days_pass_over_the_weekend(since: str, until: str) -> None:
    at, end = (datetime.fromisoformat(text).replace(tzinfo=VIETNAM) for text in (since, until))

    assert deadline(at) == end


def test_each_step_has_its_own_two_days(school: School, a_submitted_post: Change) -> None:
    end = deadline(school.clock)
    assert not waits_too_long(a_submitted_post, end)
    assert waits_too_long(a_submitted_post, end + SOON)

    school.clock = end
    checked = school.check(LEAD, a_submitted_post)
    assert not waits_too_long(checked, end + SOON)
    assert waits_too_long(checked, deadline(school.clock) + SOON)


def test_what_lies_with_its_writer_is_not_overdue(school: School, a_submitted_post: Change) -> None:
    returned = school.send_back(LEAD, a_submitted_post)
    draft = school.save(TEACHER, returned)

    for change in (returned, draft):
        assert not waits_too_long(change, school.clock + timedelta(days=90))


def test_an_approved_entry_is_late_a_while_after_its_hour_but_not_in_a_freeze(
    school: School,
) -> None:
    at = school.clock + timedelta(hours=5)
    change = school.create(TEACHER, "posts", **post_fields(publish_at=f"{at:%d/%m/%Y %H:%M}"))
    change = school.check(LEAD, school.submit(TEACHER, change))
    rules = school.repo.governance()
    assert not is_late(change, rules, at + timedelta(days=9))

    change = school.approve_for_later(VICE, change)
    assert not is_late(change, rules, at + GRACE)
    assert is_late(change, rules, at + GRACE + SOON)

    frozen = governing.freeze(school.repo, school.keys[PRINCIPAL], "Nghỉ", school.now())
    assert not is_late(change, frozen, at + timedelta(days=9))


def test_what_a_freeze_held_up_counts_from_its_approval(
    school: School, a_checked_post: Change
) -> None:
    governing.freeze(school.repo, school.keys[PRINCIPAL], "Nghỉ", school.now())
    change = school.approve_for_later(VICE, a_checked_post)
    rules = governing.lift_freeze(school.repo, school.keys[PRINCIPAL], school.now())

    assert not is_late(change, rules, change.history[-1].when + GRACE)
    assert is_late(change, rules, change.history[-1].when + GRACE + SOON)
    assert services.publish_due(school.repo, school.now()) == {change.entry_id: None}
