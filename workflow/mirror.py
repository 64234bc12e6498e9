"""The content folder that the builder reads, kept from one publication to the next.

It is brought from the commit at which it stands to another by what git says differs, each file in
one step. A signed note says where it stands and where it is going: whoever is killed on the way is
finished by the next. It knows no builder.
"""

import filecmp
import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from os.path import samestat
from pathlib import Path
from typing import Any, Final, Self

from workflow.entries import FOLDER
from workflow.materials import EARLIER, RECORD, Site, materialised
from workflow.notes import read_note, write_note
from workflow.record import Record
from workflow.repository import CONTENT, GOVERNANCE, GitFailed, Repository
from workflow.verification import printable

_NAMESPACE: Final = "toasoan-mirror"


@dataclass(frozen=True)
class _Note:
    """Where the folder stands, where it is going, and which entries are not as git has them."""

    commit: str
    going: str
    left_out: tuple[str, ...]
    erased: tuple[str, ...]

    @classmethod
    def of(cls, row: dict[str, Any]) -> Self:
        return cls(row["commit"], row["going"], tuple(row["left_out"]), tuple(row["erased"]))


class Mirror:
    """The folder ``builder/content`` below the data folder."""

    def __init__(self, repo: Repository, data: Path) -> None:
        """Remember where it lies; nothing is read yet."""
        self._repo = repo
        self._data = data
        self._folder = builder_folder(data)
        self._note: _Note | None = None
        self._record: Record | None = None
        self._show_names = False

    def bring_to(self, commit: str, record: Record) -> tuple[Site, frozenset[str] | None]:
        """Let the folder hold the content of a commit; return it and what differs from the last.

        These are the ids of the entries whose files, editions or record are others than when this
        process brought it to a commit before; None where it cannot tell, or all may be.

        Raises:
            LostMedia: an LFS object is missing.
        """
        site = Site.of(self._repo, self._folder / CONTENT, commit, record)
        site.before_leaving_out = self._note_left_out
        note = self._note or self._read()
        erased = tuple(sorted(site.erased))
        self._note = None
        changed = self._follow(note, site, commit) if note and note.erased == erased else None
        if changed is None:
            self._start(site, commit)
        self._write(_Note(commit, "", (), erased))
        is_told_from = self._record is not None and self._show_names == site.show_names
        self._record, self._show_names = record, site.show_names
        return site, changed if is_told_from else None

    def throw_away(self) -> None:
        """Begin with nothing: somebody may have changed the folder."""
        self._path.unlink(missing_ok=True)
        self._note = self._record = None

    def differences(self) -> list[str]:
        """Compare the whole folder with git and return what differs, in paths; empty is well.

        A folder that the next publication finishes or writes anew in any case has none.
        """
        note = self._read()
        if note is None or note.going:
            return []
        record = Record.of(self._repo, self._data, note.commit)
        with materialised(self._repo, note.commit, self._data, record) as site:
            if note.erased != tuple(sorted(site.erased)):
                return []
            present = self._folder / CONTENT
            paths = {*_files(site.content), *_files(present)} - {RECORD}
            return sorted(
                printable(path)
                for path in paths
                if not set(note.left_out) & set(path.split("/"))
                and not _is_same(site.content / path, present / path)
            )

    def _note_left_out(self, name: str) -> None:
        """Note that an entry is about to be otherwise than git has it, until the next commit."""
        if self._note is None:
            raise ValueError(name)
        left_out = (*self._note.left_out, name.partition("/")[0])
        self._write(replace(self._note, left_out=left_out))

    def _start(self, site: Site, commit: str) -> None:
        """Write the whole folder anew, beside what the note says of none."""
        self._path.unlink(missing_ok=True)
        shutil.rmtree(site.content, ignore_errors=True)
        site.content.mkdir(parents=True)
        site.write_all(commit)

    def _follow(self, note: _Note, site: Site, commit: str) -> frozenset[str] | None:
        """Write what differs, and return whose it is; None where git does not know from where."""
        try:
            paths = {
                path
                for other in {note.commit, note.going} - {""}
                for path, _ in self._repo.changed_files(other, commit)
            }
        except GitFailed:
            return None
        self._write(replace(note, going=commit))
        entries = site.record.editions
        # What is not as git has it may be an entry that git does not have any more.
        left_out = {entries[name][-1].folder for name in note.left_out if name in entries}
        found = (FOLDER.match(path.rpartition("/")[0]) for path in paths)
        folders = sorted({place[0] for place in found if place} | left_out)
        trees = self._repo.trees_of([f"{commit}:{folder}" for folder in folders])
        for folder, tree in zip(folders, trees, strict=True):
            site.write_entry(folder, tree)
        if any(path.startswith(f"{GOVERNANCE}/") for path in paths):
            site.write_governance(commit)
        touched = {folder.rpartition("/")[2] for folder in folders}
        changed = touched | self._standing_otherwise(site, commit, note)
        if not changed <= entries.keys():
            return None
        for entry_id in changed:
            site.write_earlier(entry_id)
        return frozenset(changed)

    def _standing_otherwise(self, site: Site, commit: str, note: _Note) -> set[str]:
        """Return the entries whose earlier editions an order, or what the record says, changes.

        The record of an entry that nothing happened to is the very same object as before.
        """
        if self._record is None:
            written = {path.name for path in (site.content / EARLIER).glob("*")}
            return written | {name for name in site.record.editions if site.record.earlier(name)}
        before = self._record.editions
        changed = {name for name, rows in site.record.editions.items() if before.get(name) != rows}
        down = self._repo.governance(commit).takedowns.keys()
        places = (at for at in (note.commit, note.going) if at)
        return changed.union(*(self._repo.governance(at).takedowns.keys() ^ down for at in places))

    def _read(self) -> _Note | None:
        row = read_note(self._data, self._path, _NAMESPACE)
        try:
            return _Note.of(row) if row and (self._folder / CONTENT).is_dir() else None
        except (LookupError, TypeError):
            return None

    def _write(self, note: _Note) -> None:
        write_note(self._data, self._path, _NAMESPACE, asdict(note))
        self._note = note

    @property
    def _path(self) -> Path:
        return self._folder / "content.json"


def _files(folder: Path) -> Iterator[str]:
    """Yield the path of everything below a folder that is no folder itself."""
    for place, folders, names in os.walk(folder):
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        for name in (*names, *links):
            yield (Path(place) / name).relative_to(folder).as_posix()


def _is_same(path: Path, other: Path) -> bool:
    """Say whether both are the same file, or plain files with the same bytes."""
    try:
        seen = path.lstat(), other.lstat()
    except OSError:
        return False
    if not all(stat.S_ISREG(one.st_mode) for one in seen):
        return False
    return samestat(*seen) or filecmp.cmp(path, other, shallow=False)


def builder_folder(data: Path) -> Path:
    """Return where the builder's content, output and state lie."""
    return data / "builder"
