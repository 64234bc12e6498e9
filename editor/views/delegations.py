"""Delegations of approval, which the principal gives and ends (Ủy quyền phê duyệt; DOMAIN §1.2)."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from editor.decisions import confirm_password
from editor.newsroom import governance, now, repository, signer
from workflow import governing
from workflow.content_types import read_date
from workflow.delegating import wrong_delegation
from workflow.delegations import DELEGABLE, Delegation, Standing
from workflow.errors import InvalidFields, Message
from workflow.roster import Person
from workflow.states import Role
from workflow.text import clean_line

bp = Blueprint("delegations", __name__, url_prefix="/uy-quyen")
Answer = str | tuple[str, int] | Response
_ORDER = (Standing.IN_FORCE, Standing.COMING, Standing.OVER)


@bp.get("")
def listing() -> str:
    return _listing({})


@bp.get("/moi")
def form() -> str:
    return _form({})


@bp.post("/moi")
def give() -> Answer:
    try:
        given = _given()
        confirm_password()
        governing.delegate(repository(), signer(), given, now())
    except InvalidFields as error:
        return _form(error.errors), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Đã ủy quyền cho %(name)s.", name=governance().appointed[given.person].name))
    return redirect(url_for("delegations.listing"))


@bp.post("/ket-thuc")
def end() -> Answer:
    which = request.form.get("which", "")
    try:
        confirm_password()
        governing.end_delegation(repository(), signer(), which, now())
    except InvalidFields as error:
        return _listing(error.errors), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Đã kết thúc ủy quyền. Người này không phê duyệt thay được nữa."))
    return redirect(url_for("delegations.listing"))


def _given() -> Delegation:
    """Read the form and say all that is wrong at once, before the password is asked."""
    since, until = _day("since"), _day("until")
    role = request.form.get("role", "")
    errors: dict[str, list[Message]] = {
        name: [Message("Nhập ngày theo dạng 13/03/2026.")]
        for name, day in (("since", since), ("until", until))
        if day is None
    }
    given = Delegation(
        person=request.form.get("person", ""),
        role=Role(role) if role in DELEGABLE else Role.STAFF,
        groups=_ticked("groups", Role.TEAM_LEAD),
        fields=_ticked("fields", Role.VICE_PRINCIPAL),
        since=since or now().date(),
        until=until or since or now().date(),
        decision=clean_line(request.form.get("decision", "")),
    )
    errors = {**wrong_delegation(governance(), given, now()), **errors}
    if errors:
        raise InvalidFields(errors)
    return given


def _day(name: str) -> date | None:
    return read_date(request.form.get(name, "").strip())


def _ticked(name: str, role: Role) -> tuple[str, ...]:
    """Return what is ticked for the chosen role; ticks that belong to another are left aside."""
    chosen = request.form.get("role") == role.value
    return tuple(request.form.getlist(name)) if chosen else ()


def _listing(errors: dict[str, list[Message]]) -> str:
    moment = now()
    rows = sorted(governance().delegations, key=lambda row: row.since, reverse=True)
    sections = {s: [row for row in rows if row.standing(moment) is s] for s in _ORDER}
    return render_template(
        "delegations.html",
        sections={standing: found for standing, found in sections.items() if found},
        errors=errors,
        pressed=request.form.get("which", ""),
        Standing=Standing,
    )


def _form(errors: dict[str, list[Message]]) -> str:
    rules = governance()
    return render_template(
        "delegation_form.html",
        people=[p for p in rules.appointed.values() if _can_be_asked(p)],
        roles=[(role.value, role.label) for role in reversed(DELEGABLE)],
        groups=[(group.id, group.name) for group in rules.groups.values()],
        fields=list(rules.school.get("fields", {}).items()),
        today=now().date(),
        typed=request.form,
        errors=errors,
    )


def _can_be_asked(person: Person) -> bool:
    return bool(person.key) and not person.roles & {Role.PRINCIPAL, Role.SITE_ADMIN}
