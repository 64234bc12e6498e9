"""The one module that speaks git."""

import os
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest

from tests.workflow.conftest import LEAD, TEACHER, VICE, School, post_fields
from workflow import services
from workflow.entries import Change
from workflow.errors import StaleVersion
from workflow.repository import (
    DRAFTS,
    NOTHING,
    GitFailed,
    RefMoved,
    RefUpdate,
    Repository,
    StoredMedia,
    parse_pointer,
)
from workflow.services import Content


def git(*arguments: str | Path, cwd: Path) -> str:
    command = ["git", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=True).stdout


def test_a_ref_moves_only_from_where_it_was_seen(school: School, a_draft: Change) -> None:
    main = school.repo.main()

    with pytest.raises(RefMoved):
        school.repo.update_refs([RefUpdate(DRAFTS + a_draft.entry_id, main, main)])
    assert school.repo.draft(a_draft.entry_id) == a_draft.head


def test_refs_move_all_together_or_not_at_all(school: School, a_draft: Change) -> None:
    main = school.repo.main()
    updates = [
        RefUpdate("refs/heads/main", a_draft.head, main),
        RefUpdate(DRAFTS + a_draft.entry_id, NOTHING, main),
    ]

    with pytest.raises(RefMoved):
        school.repo.update_refs(updates)
    assert school.repo.main() == main


def test_of_twelve_saves_over_one_version_exactly_one_is_kept(
    school: School, a_draft: Change
) -> None:
    outcomes: list[str] = []

    def save(number: int) -> None:
        try:
            outcomes.append(school.save(TEACHER, a_draft, body=f"Bản {number}.").head)
        except (StaleVersion, RefMoved) as error:
            outcomes.append(type(error).__name__)

    threads = [threading.Thread(target=save, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    kept = [outcome for outcome in outcomes if len(outcome) == 40]
    assert kept == [school.repo.draft(a_draft.entry_id)]
    assert len(outcomes) == 12


def test_what_a_killed_writer_left_is_swept(school: School, a_draft: Change) -> None:
    lock = school.repo.path / "refs" / "heads" / "draft" / f"{a_draft.entry_id}.lock"
    lock.touch()

    assert school.repo.sweep() == [lock]
    school.save(TEACHER, a_draft)


def test_nothing_is_swept_while_somebody_writes(school: School, a_draft: Change) -> None:
    lock = school.repo.path / "refs" / "heads" / "draft" / f"{a_draft.entry_id}.lock"
    lock.touch()

    with school.repo.lock(a_draft.entry_id):
        assert school.repo.sweep() == []
    assert lock.exists()


def test_the_repository_is_whole_for_stock_git(school: School, a_checked_post: Change) -> None:
    school.approve(VICE, a_checked_post)

    git("fsck", "--full", "--strict", cwd=school.repo.path)


def test_a_pointer_is_read_as_it_is_written() -> None:
    media = StoredMedia("ab" * 32, 12)

    assert parse_pointer(media.pointer) == media
    assert parse_pointer(media.pointer + b"x") is None


def test_stock_git_lfs_gets_the_photos_of_a_clone(school: School, tmp_path: Path) -> None:
    photo = school.repo.store_media(os.urandom(5000))
    fields = post_fields(photos=[{"file": "anh-1.jpg", "alt": "Bé rước đèn"}])
    draft = school.create(TEACHER, "posts", media={"anh-1.jpg": photo}, **fields)
    school.approve(VICE, school.check(LEAD, school.submit(TEACHER, draft)))

    git("lfs", "install", "--skip-repo", cwd=tmp_path)
    git("clone", "--quiet", f"file://{school.repo.path}", "clone", cwd=tmp_path)
    assert "OK" in git("lfs", "fsck", cwd=tmp_path / "clone")
    copied = (tmp_path / "clone" / draft.folder / "anh-1.jpg").read_bytes()
    assert copied == school.repo.open_media(photo.oid)


def test_text_that_looks_like_git_syntax_is_only_text(school: School) -> None:
    title = "--upload-pack=x @{-1} ..:refs/heads/main"
    draft = school.create(TEACHER, "posts", **post_fields(title=title))

    assert draft.fields["title"] == title


# Dropped uploads


def age(school: School, stored: StoredMedia, days: int = 31) -> None:
    at = time.time() - days * 24 * 3600
    os.utime(school.repo.media_path(stored.oid), (at, at))


def a_month_ago() -> float:
    return time.time() - 30 * 24 * 3600


def with_photo(school: School, change: Change, photo: StoredMedia) -> Change:
    fields = change.fields | {"photos": [{"file": "anh-1.jpg", "alt": "Bé"}]}
    content = Content(fields, change.body, {"anh-1.jpg": photo})
    return services.save(
        school.repo, school.keys[TEACHER], change.entry_id, change.head, content, school.now()
    )


def test_an_upload_that_no_draft_took_is_deleted_after_a_month(school: School) -> None:
    dropped, young = (school.repo.store_media(data) for data in (b"dropped", b"young"))
    age(school, dropped)
    age(school, young, days=29)

    assert school.repo.collect_media(a_month_ago()) == [dropped.oid]
    assert not school.repo.media_path(dropped.oid).exists()
    assert school.repo.media_path(young.oid).exists()


def test_a_file_that_any_commit_names_is_kept_for_good(school: School, a_draft: Change) -> None:
    """Of an open draft, of its earlier saves, of a draft given up, of one that is parked."""
    photos = [school.repo.store_media(data) for data in (b"first", b"second")]
    for photo in photos:
        a_draft = with_photo(school, a_draft, photo)
    given_up = school.create(TEACHER, "posts", **post_fields(title="Bài bỏ"))
    photos.append(school.repo.store_media(b"given up"))
    given_up = with_photo(school, given_up, photos[-1])
    services.abandon(
        school.repo, school.keys[TEACHER], given_up.entry_id, given_up.head, "Thôi.", school.now()
    )
    for photo in photos:
        age(school, photo, days=400)

    assert school.repo.collect_media(a_month_ago()) == []
    assert school.repo.media_in_use() == {photo.oid for photo in photos}


def test_an_old_upload_that_comes_again_is_young_again(school: School) -> None:
    photo = school.repo.store_media(b"dropped, and wanted after all")
    age(school, photo)
    school.repo.store_media(b"dropped, and wanted after all")

    assert school.repo.collect_media(a_month_ago()) == []


@pytest.mark.parametrize(
    "ending", ["~0", "^", "^{commit}", "@{0}", ":content", "\nrefs/heads/main"]
)
def test_a_ref_is_its_whole_name_and_no_expression(school: School, ending: str) -> None:
    main = school.repo.main()

    assert school.repo.resolve("refs/heads/main") == main
    assert school.repo.resolve(f"refs/heads/main{ending}") is None


def test_a_reader_sees_what_others_wrote_since(school: School) -> None:
    other = Repository(school.repo.path)
    before = other.main()
    change = school.create(TEACHER, "posts", **post_fields())

    assert other.draft(change.entry_id) == change.head
    assert other.commit(change.head).parents == (before,)
    subprocess.run(["git", f"--git-dir={school.repo.path}", "gc", "--quiet"], check=True)
    assert other.draft(change.entry_id) == change.head
    assert other.commit(before).oid == before


def test_a_reader_that_died_is_replaced(school: School) -> None:
    main = school.repo.main()
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    before = set(children.read_text().split())
    repo = Repository(school.repo.path)
    repo.main()
    for pid in set(children.read_text().split()) - before:
        os.kill(int(pid), signal.SIGKILL)

    assert repo.main() == main


def test_no_repository_is_no_missing_object(tmp_path: Path) -> None:
    with pytest.raises(GitFailed):
        Repository(tmp_path / "none.git").resolve("refs/heads/main")


def test_many_objects_are_read_at_once(school: School) -> None:
    main = school.repo.main()
    names = [f"{main}:governance/school.toml", "0" * 40] * 300

    found = school.repo.read_all(names)

    assert found[0]
    assert found[::2] == [found[0]] * 300
    assert found[1::2] == [None] * 300


def test_a_folder_is_put_where_git_would_put_it(school: School, tmp_path: Path) -> None:
    """Names that sort otherwise as folders, and a folder whose last entry leaves."""
    repo = school.repo
    blob, tree = repo.put_blob(b"a"), repo.main()
    for name in ("a", "a-b", "a0", "ab"):
        tree = repo.with_folder(tree, f"content/posts/2026/{name}", {"index.md": blob})
    again = repo.with_folder(tree, "content/menus/2026/x", {"index.md": blob})

    wanted = {f"posts/2026/{name}/index.md" for name in ("a", "a-b", "a0", "ab")}
    assert {item.path for item in repo.files(tree, "content")} == wanted
    assert repo.with_folder(again, "content/menus/2026/x", {}) == tree
    git("fsck", "--strict", "--no-dangling", tree, cwd=repo.path)
    index = {**os.environ, "GIT_INDEX_FILE": str(tmp_path / "index")}
    command = ["git", f"--git-dir={repo.path}"]
    subprocess.run([*command, "read-tree", tree], env=index, check=True)
    written = subprocess.run([*command, "write-tree"], env=index, capture_output=True, check=True)
    assert written.stdout.decode().strip() == tree
