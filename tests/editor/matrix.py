"""The world of the permission matrix: entries in every state and relation, made by plain commits.

Nothing here asks whether an act is allowed: the situations are forged on the repository, so that
the pure rules, the pages and the auditor can be asked about each of them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from itertools import count, product
from pathlib import Path
from typing import Any, Final

import tomli_w

from tests.editor.conftest import Reader
from workflow import (
    after_review,
    front_matter,
    governing,
    roster,
    services,
    signing,
    verification,
)
from workflow.clock import VIETNAM
from workflow.content_types import CONTENT_TYPES, parse_form
from workflow.entries import Change, Trailers, may_read, parse_message, refusals
from workflow.repository import DRAFTS, INDEX, MAIN, NOTHING, RefUpdate, Repository, StoredMedia
from workflow.roster import Person
from workflow.signing import Signer
from workflow.states import Action, Role, Status

GOVERNANCE: Final = Path(__file__).resolve().parents[2] / "content" / "governance"
PASSWORD: Final = "bốn-chiếc-lá-me-xanh"

STRANGER, NOBODY, LOCKED = "", "ngoai.so", "khoa.tam"
"""Not signed in; an account in no roster; a teacher of the roster whose account was locked."""
SUBJECTS: Final = (
    *("co.giaovien5a", "totruong.maugiao", "pht.chuyenmon", "pht.nuoiduong", "hieutruong"),
    *("quantri.web", "vanthu", STRANGER, NOBODY, LOCKED),
)
STATES: Final = tuple(s for s in Status if s not in {Status.PARKED, Status.ABANDONED})
"""A draft set aside is no page's entry: who may take one up again, its own tests ask."""
RELATIONS: Final = ("none", "author", "co_author", "uploader", "submitter")
TEAMS: Final = ("own", "other")
_OTHERS: Final = ("mau-giao", "nha-tre")
WRITES: Final = {Action.SAVE, Action.SUBMIT}
AT: Final = datetime(2026, 11, 24, 8, 0, tzinfo=VIETNAM)
LATER: Final = "31/12/2099 07:00"

_FIELDS: Final[dict[str, dict[str, Any]]] = {
    "posts": {
        "title": "Bé vui rước đèn",
        "date": "24/11/2026",
        "summary": "Các bé rước đèn ở sân trường.",
        "category": "hoat-dong-cua-be",
    },
    "circulars": {
        "subject": "Kế hoạch thử",
        "code_number": "7",
        "code_notation": "KH-SGDĐT",
        "issued_date": "20/11/2026",
        "issuer": "Sở GD&ĐT",
        "type_name": "Kế hoạch",
        "collection": "superior",
    },
}


Situation = tuple[str, str, Status, str, str]
"""Subject, type, state, relation, team."""
REVIEW: Final = Action.REVIEW.value


@dataclass(frozen=True, order=True)
class Cell:
    """One question: may this person do this to such an entry?"""

    subject: str
    type_name: str
    state: Status
    relation: str
    team: str
    act: str

    def __str__(self) -> str:
        """How a failure names it."""
        who = self.subject or "a stranger"
        return f"{who} {self.act} {self.type_name} {self.state}, {self.relation}, {self.team} team"


def situations(type_names: tuple[str, ...]) -> Iterator[Situation]:
    """Yield subject, type, state, relation and team of everything that can be."""
    for subject, kind, state, relation, team in product(
        SUBJECTS, type_names, STATES, RELATIONS, TEAMS
    ):
        if subject in {STRANGER, NOBODY} and (relation, team) != ("none", "other"):
            continue
        if relation == "submitter" and state is Status.DRAFT:
            continue
        yield subject, kind, state, relation, team


@dataclass
class World:
    """A school with a supporting cast of one writer, lead and leader who are nobody's subject."""

    repo: Repository
    keys: dict[str, Signer]
    ticks: Iterator[int] = field(default_factory=lambda: count(1))
    entries: dict[tuple[Situation, bool], str] = field(default_factory=dict)
    photo: StoredMedia | None = None

    @classmethod
    def found(cls, path: Path) -> World:
        """Found the school with the roster of the starter content and the cast."""
        table = tomllib.loads((GOVERNANCE / "roster.toml").read_text())
        for group in table["groups"]:
            table["people"][f"n.{group}"] = _row(["teacher", "clerk"], [group], [])
            table["people"][f"c.{group}"] = _row(["team_lead"], [group], [])
        fields = sorted({row["field"] for row in table["groups"].values() if "field" in row})
        table["people"]["a.pht"] = _row(["vice_principal"], ["bgh"], fields)
        table["people"][LOCKED] = _row(["teacher"], ["mau-giao"], [])
        keys = {name: Signer(name, signing.generate()) for name in (*table["people"], NOBODY)}
        for name, row in table["people"].items():
            row["key"] = signing.public_key_line(keys[name].private_key)
        files = {
            roster.ROSTER: tomli_w.dumps(table).encode(),
            roster.WORKFLOW: (GOVERNANCE / "workflow.toml").read_bytes(),
            roster.SCHOOL: (GOVERNANCE / "school.toml").read_bytes(),
        }
        world = cls(Repository.create(path), keys)
        services.found(world.repo, keys["hieutruong"], files, AT)
        world.photo = world.repo.store_media(b"\xff\xd8 pretend pixels")
        return world

    def person(self, username: str) -> Person | None:
        """The person's row of the roster, or None."""
        return self.repo.governance().people.get(username)

    def entry(self, cell: Cell) -> str:
        """Return the entry that stands so, made at the first question; empty where none can.

        A public entry whose writer may not write its type would spoil ``main`` for all others.
        What may be reviewed afterwards is published urgently.
        """
        situation = cell.subject, cell.type_name, cell.state, cell.relation, cell.team
        key = situation, cell.act == REVIEW
        if key not in self.entries:
            self.entries[key] = self._make(situation, is_urgent=cell.act == REVIEW)
        return self.entries[key]

    def _make(self, situation: Situation, *, is_urgent: bool) -> str:
        subject, kind, state, relation, team = situation
        group = self._group(subject, team)
        entry_id = f"20261124-{next(self.ticks):04d}"
        line = Line(self, kind, entry_id, group, self.repo.main())
        writer, lead = f"n.{group}", f"c.{group}"
        line.save(subject if relation == "author" else writer, LATER if _waits(state) else "")
        if relation == "co_author":
            line.save(subject, LATER if _waits(state) else "", body="Sửa thêm một câu.")
        if relation == "uploader":
            line.save(subject, LATER if _waits(state) else "", photo=self.photo)
        sender = subject if relation == "submitter" else writer
        for action in _WAY[state]:
            actor = {Action.SUBMIT: sender, Action.APPROVE: "a.pht"}.get(action, lead)
            if action is Action.CHECK and line.status() is not Status.IN_REVIEW:
                continue
            line.act(actor, Action.URGENT if is_urgent and action is Action.APPROVE else action)
        if state is Status.PUBLISHED:
            return entry_id if line.publish() else ""
        self.repo.update_refs([RefUpdate(DRAFTS + entry_id, line.head, NOTHING)])
        return entry_id

    def _group(self, subject: str, team: str) -> str:
        """A group for the entry: the subject's own, or one that is not."""
        person = self.person(subject)
        own = person.groups if person else ()
        return own[0] if team == "own" else next(g for g in _OTHERS if g not in own)

    @contextmanager
    def untouched(self, entry_id: str) -> Iterator[None]:
        """Put the refs back after an act that was allowed."""
        ref = DRAFTS + entry_id
        before = {ref: self.repo.draft(entry_id) or NOTHING, MAIN: self.repo.main()}
        yield
        after = {ref: self.repo.draft(entry_id) or NOTHING, MAIN: self.repo.main()}
        moved = [RefUpdate(r, oid, after[r]) for r, oid in before.items() if oid != after[r]]
        self.repo.update_refs(moved)

    # What the three say

    def change(self, entry_id: str) -> Change:
        """The entry as a page reads it."""
        return services.open_for_edit(self.repo, entry_id)

    def policy(self, cell: Cell) -> bool:
        """What the pure rules say."""
        person = self.person(cell.subject)
        if person is None:
            return False
        change, governance = self.change(self.entry(cell)), self.repo.governance()
        if cell.act == "read":
            return change.status is Status.PUBLISHED or may_read(change, person, governance)
        if cell.act == REVIEW:
            edition = self.owed(cell)
            return edition is not None and not after_review.refusals(edition, person)
        if cell.act == "take_down":
            return change.status is Status.PUBLISHED and bool(
                person.roles & set(governing.TAKERS_DOWN)
            )
        return not refusals(change, Action(cell.act), person, governance)

    def auditor(self, cell: Cell) -> bool:
        """Whether a history in which it was done is accepted, in any role of the person."""
        person = self.person(cell.subject)
        roles = person.roles if person else frozenset(Role)
        return bool(cell.subject) and any(self._accepted(cell, role) for role in sorted(roles))

    def owed(self, cell: Cell) -> after_review.UrgentEdition | None:
        """The urgent edition of the entry, if it has one."""
        return after_review.owed(self.repo).get(self.entry(cell))

    def _accepted(self, cell: Cell, role: Role) -> bool:
        if cell.act == REVIEW:
            return self._review_accepted(cell, role)
        change, main = self.change(self.entry(cell)), self.repo.main()
        line = Line(
            self, cell.type_name, change.entry_id, change.group, main, change.head, change.folder
        )
        line.act_as(cell.subject, Action(cell.act), role)
        for action in _REST[Action(cell.act)]:
            actor = {Action.SUBMIT: f"n.{change.group}", Action.APPROVE: "a.pht"}
            if action is Action.CHECK and not line.needs_check():
                continue
            line.act(actor.get(action, f"c.{change.group}"), action)
        return verification.verify(self.repo.path, head=line.merge(), audited=main).ok

    def _review_accepted(self, cell: Cell, role: Role) -> bool:
        main = self.repo.main()
        message = Trailers(Action.REVIEW, cell.subject, role, self.entry(cell), cell.type_name)
        commit = self.repo.write_commit(
            self.repo.commit(main).tree,
            [main],
            message.message("Việc"),
            AT,
            self.keys[cell.subject],
        )
        return verification.verify(self.repo.path, head=commit, audited=main).ok


@dataclass
class Line:
    """A draft in the making: commits one after the other, asked by nobody."""

    world: World
    kind: str
    entry_id: str
    group: str
    main: str
    head: str = ""
    folder: str = ""

    def __post_init__(self) -> None:
        self.head = self.head or self.main
        self.folder = self.folder or f"content/{self.kind}/2026/{self.entry_id}"

    def save(
        self,
        actor: str,
        publish_at: str = "",
        *,
        body: str = "Trăng lên, các bé rước đèn.",
        photo: StoredMedia | None = None,
    ) -> None:
        """Write the entry's folder anew."""
        raw = _FIELDS[self.kind] | {"group": self.group, "publish_at": publish_at}
        photos = [{"file": "anh-1.jpg", "alt": "Đèn ông sao"}] if photo else []
        ctype = CONTENT_TYPES[self.kind]
        fields = parse_form(ctype, raw | {"photos": photos})
        fields |= {"author": "Một người", "slug": f"bai-{self.entry_id}"}
        if self.kind == "circulars":
            fields["code_number"] = self.entry_id[-4:]
        order = [spec.name for spec in ctype.fields]
        fields = {name: fields[name] for name in order if name in fields}
        files = {INDEX: self.world.repo.put_blob(front_matter.serialise(fields, body))}
        if photo:
            files["anh-1.jpg"] = self.world.repo.put_blob(photo.pointer)
        self.commit(
            actor, Action.SAVE, None, self.world.repo.with_folder(self.head, self.folder, files)
        )

    def act(self, actor: str, action: Action) -> None:
        """Let somebody of the cast, or the author, do it in the role that fits."""
        self.commit(actor, action, None, self.world.repo.commit(self.head).tree)

    def act_as(self, actor: str, action: Action, role: Role) -> None:
        """Let the subject do it, whatever the rules say."""
        if action is Action.SAVE:
            files = {i.path: i.oid for i in self.world.repo.files(self.head, self.folder)}
            text = (self.world.repo.read(self.head, f"{self.folder}/{INDEX}") or b"").decode()
            files[INDEX] = self.world.repo.put_blob(f"{text}\nThêm một câu.\n".encode())
            tree = self.world.repo.with_folder(self.head, self.folder, files)
        else:
            tree = self.world.repo.commit(self.head).tree
        self.commit(actor, action, role, tree)

    def commit(self, actor: str, action: Action, role: Role | None, tree: str) -> None:
        """Add a signed commit."""
        role = role or self._role(actor, action)
        message = Trailers(action, actor, role, self.entry_id, self.kind).message("Việc", "Lý do.")
        when = AT + timedelta(minutes=next(self.world.ticks))
        self.head = self.world.repo.write_commit(
            tree, [self.head], message, when, self.world.keys[actor]
        )

    def _role(self, actor: str, action: Action) -> Role:
        person = self.world.person(actor)
        roles = person.roles if person else frozenset({Role.TEACHER})
        if action in WRITES:
            roles = roles & self.world.repo.governance().steps[self.kind].write or roles
        return next(role for role in Role if role in roles)

    def status(self) -> Status:
        """Where the line stands, read as any draft."""
        return self._read().status

    def needs_check(self) -> bool:
        """Whether somebody of the cast has to check next."""
        return self.status() is Status.IN_REVIEW

    def _read(self) -> Change:
        ref = DRAFTS + self.entry_id
        old = self.world.repo.draft(self.entry_id) or NOTHING
        self.world.repo.update_refs([RefUpdate(ref, self.head, old)])
        try:
            return services.change(self.world.repo, self.entry_id)
        finally:
            self.world.repo.update_refs([RefUpdate(ref, old, self.head)])

    def merge(self) -> str:
        """Return a publication of the head; ``main`` stays where it is."""
        repo = self.world.repo
        head = repo.commit(self.head)
        last, _ = parse_message(head.message)
        files = {item.path: item.oid for item in repo.files(self.head, self.folder)}
        tree = repo.with_folder(self.main, self.folder, files)
        message = Trailers(Action.PUBLISH, last.actor, last.role, self.entry_id, self.kind)
        return repo.write_commit(
            tree, [self.main, self.head], message.message("Đăng"), AT, last.actor
        )

    def publish(self) -> bool:
        """Move ``main`` to the publication if the auditor lets it."""
        publication = self.merge()
        proof = verification.verify(self.world.repo.path, head=publication, audited=self.main)
        if proof.ok:
            self.world.repo.update_refs([RefUpdate(MAIN, publication, self.main)])
        return proof.ok


def _row(roles: list[str], groups: list[str], fields: list[str]) -> dict[str, Any]:
    return {"name": "Người giúp", "roles": roles, "groups": groups, "fields": fields}


def _waits(state: Status) -> bool:
    return state is Status.APPROVED


_WAY: Final[dict[Status, tuple[Action, ...]]] = {
    Status.DRAFT: (),
    Status.IN_REVIEW: (Action.SUBMIT,),
    Status.CHANGES_REQUESTED: (Action.SUBMIT, Action.RETURN),
    Status.PENDING_APPROVAL: (Action.SUBMIT, Action.CHECK),
    Status.APPROVED: (Action.SUBMIT, Action.CHECK, Action.APPROVE),
    Status.PUBLISHED: (Action.SUBMIT, Action.CHECK, Action.APPROVE),
}
"""The acts of the cast that bring a saved entry into a state."""

_REST: Final[dict[Action, tuple[Action, ...]]] = {
    Action.SAVE: (Action.SUBMIT, Action.CHECK, Action.APPROVE),
    Action.SUBMIT: (Action.CHECK, Action.APPROVE),
    Action.CHECK: (Action.APPROVE,),
    Action.APPROVE: (),
    Action.URGENT: (),
}
"""What the cast does after the subject's act, so that the auditor has a publication to judge."""


PRESSES: Final[dict[str, tuple[str, dict[str, str]]]] = {
    "save": ("sua", {}),
    "submit": ("gui", {}),
    "check": ("xac-nhan", {"password": PASSWORD, "accurate": "1"}),
    "return": ("tra-lai", {"note": "Sai ngày, xem lại."}),
    "approve": ("phe-duyet", {"password": PASSWORD}),
    "urgent": ("dang-khan", {"password": PASSWORD, "note": "Bão vào đêm nay."}),
    "review": ("hau-kiem", {"password": PASSWORD}),
    "abandon": ("bo-ban-nhap", {"note": "Trùng bài khác."}),
    "take_down": ("go-bai", {"password": PASSWORD, "kind": "error", "reason": "Đăng nhầm bài."}),
}
"""The button of each act: its address below the entry's, and what is typed beside it."""

READS: Final = ("", "/tien-do", "/tien-do.json", "/tep/anh-1.jpg", "/tep/anh-1.jpg?truoc=1")
"""The views that show something of an entry to whoever may read it."""


@dataclass
class Visitor:
    """Somebody at a browser, with the token of the forms read once."""

    reader: Reader
    token: str

    def reads(self, change: Change) -> bool:
        """Whether every view of the entry opens; some would be as bad as all."""
        answers = {self._opens(f"/bai/{change.entry_id}{path}") for path in READS}
        if len(answers) != 1:
            raise AssertionError(f"views of {change.entry_id} disagree")
        return answers.pop()

    def edits(self, change: Change) -> bool:
        """Whether the entry's form opens."""
        return self._opens(f"/bai/{change.entry_id}/sua")

    def presses(self, change: Change, act: str, seen: str = "") -> bool:
        """Press the act's button and say whether it was done."""
        path, typed = PRESSES[act]
        form = _form_of(change) if act == "save" else {}
        answer = self.reader.client.post(
            f"/bai/{change.entry_id}/{path}",
            data={"csrf_token": self.token, "seen": seen or change.head, **form, **typed},
        )
        if answer.status_code not in {302, 401, 403, 404}:
            raise AssertionError(f"{act}: {answer.status_code}")
        return answer.status_code == HTTPStatus.FOUND

    def _opens(self, path: str) -> bool:
        answer = self.reader.client.get(path)
        # An entry without the photo has none to show: that is no refusal.
        return answer.status_code in {HTTPStatus.OK, HTTPStatus.NOT_FOUND}


def _form_of(change: Change) -> dict[str, Any]:
    """The entry's form as a browser sends it, with another body."""
    raw = _FIELDS[change.type_name] | {"group": change.group, "body": "Thêm một câu."}
    return raw | {"code_number": str(change.fields.get("code_number", ""))}
