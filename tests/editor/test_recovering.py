"""The recovery key at the command line: written at founding, used when the principal is lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from editor.cli import main
from editor.database import Database
from editor.enrolment import Enrolment, Wish, key_code
from editor.founding import Principal, found_school
from editor.recovering import seal
from editor.settings import Settings
from workflow import recovering, signing, verification
from workflow.repository import Repository

NAME = "hieutruong"
OWN = "bốn-chiếc-lá-me-xanh"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "var")


@pytest.fixture
def paper(settings: Settings) -> Path:
    """A founded school; the file with its recovery key."""
    principal = Principal(NAME, "Hiệu trưởng", "ngôi trường xanh ven sông 27")
    return found_school(settings, "Trường Mầm non Hoa Sen", principal)


@pytest.fixture
def run(settings: Settings) -> Callable[..., int]:
    return lambda *words: main([*words, "--data", str(settings.data)])


def renew(settings: Settings, username: str = NAME, temporary: str = "", own: str = OWN) -> str:
    """Reset a password as the server does, sign in for the first time, return the key's code."""
    enrolment = Enrolment(Database(settings.database))
    if not temporary:
        enrolment.reset(username)
    key = enrolment.begin(username, own).private_key
    return key_code(signing.public_key_line(key))


def answers(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    waiting: Iterator[str] = iter(lines)
    monkeypatch.setattr("builtins.input", lambda _: next(waiting))


def test_a_founded_school_has_a_key_on_paper_outside_its_data(
    settings: Settings, paper: Path
) -> None:
    assert not paper.is_relative_to(settings.data)
    assert paper.stat().st_mode & 0o777 == 0o600
    key = signing.public_key_line(recovering.read(paper.read_text()))
    assert Repository(settings.repository).governance().recovery.key == key


def test_a_second_key_is_never_written_over_the_first(settings: Settings, paper: Path) -> None:
    before = paper.read_text()

    other = seal(settings, signing.generate())
    assert other != paper
    assert paper.read_text() == before


def test_a_principal_who_lost_the_password_goes_on(
    settings: Settings, paper: Path, run: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    code = renew(settings)

    assert run("recover", "--key", str(paper), "--username", NAME, "--yes") == 0

    said = capsys.readouterr().out
    assert code in said
    fresh = Path(re.findall(r"nằm trong tệp (\S+)", said)[0])
    governance = Repository(settings.repository).governance()
    assert key_code(governance.principal.key) == code
    sealed = signing.public_key_line(recovering.read(fresh.read_text()))
    assert governance.recovery.key == sealed
    assert verification.verify(settings.repository).ok
    renew(settings, own=f"{OWN}-nữa")
    assert run("recover", "--key", str(paper), "--username", NAME, "--yes") == 1
    assert "Mỗi khóa dùng được một lần" in capsys.readouterr().out


def test_the_key_can_be_typed_from_paper(
    settings: Settings,
    paper: Path,
    run: Callable[..., int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines = recovering.written(recovering.read(paper.read_text())).splitlines()
    Enrolment(Database(settings.database)).create("co.moi", "Hiệu trưởng mới", Wish(), NAME)
    renew(settings, "co.moi", temporary="made before")
    answers(monkeypatch, *lines, "co.moi", "Đồng ý")

    assert run("recover") == 0
    people = Repository(settings.repository).governance().people
    assert {name: person.name for name, person in people.items()} == {"co.moi": "Hiệu trưởng mới"}


def test_without_a_yes_nothing_changes(
    settings: Settings,
    paper: Path,
    run: Callable[..., int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    renew(settings)
    before = Repository(settings.repository).main()
    answers(monkeypatch, str(paper), NAME, "không")

    assert run("recover") == 1
    assert Repository(settings.repository).main() == before


def test_the_principal_lays_down_another_key(
    settings: Settings,
    paper: Path,
    run: Callable[..., int],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("getpass.getpass", lambda _: "không phải mật khẩu")
    assert run("recovery-key") == 1
    assert list(paper.parent.glob("*-khoa-khoi-phuc*")) == [paper]

    monkeypatch.setattr("getpass.getpass", lambda _: "ngôi trường xanh ven sông 27")
    assert run("recovery-key") == 0

    fresh = Path(re.findall(r"nằm trong tệp (\S+)", capsys.readouterr().out)[0])
    renew(settings)
    assert run("recover", "--key", str(paper), "--username", NAME, "--yes") == 1
    assert run("recover", "--key", str(fresh), "--username", NAME, "--yes") == 0
    assert verification.verify(settings.repository).ok


@pytest.mark.parametrize(
    ("username", "sentence"),
    [("ai.do", "Không có tài khoản ai.do."), (NAME, "vẫn là khóa đang dùng")],
)
def test_an_account_that_does_not_wait_recovers_nothing(
    settings: Settings,
    paper: Path,
    run: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
    username: str,
    sentence: str,
) -> None:
    assert run("recover", "--key", str(paper), "--username", username, "--yes") == 1
    assert sentence in capsys.readouterr().out
    # What was sealed for nothing is not left lying about.
    assert list(paper.parent.glob("*-khoa-khoi-phuc*")) == [paper]


def test_a_file_that_is_no_key_is_refused(
    settings: Settings, paper: Path, run: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    for text in (b"", b"\xff\xfe", b"KHOA"):
        wrong = paper.with_name("wrong.txt")
        wrong.write_bytes(text)
        assert run("recover", "--key", str(wrong), "--username", NAME, "--yes") == 1
        assert "Không đọc được khóa khôi phục." in capsys.readouterr().out
    assert run("recover", "--key", "/nowhere", "--username", NAME, "--yes") == 1


def test_the_server_gives_a_temporary_password(
    settings: Settings, paper: Path, run: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("reset-password", NAME) == 0
    assert re.search(r"Mật khẩu tạm của hieutruong.*: \w{4}-\w{4}", capsys.readouterr().out)
    found = Enrolment(Database(settings.database)).find(NAME)
    assert found
    assert found.is_temporary
    assert run("reset-password", "ai.do") == 1


def test_without_a_school_there_is_nothing_to_recover(
    run: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("recover") == 1
    assert run("reset-password", NAME) == 1
    assert "Không có kho nội dung" in capsys.readouterr().out
