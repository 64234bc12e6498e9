"""The staff as accounts and roster together describe them, and the permission register (R02).

Reads both and changes neither; what a role allows is the workflow's affair.
"""

from __future__ import annotations

import csv
import io
import tomllib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from flask_babel import gettext as _

from editor.enrolment import Record, key_code
from editor.language import chosen_language, say
from editor.newsroom import age_of, governance, newsroom, now, repository
from editor.password_age import Age
from editor.presentation import day, field_names, group_names, role_names
from editor.presentation import moment as moment_in_words
from editor.typesetting import typeset_register
from workflow import roster
from workflow.errors import NotFound
from workflow.roster import Person
from workflow.states import Role

_LEADERS: Final = frozenset({Role.VICE_PRINCIPAL, Role.PRINCIPAL, Role.SITE_ADMIN})
_RECENT: Final = timedelta(days=90)
"""How long a desk tells of a used recovery key; the register tells of it for good."""
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
    """One line of the permission register: an appointment, or a delegation for dated days."""

    person: Person
    roles: frozenset[Role]
    groups: str
    fields: str
    since: date | None
    until: date | None
    decision: str
    note: str

    @property
    def cells(self) -> tuple[str, ...]:
        """The line as every form of the register shows it, in the order of ``columns``."""
        return (
            say(self.person.name),
            self.person.username,
            _as_in_a_list(role_names(self.roles)),
            self.groups,
            self.fields,
            day(self.since),
            day(self.until),
            self.decision,
            self.note,
        )


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


def overdue_members() -> list[tuple[Member, Age]]:
    """Return whose password is too old, the oldest first: a date, never a password (R04)."""
    ages = [(m, age_of(m.record)) for m in members() if m.record and m.record.is_active]
    overdue = [(member, age) for member, age in ages if age and age.is_overdue]
    return sorted(overdue, key=lambda row: row[1].changed)


def waiting_members() -> list[Member]:
    """Return who waits for the principal's signature: new accounts and new keys."""
    return [someone for someone in members() if someone.waits]


def recent_recoveries(someone: Person) -> list[tuple[str, datetime]]:
    """Return who became principal by the recovery key lately, and when, for the leaders' desks."""
    if not someone.roles & _LEADERS:
        return []
    return [use for use in governance().recovery.used if now() - use[1] < _RECENT]


def register() -> list[Row]:
    """Return the permission register: the roster in its order, then the delegations (R02)."""
    rules, raw = governance(), raw_governance(roster.ROSTER).get("people", {})
    moment = now()
    appointed = [
        Row(
            person,
            person.roles,
            groups=group_names(person.groups),
            fields=field_names(person.fields),
            since=raw[username].get("since"),
            until=None,
            decision=str(raw[username].get("decision", "")),
            note="",
        )
        for username, person in rules.appointed.items()
    ]
    delegated = [
        Row(
            rules.appointed[row.person],
            frozenset({row.role}),
            groups=group_names(row.groups),
            fields=field_names(row.fields),
            since=row.since,
            until=row.last_day,
            decision=row.decision,
            note=_("Ủy quyền: %(standing)s", standing=say(row.standing(moment).label).lower()),
        )
        for row in rules.delegations
    ]
    return appointed + delegated


def columns() -> tuple[str, ...]:
    """Return the heads of the register's columns."""
    return (
        _("Người"),
        _("Tên đăng nhập"),
        _("Vai trò"),
        _("Tổ, bộ phận"),
        _("Lĩnh vực phụ trách"),
        _("Từ ngày"),
        _("Đến hết ngày"),
        _("Theo quyết định số"),
        _("Ghi chú"),
    )


def register_csv() -> str:
    """Return the register for a spreadsheet: no cell can pose as a formula."""
    out = io.StringIO()
    table = csv.writer(out, quoting=csv.QUOTE_ALL)
    table.writerow(columns())
    for row in register():
        table.writerow([_harmless(cell) for cell in row.cells])
    return "\ufeff" + out.getvalue()


def register_pdf() -> bytes:
    """Return the register as a paper to sign and file."""
    school = governance().school
    return typeset_register(
        {
            "superior": str(school.get("managing_body", "")),
            "school": str(school.get("name", "")),
            "title": _("Danh sách phân quyền"),
            "source": _(
                "Lấy từ danh sách mà hiệu trưởng đã ký, lúc %(when)s.", when=moment_in_words(now())
            ),
            "columns": columns(),
            "rows": [row.cells for row in register()],
            "signer": _("Hiệu trưởng"),
            "language": chosen_language(),
        }
    )


def raw_governance(path: str) -> dict[str, Any]:
    """Return one governance file as it stands: dates and decisions are for people, not rules."""
    data = repository().read(repository().main(), path)
    return tomllib.loads(data.decode()) if data else {}


def _as_in_a_list(words: str) -> str:
    """Return words with a capital: a role is written small in a sentence only."""
    return words[:1].upper() + words[1:]


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
