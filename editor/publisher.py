"""The publisher process: keeps the public folder at the head of ``main``.

It wants a state and holds no queue: killed at any moment, its next start finds what is missing.
It knows no account and no form.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from editor.guarding import Guard
from editor.settings import Settings
from workflow.alarms import Danger, clear_alarm, raise_alarm
from workflow.clock import now
from workflow.erasing import carry_out
from workflow.errors import BuildFailed, Message, Unverified, WorkflowError
from workflow.publication import (
    Press,
    PublishStatus,
    Release,
    Stage,
    left_out,
    live,
    sweep,
    today,
)
from workflow.repository import MAIN, Repository
from workflow.services import publish_due

logger = logging.getLogger(__name__)

_PAUSE: Final = 0.2
"""Seconds between two looks at the ref: two ``stat`` calls each."""
_DUE_PAUSE: Final = 15.0
"""Seconds between two looks for approved entries whose time has come."""
_RETRY: Final = 60.0
"""Seconds after which a failed publication is tried again though nothing changed."""

Mark = tuple[tuple[int, int], ...]


def run(settings: Settings) -> None:
    """Publish what is wanted until the process is told to stop."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    repository = Repository(settings.repository)
    repository.sweep()
    sweep(settings.data)
    press = Press(repository, settings.data, settings.public_url)
    done: tuple[Mark, object] | None = None

    def is_wanted() -> bool:
        return stopping.is_set() or done is None or done[0] != _mark(repository.path)

    guard = Guard(
        repository,
        settings.data,
        lambda: publish_once(repository, settings, press, again=True),
        press.looks,
        is_wanted,
    )
    failed_at = looked_at = 0.0
    while not stopping.is_set():
        moved = done is None or done[0] != _mark(repository.path)
        if moved or time.monotonic() - looked_at > _DUE_PAUSE:
            publish_due_entries(repository, settings.data)
            looked_at = time.monotonic()
        seen = (_mark(repository.path), today())
        failed = failed_at and time.monotonic() - failed_at > _RETRY
        if seen != done or failed:
            failed_at = 0.0 if publish_once(repository, settings, press) else time.monotonic()
            done = seen
            if not failed_at:
                _go_on(press.prepare)
                _go_on(guard.after_publication)
        _go_on(guard.watch)
        stopping.wait(_PAUSE)
    press.close()


def _go_on(act: Callable[[], None]) -> None:
    """Do it, and outlive its trouble: a full disk must not end the process, nor the editor."""
    try:
        act()
    except (WorkflowError, OSError) as error:
        logger.warning("looking after the site failed: %s", error)


def publish_due_entries(repository: Repository, data: Path) -> None:
    """Put on ``main`` what was approved for a time that has come, or during a freeze now lifted.

    What cannot be published though it is due is an alarm until it can.
    """
    try:
        outcome = publish_due(repository, now())
    except (WorkflowError, ValueError) as error:
        # A repository that cannot be read is the auditor's to name; here it only stops the look.
        logger.warning("cannot look for due entries: %s", error)
        return
    for entry_id, trouble in outcome.items():
        logger.info("due: %s: %s", entry_id, trouble or "published")
    stuck = [f"{key}: {_why(trouble)}" for key, trouble in outcome.items() if trouble]
    with suppress(OSError):
        if stuck:
            raise_alarm(data, Danger.DUE, stuck)
        else:
            clear_alarm(data, Danger.DUE)


def publish_once(
    repository: Repository, settings: Settings, press: Press | None = None, *, again: bool = False
) -> bool:
    """Bring the public folder to ``main`` and record how it went; say whether it is live.

    A ``press`` spares it what the publication before has done; without one it starts cold.
    ``again`` builds what is live already, since somebody has changed it. What orders of erasure
    still ask for is done afterwards, also where an earlier run was killed at it.
    """
    if press is None:
        with closing(Press(repository, settings.data, settings.public_url)) as cold:
            return publish_once(repository, settings, cold, again=again)
    is_live = _publish(repository, settings, press, again=again)
    with suppress(WorkflowError, OSError):
        carry_out(repository, settings.data)
    return is_live


def _publish(repository: Repository, settings: Settings, press: Press, *, again: bool) -> bool:
    commit = ""

    def report(stage: Stage) -> None:
        _record(settings.data, stage, commit)

    try:
        commit = repository.resolve(MAIN) or ""
        if live(settings.data) == Release(commit, today()) and not again:
            _record(settings.data, Stage.LIVE, commit, _without(settings.data))
            clear_alarm(settings.data, Danger.PUBLISHER)
            return True
        release = press.publish(report, again=again)
    except WorkflowError as error:
        logger.warning("publication of %s failed: %s", commit, error)
        with suppress(OSError):
            _fail(settings.data, commit, _why(error), is_told=isinstance(error, Unverified))
        return False
    except OSError as error:
        # A full disk must not end the process, and with it the editor: it is tried again.
        logger.warning("publication of %s failed: %s", commit, error)
        with suppress(OSError):
            _fail(settings.data, commit, f"{Message('Không đăng được.')}\n{error}")
        return False
    without = _without(settings.data)
    _record(settings.data, Stage.LIVE, release.commit, without)
    clear_alarm(settings.data, Danger.PUBLISHER)
    logger.info("live: %s%s", release.name, f", without: {without}" if without else "")
    return True


def _without(data: Path) -> str:
    """Name the entries that could not be built: the site is live without them."""
    return "\n".join(f"{name}: {reason}" for name, reason in sorted(left_out(data).items()))


def _why(error: WorkflowError) -> str:
    sentences = " ".join(str(message) for message in error.messages())
    match error:
        case BuildFailed():
            return f"{sentences}\n{error.output}"
        case Unverified():
            return f"{sentences}\n{error.reason}"
        case _:
            return sentences or str(Message("Không đăng được."))


def _fail(data: Path, commit: str, why: str, *, is_told: bool = False) -> None:
    """Record a failure; ``is_told`` where another alarm says already what is wrong."""
    _record(data, Stage.FAILED, commit, why)
    if not is_told:
        raise_alarm(data, Danger.PUBLISHER, [why])


def _record(data: Path, stage: Stage, commit: str, error: str = "") -> None:
    since = now().isoformat(timespec="seconds")
    PublishStatus(stage, commit, since, error).write(data)


def _mark(repository: Path) -> Mark:
    """Return what changes whenever ``main`` moves: no git process twice a second on an old PC."""
    marks = []
    for name in ("refs/heads/main", "packed-refs"):
        try:
            status = (repository / name).stat()
        except FileNotFoundError:
            marks.append((0, 0))
        else:
            marks.append((status.st_mtime_ns, status.st_ino))
    return tuple(marks)
