"""An audit that goes on from an earlier one says what an audit of the whole history says."""

from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from tests.workflow.paper_forge import PaperForge, audited, on_paper
from tests.workflow.test_histories_on_paper import ATTACKS, histories
from workflow import audit_memory, verification

__all__ = ["histories", "on_paper"]

AT_NIGHT = {
    "another_file_is_missing_than_the_erased_one",
    "a_file_of_an_entry_that_is_down_is_missing_without_an_order",
}
"""What is done to the disk below a history that stays as it is: the whole audit's to find."""

pytestmark = pytest.mark.usefixtures("on_paper")


@pytest.mark.parametrize("honest", [False, True], ids=["attack", "control"])
@pytest.mark.parametrize("another_process", [False, True], ids=["here", "kept"])
@pytest.mark.parametrize(("file", "name"), ATTACKS)
def test_it_judges_what_came_since_as_the_whole_audit_does(
    histories: dict[ModuleType, PaperForge],
    tmp_path: Path,
    file: ModuleType,
    name: str,
    honest: bool,
    another_process: bool,
) -> None:
    site = histories[file].copy(tmp_path / "site")
    report, before = verification.verify_on(None, site.path)
    assert before is not None, report.reason
    if another_process:
        audit_memory.keep(tmp_path, before)
        before = audit_memory.kept(tmp_path, site.path)
        assert before is not None
    file.ATTACKS[name][1](site, honest)

    whole = audited(site)
    if name in AT_NIGHT and not honest:
        assert verification.verify_on(before, site.path)[0].ok
        assert not whole.ok
        return
    once = verification.verify_on(before, site.path)[0]
    # Which of two missing files is named first may differ.
    assert replace(once, reason=whole.reason) == whole
    # Those who publish call the end of the audit before audited: it vouches for nothing new.
    trusting = verification.verify_on(before, site.path, audited=report.head)[0]
    assert trusting.ok == whole.ok
    assert trusting.rule in {whole.rule, verification.Rule.HISTORY}
    # What it refused has left no trace in what it goes on from.
    assert verification.verify_on(before, site.path)[0] == once


def test_only_what_is_new_is_read(
    histories: dict[ModuleType, PaperForge], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = next(iter(histories.values())).copy(tmp_path / "site")
    _, before = verification.verify_on(None, site.path)
    read: list[str] = []
    honest = verification.Objects.read

    def noted(objects: verification.Objects, oid: str, kind: str) -> bytes:
        read.append(oid)
        return honest(objects, oid, kind)

    monkeypatch.setattr(verification.Objects, "read", noted)

    verification.verify_on(before, site.path)
    assert read == []
    verification.verify_on(None, site.path)
    assert len(read) > 30
