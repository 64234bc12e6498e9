"""Which commits of ``main`` made an entry's editions public: the line is read once, then followed.

It holds ids and no commit, so that the history of one entry costs what that entry has seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import Final

from workflow.entries import parse_message
from workflow.repository import Commit, Repository
from workflow.states import Action

_OF_AN_ENTRY: Final = frozenset({Action.PUBLISH, Action.REVIEW})
"""What is done with an entry on ``main`` and belongs to its history."""


class Acts:
    """The publications and after-reviews of each entry; shared by the threads of a process."""

    def __init__(self, repo: Repository) -> None:
        """Read nothing yet."""
        self._repo = repo
        self._head: str | None = None
        self._of: dict[str, list[str]] = {}
        self._lock = Lock()

    def of(self, entry_id: str) -> list[Commit]:
        """Return the commits of ``main`` that published or reviewed an entry, the newest first."""
        head = self._repo.main()
        with self._lock:
            if head != self._head:
                self._follow(head)
            found = self._of.get(entry_id, [])[::-1]
        return self._repo.commits(found)

    def _follow(self, head: str) -> None:
        line = self._repo.chain(head, self._head)
        if self._head and (not line or line[-1].parents[:1] != (self._head,)):
            self._of, line = {}, self._repo.chain(head)
        self._take(line)
        self._head = head

    def _take(self, line: Sequence[Commit]) -> None:
        for commit in reversed(line):
            trailers, _ = parse_message(commit.message)
            if trailers.action in _OF_AN_ENTRY:
                self._of.setdefault(trailers.entry_id, []).append(commit.oid)
