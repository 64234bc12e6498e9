"""What happens to an entry after it was public: corrected, withdrawn, put back, moved, pinned."""

from typing import Any

import pytest

from tests.workflow.conftest import (
    LEAD,
    TEACHER,
    VICE,
    School,
    circular_fields,
    post_fields,
)
from workflow import revising, services, verification
from workflow.addresses import public_path
from workflow.content_types import WITHDRAWAL_KINDS
from workflow.entries import Change
from workflow.errors import InvalidFields, Refused, StaleVersion
from workflow.purposes import Purpose
from workflow.repository import StoredMedia
from workflow.revising import Withdrawal
from workflow.services import Content
from workflow.shelf import Published


def published(school: School, **fields: Any) -> Published:
    """A post that went the whole way."""
    return through(school, school.create(TEACHER, "posts", **post_fields(**fields)))


def through(school: School, change: Change) -> Published:
    """Send a change the whole way to the public."""
    submitted = school.submit(TEACHER, change)
    return school.approve(VICE, school.check(LEAD, submitted))


def main_as_seen(school: School) -> str:
    return school.repo.main()


def correct(school: School, entry_id: str, reason: str, who: str = TEACHER) -> Change:
    seen = services.open_for_edit(school.repo, entry_id).head
    return revising.correct(school.repo, school.keys[who], entry_id, seen, reason, school.now())


def withdraw(
    school: School, entry_id: str, kind: str, reason: str = "Nhầm.", by: str = ""
) -> Change:
    seen = services.open_for_edit(school.repo, entry_id).head
    given = Withdrawal(kind, reason, by)
    return revising.withdraw(school.repo, school.keys[TEACHER], entry_id, seen, given, school.now())


def restore(school: School, entry_id: str) -> Change:
    seen = services.open_for_edit(school.repo, entry_id).head
    return revising.restore(school.repo, school.keys[TEACHER], entry_id, seen, school.now())


def move(school: School, entry_id: str, slug: str) -> Change:
    seen = services.open_for_edit(school.repo, entry_id).head
    return revising.move(school.repo, school.keys[TEACHER], entry_id, seen, slug, school.now())


def holds(school: School) -> bool:
    return verification.verify(school.repo.path).ok


# Corrections


def test_a_correction_is_a_draft_like_any_other(school: School) -> None:
    entry = published(school)

    change = correct(school, entry.entry_id, "Sửa  giờ\nđón trẻ")

    assert change.fields["corrections"] == [{"reason": "Sửa giờ đón trẻ"}]
    assert change.purpose is Purpose.CORRECTION
    assert services.published_entry(school.repo, entry.entry_id).fields == entry.fields


def test_the_words_of_a_correction_may_change_until_it_is_published(school: School) -> None:
    entry = published(school)
    correct(school, entry.entry_id, "Sửa giờ")

    change = correct(school, entry.entry_id, "Sửa giờ đón trẻ")

    assert change.fields["corrections"] == [{"reason": "Sửa giờ đón trẻ"}]


def test_a_published_correction_stays_whatever_a_form_says(school: School) -> None:
    entry = through(school, correct(school, published(school).entry_id, "Sửa giờ"))
    assert holds(school)
    current = services.open_for_edit(school.repo, entry.entry_id)
    forged = Content(current.fields | {"corrections": [{"reason": "Khác"}]}, "Sửa.")

    change = services.save(
        school.repo, school.keys[TEACHER], entry.entry_id, current.head, forged, school.now()
    )

    assert change.fields["corrections"] == [{"reason": "Sửa giờ"}]
    assert change.purpose is Purpose.EDIT


def test_the_same_words_correct_twice(school: School) -> None:
    entry = through(school, correct(school, published(school).entry_id, "Sửa giờ"))

    again = through(school, correct(school, entry.entry_id, "Sửa giờ"))

    assert again.fields["corrections"] == [{"reason": "Sửa giờ"}] * 2
    assert holds(school)


@pytest.mark.parametrize("reason", ["", "  \n", "a" * 301, "a\u202eb"])
def test_a_correction_says_why(school: School, reason: str) -> None:
    entry = published(school)

    with pytest.raises(InvalidFields) as refused:
        correct(school, entry.entry_id, reason)

    assert set(refused.value.errors) == {"reason"}


def test_what_was_never_public_is_not_corrected(school: School, a_draft: Change) -> None:
    with pytest.raises(Refused, match="chưa đăng"):
        correct(school, a_draft.entry_id, "Sửa giờ")


def test_another_team_corrects_nothing(school: School) -> None:
    entry = published(school)

    with pytest.raises(Refused):
        correct(school, entry.entry_id, "Sửa giờ", who="totruong.nhatre")


def test_an_old_form_corrects_nothing(school: School) -> None:
    entry = published(school)
    seen = school.repo.main()
    correct(school, entry.entry_id, "Sửa giờ")

    with pytest.raises(StaleVersion):
        revising.correct(
            school.repo, school.keys[TEACHER], entry.entry_id, seen, "Khác", school.now()
        )


# Withdrawal


@pytest.mark.parametrize("kind", WITHDRAWAL_KINDS)
def test_each_kind_goes_the_whole_way_and_back(school: School, kind: str) -> None:
    entry, other = published(school), published(school, title="Bài thay")
    by = other.entry_id if kind == "replaced" else ""

    change = withdraw(school, entry.entry_id, kind, by=by)
    assert change.purpose is Purpose.WITHDRAWAL
    gone = through(school, change)
    assert gone.fields["withdrawal"] == kind
    assert gone.fields.get("replaced_by", "") == by

    back = restore(school, entry.entry_id)
    assert back.purpose is Purpose.RESTORATION
    assert not {"withdrawal", "withdrawal_reason", "replaced_by"} & set(back.fields)
    if kind == "personal_data":
        with pytest.raises(InvalidFields):
            school.submit(TEACHER, back)
        content = Content(back.fields | {"summary": "Viết lại."}, "Viết lại.")
        back = services.save(
            school.repo, school.keys[TEACHER], back.entry_id, back.head, content, school.now()
        )
    through(school, back)
    assert holds(school)
    purposes = [s.purpose for s in services.history_of(school.repo, entry.entry_id) if s.purpose]
    assert purposes == [Purpose.RESTORATION, Purpose.WITHDRAWAL, Purpose.NEW]


def test_personal_data_leaves_with_text_photos_and_summary(
    school: School, a_photo: StoredMedia
) -> None:
    fields = {"photos": [{"file": "anh-1.jpg", "alt": "Bé"}], "media": {"anh-1.jpg": a_photo}}
    entry = published(school, **fields)
    assert services.published_entry(school.repo, entry.entry_id).edition.media

    change = withdraw(school, entry.entry_id, "personal_data", "Phụ huynh yêu cầu")

    assert change.body == ""
    assert not change.media
    assert not {"summary", "photos", "cover", "attachments"} & set(change.fields)
    assert school.submit(TEACHER, change)


def test_nothing_is_typed_back_into_what_is_withdrawn_for_personal_data(school: School) -> None:
    gone = through(school, withdraw(school, published(school).entry_id, "personal_data"))
    current = services.open_for_edit(school.repo, gone.entry_id)
    content = Content(current.fields | {"summary": "Bé A."}, "Bé A.")

    change = services.save(
        school.repo, school.keys[TEACHER], gone.entry_id, current.head, content, school.now()
    )

    assert "summary" not in change.fields
    assert change.body == ""


def test_a_withdrawal_that_is_not_yet_published_gives_the_text_back(school: School) -> None:
    entry = published(school)
    withdraw(school, entry.entry_id, "personal_data")

    back = restore(school, entry.entry_id)

    assert back.fields == entry.fields
    assert back.body == "Nội dung.\n"
    assert back.purpose is Purpose.EDIT


def test_a_circular_of_the_school_leaves_without_its_file(school: School) -> None:
    raw = circular_fields(collection="school", attachments=[{"file": "tep-1.pdf", "title": "A"}])
    pdf = school.repo.store_media(b"%PDF-1.4 x")
    change = school.create("vanthu", "circulars", media={"tep-1.pdf": pdf}, **raw)
    submitted = school.submit("vanthu", change)
    entry = school.approve(VICE, school.check("quantri.web", submitted))
    given = Withdrawal("personal_data", "Lộ số điện thoại")

    gone = revising.withdraw(
        school.repo,
        school.keys["vanthu"],
        entry.entry_id,
        school.repo.main(),
        given,
        school.now(),
    )

    assert school.submit("vanthu", gone)


@pytest.mark.parametrize(
    ("kind", "reason", "by", "wrong"),
    [
        ("", "Nhầm", "", {"kind"}),
        ("khac", "", "", {"kind", "reason"}),
        ("replaced", "Cũ", "", {"replaced_by"}),
        ("replaced", "Cũ", "khong-co", {"replaced_by"}),
        ("error", "", "", {"reason"}),
    ],
)
def test_a_withdrawal_says_why_and_by_what(
    school: School, kind: str, reason: str, by: str, wrong: set[str]
) -> None:
    entry = published(school)

    with pytest.raises(InvalidFields) as refused:
        withdraw(school, entry.entry_id, kind, reason, by)

    assert set(refused.value.errors) == wrong


def test_no_entry_replaces_itself(school: School) -> None:
    entry = published(school)

    with pytest.raises(InvalidFields):
        withdraw(school, entry.entry_id, "replaced", by=entry.entry_id)


def test_entries_do_not_replace_each_other_in_a_circle(school: School) -> None:
    one, two, three = (published(school, title=f"Bài {n}") for n in "123")
    through(school, withdraw(school, one.entry_id, "replaced", by=two.entry_id))
    through(school, withdraw(school, two.entry_id, "replaced", by=three.entry_id))

    with pytest.raises(InvalidFields) as refused:
        withdraw(school, three.entry_id, "replaced", by=one.entry_id)

    assert set(refused.value.errors) == {"replaced_by"}


def test_a_circle_that_closes_during_review_is_refused_at_approval(school: School) -> None:
    one, two = published(school, title="Bài 1"), published(school, title="Bài 2")
    late = withdraw(school, one.entry_id, "replaced", by=two.entry_id)
    late = school.check(LEAD, school.submit(TEACHER, late))
    through(school, withdraw(school, two.entry_id, "replaced", by=one.entry_id))

    with pytest.raises(InvalidFields):
        school.approve(VICE, late)


def test_what_is_not_withdrawn_is_not_put_back(school: School) -> None:
    entry = published(school)

    with pytest.raises(Refused, match="không bị thu hồi"):
        restore(school, entry.entry_id)


def test_a_notice_does_not_supersede_itself(school: School) -> None:
    raw = {k: v for k, v in post_fields().items() if k != "category"}
    entry = through(school, school.create(TEACHER, "notices", **raw))
    current = services.open_for_edit(school.repo, entry.entry_id)
    content = Content(current.fields | {"supersedes": entry.entry_id}, "Sửa.")

    with pytest.raises(InvalidFields) as refused:
        services.save(
            school.repo, school.keys[TEACHER], entry.entry_id, current.head, content, school.now()
        )

    assert set(refused.value.errors) == {"supersedes"}


# Addresses


def test_a_moved_entry_remembers_its_address(school: School) -> None:
    entry = published(school)

    moved = through(school, move(school, entry.entry_id, "trung-thu"))

    assert moved.fields["slug"] == "trung-thu"
    assert moved.fields["formerly"] == ["2026/be-vui-don-tet-trung-thu"]
    assert public_path(moved.ctype, moved.fields, moved.folder) == "/tin-tuc/2026/trung-thu/"
    assert holds(school)


def test_a_date_in_another_year_is_another_address(school: School) -> None:
    entry = published(school)
    current = services.open_for_edit(school.repo, entry.entry_id)
    day = current.fields["date"].replace(year=2025)

    change = school.save(TEACHER, current, body="Sửa.")
    content = Content(change.fields | {"date": day}, change.body)
    change = services.save(
        school.repo, school.keys[TEACHER], entry.entry_id, change.head, content, school.now()
    )

    assert change.fields["formerly"] == ["2026/be-vui-don-tet-trung-thu"]
    through(school, change)
    assert holds(school)


def test_going_back_forgets_the_address_that_is_the_present_one_again(school: School) -> None:
    entry = published(school)
    through(school, move(school, entry.entry_id, "trung-thu"))

    back = through(school, move(school, entry.entry_id, entry.fields["slug"]))

    assert back.fields["formerly"] == ["2026/trung-thu"]
    assert holds(school)


def test_a_former_address_is_refused_to_others(school: School) -> None:
    entry = published(school)
    through(school, move(school, entry.entry_id, "trung-thu"))

    with pytest.raises(InvalidFields, match="cùng đường dẫn"):
        published(school)
    other = published(school, title="Bài khác")
    with pytest.raises(InvalidFields) as refused:
        move(school, other.entry_id, "be-vui-don-tet-trung-thu")
    assert set(refused.value.errors) == {"slug"}


def test_an_address_in_the_making_is_refused_to_others(school: School) -> None:
    entry, other = published(school), published(school, title="Bài khác")
    move(school, entry.entry_id, "trung-thu")

    with pytest.raises(InvalidFields):
        move(school, other.entry_id, "trung-thu")


@pytest.mark.parametrize("slug", ["", "Trung-Thu", "a/b", "..", "a" * 81, "trung thu"])
def test_an_address_is_plain(school: School, slug: str) -> None:
    entry = published(school)

    with pytest.raises(InvalidFields) as refused:
        move(school, entry.entry_id, slug)

    assert set(refused.value.errors) == {"slug"}


def test_a_page_does_not_take_an_address_of_the_site(school: School) -> None:
    raw = {"title": "Tin tức", "summary": "Trang.", "group": "bgh"}

    with pytest.raises(InvalidFields):
        school.create(VICE, "pages", **raw)


def test_a_form_cannot_choose_the_address(school: School) -> None:
    entry = published(school)
    current = services.open_for_edit(school.repo, entry.entry_id)
    forged = {"slug": "khac", "formerly": ["2020/cua-nguoi-khac"]}
    content = Content(current.fields | forged, "Sửa.")

    change = services.save(
        school.repo, school.keys[TEACHER], entry.entry_id, current.head, content, school.now()
    )

    assert change.fields["slug"] == entry.fields["slug"]
    assert "formerly" not in change.fields


def test_a_pin_does_not_end_before_it_begins(school: School) -> None:
    change = school.create(TEACHER, "posts", **post_fields(pinned_until="2026-11-01"))

    with pytest.raises(InvalidFields) as refused:
        school.submit(TEACHER, change)

    assert set(refused.value.errors) == {"pinned_until"}
