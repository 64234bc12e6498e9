"""Drafts set aside: a hot-fix beside a long draft, drafts given up, drafts that lie for long."""

from __future__ import annotations

from http import HTTPStatus
from typing import cast

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from editor.differences import compare, files_of
from editor.newsroom import current_change, governance, newsroom, now, person, repository, signer
from editor.parking import aside_of
from editor.presentation import holder_names, names, stale_changes
from editor.views.media import change_file
from editor.views.review import dossier_page
from workflow import services
from workflow.content_types import CONTENT_TYPES
from workflow.entries import may_read, refusals
from workflow.errors import InvalidFields, NotFound
from workflow.services import Archived
from workflow.states import Action

bp = Blueprint("parking", __name__)
Answer = str | tuple[str, int] | Response


@bp.post("/bai/<entry:entry_id>/sua-gap")
def park() -> Response:
    entry_id, seen = current_change().entry_id, request.form.get("seen", "")
    if not _is_parked(entry_id, seen):
        services.park(repository(), signer(), entry_id, seen, now())
    flash(_("Bản nháp dài được gác lại nguyên vẹn. Sửa bản đang đăng ở đây rồi gửi."))
    return redirect(url_for("writing.edit", entry_id=entry_id))


@bp.post("/bai/<entry:entry_id>/cap-nhat")
def update() -> Response:
    change, seen = current_change(), request.form.get("seen", "")
    # Pressed twice: the branch holds what was seen already.
    if seen not in {step.commit for step in change.history}:
        services.update(repository(), signer(), change.entry_id, seen, now())
    flash(_("Đã đưa bản đang đăng vào bản nháp. Viết tiếp từ đây."))
    return redirect(url_for("writing.edit", entry_id=change.entry_id))


@bp.post("/bai/<entry:entry_id>/bo-ban-nhap")
def abandon() -> Answer:
    change, form = current_change(), request.form
    seen, note = form.get("seen", ""), form.get("note", "")
    if not _is_archived(change.entry_id, seen):
        try:
            services.abandon(repository(), signer(), change.entry_id, seen, note, now())
        except InvalidFields as error:
            return dossier_page(Action.ABANDON, error), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(
        _("Đã bỏ bản nháp “%(title)s”. Bản nháp còn trong mục Bản nháp đã bỏ.", title=change.title)
    )
    if change.before:
        return redirect(url_for("review.dossier", entry_id=change.entry_id))
    return redirect(url_for("desk.home"))


@bp.get("/ban-nhap-da-bo")
def archive() -> str:
    rules, someone = governance(), person()
    found = [a for a in newsroom().board.archived() if may_read(a.change, someone, rules)]
    return render_template("archive.html", archived=found)


@bp.get("/ban-nhap-da-bo/<entry:entry_id>/<int:number>")
def archived(number: int) -> str:
    found = _current()
    change = found.change
    return render_template(
        "archived.html",
        number=number,
        change=change,
        differences=compare(change.ctype, change.before, change.edition, names()),
        files=files_of(change),
        history=list(reversed(change.history)),
        is_taken=repository().draft(change.entry_id) is not None,
        may_take_back=not refusals(change, Action.UPDATE, person(), governance()),
    )


@bp.get("/ban-nhap-da-bo/<entry:entry_id>/<int:number>/tep/<name>")
def archived_file(number: int, name: str) -> Response:  # noqa: ARG001 -- the guard has read it
    return change_file(_current().change, name)


@bp.get("/bai/<entry:entry_id>/ban-gac/tep/<name>")
def parked_file(name: str) -> Response:
    aside = aside_of(current_change())
    if aside is None:
        raise NotFound
    return change_file(aside.change, name)


@bp.post("/ban-nhap-da-bo/<entry:entry_id>/<int:number>")
def take_back(number: int) -> Response:
    entry_id, seen = current_change().entry_id, request.form.get("seen", "")
    if g.archived:
        services.take_back(repository(), signer(), entry_id, number, seen, now())
    flash(_("Đã lấy lại bản nháp. Viết tiếp từ đây."))
    return redirect(url_for("writing.edit", entry_id=entry_id))


@bp.get("/ban-nhap-de-lau")
def stale() -> str:
    group, kind = request.args.get("to", ""), request.args.get("loai", "")
    found = [
        change
        for change in stale_changes()
        if group in ("", change.group) and kind in ("", change.type_name)
    ]
    return render_template(
        "stale.html",
        stale=found,
        holders=holder_names,
        groups=[(group.id, group.name) for group in governance().groups.values()],
        types=[(c.name, c.label) for c in CONTENT_TYPES.values()],
        chosen={"to": group, "loai": kind},
    )


def _current() -> Archived:
    """Return the archived draft of this page, as the permission guard has read it."""
    return cast("Archived", g.archived)


def _is_archived(entry_id: str, seen: str) -> bool:
    """Say whether the first press of this very button has done it."""
    found = (a.change for a in newsroom().board.archived() if a.change.entry_id == entry_id)
    return any(seen == step.commit for change in found for step in change.history)


def _is_parked(entry_id: str, seen: str) -> bool:
    """Say whether the first press of this very button has done it."""
    aside = {change.entry_id: change.head for change in newsroom().board.parked()}
    return aside.get(entry_id) == seen
