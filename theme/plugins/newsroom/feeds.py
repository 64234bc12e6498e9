"""The Atom feeds and the lists for machines: what they hold, not how it is written.

Knows entries; their full addresses are made from the public address given.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from .catalogue import Catalogue
from .entries import Entry
from .navigation import CIRCULARS, NOTICES, POSTS
from .school import School

NEWEST = 20
# An empty feed must still say when it changed last.
NEVER = "2025-08-01T00:00:00+07:00"


@dataclass(frozen=True)
class Feed:
    """One Atom feed at `url`, about the list at `about`."""

    url: str
    about: str
    title: str
    entries: tuple[Entry, ...]

    @property
    def updated(self) -> str:
        """The date of its newest entry."""
        return max((entry.updated for entry in self.entries), default=NEVER)


def feeds(catalogue: Catalogue, school: School) -> Iterator[Feed]:
    """The feed of everything dated, and one each for news, notices and circulars (R08)."""
    everything = catalogue.newest((*catalogue.posts, *catalogue.notices, *catalogue.circulars))
    yield _feed("", school.name, everything)
    yield _feed(POSTS, f"Tin tức – {school.name}", catalogue.posts)
    yield _feed(NOTICES, f"Thông báo – {school.name}", catalogue.notices)
    yield _feed(CIRCULARS, f"Văn bản – {school.name}", catalogue.circulars)


def entry_list(entries: Iterable[Entry]) -> dict[str, dict[str, str]]:
    """Where each entry is on the site, for whoever asks by id."""
    return {
        entry.id: {"type": entry.type, "url": f"/{entry.url}", "title": entry.title}
        for entry in sorted(entries, key=lambda entry: entry.id)
    }


def _feed(about: str, title: str, entries: Sequence[Entry]) -> Feed:
    dated = [entry for entry in entries if entry.date]
    return Feed(f"{about}feed.atom", about, title, tuple(dated[:NEWEST]))
