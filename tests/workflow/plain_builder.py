"""A builder that makes plain pages, and believes nothing but what it is told.

It reads only folders that a request names under a digest that is new, into a copy of its own: what
the publisher forgets to tell never comes to the site, and a comparison with a clean start sees it.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from workflow import release
from workflow.building import Answer, Folder, NeedsWhole, Progress, Request
from workflow.materials import EARLIER
from workflow.repository import INDEX
from workflow.verification import file_hash, file_hashes

BROKEN = "Bài hỏng"


class PlainBuilder:
    """Builds all anew each time, and replaces in the output what differs."""

    def __init__(self, state: Path, _environment: Mapping[str, str]) -> None:
        self._own = state.with_name("own")
        shutil.rmtree(self._own, ignore_errors=True)
        self._token = ""
        self._told: dict[str, Folder] = {}
        self._files: dict[str, str] = {}

    def build(self, request: Request, _report: Callable[[Progress], None]) -> Answer:
        """Answer as the real one does."""
        if request.base is not None and request.base != self._token:
            raise NeedsWhole
        before = self._files if request.base else {}
        self._take(request)
        fresh = request.output.with_name("fresh")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        broken = self._pages(fresh, request)
        self._files, self._token = file_hashes(fresh), request.token
        _replace(fresh, request.output, self._files)
        return Answer(
            token=request.token,
            whole=request.base is None,
            broken=broken,
            written={path: sha for path, sha in self._files.items() if before.get(path) != sha},
            removed=sorted(before.keys() - self._files.keys()),
            rendered=len(self._files),
            total=len(self._files),
            seconds=0,
        )

    def close(self) -> None:
        """Forget what a builder has in memory alone."""
        self._token = ""

    def _take(self, request: Request) -> None:
        gone = set(request.removed)
        if request.base is None:
            gone |= self._told.keys() - request.changed.keys()
        for place in gone:
            shutil.rmtree(self._own / place)
            shutil.rmtree(self._earlier(place), ignore_errors=True)
            del self._told[place]
        nothing = Folder("")
        for place, folder in request.changed.items():
            old = self._told.get(place, nothing)
            if old.digest != folder.digest:
                _copy(request.content / place, self._own / place)
            for number in old.earlier.keys() - folder.earlier.keys():
                shutil.rmtree(self._earlier(place) / number)
            for number, digest in folder.earlier.items():
                if old.earlier.get(number) != digest:
                    at = request.content / EARLIER / place.rpartition("/")[2] / number
                    _copy(at, self._earlier(place) / number)
            self._told[place] = folder

    def _earlier(self, place: str) -> Path:
        return self._own / EARLIER / place.rpartition("/")[2]

    def _pages(self, output: Path, request: Request) -> dict[str, str]:
        """Make a page for each entry with its media, a list of all, and the table of addresses."""
        table, broken = {}, {}
        for place, folder in sorted(self._told.items()):
            name = place.rpartition("/")[2]
            text = (self._own / place / INDEX).read_text()
            if BROKEN in text:
                broken[name] = "hỏng"
                continue
            url = f"tin-tuc/{place.split('/')[1]}/{name}"
            _put(output / url / "index.html", f"{text}{json.dumps(folder.record)}")
            for other in (self._own / place).iterdir():
                if other.name != INDEX:
                    shutil.copy(other, output / url / other.name)
            for earlier in self._earlier(place).glob(f"*/{INDEX}"):
                at = output / url / release.EARLIER / earlier.parent.name
                _put(at / "index.html", earlier.read_text())
            table[name] = {"url": f"/{url}/"}
        _put(output / "index.html", f"{request.day} {sorted(table)}")
        _put(output / release.ENTRIES / "tin-tuc-2026.json", json.dumps(table))
        return broken


def _copy(source: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def _replace(fresh: Path, output: Path, files: Mapping[str, str]) -> None:
    """Let the output hold what was built; what is in it already stays as it is."""
    for path in file_hashes(output).keys() - files.keys() if output.exists() else ():
        (output / path).unlink()
    for path, sha in files.items():
        target = output / path
        if not target.exists() or file_hash(target) != sha:
            target.parent.mkdir(parents=True, exist_ok=True)
            (fresh / path).replace(target)
    shutil.rmtree(fresh)
