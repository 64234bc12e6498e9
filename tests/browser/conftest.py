"""What every browser test gets: the found Chromium, and a page that tolerates no fault."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Request,
    StorageState,
    WebError,
)

from tests.browser import chromium
from tests.browser.newsroom import Newsroom, running
from tests.browser.staff import Member

NETWORK = {"http", "https", "ws", "wss"}
LOCAL = {"127.0.0.1", "localhost", "::1"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    found = chromium.find()
    environment = {**os.environ, **found.environment}
    return browser_type_launch_args | {
        "executable_path": str(found.executable),
        "args": list(chromium.ARGUMENTS),
        "env": environment,
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return browser_context_args | {"locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh"}


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that fails its test on a script error, or on a request that leaves the machine."""
    faults = watch(context)
    yield context.new_page()
    assert faults == []


def watch(context: BrowserContext) -> list[str]:
    """Return a list that fills with the faults of all the context's pages."""
    faults: list[str] = []

    def note_error(error: WebError) -> None:
        faults.append(f"script error: {error.error}")

    def note_request(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in NETWORK and address.hostname not in LOCAL:
            faults.append(f"request to another machine: {request.url}")

    context.on("weberror", note_error)
    context.on("request", note_request)
    return faults


@pytest.fixture(scope="session")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    """The running program with the demo school, started once for all browser tests of a worker."""
    with running(tmp_path_factory.mktemp("newsroom") / "var") as started:
        yield started


@pytest.fixture
def stranger(browser: Browser, newsroom: Newsroom) -> Iterator[Callable[[str], Member]]:
    """Somebody at a browser who has not signed in yet; it must end without a fault."""
    made: list[tuple[Member, list[str]]] = []

    def member(username: str) -> Member:
        context = browser.new_context(locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh")
        faults = watch(context)
        made.append((Member(context.new_page(), newsroom, username), faults))
        return made[-1][0]

    yield member
    for person, faults in made:
        person.context.close()
        assert faults == []


@pytest.fixture(scope="session")
def sessions() -> dict[tuple[str, str], StorageState]:
    """The cookies of who has signed in once, by the address of the editor and the user name."""
    return {}


@pytest.fixture
def staff(
    browser: Browser, newsroom: Newsroom, sessions: dict[tuple[str, str], StorageState]
) -> Iterator[Callable[[str], Member]]:
    """Give members of staff browsers of their own; each must end without a fault.

    Who signed in before comes back with the same session, as at a browser that was closed; where
    the newsroom has ended it meanwhile, it signs in anew.
    """
    members: dict[str, tuple[Member, list[str]]] = {}

    def member(username: str) -> Member:
        if username not in members:
            before = sessions.get((newsroom.editor, username))
            context = browser.new_context(
                locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", storage_state=before
            )
            faults = watch(context)
            person = Member(context.new_page(), newsroom, username)
            members[username] = (person, faults)
            if before is None or not person.is_still_signed_in():
                person.sign_in()
                sessions[newsroom.editor, username] = context.storage_state()
        return members[username][0]

    yield member
    for person, faults in members.values():
        person.context.close()
        assert faults == []
