"""Only two modules speak git: the repository, and the auditor that trusts nothing of ours."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import ROOT, imported, modules, place

DOORS = {"workflow/repository.py", "workflow/verification.py"}
PLACES = ("workflow", "editor", "theme/plugins", "pelicanconf.py", "publishconf.py")


def git_calls(root: Path) -> list[str]:
    return [
        place(root, path, line)
        for path, tree in modules(root, *(spot for spot in PLACES if (root / spot).exists()))
        if str(path.relative_to(root)) not in DOORS
        for line in sorted({*_imports_of_git(tree), *_commands_of_git(tree)})
    ]


def _imports_of_git(tree: ast.Module) -> Iterator[int]:
    return (line for line, name in imported(tree) if name.partition(".")[0] == "git")


def _commands_of_git(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        words: list[ast.expr] = []
        if isinstance(node, ast.List | ast.Tuple):
            words = node.elts[:1]
        elif isinstance(node, ast.Call):
            words = node.args[:1]
        yield from (word.lineno for word in words if _is_git(word))


def _is_git(word: ast.expr) -> bool:
    if not isinstance(word, ast.Constant) or not isinstance(word.value, str):
        return False
    return word.value == "git" or word.value.startswith("git ")


def test_no_other_module_speaks_git() -> None:
    assert git_calls(ROOT) == []


def test_git_by_library_by_list_and_by_string_is_seen(tmp_path: Path) -> None:
    (tmp_path / "editor").mkdir()
    (tmp_path / "editor" / "offender.py").write_text(
        "from git import Repo\n"
        "import subprocess\n"
        "subprocess.run(['git', 'log'])\n"
        "subprocess.run('git log', shell=True)\n"
        "subprocess.run(['true'])\n"
    )

    assert git_calls(tmp_path) == [f"editor/offender.py:{line}" for line in (1, 3, 4)]


def test_the_two_doors_may_speak_git(tmp_path: Path) -> None:
    (tmp_path / "workflow").mkdir()
    (tmp_path / "workflow" / "repository.py").write_text("import git\n")

    assert git_calls(tmp_path) == []
