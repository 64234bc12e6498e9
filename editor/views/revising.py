"""What is done with a public entry beside editing: correct, withdraw, put back, move."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from editor.drafting import choice_label, may_save, missing_for_submission
from editor.newsroom import current_change, now, repository, signer
from editor.presentation import listed
from workflow import revising
from workflow.addresses import public_path
from workflow.content_types import WITHDRAWAL_KINDS, Fields
from workflow.entries import Change
from workflow.errors import InvalidFields, NotFound
from workflow.revising import Withdrawal
from workflow.text import clean_line

bp = Blueprint("revising", __name__)
Answer = str | tuple[str, int] | Response


@bp.get("/bai/<entry:entry_id>/dinh-chinh")
def correction() -> str:
    return _correction_page({})


@bp.post("/bai/<entry:entry_id>/dinh-chinh")
def correct() -> Answer:
    change, reason = current_change(), request.form.get("reason", "")
    last = change.fields.get("corrections", [{}])[-1]
    if not _is_done({"reason": clean_line(reason)}, last):
        try:
            revising.correct(repository(), signer(), change.entry_id, _seen(), reason, now())
        except InvalidFields as error:
            return _correction_page(error.errors), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Đã ghi lý do đính chính. Sửa bài rồi gửi kiểm tra."))
    return redirect(url_for("writing.edit", entry_id=change.entry_id))


@bp.get("/bai/<entry:entry_id>/thu-hoi")
def withdrawal() -> str:
    return _withdrawal_page({})


@bp.post("/bai/<entry:entry_id>/thu-hoi")
def withdraw() -> Answer:
    change = current_change()
    given = Withdrawal(*(request.form.get(n, "") for n in ("kind", "reason", "replaced_by")))
    if not _is_done({"withdrawal": given.kind}, change.fields):
        try:
            revising.withdraw(repository(), signer(), change.entry_id, _seen(), given, now())
        except InvalidFields as error:
            return _withdrawal_page(error.errors), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Đã ghi đề nghị thu hồi. Xem lại rồi gửi kiểm tra."))
    return _to_the_dossier(change)


@bp.post("/bai/<entry:entry_id>/bo-thu-hoi")
def restore() -> Answer:
    change = current_change()
    if not _is_done({"withdrawal": None}, change.fields):
        change = revising.restore(repository(), signer(), change.entry_id, _seen(), now())
    if missing_for_submission(change):
        flash(_("Chữ và ảnh đã rời bài khi thu hồi. Viết lại các ô còn thiếu rồi gửi."))
        return redirect(url_for("writing.edit", entry_id=change.entry_id, thieu=1))
    flash(_("Đã ghi đề nghị đăng lại. Xem lại rồi gửi kiểm tra."))
    return _to_the_dossier(change)


@bp.get("/bai/<entry:entry_id>/duong-dan")
def address() -> str:
    return _address_page({})


@bp.post("/bai/<entry:entry_id>/duong-dan")
def move() -> Answer:
    change, slug = current_change(), request.form.get("slug", "").strip()
    if not _is_done({"slug": slug}, change.fields):
        try:
            revising.move(repository(), signer(), change.entry_id, _seen(), slug, now())
        except InvalidFields as error:
            return _address_page(error.errors), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Đã ghi đường dẫn mới. Xem lại rồi gửi kiểm tra."))
    return _to_the_dossier(change)


def _seen() -> str:
    return request.form.get("seen", "")


def _is_done(wanted: Fields, found: Fields) -> bool:
    """Say whether a button is pressed twice: the draft has moved on, to what it asks for."""
    change = current_change()
    may_save(change)
    earlier = {change.fork, *(step.commit for step in change.history)} - {change.head}
    return _seen() in earlier and all(found.get(name) == v for name, v in wanted.items())


def _to_the_dossier(change: Change) -> Response:
    return redirect(url_for("review.dossier", entry_id=change.entry_id))


def _correction_page(errors: dict[str, Any]) -> str:
    change = _public_change()
    return render_template("correction.html", change=change, errors=errors)


def _withdrawal_page(errors: dict[str, Any]) -> str:
    change = _public_change()
    others = [
        (entry.entry_id, choice_label(entry))
        for entry in listed()
        if entry.entry_id != change.entry_id and not entry.fields.get("withdrawal")
    ]
    return render_template(
        "withdrawal.html", change=change, errors=errors, kinds=WITHDRAWAL_KINDS, others=others
    )


def _address_page(errors: dict[str, Any]) -> str:
    change = _public_change()
    before, after, _slash = public_path(change.ctype, change.fields, change.folder).rsplit("/", 2)
    return render_template(
        "address.html", change=change, errors=errors, before=f"{before}/", slug=after
    )


def _public_change() -> Change:
    change = current_change()
    may_save(change)
    if change.before is None:
        raise NotFound
    return change
