"""Help in the reader's words, and the program's source."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from editor.source_archive import source_archive

bp = Blueprint("guide", __name__)


@bp.get("/tro-giup")
def help_page() -> str:
    return render_template("help.html")


@bp.get("/ma-nguon")
def source() -> Response:
    response = Response(source_archive(), mimetype="application/zip")
    response.headers.set("Content-Disposition", "attachment", filename="toasoan-ma-nguon.zip")
    return response
