"""Accounts, for the vice-principals and the principal: made, locked, reset (R28)."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from editor.decisions import confirm_password
from editor.enrolment import Wish
from editor.members import Member, member, members, overdue_members
from editor.newsroom import governance, newsroom, person
from workflow.errors import InvalidFields, Message, NotFound, Refused
from workflow.states import Role

bp = Blueprint("accounts", __name__, url_prefix="/tai-khoan")
Answer = str | tuple[str, int] | Response
_WISHED = tuple(role for role in Role if role is not Role.PRINCIPAL)
_NOT_THE_PRINCIPAL = Message(
    "Không khóa, không cấp lại mật khẩu của hiệu trưởng được: không ai khác ký được khóa mới của "
    "hiệu trưởng. Hiệu trưởng tự đổi mật khẩu ở trang Đổi mật khẩu."
)


@bp.get("")
def listing() -> str:
    return _listing({})


@bp.get("/them")
def form() -> str:
    return _form({})


@bp.post("/them")
def create() -> Answer:
    username = request.form.get("username", "").strip()
    try:
        password = newsroom().enrolment.create(
            username, request.form.get("name", ""), _wish(), person().username
        )
    except InvalidFields as error:
        return _form(error.errors), HTTPStatus.UNPROCESSABLE_ENTITY
    return _slip(username, password)


@bp.post("/<username:username>/khoa")
def lock(username: str) -> Answer:
    try:
        newsroom().accounts.lock(_confirmed(username).username)
    except InvalidFields as error:
        return _listing(error.errors, username), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Đã khóa tài khoản %(name)s.", name=username))
    return redirect(url_for("accounts.listing"))


@bp.post("/<username:username>/mo-khoa")
def unlock(username: str) -> Answer:
    try:
        newsroom().accounts.unlock(_confirmed(username).username)
    except InvalidFields as error:
        return _listing(error.errors, username), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Đã mở khóa tài khoản %(name)s.", name=username))
    return redirect(url_for("accounts.listing"))


@bp.post("/<username:username>/cap-lai")
def reset(username: str) -> Answer:
    try:
        password = newsroom().enrolment.reset(_confirmed(username).username)
    except InvalidFields as error:
        return _listing(error.errors, username), HTTPStatus.UNPROCESSABLE_ENTITY
    return _slip(username, password)


def _listing(errors: dict[str, list[Message]], pressed: str = "") -> str:
    return render_template(
        "accounts.html",
        members=members(),
        overdue=overdue_members(),
        errors=errors,
        pressed=pressed,
    )


def _confirmed(username: str) -> Member:
    """Return another person's account, once the password says who asks: a session may be stolen."""
    found = _other(username)
    confirm_password()
    return found


def _other(username: str) -> Member:
    """Return another person's account: nobody locks or resets himself or the principal."""
    found = member(username)
    if found.record is None:
        raise NotFound
    if username == person().username:
        raise Refused([Message("Không tự khóa, tự cấp lại mật khẩu của chính mình.")])
    if username == governance().principal.username:
        raise Refused([_NOT_THE_PRINCIPAL])
    return found


def _wish() -> Wish:
    roles, groups = request.form.getlist("roles"), request.form.getlist("groups")
    return Wish(
        tuple(role.value for role in _WISHED if role.value in roles),
        tuple(group for group in governance().groups if group in groups),
    )


def _form(errors: dict[str, list[Message]]) -> str:
    return render_template(
        "account_form.html",
        errors=errors,
        roles=[(role.value, role.label) for role in _WISHED],
        groups=[(group.id, group.name) for group in governance().groups.values()],
        wish=_wish(),
        typed=request.form,
    )


def _slip(username: str, password: str) -> str:
    # Shown in the answer itself and kept nowhere: neither a session nor a log ever holds it.
    return render_template("temporary_password.html", member=member(username), password=password)
