"""The world of the permission matrix: entries in every state and relation, made by plain commits.

Nothing here asks whether an act is allowed: the situations are forged on the repository, so that
the pure rules, the pages and the auditor can be asked about each of them. It knows no address of
a page.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import count, product
from pathlib import Path
from typing import Any, Final

import tomli_w

from workflow import (
    after_review,
    front_matter,
    governing,
    roster,
    services,
    signing,
    standing,
    verification,
)
from workflow.clock import VIETNAM
from workflow.content_types import CONTENT_TYPES, Fields, parse_form
from workflow.entries import Change, Trailers, may_read, parse_message, refusals
from workflow.repository import (
    ARCHIVE,
    DRAFTS,
    INDEX,
    MAIN,
    NOTHING,
    PARKED,
    RefUpdate,
    Repository,
    StoredMedia,
)
from workflow.roster import Governance, Person
from workflow.signing import Signer
from workflow.states import LEADERS, Action, Role, Status

GOVERNANCE: Final = Path(__file__).resolve().parents[2] / "content" / "governance"
NOW: Final = datetime(2026, 11, 24, 10, 0, tzinfo=VIETNAM)
"""When the subjects act; what lies before was done the same morning."""
AT: Final = NOW - timedelta(hours=3)
LATER: Final = "31/12/2099 07:00"
_HOUR: Final = datetime(2099, 12, 31, 7, 0, tzinfo=VIETNAM)
"""When what was approved for later becomes public."""

STRANGER, NOBODY, LOCKED = "", "ngoai.so", "khoa.tam"
"""Not signed in; an account in no roster; a teacher of the roster whose account was locked."""
LENT_DUTIES: Final = {
    "uq.pho": ("vice_principal", 0),
    "uq.to": ("team_lead", 0),
    "uq.truong": ("principal", 0),
    "het.pho": ("vice_principal", -1),
    "het.to": ("team_lead", -1),
    "sap.pho": ("vice_principal", 1),
    "sap.to": ("team_lead", 1),
}
"""Teachers who hold a role by delegation today, held one till yesterday, or will from tomorrow."""
SUBJECTS: Final = (
    *("co.giaovien5a", "totruong.maugiao", "pht.chuyenmon", "pht.nuoiduong", "hieutruong"),
    *("quantri.web", "vanthu", *LENT_DUTIES, STRANGER, NOBODY, LOCKED),
)
TYPES: Final = ("posts", "circulars")
STATES: Final = tuple(Status)
ASIDE: Final = frozenset({Status.PARKED, Status.ABANDONED})
RELATIONS: Final = ("none", "author", "co_author", "uploader", "submitter")
HOME, LENT = "mau-giao", "nha-tre"
TEAMS: Final = ("own", "lent", "other")
"""``lent`` is the team that a delegated team lead leads; for nobody else is there one."""
_AFTER_THE_BASE: Final = 100
"""Seconds: what the cast does before an entry is public takes less."""
_OTHERS: Final = (HOME, LENT, "nuoi-duong")
_MOVER: Final = "m.hai"
"""Somebody of every team, who moves an entry from one to another."""
PHOTO: Final = "anh-1.jpg"

_WRITES: Final = {Action.SAVE, Action.SUBMIT, Action.UPDATE}
FIELDS: Final[dict[str, dict[str, Any]]] = {
    "posts": {
        "date": "24/11/2026",
        "summary": "Các bé rước đèn ở sân trường.",
        "category": "hoat-dong-cua-be",
    },
    "circulars": {
        "code_notation": "KH-SGDĐT",
        "issued_date": "20/11/2026",
        "issuer": "Sở GD&ĐT",
        "type_name": "Kế hoạch",
        "collection": "superior",
    },
}
_WITHDRAWN: Final = {"withdrawal": "error", "withdrawal_reason": "Đăng nhầm bài."}


class Variant(StrEnum):
    """What an act needs of an entry beside its state."""

    PLAIN = "plain"
    PUBLIC = "public"
    WITHDRAWN = "withdrawn"
    DOWN = "down"
    URGENT = "urgent"
    PHOTO = "photo"


_PUBLIC_BEFORE: Final = {Variant.PUBLIC, Variant.WITHDRAWN, Variant.DOWN}

ACTS: Final[Mapping[str, Variant]] = {
    **dict.fromkeys(("read", "save", "submit", "check", "return"), Variant.PLAIN),
    **dict.fromkeys(("approve", "urgent", "abandon", "update", "take_back"), Variant.PLAIN),
    **dict.fromkeys(("park", "correct", "withdraw", "move", "take_down"), Variant.PUBLIC),
    "restore": Variant.WITHDRAWN,
    **dict.fromkeys(("read_down", "lift"), Variant.DOWN),
    "review": Variant.URGENT,
    **dict.fromkeys(("erase", "read_files"), Variant.PHOTO),
}
"""Every act, and on what kind of entry it is asked.

``take_back`` is the ``update`` of an archived draft, ``lift`` ends a takedown, ``read_down`` reads
what is down for its personal data, ``read_files`` what the page of an erasure shows.
"""
REVISIONS: Final = ("correct", "withdraw", "restore", "move")
_UNJUDGED: Final = {"read", "read_down", "read_files", "return", "park", "abandon"}
JUDGED: Final = tuple(act for act in ACTS if act not in _UNJUDGED)
"""The auditor is asked of what can make something public or change orders.

Readings, parked and abandoned drafts leave no commit on ``main``; a return opens nothing.
"""

ORDERS: Final = ("take_down", "lift", "erase", "read_files", "review")
"""What is done on ``main`` and not on a draft, whatever becomes of the draft."""
_HOMES: Final = {"update": Status.PARKED, "take_back": Status.ABANDONED}
_TAKEN_UP: Final = {state: act for act, state in _HOMES.items()}

Situation = tuple[str, str, Status, str, str]
"""Subject, type, state, relation, team."""


@dataclass(frozen=True, order=True)
class Cell:
    """One question: may this person do this to such an entry?"""

    subject: str
    type_name: str
    state: Status
    relation: str
    team: str
    act: str

    @property
    def situation(self) -> Situation:
        """Everything but the act."""
        return self.subject, self.type_name, self.state, self.relation, self.team

    @property
    def is_judged(self) -> bool:
        """Whether the auditor is asked as well: an act out of its place leaves it no commit."""
        if self.act in ORDERS:
            return self.act in JUDGED
        return self.act in JUDGED and _TAKEN_UP.get(self.state) == _TAKEN_UP.get(
            _HOMES.get(self.act, Status.DRAFT)
        )

    def __str__(self) -> str:
        """How a failure names it."""
        who = self.subject or "a stranger"
        return f"{who} {self.act} {self.type_name} {self.state}, {self.relation}, {self.team} team"


def _situations() -> Iterator[Situation]:
    for subject, kind, state, relation, team in product(SUBJECTS, TYPES, STATES, RELATIONS, TEAMS):
        if subject in {STRANGER, NOBODY} and (relation, team) != ("none", "other"):
            continue
        if team == "lent" and subject != "uq.to":
            continue
        yield subject, kind, state, relation, team


CELLS: Final = tuple(Cell(*situation, act) for situation in _situations() for act in ACTS)


@dataclass
class Stand:
    """An entry as it stands for some cells: made, asked about, and taken away again."""

    entry_id: str
    change: Change
    photo: StoredMedia | None
    marker: str
    """Words that stand in the open or laid-aside draft alone."""

    @property
    def is_aside(self) -> bool:
        """Whether the draft is parked or archived."""
        return self.change.status in ASIDE


@dataclass
class World:
    """A school with a supporting cast of one writer, lead and leader who are nobody's subject."""

    repo: Repository
    keys: dict[str, Signer]
    start: datetime
    base: str = ""
    ticks: Iterator[int] = field(default_factory=lambda: count(1))
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    is_now: bool = False
    bases: dict[tuple[str, str, Variant], tuple[str, str]] = field(default_factory=dict)
    known: dict[str, Governance] = field(default_factory=dict)

    @classmethod
    def found(cls, path: Path, start: datetime = AT) -> World:
        """Found the school with the roster of the starter content, the cast and the delegates."""
        table = tomllib.loads((GOVERNANCE / "roster.toml").read_text())
        groups = list(table["groups"])
        for group in groups:
            table["people"][f"n.{group}"] = _row(["teacher", "clerk"], [group])
            table["people"][f"c.{group}"] = _row(["team_lead"], [group])
        fields = sorted({row["field"] for row in table["groups"].values() if "field" in row})
        table["people"]["a.pht"] = _row(["vice_principal"], ["bgh"], fields)
        table["people"][_MOVER] = _row(["teacher", "clerk"], groups)
        for name in (LOCKED, *LENT_DUTIES):
            table["people"][name] = _row(["teacher"], [HOME])
        table["delegations"] = [_delegation(name) for name in LENT_DUTIES]
        keys = {name: Signer(name, signing.generate()) for name in (*table["people"], NOBODY)}
        for name, row in table["people"].items():
            row["key"] = signing.public_key_line(keys[name].private_key)
        files = {
            roster.ROSTER: tomli_w.dumps(table).encode(),
            roster.WORKFLOW: (GOVERNANCE / "workflow.toml").read_bytes(),
            roster.SCHOOL: (GOVERNANCE / "school.toml").read_bytes(),
        }
        world = cls(Repository.create(path), keys, start)
        world.base = services.found(world.repo, keys["hieutruong"], files, start)
        return world

    def when(self) -> datetime:
        """Return the moment of the next commit: one after the other, or all now."""
        return NOW if self.is_now else self.start + timedelta(seconds=next(self.ticks))

    def rules(self) -> Governance:
        """Return who may do what at the moment when the subjects act."""
        return self.appointed().acting(NOW)

    def appointed(self) -> Governance:
        """Return the governance of ``main``, read once for each of its commits."""
        main = self.repo.main()
        if main not in self.known:
            self.known[main] = self.repo.governance(main)
        return self.known[main]

    def person(self, username: str) -> Person | None:
        """Return the person as of today, delegations included, or None."""
        return self.rules().people.get(username)

    # Situations

    @contextmanager
    def standing(self, situation: Situation, variant: Variant) -> Iterator[Stand | None]:
        """Make an entry that stands so and take it away afterwards; None where none can."""
        subject, kind, state, relation, team = situation
        self.ticks, self.is_now = count(1), False
        try:
            entry_id = ""
            if _has_base(state, variant):
                home = self._home(subject, relation, self._group(subject, team))
                entry_id = self._stand_on(kind, home, variant)
                # A draft whose acts are dated before what it starts from lends nobody a role.
                self.ticks = count(_AFTER_THE_BASE)
            yield self.make(situation, variant, entry_id)
        finally:
            self.restore({MAIN: self.base})

    def _stand_on(self, kind: str, group: str, variant: Variant) -> str:
        """Bring ``main`` to where an entry of the group is public, made once; return the entry."""
        key = kind, group, variant
        if key not in self.bases:
            entry_id = self._new_id()
            self._publish_first(kind, entry_id, group, variant)
            self.bases[key] = entry_id, self.repo.main()
        entry_id, main = self.bases[key]
        self.restore({MAIN: main})
        return entry_id

    def _new_id(self) -> str:
        return f"20261124-{next(self.numbers):05d}"

    def make(self, situation: Situation, variant: Variant, entry_id: str = "") -> Stand | None:
        """Make an entry that stands so, beside all others; None where none can.

        ``entry_id`` names one that is public already where the situation asks for that.

        None can be public whose writer may not write its type, nor wait for a check that is left
        out.
        """
        subject, kind, state, relation, team = situation
        group = self._group(subject, team)
        if not entry_id:
            entry_id = self._new_id()
            if _has_base(state, variant):
                home = self._home(subject, relation, group)
                self._publish_first(kind, entry_id, home, variant)
        photo = None
        if variant is Variant.PHOTO or relation == "uploader":
            photo = self.repo.store_media(b"\xff\xd8 pretend pixels of " + entry_id.encode())
        extra = _WITHDRAWN if variant is Variant.WITHDRAWN else {}
        line = Line(self, kind, entry_id, group, self.repo.main(), photo=photo, extra=extra)
        line.has_photo = variant is Variant.PHOTO
        line.title = f"Bản nháp {entry_id}"
        line.publish_at = LATER if state is Status.APPROVED else ""
        sender = self._write(line, subject, relation, state)
        self._walk(line, state, sender, is_urgent=variant is Variant.URGENT)
        if not self._settle(line, state):
            return None
        if state is Status.PUBLISHED and variant is Variant.DOWN:
            self.take_down(entry_id, kind)
        return Stand(entry_id, self.change(entry_id, state), photo, line.title)

    def _publish_first(self, kind: str, entry_id: str, group: str, variant: Variant) -> None:
        extra = _WITHDRAWN if variant is Variant.WITHDRAWN else {}
        line = Line(self, kind, entry_id, group, self.repo.main(), extra=extra)
        line.save(f"n.{group}")
        self._walk(line, Status.PUBLISHED, f"n.{group}", is_urgent=False)
        if not line.publish():
            raise AssertionError(f"the cast publishes no {kind} of {group}")
        if variant is Variant.DOWN:
            self.take_down(entry_id, kind)

    def _write(self, line: Line, subject: str, relation: str, state: Status) -> str:
        """Let the subject have a part in the draft; return who submits it.

        Who belongs to another team wrote while the entry was the own team's.
        """
        group, home = line.group, self._home(subject, relation, line.group)
        line.group = home
        line.save(subject if relation == "author" else f"n.{home}")
        if relation == "co_author":
            line.save(subject, body="Sửa thêm một câu.")
        if relation == "uploader":
            line.has_photo = True
            line.save(subject)
        is_early = relation == "submitter" and (home != group or state in {*ASIDE, Status.DRAFT})
        if is_early:
            line.act(subject, Action.SUBMIT)
        line.group = group
        if is_early or home != group:
            line.save(_MOVER, body="Chuyển sang tổ khác.")
        return subject if relation == "submitter" and not is_early else f"n.{group}"

    def _walk(self, line: Line, state: Status, sender: str, *, is_urgent: bool) -> None:
        for action in _WAY.get(state, ()):
            if action is Action.SUBMIT:
                line.act(sender, action)
                status = line.status()
            elif action is Action.APPROVE:
                line.act("a.pht", Action.URGENT if is_urgent else action)
            elif status is Status.IN_REVIEW:
                line.act(f"c.{line.group}", action)
            elif action is Action.RETURN:
                line.act("a.pht", action)

    def _settle(self, line: Line, state: Status) -> bool:
        """Move the refs to where the state is read from; say whether it could be reached."""
        if state is Status.PUBLISHED:
            return line.publish()
        if state is Status.ABANDONED:
            line.act(f"n.{line.group}", Action.ABANDON)
        places = {Status.PARKED: PARKED + line.entry_id}
        places[Status.ABANDONED] = f"{ARCHIVE}{line.entry_id}/1"
        ref = places.get(state, DRAFTS + line.entry_id)
        self.repo.update_refs([RefUpdate(ref, line.head, NOTHING)])
        return self.change(line.entry_id, state).status is state

    def _group(self, subject: str, team: str) -> str:
        """A group for the entry: the subject's own, the lent one, or one that is neither."""
        person = self.appointed().people.get(subject)
        own = person.groups if person else ()
        if team == "own":
            return own[0]
        if team == "lent":
            return LENT
        acting = self.person(subject)
        known = acting.groups if acting else ()
        return next(group for group in _OTHERS if group not in known)

    def _home(self, subject: str, relation: str, group: str) -> str:
        """The group that the entry has while the subject has a part in it."""
        person = self.appointed().people.get(subject)
        is_foreign = relation != "none" and not self._answers(subject, group)
        return person.groups[0] if person and is_foreign else group

    def _answers(self, subject: str, group: str) -> bool:
        person = self.person(subject)
        return bool(person and (group in person.groups or person.roles & LEADERS))

    def take_down(self, entry_id: str, kind: str) -> None:
        """Take an entry down for its personal data, by the cast."""
        row = self._takedown_row("a.pht", entry_id, "personal_data")
        trailers = Trailers(Action.TAKEDOWN, "a.pht", Role.VICE_PRINCIPAL, entry_id, kind)
        head = self.ordered(trailers, lambda orders: orders.setdefault("takedowns", []).append(row))
        self.repo.update_refs([RefUpdate(MAIN, head, self.repo.main())])

    def _takedown_row(self, actor: str, entry_id: str, kind: str) -> dict[str, Any]:
        return {
            "entry": entry_id,
            "kind": kind,
            "reason": "Phụ huynh yêu cầu.",
            "by": actor,
            "since": NOW,
        }

    def ordered(self, trailers: Trailers, edit: Callable[[dict[str, Any]], object]) -> str:
        """Return a commit on ``main`` that changes the orders; no ref moves."""
        main = self.repo.main()
        orders = tomllib.loads((self.repo.read(main, roster.ORDERS) or b"").decode())
        edit(orders)
        folder, _, name = roster.ORDERS.rpartition("/")
        files = {item.path: item.oid for item in self.repo.files(main, folder)}
        files.pop(name, None)
        if any(orders.values()):
            files[name] = self.repo.put_blob(tomli_w.dumps(orders).encode())
        tree = self.repo.with_folder(main, folder, files)
        message, key = trailers.message("Việc"), self.keys[trailers.actor]
        return self.repo.write_commit(tree, [main], message, self.when(), key)

    # Refs

    def refs(self) -> dict[str, str]:
        """Return every ref and what it names."""
        return {f"refs/{name}": oid for name, oid in self.repo.refs("refs/").items()}

    def restore(self, wanted: dict[str, str]) -> bool:
        """Put all refs back; say whether any had moved."""
        found = self.refs()
        moved = [
            RefUpdate(ref, wanted.get(ref, NOTHING), found.get(ref, NOTHING))
            for ref in {*wanted, *found}
            if wanted.get(ref) != found.get(ref)
        ]
        if moved:
            self.repo.update_refs(moved)
        return bool(moved)

    # What the pure rules say

    def change(self, entry_id: str, state: Status) -> Change:
        """Return the draft that the state is about, or the published entry."""
        if state is Status.PARKED:
            return services.parked(self.repo, entry_id)
        if state is Status.ABANDONED:
            return services.archived(self.repo, entry_id, 1).change
        return services.open_for_edit(self.repo, entry_id)

    def owed(self, entry_id: str) -> after_review.UrgentEdition | None:
        """Return the urgent edition of the entry, if it has one."""
        return after_review.owed(self.repo).get(entry_id)

    def policy(self, cell: Cell, stand: Stand) -> bool:
        """Say what the pure rules say."""
        person, rules, change = self.person(cell.subject), self.rules(), stand.change
        if person is None:
            return False
        if cell.act in {"read", "read_down"}:
            return may_read(change, person, rules)
        if cell.act in ORDERS:
            return self._ordering(cell, stand, person, rules)
        is_out_of_place = change.status is not _HOMES.get(cell.act, change.status)
        if is_out_of_place or (cell.act in REVISIONS and change.before is None):
            return False
        return not refusals(change, _action(cell.act), person, rules)

    def _ordering(self, cell: Cell, stand: Stand, person: Person, rules: Governance) -> bool:
        """Who takes down stands in one row of roles; all other orders are the principal's own."""
        is_principal = person.username == rules.principal.username
        if cell.act == "review":
            edition = self.owed(stand.entry_id)
            return edition is not None and not after_review.refusals(edition, person)
        if cell.act == "take_down":
            is_public = self.repo.tree_of(self.repo.main(), stand.change.folder) is not None
            return is_public and bool(person.roles & set(governing.TAKERS_DOWN))
        if cell.act == "erase":
            # What the public reads is not erased before it is down.
            return is_principal and stand.change.status is not Status.PUBLISHED
        if cell.act == "lift":
            return is_principal and stand.entry_id in rules.takedowns
        return is_principal

    # What the auditor says

    def auditor(self, cell: Cell, stand: Stand) -> bool:
        """Say whether a history in which it was done is accepted, in any role of the person."""
        person = self.person(cell.subject)
        roles = person.roles if person else frozenset(Role)
        self.is_now = True
        try:
            return bool(cell.subject) and any(
                self._accepted(cell, stand, role) for role in sorted(roles)
            )
        finally:
            self.is_now = False

    def _accepted(self, cell: Cell, stand: Stand, role: Role) -> bool:
        main = self.repo.main()
        make = self._commit_on_main if cell.act in ORDERS else self._publication
        head = make(cell, stand, role)
        return verification.verify(self.repo.path, head=head, audited=main).ok

    def _commit_on_main(self, cell: Cell, stand: Stand, role: Role) -> str:
        actor, entry_id, main = cell.subject, stand.entry_id, self.repo.main()
        if cell.act == "review":
            message = Trailers(Action.REVIEW, actor, role, entry_id, cell.type_name).message("Việc")
            tree = self.repo.commit(main).tree
            return self.repo.write_commit(tree, [main], message, NOW, self.keys[actor])
        if cell.act == "take_down":
            row = self._takedown_row(actor, entry_id, "error")
            trailers = Trailers(Action.TAKEDOWN, actor, role, entry_id, cell.type_name)
            return self.ordered(trailers, lambda o: o.setdefault("takedowns", []).append(row))
        trailers = Trailers(Action.GOVERN, actor, role)
        if cell.act == "lift":
            return self.ordered(trailers, lambda o: o.pop("takedowns", None))
        oid = stand.photo.oid if stand.photo else ""
        order = {"sha256": oid, "entry": entry_id, "reason": "Phụ huynh yêu cầu."}
        row = order | {"by": actor, "since": NOW}
        return self.ordered(trailers, lambda o: o.setdefault("erasures", []).append(row))

    def _publication(self, cell: Cell, stand: Stand, role: Role) -> str:
        """Let the subject act, whatever the rules say, and the cast do the rest."""
        change, main, action = stand.change, self.repo.main(), _action(cell.act)
        line = Line(self, cell.type_name, change.entry_id, change.group, main)
        line.head, line.folder = change.head, change.folder
        if cell.act in REVISIONS:
            line.revise(cell.subject, role, change, _REVISED[cell.act](change))
        elif action is Action.UPDATE:
            line.update(cell.subject, role)
        else:
            line.act_as(cell.subject, action, role)
        for step in _REST[action]:
            if step is Action.CHECK and not line.needs_check():
                continue
            cast = {Action.SUBMIT: f"n.{change.group}", Action.APPROVE: "a.pht"}
            line.act(cast.get(step, f"c.{change.group}"), step)
        return line.merge()


@dataclass
class Line:
    """A draft in the making: commits one after the other, asked by nobody."""

    world: World
    kind: str
    entry_id: str
    group: str
    main: str
    photo: StoredMedia | None = None
    extra: Fields = field(default_factory=dict)
    head: str = ""
    folder: str = ""
    has_photo: bool = False
    title: str = ""
    publish_at: str = ""

    def __post_init__(self) -> None:
        self.head = self.head or self.main
        self.folder = self.folder or f"content/{self.kind}/2026/{self.entry_id}"
        self.title = self.title or f"Việc {self.entry_id}"

    def save(self, actor: str, body: str = "Trăng lên, các bé rước đèn.") -> None:
        """Write the entry's folder anew."""
        ctype = CONTENT_TYPES[self.kind]
        photos = [{"file": PHOTO, "alt": "Đèn ông sao"}] if self.has_photo else []
        raw = FIELDS[self.kind] | {"group": self.group, "publish_at": self.publish_at}
        raw |= {ctype.title_field: self.title, "photos": photos}
        if self.kind == "circulars":
            raw |= {"code_number": self.entry_id[-4:].lstrip("0")}
        fields = parse_form(ctype, raw)
        fields |= {"author": "Một người", "slug": f"bai-{self.entry_id}"} | self.extra
        files = {INDEX: _blob(self.world.repo, standing.in_order(ctype, fields), body)}
        if self.photo and self.has_photo:
            files[PHOTO] = self.world.repo.put_blob(self.photo.pointer)
        self._write(actor, Action.SAVE, None, files)

    def act(self, actor: str, action: Action) -> None:
        """Let somebody of the cast, or the author, do it in the role that fits."""
        self.commit(actor, action, None, self.world.repo.commit(self.head).tree)

    def act_as(self, actor: str, action: Action, role: Role) -> None:
        """Let the subject do it, whatever the rules say."""
        if action is not Action.SAVE:
            self.commit(actor, action, role, self.world.repo.commit(self.head).tree)
            return
        files = self._files()
        text = (self.world.repo.read(self.head, f"{self.folder}/{INDEX}") or b"").decode()
        files[INDEX] = self.world.repo.put_blob(f"{text}\nThêm một câu.\n".encode())
        self._write(actor, action, role, files)

    def revise(self, actor: str, role: Role, change: Change, fields: Fields) -> None:
        """Let the subject save other fields of standing."""
        files = self._files()
        now = standing.settled(change, change.fields | fields)
        files[INDEX] = _blob(self.world.repo, now, change.body)
        self._write(actor, Action.SAVE, role, files)

    def update(self, actor: str, role: Role) -> None:
        """Let the subject take up a draft that lies aside."""
        tree = self.world.repo.with_folder(self.main, self.folder, self._files())
        self.commit(actor, Action.UPDATE, role, tree, (self.head, self.main))

    def commit(
        self, actor: str, action: Action, role: Role | None, tree: str, parents: Any = ()
    ) -> None:
        """Add a signed commit."""
        role = role or self._role(actor, action)
        message = Trailers(action, actor, role, self.entry_id, self.kind).message("Việc", "Lý do.")
        self.head = self.world.repo.write_commit(
            tree,
            list(parents) or [self.head],
            message,
            self.world.when(),
            self.world.keys[actor],
        )

    def _write(self, actor: str, action: Action, role: Role | None, files: dict[str, str]) -> None:
        tree = self.world.repo.with_folder(self.head, self.folder, files)
        self.commit(actor, action, role, tree)

    def _files(self) -> dict[str, str]:
        return {item.path: item.oid for item in self.world.repo.files(self.head, self.folder)}

    def _role(self, actor: str, action: Action) -> Role:
        person = self.world.person(actor)
        roles = person.roles if person else frozenset({Role.TEACHER})
        if action in _WRITES:
            roles = roles & self.world.appointed().steps[self.kind].write or roles
        return next(role for role in Role if role in roles)

    def status(self) -> Status:
        """Where the line stands, read as any draft."""
        repo, ref = self.world.repo, DRAFTS + self.entry_id
        old = repo.draft(self.entry_id) or NOTHING
        if old == self.head:
            return services.change(repo, self.entry_id).status
        repo.update_refs([RefUpdate(ref, self.head, old)])
        try:
            return services.change(repo, self.entry_id).status
        finally:
            repo.update_refs([RefUpdate(ref, old, self.head)])

    def needs_check(self) -> bool:
        """Whether somebody of the cast has to check next."""
        return self.status() is Status.IN_REVIEW

    def merge(self) -> str:
        """Return a publication of the head; ``main`` stays where it is."""
        repo = self.world.repo
        last, _ = parse_message(repo.commit(self.head).message)
        tree = repo.with_folder(self.main, self.folder, self._files())
        message = Trailers(Action.PUBLISH, last.actor, last.role, self.entry_id, self.kind)
        text = repo.read(self.head, f"{self.folder}/{INDEX}") or b""
        when = _HOUR if b"\npublish_at:" in text else self.world.when()
        return repo.write_commit(
            tree, [self.main, self.head], message.message("Đăng"), when, last.actor
        )

    def publish(self) -> bool:
        """Move ``main`` to the publication if the auditor lets it."""
        publication = self.merge()
        proof = verification.verify(self.world.repo.path, head=publication, audited=self.main)
        if proof.ok:
            self.world.repo.update_refs([RefUpdate(MAIN, publication, self.main)])
        return proof.ok


def _has_base(state: Status, variant: Variant) -> bool:
    """Say whether the entry is public before its draft begins."""
    return state is Status.PARKED or (state is not Status.PUBLISHED and variant in _PUBLIC_BEFORE)


def _blob(repo: Repository, fields: Fields, body: str) -> str:
    return repo.put_blob(front_matter.serialise(fields, body))


def _row(roles: list[str], groups: list[str], fields: list[str] | None = None) -> dict[str, Any]:
    return {"name": "Người giúp", "roles": roles, "groups": groups, "fields": fields or []}


def _delegation(name: str) -> dict[str, Any]:
    role, when = LENT_DUTIES[name]
    today = NOW.date()
    days: dict[int, tuple[date, date]] = {
        -1: (today - timedelta(days=9), today - timedelta(days=1)),
        0: (today, today),
        1: (today + timedelta(days=1), today + timedelta(days=9)),
    }
    since, until = days[when]
    row: dict[str, Any] = {"person": name, "role": role, "decision": "25/QĐ-MNPH"}
    row |= {"since": since, "until": until}
    if role == "team_lead":
        row["groups"] = [LENT]
    if role == "vice_principal":
        row["fields"] = ["chuyen-mon"]
    return row


_WAY: Final[dict[Status, tuple[Action, ...]]] = {
    Status.IN_REVIEW: (Action.SUBMIT,),
    Status.CHANGES_REQUESTED: (Action.SUBMIT, Action.RETURN),
    Status.PENDING_APPROVAL: (Action.SUBMIT, Action.CHECK),
    Status.APPROVED: (Action.SUBMIT, Action.CHECK, Action.APPROVE),
    Status.PUBLISHED: (Action.SUBMIT, Action.CHECK, Action.APPROVE),
}
"""The acts of the cast that bring a saved entry into a state."""

_REST: Final[dict[Action, tuple[Action, ...]]] = {
    Action.SAVE: (Action.SUBMIT, Action.CHECK, Action.APPROVE),
    Action.UPDATE: (Action.SUBMIT, Action.CHECK, Action.APPROVE),
    Action.SUBMIT: (Action.CHECK, Action.APPROVE),
    Action.CHECK: (Action.APPROVE,),
    Action.APPROVE: (),
    Action.URGENT: (),
}
"""What the cast does after the subject's act, so that the auditor has a publication to judge."""


def _action(act: str) -> Action:
    """Return the action that an act of the matrix is, as the rules know it."""
    if act in REVISIONS:
        return Action.SAVE
    return Action.UPDATE if act in _HOMES else Action(act)


def _corrected(change: Change) -> Fields:
    before = change.before.fields if change.before else {}
    return {"corrections": [*before.get("corrections", []), {"reason": "Sai giờ."}]}


_REVISED: Final[dict[str, Callable[[Change], Fields]]] = {
    "correct": _corrected,
    "withdraw": lambda _change: dict(_WITHDRAWN),
    "restore": lambda _change: {"withdrawal": "", "withdrawal_reason": ""},
    "move": lambda change: {"slug": f"noi-khac-{change.entry_id}"},
}
