"""The urgent lane and its after-review: who may, until when, and what the auditor makes of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

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
from workflow import after_review, governing, services, verification
from workflow.after_review import UrgentEdition, concerns, owed
from workflow.entries import Change
from workflow.errors import InvalidFields, Refused, StaleVersion
from workflow.services import Content
from workflow.shelf import Published
from workflow.states import Action

STORM = "Bão vào đêm nay, phụ huynh cần biết ngay."


def urge(school: School, who: str, change: Change, note: str = STORM) -> Published | Change:
    key = school.keys[who]
    return services.publish_urgently(
        school.repo, key, change.entry_id, change.head, note, school.now()
    )


def review(school: School, who: str, entry_id: str, **changed: Any) -> UrgentEdition:
    seen = changed.get("seen") or owed(school.repo)[entry_id].publication
    note = changed.get("note", "")
    return after_review.review(school.repo, school.keys[who], entry_id, seen, note, school.now())


@pytest.fixture
def an_urgent_post(school: School, a_submitted_post: Change) -> UrgentEdition:
    urge(school, NUTRITION_VICE, a_submitted_post)
    return owed(school.repo)[a_submitted_post.entry_id]


@pytest.mark.parametrize("who", [VICE, NUTRITION_VICE, PRINCIPAL])
@pytest.mark.parametrize("checked", [False, True])
def test_any_leader_publishes_at_once_without_check_and_field(
    school: School, a_submitted_post: Change, who: str, checked: bool
) -> None:
    change = school.check(LEAD, a_submitted_post) if checked else a_submitted_post

    done = urge(school, who, change)

    assert isinstance(done, Published)
    edition = owed(school.repo)[change.entry_id]
    assert (edition.urged.actor, edition.urged.note) == (who, STORM)
    assert edition.contributors == {TEACHER}
    assert edition.due == edition.published_at + timedelta(hours=24)
    assert verification.verify(school.repo.path).ok


@pytest.mark.parametrize("who", [TEACHER, LEAD, ADMIN])
def test_nobody_else_does(school: School, a_submitted_post: Change, who: str) -> None:
    with pytest.raises(Refused, match="Chỉ hiệu trưởng, phó hiệu trưởng đăng khẩn được"):
        urge(school, who, a_submitted_post)


def test_not_who_wrote_at_it(school: School, a_draft: Change) -> None:
    change = school.submit(TEACHER, school.save(VICE, a_draft))
    with pytest.raises(Refused, match="Không tự phê duyệt bài mà mình đã viết"):
        urge(school, VICE, change)
    assert isinstance(urge(school, NUTRITION_VICE, change), Published)


def test_not_who_checked_it(school: School, a_submitted_post: Change) -> None:
    school.change_roster(VICE, roles=["vice_principal", "team_lead"], groups=["mau-giao"])
    change = school.check(VICE, a_submitted_post)
    with pytest.raises(Refused, match="Người đã kiểm tra"):
        urge(school, VICE, change)


@pytest.mark.parametrize("note", ["", "   ", "gấp", "g  ấ  p     quá"])
def test_not_without_a_reason(school: School, a_submitted_post: Change, note: str) -> None:
    with pytest.raises(InvalidFields, match="note"):
        urge(school, VICE, a_submitted_post, note)
    assert owed(school.repo) == {}


def test_not_during_a_freeze(school: School, a_submitted_post: Change) -> None:
    governing.freeze(school.repo, school.keys[PRINCIPAL], "Nghỉ", school.now())
    with pytest.raises(Refused, match="tạm khóa"):
        urge(school, VICE, a_submitted_post)
    governing.lift_freeze(school.repo, school.keys[PRINCIPAL], school.now())
    assert isinstance(urge(school, VICE, a_submitted_post), Published)


def test_not_before_an_hour_that_the_writer_set(school: School) -> None:
    at = school.clock + timedelta(hours=5)
    change = school.create(TEACHER, "posts", **post_fields(publish_at=f"{at:%d/%m/%Y %H:%M}"))
    change = school.submit(TEACHER, change)
    with pytest.raises(Refused, match="hẹn giờ"):
        urge(school, VICE, change)
    school.clock = at
    assert isinstance(urge(school, VICE, change), Published)


def test_not_a_draft_that_nobody_sent(school: School, a_draft: Change) -> None:
    with pytest.raises(Refused, match="Bản nháp"):
        urge(school, VICE, a_draft)


@pytest.mark.parametrize("who", [VICE, PRINCIPAL])
def test_another_leader_reviews_and_nothing_is_owed_any_more(
    school: School, an_urgent_post: UrgentEdition, who: str
) -> None:
    tree = school.repo.commit(school.repo.main()).tree

    review(school, who, an_urgent_post.entry_id, note="Đã đọc, đúng.")

    assert owed(school.repo) == {}
    assert school.repo.commit(school.repo.main()).tree == tree
    newest = services.history_of(school.repo, an_urgent_post.entry_id)[:3]
    assert [step.action for step in newest] == [Action.REVIEW, Action.PUBLISH, Action.URGENT]
    assert (newest[0].actor, newest[0].note) == (who, "Đã đọc, đúng.")
    assert verification.verify(school.repo.path).ok


@pytest.mark.parametrize(
    ("who", "why"),
    [
        (NUTRITION_VICE, "Người đăng khẩn không tự hậu kiểm"),
        (TEACHER, "Chỉ hiệu trưởng, phó hiệu trưởng hậu kiểm"),
        (LEAD, "Chỉ hiệu trưởng, phó hiệu trưởng hậu kiểm"),
        (ADMIN, "Chỉ hiệu trưởng, phó hiệu trưởng hậu kiểm"),
    ],
)
def test_nobody_else_reviews(
    school: School, an_urgent_post: UrgentEdition, who: str, why: str
) -> None:
    with pytest.raises(Refused, match=why):
        review(school, who, an_urgent_post.entry_id)


def test_a_leader_who_wrote_at_it_does_not_review_it(school: School, a_draft: Change) -> None:
    change = school.submit(TEACHER, school.save(VICE, a_draft))
    urge(school, NUTRITION_VICE, change)
    with pytest.raises(Refused, match="mình đã viết"):
        review(school, VICE, change.entry_id)
    review(school, PRINCIPAL, change.entry_id)


def test_it_is_reviewed_once_and_as_it_was_seen(
    school: School, an_urgent_post: UrgentEdition
) -> None:
    with pytest.raises(StaleVersion):
        review(school, VICE, an_urgent_post.entry_id, seen="0" * 40)
    review(school, VICE, an_urgent_post.entry_id)
    with pytest.raises(Refused, match="không còn chờ hậu kiểm"):
        review(school, VICE, an_urgent_post.entry_id, seen=an_urgent_post.publication)


def test_an_edition_that_went_the_whole_way_ends_what_is_owed(
    school: School, an_urgent_post: UrgentEdition
) -> None:
    current = services.open_for_edit(school.repo, an_urgent_post.entry_id)
    content = Content(current.fields, "Bản đã sửa.")
    saved = services.save(
        school.repo, school.keys[TEACHER], current.entry_id, current.head, content, school.now()
    )
    assert owed(school.repo) != {}
    school.approve(VICE, school.check(LEAD, school.submit(TEACHER, saved)))
    assert owed(school.repo) == {}


def test_what_is_owed_can_be_followed_from_any_earlier_head(
    school: School, a_draft: Change
) -> None:
    heads = [school.repo.main()]
    urge(school, NUTRITION_VICE, school.submit(TEACHER, a_draft))
    heads.append(school.repo.main())
    governing.freeze(school.repo, school.keys[PRINCIPAL], "Nghỉ", school.now())
    heads.append(school.repo.main())
    review(school, VICE, a_draft.entry_id)
    heads.append(school.repo.main())

    known: dict[str, UrgentEdition] = {}
    base = None
    for head in heads:
        known = after_review.follow(school.repo, known, base, head)
        assert known == after_review.follow(school.repo, {}, None, head)
        base = head
    assert known == {}


def told(school: School, edition: UrgentEdition, *, hours: int) -> set[str]:
    rules, now = school.repo.governance(), edition.published_at + timedelta(hours=hours)
    return {p.username for p in rules.people.values() if concerns(edition, p, rules, now)}


def test_it_lies_with_those_who_may_review_it_and_later_with_the_principal(
    school: School, a_draft: Change
) -> None:
    change = school.submit(PRINCIPAL, school.save(PRINCIPAL, a_draft))
    urge(school, NUTRITION_VICE, change)
    edition = owed(school.repo)[change.entry_id]

    assert told(school, edition, hours=23) == {VICE}
    assert told(school, edition, hours=25) == {VICE, PRINCIPAL}


def test_what_the_principal_urged_comes_before_all_leaders(school: School, a_draft: Change) -> None:
    urge(school, PRINCIPAL, school.submit(VICE, school.save(VICE, a_draft)))
    edition = owed(school.repo)[a_draft.entry_id]

    assert told(school, edition, hours=23) == {NUTRITION_VICE}
    assert told(school, edition, hours=25) == {VICE, NUTRITION_VICE, PRINCIPAL}
