"""The public site as it would be with a draft, shown under an address of the editor.

Knows how the site is built only through the workflow; it changes links, never words.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import Final

from editor.newsroom import newsroom, person, repository
from workflow.addresses import public_path
from workflow.entries import Change
from workflow.errors import NotFound, WorkflowError
from workflow.publication import preview, today

_AT_ONCE: Final = 2
_OF_ONE: Final = 2
_OF_ALL: Final = 5
"""Of the eight threads of an editor: the rest goes on serving other pages."""
_LINK: Final = re.compile(
    r"""(?P<before>\b(?:href|src|action|poster|data)\s*=\s*["'])(?P<to>/(?!/)[^"']*)"""
)
_SOURCES: Final = re.compile(r"""(?P<before>\bsrcset\s*=\s*["'])(?P<list>[^"']*)""")
_FIRST: Final = re.compile(r"(?P<before>^|,\s*)/(?!/)")


def preview_folder(change: Change, *, is_decided: bool = False) -> Path:
    """Return the folder of the whole site with this draft in it.

    What is decided waits its turn however many wait before it: no frame of the leader's own page
    may stand in the way of the decision.

    Raises:
        BuildFailed: the draft does not build.
        PreviewsBusy: too many are being built, for this person or in all.
    """
    settings = newsroom().settings
    version = (change.head, repository().main(), today())
    known = _made.get(version)
    if known and known.exists():
        known.touch()
        return known
    (settings.data / "previews").mkdir(mode=0o700, parents=True, exist_ok=True)
    with _builds.turn_of(person().username, is_decided=is_decided):
        folder = preview(repository(), change, settings.data, settings.public_url)
    for old in [key for key, path in list(_made.items()) if not path.exists()]:
        _made.pop(old, None)
    _made[version] = folder
    return folder


class PreviewsBusy(WorkflowError):
    """Máy chủ đang dựng nhiều bản xem trước. Chờ một phút rồi mở lại trang này."""


class Builds:
    """Who builds and who waits: each build is the whole site, and each waiter holds a thread."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._lock = Lock()
        self._people: Counter[str] = Counter()
        self._own: defaultdict[str, Lock] = defaultdict(Lock)
        self._places = BoundedSemaphore(_AT_ONCE)

    def waiting(self) -> int:
        """Return how many build or wait."""
        return self._people.total()

    @contextmanager
    def turn_of(self, username: str, *, is_decided: bool = False) -> Iterator[None]:
        """Wait for the person's turn; one build at a time for each, two for all.

        Raises:
            PreviewsBusy: one is built and one waits for the person already, or the queue is full.
        """
        with self._lock:
            is_full = self._people[username] >= _OF_ONE or self._people.total() >= _OF_ALL
            if is_full and not is_decided:
                raise PreviewsBusy
            self._people[username] += 1
        try:
            with self._own[username], self._places:
                yield
        finally:
            with self._lock:
                self._people[username] -= 1


_builds: Final = Builds()
_made: Final[dict[tuple[str, str, date], Path]] = {}
"""Where a version's preview lies: its pictures and styles must not queue behind new builds."""


def page_path(change: Change) -> str:
    """Return the path of a draft's page in its preview, without the leading slash.

    Where the draft withdraws the entry, the note or the way on stands there.
    """
    return public_path(change.ctype, change.fields, change.folder).lstrip("/")


def file_in(folder: Path, path: str) -> Path:
    """Return the file that a path of the site names.

    Raises:
        NotFound: there is none, or it would lie outside.
    """
    try:
        target = (folder / path).resolve()
        if target.is_dir():
            target /= "index.html"
        is_there = target.is_relative_to(folder.resolve()) and target.is_file()
    except (OSError, ValueError) as error:  # too long, or no name at all
        raise NotFound from error
    if not is_there:
        raise NotFound
    return target


def with_links_inside(page: str, prefix: str, public_url: str) -> str:
    """Return a page whose links to its own site stay inside the preview."""
    page = page.replace(f'"{public_url}/', '"/')
    page = _LINK.sub(lambda m: f"{m['before']}{prefix}{m['to']}", page)
    return _SOURCES.sub(
        lambda m: m["before"] + _FIRST.sub(rf"\g<before>{prefix}/", m["list"]), page
    )
