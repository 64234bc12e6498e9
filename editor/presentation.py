"""What every template may say: dates, names, labels, the person's queues.

Knows no route of its own and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from flask import Flask, current_app, g, url_for
from flask_babel import format_date, gettext

from editor.differences import Names
from editor.language import LANGUAGES, chosen_language, say
from editor.newsroom import (
    current_change,
    governance,
    newsroom,
    now,
    password_age,
    person_or_none,
    visitor,
)
from editor.permissions import Permission, may_reach, may_start
from workflow.clock import VIETNAM
from workflow.content_types import CONTENT_TYPES, ContentType
from workflow.delegations import Delegation
from workflow.entries import (
    Change,
    Step,
    holders,
    is_shielded,
    is_stale,
    may_read,
    refusals,
    role_for,
)
from workflow.errors import NotFound
from workflow.purposes import Purpose
from workflow.shelf import Published
from workflow.states import LEADERS, Action, Role, Status, transition

_FEW_ROLES: Final = 2
_CHECKING_ROLES: Final = frozenset({Role.TEAM_LEAD, Role.SITE_ADMIN})
"""Who always sees the queue of checks in the menu, also while it is empty; leaders see theirs."""


def prepare_templates(app: Flask) -> None:
    """Give the templates their filters and names."""
    app.jinja_env.filters.update(
        say=say,
        day=day,
        moment=moment,
        person_name=person_name,
        title_of=title_of,
        typed=typed,
    )
    app.jinja_env.globals.update(
        Status=Status,
        Purpose=Purpose,
        Action=Action,
        Role=Role,
        Permission=Permission,
        asset=asset,
        may_reach=may_reach,
        role_names=role_names,
        group_names=group_names,
        field_names=field_names,
        delegation_behind=delegation_behind,
        delegation_for=delegation_for,
    )
    app.context_processor(shared_names)


def shared_names() -> dict[str, Any]:
    """Return what the frame of every page shows."""
    person = person_or_none() if _is_founded() else None
    return {
        "person": person,
        "is_signed_in": visitor().username is not None,
        "school": governance().school if _is_founded() else {},
        "language": chosen_language(),
        "languages": LANGUAGES,
        "checks": waiting_for_me(Action.CHECK) if person else [],
        "checks_often": bool(person and person.roles & _CHECKING_ROLES),
        "approves_often": bool(person and person.roles & LEADERS),
        "approvals": waiting_for_me(Action.APPROVE) if person else [],
        "frozen": governance().frozen if person else "",
        "password_age": password_age() if person else None,
        "is_demo": newsroom().settings.demo,
        "public_url": newsroom().settings.public_url,
    }


def my_changes() -> list[Change]:
    """Return the open changes that the person may read; read once a request."""
    if "my_changes" not in g:
        person, rules = person_or_none(), governance()
        found = newsroom().board.changes() if person else []
        g.my_changes = [c for c in found if person and may_read(c, person, rules)]
    changes: list[Change] = g.my_changes
    return changes


def parked_changes() -> list[Change]:
    """Return the drafts that lie aside and that the person may read."""
    person, rules = person_or_none(), governance()
    found = newsroom().board.parked() if person else []
    return [c for c in found if person and may_read(c, person, rules)]


def stale_changes() -> list[Change]:
    """Return the drafts of others and own that nobody touched for long, the oldest first."""
    found = [c for c in (*my_changes(), *parked_changes()) if is_stale(c, now())]
    return sorted(found, key=lambda c: c.history[-1].when)


def waiting_for_me(action: Action) -> list[Change]:
    """Return the changes on which the person can take this decision, oldest first."""
    person, rules = person_or_none(), governance()
    if person is None:
        return []
    found = [c for c in my_changes() if not refusals(c, action, person, rules)]
    return sorted(found, key=lambda c: c.history[-1].when)


def listed() -> Iterator[Published]:
    """Return the published entries that the person may read, the newest first."""
    person, rules = person_or_none(), governance()
    found = newsroom().board.published()
    return (
        entry
        for entry in found
        if person and not is_shielded(entry.entry_id, entry.group, person, rules)
    )


def startable() -> list[ContentType]:
    """Return the content types that the person may begin, what few others write first."""
    person, rules = person_or_none(), governance()
    found = [t for t in CONTENT_TYPES.values() if person and may_start(t.name, person, rules)]
    return sorted(found, key=lambda t: len(rules.steps[t.name].write) > _FEW_ROLES)


def holder_names(change: Change) -> list[str]:
    """Return the names of the people whom the entry waits for."""
    return [person.name for person in holders(change, governance())]


def names() -> Names:
    """Return how ids are called on this site."""
    rules = governance()
    entries = {e.entry_id: e.title for e in listed()}
    groups = {group.id: group.name for group in rules.groups.values()}
    return Names(rules.categories, groups, entries)


def day(value: date | None) -> str:
    """Return a date as people write it here: 13/03/2026."""
    if value is None:
        return ""
    return f"{value:%d/%m/%Y}" if chosen_language() == "vi" else str(format_date(value, "d MMM y"))


def moment(value: datetime | None) -> str:
    """Return a time of day and date in Việt Nam."""
    if value is None:
        return ""
    local = value.astimezone(VIETNAM)
    return f"{local:%H:%M} · {day(local.date())}"


def person_name(username: str) -> str:
    """Return what the person is called; someone who left keeps the user name."""
    person = governance().people.get(username)
    return say(person.name) if person else username


def role_names(roles: Iterable[str]) -> str:
    """Return roles in words, in the order of the table."""
    held = set(roles)
    return ", ".join(say(role.label) for role in Role if role in held)


def group_names(groups: Iterable[str]) -> str:
    """Return the names of groups; an id that the school no longer has stands as it is."""
    known = governance().groups
    return ", ".join(known[group].name if group in known else group for group in groups)


def field_names(fields: Iterable[str]) -> str:
    """Return the names of fields of responsibility."""
    known: Mapping[str, str] = governance().school.get("fields", {})
    return ", ".join(known.get(field, field) for field in sorted(fields))


def delegation_behind(step: Step) -> Delegation | None:
    """Return the delegation under which a step of this page's entry was taken, if any."""
    rules, change = governance(), current_change()
    group = rules.groups.get(change.group)
    person = rules.appointed.get(step.actor)
    for row in rules.delegations:
        taken = (row.person, row.role) == (step.actor, step.role) and row.covers(step.when)
        needed = person is None or not person.has(step.role)
        if taken and (needed or row.concerns(change.group, group.field if group else "")):
            return row
    return None


def delegation_for(action: Action) -> Delegation | None:
    """Return the delegation under which the person would take this decision now, if any."""
    someone, change = person_or_none(), current_change()
    row = transition(action, change.status)
    if someone is None or row is None:
        return None
    role = role_for(row.duty, someone, change, governance())
    if role is None:
        return None
    return delegation_behind(Step(action, someone.username, role, "", now(), ""))


def my_delegations() -> list[Delegation]:
    """Return the delegations in force for the person, for the desk."""
    person = person_or_none()
    rows = governance().delegations if person else ()
    return [row for row in rows if person and row.person == person.username and row.covers(now())]


def typed(value: date | str) -> str:
    """Return a date field's content: as people write it here, or as it was typed."""
    if isinstance(value, datetime):
        return f"{value.astimezone(VIETNAM):%d/%m/%Y %H:%M}"
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else value


def title_of(change: Change) -> str:
    """Return the title of a change, in words where it has none."""
    return change.title or str(gettext("(chưa có tiêu đề)"))


def asset(name: str) -> str:
    """Return the address of a static file; its hash makes a new version a new address."""
    known: dict[str, str] = current_app.extensions.setdefault("toasoan-assets", {})
    if name not in known or current_app.debug:
        content = (Path(current_app.static_folder or "") / name).read_bytes()
        known[name] = sha256(content).hexdigest()[:12]
    return url_for("static", filename=name, v=known[name])


def _is_founded() -> bool:
    if "is_founded" not in g:
        try:
            governance()
            g.is_founded = True
        except NotFound:
            g.is_founded = False
    founded: bool = g.is_founded
    return founded
