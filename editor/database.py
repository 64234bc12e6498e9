"""The database of sign-in and day-to-day coordination: its tables, its engine, its transactions.

Knows nothing of entries or decisions: losing this file loses no content.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from sqlite3 import Connection
from typing import Any, Final

from sqlalchemy import Connection as SQLConnection
from sqlalchemy import Engine, ForeignKey, Index, create_engine, event, inspect
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.schema import CreateColumn


class Base(DeclarativeBase):
    """What every table derives from. Times are whole seconds since 1970, UTC."""


class AccountRow(Base):
    """One person's way in; what the person may do stands in the roster, never here."""

    __tablename__ = "accounts"

    username: Mapped[str] = mapped_column(primary_key=True)
    password_hash: Mapped[str]
    key_salt: Mapped[bytes]
    sealed_key: Mapped[bytes]
    public_key: Mapped[str]
    is_demo: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[int]
    password_changed_at: Mapped[int]
    # Columns that younger versions added: their defaults serve the rows of an older file.
    display_name: Mapped[str] = mapped_column(default="", server_default="")
    wished: Mapped[str] = mapped_column(default="{}", server_default="{}")
    created_by: Mapped[str] = mapped_column(default="", server_default="")
    is_temporary: Mapped[bool] = mapped_column(default=False, server_default="0")
    signed_in_at: Mapped[int] = mapped_column(default=0, server_default="0")
    rules_accepted_at: Mapped[int] = mapped_column(default=0, server_default="0")
    # The key that takes the place of the present one as soon as the roster names it.
    next_sealed_key: Mapped[bytes | None]
    next_public_key: Mapped[str | None]


_YOUNGER: Final = {
    AccountRow.__tablename__: (
        "display_name",
        "wished",
        "created_by",
        "is_temporary",
        "signed_in_at",
        "rules_accepted_at",
        "next_sealed_key",
        "next_public_key",
    )
}
"""Columns that a file of an older version lacks; ``Database`` adds them when it opens one."""


class FormerPasswordRow(Base):
    """A password that an account had: it must not come back too soon (R04)."""

    __tablename__ = "former_passwords"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(
        ForeignKey("accounts.username", ondelete="CASCADE"), index=True
    )
    password_hash: Mapped[str]
    retired_at: Mapped[int]


class SessionRow(Base):
    """One sign-in; found by the hash of what only the cookie holds."""

    __tablename__ = "sessions"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(
        ForeignKey("accounts.username", ondelete="CASCADE"), index=True
    )
    sealed_key: Mapped[bytes]
    data: Mapped[str] = mapped_column(default="{}")
    created_at: Mapped[int]
    seen_at: Mapped[int]


class AttemptRow(Base):
    """One try of a password that has not (yet) turned out right."""

    __tablename__ = "attempts"
    __table_args__ = (Index("attempts_by_subject", "subject", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str]
    at: Mapped[int]


class PendingUploadRow(Base):
    """A clean file that waits for its form to become valid."""

    __tablename__ = "pending_uploads"

    token: Mapped[str] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(ForeignKey("accounts.username", ondelete="CASCADE"))
    shown_name: Mapped[str]
    extension: Mapped[str]
    oid: Mapped[str]
    size: Mapped[int]
    created_at: Mapped[int]


class CreationRow(Base):
    """Which entry a form made, so that sending the form twice makes one entry."""

    __tablename__ = "creations"

    form_token: Mapped[str] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(ForeignKey("accounts.username", ondelete="CASCADE"))
    entry_id: Mapped[str]
    created_at: Mapped[int]


class AlarmSeenRow(Base):
    """A past alarm that one person has put away."""

    __tablename__ = "alarms_seen"

    username: Mapped[str] = mapped_column(
        ForeignKey("accounts.username", ondelete="CASCADE"), primary_key=True
    )
    alarm: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[int]


class Database:
    """The engine and the only way to a transaction."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        _keep_private(path)
        self.engine = _sqlite_engine(path)
        self._reader = self.engine.execution_options(read_only=True)
        with self.engine.begin() as connection:
            # One transaction: of several processes that start at once, one does the work.
            Base.metadata.create_all(connection)
            _add_younger_columns(connection)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one state and waits for no writer."""
        with Session(self._reader, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session whose work is stored whole or not at all."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session


def _add_younger_columns(connection: SQLConnection) -> None:
    for table, columns in _YOUNGER.items():
        there = {column["name"] for column in inspect(connection).get_columns(table)}
        for column in Base.metadata.tables[table].columns:
            if column.name in columns and column.name not in there:
                definition = CreateColumn(column).compile(dialect=connection.dialect)
                connection.exec_driver_sql(f"ALTER TABLE {table} ADD COLUMN {definition}")


def _keep_private(path: Path) -> None:
    """Let only the owner read it: whoever copies it may try passwords at leisure."""
    path.touch(mode=0o600)
    for suffix in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            Path(f"{path}{suffix}").chmod(0o600)


def _sqlite_engine(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 10})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Connection, _record: Any) -> None:
    # The driver would otherwise open transactions by itself, and too late to take the write lock.
    connection.isolation_level = None
    # FULL: in WAL with NORMAL, 0 of 15 commits survived a power cut; with FULL 15 of 15.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: SQLConnection) -> None:
    reads = connection.get_execution_options().get("read_only")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
