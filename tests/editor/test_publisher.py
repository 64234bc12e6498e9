"""The publisher process's one step, and how it tells of a failure."""

from __future__ import annotations

from pathlib import Path

import pytest

from editor import publisher
from editor.founding import Principal, found_school
from editor.settings import Settings
from tests.workflow.broken_builder import break_builder
from workflow.publication import PublishStatus, Stage
from workflow.repository import MAIN, NOTHING, RefUpdate, Repository


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(data=tmp_path)
    found_school(settings, "Trường", Principal("hieutruong", "Hiệu trưởng", "ven sông có cây 27"))
    return settings


def status(settings: Settings) -> PublishStatus:
    found = PublishStatus.read(settings.data)
    assert found
    return found


def test_what_is_live_is_recorded(settings: Settings) -> None:
    repository = Repository(settings.repository)

    assert publisher.publish_once(repository, settings)
    assert (status(settings).stage, status(settings).commit) == (Stage.LIVE, repository.main())
    assert publisher.publish_once(repository, settings)


def test_a_failed_build_is_told_with_its_reason(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_builder(tmp_path, monkeypatch)

    assert not publisher.publish_once(Repository(settings.repository), settings)
    assert status(settings).stage is Stage.FAILED
    assert "theme is broken" in status(settings).error
    assert "Trang cũ vẫn giữ nguyên" in status(settings).error


def test_an_unproved_repository_is_told_with_its_reason(settings: Settings, tmp_path: Path) -> None:
    repository = Repository(settings.repository)
    main = repository.main()
    tree = repository.commit(main).tree
    when = repository.commit(main).when
    commit = repository.write_commit(tree, [main], "Sửa tay\n", when, "root")
    repository.update_refs([RefUpdate(MAIN, commit, main)])

    assert not publisher.publish_once(repository, settings)
    assert "không qua được kiểm chứng" in status(settings).error
    assert commit in status(settings).error


def test_a_repository_that_cannot_be_read_does_not_end_the_process(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    repository = Repository(settings.repository)
    main = repository.main()
    repository.update_refs([RefUpdate(MAIN, NOTHING, main)])

    publisher.publish_due_entries(repository, settings.data)
    assert "cannot look" in caplog.text


def test_what_the_disk_refuses_is_told_and_tried_again(settings: Settings) -> None:
    repository = Repository(settings.repository)
    in_the_way = settings.data / "www" / "releases"
    in_the_way.parent.mkdir()
    in_the_way.touch()

    assert not publisher.publish_once(repository, settings)
    assert status(settings).stage is Stage.FAILED
    in_the_way.unlink()
    assert publisher.publish_once(repository, settings)


def test_trouble_of_git_is_told_and_tried_again(settings: Settings) -> None:
    """As on a full disk: git says no, and neither the step nor the process ends in that."""
    repository = Repository(settings.repository)
    head = repository.path / "HEAD"
    aside = head.rename(repository.path / "aside")

    assert not publisher.publish_once(repository, settings)
    assert status(settings).stage is Stage.FAILED
    assert "Máy chủ chưa đọc hoặc ghi được kho nội dung." in status(settings).error
    publisher.publish_due_entries(repository, settings.data)
    publisher._go_on(lambda: repository.update_refs([]))
    aside.rename(head)
    assert publisher.publish_once(repository, settings)


def test_trouble_while_looking_after_the_site_is_outlived(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def disk_is_full() -> None:
        raise OSError(28, "No space left on device")

    publisher._go_on(disk_is_full)

    assert "No space left" in caplog.text
