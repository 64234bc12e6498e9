"""The public record: which editions each entry has had, and who approved each of them, and when.

It is derived from ``main`` alone; what was derived before is kept, signed, so that the cost grows
with what is new. It knows no page and no builder.
"""

import hashlib
import tomllib
from collections import ChainMap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from workflow import roster, verification
from workflow.entries import FOLDER, PERSONAL_DATA, Trailers, parse_message
from workflow.front_matter import MalformedEntry, parse
from workflow.notes import read_note, write_note
from workflow.release import publisher_folder
from workflow.repository import CONTENT, INDEX, Commit, Repository
from workflow.states import Action, Role

_NAMESPACE: Final = "toasoan-record"
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: nobody takes I, L or O for a digit when reading a code aloud."""
_CODE_BITS: Final = 50
_BESIDE: Final = frozenset({Action.REVIEW, Action.TAKEDOWN})
"""What is noted of an edition that is public already."""
_OFFICES: Final = {
    Role.PRINCIPAL: "Hiệu trưởng",
    Role.VICE_PRINCIPAL: "Phó Hiệu trưởng",
}


@dataclass(frozen=True)
class Approved:
    """One edition of an entry as it became public; without a ``publication`` it has not yet.

    ``tree`` is the id of its folder: the name of its exact bytes. ``name`` is the approver's in
    the roster of that time; ``delegated`` says that the role was a delegated one. ``hidden`` is
    what was public when the entry left for its personal data: it never comes back as an earlier
    edition, though the entry may.
    """

    entry: str
    folder: str
    publication: str = ""
    tree: str = ""
    approved_at: str = ""
    published_at: str = ""
    role: str = ""
    name: str = ""
    delegated: bool = False
    urgent: bool = False
    corrections: int = 0
    reviewed: bool = False
    hidden: bool = False

    @property
    def code(self) -> str:
        """What a printed page bears, to be looked up on the site."""
        return code_of(self.entry, self.tree) if self.publication else ""

    @property
    def office(self) -> str:
        """The approver's office in words."""
        words = _OFFICES.get(Role(self.role), "") if self.role else ""
        return f"{words} (theo ủy quyền)" if words and self.delegated else words


@dataclass(frozen=True)
class Record:
    """The editions of every entry, oldest first, and which entry somebody previews, if any."""

    editions: Mapping[str, tuple[Approved, ...]]
    previewed: str = ""

    @classmethod
    def of(cls, repo: Repository, data: Path, commit: str) -> "Record":
        """Return the record as of a commit of ``main``."""
        return Keeper(repo, data).at(commit)

    def after(self, acts: Iterable[Approved]) -> "Record":
        """Return the record with what happened since; the rows of other entries stay the same."""
        editions = dict(self.editions)
        for act in acts:
            editions[act.entry] = _with(editions.get(act.entry, ()), act)
        return Record(editions)

    def for_preview(self, entry: str, *pending: Approved) -> "Record":
        """Return the record for a preview of an entry, with what nobody has approved yet."""
        rows = (*self.editions.get(entry, ()), *pending)
        return replace(self, editions={**self.editions, entry: rows}, previewed=entry)

    def without_last(self, entry: str) -> "Record":
        """Return the record as it was before the last edition of an entry."""
        kept = {**self.editions, entry: self.editions[entry][:-1]}
        editions = {name: rows for name, rows in kept.items() if rows}
        return replace(self, editions=editions)

    def publications(self, entry: str) -> list[str]:
        """Return the commits that made an entry's editions public, oldest first."""
        return [edition.publication for edition in self.editions.get(entry, ())]

    def earlier(self, entry: str) -> dict[int, Approved]:
        """Return the editions before each correction by number: they stay readable."""
        rows = self.editions.get(entry, ())
        return {
            number: before
            for number, (before, after) in enumerate(pairwise(rows), 1)
            if after.corrections > before.corrections and not before.hidden
        }

    def as_json(self, *, names: bool) -> dict[str, Any]:
        """Return what the public site reads; a person's name only where the school shows them."""
        return {entry: self.row(entry, names=names) for entry in sorted(self.editions)}

    def row(self, entry: str, *, names: bool) -> dict[str, Any]:
        """Return what the public site reads of one entry."""
        rows = self.editions[entry]
        return {
            "code": rows[-1].code,
            **({"previewed": True} if entry == self.previewed else {}),
            "editions": [_public(n, row, names=names) for n, row in enumerate(rows, 1)],
        }


class Keeper:
    """The record held from one publication to the next, so that each costs only what is new.

    The signed note on the disk is for the next start; it may lag behind, for what it lacks is
    derived again.
    """

    def __init__(self, repo: Repository, data: Path) -> None:
        """Hold nothing yet; nothing is read."""
        self._repo = repo
        self._data = data
        self._head: str | None = None
        self._acts: list[Approved] = []
        self._record = Record({})
        self._noted = 0

    def at(self, commit: str) -> Record:
        """Return the record as of a commit of ``main``."""
        if self._head is None or not self._advance(commit):
            self._start(commit)
        return self._record

    def note(self, *, lag: int = 0) -> None:
        """Keep the record on the disk where more than ``lag`` acts are missing there."""
        if self._head and len(self._acts) - self._noted > lag:
            note = {"head": self._head, "acts": [asdict(act) for act in self._acts]}
            write_note(self._data, self._path, _NAMESPACE, note)
            self._noted = len(self._acts)

    @property
    def _path(self) -> Path:
        return publisher_folder(self._data) / "record.json"

    def _start(self, commit: str) -> None:
        known, self._acts = _kept(self._repo, self._data, self._path, commit)
        self._record = Record({}).after(self._acts)
        self._noted = len(self._acts)
        self._head = known
        if known is None or not self._advance(commit):
            self._take(commit, _acts(self._repo, self._repo.chain(commit)))

    def _advance(self, commit: str) -> bool:
        """Go on to a later commit; False where it does not stand on what is held."""
        if commit == self._head:
            return True
        line = self._repo.chain(commit, self._head)
        if not line or line[-1].parents[:1] != (self._head,):
            return False
        self._take(commit, _acts(self._repo, line, self._record))
        return True

    def _take(self, commit: str, acts: Sequence[Approved]) -> None:
        self._acts += acts
        self._record = self._record.after(acts)
        self._head = commit


def _with(rows: tuple[Approved, ...], act: Approved) -> tuple[Approved, ...]:
    """Return an entry's editions after one more act."""
    if act.hidden:
        rows = tuple(replace(before, hidden=True) for before in rows)
    if act.publication:
        return (*rows, act)
    return rows if act.hidden else (*rows[:-1], replace(rows[-1], reviewed=True))


def code_of(entry: str, tree: str) -> str:
    """Return the code of an edition: ten letters in two groups, of its entry and exact bytes."""
    digest = hashlib.sha256(f"{entry}{tree}".encode()).digest()
    number = int.from_bytes(digest, "big") >> (len(digest) * 8 - _CODE_BITS)
    letters = "".join(_LETTERS[number >> shift & 31] for shift in range(_CODE_BITS - 5, -1, -5))
    return f"{letters[:5]}-{letters[5:]}"


def _public(number: int, row: Approved, *, names: bool) -> dict[str, Any]:
    shown = {
        "n": number,
        "publication": row.publication,
        "tree": row.tree,
        "folder": row.folder,
        "code": row.code,
        "approved_at": row.approved_at,
        "published_at": row.published_at,
        "role": row.role,
        "office": row.office,
        "urgent": row.urgent,
        "reviewed": row.reviewed,
        "corrections": row.corrections,
    }
    return {**shown, "name": row.name} if names and row.name else shown


def _kept(
    repo: Repository, data: Path, path: Path, commit: str
) -> tuple[str | None, list[Approved]]:
    """Return up to which commit the record was kept, and the acts; none where it is not part."""
    note = read_note(data, path, _NAMESPACE)
    try:
        if note and note["head"] in verification.main_line(repo.path, commit):
            return str(note["head"]), [Approved(**row) for row in note["acts"]]
    except (LookupError, TypeError):
        pass  # a note of an earlier version of the program
    return None, []


def _acts(repo: Repository, line: Sequence[Commit], known: Record | None = None) -> list[Approved]:
    """Return the publications of a piece of ``main``, oldest first; ``line`` has the newest first.

    Reviews and takedowns stand between them: they have no ``publication``.
    """
    acts = [(commit, entry) for commit in line[::-1] for entry in _entries_of(repo, commit)]
    if not acts:
        return []
    folders = _folders_of(repo, line, known)
    return _read(
        repo,
        [_Publication(at, parse_message(at.message)[0], name, folders[name]) for at, name in acts],
    )


def _folders_of(
    repo: Repository, line: Sequence[Commit], known: Record | None
) -> Mapping[str, str]:
    """Return where entries lie; after what is ``known`` only the changed ones are looked for."""
    if known is None:
        return _folders(repo, line[0].oid)
    changed = repo.changed_files(line[-1].parents[0], line[0].oid)
    places = (FOLDER.match(path.rpartition("/")[0]) for path, _ in changed)
    new = {place["id"]: place[0] for place in places if place}
    return ChainMap(new, {entry: rows[-1].folder for entry, rows in known.editions.items()})


@dataclass(frozen=True)
class _Publication:
    """A commit of ``main`` that says something of an entry, before its facts are read."""

    commit: Commit
    trailers: Trailers
    entry: str
    folder: str

    @property
    def decision(self) -> str:
        """The commit that approved it; the founding is its own."""
        return self.commit.parents[-1] if len(self.commit.parents) > 1 else self.commit.oid


def _entries_of(repo: Repository, commit: Commit) -> Sequence[str]:
    trailers = parse_message(commit.message)[0]
    if trailers.action is Action.FOUND:
        return list(_folders(repo, commit.oid))
    hides = trailers.action is Action.TAKEDOWN and _is_for_personal_data(repo, commit)
    return [trailers.entry_id] if hides or trailers.action in _ACTS else []


_ACTS: Final = frozenset({Action.PUBLISH, Action.REVIEW})


def _is_for_personal_data(repo: Repository, takedown: Commit) -> bool:
    orders = tomllib.loads((repo.read(takedown.oid, roster.ORDERS) or b"").decode())
    return str(orders["takedowns"][-1]["kind"]) == PERSONAL_DATA


def _folders(repo: Repository, commit: str) -> dict[str, str]:
    """Return where each entry lies: no entry ever moves or leaves ``main``."""
    texts = (i.path for i in repo.files(commit, CONTENT) if i.path.endswith(f"/{INDEX}"))
    places = (FOLDER.match(f"{CONTENT}/{path.removesuffix(f'/{INDEX}')}") for path in texts)
    return {place["id"]: place[0] for place in places if place}


def _read(repo: Repository, found: Sequence[_Publication]) -> list[Approved]:
    """Read the facts of many publications, each kind in one git process."""
    decisions = repo.commits([one.decision for one in found])
    trees = repo.trees_of([f"{one.commit.oid}:{one.folder}" for one in found])
    texts = repo.read_all([f"{one.commit.oid}:{one.folder}/{INDEX}" for one in found])
    rosters = _rosters(repo, found)
    rows = zip(found, decisions, trees, texts, strict=True)
    return [_row(one, decision, tree or "", text, rosters) for one, decision, tree, text in rows]


_People = Mapping[str, Mapping[str, Any]]


def _row(
    one: _Publication,
    decision: Commit,
    tree: str,
    text: bytes | None,
    rosters: Mapping[str, _People],
) -> Approved:
    trailers = one.trailers
    fields = _standing(text or b"")
    corrections = fields.get("corrections")
    person = rosters[one.commit.oid].get(trailers.actor, {})
    return Approved(
        entry=one.entry,
        folder=one.folder,
        publication="" if trailers.action in _BESIDE else one.commit.oid,
        tree=tree,
        approved_at=decision.when.isoformat(),
        published_at=one.commit.when.isoformat(),
        role=trailers.role.value,
        name=str(person.get("name", "")),
        delegated=trailers.role.value not in person.get("roles", ()),
        urgent=parse_message(decision.message)[0].action is Action.URGENT,
        corrections=len(corrections) if isinstance(corrections, list) else 0,
        hidden=trailers.action is Action.TAKEDOWN or fields.get("withdrawal") == PERSONAL_DATA,
    )


def _rosters(repo: Repository, found: Sequence[_Publication]) -> dict[str, _People]:
    """Return the people as of each commit; equal rosters are read once."""
    oids = list(dict.fromkeys(one.commit.oid for one in found))
    folders = repo.trees_of([f"{oid}:{roster.ROSTER.partition('/')[0]}" for oid in oids])
    people: dict[str | None, _People] = {}
    for oid, folder in zip(oids, folders, strict=True):
        if folder not in people:
            text = repo.read(oid, roster.ROSTER) or b""
            people[folder] = tomllib.loads(text.decode()).get("people", {})
    return {oid: people[folder] for oid, folder in zip(oids, folders, strict=True)}


def _standing(text: bytes) -> dict[str, Any]:
    """Return the fields of an edition that bears corrections or a withdrawal; else nothing."""
    if not any(f"\n{name}:".encode() in text for name in ("corrections", "withdrawal")):
        return {}
    try:
        return parse(text)[0]
    except MalformedEntry:
        return {}
