"""Who approved each entry and when, as the site tells it: the content's record.json.

Knows the file's form; a content folder without it is a site that tells nothing of the kind.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Edition:
    """One edition of an entry as it was approved; a draft in a preview has no ``publication``."""

    n: int
    publication: str
    tree: str
    folder: str
    code: str
    approved_at: str
    published_at: str
    role: str
    office: str
    urgent: bool
    reviewed: bool
    corrections: int
    name: str = ""

    @property
    def approved(self) -> datetime | None:
        """The moment of the approval."""
        return datetime.fromisoformat(self.approved_at) if self.approved_at else None

    @property
    def published(self) -> datetime | None:
        """The moment from which it was public."""
        return datetime.fromisoformat(self.published_at) if self.published_at else None


@dataclass(frozen=True)
class Correction:
    """A correction: why, since when, and the number of the edition before it, if it is kept."""

    reason: str
    since: datetime | None
    before: int


@dataclass(frozen=True)
class EntryRecord:
    """The editions of one entry, oldest first; there is at least one.

    A `previewed` entry is shown to somebody in the newsroom, whatever orders keep it off the site.
    """

    id: str
    editions: tuple[Edition, ...]
    previewed: bool = False

    @property
    def present(self) -> Edition:
        """The edition that stands at the entry's address."""
        return self.editions[-1]

    @cached_property
    def became_public(self) -> datetime | None:
        """The moment from which its first edition was public."""
        return self.editions[0].published

    def edition(self, number: int) -> Edition:
        """The edition of that number."""
        return self.editions[number - 1]

    def first_with(self, corrections: int) -> Edition:
        """The edition that brought that many corrections: the date of the last of them is its."""
        return next(e for e in self.editions if e.corrections >= corrections)


def read_record(content: Path) -> Mapping[str, EntryRecord]:
    """The record of a content folder by entry id; empty where there is no file."""
    path = content / "record.json"
    rows = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return {ident: read_row(ident, row) for ident, row in rows.items()}


def read_row(ident: str, row: Mapping[str, Any]) -> EntryRecord:
    """The record of one entry from its row in the file."""
    editions = tuple(Edition(**edition) for edition in row["editions"])
    return EntryRecord(ident, editions, row.get("previewed", False))
