"""The derivatives of a site's pictures: made where they are missing, found for the pages.

Knows the store and starts the program that fills it; knows nothing of how a picture is made.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import mkdtemp
from weakref import WeakSet, finalize

from . import derivatives
from .entries import Entry
from .errors import BrokenEntry, LeftOut

PROGRAM = derivatives.__file__
Folder = Callable[[str], Path]
"""Where an entry's place is on the disk."""


class Darkroom:
    """What is made of pictures, in the store given, which outlives the build, or in its own."""

    def __init__(self, store: str = "") -> None:
        if not store:
            store = mkdtemp(prefix="derivatives-")
            finalize(self, shutil.rmtree, store, ignore_errors=True)
        self._store = derivatives.Store(Path(store).resolve())
        self._ready: WeakSet[Entry] = WeakSet()

    def developed(
        self, entries: Iterable[Entry], left_out: LeftOut, folder: Folder
    ) -> Iterator[Entry]:
        """The entries, the derivatives of all their pictures made at once.

        Raises BrokenEntry for the first whose picture is not whole, unless it may be left out.
        """
        found = list(entries)
        self._make((entry for entry in found if self._is_open(entry)), folder)
        for entry in found:
            if not self._is_open(entry):
                yield entry
                continue
            with left_out.unless_whole(entry.id):
                self._require(entry)
                yield entry

    def develop(self, entry: Entry, folder: Folder) -> None:
        """Make the derivatives of one entry's pictures. Raises BrokenEntry."""
        if self._is_open(entry):
            self._make([entry], folder)
            self._require(entry)

    def source(self, entry: Entry, sha256: str, name: str, folder: Folder) -> Path:
        """Where the bytes of a file beside an entry's page are."""
        return (self._store.folder(sha256) if sha256 else folder(entry.place)) / name

    def _is_open(self, entry: Entry) -> bool:
        return bool(entry.pictures) and entry not in self._ready

    def _make(self, entries: Iterable[Entry], folder: Folder) -> None:
        """Raises OSError where something else than a picture was in the way."""
        wanted = {
            original.sha256: folder(entry.place).resolve() / original.file
            for entry in entries
            for original in entry.pictures
            if self._store.lacks(original.sha256)
        }
        if wanted:
            lines = "".join(f"{sha256} {path}\n" for sha256, path in wanted.items())
            command = [sys.executable, "-P", PROGRAM, str(self._store.root)]
            done = subprocess.run(
                command, input=lines, text=True, stdout=subprocess.DEVNULL, check=False
            )
            if done.returncode:
                raise OSError(f"smaller pictures could not be made ({done.returncode})")

    def _require(self, entry: Entry) -> None:
        for original in entry.pictures:
            if self._store.lacks(original.sha256):
                where = f"{entry.place}/index.md"
                raise BrokenEntry(where, f"{original.file} không phải là ảnh nguyên vẹn")
        self._ready.add(entry)
