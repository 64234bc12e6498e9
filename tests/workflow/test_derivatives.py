"""When the smaller pictures are made, and when they go: with their picture, everywhere."""

from __future__ import annotations

import hashlib
import io
import os
import time
from pathlib import Path

import pytest
from PIL import Image

from tests.workflow.conftest import ADMIN, LEAD, PRINCIPAL, TEACHER, VICE, School, post_fields
from workflow import derivatives, erasing, governing, publication
from workflow.repository import StoredMedia

ADDRESS = "http://127.0.0.1:8000"


def picture(colour: str = "red", size: tuple[int, int] = (900, 600)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def photo(school: School) -> StoredMedia:
    return school.repo.store_media(picture())


def names(data: Path, stored: StoredMedia) -> set[str]:
    home = derivatives.folder(data) / stored.oid[:2] / stored.oid
    return {path.name for path in home.glob("*/*")}


def all_hashes(folder: Path) -> set[str]:
    return {
        hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_stored_picture_is_developed_and_has_a_thumbnail(
    school: School, photo: StoredMedia, tmp_path: Path
) -> None:
    assert derivatives.thumbnail(tmp_path, photo.oid) is None
    derivatives.develop(school.repo, tmp_path, [photo.oid])

    assert {"400.avif", "400.webp", "400.jpg", "900.avif", "share.jpg"} <= names(tmp_path, photo)
    small = derivatives.thumbnail(tmp_path, photo.oid)
    assert small is not None
    with Image.open(small) as image:
        assert (image.format, image.size) == ("WEBP", (400, 267))


def test_what_is_no_picture_hinders_no_other(
    school: School, photo: StoredMedia, tmp_path: Path
) -> None:
    none = school.repo.store_media(b"\xff\xd8 no picture")
    derivatives.develop(school.repo, tmp_path, [none.oid, "0" * 64, photo.oid])

    assert names(tmp_path, none) == set()
    assert names(tmp_path, photo)


def test_the_publication_makes_what_is_missing_and_keeps_what_is_there(
    school: School, photo: StoredMedia, tmp_path: Path
) -> None:
    other = school.repo.store_media(picture("blue"))
    derivatives.develop(school.repo, tmp_path, [photo.oid])
    home = derivatives.folder(tmp_path) / photo.oid[:2] / photo.oid
    before = home.stat().st_mtime_ns
    photos = [{"file": f"anh-{n}.jpg", "alt": "Bé"} for n in (1, 2)]
    media = {"anh-1.jpg": photo, "anh-2.jpg": other}
    draft = school.create(TEACHER, "posts", **post_fields(title="Hội", photos=photos, media=media))
    school.approve(VICE, school.check(LEAD, school.submit(TEACHER, draft)))
    release = publication.publish(school.repo, tmp_path, ADDRESS, lambda _: None)

    site = tmp_path / "www" / "releases" / release.name
    assert home.stat().st_mtime_ns == before
    assert names(tmp_path, photo) == names(tmp_path, other)
    assert {path.name for path in site.rglob("anh-1-*")} == {
        *(f"anh-1-{width}.{form}" for width in (400, 900) for form in ("avif", "webp", "jpg")),
        "anh-1-share.jpg",
    }
    assert publication.differences(tmp_path) == []
    assert publication.rebuild_differences(school.repo, tmp_path, site, ADDRESS) == []


def test_a_rebuild_does_not_believe_what_was_kept(
    school: School, photo: StoredMedia, tmp_path: Path
) -> None:
    """The control is the line before: the same list signs the same forged bytes."""
    derivatives.develop(school.repo, tmp_path, [photo.oid])
    forged = next(derivatives.folder(tmp_path).glob("*/*/*/400.avif"))
    forged.write_bytes(b"forged")
    photos = [{"file": "anh-1.jpg", "alt": "Bé"}]
    fields = post_fields(title="Hội", photos=photos, media={"anh-1.jpg": photo})
    draft = school.create(TEACHER, "posts", **fields)
    school.approve(VICE, school.check(LEAD, school.submit(TEACHER, draft)))
    release = publication.publish(school.repo, tmp_path, ADDRESS, lambda _: None)
    site = tmp_path / "www" / "releases" / release.name
    assert publication.differences(tmp_path) == []

    found = publication.rebuild_differences(school.repo, tmp_path, site, ADDRESS)
    assert [path.rpartition("/")[2] for path in found] == ["anh-1-400.avif"]


def test_erasure_reaches_every_smaller_picture(
    school: School, photo: StoredMedia, tmp_path: Path
) -> None:
    photos = [{"file": "anh-1.jpg", "alt": "Bé"}]
    fields = post_fields(title="Hội", photos=photos, media={"anh-1.jpg": photo})
    draft = school.create(TEACHER, "posts", **fields)
    change = school.submit(TEACHER, draft)
    publication.preview(school.repo, change, tmp_path, ADDRESS)
    entry = school.approve(VICE, school.check(LEAD, change))
    publication.publish(school.repo, tmp_path, ADDRESS, lambda _: None)
    smaller = all_hashes(derivatives.folder(tmp_path))
    left = tmp_path / "build-killed" / "site"
    left.mkdir(parents=True)
    killed = next(derivatives.folder(tmp_path).glob("*/*/*/400.avif"))
    (left / "anh-1-400.avif").write_bytes(killed.read_bytes())
    half = derivatives.folder(tmp_path) / f".tmp-{photo.oid}-x" / "made"
    half.mkdir(parents=True)
    (half / "400.webp").write_bytes(b"half made")
    assert smaller <= all_hashes(tmp_path / "www")
    assert smaller <= all_hashes(tmp_path / "previews")

    key = school.keys[ADMIN]
    governing.take_down(school.repo, key, entry.entry_id, "personal_data", "Bé", school.now())
    erasing.erase(
        school.repo, school.keys[PRINCIPAL], entry.entry_id, [photo.oid], "Phụ huynh", school.now()
    )
    publication.publish(school.repo, tmp_path, ADDRESS, lambda _: None)
    assert erasing.carry_out(school.repo, tmp_path)

    assert not smaller & all_hashes(tmp_path)
    assert not half.exists()
    derivatives.develop(school.repo, tmp_path, [photo.oid])
    assert names(tmp_path, photo) == set()


def test_the_night_drops_what_no_stored_picture_stands_behind(
    school: School, photo: StoredMedia, tmp_path: Path
) -> None:
    dropped = school.repo.store_media(picture("blue"))
    derivatives.develop(school.repo, tmp_path, [photo.oid, dropped.oid])
    old, new = (derivatives.folder(tmp_path) / f".tmp-{name}" for name in ("old", "new"))
    for place in (old, new):
        place.mkdir()
    os.utime(old, (time.time() - 7200,) * 2)
    school.repo.media_path(dropped.oid).unlink()

    assert derivatives.sweep(school.repo, tmp_path) == [dropped.oid]
    assert names(tmp_path, photo)
    assert names(tmp_path, dropped) == set()
    assert (old.exists(), new.exists()) == (False, True)
