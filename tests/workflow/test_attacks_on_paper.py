"""Every attack on a history once more, on paper: quick enough to be asked about each small fault.

The same attacks on real repositories stand beside their definitions.
"""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Final

import pytest

from tests.workflow import (
    test_delegation_audit,
    test_erasure_audit,
    test_orders_audit,
    test_recovery_audit,
    test_standing_audit,
    test_urgent_audit,
    test_verification,
)
from tests.workflow.paper_forge import NeedsADisk, PaperForge, audited, on_paper

__all__ = ["on_paper"]

pytestmark = pytest.mark.usefixtures("on_paper")
FILES: Final = (
    test_verification,
    test_orders_audit,
    test_urgent_audit,
    test_delegation_audit,
    test_recovery_audit,
    test_erasure_audit,
    test_standing_audit,
)
ON_DISK: Final = {
    "signature_of_another_kind_of_key",
    "person_with_another_kind_of_key",
    "object_changed_on_the_disk",
    "object_missing",
    "tree_cut_short",
    "tree_that_names_a_file_twice",
    "replacement_of_an_object",
    "graft",
    "history_cut_off_below",
    "no_main_branch",
    "main_that_is_a_tag",
}
"""They turn on what only a disk has, or on another kind of key."""
ATTACKS: Final = [
    pytest.param(file, name, id=f"{file.__name__.rpartition('test_')[2]}-{name}")
    for file in FILES
    for name in file.ATTACKS
    if name not in ON_DISK
]


@pytest.fixture(scope="session")
def histories(tmp_path_factory: pytest.TempPathFactory) -> dict[ModuleType, PaperForge]:
    """The history that each file of attacks begins with."""
    folder = tmp_path_factory.mktemp("paper")
    histories = {}
    for file in FILES:
        site = PaperForge.found(folder / file.__name__, folder / "keys")
        histories[file] = file.history(site)
    return histories


@pytest.mark.parametrize(("file", "name"), ATTACKS)
def test_an_attack_is_refused_by_the_rule_that_it_breaks(
    histories: dict[ModuleType, PaperForge], tmp_path: Path, file: ModuleType, name: str
) -> None:
    site = histories[file].copy(tmp_path / "site")
    rule, attack = file.ATTACKS[name]
    attack(site, False)
    report = audited(site)

    assert (report.ok, report.rule) == (False, rule), report.reason


@pytest.mark.parametrize(("file", "name"), ATTACKS)
def test_the_same_history_without_the_manipulation_is_accepted(
    histories: dict[ModuleType, PaperForge], tmp_path: Path, file: ModuleType, name: str
) -> None:
    site = histories[file].copy(tmp_path / "site")
    file.ATTACKS[name][1](site, True)
    report = audited(site)

    assert report.ok, report.reason


@pytest.mark.parametrize(
    "name", ["signature_of_another_kind_of_key", "tree_cut_short", "replacement_of_an_object"]
)
def test_what_needs_a_disk_says_so(
    histories: dict[ModuleType, PaperForge], tmp_path: Path, name: str
) -> None:
    site = histories[test_verification].copy(tmp_path / "site")

    with pytest.raises(NeedsADisk):
        test_verification.ATTACKS[name][1](site, False)
