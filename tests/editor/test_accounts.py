"""Accounts, from the vice-principal's form to the first own password (R28, R57)."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from editor.accounts import TEMPORARY_SECONDS, Accounts, SignInRefused
from editor.database import AccountRow, Database
from editor.enrolment import Enrolment, Wish, key_code, temporary_password
from editor.newsroom import Newsroom
from tests.editor.conftest import ADMIN, LEAD, PASSWORD, PRINCIPAL, TEACHER, VICE, Reader

Person = Callable[[str], Reader]
NEW = "co.giaovien3b"
OWN = "bốn-chiếc-lá-me-xanh"


def make(reader: Reader, username: str = NEW, **fields: object) -> str:
    """Make an account and return its temporary password."""
    given = {"name": "Cô giáo lớp 3 tuổi B", "roles": ["teacher"], "groups": ["mau-giao"], **fields}
    answer = reader.press("/tai-khoan/them", username=username, **given)
    assert answer.status_code == 200, answer.text
    return str(re.findall(r'slip-password">([^<]+)<', answer.text)[0])


def begin(app: Flask, username: str, password: str, own: str = OWN) -> Reader:
    """Sign in for the first time and choose an own password."""
    reader = Reader(app.test_client())
    assert reader.sign_in(username, password).location == "/lan-dau"
    answer = reader.press("/lan-dau", new=own, again=own, rules="1")
    assert answer.location == "/", answer.text
    return reader


@pytest.mark.parametrize("username", [VICE, PRINCIPAL])
def test_the_leaders_see_the_accounts_and_no_password(person: Person, username: str) -> None:
    page = person(username).read("/tai-khoan")

    assert TEACHER in page
    assert "Thêm tài khoản" in page
    assert "$argon2" not in page
    assert PASSWORD not in page


@pytest.mark.parametrize("username", [ADMIN, LEAD, TEACHER])
def test_nobody_else_reaches_the_accounts(
    person: Person, newsroom: Newsroom, username: str
) -> None:
    reader = person(username)

    assert reader.client.get("/tai-khoan").status_code == 403
    assert "Thêm tài khoản" not in reader.read("/")
    assert "Tài khoản</a>" not in reader.read("/dieu-hanh")
    for act in ("them", f"{VICE}/khoa", f"{VICE}/mo-khoa", f"{VICE}/cap-lai"):
        answer = reader.press(f"/tai-khoan/{act}", username=NEW, name="Cô giáo")
        assert answer.status_code == 403
    record = newsroom.enrolment.find(VICE)
    assert record is not None
    assert record.is_active
    assert newsroom.enrolment.find(NEW) is None


def test_a_temporary_password_is_shown_once_and_stored_nowhere(
    person: Person, newsroom: Newsroom
) -> None:
    vice = person(VICE)
    password = make(vice)

    assert re.fullmatch(r"([a-z2-9]{4}-){3}[a-z2-9]{4}", password)
    for page in ("/tai-khoan", "/", f"/tai-khoan/{NEW}/cap-lai"):
        assert password not in vice.read(page)
    assert password not in "".join(map(str, _every_cell(newsroom.database)))
    again = vice.press("/tai-khoan/them", username=NEW, name="Cô giáo lớp 3 tuổi B")
    assert again.status_code == 422
    assert "Tên đăng nhập này đã có người dùng." in again.text


@pytest.mark.parametrize("act", ["khoa", "mo-khoa", "cap-lai"])
def test_a_stolen_session_locks_and_resets_nobody(
    person: Person, newsroom: Newsroom, act: str
) -> None:
    """The password must be typed again; the tests of each act are the control."""
    before = newsroom.enrolment.find(TEACHER)
    for password in ("", "sai mật khẩu rồi"):
        answer = person(VICE).press(f"/tai-khoan/{TEACHER}/{act}", password=password)
        assert answer.status_code == 422
        assert "Mật khẩu của chính mình" in answer.text
    assert newsroom.enrolment.find(TEACHER) == before


def test_no_two_temporary_passwords_are_alike() -> None:
    assert len({temporary_password() for _ in range(100)}) == 100


@pytest.mark.parametrize(
    ("username", "name", "sentence"),
    [
        ("Cô Giáo", "Cô giáo", "Tên đăng nhập chỉ gồm chữ thường không dấu"),
        ("", "Cô giáo", "Tên đăng nhập chỉ gồm chữ thường không dấu"),
        (NEW, " ", "Chưa có tên hiển thị."),
        (NEW, "Cô\u202egiáo", "Chưa có tên hiển thị."),
        (TEACHER, "Cô giáo", "Tên đăng nhập này đã có người dùng."),
    ],
)
def test_a_bad_account_is_refused_in_words(
    person: Person, username: str, name: str, sentence: str
) -> None:
    answer = person(VICE).press("/tai-khoan/them", username=username, name=name)

    assert answer.status_code == 422
    assert sentence in answer.text


def test_the_first_sign_in_leads_to_an_own_password_and_nowhere_else(
    app: Flask, person: Person
) -> None:
    password = make(person(VICE))
    reader = Reader(app.test_client())
    reader.sign_in(NEW, password)

    for page in ("/", "/viet/posts", "/tai-khoan", "/tai-khoan/mat-khau"):
        assert reader.client.get(page).location == "/lan-dau"
    refused = reader.press("/viet/posts", title="Bài")
    assert refused.status_code == 403
    assert "Đặt mật khẩu riêng trước" in refused.text
    assert "chịu trách nhiệm trước hiệu trưởng" in reader.read("/lan-dau").lower()
    without_token = reader.client.post("/lan-dau", data={"new": OWN, "again": OWN, "rules": "1"})
    assert without_token.status_code == 400


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"new": OWN, "again": OWN}, "Đọc quy định rồi đánh dấu vào ô này."),
        ({"new": OWN, "again": "khác", "rules": "1"}, "Hai lần nhập chưa giống nhau."),
        ({"new": "ngắn", "again": "ngắn", "rules": "1"}, "Mật khẩu cần ít nhất 12 ký tự."),
    ],
)
def test_a_bad_first_password_makes_no_key(
    app: Flask, person: Person, newsroom: Newsroom, fields: dict[str, str], sentence: str
) -> None:
    reader = Reader(app.test_client())
    reader.sign_in(NEW, make(person(VICE)))

    answer = reader.press("/lan-dau", **fields)

    assert answer.status_code == 422
    assert sentence in answer.text
    record = newsroom.enrolment.find(NEW)
    assert record is not None
    assert (record.public_key, record.rules_accepted) == ("", None)


def test_the_temporary_password_cannot_stay(app: Flask, person: Person) -> None:
    password = make(person(VICE))
    reader = Reader(app.test_client())
    reader.sign_in(NEW, password)

    answer = reader.press("/lan-dau", new=password, again=password, rules="1")

    assert "Mật khẩu mới phải khác mật khẩu tạm." in answer.text


def test_the_key_is_made_by_the_own_password_and_waits_for_the_principal(
    app: Flask, person: Person, newsroom: Newsroom
) -> None:
    password = make(person(VICE))
    before = newsroom.enrolment.find(NEW)
    reader = begin(app, NEW, password)
    after = newsroom.enrolment.find(NEW)

    assert before is not None
    assert after is not None
    assert before.public_key == ""
    assert after.public_key.startswith("ssh-ed25519 ")
    assert after.rules_accepted is not None
    answer = reader.client.get("/")
    assert answer.status_code == 403
    assert "Đang chờ: Hiệu trưởng" in answer.text
    assert key_code(after.public_key) in answer.text
    listing = person(VICE).read("/tai-khoan")
    assert "khóa chờ hiệu trưởng" in listing
    assert "Đề nghị: giáo viên" in listing
    with pytest.raises(SignInRefused):
        newsroom.accounts.authenticate(NEW, password, "127.0.0.1")


def test_who_waits_can_do_nothing_but_leave(app: Flask, person: Person) -> None:
    reader = begin(app, NEW, make(person(VICE)))

    for page in ("/viet/posts", "/da-dang", "/tai-khoan", "/tai-khoan/mat-khau", "/dieu-hanh"):
        assert reader.client.get(page).status_code == 403
    assert reader.press("/viet/posts", title="Bài", group="mau-giao").status_code == 403
    assert "main-nav" not in reader.read("/")
    assert reader.press("/dang-xuat").location == "/dang-nhap?ra=1"


def test_the_page_of_the_first_password_is_for_newcomers_only(person: Person) -> None:
    reader = person(TEACHER)

    assert reader.client.get("/lan-dau").status_code == 404
    assert reader.press("/lan-dau", new=OWN, again=OWN, rules="1").status_code == 404


def test_a_locked_account_is_out_at_once_and_back_when_unlocked(
    person: Person, newsroom: Newsroom
) -> None:
    teacher, vice = person(TEACHER), person(VICE)

    vice.press(f"/tai-khoan/{TEACHER}/khoa", password=PASSWORD)
    assert teacher.client.get("/").location == "/dang-nhap"
    assert "đã khóa" in vice.read("/tai-khoan")
    vice.press(f"/tai-khoan/{TEACHER}/mo-khoa", password=PASSWORD)

    assert newsroom.accounts.authenticate(TEACHER, PASSWORD, "127.0.0.1").username == TEACHER


def test_a_reset_destroys_the_key_and_its_successor_waits(
    app: Flask, person: Person, newsroom: Newsroom
) -> None:
    teacher, vice = person(TEACHER), person(VICE)
    answer = vice.press(f"/tai-khoan/{TEACHER}/cap-lai", password=PASSWORD)
    password = re.findall(r'slip-password">([^<]+)<', answer.text)[0]

    assert teacher.client.get("/").location == "/dang-nhap"
    with pytest.raises(SignInRefused):
        newsroom.accounts.authenticate(TEACHER, PASSWORD, "127.0.0.1")
    with newsroom.database.reading() as session:
        assert session.get_one(AccountRow, TEACHER).sealed_key == b""
    page = begin(app, TEACHER, password).client.get("/").text
    assert "có khóa ký mới" in page
    assert "Đang chờ: Hiệu trưởng" in page


@pytest.mark.parametrize("act", ["khoa", "mo-khoa", "cap-lai"])
def test_nobody_locks_or_resets_himself_or_the_principal(
    person: Person, newsroom: Newsroom, act: str
) -> None:
    vice = person(VICE)

    own = vice.press(f"/tai-khoan/{VICE}/{act}")
    principals = vice.press(f"/tai-khoan/{PRINCIPAL}/{act}")

    assert own.status_code == principals.status_code == 403
    assert "của chính mình" in own.text
    assert "không ai khác ký được khóa mới của hiệu trưởng" in principals.text
    assert newsroom.accounts.authenticate(PRINCIPAL, PASSWORD, "127.0.0.1")


def test_an_unknown_account_is_not_found(person: Person) -> None:
    assert person(VICE).press("/tai-khoan/khong.co.ai/cap-lai").status_code == 404


def test_an_old_temporary_password_opens_nothing(tmp_path: Path) -> None:
    database = Database(tmp_path / "toasoan.db")
    password = Enrolment(database).create(NEW, "Cô giáo", Wish(), VICE)
    with database.transaction() as session:
        session.get_one(AccountRow, NEW).password_changed_at = (
            int(time.time()) - TEMPORARY_SECONDS - 1
        )

    with pytest.raises(SignInRefused):
        Accounts(database).authenticate(NEW, password, "127.0.0.1")
    database.engine.dispose()


def test_a_database_of_an_older_version_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "toasoan.db"
    old = sqlite3.connect(path)
    old.execute(
        "CREATE TABLE accounts (username VARCHAR NOT NULL PRIMARY KEY, password_hash VARCHAR "
        "NOT NULL, key_salt BLOB NOT NULL, sealed_key BLOB NOT NULL, public_key VARCHAR NOT NULL, "
        "is_demo BOOLEAN NOT NULL, is_active BOOLEAN NOT NULL, created_at INTEGER NOT NULL, "
        "password_changed_at INTEGER NOT NULL)"
    )
    old.execute("INSERT INTO accounts VALUES ('vanthu', 'h', x'00', x'01', 'k', 0, 1, 5, 6)")
    old.commit()
    old.close()

    for _ in range(2):  # the second opening finds nothing to do
        database = Database(path)
        record = Enrolment(database).find("vanthu")
        assert record is not None
        assert (record.is_temporary, record.rules_accepted, record.wish) == (False, None, Wish())
        database.engine.dispose()


def _every_cell(database: Database) -> list[object]:
    with database.reading() as session:
        rows = session.scalars(select(AccountRow)).all()
    return [value for row in rows for value in vars(row).values()]
