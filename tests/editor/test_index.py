"""The derived index of published entries: what it keeps, and how little is lost with it."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from editor import cli, index
from editor.index import Index
from tests.workflow.conftest import LEAD, TEACHER, VICE, found, post_fields
from workflow import services
from workflow.repository import Repository
from workflow.shelf import shelf_of

FIELDS = {
    "title": "Đêm hội trăng rằm",
    "date": date(2026, 11, 24),
    "publish_at": datetime(2026, 11, 24, 7, tzinfo=UTC),
    "photos": [{"file": "anh-1.jpg", "alt": "Đèn ông sao"}],
    "order": 3,
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / index.FILE


def test_fields_come_back_as_they_were(path: Path) -> None:
    Index(path).keep({"a": FIELDS}, ["a"])

    assert Index(path).known(["a", "b"]) == {"a": FIELDS}
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "harm", ["UPDATE entries SET fields = '{}'", "UPDATE entries SET blob = 'b'"]
)
def test_a_row_that_was_changed_is_forgotten(path: Path, harm: str) -> None:
    Index(path).keep({"a": FIELDS}, ["a"])
    with create_engine(f"sqlite:///{path}").begin() as connection:
        connection.execute(text(harm))

    assert Index(path).known(["a", "b"]) == {}


def test_a_file_that_is_no_database_is_begun_anew(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"no database" * 1000)
    kept = Index(path)
    kept.keep({"a": FIELDS}, ["a"])

    assert kept.known(["a"]) == {"a": FIELDS}


def test_a_file_that_breaks_while_it_is_open_is_begun_anew(path: Path) -> None:
    kept = Index(path)
    kept.keep({"a": FIELDS}, ["a"])
    kept.close()
    path.write_bytes(b"no database" * 1000)

    assert kept.known(["a"]) == {}
    kept.keep({"a": FIELDS}, ["a"])
    assert kept.known(["a"]) == {"a": FIELDS}


def test_rows_that_nobody_wants_are_swept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "_SPARE", 2)
    kept = Index(path)
    kept.keep({str(number): FIELDS for number in range(5)}, map(str, range(5)))
    kept.keep({"x": FIELDS}, ["0", "x"])

    assert set(kept.known([*map(str, range(5)), "x"])) == {"0", "x"}


def test_reindex_makes_it_anew_from_git(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    school = found(tmp_path / "site.git")
    change = school.create(TEACHER, "posts", **post_fields())
    school.approve(VICE, school.check(LEAD, school.submit(TEACHER, change)))
    where = school.repo.path.parent / index.FILE
    Index(where).keep({"old": FIELDS}, ["old"])

    assert cli.main(["reindex", "--data", str(tmp_path)]) == 0
    assert "1 mục" in capsys.readouterr().out
    assert Index(where).known(["old"]) == {}
    again = Repository(school.repo.path)
    shelf_of(again).keep_in(Index(where))
    assert services.published(again) == services.published(school.repo)
    assert cli.main(["reindex", "--data", str(tmp_path / "none")]) == 1
