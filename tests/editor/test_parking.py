"""A hot-fix beside a long draft, drafts given up, drafts left lying: as people press it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from editor import presentation
from editor.newsroom import Newsroom, now
from tests.editor.conftest import A_POST, COOK, KEYS, LEAD, TEACHER, VICE, Reader, picture
from workflow import services
from workflow.repository import ARCHIVE, PARKED
from workflow.signing import Signer

Person = Callable[[str], Reader]
LIVE = A_POST["body"]
MENDED = LIVE.replace("Trăng lên", "Trăng tròn")
LONG = f"{LIVE}\n\nPhụ huynh cùng dọn dẹp."


def seen_in(page: str, action: str) -> str:
    form = re.search(
        rf'action="{re.escape(action)}".*?name="seen" value="([0-9a-f]+)"', page, re.DOTALL
    )
    assert form, f"no form for {action}"
    return form[1]


def press(reader: Reader, entry: str, act: str, **fields: str) -> str:
    """Press a button of the dossier and return where it led."""
    action = f"/bai/{entry}/{act}"
    answer = reader.press(action, seen=seen_in(reader.read(f"/bai/{entry}"), action), **fields)
    assert answer.status_code == 302, answer.text
    return answer.location


def save(reader: Reader, entry: str, **fields: Any) -> None:
    page = reader.read(f"/bai/{entry}/sua")
    seen = seen_in(page, f"/bai/{entry}/sua")
    answer = reader.press(f"/bai/{entry}/sua", **{**A_POST, "seen": seen, **fields})
    assert answer.status_code == 302, answer.text


def publish(person: Person, newsroom: Newsroom, entry: str) -> None:
    """Let both approvals happen, without a page of the site being built for each."""
    for username, act in (
        (TEACHER, services.submit),
        (LEAD, services.check),
        (VICE, services.approve),
    ):
        person(username)
        head = newsroom.repository.draft(entry) or ""
        act(newsroom.repository, Signer(username, KEYS[username]), entry, head, "", now())


@pytest.fixture
def a_live_post(person: Person, newsroom: Newsroom) -> str:
    entry = person(TEACHER).write()
    publish(person, newsroom, entry)
    return entry


@pytest.fixture
def a_long_draft(person: Person, a_live_post: str) -> str:
    save(person(TEACHER), a_live_post, body=LONG)
    return a_live_post


def test_a_hot_fix_goes_live_beside_a_draft_that_is_then_brought_up_to_date(
    person: Person, newsroom: Newsroom, a_long_draft: str
) -> None:
    teacher = person(TEACHER)
    where = press(teacher, a_long_draft, "sua-gap")
    assert where == f"/bai/{a_long_draft}/sua"
    form = teacher.read(where)
    assert "được gác lại nguyên vẹn" in form
    assert "dọn dẹp" not in form
    save(teacher, a_long_draft, body=MENDED)

    page = teacher.read(f"/bai/{a_long_draft}")
    assert "Bản nháp đang gác" in page
    assert "Đăng hoặc bỏ bản sửa gấp này xong" in page
    assert "dọn dẹp" in page
    assert "Bản nháp đang gác" in teacher.read("/")
    publish(person, newsroom, a_long_draft)

    where = press(teacher, a_long_draft, "cap-nhat")
    form = teacher.read(where)
    assert "Trăng tròn" in form
    assert "dọn dẹp" in form
    assert "Đã đưa bản đang đăng vào bản nháp." in form
    assert newsroom.repository.refs(PARKED) == {}
    publish(person, newsroom, a_long_draft)


def test_a_button_pressed_twice_does_it_once(
    person: Person, newsroom: Newsroom, a_long_draft: str
) -> None:
    teacher = person(TEACHER)
    seen = newsroom.repository.draft(a_long_draft)
    answers = [teacher.press(f"/bai/{a_long_draft}/sua-gap", seen=seen) for _ in range(2)]
    assert {a.location for a in answers} == {f"/bai/{a_long_draft}/sua"}
    answers = [teacher.press(f"/bai/{a_long_draft}/cap-nhat", seen=seen) for _ in range(2)]
    assert {a.location for a in answers} == {f"/bai/{a_long_draft}/sua"}
    head = newsroom.repository.draft(a_long_draft)
    answers = [
        teacher.press(f"/bai/{a_long_draft}/bo-ban-nhap", seen=head, note="Thôi.") for _ in range(2)
    ]
    assert {a.location for a in answers} == {f"/bai/{a_long_draft}"}
    assert len(newsroom.repository.refs(ARCHIVE)) == 1


def test_what_both_changed_is_shown_until_it_is_saved(
    person: Person, newsroom: Newsroom, a_long_draft: str
) -> None:
    teacher = person(TEACHER)
    save(teacher, a_long_draft, body=LONG, category="goc-cua-be")
    press(teacher, a_long_draft, "sua-gap")
    save(teacher, a_long_draft, body=LIVE, category="chuyen-mon")
    publish(person, newsroom, a_long_draft)
    form = teacher.read(press(teacher, a_long_draft, "cap-nhat"))

    assert "cùng sửa những chỗ này" in form
    assert "Bản đang đăng ghi: “Chuyên môn”." in form
    assert "cùng sửa những chỗ này" in teacher.read(f"/bai/{a_long_draft}")
    save(teacher, a_long_draft, body=f"{LONG} Hết.", category="goc-cua-be")
    assert "cùng sửa những chỗ này" not in teacher.read(f"/bai/{a_long_draft}/sua")


def test_an_old_page_parks_nothing(person: Person, newsroom: Newsroom, a_long_draft: str) -> None:
    teacher, old = person(TEACHER), newsroom.repository.draft(a_long_draft)
    save(teacher, a_long_draft, body=f"{LONG} Hết.")

    answer = teacher.press(f"/bai/{a_long_draft}/sua-gap", seen=old)

    assert answer.status_code == 409
    assert newsroom.repository.refs(PARKED) == {}


def test_a_new_entry_offers_no_hot_fix(person: Person) -> None:
    teacher = person(TEACHER)
    page = teacher.read(f"/bai/{teacher.write()}")

    assert "Sửa gấp bản đang đăng" not in page
    assert "Bỏ bản nháp này" in page


def test_a_parked_draft_is_shown_to_nobody_else(person: Person, a_long_draft: str) -> None:
    """The lead of the team sees it: the control."""
    teacher, cook = person(TEACHER), person(COOK)
    press(teacher, a_long_draft, "sua-gap")

    assert "dọn dẹp" not in cook.read(f"/bai/{a_long_draft}")
    assert "Bản nháp đang gác" not in cook.read("/")
    assert "dọn dẹp" in person(LEAD).read(f"/bai/{a_long_draft}")
    assert "Bản nháp đang gác" in person(LEAD).read("/")
    seen = seen_in(teacher.read(f"/bai/{a_long_draft}"), f"/bai/{a_long_draft}/cap-nhat")
    answer = cook.press(f"/bai/{a_long_draft}/cap-nhat", seen=seen)
    assert answer.status_code == 403


def test_a_draft_is_given_up_with_a_reason_and_taken_back(
    person: Person, newsroom: Newsroom
) -> None:
    teacher = person(TEACHER)
    entry = teacher.write()
    action = f"/bai/{entry}/bo-ban-nhap"
    seen = seen_in(teacher.read(f"/bai/{entry}"), action)
    refused = teacher.press(action, seen=seen, note=" ")
    assert refused.status_code == 422
    assert "Chưa có lý do" in refused.text
    assert teacher.press(action, seen=seen, note="Trùng bài.").location == "/"
    assert teacher.client.get(f"/bai/{entry}").status_code == 404

    listing = teacher.read("/ban-nhap-da-bo")
    assert "Bé vui rước đèn" in listing
    assert "Trùng bài." in listing
    place = f"/ban-nhap-da-bo/{entry}/1"
    page = teacher.read(place)
    assert LIVE in page
    answer = teacher.press(place, seen=seen_in(page, place))
    assert answer.location == f"/bai/{entry}/sua"
    assert "Bỏ bản nháp" in teacher.read(f"/bai/{entry}")
    assert newsroom.repository.refs(ARCHIVE) == {}


def test_what_is_taken_back_twice_is_taken_back_once(person: Person) -> None:
    teacher = person(TEACHER)
    entry = teacher.write()
    press(teacher, entry, "bo-ban-nhap", note="Trùng bài.")
    place = f"/ban-nhap-da-bo/{entry}/1"
    seen = seen_in(teacher.read(place), place)

    for _ in range(2):
        assert teacher.press(place, seen=seen).location == f"/bai/{entry}/sua"
    assert person(COOK).press(place, seen=seen).status_code == 403
    assert teacher.press(place, seen="0" * 40).status_code == 404
    assert teacher.client.get(place).status_code == 404


def test_the_photos_of_what_lies_aside_are_shown_to_those_who_may_read_it(
    person: Person, newsroom: Newsroom
) -> None:
    """Another team sees none of them; the same photo of the public entry, everybody."""
    teacher, cook = person(TEACHER), person(COOK)
    entry = teacher.write()
    publish(person, newsroom, entry)
    save(teacher, entry, **{"photos-0-upload": (picture(), "a.jpg"), "photos-0-alt": "Vườn"})
    press(teacher, entry, "sua-gap")
    photo = f"/bai/{entry}/ban-gac/tep/anh-1.jpg"
    assert photo in teacher.read(f"/bai/{entry}")
    assert teacher.client.get(photo).content_type == "image/jpeg"
    assert teacher.client.get(f"/bai/{entry}/ban-gac/tep/anh-2.jpg").status_code == 404
    assert cook.client.get(photo).status_code == 404

    press(teacher, entry, "cap-nhat")
    assert teacher.client.get(photo).status_code == 404
    press(teacher, entry, "bo-ban-nhap", note="Trùng bài.")
    photo = f"/ban-nhap-da-bo/{entry}/1/tep/anh-1.jpg"
    assert photo in teacher.read(f"/ban-nhap-da-bo/{entry}/1")
    assert teacher.client.get(photo).content_type == "image/jpeg"
    assert cook.client.get(photo).status_code == 403


def test_the_archive_of_another_team_is_closed(person: Person) -> None:
    """The lead of the team reads it: the control."""
    teacher, cook = person(TEACHER), person(COOK)
    entry = teacher.write()
    press(teacher, entry, "bo-ban-nhap", note="Trùng bài.")

    assert "Bé vui rước đèn" not in cook.read("/ban-nhap-da-bo")
    assert cook.client.get(f"/ban-nhap-da-bo/{entry}/1").status_code == 403
    assert cook.press(f"/ban-nhap-da-bo/{entry}/1", seen="0" * 40).status_code == 403
    assert "Bé vui rước đèn" in person(LEAD).read("/ban-nhap-da-bo")
    assert teacher.client.get(f"/ban-nhap-da-bo/{entry}/2").status_code == 404


def test_a_draft_left_lying_is_listed_on_the_desks_of_writer_and_lead(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    person(TEACHER).write()
    assert "Bản nháp để lâu" not in person(TEACHER).read("/")
    later = now() + timedelta(days=31)
    monkeypatch.setattr(presentation, "now", lambda: later)

    for username in (TEACHER, LEAD):
        assert "Bản nháp để lâu" in person(username).read("/")
    assert "Bản nháp để lâu" not in person(VICE).read("/")
    assert "Bé vui rước đèn" in person(VICE).read("/ban-nhap-de-lau")
    assert "Bé vui rước đèn" in person(VICE).read("/ban-nhap-de-lau?to=mau-giao&loai=posts")
    assert "Bé vui rước đèn" not in person(VICE).read("/ban-nhap-de-lau?to=nha-tre")
    assert "Bé vui rước đèn" not in person(COOK).read("/ban-nhap-de-lau")
