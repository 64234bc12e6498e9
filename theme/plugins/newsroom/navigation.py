"""The site's menu, from what there is to visit (DOMAIN §3).

Knows sections and entries; an item that would lead to an empty page is left out, but for the four
sections that families look for.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from .catalogue import Catalogue
from .entries import COLLECTIONS, PAGE_SECTIONS, Page
from .school import School

HOME, POSTS, NOTICES, CIRCULARS, MENUS = "", "tin-tuc/", "thong-bao/", "van-ban/", "thuc-don/"
SITE_MAP = "so-do-trang/"


@dataclass(frozen=True)
class Item:
    """A link of the menu, or a heading over further links; `key` names its section."""

    label: str
    key: str
    url: str | None = None
    children: tuple["Item", ...] = ()


def navigation(catalogue: Catalogue, school: School) -> tuple[Item, ...]:
    """The header's menu."""
    items = [
        Item("Trang chủ", "home", HOME),
        _pages(catalogue, "gioi-thieu"),
        Item("Tin tức", POSTS, POSTS, tuple(_categories(catalogue, school))),
        Item("Thông báo", NOTICES, NOTICES),
        Item("Văn bản", CIRCULARS, CIRCULARS, tuple(_collections(catalogue))),
        Item("Thực đơn", MENUS, MENUS),
        _pages(catalogue, "phu-huynh"),
        _pages(catalogue, "cong-khai"),
        _pages(catalogue, "thong-tin"),
    ]
    return tuple(item for item in items if item.url is not None or item.children)


def pages_of(catalogue: Catalogue, section: str) -> tuple[Page, ...]:
    """The static pages of one section, in their order."""
    return tuple(page for page in catalogue.pages if page.section == section)


def category_url(category: str) -> str:
    """The list of one category's posts."""
    return f"{POSTS}chuyen-muc/{category}/"


def collection_url(collection: str) -> str:
    """The list of one collection's circulars."""
    return f"{CIRCULARS}{COLLECTIONS[collection][0]}/"


def _pages(catalogue: Catalogue, section: str) -> Item:
    pages = pages_of(catalogue, section)
    children = tuple(Item(page.title, page.url, page.url) for page in pages)
    return Item(PAGE_SECTIONS[section], section, None, children)


def _categories(catalogue: Catalogue, school: School) -> Iterable[Item]:
    used = {post.category for post in catalogue.posts}
    for category, label in school.categories.items():
        if category in used:
            url = category_url(category)
            yield Item(label, url, url)


def _collections(catalogue: Catalogue) -> Iterable[Item]:
    used = {circular.collection for circular in catalogue.circulars}
    for collection, (_, label) in COLLECTIONS.items():
        if collection in used:
            url = collection_url(collection)
            yield Item(label, url, url)
