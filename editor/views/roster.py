"""The permission register, and the principal's appointments (R02, R25)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from editor.decisions import confirm_password
from editor.members import (
    Member,
    columns,
    member,
    raw_governance,
    register,
    register_csv,
    register_pdf,
)
from editor.newsroom import governance, newsroom, now, person, repository, signer, visitor
from editor.presentation import my_changes
from workflow import governing
from workflow.entries import Change
from workflow.errors import InvalidFields, Message, NotFound
from workflow.governing import Appointment
from workflow.roster import ROSTER
from workflow.states import Role
from workflow.text import clean_line

bp = Blueprint("roster", __name__)
Answer = str | tuple[str, int] | BaseResponse


@bp.get("/phan-quyen")
def register_page() -> str:
    return render_template(
        "register.html",
        rows=register(),
        columns=columns(),
        now=now(),
        recoveries=governance().recovery.used,
    )


@bp.get("/phan-quyen.pdf")
def paper() -> Response:
    response = Response(register_pdf(), content_type="application/pdf")
    response.headers.set("Content-Disposition", "inline", filename="phan-quyen.pdf")
    return response


@bp.get("/phan-quyen.csv")
def download() -> Response:
    response = Response(register_csv(), content_type="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename="phan-quyen.csv")
    return response


@bp.get("/phan-quyen/<username:username>")
def form(username: str) -> str:
    someone = member(username)
    return _page(someone, _stored(someone), {})


@bp.post("/phan-quyen/<username:username>")
def appoint(username: str) -> Answer:
    someone, given = member(username), _given()
    try:
        _demand_the_seen_key(someone)
        confirm_password()
        governing.appoint(repository(), signer(), username, given, now())
    except InvalidFields as error:
        return _page(someone, given, error.errors), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Đã ghi %(name)s vào danh sách phân quyền.", name=given.name))
    return redirect(url_for("roster.register_page"))


@bp.post("/phan-quyen/<username:username>/khoa-moi")
def renew(username: str) -> Answer:
    """Give the principal a new key, which the old one signs."""
    someone = member(username)
    if username != person().username:
        raise NotFound
    try:
        confirm_password()
    except InvalidFields as error:
        errors = {"renew": error.errors["password"]}
        return _page(someone, _stored(someone), errors), HTTPStatus.UNPROCESSABLE_ENTITY
    old = signer()
    fresh = newsroom().accounts.renew_key(
        username,
        request.form["password"],
        lambda key: governing.renew_key(repository(), old, key, now()),
    )
    visitor().sign_in(fresh.username, fresh.private_key)
    flash(_("Đã đổi khóa ký. Khóa cũ không ký được gì nữa."))
    return redirect(url_for("roster.register_page"))


@bp.post("/phan-quyen/<username:username>/thoi")
def dismiss(username: str) -> Answer:
    someone = member(username)
    try:
        confirm_password()
        governing.dismiss(repository(), signer(), username, now())
    except InvalidFields as error:
        # The page has two password fields: this one is the second form's.
        errors = {"dismiss": error.errors["password"]}
        return _page(someone, _stored(someone), errors), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Đã thôi phân quyền cho %(name)s.", name=someone.name))
    return redirect(url_for("roster.register_page"))


def _demand_the_seen_key(someone: Member) -> None:
    """Refuse a signature on a key that the principal has not seen on this page."""
    if request.form.get("key", "") != someone.key:
        raise InvalidFields(
            {"key": [Message("Khóa ký đã đổi từ lúc mở trang. Đối chiếu lại mã khóa rồi ký.")]}
        )


def _given() -> Appointment:
    form = request.form
    return Appointment(
        name=clean_line(form.get("name", "")),
        roles=frozenset(role for role in Role if role.value in form.getlist("roles")),
        groups=tuple(form.getlist("groups")),
        fields=tuple(f for f in _fields() if f in form.getlist("fields")),
        key=form.get("key", ""),
        decision=clean_line(form.get("decision", "")),
    )


def _stored(someone: Member) -> Appointment:
    """Return what the roster says, or for a new person what was wished."""
    person, record = someone.person, someone.record
    if person is None:
        wish = record.wish if record else None
        return Appointment(
            name=someone.name,
            roles=frozenset(Role(role) for role in (wish.roles if wish else ())),
            groups=wish.groups if wish else (),
            fields=(),
            key=someone.key,
        )
    row = raw_governance(ROSTER)["people"][someone.username]
    return Appointment(
        name=person.name,
        roles=person.roles,
        groups=person.groups,
        fields=tuple(sorted(person.fields)),
        key=someone.key,
        decision=str(row.get("decision", "")),
    )


def _fields() -> dict[str, str]:
    fields: dict[str, str] = governance().school.get("fields", {})
    return fields


def _page(someone: Member, given: Appointment, errors: dict[str, list[Message]]) -> str:
    is_principal = someone.username == governance().principal.username
    # There is one principal: nobody else is offered the role, and the principal keeps it.
    offered = [role for role in Role if is_principal or role is not Role.PRINCIPAL]
    choices: dict[str, list[tuple[str, Any]]] = {
        "roles": [(role.value, role.label) for role in offered],
        "groups": [(group.id, group.name) for group in governance().groups.values()],
        "fields": list(_fields().items()),
    }
    return render_template(
        "appointment.html",
        member=someone,
        given=given,
        choices=choices,
        errors=errors,
        is_principal=is_principal,
        voided=_voided_by_the_new_key(someone),
    )


def _voided_by_the_new_key(someone: Member) -> list[Change]:
    """Return the open entries with decisions that count no more once the waiting key is signed."""
    if not (someone.waits and someone.person):
        return []
    name = someone.username
    return [c for c in my_changes() if name in {step.actor for step in c.counting}]
