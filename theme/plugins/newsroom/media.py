"""The files beside an entry: which may be published, and their facts.

Knows names, sizes and pixels; never changes a byte, so that a hash shown is the hash downloaded.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass
from functools import cached_property
from pathlib import Path

from .derivatives import SHARE_FILE, Facts, look
from .errors import BrokenEntry

PICTURES = {".jpg", ".jpeg", ".png", ".webp"}
DOCUMENTS = {".pdf"}


@dataclass(frozen=True)
class Rendition:
    """A smaller picture made of one; `file` lies beside the page, too."""

    file: str
    width: int
    height: int


@dataclass(frozen=True)
class Picture:
    """A picture as a page shows it; `file` is the picture itself, and lies beside the page.

    What is made of it stands in the order of size; `plain` are those that every browser shows.
    """

    file: str
    alt: str
    caption: str
    width: int
    height: int
    see_through: bool = False

    @property
    def avif(self) -> tuple[Rendition, ...]:
        """The smallest files."""
        return self._renditions(0)

    @property
    def webp(self) -> tuple[Rendition, ...]:
        """For browsers that do not know AVIF."""
        return self._renditions(1)

    @property
    def plain(self) -> tuple[Rendition, ...]:
        """JPEG, or PNG for a picture with holes."""
        return self._renditions(2)

    @property
    def usual(self) -> Rendition:
        """The one for whoever cannot choose: feed readers, old browsers."""
        return self.plain[len(self.plain) // 2]

    @property
    def share(self) -> Rendition:
        """The one that other services show beside a link to the page."""
        return Rendition(derived_name(self.file, SHARE_FILE), *self._facts.share_size)

    @property
    def _facts(self) -> Facts:
        return Facts(self.width, self.height, self.see_through)

    def _renditions(self, number: int) -> tuple[Rendition, ...]:
        extension = self._facts.formats[number]
        return tuple(
            Rendition(derived_name(self.file, f"{width}.{extension}"), width, height)
            for width, height in self._facts.sizes
        )


@dataclass(frozen=True)
class Original:
    """A picture of an entry as it is stored: what else lies beside the page is made of it."""

    file: str
    sha256: str
    width: int
    height: int
    see_through: bool

    @property
    def derived(self) -> Mapping[str, str]:
        """What is made of it: names beside the page, and the names in the store."""
        stored = Facts(self.width, self.height, self.see_through).files
        return {derived_name(self.file, name): name for name in stored}


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
    def pictures(self) -> tuple[Original, ...]:
        """The pictures. Raises BrokenEntry where what is made of them would hide another file."""
        found, taken = [], {*self._files}
        for name, facts in self._facts.items():
            one = Original(name, _sha256(self._files[name]), *astuple(facts))
            hidden = taken & one.derived.keys()
            if hidden:
                raise BrokenEntry(self._where, f"{name} trùng tên với {min(hidden)}")
            taken |= one.derived.keys()
            found.append(one)
        return tuple(found)

    @cached_property
    def _facts(self) -> dict[str, Facts]:
        return {
            name: self._look(path) for name, path in self._files.items() if path.suffix in PICTURES
        }

    def picture(self, name: str, alt: str, caption: str = "") -> Picture | None:
        """The picture of that name, None when the folder has none."""
        if name not in self._facts:
            return None
        return Picture(name, alt, caption, *astuple(self._facts[name]))

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

    def _look(self, path: Path) -> Facts:
        try:
            return look(path)
        except (OSError, SyntaxError, ValueError) as error:
            raise BrokenEntry(self._where, f"{path.name} không phải là ảnh") from error


def derived_name(name: str, stored: str) -> str:
    """anh-1.jpg and 400.avif make anh-1-400.avif."""
    return f"{name.rpartition('.')[0]}-{stored}"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_pdf(path: Path) -> bool:
    """Whether the file opens as a PDF; a media pointer that nobody resolved does not."""
    with path.open("rb") as file:
        return file.read(5) == b"%PDF-"
