"""Everything that a reader of an entry's dossier sees before deciding.

Knows no template and decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from editor.differences import FieldDifference, FileDifference, compare, compare_files
from editor.drafting import missing_for_submission
from editor.forms import file_fields
from editor.newsroom import newsroom, repository
from editor.presentation import holder_names, names
from editor.publishing import public_address
from workflow.entries import Change, Step
from workflow.services import history_of
from workflow.states import Status


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of the way from draft to public page."""

    label: str
    state: str


def dossier_of(change: Change) -> dict[str, Any]:
    """Return the names that the dossier's template uses."""
    files = {s.name: (s.label, _files(s.name, change)) for s in file_fields(change.ctype)}
    return {
        "stops": stops(change),
        "holders": holder_names(change),
        "differences": _differences(change),
        "files": {name: row for name, row in files.items() if row[1]},
        "history": _history(change),
        "missing": missing_for_submission(change),
        "address": public_address(change.entry_id),
        "public_site": newsroom().settings.public_url,
    }


def stops(change: Change) -> list[Stop]:
    """Return the four stops, each ``done``, ``now`` or ``ahead``."""
    way = (Status.DRAFT, Status.IN_REVIEW, Status.PENDING_APPROVAL, Status.PUBLISHED)
    here = Status.DRAFT if change.status is Status.CHANGES_REQUESTED else change.status
    at = way.index(here)
    states = ["done" if i < at else "now" if i == at else "ahead" for i in range(len(way))]
    return [Stop(status.label, state) for status, state in zip(way, states, strict=True)]


def _differences(change: Change) -> list[FieldDifference]:
    return compare(change.ctype, change.before, change.edition, names())


def _files(name: str, change: Change) -> list[FileDifference]:
    return compare_files(name, change.before, change.edition)


def _history(change: Change) -> list[Step]:
    return [*reversed(change.history), *history_of(repository(), change.entry_id)]
