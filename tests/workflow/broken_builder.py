"""A builder that cannot start: its program is broken."""

from pathlib import Path

import pytest

from workflow import building

REASON = "theme is broken"


def break_builder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every builder that is started from now on end at once, with a reason in its log."""
    package = tmp_path / "broken" / "newsroom"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "child.py").write_text(f"raise SystemExit({REASON!r})")
    monkeypatch.setattr(building, "_PLUGINS", package.parent)
