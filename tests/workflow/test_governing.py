"""Appointments, freeze and takedowns, and how publication follows them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.workflow.conftest import (
    ADMIN,
    LEAD,
    NUTRITION_VICE,
    PRINCIPAL,
    TEACHER,
    VICE,
    School,
    post_fields,
)
from workflow import governing, services, signing, verification
from workflow.clock import VIETNAM
from workflow.entries import Change
from workflow.errors import InvalidFields, NotFound, Refused
from workflow.governing import Appointment
from workflow.services import Content
from workflow.shelf import Published
from workflow.states import Role, Status

NEW = signing.Signer("co.giaovien3b", signing.generate())
TEACHER_3B = Appointment(
    "Cô giáo lớp 3 tuổi B",
    frozenset({Role.TEACHER}),
    ("mau-giao",),
    (),
    signing.public_key_line(NEW.private_key),
    "21/QĐ-MNPH",
)


def appoint(school: School, who: str = PRINCIPAL, given: Appointment = TEACHER_3B) -> None:
    governing.appoint(school.repo, school.keys[who], NEW.username, given, school.now())


def take_down(school: School, who: str, entry: Published, kind: str = "error") -> None:
    governing.take_down(
        school.repo, school.keys[who], entry.entry_id, kind, "Đăng nhầm ảnh.", school.now()
    )


def verified(school: School) -> bool:
    return verification.verify(school.repo.path).ok


# The roster


def test_the_principal_appoints_and_the_person_can_write_from_then_on(school: School) -> None:
    school.keys[NEW.username] = NEW
    with pytest.raises(Refused):
        school.create(NEW.username, "posts", **post_fields())
    appoint(school)

    draft = school.submit(NEW.username, school.create(NEW.username, "posts", **post_fields()))
    assert draft.status is Status.IN_REVIEW
    assert verified(school)


@pytest.mark.parametrize("who", [TEACHER, LEAD, VICE, ADMIN])
def test_nobody_else_appoints(school: School, who: str) -> None:
    with pytest.raises(Refused, match="hiệu trưởng quyết định"):
        appoint(school, who)


def test_the_principal_appoints_with_the_key_of_the_roster_only(school: School) -> None:
    school.keys[PRINCIPAL] = signing.Signer(PRINCIPAL, signing.generate())

    with pytest.raises(Refused, match="khóa ký"):
        appoint(school)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"roles": frozenset({Role.SITE_ADMIN, Role.TEAM_LEAD})}, "roles"),
        ({"roles": frozenset({Role.PRINCIPAL})}, "roles"),
        ({"roles": frozenset[Role]()}, "roles"),
        ({"groups": ("khong-co",)}, "groups"),
        ({"name": " "}, "name"),
        ({"key": ""}, "key"),
    ],
)
def test_an_impossible_appointment_is_told_at_its_field(
    school: School, changed: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidFields) as caught:
        appoint(school, given=replace(TEACHER_3B, **changed))  # type: ignore[arg-type]
    assert set(caught.value.errors) == {field}


def test_who_is_dismissed_writes_no_more_and_the_past_stays_proved(
    school: School, a_published_post: Published
) -> None:
    governing.dismiss(school.repo, school.keys[PRINCIPAL], TEACHER, school.now())

    with pytest.raises(Refused):
        school.create(TEACHER, "posts", **post_fields(title="Bài khác"))
    assert verified(school)


def test_the_principal_cannot_leave_the_school_without_one(school: School) -> None:
    with pytest.raises(Refused):
        governing.dismiss(school.repo, school.keys[PRINCIPAL], PRINCIPAL, school.now())


# Freeze


def test_what_is_approved_during_a_freeze_is_published_when_it_is_lifted(
    school: School, a_checked_post: Change
) -> None:
    governing.freeze(school.repo, school.keys[PRINCIPAL], "Nghỉ Tết", school.now())
    waiting = school.approve_for_later(VICE, a_checked_post)
    assert services.publish_due(school.repo, school.now()) == {}
    assert services.published(school.repo) == []
    governing.lift_freeze(school.repo, school.keys[PRINCIPAL], school.now())

    assert waiting.status is Status.APPROVED
    assert services.publish_due(school.repo, school.now()) == {waiting.entry_id: None}
    assert services.publish_due(school.repo, school.now()) == {}
    assert len(services.published(school.repo)) == 1
    assert verified(school)


def test_only_the_principal_freezes_and_says_why(school: School) -> None:
    with pytest.raises(Refused):
        governing.freeze(school.repo, school.keys[VICE], "Nghỉ Tết", school.now())
    with pytest.raises(InvalidFields):
        governing.freeze(school.repo, school.keys[PRINCIPAL], " ", school.now())


# Time


def scheduled(school: School, at: datetime) -> Change:
    moment = f"{at:%d/%m/%Y %H:%M}"
    draft = school.create(TEACHER, "posts", **post_fields(publish_at=moment))
    return school.check(LEAD, school.submit(TEACHER, draft))


def test_a_scheduled_post_is_published_at_its_time_and_once(school: School) -> None:
    at = datetime(2026, 11, 25, 7, 0, tzinfo=VIETNAM)
    waiting = school.approve_for_later(VICE, scheduled(school, at))

    assert services.publish_due(school.repo, at - timedelta(minutes=1)) == {}
    assert services.publish_due(school.repo, at) == {waiting.entry_id: None}
    assert services.publish_due(school.repo, at - timedelta(days=365)) == {}
    assert services.publish_due(school.repo, at + timedelta(days=365)) == {}
    assert verified(school)


def test_a_time_that_has_passed_publishes_at_once(school: School) -> None:
    school.approve(VICE, scheduled(school, datetime(2026, 11, 1, 7, 0, tzinfo=VIETNAM)))


def test_an_edit_of_a_scheduled_post_voids_its_approval(school: School) -> None:
    at = datetime(2026, 11, 25, 7, 0, tzinfo=VIETNAM)
    waiting = school.approve_for_later(VICE, scheduled(school, at))
    edited = school.save(TEACHER, waiting)

    assert edited.status is Status.DRAFT
    assert services.publish_due(school.repo, at) == {}


def test_a_scheduled_post_can_be_sent_back_before_its_time(school: School) -> None:
    at = datetime(2026, 11, 25, 7, 0, tzinfo=VIETNAM)
    waiting = school.approve_for_later(VICE, scheduled(school, at))

    assert school.send_back(PRINCIPAL, waiting).status is Status.CHANGES_REQUESTED
    assert services.publish_due(school.repo, at) == {}


def test_the_approved_time_is_part_of_what_was_approved(school: School) -> None:
    at = datetime(2026, 11, 25, 7, 0, tzinfo=VIETNAM)
    waiting = school.approve_for_later(VICE, scheduled(school, at))
    fields = {k: v for k, v in waiting.fields.items() if k != "publish_at"}
    sooner = services.save(
        school.repo,
        school.keys[TEACHER],
        waiting.entry_id,
        waiting.head,
        Content(fields, waiting.body),
        school.now(),
    )

    assert sooner.status is Status.DRAFT


def test_the_trouble_of_one_entry_does_not_hold_up_another(school: School) -> None:
    at = datetime(2026, 11, 25, 7, 0, tzinfo=VIETNAM)
    good = school.approve_for_later(PRINCIPAL, scheduled(school, at))
    raw = post_fields(title="Bài hai", publish_at=f"{at:%d/%m/%Y %H:%M}")
    draft = school.create(LEAD, "posts", **raw)
    bad = school.approve_for_later(VICE, school.submit(LEAD, draft))
    school.change_roster(VICE, roles=["teacher"])
    outcome = services.publish_due(school.repo, at)

    assert outcome[good.entry_id] is None
    assert outcome[bad.entry_id] is not None
    assert verified(school)


# Takedowns


@pytest.mark.parametrize("who", [PRINCIPAL, VICE, NUTRITION_VICE, ADMIN])
def test_one_leader_or_the_administrator_takes_down_at_once(
    school: School, a_published_post: Published, who: str
) -> None:
    take_down(school, who, a_published_post)

    order = school.repo.governance().takedowns[a_published_post.entry_id]
    assert (order.by, order.kind, order.reason) == (who, "error", "Đăng nhầm ảnh.")
    assert verified(school)


@pytest.mark.parametrize("who", [TEACHER, LEAD, "vanthu"])
def test_others_do_not_take_down(school: School, a_published_post: Published, who: str) -> None:
    with pytest.raises(Refused, match="gỡ được bài"):
        take_down(school, who, a_published_post)


def test_only_the_principal_puts_up_again(school: School, a_published_post: Published) -> None:
    take_down(school, ADMIN, a_published_post)
    with pytest.raises(Refused):
        governing.lift_takedown(
            school.repo, school.keys[ADMIN], a_published_post.entry_id, school.now()
        )
    governing.lift_takedown(
        school.repo, school.keys[PRINCIPAL], a_published_post.entry_id, school.now()
    )

    assert school.repo.governance().takedowns == {}
    assert verified(school)


def test_what_is_down_is_not_taken_down_again(school: School, a_published_post: Published) -> None:
    take_down(school, ADMIN, a_published_post)

    with pytest.raises(Refused, match="đã được gỡ"):
        take_down(school, VICE, a_published_post)


def test_only_what_is_public_is_taken_down(school: School, a_draft: Change) -> None:
    with pytest.raises(NotFound):
        governing.take_down(
            school.repo, school.keys[ADMIN], a_draft.entry_id, "error", "Nhầm", school.now()
        )


# The profile


def test_the_principal_changes_the_schools_profile(school: School) -> None:
    governing.change_school(
        school.repo, school.keys[PRINCIPAL], {"phone": "0228 3 111 222"}, school.now()
    )

    assert school.repo.governance().school["phone"] == "0228 3 111 222"
    with pytest.raises(InvalidFields):
        governing.change_school(
            school.repo, school.keys[PRINCIPAL], {"phone": "1\n2"}, school.now()
        )
