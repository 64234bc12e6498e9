"""The school's profile, signed by the principal: every public page shows it (R08)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from editor.decisions import confirm_password
from editor.newsroom import governance, newsroom, now, repository, signer
from workflow import governing, release
from workflow.errors import InvalidFields, Message
from workflow.verification import fingerprint

bp = Blueprint("school", __name__, url_prefix="/truong")
Answer = str | tuple[str, int] | Response
_LINES: Final = {
    "name": _l("Tên trường"),
    "abbreviation": _l("Tên viết tắt"),
    "managing_body": _l("Cơ quan chủ quản"),
    "address": _l("Địa chỉ"),
    "phone": _l("Điện thoại"),
    "email": _l("Thư điện tử"),
}
_CHOICES: Final = {
    "show_approver_names": _l("Ghi tên người phê duyệt, bên cạnh chức vụ, ở cuối mỗi trang"),
}
_MAX: Final = 200


@bp.get("")
def profile() -> str:
    school = governance().school
    chosen = {name for name in _CHOICES if school.get(name) is True}
    return _page({name: str(school.get(name, "")) for name in _LINES}, chosen, {})


@bp.post("")
def change() -> Answer:
    values = {name: request.form.get(name, "").strip() for name in _LINES}
    chosen = {name for name in _CHOICES if name in request.form}
    try:
        _demand_lines(values)
        confirm_password()
        choices = {name: name in chosen for name in _CHOICES}
        governing.change_school(repository(), signer(), {**values, **choices}, now())
    except InvalidFields as error:
        return _page(values, chosen, error.errors), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Đã đổi thông tin trường. Mọi trang công khai sẽ theo thông tin mới."))
    return redirect(url_for("school.profile"))


def _demand_lines(values: dict[str, str]) -> None:
    errors: dict[str, list[Message]] = {
        name: [Message("Ô này dài nhất {count} ký tự.", {"count": _MAX})]
        for name, value in values.items()
        if len(value) > _MAX
    }
    if not values["name"]:
        errors["name"] = [Message("Chưa có tên trường.")]
    if values["email"] and "@" not in values["email"]:
        errors["email"] = [Message("Thư điện tử có dạng ten@truong.edu.vn.")]
    if errors:
        raise InvalidFields(errors)


def _page(values: dict[str, str], chosen: set[str], errors: dict[str, list[Message]]) -> str:
    key = release.public_key(newsroom().settings.data)
    facts = {"lines": _LINES, "choices": _CHOICES, "values": values, "chosen": chosen}
    return render_template(
        "school.html", **facts, errors=errors, fingerprint=fingerprint(key) if key else ""
    )
