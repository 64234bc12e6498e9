"""The page of each entry, and those of its editions before corrections.

Knows what a page needs of the other entries; renders and writes nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import chain
from typing import Any

from .catalogue import Catalogue, Effect, Relation
from .editions import Earlier, Editions, corrections
from .entries import Circular, Entry, Mention, Menu, Notice, Page, Post
from .navigation import (
    CIRCULARS,
    MENUS,
    NOTICES,
    POSTS,
    category_url,
    collection_url,
    pages_of,
)
from .record import EntryRecord
from .school import School
from .takedowns import Takedown
from .views import HOME_TRAIL, Plan, Trail, View

Place = tuple[str, Trail, dict[str, Any]]
ALONE = (None, None)


class EntryPages:
    """The plans of all pages on which an entry can be read."""

    def __init__(self, catalogue: Catalogue, school: School, editions: Editions) -> None:
        self._all = catalogue
        self._school = school
        self._editions = editions
        menus_alike: dict[str, list[Menu]] = {}
        for menu in catalogue.menus:
            menus_alike.setdefault(menu.age_group, []).append(menu)
        lists: Iterable[Sequence[Entry]] = (catalogue.posts, *menus_alike.values())
        self._beside = dict(chain.from_iterable(_neighbours(entries) for entries in lists))
        sections = {found.section for found in catalogue.pages}
        self._siblings = {section: pages_of(catalogue, section) for section in sections}

    def __iter__(self) -> Iterator[Plan]:
        for entry in self._all.entries:
            yield self.of(entry)
        for one in self._editions.earlier:
            yield self.of(one.entry, one=one)

    def of(self, entry: Entry, down: Takedown | None = None, one: Earlier | None = None) -> Plan:
        """The page of an entry, whether it stands in lists or not.

        A draft of an entry that is `down` says so; an earlier edition is told by `one`.
        """
        present = one.present if one else entry
        approved = (self._editions.of(present), self._editions.kept(present))
        path = f"{entry.url}index.html"
        return Plan(path, entry_page, (entry, approved, down, one, self._near(entry)))

    def _near(self, entry: Entry) -> tuple[Any, ...]:
        """What the page tells of others, by the entry's type."""
        match entry:
            case Post():
                label = self._school.categories.get(entry.category)
                return label, *self._beside.get(entry, ALONE)
            case Notice():
                expired = entry.is_expired(self._all.today)
                return expired, self._all.predecessor(entry), self._all.successor(entry)
            case Circular():
                return self._all.effect(entry), self._all.relations(entry)
            case Menu():
                return self._day_of(entry), *self._beside.get(entry, ALONE)
            case _:
                section = entry.section if isinstance(entry, Page) else ""
                return (self._siblings.get(section, ()) if section else (),)

    def _day_of(self, menu: Menu) -> date | None:
        """Today, for the menus of this week: all others are the same on every day."""
        start, today = menu.week_start, self._all.today
        return today if start and start <= today < start + timedelta(days=7) else None


def entry_page(
    entry: Entry,
    approved: tuple[EntryRecord | None, frozenset[int]],
    down: Takedown | None,
    one: Earlier | None,
    near: tuple[Any, ...],
) -> View:
    """The page of an entry, or of its earlier edition `one`, with what is `near` it."""
    known, kept = approved
    section, trail, facts = PLACES[type(entry)](entry, *near)
    facts |= {"entry": entry, "down": down}
    crumbs: Trail = ((entry.name, None),)
    if one is None:
        edition = known.present if known else None
        facts |= {"corrections": corrections(entry, known, kept), "earlier": None}
    else:
        edition = one.edition
        crumbs = ((one.present.name, one.present.url), ("Bản trước đính chính", None))
        facts["corrections"] = corrections(one.present, known, kept, edition.corrections)
        later = one.present.corrections[one.edition.corrections :]
        facts["earlier"] = {
            "url": one.present.url,
            "is_whole": one.is_whole,
            "put_right": later[0] if later else "",
        }
    after = known.edition(one.edition.n + 1) if one and known else None
    facts |= {"edition": edition, "corrected": after.published if after else None}
    return View(
        entry.url,
        entry.template,
        entry.heading,
        section,
        (HOME_TRAIL, *trail, *crumbs),
        entry.summary,
        one.present.url if one else "",
        facts,
    )


def _place_of_post(post: Post, label: str | None, newer: Post | None, older: Post | None) -> Place:
    trail: list[tuple[str, str | None]] = [("Tin tức", POSTS)]
    if label:
        trail.append((label, category_url(post.category)))
    facts = {"category": label, "newer": _mention(newer), "older": _mention(older)}
    return POSTS, tuple(trail), facts


def _place_of_notice(
    _notice: Notice,
    expired: bool,  # noqa: FBT001 - a fact of the page
    predecessor: Notice | None,
    successor: Notice | None,
) -> Place:
    facts = {
        "expired": expired,
        "predecessor": _mention(predecessor),
        "successor": _mention(successor),
    }
    return NOTICES, (("Thông báo", NOTICES),), facts


def _place_of_circular(
    circular: Circular, effect: Effect, relations: tuple[Relation, ...]
) -> Place:
    own = (circular.collection_name, collection_url(circular.collection))
    related = tuple((r.label, tuple(c.mention for c in r.circulars)) for r in relations)
    return CIRCULARS, (("Văn bản", CIRCULARS), own), {"effect": effect, "relations": related}


def _place_of_menu(_own: Menu, today: date | None, newer: Menu | None, older: Menu | None) -> Place:
    facts = {"today": today, "newer": _mention(newer), "older": _mention(older)}
    return MENUS, (("Thực đơn", MENUS),), facts


def _place_of_page(found: Page, siblings: tuple[Page, ...]) -> Place:
    trail: Trail = ((found.section_name, None),) if found.section else ()
    return found.section, trail, {"siblings": tuple(sibling.mention for sibling in siblings)}


PLACES: Mapping[type[Entry], Any] = {
    Post: _place_of_post,
    Notice: _place_of_notice,
    Circular: _place_of_circular,
    Menu: _place_of_menu,
    Page: _place_of_page,
}


def _mention(entry: Entry | None) -> Mention | None:
    return entry.mention if entry else None


def _neighbours(
    entries: Sequence[Entry],
) -> Iterator[tuple[Entry, tuple[Entry | None, Entry | None]]]:
    """What stands before and after each entry of a list."""
    around = (None, *entries, None)
    return ((entry, (around[at], around[at + 2])) for at, entry in enumerate(entries))
