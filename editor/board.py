"""What lies on the desks: all open changes and all published entries, read once per version.

Knows no person. A change of another commit is another change, so nothing here goes stale.
"""

from __future__ import annotations

from threading import Lock

from workflow import after_review
from workflow.after_review import UrgentEdition
from workflow.entries import Change
from workflow.errors import NotFound
from workflow.repository import Repository
from workflow.services import Published, change, published

_Key = tuple[str, str, str]


class Board:
    """A memory of what was read; shared by the threads of a process."""

    def __init__(self, repository: Repository) -> None:
        """Read from this repository."""
        self._repository = repository
        self._changes: dict[_Key, Change] = {}
        self._published: tuple[str, list[Published]] = ("", [])
        self._owed: tuple[str, dict[str, UrgentEdition]] = ("", {})
        self._lock = Lock()

    def changes(self) -> list[Change]:
        """Return all open changes, the one touched last first."""
        main = self._repository.main()
        wanted = {(key, head, main) for key, head in self._repository.drafts().items()}
        with self._lock:
            known = {key: found for key, found in self._changes.items() if key in wanted}
        for key in wanted - set(known):
            try:
                known[key] = change(self._repository, key[0])
            except NotFound:
                # Published between the two readings.
                continue
        with self._lock:
            self._changes = known
        return sorted(known.values(), key=lambda c: (c.history[-1].when, c.entry_id), reverse=True)

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


def _day_and_id(entry: Published) -> tuple[str, str]:
    return str(entry.fields.get(entry.ctype.date_field, "")), entry.entry_id
