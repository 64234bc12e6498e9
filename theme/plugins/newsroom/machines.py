"""What is written for machines: site maps for search engines, and where each entry stands, by id.

Both are cut by section and year, so that one new entry touches one small file of each. Knows
entries and addresses; nothing of what is on a page.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator

from .editions import Editions
from .entries import Entry
from .views import Plan, View

WHOLE = "sitemap.xml"
ADDRESSES = ".well-known/toasoan/entries/"
# Everything that belongs to no year.
UNDATED = "trang"
YEAR = 4


def part_of(url: str) -> str:
    """The name of the part of the site that holds an address: a section and a year."""
    section, _, below = url.partition("/")
    year = below.partition("/")[0]
    return f"{section}-{year}" if len(year) == YEAR and year.isdecimal() else UNDATED


def site_maps(lists: Iterable[str], entries: Iterable[Entry], editions: Editions) -> Iterator[Plan]:
    """The index of the site maps, and the site map of each part."""
    addresses: defaultdict[str, list[str]] = defaultdict(list)
    for url in lists:
        addresses[part_of(url)].append(url)
    parts = by_part(entries)
    names = sorted({*addresses, *parts})
    yield Plan(WHOLE, site_map_index, (tuple(map(_site_map, names)),))
    for name in names:
        path, urls = _site_map(name), tuple(addresses.get(name, ()))
        found = tuple((entry.url, editions.updated(entry)) for entry in parts.get(name, ()))
        yield Plan(path, site_map, (path, urls, found))


def entry_lists(entries: Iterable[Entry]) -> Iterator[Plan]:
    """Where each entry is on the site, for whoever asks by id."""
    for name, found in by_part(entries).items():
        path = f"{ADDRESSES}{name}.json"
        yield Plan(path, entry_list, tuple(sorted(found, key=lambda entry: entry.id)))


def by_part(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Entries by the part of the site in which they stand."""
    parts: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        parts[part_of(entry.url)].append(entry)
    return parts


def site_map_index(paths: tuple[str, ...]) -> View:
    """The list of all site maps."""
    return View(WHOLE, "sitemap-index.xml", facts={"paths": paths})


def site_map(path: str, urls: tuple[str, ...], entries: tuple[tuple[str, str], ...]) -> View:
    """The addresses of one part: its lists, then its entries with the moment of each."""
    rows = (*((url, "") for url in urls), *entries)
    return View(path, "sitemap.xml", facts={"rows": rows})


def entry_list(*entries: Entry) -> str:
    """Where each of the entries is."""
    rows = {
        entry.id: {"type": entry.type, "url": f"/{entry.url}", "title": entry.title}
        for entry in entries
    }
    return f"{json.dumps(rows, ensure_ascii=False, indent=1)}\n"


def _site_map(name: str) -> str:
    return f"sitemap-{name}.xml"
