"""The locked files of packages agree with what pyproject.toml asks for."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.source import ROOT

PIN = re.compile(r"^([\w.-]+)==([^\s;\\]+)(.*(?:\n +--hash=sha256:[0-9a-f]{64}.*)*)", re.MULTILINE)


def pins(lock: Path) -> dict[str, str]:
    found = PIN.findall(lock.read_text(encoding="utf-8"))
    return {canonicalize_name(name): version for name, version, _ in found}


def unhashed(lock: Path) -> list[str]:
    found = PIN.findall(lock.read_text(encoding="utf-8"))
    return [name for name, _, rest in found if "--hash=" not in rest]


def unmet(lock: Path, wanted: list[str]) -> list[str]:
    locked = pins(lock)
    asked = [Requirement(line) for line in wanted]
    return [
        str(one)
        for one in asked
        if not one.specifier.contains(locked.get(canonicalize_name(one.name), "0"))
    ]


def test_every_package_that_is_asked_for_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    locks = ROOT / "requirements"

    assert unmet(locks / "run.txt", project["dependencies"]) == []
    assert unmet(locks / "test.txt", project["dependencies"] + extras["test"]) == []
    assert unmet(locks / "node.txt", extras["node"]) == []
    assert unmet(locks / "mutants.txt", extras["mutants"]) == []


@pytest.mark.parametrize("name", ["run", "test", "node", "mutants"])
def test_every_locked_package_has_its_hashes(name: str) -> None:
    lock = ROOT / "requirements" / f"{name}.txt"

    assert pins(lock)
    assert unhashed(lock) == []


def test_tests_run_on_the_versions_that_people_get() -> None:
    run, test = (pins(ROOT / "requirements" / f"{name}.txt") for name in ("run", "test"))

    assert run.items() <= test.items()


def test_what_mutation_testing_shares_with_the_tests_is_of_one_version() -> None:
    """It is put before the tests' own packages on the path."""
    test, mutants = (pins(ROOT / "requirements" / f"{name}.txt") for name in ("test", "mutants"))

    assert {name: test[name] for name in test.keys() & mutants.keys()} == {
        name: mutants[name] for name in test.keys() & mutants.keys()
    }


def test_no_pelican_plugin_comes_in_by_itself() -> None:
    """Pelican imports every installed plugin package, also those that are not listed."""
    assert [name for name in pins(ROOT / "requirements" / "run.txt") if "pelican-" in name] == []


def test_an_old_pin_a_missing_one_and_one_without_hash_are_seen(tmp_path: Path) -> None:
    lock = tmp_path / "run.txt"
    lock.write_text(f"flask==3.0 \\\n    --hash=sha256:{'0' * 64}\nnh3==1.0\n")

    assert unmet(lock, ["flask>=3.1", "nh3", "pelican>=4"]) == ["flask>=3.1", "pelican>=4"]
    assert unhashed(lock) == ["nh3"]
