"""Makes a release of any built folder, in one step: the publisher makes one file by file."""

import shutil
from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from workflow import release
from workflow.release import Listing, Owners, Publications
from workflow.verification import RELEASE_PARTS, file_hashes, part_path


def no_publications(_: str) -> Sequence[str]:
    """Tell of no publication: a release that knows no entry."""
    return ()


def write(
    folder: Path,
    commit: str,
    day: date,
    key: Ed25519PrivateKey,
    publications: Publications = no_publications,
) -> None:
    """Put the list in its parts, its signature and the public key into a built folder.

    What is there already may be shared with another release, so it is replaced.
    """
    shutil.rmtree(folder / RELEASE_PARTS, ignore_errors=True)
    put(folder / release.PUBLIC_KEY, release.public_line(key))
    hashes = file_hashes(folder).items()
    files = {path: sha for path, sha in hashes if not release.is_of_the_list(path)}
    owner = partial(Owners.of(folder).row, publications=publications)
    listing = Listing.whole(files, owner)
    for name, payload in listing.fresh.items():
        put(folder / part_path(name), payload)
    release.sign(folder, commit, day, listing.parts, key)


def put(path: Path, data: bytes) -> None:
    """Write a file anew."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.write_bytes(data)
