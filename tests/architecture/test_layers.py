"""Who may import whom. What a module does with its imports is not looked at."""

import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, imported, modules, place

WEB = {"flask", "flask_babel", "flask_wtf", "wtforms", "werkzeug", "gunicorn"}
FORBIDDEN = {
    "workflow": WEB | {"sqlalchemy", "pelican", "editor", "theme", "newsroom"},
    "theme": WEB | {"sqlalchemy", "git", "workflow", "editor"},
    "pelicanconf.py": {"workflow", "editor"},
    "publishconf.py": {"workflow", "editor"},
    "editor": {"pelican", "theme", "newsroom"},
}
STANDALONE = "workflow/verification.py"


def crossings(root: Path, layer: str) -> list[str]:
    return [
        f"{place(root, path, line)} imports {name}"
        for path, tree in modules(root, layer)
        for line, name in imported(tree)
        if name.partition(".")[0] in FORBIDDEN[layer]
    ]


def leanings(root: Path) -> list[str]:
    return [
        f"{place(root, path, line)} imports {name}"
        for path, tree in modules(root, STANDALONE, "workflow/__init__.py")
        for line, name in imported(tree)
        if name.partition(".")[0] not in sys.stdlib_module_names
    ]


@pytest.mark.parametrize("layer", FORBIDDEN)
def test_no_layer_imports_what_it_must_not_know(layer: str) -> None:
    assert crossings(ROOT, layer) == []


@pytest.mark.parametrize("layer", FORBIDDEN)
def test_an_import_across_a_layer_is_seen(layer: str, tmp_path: Path) -> None:
    offender = tmp_path / layer
    if not layer.endswith(".py"):
        offender.mkdir()
        offender /= "offender.py"
    name = min(FORBIDDEN[layer])
    offender.write_text(f"def late():\n    import {name}.inner\n")

    assert crossings(tmp_path, layer) == [
        f"{offender.relative_to(tmp_path)}:2 imports {name}.inner"
    ]


def test_the_auditor_runs_with_the_standard_library_alone() -> None:
    assert (ROOT / STANDALONE).exists()
    assert leanings(ROOT) == []


def test_an_auditor_that_leans_on_a_package_is_seen(tmp_path: Path) -> None:
    (tmp_path / "workflow").mkdir()
    (tmp_path / "workflow" / "__init__.py").write_text("import workflow.states\n")
    (tmp_path / STANDALONE).write_text("import json\nfrom yaml import safe_load\n")

    assert leanings(tmp_path) == [
        "workflow/verification.py:2 imports yaml",
        "workflow/__init__.py:1 imports workflow.states",
    ]
