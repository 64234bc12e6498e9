"""The client of the builder that stays: it starts the program, asks, and reads the answers.

It knows the form of requests and answers, and nothing of how a site is built. The program ends with
this process, even where that is killed; it goes on from its own state on disk when it is started
again.
"""

import contextlib
import json
import os
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from workflow.errors import BuilderEnded, BuildFailed

PROJECT: Final = Path(__file__).resolve().parent.parent
_PLUGINS: Final = PROJECT / "theme" / "plugins"
_BUILD_SECONDS: Final = 600
_TAIL: Final = 2000
_CHUNK: Final = 1 << 16


@dataclass(frozen=True)
class Folder:
    """A changed entry: a digest of its folder, its row of the record, digests of earlier editions.

    The digest stands for every byte in the folder; ``earlier`` is by number.
    """

    digest: str
    record: Mapping[str, Any] | None = None
    earlier: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    """The site to be built: what differs from the state ``base``, by folder below the content.

    Without a base, ``changed`` is the whole site. The content holds it already.
    """

    content: Path
    output: Path
    address: str
    day: date
    token: str
    base: str | None
    changed: Mapping[str, Folder]
    removed: Sequence[str] = ()
    overlay: bool = False

    def line(self) -> str:
        """Return the request as it is sent."""
        row = {
            "content": str(self.content),
            "output": str(self.output),
            "address": self.address,
            "day": self.day.isoformat(),
            "token": self.token,
            "base": self.base,
            "changed": {place: asdict(folder) for place, folder in self.changed.items()},
            "removed": list(self.removed),
            "overlay": self.overlay,
        }
        return f"{json.dumps(row, ensure_ascii=False)}\n"


@dataclass(frozen=True)
class Answer:
    """What was built: hashes of files by path, what is no more, and which entries are broken.

    ``written`` is every file of the site where it is ``whole``, else what differs from the base.
    """

    token: str
    whole: bool
    broken: Mapping[str, str]
    written: Mapping[str, str]
    removed: Sequence[str]
    rendered: int
    total: int
    seconds: float


@dataclass(frozen=True)
class Progress:
    """How far a build is: done of so many, in one of the steps read and render."""

    step: str
    done: int
    of: int


class NeedsWhole(Exception):
    """The builder does not stand at the base of the request: it must be told the whole site."""


NO_ENVIRONMENT: Final[Mapping[str, str]] = MappingProxyType({})


class Builder:
    """One builder with its state in a folder; requests wait for one another."""

    def __init__(self, state: Path, environment: Mapping[str, str] = NO_ENVIRONMENT) -> None:
        self._state = state
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._unread = b""

    def build(
        self,
        request: Request,
        report: Callable[[Progress], None] = lambda _: None,
        *,
        seconds: float = _BUILD_SECONDS,
    ) -> Answer:
        """Build and return what came of it; the program is started where it does not run.

        Raises:
            NeedsWhole: the builder stands at another state than the request's base.
            BuilderEnded: it was killed at its work.
            BuildFailed: with what the builder said; it is started anew for the next request.
        """
        with self._lock:
            try:
                return self._ask(request, report, time.monotonic() + seconds)
            except TimeoutError as error:
                raise BuildFailed(self._last_words(str(error))) from error
            except OSError as error:
                raise BuilderEnded(self._last_words(str(error))) from error

    def close(self) -> None:
        """End the program; what it has finished is on disk."""
        with self._lock:
            self._end()

    @property
    def pid(self) -> int | None:
        """The process id of the program while it runs."""
        return self._process.pid if self._process else None

    def _ask(self, request: Request, report: Callable[[Progress], None], deadline: float) -> Answer:
        process = self._running()
        assert process.stdin is not None  # noqa: S101 -- piped below
        process.stdin.write(request.line().encode())
        process.stdin.flush()
        while True:
            row = json.loads(self._line(process, deadline))
            if "progress" in row:
                report(Progress(**row["progress"]))
            elif "need" in row:
                raise NeedsWhole
            elif "error" in row:
                self._end()
                said = str(row["error"]).replace(str(request.content), request.content.name)
                raise BuildFailed(said[-_TAIL:])
            else:
                return Answer(**row)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process and self._process.poll() is None:
            return self._process
        self._end()
        self._state.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "workflow.mortal", str(os.getpid())]
        command += [sys.executable, "-m", "newsroom.child", str(self._state)]
        paths = [str(_PLUGINS), os.environ.get("PYTHONPATH", "")]
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(filter(None, paths)),
            "PYTHONHASHSEED": "0",
            "NO_COLOR": "1",
            **self._environment,
        }
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=environment,
                cwd=PROJECT,
            )
        return self._process

    @property
    def _log(self) -> Path:
        return self._state / "builder.log"

    def _line(self, process: subprocess.Popen[bytes], deadline: float) -> bytes:
        assert process.stdout is not None  # noqa: S101 -- piped above
        parts = [self._unread]
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while b"\n" not in parts[-1]:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise TimeoutError("the builder took too long")
                chunk = os.read(process.stdout.fileno(), _CHUNK)
                if not chunk:
                    raise BrokenPipeError("the builder ended")
                parts.append(chunk)
        line, _, self._unread = b"".join(parts).partition(b"\n")
        return line

    def _last_words(self, reason: str) -> str:
        self._end()
        said = ""
        with contextlib.suppress(OSError):
            said = self._log.read_text(encoding="utf-8", errors="replace")
        return f"{reason}\n{said}".strip()[-_TAIL:]

    def _end(self) -> None:
        process, self._process, self._unread = self._process, None, b""
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()
        process.wait()
