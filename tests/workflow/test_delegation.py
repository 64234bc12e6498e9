"""Delegations as the principal gives and ends them, and what a delegate may do meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

import pytest

from tests.workflow.conftest import (
    ADMIN,
    CLERK,
    LEAD,
    NUTRITION_VICE,
    PRINCIPAL,
    TEACHER,
    VICE,
    School,
    post_fields,
)
from workflow import entries, governing, services, verification
from workflow.delegations import Delegation, Standing
from workflow.entries import Change
from workflow.errors import InvalidFields, NotFound, Refused
from workflow.governing import Appointment
from workflow.roster import Governance
from workflow.shelf import Published
from workflow.states import Action, Role

OTHER_LEAD: Final = "totruong.nhatre"
TODAY: Final = date(2026, 11, 24)
GIVEN: Final = Delegation(
    OTHER_LEAD,
    Role.VICE_PRINCIPAL,
    (),
    ("chuyen-mon",),
    TODAY,
    TODAY + timedelta(days=6),
    "25/QĐ-MNPH",
)


def give(school: School, who: str = PRINCIPAL, /, **changed: Any) -> Delegation:
    given = replace(GIVEN, **changed)
    governing.delegate(school.repo, school.keys[who], given, school.now())
    return given


def end(school: School, given: Delegation = GIVEN, who: str = PRINCIPAL) -> None:
    governing.end_delegation(school.repo, school.keys[who], given.id, school.now())


def verified(school: School) -> bool:
    return verification.verify(school.repo.path).ok


def test_the_delegate_approves_as_himself_what_the_absent_leader_would(
    school: School, a_checked_post: Change
) -> None:
    give(school)

    published = school.approve(OTHER_LEAD, a_checked_post)

    approval = next(
        step
        for step in services.history_of(school.repo, published.entry_id)
        if step.action is Action.APPROVE
    )
    assert (approval.actor, approval.role) == (OTHER_LEAD, Role.VICE_PRINCIPAL)
    assert verified(school)


def test_without_a_delegation_he_may_not(school: School, a_checked_post: Change) -> None:
    with pytest.raises(Refused, match="không thuộc thẩm quyền"):
        school.approve(OTHER_LEAD, a_checked_post)


@pytest.mark.parametrize("days", [-1, 7])
def test_it_counts_on_its_days_only(school: School, a_checked_post: Change, days: int) -> None:
    since = TODAY + timedelta(days=1)
    give(school, since=since, until=since + timedelta(days=6))
    school.clock = school.clock.replace(hour=12) + timedelta(days=1 + days)

    with pytest.raises(Refused):
        school.approve(OTHER_LEAD, a_checked_post)


def test_it_ends_at_once_and_what_was_decided_by_then_stands(school: School) -> None:
    give(school)
    hour = school.clock + timedelta(days=2)
    approved = a_post_on_the_way(school, "Bài hẹn giờ", publish_at=f"{hour:%d/%m/%Y %H:%M}")
    school.approve_for_later(OTHER_LEAD, approved)
    waiting = a_post_on_the_way(school, "Bài chờ")
    end(school)

    with pytest.raises(Refused):
        school.approve(OTHER_LEAD, waiting)
    assert services.publish_due(school.repo, hour) == {approved.entry_id: None}
    assert verified(school)


def a_post_on_the_way(school: School, title: str, **fields: str) -> Change:
    draft = school.create(TEACHER, "posts", **post_fields(title=title, **fields))
    return school.check(LEAD, school.submit(TEACHER, draft))


def test_the_delegate_remains_one_person_under_the_four_eyes_rule(school: School) -> None:
    give(school, person=LEAD)
    with pytest.raises(Refused, match="không thể đồng thời phê duyệt"):
        school.approve(LEAD, a_post_on_the_way(school, "Bài đã kiểm tra"))

    own = school.create(LEAD, "posts", **post_fields(title="Bài của tổ trưởng"))
    with pytest.raises(Refused, match="Không tự phê duyệt"):
        school.approve(LEAD, school.submit(LEAD, own))


def test_a_delegated_team_lead_checks_for_that_team_alone(school: School) -> None:
    """The teacher's own team is not led along with the other one."""
    post = school.submit(CLERK, school.create(CLERK, "posts", **post_fields(group="van-phong")))
    give(school, person=TEACHER, role=Role.TEAM_LEAD, groups=("nha-tre",), fields=(), decision="26")
    governance = school.repo.governance().acting(school.now())

    assert [p.username for p in governance.leads_of("nha-tre")] == [OTHER_LEAD, TEACHER]
    assert [p.username for p in governance.leads_of("mau-giao")] == [LEAD]
    assert entries.refusals(post, Action.CHECK, governance.people[TEACHER], governance)


def test_a_delegated_leader_skips_the_check_in_his_days_only(school: School) -> None:
    given = give(school, person=CLERK)
    draft = school.create(CLERK, "posts", **post_fields(group="mau-giao"))
    submitted = school.submit(CLERK, draft)
    end(school, given)

    assert submitted.status.value == "pending_approval"
    again = services.change(school.repo, draft.entry_id)
    assert again.status.value == "pending_approval", "judged as of the submission"
    assert school.approve(VICE, again)
    assert verified(school)


# Governing is not delegated


def test_the_delegate_of_the_principal_approves_and_does_not_govern(
    school: School, a_checked_post: Change
) -> None:
    give(school, person=NUTRITION_VICE, role=Role.PRINCIPAL, fields=())
    school.approve(NUTRITION_VICE, a_checked_post)

    with pytest.raises(Refused, match="hiệu trưởng quyết định"):
        governing.freeze(school.repo, school.keys[NUTRITION_VICE], "Nghỉ", school.now())
    with pytest.raises(Refused, match="hiệu trưởng quyết định"):
        give(school, NUTRITION_VICE, person=LEAD)
    assert acting(school).principal.username == PRINCIPAL
    assert verified(school)


def acting(school: School) -> Governance:
    return school.repo.governance().acting(school.now())


def test_what_is_lent_can_be_told_from_what_was_given_for_good(school: School) -> None:
    give(school)
    someone = acting(school).people[OTHER_LEAD]

    assert someone.lent == {Role.VICE_PRINCIPAL}
    assert someone.own_roles == {Role.TEAM_LEAD}
    later = acting(school).acting(school.clock + timedelta(days=99))
    assert later.people == later.appointed


def test_a_delegate_takes_an_entry_down(school: School, a_published_post: Published) -> None:
    give(school)
    governing.take_down(
        school.repo,
        school.keys[OTHER_LEAD],
        a_published_post.entry_id,
        "error",
        "Nhầm ảnh.",
        school.now(),
    )

    assert a_published_post.entry_id in school.repo.governance().takedowns
    assert verified(school)


@pytest.mark.parametrize("who", [VICE, ADMIN, TEACHER])
def test_nobody_but_the_principal_gives_or_ends_one(school: School, who: str) -> None:
    with pytest.raises(Refused, match="hiệu trưởng quyết định"):
        give(school, who)
    give(school)
    with pytest.raises(Refused, match="hiệu trưởng quyết định"):
        end(school, who=who)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"person": ADMIN}, "person"),
        ({"person": PRINCIPAL}, "person"),
        ({"person": "khong.ai"}, "person"),
        ({"role": Role.CLERK, "fields": ()}, "role"),
        ({"person": VICE}, "role"),
        ({"fields": ()}, "fields"),
        ({"fields": ("khong-co",)}, "fields"),
        ({"groups": ("mau-giao",)}, "groups"),
        ({"role": Role.TEAM_LEAD, "groups": (), "fields": ()}, "groups"),
        ({"role": Role.TEAM_LEAD, "groups": ("nha-tre",), "fields": ()}, "role"),
        ({"role": Role.PRINCIPAL}, "fields"),
        ({"since": TODAY - timedelta(days=1)}, "since"),
        ({"until": TODAY - timedelta(days=1)}, "until"),
        ({"until": TODAY + timedelta(days=366)}, "until"),
        ({"decision": " "}, "decision"),
        ({"decision": "25/\u200bQĐ"}, "decision"),
    ],
)
def test_an_impossible_delegation_is_told_at_its_field(
    school: School, changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidFields) as caught:
        give(school, **changed)
    assert set(caught.value.errors) == {field}


def test_a_whole_year_can_be_given_and_nothing_twice(school: School) -> None:
    year = {"until": TODAY + timedelta(days=365)}
    give(school, **year)
    with pytest.raises(InvalidFields) as caught:
        give(school, **year)
    assert set(caught.value.errors) == {"role"}


def test_one_that_is_over_is_not_ended_again(school: School) -> None:
    with pytest.raises(NotFound):
        end(school)
    give(school)
    end(school)
    with pytest.raises(Refused, match="đã kết thúc"):
        end(school)


def test_the_register_keeps_what_has_ended(school: School) -> None:
    given = give(school)
    end(school)

    (row,) = school.repo.governance().delegations
    assert (row.id, row.standing(school.now())) == (given.id, Standing.OVER)
    assert row.last_day == TODAY


def test_one_that_is_cancelled_before_its_first_day_never_counts(school: School) -> None:
    ahead = {"since": TODAY + timedelta(days=2)}
    given = give(school, **ahead)
    assert given.standing(school.now()) is Standing.COMING
    end(school, given)

    (row,) = school.repo.governance().delegations
    assert row.standing(school.clock + timedelta(days=3)) is Standing.OVER


# People who change


def test_a_delegate_becomes_site_administrator_only_after_its_end(school: School) -> None:
    give(school)
    person = school.repo.governance().people[OTHER_LEAD]
    admin = Appointment("Tên", frozenset({Role.SITE_ADMIN}), ("van-phong",), (), person.key)
    with pytest.raises(InvalidFields, match=r".*"):
        governing.appoint(school.repo, school.keys[PRINCIPAL], OTHER_LEAD, admin, school.now())
    end(school)
    governing.appoint(school.repo, school.keys[PRINCIPAL], OTHER_LEAD, admin, school.now())

    assert school.repo.governance().delegations == ()
    assert verified(school)


def test_who_leaves_the_roster_takes_the_delegations_along(school: School) -> None:
    give(school)
    give(school, person=NUTRITION_VICE)
    governing.dismiss(school.repo, school.keys[PRINCIPAL], OTHER_LEAD, school.now())

    assert [row.person for row in school.repo.governance().delegations] == [NUTRITION_VICE]
    assert verified(school)
