"""The archive of the program's source that every visitor may fetch."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from editor import source_archive


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("editor/app.py", "editor/.env", "editor/.cache/x", "var/secret.key"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x")
    (tmp_path / "editor" / "linked.key").symlink_to(tmp_path / "var" / "secret.key")
    monkeypatch.setattr(source_archive, "_PROJECT", tmp_path)
    return tmp_path


def test_the_archive_holds_no_data_no_link_and_no_dotfile(project: Path) -> None:
    source_archive.source_archive.cache_clear()
    data = source_archive.source_archive()
    source_archive.source_archive.cache_clear()

    assert zipfile.ZipFile(io.BytesIO(data)).namelist() == ["toasoan/editor/app.py"]


def test_the_archive_holds_what_is_needed_to_run_the_program() -> None:
    names = zipfile.ZipFile(io.BytesIO(source_archive.source_archive())).namelist()

    assert {"toasoan/toasoan", "toasoan/editor/app.py", "toasoan/LICENSE"} < set(names)
    assert any(name.startswith("toasoan/requirements/") for name in names)
    assert not [name for name in names if "/var/" in name or "/." in name]
