"""Which past alarms a person has marked as seen: each of those who must know marks for himself.

Knows no alarm, only its name; those that stand cannot be put away.
"""

from __future__ import annotations

import time

from sqlalchemy import select

from editor.database import AlarmSeenRow, Database


class SeenAlarms:
    """Who has seen what."""

    def __init__(self, database: Database) -> None:
        """Remember in this database."""
        self._database = database

    def of(self, username: str) -> frozenset[str]:
        """Return the names of the alarms that the person has put away."""
        rows = select(AlarmSeenRow.alarm).where(AlarmSeenRow.username == username)
        with self._database.reading() as session:
            return frozenset(session.scalars(rows))

    def add(self, username: str, alarm: str) -> None:
        """Note that the person has seen it; twice is as good as once."""
        with self._database.transaction() as session:
            session.merge(AlarmSeenRow(username=username, alarm=alarm, at=int(time.time())))
