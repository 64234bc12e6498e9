"""Both sides compute an entry's address by themselves: the same fields must give the same place."""

import ast
from typing import Any

from tests.architecture.source import ROOT
from workflow.addresses import RESERVED, SECTIONS

READER = ROOT / "theme/plugins/newsroom/reader.py"


def constants_of_the_theme() -> dict[str, Any]:
    tree = ast.parse(READER.read_text())
    names: dict[str, Any] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            if name in {"SECTIONS", "TAKEN"}:
                code = compile(ast.Expression(node.value), str(READER), "eval")
                names[name] = eval(code, names)  # noqa: S307 - our own source
    return names


def test_both_know_the_same_sections() -> None:
    assert constants_of_the_theme()["SECTIONS"] == SECTIONS


def test_both_keep_the_same_addresses_for_the_site_itself() -> None:
    assert constants_of_the_theme()["TAKEN"] == RESERVED
