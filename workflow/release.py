"""The signed list of a release's files, and the publisher's key that signs it.

It knows no git and no builder. Reading a list and judging it is the auditor's part, since an
outsider must be able to do that without the rest of the project.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

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
    file_hashes,
    part_of,
    part_path,
)

ENTRIES: Final = ".well-known/toasoan/entries"
"""The folder of the lists that say where each entry is, one for each section and year."""
EARLIER: Final = "ban-truoc"
"""The folder beside an entry's page in which its earlier editions lie, by number."""
PUBLIC_KEY: Final = ".well-known/toasoan/release.pub"
Publications = Mapping[str, Sequence[str]]
"""The commits that made each entry's editions public, oldest first."""
NO_PUBLICATIONS: Final[Publications] = MappingProxyType({})


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


def write(
    folder: Path,
    commit: str,
    day: date,
    key: Ed25519PrivateKey,
    publications: Publications = NO_PUBLICATIONS,
) -> None:
    """Put the list in its parts, its signature and the public key into a built release.

    The same release and the same key give the same bytes.
    """
    shutil.rmtree(folder / RELEASE_PARTS, ignore_errors=True)
    _put(folder / PUBLIC_KEY, f"{signing.public_key_line(key)}\n".encode())
    parts = listing(folder, publications)
    for name, payload in parts.items():
        _put(folder / part_path(name), payload)
    payload = head_of(commit, day, {name: _sha256(part) for name, part in parts.items()})
    signature = signing.Signer("publisher", key).sign(payload, RELEASE_NAMESPACE.encode())
    _put(folder / RELEASE_LIST, payload)
    _put(folder / RELEASE_SIGNATURE, f"{signature}\n".encode())


def head_of(commit: str, day: date, parts: Mapping[str, str]) -> bytes:
    """Return the bytes that are signed: which release it is, and the SHA-256 of each part."""
    return _json({"commit": commit, "day": day.isoformat(), "parts": parts})


def listing(folder: Path, publications: Publications = NO_PUBLICATIONS) -> dict[str, bytes]:
    """Return the list's parts by name: every file of the release but the list and its signature.

    What belongs to an entry bears its id, and the publication that brought these bytes.
    """
    owners = _owners(folder, publications)
    parts: dict[str, dict[str, dict[str, str]]] = {}
    for path, digest in file_hashes(folder).items():
        if not is_of_the_list(path):
            row = {"sha256": digest} | owners.get(path.rpartition("/")[0], {})
            parts.setdefault(part_of(path), {})[path] = row
    return {name: _json(rows) for name, rows in parts.items()}


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


def _owners(folder: Path, publications: Publications) -> dict[str, dict[str, str]]:
    """Return entry and publication by the folder of a page, in which its media lie too."""
    owners: dict[str, dict[str, str]] = {}
    for path in (folder / ENTRIES).glob("*.json"):
        table: dict[str, Any] = json.loads(path.read_text())
        for entry_id, row in table.items():
            place = str(row["url"]).strip("/")
            for number, commit in enumerate(publications.get(entry_id, ()), 1):
                owner = {"entry": entry_id, "commit": commit}
                owners[f"{place}/{EARLIER}/{number}"] = owners[place] = owner
    return owners


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
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _json(content: Mapping[str, Any]) -> bytes:
    return f"{json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)}\n".encode()


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
