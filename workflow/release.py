"""The signed list of a release's files, and the publisher's key that signs it.

It knows no git and no builder. Reading a list and judging it is the auditor's part, since an
outsider must be able to do that without the rest of the project.
"""

import json
import os
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
    RELEASE_SIGNATURE,
    file_hashes,
)

ENTRIES: Final = ".well-known/toasoan/entries.json"
EARLIER: Final = "ban-truoc"
"""The folder beside an entry's page in which its earlier editions lie, by number."""
PUBLIC_KEY: Final = ".well-known/toasoan/release.pub"
Publications = Mapping[str, Sequence[str]]
"""The commits that made each entry's editions public, oldest first."""
NO_PUBLICATIONS: Final[Publications] = MappingProxyType({})
OWN_FILES: Final = frozenset({RELEASE_LIST, RELEASE_SIGNATURE, PUBLIC_KEY})
"""What a release has and a preview has not."""


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
    """Put the list, its signature and the public key into a built release.

    The same release and the same key give the same bytes.
    """
    _put(folder / PUBLIC_KEY, f"{signing.public_key_line(key)}\n".encode())
    payload = listing(folder, commit, day, publications)
    signature = signing.Signer("publisher", key).sign(payload, RELEASE_NAMESPACE.encode())
    _put(folder / RELEASE_LIST, payload)
    _put(folder / RELEASE_SIGNATURE, f"{signature}\n".encode())


def listing(
    folder: Path, commit: str, day: date, publications: Publications = NO_PUBLICATIONS
) -> bytes:
    """Return the list's bytes: every file of the release but the list and its signature.

    What belongs to an entry bears its id, and the publication that brought these bytes.
    """
    owners = _owners(folder, publications)
    files: dict[str, dict[str, str]] = {}
    for path, digest in file_hashes(folder).items():
        if path not in {RELEASE_LIST, RELEASE_SIGNATURE}:
            files[path] = {"sha256": digest} | owners.get(path.rpartition("/")[0], {})
    content = {"commit": commit, "day": day.isoformat(), "files": files}
    return f"{json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)}\n".encode()


def replace_file(path: Path, text: str) -> None:
    """Replace a small file in one step, so that no reader meets half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(text)
    fresh.replace(path)


def _owners(folder: Path, publications: Publications) -> dict[str, dict[str, str]]:
    """Return entry and publication by the folder of a page, in which its media lie too."""
    try:
        table: dict[str, Any] = json.loads((folder / ENTRIES).read_text())
    except FileNotFoundError:
        return {}
    owners: dict[str, dict[str, str]] = {}
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
