"""Looks at the releases on the disk: is each of them what its signed list says, and nothing else?

What a folder's files were when their bytes were last hashed is kept, signed: size, times, inode.
A look hashes only what differs from that, or everything. It knows no git and no builder.
"""

import hashlib
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from workflow import release
from workflow.notes import read_note, write_note
from workflow.trees import rows_of
from workflow.verification import (
    RELEASE_LIST,
    RELEASE_PARTS,
    RELEASE_SIGNATURE,
    Broken,
    ReleaseHead,
    file_hash,
    part_of,
    part_path,
    printable,
    read_signed_head,
)

_NAMESPACE: Final = "toasoan-looked"
_SETTLED_NS: Final = 1_000_000_000
"""A file changed so shortly before it was looked at may change again and bear the same times."""
_OWN: Final = frozenset({RELEASE_LIST, RELEASE_SIGNATURE})


@dataclass
class _Part:
    """A part of the list that was looked at, and what its folders were then; "" for not settled."""

    digest: str
    folders: dict[str, str] = field(default_factory=dict)


Known = dict[str, _Part]


class Looks:
    """What is known of each release's folder, by its inode: that stays whatever its name is."""

    def __init__(self, data: Path) -> None:
        """Read what was noted before, if it is ours."""
        self._data = data
        self._known = _noted(read_note(data, self._path, _NAMESPACE) or {})
        self._is_noted = True

    def is_known(self, tree: Path) -> bool:
        """Say whether a folder is one that we made or looked at, and not one that was put there."""
        return _inode(tree) in self._known

    def made(self, tree: Path) -> None:
        """Note that we have made a folder; what is in it the next look will hash."""
        self._known.setdefault(_inode(tree), {})
        self._is_noted = False

    def forget(self, tree: Path) -> None:
        """Know nothing of a folder any more."""
        self._known.pop(_inode(tree), None)
        self._is_noted = False

    def at(
        self, tree: Path, named: tuple[str, str] | None = None, *, whole: bool = False
    ) -> Iterator[list[str]]:
        """Look at a release, one folder a step; the last step yields what is wrong, in paths.

        ``named`` are the commit and the day that its list must bear; else any list of ours is its
        own. ``whole`` hashes every byte.
        """
        try:
            listed = read_signed_head(tree, release.public_key(self._data))
        except Broken:
            listed = None
        if listed is None or (named and listed[:2] != named):
            yield [RELEASE_LIST]
            return
        if whole:
            self._known.pop(_inode(tree), None)
        wrong: set[str] = set()
        look = _Look(tree, listed, self._known.setdefault(_inode(tree), {}))
        for found in look.steps():
            wrong |= found
            yield []
        self._is_noted = self._is_noted and not look.has_learnt
        yield sorted(map(printable, wrong))

    def note(self) -> None:
        """Keep what is known on the disk, signed, where that has changed."""
        if self._is_noted:
            return
        trees = (self._data / "www" / "releases").glob("*")
        present = {_inode(tree) for tree in trees}
        self._known = {tree: known for tree, known in self._known.items() if tree in present}
        rows = {
            tree: {name: [part.digest, part.folders] for name, part in known.items()}
            for tree, known in self._known.items()
        }
        write_note(self._data, self._path, _NAMESPACE, {"trees": rows})
        self._is_noted = True

    @property
    def _path(self) -> Path:
        return release.publisher_folder(self._data) / "looked.json"


class _Look:
    """One look at one release."""

    def __init__(self, tree: Path, head: ReleaseHead, known: Known) -> None:
        self._tree = tree
        self._head = head
        self._known = known
        self._loaded: tuple[str, Mapping[str, Mapping[str, str]]] = ("", {})
        self.has_learnt = False

    def steps(self) -> Iterator[set[str]]:
        """Yield what is wrong, folder by folder."""
        try:
            self._learn()
        except (Broken, OSError):
            yield {RELEASE_LIST}
            return
        missing = {folder for part in self._known.values() for folder in part.folders}
        for folder, files in _folders(self._tree):
            missing.discard(folder)
            yield self._folder(folder, files)
        for folder in missing:
            yield set(self._listed(folder))

    def _learn(self) -> None:
        """Learn from new parts of the list which folders there must be."""
        parts = self._head.parts
        for name in self._known.keys() - parts.keys():
            del self._known[name]
            self.has_learnt = True
        for name, digest in parts.items():
            known = self._known.get(name)
            if known is None or known.digest != digest:
                before = known.folders if known else {}
                folders = {path.rpartition("/")[0] for path in self._rows(name)}
                kept = {folder: before.get(folder, "") for folder in folders}
                self._known[name] = _Part(digest, kept)
                self.has_learnt = True

    def _folder(self, folder: str, files: Mapping[str, os.stat_result]) -> set[str]:
        name = part_of(f"{folder}/" if folder else "")
        part, stamp = self._known.get(name), _stamp(files)
        if part and part.folders.get(folder) == stamp:
            return set()
        try:
            return self._compare(folder, files, part, stamp)
        except (Broken, OSError):
            return {part_path(name)}

    def _compare(
        self, folder: str, files: Mapping[str, os.stat_result], part: _Part | None, stamp: str
    ) -> set[str]:
        """Hash a folder's files and compare them with the list."""
        wanted = self._listed(folder)
        found = {path: file_hash(self._tree / path) for path in _below(folder, files)}
        for own in _OWN:
            found.pop(own, None)
        wrong = {path for path in {*wanted, *found} if wanted.get(path) != found.get(path)}
        if part and folder in part.folders:
            settled = stamp if not wrong and _is_settled(files) else ""
            self.has_learnt |= part.folders[folder] != settled
            part.folders[folder] = settled
        return wrong

    def _listed(self, folder: str) -> dict[str, str]:
        """Return what the list wants in a folder."""
        if folder == RELEASE_PARTS:
            return {part_path(name): digest for name, digest in self._head.parts.items()}
        name = part_of(f"{folder}/" if folder else "")
        rows = self._rows(name) if name in self._head.parts else {}
        return {
            path: row["sha256"] for path, row in rows.items() if path.rpartition("/")[0] == folder
        }

    def _rows(self, name: str) -> Mapping[str, Mapping[str, str]]:
        if self._loaded[0] != name:
            self._loaded = (name, rows_of(self._tree, name, self._head.parts[name]))
        return self._loaded[1]


def _folders(tree: Path) -> Iterator[tuple[str, dict[str, os.stat_result]]]:
    """Yield each folder below a release with what is in it and is no folder."""
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        files = {}
        below = []
        with os.scandir(tree / folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    below.append(f"{folder}/{entry.name}" if folder else entry.name)
                else:
                    files[entry.name] = entry.stat(follow_symlinks=False)
        yield folder, files
        waiting += sorted(below, reverse=True)


def _stamp(files: Mapping[str, os.stat_result]) -> str:
    """Return one short word for what the file system says of a folder's files."""
    digest = hashlib.blake2b(digest_size=16)
    for name, seen in sorted(files.items()):
        times = (seen.st_mtime_ns, seen.st_ctime_ns)
        row = (name, seen.st_mode, seen.st_size, *times, seen.st_ino, seen.st_dev)
        digest.update(repr(row).encode())
    return digest.hexdigest()


def _is_settled(files: Mapping[str, os.stat_result]) -> bool:
    latest = max((seen.st_ctime_ns for seen in files.values()), default=0)
    return latest < time.time_ns() - _SETTLED_NS


def _below(folder: str, files: Mapping[str, os.stat_result]) -> Iterator[str]:
    return (f"{folder}/{name}" if folder else name for name in files)


def _inode(tree: Path) -> str:
    try:
        return str(tree.stat().st_ino)
    except OSError:
        return ""


def _noted(row: dict[str, Any]) -> dict[str, Known]:
    try:
        return {
            tree: {name: _Part(digest, folders) for name, (digest, folders) in known.items()}
            for tree, known in row["trees"].items()
        }
    except (LookupError, TypeError, ValueError, AttributeError):
        return {}
