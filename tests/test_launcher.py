"""The launcher, on a machine whose python3, node and npm only write down what they are asked."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

PYTHON = """#!/bin/sh
printf '%s\\n' "$*" >>"$RECORD"
case "$*" in
*"-m venv"*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
*"-m pip"*) exit "${PIP_EXIT:-0}" ;;
*licences.py*) touch "$2/THIRD_PARTY.txt" ;;
*editor.cli*) printf '%s|' "$PYTHONPATH" "$@" ;;
esac
"""
NPM = """#!/bin/sh
printf 'npm %s\\n' "$*" >>"$RECORD"
for family in be-vietnam-pro nunito; do
    mkdir -p "node_modules/@fontsource/$family/files"
    for subset in latin latin-ext vietnamese; do
        for face in 400-normal 400-italic 600-normal 700-normal 800-normal; do
            touch "node_modules/@fontsource/$family/files/$family-$subset-$face.woff2"
        done
    done
done
exit "${NPM_EXIT:-0}"
"""
NOTHING = "#!/bin/sh\n"


@dataclass(frozen=True)
class Machine:
    root: Path
    programs: Path
    record: Path

    def start(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        self.record.write_text("")
        surroundings = {"PATH": f"{self.programs}:/usr/bin:/bin", "RECORD": str(self.record)}
        return subprocess.run(
            [self.root / "toasoan", *words],
            env=surroundings | variables,
            cwd=self.programs,
            capture_output=True,
            text=True,
            check=False,
        )

    def asked(self, what: str) -> bool:
        return what in self.record.read_text(encoding="utf-8")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A copy of the launcher in a folder with a space and a Vietnamese name."""
    root = tmp_path / "tòa soạn"
    for name in ("toasoan", "package-lock.json", "requirements"):
        source = ROOT / name
        target = root / name
        target.parent.mkdir(exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copy)(source, target)
    programs = tmp_path / "programs"
    programs.mkdir()
    scripts = {"python3": PYTHON, "npm": NPM}
    for name in ("python3", "npm", "node", "git", "ssh-keygen", "apt-get"):
        (programs / name).write_text(scripts.get(name, NOTHING), encoding="utf-8")
        (programs / name).chmod(0o755)
    return Machine(root, programs, tmp_path / "record")


def test_the_program_gets_its_words_whole_and_finds_its_own_code(machine: Machine) -> None:
    outcome = machine.start("verify", "một kho", "*")

    assert outcome.stdout == f"{machine.root}|-P|-m|editor.cli|verify|một kho|*|"


def test_packages_are_installed_by_hash_and_from_wheels_only(machine: Machine) -> None:
    machine.start("run")

    assert machine.asked("--require-hashes --only-binary :all:")
    assert machine.asked("npm ci --ignore-scripts")


def test_a_second_start_sets_nothing_up(machine: Machine) -> None:
    machine.start("run")

    machine.start("run")

    assert not machine.asked("venv")
    assert not machine.asked("pip")
    assert not machine.asked("npm")


def test_each_step_of_the_set_up_is_told_in_two_languages(machine: Machine) -> None:
    outcome = machine.start("run")

    assert "Đang cài các gói Python" in outcome.stderr
    assert all(" / " in line for line in outcome.stderr.splitlines())


def test_a_new_lock_is_installed_without_starting_over(machine: Machine) -> None:
    machine.start("run")
    (machine.root / "requirements/run.txt").write_text("")

    machine.start("run")

    assert machine.asked("-m pip install")
    assert not machine.asked("-m venv")


def test_an_environment_that_was_left_half_made_is_made_anew(machine: Machine) -> None:
    broken = machine.start("run", PIP_EXIT="1")

    mended = machine.start("run")

    assert broken.returncode != 0
    assert "editor.cli" not in broken.stdout
    assert machine.asked("-m venv")
    assert mended.returncode == 0


def test_a_moved_project_makes_its_environment_anew(machine: Machine, tmp_path: Path) -> None:
    machine.start("run")
    moved = Machine(tmp_path / "elsewhere", machine.programs, machine.record)
    machine.root.rename(moved.root)

    moved.start("run")

    assert moved.asked("-m venv")


def test_missing_fonts_do_not_stop_the_newsroom_and_are_tried_again(machine: Machine) -> None:
    outcome = machine.start("run", NPM_EXIT="1")
    machine.start("run")

    assert outcome.returncode == 0
    assert "Chưa tải được phông chữ" in outcome.stderr
    assert machine.asked("npm ci")


def test_missing_fonts_stop_the_tests(machine: Machine) -> None:
    outcome = machine.start("test", NPM_EXIT="1")

    assert outcome.returncode != 0
    assert "Không tải được phông chữ" in outcome.stderr


def test_a_failed_check_fails_the_run_though_the_tests_pass(machine: Machine) -> None:
    for name in ("git-lfs", "chromium"):
        (machine.programs / name).symlink_to(machine.programs / "git")
    machine.start("run")
    linter = machine.root / ".venv/bin/lint-imports"

    linter.write_text(NOTHING)
    linter.chmod(0o755)
    passed = machine.start("test", "tests/x.py")
    linter.write_text("#!/bin/sh\nexit 1\n")
    failed = machine.start("test", "tests/x.py")

    assert (passed.returncode, failed.returncode) == (0, 1)
    assert machine.record.read_text(encoding="utf-8").endswith("-m pytest tests/x.py\n")


def test_mutation_testing_gets_its_own_packages_and_only_when_asked_for(machine: Machine) -> None:
    machine.start("run")
    before = machine.asked("mutants.txt")

    machine.start("mutants", "states")

    assert not before
    assert machine.asked(f"--target {machine.root}/.mutmut -r")
    assert machine.asked(f"-P {machine.root}/tests/mutation/mutants.py states")


def test_the_launcher_is_executable() -> None:
    assert os.access(ROOT / "toasoan", os.X_OK)
    assert os.access(ROOT / ".ci/run", os.X_OK)
