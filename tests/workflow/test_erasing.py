"""Erasure as the newsroom does it: who may, which files, and that the bytes are gone."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.workflow.conftest import ADMIN, LEAD, PRINCIPAL, TEACHER, VICE, School, post_fields
from workflow import erasing, governing, publication, services, verification
from workflow.entries import Change
from workflow.errors import InvalidFields, NotFound, Refused
from workflow.publication import Release, today
from workflow.services import Content
from workflow.shelf import Published

FACE, OTHER = b"\xff\xd8 a face", b"\xff\xd8 a garden"


def pictured(school: School, title: str, *pictures: bytes) -> Change:
    media = {f"anh-{n}.jpg": school.repo.store_media(data) for n, data in enumerate(pictures, 1)}
    photos = [{"file": name, "alt": "Bé"} for name in media]
    return school.create(TEACHER, "posts", **post_fields(title=title, photos=photos, media=media))


def publish(school: School, draft: Change) -> Published:
    return school.approve(VICE, school.check(LEAD, school.submit(TEACHER, draft)))


def take_down(school: School, entry: Published) -> None:
    reason = "Ảnh bé"
    kind = "personal_data"
    governing.take_down(school.repo, school.keys[ADMIN], entry.entry_id, kind, reason, school.now())


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def erase(school: School, entry_id: str, *files: bytes, who: str = PRINCIPAL) -> None:
    names = [sha256(data) for data in files]
    reason = "Phụ huynh yêu cầu"
    erasing.erase(school.repo, school.keys[who], entry_id, names, reason, school.now())


def found_under(folder: Path, data: bytes) -> list[Path]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return [path for path in paths if hashlib.sha256(path.read_bytes()).hexdigest() == sha256(data)]


@pytest.fixture
def down(school: School) -> Published:
    """A post with two photos that is down."""
    entry = publish(school, pictured(school, "Bé ăn ngoan", FACE, OTHER))
    take_down(school, entry)
    return entry


def test_an_erased_photo_is_gone_and_the_auditor_names_it(
    school: School, down: Published, tmp_path: Path
) -> None:
    erase(school, down.entry_id, FACE)

    assert erasing.carry_out(school.repo, tmp_path)
    assert found_under(school.repo.path, FACE) == []
    assert found_under(school.repo.path, OTHER) != []
    report = verification.verify(school.repo.path)
    assert (report.ok, report.erased) == (True, (sha256(FACE),))
    by_name = {file.name: file.is_erased for file in erasing.files_of(school.repo, down.entry_id)}
    assert by_name == {"anh-1.jpg": True, "anh-2.jpg": False}


def test_without_an_order_a_missing_photo_fails(school: School, down: Published) -> None:
    school.repo.media_path(sha256(FACE)).unlink()

    assert verification.verify(school.repo.path).rule == verification.Rule.MEDIA


@pytest.mark.parametrize("who", [VICE, ADMIN, LEAD])
def test_only_the_principal_erases(school: School, down: Published, who: str) -> None:
    with pytest.raises(Refused):
        erase(school, down.entry_id, FACE, who=who)


def test_what_a_public_entry_shows_is_not_erased(school: School) -> None:
    entry = publish(school, pictured(school, "Bé ăn ngoan", FACE))
    with pytest.raises(Refused, match="Bé ăn ngoan"):
        erase(school, entry.entry_id, FACE)

    take_down(school, entry)
    other = publish(school, pictured(school, "Bé ngủ ngoan", FACE))
    with pytest.raises(Refused, match="Bé ngủ ngoan"):
        erase(school, entry.entry_id, FACE)
    take_down(school, other)
    erase(school, entry.entry_id, FACE)


def test_a_photo_of_an_earlier_edition_or_of_a_draft_can_be_erased(school: School) -> None:
    draft = pictured(school, "Bé ăn ngoan", FACE)
    photos = {"photos": [{"file": "anh-2.jpg", "alt": "Vườn"}]}
    content = Content(draft.fields | photos, "x", {"anh-2.jpg": school.repo.store_media(OTHER)})
    draft = services.save(
        school.repo, school.keys[TEACHER], draft.entry_id, draft.head, content, school.now()
    )
    assert len(erasing.files_of(school.repo, draft.entry_id)) == 2
    entry = publish(school, draft)

    erase(school, entry.entry_id, FACE)
    assert verification.verify(school.repo.path).ok


@pytest.mark.parametrize(
    ("files", "reason", "field"),
    [([], "Lý do", "files"), (["0" * 64], "Lý do", "files"), ([sha256(FACE)], " ", "reason")],
)
def test_an_order_needs_files_of_the_entry_and_a_reason(
    school: School, down: Published, files: list[str], reason: str, field: str
) -> None:
    with pytest.raises(InvalidFields) as refused:
        erasing.erase(
            school.repo, school.keys[PRINCIPAL], down.entry_id, files, reason, school.now()
        )
    assert set(refused.value.errors) == {field}


def test_an_unknown_entry_has_no_files(school: School) -> None:
    with pytest.raises(NotFound):
        erasing.files_of(school.repo, "khong-co")


def test_nobody_publishes_an_erased_photo_again(school: School, down: Published) -> None:
    draft = school.submit(TEACHER, pictured(school, "Trước lệnh", FACE))
    erase(school, down.entry_id, FACE)

    with pytest.raises(InvalidFields):
        pictured(school, "Sau lệnh", FACE)
    draft = school.check(LEAD, draft)
    with pytest.raises(InvalidFields) as refused:
        school.approve(VICE, draft)
    assert "đã bị xóa theo lệnh" in str(refused.value.messages()[0])
    assert verification.verify(school.repo.path).ok


def test_an_entry_comes_back_without_its_erased_photo(school: School, down: Published) -> None:
    erase(school, down.entry_id, FACE)
    change = services.open_for_edit(school.repo, down.entry_id)
    content = Content(change.fields | {"photos": []}, "Không ảnh.")
    draft = services.save(
        school.repo, school.keys[TEACHER], down.entry_id, change.head, content, school.now()
    )
    publish(school, draft)
    governing.lift_takedown(school.repo, school.keys[PRINCIPAL], down.entry_id, school.now())

    assert school.repo.governance().takedowns == {}


def test_a_takedown_is_not_lifted_while_an_erased_photo_would_show(
    school: School, down: Published
) -> None:
    erase(school, down.entry_id, FACE)

    with pytest.raises(Refused, match="đã xóa hẳn"):
        governing.lift_takedown(school.repo, school.keys[PRINCIPAL], down.entry_id, school.now())
    assert down.entry_id in school.repo.governance().takedowns


# Everywhere


def a_release(school: School, data: Path, commit: str, *, is_live: bool) -> Path:
    folder = data / "www" / "releases" / Release(commit, today()).name
    folder.mkdir(parents=True)
    (folder / "anh-1.jpg").write_bytes(b"a page")
    if is_live:
        link = data / "www" / "current"
        link.unlink(missing_ok=True)
        link.symlink_to(Path("releases", folder.name))
    return folder


def test_the_bytes_go_from_old_releases_previews_and_builds(
    school: School, down: Published, tmp_path: Path
) -> None:
    old = a_release(school, tmp_path, "0" * 40, is_live=False)
    build, preview = tmp_path / "build-x" / "content", tmp_path / "previews" / "abc"
    mirror, output = tmp_path / "builder" / "content" / "posts", tmp_path / "builder" / "output"
    for folder in (old, build, preview, mirror, output):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "anh-1.jpg").write_bytes(FACE)
    (build / "anh-2.jpg").write_bytes(OTHER)
    left = school.repo.media_path(sha256(FACE)).with_name("tmpabc")
    left.write_bytes(FACE)
    erase(school, down.entry_id, FACE)
    current = a_release(school, tmp_path, school.repo.main(), is_live=True)

    assert erasing.carry_out(school.repo, tmp_path)
    assert found_under(tmp_path, FACE) == []
    assert found_under(school.repo.path, FACE) == []
    assert current.exists()
    assert (build / "anh-2.jpg").exists()


def test_the_order_is_open_until_the_public_site_was_built_after_it(
    school: School, down: Published, tmp_path: Path
) -> None:
    before = school.repo.main()
    old = a_release(school, tmp_path, before, is_live=True)
    erase(school, down.entry_id, FACE)

    assert not erasing.carry_out(school.repo, tmp_path)
    a_release(school, tmp_path, school.repo.main(), is_live=True)
    assert erasing.carry_out(school.repo, tmp_path)
    assert not old.exists()


def test_bytes_that_a_backup_brought_back_are_erased_again(
    school: School, down: Published, tmp_path: Path
) -> None:
    erase(school, down.entry_id, FACE)
    erasing.carry_out(school.repo, tmp_path)
    school.repo.store_media(FACE)

    assert erasing.carry_out(school.repo, tmp_path)
    assert found_under(school.repo.path, FACE) == []


def test_the_site_is_built_with_an_entry_down_whose_photo_is_erased(
    school: School, down: Published, tmp_path: Path
) -> None:
    erase(school, down.entry_id, FACE, OTHER)
    erasing.carry_out(school.repo, tmp_path)
    stages: list[publication.Stage] = []

    publication.publish(school.repo, tmp_path, "http://127.0.0.1:8000", stages.append)

    current = tmp_path / "www" / "current"
    assert "Bé ăn ngoan" not in (current / "index.html").read_text()
    assert list(current.rglob("anh-*.jpg")) == []


@pytest.mark.parametrize("aside", ["parked", "archived"])
def test_a_photo_in_a_draft_that_lies_aside_is_erased_and_the_draft_goes_on_without_it(
    school: School, aside: str
) -> None:
    entry = publish(school, pictured(school, "Bé ăn ngoan", OTHER))
    live = services.open_for_edit(school.repo, entry.entry_id)
    photos = [*live.fields["photos"], {"file": "anh-2.jpg", "alt": "Bé"}]
    content = Content(
        live.fields | {"photos": photos, "cover": "anh-2.jpg"},
        "Bản dài. ![Bé](anh-2.jpg)",
        {"anh-2.jpg": school.repo.store_media(FACE)},
    )
    signer = school.keys[TEACHER]
    draft = services.save(school.repo, signer, entry.entry_id, live.head, content, school.now())
    where = (school.repo, signer, entry.entry_id)
    if aside == "parked":
        services.park(*where, draft.head, school.now())
    else:
        services.abandon(*where, draft.head, "Để sau.", school.now())

    erase(school, entry.entry_id, FACE)

    if aside == "parked":
        taken = services.update(*where, draft.head, school.now())
    else:
        head = services.archived(school.repo, entry.entry_id, 1).change.head
        taken = services.take_back(*where, 1, head, school.now())
    assert [photo["file"] for photo in taken.fields["photos"]] == ["anh-1.jpg"]
    assert "cover" not in taken.fields
    assert set(taken.media) == {"anh-1.jpg"}
    assert "Bản dài." in taken.body
    assert "anh-2.jpg" not in taken.body
