"""The Atom feeds: what they hold, not how it is written.

Knows entries; their full addresses are made from the public address given.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from .catalogue import Catalogue
from .editions import Editions
from .entries import Entry
from .navigation import CIRCULARS, NOTICES, POSTS
from .school import School
from .views import Plan, View

NEWEST = 20
# An empty feed must still say when it changed last.
NEVER = "2025-08-01T00:00:00+07:00"


Dated = tuple[Entry, str]
"""An entry and the moment since which it stands as it does."""


def feeds(catalogue: Catalogue, school: School, editions: Editions) -> Iterator[Plan]:
    """The feed of everything dated, and one each for news, notices and circulars (R08)."""
    lists = (catalogue.posts, catalogue.notices, catalogue.circulars)
    everything = catalogue.newest(entry for entries in lists for entry in _newest(entries))
    titled = {
        "": (school.name, everything),
        POSTS: (f"Tin tức – {school.name}", catalogue.posts),
        NOTICES: (f"Thông báo – {school.name}", catalogue.notices),
        CIRCULARS: (f"Văn bản – {school.name}", catalogue.circulars),
    }
    for about, (title, entries) in titled.items():
        path = f"{about}feed.atom"
        dated = tuple((entry, editions.updated(entry)) for entry in _newest(entries))
        yield Plan(path, feed, (path, about, title, dated))


def feed(path: str, about: str, title: str, entries: tuple[Dated, ...]) -> View:
    """One Atom feed, about the list at the address `about`."""
    updated = max((changed for _, changed in entries), default=NEVER)
    return View(
        path, "feed.atom", title, facts={"about": about, "updated": updated, "entries": entries}
    )


def _newest(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The newest of a list that have a date; drafts without one come first in lists."""
    dated = (entry for entry in entries if entry.date)
    return tuple(islice(dated, NEWEST))
