"""The desk: what lies before a person, and what waits for whom."""

from __future__ import annotations

from flask import Blueprint, render_template

from editor.members import waiting_members
from editor.newsroom import newsroom, person
from editor.presentation import holder_names, my_changes, owed_to_me, startable, waiting_for_me
from editor.publishing import alarms_to_tell, failure_to_tell
from workflow.entries import Change
from workflow.services import Published
from workflow.states import Action, Role, Status

bp = Blueprint("desk", __name__)
_NEWEST = 8
_LISTED = 100


@bp.get("/")
def home() -> str:
    mine = [c for c in my_changes() if person().username in c.contributors]
    return render_template(
        "desk.html",
        types=startable(),
        alarms=alarms_to_tell(person()),
        appointments=waiting_members() if person().has(Role.PRINCIPAL) else [],
        publish_failure=failure_to_tell(person()),
        after_reviews=owed_to_me(),
        returned=_with(mine, Status.CHANGES_REQUESTED),
        drafts=_with(mine, Status.DRAFT),
        waiting=_with(mine, Status.IN_REVIEW, Status.PENDING_APPROVAL, Status.APPROVED),
        others=[c for c in my_changes() if c not in mine],
        holders=holder_names,
        published=[e for e in newsroom().board.published() if _is_news(e)][:_NEWEST],
    )


@bp.get("/cho-kiem-tra")
def checks() -> str:
    return render_template("queue_of_checks.html", waiting=waiting_for_me(Action.CHECK))


@bp.get("/cho-phe-duyet")
def approvals() -> str:
    return render_template(
        "queue_of_approvals.html",
        waiting=waiting_for_me(Action.APPROVE),
        scheduled=_with(waiting_for_me(Action.RETURN), Status.APPROVED),
    )


@bp.get("/da-dang")
def published() -> str:
    return render_template("published.html", published=newsroom().board.published()[:_LISTED])


def _is_news(entry: Published) -> bool:
    # A menu for each week would push everything else off the desk.
    return entry.type_name != "menus"


def _with(changes: list[Change], *statuses: Status) -> list[Change]:
    return [change for change in changes if change.status in statuses]
