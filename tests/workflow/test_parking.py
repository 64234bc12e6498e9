"""A long draft beside a hot-fix, and drafts that were given up, on real git."""

from datetime import timedelta

import pytest

from tests.workflow.conftest import (
    CLERK,
    LEAD,
    NUTRITION,
    PRINCIPAL,
    STAFF,
    TEACHER,
    VICE,
    School,
)
from workflow import entries, services, verification
from workflow.entries import Change, Trailers
from workflow.errors import InvalidFields, NotFound, Refused, StaleVersion
from workflow.repository import ARCHIVE, PARKED, StoredMedia
from workflow.roster import Governance
from workflow.services import Archived, Content
from workflow.shelf import Published
from workflow.states import Action, Role, Status

LIVE = "Trăng lên, các bé rước dèn.\n\nCô chia bánh."
MENDED = LIVE.replace("dèn", "đèn")
LONG = f"{LIVE}\n\nPhụ huynh cùng dọn dẹp.\n\nHẹn gặp lại mùa trăng sau."


def publish(school: School, change: Change) -> Published:
    return school.approve(VICE, school.check(LEAD, school.submit(TEACHER, change)))


def rewrite(school: School, entry_id: str, body: str, who: str = TEACHER) -> Change:
    return school.save(who, services.open_for_edit(school.repo, entry_id), body=body)


def park(school: School, change: Change, who: str = TEACHER, seen: str = "") -> Change:
    head = seen or change.head
    return services.park(school.repo, school.keys[who], change.entry_id, head, school.now())


def update(school: School, entry_id: str, who: str = TEACHER, seen: str = "") -> Change:
    head = seen or services.parked(school.repo, entry_id).head
    return services.update(school.repo, school.keys[who], entry_id, head, school.now())


def abandon(school: School, change: Change, who: str = TEACHER, note: str = "Nhầm.") -> Archived:
    return services.abandon(
        school.repo, school.keys[who], change.entry_id, change.head, note, school.now()
    )


def take_back(school: School, found: Archived, who: str = TEACHER) -> Change:
    return services.take_back(
        school.repo,
        school.keys[who],
        found.change.entry_id,
        found.number,
        found.change.head,
        school.now(),
    )


@pytest.fixture
def a_long_draft(school: School, a_published_post: Published) -> Change:
    """A second edition in the making, of a page with a typo."""
    first = rewrite(school, a_published_post.entry_id, LIVE)
    publish(school, first)
    return rewrite(school, first.entry_id, LONG)


# The hot-fix


def test_a_typo_is_mended_while_a_long_draft_waits_and_both_go_live(
    school: School, a_long_draft: Change
) -> None:
    entry_id = a_long_draft.entry_id
    live = park(school, a_long_draft)
    publish(school, school.save(TEACHER, live, body=MENDED))
    assert services.published_entry(school.repo, entry_id).edition.body == f"{MENDED}\n"

    updated = update(school, entry_id)
    assert updated.status is Status.DRAFT
    assert updated.body == LONG.replace("dèn", "đèn") + "\n"
    assert updated.before is not None
    assert updated.before.body == f"{MENDED}\n"
    assert services.looks_of(school.repo, updated) == ()
    assert school.repo.refs(PARKED) == {}
    publish(school, updated)

    assert services.published_entry(school.repo, entry_id).edition.body == updated.body
    assert verification.verify(school.repo.path).ok


def test_the_parked_draft_lies_aside_as_it_was(school: School, a_long_draft: Change) -> None:
    live = park(school, a_long_draft)
    aside = services.parked(school.repo, a_long_draft.entry_id)

    assert live.status is Status.PUBLISHED
    assert (aside.head, aside.status) == (a_long_draft.head, Status.PARKED)
    assert school.repo.refs(PARKED) == {aside.entry_id: aside.head}
    assert services.changes(school.repo) == []


def test_everybody_who_wrote_before_the_update_still_counts_and_so_does_who_updates(
    school: School, a_long_draft: Change
) -> None:
    shared = rewrite(school, a_long_draft.entry_id, f"{LONG}\n\nCảm ơn.", who=VICE)
    park(school, shared)
    updated = update(school, shared.entry_id, who=LEAD)

    assert updated.contributors == {TEACHER, VICE, LEAD}
    submitted = school.submit(TEACHER, updated)
    with pytest.raises(Refused, match="Không tự phê duyệt"):
        school.approve(VICE, submitted)
    school.approve(PRINCIPAL, submitted)
    assert verification.verify(school.repo.path).ok


def test_decisions_before_the_update_are_void(school: School, a_long_draft: Change) -> None:
    checked = school.check(LEAD, school.submit(TEACHER, a_long_draft))
    park(school, checked)
    updated = update(school, checked.entry_id)

    assert updated.status is Status.DRAFT
    assert updated.decisions == ()


def test_a_draft_is_updated_twice(school: School, a_long_draft: Change) -> None:
    entry_id = a_long_draft.entry_id
    publish(school, school.save(TEACHER, park(school, a_long_draft), body=MENDED))
    once = update(school, entry_id)
    better = MENDED.replace("chia bánh", "chia bánh dẻo")
    publish(school, school.save(TEACHER, park(school, once), body=better))
    twice = update(school, entry_id)

    assert twice.body == LONG.replace("dèn", "đèn").replace("chia bánh", "chia bánh dẻo") + "\n"
    assert twice.contributors == {TEACHER}
    publish(school, twice)
    assert verification.verify(school.repo.path).ok
    assert verification.check_with_stock_tools(school.repo.path, school.repo.main()) > 0


def test_what_both_changed_is_named_until_the_next_save(
    school: School, a_long_draft: Change
) -> None:
    entry_id = a_long_draft.entry_id
    live = park(school, a_long_draft)
    content = Content(live.fields | {"category": "tuyen-truyen"}, live.body)
    fixed = services.save(
        school.repo, school.keys[TEACHER], entry_id, live.head, content, school.now()
    )
    publish(school, fixed)
    aside = services.parked(school.repo, entry_id)
    updated = update(school, entry_id)
    assert aside.fields["category"] == "hoat-dong-cua-be"
    assert updated.fields["category"] == "tuyen-truyen"
    assert services.looks_of(school.repo, updated) == ()

    # Again, with the draft of another mind.
    content = Content(updated.fields | {"category": "goc-cua-be"}, updated.body)
    own = services.save(
        school.repo, school.keys[TEACHER], entry_id, updated.head, content, school.now()
    )
    live = park(school, own)
    content = Content(live.fields | {"category": "chuyen-mon"}, live.body)
    publish(
        school,
        services.save(
            school.repo, school.keys[TEACHER], entry_id, live.head, content, school.now()
        ),
    )
    updated = update(school, entry_id)

    assert updated.fields["category"] == "goc-cua-be"
    assert [look.name for look in services.looks_of(school.repo, updated)] == ["category"]
    assert services.looks_of(school.repo, school.save(TEACHER, updated)) == ()


def test_photos_of_the_draft_and_of_the_fix_both_stay(school: School, a_long_draft: Change) -> None:
    entry_id = a_long_draft.entry_id

    def with_photo(change: Change, data: bytes) -> Change:
        photo: StoredMedia = school.repo.store_media(data)
        fields = change.fields | {"photos": [{"file": "anh-1.jpg", "alt": "Bé"}]}
        content = Content(fields, change.body, {"anh-1.jpg": photo})
        return services.save(
            school.repo, school.keys[TEACHER], entry_id, change.head, content, school.now()
        )

    live = park(school, with_photo(a_long_draft, b"mine"))
    publish(school, with_photo(live, b"theirs"))
    updated = update(school, entry_id)

    assert set(updated.media) == {"anh-1.jpg", "anh-2.jpg"}
    assert school.repo.open_media(updated.media["anh-2.jpg"].oid) == b"mine"
    publish(school, updated)
    assert verification.verify(school.repo.path).ok


def test_a_hot_fix_that_was_given_up_leaves_the_long_draft_as_it_was(
    school: School, a_long_draft: Change
) -> None:
    fix = school.save(TEACHER, park(school, a_long_draft), body=MENDED)
    with pytest.raises(Refused, match="đang có một bản nháp khác"):
        update(school, fix.entry_id)
    abandon(school, fix)

    assert update(school, fix.entry_id).body == a_long_draft.body


# Who may not, and when


def test_only_a_published_entry_has_something_to_mend_beside_its_draft(
    school: School, a_draft: Change
) -> None:
    with pytest.raises(Refused, match="Chỉ sửa gấp được bài đang đăng"):
        park(school, a_draft)


def test_one_draft_lies_aside_at_most(school: School, a_long_draft: Change) -> None:
    fix = school.save(TEACHER, park(school, a_long_draft), body=MENDED)
    with pytest.raises(Refused, match="đã có một bản nháp đang gác"):
        park(school, fix)


@pytest.mark.parametrize("who", [CLERK, NUTRITION])
def test_who_may_not_write_it_may_not_park_update_or_abandon_it(
    school: School, a_long_draft: Change, who: str
) -> None:
    with pytest.raises(Refused, match="tổ, bộ phận khác phụ trách"):
        park(school, a_long_draft, who=who)
    with pytest.raises(Refused, match="tổ, bộ phận khác phụ trách"):
        abandon(school, a_long_draft, who=who)
    park(school, a_long_draft)
    with pytest.raises(Refused, match="tổ, bộ phận khác phụ trách"):
        update(school, a_long_draft.entry_id, who=who)


def test_nobody_parks_or_abandons_a_version_that_he_did_not_see(
    school: School, a_long_draft: Change
) -> None:
    rewrite(school, a_long_draft.entry_id, f"{LONG}\n\nCảm ơn.")
    with pytest.raises(StaleVersion):
        park(school, a_long_draft)
    with pytest.raises(StaleVersion):
        abandon(school, a_long_draft)


def test_nobody_updates_a_version_that_he_did_not_see(school: School, a_long_draft: Change) -> None:
    park(school, a_long_draft)
    with pytest.raises(StaleVersion):
        update(school, a_long_draft.entry_id, seen=a_long_draft.fork)


def test_there_is_nothing_to_update_where_nothing_was_parked(
    school: School, a_long_draft: Change
) -> None:
    with pytest.raises(NotFound):
        update(school, a_long_draft.entry_id, seen=a_long_draft.head)
    with pytest.raises(NotFound):
        services.archived(school.repo, a_long_draft.entry_id, 1)


@pytest.mark.parametrize("who", STAFF)
def test_rules_act_and_auditor_agree_who_may_take_a_draft_up(
    school: School, a_long_draft: Change, who: str
) -> None:
    park(school, a_long_draft)
    aside, governance = services.parked(school.repo, a_long_draft.entry_id), rules(school)
    allowed = not entries.refusals(aside, Action.UPDATE, governance.people[who], governance)
    accepted = any(is_accepted(school, aside, who, role) for role in governance.people[who].roles)
    try:
        update(school, aside.entry_id, who=who)
        done = True
    except Refused:
        done = False

    assert (done, accepted) == (allowed, allowed)


def rules(school: School) -> Governance:
    return school.repo.governance()


def is_accepted(school: School, aside: Change, who: str, role: Role) -> bool:
    """Whether the auditor accepts a publication in which that person took the draft up."""
    repo, main = school.repo, school.repo.main()
    files = {item.path: item.oid for item in repo.files(aside.head, aside.folder)}
    tree = repo.with_folder(main, aside.folder, files)

    def act(head: str, action: Action, actor: str, as_role: Role) -> str:
        trailers = Trailers(action, actor, as_role, aside.entry_id, aside.type_name)
        parents = [head, main] if action is Action.UPDATE else [head]
        return repo.write_commit(
            tree, parents, trailers.message("Việc"), school.now(), school.keys[actor]
        )

    head = act(aside.head, Action.UPDATE, who, role)
    head = act(head, Action.SUBMIT, TEACHER, Role.TEACHER)
    if who != LEAD:
        head = act(head, Action.CHECK, LEAD, Role.TEAM_LEAD)
    approver, office = (
        (VICE, Role.VICE_PRINCIPAL) if who == PRINCIPAL else (PRINCIPAL, Role.PRINCIPAL)
    )
    head = act(head, Action.APPROVE, approver, office)
    trailers = Trailers(Action.PUBLISH, approver, office, aside.entry_id, aside.type_name)
    made = repo.write_commit(tree, [main, head], trailers.message("Đăng"), school.now(), approver)
    return verification.verify(repo.path, head=made, audited=main).ok


# The archive


def test_an_abandoned_draft_is_kept_with_its_reason(school: School, a_draft: Change) -> None:
    found = abandon(school, a_draft, note="Trùng bài của tổ.")

    assert found.number == 1
    assert found.change.status is Status.ABANDONED
    assert found.change.edition == a_draft.edition
    assert found.change.history[-1].note == "Trùng bài của tổ."
    assert services.archived(school.repo, a_draft.entry_id, 1) == found
    assert len(school.repo.refs(ARCHIVE)) == 1
    with pytest.raises(NotFound):
        services.change(school.repo, a_draft.entry_id)


def test_nobody_abandons_without_a_reason(school: School, a_draft: Change) -> None:
    with pytest.raises(InvalidFields, match="Chưa có lý do"):
        abandon(school, a_draft, note=" ")


def test_an_abandoned_draft_comes_back_and_goes_live(school: School, a_draft: Change) -> None:
    back = take_back(school, abandon(school, a_draft))

    assert back.edition == a_draft.edition
    assert school.repo.refs(ARCHIVE) == {}
    publish(school, back)
    assert verification.verify(school.repo.path).ok


def test_what_was_approved_before_it_was_given_up_must_be_approved_again(
    school: School, a_checked_post: Change
) -> None:
    back = take_back(school, abandon(school, a_checked_post))

    assert back.status is Status.DRAFT


def test_it_comes_back_with_what_changed_on_the_live_page_meanwhile(
    school: School, a_long_draft: Change
) -> None:
    found = abandon(school, a_long_draft)
    publish(school, rewrite(school, a_long_draft.entry_id, MENDED))

    assert take_back(school, found).body == LONG.replace("dèn", "đèn") + "\n"


def test_the_archive_numbers_what_is_given_up_again(school: School, a_draft: Change) -> None:
    back = take_back(school, abandon(school, a_draft))
    first = abandon(school, back)
    assert first.number == 1

    again = take_back(school, first)
    assert abandon(school, again).number == 1


def test_a_new_entry_takes_no_id_of_the_archive(school: School, a_draft: Change) -> None:
    abandon(school, a_draft)

    assert services._is_taken(school.repo, a_draft.entry_id)
    assert not services._is_taken(school.repo, "20261124-zzzz")


# Drafts that lie about


def test_a_draft_is_stale_after_thirty_days(school: School, a_draft: Change) -> None:
    assert a_draft.touched is not None
    assert not entries.is_stale(a_draft, a_draft.touched + timedelta(days=29, hours=23))
    assert entries.is_stale(a_draft, a_draft.touched + timedelta(days=30))
