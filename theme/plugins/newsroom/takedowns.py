"""The orders of the leaders that keep entries off the site.

Knows the file's form; what stands at the addresses instead is another's part.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .dates import short_date


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
