"""The signed list of a release's files, and the publisher's key that signs it.

It knows no git and no builder. Reading a list and judging it is the auditor's part, since an
outsider must be able to do that without the rest of the project.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from workflow import signing
from workflow.verification import (
    RELEASE_LIST,
    RELEASE_NAMESPACE,
    RELEASE_PARTS,
    RELEASE_SIGNATURE,
    part_of,
)

ENTRIES: Final = ".well-known/toasoan/entries"
"""The folder of the lists that say where each entry is, one for each section and year."""
EARLIER: Final = "ban-truoc"
"""The folder beside an entry's page in which its earlier editions lie, by number."""
PUBLIC_KEY: Final = ".well-known/toasoan/release.pub"
Rows = dict[str, dict[str, str]]
"""One part of a list: what it says of each path."""
Publications = Callable[[str], Sequence[str]]
"""Tells which commits made an entry's editions public, oldest first."""
Owner = Callable[[str], Mapping[str, str]]
"""Tells to which entry and publication the files of a folder belong."""


def publisher_folder(data: Path) -> Path:
    """Return where the publisher keeps its key and its notes."""
    return data / "publisher"


def signing_key(data: Path) -> Ed25519PrivateKey:
    """Return the publisher's own key; it is made at first use, readable by its owner only."""
    path = publisher_folder(data) / "release.key"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _make_key(path)
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{path}: no Ed25519 key")
    line = f"{signing.public_key_line(key)}\n"
    public = path.with_suffix(".pub")
    if not public.exists() or public.read_text() != line:
        replace_file(public, line)
    return key


def public_key(data: Path) -> str:
    """Return the public half as the data folder has it; empty before the first release."""
    try:
        return (publisher_folder(data) / "release.pub").read_text().strip()
    except FileNotFoundError:
        return ""


@dataclass(frozen=True)
class Listing:
    """A list that is to be: the SHA-256 of each part, and the bytes of those that are new."""

    parts: Mapping[str, str]
    fresh: Mapping[str, bytes]

    @classmethod
    def whole(cls, files: Mapping[str, str], owner: Owner) -> Self:
        """Return the list of a release that holds ``files``, each with its SHA-256."""
        rows: dict[str, Rows] = {}
        for path, digest in files.items():
            part = part_of(path)
            rows.setdefault(part, {})[path] = {"sha256": digest}
        return cls._of({name: _owned(part, owner) for name, part in rows.items()}, {})

    def after(
        self,
        changed: Mapping[str, str | None],
        touched: AbstractSet[str],
        read: Callable[[str], Rows],
        owner: Owner,
    ) -> Self:
        """Return the list after some files changed, or went (None).

        ``touched`` are parts in which the owners of files changed; ``read`` gives a part's rows.
        """
        names = touched | {part_of(path) for path in changed}
        rows = {name: dict(read(name)) if name in self.parts else {} for name in names}
        for path, digest in changed.items():
            if digest is None:
                rows[part_of(path)].pop(path, None)
            else:
                rows[part_of(path)][path] = {"sha256": digest}
        return self._of({name: _owned(part, owner) for name, part in rows.items()}, self.parts)

    @classmethod
    def _of(cls, rows: Mapping[str, Rows], others: Mapping[str, str]) -> Self:
        fresh = {name: _json(part) for name, part in rows.items() if part}
        parts = {name: sha256 for name, sha256 in others.items() if name not in rows}
        parts |= {name: _sha256(data) for name, data in fresh.items()}
        return cls(parts, fresh)


def sign(
    folder: Path, commit: str, day: date, parts: Mapping[str, str], key: Ed25519PrivateKey
) -> None:
    """Write what is signed of a list, which release it is and the SHA-256 of each part."""
    payload = _json({"commit": commit, "day": day.isoformat(), "parts": parts})
    signature = signing.Signer("publisher", key).sign(payload, RELEASE_NAMESPACE.encode())
    _put(folder / RELEASE_LIST, payload)
    _put(folder / RELEASE_SIGNATURE, f"{signature}\n".encode())


def public_line(key: Ed25519PrivateKey) -> bytes:
    """Return the bytes of the file in which a release bears the public key."""
    return f"{signing.public_key_line(key)}\n".encode()


def is_of_the_list(path: str) -> bool:
    """Say whether a path is the list's, a part's or the signature's: the list cannot name them."""
    return path in {RELEASE_LIST, RELEASE_SIGNATURE} or path.startswith(f"{RELEASE_PARTS}/")


def is_own(path: str) -> bool:
    """Say whether a path is one that a release has and a preview has not."""
    return path == PUBLIC_KEY or is_of_the_list(path)


def replace_file(path: Path, text: str) -> None:
    """Replace a small file in one step, so that no reader meets half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(text)
    fresh.replace(path)


class Owners:
    """The entry and the publication to which the files of a page's folder belong.

    Where pages lie the builder tells, in a list for each section and year. They are held from one
    release to the next: a list that stayed as it was is not read again.
    """

    def __init__(self) -> None:
        """Know of no page."""
        self._lists: dict[str, dict[str, str]] = {}
        self._entries: dict[str, str] = {}
        self._places: dict[str, str] = {}

    @classmethod
    def of(cls, output: Path) -> Self:
        """Return the owners in a whole output."""
        owners = cls()
        lists = (output / ENTRIES).glob("*.json")
        owners.read(output, (path.relative_to(output).as_posix() for path in lists))
        return owners

    def read(self, output: Path, changed: Iterable[str]) -> None:
        """Read those lists anew that are among the changed paths; what is gone has no pages."""
        lists = {path for path in changed if path.startswith(f"{ENTRIES}/")}
        for path in lists:
            for place, entry_id in self._lists.pop(path, {}).items():
                self._entries.pop(place, None)
                self._places.pop(entry_id, None)
        for path in lists:
            if (output / path).exists():
                table: dict[str, Any] = json.loads((output / path).read_text())
                found = {str(row["url"]).strip("/"): name for name, row in table.items()}
                self._lists[path] = found
                self._entries |= found
                self._places |= {entry_id: place for place, entry_id in found.items()}

    def row(self, folder: str, publications: Publications) -> dict[str, str]:
        """Return to whom a folder's files belong: to none, or to one publication of an entry."""
        place, _, number = folder.rpartition(f"/{EARLIER}/")
        entry_id = self._entries.get(place or folder)
        commits = publications(entry_id) if entry_id else ()
        known = {str(at): commit for at, commit in enumerate(commits, 1)}
        commit = known.get(number if place else str(len(commits)))
        return {"entry": entry_id, "commit": commit} if entry_id and commit else {}

    def parts_of(self, entries: Iterable[str]) -> set[str]:
        """Return the parts of the list that name any of these entries."""
        places = (self._places.get(entry_id) for entry_id in entries)
        return {part_of(f"{place}/") for place in places if place}


def _owned(rows: Rows, owner: Owner) -> Rows:
    """Return a part's rows with those to whom the files belong.

    What belongs to an entry bears its id, and the publication that brought these bytes.
    """
    return {
        path: {"sha256": row["sha256"], **owner(path.rpartition("/")[0])}
        for path, row in rows.items()
    }


def _make_key(path: Path) -> None:
    pem = signing.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    # A whole file or none: a kill between the two steps must not leave an empty key behind.
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    fresh = Path(file.name)
    try:
        path.hardlink_to(fresh)
    except FileExistsError:
        pass  # another process was first, and its key is the one
    finally:
        fresh.unlink()


def _put(path: Path, data: bytes) -> None:
    """Write a file that may be there already, and that another release may share."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.write_bytes(data)


def _json(content: Mapping[str, Any]) -> bytes:
    return f"{json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)}\n".encode()


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
