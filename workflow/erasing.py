"""Erasure: a signed order of the principal that deletes the bytes of a file everywhere.

The order stands in the record for good; what it still asks for is found anew each time, so that
whoever is interrupted is finished by the next. It knows no page and no upload in waiting.
"""

import hashlib
import json
import shutil
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from workflow import derivatives, release, roster
from workflow.entries import EDITS
from workflow.errors import InvalidFields, Message, NotFound, Refused
from workflow.governing import Tables, govern, words_of
from workflow.mirror import builder_folder
from workflow.publication import live
from workflow.repository import (
    ARCHIVE,
    CONTENT,
    INDEX,
    PARKED,
    Repository,
    StoredMedia,
    parse_pointer,
)
from workflow.roster import Governance
from workflow.services import history_of, published
from workflow.shelf import Published
from workflow.signing import Signer

_REBUILT: Final = "previews"
"""Copies of the whole site that are made again when somebody asks."""


@dataclass(frozen=True)
class EntryFile:
    """A file that an entry has now, or had in an earlier edition or draft.

    ``shown_in`` are the titles of public entries that still show it: it cannot be erased yet.
    """

    name: str
    stored: StoredMedia
    is_erased: bool
    shown_in: tuple[str, ...]


def files_of(repo: Repository, entry_id: str) -> list[EntryFile]:
    """Return every file that an entry ever had, the present ones first.

    Raises:
        NotFound: no such entry, public or in the making.
    """
    governance = repo.governance()
    shown = _shown(repo, governance)
    found: dict[str, tuple[str, StoredMedia]] = {}
    trees = list(_trees_of(repo, entry_id))
    if not trees:
        raise NotFound
    for tree in trees:
        for name, stored in _media(repo, tree):
            found.setdefault(stored.oid, (name, stored))
    return [
        EntryFile(name, stored, oid in governance.erasures, tuple(shown.get(oid, ())))
        for oid, (name, stored) in found.items()
    ]


def erase(
    repo: Repository,
    signer: Signer,
    entry_id: str,
    files: Collection[str],
    reason: str,
    now: datetime,
) -> Governance:
    """Order that files of an entry are erased, named by SHA-256; ``carry_out`` does it.

    Raises:
        Refused: the signer is not the principal, or a public entry shows one of the files.
        InvalidFields: no reason (``reason``), or no file of the entry chosen (``files``).
        NotFound: there is no such entry.
    """
    words = words_of(reason)
    known = {file.stored.oid: file for file in files_of(repo, entry_id) if not file.is_erased}
    if not files or not set(files) <= set(known):
        raise InvalidFields({"files": [Message("Chọn ít nhất một tệp để xóa.")]})
    _refuse_shown(known[oid] for oid in sorted(files))

    def edit(tables: Tables) -> None:
        rows = [
            {"sha256": oid, "entry": entry_id, "reason": words, "by": signer.username, "since": now}
            for oid in sorted(files)
        ]
        tables[roster.ORDERS]["erasures"] = [*tables[roster.ORDERS].get("erasures", []), *rows]

    return govern(repo, signer, f"Xóa {len(files)} tệp: {entry_id}", edit, now)


def carry_out(repo: Repository, data: Path) -> bool:
    """Delete the bytes that orders name wherever the data folder has them; say whether all is done.

    Copies of whole sites go as a whole: pictures of another size made from an erased one go with
    them. What the public reads now was built after the order, or the publisher replaces it soon.
    """
    governance = repo.governance()
    ordered = set(governance.erasures)
    waiting = {oid for oid in ordered if _is_stored(repo, oid)} | (ordered - _done(data))
    if not waiting:
        return True
    # Before the object goes: by its size its copies are found without reading every file.
    sizes = {_size(repo.media_path(oid)) for oid in waiting}
    smaller = list(derivatives.files(data, waiting))
    sizes |= {_size(path) for path in smaller}
    _delete_copies(data, waiting | {_hash(path) for path in smaller}, sizes)
    for oid in waiting:
        _delete_object(repo, oid)
    current = live(data)
    for folder in _copies(data, current.name if current else ""):
        shutil.rmtree(folder, ignore_errors=True)
    derivatives.forget(data, waiting)
    repo.sync()
    is_done = current is None or waiting <= set(repo.governance(current.commit).erasures)
    if is_done:
        release.replace_file(_note(data), json.dumps(sorted(ordered)))
    return is_done


def _refuse_shown(files: Iterable[EntryFile]) -> None:
    reasons = [
        Message(
            "{file} còn trên bài đang đăng “{title}”. Gỡ bài ấy hoặc đăng bản không có tệp này.",
            {"file": file.name, "title": title},
        )
        for file in files
        for title in file.shown_in
    ]
    if reasons:
        raise Refused(reasons)


def _shown(repo: Repository, governance: Governance) -> dict[str, list[str]]:
    """Return by SHA-256 the titles of entries that are public and show the file."""
    shown: dict[str, list[str]] = {}
    for entry in published(repo):
        if entry.entry_id in governance.takedowns:
            continue
        for oid in _named_by(repo, entry):
            shown.setdefault(oid, []).append(entry.title)
    return shown


def _named_by(repo: Repository, entry: Published) -> set[str]:
    tree = repo.tree_of(repo.main(), entry.folder) or ""
    return {stored.oid for _, stored in _media(repo, tree)}


def _trees_of(repo: Repository, entry_id: str) -> Iterator[str]:
    """Yield the folder's tree at every state of the entry: now, in its drafts, and before."""
    main = repo.main()
    folders = [entry.folder for entry in published(repo) if entry.entry_id == entry_id]
    steps = [step.commit for step in history_of(repo, entry_id) if step.action in EDITS]
    drafts = [c.oid for head in _drafts_of(repo, entry_id) for c in repo.chain(head, main)]
    first = repo.chain(main)[-1].oid
    seen: set[str] = set()
    for commit in (main, *drafts, *steps, first):
        for folder in folders or _folders_in(repo, commit, entry_id):
            tree = repo.tree_of(commit, folder)
            if tree and tree not in seen:
                seen.add(tree)
                yield tree


def _drafts_of(repo: Repository, entry_id: str) -> list[str]:
    """Return the heads of the entry's drafts: the open one, the parked one, those given up."""
    found = [repo.draft(entry_id), repo.resolve(PARKED + entry_id)]
    return [*filter(None, found), *repo.refs(f"{ARCHIVE}{entry_id}/").values()]


def _folders_in(repo: Repository, commit: str, entry_id: str) -> Iterator[str]:
    for item in repo.files(commit, CONTENT):
        if item.path.endswith(f"/{entry_id}/{INDEX}"):
            yield f"{CONTENT}/{item.path.removesuffix(f'/{INDEX}')}"


def _media(repo: Repository, tree: str) -> Iterator[tuple[str, StoredMedia]]:
    items = [item for item in repo.files(tree) if item.path != INDEX]
    for item, raw in zip(items, repo.read_all([item.oid for item in items]), strict=True):
        stored = parse_pointer(raw or b"")
        if stored:
            yield item.path, stored


def _is_stored(repo: Repository, oid: str) -> bool:
    return repo.media_path(oid).exists()


def _delete_object(repo: Repository, oid: str) -> None:
    """Delete the object, and what a killed upload of the same bytes left beside it."""
    folder = repo.media_path(oid).parent
    for path in folder.iterdir() if folder.exists() else ():
        if path.name == oid or _hash(path) == oid:
            path.unlink(missing_ok=True)


def _copies(data: Path, current: str) -> Iterator[Path]:
    for folder in (data / "www" / "releases").glob("*"):
        # What the publisher is building now has a name with a dot in front, and is its to sweep.
        if folder.name != current and not folder.name.startswith("."):
            yield folder
    yield from (data / _REBUILT).glob("*")


def _delete_copies(data: Path, oids: set[str], sizes: set[int | None]) -> None:
    """Delete copies in builds under way and in the builder's folders; size None is any size."""
    for folder in (*data.glob("build-*"), builder_folder(data)):
        for path in folder.rglob("*"):
            is_like = None in sizes or _size(path) in sizes
            if is_like and path.is_file() and _hash(path) in oids:
                path.unlink(missing_ok=True)


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


def _hash(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _done(data: Path) -> set[str]:
    try:
        return set(json.loads(_note(data).read_text()))
    except (OSError, ValueError):
        return set()


def _note(data: Path) -> Path:
    return release.publisher_folder(data) / "erased.json"
