"""One publication after another: each costs what has changed, and gives what a clean one gives.

A plain builder stands in for Pelican: what it makes of the content is not the point here.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.workflow.conftest import LEAD, TEACHER, VICE, School, post_fields
from tests.workflow.plain_builder import BROKEN, PlainBuilder
from tests.workflow.test_mirror import HISTORY, Killed, a_post, another_post, edited
from tests.workflow.test_record import edit
from workflow import auditing, metrics, publication, release, trees, verification, warm_builds
from workflow.errors import BuildFailed
from workflow.looking import Looks
from workflow.mirror import Mirror
from workflow.publication import Press, Stage, differences
from workflow.verification import file_hashes

ADDRESS = "http://127.0.0.1:8000"


@pytest.fixture(autouse=True)
def a_plain_builder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm_builds, "Builder", PlainBuilder)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The data folder that is published from again and again."""
    return tmp_path / "data"


def pressed(press: Press, *, again: bool = False) -> Path:
    """Publish and return the live folder."""
    press.publish(lambda _: None, again=again)
    return (press._data / "www" / "current").resolve()


def clean(school: School, data: Path) -> dict[str, str]:
    """The files of a release that was made at once, with the same key, from nothing."""
    other = data.parent / "clean"
    shutil.rmtree(other, ignore_errors=True)
    shutil.copytree(data / "publisher", other / "publisher")
    for note in ("audited.json", "audit.json", "record.json", "looked.json"):
        (other / "publisher" / note).unlink(missing_ok=True)
    return file_hashes(pressed(Press(school.repo, other, ADDRESS)))


@pytest.mark.parametrize("is_prepared", [False, True], ids=["", "prepared"])
@pytest.mark.parametrize("cold", [(), (2, 3, 7), range(99)], ids=["warm", "sometimes", "cold"])
def test_every_release_is_the_one_that_a_clean_start_would_make(
    school: School, data: Path, cold: Any, is_prepared: bool
) -> None:
    press, entry_id = Press(school.repo, data, ADDRESS), a_post(school).entry_id
    for number, act in enumerate((*HISTORY, another_post)):
        live = pressed(press)
        press.prepare()
        if number % 3 == 0:
            assert file_hashes(live) == clean(school, data)
            assert differences(data) == []
        if number in cold:
            press = Press(school.repo, data, ADDRESS)
            if is_prepared:
                press.prepare()
        act(school, entry_id)
    assert file_hashes(pressed(press)) == clean(school, data)


def test_a_publication_links_what_has_changed_and_nothing_else(
    school: School, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked: list[int] = []
    bring = trees.bring
    monkeypatch.setattr(trees, "bring", lambda *words: linked.append(bring(*words)))
    for number in range(5):
        draft = school.create(TEACHER, "posts", **post_fields(title=f"Bài {number}"))
        school.approve(VICE, school.check(LEAD, school.submit(TEACHER, draft)))
    press, entry_id = Press(school.repo, data, ADDRESS), a_post(school).entry_id
    whole = file_hashes(pressed(press))
    press.prepare()
    seen = []
    for _ in range(3):
        edited(school, entry_id)
        seen.append({path: path.stat().st_ino for path in data.glob("www/releases/*")})
        pressed(press)

    # The page, the list of all and nothing else; and what the publication before had changed.
    assert linked[0] == len([path for path in whole if not release.is_of_the_list(path)])
    assert linked[1:] == [1, 1, 1]
    live = (data / "www" / "current").resolve()
    assert live.stat().st_ino in seen[0].values(), "the same two folders take turns"
    assert len(list(data.glob("www/releases/*"))) == 2


@pytest.mark.parametrize("is_changed", [False, True], ids=["as it is live", "control"])
def test_a_start_is_over_before_somebody_waits_for_a_publication(
    school: School, data: Path, monkeypatch: pytest.MonkeyPatch, is_changed: bool
) -> None:
    entry_id, started = a_post(school).entry_id, Press(school.repo, data, ADDRESS)
    pressed(started)
    started.prepare()
    press = Press(school.repo, data, ADDRESS)
    with monkeypatch.context() as patched:
        if is_changed:
            # Not what this program would make of it: a release of an earlier version, for example.
            head = verification.ReleaseHead(school.repo.main(), "2026-11-24", {"root": "0" * 64})
            patched.setattr(verification, "read_signed_head", lambda *_: head)
        press.prepare()
    edited(school, entry_id)
    live = pressed(press)

    assert press._cost["whole"] is is_changed
    assert file_hashes(live) == clean(school, data)


def test_a_start_makes_nothing_public(school: School, data: Path) -> None:
    entry_id, started = a_post(school).entry_id, Press(school.repo, data, ADDRESS)
    live = pressed(started)
    edited(school, entry_id)
    Press(school.repo, data, ADDRESS).prepare()

    assert pressed(started) != live


def test_the_live_release_is_never_touched(school: School, data: Path) -> None:
    press, entry_id = Press(school.repo, data, ADDRESS), a_post(school).entry_id
    for act in (edited, another_post, edited):
        live = pressed(press)
        press.prepare()
        before = file_hashes(live)
        act(school, entry_id)
        pressed(press)
        assert file_hashes(live) == before


def test_a_broken_edition_is_left_out_until_it_is_mended(school: School, data: Path) -> None:
    press, entry_id = Press(school.repo, data, ADDRESS), a_post(school).entry_id
    page = Path("tin-tuc") / "2026" / entry_id / "index.html"
    pressed(press)
    press.prepare()
    school.approve(VICE, edit(school, entry_id, BROKEN))
    live = pressed(press)
    assert "Nội dung." in (live / page).read_text()
    assert publication.left_out(data) == {entry_id: "hỏng"}
    assert file_hashes(live) == clean(school, data)

    another_post(school, "")
    assert file_hashes(pressed(press)) == clean(school, data)
    assert publication.left_out(data) == {entry_id: "hỏng"}
    school.approve(VICE, edit(school, entry_id, "Đã sửa."))
    live = pressed(press)
    assert "Đã sửa." in (live / page).read_text()
    assert publication.left_out(data) == {}
    assert file_hashes(live) == clean(school, data)


# Somebody who can write the web root


def test_a_file_changed_in_place_is_made_anew_though_releases_share_its_bytes(
    school: School, data: Path
) -> None:
    press = Press(school.repo, data, ADDRESS)
    a_post(school)
    live = pressed(press)
    press.prepare()
    whole = file_hashes(live)
    (live / "index.html").write_text("defaced")
    assert (data / "builder" / "output" / "index.html").read_text() == "defaced"

    assert file_hashes(pressed(press, again=True)) == whole
    assert differences(data) == []


def test_an_output_that_is_not_what_was_listed_never_becomes_public(
    school: School, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    press, entry_id = Press(school.repo, data, ADDRESS), a_post(school).entry_id
    live = pressed(press)
    before = publication.live(data)
    edited(school, entry_id)
    listing = press._list

    def spoiling(*words: Any) -> Any:
        listed = listing(*words)
        (data / "builder" / "output" / "tin-tuc" / "2026" / entry_id / "index.html").write_text("x")
        return listed

    with monkeypatch.context() as patched:
        patched.setattr(press, "_list", spoiling)
        with pytest.raises(BuildFailed):
            press.publish(lambda _: None)
    assert publication.live(data) == before
    assert (data / "www" / "current").resolve() == live
    assert file_hashes(pressed(press)) == clean(school, data)


@pytest.mark.parametrize("harm", ["a file is missing", "a part is forged", "no signature"])
def test_a_release_before_that_is_not_as_it_should_be_is_not_gone_on_with(
    school: School, data: Path, harm: str
) -> None:
    press, entry_id = Press(school.repo, data, ADDRESS), a_post(school).entry_id
    live = pressed(press)
    press.prepare()
    (spare,) = trees.others(data / "www" / "releases", live.name)
    page = f"tin-tuc/2026/{entry_id}/index.html"
    match harm:
        case "a file is missing":
            shutil.rmtree(spare / "tin-tuc")
            (spare / "tin-tuc").touch()
        case "a part is forged":
            part = spare / verification.part_path(verification.part_of(page))
            part.unlink()
            part.write_text("{}")
        case _:
            (spare / verification.RELEASE_SIGNATURE).unlink()
    edited(school, entry_id)

    assert file_hashes(pressed(press)) == clean(school, data)


def test_a_folder_that_was_put_beside_the_releases_is_not_gone_on_with(
    school: School, data: Path
) -> None:
    press, entry_id = Press(school.repo, data, ADDRESS), a_post(school).entry_id
    live = pressed(press)
    planted = live.with_name(f"{'a' * 40}-20261124")
    shutil.copytree(live, planted)
    (planted / "casino.html").touch()
    edited(school, entry_id)

    assert file_hashes(pressed(press)) == clean(school, data)
    assert not planted.exists() or not (live / "casino.html").exists()


# Killed at every step


def a_step_of(counted: list[str], dies_at: int) -> Callable[..., Any]:
    def wrap(function: Callable[..., Any], name: str) -> Callable[..., Any]:
        def step(*words: Any, **named: Any) -> Any:
            counted.append(name)
            if len(counted) == dies_at:
                raise Killed(name)
            return function(*words, **named)

        return step

    return wrap


STEPS = (
    (auditing, "audit"),
    (Mirror, "bring_to"),
    (PlainBuilder, "build"),
    (trees, "_place"),
    (trees, "_place_part"),
    (release, "sign"),
    (trees, "show"),
    (trees, "_fsync"),
    (Path, "rename"),
    (Path, "symlink_to"),
    (Path, "replace"),
    (shutil, "rmtree"),
)


def killed_at(school: School, data: Path, number: int, monkeypatch: pytest.MonkeyPatch) -> str:
    """Publish and die at the step of that number; say at which, or "" where it came to its end."""
    counted: list[str] = []
    wrap = a_step_of(counted, number)
    with monkeypatch.context() as patched:
        for owner, name in STEPS:
            patched.setattr(owner, name, wrap(getattr(owner, name), name))
        try:
            pressed(Press(school.repo, data, ADDRESS))
        except Killed:
            return counted[-1]
    return ""


def test_whoever_is_killed_leaves_a_whole_site_and_the_next_brings_the_new_one(
    school: School, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    press, entry_id = Press(school.repo, data, ADDRESS), a_post(school).entry_id
    pressed(press)
    press.prepare()
    press.looks.note()
    edited(school, entry_id)
    start = data.parent / "start"
    shutil.copytree(data, start, symlinks=True)
    wanted = clean(school, data)
    died = []
    for number in range(1, 99):
        shutil.rmtree(data)
        shutil.copytree(start, data, symlinks=True)
        step = killed_at(school, data, number, monkeypatch)
        died.append(step)
        assert differences(data) == [], step
        assert file_hashes(pressed(Press(school.repo, data, ADDRESS))) == wanted, step
        assert [path.name for path in data.glob("www/releases/.*")] == [], step
        if not step:
            break
    assert {"bring_to", "_place", "_place_part", "sign", "show", "_fsync", "symlink_to"} <= {*died}
    assert died[-1] == ""


def test_a_release_brought_up_to_date_is_known_again_after_a_start(
    school: School, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    press, entry_id = Press(school.repo, data, ADDRESS), a_post(school).entry_id
    live = pressed(press)
    press.prepare()
    for tree in data.glob("www/releases/*"):
        list(press.looks.at(tree))
    press.looks.note()
    edited(school, entry_id)
    live = pressed(press)

    assert Looks(data).is_known(live)
    assert [path for paths in Looks(data).at(live) for path in paths] == []


def stages(press: Press) -> Iterator[Stage]:
    seen: list[Stage] = []
    press.publish(seen.append)
    return iter(seen)


def test_what_is_live_is_not_made_again(school: School, data: Path) -> None:
    press = Press(school.repo, data, ADDRESS)
    assert list(stages(press)) == [Stage.VERIFYING, Stage.BUILDING, Stage.SWITCHING]
    assert list(stages(press)) == []
    assert os.path.lexists(data / "www" / "current")


# What it cost


def test_each_publication_leaves_a_row_of_what_it_cost(school: School, data: Path) -> None:
    press, entry_id = Press(school.repo, data, ADDRESS), a_post(school).entry_id
    for _ in range(2):
        pressed(press)
        press.prepare()
        press.prepare()
        edited(school, entry_id)

    first, second = metrics.last(data, 9)
    assert (first["entries"], first["whole"], second["whole"]) == (1, True, False)
    assert second["written"] < first["written"]
    stages = ["audit", "content", "build", "list", "links", "switch"]
    assert list(second["seconds"]) == stages


def test_the_rows_of_the_last_publications_are_kept_and_a_broken_one_is_passed_over(
    tmp_path: Path,
) -> None:
    assert metrics.last(tmp_path, 9) == []
    for number in range(503):
        metrics.note(tmp_path, number=number)
    path = tmp_path / "publisher" / "metrics.jsonl"
    assert len(path.read_text().splitlines()) == 500
    path.write_text(f"{path.read_text()}{{half")

    assert [row["number"] for row in metrics.last(tmp_path, 3)] == [501, 502]


def test_a_stage_that_comes_again_is_added_up() -> None:
    moments = iter([0.0, 1.0, 3.0, 4.0, 6.5])
    watch = metrics.Stopwatch(lambda: next(moments))
    for stage in ("build", "list", "build", ""):
        watch.begin(stage)

    assert watch.seconds() == {"build": 4.5, "list": 1.0}
