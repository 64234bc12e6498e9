"""The publisher's watch over what is public: the closed world, the whole proof, the witnesses.

It raises and clears alarms and asks for a new release; how one is made it does not know.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from workflow import auditing, witness
from workflow.alarms import Alarm, Danger, clear_alarm, raise_alarm
from workflow.clock import now
from workflow.publication import Release, differences, live, sweep, today
from workflow.repository import MAIN, Repository

logger = logging.getLogger(__name__)

_LOOK_SECONDS: Final = 300.0
_UPLOAD_SECONDS: Final = 30 * 24 * 3600
"""How long a file is kept that somebody uploaded and no draft took."""


class Guard:
    """Looks at the live release in intervals; what it expects there, it last saw published."""

    def __init__(self, repository: Repository, data: Path, republish: Callable[[], object]) -> None:
        self._repository = repository
        self._data = data
        self._republish = republish
        self._expected = live(data)
        self._looked: float | None = None

    def after_publication(self) -> None:
        """Look at the new release, and tell the witnesses of it."""
        self._expected = live(self._data)
        self.look()
        self._tell_witnesses()

    def watch(self) -> None:
        """Do what is due: every five minutes a look, each night the whole proof."""
        if self._looked is not None and time.monotonic() - self._looked < _LOOK_SECONDS:
            return
        self.look()
        if any(alarm.danger is Danger.WITNESS for alarm in Alarm.read(self._data)):
            self._tell_witnesses()
        if auditing.is_due(self._data, now()):
            self._do_the_night_work()

    def _do_the_night_work(self) -> None:
        report = auditing.audit(self._repository, self._data, self._main(), whole=True)
        sweep(self._data)
        if report.ok:
            # A repository in doubt keeps every byte: it may be evidence.
            gone = self._repository.collect_media(time.time() - _UPLOAD_SECONDS)
            logger.info("dropped uploads deleted: %d", len(gone))

    def look(self) -> None:
        """Compare the live release with its signed list; build it anew where it differs."""
        self._looked = time.monotonic()
        paths = self._tampered()
        if paths:
            logger.error("the public site was changed: %s", ", ".join(paths))
            raise_alarm(self._data, Danger.RELEASE, paths)
            self._republish()
            self._expected = live(self._data) or self._expected
            paths = self._tampered()
        if not paths:
            clear_alarm(self._data, Danger.RELEASE)

    def _tampered(self) -> list[str]:
        if self._expected is None:
            return []
        # The command line may have published what is wanted, with nothing to be said against it.
        wanted = Release(self._main(), today())
        if live(self._data) not in (self._expected, wanted):
            return ["current"]
        return differences(self._data)

    def _main(self) -> str:
        """Return the head of main; empty where somebody deleted it, which ends no watch."""
        return self._repository.resolve(MAIN) or ""

    def _tell_witnesses(self) -> None:
        failures = witness.push(self._repository, self._data)
        if failures:
            said = [f"{address}: {reason}" for address, reason in failures.items()]
            raise_alarm(self._data, Danger.WITNESS, said)
        else:
            clear_alarm(self._data, Danger.WITNESS)
