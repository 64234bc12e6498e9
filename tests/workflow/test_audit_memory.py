"""What the publisher has audited spares its next start the history, and only if it is its own."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.workflow.conftest import School
from tests.workflow.test_held_audit import count_reads
from tests.workflow.test_mirror import HISTORY, a_post, another_post, edited
from workflow import audit_memory, auditing, release
from workflow.notes import write_note
from workflow.repository import MAIN, RefUpdate, Repository
from workflow.verification import Report, Rule, verify

NOTE = Path("publisher") / "audit.json"


def a_new_process(school: School, data: Path) -> Report:
    """Audit as a publisher does that has just started."""
    repo = Repository(school.repo.path)
    report = auditing.audit(repo, data, repo.main())
    if report.ok:
        auditing.keep(repo, data)
    return report


def prepared(school: School, data: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give the school a history that was audited and kept; return an entry's id."""
    monkeypatch.setattr(auditing, "_ACTS_NOT_KEPT", 0)
    entry_id = a_post(school).entry_id
    for _ in range(3):
        edited(school, entry_id)
    assert a_new_process(school, data).ok
    return entry_id


def test_each_start_says_what_a_whole_audit_says(
    school: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry_id = prepared(school, tmp_path, monkeypatch)
    for act in HISTORY:
        act(school, entry_id)
        report = a_new_process(school, tmp_path)
        assert report == verify(school.repo.path)
        assert report.ok, report.reason


def test_little_is_kept_at_each_publication(school: School, tmp_path: Path) -> None:
    entry_id = a_post(school).entry_id
    assert a_new_process(school, tmp_path).ok
    kept = (tmp_path / NOTE).read_bytes()
    edited(school, entry_id)

    assert a_new_process(school, tmp_path).ok
    assert (tmp_path / NOTE).read_bytes() == kept


def forged(data: Path) -> None:
    """A publication's draft is taken out of those that were used, so that it may come again."""
    row = json.loads((data / NOTE).read_text())
    row["used"].pop()
    (data / NOTE).write_text(json.dumps(row))


def signed_by_another(data: Path) -> None:
    row = json.loads((data / NOTE).read_text())
    row.pop("signature")
    (data / "other" / "publisher").mkdir(parents=True)
    write_note(data / "other", data / NOTE, "toasoan-audit", row)


def of_another_kind(data: Path) -> None:
    row = json.loads((data / NOTE).read_text())
    row.pop("signature")
    write_note(data, data / NOTE, "toasoan-record", row)


def of_another_version(data: Path) -> None:
    row = json.loads((data / NOTE).read_text()) | {"version": "0" * 64}
    row.pop("signature")
    write_note(data, data / NOTE, "toasoan-audit", row)


def without_what_it_needs(data: Path) -> None:
    row = json.loads((data / NOTE).read_text())
    row.pop("signature")
    row.pop("places")
    write_note(data, data / NOTE, "toasoan-audit", row)


def of_objects_that_are_missing(data: Path) -> None:
    row = json.loads((data / NOTE).read_text())
    row.pop("signature")
    row["main"][0][1] = "a" * 40
    write_note(data, data / NOTE, "toasoan-audit", row)


def cut_short(data: Path) -> None:
    (data / NOTE).write_bytes((data / NOTE).read_bytes()[:-20])


def gone(data: Path) -> None:
    (data / NOTE).unlink()


def not_harmed(data: Path) -> None:
    """The control."""


HARM = (
    forged,
    signed_by_another,
    of_another_kind,
    of_another_version,
    without_what_it_needs,
    of_objects_that_are_missing,
    cut_short,
    gone,
)


@pytest.mark.parametrize("harm", [*HARM, not_harmed])
def test_what_is_not_our_own_counts_for_nothing(
    school: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, harm: Callable[[Path], None]
) -> None:
    entry_id = prepared(school, tmp_path, monkeypatch)
    founding = school.repo.chain(school.repo.main())[-1].oid
    edited(school, entry_id)
    harm(tmp_path)
    read = count_reads(monkeypatch)

    assert a_new_process(school, tmp_path).ok
    assert (founding in read) == (harm is not not_harmed)
    # It was kept anew, and is good again.
    assert audit_memory.kept(tmp_path, school.repo.path) is not None


@pytest.mark.parametrize("is_honest", [False, True], ids=["attack", "control"])
def test_a_history_rewritten_below_what_was_kept_is_refused(
    school: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_honest: bool
) -> None:
    prepared(school, tmp_path, monkeypatch)
    main = school.repo.main()
    if not is_honest:
        older = school.repo.commit(main).parents[0]
        school.repo.update_refs([RefUpdate(MAIN, older, main)])
    another_post(school, "")

    report = a_new_process(school, tmp_path)
    assert report.ok is is_honest
    assert is_honest or report.rule == Rule.HISTORY
    # Nor after another start: what was kept does not make it right.
    assert a_new_process(school, tmp_path).ok is is_honest


@pytest.mark.parametrize("is_kept", [True, False])
def test_who_moves_main_need_not_read_the_history_first(
    school: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_kept: bool
) -> None:
    prepared(school, tmp_path, monkeypatch)
    founding = school.repo.chain(school.repo.main())[-1].oid
    if not is_kept:
        gone(tmp_path)
    school.repo = Repository(school.repo.path)
    auditing.begin_in(school.repo, tmp_path)
    read = count_reads(monkeypatch)
    another_post(school, "")

    assert (founding in read) is not is_kept


def test_nothing_is_kept_of_a_repository_that_was_refused(
    school: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared(school, tmp_path, monkeypatch)
    gone(tmp_path)
    main = school.repo.main()
    forged_commit = school.repo.write_commit(
        school.repo.commit(main).tree, [main], "Gì đó\n", school.now(), "hieutruong"
    )
    school.repo.update_refs([RefUpdate(MAIN, forged_commit, main)])
    repo = Repository(school.repo.path)

    assert not auditing.audit(repo, tmp_path, forged_commit).ok
    auditing.keep(repo, tmp_path)
    assert not (tmp_path / NOTE).exists()
    assert release.public_key(tmp_path)
