"""Passwords grow old: a reminder, a forced change, no old acquaintances, a report (R04)."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import update

from editor.database import AccountRow
from editor.newsroom import Newsroom
from editor.password_age import refuse_a_former, retire
from tests.editor.conftest import LEAD, PASSWORD, TEACHER, VICE, Reader
from workflow.clock import VIETNAM
from workflow.errors import InvalidFields

Person = Callable[[str], Reader]
DAY = 24 * 3600
FORM = "/tai-khoan/mat-khau"


def grow_old(newsroom: Newsroom, username: str, days: int, **values: object) -> str:
    """Let the account's password be so many days old, and return its date."""
    changed = int(time.time()) - days * DAY
    with newsroom.database.transaction() as session:
        rows = update(AccountRow).where(AccountRow.username == username)
        session.execute(rows.values(password_changed_at=changed, **values))
    return f"{datetime.now(VIETNAM) - timedelta(days=days):%d/%m/%Y}"


def change(reader: Reader, new: str, old: str = PASSWORD) -> object:
    return reader.press(FORM, old=old, new=new, again=new)


def test_from_the_75th_day_every_page_reminds_and_nothing_is_refused(
    person: Person, newsroom: Newsroom
) -> None:
    teacher = person(TEACHER)
    grow_old(newsroom, TEACHER, 74)
    assert "Đổi mật khẩu trước hết ngày" not in teacher.read("/tro-giup")

    grow_old(newsroom, TEACHER, 75)
    last = datetime.now(VIETNAM) + timedelta(days=15)
    told = f"Mật khẩu đã dùng 75 ngày. Đổi mật khẩu trước hết ngày {last:%d/%m/%Y}."
    assert told in teacher.read("/tro-giup")
    grow_old(newsroom, TEACHER, 90)
    assert "Mật khẩu đã dùng 90 ngày." in teacher.read("/")
    assert teacher.write()


def test_at_91_days_nothing_but_a_new_password_is_possible(
    person: Person, newsroom: Newsroom
) -> None:
    teacher = person(TEACHER)
    grow_old(newsroom, TEACHER, 91)

    for path in ("/", "/viet/posts", "/tro-giup"):
        assert teacher.client.get(path).location == FORM, path
    refused = teacher.press("/viet/posts", title="Bài", group="mau-giao")
    assert refused.status_code == 403
    assert "Mật khẩu đã quá hạn." in refused.text
    assert "quá hạn 90 ngày" in teacher.read(FORM)
    change(teacher, "bốn-chiếc-lá-me-xanh")
    assert teacher.client.get("/").status_code == 200


def test_who_must_change_the_password_may_still_leave(person: Person, newsroom: Newsroom) -> None:
    teacher = person(TEACHER)
    grow_old(newsroom, TEACHER, 91)

    assert teacher.press("/dang-xuat").location.startswith("/dang-nhap")


@pytest.mark.parametrize("values", [{"is_temporary": True}, {"is_demo": True}])
def test_a_temporary_password_and_the_demos_have_no_such_age(
    person: Person, newsroom: Newsroom, values: dict[str, object]
) -> None:
    teacher = person(TEACHER)
    grow_old(newsroom, TEACHER, 400, **values)

    assert teacher.client.get("/").status_code == 200


def test_the_last_five_passwords_do_not_come_back_and_older_ones_may(newsroom: Newsroom) -> None:
    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    words = [f"bốn chiếc lá me xanh {n}" for n in range(6)]
    for word in words:
        with newsroom.database.transaction() as session:
            row = session.get_one(AccountRow, TEACHER)
            row.password_hash = quick.hash(word)
            retire(session, row)

    for recent in words[1:]:
        with pytest.raises(InvalidFields) as caught:
            refuse_a_former(newsroom.database, TEACHER, recent)
        assert "Không dùng lại 5 mật khẩu gần đây." in str(caught.value.errors["new"][0])
    refuse_a_former(newsroom.database, TEACHER, words[0])
    refuse_a_former(newsroom.database, LEAD, words[1])


def test_a_changed_password_does_not_come_back_at_once(newsroom: Newsroom) -> None:
    other = "bốn chiếc lá me xanh"
    newsroom.accounts.change_password(TEACHER, PASSWORD, other, None)

    with pytest.raises(InvalidFields) as caught:
        newsroom.accounts.change_password(TEACHER, other, PASSWORD, None)
    assert set(caught.value.errors) == {"new"}


def test_a_reset_does_not_bring_an_old_password_back(newsroom: Newsroom) -> None:
    newsroom.enrolment.reset(TEACHER)

    with pytest.raises(InvalidFields) as caught:
        newsroom.enrolment.begin(TEACHER, PASSWORD)
    assert set(caught.value.errors) == {"new"}
    assert newsroom.enrolment.begin(TEACHER, "bốn chiếc lá me xanh")


def test_the_leaders_see_whose_password_is_overdue_with_its_date(
    person: Person, newsroom: Newsroom
) -> None:
    vice = person(VICE)
    assert "Quá hạn đổi mật khẩu" not in vice.read("/tai-khoan")
    teachers = grow_old(newsroom, TEACHER, 91)
    grow_old(newsroom, LEAD, 90)

    page = vice.read("/tai-khoan").partition('id="overdue"')[2].partition("</section>")[0]
    assert f"đổi lần cuối ngày {teachers}, 91 ngày trước" in page
    assert f"#{TEACHER}" in page
    assert f"#{LEAD}" not in page
    assert "$argon2" not in page


def test_the_limits_are_settings(newsroom: Newsroom) -> None:
    settings = type(newsroom.settings).from_environment(
        {"TOASOAN_PASSWORD_REMIND_DAYS": "20", "TOASOAN_PASSWORD_DAYS": "30"}
    )

    assert (settings.password_remind_days, settings.password_days) == (20, 30)
