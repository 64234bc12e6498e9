from __future__ import annotations

from pathlib import Path
from threading import Event, Thread

import pytest

from editor.previewing import Builds, PreviewsBusy, file_in, with_links_inside
from workflow.errors import NotFound


def test_links_of_the_site_stay_inside_the_preview() -> None:
    page = (
        '<link href="/theme/site.css"><a href="http://127.0.0.1:8000/tin-tuc/">Tin</a>'
        '<img srcset="/a.jpg 1x, /b.jpg 2x" src="anh-1.jpg"><a href="//khac.example/">x</a>'
    )

    assert with_links_inside(page, "/bai/x/xem-truoc", "http://127.0.0.1:8000") == (
        '<link href="/bai/x/xem-truoc/theme/site.css"><a href="/bai/x/xem-truoc/tin-tuc/">Tin</a>'
        '<img srcset="/bai/x/xem-truoc/a.jpg 1x, /bai/x/xem-truoc/b.jpg 2x" src="anh-1.jpg">'
        '<a href="//khac.example/">x</a>'
    )


def test_a_folder_is_its_index_page(tmp_path: Path) -> None:
    (tmp_path / "tin").mkdir()
    (tmp_path / "tin" / "index.html").write_text("x")

    assert file_in(tmp_path, "tin/") == tmp_path / "tin" / "index.html"


@pytest.mark.parametrize(
    "path", ["../secret.key", "tin/../../secret.key", "khong-co", "", "a\0b", "a" * 300]
)
def test_nothing_outside_the_built_site_is_shown(tmp_path: Path, path: str) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (tmp_path / "secret.key").write_text("x")

    with pytest.raises(NotFound):
        file_in(site, path)


class _Building:
    """People whose builds last until they are let go."""

    def __init__(self, builds: Builds, names: list[str]) -> None:
        self.end = Event()
        self.at_work: list[str] = []
        self.threads = [Thread(target=self._build, args=(builds, name)) for name in names]
        for thread in self.threads:
            thread.start()
        while builds.waiting() < len(names):
            pass

    def _build(self, builds: Builds, name: str) -> None:
        with builds.turn_of(name):
            self.at_work.append(name)
            self.end.wait(10)

    def stop(self) -> None:
        self.end.set()
        for thread in self.threads:
            thread.join()


def test_nobody_holds_more_than_two_places_of_the_previews() -> None:
    builds = Builds()
    building = _Building(builds, ["a", "a"])
    try:
        with pytest.raises(PreviewsBusy), builds.turn_of("a"):
            pass
        with builds.turn_of("b"):
            pass
    finally:
        building.stop()


def test_a_full_queue_is_refused_and_later_served() -> None:
    builds = Builds()
    building = _Building(builds, ["a", "a", "b", "b", "c"])
    try:
        assert len(building.at_work) <= 2
        with pytest.raises(PreviewsBusy), builds.turn_of("d"):
            pass
    finally:
        building.stop()
    with builds.turn_of("d"):
        assert sorted(building.at_work) == ["a", "a", "b", "b", "c"]


def test_a_decision_waits_behind_the_frames_of_the_same_person() -> None:
    builds = Builds()
    building = _Building(builds, ["a", "a"])
    decided: list[str] = []

    def decide() -> None:
        with builds.turn_of("a", is_decided=True):
            decided.extend(building.at_work)

    deciding = Thread(target=decide)
    deciding.start()
    try:
        assert decided == []
    finally:
        building.stop()
    deciding.join(10)

    assert decided
    assert builds.waiting() == 0
