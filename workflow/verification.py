"""Audit a site repository: prove that every byte on ``main`` is what the leaders approved.

It knows nothing of the rest of the project: it needs only Python, ``git`` and ``ssh-keygen``, and
restates the rules of DESIGN §3 and §4, so that a fault in the newsroom cannot hide here as well.
"""

import argparse
import base64
import contextlib
import hashlib
import json
import os
import re
import shutil
import stat
import struct
import subprocess
import sys
import tempfile
import tomllib
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from pathlib import Path
from typing import IO, Any, Final, NamedTuple, NoReturn, Self, cast

TYPES: Final = frozenset({"posts", "notices", "circulars", "menus", "pages"})
ROLES: Final = frozenset(
    {"teacher", "staff", "team_lead", "vice_principal", "principal", "site_admin", "clerk"}
)
APPROVERS: Final = frozenset({"vice_principal", "principal"})
SECOND_READERS: Final = frozenset({"site_admin", "team_lead"})
BARRED_TO_SITE_ADMIN: Final = frozenset({"team_lead", "vice_principal", "principal"})
DELEGABLE: Final = frozenset({"team_lead", "vice_principal", "principal"})
DELEGATION_DAYS: Final = 366
VIETNAM: Final = timezone(timedelta(hours=7))
CHECKS: Final = frozenset({"group_lead", "second_reader", "none"})
GROUP_KINDS: Final = frozenset({"team", "office", "union"})
FINAL: Final = frozenset({"approve", "urgent"})
DRAFT_ACTIONS: Final = frozenset(
    {"save", "submit", "check", "return", "approve", "urgent", "update", "abandon"}
)
EDITS: Final = frozenset({"save", "update"})
WRITES: Final = EDITS | {"submit"}
VOIDING: Final = EDITS | {"return", "abandon"}
MEDIA: Final = frozenset({"jpg", "jpeg", "png", "webp", "pdf"})
GOVERNANCE_FILES: Final = frozenset({"roster.toml", "workflow.toml", "school.toml"})
ORDERS: Final = "orders.toml"
TAKERS_DOWN: Final = frozenset({"principal", "vice_principal", "site_admin"})
TAKEDOWN_KINDS: Final = frozenset({"error", "explained", "personal_data"})

RELEASE_LIST: Final = ".well-known/toasoan/release.json"
RELEASE_SIGNATURE: Final = f"{RELEASE_LIST}.sig"
RELEASE_PARTS: Final = RELEASE_LIST.removesuffix(".json")
ROOT_PART: Final = "root"
RELEASE_NAMESPACE: Final = "toasoan-release"

FILE: Final = "100644"
FOLDER: Final = "40000"

_GOVERNANCE_TRAILERS: Final = ("Action", "Actor", "Role")
_ENTRY_TRAILERS: Final = (*_GOVERNANCE_TRAILERS, "Entry", "Type")
_TRAILERS: Final = {
    **dict.fromkeys(("found", "govern", "recover"), _GOVERNANCE_TRAILERS),
    **dict.fromkeys((*DRAFT_ACTIONS, "publish", "takedown", "review"), _ENTRY_TRAILERS),
}
_COMMIT: Final = re.compile(
    rb"tree (?P<tree>[0-9a-f]{40})\n"
    rb"(?P<parents>(?:parent [0-9a-f]{40}\n)*)"
    rb"author (?P<author>[^\n]+)\n"
    rb"committer (?P<committer>[^\n]+)\n"
    rb"(?P<gpgsig>gpgsig [^\n]+\n(?: [^\n]*\n)*)?"
    rb"\n(?P<message>[^\0]+)",
)
_FIRST_PARENT: Final = re.compile(rb"tree [0-9a-f]{40}\nparent ([0-9a-f]{40})\n")
_IDENTITY: Final = re.compile(
    r"(?P<name>\S+) <(?P=name)@toasoan\.invalid> (?P<seconds>\d{1,11}) [+-]\d{4}"
)
_ARMOR: Final = re.compile(
    rb"-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=\n]+)\n-----END SSH SIGNATURE-----\n?"
)
_POINTER: Final = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\n"
    rb"oid sha256:(?P<oid>[0-9a-f]{64})\nsize (?P<size>0|[1-9]\d*)\n"
)
_ATTRIBUTE: Final = re.compile(r"\*\.([a-z]+) filter=lfs diff=lfs merge=lfs -text")
_YEAR: Final = re.compile(r"[0-9]{4}")
_ENTRY: Final = re.compile(r"[a-z0-9][a-z0-9-]*")
_USERNAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]*")
_MEDIA_NAME: Final = re.compile(r"[^.].*\.(?P<extension>[a-z]+)")
_FIELD: Final = re.compile(r"(?P<name>[a-z_]+):(?: (?P<value>.*))?")
_ITEM: Final = re.compile(r"\s*(?:-\s+)*(?:\w[\w ]*:\s+)?(?P<value>\S.*)")
_CLOSED: Final = re.compile(
    r"""'(?:[^']|'')*'|"(?:[^"\\]|\\.)*"|\[\]|\{\}|(?![?:]\s)[^\s'"\[\]{}&*!%@`#](?:(?!:\s).)*"""
)
"""A value that ends on its line. Unquoted it holds no further key: after one, or after the signs of
a long key, could follow an open quote that swallows the lines below."""
_CORRECTION: Final = re.compile(r"- reason: (?P<value>\S.*)")
_FORMER: Final = re.compile(r"- (?P<value>\S+)")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+07:00")
_SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ADDRESS: Final = re.compile(rf"(?:[0-9]{{4}}/)?{_SLUG.pattern}")
_DATE_FIELDS: Final = {"circulars": "issued_date", "pages": ""}

_TREES_KEPT: Final = 512
_TREE_ROW: Final = re.compile(rb"(?P<mode>[0-7]+) (?P<name>[^\0]+)\0(?P<oid>.{20})", re.DOTALL)
_TRAILER_VALUES: Final[Mapping[str, Callable[[str], object]]] = {
    "Actor": _USERNAME.fullmatch,
    "Role": ROLES.__contains__,
    "Entry": _ENTRY.fullmatch,
    "Type": TYPES.__contains__,
}
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_COMMIT_ID: Final = re.compile(r"[0-9a-f]{40}")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_CODES: Final = "xac-minh"
_CODE_LETTER: Final = re.compile(r"[0-9A-Z]")
_PART: Final = re.compile(rf"{_SLUG.pattern}(-[A-Z])?")
_GOOD: Final = re.compile(r"Good \"git\" signature for (\S+) with ")
_PATHS_TOLD: Final = 20
_SSHSIG: Final = b"SSHSIG\0\0\0\1"
_LENGTH: Final = struct.Struct(">I")
_ED25519_KEY: Final = 32
_ED25519_SIGNATURE: Final = 64


class Rule(StrEnum):
    """The rule that a commit breaks, as the auditor names it."""

    REPOSITORY = "repository"
    OBJECT = "object"
    COMMIT = "commit"
    HISTORY = "history"
    TRAILERS = "trailers"
    IDENTITY = "identity"
    ROLE = "role"
    SIGNATURE = "signature"
    PATHS = "paths"
    NAMES = "names"
    MODES = "modes"
    ATTRIBUTES = "attributes"
    ROSTER = "roster"
    STEPS = "steps"
    FOUNDING = "founding"
    GOVERNANCE = "governance"
    SCOPE = "scope"
    FORK = "fork"
    REPLAY = "replay"
    ENTRY = "entry"
    SEQUENCE = "sequence"
    WRITER = "writer"
    CHECKER = "checker"
    APPROVER = "approver"
    URGENT = "urgent"
    REVIEW = "review"
    MEDIA = "media"
    ORDERS = "orders"
    FREEZE = "freeze"
    RECOVERY = "recovery"
    ERASURE = "erasure"
    CORRECTION = "correction"
    ADDRESS = "address"
    SUCCESSOR = "successor"
    TIME = "time"
    RELEASE = "release"
    WITNESS = "witness"
    STOCK = "stock"


class Broken(Exception):
    """A rule does not hold; the audit ends here."""

    def __init__(self, rule: Rule, reason: str) -> None:
        super().__init__(reason)
        self.rule = rule
        self.reason = reason


@dataclass(frozen=True)
class RecoveryUse:
    """A commit of ``main`` by which the recovery key made somebody the principal."""

    commit: str
    principal: str
    when: str


@dataclass(frozen=True)
class Report:
    """What an audit found; ``failed_commit`` is the first commit of ``main`` that does not hold.

    ``root_key`` is the key that founded the repository: compare it with the one that the school
    keeps on paper, since whoever can replace the whole repository can found another one.
    ``unreviewed`` are the entries whose public edition one leader published without the check and
    no other has reviewed yet.
    ``erased`` are the SHA-256 of files that the principal ordered to be erased: these alone may
    be missing.
    """

    ok: bool
    publications: int
    governance_changes: int
    head: str
    root_key: str | None = None
    failed_commit: str | None = None
    rule: str | None = None
    reason: str | None = None
    unreviewed: tuple[str, ...] = ()
    recoveries: tuple[RecoveryUse, ...] = ()
    erased: tuple[str, ...] = ()


def verify(
    repo: Path, *, root_key: str | None = None, head: str | None = None, audited: str | None = None
) -> Report:
    """Audit the history of ``main`` in ``repo`` (bare or not) and its media.

    ``root_key`` (``ssh-ed25519 AAAA…``) pins the key that must have signed the founding commit.
    ``head`` stands in for ``main``, so that a publication can be tried before ``main`` moves to it.
    ``audited`` is a commit that an earlier audit accepted: it must still be on ``main``, and
    neither signatures up to it nor media that it holds are checked again.
    """
    return verify_on(None, repo, root_key=root_key, head=head, audited=audited)[0]


def verify_on(
    before: "Audit | None",
    repo: Path,
    *,
    root_key: str | None = None,
    head: str | None = None,
    audited: str | None = None,
) -> "tuple[Report, Audit | None]":
    """Audit as ``verify`` does, going on from an audit that ended well; return the new one, too.

    What ``before`` has read is not read again, so that the cost grows with what is new. Where its
    end is not on the way to ``head``, everything is read.
    """
    git_dir = repo / ".git" if (repo / ".git").is_dir() else repo
    audit: Audit | None = None
    end = head or ""
    try:
        main = main_of_a_plain_repository(git_dir)
        end = head or main
        with Objects(git_dir) as objects, Signatures() as signatures:
            if before and before.leads_to(end, objects):
                audit = before.continued(objects, signatures)
            else:
                audit = Audit(objects, signatures, root_key)
            audit.walk(end, audited)
            check_media(objects, audit.editions(audited), audit.erased, git_dir / "lfs" / "objects")
    except Broken as broken:
        return _report(audit, end, broken), None
    return _report(audit, end, None), audit


def _report(audit: "Audit | None", head: str, broken: Broken | None) -> Report:
    return Report(
        ok=broken is None,
        publications=audit.publications if audit else 0,
        governance_changes=audit.governance_changes if audit else 0,
        head=head,
        root_key=audit.founder_key if audit else None,
        failed_commit=audit.current if audit and broken else None,
        rule=broken.rule if broken else None,
        reason=broken.reason if broken else None,
        unreviewed=tuple(sorted(audit.unreviewed)) if audit else (),
        recoveries=tuple(audit.recoveries) if audit else (),
        erased=audit.erased if audit else (),
    )


# The walk along main


class Person(NamedTuple):
    """One row of ``[people]``; ``leads`` are the groups that a team lead leads."""

    roles: frozenset[str]
    groups: frozenset[str]
    fields: frozenset[str]
    key: str
    leads: frozenset[str]

    def lent(self, row: "Delegation") -> "Person":
        """Return the person with a delegated role, for its groups or fields and no others."""
        own_fields = self.fields if "vice_principal" in self.roles else frozenset[str]()
        return self._replace(
            roles=self.roles | {row.role},
            groups=self.groups | row.groups,
            fields=own_fields | row.fields,
            leads=self.leads | row.groups,
        )


class Delegation(NamedTuple):
    """A role that the principal gave for dated days; ``ended`` is when he ended it early."""

    person: str
    role: str
    groups: frozenset[str]
    fields: frozenset[str]
    since: date
    until: date
    ended: datetime | None

    def covers(self, when: datetime) -> bool:
        """Tell whether it was in force at a moment; both its days count, as days in Vietnam."""
        day = when.astimezone(VIETNAM).date()
        return self.since <= day <= self.until and (self.ended is None or when < self.ended)


class Group(NamedTuple):
    """One row of ``[groups]``."""

    kind: str
    field: str


class Steps(NamedTuple):
    """One table of ``workflow.toml``."""

    write: frozenset[str]
    check: str
    approve: frozenset[str]
    skip_check_for: frozenset[str]
    groups: frozenset[str]


class Takedown(NamedTuple):
    """An entry that one leader or the site administrator took off the public site."""

    entry: str
    kind: str
    reason: str
    by: str
    since: str


class Erasure(NamedTuple):
    """A file whose bytes the principal ordered to be deleted everywhere."""

    sha256: str
    entry: str
    reason: str
    by: str
    since: str


class Orders(NamedTuple):
    """What is in force beside the roster and the steps: a freeze, takedowns, erasures."""

    frozen: bool
    takedowns: tuple[Takedown, ...]
    erasures: tuple[Erasure, ...]

    @property
    def down(self) -> frozenset[str]:
        """The entries that are off the public site."""
        return frozenset(row.entry for row in self.takedowns)

    @property
    def erased(self) -> frozenset[str]:
        """The SHA-256 of all files that may be missing."""
        return frozenset(row.sha256 for row in self.erasures)


class Spent(NamedTuple):
    """A recovery key that was used once and counts no more."""

    key: str
    by: str
    since: str


class Recovery(NamedTuple):
    """The sealed key that can name a principal once, and the keys before it; "" for none."""

    key: str
    spent: tuple[Spent, ...]


@dataclass(frozen=True)
class Governance:
    """Who may do what, as of one commit of ``main``; ``principal`` is the appointed one's name."""

    people: Mapping[str, Person]
    groups: Mapping[str, Group]
    steps: Mapping[str, Steps]
    orders: Orders
    principal: str
    recovery: Recovery
    roster: Mapping[str, Any]
    delegations: tuple[Delegation, ...] = ()

    def acting(self, when: datetime) -> "Governance":
        """Return who might do what at a moment, with the delegations then in force.

        The result lends nothing further: it is asked and thrown away.
        """
        people = dict(self.people)
        for row in self.delegations:
            if row.covers(when) and row.person != self.principal:
                people[row.person] = people[row.person].lent(row)
        return replace(self, people=people, delegations=())

    def has_role(self, username: str, role: str) -> bool:
        """Tell whether somebody is in the roster and holds a role."""
        return username in self.people and role in self.people[username].roles

    def leads_of(self, group: str) -> frozenset[str]:
        """Return the team leads of a group."""
        return frozenset(name for name, person in self.people.items() if group in person.leads)


@dataclass(frozen=True)
class Commit:
    """A commit in the only form that the auditor accepts."""

    oid: str
    tree: str
    parents: tuple[str, ...]
    armor: bytes | None
    payload: bytes
    trailers: Mapping[str, str]
    note: str
    when: datetime

    @property
    def action(self) -> str:
        return self.trailers["Action"]

    @property
    def actor(self) -> str:
        return self.trailers["Actor"]

    @property
    def role(self) -> str:
        return self.trailers["Role"]


class Place(NamedTuple):
    """Where an entry's folder lies."""

    type: str
    year: str
    id: str

    @property
    def path(self) -> tuple[str, ...]:
        return ("content", *self)


@dataclass(frozen=True)
class Draft:
    """The commits of a draft from where it left ``main`` to its head, oldest first.

    ``since`` is that position on ``main``; ``fork`` the one of the edition that it would replace,
    which an update moves on. ``folder`` is the tree of the entry at the head: what was approved.
    ``earliest`` is by commit the latest date of all that it stands on, on ``main`` as well;
    ``published`` is the date of the publication.
    """

    since: int
    fork: int
    commits: Sequence[Commit]
    place: Place
    folder: str
    earliest: Mapping[str, datetime]
    published: datetime

    def acting(self, change: Commit, governance: Governance) -> Governance:
        """Return who might do what when a commit of the draft was signed, as its date says.

        A date is its signer's choice: one before what the commit stands on, or after the
        publication, brings no delegation with it (SECURITY F10).
        """
        possible = self.earliest[change.oid] <= change.when <= self.published
        return governance.acting(change.when) if possible else governance

    @property
    def contributors(self) -> frozenset[str]:
        """Everybody who saved, updated or submitted: none of them may check or approve."""
        return frozenset(c.actor for c in self.commits if c.action in WRITES)


class Urgency(NamedTuple):
    """Who published an edition without its check, and who wrote it: none of them reviews it."""

    by: str
    contributors: frozenset[str]


class Landmark(NamedTuple):
    """What later commits ask of a commit of ``main``; the audit of a long history holds many."""

    oid: str
    tree: str
    when: datetime


@dataclass
class Audit:
    """The audit of one history; it holds what the commits so far have established."""

    objects: "Objects"
    signatures: "Signatures"
    root_key: str | None
    publications: int = 0
    governance_changes: int = 0
    current: str | None = None
    founder_key: str | None = None
    main: list[Landmark] = field(default_factory=list)
    governance: list[Governance] = field(default_factory=list)
    position: dict[str, int] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    places: dict[str, Place] = field(default_factory=dict)
    unreviewed: dict[str, Urgency] = field(default_factory=dict)
    shown: list[tuple[int, Place, str]] = field(default_factory=list)
    recoveries: list[RecoveryUse] = field(default_factory=list)
    owners: dict[tuple[str, str], str] = field(default_factory=dict)
    successors: dict[str, str] = field(default_factory=dict)

    def walk(self, head: str, audited: str | None) -> None:
        """Audit ``main`` from where it stands (the founding commit, if new) to ``head``."""
        line = self._first_parents(head, self.objects)[::-1]
        if audited and audited not in line and audited not in self.position:
            raise Broken(Rule.HISTORY, f"main không còn chứa {audited[:12]}: lịch sử bị viết lại")
        # What this audit has judged itself comes before; only what is new can be trusted or not.
        new = line[1:] if self.main else line
        self.signatures.trusted = audited in new
        for oid in new:
            self.current = oid
            commit = read_commit(self.objects, oid)
            self._audit(commit)
            self.position[oid] = len(self.main)
            self.main.append(Landmark(oid, commit.tree, commit.when))
            self.signatures.trusted &= oid != audited

    def leads_to(self, head: str, objects: "Objects") -> bool:
        """Say whether the commit at which this audit ended is on the way to ``head``."""
        return self._first_parents(head, objects)[-1] == self.main[-1].oid

    def continued(self, objects: "Objects", signatures: "Signatures") -> "Audit":
        """Return an audit that goes on where this one ended; this one stays as it is."""
        return replace(
            self,
            objects=objects,
            signatures=signatures,
            main=[*self.main],
            governance=[*self.governance],
            position={**self.position},
            used={*self.used},
            places={**self.places},
            unreviewed={**self.unreviewed},
            shown=[],
            recoveries=[*self.recoveries],
            owners={**self.owners},
            successors={**self.successors},
        )

    @property
    def erased(self) -> tuple[str, ...]:
        """The SHA-256 of all files that the principal ordered to be erased."""
        return tuple(sorted(self.governance[-1].orders.erased)) if self.governance else ()

    def editions(self, audited: str | None) -> Iterator[tuple[Place, str]]:
        """Yield place and folder of every edition that was ever public, or since ``audited``."""
        known = self.position[audited] if audited else -1
        return ((place, folder) for position, place, folder in self.shown if position > known)

    def _first_parents(self, head: str, objects: "Objects") -> list[str]:
        """Return the line from ``head`` back to a commit that was audited, or to the first one."""
        line = [head]
        while line[-1] not in self.position:
            first = _FIRST_PARENT.match(objects.read(line[-1], "commit"))
            if first is None:
                break
            line.append(first[1].decode())
        return line

    def _audit(self, commit: Commit) -> None:
        match len(commit.parents), commit.action:
            case 0, "found":
                self._audit_founding(commit)
            case 1, "govern":
                self._audit_governance_change(commit)
            case 1, "recover":
                self._audit_recovery(commit)
            case 1, "takedown":
                self._audit_takedown(commit)
            case 1, "review":
                self._audit_review(commit)
            case 2, "publish":
                self._audit_publication(commit)
            case _:
                what = f"commit “{commit.action}” với {len(commit.parents)} cha"
                raise Broken(Rule.HISTORY, f"{what} không được phép trên main")

    def _audit_founding(self, commit: Commit) -> None:
        self.places = check_whole_tree(self.objects, commit.tree)
        for place in self.places.values():
            self._enter(place, self._front(commit.tree, place))
        governance = read_governance(self.objects, commit.tree)
        self._require_principal(commit, governance)
        self.founder_key = governance.people[governance.principal].key
        if self.root_key and self.root_key.split()[:2] != self.founder_key.split():
            raise Broken(Rule.FOUNDING, "khóa lập kho không phải khóa gốc đã biết")
        if governance.recovery.spent:
            raise Broken(Rule.RECOVERY, "kho mới lập không thể có khóa khôi phục đã dùng")
        for place in self.places.values():
            self._note_edition(place, self._folder(commit, place))
        self._require_nothing_erased_is_shown(commit, governance)
        self.governance.append(governance)

    def _audit_governance_change(self, commit: Commit) -> None:
        changed = list(changes(self.objects, self.main[-1].tree, commit.tree))
        if not changed or any(path[0] != "governance" for path in changed):
            raise Broken(
                Rule.SCOPE, "thay đổi quản trị phải sửa thư mục governance và chỉ thư mục đó"
            )
        before = self.governance[-1]
        self._require_principal(commit, before)
        after = read_governance(self.objects, commit.tree)
        require_lasting_erasures(before, after)
        if after.recovery.spent != before.recovery.spent:
            raise Broken(Rule.RECOVERY, "danh sách khóa khôi phục đã dùng không được sửa")
        if before.recovery.key and not after.recovery.key:
            raise Broken(Rule.RECOVERY, "khóa khôi phục chỉ được thay, không được bỏ")
        self._require_nothing_erased_is_shown(commit, after)
        self.governance.append(after)
        self.governance_changes += 1

    def _audit_recovery(self, commit: Commit) -> None:
        """The recovery key names a principal, is replaced by another, and does nothing else."""
        before = self.governance[-1]
        changed = list(changes(self.objects, self.main[-1].tree, commit.tree))
        if changed != [("governance", "roster.toml")]:
            raise Broken(Rule.SCOPE, "khóa khôi phục chỉ được sửa roster.toml")
        after = read_governance(self.objects, commit.tree)
        if commit.actor != after.principal or commit.role != "principal":
            raise Broken(Rule.RECOVERY, f"{commit.actor} không phải hiệu trưởng sau khi khôi phục")
        if not before.recovery.key:
            raise Broken(Rule.RECOVERY, "trường chưa có khóa khôi phục")
        if [row[:2] for row in after.recovery.spent] != [
            *(row[:2] for row in before.recovery.spent),
            (before.recovery.key, commit.actor),
        ]:
            raise Broken(Rule.RECOVERY, "khóa khôi phục vừa dùng phải được ghi là đã dùng")
        require_only_the_principal_changed(before, after)
        self.signatures.require(commit, {before.recovery.key})
        self.recoveries.append(RecoveryUse(commit.oid, commit.actor, commit.when.isoformat()))
        self.governance.append(after)
        self.governance_changes += 1

    def _folder(self, commit: Commit, place: Place) -> str:
        return self.objects.folder(commit.tree, place.path) or ""

    def _note_edition(self, place: Place, folder: str) -> None:
        self.shown.append((len(self.main), place, folder))

    def _require_nothing_erased_is_shown(self, commit: Commit, after: Governance) -> None:
        """An erased file may be named only by entries that are off the public site."""
        erased = after.orders.erased
        if not erased:
            return
        for entry, place in self.places.items():
            if entry not in after.orders.down and erased & self._media(self._folder(commit, place)):
                raise Broken(Rule.ERASURE, f"{entry} đang công khai một tệp đã có lệnh xóa")

    def _media(self, folder: str) -> set[str]:
        pointers = media_of(self.objects, folder).values()
        return {pointer["oid"].decode() for pointer in pointers}

    def _audit_takedown(self, commit: Commit) -> None:
        """One leader or the site administrator may take down, and with that do nothing else."""
        before = self.governance[-1]
        changed = list(changes(self.objects, self.main[-1].tree, commit.tree))
        if changed != [("governance", ORDERS)]:
            raise Broken(Rule.SCOPE, "lệnh gỡ bài chỉ được thêm vào orders.toml")
        after = read_governance(self.objects, commit.tree)
        added = after.orders.takedowns[-1:]
        if not added or after.orders != before.orders._replace(
            takedowns=(*before.orders.takedowns, *added)
        ):
            raise Broken(Rule.ORDERS, "lệnh gỡ bài phải thêm đúng một lệnh, không đổi lệnh khác")
        self._require_taker_down(commit, added[0], self._in_force(commit))
        self.governance.append(after)
        self.governance_changes += 1

    def _require_taker_down(self, commit: Commit, added: Takedown, governance: Governance) -> None:
        place = self.places.get(added.entry)
        if place is None or (place.type, place.id) != (
            commit.trailers["Type"],
            commit.trailers["Entry"],
        ):
            raise Broken(Rule.ENTRY, f"không có bài {added.entry} để gỡ")
        if added.by != commit.actor or commit.role not in TAKERS_DOWN:
            raise Broken(Rule.ROLE, f"{commit.actor} ({commit.role}) không được gỡ bài")
        if not governance.has_role(commit.actor, commit.role):
            raise Broken(Rule.ROLE, f"{commit.actor} không giữ vai trò {commit.role}")
        self.signatures.require(commit, {governance.people[commit.actor].key})

    def _audit_review(self, commit: Commit) -> None:
        """Another leader looks at what one leader published urgently, and changes nothing."""
        governance = self.governance[-1]
        if commit.tree != self.main[-1].tree:
            raise Broken(Rule.SCOPE, "hậu kiểm không được đổi nội dung")
        entry = commit.trailers["Entry"]
        urgency = self.unreviewed.pop(entry, None)
        if urgency is None or self.places[entry].type != commit.trailers["Type"]:
            raise Broken(Rule.REVIEW, f"không có bài {entry} đăng khẩn chờ hậu kiểm")
        in_force = self._in_force(commit)
        if commit.role not in APPROVERS or not in_force.has_role(commit.actor, commit.role):
            raise Broken(Rule.ROLE, f"{commit.actor} ({commit.role}) không được hậu kiểm")
        if commit.actor in {urgency.by, *urgency.contributors}:
            raise Broken(Rule.REVIEW, f"{commit.actor} hậu kiểm bài do chính mình viết hoặc đăng")
        self.signatures.require(commit, {governance.people[commit.actor].key})
        self.governance.append(governance)

    def _in_force(self, commit: Commit) -> Governance:
        """Return who might do what when a commit of ``main`` was signed.

        A date before that of the commit it stands on brings no delegation (SECURITY F10).
        """
        governance, before = self.governance[-1], self.main[-1].when
        return governance.acting(commit.when) if commit.when >= before else governance

    def _require_principal(self, commit: Commit, governance: Governance) -> None:
        """The principal's key as it stood before signs the next roster (DESIGN §4.1)."""
        if commit.actor != governance.principal or commit.role != "principal":
            raise Broken(
                Rule.GOVERNANCE, f"{commit.actor} không phải hiệu trưởng theo danh sách trước đó"
            )
        self.signatures.require(commit, {governance.people[commit.actor].key})

    def _audit_publication(self, commit: Commit) -> None:
        if commit.armor is not None:
            raise Broken(Rule.COMMIT, "commit đăng bài không mang chữ ký riêng")
        governance = self.governance[-1]
        if governance.orders.frozen:
            raise Broken(Rule.FREEZE, "đăng bài trong lúc hiệu trưởng tạm khóa đăng bài")
        draft = self._read_draft(commit)
        if draft.place.type not in governance.steps:
            raise Broken(Rule.STEPS, f"workflow.toml không có bước nào cho {draft.place.type}")
        for change in draft.commits:
            with about(change):
                self._audit_change(change, draft)
        self._require_same_folder(commit, draft)
        if governance.orders.erasures and governance.orders.erased & self._media(draft.folder):
            raise Broken(Rule.ERASURE, "lần đăng có một tệp đã có lệnh xóa")
        self._audit_standing(commit, draft)
        approval = decide(draft, governance, self._group_of(draft, governance))
        if (commit.actor, commit.role) != (approval.actor, approval.role):
            raise Broken(Rule.TRAILERS, "người đăng không phải người phê duyệt")
        self.places[draft.place.id] = draft.place
        self.unreviewed.pop(draft.place.id, None)
        if approval.action == "urgent":
            self.unreviewed[draft.place.id] = Urgency(approval.actor, draft.contributors)
        self._note_edition(draft.place, draft.folder)
        self.used.update(change.oid for change in draft.commits)
        self.governance.append(governance)
        self.publications += 1

    def _read_draft(self, publication: Commit) -> Draft:
        commits: list[Commit] = []
        oid = publication.parents[1]
        while oid not in self.position:
            if oid in self.used:
                raise Broken(Rule.REPLAY, f"bản thảo {oid[:12]} đã được đăng trước đó")
            change = read_commit(self.objects, oid)
            parents = 2 if change.action == "update" else 1
            if len(change.parents) != parents or change.action not in DRAFT_ACTIONS:
                raise Broken(Rule.FORK, f"bản thảo không nối thẳng từ main (tại {oid[:12]})")
            commits.append(change)
            oid = change.parents[0]
        if not commits:
            raise Broken(Rule.REPLAY, "commit đăng bài không có bản thảo mới")
        place, folder = self._find_folder(commits[0], publication)
        since = self.position[oid]
        commits.reverse()
        fork = self._fork_of(commits, since)
        earliest = self._earliest(commits, since)
        return Draft(since, fork, commits, place, folder, earliest, publication.when)

    def _earliest(self, commits: Sequence[Commit], since: int) -> dict[str, datetime]:
        """Return by commit of a draft before which date it cannot have been made."""
        latest, found = self.main[since].when, {}
        for change in commits:
            if change.action == "update":
                latest = max(latest, self.main[self.position[change.parents[1]]].when)
            found[change.oid] = latest
            latest = max(latest, change.when)
        return found

    def _fork_of(self, commits: Sequence[Commit], since: int) -> int:
        """Return where on ``main`` the edition stands that a draft was last brought up to."""
        fork = since
        for change in commits:
            if change.action == "update":
                at = self.position.get(change.parents[1], -1)
                if at < fork:
                    raise Broken(
                        Rule.FORK, f"bản cập nhật không theo main về sau (tại {change.oid[:12]})"
                    )
                fork = at
        return fork

    def _find_folder(self, head: Commit, publication: Commit) -> tuple[Place, str]:
        """Find the one folder of the entry in an approved tree, where it has always been."""
        kind, entry = publication.trailers["Type"], publication.trailers["Entry"]
        years = self.objects.folder(head.tree, ("content", kind))
        found = [
            Place(kind, year, entry)
            for year, (mode, oid) in (self.objects.tree(years) if years else {}).items()
            if mode == FOLDER and entry in self.objects.tree(oid)
        ]
        folder = self.objects.folder(head.tree, found[0].path) if len(found) == 1 else None
        if folder is None:
            raise Broken(Rule.PATHS, f"mục {entry} phải nằm ở đúng một thư mục của {kind}")
        if not _YEAR.fullmatch(found[0].year):
            raise Broken(Rule.PATHS, f"“{found[0].year}” không phải năm")
        if self.places.get(entry, found[0]) != found[0]:
            raise Broken(Rule.PATHS, f"mục {entry} đã nằm ở thư mục khác")
        return found[0], folder

    def _audit_change(self, change: Commit, draft: Draft) -> None:
        """Check one commit of a draft by itself: what it names, what it changes, who signed."""
        if (change.trailers["Type"], change.trailers["Entry"]) != (
            draft.place.type,
            draft.place.id,
        ):
            raise Broken(Rule.ENTRY, "commit của bản thảo nói về mục khác")
        # An update stands on the commit of main whose edition it takes in.
        before = read_commit(self.objects, change.parents[-1]).tree
        if change.action in EDITS:
            self._audit_save(change, before, draft.place)
        elif change.tree != before:
            raise Broken(Rule.SCOPE, f"“{change.action}” không được đổi nội dung")
        self._require_signer(change, draft)

    def _audit_save(self, change: Commit, before: str, place: Place) -> None:
        if any(path != place.path for path in changes(self.objects, before, change.tree)):
            raise Broken(Rule.SCOPE, "bản lưu đổi tệp ngoài thư mục của mục")
        folder = self.objects.folder(change.tree, place.path)
        if folder:
            check_entry_folder(self.objects, folder)

    def _require_signer(self, change: Commit, draft: Draft) -> None:
        """Require a key and a role that the actor held, and the right to write where it writes.

        The decisions that count need them as of the publication's first parent. A save, or a
        decision that a later save or return has voided, was right in its time: any state of
        ``main`` since the fork will do, so that a renewed key does not make a text unpublishable.
        """
        counts = change in counting_decisions(draft.commits)
        states = self.governance[-1:] if counts else self.governance[draft.since :]
        states = [draft.acting(change, state) for state in states]
        states = [state for state in states if state.has_role(change.actor, change.role)]
        if not states:
            raise Broken(Rule.ROLE, f"{change.actor} không giữ vai trò {change.role}")
        if change.action in WRITES:
            states = [state for state in states if may_write(change, state)]
        if not states:
            raise Broken(Rule.WRITER, f"{change.actor} ({change.role}) không viết loại này")
        if change.action in EDITS:
            groups = self._groups_of_edit(change, draft)
            states = [state for state in states if answers_for(change.actor, groups, state)]
        if not states:
            raise Broken(Rule.WRITER, f"{change.actor} sửa bài của tổ khác")
        self.signatures.require(change, {state.people[change.actor].key for state in states})

    def _groups_of_edit(self, change: Commit, draft: Draft) -> set[str]:
        """Return the groups that somebody who saves or updates must answer for.

        That is the group that the entry had, but for who has a part in it already, and the group
        that the edit gives it: else anybody could write in the name of any group. An update may
        take over the group of the edition on ``main``.
        """
        trees = [read_commit(self.objects, parent).tree for parent in change.parents]
        known = [self._group_in(tree, draft.place) for tree in trees]
        before, after = known[0], self._group_in(change.tree, draft.place)
        earlier = draft.commits[: draft.commits.index(change)]
        takes_part = change.actor in {c.actor for c in earlier if c.action in WRITES}
        groups = {after} - {*known}
        return (groups | (set() if takes_part else {before or after})) - {""}

    def _group_in(self, tree: str, place: Place) -> str:
        folder = self.objects.folder(tree, place.path)
        return read_group(self._index(folder)) if folder else ""

    def _index(self, folder: str) -> bytes:
        return self.objects.blob(self.objects.tree(folder)["index.md"].oid)

    def _require_same_folder(self, publication: Commit, draft: Draft) -> None:
        """Require that one folder changed on ``main``, to the approved bytes, from those known."""
        parent = self.main[-1]
        known = self.objects.folder(self.main[draft.fork].tree, draft.place.path)
        if self.objects.folder(parent.tree, draft.place.path) != known:
            raise Broken(Rule.FORK, "mục đã được đăng bản khác kể từ khi bản thảo bắt đầu")
        changed = changes(self.objects, parent.tree, publication.tree)
        if any(path != draft.place.path for path in changed):
            raise Broken(Rule.SCOPE, "lần đăng đổi tệp ngoài thư mục của mục")
        if self.objects.folder(publication.tree, draft.place.path) != draft.folder:
            raise Broken(Rule.SCOPE, "nội dung đăng khác nội dung đã phê duyệt")

    def _audit_standing(self, publication: Commit, draft: Draft) -> None:
        """What was public binds its next edition: corrections, addresses, successors."""
        was = self._front(self.main[-1].tree, draft.place)
        now = self._front(publication.tree, draft.place)
        require_kept_corrections(was, now)
        require_kept_addresses(draft.place, was, now)
        require_due(now, publication.when)
        self._enter(draft.place, now)

    def _front(self, tree: str, place: Place) -> "Front":
        folder = self.objects.folder(tree, place.path)
        return read_front(self._index(folder)) if folder else {}

    def _enter(self, place: Place, front: "Front") -> None:
        """Note whose the addresses are, and by what a withdrawn entry is replaced."""
        for address in {address_of(place, front), *former_addresses(front)}:
            owner = self.owners.setdefault((place.type, address), place.id)
            if owner != place.id:
                raise Broken(Rule.ADDRESS, f"địa chỉ {address} là của mục {owner}")
        self.successors[place.id] = scalar(front, "replaced_by")
        at = self.successors[place.id]
        # Each entry was looked at in its turn, so there is no circle but one that it closes.
        while at:
            if at == place.id:
                raise Broken(Rule.SUCCESSOR, f"bài thay thế của {place.id} dẫn về chính nó")
            at = self.successors.get(at, "")

    def _group_of(self, draft: Draft, governance: Governance) -> str:
        group = read_group(self._index(draft.folder))
        if group not in governance.groups:
            raise Broken(Rule.ENTRY, f"không có tổ “{group}”")
        return group


@contextlib.contextmanager
def about(commit: Commit) -> Iterator[None]:
    """Say in the reason which commit of a draft it is about."""
    try:
        yield
    except Broken as broken:
        broken.reason = f"{broken.reason} ({commit.action} {commit.oid[:12]})"
        raise


# The decisions


def counting_decisions(commits: Sequence[Commit]) -> Sequence[Commit]:
    """Return the decisions after the last edit and the last return: all others are void."""
    voiding = [n for n, commit in enumerate(commits) if commit.action in VOIDING]
    return commits[voiding[-1] + 1 :] if voiding else commits


def decide(draft: Draft, governance: Governance, group: str) -> Commit:
    """Check that a draft's decisions satisfy the steps of its type; return the approval."""
    steps = governance.steps[draft.place.type]
    if not any(commit.action == "save" for commit in draft.commits):
        raise Broken(Rule.SEQUENCE, "bản thảo không có bản lưu nào")
    if steps.groups and group not in steps.groups:
        raise Broken(Rule.WRITER, f"tổ “{group}” không viết loại này")
    submission, checks, approval = take_apart(counting_decisions(draft.commits))
    in_force = draft.acting(submission, governance)
    # Else an author could name a group whose entries need no check.
    if not answers_for(submission.actor, {group}, in_force):
        raise Broken(Rule.WRITER, f"{submission.actor} không thuộc tổ “{group}” của bài")
    for check in checks:
        require_checker(check, draft, steps, draft.acting(check, governance).leads_of(group))
    if approval.actor in {check.actor for check in checks}:
        raise Broken(Rule.APPROVER, f"{approval.actor} vừa kiểm tra vừa phê duyệt")
    if approval.action == "urgent":
        require_leader(approval, draft)
        return approval
    if not checks and needs_check(submission, draft, steps, in_force, group):
        raise Broken(Rule.SEQUENCE, "phê duyệt khi chưa có bước kiểm tra")
    in_force = draft.acting(approval, governance)
    require_approver(approval, draft, steps, in_force, governance.groups[group].field)
    return approval


def take_apart(decisions: Sequence[Commit]) -> tuple[Commit, Sequence[Commit], Commit]:
    """Return (submission, checks, approval) where the decisions are exactly these, in order."""
    actions = [commit.action for commit in decisions]
    if actions[:-1] not in (["submit"], ["submit", "check"]) or actions[-1] not in FINAL:
        listed = ", ".join(actions) or "không có"
        raise Broken(
            Rule.SEQUENCE, f"các quyết định sau lần lưu cuối không đúng trình tự: {listed}"
        )
    return decisions[0], decisions[1:-1], decisions[-1]


def may_write(change: Commit, governance: Governance) -> bool:
    """Tell whether the actor of a save or submission may write the type of entry it names."""
    steps = governance.steps.get(change.trailers["Type"])
    if steps is None or change.role not in steps.write:
        return False
    return not steps.groups or bool(steps.groups & governance.people[change.actor].groups)


def answers_for(username: str, groups: AbstractSet[str], governance: Governance) -> bool:
    """Tell whether somebody belongs to all of the groups, or leads the school."""
    person = governance.people[username]
    return groups <= person.groups or bool(person.roles & APPROVERS)


def needs_check(
    submission: Commit, draft: Draft, steps: Steps, governance: Governance, group: str
) -> bool:
    """Tell whether the type's check may not be left out."""
    if steps.check == "none" or governance.groups[group].kind in steps.skip_check_for:
        return False
    if steps.check == "second_reader":
        return True
    leads = governance.leads_of(group)
    submitter = governance.people[submission.actor]
    nobody_left = bool(leads) and leads <= draft.contributors
    return not (submission.actor in leads or submitter.roles & APPROVERS or nobody_left)


def require_checker(check: Commit, draft: Draft, steps: Steps, leads: frozenset[str]) -> None:
    """Require that a check is by somebody entitled to it who has no part in the text."""
    entitled = {
        "group_lead": check.role == "team_lead" and check.actor in leads,
        "second_reader": check.role in SECOND_READERS,
        "none": False,
    }
    if not entitled[steps.check]:
        raise Broken(Rule.CHECKER, f"{check.actor} ({check.role}) không được kiểm tra mục này")
    if check.actor in draft.contributors:
        raise Broken(Rule.CHECKER, f"{check.actor} kiểm tra bài do chính mình góp phần viết")


def require_approver(
    approval: Commit, draft: Draft, steps: Steps, governance: Governance, subject: str
) -> None:
    """Require that the approval is by the leader responsible who has no part in the text."""
    if approval.actor in draft.contributors:
        raise Broken(Rule.APPROVER, f"{approval.actor} phê duyệt bài do chính mình góp phần viết")
    if approval.role == "principal" and "principal" in steps.approve:
        return
    if approval.role == "vice_principal" and vice_principal_may_approve(
        approval.actor, draft.contributors, steps, governance, subject
    ):
        return
    raise Broken(Rule.APPROVER, f"{approval.actor} ({approval.role}) không được phê duyệt mục này")


def require_leader(urgent: Commit, draft: Draft) -> None:
    """Require that any one leader who has no part in the text says why it could not wait."""
    if urgent.actor in draft.contributors:
        raise Broken(Rule.APPROVER, f"{urgent.actor} đăng khẩn bài do chính mình góp phần viết")
    if urgent.role not in APPROVERS:
        raise Broken(Rule.APPROVER, f"{urgent.actor} ({urgent.role}) không được đăng khẩn")
    if not urgent.note:
        raise Broken(Rule.URGENT, f"{urgent.actor} đăng khẩn mà không ghi lý do")


def vice_principal_may_approve(
    approver: str,
    contributors: frozenset[str],
    steps: Steps,
    governance: Governance,
    subject: str,
) -> bool:
    """A vice-principal approves in her field, or stands in where the field's own leader wrote."""
    if governance.principal in contributors:
        return True
    if "vice_principal" not in steps.approve:
        return False
    return any(
        subject in governance.people[name].fields
        for name in {approver, *contributors} & governance.people.keys()
        if governance.has_role(name, "vice_principal")
    )


# The tree: paths, names, modes


def changes(
    objects: "Objects", before: str | None, after: str | None, depth: int = 4
) -> Iterator[tuple[str, ...]]:
    """Yield what differs between two trees: an entry's folder as a whole, else the single path."""
    old = objects.tree(before) if before else {}
    new = objects.tree(after) if after else {}
    for name in sorted(old.keys() | new.keys()):
        was, now = old.get(name), new.get(name)
        if was == now:
            continue
        if depth > 1 and all(item is None or item.mode == FOLDER for item in (was, now)):
            below = changes(objects, was and was.oid, now and now.oid, depth - 1)
            yield from ((name, *path) for path in below)
        else:
            yield (name,)


def check_whole_tree(objects: "Objects", root: str) -> dict[str, Place]:
    """Check every path of the founding tree; return where the entries lie."""
    entries = objects.tree(root)
    unknown = entries.keys() - {"content", "governance", ".gitattributes"}
    if unknown:
        raise Broken(Rule.PATHS, f"tệp lạ ở gốc: {sorted(unknown)}")
    check_attributes(objects, entries.get(".gitattributes"))
    places: dict[str, Place] = {}
    for place, oid in entry_folders(objects, entries.get("content")):
        if place.id in places:
            raise Broken(Rule.PATHS, f"mục {place.id} nằm ở hai thư mục")
        check_entry_folder(objects, oid)
        places[place.id] = place
    return places


def check_attributes(objects: "Objects", entry: "Entry | None") -> None:
    """The media patterns, and nothing else, go to LFS; later commits cannot touch the file."""
    if entry is None or entry.mode != FILE:
        raise Broken(Rule.ATTRIBUTES, "thiếu .gitattributes")
    lines = objects.blob(entry.oid).decode("ascii", "replace").splitlines()
    extensions = [match[1] for line in lines if (match := _ATTRIBUTE.fullmatch(line))]
    if len(extensions) != len(lines) or sorted(extensions) != sorted(MEDIA):
        raise Broken(Rule.ATTRIBUTES, ".gitattributes khác mẫu của Tòa Soạn")


def entry_folders(objects: "Objects", content: "Entry | None") -> Iterator[tuple[Place, str]]:
    """Yield every entry's place and tree id below ``content``."""
    if content is None:
        return
    for kind, type_oid in folders(objects, content):
        if kind not in TYPES:
            raise Broken(Rule.PATHS, f"loại nội dung lạ: {kind}")
        for year, year_oid in folders(objects, Entry(FOLDER, type_oid)):
            if not _YEAR.fullmatch(year):
                raise Broken(Rule.PATHS, f"“{year}” không phải năm")
            for entry, oid in folders(objects, Entry(FOLDER, year_oid)):
                yield Place(kind, year, entry), oid


def folders(objects: "Objects", parent: "Entry") -> Iterator[tuple[str, str]]:
    """Yield name and tree id of what lies in a folder that may hold only folders."""
    if parent.mode != FOLDER:
        raise Broken(Rule.MODES, "có tệp ở chỗ của thư mục")
    for name, (mode, oid) in objects.tree(parent.oid).items():
        if mode != FOLDER:
            raise Broken(Rule.PATHS, f"có tệp ngoài thư mục của mục: {name}")
        if not _ENTRY.fullmatch(name):
            raise Broken(Rule.NAMES, f"tên thư mục không hợp lệ: {name!r}")
        yield name, oid


def check_entry_folder(objects: "Objects", folder: str) -> None:
    """An entry's folder holds ``index.md`` and media, flat, plain files with honest names."""
    entries = objects.tree(folder)
    twins: set[str] = set()
    for name, (mode, oid) in entries.items():
        if mode != FILE:
            raise Broken(Rule.MODES, f"{name}: kiểu tệp {mode} không được phép")
        check_file_name(name)
        twins.add(unicodedata.normalize("NFKC", name).casefold())
        if name != "index.md" and not _POINTER.fullmatch(objects.blob(oid)):
            raise Broken(Rule.MEDIA, f"{name} không phải con trỏ LFS")
    if len(twins) != len(entries):
        raise Broken(Rule.NAMES, "hai tên tệp nhìn giống nhau")
    if "index.md" not in entries:
        raise Broken(Rule.PATHS, "thư mục của mục thiếu index.md")


def check_file_name(name: str) -> None:
    """Refuse names that hide something: not NFC, invisible characters, dotfiles, other types."""
    hidden = [char for char in name if unicodedata.category(char)[0] == "C" or char in '\\/:"']
    if hidden or not unicodedata.is_normalized("NFC", name):
        raise Broken(Rule.NAMES, f"tên tệp không hợp lệ: {name!r}")
    media = _MEDIA_NAME.fullmatch(name)
    if name != "index.md" and not (media and media["extension"] in MEDIA):
        raise Broken(Rule.PATHS, f"loại tệp không được phép: {name}")


def media_of(objects: "Objects", folder: str) -> dict[str, re.Match[bytes]]:
    """Return the pointers in an entry's folder by name; every blob is read, and so checked."""
    found = {}
    for name, (_, oid) in objects.tree(folder).items():
        pointer = _POINTER.fullmatch(objects.blob(oid))
        if name != "index.md" and pointer is None:
            raise Broken(Rule.MEDIA, f"{name} không phải con trỏ LFS")
        if name != "index.md" and pointer:
            found[name] = pointer
    return found


def check_media(
    objects: "Objects",
    editions: Iterator[tuple[Place, str]],
    erased: Sequence[str],
    store: Path,
) -> None:
    """Require every media file that the editions name, byte for byte, but for erased ones.

    All their texts are read as well: that checks them against their names.
    """
    good: set[bytes] = set()
    for place, folder in editions:
        for name, pointer in media_of(objects, folder).items():
            if pointer[0] in good or pointer["oid"].decode() in erased:
                continue
            if not is_stored(pointer, store):
                where = "/".join((*place.path, name))
                raise Broken(Rule.MEDIA, f"{where}: tệp trong kho LFS thiếu hoặc đã bị đổi")
            good.add(pointer[0])


def is_stored(pointer: re.Match[bytes], store: Path) -> bool:
    """Tell whether the LFS object that a pointer names is there, with its size and hash."""
    oid = pointer["oid"].decode()
    path = store / oid[:2] / oid[2:4] / oid
    if path.is_symlink() or not path.is_file() or path.stat().st_size != int(pointer["size"]):
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == oid


def read_group(index: bytes) -> str:
    """Return the ``group`` field of an ``index.md``."""
    return scalar(read_front(index), "group")


Front = Mapping[str, Sequence[str]]
"""The fields of an ``index.md``: each its value, then the lines below it as they stand."""


def read_front(index: bytes) -> Front:
    """Return the fields of an ``index.md`` by name.

    Only the form that a YAML dumper writes is accepted: each top-level line is a key, each key
    stands once, each quote ends on its line. What YAML could read differently from us is refused.
    """
    try:
        text = index.decode()
    except UnicodeDecodeError:
        raise Broken(Rule.ENTRY, "index.md không phải UTF-8") from None
    front, fence, _ = text.removeprefix("---\n").partition("\n---\n")
    if not fence or not text.startswith("---\n"):
        raise Broken(Rule.ENTRY, "index.md không có phần đầu")
    fields: dict[str, list[str]] = {}
    lines: list[str] | None = None
    for line in front.splitlines():
        item = _ITEM.fullmatch(line)
        if item and not _CLOSED.fullmatch(item["value"]):
            raise Broken(Rule.ENTRY, "phần đầu của index.md có ngoặc không đóng trên dòng")
        if not line or line.startswith((" ", "- ")):
            if lines is not None:
                lines.append(line)
            continue
        match = _FIELD.fullmatch(line)
        if match is None or match["name"] in fields:
            raise Broken(Rule.ENTRY, "phần đầu của index.md không đúng dạng")
        lines = fields[match["name"]] = [match["value"] or ""]
    return fields


def scalar(front: Front, name: str) -> str:
    """Return a field that is one word on one line, its quotes taken off; absent: empty."""
    lines = front.get(name, [""])
    if len(lines) != 1:
        raise Broken(Rule.ENTRY, f"{name} phải nằm trên một dòng")
    value = lines[0]
    return value[1:-1] if value[:1] in {"'", '"'} else value


def rows(front: Front, name: str, form: re.Pattern[str]) -> list[str]:
    """Return the rows of a list field, each of which must have the form; absent: none."""
    value, *below = front.get(name, [""])
    found = [form.fullmatch(line) for line in below]
    if value or not all(found):
        raise Broken(Rule.ENTRY, f"{name} không đúng dạng")
    return [match["value"] for match in found if match]


def require_kept_corrections(was: Front, now: Front) -> None:
    """Published corrections are frozen: the next edition may only add after them."""
    published = rows(was, "corrections", _CORRECTION)
    wanted = rows(now, "corrections", _CORRECTION)
    if wanted[: len(published)] != published:
        raise Broken(Rule.CORRECTION, "đính chính đã đăng bị sửa hoặc bị bỏ")
    if wanted and not was:
        raise Broken(Rule.CORRECTION, "bài mới không có gì để đính chính")


def require_kept_addresses(place: Place, was: Front, now: Front) -> None:
    """Each address that was ever public still leads to the entry, and no other is claimed."""
    former, present = former_addresses(now), address_of(place, now)
    known = {*former_addresses(was), address_of(place, was)} if was else set()
    if len(set(former)) != len(former) or set(former) != known - {present}:
        raise Broken(Rule.ADDRESS, f"địa chỉ cũ của {place.id} không đúng các địa chỉ đã đăng")


def require_due(front: Front, published: datetime) -> None:
    """Require that an entry with an hour of its own was not published before it.

    The hour is approved with the text. The date of a publication is nobody's signature: it holds
    whoever publishes early and does not lie about it, and a lie is a date that lies ahead.
    """
    value = scalar(front, "publish_at")
    if not value:
        return
    try:
        due = datetime.fromisoformat(value) if _MOMENT.fullmatch(value) else None
    except ValueError:
        due = None
    if due is None:
        raise Broken(Rule.ENTRY, "publish_at không phải giờ của Việt Nam")
    if published < due:
        raise Broken(Rule.TIME, f"đăng lúc {published.isoformat()}, trước giờ hẹn đã duyệt {value}")


def former_addresses(front: Front) -> list[str]:
    """Return the addresses that an entry has left: ``2026/slug``, of pages ``slug``."""
    found = [value.strip("'\"") for value in rows(front, "formerly", _FORMER)]
    if not all(map(_ADDRESS.fullmatch, found)):
        raise Broken(Rule.ADDRESS, "địa chỉ cũ không đúng dạng")
    return found


def address_of(place: Place, front: Front) -> str:
    """Return the present address of an entry, as the public site makes it from its fields."""
    slug = scalar(front, "slug") or place.id
    if not _SLUG.fullmatch(slug):
        raise Broken(Rule.ADDRESS, f"đường dẫn không đúng dạng: {slug}")
    date_field = _DATE_FIELDS.get(place.type, "date")
    day = scalar(front, date_field) if date_field else ""
    if day and not _DAY.fullmatch(day):
        raise Broken(Rule.ADDRESS, f"ngày không đúng dạng: {day}")
    return slug if place.type == "pages" else f"{day[:4] or place.year}/{slug}"


# Governance


def read_governance(objects: "Objects", root: str) -> Governance:
    """Read and check ``governance/`` in a commit's tree: three files, and orders if any stand."""
    folder = objects.folder(root, ("governance",))
    files = objects.tree(folder) if folder else {}
    if files.keys() - {ORDERS} != GOVERNANCE_FILES:
        raise Broken(Rule.PATHS, f"governance phải gồm đúng {sorted(GOVERNANCE_FILES)}")
    if any(item.mode != FILE for item in files.values()):
        raise Broken(Rule.MODES, "governance chỉ gồm tệp thường")
    parse_toml(objects.blob(files["school.toml"].oid), Rule.GOVERNANCE)
    roster = Table(parse_toml(objects.blob(files["roster.toml"].oid), Rule.ROSTER), Rule.ROSTER)
    roster.allow({"groups", "people", "delegations", "recovery"})
    groups = {name: read_group_row(row) for name, row in roster.tables("groups")}
    people = {name: read_person(name, row, groups.keys()) for name, row in roster.tables("people")}
    check_people(people)
    delegations = tuple(
        read_delegation(row, people, groups.keys()) for row in roster.each("delegations")
    )
    recovery = read_recovery(roster)
    check_keys_apart(recovery, people)
    workflow = Table(parse_toml(objects.blob(files["workflow.toml"].oid), Rule.STEPS), Rule.STEPS)
    workflow.allow(TYPES)
    steps = {name: read_steps(workflow.table(name)) for name in workflow.rows}
    orders = objects.blob(files[ORDERS].oid) if ORDERS in files else b""
    principal = next(name for name, person in people.items() if "principal" in person.roles)
    return Governance(
        people,
        groups,
        steps,
        read_orders(orders),
        principal,
        recovery,
        roster.rows,
        delegations,
    )


def read_recovery(roster: "Table") -> Recovery:
    """Read ``[recovery]``, which a school founded before there was such a key has not."""
    if "recovery" not in roster.rows:
        return Recovery("", ())
    table = roster.table("recovery")
    table.allow({"key", "since", "spent"})
    spent = []
    for row in table.each("spent"):
        row.allow({"key", "by", "since"})
        spent.append(Spent(row.text("key"), row.text("by"), str(row.rows.get("since", ""))))
    return Recovery(table.text("key"), tuple(spent))


def check_keys_apart(recovery: Recovery, people: Mapping[str, Person]) -> None:
    """A recovery key is nobody's own key, then or later, and each is used once."""
    keys = [recovery.key, *(row.key for row in recovery.spent)] if recovery.key else []
    if not all(map(public_key, keys)):
        raise Broken(Rule.RECOVERY, "khóa khôi phục không phải khóa Ed25519")
    if len(set(keys)) != len(keys):
        raise Broken(Rule.RECOVERY, "khóa khôi phục đã dùng không được dùng lại")
    if {person.key for person in people.values()} & set(keys):
        raise Broken(Rule.RECOVERY, "khóa khôi phục không được là khóa của một người")


def require_only_the_principal_changed(before: Governance, after: Governance) -> None:
    """Require that a recovery leaves all but the principal's rows and the key as they were.

    With a principal who leaves go the delegations that name him.
    """
    concerned = {before.principal, after.principal}
    leaving = {before.principal} - {after.principal}
    if _beside(before.roster, concerned, leaving) != _beside(after.roster, concerned):
        raise Broken(Rule.RECOVERY, "khóa khôi phục chỉ được đổi hiệu trưởng và chính nó")
    if before.principal == after.principal:
        rows = [dict(state.roster["people"][after.principal]) for state in (before, after)]
        for row in rows:
            for name in ("key", "since", "decision"):
                row.pop(name, None)
        if rows[0] != rows[1]:
            raise Broken(Rule.RECOVERY, "khóa khôi phục chỉ được đổi khóa của hiệu trưởng")
    elif before.principal in after.people:
        raise Broken(Rule.RECOVERY, "hiệu trưởng cũ phải rời danh sách phân quyền")


def _beside(
    roster: Mapping[str, Any],
    concerned: AbstractSet[str],
    leaving: AbstractSet[str] = frozenset(),
) -> dict[str, Any]:
    people = {name: row for name, row in roster["people"].items() if name not in concerned}
    delegations = [row for row in roster.get("delegations", []) if row["person"] not in leaving]
    return {
        **{name: table for name, table in roster.items() if name != "recovery"},
        "people": people,
        "delegations": delegations,
    }


def require_lasting_erasures(before: Governance, after: Governance) -> None:
    """Orders of erasure stand for good, and each names a file once and who signed it."""
    old, new = before.orders.erasures, after.orders.erasures
    if new[: len(old)] != old:
        raise Broken(Rule.ERASURE, "lệnh xóa tệp không được sửa, không được rút")
    if len(after.orders.erased) != len(new):
        raise Broken(Rule.ERASURE, "hai lệnh xóa cùng một tệp")
    if any(row.by != before.principal for row in new[len(old) :]):
        raise Broken(Rule.ERASURE, "lệnh xóa tệp không do hiệu trưởng ký")


def read_orders(data: bytes) -> Orders:
    """Read ``orders.toml``: at most one freeze; takedowns and erasures in their order."""
    orders = Table(parse_toml(data, Rule.ORDERS), Rule.ORDERS)
    orders.allow({"freeze", "takedowns", "erasures"})
    if "freeze" in orders.rows:
        freeze = orders.table("freeze")
        freeze.allow({"reason", "since"})
        freeze.text("reason")
    return Orders(
        frozen="freeze" in orders.rows,
        takedowns=tuple(read_takedown(row) for row in orders.each("takedowns")),
        erasures=tuple(read_erasure(row) for row in orders.each("erasures")),
    )


def read_erasure(row: "Table") -> Erasure:
    """Read one ``[[erasures]]`` table."""
    row.allow({"sha256", "entry", "reason", "by", "since"})
    if not _SHA256.fullmatch(row.text("sha256")):
        raise Broken(Rule.ORDERS, "lệnh xóa không nêu đúng SHA-256 của tệp")
    return Erasure(
        sha256=row.text("sha256"),
        entry=row.text("entry"),
        reason=row.text("reason"),
        by=row.text("by"),
        since=str(row.rows.get("since", "")),
    )


def read_takedown(row: "Table") -> Takedown:
    """Read one ``[[takedowns]]`` table."""
    row.allow({"entry", "kind", "reason", "by", "since"})
    return Takedown(
        entry=row.text("entry"),
        kind=row.word("kind", TAKEDOWN_KINDS),
        reason=row.text("reason"),
        by=row.text("by"),
        since=str(row.rows.get("since", "")),
    )


def parse_toml(data: bytes, rule: Rule) -> dict[str, Any]:
    """Parse a TOML file or break its rule."""
    try:
        return tomllib.loads(data.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Broken(rule, f"không đọc được TOML: {error}") from None


def read_group_row(row: "Table") -> Group:
    """Read one ``[groups.*]`` table."""
    row.allow({"name", "kind", "field"})
    row.text("name")
    return Group(kind=row.word("kind", GROUP_KINDS), field=row.text("field"))


def read_person(name: str, row: "Table", groups: AbstractSet[str]) -> Person:
    """Read one ``[people.*]`` table."""
    if not _USERNAME.fullmatch(name):
        raise Broken(Rule.ROSTER, f"tên tài khoản không hợp lệ: {name!r}")
    row.allow({"name", "roles", "groups", "fields", "key", "since", "decision"})
    row.text("name")
    roles, own_groups = row.words("roles", ROLES), row.words("groups", groups)
    person = Person(
        roles=roles,
        groups=own_groups,
        fields=row.words("fields"),
        key=row.text("key"),
        leads=own_groups if "team_lead" in roles else frozenset(),
    )
    if public_key(person.key) is None:
        raise Broken(Rule.ROSTER, f"{name} không có khóa Ed25519")
    if "site_admin" in person.roles and person.roles & BARRED_TO_SITE_ADMIN:
        raise Broken(Rule.ROSTER, f"{name}: quản trị website không được giữ vai trò duyệt")
    return person


def read_delegation(
    row: "Table", people: Mapping[str, Person], groups: AbstractSet[str]
) -> Delegation:
    """Read one ``[[delegations]]`` table: a role for a known person, for at most a year."""
    row.allow({"person", "role", "groups", "fields", "since", "until", "decision", "ended"})
    row.text("decision")
    given = Delegation(
        person=row.word("person", people.keys()),
        role=row.word("role", DELEGABLE),
        groups=row.words("groups", groups),
        fields=row.words("fields"),
        since=row.day("since"),
        until=row.day("until"),
        ended=row.moment("ended") if "ended" in row.rows else None,
    )
    if "site_admin" in people[given.person].roles:
        raise Broken(Rule.ROSTER, f"{given.person}: quản trị website không được nhận ủy quyền")
    if not 0 <= (given.until - given.since).days < DELEGATION_DAYS:
        raise Broken(Rule.ROSTER, f"ủy quyền cho {given.person} có số ngày không được phép")
    scope = (bool(given.groups), bool(given.fields))
    if scope != (given.role == "team_lead", given.role == "vice_principal"):
        raise Broken(Rule.ROSTER, f"ủy quyền cho {given.person} không đúng phần phụ trách")
    return given


def check_people(people: Mapping[str, Person]) -> None:
    """One principal, and one key a person: one account is one human."""
    if sum("principal" in person.roles for person in people.values()) != 1:
        raise Broken(Rule.ROSTER, "danh sách phải có đúng một hiệu trưởng")
    if len({person.key for person in people.values()}) != len(people):
        raise Broken(Rule.ROSTER, "hai người dùng chung một khóa")


def read_steps(row: "Table") -> Steps:
    """Read one table of ``workflow.toml``."""
    row.allow({"write", "check", "approve", "skip_check_for", "groups"})
    return Steps(
        write=row.words("write", ROLES),
        check=row.word("check", CHECKS),
        approve=row.words("approve", APPROVERS),
        skip_check_for=row.words("skip_check_for", GROUP_KINDS),
        groups=row.words("groups"),
    )


@dataclass(frozen=True)
class Table:
    """A TOML table of which only known keys with known values are accepted."""

    rows: Mapping[str, Any]
    rule: Rule

    def allow(self, keys: AbstractSet[str]) -> None:
        """Refuse keys that the auditor does not know."""
        unknown = sorted(self.rows.keys() - keys)
        if unknown:
            self._refuse(f"khóa lạ: {unknown}")

    def table(self, key: str) -> "Table":
        value = self.rows.get(key)
        if not isinstance(value, dict):
            self._refuse(f"{key} phải là một bảng")
        return Table(value, self.rule)

    def tables(self, key: str) -> Iterator[tuple[str, "Table"]]:
        table = self.table(key)
        return ((name, table.table(name)) for name in table.rows)

    def each(self, key: str) -> Iterator["Table"]:
        rows = self.rows.get(key, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self._refuse(f"{key} phải là danh sách bảng")
        return (Table(row, self.rule) for row in rows)

    def text(self, key: str) -> str:
        value = self.rows.get(key)
        if not isinstance(value, str) or not value:
            self._refuse(f"{key} phải là chữ và không để trống")
        return value

    def day(self, key: str) -> date:
        value = self.rows.get(key)
        if not isinstance(value, date) or isinstance(value, datetime):
            self._refuse(f"{key} phải là một ngày")
        return value

    def moment(self, key: str) -> datetime:
        value = self.rows.get(key)
        if not isinstance(value, datetime) or value.tzinfo is None:
            self._refuse(f"{key} phải là một thời điểm có múi giờ")
        return value

    def word(self, key: str, known: AbstractSet[str]) -> str:
        value = self.text(key)
        if value not in known:
            self._refuse(f"{key}: không hiểu “{value}”")
        return value

    def words(self, key: str, known: AbstractSet[str] | None = None) -> frozenset[str]:
        value = self.rows.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self._refuse(f"{key} phải là danh sách chữ")
        words = frozenset(value)
        if known is not None and not words <= known:
            self._refuse(f"{key}: không hiểu {sorted(words - known)}")
        return words

    def _refuse(self, reason: str) -> NoReturn:
        raise Broken(self.rule, reason)


# Commits and signatures


def read_commit(objects: "Objects", oid: str) -> Commit:
    """Read a commit: exactly the headers and trailers that the newsroom writes, and no others."""
    data = objects.read(oid, "commit")
    match = _COMMIT.fullmatch(data)
    if match is None:
        raise Broken(Rule.COMMIT, f"{oid[:12]} không đúng dạng commit của Tòa Soạn")
    trailers = read_trailers(match["message"])
    who = (match["author"].decode(errors="replace"), match["committer"].decode(errors="replace"))
    names = [_IDENTITY.fullmatch(name) for name in who]
    committer = names[-1]
    if committer is None or any(n is None or n["name"] != trailers["Actor"] for n in names):
        raise Broken(Rule.IDENTITY, f"{oid[:12]}: tác giả của commit không phải người ký tên")
    start, end = match.span("gpgsig") if match["gpgsig"] else (0, 0)
    return Commit(
        oid=oid,
        tree=match["tree"].decode(),
        parents=tuple(re.findall("[0-9a-f]{40}", match["parents"].decode())),
        armor=data[start:end].removeprefix(b"gpgsig ").replace(b"\n ", b"\n") if end else None,
        payload=data[:start] + data[end:],
        trailers=trailers,
        note=read_note(match["message"]),
        when=datetime.fromtimestamp(int(committer["seconds"]), UTC),
    )


def read_trailers(message: bytes) -> Mapping[str, str]:
    """Read the last paragraph, which must be the trailers of its action; a note cannot forge it."""
    try:
        head, _, paragraph = message.decode().removesuffix("\n").rpartition("\n\n")
    except UnicodeDecodeError:
        raise Broken(Rule.TRAILERS, "thông điệp không phải UTF-8") from None
    pairs = [line.partition(": ")[::2] for line in paragraph.split("\n")]
    trailers = dict(pairs)
    action = trailers.get("Action", "")
    known = _TRAILERS.get(action)
    if not head or known is None or tuple(name for name, _ in pairs) != known:
        raise Broken(Rule.TRAILERS, f"đoạn cuối của thông điệp không đúng mẫu của “{action}”")
    for name, accepts in _TRAILER_VALUES.items():
        if name in trailers and not accepts(trailers[name]):
            raise Broken(Rule.TRAILERS, f"{name}: không hiểu “{trailers[name]}”")
    return trailers


def read_note(message: bytes) -> str:
    """Return what a person wrote to a decision: all between subject and trailers."""
    return "\n\n".join(message.decode().split("\n\n")[1:-1]).strip()


def public_key(line: str) -> bytes | None:
    """Return the key blob of an ``ssh-ed25519 AAAA…`` line, or None where it is anything else."""
    kind, _, encoded = line.partition(" ")
    try:
        blob = base64.b64decode(encoded, validate=True)
        name, raw = ssh_strings(blob)
    except ValueError:
        return None
    genuine = kind == "ssh-ed25519" and name == kind.encode() and len(raw) == _ED25519_KEY
    return blob if genuine else None


def fingerprint(line: str) -> str:
    """Return a key's fingerprint as ``ssh-keygen -l`` prints it."""
    digest = hashlib.sha256(public_key(line) or b"").digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def signing_key(armor: bytes) -> bytes:
    """Return the key blob of an SSH signature of the only kind accepted (PROTOCOL.sshsig)."""
    match = _ARMOR.fullmatch(armor)
    try:
        blob = base64.b64decode(match[1].replace(b"\n", b""), validate=True) if match else b""
        key, namespace, reserved, algorithm, signature = ssh_strings(blob[len(_SSHSIG) :])
        kind, raw = ssh_strings(signature)
    except ValueError:
        raise Broken(Rule.SIGNATURE, "chữ ký không đúng dạng SSHSIG") from None
    expected = (_SSHSIG, b"git", b"", b"sha512", b"ssh-ed25519", _ED25519_SIGNATURE)
    found = (blob[: len(_SSHSIG)], namespace, reserved, algorithm, kind, len(raw))
    if found != expected:
        raise Broken(Rule.SIGNATURE, "chữ ký không phải Ed25519 trong không gian tên “git”")
    return key


def ssh_strings(data: bytes) -> list[bytes]:
    """Split length-prefixed strings; ValueError where the data does not end with one."""
    strings = []
    while data:
        if len(data) < _LENGTH.size:
            raise ValueError(data)
        end = _LENGTH.size + _LENGTH.unpack_from(data)[0]
        if len(data) < end:
            raise ValueError(data)
        strings.append(data[_LENGTH.size : end])
        data = data[end:]
    return strings


class Signatures:
    """Checks signatures with ``ssh-keygen``, since Python's own library has no Ed25519."""

    def __init__(self) -> None:
        self.trusted = False
        """While set, the mathematics is left out: an earlier audit has done it."""

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="verify-")
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()

    def require(self, commit: Commit, keys: AbstractSet[str]) -> None:
        """Require that one of ``keys`` signed the commit."""
        if commit.armor is None:
            raise Broken(Rule.SIGNATURE, f"{commit.oid[:12]} không có chữ ký")
        signer = signing_key(commit.armor)
        held = next((key for key in keys if public_key(key) == signer), None)
        if held is None:
            raise Broken(Rule.SIGNATURE, f"{commit.oid[:12]} không ký bằng khóa của {commit.actor}")
        if not self.trusted and not self._is_genuine(commit.armor, held, commit.payload):
            raise Broken(Rule.SIGNATURE, f"{commit.oid[:12]}: chữ ký không khớp nội dung")

    def _is_genuine(self, armor: bytes, key: str, payload: bytes) -> bool:
        return ssh_keygen_accepts(Path(self._folder.name), armor, key, payload, "git")


def ssh_keygen_accepts(
    folder: Path, armor: bytes, key: str, payload: bytes, namespace: str
) -> bool:
    """Say whether ``key`` signed ``payload``; ``folder`` is for scratch files."""
    (folder / "signature").write_bytes(armor)
    (folder / "allowed").write_text(f'signer namespaces="{namespace}" {key}\n')
    command = ["ssh-keygen", "-Y", "verify", "-n", namespace, "-I", "signer"]
    command += ["-f", str(folder / "allowed"), "-s", str(folder / "signature")]
    done = subprocess.run(command, input=payload, capture_output=True, check=False)
    return done.returncode == 0


def is_signed(payload: bytes, armor: bytes, key: str, namespace: str) -> bool:
    """Say whether ``key``, an ``ssh-ed25519 AAAA…`` line, signed ``payload``."""
    line = " ".join(key.split()[:2])
    if public_key(line) is None:
        return False
    with tempfile.TemporaryDirectory(prefix="verify-") as folder:
        return ssh_keygen_accepts(Path(folder), armor, line, payload, namespace)


# The object store


class Entry(NamedTuple):
    """One row of a tree object."""

    mode: str
    oid: str


class Objects:
    """Reads objects of one repository, and believes none whose hash is not its name.

    ``git`` does not check that when it reads; a file changed on the disk would go unnoticed.
    """

    def __init__(self, git_dir: Path) -> None:
        self._process = subprocess.Popen(
            git(git_dir, "cat-file", "--batch"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=git_environment(),
        )
        self._source = cast("IO[bytes]", self._process.stdin)
        self._answer = cast("IO[bytes]", self._process.stdout)
        self._trees: dict[str, dict[str, Entry]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def read(self, oid: str, kind: str) -> bytes:
        """Return an object's bytes."""
        source, answer = self._source, self._answer
        source.write(f"{oid}\n".encode())
        source.flush()
        header = answer.readline().decode().split()
        if header[:2] != [oid, kind]:
            raise Broken(Rule.OBJECT, f"{oid[:12]} không phải {kind} hoặc bị thiếu")
        data = answer.read(int(header[2]))
        answer.read(1)
        # Git names objects by SHA-1; it is the name that is compared here, not a signature.
        name = hashlib.sha1(f"{kind} {len(data)}\0".encode() + data, usedforsecurity=False)
        if name.hexdigest() != oid:
            raise Broken(Rule.OBJECT, f"{oid[:12]}: nội dung không khớp tên")
        return data

    def blob(self, oid: str) -> bytes:
        """Return a file's bytes."""
        return self.read(oid, "blob")

    def tree(self, oid: str) -> dict[str, Entry]:
        """Return a folder's rows by name: at least one, in git's order, each name once."""
        if oid in self._trees:
            return self._trees[oid]
        data = self.read(oid, "tree")
        rows = list(_TREE_ROW.finditer(data))
        if not rows or sum(len(row[0]) for row in rows) != len(data):
            raise Broken(Rule.OBJECT, f"{oid[:12]}: thư mục trống hoặc hỏng")
        order = [row["name"] + (b"/" if row["mode"] == b"40000" else b"") for row in rows]
        entries = {
            row["name"].decode(errors="backslashreplace"): Entry(
                row["mode"].decode(), row["oid"].hex()
            )
            for row in rows
        }
        if order != sorted(order) or len(entries) != len(rows):
            raise Broken(Rule.OBJECT, f"{oid[:12]}: thư mục không theo thứ tự của git")
        # Root, types and years are asked for with each of their entries.
        if len(self._trees) == _TREES_KEPT:
            del self._trees[next(iter(self._trees))]
        self._trees[oid] = entries
        return entries

    def folder(self, root: str, path: Sequence[str]) -> str | None:
        """Return the tree id of a folder below ``root``, or None where it is absent."""
        oid = root
        for name in path:
            entry = self.tree(oid).get(name)
            if entry is None:
                return None
            if entry.mode != FOLDER:
                raise Broken(Rule.MODES, f"{name} không phải thư mục")
            oid = entry.oid
        return oid


def main_of_a_plain_repository(git_dir: Path) -> str:
    """Return the head of ``main``, where nothing can show the auditor another history."""
    for file, what in (("shallow", "nông (shallow)"), ("info/grafts", "có grafts")):
        if (git_dir / file).exists():
            raise Broken(Rule.REPOSITORY, f"kho {what}")
    command = git(git_dir, "for-each-ref", "--format=%(objectname) %(refname)")
    result = subprocess.run(command, capture_output=True, check=False, env=git_environment())
    if result.returncode:
        raise Broken(Rule.REPOSITORY, "không phải kho git")
    refs = dict(
        line.split(" ", 1)[::-1] for line in result.stdout.decode(errors="replace").splitlines()
    )
    if any(ref.startswith("refs/replace/") for ref in refs):
        raise Broken(Rule.REPOSITORY, "kho có replace refs")
    if "refs/heads/main" not in refs:
        raise Broken(Rule.REPOSITORY, "kho không có nhánh main")
    return refs["refs/heads/main"]


def git(git_dir: Path, *arguments: str) -> list[str]:
    """Return a git command for the repository, whoever owns it."""
    return ["git", "-c", "safe.directory=*", f"--git-dir={git_dir.absolute()}", *arguments]


def git_environment() -> dict[str, str]:
    """Return an environment in which no setting, replacement or remote changes what git says."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return inherited | {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_NO_REPLACE_OBJECTS": "1",
        # A partial clone would fetch what it lacks, with a command out of its own settings.
        "GIT_ALLOW_PROTOCOL": "none",
        "LC_ALL": "C",
    }


# The release: what the public reads


class ReleaseList(NamedTuple):
    """The list of a release's files: the SHA-256 of each by its path.

    It comes in ``parts``, each with the SHA-256 of its bytes: the head is signed, and names them.
    ``sources`` are the entries that files belong to, each with the publications they come from.
    """

    commit: str
    day: str
    parts: Mapping[str, str]
    files: Mapping[str, str]
    sources: AbstractSet[tuple[str, str]]


class ReleaseHead(NamedTuple):
    """What is signed of a list: a commit, a day, and the SHA-256 of each part."""

    commit: str
    day: str
    parts: Mapping[str, str]


def part_of(path: str) -> str:
    """Return the name of the part that lists a file: its section and year, else its section.

    A year's entries are spread over sixteen parts, so that a phone loads little to check one. The
    codes of Xác minh lie by their first letter; what lies in no section is in the root's part.
    """
    first, second, third, *_ = [*path.split("/")[:-1], "", "", ""]
    if not _SLUG.fullmatch(first):
        return ROOT_PART
    if _YEAR.fullmatch(second):
        spread = f"-{hashlib.sha256(third.encode()).hexdigest()[0]}" if third else ""
        return f"{first}-{second}{spread}"
    if first == _CODES and _CODE_LETTER.match(second):
        return f"{first}-{second[0]}"
    return first


def part_path(name: str) -> str:
    """Return where a part of the list lies in a release."""
    return f"{RELEASE_PARTS}/{name}.json"


def read_release_head(data: bytes) -> ReleaseHead:
    """Read what is signed of a list; Broken where it holds anything else than we write."""
    try:
        row = _strictly(data)
        head = ReleaseHead(row["commit"], row["day"], {**row["parts"]})
        genuine = (
            row.keys() == {"commit", "day", "parts"}
            and _COMMIT_ID.fullmatch(head.commit)
            and _DAY.fullmatch(head.day)
            and all(map(_PART.fullmatch, head.parts))
            and all(map(_SHA256.fullmatch, head.parts.values()))
        )
    except (ValueError, LookupError, TypeError, AttributeError):
        genuine = None
    if not genuine:
        raise Broken(Rule.RELEASE, "danh sách tệp không đúng dạng")
    return head


def read_release_part(name: str, data: bytes, digest: str) -> dict[str, dict[str, str]]:
    """Read one part's rows; Broken where it is not the signed one, or lists what is not its own."""
    if hashlib.sha256(data).hexdigest() != digest:
        raise Broken(Rule.RELEASE, f"phần “{name}” của danh sách tệp không phải phần đã ký")
    try:
        rows: dict[str, dict[str, str]] = _strictly(data)
        genuine = bool(rows) and all(_is_row(name, path, row) for path, row in rows.items())
    except (ValueError, LookupError, TypeError, AttributeError):
        genuine = False
    if not genuine:
        raise Broken(Rule.RELEASE, f"phần “{name}” của danh sách tệp không đúng dạng")
    return rows


def _is_row(part: str, path: str, row: Mapping[str, str]) -> bool:
    """Say whether a row is one that the publisher writes, in the one part where it may stand."""
    owned = row.keys() == {"sha256", "entry", "commit"}
    return bool(
        (owned or row.keys() == {"sha256"})
        and _SHA256.fullmatch(row["sha256"])
        and is_plain_path(path)
        and part_of(path) == part
        and not (path in {RELEASE_LIST, RELEASE_SIGNATURE} or path.startswith(f"{RELEASE_PARTS}/"))
        and (not owned or (_ENTRY.fullmatch(row["entry"]) and _COMMIT_ID.fullmatch(row["commit"])))
    )


def _strictly(data: bytes) -> Any:
    """Read JSON in which no name stands twice: two readers must not see two lists."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) != len(pairs):
            raise ValueError
        return dict(pairs)

    return json.loads(data, object_pairs_hook=once)


def read_release_list(head: ReleaseHead, read: Callable[[str], bytes]) -> ReleaseList:
    """Read every part of a list; ``read`` gives the bytes at a path of the release."""
    rows: dict[str, dict[str, str]] = {}
    for name, digest in head.parts.items():
        rows |= read_release_part(name, read(part_path(name)), digest)
    files = {path: row["sha256"] for path, row in rows.items()}
    sources = frozenset((row["entry"], row["commit"]) for row in rows.values() if "entry" in row)
    return ReleaseList(*head, files, sources)


def read_signed_head(folder: Path, key: str | None) -> ReleaseHead:
    """Read what is signed in a release's folder; with a key it must be that key's signature."""
    try:
        data = (folder / RELEASE_LIST).read_bytes()
        armor = (folder / RELEASE_SIGNATURE).read_bytes() if key is not None else b""
    except OSError:
        raise Broken(Rule.RELEASE, "thiếu danh sách tệp đã ký") from None
    if key is not None and not is_signed(data, armor, key, RELEASE_NAMESPACE):
        raise Broken(Rule.RELEASE, "chữ ký của danh sách tệp không đúng")
    return read_release_head(data)


def read_release(folder: Path, key: str | None) -> ReleaseList:
    """Read the list in a release's folder; with a key its signature must be that key's."""
    head = read_signed_head(folder, key)

    def read(path: str) -> bytes:
        try:
            return (folder / path).read_bytes()
        except OSError:
            raise Broken(Rule.RELEASE, f"thiếu một phần của danh sách tệp: {path}") from None

    return read_release_list(head, read)


def release_differences(folder: Path, listed: ReleaseList) -> list[str]:
    """Return the paths that are changed, missing or too many; the list cannot name itself."""
    found = file_hashes(folder)
    for own in (RELEASE_LIST, RELEASE_SIGNATURE):
        found.pop(own, None)
    wanted = {**listed.files, **{part_path(name): sha for name, sha in listed.parts.items()}}
    paths = {*wanted, *found}
    return sorted(printable(p) for p in paths if wanted.get(p) != found.get(p))


def file_hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file under ``folder`` by its path, sorted.

    What is no plain file or cannot be read has the hash "": it equals nothing.
    """
    hashes = {}
    for place, folders, names in os.walk(folder):
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        for path in (Path(place) / name for name in (*names, *links)):
            hashes[path.relative_to(folder).as_posix()] = file_hash(path)
    return dict(sorted(hashes.items()))


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file; "" for what is no plain file or cannot be read."""
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return ""
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def is_plain_path(path: str) -> bool:
    """Say whether a path names a file below its folder, in one way only."""
    parts = path.split("/")
    return path.isprintable() and not {"", ".", ".."} & set(parts)


def printable(path: str) -> str:
    """Return a path that somebody may have planted so that no terminal obeys it."""
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in path
    )


def check_release(git_dir: Path, head: str, folder: Path, key: str | None) -> ReleaseList:
    """Require a release whose files are those of its list, and whose commit is on ``main``."""
    listed = read_release(folder, key)
    if listed.commit not in main_line(git_dir, head):
        raise Broken(Rule.RELEASE, f"bản công khai nói về {listed.commit[:12]}, không có trên main")
    check_sources(git_dir, listed)
    paths = release_differences(folder, listed)
    if paths:
        told = ", ".join(paths[:_PATHS_TOLD])
        rest = f" và {len(paths) - _PATHS_TOLD} tệp nữa" if len(paths) > _PATHS_TOLD else ""
        raise Broken(Rule.RELEASE, f"{len(paths)} tệp bị đổi, thiếu hoặc thừa: {told}{rest}")
    return listed


def check_sources(git_dir: Path, listed: ReleaseList) -> None:
    """Require that each publication a list names is one of that entry, up to the list's commit."""
    line = main_line(git_dir, listed.commit)
    public = set(line)
    with Objects(git_dir) as objects:
        first = objects.tree(read_commit(objects, line[-1]).tree)
        founded = {place.id for place, _ in entry_folders(objects, first.get("content"))}
        for entry, oid in sorted(listed.sources):
            commit = read_commit(objects, oid) if oid in public else None
            action = commit.action if commit else ""
            is_first = action == "found" and entry in founded
            if not is_first and not (
                commit and action == "publish" and commit.trailers["Entry"] == entry
            ):
                raise Broken(Rule.RELEASE, f"{oid[:12]} không phải một lần đăng của {entry}")


# Witnesses, and the stock tools once more


def main_line(git_dir: Path, head: str) -> list[str]:
    """Return the commits of ``main`` from ``head`` back to the founding."""
    command = git(git_dir, "rev-list", "--first-parent", head)
    return _output(command).split()


def check_witness(git_dir: Path, head: str, witness: Path) -> str:
    """Require that the ``main`` of a copy that only grows is part of ours; return its head."""
    seen = main_of_a_plain_repository(git_dir_of(witness))
    if seen not in main_line(git_dir, head):
        raise Broken(Rule.WITNESS, f"lịch sử bị cắt hoặc rẽ nhánh: nhân chứng đã thấy {seen[:12]}")
    return seen


def check_with_stock_tools(git_dir: Path, head: str) -> int:
    """Let ``git`` judge every object and every signature itself; return how many were signed.

    ``git fsck`` recomputes the names of all objects. ``git verify-commit`` must find a good
    signature by a key that the actor held at some time; *when*, the audit has judged.
    """
    done = subprocess.run(
        git(git_dir, "fsck", "--full", "--strict", "--no-dangling", "--no-progress"),
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        env=git_environment(),
    )
    if done.returncode:
        said = (done.stdout + done.stderr).strip()[-500:]
        raise Broken(Rule.STOCK, f"git fsck: {said}")
    with Objects(git_dir) as objects, tempfile.TemporaryDirectory(prefix="verify-") as folder:
        signers = Path(folder) / "allowed"
        keys, recovery = _keys_of_everybody(objects, main_line(git_dir, head))
        merges = git(git_dir, "rev-list", "--first-parent", "--min-parents=2", head)
        publications = set(_output(merges).split())
        every = _output(git(git_dir, "rev-list", head)).split()
        signed = [oid for oid in every if oid not in publications]
        for oid in signed:
            commit = read_commit(objects, oid)
            who = f"{commit.actor}@toasoan.invalid"
            held = recovery if commit.action == "recover" else keys.get(commit.actor, set())
            lines = (f'{who} namespaces="git" {key}\n' for key in sorted(held))
            signers.write_text("".join(lines))
            _require_git_accepts(git_dir, oid, signers, who)
    return len(signed)


def _keys_of_everybody(
    objects: "Objects", line: Sequence[str]
) -> tuple[dict[str, set[str]], set[str]]:
    """Return everybody's keys at any time by name, and the recovery keys."""
    keys: dict[str, set[str]] = {}
    recovery: set[str] = set()
    rosters = set()
    for oid in line:
        tree = read_commit(objects, oid).tree
        folder = objects.folder(tree, ("governance",))
        if folder in rosters:
            continue
        rosters.add(folder)
        governance = read_governance(objects, tree)
        recovery |= {governance.recovery.key} - {""}
        for name, person in governance.people.items():
            keys.setdefault(name, set()).add(person.key)
    return keys, recovery


def _require_git_accepts(git_dir: Path, oid: str, signers: Path, who: str) -> None:
    # The repository's own settings could name another program or another list of signers.
    settings = ["-c", "gpg.format=ssh", "-c", "gpg.ssh.program=ssh-keygen"]
    settings += ["-c", f"gpg.ssh.allowedSignersFile={signers}"]
    command = git(git_dir, "verify-commit", oid)
    done = subprocess.run(
        [command[0], *settings, *command[1:]],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        env=git_environment(),
    )
    good = _GOOD.search(done.stderr)
    if done.returncode or good is None or good[1] != who:
        raise Broken(Rule.STOCK, f"git verify-commit không nhận {oid[:12]} của {who}")


def _output(command: Sequence[str]) -> str:
    done = subprocess.run(command, capture_output=True, check=False, env=git_environment())
    if done.returncode:
        raise Broken(Rule.REPOSITORY, "git không đọc được kho")
    return done.stdout.decode()


def git_dir_of(repo: Path) -> Path:
    """Return the git directory of a repository, bare or not."""
    return repo / ".git" if (repo / ".git").is_dir() else repo


# The command line


class Examination(NamedTuple):
    """An audit and what was found beside it, a sentence each."""

    report: Report
    notes: list[str]


def main(arguments: Sequence[str] | None = None) -> int:
    """Audit one repository: exit code 0 where it holds, 1 where not, 2 for misuse."""
    parser = argparse.ArgumentParser(
        prog="verification.py", description="Kiểm tra kho nội dung của Tòa Soạn."
    )
    parser.add_argument("repo", type=Path, metavar="REPO", help="kho git (bare hoặc không)")
    add_options(parser)
    options = parser.parse_args(arguments)
    check_options(parser, options)
    return tell(examine(options), as_json=options.json)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what an audit may be asked beside the repository's path."""
    parser.add_argument("--root-key", metavar="KEY", help="khóa gốc đã biết: “ssh-ed25519 AAAA…”")
    parser.add_argument("--release", type=Path, metavar="DIR", help="so bản công khai trong DIR")
    parser.add_argument(
        "--release-key", metavar="KEY", help="khóa ký danh sách tệp của bản công khai"
    )
    parser.add_argument(
        "--witness", type=Path, metavar="PATH", help="kho nhân chứng: main của nó phải thuộc main"
    )
    parser.add_argument(
        "--stock", action="store_true", help="thêm git fsck và git verify-commit cho mọi commit"
    )
    parser.add_argument("--json", action="store_true", help="in kết quả dạng JSON")


def check_options(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """End the program with code 2 where the options cannot be meant."""
    for folder in (options.repo, options.release, options.witness):
        if folder and not folder.is_dir():
            parser.error(f"không có thư mục {folder}")
    for name, key in (("--root-key", options.root_key), ("--release-key", options.release_key)):
        if key and public_key(" ".join(key.split()[:2])) is None:
            parser.error(f"{name} phải là một khóa ssh-ed25519")
    for program in ("git", "ssh-keygen"):
        if shutil.which(program) is None:
            parser.error(f"cần có {program}")


def examine(options: argparse.Namespace) -> Examination:
    """Audit the repository, then what else the options name, up to the first broken rule."""
    report = verify(options.repo, root_key=options.root_key)
    notes: list[str] = []
    if report.ok:
        try:
            notes.extend(_further(git_dir_of(options.repo), report.head, options))
        except Broken as broken:
            report = replace(report, ok=False, rule=broken.rule, reason=broken.reason)
    return Examination(report, notes)


def _further(git_dir: Path, head: str, options: argparse.Namespace) -> Iterator[str]:
    if options.stock:
        signed = check_with_stock_tools(git_dir, head)
        yield f"git fsck và git verify-commit: {signed} commit có chữ ký đúng"
    if options.witness:
        seen = check_witness(git_dir, head, options.witness)
        yield f"nhân chứng: đã thấy {seen[:12]}, thuộc main"
    if options.release:
        listed = check_release(git_dir, head, options.release, options.release_key)
        signature = "chữ ký đúng" if options.release_key else "CHƯA kiểm chữ ký (--release-key)"
        yield (
            f"bản công khai: {len(listed.files)} tệp khớp danh sách của {listed.commit[:12]}"
            f" ngày {listed.day}, {signature}"
        )


def tell(found: Examination, *, as_json: bool) -> int:
    """Print what was found and return the exit code."""
    if as_json:
        notes = {"notes": found.notes} if found.notes else {}
        print(json.dumps(asdict(found.report) | notes, ensure_ascii=False))
    else:
        print("\n".join([summary(found.report), *happenings(found.report), *found.notes]))
    return 0 if found.report.ok else 1


def summary(report: Report) -> str:
    """Return the report in words."""
    if not report.ok:
        return f"KHÔNG ĐẠT {report.failed_commit or 'kho'}: {report.rule}: {report.reason}"
    urgent = f"\nđăng khẩn, chưa hậu kiểm: {', '.join(report.unreviewed)}"
    return (
        f"OK · {report.publications} lần đăng, {report.governance_changes} thay đổi quản trị"
        f" · đầu nhánh main {report.head}\nkhóa gốc {fingerprint(report.root_key or '')}"
        f"{urgent if report.unreviewed else ''}"
    )


def happenings(report: Report) -> Iterator[str]:
    """Yield what nobody must overlook though it is no fault: recoveries in red, erased files."""
    red, plain = ("\033[1;31m", "\033[0m") if sys.stdout.isatty() else ("", "")
    for use in report.recoveries:
        yield (
            f"{red}khóa khôi phục đã dùng: {use.principal} thành hiệu trưởng lúc {use.when}"
            f" ({use.commit[:12]}){plain}"
        )
    for sha256 in report.erased:
        yield f"tệp đã xóa theo lệnh của hiệu trưởng: {sha256}"


if __name__ == "__main__":
    sys.exit(main())
