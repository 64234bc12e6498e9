"""From the desk to approval, and who may not: by the words that people read."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest

from editor.newsroom import Newsroom
from tests.editor.conftest import ADMIN, COOK, LEAD, PASSWORD, TEACHER, VICE, Reader, picture
from workflow.alarms import Danger, raise_alarm
from workflow.publication import PublishStatus, Stage

Person = Callable[[str], Reader]


def _seen(reader: Reader, entry: str) -> str:
    return str(re.findall(r'name="seen" value="([0-9a-f]{40})"', reader.read(f"/bai/{entry}"))[0])


def _head(newsroom: Newsroom, entry: str) -> str:
    head = newsroom.repository.draft(entry)
    assert head is not None
    return head


@pytest.fixture
def a_submitted_post(person: Person) -> str:
    return person(TEACHER).write(then="submit")


@pytest.fixture
def a_checked_post(person: Person, a_submitted_post: str) -> str:
    lead = person(LEAD)
    seen = _seen(lead, a_submitted_post)
    lead.press(f"/bai/{a_submitted_post}/xac-nhan", seen=seen, accurate="1", password=PASSWORD)
    return a_submitted_post


def test_the_writer_sees_who_holds_the_entry(person: Person, a_submitted_post: str) -> None:
    page = person(TEACHER).read(f"/bai/{a_submitted_post}")

    assert "Đã gửi" in person(TEACHER).read("/")
    assert "Đang giữ bài: Tổ trưởng tổ mẫu giáo." in page
    assert "Tiếp theo: người kiểm tra đọc bài và xác nhận chính xác." in page


def test_the_form_states_the_writers_responsibility(person: Person) -> None:
    assert "chịu trách nhiệm về mọi thông tin" in person(TEACHER).read("/viet/posts")


def test_the_lead_finds_it_in_the_queue_and_passes_it_on(
    person: Person, a_checked_post: str
) -> None:
    lead, vice = person(LEAD), person(VICE)

    assert "Không có bài nào chờ kiểm tra." in lead.read("/cho-kiem-tra")
    assert "Bé vui rước đèn" in vice.read("/cho-phe-duyet")
    page = vice.read(f"/bai/{a_checked_post}")
    assert "Xác nhận chính xác" in page
    assert "Tổ trưởng tổ mẫu giáo" in page
    assert "(tổ trưởng)" in page


def test_approval_asks_the_publisher_and_shows_the_way(
    person: Person, newsroom: Newsroom, a_checked_post: str
) -> None:
    vice = person(VICE)
    answer = vice.press(
        f"/bai/{a_checked_post}/phe-duyet", seen=_seen(vice, a_checked_post), password=PASSWORD
    )

    assert answer.location == f"/bai/{a_checked_post}/tien-do"
    assert "Đã phê duyệt – đang đăng…" in vice.read(answer.location)
    PublishStatus(Stage.FAILED, "0" * 40, "", "bản dựng hỏng").write(newsroom.settings.data)
    raise_alarm(newsroom.settings.data, Danger.PUBLISHER, ["bản dựng hỏng"])
    page = vice.read(answer.location)
    assert "chưa đăng được. Trang công khai cũ vẫn giữ nguyên." in page
    assert "bản dựng hỏng" in page
    assert "bản dựng hỏng" in person(ADMIN).read("/")
    assert "bản dựng hỏng" not in person(TEACHER).read("/")
    state = vice.client.get(f"/bai/{a_checked_post}/tien-do.json").json
    assert state is not None
    assert state["failed"] is True
    assert "Bé vui rước đèn" in vice.read("/da-dang")


def test_a_decision_pressed_twice_is_taken_once(
    person: Person, newsroom: Newsroom, a_submitted_post: str
) -> None:
    lead = person(LEAD)
    fields = {"seen": _seen(lead, a_submitted_post), "accurate": "1", "password": PASSWORD}
    first = lead.press(f"/bai/{a_submitted_post}/xac-nhan", **fields)
    head = _head(newsroom, a_submitted_post)
    second = lead.press(f"/bai/{a_submitted_post}/xac-nhan", **fields)

    assert first.location == second.location
    assert _head(newsroom, a_submitted_post) == head


def test_an_approval_pressed_twice_is_taken_once(person: Person, a_checked_post: str) -> None:
    vice = person(VICE)
    fields = {"seen": _seen(vice, a_checked_post), "password": PASSWORD}
    first = vice.press(f"/bai/{a_checked_post}/phe-duyet", **fields)
    second = vice.press(f"/bai/{a_checked_post}/phe-duyet", **fields)

    assert first.location == second.location


def test_what_does_not_build_is_not_approved(person: Person, newsroom: Newsroom) -> None:
    """On main it would hold up everybody's pages; the test of the whole path is the control."""
    lead, vice = person(LEAD), person(VICE)
    entry = lead.write(body="> " * 500 + "chữ")
    lead.press(f"/bai/{entry}/gui", seen=_seen(lead, entry))
    main = newsroom.repository.main()
    answer = vice.press(f"/bai/{entry}/phe-duyet", seen=_seen(vice, entry), password=PASSWORD)

    assert answer.status_code == 502
    assert "quá sâu" in unescape(answer.text)
    assert newsroom.repository.main() == main
    assert newsroom.repository.draft(entry)


def test_a_form_sent_twice_makes_one_entry(person: Person) -> None:
    teacher = person(TEACHER)
    first = teacher.write(form_token="mot-bieu-mau")
    second = teacher.write(form_token="mot-bieu-mau")

    assert first == second


@pytest.mark.parametrize(
    ("fields", "place", "sentence"),
    [
        ({"accurate": "1"}, "password", "Chưa nhập mật khẩu."),
        ({"accurate": "1", "password": "sai"}, "password", "Mật khẩu không đúng."),
        ({"password": PASSWORD}, "accurate", "Chưa đánh dấu xác nhận."),
    ],
)
def test_a_check_needs_the_statement_and_the_password(
    person: Person, a_submitted_post: str, fields: dict[str, str], place: str, sentence: str
) -> None:
    lead = person(LEAD)
    seen = _seen(lead, a_submitted_post)
    answer = lead.press(f"/bai/{a_submitted_post}/xac-nhan", seen=seen, **fields)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'id="err-{place}"' in answer.text
    assert "Bé vui rước đèn" in lead.read("/cho-kiem-tra")


def test_wrong_passwords_at_a_decision_lock_like_those_at_the_door(
    person: Person, stranger: Reader, a_submitted_post: str
) -> None:
    lead = person(LEAD)
    seen = _seen(lead, a_submitted_post)
    for _ in range(5):
        lead.press(f"/bai/{a_submitted_post}/xac-nhan", seen=seen, accurate="1", password="sai")

    answer = lead.press(
        f"/bai/{a_submitted_post}/xac-nhan", seen=seen, accurate="1", password=PASSWORD
    )

    assert answer.status_code == 429
    assert stranger.sign_in(LEAD).status_code == 429


def test_a_return_needs_a_reason_which_the_writer_reads_first(
    person: Person, a_submitted_post: str
) -> None:
    lead, teacher = person(LEAD), person(TEACHER)
    seen = _seen(lead, a_submitted_post)
    refused = lead.press(f"/bai/{a_submitted_post}/tra-lai", seen=seen, note="  ")
    lead.press(f"/bai/{a_submitted_post}/tra-lai", seen=seen, note="Sai ngày, sửa đoạn đầu.")

    assert refused.status_code == 422
    assert "Chưa có lý do." in refused.text
    desk = teacher.read("/")
    assert desk.index("Sai ngày, sửa đoạn đầu.") < desk.index("Bản nháp của tôi")
    teacher.press(f"/bai/{a_submitted_post}/sua", **_form(teacher, a_submitted_post), then="submit")
    assert "Bé vui rước đèn" in lead.read("/cho-kiem-tra")


@pytest.mark.parametrize("act", ["xac-nhan", "phe-duyet"])
def test_nobody_decides_on_the_own_entry(person: Person, newsroom: Newsroom, act: str) -> None:
    vice = person(VICE)
    entry = vice.write(group="bgh", then="submit")
    answer = vice.press(
        f"/bai/{entry}/{act}", seen=_head(newsroom, entry), accurate="1", password=PASSWORD
    )

    assert answer.status_code == 403
    assert "Phê duyệt và đăng" not in vice.read(f"/bai/{entry}")


@pytest.mark.parametrize(
    ("username", "act", "sentence"),
    [
        (TEACHER, "phe-duyet", "Việc phê duyệt bài này không thuộc thẩm quyền"),
        (LEAD, "phe-duyet", "Việc phê duyệt bài này không thuộc thẩm quyền"),
        (ADMIN, "phe-duyet", "tổ, bộ phận khác"),
        (COOK, "phe-duyet", "tổ, bộ phận khác"),
    ],
)
def test_who_may_not_approve_reads_why(
    person: Person,
    newsroom: Newsroom,
    a_checked_post: str,
    username: str,
    act: str,
    sentence: str,
) -> None:
    reader = person(username)
    answer = reader.press(
        f"/bai/{a_checked_post}/{act}", seen=_head(newsroom, a_checked_post), password=PASSWORD
    )

    assert answer.status_code == 403
    assert sentence in unescape(answer.text)


def test_an_edit_voids_the_check(person: Person, a_checked_post: str) -> None:
    teacher = person(TEACHER)
    fields = {**_form(teacher, a_checked_post), "body": "Một chữ khác."}
    teacher.press(f"/bai/{a_checked_post}/sua", **fields)

    assert "Không có bài nào chờ phê duyệt." in person(VICE).read("/cho-phe-duyet")
    assert "Bản nháp. Chưa gửi cho ai" in teacher.read(f"/bai/{a_checked_post}")


def test_a_stale_save_gets_both_texts_and_a_way_on(person: Person) -> None:
    teacher, lead = person(TEACHER), person(LEAD)
    entry = teacher.write()
    mine, theirs = _form(teacher, entry), _form(lead, entry)
    lead.press(f"/bai/{entry}/sua", **{**theirs, "body": "Bản của tổ trưởng."})

    answer = teacher.press(f"/bai/{entry}/sua", **{**mine, "body": "Bản của cô giáo."})

    page = unescape(answer.text)
    assert answer.status_code == 409
    assert "Bản của tổ trưởng." in page
    assert "Bản của cô giáo." in page
    assert "Tổ trưởng tổ mẫu giáo đã lưu lúc" in page
    seen = re.findall(r'name="seen" value="([0-9a-f]{40})"', page)[0]
    again = teacher.press(f"/bai/{entry}/sua", **{**mine, "seen": seen, "body": "Bản của cô giáo."})
    assert again.status_code == 302
    assert "Bản của cô giáo." in teacher.read(f"/bai/{entry}")


def test_a_save_pressed_twice_is_no_conflict(person: Person) -> None:
    teacher = person(TEACHER)
    entry = teacher.write()
    fields = {**_form(teacher, entry), "body": "Bản mới."}
    for _ in range(2):
        sent = {
            "photos-0-upload": (picture("green"), "a.jpg"),
            "photos-0-alt": "Vườn trường",
        }
        answer = teacher.press(f"/bai/{entry}/sua", **fields, **sent)
        assert answer.status_code == 302

    page = teacher.read(f"/bai/{entry}/sua")
    assert "anh-1.jpg" in page
    assert "anh-2.jpg" not in page


def test_a_stale_decision_is_refused(person: Person, a_submitted_post: str) -> None:
    teacher, lead = person(TEACHER), person(LEAD)
    seen = _seen(lead, a_submitted_post)
    fields = {**_form(teacher, a_submitted_post), "body": "Sửa sau khi gửi.", "then": "submit"}
    teacher.press(f"/bai/{a_submitted_post}/sua", **fields)

    answer = lead.press(
        f"/bai/{a_submitted_post}/xac-nhan", seen=seen, accurate="1", password=PASSWORD
    )

    assert answer.status_code == 409
    assert "Bài đã được người khác sửa sau khi trang này mở." in answer.text


def test_the_reader_of_a_change_sees_each_word_that_came_or_went(
    person: Person, a_checked_post: str
) -> None:
    vice, teacher = person(VICE), person(TEACHER)
    seen = _seen(vice, a_checked_post)
    vice.press(f"/bai/{a_checked_post}/phe-duyet", seen=seen, password=PASSWORD)
    fields = {**_form(teacher, a_checked_post), "body": "Trăng tròn, các bé rước đèn."}
    teacher.press(f"/bai/{a_checked_post}/sua", **fields, then="submit")

    page = person(LEAD).read(f"/bai/{a_checked_post}")
    assert "Thay đổi so với bản đang đăng" in page
    assert "Trăng <del>lên</del><ins>tròn</ins>, các bé rước đèn." in page


def test_a_removed_photo_is_gone_from_the_draft(person: Person) -> None:
    teacher = person(TEACHER)
    entry = teacher.write(**{"photos-0-upload": (picture(), "a.jpg"), "photos-0-alt": "Ảnh"})
    assert teacher.client.get(f"/bai/{entry}/tep/anh-1.jpg").status_code == 200
    kept = {"photos-0-file": "anh-1.jpg", "photos-0-alt": "Ảnh", "photos-0-remove": "on"}
    teacher.press(f"/bai/{entry}/sua", **_form(teacher, entry), **kept)

    assert teacher.client.get(f"/bai/{entry}/tep/anh-1.jpg").status_code == 404


def test_a_week_of_dishes_is_typed_as_a_grid(person: Person) -> None:
    cook = person(COOK)
    entry = cook.write(
        "menus",
        group="nuoi-duong",
        week_start="30/11/2026",
        age_group="mau-giao",
        **{"days-1-lunch": "Thịt sốt cà chua", "days-5-afternoon": "Xôi ruốc"},
    )

    page = cook.read(f"/bai/{entry}")
    assert "Thực đơn tuần 49 (30/11 – 04/12/2026) – Mẫu giáo" in page
    assert "Thứ Hai – Bữa trưa: Thịt sốt cà chua" in page
    assert "Xôi ruốc" in cook.read(f"/bai/{entry}/sua")


def _form(reader: Reader, entry: str) -> dict[str, str]:
    """Return the fields of an entry's form as a browser would send them back."""
    page = reader.client.get(f"/bai/{entry}/sua").text
    named = re.findall(r'<input [^>]*?name="(\w+)"[^>]*?value="([^"]*)"', page)
    texts = re.findall(r'<textarea id="(\w+)"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL)
    chosen = re.findall(r'<select id="(\w+)".*?<option value="([^"]*)" selected', page, re.DOTALL)
    fields = {name: unescape(value) for name, value in [*named, *texts, *chosen]}
    return {n: v for n, v in fields.items() if n not in {"csrf_token", "next", "then"}}
