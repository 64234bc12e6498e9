"""Publications by the builder that stays: what they bring is what a clean build makes."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.workflow.conftest import VICE, School
from tests.workflow.test_mirror import HISTORY, a_post, another_post, edited
from tests.workflow.test_record import TOO_DEEP, edit
from workflow import metrics, publication
from workflow.building import Builder
from workflow.publication import Press

ADDRESS = "http://127.0.0.1:8000"
FEW = 8
"""Acts after which a clean build is made for comparison, but for the last ones."""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The data folder that is published from again and again."""
    return tmp_path / "data"


@pytest.fixture
def press(school: School, data: Path) -> Iterator[Press]:
    with closing(Press(school.repo, data, ADDRESS)) as made:
        yield made


def pressed(press: Press, data: Path) -> Path:
    press.publish(lambda _: None)
    press.prepare()
    return (data / "www" / "current").resolve()


def unlike_a_clean_build(school: School, data: Path) -> list[str]:
    """The files of the live release that a clean build makes otherwise."""
    site = (data / "www" / "current").resolve()
    return publication.rebuild_differences(school.repo, data, site, ADDRESS)


def was_whole(data: Path) -> list[bool]:
    return [bool(row["whole"]) for row in metrics.last(data, 99)]


def test_after_every_act_the_release_is_what_a_clean_build_makes(
    school: School, data: Path, press: Press
) -> None:
    entry_id = a_post(school).entry_id
    for number, act in enumerate(HISTORY):
        pressed(press, data)
        if number % FEW == 0:
            assert unlike_a_clean_build(school, data) == []
        act(school, entry_id)
    pressed(press, data)
    assert unlike_a_clean_build(school, data) == []
    assert publication.differences(data) == []


def test_a_cold_start_gives_the_same_and_renders_only_what_has_changed(
    school: School, data: Path, press: Press
) -> None:
    entry_id = a_post(school).entry_id
    pressed(press, data)
    first = metrics.last(data, 1)[0]
    press.close()
    edited(school, entry_id)
    with closing(Press(school.repo, data, ADDRESS)) as cold:
        pressed(cold, data)

    row = metrics.last(data, 1)[0]
    assert 0 < row["rendered"] < first["rendered"]
    assert unlike_a_clean_build(school, data) == []


def test_a_builder_that_is_killed_at_its_work_is_started_again_at_once(
    school: School, data: Path, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry_id = a_post(school).entry_id
    pressed(press, data)
    edited(school, entry_id)
    hear = Builder._line
    killed: list[int] = []

    def kill_first(builder: Builder, *words: Any) -> bytes:
        if builder.pid and not killed:
            killed.append(builder.pid)
            os.kill(builder.pid, signal.SIGKILL)
        return hear(builder, *words)

    monkeypatch.setattr(Builder, "_line", kill_first)
    pressed(press, data)
    assert len(killed) == 1
    assert unlike_a_clean_build(school, data) == []


def test_an_output_that_was_changed_is_built_anew_at_the_next_attempt(
    school: School, data: Path, press: Press
) -> None:
    entry_id = a_post(school).entry_id
    pressed(press, data)
    page = next((data / "builder" / "output").glob("tin-tuc/2026/*/index.html"))
    fresh = page.with_name("other")
    fresh.write_text("changed")
    fresh.replace(page)
    for release in (data / "www" / "releases").glob("*.spare"):
        release.rename(release.with_name(f".tmp-{release.name}"))
    press.close()
    with closing(Press(school.repo, data, ADDRESS)) as cold:
        edited(school, entry_id)
        pressed(cold, data)
    assert unlike_a_clean_build(school, data) == []


def test_an_edition_that_cannot_be_built_is_left_out_by_the_builder_that_stays(
    school: School, data: Path, press: Press
) -> None:
    entry_id = a_post(school).entry_id
    pressed(press, data)
    school.approve(VICE, edit(school, entry_id, TOO_DEEP))
    live = pressed(press, data)
    assert list(publication.left_out(data)) == [entry_id]
    assert unlike_a_clean_build(school, data) == []

    another_post(school, "")
    edited(school, entry_id)
    live = pressed(press, data)
    assert publication.left_out(data) == {}
    assert any("Sửa lúc" in page.read_text() for page in live.glob("tin-tuc/2026/*/index.html"))
    assert was_whole(data)[1:] == [False, False]
