"""The derivatives of a site's pictures: made where they are missing, found for the pages.

Knows the store and starts the program that fills it; knows nothing of how a picture is made.
"""

import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from . import derivatives
from .entries import Entry, Illustrated
from .errors import BrokenEntry, LeftOut

PROGRAM = derivatives.__file__


class Darkroom:
    """What is made of the pictures of a content folder.

    It is kept in the store given, which outlives the build, or in one of its own.
    """

    def __init__(self, content: Path, store: str = "") -> None:
        self._content = content.resolve()
        self._own = None
        if not store:
            self._own = TemporaryDirectory(prefix="derivatives-")
            store = self._own.name
        self._store = derivatives.Store(Path(store).resolve())

    def close(self) -> None:
        """Forget what nobody asked to keep."""
        if self._own:
            self._own.cleanup()

    def developed(self, entries: Iterable[Entry], left_out: LeftOut) -> Iterator[Entry]:
        """The entries, the derivatives of all their pictures made at once.

        Raises BrokenEntry for the first whose picture is not whole, unless it may be left out.
        """
        found = list(entries)
        self._make(found)
        for entry in found:
            with left_out.unless_whole(entry.id):
                self._require(entry)
                yield entry

    def develop(self, entry: Entry) -> None:
        """Make the derivatives of one entry's pictures. Raises BrokenEntry."""
        self._make([entry])
        self._require(entry)

    def beside(self, entry: Entry) -> Iterator[tuple[str, Path]]:
        """The files that lie beside an entry's page: names, and where their bytes are."""
        for name in entry.files:
            yield name, self._content / entry.place / name
        cover = entry.cover.file if isinstance(entry, Illustrated) and entry.cover else ""
        for original in entry.pictures:
            for name, stored in original.derived.items():
                if stored != derivatives.SHARE_FILE or original.file == cover:
                    yield name, self._store.folder(original.sha256) / stored

    def _make(self, entries: Iterable[Entry]) -> None:
        """Raises CalledProcessError where something else than a picture was in the way."""
        wanted = {
            original.sha256: self._content / entry.place / original.file
            for entry in entries
            for original in entry.pictures
            if self._store.lacks(original.sha256)
        }
        if wanted:
            lines = "".join(f"{sha256} {path}\n" for sha256, path in wanted.items())
            command = [sys.executable, "-P", PROGRAM, str(self._store.root)]
            subprocess.run(command, input=lines, text=True, stdout=subprocess.DEVNULL, check=True)

    def _require(self, entry: Entry) -> None:
        for original in entry.pictures:
            if self._store.lacks(original.sha256):
                where = f"{entry.place}/index.md"
                raise BrokenEntry(where, f"{original.file} không phải là ảnh nguyên vẹn")
