"""What the pages say of a draft that lies aside, and of what to look at when it is taken up again.

Knows no template and moves nothing: the workflow does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from editor.differences import FieldDifference, FileDifference, compare, files_of, readable
from editor.newsroom import governance, person, repository
from editor.presentation import names
from workflow.content_types import BODY
from workflow.entries import Change, may_read, refusals
from workflow.errors import Message, NotFound
from workflow.merging import How
from workflow.services import looks_of, parked
from workflow.states import Action

_SENTENCES: Final = {
    How.DRAFT: Message("Hai bản cùng sửa ô này. Đang giữ chữ của bản nháp."),
    How.JOINED: Message("Hai bản cùng sửa chỗ này. Đã ghép cả hai; đọc lại một lượt."),
    How.BOTH: Message(
        "Hai bản cùng sửa một chỗ. Cả hai đứng cạnh nhau; giữ bản đúng, xóa bản kia."
    ),
}


@dataclass(frozen=True, slots=True)
class LookToTell:
    """One thing to read again: its label, what became of it, and what the live page says."""

    label: str
    sentence: Message
    live: str


@dataclass(frozen=True, slots=True)
class Aside:
    """A draft that is parked beside what the dossier shows, as far as the person may see it."""

    change: Change
    differences: list[FieldDifference]
    files: dict[str, tuple[str, list[FileDifference]]]
    may_update: bool


def looks_to_tell(change: Change) -> list[LookToTell]:
    """Return what needs another look since the draft was brought up to date; none after a save."""
    return [
        LookToTell(
            _label(change, look.name),
            _SENTENCES[look.how],
            _live(change, look.name) if look.how is How.DRAFT else "",
        )
        for look in looks_of(repository(), change)
    ]


def aside_of(change: Change) -> Aside | None:
    """Return the parked draft of an entry, to those whose business it is."""
    try:
        found = parked(repository(), change.entry_id)
    except NotFound:
        return None
    if not may_read(found, person(), governance()):
        return None
    is_free = repository().draft(change.entry_id) is None
    return Aside(
        found,
        [d for d in compare(found.ctype, found.before, found.edition, names()) if d.changed],
        files={
            name: (label, [row for row in rows if row.changed])
            for name, (label, rows) in files_of(found).items()
            if any(row.changed for row in rows)
        },
        may_update=is_free and not refusals(found, Action.UPDATE, person(), governance()),
    )


def may_park(change: Change) -> bool:
    """Say whether the live page can be mended beside this draft, by this person."""
    if change.before is None or refusals(change, Action.PARK, person(), governance()):
        return False
    try:
        parked(repository(), change.entry_id)
    except NotFound:
        return True
    return False


def _label(change: Change, name: str) -> str:
    if name == BODY:
        return change.ctype.body_label
    return next((spec.label for spec in change.ctype.fields if spec.name == name), name)


def _live(change: Change, name: str) -> str:
    if change.before is None:
        return ""
    value = change.before.fields.get(name)
    spec = next((spec for spec in change.ctype.fields if spec.name == name), None)
    return readable(spec, value, names()) if spec else ""
