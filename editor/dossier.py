"""Everything that a reader of an entry's dossier sees before deciding.

Knows no template and decides nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from editor.differences import FieldDifference, compare, files_of
from editor.drafting import missing_for_submission
from editor.newsroom import governance, newsroom, now, person, repository
from editor.parking import aside_of, looks_to_tell, may_park
from editor.presentation import holder_names, names
from editor.publishing import public_address
from editor.reminders import owed_editions
from workflow import after_review
from workflow.content_types import WITHDRAWAL_KINDS
from workflow.entries import EDITS, Change, Step, check_awaits, lapses, refusals
from workflow.governing import TAKEDOWN_KINDS
from workflow.services import history_of
from workflow.states import Action, Status

_WAY: Final = (
    Status.DRAFT,
    Status.IN_REVIEW,
    Status.PENDING_APPROVAL,
    Status.APPROVED,
    Status.PUBLISHED,
)


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of the way from draft to public page."""

    label: str
    state: str


def dossier_of(change: Change) -> dict[str, Any]:
    """Return the names that the dossier's template uses."""
    past = history_of(repository(), change.entry_id)
    return {
        "stops": stops(change, past),
        "is_checked": goes_to_check(change),
        "lapses": lapses(change, governance()),
        "holders": holder_names(change),
        "differences": _differences(change),
        "files": files_of(change),
        "history": [*reversed(change.history), *past],
        **_urgency(change, past),
        "missing": missing_for_submission(change),
        "address": public_address(change),
        "public_site": newsroom().settings.public_url,
        "publish_at": publish_at(change),
        "takedown": governance().takedowns.get(change.entry_id),
        "kinds": TAKEDOWN_KINDS,
        "withdrawal_kinds": WITHDRAWAL_KINDS,
        "aside": aside_of(change),
        "looks": looks_to_tell(change),
        "may_park": may_park(change),
    }


def publish_at(change: Change) -> datetime | None:
    """Return the hour that the writer set for publication, while it lies ahead."""
    at = change.fields.get("publish_at")
    return at if isinstance(at, datetime) and at > now() else None


def stops(change: Change, past: Sequence[Step]) -> list[Stop]:
    """Return the stops of the way, each ``done``, ``now`` or ``ahead``; a skipped one is left out.

    ``past`` are the published steps, the last one first.
    """
    here = Status.DRAFT if change.status is Status.CHANGES_REQUESTED else change.status
    way = _way(here, _acts_since_submission([*reversed(change.history), *past]))
    if here is Status.DRAFT and not goes_to_check(change):
        del way[Status.IN_REVIEW]
    at = list(way).index(here)
    states = ["done" if i < at else "now" if i == at else "ahead" for i in range(len(way))]
    return [Stop(label, state) for label, state in zip(way.values(), states, strict=True)]


def goes_to_check(change: Change) -> bool:
    """Say whether a draft, once sent, goes to a check: by the reader, else by who wrote last."""
    writers = [step.actor for step in change.history if step.action in EDITS]
    if not writers:
        return False
    may_send = not refusals(change, Action.SUBMIT, person(), governance())
    return check_awaits(change, person().username if may_send else writers[-1], governance())


def _way(here: Status, acts: set[Action]) -> dict[Status, str]:
    """Return the stops' labels by status, as this edition went or will go."""
    way = {status: status.label for status in _WAY}
    if here is not Status.APPROVED:
        # A stop of its own only while the entry waits for its hour or the end of a freeze.
        del way[Status.APPROVED]
    if here in {Status.DRAFT, Status.IN_REVIEW}:
        return way
    if not acts:
        # Nobody sent it: it stands there since the founding.
        return {here: here.label}
    if Action.CHECK not in acts:
        del way[Status.IN_REVIEW]
    if Action.URGENT in acts:
        way[Status.PENDING_APPROVAL] = Action.URGENT.label
    return way


def _acts_since_submission(steps: Sequence[Step]) -> set[Action]:
    """Return what was done from the last submission on; ``steps`` are the last one first."""
    acts = [step.action for step in steps]
    return set(acts[: acts.index(Action.SUBMIT) + 1]) if Action.SUBMIT in acts else set()


def _differences(change: Change) -> list[FieldDifference]:
    return compare(change.ctype, change.before, change.edition, names())


def _urgency(change: Change, past: Sequence[Step]) -> dict[str, Any]:
    """Return what the public edition owes or has paid, if one leader published it urgently."""
    owed = owed_editions().get(change.entry_id)
    paid = bool(past) and past[0].action is Action.REVIEW
    return {
        "owed": owed,
        "is_overdue": bool(owed and owed.is_overdue(now())),
        "reviewers": [p.name for p in after_review.reviewers(owed, governance())] if owed else [],
        "may_review": bool(owed and not after_review.refusals(owed, person())),
        "reviewed": past[0] if paid else None,
    }
