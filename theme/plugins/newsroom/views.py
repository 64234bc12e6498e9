"""Every page of the site: its address, its template and what the template is told.

Knows the catalogue and the school; renders and writes nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from .catalogue import Catalogue, Kind
from .editions import Editions
from .entries import COLLECTIONS, Circular, Entry, Menu, Notice, Page, Post
from .navigation import (
    CIRCULARS,
    MENUS,
    NOTICES,
    POSTS,
    SITE_MAP,
    category_url,
    collection_url,
    pages_of,
)
from .paging import sheets
from .school import School

PER_PAGE = 9
ROWS_PER_PAGE = 30
ROWS_PER_COLLECTION = 12
HOME_POSTS, HOME_NOTICES, HOME_CIRCULARS = 7, 4, 5

Trail = tuple[tuple[str, str | None], ...]
HOME_TRAIL = ("Trang chủ", "")
NO_EDITIONS = Editions()


@dataclass(frozen=True)
class View:
    """One page. `url` is relative to the root; `trail` ends with the page itself.

    A page with another `canonical` address than its own is for readers, not for search engines.
    """

    url: str
    template: str
    title: str
    section: str
    trail: Trail = ()
    description: str = ""
    lastmod: str = ""
    canonical: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


class Views:
    """All pages of a site."""

    def __init__(
        self, catalogue: Catalogue, school: School, editions: Editions = NO_EDITIONS
    ) -> None:
        self._all = catalogue
        self._school = school
        self._editions = editions

    def __iter__(self) -> Iterator[View]:
        yield self._home()
        yield from self._post_lists()
        yield from self._notice_lists()
        yield from self._registers()
        yield from self._menu_lists()
        yield self._site_map()
        for entry in self._all.entries:
            yield self.entry(entry)

    def earlier(self) -> Iterator[View]:
        """The editions before corrections: in no list, feed or site map."""
        for one in self._editions.earlier:
            view = self.entry(one.entry)
            crumbs = ((_crumb(one.present), one.present.url), ("Bản trước đính chính", None))
            known = self._editions.record[one.present.id]
            after = known.edition(one.edition.n + 1)
            view.facts.update(
                corrections=self._editions.corrections(one.present, one.edition.corrections),
                edition=one.edition,
                earlier=one,
                corrected=after.published,
            )
            trail = (*view.trail[:-1], *crumbs)
            yield replace(view, trail=trail, canonical=one.present.url)

    def _home(self) -> View:
        catalogue = self._all
        current = catalogue.pinned_first(catalogue.current_notices)[:HOME_NOTICES]
        past = _standing(catalogue.past_notices)
        posts = catalogue.pinned_first(_standing(catalogue.posts))
        facts = {
            "posts": posts[:HOME_POSTS],
            "notices": current,
            "past_notices": past[: HOME_NOTICES - len(current)],
            "circulars": _standing(catalogue.circulars)[:HOME_CIRCULARS],
            "menus": _standing(catalogue.this_week) or _standing(catalogue.next_week),
            "guides": pages_of(catalogue, "phu-huynh"),
        }
        return View("", "home", self._school.name, "home", facts=facts)

    def _post_lists(self) -> Iterator[View]:
        posts = self._all.posts
        choices = self._post_choices()
        trail = (HOME_TRAIL, ("Tin tức", POSTS))
        yield from self._list(posts, POSTS, "Tin tức", trail[:1], choices)
        for category, label in self._school.categories.items():
            chosen = [post for post in posts if post.category == category]
            if chosen:
                yield from self._list(chosen, category_url(category), label, trail, choices)
        for year in _years(posts):
            chosen = [post for post in posts if post.date and post.date.year == year]
            url, title = f"{POSTS}{year}/", f"Tin tức năm {year}"
            yield from self._list(chosen, url, title, trail, choices)

    def _list(
        self, posts: Sequence[Post], url: str, title: str, trail: Trail, choices: Any
    ) -> Iterator[View]:
        for sheet in sheets(self._all.pinned_first(posts), url, PER_PAGE):
            facts = {"sheet": sheet, "choices": choices, "list_url": url, "list_title": title}
            yield _numbered(View(sheet.url, "posts", title, POSTS, trail, facts=facts))

    def _post_choices(self) -> list[tuple[str, list[tuple[str, str]]]]:
        used = {post.category for post in self._all.posts}
        categories = self._school.categories.items()
        by_category = [(label, category_url(ident)) for ident, label in categories if ident in used]
        by_year = [(str(year), f"{POSTS}{year}/") for year in _years(self._all.posts)]
        return [("Chuyên mục", by_category), ("Năm", by_year)]

    def _notice_lists(self) -> Iterator[View]:
        notices = self._all.pinned_first(self._all.notices)
        for sheet in sheets(notices, NOTICES, PER_PAGE):
            view = View(sheet.url, "notices", "Thông báo", NOTICES, (HOME_TRAIL,))
            view.facts.update(sheet=sheet, list_url=NOTICES, list_title="Thông báo")
            yield _numbered(view)

    def _registers(self) -> Iterator[View]:
        circulars = self._all.circulars
        choices = self._register_choices()
        here = (HOME_TRAIL, ("Văn bản", CIRCULARS))
        newest = [(name, rows[:ROWS_PER_COLLECTION], len(rows)) for name, rows in self._grouped()]
        facts = {"groups": newest, "choices": choices, "list_url": CIRCULARS}
        yield self._register(CIRCULARS, "Văn bản", here[:1], facts)
        for collection, rows in self._grouped():
            title, url = COLLECTIONS[collection][1], collection_url(collection)
            for sheet in sheets(rows, url, ROWS_PER_PAGE):
                groups = [(collection, sheet.items, len(sheet.items))]
                facts = {"groups": groups, "choices": choices, "list_url": url, "sheet": sheet}
                yield self._register(sheet.url, title, here, facts)
        for year in _years(circulars):
            chosen = [c for c in circulars if c.date and c.date.year == year]
            groups = [(name, rows, len(rows)) for name, rows in _by_collection(chosen)]
            url = f"{CIRCULARS}{year}/"
            facts = {"groups": groups, "choices": choices, "list_url": url}
            yield self._register(url, f"Văn bản năm {year}", here, facts)

    def _register(self, url: str, title: str, trail: Trail, facts: dict[str, Any]) -> View:
        view = View(url, "circulars", title, CIRCULARS, trail)
        view.facts.update({"sheet": None, "list_title": title} | facts)
        return _numbered(view) if view.facts["sheet"] else _ended(view)

    def _grouped(self) -> list[tuple[str, tuple[Circular, ...]]]:
        return _by_collection(self._all.circulars)

    def _register_choices(self) -> list[tuple[str, list[tuple[str, str]]]]:
        collections = [(COLLECTIONS[name][1], collection_url(name)) for name, _ in self._grouped()]
        years = [(str(year), f"{CIRCULARS}{year}/") for year in _years(self._all.circulars)]
        return [("Nhóm", collections), ("Năm", years)]

    def _menu_lists(self) -> Iterator[View]:
        this_week, next_week = self._all.this_week, self._all.next_week
        for sheet in sheets(self._all.menus, MENUS, PER_PAGE):
            view = View(sheet.url, "menus", "Thực đơn", MENUS, (HOME_TRAIL,))
            view.facts.update(sheet=sheet, list_url=MENUS, list_title="Thực đơn")
            view.facts.update(this_week=this_week, next_week=next_week)
            yield _numbered(view)

    def _site_map(self) -> View:
        return _ended(View(SITE_MAP, "site-map", "Sơ đồ trang", "thong-tin", (HOME_TRAIL,)))

    def entry(self, entry: Entry) -> View:
        """The page of an entry, whether it stands in lists or not."""
        section, trail, facts = self._place(entry)
        known = self._editions.of(entry)
        facts |= {
            "edition": known.present if known else None,
            "corrections": self._editions.corrections(entry),
            "earlier": None,
            "corrected": None,
            "down": None,
        }
        return View(
            entry.url,
            entry.template,
            entry.heading,
            section,
            (HOME_TRAIL, *trail, (_crumb(entry), None)),
            entry.summary,
            entry.updated,
            facts={"entry": entry, **facts},
        )

    def _place(self, entry: Entry) -> tuple[str, Trail, dict[str, Any]]:
        places: dict[type[Entry], Callable[[Any], tuple[str, Trail, dict[str, Any]]]] = {
            Post: self._place_of_post,
            Notice: self._place_of_notice,
            Circular: self._place_of_circular,
            Menu: self._place_of_menu,
            Page: self._place_of_page,
        }
        return places[type(entry)](entry)

    def _place_of_post(self, post: Post) -> tuple[str, Trail, dict[str, Any]]:
        trail: list[tuple[str, str | None]] = [("Tin tức", POSTS)]
        label = self._school.categories.get(post.category)
        if label:
            trail.append((label, category_url(post.category)))
        newer, older = _neighbours(self._all.posts, post)
        return POSTS, tuple(trail), {"newer": newer, "older": older}

    def _place_of_notice(self, notice: Notice) -> tuple[str, Trail, dict[str, Any]]:
        facts = {
            "expired": notice.is_expired(self._all.today),
            "predecessor": self._all.predecessor(notice),
            "successor": self._all.successor(notice),
        }
        return NOTICES, (("Thông báo", NOTICES),), facts

    def _place_of_circular(self, circular: Circular) -> tuple[str, Trail, dict[str, Any]]:
        own = (circular.collection_name, collection_url(circular.collection))
        facts = {
            "effect": self._all.effect(circular),
            "relations": self._all.relations(circular),
        }
        return CIRCULARS, (("Văn bản", CIRCULARS), own), facts

    def _place_of_menu(self, menu: Menu) -> tuple[str, Trail, dict[str, Any]]:
        alike = [other for other in self._all.menus if other.age_group == menu.age_group]
        newer, older = _neighbours(alike, menu)
        return MENUS, (("Thực đơn", MENUS),), {"newer": newer, "older": older}

    def _place_of_page(self, page: Page) -> tuple[str, Trail, dict[str, Any]]:
        trail: Trail = ((page.section_name, None),) if page.section else ()
        siblings = pages_of(self._all, page.section) if page.section else ()
        return page.section, trail, {"siblings": siblings}


def _standing(entries: Iterable[Kind]) -> tuple[Kind, ...]:
    """The entries that the school stands by: what it withdrew is off the home page."""
    return tuple(entry for entry in entries if not entry.is_withdrawn)


def _ended(view: View) -> View:
    """The view with itself at the end of its trail."""
    return View(**{**vars(view), "trail": (*view.trail, (view.title, None))})


def _numbered(view: View) -> View:
    """A page of a list, with its number in its title from the second on."""
    sheet = view.facts["sheet"]
    if sheet.number == 1:
        return _ended(view)
    here = (*view.trail, (view.title, sheet.urls[0]), (f"Trang {sheet.number}", None))
    return View(**{**vars(view), "trail": here, "title": f"{view.title} – Trang {sheet.number}"})


def _crumb(entry: Entry) -> str:
    return entry.name if isinstance(entry, Circular) else entry.title


def _years(entries: Iterable[Entry]) -> list[int]:
    dates: set[date] = {entry.date for entry in entries if entry.date}
    return sorted({day.year for day in dates}, reverse=True)


def _by_collection(circulars: Iterable[Circular]) -> list[tuple[str, tuple[Circular, ...]]]:
    rows = {name: tuple(c for c in circulars if c.collection == name) for name in COLLECTIONS}
    return [(name, found) for name, found in rows.items() if found]


def _neighbours(entries: Sequence[Kind], entry: Kind) -> tuple[Kind | None, Kind | None]:
    """What stands before and after `entry` in a list; nothing where it does not stand there."""
    if entry not in entries:
        return None, None
    at = entries.index(entry)
    before = entries[at - 1] if at > 0 else None
    after = entries[at + 1] if at + 1 < len(entries) else None
    return before, after
