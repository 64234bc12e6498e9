"""What changed between two editions, field by field and word by word, for a reader's eye.

Knows no HTML: it returns pieces that a template marks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import takewhile
from typing import Any, Final

from editor.forms import MEALS, WEEKDAYS, file_fields
from workflow.clock import VIETNAM
from workflow.content_types import ContentType, Field, Kind
from workflow.entries import Change, Edition

_WORDS: Final = re.compile(r"\n|[^\S\n]+|\w+|[^\w\s]")
_CLOSE_LOOKS: Final = 1_000_000
"""How much one comparison may look at: words of one text times words of the other, in all."""
_ONE_LOOK: Final = 160_000
"""400 words against 400: crafted repetition costs more than in proportion (800: 1.7 s)."""
_ORDINARY_FORMAT: Final = "\u200d\ufe0f"


class Mark(StrEnum):
    """What happened to a piece of text."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text with one fate."""

    mark: Mark
    text: str


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """One field of both editions."""

    label: str
    before: str
    after: str
    pieces: tuple[Piece, ...]
    is_long: bool = False

    @property
    def changed(self) -> bool:
        """Whether the two editions differ here."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class FileDifference:
    """One photo or attachment: its words before and after, and whether it came, went or stayed."""

    file: str
    mark: Mark
    before: str
    after: str
    replaced: bool

    @property
    def changed(self) -> bool:
        """Whether the reader has something to look at."""
        return self.mark is not Mark.SAME or self.replaced or self.before != self.after


@dataclass(frozen=True, slots=True)
class Names:
    """How ids are called: categories, groups, entries."""

    categories: Mapping[str, str]
    groups: Mapping[str, str]
    entries: Mapping[str, str]


def compare(
    ctype: ContentType, before: Edition | None, after: Edition, names: Names
) -> list[FieldDifference]:
    """Return each field that either edition has, in the form's order, the body last."""
    old = before or Edition({}, "")
    found = []
    for spec in ctype.fields:
        if spec.kind in {Kind.PHOTOS, Kind.ATTACHMENTS}:
            continue
        was, now = (
            readable(spec, edition.fields.get(spec.name), names) for edition in (old, after)
        )
        if was or now:
            found.append(_difference(spec.label, was, now, is_long=spec.kind is Kind.DAYS))
    if old.body or after.body:
        found.append(_difference(ctype.body_label, old.body, after.body, is_long=True))
    return found


def compare_files(name: str, before: Edition | None, after: Edition) -> list[FileDifference]:
    """Return the photos or attachments of both editions: those of now first, then what went."""
    old = before or Edition({}, "")
    was = {item["file"]: item for item in old.fields.get(name, [])}
    now = {item["file"]: item for item in after.fields.get(name, [])}
    found = []
    for file, item in now.items():
        mark = Mark.SAME if file in was else Mark.ADDED
        replaced = file in was and old.media.get(file) != after.media.get(file)
        found.append(FileDifference(file, mark, _words(was.get(file, {})), _words(item), replaced))
    gone = [file for file in was if file not in now]
    return found + [
        FileDifference(f, Mark.REMOVED, _words(was[f]), "", replaced=False) for f in gone
    ]


def files_of(change: Change) -> dict[str, tuple[str, list[FileDifference]]]:
    """Return each list of files that a change has or had: its label and its rows, by field."""
    found = {
        spec.name: (spec.label, compare_files(spec.name, change.before, change.edition))
        for spec in file_fields(change.ctype)
    }
    return {name: listed for name, listed in found.items() if listed[1]}


def word_pieces(before: str, after: str) -> tuple[Piece, ...]:
    """Return the text of both, cut where words came or went; a syllable is a word here."""
    lines = _split_lines(before), _split_lines(after)
    return tuple(_joined(_pieces(*lines, _Looks(), by_line=True)))


def visible(text: str) -> str:
    """Return the text with characters that hide or reorder others shown by their number."""
    return "".join(
        f"[U+{ord(c):04X}]"
        if unicodedata.category(c) in {"Cf", "Co", "Cc"} and c not in f"\n\t{_ORDINARY_FORMAT}"
        else c
        for c in text
    )


def readable(spec: Field, value: Any, names: Names) -> str:
    """Return a field's value as a person reads it."""
    if value in (None, "", []):
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone(VIETNAM):%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if spec.kind is Kind.CORRECTIONS:
        return "\n".join(row["reason"] for row in value)
    if spec.kind is Kind.DAYS:
        return "\n".join(map(_day, value))
    called = {
        Kind.CHOICE: spec.choices,
        Kind.CATEGORY: names.categories,
        Kind.GROUP: names.groups,
        Kind.ENTRY: names.entries,
        Kind.ENTRIES: names.entries,
    }.get(spec.kind, {})
    values = value if isinstance(value, list) else [value]
    return "\n".join(called.get(str(key), str(key)) for key in values)


def _difference(label: str, before: str, after: str, *, is_long: bool) -> FieldDifference:
    before, after = visible(before), visible(after)
    return FieldDifference(label, before, after, word_pieces(before, after), is_long)


def _split_lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


@dataclass
class _Looks:
    """What is left of a comparison's time: a crafted text would hold the whole newsroom up."""

    left: int = _CLOSE_LOOKS

    def allow(self, old: Sequence[str], new: Sequence[str]) -> bool:
        """Say whether two texts may be compared closely, and count it."""
        cost = len(old) * len(new)
        if cost > min(self.left, _ONE_LOOK):
            return False
        self.left -= cost
        return True


def _pieces(
    old: Sequence[str], new: Sequence[str], looks: _Looks, *, by_line: bool
) -> Iterator[Piece]:
    # Lines first, words inside changed lines: word by word alone is quadratic in a long article.
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    yield Piece(Mark.SAME, "".join(new[:head]))
    was, now = old[head : len(old) - tail], new[head : len(new) - tail]
    if looks.allow(was, now):
        yield from _matched(was, now, looks, by_line=by_line)
    else:
        yield from _replaced("".join(was), "".join(now))
    yield Piece(Mark.SAME, "".join(new[len(new) - tail :]))


def _matched(
    old: Sequence[str], new: Sequence[str], looks: _Looks, *, by_line: bool
) -> Iterator[Piece]:
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, came = "".join(old[a:b]), "".join(new[c:d])
        if tag == "equal":
            yield Piece(Mark.SAME, came)
        elif tag == "replace" and by_line:
            words = _WORDS.findall(gone), _WORDS.findall(came)
            yield from _pieces(*words, looks, by_line=False)
        else:
            yield from _replaced(gone, came)


def _replaced(gone: str, came: str) -> Iterator[Piece]:
    yield Piece(Mark.REMOVED, gone)
    yield Piece(Mark.ADDED, came)


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    """Return how many members both begin with."""
    pairs = takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False))
    return sum(1 for _ in pairs)


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    last: Piece | None = None
    for piece in pieces:
        if not piece.text:
            continue
        if last and last.mark is piece.mark:
            last = Piece(last.mark, last.text + piece.text)
            continue
        if last:
            yield last
        last = piece
    if last:
        yield last


def _day(day: Mapping[str, Any]) -> str:
    meals = "; ".join(f"{label}: {day[meal]}" for meal, label in MEALS.items() if day.get(meal))
    return f"{WEEKDAYS.get(day['weekday'], day['weekday'])} – {meals}"


def _words(item: Mapping[str, Any]) -> str:
    return "\n".join(str(item[name]) for name in ("alt", "title", "caption") if item.get(name))
