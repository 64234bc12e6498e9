"""The files beside an entry: which may be published, and their facts.

Knows names, sizes and pixels; never changes a byte, so that a hash shown is the hash downloaded.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from .errors import BrokenEntry

PICTURES = {".jpg", ".jpeg", ".png", ".webp"}
DOCUMENTS = {".pdf"}


@dataclass(frozen=True)
class Picture:
    """A picture as a page shows it; `file` lies beside the page."""

    file: str
    alt: str
    caption: str
    width: int
    height: int


@dataclass(frozen=True)
class Attachment:
    """A document to download (R50: size and hash are those of the stored bytes)."""

    file: str
    title: str
    size: int
    sha256: str


class Media:
    """The publishable files of one entry folder.

    Raises BrokenEntry for a link, a folder or a kind of file that a site never serves.
    """

    def __init__(self, folder: Path, where: str) -> None:
        self._where = where
        self._files = {path.name: path for path in self._publishable(folder)}

    def __iter__(self) -> Iterator[Path]:
        return iter(self._files.values())

    def __contains__(self, name: str) -> bool:
        return name in self._files

    @cached_property
    def _sizes(self) -> dict[str, tuple[int, int]]:
        return {
            name: self._pixels(path)
            for name, path in self._files.items()
            if path.suffix in PICTURES
        }

    def picture(self, name: str, alt: str, caption: str = "") -> Picture | None:
        """The picture of that name, None when the folder has none."""
        if name not in self._sizes:
            return None
        return Picture(name, alt, caption, *self._sizes[name])

    def declared_picture(self, name: str, alt: str, caption: str) -> Picture:
        """A picture the entry's fields name. Raises BrokenEntry when it is missing."""
        found = self.picture(name, alt, caption)
        if found is None:
            raise BrokenEntry(self._where, f"thiếu ảnh {name}")
        return found

    def attachment(self, name: str, title: str) -> Attachment:
        """A document the entry's fields name. Raises BrokenEntry when it is missing."""
        if name not in self._files:
            raise BrokenEntry(self._where, f"thiếu tệp {name}")
        data = self._files[name].read_bytes()
        return Attachment(name, title, len(data), hashlib.sha256(data).hexdigest())

    def size_of(self, name: str) -> int:
        """The size in bytes of a file that is there."""
        return self._files[name].stat().st_size

    def _publishable(self, folder: Path) -> Iterator[Path]:
        for path in sorted(folder.iterdir()):
            if path.name == "index.md":
                continue
            if path.is_symlink() or not path.is_file():
                raise BrokenEntry(self._where, f"{path.name} không phải là tệp thường")
            if path.suffix not in PICTURES | DOCUMENTS:
                raise BrokenEntry(self._where, f"{path.name}: loại tệp không được đăng")
            if path.suffix in DOCUMENTS and not _is_pdf(path):
                raise BrokenEntry(self._where, f"{path.name} không phải là tệp PDF")
            yield path

    def _pixels(self, path: Path) -> tuple[int, int]:
        try:
            with Image.open(path, formats=("JPEG", "PNG", "WEBP")) as image:
                return image.size
        except (UnidentifiedImageError, OSError) as error:
            raise BrokenEntry(self._where, f"{path.name} không phải là ảnh") from error


def _is_pdf(path: Path) -> bool:
    """Whether the file opens as a PDF; a media pointer that nobody resolved does not."""
    with path.open("rb") as file:
        return file.read(5) == b"%PDF-"
