"""The first sign-in: an own password instead of the temporary one, and the account rules."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from editor.newsroom import newsroom, visitor
from editor.passwords import MIN_LENGTH
from workflow.errors import InvalidFields, Message

bp = Blueprint("newcomer", __name__)


@bp.get("/lan-dau")
def welcome() -> str:
    return _page({})


@bp.post("/lan-dau")
def begin() -> tuple[str, int] | Response:
    username, new = visitor().username or "", request.form.get("new", "")
    try:
        _demand_consent(new)
        signer = newsroom().enrolment.begin(username, new)
    except InvalidFields as error:
        return _page(error.errors), HTTPStatus.UNPROCESSABLE_ENTITY
    visitor().sign_in(signer.username, signer.private_key)
    flash(_("Đã đặt mật khẩu riêng và tạo khóa ký."))
    return redirect(url_for("desk.home"))


def _demand_consent(new: str) -> None:
    errors: dict[str, list[Message]] = {}
    if new != request.form.get("again", ""):
        errors["again"] = [Message("Hai lần nhập chưa giống nhau. Nhập lại.")]
    if "rules" not in request.form:
        errors["rules"] = [Message("Đọc quy định rồi đánh dấu vào ô này.")]
    if errors:
        raise InvalidFields(errors)


def _page(errors: dict[str, list[Message]]) -> str:
    return render_template(
        "first_password.html", errors=errors, username=visitor().username, minimum=MIN_LENGTH
    )
