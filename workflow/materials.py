"""A site's content as plain files: what the builder reads of a commit or a draft.

Entries and governance as they stand in a tree, the record of who approved what, and the editions
before each correction. It knows no builder and no page.
"""

import base64
import contextlib
import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from workflow import derivatives
from workflow.errors import NotFound
from workflow.front_matter import MalformedEntry, parse
from workflow.record import Approved, Record
from workflow.repository import CONTENT, GOVERNANCE, INDEX, Repository, parse_pointer

EARLIER: Final = "editions"
"""The folder in which an entry's editions before its corrections lie, by id and number."""
_BLANK_PDF: Final = b"%PDF-1.4\n%%EOF\n"
_BLANK_PICTURE: Final = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2FAAAAABJRU5ErkJggg=="
)
RECORD: Final = "record.json"
"""Beside what git has: what the public pages tell of each entry's editions."""
_STILL_READ: Final = frozenset({None, "", "explained"})
"""Withdrawals that leave the entry to be read; after all others no earlier edition is shown."""


@dataclass
class Site:
    """A folder to build; ``record`` is what its ``record.json`` says.

    ``down`` are the entries that an order keeps off the public site, ``erased`` the SHA-256 of the
    files whose bytes are gone by order: that counts for commits before the order, too.
    ``lacking`` are the entries of which a file may be gone by order. ``derivatives`` is the folder
    of smaller pictures; without one each build makes its own.
    """

    repo: Repository
    content: Path
    record: Record
    show_names: bool
    erased: AbstractSet[str]
    down: AbstractSet[str]
    lacking: AbstractSet[str]
    before_leaving_out: Callable[[str], None] | None = None
    derivatives: Path | None = None
    _returned: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, repo: Repository, content: Path, treeish: str, record: Record) -> Self:
        """Return a folder as it is to be for a commit or tree; nothing is written yet."""
        governance = repo.governance(treeish)
        names = governance.school.get("show_approver_names") is True
        orders, down = repo.governance().erasures, governance.takedowns.keys()
        # No other entry shows an erased file: the order would have been refused.
        lacking = {order.entry_id for order in orders.values()} | down if orders else set()
        return cls(repo, content, record, names, frozenset(orders), down, lacking)

    def place_of(self, entry_id: str) -> Path:
        """Return where a public entry's folder lies."""
        folder = self.record.editions[entry_id][-1].folder
        return self.content / folder.removeprefix(f"{CONTENT}/")

    def digest_of(self, edition: Approved, *, is_earlier: bool = False) -> str:
        """Return what stands for every byte of an edition's folder as it is written here.

        That is its tree in git, but where a file may be gone, or a blank one lies in its place.
        """
        entry_id = edition.entry
        if not self.erased or not (is_earlier or entry_id in self.lacking | self._returned):
            return edition.tree
        gone = hashlib.sha256("".join(sorted(self.erased)).encode()).hexdigest()
        kind = "returned" if is_earlier or entry_id in self._returned else "present"
        return f"{edition.tree} {kind} without {gone}"

    def write_all(self, treeish: str) -> None:
        """Write every file of a commit or tree into the folder, which is empty."""
        for top, inside in ((CONTENT, self.content), (GOVERNANCE, self.content / GOVERNANCE)):
            for path, raw in _files(self.repo, treeish, top):
                self._put(inside / path, raw)
        for entry_id in self.record.editions:
            if self.record.earlier(entry_id):
                self.write_earlier(entry_id)

    def write_record(self) -> None:
        """Write what the public pages tell of each entry's editions."""
        rows = self.record.as_json(names=self.show_names)
        text = json.dumps(rows, ensure_ascii=False, indent=1, sort_keys=True)
        _replace(self.content / RECORD, f"{text}\n".encode())

    def write_governance(self, treeish: str) -> None:
        """Write the settings that the builder reads."""
        self._write(self.repo.tree_of(treeish, GOVERNANCE) or "", self.content / GOVERNANCE)

    def write_entry(self, folder: str, tree: str | None) -> None:
        """Let an entry's folder hold exactly what its tree holds; without one it goes."""
        place = self.content / folder.removeprefix(f"{CONTENT}/")
        if tree is None:
            shutil.rmtree(place, ignore_errors=True)
        else:
            self._write(tree, place)

    def write_earlier(self, entry_id: str) -> None:
        """Write an entry's editions before each correction, without what an order has erased.

        None where the entry is down, or withdraws everything before it.
        """
        top = self.content / EARLIER / entry_id
        earlier = self.record.earlier(entry_id)
        if not earlier or entry_id in self.down or self._is_gone(entry_id):
            shutil.rmtree(top, ignore_errors=True)
            return
        for number, edition in earlier.items():
            self._write(edition.tree, top / str(number), without_erased=True)
        for folder in top.iterdir():
            if int(folder.name) not in earlier:
                shutil.rmtree(folder)

    def leave_out(self, name: str) -> None:
        """Take an entry that cannot be built off the site: its edition before takes its place.

        Nothing that the present edition withdraws comes back, nothing that was erased, and nothing
        that once left for its personal data.
        ``name`` is an entry's id, or ``<id>/<number>`` for an earlier edition.
        """
        if self.before_leaving_out:
            self.before_leaving_out(name)
        entry_id, _, number = name.partition("/")
        if number:
            shutil.rmtree(self.content / EARLIER / entry_id / number)
            return
        editions = self.record.editions.get(entry_id, ())
        if not editions:
            for place in self.content.glob(f"*/*/{entry_id}"):
                shutil.rmtree(place)
            return
        folder = self.place_of(entry_id)
        withdraws = b"\nwithdrawal" in (folder / INDEX).read_bytes()
        shutil.rmtree(folder)
        shutil.rmtree(self.content / EARLIER / entry_id, ignore_errors=True)
        self.record = self.record.without_last(entry_id)
        self._returned.add(entry_id)
        if len(editions) > 1 and not withdraws and self._may_return(editions[-2]):
            self._write(editions[-2].tree, folder, without_erased=True)
            self.write_earlier(entry_id)

    def _is_gone(self, entry_id: str) -> bool:
        """Say whether the present edition withdraws the entry with everything before it."""
        text = (self.place_of(entry_id) / INDEX).read_bytes()
        try:
            fields, _ = parse(text)
        except MalformedEntry:
            return True
        return fields.get("withdrawal") not in _STILL_READ

    def _write(self, tree: str, folder: Path, *, without_erased: bool = False) -> None:
        names = set()
        for path, raw in _files(self.repo, tree):
            media = parse_pointer(raw)
            if not (without_erased and media and media.oid in self.erased):
                self._put(folder / path, raw)
                names.add(path)
        for other in folder.iterdir() if folder.exists() else ():
            if other.name not in names:
                other.unlink()

    def _put(self, target: Path, raw: bytes) -> None:
        """Write a file, or what a media pointer stands for, in one step.

        In place of a file that was erased by order lies a blank one: no public page shows it.
        """
        media = parse_pointer(raw)
        if media is None:
            _replace(target, raw)
        elif media.oid in self.erased:
            _replace(target, _BLANK_PDF if target.suffix == ".pdf" else _BLANK_PICTURE)
        elif not _is_same(target, self.repo.media_path(media.oid)):
            fresh = _beside(target)
            self.repo.link_media(media.oid, fresh)
            fresh.replace(target)

    def _may_return(self, edition: Approved) -> bool:
        if edition.hidden:
            return False
        found = (parse_pointer(raw) for _, raw in _files(self.repo, edition.tree))
        media = [pointer for pointer in found if pointer]
        return all(self.repo.media_path(item.oid).exists() for item in media)


@contextlib.contextmanager
def materialised(repo: Repository, treeish: str, data: Path, record: Record) -> Iterator[Site]:
    """Give a folder with the content of a commit or tree as plain files, then remove it.

    Media are hard links to their LFS objects; governance lies in ``content/governance`` as in the
    starter content. Only object ids are read, never a branch name (SECURITY F14, TOCTOU).

    Raises:
        LostMedia: an LFS object is missing.
    """
    data.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=data, prefix="build-") as folder:
        root = Path(folder) / CONTENT
        root.mkdir()
        site = Site.of(repo, root, treeish, record)
        site.derivatives = derivatives.folder(data)
        site.write_all(treeish)
        site.write_record()
        yield site


def _files(repo: Repository, treeish: str, folder: str = "") -> Iterator[tuple[str, bytes]]:
    items = repo.files(treeish, folder)
    for item, raw in zip(items, repo.read_all([i.oid for i in items]), strict=True):
        if raw is None:
            raise NotFound
        yield item.path, raw


def _replace(target: Path, data: bytes) -> None:
    """Write a file in one step: never into bytes that another name shares, or a reader has open."""
    fresh = _beside(target)
    fresh.write_bytes(data)
    fresh.replace(target)


def _beside(target: Path) -> Path:
    """Return a free name in the same folder, which is made where it is missing."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.new")
    fresh.unlink(missing_ok=True)
    return fresh


def _is_same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except FileNotFoundError:
        return False
