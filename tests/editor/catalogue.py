"""Every sentence that a reader of the editor can meet, found in the sources.

Knows where sentences stand; whether they are translated, the test asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.extract import extract

from editor.forms import MEALS, WEEKDAYS
from workflow.content_types import CONTENT_TYPES
from workflow.delegations import Standing
from workflow.errors import WorkflowError
from workflow.governing import TAKEDOWN_KINDS
from workflow.purposes import Purpose
from workflow.states import Action, Role, Status

ROOT = Path(__file__).resolve().parents[2]
_CALLS: dict[str, None] = dict.fromkeys(("_", "_l", "gettext", "lazy_gettext", "Message"))
# What the command line says at founding and what the auditor says is not read in the browser.
_ELSEWHERE = {"cli.py", "founding.py", "samples.py", "serving.py", "publisher.py", "typesetting.py"}


def sentences() -> set[str]:
    """Return all message ids: calls in code and templates, labels in tables, class docstrings."""
    return {*_from_calls(), *_from_tables(), *_from_errors(WorkflowError)} - {""}


def _from_calls() -> Iterator[str]:
    python = [*(ROOT / "editor").rglob("*.py"), *(ROOT / "workflow").glob("*.py")]
    yield from _extracted("python", [p for p in python if p.name not in _ELSEWHERE])
    yield from _extracted("jinja2.ext:babel_extract", (ROOT / "editor/templates").rglob("*.html"))


def _extracted(method: str, paths: list[Path] | Iterator[Path]) -> Iterator[str]:
    options = {"trimmed": "false", "newstyle_gettext": "true"}
    for path in paths:
        source = BytesIO(path.read_bytes())
        for _line, message, _comments, _context in extract(
            method, source, _CALLS, (), options, strip_comment_tags=False
        ):
            yield message if isinstance(message, str) else message[0]


def _from_tables() -> Iterator[str]:
    yield from (*WEEKDAYS.values(), *MEALS.values(), *TAKEDOWN_KINDS.values())
    kinds = (Role, Status, Action, Standing, Purpose)
    yield from (member.label for kind in kinds for member in kind)
    for ctype in CONTENT_TYPES.values():
        yield from (ctype.label, ctype.label.lower(), ctype.new_label, ctype.body_label)
        for field in ctype.fields:
            yield field.label
            if field.kind != "choice" or field.name != "type_name":
                yield from field.choices.values()
            # A short help is an example and stands as it is.
            yield field.help if len(field.help) >= 12 else ""


def _from_errors(kind: type[WorkflowError]) -> Iterator[str]:
    for child in kind.__subclasses__():
        if child.messages is WorkflowError.messages and child.__doc__:
            yield child.__doc__
        yield from _from_errors(child)
