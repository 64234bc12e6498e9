"""The sources of a site, each parsed once: what a long-lived builder knows of the content folder.

It is told which folders changed, and by which digests; it never lists the content. Knows the reader
and where parsed entries are kept; nothing of pages.
"""

import hashlib
from bisect import bisect_left, insort
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from .catalogue import distinct
from .editions import Earlier, Editions, earlier_address
from .entries import Entry
from .errors import BrokenEntry, LeftOut
from .fields import SHAPES
from .reader import read_earlier, read_entry
from .record import EntryRecord, read_row

KINDS = {kind: at for at, kind in enumerate(SHAPES)}
Order = tuple[int, str, str, str]


@dataclass(frozen=True)
class Source:
    """One entry's folder: its digest, its row of the record, the digests of earlier editions."""

    digest: str
    row: Mapping[str, Any] | None
    earlier: Mapping[int, str]
    record: EntryRecord | None

    @classmethod
    def told(cls, place: str, facts: Mapping[str, Any]) -> "Source":
        """The source that a request or a kept row tells of."""
        row, ident = facts.get("record"), place.rpartition("/")[2]
        earlier = {int(n): digest for n, digest in (facts.get("earlier") or {}).items()}
        return cls(facts["digest"], row, earlier, read_row(ident, row) if row else None)

    @property
    def facts(self) -> dict[str, Any]:
        """What `told` was told."""
        earlier = {str(number): digest for number, digest in self.earlier.items()}
        return {"digest": self.digest, "record": self.row, "earlier": earlier}


class Kept(Protocol):
    """Where parsed entries are kept by key: an entry, or why it is broken."""

    def parsed(self, key: str) -> Entry | str | None:
        """What is kept under that key."""

    def keep(self, key: str, found: Entry | str) -> None:
        """Keep what was found."""

    def forget(self, key: str) -> None:
        """Nobody needs what is kept under that key any more."""


class Passing:
    """Keeps nothing: for a site that is only looked at."""

    def parsed(self, _key: str) -> Entry | str | None:
        """Nothing is kept."""
        return None

    def keep(self, key: str, found: Entry | str) -> None:
        """Nothing is kept."""

    def forget(self, key: str) -> None:
        """Nothing was kept."""


class Shelf:
    """All sources, in the order of their folders."""

    def __init__(self, content: Path, configuration: str, kept: Kept) -> None:
        self.sources: dict[str, Source] = {}
        self._content = content
        self._configuration = configuration
        self._kept = kept
        self._found: dict[str, Entry | str] = {}
        self._earlier: dict[str, dict[int, Earlier]] = {}
        self._order: list[Order] = []
        # Where a folder lies that is not in the content.
        self._elsewhere: dict[str, Path] = {}

    def aside(self) -> "Shelf":
        """A shelf with the same sources, whose changes leave this one as it is."""
        other = Shelf(self._content, self._configuration, Passing())
        other.sources, other._found = dict(self.sources), dict(self._found)
        other._earlier, other._order = dict(self._earlier), list(self._order)
        return other

    def restore(self, sources: Mapping[str, Mapping[str, Any]]) -> bool:
        """Take the sources of which the parsed entries are kept; say whether these are all.

        The content is not read: it may be ahead of what is kept.
        """
        for place, facts in sources.items():
            source = Source.told(place, facts)
            found = self._kept.parsed(self._key(place, source.digest))
            if found is not None:
                self._add(place, source, found)
        return len(self.sources) == len(sources)

    def put(self, place: str, source: Source, content: Path | None = None) -> None:
        """Take a new or changed folder, which may lie in another `content`.

        Raises ValueError for a place that no entry has.
        """
        old = self.sources.get(place)
        if content:
            self._elsewhere |= {place: content, _editions_of(place): content}
        elif old and old.digest == source.digest:
            self.sources[place] = source
            return
        self.take_out(place)
        key = self._key(place, source.digest)
        found = self._kept.parsed(key)
        if found is None:
            found = self._read(place, key)
            self._kept.keep(key, found)
        self._add(place, source, found)

    def folder(self, place: str) -> Path:
        """Where a folder of the content lies."""
        home = self._elsewhere.get(place) or self._elsewhere.get(place.rpartition("/")[0])
        return (home or self._content) / place

    def take_out(self, place: str) -> None:
        """Forget a folder, and what was parsed of it."""
        old = self.sources.pop(place, None)
        if old is None:
            return
        del self._order[bisect_left(self._order, _order(place))]
        self._kept.forget(self._key(place, old.digest))
        self._found.pop(place)
        self._earlier.pop(place, None)

    def read(
        self, left_out: LeftOut, whole: Callable[[Iterator[Entry]], Iterator[Entry]]
    ) -> tuple[tuple[Entry, ...], Editions]:
        """The distinct entries that are `whole`, and their editions.

        Why others are left out is told by id.
        """
        entries = tuple(distinct(whole(self._entries(left_out)), left_out))
        record = {
            place.rpartition("/")[2]: source.record
            for place, source in self.sources.items()
            if source.record
        }
        earlier = (
            one
            for entry in entries
            if self.sources[entry.place].earlier and entry.id in record
            for one in self._read_earlier(entry, record[entry.id], left_out)
        )
        return entries, Editions(record, tuple(earlier))

    def _entries(self, left_out: LeftOut) -> Iterator[Entry]:
        found = self._found
        for _, _, ident, place in self._order:
            entry = found[place]
            if isinstance(entry, str):
                left_out.reasons[ident] = entry
            else:
                yield entry

    def _read_earlier(
        self, present: Entry, known: EntryRecord, left_out: LeftOut
    ) -> Iterator[Earlier]:
        source, kept = self.sources[present.place], self._of(present.place)
        fresh: dict[int, Earlier] = {}
        for number in sorted(source.earlier):
            edition = known.edition(number)
            place = f"editions/{present.id}/{number}"
            key = self._key(f"{place} {present.key}", source.earlier[number])
            old = kept.get(number)
            if old and old.present is present and (old.entry.key, old.edition) == (key, edition):
                fresh[number] = old
                continue
            with left_out.unless_whole(f"{present.id}/{number}"):
                url = earlier_address(present, number)
                found, is_whole = read_earlier(self.folder(place), present, url, key)
                fresh[number] = Earlier(found, present, edition, is_whole)
        self._earlier[present.place] = fresh
        yield from fresh.values()

    def _of(self, place: str) -> Mapping[int, Earlier]:
        return self._earlier.get(place, {})

    def _add(self, place: str, source: Source, found: Entry | str) -> None:
        insort(self._order, _order(place))
        self.sources[place], self._found[place] = source, found

    def _read(self, place: str, key: str) -> Entry | str:
        try:
            return read_entry(self.folder(place), place.partition("/")[0], key)
        except BrokenEntry as error:
            return str(error)

    def _key(self, place: str, digest: str) -> str:
        text = f"{self._configuration}\n{place}\n{digest}"
        return hashlib.sha256(text.encode()).hexdigest()


def _order(place: str) -> Order:
    """Where a folder comes among all others, as a build that lists them reads them."""
    kind, year, ident = place.split("/")
    return KINDS[kind], year, ident, place


def _editions_of(place: str) -> str:
    return f"editions/{place.rpartition('/')[2]}"
