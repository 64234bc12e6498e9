"""Three-way merge of an entry: a long draft takes in what was mended on the live page meanwhile.

No word that either side wrote is lost; where both changed one thing, that is named for a person to
look at. It knows editions only: neither refs nor people.
"""

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import Any, Final

from workflow.content_types import BODY, ContentType, Fields, Kind, free_media_name
from workflow.entries import Edition
from workflow.front_matter import normalise_text
from workflow.repository import Repository

_BLOCK: Final = re.compile(r"[^\n]*\n+")
"""A line with the blank lines after it: two paragraphs side by side stay two."""
_WORD: Final = re.compile(r"[^\S\n]*\S+|\n+|[^\S\n]+")
"""The blank goes with the word after it: people write on at the end of a line."""
_WORDS: Final = frozenset({Kind.LINE, Kind.TEXT})
_KEYS: Final = ("file", "weekday")
_NUMBERED: Final = re.compile(r"-\d+\Z")


class How(StrEnum):
    """What became of a thing that both sides changed."""

    DRAFT = "draft"
    """The draft's value stands; that of the live page is not in it."""
    JOINED = "joined"
    """Both changes stand in one text."""
    BOTH = "both"
    """Both texts stand, one after the other."""


@dataclass(frozen=True)
class Look:
    """A field (or the body) that needs another look."""

    name: str
    how: How


@dataclass(frozen=True)
class Merged:
    """The draft as it stands on the live edition, and what to look at again."""

    edition: Edition
    looks: tuple[Look, ...] = ()


def merge(
    repo: Repository, ctype: ContentType, base: Edition | None, draft: Edition, live: Edition | None
) -> Merged:
    """Return the draft with everything in it that changed on the live page since ``base``.

    ``base`` and ``live`` are None where the entry was, or is, not public.
    """
    if live is None:
        return Merged(draft)
    known = base or Edition({}, "")
    draft = _with_free_names(known, draft, live)
    looks: list[Look] = []
    fields: Fields = {}
    names = dict.fromkeys([*(s.name for s in ctype.fields), *live.fields, *draft.fields])
    kinds = {spec.name: spec.kind for spec in ctype.fields if not spec.derived}
    for name in names:
        value, how = _field(repo, kinds.get(name), name, (known, draft, live))
        if value is not None:
            fields[name] = value
        if how:
            looks.append(Look(name, how))
    body, how = _body(repo, known.body, draft.body, live.body)
    if how:
        looks.append(Look(BODY, how))
    return Merged(Edition(fields, body, _media(known, draft, live)), tuple(looks))


def without_files(edition: Edition, names: Collection[str]) -> Edition:
    """Return the edition without some of its files, and without the places that show them."""
    fields = {name: _unnamed(value, names) for name, value in edition.fields.items()}
    body = edition.body
    for name in names:
        body = re.sub(rf"!\[[^\]]*\]\({re.escape(name)}(?:\s[^)]*)?\)", "", body)
        body = re.sub(rf"\[([^\]]*)\]\({re.escape(name)}(?:\s[^)]*)?\)", r"\1", body)
    return Edition(
        {name: value for name, value in fields.items() if value not in (None, [])},
        body if body == edition.body else normalise_text(body),
        {name: stored for name, stored in edition.media.items() if name not in names},
    )


def _unnamed(value: Any, names: Collection[str]) -> Any:
    if isinstance(value, list):
        return [item for item in value if _file_of(item) not in names]
    return None if isinstance(value, str) and value in names else value


# Texts


def _body(repo: Repository, base: str, draft: str, live: str) -> tuple[str, How | None]:
    if base in (draft, live) or draft == live:
        return (live if draft == base else draft), None
    # The last paragraph ends like the others, so that what follows it is an addition only.
    texts = [f"{text.rstrip()}\n\n" for text in (base, draft, live)]
    blocks = [_packed(_BLOCK.findall(text)) for text in texts]
    merged = repo.merged_lines(*blocks)
    if merged is not None:
        return _unpacked(merged), None
    words = _joined_words(repo, *texts)
    if words is not None:
        return normalise_text(words), How.JOINED
    return _unpacked(repo.united_lines(*blocks)), How.BOTH


def _joined_words(repo: Repository, base: str, draft: str, live: str) -> str | None:
    """Return one text with both changes, or None where they touch the same words."""
    merged = repo.merged_lines(*(_packed(_WORD.findall(text)) for text in (base, draft, live)))
    return None if merged is None else "".join(map(json.loads, merged.splitlines()))


def _packed(parts: Iterable[str]) -> bytes:
    """Write each part on a line of its own, since git merges lines."""
    return b"".join(json.dumps(part).encode() + b"\n" for part in parts)


def _unpacked(lines: bytes) -> str:
    return normalise_text("".join(map(json.loads, lines.splitlines())))


# Fields


def _field(
    repo: Repository, kind: Kind | None, name: str, editions: tuple[Edition, Edition, Edition]
) -> tuple[Any, How | None]:
    base, draft, live = (edition.fields.get(name) for edition in editions)
    lists = [value or [] for value in (base, draft, live)]
    if all(isinstance(value, list) for value in lists):
        known = [_by_key(v, e.media) for v, e in zip(lists, editions, strict=True)]
        if all(rows is not None for rows in known):
            return _united(repo, *(rows or {} for rows in known))
    return _three_way(base, draft, live, partial(_text, repo, kind, base, draft, live))


def _three_way(
    base: Any, draft: Any, live: Any, both: Callable[[], tuple[Any, How | None]]
) -> tuple[Any, How | None]:
    """Return what one side changed, or what ``both`` makes of it where each changed it."""
    if draft == base:
        return live, None
    if live in (base, draft):
        return draft, None
    return both()


def _text(
    repo: Repository, kind: Kind | None, base: Any, draft: Any, live: Any
) -> tuple[Any, How | None]:
    if kind in _WORDS and draft and live:
        words = _joined_words(repo, str(base or ""), str(draft), str(live))
        if words is not None:
            return words, How.JOINED
    # A field that one side emptied: what the other wrote stays.
    return (live if draft is None else draft), How.DRAFT


_Rows = dict[str, tuple[Any, Any]]
"""The items of a list by what tells them apart, each with the bytes of its file."""


def _by_key(items: list[Any], media: Mapping[str, Any]) -> _Rows | None:
    """Return the rows of a list, or None where two of them cannot be told apart."""
    rows = {_key(item): (item, media.get(_file_of(item))) for item in items}
    return rows if len(rows) == len(items) else None


def _key(item: Any) -> str:
    if isinstance(item, dict):
        for name in _KEYS:
            if name in item:
                return str(item[name])
    return json.dumps(item, sort_keys=True, default=str)


def _file_of(item: Any) -> str:
    return str(item.get("file", "")) if isinstance(item, dict) else ""


def _united(repo: Repository, base: _Rows, draft: _Rows, live: _Rows) -> tuple[Any, How | None]:
    """Merge item by item, in the live page's order; what the draft adds comes after.

    A draft that only reordered or added keeps its own order.
    """
    order = [*draft, *(key for key in live if key not in draft)]
    if list(live)[: len(base)] == list(base) == list(draft)[: len(base)]:
        order = [*live, *(key for key in draft if key not in live)]
    found, looks = [], set()
    for key in order:
        rows = (base.get(key), draft.get(key), live.get(key))
        item, how = _three_way(*rows, partial(_item, repo, *rows))
        if item is not None:
            found.append(item[0])
        looks.add(how)
    if all(isinstance(item, dict) and "weekday" in item for item in found):
        found.sort(key=lambda item: int(item["weekday"]))
    return (found or None), next((how for how in How if how in looks), None)


def _item(repo: Repository, base: Any, draft: Any, live: Any) -> tuple[Any, How | None]:
    """Merge an item that both sides changed; one that one side dropped stays."""
    if draft is None or live is None:
        return (draft or live), How.BOTH
    (was, _), (mine, file), (theirs, _) = base or ({}, None), draft, live
    if not isinstance(mine, dict):
        return draft, How.DRAFT
    item, looks = {}, set()
    for name in dict.fromkeys([*mine, *theirs]):
        words = (was.get(name), mine.get(name), theirs.get(name))
        value, how = _three_way(*words, partial(_text, repo, Kind.TEXT, *words))
        if value is not None:
            item[name] = value
        looks.add(how)
    return (item, file), next((how for how in How if how in looks), None)


# Files


def _with_free_names(base: Edition, draft: Edition, live: Edition) -> Edition:
    """Give each file of the draft a free name whose name has other, new bytes on the live page."""
    fields, body, media = draft.fields, draft.body, dict(draft.media)
    for name in sorted(draft.media.keys() & live.media.keys()):
        was, mine, theirs = (edition.media.get(name) for edition in (base, draft, live))
        if mine == theirs or was in (mine, theirs):
            continue
        stem, _, extension = name.rpartition(".")
        taken = {*media, *live.media, *base.media}
        free = free_media_name(taken, extension, _NUMBERED.sub("", stem))
        media[free] = media.pop(name)
        fields = {key: _renamed(value, name, free) for key, value in fields.items()}
        place = re.compile(rf"(?<=\(){re.escape(name)}(?=[)\s])")
        body = place.sub(free, body)
    return replace(draft, fields=fields, body=body, media=media)


def _renamed(value: Any, name: str, free: str) -> Any:
    if isinstance(value, list):
        return [_renamed(item, name, free) for item in value]
    if isinstance(value, dict) and value.get("file") == name:
        return value | {"file": free}
    return free if value == name else value


def _media(base: Edition, draft: Edition, live: Edition) -> dict[str, Any]:
    """Return the files of both; the fields and the body say which of them stay."""
    untouched = {
        name
        for name, stored in draft.media.items()
        if name in live.media and base.media.get(name) == stored
    }
    own = {name: stored for name, stored in draft.media.items() if name not in untouched}
    return {**live.media, **own}
