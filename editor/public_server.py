"""Serve the live release on loopback for ``./toasoan run``; in production a web server does.

Read-only files of one folder: it knows no account, no cookie and no repository.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from flask import Flask, Response, redirect, request, send_from_directory
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join
from werkzeug.wrappers import Response as AnyResponse

_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "media-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_CHECKING: Final = "/xac-minh/"
_CHECKING_POLICY: Final = f"{_POLICY}; script-src 'self'; connect-src 'self'"
"""Only the pages that compare bytes in the reader's browser run a script, and fetch."""
HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_LASTING: Final = ("/theme/fonts/",)


def create_app(www: Path) -> Flask:
    """Return the server of ``www/current``; while there is no release yet it says so with 503."""
    app = Flask(__name__, static_folder=None)

    @app.get("/", defaults={"path": ""})
    @app.get("/<path:path>")
    def page(path: str) -> AnyResponse:
        # Read once: every answer comes whole from one release, also across a switch.
        root = Path(os.path.realpath(www / "current"))
        if not root.is_dir():
            return Response(
                "Trang đang được dựng lần đầu. Tải lại sau vài giây.",
                503,
                {"Retry-After": "2"},
                mimetype="text/plain",
            )
        return _file(root, path)

    @app.after_request
    def secure(response: Response) -> Response:
        response.headers.update(HEADERS)
        if request.path.startswith(_CHECKING):
            response.headers["Content-Security-Policy"] = _CHECKING_POLICY
        lasting = request.path.startswith(_LASTING)
        response.cache_control.max_age = 31_536_000 if lasting else None
        response.cache_control.no_cache = None if lasting else True
        return response

    return app


def _file(root: Path, path: str) -> AnyResponse:
    found = safe_join(str(root), path) if path else str(root)
    if found and _is_folder(Path(found)):
        if path and not path.endswith("/"):
            # Made from the folder: what was asked may name another host before its "..".
            own = Path(found).relative_to(root).as_posix()
            return redirect("/" if own == "." else f"/{own}/", 308)
        path = f"{path}index.html"
    try:
        return send_from_directory(root, path, conditional=True, etag=True)
    except NotFound:
        response = send_from_directory(root, "404.html")
        response.status_code = 404
        return response


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name longer than the disk takes
        return False
