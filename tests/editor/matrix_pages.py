"""The pages that the permission matrix asks, each by its address, and the people who ask them.

Knows what is pressed and typed, not who may: that the rules say, and the tests compare.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import lru_cache
from http import HTTPStatus
from itertools import count
from pathlib import Path
from typing import Any, Final

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from editor import newsroom, previewing
from editor.app import create_app
from editor.settings import Settings
from tests.editor.conftest import Reader
from tests.editor.matrix import FIELDS, LOCKED, NOW, PHOTO, STRANGER, SUBJECTS, Cell, Stand, World
from tests.editor.quick_git import without_processes
from workflow import front_matter, roster, verification
from workflow.addresses import public_path
from workflow.content_types import CONTENT_TYPES
from workflow.entries import Change
from workflow.repository import Repository
from workflow.states import Status

PASSWORD: Final = "bốn-chiếc-lá-me-xanh"
_SIGNED: Final = {"password": PASSWORD}
_ENTRY: Final = "/bai/{id}"
_ARCHIVED: Final = "/ban-nhap-da-bo/{id}/1"

PRESSES: Final[Mapping[str, tuple[str, dict[str, str]]]] = {
    "save": ("/sua", {}),
    "submit": ("/gui", {}),
    "check": ("/xac-nhan", _SIGNED | {"accurate": "1"}),
    "return": ("/tra-lai", {"note": "Sai ngày, xem lại."}),
    "approve": ("/phe-duyet", _SIGNED),
    "urgent": ("/dang-khan", _SIGNED | {"note": "Bão vào đêm nay."}),
    "review": ("/hau-kiem", _SIGNED),
    "park": ("/sua-gap", {}),
    "update": ("/cap-nhat", {}),
    "take_back": (_ARCHIVED, {}),
    "abandon": ("/bo-ban-nhap", {"note": "Trùng bài khác."}),
    "correct": ("/dinh-chinh", {"reason": "Sai giờ."}),
    "withdraw": ("/thu-hoi", {"kind": "error", "reason": "Đăng nhầm bài."}),
    "restore": ("/bo-thu-hoi", {}),
    "move": ("/duong-dan", {"slug": "noi-khac"}),
    "take_down": ("/go-bai", _SIGNED | {"kind": "error", "reason": "Đăng nhầm bài."}),
    "lift": ("/dang-lai", _SIGNED),
    "erase": ("/xoa-tep", _SIGNED | {"reason": "Phụ huynh yêu cầu."}),
}
"""The button of each act: its address, and what is typed beside it."""

FORMS: Final[Mapping[str, str]] = {
    "save": "/sua",
    "correct": "/dinh-chinh",
    "withdraw": "/thu-hoi",
    "move": "/duong-dan",
    "take_down": "/go-bai",
}
"""The form above a button: it opens for whoever may press, and for nobody else."""

READS: Final = (
    *("", "/tien-do", "/tien-do.json", f"/tep/{PHOTO}", f"/tep/{PHOTO}?truoc=1"),
    *("/xem-truoc", "/trang-xem-truoc", "/xem-truoc/index.html"),
)
"""The views that show something of an entry to whoever may read it."""
ASIDE_FILES: Final = {
    Status.PARKED: f"/ban-gac/tep/{PHOTO}",
    Status.ABANDONED: f"{_ARCHIVED}/tep/{PHOTO}",
}
"""Where a photo of a draft is shown that lies aside."""
ERASURE: Final = ("/xoa-tep", "/xoa-tep/{sha}")
"""What shows every file that an entry ever had, to whoever may order an erasure."""

_REFUSED: Final = {
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.CONFLICT,
}


def address_of(path: str, entry_id: str, sha: str = "0" * 64) -> str:
    """Return the whole address of a path below an entry's, or of its archived draft."""
    whole = path if path.startswith(_ARCHIVED) else _ENTRY + path
    return whole.format(id=entry_id, sha=sha)


@dataclass
class Visitor:
    """Somebody at a browser, with the token of the forms read once."""

    reader: Reader
    token: str
    world: World

    def asks(self, cell: Cell, stand: Stand) -> bool:
        """Say whether the pages let the person do what the cell asks; afterwards it is undone.

        Raises:
            AssertionError: the views or the form beside a button disagree with each other.
        """
        if cell.act in {"read", "read_down"}:
            return self._reads(stand)
        if cell.act == "read_files":
            sha = stand.photo.oid if stand.photo else ""
            return self._agreed(
                self._opens(address_of(path, stand.entry_id, sha)) for path in ERASURE
            )
        before = self.world.refs()
        opened = self._form_opens(cell.act, stand)
        try:
            done = self._presses(cell.act, stand, before)
        finally:
            self._undo(before, stand)
        assert opened in {None, done}, f"{cell}: the form opens: {opened}, the button works: {done}"
        return done

    def _undo(self, before: dict[str, str], stand: Stand) -> None:
        self.world.restore(before)
        if stand.photo:
            # An erasure deletes the bytes.
            self.world.repo.store_media(b"\xff\xd8 pretend pixels of " + stand.entry_id.encode())

    def _reads(self, stand: Stand) -> bool:
        addresses = [address_of(path, stand.entry_id) for path in READS]
        if stand.is_aside:
            return self._agreed(self._aside(stand, addresses))
        return self._agreed(map(self._opens, addresses))

    def _aside(self, stand: Stand, addresses: list[str]) -> Iterator[bool]:
        """Say whether the draft's words are shown, and its photo where it has one."""
        if stand.change.status is Status.ABANDONED:
            yield self._opens(address_of(_ARCHIVED, stand.entry_id))
        else:
            # The live page is everybody's; what lies beside it is not.
            yield any(stand.marker in self.reader.read(address) for address in addresses)
        if stand.change.media:
            path = address_of(ASIDE_FILES[stand.change.status], stand.entry_id)
            yield self.reader.client.get(path).status_code == HTTPStatus.OK

    @staticmethod
    def _agreed(answers: Iterator[bool]) -> bool:
        """Return what all views say; one that opens would be as bad as all."""
        found = list(answers)
        assert len(set(found)) == 1, f"the views disagree: {found}"
        return found[0]

    def _form_opens(self, act: str, stand: Stand) -> bool | None:
        # Beside a draft that lies aside the forms are those of the live entry.
        if act not in FORMS or (stand.is_aside and act != "take_down"):
            return None
        return self._opens(address_of(FORMS[act], stand.entry_id))

    def _presses(self, act: str, stand: Stand, before: dict[str, str]) -> bool:
        path, typed = PRESSES[act]
        change, owed = stand.change, self.world.owed(stand.entry_id) if act == "review" else None
        form = _form_of(change) if act == "save" else {}
        if act == "erase":
            form = {"files": stand.photo.oid if stand.photo else ""}
        answer = self.reader.client.post(
            address_of(path, stand.entry_id),
            data={
                "csrf_token": self.token,
                "seen": owed.publication if owed else change.head,
                **form,
                **typed,
            },
        )
        moved = self.world.refs() != before
        expected = {HTTPStatus.FOUND} if moved else {*_REFUSED, HTTPStatus.FOUND}
        if stand.is_aside and not moved:
            # The live entry beside it may be of another team, and its form refuse the draft's.
            expected.add(HTTPStatus.UNPROCESSABLE_ENTITY)
        assert answer.status_code in expected, f"{act}: {answer.status_code}, moved: {moved}"
        return moved

    def _opens(self, path: str) -> bool:
        answer = self.reader.client.get(path)
        # An entry without the photo has none to show: that is no refusal.
        is_missing_file = answer.status_code == HTTPStatus.NOT_FOUND and "/tep/" in path
        return is_missing_file or answer.status_code == HTTPStatus.OK or _leads_on(answer)


def _leads_on(answer: TestResponse) -> bool:
    is_elsewhere = answer.status_code == HTTPStatus.FOUND
    return is_elsewhere and not answer.location.startswith("/dang-nhap")


def _form_of(change: Change) -> dict[str, Any]:
    """The entry's form as a browser sends it, with another body."""
    title = {CONTENT_TYPES[change.type_name].title_field: change.title}
    raw = FIELDS[change.type_name] | title | {"group": change.group, "body": "Thêm một câu."}
    return raw | {"code_number": str(change.fields.get("code_number", ""))}


class _Today(datetime):
    """The clock of the newsroom, stopped on the day of the delegations."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return NOW


_folders: Final = count(1)


def _page_without_a_build(repo: Repository, change: Change, data: Path, url: str) -> Path:
    """Stand in for the build of a preview: who may see it is asked here, not how it looks."""
    folder = data / "previews" / str(next(_folders))
    page = folder / public_path(change.ctype, change.fields, change.folder).lstrip("/")
    for place in {folder, page}:
        place.mkdir(parents=True, exist_ok=True)
        (place / "index.html").write_text(change.title)
    return folder


def _parsing_once() -> Callable[[bytes], tuple[dict[str, Any], str]]:
    parse = lru_cache(maxsize=10_000)(front_matter.parse)
    return lambda data: deepcopy(parse(data))


def _reading_once() -> Callable[[verification.Objects, str], verification.Governance]:
    """The auditor's reading of each ``governance/`` folder; what it breaks is read anew."""
    read, known = verification.read_governance, dict[str | None, verification.Governance]()

    def reading(objects: verification.Objects, root: str) -> verification.Governance:
        folder = objects.folder(root, ("governance",))
        if folder not in known:
            known[folder] = read(objects, root)
        return known[folder]

    return reading


@contextmanager
def visitors_of(world: World) -> Iterator[tuple[Flask, dict[str, Visitor]]]:
    """Let everybody sign in through the door, each at a browser of their own."""
    with pytest.MonkeyPatch.context() as patch, without_processes():
        patch.setattr(newsroom, "datetime", _Today)
        patch.setattr(previewing, "preview", _page_without_a_build)
        # Nobody pulls the plug here, and the same bytes are the same governance and entry.
        patch.setattr(Repository, "sync", lambda _repository: None)
        patch.setattr(roster, "load", lru_cache(roster.load))
        patch.setattr(front_matter, "parse", _parsing_once())
        patch.setattr(verification, "read_governance", _reading_once())
        app = create_app(Settings(data=world.repo.path.parent))
        accounts = app.extensions["toasoan"].accounts
        found = {}
        for name in SUBJECTS:
            reader = Reader(app.test_client())
            if name != STRANGER:
                accounts.create(name, PASSWORD, world.keys[name].private_key)
                assert reader.sign_in(name, PASSWORD).status_code == HTTPStatus.FOUND
            found[name] = Visitor(reader, reader.token(), world)
        accounts.lock(LOCKED)
        yield app, found
        app.extensions["toasoan"].database.engine.dispose()
