"""What stands at an address where no entry is read any more, so that no link is dead.

Knows orders, withdrawals and former addresses. An entry that is gone for personal data is told by
no word of its own; a page that leads on tells only what stands at its end.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from .dates import short_date
from .entries import EXPLAINED, PERSONAL_DATA, REPLACED, Entry
from .record import EntryRecord
from .takedowns import Takedown
from .views import HOME_TRAIL, Plan, View, page

TAKEN_DOWN = "Nội dung đã được gỡ"
WITHDRAWN = "Nội dung đã được thu hồi"
SUCCEEDED = "Nội dung đã được thay bằng bài khác"
MOVED = "Trang đã chuyển sang địa chỉ mới"


def pages_in_their_place(
    entries: Iterable[Entry],
    gone: Iterable[Entry],
    takedowns: Mapping[str, Takedown],
    record: Mapping[str, EntryRecord],
) -> Iterator[Plan]:
    """A note or a way on for each entry that is gone, and for each former address."""
    absent = frozenset(entry.id for entry in gone)
    return iter(_Places({entry.id: entry for entry in entries}, absent, takedowns, record))


@dataclass(frozen=True)
class _Places:
    entries: Mapping[str, Entry]
    absent: frozenset[str]
    takedowns: Mapping[str, Takedown]
    record: Mapping[str, EntryRecord]

    def __iter__(self) -> Iterator[Plan]:
        for entry in self.entries.values():
            if not self._is_read(entry):
                yield self._in_place_of(entry)
            for url in entry.former:
                yield self._leading(url, entry, MOVED, "")

    def _is_read(self, entry: Entry) -> bool:
        return entry.id not in self.absent

    def _in_place_of(self, entry: Entry) -> Plan:
        order = self.takedowns.get(entry.id)
        if PERSONAL_DATA in {entry.withdrawal, order.kind if order else ""}:
            since = order.since if order else self._since(entry)
            return page(entry.url, note, TAKEN_DOWN, PERSONAL_DATA, "", since)
        if order:
            title = entry.called if order.kind == EXPLAINED else TAKEN_DOWN
            return page(entry.url, note, title, order.kind, order.reason, order.since)
        successor = self._successor(entry)
        if successor:
            return self._leading(entry.url, successor, SUCCEEDED, entry.withdrawal_reason)
        title = SUCCEEDED if entry.withdrawal == REPLACED else WITHDRAWN
        return page(
            entry.url, note, title, "withdrawn", entry.withdrawal_reason, self._since(entry)
        )

    def _successor(self, entry: Entry) -> Entry | None:
        """The entry at the end of a chain of replacements; None where it ends nowhere."""
        seen = {entry.id}
        at: Entry | None = entry
        while at and at.withdrawal == REPLACED and at.id not in self.takedowns:
            at = self.entries.get(at.replaced_by)
            if at and at.id in seen:
                return None
            seen.add(at.id if at else "")
        return at if at is not entry else None

    def _since(self, entry: Entry) -> str:
        known = self.record.get(entry.id)
        published = known.present.published if known else None
        return short_date(published.date()) if published else ""

    def _leading(self, url: str, target: Entry, title: str, reason: str) -> Plan:
        label = target.called if self._is_read(target) else "Mở trang"
        return page(url, leading, target.url, label, title, reason)


def leading(url: str, target: str, label: str, title: str, reason: str) -> View:
    """A page that leads on at once; its link is for who has forbidden that."""
    facts = {"target": target, "label": label, "reason": reason}
    trail = (HOME_TRAIL, (title, None))
    return View(url, "moved", title, "", trail, canonical=target, facts=facts)


def note(url: str, title: str, kind: str, reason: str, since: str) -> View:
    """A page that says why nothing is read here any more."""
    facts = {"since": since, "reason": reason, "kind": kind}
    return View(url, "gone", title, "", (HOME_TRAIL, (title, None)), facts=facts)
