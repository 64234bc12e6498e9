"""The governance of a school as of one commit: people, roles, keys, groups, steps, profile.

It reads and writes ``governance/*.toml``. It does not decide who may do what: ``entries`` does.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import tomli_w

from workflow import delegations
from workflow.delegations import Delegation
from workflow.errors import Message
from workflow.states import DECIDING_ROLES, Role

ROSTER: Final = "governance/roster.toml"
WORKFLOW: Final = "governance/workflow.toml"
SCHOOL: Final = "governance/school.toml"
ORDERS: Final = "governance/orders.toml"
FILES: Final = (ROSTER, WORKFLOW, SCHOOL, ORDERS)
"""The last one is there only while an order stands."""


USERNAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}\Z")
"""It stands in trailers, identities and signers' files: no blank, no sign of another meaning."""
USERNAME_WORDS: Final = Message(
    "Tên đăng nhập chỉ gồm chữ thường không dấu, chữ số, dấu chấm, gạch nối."
)


class InvalidGovernance(ValueError):
    """The governance files break a rule; the text says which."""


@dataclass(frozen=True)
class Person:
    """One member of staff: roles, groups, fields of responsibility, public key.

    ``leads`` are the groups that the person leads; ``lent`` are the roles held by delegation only.
    """

    username: str
    name: str
    roles: frozenset[Role]
    groups: tuple[str, ...]
    fields: frozenset[str]
    key: str
    leads: tuple[str, ...] = ()
    lent: frozenset[Role] = frozenset()

    def has(self, role: Role) -> bool:
        """Say whether the person holds the role."""
        return role in self.roles

    @property
    def own_roles(self) -> frozenset[Role]:
        """The roles that the person was appointed to: only they govern and keep accounts."""
        return self.roles - self.lent

    @property
    def role_labels(self) -> str:
        """The roles in words, as under a name."""
        return ", ".join(role.label for role in Role if role in self.roles)


@dataclass(frozen=True)
class Group:
    """A team, an office or a union of the school; ``field`` routes its entries to approval."""

    id: str
    name: str
    kind: str
    field: str


@dataclass(frozen=True)
class Steps:
    """Who writes, checks and approves one content type (``governance/workflow.toml``).

    ``check`` is ``group_lead``, ``second_reader`` or ``none``; groups of a kind in
    ``skip_check_for`` need no check; ``groups`` limits whose entries there may be (empty: all).
    """

    write: frozenset[Role]
    check: str
    approve: frozenset[Role]
    skip_check_for: frozenset[str]
    groups: frozenset[str]


@dataclass(frozen=True)
class Takedown:
    """An order that keeps an entry off the public site until the principal lifts it.

    ``kind`` is ``error``, ``explained`` or ``personal_data``.
    """

    entry_id: str
    kind: str
    reason: str
    by: str
    since: datetime


@dataclass(frozen=True)
class Erasure:
    """An order that deletes the bytes of one file everywhere, for good."""

    sha256: str
    entry_id: str
    reason: str
    by: str
    since: datetime


@dataclass(frozen=True)
class Recovery:
    """The sealed key that names a principal once, and how often one was used.

    ``key`` is empty for a school that was founded before there was such a key.
    """

    key: str
    used: tuple[tuple[str, datetime], ...]
    """Who became principal by it, and when, oldest first."""


@dataclass(frozen=True)
class Governance:
    """All files as of one commit; ``frozen`` is the reason of a freeze, or empty.

    ``people`` are those who act: as ``appointed``, or with what ``acting`` lends them.
    """

    people: Mapping[str, Person]
    appointed: Mapping[str, Person]
    delegations: tuple[Delegation, ...]
    groups: Mapping[str, Group]
    steps: Mapping[str, Steps]
    school: Mapping[str, Any]
    frozen: str
    takedowns: Mapping[str, Takedown]
    erasures: Mapping[str, Erasure]
    recovery: Recovery

    @property
    def principal(self) -> Person:
        """The principal: there is exactly one, whoever may act for him meanwhile."""
        return next(person for person in self.appointed.values() if person.has(Role.PRINCIPAL))

    @property
    def categories(self) -> Mapping[str, str]:
        """Category ids and labels of the school, in the order of the file."""
        categories: Mapping[str, str] = self.school.get("categories", {})
        return categories

    def with_role(self, *roles: Role) -> list[Person]:
        """Return the people who hold one of the roles, in the order of the roster."""
        return [person for person in self.people.values() if person.roles & set(roles)]

    def leads_of(self, group: str) -> list[Person]:
        """Return the team leads of a group."""
        return [p for p in self.with_role(Role.TEAM_LEAD) if group in p.leads]

    def acting(self, at: datetime) -> "Governance":
        """Return the same governance with the delegations in force at that moment.

        It starts from the people as appointed, so that it can be called on its own result.
        """
        people = dict(self.appointed)
        for row in self.delegations:
            if row.covers(at) and row.person != self.principal.username:
                people[row.person] = _lend(people[row.person], row)
        return replace(self, people=people)


def load(roster: bytes, workflow: bytes, school: bytes, orders: bytes = b"") -> Governance:
    """Return the governance that the files' bytes describe.

    Raises:
        InvalidGovernance: no TOML, an unknown role, or a rule of DESIGN §3 broken.
    """
    try:
        people = tomllib.loads(roster.decode())
        steps = tomllib.loads(workflow.decode())
        profile = tomllib.loads(school.decode())
        standing = tomllib.loads(orders.decode())
        appointed = {name: _person(name, row) for name, row in people.get("people", {}).items()}
        return Governance(
            people=appointed,
            appointed=appointed,
            delegations=_delegations(people.get("delegations", []), appointed),
            groups={key: _group(key, row) for key, row in people.get("groups", {}).items()},
            steps={name: _steps(row) for name, row in steps.items()},
            school=profile,
            frozen=standing.get("freeze", {}).get("reason", ""),
            takedowns={row["entry"]: _takedown(row) for row in standing.get("takedowns", [])},
            erasures={row["sha256"]: _erasure(row) for row in standing.get("erasures", [])},
            recovery=_recovery(people.get("recovery", {})),
        )
    except (
        UnicodeDecodeError,
        tomllib.TOMLDecodeError,
        LookupError,
        ValueError,
        TypeError,
    ) as error:
        raise InvalidGovernance(str(error)) from error


def check_roles(username: str, roles: frozenset[Role]) -> None:
    """Check that one person may hold these roles together (DESIGN §3).

    Raises:
        InvalidGovernance: the site administrator would check or approve.
    """
    if Role.SITE_ADMIN in roles and roles & DECIDING_ROLES:
        raise InvalidGovernance(f"{username}: the site administrator can hold no approving role")


def with_keys(roster: bytes, keys: Mapping[str, str]) -> bytes:
    """Return the roster's bytes with the public keys of the named people set.

    Raises:
        InvalidGovernance: a key for somebody who is not in the roster.
    """
    table = tomllib.loads(roster.decode())
    unknown = sorted(set(keys) - set(table.get("people", {})))
    if unknown:
        message = f"not in the roster: {', '.join(unknown)}"
        raise InvalidGovernance(message)
    for username, key in keys.items():
        table["people"][username]["key"] = key
    return tomli_w.dumps(table).encode()


def with_recovery(roster: bytes, key: str, now: datetime) -> bytes:
    """Return the roster's bytes with the public half of the sealed recovery key."""
    table = tomllib.loads(roster.decode())
    table["recovery"] = {"key": key, "since": now}
    return tomli_w.dumps(table).encode()


def allowed_signers(people: Iterable[Person]) -> str:
    """Return the file that stock ``git verify-commit`` checks signatures against."""
    return "".join(
        f'{person.username}@toasoan.invalid namespaces="git" {person.key}\n'
        for person in people
        if person.key
    )


def _person(username: str, row: Mapping[str, Any]) -> Person:
    roles = frozenset(Role(role) for role in row["roles"])
    check_roles(username, roles)
    return Person(
        username=username,
        name=row["name"],
        roles=roles,
        groups=tuple(row.get("groups", ())),
        fields=frozenset(row.get("fields", ())),
        key=row.get("key", ""),
        leads=tuple(row.get("groups", ())) if Role.TEAM_LEAD in roles else (),
    )


def _delegations(
    rows: Iterable[Mapping[str, Any]], appointed: Mapping[str, Person]
) -> tuple[Delegation, ...]:
    found = tuple(delegations.read(row) for row in rows)
    for row in found:
        check_roles(row.person, appointed[row.person].roles | {row.role})
    return found


def _lend(person: Person, row: Delegation) -> Person:
    """Return the person with the role for the named groups or fields, and for no others."""
    own_fields = person.fields if person.has(Role.VICE_PRINCIPAL) else frozenset[str]()
    return replace(
        person,
        roles=person.roles | {row.role},
        groups=tuple(dict.fromkeys((*person.groups, *row.groups))),
        fields=own_fields | frozenset(row.fields),
        leads=tuple(dict.fromkeys((*person.leads, *row.groups))),
        lent=person.lent | ({row.role} - person.roles),
    )


def _takedown(row: Mapping[str, Any]) -> Takedown:
    return Takedown(row["entry"], row["kind"], row["reason"], row["by"], row["since"])


def _erasure(row: Mapping[str, Any]) -> Erasure:
    return Erasure(row["sha256"], row["entry"], row["reason"], row["by"], row["since"])


def _recovery(row: Mapping[str, Any]) -> Recovery:
    used = tuple((spent["by"], spent["since"]) for spent in row.get("spent", []))
    return Recovery(row.get("key", ""), used)


def _group(key: str, row: Mapping[str, Any]) -> Group:
    return Group(id=key, name=row["name"], kind=row["kind"], field=row.get("field", ""))


def _steps(row: Mapping[str, Any]) -> Steps:
    if row["check"] not in {"group_lead", "second_reader", "none"}:
        message = f"unknown check: {row['check']}"
        raise InvalidGovernance(message)
    return Steps(
        write=frozenset(Role(role) for role in row["write"]),
        check=row["check"],
        approve=frozenset(Role(role) for role in row["approve"]),
        skip_check_for=frozenset(row.get("skip_check_for", ())),
        groups=frozenset(row.get("groups", ())),
    )
