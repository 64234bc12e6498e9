"""The Xác minh pages: what a code on a page or on paper stands for.

Knows the record and the entries that are on the site or were taken off it; the comparison of bytes
is the reader's browser's.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from .editions import Editions, earlier_address
from .entries import Entry
from .record import Edition, EntryRecord
from .views import HOME_TRAIL, Plan, View, page

VERIFY = "xac-minh/"
TITLE = "Xác minh"
YEAR = re.compile(r"[0-9]{4}")
Bearer = tuple[Entry, EntryRecord, bool, frozenset[int]]


@dataclass(frozen=True)
class Coded:
    """One code: the edition that bears it, and what has become of the entry since.

    `place` is the entry's address, `url` where this edition can be read: empty where it cannot any
    more. What is gone has no heading.
    """

    edition: Edition
    known: EntryRecord
    place: str
    url: str
    heading: str
    is_gone: bool
    kept: frozenset[int]

    @property
    def is_present(self) -> bool:
        """Whether the edition is the one that stands at the entry's address."""
        return self.edition.n == self.known.present.n

    @property
    def part(self) -> str:
        """Which part of a release's list names the files of the entry."""
        return list_part(self.place)


def list_part(url: str) -> str:
    """Return the part of a release's list that an entry's address belongs to.

    It is that of its section and year, and of the sixteen of a year by the SHA-256 of its slug.
    """
    section, year, slug = [*url.split("/"), ""][:3]
    if not YEAR.fullmatch(year):
        return section
    return f"{section}-{year}-{sha256(slug.encode()).hexdigest()[0]}"


def verify_pages(
    standing: Iterable[Entry], gone: Iterable[Entry], editions: Editions
) -> Iterator[Plan]:
    """The page for typing a code, one for each first letter, one for each code; with a record."""
    if not editions.record:
        return
    coded = {
        edition.code: (edition, bearer)
        for bearer in _bearers(standing, gone, editions)
        for edition in bearer[1].editions
        if edition.code
    }
    letters: defaultdict[str, list[tuple[Edition, Bearer]]] = defaultdict(list)
    for code in sorted(coded):
        letters[code[0]].append(coded[code])
    yield page(VERIFY, start_page, tuple(letters))
    for letter, found in letters.items():
        yield page(f"{VERIFY}{letter}/", letter_page, letter, tuple(found))
    for code, (edition, bearer) in coded.items():
        yield page(f"{VERIFY}{code}/", code_page, code, edition, bearer)


def start_page(url: str, letters: tuple[str, ...]) -> View:
    """The page for typing a code."""
    facts = {"letters": letters, "letter": "", "codes": ()}
    return View(url, "verify", TITLE, VERIFY, (HOME_TRAIL, (TITLE, None)), facts=facts)


def letter_page(url: str, letter: str, found: tuple[tuple[Edition, Bearer], ...]) -> View:
    """The codes that begin with one letter, for browsers without scripts."""
    codes = tuple(_coded(edition, bearer) for edition, bearer in found)
    facts = {"letters": (), "letter": letter, "codes": codes}
    return _apart(url, "verify", f"Mã xác minh bắt đầu bằng {letter}", facts)


def code_page(url: str, code: str, edition: Edition, bearer: Bearer) -> View:
    """What one code stands for."""
    return _apart(url, "verify-code", f"{TITLE} {code}", {"coded": _coded(edition, bearer)})


def _apart(url: str, template: str, title: str, facts: Mapping[str, object]) -> View:
    """A page that only somebody with a code needs: no search engine is led to it."""
    trail = (HOME_TRAIL, (TITLE, VERIFY), (title.removeprefix(f"{TITLE} "), None))
    return View(url, template, title, VERIFY, trail, canonical=VERIFY, facts=facts)


def _bearers(
    standing: Iterable[Entry], gone: Iterable[Entry], editions: Editions
) -> Iterator[Bearer]:
    for entries, is_gone in ((standing, False), (gone, True)):
        for entry in entries:
            known = editions.of(entry)
            if known:
                yield entry, known, is_gone, editions.kept(entry)


def _coded(edition: Edition, bearer: Bearer) -> Coded:
    entry, known, is_gone, kept = bearer
    is_present = edition.n == known.present.n
    url = entry.url if is_present else earlier_address(entry, edition.n)
    is_read = not is_gone and (is_present or edition.n in kept)
    heading = "" if is_gone else entry.heading
    return Coded(edition, known, entry.url, url if is_read else "", heading, is_gone, kept)
