"""The path of an entry, on real git."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.workflow.conftest import (
    ADMIN,
    CLERK,
    LEAD,
    NUTRITION,
    NUTRITION_VICE,
    PRINCIPAL,
    TEACHER,
    VICE,
    School,
    circular_fields,
    menu_fields,
    post_fields,
)
from workflow import entries, governing, services, signing, verification
from workflow.entries import Change
from workflow.errors import InvalidFields, NotFound, Refused, StaleVersion, Unverified
from workflow.repository import StoredMedia
from workflow.services import Content
from workflow.shelf import Published
from workflow.states import Action, Status

# The way of a post


def test_a_post_goes_through_two_approvals_to_main(
    school: School, a_published_post: Published
) -> None:
    assert [entry.entry_id for entry in services.published(school.repo)] == [
        a_published_post.entry_id
    ]
    assert school.repo.draft(a_published_post.entry_id) is None


def test_each_step_says_who_holds_the_entry_next(school: School, a_draft: Change) -> None:
    governance = school.repo.governance()
    submitted = school.submit(TEACHER, a_draft)
    checked = school.check(LEAD, submitted)

    assert [p.username for p in entries.holders(a_draft, governance)] == [TEACHER]
    assert [p.username for p in entries.holders(submitted, governance)] == [LEAD]
    assert {p.username for p in entries.holders(checked, governance)} == {VICE, PRINCIPAL}


def test_a_publication_changes_exactly_the_folder_of_the_entry(
    school: School, a_published_post: Published
) -> None:
    before = {item.path for item in school.repo.files(school.repo.main())}
    other = school.create(TEACHER, "posts", **post_fields(title="Bài khác"))
    other = school.check(LEAD, school.submit(TEACHER, other))
    school.approve(VICE, other)

    after = {item.path for item in school.repo.files(school.repo.main())}
    assert after - before == {f"{other.folder}/index.md"}
    assert before - after == set()


def test_a_returned_post_comes_back_with_its_reason_and_can_be_sent_again(
    school: School, a_submitted_post: Change
) -> None:
    returned = school.send_back(LEAD, a_submitted_post, "Sai ngày.")
    again = school.submit(TEACHER, school.save(TEACHER, returned))

    assert returned.status is Status.CHANGES_REQUESTED
    assert returned.returned
    assert returned.returned.note == "Sai ngày."
    assert again.status is Status.IN_REVIEW


def test_a_return_needs_a_reason(school: School, a_submitted_post: Change) -> None:
    with pytest.raises(InvalidFields, match="Chưa có lý do"):
        school.send_back(LEAD, a_submitted_post, "  ")


def test_an_edit_voids_the_decisions(school: School, a_checked_post: Change) -> None:
    edited = school.save(TEACHER, a_checked_post, body="Một chữ khác.")

    assert edited.status is Status.DRAFT
    with pytest.raises(Refused):
        school.approve(VICE, edited)


def test_a_save_without_a_change_voids_nothing(school: School, a_checked_post: Change) -> None:
    same = school.save(TEACHER, a_checked_post, body=a_checked_post.body)

    assert same.head == a_checked_post.head
    assert same.status is Status.PENDING_APPROVAL


def test_a_published_post_is_changed_through_the_same_pipe(
    school: School, a_published_post: Published
) -> None:
    opened = services.open_for_edit(school.repo, a_published_post.entry_id)
    draft = school.save(TEACHER, opened, body="Bản sửa.")
    school.approve(VICE, school.check(LEAD, school.submit(TEACHER, draft)))

    entry = services.published_entry(school.repo, a_published_post.entry_id)
    assert draft.before
    assert draft.before.body == a_published_post.edition.body
    assert entry.edition.body == "Bản sửa.\n"


def test_the_address_of_a_published_post_stays_when_its_title_changes(
    school: School, a_published_post: Published
) -> None:
    opened = services.open_for_edit(school.repo, a_published_post.entry_id)
    content = Content(opened.fields | {"title": "Tiêu đề mới"}, opened.body)
    draft = services.save(
        school.repo, school.keys[TEACHER], opened.entry_id, opened.head, content, school.now()
    )

    assert draft.fields["slug"] == a_published_post.fields["slug"]


def test_the_history_of_a_public_entry_names_every_act(
    school: School, a_published_post: Published
) -> None:
    steps = services.history_of(school.repo, a_published_post.entry_id)

    assert [(step.action, step.actor) for step in reversed(steps)] == [
        (Action.SAVE, TEACHER),
        (Action.SUBMIT, TEACHER),
        (Action.CHECK, LEAD),
        (Action.APPROVE, VICE),
        (Action.PUBLISH, VICE),
    ]


# Who may not


def test_nobody_checks_what_he_wrote(school: School) -> None:
    draft = school.create(TEACHER, "posts", **post_fields())
    draft = school.submit(TEACHER, school.save(LEAD, draft))
    second = replace(school.repo.governance().people[LEAD], username="totruong.khac")

    assert draft.status is Status.PENDING_APPROVAL  # nobody is left to check
    assert not entries.refusals(
        replace(draft, status=Status.IN_REVIEW), Action.CHECK, second, school.repo.governance()
    )
    with pytest.raises(Refused, match=r"Không tự kiểm tra|không thể"):
        school.check(LEAD, draft)


def test_nobody_approves_what_he_touched(school: School, a_draft: Change) -> None:
    edited = school.save(VICE, a_draft)
    sent = school.check(LEAD, school.submit(TEACHER, edited))

    with pytest.raises(Refused, match="Không tự phê duyệt"):
        school.approve(VICE, sent)
    school.approve(PRINCIPAL, sent)


def test_a_team_lead_goes_straight_to_approval(school: School) -> None:
    sent = school.submit(LEAD, school.create(LEAD, "posts", **post_fields()))

    assert sent.status is Status.PENDING_APPROVAL


def test_the_principals_own_post_needs_a_vice_principal(school: School) -> None:
    draft = school.create(PRINCIPAL, "posts", **post_fields(group="bgh"))
    sent = school.submit(PRINCIPAL, draft)

    with pytest.raises(Refused):
        school.approve(PRINCIPAL, sent)
    school.approve(NUTRITION_VICE, sent)


def test_a_lead_of_another_team_cannot_check(school: School, a_submitted_post: Change) -> None:
    with pytest.raises(Refused, match="không thuộc phần phụ trách"):
        school.check(NUTRITION, a_submitted_post)


def test_a_vice_principal_of_another_field_cannot_approve(
    school: School, a_checked_post: Change
) -> None:
    with pytest.raises(Refused, match="không thuộc thẩm quyền"):
        school.approve(NUTRITION_VICE, a_checked_post)


@pytest.mark.parametrize("who", [TEACHER, LEAD, ADMIN, CLERK])
def test_only_leaders_approve(school: School, a_checked_post: Change, who: str) -> None:
    with pytest.raises(Refused):
        school.approve(who, a_checked_post)


def test_a_teacher_writes_for_her_own_team_only(school: School) -> None:
    with pytest.raises(Refused, match="Chọn tổ"):
        school.create(TEACHER, "posts", **post_fields(group="van-phong"))


def test_a_draft_cannot_be_moved_to_a_team_with_fewer_steps(
    school: School, a_draft: Change
) -> None:
    content = Content(a_draft.fields | {"group": "van-phong"}, a_draft.body)

    with pytest.raises(Refused, match="Chọn tổ"):
        services.save(
            school.repo,
            school.keys[TEACHER],
            a_draft.entry_id,
            a_draft.head,
            content,
            school.now(),
        )


def test_a_circular_needs_a_second_reader(school: School) -> None:
    sent = school.submit(CLERK, school.create(CLERK, "circulars", **circular_fields()))
    checked = school.check(ADMIN, sent)

    assert sent.status is Status.IN_REVIEW
    school.approve(VICE, checked)


def test_a_menu_goes_to_the_vice_principal_for_nutrition(school: School) -> None:
    sent = school.submit(NUTRITION, school.create(NUTRITION, "menus", **menu_fields()))

    with pytest.raises(Refused):
        school.approve(VICE, sent)
    published = school.approve(NUTRITION_VICE, sent)
    assert published.title == "Thực đơn tuần 49 (30/11 – 04/12/2026) – Mẫu giáo"


def test_a_key_that_is_not_in_the_roster_signs_nothing(
    school: School, a_checked_post: Change
) -> None:
    own = school.keys[VICE]
    school.keys[VICE] = signing.Signer(VICE, signing.generate())
    with pytest.raises(Refused, match="khóa ký"):
        school.approve(VICE, a_checked_post)

    school.keys[VICE] = own
    school.approve(VICE, a_checked_post)


def test_a_post_is_sent_by_the_team_that_answers_for_it(school: School, a_draft: Change) -> None:
    content = Content(a_draft.fields | {"group": "nha-tre"}, a_draft.body)
    moved = services.save(
        school.repo, school.keys[VICE], a_draft.entry_id, a_draft.head, content, school.now()
    )

    with pytest.raises(Refused, match="Người thuộc tổ"):
        school.submit(TEACHER, moved)


def test_a_note_with_a_hidden_character_is_refused(
    school: School, a_submitted_post: Change
) -> None:
    with pytest.raises(InvalidFields, match="ký tự ẩn"):
        school.send_back(LEAD, a_submitted_post, "Sai\0ngày")
    school.send_back(LEAD, a_submitted_post, "Sai ngày.\r\nSửa lại.")


def test_what_the_auditor_would_refuse_never_reaches_main(
    school: School, a_checked_post: Change
) -> None:
    """The lead lost the role between check and approval: the check no longer counts."""
    school.change_roster(LEAD, roles=["teacher"])
    main = school.repo.main()

    with pytest.raises(Refused, match="không còn giá trị: phân quyền"):
        school.approve(VICE, a_checked_post)
    assert school.repo.main() == main


def test_an_approval_that_lapsed_in_its_waiting_time_is_not_published(
    school: School,
) -> None:
    """Nobody presses a button then: it is the auditor who keeps it off ``main``."""
    at = school.clock + timedelta(hours=3)
    draft = school.create(TEACHER, "posts", **post_fields(publish_at=f"{at:%d/%m/%Y %H:%M}"))
    checked = school.check(LEAD, school.submit(TEACHER, draft))
    approved = school.approve_for_later(VICE, checked)
    school.change_roster(VICE, roles=["teacher"])

    outcome = services.publish_due(school.repo, at)[approved.entry_id]
    assert isinstance(outcome, Unverified)
    assert VICE in str(outcome)


def test_after_a_new_key_the_old_decision_is_made_anew(
    school: School, a_checked_post: Change
) -> None:
    """A new password brings a new key: what the old one signed counts no more (DESIGN §4)."""
    key = signing.generate()
    school.change_roster(LEAD, key=signing.public_key_line(key))
    school.keys[LEAD] = signing.Signer(LEAD, key)
    governance = school.repo.governance()

    (lapse,) = entries.lapses(a_checked_post, governance)
    assert (lapse.step.action, lapse.step.actor) == (Action.CHECK, LEAD)
    assert "khóa ký đã đổi" in str(lapse.reason)
    for leader in (VICE, PRINCIPAL):
        with pytest.raises(Refused, match="khóa ký đã đổi"):
            school.approve(leader, a_checked_post)

    again = school.send_back(VICE, a_checked_post, "Gửi lại.")
    checked = school.check(LEAD, school.submit(TEACHER, again))
    assert entries.lapses(checked, governance) == []
    school.approve(VICE, checked)
    assert verification.verify(school.repo.path).ok


def test_a_new_key_of_the_writer_voids_the_submission_and_not_the_text(
    school: School, a_submitted_post: Change
) -> None:
    key = signing.generate()
    school.change_roster(TEACHER, key=signing.public_key_line(key))
    school.keys[TEACHER] = signing.Signer(TEACHER, key)

    with pytest.raises(Refused, match="Gửi kiểm tra"):
        school.check(LEAD, a_submitted_post)
    again = school.submit(TEACHER, school.send_back(LEAD, a_submitted_post, "Gửi lại."))
    school.approve(VICE, school.check(LEAD, again))
    assert verification.verify(school.repo.path).ok


# Two persons at once


def test_a_stale_save_is_refused_and_writes_nothing(school: School, a_draft: Change) -> None:
    second = school.save(LEAD, a_draft, body="Bản của tổ trưởng.")

    with pytest.raises(StaleVersion) as caught:
        school.save(TEACHER, a_draft, seen=a_draft.head, body="Bản của cô giáo.")
    assert caught.value.current == second.head
    assert services.change(school.repo, a_draft.entry_id).body == "Bản của tổ trưởng.\n"


@pytest.mark.parametrize("seen", ["", "main", "refs/heads/main", "HEAD", "0" * 41])
def test_a_version_is_named_by_its_commit_and_nothing_else(
    school: School, a_published_post: Published, seen: str
) -> None:
    opened = services.open_for_edit(school.repo, a_published_post.entry_id)
    content = Content(opened.fields, "Sửa.")

    with pytest.raises(StaleVersion):
        services.save(
            school.repo, school.keys[TEACHER], opened.entry_id, seen, content, school.now()
        )


def test_a_decision_on_an_older_version_is_refused(
    school: School, a_submitted_post: Change
) -> None:
    school.save(TEACHER, a_submitted_post)

    with pytest.raises(StaleVersion):
        school.check(LEAD, a_submitted_post)


def test_the_same_approval_twice_publishes_once(school: School, a_checked_post: Change) -> None:
    school.approve(VICE, a_checked_post)
    head = school.repo.main()

    with pytest.raises(NotFound):
        school.approve(VICE, a_checked_post)
    assert school.repo.main() == head


def test_a_draft_published_between_two_readings_is_no_open_change(
    school: School, a_checked_post: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_before = school.repo.drafts()
    assert [c.entry_id for c in services.changes(school.repo)] == [a_checked_post.entry_id]
    school.approve(VICE, a_checked_post)
    monkeypatch.setattr(type(school.repo), "drafts", lambda _repo: read_before)

    assert services.changes(school.repo) == []


# What the content must be


def test_an_incomplete_post_is_saved_but_not_submitted(school: School) -> None:
    draft = school.create(TEACHER, "posts", body="", title="Chỉ có tiêu đề", group="mau-giao")

    with pytest.raises(InvalidFields) as caught:
        school.submit(TEACHER, draft)
    assert set(caught.value.errors) == {"date", "summary", "category", "body"}


def test_the_title_of_a_draft_that_one_may_not_read_is_not_told(school: School) -> None:
    """The lead of the team is told it: the control."""
    school.create(TEACHER, "posts", **post_fields(title="Chuyện riêng"))

    with pytest.raises(InvalidFields, match="một bài khác đang soạn"):
        school.create(NUTRITION, "posts", **post_fields(title="Chuyện, riêng", group="nuoi-duong"))
    with pytest.raises(InvalidFields, match="Chuyện riêng"):
        school.create(LEAD, "posts", **post_fields(title="Chuyện, riêng"))


def test_two_posts_of_a_year_cannot_have_one_address(
    school: School, a_published_post: Published
) -> None:
    with pytest.raises(InvalidFields, match="cùng đường dẫn"):
        school.create(TEACHER, "posts", **post_fields(title="Bé vui đón tết trung thu!"))
    school.create(TEACHER, "posts", **post_fields(date="2025-11-24"))


def test_a_circular_is_entered_once_however_its_symbol_is_spelt(school: School) -> None:
    school.create(CLERK, "circulars", **circular_fields())

    with pytest.raises(InvalidFields, match="đã có"):
        school.create(CLERK, "circulars", **circular_fields(code_notation="KH-SGDDT"))
    school.create(
        CLERK, "circulars", **circular_fields(issuer="UBND phường", issued_date="2025-1-2")
    )


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("posts", {"category": "khong-co"}),
        ("notices", {"supersedes": "khong-co"}),
        ("circulars", {"replaces": ["khong-co"]}),
    ],
)
def test_a_reference_to_what_the_school_does_not_have_is_refused(
    school: School, kind: str, fields: dict[str, object]
) -> None:
    raw = circular_fields(**fields) if kind == "circulars" else post_fields(**fields)

    with pytest.raises(InvalidFields, match="trong danh sách"):
        school.create(CLERK if kind == "circulars" else TEACHER, kind, **raw)


def test_media_that_no_field_names_leave_the_folder(school: School, a_photo: StoredMedia) -> None:
    photos = [{"file": "anh-1.jpg", "alt": "Bé rước đèn"}]
    draft = school.create(
        TEACHER, "posts", media={"anh-1.jpg": a_photo}, **post_fields(photos=photos)
    )
    fields = {name: value for name, value in draft.fields.items() if name != "photos"}
    without = services.save(
        school.repo,
        school.keys[TEACHER],
        draft.entry_id,
        draft.head,
        Content(fields, draft.body),
        school.now(),
    )

    assert draft.media == {"anh-1.jpg": a_photo}
    assert without.media == {}


def test_a_photo_without_a_description_is_not_submitted(
    school: School, a_photo: StoredMedia
) -> None:
    draft = school.create(
        TEACHER,
        "posts",
        media={"anh-1.jpg": a_photo},
        **post_fields(photos=[{"file": "anh-1.jpg", "alt": ""}]),
    )

    with pytest.raises(InvalidFields, match="câu mô tả"):
        school.submit(TEACHER, draft)


@pytest.mark.parametrize("kind", ["personal_data", "explained"])
def test_a_taken_address_tells_no_title_that_was_taken_down_for_personal_data(
    school: School, a_published_post: Published, kind: str
) -> None:
    entry_id, leader = a_published_post.entry_id, school.keys[PRINCIPAL]
    governing.take_down(school.repo, leader, entry_id, kind, "Phụ huynh yêu cầu.", school.now())

    with pytest.raises(InvalidFields) as refused:
        school.create(CLERK, "posts", **post_fields(group="van-phong"))

    told = str(refused.value.errors["title"][0])
    assert (a_published_post.title in told) == (kind == "explained")
