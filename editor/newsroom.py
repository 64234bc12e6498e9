"""What one running editor works with, and what one request knows of its person.

Knows no route and no template.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import current_app, g, request, session

from editor import index
from editor.accounts import Accounts
from editor.board import Board
from editor.creations import Creations
from editor.database import Database
from editor.developing import Developing
from editor.enrolment import Enrolment, Record
from editor.password_age import Age, Limits
from editor.seen_alarms import SeenAlarms
from editor.sessions import ServerSession
from editor.settings import Settings
from editor.uploads import PendingUploads
from workflow import auditing
from workflow.clock import VIETNAM
from workflow.entries import Change
from workflow.errors import Message, Refused
from workflow.repository import Repository
from workflow.roster import Governance, Person
from workflow.shelf import shelf_of
from workflow.signing import Signer, public_key_line


@dataclass(frozen=True, slots=True)
class Newsroom:
    """The things that live as long as the process."""

    settings: Settings
    database: Database
    repository: Repository
    accounts: Accounts
    enrolment: Enrolment
    uploads: PendingUploads
    creations: Creations
    board: Board
    seen_alarms: SeenAlarms

    @classmethod
    def open(cls, settings: Settings) -> Newsroom:
        """Open the database and the repository of an installation."""
        database = Database(settings.database)
        repository = Repository(settings.repository)
        shelf_of(repository).keep_in(index.Index(settings.data / index.FILE))
        auditing.begin_in(repository, settings.data)
        return cls(
            settings,
            database,
            repository,
            Accounts(database),
            Enrolment(database),
            PendingUploads(database, repository, Developing(repository, settings.data).add),
            Creations(database),
            Board(repository),
            SeenAlarms(database),
        )

    def settle_keys(self) -> None:
        """Finish the renewal of a key that was interrupted after the roster had taken it."""
        waiting = self.accounts.next_keys()
        people = self.repository.governance().appointed if waiting else {}
        for username, key in waiting.items():
            if username in people and people[username].key == key:
                self.accounts.settle_key(username, key)


def newsroom() -> Newsroom:
    """Return the running editor's things."""
    return cast("Newsroom", current_app.extensions["toasoan"])


def repository() -> Repository:
    """Return the site repository."""
    return newsroom().repository


def visitor() -> ServerSession:
    """Return this request's session, with its real type."""
    return cast("ServerSession", session)


def governance() -> Governance:
    """Return who is who as of now, delegations of today included; read once a request."""
    if "governance" not in g:
        g.governance = repository().governance().acting(now())
    return cast("Governance", g.governance)


class Waiting(Refused):
    """The account waits: it stands in no roster, or its key is not the roster's (R12, R28)."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__([Message("Tài khoản này chưa có trong danh sách phân quyền của trường.")])


def person_or_none() -> Person | None:
    """Return who is signed in and stands in the roster with the key of this session."""
    username = visitor().username
    found = governance().people.get(username) if username else None
    if found is None or visitor().is_newcomer:
        return None
    return found if found.key == own_key() else None


def own_key() -> str:
    """Return the public half of the session's key; read once a request and session."""
    if g.get("own_key", ("", ""))[0] != visitor().token:
        g.own_key = (visitor().token, public_key_line(signer().private_key))
    key: str = g.own_key[1]
    return key


def person() -> Person:
    """Return who is signed in.

    Raises:
        Waiting: the account stands in no roster, or with another key.
    """
    found = person_or_none()
    if found is None:
        raise Waiting
    return found


def password_age() -> Age | None:
    """Return the age of the visitor's own password; read once a request.

    None for a stranger, for a temporary password, which has a term of its own, and for the demo's
    accounts, whose password is printed in the manual.
    """
    if "password_age" not in g:
        record = newsroom().enrolment.find(visitor().username or "")
        g.password_age = age_of(record) if record else None
    found: Age | None = g.password_age
    return found


def age_of(record: Record) -> Age | None:
    """Return the age of an account's own password."""
    if record.is_temporary or record.is_demo:
        return None
    settings = newsroom().settings
    limits = Limits(settings.password_remind_days, settings.password_days)
    return Age.of(record.password_changed, limits)


def current_change() -> Change:
    """Return the entry of this page, as the permission guard has read it."""
    return cast("Change", g.change)


def signer() -> Signer:
    """Return the person's key, unsealed for this request.

    Where the password was confirmed, it is the key that the password unlocked; else the session's.
    """
    confirmed: Signer | None = g.get("confirmed")
    return confirmed or visitor().signer()


def remote_address() -> str | None:
    """Return the address that a limit counts, or None when a proxy nobody vouched for hides it."""
    forwarded = {"Forwarded", "X-Forwarded-For"} & set(request.headers.keys())
    if forwarded and not newsroom().settings.proxies:
        return None
    return request.remote_addr


def now() -> datetime:
    """Return the present moment in Việt Nam."""
    return datetime.now(VIETNAM)
