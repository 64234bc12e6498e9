"""The whole public site: from what was read to the plan of every file.

Knows all parts of the site; reads, renders and writes nothing. What the plans are told, and the
facts that all templates share, is everything that a file is made from.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from . import dates
from .catalogue import Catalogue
from .editions import Editions
from .entries import Entry
from .entry_pages import EntryPages
from .feeds import feeds
from .gone import pages_in_their_place
from .list_pages import ListPages
from .machines import entry_lists, site_maps
from .navigation import navigation
from .school import School
from .takedowns import Takedown
from .verify import VERIFY, verify_pages
from .views import Plan, View


@dataclass(frozen=True)
class Material:
    """What was read: the entries are distinct, in the order of their folders."""

    school: School
    entries: tuple[Entry, ...]
    takedowns: Mapping[str, Takedown]
    editions: Editions
    css: str


class Site:
    """All files of the public site but media, on one day."""

    def __init__(self, material: Material, public_url: str, today: date) -> None:
        self._material = material
        self._public_url = public_url
        takedowns, editions = material.takedowns, material.editions
        off = [entry for entry in material.entries if entry.is_off or entry.id in takedowns]
        self.previewed = tuple(e for e in off if editions.is_previewed(e) and not e.is_off)
        absent = {*off}
        self._gone = tuple(entry for entry in off if entry not in {*self.previewed})
        standing = (entry for entry in material.entries if entry not in absent)
        self.catalogue = Catalogue(standing, today, editions.published)

    @property
    def with_files(self) -> Iterator[Entry]:
        """The entries whose files lie beside a page."""
        yield from self.catalogue.entries
        yield from self.previewed
        yield from (one.entry for one in self._material.editions.earlier)

    def common(self) -> dict[str, Any]:
        """What every template is told."""
        school, regulation = self._material.school, self.catalogue.regulation
        return {
            "school": school,
            "navigation": navigation(self.catalogue, school),
            "regulation": regulation.mention if regulation else None,
            "school_year": dates.school_year(self.catalogue.today, school.school_year_start_month),
            "public_url": self._public_url,
            "has_record": bool(self._material.editions.record),
        }

    def __iter__(self) -> Iterator[Plan]:
        material, catalogue = self._material, self.catalogue
        lists = tuple(ListPages(catalogue, material.school))
        pages = EntryPages(catalogue, material.school, material.editions)
        proofs = tuple(verify_pages(catalogue.entries, self._gone, material.editions))
        yield from lists
        yield from pages
        # A draft of an entry that is down: its page with a note; in public it stays down.
        yield from (pages.of(entry, material.takedowns[entry.id]) for entry in self.previewed)
        yield from proofs
        yield from pages_in_their_place(
            material.entries, self._gone, material.takedowns, material.editions.record
        )
        yield Plan("404.html", absence, ())
        yield from feeds(catalogue, material.school, material.editions)
        yield from site_maps(_addresses(lists, proofs), catalogue.entries, material.editions)
        yield from entry_lists((*catalogue.entries, *self.previewed))
        yield Plan("robots.txt", robots, ())
        yield Plan("theme/site.css", str, (material.css,))


def absence() -> View:
    """The page for unknown addresses: served at any depth, so its links start at the root."""
    return View("404.html", "404", "Không tìm thấy trang")


def robots() -> View:
    """What search engines may read."""
    return View("robots.txt", "robots.txt")


def _addresses(lists: Iterable[Plan], proofs: Iterable[Plan]) -> Iterator[str]:
    """The pages for search engines that are no entry's; the pages of codes are for people."""
    yield from (plan.path.removesuffix("index.html") for plan in lists)
    yield from (VERIFY for plan in proofs if plan.path == f"{VERIFY}index.html")
