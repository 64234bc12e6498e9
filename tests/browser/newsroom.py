"""The running program for browser tests: one demo school, found once, driven as people would."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
PASSWORD: Final = "Demo-Phuong-Hong-2026"
_START_SECONDS: Final = 120


@dataclass(frozen=True)
class Newsroom:
    """A started ``./toasoan run``: its two addresses and its data folder."""

    public: str
    editor: str
    data: Path


@contextmanager
def running(data: Path) -> Iterator[Newsroom]:
    """Start the program on free ports and stop it by the signal of Ctrl-C."""
    command = [sys.executable, "-m", "editor.cli", "run", "--data", str(data)]
    with (
        (data.parent / "newsroom.log").open("w") as log,
        subprocess.Popen(
            [*command, "--port", "0", "--editor-port", "0"],
            cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as process,
    ):
        try:
            yield Newsroom(*_addresses(process), data)
        finally:
            process.send_signal(signal.SIGINT)
            code = process.wait(30)
    assert code == 0, "the program did not stop cleanly"


def _addresses(process: subprocess.Popen[str]) -> tuple[str, str]:
    found: list[str] = []
    said: list[str] = []
    for line in process.stdout or ():
        said.append(line)
        found += re.findall(r"http://127\.0\.0\.1:\d+", line)
        if "Ctrl-C" in line:
            return found[0], found[1]
    raise AssertionError("the program did not start:\n" + "".join(said))
