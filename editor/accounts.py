"""Accounts: who may sign in, and with which key the person signs.

Knows no role: what a person may do stands in the roster of the repository.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import delete, select, update

from editor.database import AccountRow, Database, SessionRow
from editor.keys import seal, unseal
from editor.password_age import refuse_a_former, retire
from editor.passwords import (
    derive_key,
    hash_password,
    require_good_password,
    verify_password,
    waste_a_verification,
)
from editor.throttle import forgive, take_attempt
from workflow.errors import InvalidFields, Message, WorkflowError
from workflow.signing import Signer, generate, public_key_line

TEMPORARY_SECONDS: Final = 7 * 24 * 3600
"""How long a temporary password lets its owner in."""
_SALT_BYTES: Final = 16


class SignInRefused(WorkflowError):
    """Tên đăng nhập hoặc mật khẩu không đúng. Kiểm tra bộ gõ tiếng Việt và phím Caps Lock."""


class FirstSignIn(WorkflowError):
    """Mật khẩu tạm chỉ dùng để vào lần đầu. Đặt mật khẩu riêng rồi làm tiếp."""

    def __init__(self, username: str) -> None:
        """Keep whose temporary password was right."""
        super().__init__(username)
        self.username = username


class WrongPassword(WorkflowError):
    """Mật khẩu không đúng. Nhập lại mật khẩu đăng nhập của chính mình."""


@dataclass(frozen=True, slots=True)
class Account:
    """What the rest of the editor may know of an account."""

    username: str
    public_key: str
    is_demo: bool
    is_active: bool
    password_changed_at: int


class Accounts:
    """The accounts of one installation."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self.database = database

    def create(
        self, username: str, password: str, private_key: Ed25519PrivateKey, *, demo: bool = False
    ) -> Account:
        """Make an account; its public key counts once the principal signs it into the roster.

        Raises:
            InvalidFields: the name is taken, or the password is too weak.
        """
        username = username.strip().casefold()
        if not demo:
            require_good_password("password", password, username)
        row = AccountRow(
            username=username,
            password_hash="",
            key_salt=b"",
            sealed_key=b"",
            public_key=public_key_line(private_key),
            is_demo=demo,
            created_at=_now(),
            password_changed_at=_now(),
        )
        set_password(row, password, private_key)
        with self.database.transaction() as session:
            if session.get(AccountRow, username):
                raise InvalidFields({"username": [Message("Tên đăng nhập này đã có người dùng.")]})
            session.add(row)
        return _account(row)

    def find(self, username: str) -> Account | None:
        """Return the account of that name, if there is one."""
        row = self._row(username)
        return _account(row) if row else None

    def names(self) -> list[str]:
        """Return all user names, sorted."""
        with self.database.transaction() as session:
            return list(session.scalars(select(AccountRow.username).order_by(AccountRow.username)))

    def authenticate(self, username: str, password: str, address: str | None) -> Signer:
        """Return the person's signer for a right name and password.

        The reply and its time are the same for a wrong password, an unknown name, a locked account
        and a demo account from another machine.

        Raises:
            SignInRefused: not that person.
            FirstSignIn: that person, with a temporary password: there is no key yet.
            Throttled: too many wrong passwords (R43).
        """
        now = _now()
        take_attempt(self.database, username, address or "", now)
        row = self._row(username)
        if row is None or not _may_answer(row, address):
            waste_a_verification(password)
            raise SignInRefused
        if not verify_password(row.password_hash, password):
            raise SignInRefused
        forgive(self.database, username, address or "", now)
        self._note_sign_in(row.username, now)
        if row.is_temporary:
            raise FirstSignIn(row.username)
        return Signer(row.username, _open(row, password))

    def confirm(self, username: str, password: str, address: str | None) -> Signer:
        """Return the signer that the password unlocks, for a decision; wrong tries count.

        Raises:
            WrongPassword: not the password.
            Throttled: too many wrong passwords.
        """
        now = _now()
        take_attempt(self.database, username, address or "", now)
        row = self._row(username)
        if row is None or not verify_password(row.password_hash, password):
            raise WrongPassword
        forgive(self.database, username, address or "", now)
        return Signer(row.username, _open(row, password))

    def change_password(self, username: str, old: str, new: str, address: str | None) -> None:
        """Change the password, keep the key, end every session of the account.

        Raises:
            InvalidFields: the old password is wrong, or the new one is weak or was used lately.
            Throttled: too many wrong passwords.
        """
        try:
            signer = self.confirm(username, old, address)
        except WrongPassword as error:
            raise InvalidFields({"old": error.messages()}) from error
        if new == old:
            raise InvalidFields({"new": [Message("Mật khẩu mới phải khác mật khẩu cũ.")]})
        require_good_password("new", new, username)
        refuse_a_former(self.database, username, new)
        with self.database.transaction() as session:
            row = session.get_one(AccountRow, username)
            retire(session, row)
            next_key = _open_next(row, old)
            set_password(row, new, signer.private_key)
            if next_key:
                _let_wait(row, new, next_key)
            session.execute(delete(SessionRow).where(SessionRow.username == username))

    def renew_key(self, username: str, password: str, accept: Callable[[str], object]) -> Signer:
        """Give the account a new key if ``accept`` takes its public half; end its sessions.

        The password was confirmed before. The new key is kept before ``accept`` and used after it:
        whoever is interrupted between goes on with ``settle_key``, so that no roster names a key
        that nobody has.
        """
        key = generate()
        with self.database.transaction() as session:
            _let_wait(session.get_one(AccountRow, username), password, key)
        accept(public_key_line(key))
        self.settle_key(username, public_key_line(key))
        return Signer(username, key)

    def next_keys(self) -> dict[str, str]:
        """Return by user name the new keys that were not yet seen in the roster."""
        with self.database.reading() as session:
            rows = session.scalars(
                select(AccountRow).where(AccountRow.next_public_key.is_not(None))
            )
            return {row.username: row.next_public_key or "" for row in rows}

    def settle_key(self, username: str, key: str) -> None:
        """Go over to the new key of an account, if it is the one that the roster names."""
        with self.database.transaction() as session:
            row = session.get_one(AccountRow, username)
            if row.next_public_key != key or row.next_sealed_key is None:
                return
            row.sealed_key, row.public_key = row.next_sealed_key, key
            row.next_sealed_key = row.next_public_key = None
            session.execute(delete(SessionRow).where(SessionRow.username == username))

    def lock(self, username: str) -> None:
        """Refuse the account from now on and end its sessions."""
        with self.database.transaction() as session:
            session.get_one(AccountRow, username).is_active = False
            session.execute(delete(SessionRow).where(SessionRow.username == username))

    def unlock(self, username: str) -> None:
        """Let the account in again, with the password and the key that it had."""
        with self.database.transaction() as session:
            session.get_one(AccountRow, username).is_active = True

    def _row(self, username: str) -> AccountRow | None:
        with self.database.reading() as session:
            return session.get(AccountRow, username.strip().casefold())

    def _note_sign_in(self, username: str, now: int) -> None:
        with self.database.transaction() as session:
            session.execute(
                update(AccountRow).where(AccountRow.username == username).values(signed_in_at=now)
            )


def is_loopback(address: str | None) -> bool:
    """Say whether a remote address is this machine."""
    try:
        return ip_address(address or "").is_loopback
    except ValueError:
        return False


def _may_answer(row: AccountRow, address: str | None) -> bool:
    outlived = row.is_temporary and _now() - row.password_changed_at > TEMPORARY_SECONDS
    return row.is_active and not outlived and (not row.is_demo or is_loopback(address))


def set_password(row: AccountRow, password: str, private_key: Ed25519PrivateKey) -> None:
    """Give the row a password of the person's own, and the key sealed under it."""
    row.is_temporary = False
    row.next_sealed_key = row.next_public_key = None
    row.password_hash = hash_password(password)
    row.key_salt = os.urandom(_SALT_BYTES)
    row.sealed_key = seal(private_key, derive_key(password, row.key_salt), owner=row.username)
    row.password_changed_at = _now()


def _open(row: AccountRow, password: str) -> Ed25519PrivateKey:
    return unseal(row.sealed_key, derive_key(password, row.key_salt), owner=row.username)


def _let_wait(row: AccountRow, password: str, key: Ed25519PrivateKey) -> None:
    row.next_sealed_key = seal(key, derive_key(password, row.key_salt), owner=row.username)
    row.next_public_key = public_key_line(key)


def _open_next(row: AccountRow, password: str) -> Ed25519PrivateKey | None:
    if row.next_sealed_key is None:
        return None
    return unseal(row.next_sealed_key, derive_key(password, row.key_salt), owner=row.username)


def _account(row: AccountRow) -> Account:
    return Account(
        row.username, row.public_key, row.is_demo, row.is_active, row.password_changed_at
    )


def _now() -> int:
    return int(time.time())
