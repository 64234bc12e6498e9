"""The browser itself: that it is there, draws Vietnamese, and that its faults are seen."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser import chromium
from tests.browser.conftest import watch


def test_a_real_browser_runs_script_on_vietnamese_text(page: Page) -> None:
    page.set_content("<p id=a></p><script>a.textContent = 'đường'.toUpperCase()</script>")

    assert page.locator("#a").inner_text() == "ĐƯỜNG"


def test_a_chosen_browser_that_is_not_there_is_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TOASOAN_CHROMIUM", str(tmp_path / "none"))

    with pytest.raises(chromium.BrowserMissing, match="names no program"):
        chromium.find()


def test_no_browser_at_all_is_an_error_and_not_a_skip(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("TOASOAN_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(chromium, "UNPACKED", tmp_path)

    with pytest.raises(chromium.BrowserMissing, match="toasoan test"):
        chromium.find()


def test_a_script_error_is_a_fault(context: BrowserContext) -> None:
    faults = watch(context)

    context.new_page().goto("data:text/html,<script>missing()</script>")

    assert faults == ["script error: missing is not defined"]


def test_a_request_that_leaves_the_machine_is_a_fault(context: BrowserContext) -> None:
    context.set_offline(offline=True)
    faults = watch(context)

    context.new_page().set_content("<img src='http://elsewhere.invalid/a.png'>")

    assert faults == ["request to another machine: http://elsewhere.invalid/a.png"]
