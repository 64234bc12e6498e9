"""Accounts as the school's leaders keep them: made, locked, reset, and the first sign-in.

Knows no role and no key but the one that a person's first own password makes: whoever knew the
temporary password never held it (R28, R57).
"""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from sqlalchemy import delete, select

from editor.accounts import set_password
from editor.database import AccountRow, Database, SessionRow
from editor.password_age import refuse_a_former, retire
from editor.passwords import hash_password, require_good_password, verify_password
from workflow import signing
from workflow.clock import VIETNAM
from workflow.errors import InvalidFields, Message, NotFound, Refused
from workflow.roster import USERNAME, USERNAME_WORDS
from workflow.signing import Signer
from workflow.text import clean_line, hidden_characters

_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""No i, l, o, 0, 1: a temporary password is read aloud or copied from a slip of paper."""
_GROUPS: Final = 4


@dataclass(frozen=True, slots=True)
class Wish:
    """What a new account is meant for; it grants nothing until the principal signs."""

    roles: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """An account as its keepers see it: everything but the password."""

    username: str
    display_name: str
    wish: Wish
    public_key: str
    is_active: bool
    is_temporary: bool
    is_demo: bool
    created_by: str
    password_changed: datetime
    signed_in: datetime | None
    rules_accepted: datetime | None


class Enrolment:
    """The accounts of one installation, from outside."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self.database = database

    def create(self, username: str, name: str, wish: Wish, by: str) -> str:
        """Make an account without a key and return its temporary password, kept nowhere in clear.

        Raises:
            InvalidFields: an unusable or taken user name, or no display name.
        """
        _check(username, name)
        password = temporary_password()
        now = _now()
        row = AccountRow(
            username=username,
            password_hash=hash_password(password),
            key_salt=b"",
            sealed_key=b"",
            public_key="",
            created_at=now,
            password_changed_at=now,
            display_name=clean_line(name),
            wished=json.dumps({"roles": wish.roles, "groups": wish.groups}),
            created_by=by,
            is_temporary=True,
        )
        with self.database.transaction() as session:
            if session.get(AccountRow, username):
                raise InvalidFields({"username": [Message("Tên đăng nhập này đã có người dùng.")]})
            session.add(row)
        return password

    def reset(self, username: str) -> str:
        """Destroy the account's key, end its sessions and return a temporary password.

        Raises:
            NotFound: there is no such account.
        """
        password = temporary_password()
        hashed = hash_password(password)
        with self.database.transaction() as session:
            row = session.get(AccountRow, username)
            if row is None:
                raise NotFound
            retire(session, row)
            row.password_hash = hashed
            row.key_salt, row.sealed_key, row.public_key = b"", b"", ""
            row.next_sealed_key = row.next_public_key = None
            row.is_temporary = True
            row.password_changed_at = _now()
            session.execute(delete(SessionRow).where(SessionRow.username == username))
        return password

    def begin(self, username: str, password: str) -> Signer:
        """Take the person's own first password, make the key, end all sessions of the account.

        The key's public half waits for the principal. The rules count as accepted now (R57).

        Raises:
            InvalidFields: the password (``new``) is weak, was used lately, or is the temporary one.
            Refused: the account has an own password already.
        """
        require_good_password("new", password, username)
        refuse_a_former(self.database, username, password)
        key = signing.generate()
        with self.database.reading() as session:
            seen = session.get_one(AccountRow, username).password_hash
        if verify_password(seen, password):
            raise InvalidFields({"new": [Message("Mật khẩu mới phải khác mật khẩu tạm.")]})
        with self.database.transaction() as session:
            row = session.get_one(AccountRow, username)
            if not row.is_temporary or row.password_hash != seen:
                raise Refused([Message("Tài khoản này đã có mật khẩu riêng. Đăng nhập lại.")])
            set_password(row, password, key)
            row.public_key = signing.public_key_line(key)
            row.rules_accepted_at = _now()
            session.execute(delete(SessionRow).where(SessionRow.username == username))
        return Signer(username, key)

    def records(self) -> list[Record]:
        """Return all accounts by user name."""
        with self.database.reading() as session:
            rows = session.scalars(select(AccountRow).order_by(AccountRow.username)).all()
        return [_record(row) for row in rows]

    def find(self, username: str) -> Record | None:
        """Return one account, if there is one."""
        with self.database.reading() as session:
            row = session.get(AccountRow, username)
        return _record(row) if row else None


def temporary_password() -> str:
    """Return a password that nobody guesses and everybody can copy from paper."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(_GROUPS))
    return "-".join(groups)


def key_code(public_key: str) -> str:
    """Return the short code by which two people compare a key aloud; empty without a key."""
    digest = sha256(public_key.encode()).hexdigest().upper()
    return "-".join(digest[i : i + 4] for i in range(0, 16, 4)) if public_key else ""


def _check(username: str, name: str) -> None:
    errors: dict[str, list[Message]] = {}
    if not USERNAME.match(username):
        errors["username"] = [USERNAME_WORDS]
    if not clean_line(name) or hidden_characters(name):
        errors["name"] = [Message("Chưa có tên hiển thị.")]
    if errors:
        raise InvalidFields(errors)


def _record(row: AccountRow) -> Record:
    wish = json.loads(row.wished)
    return Record(
        username=row.username,
        display_name=row.display_name,
        wish=Wish(tuple(wish.get("roles", ())), tuple(wish.get("groups", ()))),
        public_key=row.public_key,
        is_active=row.is_active,
        is_temporary=row.is_temporary,
        is_demo=row.is_demo,
        created_by=row.created_by,
        password_changed=_moment(row.password_changed_at),
        signed_in=_moment(row.signed_in_at) if row.signed_in_at else None,
        rules_accepted=_moment(row.rules_accepted_at) if row.rules_accepted_at else None,
    )


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, VIETNAM)


def _now() -> int:
    return int(time.time())
