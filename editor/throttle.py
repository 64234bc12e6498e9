"""Wrong passwords, counted in the database, so that a restart forgets none.

Knows subjects (a user name, an address), not whether they exist.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, func, select

from editor.database import AttemptRow, Database
from workflow.errors import Message, WorkflowError

KEPT_SECONDS: Final = 24 * 3600
_LONGEST_NAME: Final = 100


@dataclass(frozen=True, slots=True)
class Limit:
    """How many open attempts a subject may have within a time."""

    count: int
    seconds: int


PER_PAIR: Final = Limit(5, 15 * 60)
"""A name from one address: five wrong passwords lock it there (R43)."""
PER_UNPLACED: Final = Limit(5, 5 * 60)
"""A name from behind a proxy that nobody vouched for: there the owner may be whoever guesses."""
PER_NAME: Final = Limit(20, 5 * 60)
"""A name from everywhere: many addresses guess no faster, and lock nobody out for longer (T-40)."""
PER_ADDRESS: Final = Limit(30, 10 * 60)


class Throttled(WorkflowError):
    """Too many wrong passwords; says how long to wait."""

    def __init__(self, minutes: int) -> None:
        """Keep the minutes that are left, rounded up."""
        super().__init__(str(minutes))
        self.minutes = minutes

    def messages(self) -> list[Message]:
        """Return the one sentence."""
        return [
            Message(
                "Sai mật khẩu quá nhiều lần. Tạm khóa đăng nhập, thử lại sau {minutes} phút. "
                "Nếu quên mật khẩu, báo phó hiệu trưởng để được cấp lại.",
                {"minutes": self.minutes},
            )
        ]


def take_attempt(database: Database, username: str, address: str, now: int) -> None:
    """Count an attempt before the password is looked at; ``forgive`` takes it back.

    Counting first means that a hundred tries at once cannot all slip past an empty table.

    Raises:
        Throttled: one of the limits is reached; this attempt is not counted.
    """
    subjects = (
        (_pair(username, address), PER_PAIR if address else PER_UNPLACED),
        (_user(username), PER_NAME),
        (_address(address), PER_ADDRESS),
    )
    with database.transaction() as session:
        session.execute(delete(AttemptRow).where(AttemptRow.at < now - KEPT_SECONDS))
        for subject, limit in subjects:
            recent = select(func.count(), func.max(AttemptRow.at)).where(
                AttemptRow.subject == subject, AttemptRow.at > now - limit.seconds
            )
            count, last = session.execute(recent).one()
            if count >= limit.count:
                raise Throttled(math.ceil((last + limit.seconds - now) / 60))
        session.add_all(AttemptRow(subject=subject, at=now) for subject, _ in subjects)


def forgive(database: Database, username: str, address: str, now: int) -> None:
    """Forget the name's attempts from there after a right password, and this one elsewhere."""
    with database.transaction() as session:
        pair = _pair(username, address)
        session.execute(delete(AttemptRow).where(AttemptRow.subject == pair))
        for subject in (_user(username), _address(address)):
            newest = (
                select(AttemptRow.id)
                .where(AttemptRow.subject == subject, AttemptRow.at <= now)
                .order_by(AttemptRow.id.desc())
                .limit(1)
            )
            session.execute(delete(AttemptRow).where(AttemptRow.id.in_(newest)))


def _pair(username: str, address: str) -> str:
    return f"{_user(username)}@{address}"


def _user(username: str) -> str:
    # As the accounts look the name up: with blanks around it, it would have a count of its own.
    return f"user:{username.strip().casefold()[:_LONGEST_NAME]}"


def _address(address: str) -> str:
    return f"address:{address}"
