"""All entries of a site, and what they are to one another on a given day.

Knows order, validity and relations; knows no page, template or address of a list.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import TypeVar

from .dates import monday_of, short_date
from .entries import Circular, Entry, Menu, Notice, Page, Post
from .errors import BrokenEntry, LeftOut

Kind = TypeVar("Kind", bound=Entry)
Pinnable = TypeVar("Pinnable", bound=Post | Notice)
NOT_YET = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Effect:
    """Whether a circular applies: a word for the style sheet, one for people, and the reason."""

    state: str
    label: str
    reason: str = ""


@dataclass(frozen=True)
class Relation:
    """Other circulars that stand in one relation to this one."""

    label: str
    circulars: tuple[Circular, ...]


class Catalogue:
    """The entries by type, newest first (pages in their own order).

    `published` gives the moment at which an entry became public, by its id: what is new today
    stands above what was new this morning. What is not in it is a draft, which comes first.
    The entries are `distinct`.
    """

    def __init__(
        self,
        entries: Iterable[Entry],
        today: date,
        published: Mapping[str, datetime] = MappingProxyType({}),
    ) -> None:
        self.today = today
        self._published = published
        self.entries = tuple(entries)
        self.posts = self.newest(entry for entry in self.entries if isinstance(entry, Post))
        self.notices = self.newest(entry for entry in self.entries if isinstance(entry, Notice))
        self.circulars = self.newest(e for e in self.entries if isinstance(e, Circular))
        self.menus = tuple(
            sorted(
                (entry for entry in self.entries if isinstance(entry, Menu)),
                key=lambda menu: (menu.week_start or date.max, menu.age_group, menu.id),
                reverse=True,
            )
        )
        self.pages = tuple(
            sorted(
                (entry for entry in self.entries if isinstance(entry, Page)),
                key=lambda page: (page.order, page.title, page.id),
            )
        )
        self._circulars = {circular.id: circular for circular in self.circulars}
        self._notices = {notice.id: notice for notice in self.notices}
        superseding = (n for n in reversed(self.notices) if n.supersedes and not n.is_withdrawn)
        self._successors = {notice.supersedes: notice for notice in superseding}
        self._pointing = _pointing(self.circulars)
        self._weeks: defaultdict[date | None, list[Menu]] = defaultdict(list)
        for menu in reversed(self.menus):
            self._weeks[menu.week_start].append(menu)

    def newest(self, entries: Iterable[Kind]) -> tuple[Kind, ...]:
        """Newest first: by date, then by publication; then by id, so that builds agree."""

        def age(entry: Kind) -> tuple[date, datetime, str]:
            return entry.dated, self._published.get(entry.id, NOT_YET), entry.id

        return tuple(sorted(entries, key=age, reverse=True))

    def predecessor(self, notice: Notice) -> Notice | None:
        """The notice that this one supersedes (R42)."""
        return self._notices.get(notice.supersedes)

    def successor(self, notice: Notice) -> Notice | None:
        """The newest notice that supersedes this one (R42)."""
        return self._successors.get(notice.id)

    def is_current(self, notice: Notice) -> bool:
        """Whether families still have to mind the notice."""
        is_over = notice.is_withdrawn or notice.is_expired(self.today)
        return not is_over and self.successor(notice) is None

    def is_pinned(self, entry: Post | Notice) -> bool:
        """Whether the entry comes first in its lists today: a notice only while it is current."""
        if isinstance(entry, Notice) and not self.is_current(entry):
            return False
        until = entry.pinned_until
        return until is not None and self.today <= until and not entry.is_withdrawn

    def pinned(self, entries: Iterable[Pinnable]) -> tuple[Pinnable, ...]:
        """Those of the entries that come first today, in the order given."""
        return tuple(entry for entry in entries if entry.pinned_until and self.is_pinned(entry))

    def pinned_first(self, entries: Iterable[Pinnable]) -> tuple[Pinnable, ...]:
        """The entries, what is pinned before the rest, each in the order given."""
        return tuple(sorted(entries, key=lambda entry: not self.is_pinned(entry)))

    @property
    def current_notices(self) -> tuple[Notice, ...]:
        """The notices in force today, newest first."""
        return tuple(notice for notice in self.notices if self.is_current(notice))

    @property
    def past_notices(self) -> tuple[Notice, ...]:
        """The notices that have run out or been superseded, newest first."""
        return tuple(notice for notice in self.notices if not self.is_current(notice))

    def effect(self, circular: Circular) -> Effect:
        """Whether the circular applies today (R01)."""
        if circular.is_withdrawn:
            return Effect("withdrawn", "Đã thu hồi")
        replacing = self._pointing.get(("replaces", circular.id), ())
        in_force = [c for c in replacing if self._applies(c)]
        if in_force:
            return Effect("replaced", "Hết hiệu lực", f"Được thay thế bởi {in_force[0].name}")
        if circular.expires_on and circular.expires_on < self.today:
            return Effect("expired", "Hết hiệu lực", f"Từ sau {short_date(circular.expires_on)}")
        if circular.effective_from and circular.effective_from > self.today:
            starts = short_date(circular.effective_from)
            return Effect("not_yet", "Chưa có hiệu lực", f"Có hiệu lực từ {starts}")
        amending = self._pointing.get(("amends", circular.id), ())
        reason = f"Được sửa đổi, bổ sung bởi {amending[0].name}" if amending else ""
        return Effect("in_force", "Còn hiệu lực", reason)

    def _applies(self, circular: Circular) -> bool:
        begins = circular.effective_from or circular.dated
        return begins <= self.today and not circular.is_withdrawn

    def relations(self, circular: Circular) -> tuple[Relation, ...]:
        """The related circulars that are on the site, in both directions."""
        found = [
            Relation("Thay thế", self._named(circular.replaces)),
            Relation("Được thay thế bởi", self._pointing.get(("replaces", circular.id), ())),
            Relation("Sửa đổi, bổ sung", self._named(circular.amends)),
            Relation("Được sửa đổi, bổ sung bởi", self._pointing.get(("amends", circular.id), ())),
            Relation("Căn cứ", self._named(circular.based_on)),
            Relation("Là căn cứ của", self._pointing.get(("based_on", circular.id), ())),
        ]
        return tuple(relation for relation in found if relation.circulars)

    def menus_of_week(self, day: date) -> tuple[Menu, ...]:
        """The menus of the week that holds `day`, by age group."""
        return tuple(self._weeks.get(monday_of(day), ()))

    @property
    def this_week(self) -> tuple[Menu, ...]:
        """The menus of this week."""
        return self.menus_of_week(self.today)

    @property
    def next_week(self) -> tuple[Menu, ...]:
        """The menus of next week, published before Saturday (Thông tư 09/2024)."""
        return self.menus_of_week(self.today + timedelta(days=7))

    @property
    def regulation(self) -> Circular | None:
        """The school's newest regulation in force: what the site itself is run by."""
        own = (c for c in self.circulars if c.collection == "school")
        rules = (c for c in own if "quy chế" in c.title.casefold())
        return next((c for c in rules if self.effect(c).state == "in_force"), None)

    def _named(self, ids: Sequence[str]) -> tuple[Circular, ...]:
        return tuple(self._circulars[ident] for ident in ids if ident in self._circulars)


def distinct(entries: Iterable[Entry], left_out: LeftOut) -> Iterator[Entry]:
    """The entries, each with an id, an address and former addresses of its own.

    Raises BrokenEntry for a second claim, unless the entry may be left out.
    """
    owners: dict[str, Entry] = {}
    for entry in entries:
        claims = (entry.id, entry.url, *entry.former)
        if not owners.keys().isdisjoint(claims):
            left_out.leave(entry.id, _second_claim(entry, owners))
            continue
        owners |= dict.fromkeys(claims, entry)
        yield entry


def _second_claim(entry: Entry, owners: Mapping[str, Entry]) -> BrokenEntry:
    claim = next(c for c in (entry.id, entry.url, *entry.former) if c in owners)
    return BrokenEntry(f"{entry.type}/{entry.id}", f"{claim} trùng với {owners[claim].id}")


def _pointing(circulars: Iterable[Circular]) -> dict[tuple[str, str], tuple[Circular, ...]]:
    found: defaultdict[tuple[str, str], list[Circular]] = defaultdict(list)
    for circular in circulars:
        for relation in ("replaces", "amends", "based_on"):
            for target in getattr(circular, relation):
                found[relation, target].append(circular)
    return {key: tuple(pointing) for key, pointing in found.items()}
