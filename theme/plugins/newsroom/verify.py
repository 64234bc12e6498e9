"""The Xác minh pages: what a code on a page or on paper stands for.

Knows the record and the entries that are on the site or were taken off it; the comparison of bytes
is the reader's browser's.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .editions import EARLIER, Editions
from .entries import Entry
from .record import Edition, EntryRecord
from .views import HOME_TRAIL, View

VERIFY = "xac-minh/"
TITLE = "Xác minh"
YEAR = re.compile(r"[0-9]{4}")


@dataclass(frozen=True)
class Coded:
    """One code: the edition that bears it, and what has become of the entry since."""

    edition: Edition
    known: EntryRecord
    entry: Entry
    is_gone: bool
    kept: frozenset[int]

    @property
    def is_present(self) -> bool:
        """Whether the edition is the one that stands at the entry's address."""
        return self.edition.n == self.known.present.n

    @property
    def url(self) -> str:
        """Where this edition can be read; empty where it cannot any more."""
        if self.is_gone:
            return ""
        if self.is_present:
            return self.entry.url
        number = self.edition.n
        return f"{self.entry.url}{EARLIER}/{number}/" if number in self.kept else ""

    @property
    def part(self) -> str:
        """Which part of a release's list names the files of the entry."""
        return list_part(self.entry.url)


def list_part(url: str) -> str:
    """Return the part of a release's list that an address belongs to: its section and year."""
    section, year = url.split("/")[:2]
    return f"{section}-{year}" if YEAR.fullmatch(year) else section


def verify_pages(
    standing: Iterable[Entry], gone: Iterable[Entry], editions: Editions
) -> Iterator[View]:
    """The page for typing a code, one for each first letter, one for each code; with a record."""
    if not editions.record:
        return
    coded = {
        code.edition.code: code
        for entries, is_gone in ((standing, False), (gone, True))
        for entry in entries
        for code in _codes(entry, editions, is_gone=is_gone)
    }
    letters: defaultdict[str, list[Coded]] = defaultdict(list)
    for code in sorted(coded):
        letters[code[0]].append(coded[code])
    top = (TITLE, VERIFY)
    yield View(VERIFY, "verify", TITLE, VERIFY, (HOME_TRAIL, (TITLE, None)), facts=_of(letters, ""))
    for letter in letters:
        title = f"Mã xác minh bắt đầu bằng {letter}"
        yield _apart(f"{VERIFY}{letter}/", "verify", title, top, _of(letters, letter))
    for code, found in sorted(coded.items()):
        title = f"{TITLE} {code}"
        yield _apart(f"{VERIFY}{code}/", "verify-code", title, top, {"coded": found})


def _of(letters: dict[str, list[Coded]], letter: str) -> dict[str, object]:
    return {"letters": sorted(letters), "letter": letter, "codes": letters.get(letter, [])}


def _apart(
    url: str, template: str, title: str, top: tuple[str, str], facts: dict[str, object]
) -> View:
    """A page that only somebody with a code needs: no search engine is led to it."""
    trail = (HOME_TRAIL, top, (title.removeprefix(f"{TITLE} "), None))
    return View(url, template, title, VERIFY, trail, canonical=VERIFY, facts=facts)


def _codes(entry: Entry, editions: Editions, *, is_gone: bool) -> Iterator[Coded]:
    known = editions.of(entry)
    for edition in known.editions if known else ():
        if known and edition.code:
            yield Coded(edition, known, entry, is_gone, editions.kept(entry))
