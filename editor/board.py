"""What lies on the desks: all open changes and all published entries, read once per version.

Knows no person. A change of another commit is another change, so nothing here goes stale.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from threading import Lock
from typing import TypeVar

from workflow import after_review
from workflow.after_review import UrgentEdition
from workflow.entries import Change
from workflow.errors import NotFound
from workflow.repository import ARCHIVE, PARKED, Repository
from workflow.services import Archived, archived, changes, parked, published
from workflow.shelf import Published

_Key = tuple[str, str, str]
_Found = TypeVar("_Found")


class Board:
    """A memory of what was read; shared by the threads of a process."""

    def __init__(self, repository: Repository) -> None:
        """Read from this repository."""
        self._repository = repository
        self._parked: dict[_Key, Change] = {}
        self._archived: dict[_Key, Archived] = {}
        self._published: tuple[str, list[Published]] = ("", [])
        self._owed: tuple[str, dict[str, UrgentEdition]] = ("", {})
        self._lock = Lock()

    def changes(self) -> list[Change]:
        """Return all open changes, the one touched last first."""
        return changes(self._repository)

    def parked(self) -> list[Change]:
        """Return the drafts that lie aside beside a hot-fix, the one touched last first."""
        repo = self._repository
        found = self._read(self._parked, repo.refs(PARKED), lambda name: parked(repo, name))
        return sorted(found, key=_touched, reverse=True)

    def archived(self) -> list[Archived]:
        """Return the drafts that were given up, the last one first."""
        repo = self._repository

        def read(name: str) -> Archived:
            entry_id, _, number = name.partition("/")
            return archived(repo, entry_id, int(number))

        found = self._read(self._archived, repo.refs(ARCHIVE), read)
        return sorted(found, key=lambda a: (*_touched(a.change), a.number), reverse=True)

    def _read(
        self, memory: dict[_Key, _Found], refs: dict[str, str], read: Callable[[str], _Found]
    ) -> list[_Found]:
        main = self._repository.main()
        wanted = {(name, head, main) for name, head in refs.items()}
        with self._lock:
            known = {key: found for key, found in memory.items() if key in wanted}
        for key in wanted - set(known):
            try:
                known[key] = read(key[0])
            except NotFound:
                # Published or set aside between the two readings.
                continue
        with self._lock:
            memory.clear()
            memory.update(known)
        return list(known.values())

    def published(self) -> list[Published]:
        """Return all entries on ``main``, the newest first."""
        main = self._repository.main()
        if self._published[0] != main:
            entries = sorted(published(self._repository), key=_day_and_id, reverse=True)
            self._published = (main, entries)
        return self._published[1]

    def owed(self) -> dict[str, UrgentEdition]:
        """Return the urgent editions that wait for their after-review, by entry."""
        main = self._repository.main()
        head, known = self._owed
        if head != main:
            since = head if head and self._repository.is_ancestor(head, main) else None
            known = after_review.follow(self._repository, known if since else {}, since, main)
            self._owed = (main, known)
        return known


def _touched(found: Change) -> tuple[datetime, str]:
    return found.history[-1].when, found.entry_id


def _day_and_id(entry: Published) -> tuple[str, str]:
    return str(entry.fields.get(entry.ctype.date_field, "")), entry.entry_id
