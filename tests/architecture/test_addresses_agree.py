"""Both sides compute an entry's address by themselves: the same fields must give the same place."""

import ast
from typing import Any

import pytest

from newsroom.verify import list_part
from tests.architecture.source import ROOT
from workflow.addresses import RESERVED, SECTIONS
from workflow.verification import part_of

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


@pytest.mark.parametrize(
    "url", ["gioi-thieu/", "tin-tuc/2026/khai-giang/", "van-ban/2024/7-kh-sgddt/", "lien-he/"]
)
def test_a_page_and_the_auditor_look_for_its_files_in_the_same_part_of_the_list(url: str) -> None:
    for place in (url, f"{url}ban-truoc/1/"):
        assert list_part(url) == part_of(f"{place}index.html")
