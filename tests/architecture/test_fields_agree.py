"""What an author may fill in is what the public site reads; neither side imports the other."""

import importlib.util
from pathlib import Path

import pytest

from tests.architecture.source import ROOT
from workflow.content_types import CONTENT_TYPES


def fields_of_the_theme(path: Path) -> dict[str, list[str]]:
    spec = importlib.util.spec_from_file_location("fields_of_the_theme", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return {name: list(shape) for name, shape in module.SHAPES.items()}


THEME = fields_of_the_theme(ROOT / "theme/plugins/newsroom/fields.py")


def test_both_know_the_same_types_of_entry() -> None:
    assert set(THEME) == set(CONTENT_TYPES)


@pytest.mark.parametrize("name", CONTENT_TYPES)
def test_both_know_the_same_fields_in_the_same_order(name: str) -> None:
    assert THEME[name] == [field.name for field in CONTENT_TYPES[name].fields]


def test_a_field_that_only_one_side_knows_is_seen(tmp_path: Path) -> None:
    copy = tmp_path / "fields.py"
    source = (ROOT / "theme/plugins/newsroom/fields.py").read_text()
    copy.write_text(source.replace('"audience": text,', ""))

    known = fields_of_the_theme(copy)["notices"]
    assert known != [field.name for field in CONTENT_TYPES["notices"].fields]
