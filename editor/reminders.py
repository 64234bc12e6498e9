"""What a desk calls to mind: after-reviews, what waits too long, and the badges in lists.

Changes nothing; what is due and since when, the workflow knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import g
from flask_babel import gettext as _

from editor.newsroom import governance, newsroom, now, person
from editor.presentation import my_changes
from workflow.after_review import UrgentEdition, concerns
from workflow.entries import Change, Lapse, holders, lapses, refusals
from workflow.overdue import is_late, waits_too_long
from workflow.shelf import Published
from workflow.states import LEADERS, Action, Role


@dataclass(frozen=True, slots=True)
class Owed:
    """An urgent edition on somebody's desk."""

    edition: UrgentEdition
    title: str
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Badge:
    """A word beside an entry in a list; ``kind`` is its colour."""

    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class Lapsed:
    """A change with decisions that count no more, and whether the reader can return it."""

    change: Change
    lapses: list[Lapse]
    may_return: bool


def owed_editions() -> Mapping[str, UrgentEdition]:
    """Return the urgent editions that wait for their after-review; asked of git once a request."""
    if "owed" not in g:
        g.owed = newsroom().board.owed()
    editions: Mapping[str, UrgentEdition] = g.owed
    return editions


def owed_to_me() -> list[Owed]:
    """Return the urgent editions whose after-review concerns the person, the oldest first."""
    rules, at = governance(), now()
    owed = owed_editions()
    public = newsroom().board.published() if owed else ()
    titles = {entry.entry_id: entry.title for entry in public if entry.entry_id in owed}
    found = [
        Owed(edition, titles.get(key, key), edition.is_overdue(at))
        for key, edition in owed.items()
        if concerns(edition, person(), rules, at)
    ]
    return sorted(found, key=lambda row: row.edition.due)


def waiting_too_long() -> list[Change]:
    """Return what waits too long for the person's own decision; the principal is told of all."""
    someone, rules, at = person(), governance(), now()
    return [
        change
        for change in my_changes()
        if waits_too_long(change, at)
        and (someone.has(Role.PRINCIPAL) or someone in holders(change, rules))
    ]


def lapsed_before_me() -> list[Lapsed]:
    """Return the changes whose decisions count no more, to those whom it concerns.

    That is who can return one, who wrote at it, and whose own decision it was.
    """
    someone, rules = person(), governance()
    rows = [
        Lapsed(change, found, may_return=not refusals(change, Action.RETURN, someone, rules))
        for change in my_changes()
        if (found := lapses(change, rules))
    ]
    return [
        row
        for row in rows
        if row.may_return
        or someone.username in row.change.contributors
        or someone.username in {lapse.step.actor for lapse in row.lapses}
    ]


def late_publications() -> list[Change]:
    """Return, to leaders, what is approved and whose hour passed, and that is not public."""
    if not person().roles & LEADERS:
        return []
    return [change for change in my_changes() if is_late(change, governance(), now())]


def badges(entry: Change | Published) -> list[Badge]:
    """Return what a list says of an entry beside its status."""
    found = []
    owed = owed_editions().get(entry.entry_id)
    if entry.entry_id in governance().takedowns:
        found.append(Badge("gone", _("Đã gỡ")))
    if owed:
        label = _("Quá hạn hậu kiểm") if owed.is_overdue(now()) else _("Chờ hậu kiểm")
        found.append(Badge("gone" if owed.is_overdue(now()) else "waits", label))
    if isinstance(entry, Change) and lapses(entry, governance()):
        found.append(Badge("gone", _("Quyết định không còn giá trị")))
    if isinstance(entry, Change) and waits_too_long(entry, now()):
        found.append(Badge("gone", _("Chờ quá 2 ngày làm việc")))
    if isinstance(entry, Change) and is_late(entry, governance(), now()):
        found.append(Badge("gone", _("Quá giờ đăng")))
    return found
