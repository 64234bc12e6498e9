"""How old a password may become, and which passwords may not come back (R04).

Knows accounts' rows and their dates; no page, and no password but to compare it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from editor.database import AccountRow, Database, FormerPasswordRow
from editor.passwords import verify_password
from workflow.clock import VIETNAM
from workflow.errors import InvalidFields, Message

REMEMBERED: Final = 5


@dataclass(frozen=True, slots=True)
class Limits:
    """After how many days a change is asked for, and after how many nothing else is possible."""

    remind: int
    force: int


@dataclass(frozen=True, slots=True)
class Age:
    """The age of one password against the limits."""

    changed: date
    days: int
    limits: Limits

    @classmethod
    def of(cls, changed: datetime, limits: Limits) -> Age:
        """Return how old a password is that was set at this moment."""
        day = changed.astimezone(VIETNAM).date()
        return cls(day, (datetime.now(VIETNAM).date() - day).days, limits)

    @property
    def is_overdue(self) -> bool:
        """Whether it must be changed before anything else."""
        return self.days > self.limits.force

    @property
    def is_due_soon(self) -> bool:
        """Whether its owner is reminded."""
        return self.limits.remind <= self.days <= self.limits.force

    @property
    def last_day(self) -> date:
        """The last day on which it lets its owner work."""
        return self.changed + timedelta(days=self.limits.force)


def retire(session: Session, row: AccountRow) -> None:
    """Remember the password that the account is about to lose, and forget the oldest."""
    if not row.is_temporary and row.password_hash:
        former = FormerPasswordRow(
            username=row.username, password_hash=row.password_hash, retired_at=int(time.time())
        )
        session.add(former)
        session.flush()
    kept = _newest(row.username)
    session.execute(
        delete(FormerPasswordRow).where(
            FormerPasswordRow.username == row.username, FormerPasswordRow.id.not_in(kept)
        )
    )


def refuse_a_former(database: Database, username: str, password: str) -> None:
    """Refuse a password that the account had lately.

    Raises:
        InvalidFields: it is one of the last five (under ``new``).
    """
    with database.reading() as session:
        ids = _newest(username)
        wanted = select(FormerPasswordRow.password_hash).where(FormerPasswordRow.id.in_(ids))
        hashes = list(session.scalars(wanted))
    if any(verify_password(known, password) for known in hashes):
        words = Message("Không dùng lại {count} mật khẩu gần đây.", {"count": REMEMBERED})
        raise InvalidFields({"new": [words]})


def _newest(username: str) -> Select[int]:
    return (
        select(FormerPasswordRow.id)
        .where(FormerPasswordRow.username == username)
        .order_by(FormerPasswordRow.id.desc())
        .limit(REMEMBERED)
    )
