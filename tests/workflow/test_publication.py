"""From main to the public folder, with the real builder."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.workflow.broken_builder import break_builder
from tests.workflow.conftest import LEAD, TEACHER, VICE, School, post_fields
from workflow import publication, services, verification
from workflow import release as release_files
from workflow.addresses import public_path
from workflow.entries import Change, Trailers, parse_message
from workflow.errors import BuildFailed, NotFound, Unverified
from workflow.materials import materialised
from workflow.publication import PublishStatus, Release, Stage
from workflow.record import Record
from workflow.repository import MAIN, RefUpdate
from workflow.shelf import Published
from workflow.states import Action, Role
from workflow.verification import file_hashes

ADDRESS = "http://127.0.0.1:8000"
PAGE = "tin-tuc/2026/be-vui-don-tet-trung-thu/index.html"


def publish(school: School, data: Path, stages: list[Stage] | None = None) -> Release:
    seen: list[Stage] = [] if stages is None else stages
    return publication.publish(school.repo, data, ADDRESS, seen.append)


def commit_by_hand(school: School, change: Change | Published, body: str) -> str:
    """Write another text of an entry straight onto main, as one with a shell could."""
    blob = school.repo.put_blob(b"---\ntitle: x\n---\n\n" + body.encode())
    main = school.repo.main()
    tree = school.repo.with_folder(main, change.folder, {"index.md": blob})
    commit = school.repo.write_commit(tree, [main], "Sửa tay\n", school.now(), "root")
    school.repo.update_refs([RefUpdate(MAIN, commit, main)])
    return main


def test_an_approved_post_is_public_at_its_address(
    school: School, a_published_post: Published, tmp_path: Path
) -> None:
    stages: list[Stage] = []
    release = publish(school, tmp_path, stages)

    assert "Bé vui đón Tết Trung thu" in (tmp_path / "www" / "current" / PAGE).read_text()
    assert publication.live(tmp_path) == release
    post = a_published_post
    path = public_path(post.ctype, post.fields, post.folder)
    assert path == f"/{PAGE[:-10]}"
    assert publication.has_page(tmp_path, path)
    assert not publication.has_page(tmp_path, path.replace("2026", "2025"))
    assert publication.is_live(school.repo, tmp_path, school.repo.main())
    assert stages == [Stage.VERIFYING, Stage.BUILDING, Stage.SWITCHING]
    assert publication.differences(tmp_path) == []


def test_publishing_what_is_live_does_nothing(school: School, tmp_path: Path) -> None:
    release = publish(school, tmp_path)
    stages: list[Stage] = []

    assert publish(school, tmp_path, stages) == release
    assert stages == []


def test_a_draft_is_in_no_public_file(
    school: School, a_published_post: Published, tmp_path: Path
) -> None:
    school.create(TEACHER, "posts", **post_fields(title="Nhap-khong-duoc-lo"))
    publish(school, tmp_path)

    pages = [p for p in (tmp_path / "www").rglob("*") if p.is_file()]
    assert pages
    assert not any(b"Nhap-khong-duoc-lo" in page.read_bytes() for page in pages)


APPROVAL = re.compile(r'<p class="approval">.*?</p>', re.DOTALL)


def test_the_preview_is_the_page_that_approval_brings_but_for_who_approved_it(
    school: School, a_checked_post: Change, tmp_path: Path
) -> None:
    """What nobody can know before: the moment of the approval, and the code that it makes."""
    preview = publication.preview(school.repo, a_checked_post, tmp_path, ADDRESS)
    before, previewed = (preview / PAGE).read_text(), file_hashes(preview)
    school.approve(VICE, a_checked_post)
    release = publish(school, tmp_path)

    folder = tmp_path / "www" / "releases" / release.name
    after, released = (folder / PAGE).read_text(), file_hashes(folder)
    proofs = {path for path in released if path.startswith("xac-minh/")}
    new = released.keys() - previewed.keys() - proofs
    assert new == {path for path in released if release_files.is_own(path)}
    assert {path for path in new if "/release/" not in path} == {
        ".well-known/toasoan/release.json",
        ".well-known/toasoan/release.json.sig",
        ".well-known/toasoan/release.pub",
    }
    same = previewed.keys() - proofs - {PAGE}
    assert {path: released[path] for path in same} == {path: previewed[path] for path in same}
    assert APPROVAL.sub("", after) == APPROVAL.sub("", before)
    assert "Chưa phê duyệt" in APPROVAL.findall(before)[0]
    assert "Phê duyệt: Phó Hiệu trưởng, " in APPROVAL.findall(after)[0]


def a_commit_by_hand(school: School) -> None:
    entry = services.published(school.repo)[0]
    commit_by_hand(school, entry, "Chưa ai duyệt.")


def a_byte_changed_after_approval(school: School) -> None:
    """Merge a draft as it was approved, but for one byte."""
    change = a_second_post(school)
    approval, main = approved_by_hand(school, change, VICE), school.repo.main()
    text = school.repo.read(approval, f"{change.folder}/index.md") or b""
    blob = school.repo.put_blob(text.replace("Nội".encode(), "Nộì".encode()))
    merge_by_hand(school, change, approval, main, {"index.md": blob})


def an_approval_by_the_author(school: School) -> None:
    """A vice-principal, who may approve the posts of others, approves the own one."""
    draft = school.create(VICE, "posts", **post_fields(title="Bài hai", group="bgh"))
    change = school.submit(VICE, draft)
    approval, main = approved_by_hand(school, change, VICE), school.repo.main()
    files = {i.path: i.oid for i in school.repo.files(approval, change.folder)}
    merge_by_hand(school, change, approval, main, files)


def a_second_post(school: School) -> Change:
    draft = school.create(TEACHER, "posts", **post_fields(title="Bài hai"))
    return school.check(LEAD, school.submit(TEACHER, draft))


def approved_by_hand(school: School, change: Change, who: str) -> str:
    trailers = Trailers(Action.APPROVE, who, Role.VICE_PRINCIPAL, change.entry_id, change.type_name)
    tree = school.repo.commit(change.head).tree
    message = trailers.message("Phê duyệt")
    return school.repo.write_commit(tree, [change.head], message, school.now(), school.keys[who])


def merge_by_hand(
    school: School, change: Change, approval: str, main: str, files: dict[str, str]
) -> None:
    actor, _ = parse_message(school.repo.commit(approval).message)
    record = replace(actor, action=Action.PUBLISH)
    tree = school.repo.with_folder(main, change.folder, files)
    commit = school.repo.write_commit(
        tree, [main, approval], record.message("Đăng"), school.now(), actor.actor
    )
    school.repo.update_refs([RefUpdate(MAIN, commit, main)])


def test_merging_by_hand_what_was_approved_is_a_publication_like_any_other(
    school: School, a_published_post: Published, tmp_path: Path
) -> None:
    """The control of the manipulations below: the same steps, nothing manipulated."""
    change = a_second_post(school)
    approval, main = approved_by_hand(school, change, VICE), school.repo.main()
    files = {i.path: i.oid for i in school.repo.files(approval, change.folder)}
    merge_by_hand(school, change, approval, main, files)

    publish(school, tmp_path)
    assert (tmp_path / "www" / "current" / "tin-tuc" / "2026" / "bai-hai").is_dir()


@pytest.mark.parametrize(
    "manipulate", [a_commit_by_hand, a_byte_changed_after_approval, an_approval_by_the_author]
)
def test_what_was_not_approved_is_refused_by_the_auditor_and_the_publisher(
    school: School,
    a_published_post: Published,
    tmp_path: Path,
    manipulate: Callable[[School], None],
) -> None:
    release, main = publish(school, tmp_path), school.repo.main()
    manipulate(school)

    report = verification.verify(school.repo.path)
    assert not report.ok
    assert report.failed_commit == school.repo.main()
    with pytest.raises(Unverified):
        publish(school, tmp_path)
    assert publication.live(tmp_path) == release

    school.repo.update_refs([RefUpdate(MAIN, main, school.repo.main())])
    assert publish(school, tmp_path) == release


def test_when_the_build_fails_the_old_site_stays(
    school: School,
    a_published_post: Published,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    release = publish(school, tmp_path)
    draft = school.create(TEACHER, "posts", **post_fields(title="Bài hai"))
    school.approve(VICE, school.check(LEAD, school.submit(TEACHER, draft)))
    break_builder(tmp_path, monkeypatch)

    with pytest.raises(BuildFailed, match="theme is broken"):
        publish(school, tmp_path)
    assert publication.live(tmp_path) == release
    assert (tmp_path / "www" / "current" / PAGE).exists()


def test_what_a_killed_publication_left_is_swept(school: School, tmp_path: Path) -> None:
    left = tmp_path / "www" / "releases" / ".tmp-of-a-killed-run"
    left.mkdir(parents=True)
    (left / "half.html").write_text("<p>hal")
    publish(school, tmp_path)

    assert not left.exists()


def test_a_changed_added_or_missing_public_file_is_named(school: School, tmp_path: Path) -> None:
    release = publish(school, tmp_path)
    folder = tmp_path / "www" / "releases" / release.name
    (folder / "index.html").write_text("defaced")
    (folder / "casino.html").write_text("added")
    (folder / "robots.txt").unlink()

    assert publication.differences(tmp_path) == ["casino.html", "index.html", "robots.txt"]


def test_without_a_release_there_is_nothing_to_compare(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        publication.differences(tmp_path)


def test_a_lost_photo_publishes_nothing(school: School, tmp_path: Path) -> None:
    photo = school.repo.store_media(b"pixels")
    fields = post_fields(photos=[{"file": "anh-1.jpg", "alt": "Bé"}])
    draft = school.create(TEACHER, "posts", media={"anh-1.jpg": photo}, **fields)
    school.approve(VICE, school.check(LEAD, school.submit(TEACHER, draft)))
    school.repo.media_path(photo.oid).unlink()

    with pytest.raises(Unverified):
        publish(school, tmp_path)
    assert publication.live(tmp_path) is None


def test_a_status_is_read_as_it_was_written(tmp_path: Path) -> None:
    status = PublishStatus(Stage.FAILED, "a" * 40, "2026-11-24T08:00:00+07:00", "Pelican: …")
    status.write(tmp_path)

    assert PublishStatus.read(tmp_path) == status
    assert PublishStatus.read(tmp_path / "elsewhere") is None


def test_a_release_is_named_by_its_commit_and_its_day() -> None:
    release = Release("a" * 40, date(2026, 11, 24))

    assert Release.parse(release.name) == release


def test_the_release_before_is_kept_beside_the_live_one(
    school: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in range(1, 5):
        monkeypatch.setattr(publication, "today", lambda day=day: date(2026, 11, day))
        release = publish(school, tmp_path)

    names = {path.name for path in (tmp_path / "www" / "releases").iterdir()}
    assert names == {release.name, release.name.replace("20261104", "20261103")}


def test_stock_pelican_builds_the_materialised_content(
    school: School, a_published_post: Published, tmp_path: Path
) -> None:
    main = school.repo.main()
    record = Record.of(school.repo, tmp_path, main)
    with materialised(school.repo, main, tmp_path, record) as site:
        program = publication.PROJECT / ".venv" / "bin" / "pelican"
        settings = publication.PROJECT / "publishconf.py"
        command = [
            str(word) for word in (program, site.content, "-s", settings, "-o", tmp_path / "o")
        ]
        done = subprocess.run(command, capture_output=True, check=False)

    assert done.returncode == 0
    assert (tmp_path / "o" / PAGE).exists()
    assert services.published(school.repo)[0].title == "Bé vui đón Tết Trung thu"


# Builds that hang, and what killed ones leave


def slow_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let Pelican sleep, and note its process id."""
    noted = tmp_path / "pid"
    slow = tmp_path / "slow.py"
    slow.write_text(
        f"import os, pathlib, time\n"
        f"pathlib.Path({str(noted)!r}).write_text(str(os.getpid()))\n"
        f"time.sleep(600)\n"
    )
    monkeypatch.setattr(publication, "_SETTINGS", slow)
    return noted


def is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def test_a_preview_that_hangs_is_ended(
    school: School, a_draft: Change, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted = slow_settings(tmp_path, monkeypatch)
    monkeypatch.setattr(publication, "_PREVIEW_SECONDS", 5)

    with pytest.raises(BuildFailed, match="5 s"):
        publication.preview(school.repo, a_draft, tmp_path / "var", ADDRESS)
    assert not is_alive(int(noted.read_text()))
    assert [path.name for path in (tmp_path / "var" / "previews").iterdir()] == []


def test_a_build_ends_with_the_process_that_started_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted = slow_settings(tmp_path, monkeypatch)
    program = (
        "import sys; from pathlib import Path; from datetime import date\n"
        "from workflow import publication\n"
        "publication._SETTINGS = Path(sys.argv[1])\n"
        "folder = Path(sys.argv[2])\n"
        "publication.build(folder, folder / 'out', 'http://x', date(2026, 11, 24))\n"
    )
    words = [sys.executable, "-c", program, str(publication._SETTINGS), str(tmp_path)]
    with subprocess.Popen(words, cwd=publication.PROJECT) as editor:
        wait_for(lambda: noted.exists() and noted.read_text() != "")
        builder = int(noted.read_text())
        assert is_alive(builder)
        editor.kill()
    wait_for(lambda: not is_alive(builder))


def wait_for(condition: Callable[[], bool]) -> None:
    """Look again until it holds; the test run's own limit ends a wait in vain."""
    while not condition():
        time.sleep(0.05)


def test_what_killed_builds_left_is_swept_and_what_is_young_stays(tmp_path: Path) -> None:
    old = [tmp_path / "build-old", tmp_path / "previews" / ".tmp-old"]
    young = [tmp_path / "build-young", tmp_path / "previews" / ".tmp-young"]
    for folder in (*old, *young, tmp_path / "previews" / "whole"):
        (folder / "content").mkdir(parents=True)
    for folder in (*old, tmp_path / "previews" / "whole"):
        os.utime(folder, (0, 0))

    assert sorted(publication.sweep(tmp_path)) == sorted(old)
    assert not any(folder.exists() for folder in old)
    assert all(folder.exists() for folder in (*young, tmp_path / "previews" / "whole"))
