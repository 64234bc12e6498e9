"""What was taken off the site: orders in force, and the notes left at the addresses.

Knows which entries are down and why; of an entry taken down for personal data it tells nothing.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from .dates import short_date
from .entries import Entry
from .views import HOME_TRAIL, View

PERSONAL_DATA = "personal_data"
EXPLAINED = "explained"


@dataclass(frozen=True)
class Takedown:
    """One order: why, in public words, and since which day."""

    kind: str
    reason: str
    since: str


def read_takedowns(content: Path) -> Mapping[str, Takedown]:
    """The orders in force by entry id; a site without the file has none."""
    path = content / "governance" / "orders.toml"
    orders = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return {
        row["entry"]: Takedown(row["kind"], row["reason"], short_date(row["since"].date()))
        for row in orders.get("takedowns", [])
    }


def notes(gone: Iterable[Entry], takedowns: Mapping[str, Takedown]) -> Iterator[View]:
    """The page that stays at the address of each entry that is down, so that no link is dead."""
    for entry in gone:
        order = takedowns[entry.id]
        title = entry.title if order.kind == EXPLAINED else "Nội dung đã được gỡ"
        reason = "" if order.kind == PERSONAL_DATA else order.reason
        facts = {"since": order.since, "reason": reason, "kind": order.kind}
        yield View(entry.url, "gone", title, "", (HOME_TRAIL, (title, None)), facts=facts)
