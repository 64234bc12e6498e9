"""The output folder of a long-lived builder: each file is replaced whole, and known by its hash.

A file is written beside its place and renamed, so that whoever holds a hard link to the old one
keeps it. Knows files and hashes; nothing of what is in them.
"""

import hashlib
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from .state import Output

FRESH = ".toasoan-"


class Outputs:
    """What lies in the folder, as far as it was written by us; the rest is deleted at the start."""

    def __init__(self, folder: Path, known: Mapping[str, Output]) -> None:
        self._folder = str(folder)
        self.files = dict(known)
        self.changed: dict[str, Output | None] = {}
        self._fresh = os.path.join(self._folder, f"{FRESH}{os.getpid()}")  # noqa: PTH118
        self._folders: set[str] = set()
        self._look_after(folder)

    def _look_after(self, folder: Path) -> None:
        """Delete what we did not write, and trust nothing whose file is another."""
        folder.mkdir(parents=True, exist_ok=True)
        there: set[str] = set()
        for path, _, names in os.walk(folder):
            below = path[len(self._folder) + 1 :]
            for name in names:
                full = f"{below}/{name}" if below else name
                there.add(full)
                output = self.files.get(full)
                stat = os.lstat(f"{path}/{name}")
                if output is None:
                    os.unlink(f"{path}/{name}")  # noqa: PTH108
                elif (output.size, output.mtime) != (stat.st_size, stat.st_mtime_ns):
                    output.key = output.sha256 = ""
        for name in self.files.keys() - there:
            self.files[name].key = self.files[name].sha256 = ""

    def write(self, path: str, key: str, data: bytes) -> bool:
        """Put a file; say whether its bytes are others than before."""
        return self._put(path, key, hashlib.sha256(data).hexdigest(), lambda: self._spell(data))

    def copy(self, path: str, key: str, source: Path) -> bool:
        """Put a copy of a file; say whether its bytes are others than before."""
        with source.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        return self._put(path, key, sha256, lambda: shutil.copyfile(source, self._fresh))

    def remove(self, path: str) -> None:
        """Delete a file that the site has no more, and the folders that are empty then."""
        self.files.pop(path, None)
        self.changed[path] = None
        Path(self._folder, path).unlink(missing_ok=True)
        for folder in Path(self._folder, path).parents:
            if str(folder) == self._folder:
                break
            try:
                folder.rmdir()
            except OSError:
                break
            self._folders.discard(str(folder))

    def settle(self) -> dict[str, Output | None]:
        """What changed since the last time."""
        changed, self.changed = self.changed, {}
        return changed

    def _put(self, path: str, key: str, sha256: str, make: Callable[[], object]) -> bool:
        old = self.files.get(path)
        if old and old.sha256 == sha256:
            old.key = key
            self.changed[path] = old
            return False
        make()
        stat = os.lstat(self._fresh)
        target = f"{self._folder}/{path}"
        folder = target.rpartition("/")[0]
        if folder not in self._folders:
            os.makedirs(folder, exist_ok=True)  # noqa: PTH103
            self._folders.add(folder)
        os.replace(self._fresh, target)  # noqa: PTH105
        self.files[path] = self.changed[path] = Output(key, sha256, stat.st_size, stat.st_mtime_ns)
        return True

    def _spell(self, data: bytes) -> None:
        with open(self._fresh, "wb") as file:  # noqa: PTH123
            file.write(data)
