"""Files of drafts, files that wait, and the theme's styles and fonts: each with a fixed type."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, request, send_from_directory

from editor.newsroom import current_change, governance, newsroom, person, repository
from editor.protection import FILE_POLICY
from workflow import derivatives
from workflow.entries import Change, Edition
from workflow.errors import NotFound
from workflow.repository import StoredMedia

bp = Blueprint("media", __name__)
_THEME: Final = Path(__file__).resolve().parents[2] / "theme"
_SHARED_STYLES: Final = frozenset({"00-tokens.css", "01-fonts.css"})
"""Colours and fonts: the school looks the same inside and outside, from one home."""
_MONTH_SECONDS: Final = 30 * 24 * 3600
_TYPES: Final = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "pdf": "application/pdf",
}


@bp.get("/bai/<entry:entry_id>/tep/<name>")
def entry_file(name: str) -> Response:
    return change_file(current_change(), name)


@bp.get("/tep-tam/<token>")
def pending_file(token: str) -> Response:
    pending = newsroom().uploads.find(person().username, token)
    if pending is None:
        raise NotFound
    return file_response(pending.stored, f"tep.{pending.extension}")


@bp.get("/giao-dien/<name>")
def shared_style(name: str) -> Response:
    if name not in _SHARED_STYLES:
        raise NotFound
    return send_from_directory(_THEME / "css", name, mimetype="text/css")


@bp.get("/giao-dien/fonts/<name>")
def font(name: str) -> Response:
    """Return a font, beside the style that names it."""
    if not name.endswith(".woff2"):
        raise NotFound
    fonts = _THEME / "static" / "fonts"
    return send_from_directory(fonts, name, mimetype="font/woff2", max_age=_MONTH_SECONDS)


def change_file(change: Change, name: str) -> Response:
    """Return a file of a change, or, as the address may ask, the one that it replaces.

    Raises:
        NotFound: it has no such file.
    """
    edition = (change.before or Edition({}, "")) if "truoc" in request.args else change.edition
    stored = edition.media.get(name)
    if stored is None:
        raise NotFound
    return file_response(stored, name)


def file_response(stored: StoredMedia, name: str) -> Response:
    """Return a stored file for the browser that asks; of a picture a small one, where it may.

    Raises:
        NotFound: it was erased by order.
    """
    if stored.oid in governance().erasures:
        raise NotFound
    extension = name.rpartition(".")[2]
    small = _thumbnail(stored) if "nho" in request.args else None
    response = Response(small or repository().open_media(stored.oid), HTTPStatus.OK)
    response.content_type = _TYPES["webp" if small else extension]
    response.headers["Content-Security-Policy"] = FILE_POLICY
    response.headers["Cache-Control"] = "private, max-age=3600"
    if extension == "pdf":
        response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _thumbnail(stored: StoredMedia) -> bytes | None:
    path = derivatives.thumbnail(newsroom().settings.data, stored.oid)
    try:
        return path.read_bytes() if path else None
    except FileNotFoundError:  # it was erased, or made anew, just now
        return None
