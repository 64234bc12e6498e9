"""Sessions on the server: the cookie is a random token, the rest is a row found by its hash.

Knows no page. The row holds the person's private key sealed under the token, so neither the
database alone nor the cookie alone can sign.
"""

from __future__ import annotations

import hmac
import json
import secrets
import time
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy import delete
from sqlalchemy.orm import Session

from editor.database import Database, SessionRow
from editor.keys import key_from_token, seal, unseal
from editor.settings import Settings
from workflow.signing import Signer

IDLE_SECONDS: Final = 2 * 3600
ABSOLUTE_SECONDS: Final = 12 * 3600
_TOUCH_SECONDS: Final = 60
"""How stale ``seen_at`` may be: a write for each page read would be a write too many."""
_CSRF_KEY: Final = "csrf_token"


class ServerSession(SessionMixin):
    """One visitor's session; nobody's until ``sign_in``."""

    def __init__(self, token: str, csrf_token: str, row: SessionRow | None) -> None:
        """Continue the row's session, or begin one that leaves no row behind."""
        self.token = token
        self.retired: str | None = None
        self.row = row
        self._csrf_token = csrf_token
        self._data: dict[str, Any] = json.loads(row.data) if row else {}
        self.modified = False
        self.accessed = False
        self.new = row is None

    @property
    def username(self) -> str | None:
        """Who is signed in, if anybody is."""
        return self.row.username if self.row else None

    @property
    def is_newcomer(self) -> bool:
        """Whether the person came in with a temporary password, and so has no key yet."""
        return self.row is not None and not self.row.sealed_key

    def signer(self) -> Signer:
        """Return the person's key, unsealed for this request only.

        Raises:
            LookupError: nobody is signed in, or somebody who has no key yet.
        """
        if self.row is None or self.is_newcomer:
            raise LookupError
        owner = self.row.username
        return Signer(owner, unseal(self.row.sealed_key, key_from_token(self.token), owner=owner))

    def sign_in(self, username: str, private_key: Ed25519PrivateKey | None) -> None:
        """Begin the person's session under a new token: a token planted before is worth nothing.

        Without a key the session is a newcomer's: it leads to the choice of an own password.
        """
        self.retired, self.token = self.token, secrets.token_urlsafe(32)
        now = int(time.time())
        self.row = SessionRow(
            token_hash=_hash(self.token),
            username=username,
            sealed_key=(
                seal(private_key, key_from_token(self.token), owner=username)
                if private_key
                else b""
            ),
            data="{}",
            created_at=now,
            seen_at=now,
        )
        self._data = {}
        self.modified = True

    def sign_out(self) -> None:
        """End the session; its row is deleted with the answer."""
        self.retired, self.token = self.token, secrets.token_urlsafe(32)
        self.row = None
        self._data = {}
        self.modified = True

    def __getitem__(self, key: str) -> Any:
        self.accessed = True
        return self._csrf_token if key == _CSRF_KEY else self._data[key]

    def __setitem__(self, key: str, value: Any) -> None:
        if key != _CSRF_KEY:
            self._data[key] = value
            self.modified = True

    def __delitem__(self, key: str) -> None:
        del self._data[key]
        self.modified = True

    def __iter__(self) -> Iterator[str]:
        return iter((_CSRF_KEY, *self._data))

    def __len__(self) -> int:
        return len(self._data) + 1

    def stored_data(self) -> str:
        """Return what the row keeps besides the key."""
        return json.dumps(self._data)


class ServerSessions(SessionInterface):
    """Opens a session from the cookie and writes what changed."""

    def __init__(self, settings: Settings, database: Database) -> None:
        """Keep sessions in this database, in cookies fit for the editor's address."""
        self.cookie_name = "__Host-toasoan" if settings.is_https else "toasoan"
        self.secure = settings.is_https
        self.database = database
        self._secret = settings.secret_key()

    def open_session(self, app: Flask, request: Request) -> ServerSession:
        """Return the cookie's session; an unknown or outlived one is a visitor's."""
        token = request.cookies.get(self.cookie_name, "")
        row = self._live_row(token) if token else None
        if row is None and len(token) != len(secrets.token_urlsafe(32)):
            token = secrets.token_urlsafe(32)
        return ServerSession(token, self._csrf_token(token), row)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write the row if it changed, and the cookie if the browser does not have it yet."""
        if not isinstance(session, ServerSession):
            raise TypeError(session)
        response.vary.add("Cookie")
        self._write(session)
        if session.retired or (session.new and session.accessed):
            response.set_cookie(
                self.cookie_name,
                session.token,
                secure=self.secure,
                httponly=True,
                samesite="Lax",
                path="/",
            )

    def end_all(self, username: str) -> None:
        """Sign the person out everywhere."""
        with self.database.transaction() as session:
            session.execute(delete(SessionRow).where(SessionRow.username == username))

    def _live_row(self, token: str) -> SessionRow | None:
        now = int(time.time())
        with self.database.reading() as session:
            row = session.get(SessionRow, _hash(token))
        if row is None or now - row.seen_at > IDLE_SECONDS:
            return None
        return row if now - row.created_at <= ABSOLUTE_SECONDS else None

    def _write(self, session: ServerSession) -> None:
        now = int(time.time())
        row = session.row
        stale = row is not None and now - row.seen_at > _TOUCH_SECONDS
        if not (session.modified or session.retired or stale):
            return
        with self.database.transaction() as database:
            oldest = now - ABSOLUTE_SECONDS
            database.execute(delete(SessionRow).where(SessionRow.created_at < oldest))
            if session.retired:
                hashed = _hash(session.retired)
                database.execute(delete(SessionRow).where(SessionRow.token_hash == hashed))
            if row is not None:
                self._store(database, session, row, now)

    def _csrf_token(self, token: str) -> str:
        # Derived, not stored: a visitor who only looks at the sign-in page leaves no row.
        return hmac.new(self._secret, b"csrf " + token.encode(), sha256).hexdigest()

    @staticmethod
    def _store(database: Session, session: ServerSession, row: SessionRow, now: int) -> None:
        if session.retired:
            row.data = session.stored_data()
            database.add(row)
        elif (kept := database.get(SessionRow, row.token_hash)) is not None:
            # A row that somebody deleted meanwhile (password changed) must not come back.
            kept.data, kept.seen_at = session.stored_data(), now


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
