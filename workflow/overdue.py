"""What waits too long: a decision after two working days, a publication after its hour.

Pure: it is given the moment. Whom it tells, and in which words, the editor decides.
"""

from datetime import datetime, timedelta
from typing import Final

from workflow.clock import VIETNAM
from workflow.entries import Change
from workflow.roster import Governance
from workflow.states import Status

WORKING_DAYS: Final = 2
"""Monday to Friday, from the hour of the submission or check."""
GRACE: Final = timedelta(minutes=15)
"""What the publisher is given after an entry's hour before somebody is called."""
_SATURDAY: Final = 5
_DAY: Final = timedelta(days=1)
_WAITING: Final = frozenset({Status.IN_REVIEW, Status.PENDING_APPROVAL})


def deadline(since: datetime) -> datetime:
    """Return when something that waits from then on has waited too long.

    What comes in at a weekend counts from the beginning of Monday.
    """
    at = since.astimezone(VIETNAM)
    if at.weekday() >= _SATURDAY:
        at = _working(at).replace(hour=0, minute=0, second=0, microsecond=0)
    for _ in range(WORKING_DAYS):
        at = _working(at + _DAY)
    return at


def waits_too_long(change: Change, now: datetime) -> bool:
    """Say whether nobody has checked or approved a change in time."""
    return change.status in _WAITING and now > deadline(change.history[-1].when)


def is_late(change: Change, governance: Governance, now: datetime) -> bool:
    """Say whether an approved entry is not public though its hour has passed.

    During a freeze nothing is late.
    """
    if change.status is not Status.APPROVED or governance.frozen:
        return False
    approved, at = change.history[-1].when, change.fields.get("publish_at")
    return now > (max(at, approved) if isinstance(at, datetime) else approved) + GRACE


def _working(at: datetime) -> datetime:
    """Return the same hour of the first working day from then on."""
    while at.weekday() >= _SATURDAY:
        at += _DAY
    return at
