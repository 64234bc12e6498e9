"""Clean an upload: pictures are rebuilt from their pixels, PDFs are looked at and kept as they are.

Decoding happens in a child process with limits on memory and time: a hostile file can kill the
child only. It knows no entry; names inside the repository are given elsewhere.
"""

import io
import os
import resource
import subprocess
import sys
import warnings
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Final

import pypdfium2
from PIL import Image, ImageOps, UnidentifiedImageError

from workflow.errors import MediaRefused, Message

IMAGE_BYTES: Final = 20 * 1024 * 1024
PDF_BYTES: Final = 40 * 1024 * 1024
PIXELS: Final = 40_000_000
LONGEST_SIDE: Final = 2560
_QUALITY: Final = 85
_SECONDS: Final = 20
_MEMORY: Final = 1 << 30
_NICE: Final = 5
"""Who uploads ten photos waits a little longer, and nobody else for them."""
_AT_ONCE: Final = 2
_gate: Final = BoundedSemaphore(_AT_ONCE)
"""Each child may take ``_MEMORY``: one for each of many requests would take the machine."""
_FORMATS: Final = ("JPEG", "PNG", "WEBP")

_WORDS: Final = {
    "large": Message("“{name}” lớn quá {limit} MB. Chọn tệp nhỏ hơn."),
    "pixels": Message(
        "“{name}” có quá nhiều điểm ảnh (tối đa 40 triệu). Chụp hoặc lưu lại nhỏ hơn."
    ),
    "image": Message("“{name}” không phải là ảnh JPG, PNG hoặc WebP. Chọn tệp ảnh khác."),
    "pdf": Message("“{name}” không phải là tệp PDF đọc được. Mở thử rồi lưu lại dạng PDF."),
    "busy": Message(
        "Máy chủ đang bận xử lý tệp khác, chưa nhận “{name}”. Chờ một phút rồi gửi lại."
    ),
    "locked": Message("“{name}” có mật khẩu. Bỏ mật khẩu rồi chọn lại."),
}
"""What the child answers, and the sentence for it."""


@dataclass(frozen=True)
class CleanFile:
    """A file that may be kept: its bytes, the extension we give it, pixels or pages."""

    data: bytes
    extension: str
    width: int
    height: int


def clean_image(data: bytes, filename: str) -> CleanFile:
    """Return the picture upright, at most 2560 pixels, without any metadata (R14).

    Raises:
        MediaRefused: too large, too many pixels, or no picture.
    """
    if len(data) > IMAGE_BYTES:
        raise _refusal("large", filename, limit=IMAGE_BYTES >> 20)
    return _in_child("image", data, filename)


def clean_pdf(data: bytes, filename: str) -> CleanFile:
    """Return the PDF byte for byte, once it has opened (R50); ``height`` is its number of pages.

    Raises:
        MediaRefused: too large, no PDF, or locked.
    """
    if len(data) > PDF_BYTES:
        raise _refusal("large", filename, limit=PDF_BYTES >> 20)
    if not data.startswith(b"%PDF-"):
        raise _refusal("pdf", filename)
    found = _in_child("pdf", data, filename)
    return CleanFile(data, "pdf", 0, found.height)


def _in_child(kind: str, data: bytes, filename: str) -> CleanFile:
    if not _gate.acquire(timeout=_SECONDS * 2):
        raise _refusal("busy", filename)
    try:
        child = subprocess.run(
            [sys.executable, "-m", "workflow.media", kind],
            input=data,
            capture_output=True,
            timeout=_SECONDS * 2,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _refusal(kind, filename) from error
    finally:
        _gate.release()
    head, _, body = child.stdout.partition(b"\n")
    words = head.decode(errors="replace").split(" ")
    if child.returncode == 0 and words[0] == "ok":
        return CleanFile(body, words[1], int(words[2]), int(words[3]))
    raise _refusal(words[0] if words[0] in _WORDS else kind, filename)


def _refusal(reason: str, filename: str, limit: int = 0) -> MediaRefused:
    name = filename.replace("\\", "/").rpartition("/")[2][:80] or "tệp"
    return MediaRefused(Message(_WORDS[reason].text, {"name": name, "limit": limit}))


# In the child


class _NotUsableError(Exception):
    """The reason's key in ``_WORDS``."""


def rebuild(data: bytes) -> tuple[bytes, str, int, int]:
    """Return (bytes, extension, width, height) of a picture made anew from its pixels.

    Pillow's own re-save keeps a JPEG comment (SECURITY F13): the pixels go into a new image.
    """
    Image.MAX_IMAGE_PIXELS = PIXELS
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            opened = Image.open(io.BytesIO(data), formats=_FORMATS)
            if opened.width * opened.height > PIXELS:
                raise _NotUsableError("pixels")
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            picture = ImageOps.exif_transpose(opened)
            picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
        except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
            raise _NotUsableError("pixels") from error
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
            raise _NotUsableError("image") from error
    see_through = picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info
    pixels = picture.convert("RGBA" if see_through else "RGB")
    fresh = Image.new(pixels.mode, pixels.size)
    fresh.paste(pixels)
    out = io.BytesIO()
    if see_through:
        fresh.save(out, "PNG", optimize=True)
        return out.getvalue(), "png", *fresh.size
    fresh.save(out, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
    return out.getvalue(), "jpg", *fresh.size


def _page_count(data: bytes) -> int:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        reason = "locked" if "password" in str(error).lower() else "pdf"
        raise _NotUsableError(reason) from error
    pages = len(document)
    document.close()
    if not pages:
        raise _NotUsableError("pdf")
    return pages


def _main(kind: str) -> int:
    os.nice(_NICE)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    data = sys.stdin.buffer.read()
    try:
        if kind == "pdf":
            sys.stdout.buffer.write(f"ok pdf 0 {_page_count(data)}\n".encode())
            return 0
        clean, extension, width, height = rebuild(data)
    except _NotUsableError as error:
        sys.stdout.buffer.write(f"{error}\n".encode())
        return 1
    sys.stdout.buffer.write(f"ok {extension} {width} {height}\n".encode() + clean)
    return 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1]))
