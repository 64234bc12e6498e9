"""Erasure: the principal chooses files of an entry whose bytes are deleted everywhere."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from editor.decisions import confirm_password
from editor.newsroom import newsroom, now, repository, signer
from editor.views.media import file_response
from workflow import erasing
from workflow.entries import Change
from workflow.errors import InvalidFields, Message, NotFound
from workflow.services import open_for_edit

bp = Blueprint("erasing", __name__)
Answer = str | tuple[str, int] | BaseResponse


@bp.get("/bai/<entry:entry_id>/xoa-tep")
def form() -> str:
    return _page({})


@bp.post("/bai/<entry:entry_id>/xoa-tep")
def erase() -> Answer:
    files, reason = request.form.getlist("files"), request.form.get("reason", "")
    try:
        _demand(files, reason)
        confirm_password()
        erasing.erase(repository(), signer(), g.entry_id, files, reason, now())
    except InvalidFields as error:
        return _page(error.errors), HTTPStatus.UNPROCESSABLE_ENTITY
    newsroom().uploads.forget(files)
    erasing.carry_out(repository(), newsroom().settings.data)
    flash(_("Đã xóa hẳn %(number)s tệp. Lệnh xóa được ký và giữ trong sổ.", number=len(files)))
    return redirect(url_for("erasing.form", entry_id=g.entry_id))


@bp.get("/bai/<entry:entry_id>/xoa-tep/<sha256>")
def file(sha256: str) -> Response:
    found = [f for f in erasing.files_of(repository(), g.entry_id) if f.stored.oid == sha256]
    if not found or found[0].is_erased:
        raise NotFound
    return file_response(found[0].stored, found[0].name)


def _demand(files: list[str], reason: str) -> None:
    """Say all that is missing at once, before the password is asked."""
    errors: dict[str, list[Message]] = {}
    if not files:
        errors["files"] = [Message("Chọn ít nhất một tệp để xóa.")]
    if not reason.strip():
        errors["reason"] = [Message("Chưa có lý do. Ghi ngắn gọn vì sao.")]
    if errors:
        raise InvalidFields(errors)


def _page(errors: dict[str, list[Message]]) -> str:
    files = erasing.files_of(repository(), g.entry_id)
    orders = repository().governance().erasures
    return render_template(
        "erase.html",
        change=_entry(),
        files=[file for file in files if not file.is_erased],
        erased=[(file, orders[file.stored.oid]) for file in files if file.is_erased],
        chosen=request.form.getlist("files"),
        errors=errors,
    )


def _entry() -> Change:
    """Return the entry, or its last draft that was given up: that one may hold a photo as well."""
    try:
        return open_for_edit(repository(), g.entry_id)
    except NotFound:
        given_up = [row.change for row in newsroom().board.archived()]
        return next(change for change in given_up if change.entry_id == g.entry_id)
