"""The staff as accounts and roster together describe them, and the permission register (R02).

Reads both and changes neither; what a role allows is the workflow's affair.
"""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from flask_babel import gettext as _

from editor.enrolment import Record, key_code
from editor.newsroom import governance, newsroom, repository
from editor.presentation import day, role_names
from workflow import roster
from workflow.errors import NotFound
from workflow.roster import Person

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Member:
    """One user name: its account, its row of the roster, or both."""

    username: str
    record: Record | None
    person: Person | None

    @property
    def name(self) -> str:
        """The display name: the roster's, else the one that the account was made with."""
        return (
            (self.person and self.person.name) or (self.record and self.record.display_name) or ""
        )

    @property
    def key(self) -> str:
        """The key that the next signature of the principal would write into the roster."""
        own = self.record.public_key if self.record else ""
        return own or (self.person.key if self.person else "")

    @property
    def code(self) -> str:
        """The key's short code."""
        return key_code(self.key)

    @property
    def waits(self) -> bool:
        """Whether the account's key is not, or not yet, the roster's."""
        own = self.record.public_key if self.record and self.record.is_active else ""
        return bool(own) and own != (self.person.key if self.person else "")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the permission register."""

    person: Person
    groups: str
    fields: str
    since: date | None
    decision: str


def members() -> list[Member]:
    """Return everybody, by user name."""
    records = {record.username: record for record in newsroom().enrolment.records()}
    people = governance().appointed
    names = sorted({*records, *people})
    return [Member(name, records.get(name), people.get(name)) for name in names]


def member(username: str) -> Member:
    """Return one of them.

    Raises:
        NotFound: neither an account nor a row of the roster.
    """
    person = governance().appointed.get(username)
    found = Member(username, newsroom().enrolment.find(username), person)
    if found.record is None and found.person is None:
        raise NotFound
    return found


def waiting_members() -> list[Member]:
    """Return who waits for the principal's signature: new accounts and new keys."""
    return [someone for someone in members() if someone.waits]


def register() -> list[Row]:
    """Return the permission register, in the order of the roster."""
    rules, raw = governance(), raw_governance(roster.ROSTER).get("people", {})
    return [
        Row(
            person,
            groups=group_names(person.groups),
            fields=field_names(person.fields),
            since=raw[username].get("since"),
            decision=str(raw[username].get("decision", "")),
        )
        for username, person in rules.appointed.items()
    ]


def register_csv() -> str:
    """Return the register for a spreadsheet: no cell can pose as a formula."""
    out = io.StringIO()
    table = csv.writer(out, quoting=csv.QUOTE_ALL)
    table.writerow(
        [
            _("Người"),
            _("Tên đăng nhập"),
            _("Vai trò"),
            _("Tổ, bộ phận"),
            _("Lĩnh vực phụ trách"),
            _("Từ ngày"),
            _("Theo quyết định số"),
        ]
    )
    for row in register():
        someone = row.person
        cells = (
            someone.name,
            someone.username,
            role_names(someone.roles),
            row.groups,
            row.fields,
            day(row.since),
            row.decision,
        )
        table.writerow([_harmless(cell) for cell in cells])
    return "\ufeff" + out.getvalue()


def group_names(groups: Iterable[str]) -> str:
    """Return the names of groups; an id that the school no longer has stands as it is."""
    known = governance().groups
    return ", ".join(known[group].name if group in known else group for group in groups)


def field_names(fields: Iterable[str]) -> str:
    """Return the names of fields of responsibility."""
    known: Mapping[str, str] = governance().school.get("fields", {})
    return ", ".join(known.get(field, field) for field in sorted(fields))


def raw_governance(path: str) -> dict[str, Any]:
    """Return one governance file as it stands: dates and decisions are for people, not rules."""
    data = repository().read(repository().main(), path)
    return tomllib.loads(data.decode()) if data else {}


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
