"""Smaller pictures of what was uploaded, made in the background of the running editor.

Knows when, not how; what is not made when the process ends is made when a page needs it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread

from workflow import derivatives
from workflow.repository import Repository

logger = logging.getLogger(__name__)


class Developing:
    """One queue for all uploads, so that a hundred of them are no hundred programs."""

    def __init__(self, repository: Repository, data: Path) -> None:
        """Take pictures from here and put derivatives there; the thread begins with the first."""
        self._repository = repository
        self._data = data
        self._waiting: SimpleQueue[str] = SimpleQueue()
        self._lock = Lock()
        self._thread: Thread | None = None

    def add(self, oid: str) -> None:
        """Have a stored picture's derivatives made, soon; returns at once."""
        self._waiting.put(oid)
        with self._lock:
            if self._thread is None:
                # The program dies with the thread that started it: this one never ends.
                self._thread = Thread(target=self._work, name="developing", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while True:
            batch = [self._waiting.get(), *self._rest()]
            try:
                derivatives.develop(self._repository, self._data, dict.fromkeys(batch))
            except OSError as error:  # no memory for a process: the builder makes them later
                logger.warning("derivatives of %d uploads are not made: %s", len(batch), error)

    def _rest(self) -> Iterator[str]:
        while True:
            try:
                yield self._waiting.get_nowait()
            except Empty:
                return
