"""Decisions that a renewed key has voided: what the pages say, and the button that goes on."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from editor.newsroom import Newsroom
from tests.editor.conftest import (
    CLERK,
    COOK,
    LEAD,
    PASSWORD,
    PRINCIPAL,
    TEACHER,
    VICE,
    Past,
    Reader,
)
from workflow import services, verification

Person = Callable[[str], Reader]
HEADING = "Có quyết định không còn giá trị"
ON_DESK = "Bài có quyết định không còn giá trị"
BUTTON = "Trả lại để gửi lại"


@pytest.fixture
def entry(past: Past) -> str:
    made = past.write()
    past.act(services.check, LEAD, made)
    return made


def form_of(page: str, button: str) -> dict[str, str]:
    """Return what the form with that button would send."""
    form = next(f for f in page.split("<form")[1:] if f">{button}<" in f.partition("</form>")[0])
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form.partition("</form>")[0]))


def test_a_renewed_key_is_told_and_one_button_sets_the_entry_going_again(
    person: Person, past: Past, newsroom: Newsroom, entry: str
) -> None:
    assert HEADING not in person(VICE).read(f"/bai/{entry}")
    past.renew_key(LEAD)

    for who in (VICE, PRINCIPAL):
        page = person(who).read(f"/bai/{entry}")
        assert HEADING in page
        assert "“Xác nhận chính xác” của Tổ trưởng tổ mẫu giáo không còn giá trị: khóa ký" in page
        assert BUTTON in page
        assert 'id="quyet-dinh"' not in page
        assert ON_DESK in person(who).read("/")
        assert ON_DESK in person(who).read("/cho-phe-duyet")
    vice = person(VICE)
    refused = vice.press(f"/bai/{entry}/phe-duyet", seen=_head(newsroom, entry), password=PASSWORD)
    assert refused.status_code == 403

    sent = form_of(vice.read(f"/bai/{entry}"), BUTTON)
    assert vice.press(f"/bai/{entry}/tra-lai", **sent).status_code == 302

    teacher = person(TEACHER)
    page = teacher.read(f"/bai/{entry}")
    assert HEADING not in page
    assert "khóa ký đã đổi sau đó. Gửi lại bài để được xét lại" in page
    teacher.press(f"/bai/{entry}/gui", seen=_head(newsroom, entry))
    past.act(services.check, LEAD, entry)
    approved = vice.press(f"/bai/{entry}/phe-duyet", seen=_head(newsroom, entry), password=PASSWORD)
    assert approved.status_code == 302
    assert newsroom.repository.draft(entry) is None
    assert verification.verify(newsroom.repository.path).ok


def test_the_writer_reads_who_can_return_it_and_has_no_such_button(
    person: Person, past: Past, entry: str
) -> None:
    past.renew_key(LEAD)
    teacher = person(TEACHER)
    page = teacher.read(f"/bai/{entry}")

    assert HEADING in page
    assert BUTTON not in page
    assert "Người trả lại được: Hiệu trưởng, Phó hiệu trưởng phụ trách chuyên môn." in page
    assert ON_DESK in teacher.read("/")
    assert "Quyết định không còn giá trị" in teacher.read("/")
    for who in (COOK, CLERK):
        assert ON_DESK not in person(who).read("/")


def test_after_a_new_key_of_the_writer_the_lead_returns_it(person: Person, past: Past) -> None:
    entry = past.write()
    past.renew_key(TEACHER)
    lead = person(LEAD)

    assert ON_DESK in lead.read("/cho-kiem-tra")
    page = lead.read(f"/bai/{entry}")
    assert "“Gửi kiểm tra” của Cô giáo lớp 5 tuổi A không còn giá trị" in page
    assert lead.press(f"/bai/{entry}/tra-lai", **form_of(page, BUTTON)).status_code == 302
    assert ON_DESK not in lead.read("/")


def test_before_signing_a_new_key_the_principal_reads_what_it_voids(
    person: Person, past: Past, newsroom: Newsroom, entry: str
) -> None:
    principal = person(PRINCIPAL)
    assert "Những bài này phải trả lại" not in principal.read(f"/phan-quyen/{LEAD}")
    newsroom.enrolment.reset(LEAD)
    newsroom.enrolment.begin(LEAD, "một-mật-khẩu-mới-đủ-dài")

    page = principal.read(f"/phan-quyen/{LEAD}")
    assert "Những bài này phải trả lại" in page
    assert f'href="/bai/{entry}"' in page


def _head(newsroom: Newsroom, entry: str) -> str:
    return newsroom.repository.draft(entry) or ""
