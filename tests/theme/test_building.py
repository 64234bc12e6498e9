"""The builder as a program: started, asked, killed and started again."""

import os
import shutil
import signal
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.theme import samples
from tests.theme.newsroom_site import digest
from workflow.building import Answer, Builder, Folder, NeedsWhole, Progress, Request
from workflow.errors import BuildFailed

DAY = date.fromisoformat(samples.TODAY)


@pytest.fixture
def content(small_school: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "builder" / "content"
    shutil.copytree(small_school, folder)
    return folder


@pytest.fixture
def builder(tmp_path: Path) -> Iterator[Builder]:
    made = Builder(tmp_path / "builder")
    yield made
    made.close()


def request(
    content: Path, token: str, base: str | None, *places: str, removed: tuple[str, ...] = ()
) -> Request:
    chosen = places or tuple(
        path.relative_to(content).as_posix()
        for kind in ("posts", "notices", "circulars", "menus", "pages")
        for path in (content / kind).glob("*/*")
    )
    changed = {} if places == ("",) else {p: Folder(digest(content / p)) for p in chosen}
    output = content.parent / "output"
    return Request(content, output, samples.PUBLIC_URL, DAY, token, base, changed, removed)


def clean(content: Path, tmp_path: Path) -> dict[str, bytes]:
    built = samples.build(content, tmp_path / "clean")
    assert built.returncode == 0, built.stdout + built.stderr
    return samples.files(tmp_path / "clean")


def test_the_program_writes_the_bytes_of_the_stock_command(
    builder: Builder, content: Path, tmp_path: Path
) -> None:
    answer = builder.build(request(content, "a", None))
    samples.entry(content, "posts/2026/moi", {"title": "Mới", "slug": "moi", "date": DAY})
    after = builder.build(request(content, "b", "a", "posts/2026/moi"))

    assert samples.files(tmp_path / "builder" / "output") == clean(content, tmp_path)
    assert (answer.whole, after.whole) == (True, False)
    assert "tin-tuc/2026/moi/index.html" in after.written
    assert 0 < after.rendered < answer.rendered / 2


def test_a_builder_killed_at_its_work_goes_on_from_the_disk(
    builder: Builder, content: Path, tmp_path: Path
) -> None:
    builder.build(request(content, "a", None))
    school = content / "governance" / "school.toml"

    def kill(_progress: Progress) -> None:
        assert builder.pid
        os.kill(builder.pid, signal.SIGKILL)

    # It may have finished before the kill comes: then the next change is tried.
    base, was_killed = "a", False
    for number in range(50):
        school.write_text(samples.SCHOOL.replace("Hồng", f"Mai {number}"), encoding="utf-8")
        try:
            builder.build(request(content, f"b{number}", base, ""), kill)
        except BuildFailed:
            was_killed = True
            break
        base = f"b{number}"
    assert was_killed
    builder.build(request(content, "c", base, ""))

    assert samples.files(tmp_path / "builder" / "output") == clean(content, tmp_path)


def test_an_idle_builder_that_is_killed_is_started_again(builder: Builder, content: Path) -> None:
    builder.build(request(content, "a", None))
    assert builder.pid
    os.kill(builder.pid, signal.SIGKILL)
    os.waitpid(builder.pid, 0)

    assert answered(builder, request(content, "b", "a", "")).rendered == 0


def answered(builder: Builder, wanted: Request) -> Answer:
    """The answer, at the second attempt where the first met a dead program."""
    try:
        return builder.build(wanted)
    except BuildFailed:
        return builder.build(wanted)


def test_it_says_when_it_must_be_told_the_whole(builder: Builder, content: Path) -> None:
    with pytest.raises(NeedsWhole):
        builder.build(request(content, "b", "a", ""))

    assert builder.build(request(content, "b", None)).whole


def test_a_broken_entry_is_named_and_the_rest_goes_on(builder: Builder, content: Path) -> None:
    builder.build(request(content, "a", None))
    (content / "posts/2026/xau/index.md").write_text("hỏng", encoding="utf-8")
    answer = builder.build(request(content, "b", "a", "posts/2026/xau"))

    assert "posts/2026/xau/index.md" in answer.broken["xau"]
    assert "tin-tuc/2026/xau/index.html" in answer.removed


def test_what_stops_the_build_is_told_and_the_next_one_starts_anew(
    builder: Builder, content: Path, tmp_path: Path
) -> None:
    builder.build(request(content, "a", None))
    school = content / "governance" / "school.toml"
    school.write_text("hỏng", encoding="utf-8")
    with pytest.raises(BuildFailed, match="TOMLDecodeError"):
        builder.build(request(content, "b", "a", ""))
    school.write_text(samples.SCHOOL, encoding="utf-8")
    builder.build(request(content, "b", "a", ""))

    assert samples.files(tmp_path / "builder" / "output") == clean(content, tmp_path)


def test_nobody_waits_for_ever(builder: Builder, content: Path) -> None:
    with pytest.raises(BuildFailed, match="too long"):
        builder.build(request(content, "a", None), seconds=0.01)


def test_a_file_that_is_replaced_stays_for_whoever_holds_the_old_one(
    builder: Builder, content: Path, tmp_path: Path
) -> None:
    builder.build(request(content, "a", None))
    page = tmp_path / "builder" / "output" / "index.html"
    (tmp_path / "held").hardlink_to(page)
    before = page.read_bytes()
    school = content / "governance" / "school.toml"
    school.write_text(samples.SCHOOL.replace("Hồng", "Mai"), encoding="utf-8")
    builder.build(request(content, "b", "a", ""))

    assert (tmp_path / "held").read_bytes() == before != page.read_bytes()
