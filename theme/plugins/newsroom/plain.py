"""Plain data as JSON and back: what the builder hashes, and what it keeps of a parsed entry.

Only what is listed here may reach a template: the kinds of value whose JSON says everything that
there is to be known of them. Anything else is an error, never a guess.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from .archives import Leaf
from .catalogue import Effect
from .composition import Body, Heading
from .entries import Circular, Entry, Mention, Menu, MenuDay, Notice, Page, Post
from .media import Attachment, Original, Picture
from .navigation import Item
from .record import Correction, Edition, EntryRecord
from .school import School
from .takedowns import Takedown
from .verify import Coded
from .views import View

ENTRIES = (Post, Notice, Circular, Menu, Page)
PARTS = (Body, Heading, MenuDay, Original, Picture, Attachment)
TOLD = (
    View,
    Leaf,
    Mention,
    Effect,
    Item,
    Correction,
    Edition,
    EntryRecord,
    School,
    Takedown,
    Coded,
)
NAMES: dict[type[Any], list[str]] = {
    kind: [field.name for field in fields(kind)] for kind in (*ENTRIES, *PARTS, *TOLD)
}
GETTERS = {kind: attrgetter(*names) for kind, names in NAMES.items()}
KINDS: dict[str, type[Any]] = {kind.__name__: kind for kind in (*ENTRIES, *PARTS)}
COMPACT = (",", ":")


def digest(*values: Any) -> str:
    """The SHA-256 of plain values, each entry by its key. Raises TypeError for anything else."""
    text = json.dumps(values, default=_by_key, ensure_ascii=False, separators=COMPACT)
    return hashlib.sha256(text.encode()).hexdigest()


def dumps(entry: Entry) -> str:
    """An entry with everything in it. Raises TypeError for what is not plain."""
    return json.dumps(entry, default=_whole, ensure_ascii=False, separators=COMPACT)


def loads(text: str) -> Any:
    """What `dumps` was given."""
    return json.loads(text, object_hook=_revived)


def _by_key(value: Any) -> Any:
    if isinstance(value, Entry):
        if not value.key:
            raise TypeError(f"{value.place} has no key")
        return {"key": value.key}
    return _whole(value)


def _whole(value: Any) -> Any:
    kind = type(value)
    if kind in GETTERS:
        return {kind.__name__: GETTERS[kind](value)}
    if kind in SPECIAL:
        return SPECIAL[kind](value)
    raise TypeError(f"{kind.__name__} is no plain value")


SPECIAL: Mapping[type, Callable[[Any], Any]] = {
    date: lambda day: {"date": day.isoformat()},
    datetime: lambda moment: {"moment": moment.isoformat()},
    frozenset: sorted,
}


def _revived(found: dict[str, Any]) -> Any:
    (name, value), *more = found.items()
    if more or name not in {*KINDS, "date"}:
        raise ValueError(f"unknown kind {name!r}")
    if name == "date":
        return date.fromisoformat(value)
    kind = KINDS[name]
    values = (tuple(each) if isinstance(each, list) else each for each in value)
    return kind(**dict(zip(NAMES[kind], values, strict=True)))
