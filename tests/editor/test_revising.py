"""Correction, withdrawal, return and another address, as people press them on a public entry."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from werkzeug.test import TestResponse

from editor.newsroom import Newsroom
from tests.editor.conftest import (
    A_POST,
    COOK,
    KEYS,
    LEAD,
    TEACHER,
    VICE,
    Reader,
)
from workflow import services, verification
from workflow.clock import VIETNAM
from workflow.content_types import CONTENT_TYPES, WITHDRAWAL_KINDS, parse_form
from workflow.purposes import Purpose
from workflow.services import Content
from workflow.shelf import Published
from workflow.signing import Signer

Person = Callable[[str], Reader]
Publish = Callable[..., str]
ACTS = ("dinh-chinh", "thu-hoi", "bo-thu-hoi", "duong-dan")


@pytest.fixture
def publish(newsroom: Newsroom, person: Person) -> Publish:
    """Bring a post to the public; no page is built for it."""

    def through(entry: str = "", **fields: str) -> str:
        person(LEAD), person(VICE)
        lead, vice = (Signer(name, KEYS[name]) for name in (LEAD, VICE))
        repo, when = newsroom.repository, datetime.now(VIETNAM)
        if not entry:
            raw = {**A_POST, **fields}
            content = Content(parse_form(CONTENT_TYPES["posts"], raw), raw["body"])
            entry = services.create(repo, lead, "posts", content, when).entry_id
        change = services.change(repo, entry)
        change = services.submit(repo, lead, entry, change.head, "", when)
        done = services.approve(repo, vice, entry, change.head, "", when)
        assert isinstance(done, Published)
        return entry

    return through


def press(reader: Reader, entry: str, act: str, *, seen: str = "", **fields: str) -> TestResponse:
    page = reader.read(f"/bai/{entry}/{act}" if act != "bo-thu-hoi" else f"/bai/{entry}")
    found = re.findall(r'name="seen" value="([0-9a-f]{40})"', page)
    return reader.press(f"/bai/{entry}/{act}", seen=seen or (found or [""])[0], **fields)


def test_a_correction_asks_its_reason_then_opens_the_form(
    person: Person, newsroom: Newsroom, publish: Publish
) -> None:
    entry, lead = publish(), person(LEAD)
    assert "Đính chính" in lead.read(f"/bai/{entry}")

    answer = press(lead, entry, "dinh-chinh", reason="Sửa giờ đón trẻ.")

    assert answer.location == f"/bai/{entry}/sua"
    assert "Sửa giờ đón trẻ." in lead.read(f"/bai/{entry}/sua")
    dossier = person(VICE).read(f"/bai/{entry}")
    assert 'class="badge purpose-correction">Đính chính<' in dossier
    publish(entry)
    assert services.published_entry(newsroom.repository, entry).fields["corrections"] == [
        {"reason": "Sửa giờ đón trẻ."}
    ]
    assert 'purpose-correction">Đính chính<' in lead.read(f"/bai/{entry}")
    assert verification.verify(newsroom.repository.path).ok


def test_the_form_keeps_the_correction(
    person: Person, newsroom: Newsroom, publish: Publish
) -> None:
    entry, lead = publish(), person(LEAD)
    press(lead, entry, "dinh-chinh", reason="Sửa giờ đón trẻ.")

    answer = press(lead, entry, "sua", **A_POST | {"body": "Trăng lên lúc 18 giờ."})

    assert answer.status_code == 302
    change = services.change(newsroom.repository, entry)
    assert change.purpose is Purpose.CORRECTION
    assert change.body == "Trăng lên lúc 18 giờ.\n"


@pytest.mark.parametrize("kind", WITHDRAWAL_KINDS)
def test_each_withdrawal_is_a_draft_that_can_be_taken_back(
    person: Person, newsroom: Newsroom, publish: Publish, kind: str
) -> None:
    entry, lead = publish(), person(LEAD)
    other = publish(title="Bài thay thế") if kind == "replaced" else ""

    answer = press(lead, entry, "thu-hoi", kind=kind, reason="Sai ngày.", replaced_by=other)

    assert answer.location == f"/bai/{entry}"
    dossier = person(VICE).read(f"/bai/{entry}")
    assert 'purpose-withdrawal">Thu hồi<' in dossier
    assert WITHDRAWAL_KINDS[kind] in dossier
    assert "Sai ngày." in dossier
    publish(entry)
    assert 'purpose-withdrawal">Đã thu hồi<' in lead.read("/da-dang")
    assert "Bài đã thu hồi." in lead.read(f"/bai/{entry}")
    back = press(lead, entry, "bo-thu-hoi")
    to_the_form = f"/bai/{entry}/sua?thieu=1"
    assert back.location == (to_the_form if kind == "personal_data" else f"/bai/{entry}")
    assert services.change(newsroom.repository, entry).purpose is Purpose.RESTORATION


def test_another_address_is_noted(person: Person, newsroom: Newsroom, publish: Publish) -> None:
    entry, lead = publish(), person(LEAD)
    assert "/tin-tuc/2026/be-vui-ruoc-den/" in lead.read(f"/bai/{entry}/duong-dan")

    answer = press(lead, entry, "duong-dan", slug="ruoc-den")

    assert answer.location == f"/bai/{entry}"
    fields = services.change(newsroom.repository, entry).fields
    assert (fields["slug"], fields["formerly"]) == ("ruoc-den", ["2026/be-vui-ruoc-den"])
    assert "2026/be-vui-ruoc-den" in person(VICE).read(f"/bai/{entry}")


@pytest.mark.parametrize(
    ("act", "fields", "sentence"),
    [
        ("dinh-chinh", {"reason": " "}, "Chưa có lý do."),
        ("thu-hoi", {"reason": "Sai ngày."}, "Chọn lý do thu hồi."),
        ("thu-hoi", {"kind": "error"}, "Chưa có lý do."),
        ("thu-hoi", {"kind": "replaced", "reason": "Cũ."}, "Chọn bài thay thế."),
        ("duong-dan", {"slug": "../khac"}, "Đường dẫn chỉ gồm chữ thường không dấu"),
    ],
)
def test_what_is_missing_is_said_at_its_field(
    person: Person,
    newsroom: Newsroom,
    publish: Publish,
    act: str,
    fields: dict[str, str],
    sentence: str,
) -> None:
    entry = publish()

    answer = press(person(LEAD), entry, act, **fields)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert newsroom.repository.draft(entry) is None


@pytest.mark.parametrize("act", ACTS)
def test_another_team_does_none_of_it(
    person: Person, newsroom: Newsroom, publish: Publish, act: str
) -> None:
    entry, cook = publish(), person(COOK)

    answer = press(cook, entry, act, kind="error", reason="Sai.", slug="khac")

    assert answer.status_code == 403
    assert newsroom.repository.draft(entry) is None
    assert "Việc khác với bài đã đăng" not in cook.read(f"/bai/{entry}")


@pytest.mark.parametrize("act", ACTS)
def test_a_draft_that_was_never_public_has_none_of_it(person: Person, act: str) -> None:
    teacher = person(TEACHER)
    entry = teacher.write()

    answer = press(teacher, entry, act, kind="error", reason="Sai.", slug="khac")

    assert answer.status_code == 403
    assert "Việc khác với bài đã đăng" not in teacher.read(f"/bai/{entry}")


def test_a_button_pressed_twice_writes_once(
    person: Person, newsroom: Newsroom, publish: Publish
) -> None:
    entry, lead = publish(), person(LEAD)
    seen = newsroom.repository.main()
    press(lead, entry, "thu-hoi", seen=seen, kind="error", reason="Sai ngày.")
    head = newsroom.repository.draft(entry)
    assert head

    again = press(lead, entry, "thu-hoi", seen=seen, kind="error", reason="Sai ngày.")

    assert again.status_code == 302
    assert newsroom.repository.draft(entry) == head


def test_an_old_form_writes_nothing(person: Person, newsroom: Newsroom, publish: Publish) -> None:
    entry, lead = publish(), person(LEAD)
    seen = newsroom.repository.main()
    press(lead, entry, "dinh-chinh", seen=seen, reason="Sửa giờ.")
    head = newsroom.repository.draft(entry)

    answer = press(lead, entry, "thu-hoi", seen=seen, kind="error", reason="Sai ngày.")

    assert answer.status_code == 409
    assert newsroom.repository.draft(entry) == head


def test_the_preview_shows_what_stands_in_place_of_the_entry(
    person: Person, publish: Publish
) -> None:
    entry, lead = publish(), person(LEAD)
    press(lead, entry, "thu-hoi", kind="error", reason="Sai ngày.")

    page = lead.client.get(f"/bai/{entry}/trang-xem-truoc", follow_redirects=True).text

    assert "Nhà trường đã thu hồi nội dung này" in page
    assert "Bé vui rước đèn" not in page
