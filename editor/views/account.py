"""One's own account: the password."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from editor.newsroom import newsroom, person, remote_address, signer, visitor
from editor.passwords import MIN_LENGTH
from workflow.errors import InvalidFields, Message

bp = Blueprint("account", __name__, url_prefix="/tai-khoan")


@bp.get("/mat-khau")
def password() -> str:
    return _page({})


@bp.post("/mat-khau")
def change_password() -> tuple[str, int] | Response:
    key = signer().private_key
    old, new = request.form.get("old", ""), request.form.get("new", "")
    try:
        _demand_the_same(new, request.form.get("again", ""))
        newsroom().accounts.change_password(person().username, old, new, remote_address())
    except InvalidFields as error:
        return _page(error.errors), HTTPStatus.UNPROCESSABLE_ENTITY
    visitor().sign_in(person().username, key)
    flash(_("Đã đổi mật khẩu. Mọi phiên đăng nhập khác đã kết thúc."))
    return redirect(url_for("desk.home"))


def _page(errors: dict[str, list[Message]]) -> str:
    account = newsroom().accounts.find(person().username)
    return render_template("password.html", errors=errors, account=account, minimum=MIN_LENGTH)


def _demand_the_same(new: str, again: str) -> None:
    if new != again:
        raise InvalidFields({"again": [Message("Hai lần nhập chưa giống nhau. Nhập lại.")]})
