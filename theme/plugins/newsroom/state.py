"""What a long-lived builder keeps on disk, so that a killed one goes on where it stood.

Parsed entries by key, the sources they came from, and every file of the output with the key of what
it was made from. Each row bears a checksum; a store that is damaged, or of another version, is
thrown away. It is a cache: without it the builder gives the same bytes, only later. Knows SQLite;
nothing of what the keys stand for.
"""

import json
import logging
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .entries import Entry
from .plain import dumps, loads

VERSION = 1
TABLES = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT, crc INTEGER) WITHOUT ROWID;
CREATE TABLE parsed (name TEXT PRIMARY KEY, value TEXT, crc INTEGER) WITHOUT ROWID;
CREATE TABLE sources (name TEXT PRIMARY KEY, value TEXT, crc INTEGER) WITHOUT ROWID;
CREATE TABLE outputs (name TEXT PRIMARY KEY, value TEXT, crc INTEGER) WITHOUT ROWID;
"""
LOG = logging.getLogger(__name__)


class Damaged(Exception):
    """The store does not hold what was written to it."""


@dataclass(slots=True)
class Output:
    """A file of the site: the key of what it was made from, its hash, and how it lies on disk."""

    key: str
    sha256: str
    size: int
    mtime: int


class State:
    """The store in one folder; `base` stands for everything that is the same for all files."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "state.sqlite"
        self._waiting: list[tuple[str, str, str | None]] = []
        self._recent: dict[str, Entry | str] = {}
        try:
            self._open()
        except (Damaged, sqlite3.Error, ValueError, TypeError, KeyError) as error:
            self._begin_anew(str(error))

    def _open(self) -> None:
        self._database = sqlite3.connect(self._path, isolation_level=None)
        # What an order erases must not linger in the file.
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON"):
            self._database.execute(f"PRAGMA {pragma}").fetchone()
        version = self._database.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            self._database.executescript(TABLES)
            self._database.execute(f"PRAGMA user_version={VERSION}")
        elif version != VERSION:
            raise Damaged(f"version {version}")
        self.facts = dict(self._rows("facts"))
        self.sources = {place: json.loads(row) for place, row in self._rows("sources")}
        self.outputs = {path: Output(*json.loads(row)) for path, row in self._rows("outputs")}
        self._recent = {key: loads(text) for key, text in self._rows("parsed")}

    def _begin_anew(self, why: str) -> None:
        LOG.warning("the builder's state is thrown away: %s", why)
        self._database.close()
        for suffix in ("", "-wal", "-shm"):
            self._path.with_name(f"{self._path.name}{suffix}").unlink(missing_ok=True)
        self._recent = {}
        self._open()

    def throw_away(self, why: str) -> None:
        """Begin with nothing."""
        self._begin_anew(why)

    def parsed(self, key: str) -> Entry | str | None:
        """The entry kept under a key, or why it is broken; it is given once."""
        return self._recent.pop(key, None)

    def keep(self, key: str, found: Entry | str) -> None:
        """Keep a parsed entry from the next `save` on."""
        text = json.dumps(found) if isinstance(found, str) else dumps(found)
        self._waiting.append(("parsed", key, text))

    def forget(self, key: str) -> None:
        """Keep the entry of that key no longer."""
        self._recent.pop(key, None)
        self._waiting.append(("parsed", key, None))

    def forget_unclaimed(self) -> None:
        """Keep no entry that nobody has asked for since the store was opened."""
        for key in tuple(self._recent):
            self.forget(key)

    def save(
        self,
        facts: Mapping[str, str],
        sources: Mapping[str, Mapping[str, Any] | None],
        outputs: Mapping[str, Output | None],
    ) -> None:
        """Write what changed in one transaction; None stands for what is no more."""
        rows = [
            *self._waiting,
            *(("facts", name, value) for name, value in facts.items()),
            *(("sources", place, _text(row)) for place, row in sources.items()),
            *(("outputs", path, _row(output)) for path, output in outputs.items()),
        ]
        self._database.execute("BEGIN IMMEDIATE")
        for table in ("facts", "parsed", "sources", "outputs"):
            self._write(table, [(name, text) for each, name, text in rows if each == table])
        self._database.execute("COMMIT")
        self._waiting = []
        if any(text is None for _, _, text in rows):
            self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def _write(self, table: str, rows: Iterable[tuple[str, str | None]]) -> None:
        for name, text in rows:
            if text is None:
                self._database.execute(f"DELETE FROM {table} WHERE name=?", (name,))  # noqa: S608
            else:
                values = (name, text, _crc(name, text))
                self._database.execute(f"REPLACE INTO {table} VALUES (?,?,?)", values)  # noqa: S608

    def _rows(self, table: str) -> Iterator[tuple[str, str]]:
        found = self._database.execute(f"SELECT name, value, crc FROM {table}")  # noqa: S608
        for name, text, crc in found:
            if _crc(name, text) != crc:
                raise Damaged(f"{table}: {name}")
            yield name, text


def _text(row: Mapping[str, Any] | None) -> str | None:
    return None if row is None else json.dumps(row, ensure_ascii=False)


def _row(output: Output | None) -> str | None:
    if output is None:
        return None
    return json.dumps([output.key, output.sha256, output.size, output.mtime])


def _crc(name: str, text: str) -> int:
    return zlib.crc32(f"{name}\n{text}".encode())
