"""The editions of the site's entries: who approved them, and which earlier ones stay readable.

Knows the record and the folder of earlier editions; renders nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path

from .entries import Entry
from .errors import LeftOut
from .reader import read_earlier
from .record import Correction, Edition, EntryRecord, read_record

EARLIER = "ban-truoc"
NOTHING: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Earlier:
    """An edition before a correction, at an address of its own below the present one's."""

    entry: Entry
    present: Entry
    edition: Edition
    is_whole: bool


@dataclass(frozen=True)
class Editions:
    """What the site tells of its entries' editions; nothing where the content has no record."""

    record: Mapping[str, EntryRecord] = field(default_factory=dict)
    earlier: tuple[Earlier, ...] = ()

    def without_broken(self, check: Callable[[Entry], None], left_out: LeftOut) -> "Editions":
        """Without the earlier editions for which a check raises BrokenEntry."""
        whole = []
        for one in self.earlier:
            with left_out.unless_whole(f"{one.present.id}/{one.edition.n}"):
                check(one.entry)
                whole.append(one)
        return replace(self, earlier=tuple(whole))

    def of(self, entry: Entry) -> EntryRecord | None:
        """The editions of an entry."""
        return self.record.get(entry.id)

    @property
    def published(self) -> Mapping[str, datetime]:
        """The moment at which each entry became public, for those that are."""
        firsts = {ident: known.became_public for ident, known in self.record.items()}
        return {ident: moment for ident, moment in firsts.items() if moment}

    def updated(self, entry: Entry) -> str:
        """Since when what is read there has stood so: a later edition's own moment, else the day.

        A correction moves it, so that who follows a feed reads the entry again.
        """
        known = self.of(entry)
        is_later = known is not None and known.present.n > 1
        return (known.present.published_at if known and is_later else "") or entry.published

    def is_previewed(self, entry: Entry) -> bool:
        """Whether it is for this entry that the site is built, as a preview."""
        known = self.of(entry)
        return known is not None and known.previewed

    def kept(self, entry: Entry) -> frozenset[int]:
        """The numbers of the editions before corrections that stay readable."""
        return self._kept.get(entry.id, NOTHING)

    @cached_property
    def _kept(self) -> Mapping[str, frozenset[int]]:
        kept: defaultdict[str, set[int]] = defaultdict(set)
        for one in self.earlier:
            kept[one.present.id].add(one.edition.n)
        return {ident: frozenset(numbers) for ident, numbers in kept.items()}


def corrections(
    entry: Entry, known: EntryRecord | None, kept: frozenset[int], upto: int | None = None
) -> tuple[Correction, ...]:
    """The corrections that an edition bears, the newest first."""
    found = list(_corrections(entry, known, kept))
    return tuple(reversed(found[: len(found) if upto is None else upto]))


def _corrections(
    entry: Entry, known: EntryRecord | None, kept: frozenset[int]
) -> Iterator[Correction]:
    for number, reason in enumerate(entry.corrections, 1):
        if known is None:
            yield Correction(reason, None, 0)
            continue
        brought = known.first_with(number)
        before = brought.n - 1
        yield Correction(reason, brought.published, before if before in kept else 0)


def earlier_address(present: Entry, number: int) -> str:
    """Where an earlier edition of an entry can be read."""
    return f"{present.url}{EARLIER}/{number}/"


def read_editions(content: Path, entries: Iterable[Entry], left_out: LeftOut) -> Editions:
    """The record of a content folder, and the earlier editions of the entries given."""
    record = read_record(content)
    earlier: defaultdict[str, list[Earlier]] = defaultdict(list)
    for entry in entries:
        known = record.get(entry.id)
        for folder in _numbered(content / "editions" / entry.id) if known else ():
            with left_out.unless_whole(f"{entry.id}/{folder.name}"):
                number = int(folder.name)
                found, is_whole = read_earlier(folder, entry, earlier_address(entry, number))
                edition = record[entry.id].edition(number)
                earlier[entry.id].append(Earlier(found, entry, edition, is_whole))
    return Editions(record, tuple(one for several in earlier.values() for one in several))


def _numbered(folder: Path) -> list[Path]:
    return sorted(folder.iterdir(), key=lambda p: int(p.name)) if folder.is_dir() else []
