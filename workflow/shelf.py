"""What the repository says of entries, kept in memory and brought up to date by what changed.

Everything is known by the ids of commits, trees and blobs, which never mean anything else later:
what was read once is read again only where a ref names something new.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Protocol, TypeVar

from workflow import entries, front_matter
from workflow.addresses import claims
from workflow.content_types import CONTENT_TYPES, ContentType, Fields, circular_key
from workflow.entries import Change, Described, Edition, Step
from workflow.errors import NotFound
from workflow.repository import CONTENT, GOVERNANCE, INDEX, Repository, StoredMedia, parse_pointer
from workflow.roster import Governance

_Thing = TypeVar("_Thing")
Parents = Mapping[str, tuple[str, ...]]
"""The parents of commits by id."""


@dataclass(frozen=True)
class Published(Described):
    """An entry on ``main``."""

    entry_id: str
    type_name: str
    folder: str
    edition: Edition


class Facts(Protocol):
    """Keeps the fields of published entries by blob id, so that a new process need not parse."""

    def known(self, oids: Iterable[str]) -> Mapping[str, Fields]:
        """Return what is kept of these blobs."""

    def keep(self, found: Mapping[str, Fields], wanted: Iterable[str]) -> None:
        """Keep more; what is not wanted any more may be forgotten."""


@dataclass(frozen=True)
class Archive:
    """All entries of one commit of ``main`` by folder, without their texts and files.

    ``claimed`` names the folders by type and address, ``numbered`` those of circulars by what
    makes one unique.
    """

    head: str = ""
    entries: Mapping[str, Published] = field(default_factory=dict)
    blobs: Mapping[str, str] = field(default_factory=dict)
    claimed: Mapping[tuple[str, str], str] = field(default_factory=dict)
    numbered: Mapping[tuple[str, str, int], str] = field(default_factory=dict)


class Shelf:
    """What is open and what is public in one repository; shared by the threads of a process."""

    def __init__(self, repo: Repository) -> None:
        """Read nothing yet."""
        self._repo = repo
        self._facts: Facts | None = None
        self._archive = Archive()
        self._changes: dict[tuple[str, str, str], Change] = {}
        self._followed = ""
        self._ended: set[str] = set()
        self._lock = Lock()

    def keep_in(self, facts: Facts) -> None:
        """Begin with what is kept there, and keep there what is read anew."""
        self._facts = facts

    def change(self, entry_id: str) -> Change:
        """Return the open change of an entry.

        Raises:
            NotFound: it has none.
        """
        head = self._repo.draft(entry_id)
        for found in self._open({entry_id: head} if head else {}, self._repo.main()):
            return found
        raise NotFound

    def changes(self) -> list[Change]:
        """Return all open changes, the one touched last first."""
        main, heads = self._repo.main(), self._repo.drafts()
        found = list(self._open(heads, main))
        with self._lock:
            for key in [key for key in self._changes if heads.get(key[0]) != key[1]]:
                del self._changes[key]
        return sorted(found, key=lambda c: (c.history[-1].when, c.entry_id), reverse=True)

    def archive(self) -> Archive:
        """Return all entries on ``main``."""
        head = self._repo.main()
        with self._lock:
            if self._archive.head != head:
                self._archive = self._follow(self._archive, head)
            return self._archive

    def _open(self, heads: Mapping[str, str], main: str) -> Iterator[Change]:
        """Read changes, each once: with main, only who decided with which right changes."""
        ended, governance = self._ended_before(main), self._repo.tree_of(main, GOVERNANCE) or ""
        keys = [(name, head, governance) for name, head in heads.items() if head not in ended]
        unread = [head for name, head, _ in keys if (name, head, governance) not in self._changes]
        parents = self._repo.parents_beside(unread, main) if unread else {}
        for key in keys:
            # One that is published between two readings is no open change any more.
            with contextlib.suppress(NotFound):
                yield self._change(key, main, parents)

    def _change(self, key: tuple[str, str, str], main: str, parents: Parents) -> Change:
        entry_id, head, _ = key
        known = self._changes.get(key)
        if known is None:
            known = read_change(self._repo, entry_id, head, self._repo.governance(main), parents)
            with self._lock:
                self._changes[key] = known
        return known

    def _ended_before(self, main: str) -> set[str]:
        """Return the commits that came to ``main`` since the first reading.

        Git moves the refs of one transaction one after the other: ``main`` may hold a draft
        whose branch is still there.
        """
        with self._lock:
            if self._followed and self._followed != main:
                self._ended.update(self._repo.added(main, self._followed))
            self._followed = main
            return self._ended

    def _follow(self, before: Archive, head: str) -> Archive:
        """Return the archive of another commit: what differs is read."""
        changed = self._repo.changed_files(before.head, head)
        texts = {
            match[0]: oid
            for path, oid in changed
            if path.endswith(f"/{INDEX}")
            and (match := entries.FOLDER.match(path.removesuffix(f"/{INDEX}")))
        }
        blobs = _merged(before.blobs, texts)
        fields = self._fields([oid for oid in texts.values() if oid], blobs.values())
        shown = _merged(
            before.entries,
            {
                folder: _published(folder, fields[oid]) if oid else None
                for folder, oid in texts.items()
            },
        )
        claimed, numbered = dict(before.claimed), dict(before.numbered)
        for folder in texts.keys() & before.entries.keys():
            _note(before.entries[folder], claimed, numbered, "")
        for folder in texts.keys() & shown.keys():
            _note(shown[folder], claimed, numbered, folder)
        ordered = dict(sorted(shown.items())) if shown.keys() != before.entries.keys() else shown
        return Archive(head, ordered, blobs, claimed, numbered)

    def _fields(self, oids: list[str], wanted: Iterable[str]) -> Mapping[str, Fields]:
        known = dict(self._facts.known(oids)) if self._facts is not None else {}
        missing = [oid for oid in oids if oid not in known]
        raw = self._repo.read_all(missing)
        found = {
            oid: front_matter.parse(data or b"")[0] for oid, data in zip(missing, raw, strict=True)
        }
        if self._facts is not None and found:
            self._facts.keep(found, wanted)
        return known | found


def shelf_of(repo: Repository) -> Shelf:
    """Return the memory that goes with an opened repository."""
    return repo.companion(Shelf)


def _merged(before: Mapping[str, _Thing], after: Mapping[str, _Thing | None]) -> dict[str, _Thing]:
    """Return a copy in which some values are new, and those that became None are gone."""
    merged = {**before, **after}
    return {key: value for key, value in merged.items() if value is not None}


def _published(folder: str, fields: Fields) -> Published:
    ctype, entry_id = type_and_id(folder)
    return Published(entry_id, ctype.name, folder, Edition(fields, ""))


def _note(
    entry: Published,
    claimed: dict[tuple[str, str], str],
    numbered: dict[tuple[str, str, int], str],
    owner: str,
) -> None:
    """Write whose an entry's addresses and number are; nobody's where ``owner`` is empty."""
    for address in claims(entry.ctype, entry.fields, entry.folder):
        claimed[entry.type_name, address] = owner
    if entry.type_name == "circulars":
        numbered[circular_key(entry.fields)] = owner


def type_and_id(folder: str) -> tuple[ContentType, str]:
    """Return the content type and the id that an entry's folder tells."""
    _, type_name, _, entry_id = folder.split("/")
    return CONTENT_TYPES[type_name], entry_id


def read_change(
    repo: Repository,
    entry_id: str,
    head: str,
    governance: Governance,
    beside: Parents | None = None,
) -> Change:
    """Return the change whose last commit is ``head``.

    ``beside`` are the parents of all its commits that are not on ``main``, where they are known.

    Raises:
        NotFound: ``main`` holds all of it.
    """
    if beside is None:
        beside = repo.parents_beside([head], repo.main())
    line = _line(head, beside)
    if not line:
        raise NotFound
    fork = _fork(repo, line, beside)
    history = tuple(entries.step_of(commit) for commit in reversed(repo.commits(line)))
    last = entries.parse_message(repo.commit(head).message)[0]
    folder = folder_in(repo, head, entry_id, last.type_name)
    edition = read_edition(repo, head, folder)
    contributors = entries.contributors_of(history)
    group = str(edition.fields.get("group", ""))
    steps = governance.steps[last.type_name]
    public = repo.tree_of(fork, folder)
    return Change(
        entry_id=entry_id,
        type_name=last.type_name,
        folder=folder,
        head=head,
        fork=fork,
        edition=edition,
        before=read_edition(repo, fork, folder) if public else None,
        history=history,
        status=entries.status_of(history, contributors, group, steps, governance),
    )


def _line(head: str, beside: Parents) -> list[str]:
    """Return the first-parent commits of a draft, the newest first."""
    line, at = [], head
    while at in beside:
        line.append(at)
        at = beside[at][0]
    return line


def _fork(repo: Repository, line: Sequence[str], beside: Parents) -> str:
    """Return the commit of ``main`` from which a draft starts, or to which an update brought it."""
    left = {parent for oid in line for parent in beside[oid]} - {*line}
    # Where it has taken in another edition of ``main``, git says which is the later one.
    return left.pop() if len(left) == 1 else repo.fork_point(line[0])


def folder_in(repo: Repository, head: str, entry_id: str, *type_names: str) -> str:
    """Return the folder of an entry as of a commit, of any type or of those named.

    Raises:
        NotFound: it has none.
    """
    for folder in folders_in(repo, head, entry_id, type_names or CONTENT_TYPES):
        return folder
    raise NotFound


def folders_in(
    repo: Repository, head: str, entry_id: str, type_names: Iterable[str]
) -> Iterator[str]:
    """Yield where an entry lies; only the years are listed, not the archive.

    An id made by us begins with the year: mostly there is no need to look into all of them.
    """
    types = list(type_names)
    likely = [f"{CONTENT}/{name}/{entry_id[:4]}/{entry_id}" for name in types]
    likely = [place for place in likely if entries.FOLDER.fullmatch(place)]
    found = repo.trees_of([f"{head}:{place}" for place in likely])
    if any(found):
        yield from (place for place, tree in zip(likely, found, strict=True) if tree)
        return
    years = repo.names_in(head, [f"{CONTENT}/{name}" for name in types])
    places = [
        f"{CONTENT}/{name}/{year}/{entry_id}"
        for name, some in zip(types, years, strict=True)
        for year in some
        if entries.FOLDER.fullmatch(f"{CONTENT}/{name}/{year}/{entry_id}")
    ]
    trees = repo.trees_of([f"{head}:{place}" for place in places])
    yield from (place for place, tree in zip(places, trees, strict=True) if tree)


def read_edition(repo: Repository, commit: str, folder: str) -> Edition:
    """Return an entry's edition as of a commit, with its media."""
    items = repo.files(commit, folder)
    found = repo.read_all([item.oid for item in items])
    data = dict(zip((item.path for item in items), found, strict=True))
    pointers = {name: parse_pointer(raw or b"") for name, raw in data.items() if name != INDEX}
    return _edition(data[INDEX] or b"", {n: p for n, p in pointers.items() if p})


def fields_at(repo: Repository, commit: str, folder: str) -> Fields | None:
    """Return an entry's fields as of a commit, or None where it had no edition."""
    data = repo.read(commit, f"{folder}/{INDEX}")
    return front_matter.parse(data)[0] if data is not None else None


def _edition(data: bytes, media: Mapping[str, StoredMedia]) -> Edition:
    fields, body = front_matter.parse(data)
    return Edition(fields, body, media)


def steps_between(repo: Repository, head: str, base: str) -> list[Step]:
    """Return the acts on a draft, oldest first."""
    return [entries.step_of(commit) for commit in reversed(repo.chain(head, base))]
