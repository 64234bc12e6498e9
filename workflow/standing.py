"""How an entry stands that was once public: what binds its next edition.

Pure rules over fields: published corrections stay as they are, former addresses stay known,
personal data leaves, no chain of entries bites its own tail. Knows neither git nor who may act.
"""

from collections.abc import Mapping
from typing import Any, Final

from workflow.addresses import left_behind
from workflow.content_types import (
    LOST_WITH_PERSONAL_DATA,
    PERSONAL_DATA,
    STANDING,
    ContentType,
    Fields,
)
from workflow.entries import Change

_NAMES: Final = tuple(spec.name for spec in STANDING)


def kept(fields: Fields) -> Fields:
    """Return the fields of standing alone: what a form neither shows nor sends."""
    return {name: fields[name] for name in _NAMES if name in fields}


def settled(current: Change, fields: Fields) -> Fields:
    """Return the fields, in file order, as the next edition of ``current`` may bear them.

    Whatever ``fields`` say, the published corrections come first and unchanged, and ``formerly``
    is what the published edition leaves behind. An entry that was never public has no standing.
    """
    values = dict(fields)
    if current.before is None:
        return in_order(current.ctype, {n: v for n, v in values.items() if n not in _NAMES})
    was = current.before.fields
    values["corrections"] = _appended(was.get("corrections", []), fields.get("corrections", []))
    values["formerly"] = left_behind(current.ctype, was, values, current.folder)
    if is_emptied(values):
        values = {n: v for n, v in values.items() if n not in LOST_WITH_PERSONAL_DATA}
    return in_order(current.ctype, values)


def is_emptied(fields: Fields) -> bool:
    """Say whether an entry bears no text, photo or file: it is withdrawn for personal data."""
    return fields.get("withdrawal") == PERSONAL_DATA


def is_settled(current: Change) -> bool:
    """Say whether a draft respects what is published now, also if that changed under it."""
    return kept(settled(current, current.fields)) == kept(current.fields)


def in_order(ctype: ContentType, values: Fields) -> Fields:
    """Return the fields in the order of the file, empty ones left out."""
    order = [spec.name for spec in ctype.fields]
    return {name: values[name] for name in order if values.get(name) not in (None, "", [])}


def leads_back(entry_id: str, target: str, follow: Mapping[str, str]) -> bool:
    """Say whether going on from ``target`` comes back to the entry."""
    seen: set[str] = set()
    while target and target not in seen:
        if target == entry_id:
            return True
        seen.add(target)
        target = follow.get(target, "")
    return False


def _appended(published: list[Any], wanted: list[Any]) -> list[Any]:
    if wanted[: len(published)] == published:
        return wanted
    return [*published, *(row for row in wanted if row not in published)]
