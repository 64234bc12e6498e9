"""What every test gets: surroundings that the machine it runs on cannot colour."""

import os
from pathlib import Path

import hypothesis
import pytest

hypothesis.settings.register_profile("quick", max_examples=50, deadline=None, derandomize=True)
hypothesis.settings.register_profile("thorough", max_examples=1000, deadline=None)
hypothesis.settings.load_profile(os.environ.get("TOASOAN_TEST_PROFILE", "quick"))


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hide the developer's own git settings and the settings of a running newsroom."""
    home = tmp_path_factory.getbasetemp() / "home"
    home.mkdir(exist_ok=True)
    for name in list(os.environ):
        if name.startswith(("GIT_", "TOASOAN_")) and name != "TOASOAN_CHROMIUM":
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    # A file of our own and not /dev/null: `git config --global` as root would replace the device.
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(home / ".gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    monkeypatch.setenv("TZ", "Asia/Ho_Chi_Minh")
    return home
