"""The derived index of published entries: their fields by blob id, so that no start parses all.

Knows no entry and no git: a blob id never stands for other bytes, and a row that is not as it was
written is forgotten and read from git again. Losing the file loses nothing.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import bindparam, create_engine, delete, func, insert, select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from workflow.content_types import Fields

logger = logging.getLogger(__name__)

FILE: Final = "index.db"
_AT_ONCE: Final = 500
"""Values that SQLite takes in one statement, with room to spare."""
_SPARE: Final = 1000
"""Rows of blobs that no entry has any more, before they are swept."""


class _Base(DeclarativeBase):
    """The table of this file alone."""


class _Row(_Base):
    __tablename__ = "entries"

    blob: Mapped[str] = mapped_column(primary_key=True)
    fields: Mapped[str]
    digest: Mapped[str]


class Index:
    """Keeps facts as ``workflow.shelf`` asks for them; one file, beside the accounts."""

    def __init__(self, path: Path) -> None:
        """Open the file; what is no database of ours is begun anew."""
        self._path = path
        self._open()

    def known(self, oids: Iterable[str]) -> Mapping[str, Fields]:
        """Return what is kept of these blobs, whole rows only."""
        wanted = list(oids)
        found: dict[str, Fields] = {}
        try:
            with self._engine.connect() as connection:
                for start in range(0, len(wanted), _AT_ONCE):
                    some = _Row.blob.in_(wanted[start : start + _AT_ONCE])
                    rows = connection.execute(
                        select(_Row.blob, _Row.fields, _Row.digest).where(some)
                    )
                    found |= {
                        blob: json.loads(text, object_hook=_decoded)
                        for blob, text, digest in rows
                        if digest == _digest(blob, text)
                    }
        except DatabaseError as error:
            self._begin_anew(error)
            return {}
        return found

    def keep(self, found: Mapping[str, Fields], wanted: Iterable[str]) -> None:
        """Keep more; sweep once many rows are of blobs that nobody wants."""
        texts = {blob: json.dumps(fields, default=_encoded) for blob, fields in found.items()}
        rows = [
            {"blob": blob, "fields": text, "digest": _digest(blob, text)}
            for blob, text in texts.items()
        ]
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(_Row).prefix_with("OR REPLACE"), rows)
                count = connection.execute(select(func.count()).select_from(_Row)).scalar_one()
                present = set(wanted)
                if count > len(present) + _SPARE:
                    kept = connection.execute(select(_Row.blob)).scalars()
                    gone = [{"gone": blob} for blob in kept if blob not in present]
                    connection.execute(delete(_Row).where(_Row.blob == bindparam("gone")), gone)
        except DatabaseError as error:
            self._begin_anew(error)

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def _open(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._connect()
        except DatabaseError as error:
            self._begin_anew(error)

    def _begin_anew(self, error: DatabaseError) -> None:
        logger.warning("the index is begun anew: %s", error.orig)
        self.close()
        self._path.unlink(missing_ok=True)
        self._connect()

    def _connect(self) -> None:
        # What is withdrawn for personal data stands in it until it is swept.
        self._path.touch(mode=0o600)
        self._engine = create_engine(f"sqlite:///{self._path}", connect_args={"timeout": 10})
        _Base.metadata.create_all(self._engine)


def _digest(blob: str, text: str) -> str:
    return hashlib.sha256(f"{blob}\0{text}".encode()).hexdigest()


def _encoded(value: object) -> dict[str, str]:
    match value:
        case datetime():
            return {"!moment": value.isoformat()}
        case date():
            return {"!day": value.isoformat()}
    raise TypeError(value)


def _decoded(row: dict[str, Any]) -> Any:
    match row:
        case {"!moment": str(text)}:
            return datetime.fromisoformat(text)
        case {"!day": str(text)}:
            return date.fromisoformat(text)
    return row
