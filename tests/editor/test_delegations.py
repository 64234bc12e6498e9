"""Delegations in the browser: the principal gives, the delegate approves, the end is the end."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from werkzeug.test import TestResponse

from editor.newsroom import Newsroom
from tests.editor.conftest import ADMIN, COOK, LEAD, PASSWORD, PRINCIPAL, TEACHER, VICE, Reader
from workflow import verification
from workflow.clock import VIETNAM
from workflow.states import Role

Person = Callable[[str], Reader]


def today(days: int = 0) -> str:
    return f"{datetime.now(VIETNAM) + timedelta(days=days):%d/%m/%Y}"


def give(reader: Reader, **changed: object) -> TestResponse:
    fields: dict[str, object] = {
        "person": COOK,
        "role": "vice_principal",
        "fields": ["chuyen-mon"],
        "since": today(),
        "until": today(3),
        "decision": "25/QĐ-MNPH",
        "password": PASSWORD,
    }
    return reader.press("/uy-quyen/moi", **{**fields, **changed})


def end(reader: Reader, password: str = PASSWORD) -> TestResponse:
    which = re.findall(r'name="which" value="([^"]+)"', reader.read("/uy-quyen"))
    return reader.press("/uy-quyen/ket-thuc", which=which[0], password=password)


def approve(reader: Reader, entry: str) -> TestResponse:
    page = reader.read(f"/bai/{entry}")
    seen = (re.findall(r'name="seen" value="([0-9a-f]{40})"', page) or [""])[0]
    return reader.press(f"/bai/{entry}/phe-duyet", seen=seen, password=PASSWORD)


def test_the_delegate_approves_and_the_pages_say_by_what_right(
    person: Person, newsroom: Newsroom
) -> None:
    entry = person(LEAD).write(then="submit")
    delegate = person(COOK)
    assert approve(delegate, entry).status_code == 403
    assert give(person(PRINCIPAL)).location == "/uy-quyen"

    assert "Đang làm thay" in delegate.read("/")
    assert "Bé vui rước đèn" in delegate.read("/cho-phe-duyet")
    assert "Ký thay phó hiệu trưởng: Chuyên môn, theo ủy quyền" in delegate.read(f"/bai/{entry}")
    assert "Ký thay" not in person(VICE).read(f"/bai/{entry}")
    assert approve(delegate, entry).location == f"/bai/{entry}/tien-do"
    history = person(TEACHER).read(f"/bai/{entry}")
    assert f"theo ủy quyền số 25/QĐ-MNPH, đến {today(3)}" in history
    assert "(phó hiệu trưởng)" in history
    assert verification.verify(newsroom.repository.path).ok


def test_what_others_decide_names_no_delegation(person: Person) -> None:
    """The control of the sentence above."""
    give(person(PRINCIPAL))
    entry = person(LEAD).write(then="submit")
    approve(person(VICE), entry)

    assert "theo ủy quyền" not in person(TEACHER).read(f"/bai/{entry}")


def test_the_form_offers_whom_the_principal_may_ask_and_keeps_what_was_typed(
    person: Person,
) -> None:
    principal = person(PRINCIPAL)
    fresh = principal.read("/uy-quyen/moi")
    again = give(principal, decision="").text

    assert f'value="{COOK}"' in fresh
    assert f'value="{ADMIN}"' not in fresh
    assert f'value="{PRINCIPAL}"' not in fresh
    assert f'value="{today()}"' in fresh
    assert f'value="{COOK}" selected' in again
    assert f'value="{today(3)}"' in again
    assert 'value="chuyen-mon" checked' in again


def test_ended_early_it_is_over_at_once(person: Person, newsroom: Newsroom) -> None:
    principal, delegate = person(PRINCIPAL), person(COOK)
    give(principal)
    entry = person(LEAD).write(then="submit")
    assert end(principal, password="").status_code == 422
    assert end(principal).location == "/uy-quyen"

    assert approve(delegate, entry).status_code == 403
    assert "Đang làm thay" not in delegate.read("/")
    page = principal.read("/uy-quyen")
    assert "Đã kết thúc" in page
    assert "Kết thúc sớm lúc" in page
    assert "Kết thúc ngay" not in page
    assert verification.verify(newsroom.repository.path).ok


def test_the_list_tells_what_is_in_force_coming_and_over(person: Person) -> None:
    principal = person(PRINCIPAL)
    give(principal)
    end(principal)
    give(principal, decision="26/QĐ-MNPH")
    give(principal, person=LEAD, since=today(5), until=today(6), decision="27/QĐ-MNPH")

    page = person(VICE).read("/uy-quyen")
    places = [page.index(word) for word in ("Đang có hiệu lực", "26/QĐ", "Sắp có", "27/QĐ")]
    assert places == sorted(places)
    assert page.index("Đã kết thúc") < page.index("25/QĐ")
    assert "Ủy quyền mới" not in page
    assert 'name="which"' not in page


@pytest.mark.parametrize("username", [VICE, ADMIN, TEACHER])
def test_nobody_else_gives_or_ends_one(person: Person, newsroom: Newsroom, username: str) -> None:
    reader = person(username)
    before = newsroom.repository.main()

    assert give(reader, person=TEACHER).status_code == 403
    assert reader.press("/uy-quyen/ket-thuc", which="x", password=PASSWORD).status_code == 403
    assert reader.client.get("/uy-quyen/moi").status_code == 403
    assert newsroom.repository.main() == before


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"person": ADMIN}, "Quản trị website không được giữ vai trò"),
        ({"person": ""}, "Chọn người được ủy quyền."),
        ({"role": ""}, "Chọn vai trò được ủy quyền."),
        ({"role": "clerk"}, "Chọn vai trò được ủy quyền."),
        ({"fields": []}, "Chọn ít nhất một mục"),
        ({"role": "team_lead"}, "Chọn ít nhất một mục"),
        ({"since": "mai"}, "Nhập ngày theo dạng 13/03/2026."),
        ({"since": today(-1)}, "từ hôm nay"),
        ({"until": ""}, "Nhập ngày theo dạng 13/03/2026."),
        ({"until": today(400)}, "dài nhất 366 ngày"),
        ({"decision": ""}, "Ghi số quyết định ủy quyền."),
        ({"password": ""}, "Chưa nhập mật khẩu."),
        ({"password": "sai mật khẩu"}, "Mật khẩu không đúng."),
    ],
)
def test_a_bad_delegation_is_refused_in_words(
    person: Person, newsroom: Newsroom, changed: dict[str, object], sentence: str
) -> None:
    before = newsroom.repository.main()
    answer = give(person(PRINCIPAL), **changed)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert newsroom.repository.main() == before


def test_the_delegate_of_the_principal_keeps_no_accounts_and_governs_nothing(
    person: Person, newsroom: Newsroom
) -> None:
    give(person(PRINCIPAL), role="principal", fields=[])
    delegate = person(COOK)

    assert delegate.client.get("/dieu-hanh").status_code == 200
    for path in ("/tai-khoan", f"/phan-quyen/{TEACHER}", "/truong", "/uy-quyen/moi"):
        assert delegate.client.get(path).status_code == 403, path
    freeze = delegate.press("/dieu-hanh/khoa", reason="Nghỉ", password=PASSWORD)
    assert freeze.status_code == 403
    assert give(delegate, person=LEAD).status_code == 403
    assert newsroom.repository.governance().frozen == ""


def test_signing_the_delegates_row_does_not_make_the_role_permanent(
    person: Person, newsroom: Newsroom
) -> None:
    principal = person(PRINCIPAL)
    give(principal)
    form = principal.read(f"/phan-quyen/{COOK}")

    assert 'value="team_lead" checked' in form
    assert 'value="vice_principal" checked' not in form
    assert not newsroom.repository.governance().people[COOK].has(Role.VICE_PRINCIPAL)
