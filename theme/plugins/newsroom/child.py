"""The builder as a program: one request a line on standard input, answers on standard output.

Run as ``python -m newsroom.child STATE`` from the project's folder; the log goes to standard error.
Knows the form of requests and answers, and Pelican's settings; the work is another's.
"""

import gc
import json
import logging
import os
import sqlite3
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from jinja2 import TemplateError
from pelican import Pelican
from pelican.settings import read_settings

from .generator import NewsroomGenerator
from .state import State
from .warm import Change, NeedWhole, OldCode, Warm

SETTINGS = Path(__file__).resolve().parents[3] / "publishconf.py"
MOST_SILENT = 0.5
FAILURES = (
    *(AttributeError, LookupError, OSError, RuntimeError, TypeError, ValueError),
    *(TemplateError, sqlite3.Error),
)
LOG = logging.getLogger(__name__)
Places = tuple[Path, Path, str]


class Child:
    """Answers requests; it makes its builder at the first, and anew for other folders."""

    def __init__(self, state: Path, answers: TextIO) -> None:
        self._folder = state
        self._answers = answers
        self._warm: Warm | None = None
        self._state: State | None = None
        self._places: Places | None = None
        self._said = 0.0

    def serve(self, requests: TextIO) -> None:
        """Answer all requests; after an error nothing that is in memory is trusted."""
        while line := requests.readline():
            try:
                answer = self._answer(json.loads(line))
            except NeedWhole:
                answer = {"need": "whole"}
            except OldCode:
                self._say({"need": "whole"})
                os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - itself
            except FAILURES as error:
                LOG.exception("the build failed")
                self._say({"error": f"{type(error).__name__}: {error}"})
                return
            self._say(answer)
            gc.collect()
            gc.freeze()

    def _answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        began = time.monotonic()
        is_overlay = bool(request.get("overlay"))
        change = Change(
            request["token"],
            request["base"],
            date.fromisoformat(request["day"]),
            request["changed"],
            tuple(request["removed"]),
        )
        if is_overlay:
            if self._warm is None:
                raise NeedWhole
            folders = (Path(request["content"]), Path(request["output"]))
            built = self._warm.overlay(change, *folders)
        else:
            places = (Path(request["content"]), Path(request["output"]), request["address"])
            built = self._builder(places).build(change, self._progress)
        seconds = round(time.monotonic() - began, 4)
        return {"token": change.token, **asdict(built), "seconds": seconds}

    def _builder(self, places: Places) -> Warm:
        if self._warm is None or places != self._places:
            if self._state:
                self._state.close()
            content, output, address = places
            given = {
                "PATH": str(content),
                "OUTPUT_PATH": str(output),
                "SITEURL": address.rstrip("/"),
            }
            settings = read_settings(str(SETTINGS), override=given)
            Pelican(settings)
            generator = NewsroomGenerator(
                dict(settings), settings, str(content), settings["THEME"], str(output)
            )
            generator.env.auto_reload = False
            self._state = State(self._folder)
            folders = (content, output, Path(settings["THEME"]))
            self._warm = Warm(generator.env, folders, self._state, settings["SITEURL"])
            self._places = places
        return self._warm

    def _progress(self, step: str, done: int, of: int) -> None:
        if time.monotonic() - self._said > MOST_SILENT:
            self._said = time.monotonic()
            self._say({"progress": {"step": step, "done": done, "of": of}})

    def _say(self, answer: Mapping[str, Any]) -> None:
        self._answers.write(json.dumps(answer, ensure_ascii=False) + "\n")
        self._answers.flush()


def main() -> None:
    """Serve on the two standard streams; whatever else is printed goes to the log."""
    # Somebody waits for the answer: what is garbage is looked for after it.
    gc.disable()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    Child(Path(sys.argv[1]), answers).serve(sys.stdin)


if __name__ == "__main__":
    main()
