"""Writing: begin an entry, edit it, save it; from there to the preview or to review."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from editor.differences import compare, compare_files
from editor.drafting import (
    choices_for,
    is_same,
    may_save,
    missing_for_submission,
    new_form,
    received_form,
    sent_edition,
    store,
    store_new,
    stored_form,
)
from editor.forms import MEALS, WEEKDAYS, EntryForm, file_fields
from editor.newsroom import current_change, now, repository, signer
from editor.parking import looks_to_tell
from editor.presentation import names, startable
from workflow.content_types import CONTENT_TYPES
from workflow.entries import Change
from workflow.errors import InvalidFields, StaleVersion
from workflow.services import open_for_edit, submit

bp = Blueprint("writing", __name__)
Answer = str | tuple[str, int] | Response


@bp.get("/viet")
def choose() -> str:
    return render_template("choose_type.html", types=startable())


@bp.get("/viet/<type_name>")
def begin(type_name: str) -> Answer:
    return _form_page(new_form(CONTENT_TYPES[type_name]))


@bp.post("/viet/<type_name>")
def create(type_name: str) -> Answer:
    form = received_form(CONTENT_TYPES[type_name])
    try:
        entry_id = store_new(form)
    except InvalidFields as error:
        return _invalid_page(form, error)
    if entry_id:
        return _go_on(entry_id)
    flash(_("Bài này đang được lưu từ lần bấm trước."))
    return redirect(url_for("desk.home"))


@bp.get("/bai/<entry:entry_id>/sua")
def edit() -> Answer:
    change = current_change()
    may_save(change)
    form = stored_form(change)
    if "thieu" in request.args:
        form.errors = missing_for_submission(change)
    return _form_page(form, change)


@bp.post("/bai/<entry:entry_id>/sua")
def save() -> Answer:
    change = current_change()
    may_save(change)
    form = received_form(change.ctype, change)
    try:
        store(change.entry_id, form)
    except InvalidFields as error:
        return _invalid_page(form, error, change)
    except StaleVersion:
        if not is_same(form, change):
            return _conflict_page(form, change)
    return _go_on(change.entry_id)


def _go_on(entry_id: str) -> Response:
    # The browser keeps what was typed until a page says by the form's token that it is stored.
    flash(request.form.get("form_token", ""), "taken")
    match request.form.get("then"):
        case "preview":
            return redirect(url_for("preview.frame", entry_id=entry_id))
        case "submit":
            return _submit(open_for_edit(repository(), entry_id))
    flash(_("Đã lưu bản nháp."))
    return redirect(url_for("writing.edit", entry_id=entry_id))


def _submit(change: Change) -> Response:
    if missing_for_submission(change):
        flash(_("Đã lưu bản nháp, chưa gửi: còn thiếu vài ô."))
        return redirect(url_for("writing.edit", entry_id=change.entry_id, thieu=1))
    sent = submit(repository(), signer(), change.entry_id, change.head, "", now())
    flash(_("Đã gửi “%(title)s”.", title=sent.title))
    return redirect(url_for("review.dossier", entry_id=change.entry_id))


def _form_page(form: EntryForm, change: Change | None = None) -> str:
    return render_template(
        "entry_form.html",
        form=form,
        change=change,
        looks=looks_to_tell(change) if change else [],
        choices=choices_for(form),
        weekdays=WEEKDAYS,
        meals=MEALS,
    )


def _invalid_page(
    form: EntryForm, error: InvalidFields, change: Change | None = None
) -> tuple[str, int]:
    form.errors = dict(error.errors)
    return _form_page(form, change), HTTPStatus.UNPROCESSABLE_ENTITY


def _conflict_page(form: EntryForm, change: Change) -> tuple[str, int]:
    mine = sent_edition(form, change)
    differences = compare(change.ctype, change.edition, mine, names())
    files = [
        row
        for spec in file_fields(change.ctype)
        for row in compare_files(spec.name, change.edition, mine)
    ]
    form.seen = change.head
    page = render_template(
        "conflict.html",
        form=form,
        change=change,
        differences=[d for d in differences if d.changed],
        files=[d for d in files if d.changed],
        choices=choices_for(form),
        weekdays=WEEKDAYS,
        meals=MEALS,
        sentence=StaleVersion(change.head).messages()[0],
    )
    return page, HTTPStatus.CONFLICT
