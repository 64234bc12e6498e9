"""The publisher's watch over what is public: the closed world, the whole proof, the witnesses.

It raises and clears alarms and asks for a new release; how one is made it does not know.
"""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from workflow import auditing, derivatives, trees, witness
from workflow.alarms import Alarm, Danger, clear_alarm, raise_alarm
from workflow.clock import now
from workflow.errors import WorkflowError
from workflow.looking import Looks
from workflow.mirror import Mirror
from workflow.publication import Release, live, sweep, today
from workflow.repository import MAIN, Repository

logger = logging.getLogger(__name__)

_LOOK_SECONDS: Final = 300.0
_ASIDE: Final = "releases/"
"""Before the path of what is wrong in a release that is not live."""
_CONTENT: Final = "builder/content/"
"""Before the path of what is wrong in the content from which the site is built."""
_UPLOAD_SECONDS: Final = 30 * 24 * 3600
"""How long a file is kept that somebody uploaded and no draft took."""


class Guard:
    """Looks at the releases in intervals; what it expects to be live, it last saw published.

    ``is_wanted`` says that somebody waits for a publication: a look is put off then, for a while.
    """

    def __init__(
        self,
        repository: Repository,
        data: Path,
        republish: Callable[[], object],
        looks: Looks | None = None,
        is_wanted: Callable[[], bool] = lambda: False,
    ) -> None:
        self._repository = repository
        self._data = data
        self._republish = republish
        self._looks = looks or Looks(data)
        self._is_wanted = is_wanted
        self._expected = live(data)
        self._looked: float | None = None
        self._put_off = 0.0

    def after_publication(self) -> None:
        """Expect the new release, whose new files were hashed on the way; tell the witnesses."""
        self._expected = live(self._data)
        self._tell_witnesses()

    def watch(self) -> None:
        """Do what is due: every five minutes a look, each night the whole proof and every byte."""
        if self._looked is not None and time.monotonic() - self._looked < _LOOK_SECONDS:
            return
        is_night = auditing.is_due(self._data, now())
        if not self.look(whole=is_night, may_wait=True):
            return
        if any(alarm.danger is Danger.WITNESS for alarm in Alarm.read(self._data)):
            self._tell_witnesses()
        if is_night:
            self._do_the_night_work()

    def _do_the_night_work(self) -> None:
        report = auditing.audit(self._repository, self._data, self._main(), whole=True)
        sweep(self._data)
        if report.ok:
            # A repository in doubt keeps every byte: it may be evidence.
            gone = self._repository.collect_media(time.time() - _UPLOAD_SECONDS)
            logger.info("dropped uploads deleted: %d", len(gone))
            derivatives.sweep(self._repository, self._data)

    def look(self, *, whole: bool = False, may_wait: bool = False) -> bool:
        """Compare the releases with their signed lists; build anew what differs in the live one.

        Say whether it came to its end: where it ``may_wait`` it lets a publication go first.
        """
        began = time.monotonic()
        # Whoever publishes all the time must not keep us from looking.
        self._put_off = self._put_off or began
        may_wait = may_wait and began - self._put_off < _LOOK_SECONDS
        paths = self._tampered(whole=whole, may_wait=may_wait)
        if paths is None:
            return False
        self._looked, self._put_off = began, 0.0
        if paths:
            logger.error("the public site was changed: %s", ", ".join(paths))
            raise_alarm(self._data, Danger.RELEASE, paths)
            if not all(path.startswith(_ASIDE) for path in paths):
                self._republish()
            self._expected = live(self._data) or self._expected
            paths = self._tampered()
        if not paths:
            clear_alarm(self._data, Danger.RELEASE)
        self._looks.note()
        return True

    def _tampered(self, *, whole: bool = False, may_wait: bool = False) -> list[str] | None:
        """Return what is wrong in the releases; None where somebody waits for a publication."""
        paths: list[str] = []
        for found in self._steps(whole=whole):
            if may_wait and self._is_wanted():
                return None
            paths += found
        return paths

    def _steps(self, *, whole: bool) -> Iterator[list[str]]:
        if self._expected is None:
            return
        # The command line may have published what is wanted, with nothing to be said against it.
        wanted = Release(self._main(), today())
        found = live(self._data)
        if found is None or found not in (self._expected, wanted):
            yield ["current"]
            return
        releases = self._data / "www" / "releases"
        named = (found.commit, found.day.isoformat())
        yield from self._looks.at(releases / found.name, named, whole=whole)
        for spare in trees.others(releases, found.name):
            if self._looks.is_known(spare):
                yield from self._aside(spare, whole=whole)
        if whole:
            # Nobody reads the content but the builder: what is wrong there becomes public later.
            yield self._content_differences()

    def _content_differences(self) -> list[str]:
        try:
            found = Mirror(self._repository, self._data).differences()
        except WorkflowError as error:
            # What git lacks, the audit names.
            logger.warning("the content cannot be compared: %s", error)
            return []
        return [f"{_CONTENT}{path}" for path in found]

    def _aside(self, spare: Path, *, whole: bool) -> Iterator[list[str]]:
        """Look at a release that is not live but will be gone on with; a changed one is deleted."""
        for found in self._looks.at(spare, whole=whole):
            yield [f"{_ASIDE}{spare.name}/{path}" for path in found]
            if found:
                self._looks.forget(spare)
                shutil.rmtree(spare, ignore_errors=True)

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
