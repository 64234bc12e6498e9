"""An entry's dossier and the decisions on it; after approval, the way to the public page."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from editor.decisions import decide, decide_after_review
from editor.dossier import dossier_of
from editor.newsroom import current_change, governance, person, repository
from editor.publishing import progress_of
from workflow import services
from workflow.entries import refusals
from workflow.errors import InvalidFields
from workflow.states import Action, Status

bp = Blueprint("review", __name__)
Answer = str | tuple[str, int] | Response


@bp.get("/bai/<entry:entry_id>")
def dossier() -> str:
    return dossier_page()


@bp.post("/bai/<entry:entry_id>/gui")
def submit() -> Answer:
    try:
        decide(services.submit, Action.SUBMIT, asks_password=False)
    except InvalidFields:
        return redirect(url_for("writing.edit", entry_id=current_change().entry_id, thieu=1))
    flash(_("Đã gửi “%(title)s”.", title=current_change().title))
    return redirect(url_for("review.dossier", entry_id=current_change().entry_id))


@bp.post("/bai/<entry:entry_id>/xac-nhan")
def check() -> Answer:
    try:
        decide(services.check, Action.CHECK, asks_password=True)
    except InvalidFields as error:
        return dossier_page(Action.CHECK, error), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Đã xác nhận “%(title)s” và chuyển phê duyệt.", title=current_change().title))
    return redirect(url_for("review.dossier", entry_id=current_change().entry_id))


@bp.post("/bai/<entry:entry_id>/phe-duyet")
def approve() -> Answer:
    try:
        decide(services.approve, Action.APPROVE, asks_password=True)
    except InvalidFields as error:
        return dossier_page(Action.APPROVE, error), HTTPStatus.UNPROCESSABLE_ENTITY
    entry_id = current_change().entry_id
    if repository().draft(entry_id):
        flash(_("Đã phê duyệt “%(title)s”. Bài chờ đến lúc đăng.", title=current_change().title))
        return redirect(url_for("review.dossier", entry_id=entry_id))
    return redirect(url_for("review.progress", entry_id=entry_id))


@bp.post("/bai/<entry:entry_id>/dang-khan")
def urgent() -> Answer:
    try:
        decide(services.publish_urgently, Action.URGENT, asks_password=True)
    except InvalidFields as error:
        return dossier_page(Action.URGENT, error), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for("review.progress", entry_id=current_change().entry_id))


@bp.post("/bai/<entry:entry_id>/hau-kiem")
def after_review() -> Answer:
    try:
        decide_after_review()
    except InvalidFields as error:
        return dossier_page(Action.REVIEW, error), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Đã hậu kiểm “%(title)s”.", title=current_change().title))
    return redirect(url_for("review.dossier", entry_id=current_change().entry_id))


@bp.post("/bai/<entry:entry_id>/tra-lai")
def send_back() -> Answer:
    try:
        decide(services.send_back, Action.RETURN, asks_password=False)
    except InvalidFields as error:
        return dossier_page(Action.RETURN, error), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Đã trả lại “%(title)s” để sửa.", title=current_change().title))
    return redirect(url_for("review.dossier", entry_id=current_change().entry_id))


@bp.get("/bai/<entry:entry_id>/tien-do")
def progress() -> str:
    change = current_change()
    return render_template("progress.html", change=change, progress=progress_of(change))


@bp.get("/bai/<entry:entry_id>/tien-do.json")
def progress_state() -> dict[str, Any]:
    return progress_of(current_change()).as_json()


def dossier_page(pressed: Action | None = None, error: InvalidFields | None = None) -> str:
    """Show the dossier; what was wrong stands at the form that was pressed."""
    change = current_change()
    errors = {action: error.errors if error and action is pressed else {} for action in Action}
    may = {a: not refusals(change, a, person(), governance()) for a in Action}
    reasons = [] if change.status is Status.PUBLISHED else _reasons()
    return render_template(
        "dossier.html", **dossier_of(change), change=change, may=may, reasons=reasons, errors=errors
    )


def _reasons() -> list[Any]:
    """Why the person who might be expected to decide cannot."""
    change = current_change()
    waits_for = {Status.IN_REVIEW: Action.CHECK, Status.PENDING_APPROVAL: Action.APPROVE}
    action = waits_for.get(change.status)
    return refusals(change, action, person(), governance()) if action else []
