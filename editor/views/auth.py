"""The door: sign in, sign out, choose a language."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from editor.accounts import FirstSignIn, SignInRefused
from editor.language import COOKIE, LANGUAGES
from editor.newsroom import newsroom, remote_address, visitor
from editor.passwords import Busy
from editor.permissions import is_readable_page
from editor.throttle import Throttled
from workflow.errors import Message

bp = Blueprint("auth", __name__)
_YEAR_SECONDS = 365 * 24 * 3600


@bp.get("/dang-nhap")
def door() -> str | BaseResponse:
    if visitor().username:
        return redirect(_known_page(request.args.get("next", "")))
    return _door([])


@bp.post("/dang-nhap")
def sign_in() -> tuple[str, int] | BaseResponse:
    username, password = request.form.get("username", ""), request.form.get("password", "")
    newsroom().settle_keys()
    try:
        signer = newsroom().accounts.authenticate(username, password, remote_address())
    except FirstSignIn as first:
        visitor().sign_in(first.username, None)
        return redirect(url_for("newcomer.welcome"))
    except SignInRefused as error:
        return _door(error.messages()), HTTPStatus.UNAUTHORIZED
    except (Throttled, Busy) as error:
        return _door(error.messages()), HTTPStatus.TOO_MANY_REQUESTS
    visitor().sign_in(signer.username, signer.private_key)
    return redirect(_known_page(request.form.get("next", "")))


@bp.post("/dang-xuat")
def sign_out() -> BaseResponse:
    visitor().sign_out()
    return redirect(url_for("auth.door", ra=1))


@bp.post("/ngon-ngu")
def choose_language() -> BaseResponse:
    chosen = request.form.get("language", "")
    response: BaseResponse = redirect(_known_page(request.form.get("next", "")))
    if chosen in LANGUAGES:
        response.set_cookie(COOKIE, chosen, max_age=_YEAR_SECONDS, samesite="Lax", httponly=True)
    return response


def _door(problems: list[Message]) -> str:
    asked = request.values.get("next", "")
    return render_template(
        "sign_in.html",
        problems=problems,
        username=request.form.get("username", ""),
        next=asked if is_readable_page(asked.partition("?")[0]) else "",
        has_left="ra" in request.args,
    )


def _known_page(asked: str) -> str:
    """Return a page of ours to go to: never another host, never an address nobody serves."""
    path = asked.partition("?")[0]
    is_ours = path.startswith("/") and not path.startswith(("//", "/\\"))
    is_door = path == url_for("auth.door")
    return asked if is_ours and not is_door and is_readable_page(path) else url_for("desk.home")
