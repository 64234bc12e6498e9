"""Orders of the leaders: the freeze of publication (R56), and entries taken down."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from editor.decisions import confirm_password
from editor.members import raw_governance
from editor.newsroom import governance, newsroom, now, repository, signer
from editor.presentation import my_changes
from workflow import governing
from workflow.errors import InvalidFields, Message
from workflow.governing import TAKEDOWN_KINDS
from workflow.roster import ORDERS
from workflow.services import published_entry
from workflow.states import Status

bp = Blueprint("orders", __name__)
Answer = str | tuple[str, int] | Response


@bp.get("/dieu-hanh")
def overview() -> str:
    return _overview({})


@bp.post("/dieu-hanh/khoa")
def freeze() -> Answer:
    try:
        _demand_reason()
        confirm_password()
        governing.freeze(repository(), signer(), request.form.get("reason", ""), now())
    except InvalidFields as error:
        return _overview(error.errors), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Đã tạm khóa đăng bài."))
    return redirect(url_for("orders.overview"))


@bp.post("/dieu-hanh/mo")
def lift_freeze() -> Answer:
    try:
        confirm_password()
        governing.lift_freeze(repository(), signer(), now())
    except InvalidFields as error:
        return _overview(error.errors), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Đã mở lại việc đăng bài. Bài đã phê duyệt được đăng ngay sau đây."))
    return redirect(url_for("orders.overview"))


@bp.get("/bai/<entry:entry_id>/go-bai")
def take_down_form() -> str:
    return _take_down_page({})


@bp.post("/bai/<entry:entry_id>/go-bai")
def take_down() -> Answer:
    kind, reason = request.form.get("kind", ""), request.form.get("reason", "")
    try:
        _demand_kind_and_reason()
        confirm_password()
        governing.take_down(repository(), signer(), g.entry_id, kind, reason, now())
    except InvalidFields as error:
        return _take_down_page(error.errors), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Đã gỡ bài. Trang công khai đang được thay bằng lời báo."))
    return redirect(url_for("orders.overview"))


@bp.post("/bai/<entry:entry_id>/dang-lai")
def restore() -> Answer:
    try:
        confirm_password()
        governing.lift_takedown(repository(), signer(), g.entry_id, now())
    except InvalidFields as error:
        return _overview(error.errors), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Đã cho đăng lại bài như đã phê duyệt."))
    return redirect(url_for("orders.overview"))


def _demand_reason() -> None:
    if not request.form.get("reason", "").strip():
        raise InvalidFields({"reason": [Message("Chưa có lý do. Ghi ngắn gọn vì sao.")]})


def _demand_kind_and_reason() -> None:
    """Say all that is missing at once, before the password is asked."""
    errors: dict[str, list[Message]] = {}
    if request.form.get("kind") not in TAKEDOWN_KINDS:
        errors["kind"] = [Message("Chọn lý do gỡ bài.")]
    try:
        _demand_reason()
    except InvalidFields as error:
        errors |= error.errors
    if errors:
        raise InvalidFields(errors)


def _overview(errors: dict[str, list[Message]]) -> str:
    board = newsroom().board
    titles = {entry.entry_id: entry.title for entry in board.published()}
    return render_template(
        "orders.html",
        freeze=raw_governance(ORDERS).get("freeze", {}),
        takedowns=sorted(governance().takedowns.values(), key=lambda t: t.since, reverse=True),
        erasures=sorted(governance().erasures.values(), key=lambda e: e.since, reverse=True),
        titles=titles,
        kinds=TAKEDOWN_KINDS,
        waiting=[c for c in my_changes() if c.status is Status.APPROVED],
        errors=errors,
        pressed=g.get("entry_id", ""),
    )


def _take_down_page(errors: dict[str, list[Message]]) -> str:
    return render_template(
        "take_down.html",
        entry=published_entry(repository(), g.entry_id),
        kinds=TAKEDOWN_KINDS,
        takedown=governance().takedowns.get(g.entry_id),
        errors=errors,
    )
