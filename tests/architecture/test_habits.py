"""Habits that spoil a codebase, looked for by name; ruff and mypy hold the others."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import ROOT, imported, modules, place, tracked
from workflow.states import Status

EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "legacy", "temp"}
CODE = ("workflow", "editor", "theme/plugins", "tests", "requirements")
TOO_BROAD = {"Exception", "BaseException"}

# The auditor restates the rules on purpose: a fault in the newsroom must not hide there too.
KNOWS_STATUSES = {"workflow/states.py", "workflow/verification.py"}
TEMPLATE_COMPARISON = re.compile(
    r"\b(?:status|action|role)\s*(?:==|!=|(?:not\s+)?in)\s*[\"'(\[]", re.IGNORECASE
)


def empty_names(root: Path, files: list[Path]) -> list[str]:
    parts = {root / part for file in files for part in _own_names(root, file)}
    return sorted(str(path.relative_to(root)) for path in parts if path.stem in EMPTY_NAMES)


def _own_names(root: Path, file: Path) -> list[Path]:
    return [file, *(folder for folder in file.parents if root in folder.parents)]


def broad_handlers(root: Path) -> list[str]:
    return [
        place(root, path, line)
        for path, tree in modules(root, *CODE)
        for line in sorted(_broad_lines(tree))
    ]


def _broad_lines(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            caught = [node.type]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("suppress"):
            caught = [*node.args]
        else:
            continue
        if any(_is_broad(kind) for kind in caught):
            yield node.lineno


def _is_broad(kind: ast.expr | None) -> bool:
    if isinstance(kind, ast.Tuple):
        return any(_is_broad(part) for part in kind.elts)
    return kind is None or (isinstance(kind, ast.Name) and kind.id in TOO_BROAD)


def bare_statuses(root: Path) -> list[str]:
    in_code = [
        place(root, path, line)
        for path, tree in modules(root, "workflow", "editor")
        if str(path.relative_to(root)) not in KNOWS_STATUSES
        for line in sorted(_status_lines(tree))
    ]
    in_templates = [
        place(root, path, number)
        for path in sorted((root / "editor").rglob("*.html"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if TEMPLATE_COMPARISON.search(line)
    ]
    return in_code + in_templates


def _status_lines(tree: ast.Module) -> Iterator[int]:
    """A status word is bare where it is compared; one with an underscore is bare anywhere."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare | ast.MatchValue):
            for part in ast.walk(node):
                if isinstance(part, ast.Constant) and part.value in set(Status):
                    yield part.lineno
        elif isinstance(node, ast.Constant) and node.value in set(Status) and "_" in node.value:
            yield node.lineno


def mocks(root: Path) -> list[str]:
    return [
        place(root, path, line)
        for path, tree in modules(root, "tests")
        for line, name in imported(tree)
        if name in {"mock", "unittest.mock"} or name.startswith("pytest_mock")
    ]


def test_every_file_is_named_for_its_idea(tmp_path: Path) -> None:
    assert empty_names(ROOT, tracked(ROOT, tmp_path)) == []


def test_a_name_that_says_nothing_is_seen(tmp_path: Path) -> None:
    files = [tmp_path / "editor/utils.py", tmp_path / "tests/helpers/dates.py", tmp_path / "a.py"]

    assert empty_names(tmp_path, files) == ["editor/utils.py", "tests/helpers"]


def test_no_handler_catches_everything() -> None:
    assert broad_handlers(ROOT) == []


def test_a_handler_that_catches_everything_is_seen(tmp_path: Path) -> None:
    (tmp_path / "editor").mkdir()
    (tmp_path / "editor" / "offender.py").write_text(
        "try: pass\nexcept Exception: pass\n"
        "try: pass\nexcept (OSError, BaseException): pass\n"
        "try: pass\nexcept: pass\n"
        "with suppress(Exception): pass\n"
        "try: pass\nexcept OSError: pass\n"
    )

    assert broad_handlers(tmp_path) == [f"editor/offender.py:{line}" for line in (2, 4, 6, 7)]


def test_statuses_are_spelt_in_one_place() -> None:
    assert bare_statuses(ROOT) == []


def test_a_bare_status_is_seen(tmp_path: Path) -> None:
    (tmp_path / "editor").mkdir()
    (tmp_path / "editor" / "offender.py").write_text(
        "found = status == 'draft'\nwanted = 'in_review'\nbranch = 'draft'\n"
    )
    (tmp_path / "editor" / "offender.html").write_text("{% if entry.status == 'draft' %}")

    assert bare_statuses(tmp_path) == [
        "editor/offender.py:1",
        "editor/offender.py:2",
        "editor/offender.html:1",
    ]


def test_tests_run_the_real_thing() -> None:
    assert mocks(ROOT) == []


def test_a_mock_is_seen(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_offender.py").write_text("from unittest.mock import Mock\n")

    assert mocks(tmp_path) == ["tests/test_offender.py:1"]
