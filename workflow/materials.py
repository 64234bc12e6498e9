"""A site's content as plain files: what the builder reads of a commit or a draft.

Entries and governance as they stand in a tree, the record of who approved what, and the editions
before each correction. It knows no builder and no page.
"""

import base64
import contextlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from workflow.errors import NotFound
from workflow.front_matter import MalformedEntry, parse
from workflow.record import Approved, Record
from workflow.repository import CONTENT, INDEX, Repository, parse_pointer

_BLANK_PDF: Final = b"%PDF-1.4\n%%EOF\n"
_BLANK_PICTURE: Final = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2FAAAAABJRU5ErkJggg=="
)
_STILL_READ: Final = frozenset({None, "", "explained"})
"""Withdrawals that leave the entry to be read; after all others no earlier edition is shown."""


@dataclass
class Site:
    """A folder to build; ``record`` is what its ``record.json`` says."""

    repo: Repository
    content: Path
    record: Record
    show_names: bool
    erased: frozenset[str]

    def write_record(self) -> None:
        """Write what the public pages tell of each entry's editions."""
        rows = self.record.as_json(names=self.show_names)
        text = json.dumps(rows, ensure_ascii=False, indent=1, sort_keys=True)
        (self.content / "record.json").write_text(f"{text}\n", encoding="utf-8")

    def write_earlier(self, entry_id: str) -> None:
        """Write an entry's editions before each correction, without what an order has erased."""
        for number, edition in self.record.earlier(entry_id).items():
            self._write(edition, self._place_of_earlier(entry_id, number))

    def leave_out(self, name: str) -> None:
        """Take an entry that cannot be built off the site: its edition before takes its place.

        Nothing that the present edition withdraws comes back, nothing that was erased, and nothing
        that once left for its personal data.
        ``name`` is an entry's id, or ``<id>/<number>`` for an earlier edition.
        """
        entry_id, _, number = name.partition("/")
        if number:
            shutil.rmtree(self._place_of_earlier(entry_id, int(number)))
            return
        editions = self.record.editions.get(entry_id, ())
        if not editions:
            for place in self.content.glob(f"*/*/{entry_id}"):
                shutil.rmtree(place)
            return
        folder = self._place_of(editions[-1])
        withdraws = b"\nwithdrawal" in (folder / INDEX).read_bytes()
        shutil.rmtree(folder)
        shutil.rmtree(self.content / "editions" / entry_id, ignore_errors=True)
        self.record = self.record.without_last(entry_id)
        if len(editions) > 1 and not withdraws and self._may_return(editions[-2]):
            self._write(editions[-2], folder)
            self.write_earlier(entry_id)
        self.write_record()

    def is_gone(self, entry_id: str) -> bool:
        """Say whether the present edition withdraws the entry with everything before it."""
        text = (self._place_of(self.record.editions[entry_id][-1]) / INDEX).read_bytes()
        try:
            fields, _ = parse(text)
        except MalformedEntry:
            return True
        return fields.get("withdrawal") not in _STILL_READ

    def _place_of(self, edition: Approved) -> Path:
        return self.content / edition.folder.removeprefix(f"{CONTENT}/")

    def _place_of_earlier(self, entry_id: str, number: int) -> Path:
        return self.content / "editions" / entry_id / str(number)

    def _write(self, edition: Approved, folder: Path) -> None:
        for path, raw in _files(self.repo, edition.tree):
            media = parse_pointer(raw)
            if media is None or media.oid not in self.erased:
                _put(self.repo, folder / path, raw)

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
    starter content. In place of a file that was erased by order lies a blank one: no public page
    shows it, and an order counts for commits before it, too. Only object ids are read, never a
    branch name (SECURITY F14, TOCTOU).

    Raises:
        LostMedia: an LFS object is missing.
    """
    data.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=data, prefix="build-") as folder:
        root = Path(folder) / CONTENT
        root.mkdir()
        governance = repo.governance(treeish)
        names = governance.school.get("show_approver_names") is True
        site = Site(repo, root, record, names, frozenset(repo.governance().erasures))
        for top, inside in ((CONTENT, root), ("governance", root / "governance")):
            for path, raw in _files(repo, treeish, top):
                _put(repo, inside / path, raw, site.erased)
        site.write_record()
        for entry_id in record.editions.keys() - governance.takedowns.keys():
            if record.earlier(entry_id) and not site.is_gone(entry_id):
                site.write_earlier(entry_id)
        yield site


def _files(repo: Repository, treeish: str, folder: str = "") -> Iterator[tuple[str, bytes]]:
    items = repo.files(treeish, folder)
    for item, raw in zip(items, repo.read_all([i.oid for i in items]), strict=True):
        if raw is None:
            raise NotFound
        yield item.path, raw


def _put(
    repo: Repository, target: Path, raw: bytes, erased: AbstractSet[str] = frozenset()
) -> None:
    """Write a file, or what a media pointer stands for."""
    target.parent.mkdir(parents=True, exist_ok=True)
    media = parse_pointer(raw)
    if media is None:
        target.write_bytes(raw)
    elif media.oid in erased:
        target.write_bytes(_BLANK_PDF if target.suffix == ".pdf" else _BLANK_PICTURE)
    else:
        repo.link_media(media.oid, target)
