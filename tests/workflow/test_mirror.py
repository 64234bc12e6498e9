"""The builder's content folder: always what git has, whoever was killed on the way there."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.workflow.conftest import (
    LEAD,
    NUTRITION_VICE,
    PRINCIPAL,
    TEACHER,
    VICE,
    School,
    post_fields,
)
from tests.workflow.test_after_review import review, urge
from tests.workflow.test_record import correct, down, edit, picture, replace_photo, with_photo
from workflow import erasing, governing, notes
from workflow.errors import WorkflowError
from workflow.materials import Site, materialised
from workflow.mirror import Mirror, builder_folder
from workflow.record import Keeper, Record
from workflow.repository import MAIN, RefUpdate, Repository
from workflow.shelf import Published
from workflow.verification import file_hashes


def the_whole(school: School, data: Path) -> dict[str, str]:
    """The files of the head of main, written anew."""
    main = school.repo.main()
    record = Record.of(school.repo, data / "new", main)
    with materialised(school.repo, main, data / "new", record) as site:
        return file_hashes(site.content)


def brought(mirror: Mirror, school: School, data: Path) -> dict[str, str]:
    main = school.repo.main()
    site, _ = mirror.bring_to(main, Record.of(school.repo, data / "new", main))
    site.write_record()
    return file_hashes(site.content)


def lift(school: School, entry_id: str) -> None:
    governing.lift_takedown(school.repo, school.keys[PRINCIPAL], entry_id, school.now())


def other_people(school: School, entry_id: str) -> None:
    school.change_roster(TEACHER, name="Cô giáo mới")


def another_post(school: School, entry_id: str) -> None:
    draft = school.create(TEACHER, "posts", **post_fields(title=f"Bài {school.clock:%H giờ %M}"))
    school.approve(VICE, school.check(LEAD, school.submit(TEACHER, draft)))


def edited(school: School, entry_id: str) -> None:
    school.approve(VICE, edit(school, entry_id, f"Sửa lúc {school.clock:%H:%M}."))


def corrected(school: School, entry_id: str) -> None:
    correct(school, entry_id, "Ghi sai giờ.", "Lúc 19 giờ.")


def another_photo(school: School, entry_id: str) -> None:
    replace_photo(school, entry_id, school.repo.store_media(picture("green")))


def down_and_up_again(school: School, entry_id: str) -> None:
    down(school, entry_id)
    lift(school, entry_id)


def a_photo_erased(school: School, entry_id: str) -> None:
    down(school, entry_id)
    photo = next(f for f in erasing.files_of(school.repo, entry_id) if not f.is_erased)
    signer = school.keys[PRINCIPAL]
    erasing.erase(school.repo, signer, entry_id, [photo.stored.oid], "Phụ huynh.", school.now())
    erasing.carry_out(school.repo, school.repo.path.parent)


def names_shown(school: School, entry_id: str) -> None:
    signer = school.keys[PRINCIPAL]
    shown = school.repo.governance().school.get("show_approver_names") is True
    governing.change_school(school.repo, signer, {"show_approver_names": not shown}, school.now())


def an_urgent_edit(school: School, entry_id: str) -> None:
    urge(school, NUTRITION_VICE, edit(school, entry_id, f"Gấp lúc {school.clock:%H:%M}."))


def reviewed(school: School, entry_id: str) -> None:
    review(school, PRINCIPAL, entry_id)


HISTORY = (
    another_post,
    edited,
    an_urgent_edit,
    reviewed,
    names_shown,
    corrected,
    other_people,
    another_photo,
    down,
    lift,
    corrected,
    down_and_up_again,
    corrected,
    a_photo_erased,
)
Act = Callable[[School, str], None]


def a_post(school: School) -> Published:
    return with_photo(school, school.repo.store_media(picture("red")))


@pytest.mark.parametrize(("stride", "is_warm"), [(1, True), (1, False), (3, True)])
def test_it_holds_what_a_folder_written_anew_would_hold(
    school: School, tmp_path: Path, stride: int, is_warm: bool
) -> None:
    entry_id, mirror = a_post(school).entry_id, Mirror(school.repo, tmp_path)
    for number, act in enumerate((*HISTORY, edited)):
        assert number % stride or brought(mirror, school, tmp_path) == the_whole(school, tmp_path)
        if not is_warm:
            mirror = Mirror(school.repo, tmp_path)
        if act is not edited or number < len(HISTORY):
            act(school, entry_id)
    assert brought(mirror, school, tmp_path) == the_whole(school, tmp_path)


def test_a_changed_file_alone_is_written(school: School, tmp_path: Path) -> None:
    entry_id, mirror = a_post(school).entry_id, Mirror(school.repo, tmp_path)
    another_post(school, "")
    brought(mirror, school, tmp_path)
    folder = builder_folder(tmp_path) / "content" / "posts" / "2026"
    before = {path: path.stat() for path in folder.glob("*/*")}
    edited(school, entry_id)
    assert brought(mirror, school, tmp_path) == the_whole(school, tmp_path)

    now = {path: path.stat() for path in folder.glob("*/*")}
    changed = {path.name for path in now if now[path].st_ino != before[path].st_ino}
    assert changed == {"index.md"}
    assert sum(path.parent.name == entry_id for path in now) == 2


def test_no_file_shares_its_bytes_with_what_is_written_later(
    school: School, tmp_path: Path
) -> None:
    """A photo is the very object of the repository: it may be replaced, never written into."""
    entry_id, mirror = a_post(school).entry_id, Mirror(school.repo, tmp_path)
    brought(mirror, school, tmp_path)
    first = erasing.files_of(school.repo, entry_id)[0].stored.oid
    another_photo(school, entry_id)
    brought(mirror, school, tmp_path)

    assert school.repo.open_media(first) == picture("red")


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("step", [1, 2, 4, 7])
def test_whoever_is_killed_on_the_way_is_finished_by_the_next(
    school: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    entry_id, mirror = a_post(school).entry_id, Mirror(school.repo, tmp_path)
    corrected(school, entry_id)
    brought(mirror, school, tmp_path)
    for act in (another_post, corrected, another_photo):
        act(school, entry_id)
    main, left = school.repo.main(), step

    def die_in_time(site: Site, target: Path, raw: bytes) -> None:
        nonlocal left
        left -= 1
        if not left:
            raise Killed
        put(site, target, raw)

    put = Site._put
    with monkeypatch.context() as patched:
        patched.setattr(Site, "_put", die_in_time)
        with pytest.raises(Killed):
            brought(mirror, school, tmp_path)
    # What main has lost again is as good a case as what it has won since.
    school.repo.update_refs([RefUpdate(MAIN, school.repo.commit(main).parents[0], main)])
    assert brought(Mirror(school.repo, tmp_path), school, tmp_path) == the_whole(school, tmp_path)


@pytest.mark.parametrize("is_warm", [True, False], ids=["warm", "cold"])
def test_what_was_left_out_is_tried_again_with_the_next_commit(
    school: School, tmp_path: Path, is_warm: bool
) -> None:
    entry_id, mirror = a_post(school).entry_id, Mirror(school.repo, tmp_path)
    another_photo(school, entry_id)
    main = school.repo.main()
    site, _ = mirror.bring_to(main, Record.of(school.repo, tmp_path / "new", main))
    site.leave_out(entry_id)
    site.write_record()
    assert file_hashes(site.content) != the_whole(school, tmp_path)

    another_post(school, "")
    mirror = mirror if is_warm else Mirror(school.repo, tmp_path)
    assert brought(mirror, school, tmp_path) == the_whole(school, tmp_path)


@pytest.mark.parametrize("forge", ["no note", "another commit", "no such commit", "no folder"])
def test_a_folder_of_which_nothing_is_known_is_written_anew(
    school: School, a_published_post: Published, tmp_path: Path, forge: str
) -> None:
    brought(Mirror(school.repo, tmp_path), school, tmp_path)
    folder = builder_folder(tmp_path)
    (folder / "content" / "casino.md").write_text("planted")
    note = folder / "content.json"
    match forge:
        case "no note":
            note.unlink()
        case "no folder":
            shutil.rmtree(folder / "content")
        case "another commit":
            note.write_text(note.read_text().replace(school.repo.main(), "a" * 40))
        case _:
            row = json.loads(note.read_text()) | {"commit": "a" * 40}
            row.pop("signature")
            notes.write_note(tmp_path, note, "toasoan-mirror", row)

    assert brought(Mirror(school.repo, tmp_path), school, tmp_path) == the_whole(school, tmp_path)


def a_text(content: Path) -> None:
    path = next(content.glob("posts/*/*/index.md"))
    before = path.stat()
    path.write_bytes(path.read_bytes().replace(b"a", b"b"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def a_photo(content: Path) -> None:
    path = next(content.glob("posts/*/*/anh-*"))
    path.unlink()
    path.write_bytes(picture("blue"))


def an_earlier_edition(content: Path) -> None:
    next(content.glob("editions/*/1/index.md")).unlink()


def the_steps(content: Path) -> None:
    (content / "governance" / "workflow.toml").write_text("")


def another_entry(content: Path) -> None:
    (content / "posts" / "2026" / "casino").mkdir()
    (content / "posts" / "2026" / "casino" / "index.md").write_text("planted")


def a_link(content: Path) -> None:
    (content / "posts" / "link").symlink_to(content / "pages")


def a_link_for_a_file(content: Path) -> None:
    path = next(content.glob("posts/*/*/index.md"))
    path.rename(content.parent / "moved")
    path.symlink_to(content.parent / "moved")


def nothing(content: Path) -> None:
    """The control."""


@pytest.mark.parametrize(
    ("harm", "named"),
    [
        (a_text, "posts/2026/*/index.md"),
        (a_photo, "posts/2026/*/anh-*"),
        (an_earlier_edition, "editions/*/1/index.md"),
        (the_steps, "governance/workflow.toml"),
        (another_entry, "posts/2026/casino/index.md"),
        (a_link, "posts/link"),
        (a_link_for_a_file, "posts/2026/*/index.md"),
        (nothing, ""),
    ],
)
def test_what_somebody_changed_in_the_folder_is_found_when_all_is_compared(
    school: School, tmp_path: Path, harm: Callable[[Path], None], named: str
) -> None:
    entry_id, mirror = a_post(school).entry_id, Mirror(school.repo, tmp_path)
    corrected(school, entry_id)
    brought(mirror, school, tmp_path)
    harm(builder_folder(tmp_path) / "content")

    found = Mirror(school.repo, tmp_path).differences()
    assert len(found) == bool(named)
    assert all(Path(path).match(named) for path in found)


def test_what_was_left_out_or_is_under_way_or_erased_since_is_no_difference(
    school: School, tmp_path: Path
) -> None:
    entry_id, mirror = a_post(school).entry_id, Mirror(school.repo, tmp_path)
    assert mirror.differences() == []
    another_photo(school, entry_id)
    main = school.repo.main()
    site, _ = mirror.bring_to(main, Record.of(school.repo, tmp_path / "new", main))
    site.leave_out(entry_id)
    assert mirror.differences() == []

    a_photo_erased(school, entry_id)
    assert mirror.differences() == []


def test_a_lost_photo_is_no_mirror(school: School, tmp_path: Path) -> None:
    entry_id = a_post(school).entry_id
    oid = erasing.files_of(school.repo, entry_id)[0].stored.oid
    kept = school.repo.media_path(oid).rename(tmp_path / "kept")
    mirror = Mirror(school.repo, tmp_path)
    with pytest.raises(WorkflowError):
        brought(mirror, school, tmp_path)

    kept.rename(school.repo.media_path(oid))
    assert brought(mirror, school, tmp_path) == the_whole(school, tmp_path)


def test_the_record_held_says_what_one_derived_anew_says(school: School, tmp_path: Path) -> None:
    entry_id, keeper = a_post(school).entry_id, Keeper(school.repo, tmp_path)
    for act in HISTORY:
        act(school, entry_id)
        main = school.repo.main()
        assert keeper.at(main) == Record.of(school.repo, tmp_path / "new", main)
    older = school.repo.commit(school.repo.main()).parents[0]
    assert keeper.at(older) == Record.of(school.repo, tmp_path / "new", older)
    assert keeper.at(school.repo.main()) == Record.of(
        school.repo, tmp_path / "new", school.repo.main()
    )


def test_the_record_goes_on_without_listing_the_whole_tree(
    school: School, a_published_post: Published, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = Keeper(school.repo, tmp_path)
    keeper.at(school.repo.main())
    another_post(school, "")
    monkeypatch.setattr(Repository, "files", lambda *_: pytest.fail("listed"))
    record = keeper.at(school.repo.main())

    assert len(record.editions) == 2
