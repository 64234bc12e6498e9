"""What each publication cost: one row for each of the last ones, for the administrator.

It knows no stage by name and no page.
"""

import json
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from workflow.clock import now
from workflow.release import publisher_folder, replace_file

_KEPT: Final = 500


class Stopwatch:
    """Measures the stages of one publication, which follow one another."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Start with no stage."""
        self._clock = clock
        self._stage = ""
        self._since = clock()
        self._seconds: dict[str, float] = {}

    def begin(self, stage: str) -> None:
        """End the stage that ran, and begin another; without a name none follows."""
        moment = self._clock()
        if self._stage:
            before = self._seconds.get(self._stage, 0.0)
            self._seconds[self._stage] = before + moment - self._since
        self._stage, self._since = stage, moment

    def seconds(self) -> dict[str, float]:
        """Return the seconds of each stage that has ended."""
        return {stage: round(seconds, 3) for stage, seconds in self._seconds.items()}


def note(data: Path, **row: Any) -> None:
    """Keep the row of a publication, and forget those before the last five hundred."""
    rows = [*last(data, _KEPT - 1), {"when": now().isoformat(timespec="seconds"), **row}]
    text = "".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in rows)
    replace_file(_path(data), text)


def last(data: Path, number: int) -> list[dict[str, Any]]:
    """Return the rows of the last publications, the latest at the end."""
    rows = []
    with suppress(FileNotFoundError):
        for line in _path(data).read_text().splitlines()[-number:]:
            with suppress(ValueError):
                rows.append(json.loads(line))
    return rows


def _path(data: Path) -> Path:
    return publisher_folder(data) / "metrics.jsonl"
