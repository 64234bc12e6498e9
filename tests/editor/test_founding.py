"""How a school's data folder begins."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from editor.accounts import Accounts, SignInRefused
from editor.database import Database
from editor.founding import (
    DEMO_PASSWORD,
    Principal,
    found_demo,
    found_school,
    is_demo,
    is_founded,
)
from editor.settings import Settings
from workflow import publication, services, verification
from workflow.errors import InvalidFields
from workflow.repository import Repository
from workflow.states import Status

GOOD = Principal("hieutruong", "Hiệu trưởng", "ngôi trường xanh ven sông 27")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "var")


def say_nothing(_: str) -> None:
    pass


def test_the_demo_school_has_content_staff_and_work_on_every_desk(settings: Settings) -> None:
    found_demo(settings, say_nothing)
    repository = Repository(settings.repository)
    accounts = Accounts(Database(settings.database))

    kinds = [entry.type_name for entry in services.published(repository)]
    assert (kinds.count("posts"), kinds.count("circulars")) == (12, 15)
    assert {change.status for change in services.changes(repository)} == {
        Status.DRAFT,
        Status.IN_REVIEW,
        Status.CHANGES_REQUESTED,
        Status.PENDING_APPROVAL,
    }
    assert verification.verify(settings.repository).ok
    assert is_demo(settings)
    assert accounts.authenticate("vanthu", DEMO_PASSWORD, "127.0.0.1").username == "vanthu"
    with pytest.raises(SignInRefused):
        accounts.authenticate("vanthu", DEMO_PASSWORD, "192.0.2.1")


def test_other_users_of_the_machine_read_neither_accounts_nor_drafts(settings: Settings) -> None:
    """The control is a folder that everybody may read: the usual mask of a system allows it."""
    before = os.umask(0o022)
    try:
        found_school(settings, "Trường Mầm non Hoa Sen", GOOD)
    finally:
        os.umask(before)

    private = [settings.repository, *settings.data.glob("toasoan.db*")]
    assert len(private) > 1
    assert {path.stat().st_mode & 0o077 for path in private} == {0}
    assert settings.data.stat().st_mode & 0o055


def test_a_real_school_begins_with_its_principal_and_nothing_else(settings: Settings) -> None:
    found_school(settings, "Trường Mầm non Hoa Sen", GOOD)
    repository = Repository(settings.repository)

    assert list(repository.governance().people) == ["hieutruong"]
    assert repository.governance().school["name"] == "Trường Mầm non Hoa Sen"
    assert services.published(repository) == []
    assert Accounts(Database(settings.database)).names() == ["hieutruong"]
    assert not is_demo(settings)
    assert verification.verify(settings.repository).ok


def test_an_empty_school_has_a_public_site(settings: Settings) -> None:
    found_school(settings, "Trường Mầm non Hoa Sen", GOOD)
    repository = Repository(settings.repository)
    publication.publish(repository, settings.data, settings.public_url, lambda _: None)

    home = (settings.data / "www" / "current" / "index.html").read_text()
    assert "Trường Mầm non Hoa Sen" in home
    assert "Phượng Hồng" not in home


@pytest.mark.parametrize("username", ["", "Hiệu trưởng", "../x", "a b", "-rf"])
def test_a_user_name_that_no_signature_could_bear_is_refused(
    settings: Settings, username: str
) -> None:
    with pytest.raises(InvalidFields, match="Tên đăng nhập"):
        found_school(settings, "Trường", Principal(username, GOOD.name, GOOD.password))
    assert not is_founded(settings)


def test_a_weak_password_founds_nothing(settings: Settings) -> None:
    with pytest.raises(InvalidFields, match="12 ký tự"):
        found_school(settings, "Trường", Principal("hieutruong", "Hiệu trưởng", "123456"))
    assert not is_founded(settings)


def test_a_founded_school_is_never_founded_again(settings: Settings) -> None:
    found_school(settings, "Trường Mầm non Hoa Sen", GOOD)

    with pytest.raises(FileExistsError):
        found_demo(settings, say_nothing)


def test_what_an_interrupted_founding_left_is_done_anew(settings: Settings) -> None:
    Repository.create(settings.repository)
    Accounts(Database(settings.database))

    found_school(settings, "Trường Mầm non Hoa Sen", GOOD)
    assert is_founded(settings)
