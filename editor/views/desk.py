"""The desk: what lies before a person, and what waits for whom."""

from __future__ import annotations

from itertools import islice

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from editor.members import recent_recoveries, waiting_members
from editor.newsroom import newsroom, person
from editor.presentation import (
    holder_names,
    listed,
    my_changes,
    my_delegations,
    parked_changes,
    stale_changes,
    startable,
    waiting_for_me,
)
from editor.publishing import alarms_to_tell, left_out_to_tell, stalled_since
from editor.reminders import (
    Lapsed,
    lapsed_before_me,
    late_publications,
    owed_to_me,
    waiting_too_long,
)
from workflow.entries import Change, lies_with
from workflow.shelf import Published
from workflow.states import Action, Role, Status

bp = Blueprint("desk", __name__)
_NEWEST = 8
_LISTED = 100
_ALARM_NAME = 80


@bp.get("/")
def home() -> str:
    me = person().username
    mine = [c for c in my_changes() if me in c.contributors]
    stale = [c for c in stale_changes() if lies_with(c, person())]
    are_stale = {c.entry_id for c in stale}
    return render_template(
        "desk.html",
        types=startable(),
        alarms=alarms_to_tell(person()),
        stalled=stalled_since(person()),
        appointments=waiting_members() if Role.PRINCIPAL in person().own_roles else [],
        delegations=my_delegations(),
        recoveries=recent_recoveries(person()),
        left_out=left_out_to_tell(person()),
        after_reviews=owed_to_me(),
        overdue=waiting_too_long(),
        lapses=lapsed_before_me(),
        late=late_publications(),
        returned=_with(mine, Status.CHANGES_REQUESTED),
        drafts=[c for c in _with(mine, Status.DRAFT) if c.entry_id not in are_stale],
        waiting=_with(mine, Status.IN_REVIEW, Status.PENDING_APPROVAL, Status.APPROVED),
        others=[c for c in my_changes() if me not in c.contributors],
        parked=[c for c in parked_changes() if lies_with(c, person())],
        stale=stale,
        holders=holder_names,
        published=list(islice(filter(_is_news, listed()), _NEWEST)),
    )


@bp.post("/bao-dong/da-xem")
def alarm_seen() -> Response:
    newsroom().seen_alarms.add(person().username, request.form.get("alarm", "")[:_ALARM_NAME])
    return redirect(url_for("desk.home"))


@bp.get("/cho-kiem-tra")
def checks() -> str:
    return render_template(
        "queue_of_checks.html",
        waiting=waiting_for_me(Action.CHECK),
        lapses=_returnable(Status.IN_REVIEW),
    )


@bp.get("/cho-phe-duyet")
def approvals() -> str:
    return render_template(
        "queue_of_approvals.html",
        waiting=waiting_for_me(Action.APPROVE),
        scheduled=_with(waiting_for_me(Action.RETURN), Status.APPROVED),
        lapses=_returnable(Status.PENDING_APPROVAL, Status.APPROVED),
    )


@bp.get("/da-dang")
def published() -> str:
    return render_template("published.html", published=list(islice(listed(), _LISTED)))


def _returnable(*statuses: Status) -> list[Lapsed]:
    """Return what the person can set going again, of the entries that wait in a queue."""
    rows = lapsed_before_me()
    return [row for row in rows if row.may_return and row.change.status in statuses]


def _is_news(entry: Published) -> bool:
    # A menu for each week would push everything else off the desk.
    return entry.type_name != "menus"


def _with(changes: list[Change], *statuses: Status) -> list[Change]:
    return [change for change in changes if change.status in statuses]
