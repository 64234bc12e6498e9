"""The home page, the lists by section, year, category and collection, and the map of the site.

Knows the catalogue and the school; renders and writes nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from .archives import Archive, Leaf, archive
from .catalogue import Catalogue, Effect, Kind
from .entries import COLLECTIONS, Circular, Entry, Mention, Menu, Notice, Page, Post
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
from .school import School
from .views import HOME_TRAIL, Plan, Trail, View, page

PER_PAGE = 9
ROWS_PER_PAGE = 30
ROWS_PER_COLLECTION = 12
HOME_POSTS, HOME_NOTICES, HOME_CIRCULARS = 7, 4, 5

IN_REGISTER: Trail = (HOME_TRAIL, ("Văn bản", CIRCULARS))

Heading = tuple[str, str, Trail]
Choices = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
NoticeRow = tuple[Notice, bool, Notice | None]
CircularRow = tuple[Circular, Effect]
CircularGroup = tuple[str, tuple[CircularRow, ...], int]


class ListPages:
    """The plans of all pages that list entries."""

    def __init__(self, catalogue: Catalogue, school: School) -> None:
        self._all = catalogue
        self._school = school

    def __iter__(self) -> Iterator[Plan]:
        yield self._home()
        yield from self._post_lists()
        yield from self._notice_lists()
        yield from self._registers()
        yield from self._menu_lists()
        loose = tuple(found for found in self._all.pages if not found.section)
        yield page(SITE_MAP, site_map, loose)

    def _home(self) -> Plan:
        catalogue = self._all
        current = catalogue.pinned_first(catalogue.current_notices)[:HOME_NOTICES]
        past = _standing(catalogue.past_notices, HOME_NOTICES - len(current))
        posts = _standing(catalogue.pinned_first(catalogue.posts), HOME_POSTS)
        this_week = _standing(catalogue.this_week)
        menus = this_week or _standing(catalogue.next_week)
        inputs = (
            self._school.name,
            (posts, current, _pinned_ids(catalogue, (*posts, *current))),
            past,
            tuple(map(self._register_row, _standing(catalogue.circulars, HOME_CIRCULARS))),
            (menus, bool(catalogue.this_week), catalogue.today),
            pages_of(catalogue, "phu-huynh"),
        )
        return Plan("index.html", home, inputs)

    def _post_lists(self) -> Iterator[Plan]:
        posts = self._all.posts
        chosen: defaultdict[str, list[Post]] = defaultdict(list)
        for post in posts:
            chosen[post.category].append(post)
        used = [(ident, name) for ident, name in self._school.categories.items() if ident in chosen]
        categories = tuple((label, category_url(ident)) for ident, label in used)
        top = (HOME_TRAIL, ("Tin tức", POSTS))
        yield from self._posts(posts, POSTS, "Tin tức", top[:1], categories)
        for ident, label in used:
            yield from self._posts(chosen[ident], category_url(ident), label, top, categories)

    def _posts(
        self,
        posts: Sequence[Post],
        url: str,
        title: str,
        trail: Trail,
        categories: tuple[tuple[str, str], ...],
    ) -> Iterator[Plan]:
        pinned = self._all.pinned(posts)
        found = archive(posts, url, PER_PAGE, _year_of, pinned)
        choices: Choices = (("Chuyên mục", categories), *_year_choices(found))
        ids = _pinned_ids(self._all, pinned)
        for leaf in found:
            shown = frozenset() if leaf.year else ids
            yield _leaf(post_list, leaf, (url, title, trail), choices, shown)

    def _notice_lists(self) -> Iterator[Plan]:
        notices = self._all.notices
        pinned = self._all.pinned(notices)
        found = archive(notices, NOTICES, PER_PAGE, _year_of, pinned)
        ids, choices = _pinned_ids(self._all, pinned), _year_choices(found)
        for leaf in found:
            rows = tuple(map(self._notice_row, leaf.items))
            shown = frozenset() if leaf.year else ids
            yield _leaf(notice_list, leaf, rows, choices, shown)

    def _notice_row(self, notice: Notice) -> NoticeRow:
        return notice, self._all.is_current(notice), self._all.successor(notice)

    def _registers(self) -> Iterator[Plan]:
        groups = [(n, [c for c in self._all.circulars if c.collection == n]) for n in COLLECTIONS]
        groups = [(name, found) for name, found in groups if found]
        own = tuple((COLLECTIONS[name][1], collection_url(name)) for name, _ in groups)
        whole = archive(self._all.circulars, CIRCULARS, ROWS_PER_PAGE, _year_of)
        choices: Choices = (("Nhóm", own), *_year_choices(whole))
        newest = tuple(self._group(n, found, ROWS_PER_COLLECTION) for n, found in groups)
        yield page(CIRCULARS, register, "Văn bản", IN_REGISTER[:1], newest, choices)
        yield from self._registers_by_year(groups, whole.years, choices)
        for name, circulars in groups:
            url, title = collection_url(name), COLLECTIONS[name][1]
            found = archive(circulars, url, ROWS_PER_PAGE, _year_of)
            choices = (("Nhóm", own), *_year_choices(found))
            for leaf in found:
                group = (self._group(name, leaf.items, len(leaf.items)),)
                yield _leaf(leaf_of_register, leaf, (url, title, IN_REGISTER), group, choices)

    def _registers_by_year(
        self, groups: list[tuple[str, list[Circular]]], years: Sequence[int], choices: Choices
    ) -> Iterator[Plan]:
        """All circulars of a year on one page: a register is read by years."""
        by_year: dict[tuple[int | None, str], list[Circular]] = {}
        for name, circulars in groups:
            for circular in circulars:
                by_year.setdefault((_year_of(circular), name), []).append(circular)
        for year in years:
            chosen = [(name, by_year.get((year, name), [])) for name, _ in groups]
            rows = tuple(self._group(name, found, len(found)) for name, found in chosen if found)
            url, title = f"{CIRCULARS}{year}/", f"Văn bản năm {year}"
            yield page(url, register, title, IN_REGISTER, rows, choices)

    def _group(self, name: str, circulars: Sequence[Circular], most: int) -> CircularGroup:
        return name, tuple(map(self._register_row, circulars[:most])), len(circulars)

    def _register_row(self, circular: Circular) -> CircularRow:
        return circular, self._all.effect(circular)

    def _menu_lists(self) -> Iterator[Plan]:
        weeks = (self._all.this_week, self._all.next_week, self._all.today)
        found = archive(self._all.menus, MENUS, PER_PAGE, _year_of_menu)
        choices = _year_choices(found)
        for leaf in found:
            yield _leaf(menu_list, leaf, None if leaf.year else weeks, choices)


def home(
    name: str,
    shown: tuple[tuple[Post, ...], tuple[Notice, ...], frozenset[str]],
    past: tuple[Notice, ...],
    circulars: tuple[CircularRow, ...],
    menus: tuple[tuple[Menu, ...], bool, date],
    guides: tuple[Page, ...],
) -> View:
    """The first page of the site."""
    posts, notices, pinned = shown
    facts = {
        "posts": posts,
        "notices": notices,
        "pinned": pinned,
        "past_notices": _mentions(past),
        "circulars": circulars,
        "menus": menus[0],
        "has_this_week": menus[1],
        "guides": _mentions(guides),
        "today": menus[2],
    }
    return View("", "home", name, "home", facts=facts)


def post_list(leaf: Leaf[Post], heading: Heading, choices: Choices, pinned: frozenset[str]) -> View:
    """One page of posts."""
    facts = {"posts": leaf.items, "pinned": pinned}
    return _list("posts", POSTS, leaf, heading, choices, facts)


def notice_list(
    leaf: Leaf[Notice],
    rows: tuple[NoticeRow, ...],
    choices: Choices,
    pinned: frozenset[str],
) -> View:
    """One page of notices."""
    told = tuple((n, current, after.mention if after else None) for n, current, after in rows)
    heading = (NOTICES, "Thông báo", (HOME_TRAIL,))
    return _list("notices", NOTICES, leaf, heading, choices, {"rows": told, "pinned": pinned})


def menu_list(
    leaf: Leaf[Menu],
    weeks: tuple[tuple[Menu, ...], tuple[Menu, ...], date] | None,
    choices: Choices,
) -> View:
    """One page of weekly menus; the first shows this week's and the next one's whole."""
    this_week, next_week, today = weeks or ((), (), None)
    facts = {"menus": leaf.items, "this_week": this_week, "next_week": next_week, "today": today}
    heading = (MENUS, "Thực đơn", (HOME_TRAIL,))
    return _list("menus", MENUS, leaf, heading, choices, facts)


def register(
    url: str, title: str, trail: Trail, groups: tuple[CircularGroup, ...], choices: Choices
) -> View:
    """The register: the newest of each collection, or all of one year."""
    facts = {"leaf": None, "list_title": title, "choices": choices, "here": (url,)}
    told = {**facts, "groups": groups}
    return View(url, "circulars", title, CIRCULARS, trail, facts=told).ended()


def leaf_of_register(
    leaf: Leaf[Circular], heading: Heading, groups: tuple[CircularGroup, ...], choices: Choices
) -> View:
    """One page of a collection."""
    return _list("circulars", CIRCULARS, leaf, heading, choices, {"groups": groups})


def site_map(url: str, loose: tuple[Page, ...]) -> View:
    """The map of the site for people."""
    facts = {"loose": _mentions(loose)}
    return View(url, "site-map", "Sơ đồ trang", "thong-tin", (HOME_TRAIL,), facts=facts).ended()


def _list(
    template: str,
    section: str,
    leaf: Leaf[Any],
    heading: Heading,
    choices: Choices,
    facts: dict[str, Any],
) -> View:
    base, title, trail = heading
    here: tuple[str, ...] = (base,)
    if leaf.year:
        trail = (*trail, (title, base))
        title, here = f"{title} năm {leaf.year}", (base, f"{base}{leaf.year}/")
    list_title = title
    if leaf.number:
        trail = (*trail, (f"Năm {leaf.year}", here[-1]))
        title = f"{title} – Trang {leaf.number}"
    bare: Leaf[Any] = Leaf(leaf.url, (), leaf.year, leaf.number, leaf.newer, leaf.older)
    told = {"leaf": bare, "list_title": list_title, "choices": choices, "here": here, **facts}
    view = View(leaf.url, template, title, section, trail, facts=told)
    return view.ended()


def _leaf(make: Callable[..., View], leaf: Leaf[Any], *inputs: Any) -> Plan:
    return Plan(f"{leaf.url}index.html", make, (leaf, *inputs))


def _year_choices(found: Archive[Any]) -> Choices:
    """The choice between years, where there is one."""
    links = tuple((str(year), found.first_of(year)) for year in found.years)
    return (("Năm", links),) if len(links) > 1 else ()


def _year_of(entry: Entry) -> int | None:
    return entry.date.year if entry.date else None


def _year_of_menu(menu: Menu) -> int | None:
    return menu.week_start.year if menu.week_start else None


def _pinned_ids(catalogue: Catalogue, entries: Iterable[Post | Notice]) -> frozenset[str]:
    return frozenset(entry.id for entry in catalogue.pinned(entries))


def _mentions(entries: Iterable[Entry]) -> tuple[Mention, ...]:
    return tuple(entry.mention for entry in entries)


def _standing(entries: Iterable[Kind], most: int | None = None) -> tuple[Kind, ...]:
    """The entries that the school stands by: what it withdrew is off the home page."""
    return tuple(entry for entry in entries if not entry.is_withdrawn)[:most]
