"""The urgent lane and its after-review over HTTP; time passes by acts that lie in the past."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest

from editor.newsroom import Newsroom
from tests.editor.conftest import (
    ADMIN,
    COOK,
    LEAD,
    NUTRITION_VICE,
    PASSWORD,
    PRINCIPAL,
    TEACHER,
    VICE,
    Past,
    Reader,
)
from workflow import after_review, services, verification
from workflow.states import Action

Person = Callable[[str], Reader]
STORM = "Bão vào đêm nay, phụ huynh cần biết ngay."


@pytest.fixture
def entry(person: Person) -> str:
    return person(TEACHER).write(then="submit")


def seen(newsroom: Newsroom, entry: str) -> str:
    owed = newsroom.board.owed().get(entry)
    return owed.publication if owed else newsroom.repository.draft(entry) or ""


def urge(reader: Reader, newsroom: Newsroom, entry: str, **fields: str) -> tuple[int, str]:
    given = {"seen": seen(newsroom, entry), "note": STORM, "password": PASSWORD} | fields
    answer = reader.press(f"/bai/{entry}/dang-khan", **given)
    return answer.status_code, unescape(answer.text)


def review(reader: Reader, newsroom: Newsroom, entry: str, **fields: str) -> tuple[int, str]:
    given = {"seen": seen(newsroom, entry), "password": PASSWORD} | fields
    answer = reader.press(f"/bai/{entry}/hau-kiem", **given)
    return answer.status_code, unescape(answer.text)


def urged(newsroom: Newsroom, person: Person, entry: str, who: str, *, hours_ago: float) -> None:
    """Let a leader have published urgently some hours ago."""
    past = Past(person, newsroom, timedelta(hours=hours_ago))
    past.act(services.publish_urgently, who, entry, STORM)


def test_the_leader_of_another_field_publishes_without_the_check(
    person: Person, newsroom: Newsroom, entry: str
) -> None:
    vice = person(NUTRITION_VICE)
    assert "Đăng ngay, không chờ kiểm tra" in vice.read(f"/bai/{entry}")

    assert urge(vice, newsroom, entry)[0] == 302

    published = services.published_entry(newsroom.repository, entry)
    assert published.title == "Bé vui rước đèn"
    page = vice.read(f"/bai/{entry}")
    assert "Đăng khẩn, chờ hậu kiểm" in page
    assert STORM in page
    assert "Người hậu kiểm: Hiệu trưởng, Phó hiệu trưởng phụ trách chuyên môn." in page
    assert 'id="hau-kiem"' not in page
    assert verification.verify(newsroom.repository.path).ok


@pytest.mark.parametrize("who", [TEACHER, LEAD, ADMIN, COOK])
def test_it_is_neither_shown_to_nor_taken_from_anybody_else(
    person: Person, newsroom: Newsroom, entry: str, who: str
) -> None:
    reader = person(who)
    assert "Đăng ngay, không chờ kiểm tra" not in reader.read(f"/bai/{entry}")

    assert urge(reader, newsroom, entry)[0] == 403
    assert newsroom.board.owed() == {}


def test_a_leader_who_wrote_at_it_is_refused(
    person: Person, newsroom: Newsroom, entry: str
) -> None:
    vice = person(VICE)
    vice.press(f"/bai/{entry}/gui", seen=seen(newsroom, entry))
    form = {"title": "Sửa", "summary": "x", "date": "24/11/2026", "group": "mau-giao"}
    form |= {"category": "hoat-dong-cua-be", "body": "Sửa.", "seen": seen(newsroom, entry)}
    vice.press(f"/bai/{entry}/sua", then="submit", **form)

    status, page = urge(vice, newsroom, entry)

    assert status == 403
    assert "mà mình đã viết hoặc sửa" in page
    assert "Đăng ngay, không chờ kiểm tra" not in vice.read(f"/bai/{entry}")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"note": "gấp"}, "ít nhất 10 ký tự"),
        ({"password": ""}, "Chưa nhập mật khẩu"),
        ({"password": "sai mật khẩu rồi"}, "Mật khẩu"),
    ],
)
def test_what_is_missing_is_said_at_its_form_and_the_reason_is_kept(
    person: Person, newsroom: Newsroom, entry: str, fields: dict[str, str], sentence: str
) -> None:
    status, page = urge(person(NUTRITION_VICE), newsroom, entry, **fields)

    form = page[page.index("/dang-khan") :]
    assert status == 422
    assert sentence in form
    assert fields.get("note", STORM) in form
    assert newsroom.board.owed() == {}


def test_pressed_twice_it_is_published_once(person: Person, newsroom: Newsroom, entry: str) -> None:
    vice = person(NUTRITION_VICE)
    form = {"seen": seen(newsroom, entry), "note": STORM, "password": PASSWORD}
    for _ in range(2):
        assert vice.press(f"/bai/{entry}/dang-khan", **form).status_code == 302
    acts = [step.action for step in services.history_of(newsroom.repository, entry)]
    assert acts.count(Action.URGENT) == 1


def test_the_after_review_is_owed_by_the_other_leaders_with_its_hour(
    person: Person, newsroom: Newsroom, entry: str
) -> None:
    urged(newsroom, person, entry, NUTRITION_VICE, hours_ago=1)
    due = newsroom.board.owed()[entry].due

    for who in (VICE, PRINCIPAL):
        desk = person(who).read("/")
        assert "Bài đăng khẩn chờ hậu kiểm" in desk
        assert f"Hậu kiểm trước {due:%H:%M · %d/%m/%Y}." in desk
    for who in (NUTRITION_VICE, TEACHER, LEAD, ADMIN):
        assert "Bài đăng khẩn chờ hậu kiểm" not in person(who).read("/")


def test_when_the_time_is_over_it_stands_in_red_and_before_the_principal(
    person: Person, newsroom: Newsroom, entry: str
) -> None:
    urged(newsroom, person, entry, PRINCIPAL, hours_ago=25)

    for who in (VICE, NUTRITION_VICE, PRINCIPAL):
        assert re.search(r'class="late">Quá hạn hậu kiểm từ', person(who).read("/")), who
    assert "Quá hạn hậu kiểm" in person(TEACHER).read(f"/bai/{entry}")
    assert "Quá hạn hậu kiểm" not in person(TEACHER).read("/").split("Mới đăng")[0]


def test_another_leader_reviews_and_the_dossier_says_so(
    person: Person, newsroom: Newsroom, entry: str
) -> None:
    urged(newsroom, person, entry, NUTRITION_VICE, hours_ago=1)
    vice = person(VICE)
    assert 'id="hau-kiem"' in vice.read(f"/bai/{entry}")

    assert review(vice, newsroom, entry, note="Đã đọc.")[0] == 302

    assert "Bài đăng khẩn chờ hậu kiểm" not in vice.read("/")
    page = person(TEACHER).read(f"/bai/{entry}")
    assert "Đăng khẩn, đã hậu kiểm" in page
    assert "Đã đọc." in page
    assert verification.verify(newsroom.repository.path).ok


@pytest.mark.parametrize("who", [NUTRITION_VICE, TEACHER, LEAD, ADMIN])
def test_nobody_else_reviews(person: Person, newsroom: Newsroom, entry: str, who: str) -> None:
    urged(newsroom, person, entry, NUTRITION_VICE, hours_ago=1)

    assert 'id="hau-kiem"' not in person(who).read(f"/bai/{entry}")
    assert review(person(who), newsroom, entry)[0] == 403
    assert entry in after_review.owed(newsroom.repository)


def test_a_review_asks_the_password_and_is_signed_once(
    person: Person, newsroom: Newsroom, entry: str
) -> None:
    urged(newsroom, person, entry, NUTRITION_VICE, hours_ago=1)
    vice, form = person(VICE), {"seen": seen(newsroom, entry)}

    status, page = review(vice, newsroom, entry, password="", note="Đã đọc kỹ.")
    assert (status, "Chưa nhập mật khẩu" in page, "Đã đọc kỹ." in page) == (422, True, True)
    for _ in range(2):
        answer = vice.press(f"/bai/{entry}/hau-kiem", password=PASSWORD, **form)
        assert answer.status_code == 302
    acts = [step.action for step in services.history_of(newsroom.repository, entry)]
    assert acts.count(Action.REVIEW) == 1


def test_it_stays_owed_while_the_next_edition_is_written(
    person: Person, newsroom: Newsroom, entry: str
) -> None:
    urged(newsroom, person, entry, NUTRITION_VICE, hours_ago=1)
    teacher = person(TEACHER)
    page = teacher.read(f"/bai/{entry}/sua")
    version = re.findall(r'name="seen" value="([0-9a-f]{40})"', page)[0]
    form = {"title": "Sửa", "summary": "x", "date": "24/11/2026", "group": "mau-giao"}
    form |= {"category": "hoat-dong-cua-be", "body": "Sửa.", "seen": version}
    teacher.press(f"/bai/{entry}/sua", then="save", **form)
    assert newsroom.repository.draft(entry)

    assert 'id="hau-kiem"' in person(VICE).read(f"/bai/{entry}")
    assert review(person(VICE), newsroom, entry)[0] == 302
    assert newsroom.board.owed() == {}


def test_a_review_of_another_edition_is_refused(
    person: Person, newsroom: Newsroom, entry: str
) -> None:
    urged(newsroom, person, entry, NUTRITION_VICE, hours_ago=1)

    assert review(person(VICE), newsroom, entry, seen="0" * 40)[0] == 409


def test_the_line_of_stops_names_what_was_skipped_and_what_was_done(
    person: Person, newsroom: Newsroom, entry: str
) -> None:
    """The control: before, all steps lie ahead."""
    assert _stops(person(LEAD).read(f"/bai/{entry}")) == [
        "Bản nháp",
        "Chờ kiểm tra",
        "Chờ phê duyệt",
        "Đã đăng",
    ]
    urged(newsroom, person, entry, NUTRITION_VICE, hours_ago=1)

    assert _stops(person(LEAD).read(f"/bai/{entry}")) == ["Bản nháp", "Đăng khẩn", "Đã đăng"]
    review(person(VICE), newsroom, entry)
    assert _stops(person(LEAD).read(f"/bai/{entry}")) == ["Bản nháp", "Đăng khẩn", "Đã đăng"]


def test_who_needs_no_check_sees_no_such_stop(person: Person) -> None:
    entry = person(LEAD).write(then="submit")

    assert _stops(person(LEAD).read(f"/bai/{entry}")) == ["Bản nháp", "Chờ phê duyệt", "Đã đăng"]


def test_a_draft_shows_the_steps_that_lie_before_whoever_sends_it(
    person: Person, newsroom: Newsroom
) -> None:
    """The lead of the team needs no check, the teacher does: one draft, two ways."""
    straight, checked = ["Bản nháp", "Chờ phê duyệt"], ["Bản nháp", "Chờ kiểm tra", "Chờ phê duyệt"]
    leads = person(LEAD).write()
    assert _stops(person(LEAD).read(f"/bai/{leads}")) == [*straight, "Đã đăng"]
    assert "không qua bước kiểm tra" in person(LEAD).read(f"/bai/{leads}")

    teachers = person(TEACHER).write(title="Bé tập vẽ")
    assert _stops(person(TEACHER).read(f"/bai/{teachers}")) == [*checked, "Đã đăng"]
    assert "không qua bước kiểm tra" not in person(TEACHER).read(f"/bai/{teachers}")
    # Who may not send it reads what lies before the writer.
    assert _stops(person(PRINCIPAL).read(f"/bai/{leads}"))[:2] == straight


def test_what_is_returned_shows_the_steps_that_come_again(
    person: Person, newsroom: Newsroom
) -> None:
    entry = person(LEAD).write(then="submit")
    head = newsroom.repository.draft(entry)
    person(VICE).press(f"/bai/{entry}/tra-lai", seen=head, note="Thiếu ngày.")

    assert _stops(person(LEAD).read(f"/bai/{entry}")) == ["Bản nháp", "Chờ phê duyệt", "Đã đăng"]


def _stops(page: str) -> list[str]:
    return re.findall(r'<li class="stop [^>]*>([^<]+)</li>', page)
