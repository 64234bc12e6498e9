"""What guards every answer and every write, whoever is signed in: headers, origin, size.

Knows no permission; that a person may write at all is decided elsewhere.
"""

from __future__ import annotations

from typing import Final

from flask import Flask, Response, request
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from editor.settings import Settings
from workflow.errors import Message, Refused

READING_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
MAX_REQUEST_BYTES: Final = 64 * 1024 * 1024
MAX_TEXT_BYTES: Final = 2 * 1024 * 1024
_WITH_FILES: Final = frozenset({"writing.create", "writing.save"})
PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; frame-src 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
PREVIEW_POLICY: Final = (
    "sandbox allow-same-origin; default-src 'none'; img-src 'self'; style-src 'self'; "
    "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
FILE_POLICY: Final = "sandbox; default-src 'none'; frame-ancestors 'self'"
_HEADERS: Final = {
    "Content-Security-Policy": PAGE_POLICY,
    "X-Content-Type-Options": "nosniff",
    # A stricter policy would make browsers send "Origin: null" with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def protect(app: Flask, settings: Settings) -> None:
    """Put the guards on; call after the permission guard, so that strangers upload nothing."""
    app.config.update(
        TRUSTED_HOSTS=list(settings.hosts),
        MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_TEXT_BYTES,
        MAX_FORM_PARTS=2000,
        WTF_CSRF_TIME_LIMIT=None,
    )
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops)  # type: ignore[method-assign]
    app.before_request(limit_size)
    app.before_request(refuse_other_origins)
    CSRFProtect(app)
    app.after_request(lambda response: set_headers(response, https=settings.is_https))


def limit_size() -> None:
    """Let only the forms that carry files be large; a stranger's request is never."""
    # Werkzeug's limit for text does not look at forms without files (urlencoded).
    has_files = request.mimetype == "multipart/form-data" and request.endpoint in _WITH_FILES
    request.max_content_length = MAX_REQUEST_BYTES if has_files else MAX_TEXT_BYTES


def refuse_other_origins() -> None:
    """Refuse a write that another site sent through the person's browser."""
    if request.method in READING_METHODS:
        return
    own = f"{request.scheme}://{request.host}"
    foreign = request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin"
    if foreign or request.headers.get("Origin", own) != own:
        raise Refused([Message("Yêu cầu đến từ một trang khác nên không được nhận.")])


def set_headers(response: Response, *, https: bool) -> Response:
    """Add the security headers that a view has not set more strictly."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if https:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response
