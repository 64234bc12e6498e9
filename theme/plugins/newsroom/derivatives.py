"""What pages show of a stored picture: smaller ones in three formats, and one for sharing.

Both a module that knows names and sizes, and a program that makes the files: ``python
derivatives.py STORE`` reads lines of ``<sha256> <path>`` and prints the hashes of those that are
no whole pictures. It stands alone with Pillow, since the newsroom starts it at an upload, and the
builder where something is missing. It knows no entry and no page.
"""

import argparse
import ctypes
import multiprocessing
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fcntl import LOCK_EX, flock
from hashlib import sha256
from io import BytesIO
from math import isqrt
from multiprocessing import connection
from multiprocessing.context import ForkProcess
from pathlib import Path
from typing import Any

import PIL
from PIL import Image, ImageOps

MAKING = 1
"""Raise it with every change below that gives other bytes from the same figures."""
WIDTHS = (400, 800, 1280)
AREA = 2_000_000
"""Pixels of the largest one: what is taller than wide costs no more than the rest."""
NEARLY = 0.85
"""A width of the list is left out where the largest one is hardly wider."""
SHARE = (1200, 630)
SHARE_FILE = "share.jpg"
OPTIONS: dict[str, dict[str, Any]] = {
    "avif": {"quality": 55, "speed": 8, "subsampling": "4:2:0", "max_threads": 1},
    "webp": {"quality": 76, "method": 4},
    "jpg": {"quality": 80, "progressive": True, "optimize": True},
    "png": {"optimize": False, "compress_level": 6},
}
FORMATS = {"avif": "AVIF", "webp": "WEBP", "jpg": "JPEG", "png": "PNG"}
READ = ("JPEG", "PNG", "WEBP")
PAPER = (255, 255, 255)
FIGURES = (MAKING, PIL.__version__, WIDTHS, AREA, NEARLY, SHARE, OPTIONS, PAPER)
RECIPE = sha256(repr(FIGURES).encode()).hexdigest()[:16]
"""Names all that fixes the bytes, so that no store gives what another recipe made."""

UNUSABLE, HINDERED = 1, 3
HINDRANCES = {HINDERED, -signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT}
"""What a child's end says. Python itself ends with 1, and a codec that crashes as it likes."""

AT_ONCE = 4
PIXELS = 40_000_000
MEMORY = 1 << 30
CPU_SECONDS = 20
SECONDS = 300
"""By the clock: a child of low priority waits for everybody else."""


@dataclass(frozen=True)
class Facts:
    """What a picture's header tells: its size as it stands upright, and whether it has holes."""

    width: int
    height: int
    see_through: bool

    @property
    def formats(self) -> tuple[str, ...]:
        """The extensions of its derivatives, smallest files first; any browser shows the last."""
        return ("avif", "webp", "png" if self.see_through else "jpg")

    @property
    def sizes(self) -> tuple[tuple[int, int], ...]:
        """The sizes of its derivatives, smallest first; none is larger than the picture."""
        largest = min(self.width, WIDTHS[-1], max(1, isqrt(AREA * self.width // self.height)))
        widths = [width for width in WIDTHS if width < NEARLY * largest]
        return tuple((w, max(1, round(w * self.height / self.width))) for w in (*widths, largest))

    @property
    def share_size(self) -> tuple[int, int]:
        """The size of the one for sharing: its shape is fixed, and it is never larger, either."""
        wide, high = SHARE
        width = min(wide, self.width, self.height * wide // high)
        return max(1, width), max(1, round(width * high / wide))

    @property
    def files(self) -> tuple[str, ...]:
        """The names of its derivatives in the store."""
        sized = (f"{width}.{form}" for width, _ in self.sizes for form in self.formats)
        return (*sized, SHARE_FILE)


def look(path: Path) -> Facts:
    """The facts of a picture, from its header alone. Raises OSError or ValueError for none."""
    with Image.open(path, formats=READ) as image:
        turned = image.getexif().get(0x0112, 1) in range(5, 9)
        width, height = image.size[::-1] if turned else image.size
        see_through = image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info
        return Facts(width, height, see_through)


class Store:
    """The derivatives that are made, by the hash of their picture; each set is whole or absent."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def folder(self, digest: str) -> Path:
        """Where the derivatives of a picture lie, or will."""
        return self.root / digest[:2] / digest / RECIPE

    def lacks(self, digest: str) -> bool:
        """Whether they have to be made."""
        return not self.folder(digest).is_dir()

    def make(self, digest: str, master: Path) -> None:
        """Make all derivatives of a picture in this process.

        Who comes second waits for the first and finds the work done. Raises what Pillow raises.
        """
        home = self.folder(digest).parent
        # Pictures of drafts are nobody's business.
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        home.mkdir(parents=True, exist_ok=True)
        lock = os.open(home, os.O_RDONLY)
        try:
            flock(lock, LOCK_EX)
            if self.lacks(digest):
                self._make(digest, master)
        finally:
            os.close(lock)

    def _make(self, digest: str, master: Path) -> None:
        # The name tells an order of erasure what a killed child has left.
        with tempfile.TemporaryDirectory(dir=self.root, prefix=f".tmp-{digest}-") as place:
            made = Path(place) / "made"
            made.mkdir()
            for name, data in derived(master):
                with (made / name).open("wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
            # Fails where the picture was erased meanwhile, its folder with it.
            made.rename(self.folder(digest))
        for other in self.folder(digest).parent.iterdir():
            if other.name != RECIPE:
                shutil.rmtree(other, ignore_errors=True)


def derived(master: Path) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each derivative: 400.avif, …, share.jpg. Raises what Pillow raises."""
    Image.MAX_IMAGE_PIXELS = PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    facts = look(master)
    with Image.open(master, formats=READ) as opened:
        opened.draft("RGB", (WIDTHS[-1], WIDTHS[-1]))
        pixels = ImageOps.exif_transpose(opened).convert("RGBA" if facts.see_through else "RGB")
    clean = Image.new(pixels.mode, pixels.size)
    clean.paste(pixels)
    del pixels
    for size in facts.sizes:
        small = clean.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
        for extension in facts.formats:
            yield f"{size[0]}.{extension}", _written(small, extension)
    # What matters in a photo of people stands above the middle.
    share = ImageOps.fit(clean, facts.share_size, Image.Resampling.LANCZOS, centering=(0.5, 0.35))
    if facts.see_through:
        paper = Image.new("RGB", share.size, PAPER)
        paper.paste(share, mask=share)
        share = paper
    yield SHARE_FILE, _written(share, "jpg")


def _written(image: Image.Image, extension: str) -> bytes:
    out = BytesIO()
    image.save(out, FORMATS[extension], **OPTIONS[extension])
    return out.getvalue()


class Makers:
    """Child processes that make one set each: a hostile file can end its own child only.

    ``unusable`` are the pictures that none can be made of; ``is_hindered`` says that something
    else than a picture was in the way, for example a full disk.
    """

    def __init__(self, store: Store, at_once: int) -> None:
        self.unusable: list[str] = []
        self.is_hindered = False
        self._store = store
        self._at_once = at_once
        self._running: dict[int, tuple[ForkProcess, str, float]] = {}

    def make(self, masters: Iterable[tuple[str, Path]]) -> None:
        """Make what is missing."""
        for digest, master in masters:
            if self._store.lacks(digest):
                while len(self._running) >= self._at_once:
                    self._wait()
                self._start(digest, master)
        while self._running:
            self._wait()

    def _start(self, digest: str, master: Path) -> None:
        # A fork: to load Pillow anew would cost each picture a fifth more.
        words = (self._store, digest, master, os.getpid())
        child = multiprocessing.get_context("fork").Process(target=_child, args=words)
        child.start()
        self._running[child.sentinel] = (child, digest, time.monotonic() + SECONDS)

    def _wait(self) -> None:
        connection.wait(list(self._running), timeout=1.0)
        for sentinel, (child, digest, until) in list(self._running.items()):
            if child.is_alive() and time.monotonic() > until:
                child.kill()
                child.join()
            if not child.is_alive():
                del self._running[sentinel]
                child.join()
                self._judge(child.exitcode, digest)

    def _judge(self, exitcode: int | None, digest: str) -> None:
        if exitcode in HINDRANCES:
            self.is_hindered = True
        elif exitcode != 0:
            self.unusable.append(digest)


def _child(store: Store, digest: str, master: Path, parent: int) -> None:
    _end_with_parent()
    if os.getppid() != parent:
        sys.exit(HINDERED)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        store.make(digest, master)
    except OSError as error:
        # Pillow's own have no number: the picture is none, or not whole.
        sys.exit(HINDERED if error.errno else UNUSABLE)


def _end_with_parent() -> None:
    """However that goes; a build that took too long must not go on here (PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def main(words: list[str]) -> int:
    """Make what the lines ask for; 0 though some are unusable, else what hindered is on stderr."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store", type=Path)
    parser.add_argument("--nice", type=int, default=5)
    parser.add_argument("--at-once", type=int, default=min(AT_ONCE, len(os.sched_getaffinity(0))))
    arguments = parser.parse_args(words)
    _end_with_parent()
    os.nice(arguments.nice)
    Image.init()  # before the first fork: no child has to look for formats
    asked = (line.rstrip("\n").partition(" ") for line in sys.stdin)
    makers = Makers(Store(arguments.store), arguments.at_once)
    makers.make((digest, Path(path)) for digest, _, path in asked)
    print("\n".join(makers.unusable))  # noqa: T201 - a program's answer
    return HINDERED if makers.is_hindered else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
