"""The smaller pictures that pages show: where they lie, when they are made, when they go.

Each is a function of its stored picture alone. How they are made the theme's own program knows
(docs/adr/0015-derivatives.md), which is started here and never imported.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Final

from workflow.repository import Repository

PROGRAM: Final = (
    Path(__file__).resolve().parent.parent / "theme" / "plugins" / "newsroom" / "derivatives.py"
)
_THUMBNAIL: Final = "400.webp"
_LEFT: Final = ".tmp-"
_LEFT_SECONDS: Final = 3600
"""No picture takes so long: what is older a killed program has left."""


def folder(data: Path) -> Path:
    """Return where the derivatives of a school's pictures lie; any of them can be made again."""
    return data / "derivatives"


def develop(repo: Repository, data: Path, oids: Iterable[str]) -> None:
    """Make what is missing of stored pictures, when nobody waits for it, and come back then.

    What cannot be made now is missing still when a page needs it: the builder makes it, or says
    what is wrong with the picture.
    """
    lines = "".join(f"{oid} {repo.media_path(oid).resolve()}\n" for oid in oids)
    subprocess.run(
        [sys.executable, "-P", str(PROGRAM), str(folder(data)), "--nice", "10"],
        input=lines.encode(),
        stdout=subprocess.DEVNULL,
        check=False,
    )


def thumbnail(data: Path, oid: str) -> Path | None:
    """Return a small WebP of a stored picture; None where it is not made, or no smaller."""
    return next(iter(_home(data, oid).glob(f"*/{_THUMBNAIL}")), None)


def files(data: Path, oids: Iterable[str]) -> Iterator[Path]:
    """Yield every derivative of these pictures, also those that are being made."""
    for oid in oids:
        yield from _home(data, oid).glob("*/*")
        yield from folder(data).glob(f"{_LEFT}{oid}-*/*/*")


def forget(data: Path, oids: Collection[str]) -> None:
    """Delete all derivatives of these pictures, also those that are being made."""
    for oid in oids:
        _forget(_home(data, oid))
        for left in folder(data).glob(f"{_LEFT}{oid}-*"):
            shutil.rmtree(left, ignore_errors=True)


def sweep(repo: Repository, data: Path) -> list[str]:
    """Delete the derivatives of pictures that are not stored any more; return their hashes."""
    gone = [home.name for home in _homes(data) if not repo.media_path(home.name).exists()]
    forget(data, gone)
    for left in folder(data).glob(f"{_LEFT}*"):
        if left.lstat().st_mtime < time.time() - _LEFT_SECONDS:
            shutil.rmtree(left, ignore_errors=True)
    return gone


def _home(data: Path, oid: str) -> Path:
    return folder(data) / oid[:2] / oid


def _homes(data: Path) -> Iterator[Path]:
    yield from folder(data).glob("[0-9a-f][0-9a-f]/*")


def _forget(home: Path) -> None:
    try:
        lock = os.open(home, os.O_RDONLY)
    except FileNotFoundError:
        return
    try:
        # Whoever makes some holds it: nothing may come between the last look and the deletion.
        fcntl.flock(lock, fcntl.LOCK_EX)
        shutil.rmtree(home)
    except FileNotFoundError:
        pass  # another process was quicker
    finally:
        os.close(lock)
