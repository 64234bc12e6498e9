"""What waits too long and what is down, on the desks and in the lists of each person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from editor.newsroom import Newsroom
from editor.publisher import publish_due_entries, publish_once
from tests.editor.conftest import (
    ADMIN,
    CLERK,
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
from workflow import governing, services
from workflow.alarms import Alarm, Danger
from workflow.repository import Repository
from workflow.states import Role

Person = Callable[[str], Reader]
TITLE = "Bé vui rước đèn"
WAITS = "Chờ quá 2 ngày làm việc"


def section(page: str, heading: str) -> str:
    """Return what the desk says under a heading; empty where it has none."""
    _, found, rest = page.partition(f'id="{heading}"')
    return rest.partition("</section>")[0] if found else ""


def test_what_waits_too_long_is_before_who_decides_and_before_the_principal(
    person: Person, past: Past
) -> None:
    past.write()

    for who in (LEAD, PRINCIPAL):
        assert TITLE in section(person(who).read("/"), "overdue")
    for who in (TEACHER, VICE, COOK, ADMIN):
        assert section(person(who).read("/"), "overdue") == ""
    assert WAITS in section(person(TEACHER).read("/"), "waiting")
    assert WAITS in person(LEAD).read("/cho-kiem-tra")


def test_what_came_in_today_is_not_overdue(person: Person) -> None:
    person(TEACHER).write(then="submit")

    for who in (LEAD, PRINCIPAL, TEACHER):
        assert WAITS not in person(who).read("/")


def test_after_the_check_it_waits_for_the_approvers(person: Person, past: Past) -> None:
    entry = past.write()
    past.act(services.check, LEAD, entry)

    for who in (VICE, PRINCIPAL):
        assert TITLE in section(person(who).read("/"), "overdue")
    for who in (LEAD, NUTRITION_VICE):
        assert section(person(who).read("/"), "overdue") == ""


def an_entry_past_its_hour(past: Past) -> str:
    at = past.at + timedelta(hours=1)
    entry = past.write(publish_at=f"{at:%d/%m/%Y %H:%M}")
    past.act(services.check, LEAD, entry)
    past.act(services.approve, VICE, entry)
    return entry


def test_an_approved_entry_that_is_not_public_in_time_is_before_all_leaders(
    person: Person, past: Past
) -> None:
    an_entry_past_its_hour(past)

    for who in (VICE, NUTRITION_VICE, PRINCIPAL):
        assert TITLE in section(person(who).read("/"), "late")
    for who in (TEACHER, LEAD):
        assert section(person(who).read("/"), "late") == ""
    assert "Quá giờ đăng" in section(person(TEACHER).read("/"), "waiting")


def test_what_cannot_be_published_though_it_is_due_is_an_alarm_until_it_can(
    past: Past, newsroom: Newsroom
) -> None:
    entry = an_entry_past_its_hour(past)
    people = newsroom.repository.governance().people
    vice, principal = people[VICE], past.signer(PRINCIPAL)

    def appoint(role: Role) -> None:
        given = governing.Appointment(
            vice.name, frozenset({role}), vice.groups, tuple(vice.fields), vice.key
        )
        governing.appoint(newsroom.repository, principal, VICE, given, past.at)

    appoint(Role.TEACHER)
    publish_due_entries(newsroom.repository, newsroom.settings.data)
    (alarm,) = Alarm.read(newsroom.settings.data)
    assert alarm.danger is Danger.DUE
    assert alarm.paths[0].startswith(f"{entry}: ")

    appoint(Role.VICE_PRINCIPAL)
    publish_due_entries(newsroom.repository, newsroom.settings.data)
    assert Alarm.read(newsroom.settings.data) == ()
    assert newsroom.repository.draft(entry) is None


def test_a_publisher_that_does_not_run_is_noticed_on_the_leaders_desks(
    person: Person, past: Past, newsroom: Newsroom
) -> None:
    assert publish_once(newsroom.repository, newsroom.settings)
    assert "chưa được cập nhật" not in person(PRINCIPAL).read("/")
    past.publish()

    for who in (VICE, PRINCIPAL, ADMIN):
        assert "Trang công khai chưa được cập nhật" in person(who).read("/")
    assert "chưa được cập nhật" not in person(TEACHER).read("/")
    assert publish_once(newsroom.repository, newsroom.settings)
    assert "chưa được cập nhật" not in person(PRINCIPAL).read("/")


def test_a_longer_list_asks_git_no_more_often(
    person: Person, past: Past, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    run = Repository._run

    def counting(repository: Repository, *words: Any, **options: Any) -> bytes:
        asked.append(words)
        return run(repository, *words, **options)

    def counted(reader: Reader) -> int:
        reader.read("/da-dang")
        asked.clear()
        reader.read("/da-dang")
        return len(asked)

    monkeypatch.setattr(Repository, "_run", counting)
    reader = person(PRINCIPAL)
    past.publish()
    short = counted(reader)
    past.publish(title="Bé tập múa")
    past.publish(title="Bé tập hát")

    assert counted(reader) == short


def test_what_is_down_says_so_in_every_list(person: Person, past: Past) -> None:
    entry = past.publish()
    assert "Đã gỡ" not in person(TEACHER).read("/da-dang")
    past.take_down(entry, "error")

    for who in (TEACHER, COOK, PRINCIPAL):
        assert "Đã gỡ" in person(who).read("/da-dang")
        assert "Đã gỡ" in section(person(who).read("/"), "published")
        assert person(who).client.get(f"/bai/{entry}").status_code == 200


@pytest.mark.parametrize("who", [COOK, CLERK])
def test_personal_data_is_hidden_from_other_groups_once_it_is_down(
    person: Person, past: Past, who: str
) -> None:
    entry = past.publish(title="Bé An bị ốm")
    reader = person(who)
    assert "Bé An bị ốm" in reader.read("/da-dang")
    past.take_down(entry, "personal_data")

    for page in ("", "/sua", "/xem-truoc", "/xem-truoc/index.html", "/tien-do", "/tep/anh-1.jpg"):
        answer = reader.client.get(f"/bai/{entry}{page}")
        assert answer.status_code == 403
        assert "Bài này đã gỡ vì có thông tin cá nhân." in answer.text
        assert "Bé An" not in answer.text
    for page in ("/", "/da-dang", "/viet/notices"):
        assert "Bé An" not in reader.read(page)
    assert reader.press(f"/bai/{entry}/sua", title="x", password=PASSWORD).status_code == 403


@pytest.mark.parametrize("who", [TEACHER, LEAD, VICE, NUTRITION_VICE, PRINCIPAL, ADMIN])
def test_leaders_the_administrator_and_its_own_group_still_read_it(
    person: Person, past: Past, who: str
) -> None:
    entry = past.publish(title="Bé An bị ốm")
    past.take_down(entry, "personal_data")

    assert "Bé An bị ốm" in person(who).read(f"/bai/{entry}")
    assert "Bé An bị ốm" in person(who).read("/da-dang")
