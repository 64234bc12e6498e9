"""The permission register, and appointments by the principal alone (R02, R25)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import datetime

import pypdfium2
import pytest
from flask import Flask

from editor.newsroom import Newsroom
from tests.editor.conftest import ADMIN, COOK, LEAD, PASSWORD, PRINCIPAL, TEACHER, VICE, Reader
from tests.editor.test_accounts import NEW, OWN, begin, make
from tests.editor.test_delegations import give, today
from workflow import verification
from workflow.clock import VIETNAM
from workflow.states import Role

Person = Callable[[str], Reader]


def key_on(reader: Reader, username: str) -> str:
    found = re.findall(r'name="key" value="([^"]*)"', reader.read(f"/phan-quyen/{username}"))
    return str(found[0])


def appoint(reader: Reader, username: str, **changed: object) -> object:
    fields: dict[str, object] = {
        "name": "Cô giáo lớp 3 tuổi B",
        "roles": ["teacher"],
        "groups": ["mau-giao"],
        "decision": "21/QĐ-MNPH",
        "password": PASSWORD,
    }
    if reader.client.get(f"/phan-quyen/{username}").status_code == 200:
        fields["key"] = key_on(reader, username)
    return reader.press(f"/phan-quyen/{username}", **{**fields, **changed})


def test_the_register_says_what_the_roster_says(person: Person, newsroom: Newsroom) -> None:
    answer = person(VICE).client.get("/phan-quyen.csv")
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))

    assert answer.data.startswith(b"\xef\xbb\xbf")
    people = newsroom.repository.governance().people
    assert [row[1] for row in rows[1:]] == list(people)
    for row in rows[1:]:
        assert row[0] == people[row[1]].name
        assert row[2][0].isupper()
        assert row[2].casefold() == people[row[1]].role_labels
    assert rows[1][3:] == ["Ban giám hiệu", "", "16/03/2026", "", "18/QĐ-MNPH", ""]
    page = person(VICE).read("/phan-quyen")
    assert "Phó hiệu trưởng phụ trách nuôi dưỡng" in page
    assert "Chăm sóc – Nuôi dưỡng" in page


@pytest.mark.parametrize("username", [TEACHER, ADMIN])
def test_the_register_is_for_the_leaders(person: Person, username: str) -> None:
    for path in ("/phan-quyen", "/phan-quyen.csv", "/phan-quyen.pdf", f"/phan-quyen/{TEACHER}"):
        assert person(username).client.get(path).status_code == 403


def test_page_csv_and_pdf_say_the_same_and_what_the_roles_are_today(
    person: Person, newsroom: Newsroom
) -> None:
    """R02: who holds which role today by the papers is who holds it by the rules."""
    principal = person(PRINCIPAL)
    give(principal)
    give(principal, person=LEAD, since=today(2), until=today(4), decision="26/QĐ-MNPH")

    lines = list(csv.reader(io.StringIO(principal.client.get("/phan-quyen.csv").text)))[1:]
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", principal.read("/phan-quyen")))
    paper = words_of(principal.client.get("/phan-quyen.pdf").data)

    on_paper: dict[str, set[str]] = {}
    for line in lines:
        if line[8] in {"", "Ủy quyền: đang có hiệu lực"}:
            assert line[2][0].isupper(), line[2]
            roles = line[2][0].lower() + line[2][1:]
            on_paper.setdefault(line[1], set()).update(roles.split(", "))
        for cell in line:
            assert cell in page, cell
            assert re.sub(r"\s+", "", cell) in paper, cell
    acting = newsroom.repository.governance().acting(datetime.now(VIETNAM)).people
    assert on_paper == {
        name: {role.label for role in someone.roles} for name, someone in acting.items()
    }
    assert [line[1] for line in lines[-2:]] == [COOK, LEAD]
    assert lines[-1][5:] == [today(2), today(4), "26/QĐ-MNPH", "Ủy quyền: sắp có hiệu lực"]


def words_of(pdf: bytes) -> str:
    """Return the letters of a PDF without blanks: a table breaks lines where it likes."""
    document = pypdfium2.PdfDocument(pdf)
    return "".join(
        re.sub(r"[\s\ufffe\u200b]+", "", page.get_textpage().get_text_range()) for page in document
    )


def test_no_cell_of_the_register_is_a_formula(person: Person) -> None:
    principal = person(PRINCIPAL)
    appoint(principal, TEACHER, name="=1+1", decision="@SUM(A1)")

    text = person(VICE).client.get("/phan-quyen.csv").text

    assert '"\'=1+1"' in text
    assert '"\'@SUM(A1)"' in text


def test_a_new_account_is_appointed_from_the_principals_desk(
    app: Flask, person: Person, newsroom: Newsroom
) -> None:
    newcomer = begin(app, NEW, make(person(VICE)))
    principal = person(PRINCIPAL)
    desk = principal.read("/")
    form = principal.read(f"/phan-quyen/{NEW}")

    assert "Chờ hiệu trưởng ghi vào danh sách phân quyền" in desk
    assert "tài khoản mới" in desk
    assert 'value="teacher" checked' in form  # what was wished is proposed
    assert 'value="mau-giao" checked' in form
    answer = appoint(principal, NEW)
    assert getattr(answer, "location", "") == "/phan-quyen"
    assert newcomer.client.get("/").status_code == 200
    assert newcomer.write()
    assert "tài khoản mới" not in principal.read("/")
    assert verification.verify(newsroom.repository.path).ok


def test_a_new_key_waits_on_the_desk_until_the_principal_signs_it(
    app: Flask, person: Person, newsroom: Newsroom
) -> None:
    answer = person(VICE).press(f"/tai-khoan/{TEACHER}/cap-lai", password=PASSWORD)
    teacher = begin(app, TEACHER, re.findall(r'slip-password">([^<]+)<', answer.text)[0])
    principal = person(PRINCIPAL)

    assert "khóa ký mới" in principal.read("/")
    assert teacher.client.get("/").status_code == 403
    appoint(principal, TEACHER, name="Cô giáo lớp 5 tuổi A")
    assert teacher.client.get("/").status_code == 200
    assert verification.verify(newsroom.repository.path).ok


def test_a_key_that_changed_since_the_page_was_opened_is_not_signed(
    app: Flask, person: Person, newsroom: Newsroom
) -> None:
    begin(app, NEW, make(person(VICE)))
    principal = person(PRINCIPAL)
    seen = key_on(principal, NEW)
    answer = person(VICE).press(f"/tai-khoan/{NEW}/cap-lai", password=PASSWORD)
    begin(app, NEW, re.findall(r'slip-password">([^<]+)<', answer.text)[0], f"{OWN}-2")

    refused = appoint(principal, NEW, key=seen)

    assert getattr(refused, "status_code", 0) == 422
    assert "Khóa ký đã đổi từ lúc mở trang." in getattr(refused, "text", "")
    assert NEW not in newsroom.repository.governance().people


@pytest.mark.parametrize("username", [ADMIN, VICE, TEACHER])
def test_nobody_else_grants_a_role(person: Person, newsroom: Newsroom, username: str) -> None:
    """The site administrator who would let himself approve is refused too."""
    before = newsroom.repository.main()
    reader = person(username)

    for target in (username, TEACHER):
        answer = appoint(reader, target, roles=["vice_principal"])
        assert getattr(answer, "status_code", 0) == 403
    assert reader.press(f"/phan-quyen/{TEACHER}/thoi", password=PASSWORD).status_code == 403
    assert newsroom.repository.main() == before


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"password": ""}, "Chưa nhập mật khẩu."),
        ({"password": "sai mật khẩu"}, "Mật khẩu không đúng."),
        ({"roles": []}, "Chọn ít nhất một vai trò."),
        ({"roles": ["site_admin", "team_lead"]}, "không được giữ vai trò kiểm tra, phê duyệt"),
        ({"roles": ["principal"]}, "Trường có đúng một hiệu trưởng."),
        ({"groups": ["khong-co"]}, "Chọn tổ, bộ phận trong danh sách."),
        ({"name": ""}, "Chưa có tên hiển thị."),
    ],
)
def test_a_bad_appointment_is_refused_in_words(
    person: Person, newsroom: Newsroom, changed: dict[str, object], sentence: str
) -> None:
    before = newsroom.repository.main()
    answer = appoint(person(PRINCIPAL), TEACHER, **changed)

    assert getattr(answer, "status_code", 0) == 422
    assert sentence in getattr(answer, "text", "")
    assert newsroom.repository.main() == before


def test_a_person_who_has_not_signed_in_yet_cannot_be_appointed(person: Person) -> None:
    make(person(VICE))
    answer = appoint(person(PRINCIPAL), NEW)

    assert "Người này chưa đăng nhập lần đầu" in getattr(answer, "text", "")


def test_who_is_dismissed_keeps_the_account_and_can_do_nothing(
    person: Person, newsroom: Newsroom
) -> None:
    teacher, principal = person(TEACHER), person(PRINCIPAL)

    refused = principal.press(f"/phan-quyen/{TEACHER}/thoi", password="")
    assert refused.status_code == 422
    answer = principal.press(f"/phan-quyen/{TEACHER}/thoi", password=PASSWORD)

    assert answer.location == "/phan-quyen"
    assert TEACHER not in newsroom.repository.governance().people
    assert teacher.client.get("/").status_code == 403
    assert "chưa phân quyền" in principal.read("/tai-khoan")


def test_the_principal_stays(person: Person, newsroom: Newsroom) -> None:
    principal = person(PRINCIPAL)

    assert "Thôi phân quyền" not in principal.read(f"/phan-quyen/{PRINCIPAL}")
    answer = principal.press(f"/phan-quyen/{PRINCIPAL}/thoi", password=PASSWORD)
    assert answer.status_code == 403
    assert newsroom.repository.governance().people[PRINCIPAL].has(Role.PRINCIPAL)
