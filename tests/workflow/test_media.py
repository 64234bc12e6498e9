"""What becomes of an uploaded file."""

import io

import pytest
from PIL import Image

from workflow import media
from workflow.errors import MediaRefused
from workflow.media import LONGEST_SIDE, clean_image, clean_pdf

MARK = b"planted-16-bytes"


def picture(size: tuple[int, int] = (60, 40), mode: str = "RGB", form: str = "JPEG") -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter
    exif[0x010E] = MARK.decode()
    Image.new(mode, size, "red").save(out, form, exif=exif.tobytes(), comment=MARK)
    return out.getvalue()


def test_a_picture_comes_out_upright_and_without_metadata() -> None:
    data = picture()
    clean = clean_image(data + MARK, "IMG_0001.JPG")

    assert MARK in data
    assert MARK not in clean.data
    assert (clean.width, clean.height) == (40, 60)
    assert not Image.open(io.BytesIO(clean.data)).getexif()


def test_a_large_picture_is_made_smaller() -> None:
    assert clean_image(picture((4000, 3000)), "x.jpg").width <= LONGEST_SIDE


def test_a_see_through_picture_stays_see_through() -> None:
    assert clean_image(picture(mode="RGBA", form="PNG"), "x.png").extension == "png"


def test_sixty_megapixels_are_refused() -> None:
    out = io.BytesIO()
    Image.new("1", (10_000, 6_000)).save(out, "PNG")

    with pytest.raises(MediaRefused, match="quá nhiều điểm ảnh"):
        clean_image(out.getvalue(), "to.png")


@pytest.mark.parametrize(
    "data",
    [b"", b"GIF89a....", b"<svg xmlns='x'/>", b"\xff\xd8\xff\xe0 no picture", picture()[:200]],
)
def test_a_fake_picture_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(MediaRefused, match=r"“anh\.jpg” không phải là ảnh"):
        clean_image(data, "../../anh.jpg")


def test_a_pdf_is_kept_byte_for_byte() -> None:
    out = io.BytesIO()
    Image.new("RGB", (100, 100)).save(out, "PDF")

    assert clean_pdf(out.getvalue(), "x.pdf").data == out.getvalue()


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\nnothing", b"PK\x03\x04", picture()])
def test_a_pdf_that_is_none_is_refused(data: bytes) -> None:
    with pytest.raises(MediaRefused, match="không phải là tệp PDF"):
        clean_pdf(data, "x.pdf")


def test_no_more_than_two_files_are_opened_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control is the last line: with a place free again the same file is taken."""
    monkeypatch.setattr(media, "_SECONDS", 0.05)
    with media._gate, media._gate, pytest.raises(MediaRefused, match="đang bận"):
        clean_image(picture(), "anh.jpg")
    monkeypatch.undo()

    assert clean_image(picture(), "anh.jpg").width
