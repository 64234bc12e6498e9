"""Release folders: how one is brought up to date, link by link, and put before the public.

Files are hard links to those of the builder's output, which are never written in place. It knows
no git and no builder; what a folder should hold its own signed list and the new one say.
"""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from workflow import release
from workflow.errors import OutputChanged
from workflow.release import Listing, Rows
from workflow.verification import (
    ReleaseHead,
    file_hash,
    part_path,
    printable,
    read_release_part,
)

_UNFINISHED: Final = ".tmp-"


@dataclass(frozen=True)
class Sources:
    """Where the files of a new release come from.

    ``output`` is the builder's; ``before`` the live release, which has the parts of the list that
    stay as they are; ``key`` the bytes of the public key's file.
    """

    output: Path
    before: Path | None
    key: bytes


def rows_of(folder: Path, name: str, digest: str) -> Rows:
    """Return a part's rows out of a release.

    Raises:
        Broken: it is not the part with that SHA-256.
        OSError: it cannot be read.
    """
    return read_release_part(name, (folder / part_path(name)).read_bytes(), digest)


def bring(tree: Path, stands: ReleaseHead | None, listing: Listing, sources: Sources) -> int:
    """Let a folder hold what the list says; return how many files were linked.

    ``stands`` is the head of the list by which it was complete; without one it is empty. Only
    parts of the list that differ are looked at.

    Raises:
        OutputChanged: a file of the output is not the one that was listed.
        Broken: a part of the old list is not the signed one.
        OSError: the folder is otherwise than its list says, or the disk is full.
    """
    old_parts = stands.parts if stands else {}
    names = {*old_parts, *listing.parts}
    differing = [name for name in names if old_parts.get(name) != listing.parts.get(name)]
    linked: dict[str, str] = {}
    for name in differing:
        old = rows_of(tree, name, old_parts[name]) if name in old_parts else {}
        new = _rows(listing, sources, name)
        for path in old.keys() - new.keys():
            _remove(tree, path)
        linked |= {
            path: row["sha256"]
            for path, row in new.items()
            if path not in old or old[path]["sha256"] != row["sha256"]
        }
    for path, digest in linked.items():
        _place(tree / path, path, digest, sources)
    for name in differing:
        _place_part(tree, name, listing, sources)
    return len(linked)


def copy(tree: Path, target: Path) -> None:
    """Make another folder with the same files, so that the next release can be brought up in it."""
    made = target.with_name(f"{_UNFINISHED}{target.name}")
    shutil.copytree(tree, made, copy_function=os.link, symlinks=True)
    made.rename(target)


def unfinished(releases: Path, name: str) -> Path:
    """Return where a release is made: nobody takes it for a whole one."""
    return releases / f"{_UNFINISHED}{name}"


def sweep(releases: Path) -> None:
    """Delete what was not finished: somebody was killed at it."""
    for path in releases.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(path, ignore_errors=True)


def show(www: Path, made: Path, name: str) -> Path:
    """Give a finished folder its name and switch the public to it, in this order on the disk."""
    releases = www / "releases"
    target = releases / name
    if target.exists():
        target.rename(unfinished(releases, f"old-{name}"))
    made.rename(target)
    _fsync(releases)
    fresh = www / "current.new"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(Path("releases") / name)
    current = www / "current"
    if current.is_dir() and not current.is_symlink():
        shutil.rmtree(current)  # no work of ours
    fresh.replace(current)
    _fsync(www)
    return target


def others(releases: Path, live: str) -> Iterator[Path]:
    """Yield the finished releases that are not live, the latest first."""
    whole = (path for path in releases.iterdir() if not path.name.startswith("."))
    found = [path for path in whole if path.name != live and path.is_dir()]
    yield from sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)


def _rows(listing: Listing, sources: Sources, name: str) -> Mapping[str, Mapping[str, str]]:
    if name not in listing.parts:
        return {}
    if name in listing.fresh:
        rows: Rows = json.loads(listing.fresh[name])
        return rows
    if sources.before is None:
        raise FileNotFoundError(name)
    return rows_of(sources.before, name, listing.parts[name])


def _place(target: Path, path: str, digest: str, sources: Sources) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    if path == release.PUBLIC_KEY:
        target.write_bytes(sources.key)
        return
    _link(sources.output / path, target)
    if file_hash(target) != digest:
        raise OutputChanged(printable(path))


def _place_part(tree: Path, name: str, listing: Listing, sources: Sources) -> None:
    target = tree / part_path(name)
    target.unlink(missing_ok=True)
    if name not in listing.parts:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    if name in listing.fresh:
        target.write_bytes(listing.fresh[name])
    elif sources.before:
        _link(sources.before / part_path(name), target)


def _link(source: Path, target: Path) -> None:
    try:
        target.hardlink_to(source)
    except FileNotFoundError:
        raise
    except OSError:  # too many links, or another disk
        shutil.copyfile(source, target)


def _remove(tree: Path, path: str) -> None:
    """Remove a file, and the folders that are empty without it."""
    place = tree / path
    place.unlink()
    with suppress(OSError):
        while (place := place.parent) != tree:
            place.rmdir()


def _fsync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
