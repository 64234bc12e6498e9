"""The preview: the exact public page in a frame, and the built site under the draft's address."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, send_file, url_for
from werkzeug.wrappers import Response as BaseResponse

from editor.newsroom import current_change, governance, newsroom, person
from editor.previewing import file_in, page_path, preview_folder, with_links_inside
from editor.protection import PREVIEW_POLICY
from workflow.entries import refusals
from workflow.states import Action

bp = Blueprint("preview", __name__)


@bp.get("/bai/<entry:entry_id>/xem-truoc")
def frame() -> str:
    change = current_change()
    preview_folder(change)
    page = page_path(change)
    may = {a: not refusals(change, a, person(), governance()) for a in Action}
    return render_template("preview.html", change=change, page=page, may=may)


@bp.get("/bai/<entry:entry_id>/trang-xem-truoc")
def page() -> BaseResponse:
    change = current_change()
    path = page_path(change)
    return redirect(url_for("preview.site", entry_id=change.entry_id, path=path))


@bp.get("/bai/<entry:entry_id>/xem-truoc/<path:path>")
def site(path: str) -> Response:
    change = current_change()
    file = file_in(preview_folder(change), path)
    if file.suffix == ".html":
        prefix = url_for("preview.frame", entry_id=change.entry_id)
        public_url = newsroom().settings.public_url
        response = Response(with_links_inside(file.read_text(), prefix, public_url))
    else:
        response = send_file(file)
    response.headers["Content-Security-Policy"] = PREVIEW_POLICY
    response.headers["Cache-Control"] = "no-store"
    return response
