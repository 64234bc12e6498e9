"""A small school on a real repository and database, and people who read and press its pages.

Knows no page's layout: a person finds what to press by name, as a form does.
"""

from __future__ import annotations

import io
import re
import shutil
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from PIL import Image
from werkzeug.test import TestResponse

from editor import passwords
from editor.accounts import Accounts
from editor.app import Editor, create_app
from editor.database import Database
from editor.newsroom import Newsroom
from editor.sessions import ServerSession, ServerSessions
from editor.settings import Settings
from workflow import governing, roster, services, signing
from workflow.clock import VIETNAM
from workflow.content_types import CONTENT_TYPES, parse_form
from workflow.repository import Repository

PASSWORD = "phượng nở trước sân trường"
TEACHER, LEAD, VICE, PRINCIPAL = (
    "co.giaovien5a",
    "totruong.maugiao",
    "pht.chuyenmon",
    "hieutruong",
)
CLERK, ADMIN, COOK = "vanthu", "quantri.web", "totruong.nuoiduong"
NUTRITION_VICE = "pht.nuoiduong"
ACCOUNTS = (TEACHER, LEAD, VICE)
_GOVERNANCE = Path(__file__).resolve().parents[2] / "content" / "governance"


@dataclass
class Reader:
    """A person at a browser: keeps cookies, finds the form's token, reads text."""

    client: FlaskClient

    def read(self, path: str) -> str:
        return unescape(self.client.get(path).text)

    def press(self, path: str, **fields: Any) -> TestResponse:
        return self.client.post(path, data={"csrf_token": self.token(), **fields})

    def token(self) -> str:
        page = self.client.get("/dang-nhap", follow_redirects=True).text
        return str(re.findall(r'name="csrf_token" value="([^"]+)"', page)[0])

    def sign_in(self, username: str, password: str = PASSWORD, **fields: str) -> TestResponse:
        return self.press("/dang-nhap", username=username, password=password, **fields)

    def write(self, type_name: str = "posts", /, **fields: Any) -> str:
        """Save a new draft and return its id."""
        answer = self.press(f"/viet/{type_name}", **{**A_POST, **fields})
        assert answer.status_code == 302, unescape(answer.text)
        return str(re.findall(r"/bai/([^/?]+)", answer.location)[0])


A_POST = {
    "title": "Bé vui rước đèn",
    "summary": "Các bé rước đèn ở sân trường.",
    "date": "24/11/2026",
    "category": "hoat-dong-cua-be",
    "group": "mau-giao",
    "body": "Trăng lên, các bé rước đèn.",
}


@pytest.fixture(scope="session", autouse=True)
def cheap_guesses_and_templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Make what is dear on purpose cheap, and what each new app would compile compiled once.

    The hash is the real one with other parameters; ``test_sign_in`` holds the real ones.
    """
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    cache = FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", hasher)
        patch.setattr(passwords, "_DUMMY_HASH", hasher.hash("nobody's"))
        patch.setattr(Editor, "jinja_options", {"bytecode_cache": cache})
        yield


@pytest.fixture(scope="session")
def a_founded_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder, made once and copied for each test."""
    data = tmp_path_factory.mktemp("founded")
    people = tomllib.loads((_GOVERNANCE / "roster.toml").read_text())["people"]
    keys = {name: signing.generate() for name in people}
    accounts = Accounts(Database(data / "toasoan.db"))
    for name in ACCOUNTS:
        accounts.create(name, PASSWORD, keys[name])
    accounts.create(PRINCIPAL, PASSWORD, keys[PRINCIPAL], demo=True)
    for name in {CLERK, ADMIN, COOK, NUTRITION_VICE}:
        accounts.create(name, PASSWORD, keys[name])
    lines = {name: signing.public_key_line(key) for name, key in keys.items()}
    kept = {path: _GOVERNANCE / Path(path).name for path in roster.FILES}
    files = {path: file.read_bytes() for path, file in kept.items() if file.exists()}
    files[roster.ROSTER] = roster.with_keys(files[roster.ROSTER], lines)
    signer = signing.Signer(PRINCIPAL, keys[PRINCIPAL])
    repository = Repository.create(data / "site.git")
    services.found(repository, signer, files, datetime.now(VIETNAM))
    accounts.database.engine.dispose()
    return data


@pytest.fixture
def settings(a_founded_folder: Path, tmp_path: Path) -> Settings:
    data = tmp_path / "var"
    shutil.copytree(a_founded_folder, data)
    return Settings(data=data)


@pytest.fixture
def app(settings: Settings) -> Any:
    made = create_app(settings)
    yield made
    made.extensions["toasoan"].database.engine.dispose()


@pytest.fixture
def newsroom(app: Flask) -> Newsroom:
    found: Newsroom = app.extensions["toasoan"]
    return found


@pytest.fixture
def stranger(app: Flask) -> Reader:
    return Reader(app.test_client())


@pytest.fixture
def person(app: Flask, newsroom: Newsroom) -> Callable[[str], Reader]:
    """Somebody who has signed in before, through the real session store."""

    def signed_in(username: str) -> Reader:
        store = app.session_interface
        assert isinstance(store, ServerSessions)
        session = ServerSession("before", "", None)
        session.sign_in(username, KEYS.setdefault(username, _key_of(newsroom, username)))
        with app.test_request_context():
            store.save_session(app, session, app.make_response(""))
        client = app.test_client()
        client.set_cookie(store.cookie_name, session.token)
        return Reader(client)

    return signed_in


KEYS: dict[str, Any] = {}


def _key_of(newsroom: Newsroom, username: str) -> Any:
    return newsroom.accounts.authenticate(username, PASSWORD, "127.0.0.1").private_key


class Past:
    """What people did some time ago: the clock of their acts is ours."""

    def __init__(self, person: Callable[[str], Reader], newsroom: Newsroom, ago: timedelta) -> None:
        self.person, self.newsroom = person, newsroom
        self.at = datetime.now(VIETNAM) - ago
        self.renewed: dict[str, signing.Signer] = {}

    def signer(self, who: str) -> signing.Signer:
        self.person(who)
        return self.renewed.get(who) or signing.Signer(who, KEYS[who])

    def write(self, who: str = TEACHER, **fields: str) -> str:
        raw = {**A_POST, **fields}
        body = raw.pop("body")
        content = services.Content(parse_form(CONTENT_TYPES["posts"], raw), body)
        repository = self.newsroom.repository
        made = services.create(repository, self.signer(who), "posts", content, self.at)
        self.act(services.submit, who, made.entry_id)
        return made.entry_id

    def act(self, use_case: Callable[..., object], who: str, entry: str, note: str = "") -> None:
        self.at += timedelta(minutes=1)
        head = self.newsroom.repository.draft(entry)
        use_case(self.newsroom.repository, self.signer(who), entry, head, note, self.at)

    def renew_key(self, who: str) -> None:
        """Let the principal sign a new key of somebody into the roster."""
        repository, key = self.newsroom.repository, signing.generate()
        person = repository.governance().appointed[who]
        line = signing.public_key_line(key)
        given = governing.Appointment(
            person.name, person.roles, person.groups, tuple(person.fields), line
        )
        governing.appoint(repository, self.signer(PRINCIPAL), who, given, self.at)
        self.renewed[who] = signing.Signer(who, key)

    def publish(self, **fields: str) -> str:
        entry = self.write(**fields)
        self.act(services.check, LEAD, entry)
        self.act(services.approve, VICE, entry)
        return entry

    def take_down(self, entry: str, kind: str) -> None:
        signer = self.signer(PRINCIPAL)
        repository = self.newsroom.repository
        governing.take_down(repository, signer, entry, kind, "Có tên trẻ", self.at)


@pytest.fixture
def past(person: Callable[[str], Reader], newsroom: Newsroom) -> Past:
    return Past(person, newsroom, timedelta(days=8))


def picture(color: str = "red", size: tuple[int, int] = (40, 30)) -> io.BytesIO:
    data = io.BytesIO()
    Image.new("RGB", size, color).save(data, "JPEG")
    data.seek(0)
    return data
