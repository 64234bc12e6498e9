"""How every refusal becomes an answer: the one place where errors meet HTTP.

Knows no view; a view lets the workflow's errors pass.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from flask import Flask, render_template, request
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from editor.accounts import SignInRefused, WrongPassword
from editor.enrolment import key_code
from editor.newsroom import Waiting, governance, own_key, visitor
from editor.passwords import Busy
from editor.permissions import SignedOut, is_readable_page
from editor.previewing import PreviewsBusy
from editor.protection import READING_METHODS
from editor.throttle import Throttled
from workflow.errors import (
    BuildFailed,
    InvalidFields,
    MediaRefused,
    Message,
    NotFound,
    Refused,
    StaleVersion,
    Unverified,
    WorkflowError,
)
from workflow.repository import RefMoved

Answer = tuple[str, int]

_STATUS: Final[tuple[tuple[type[WorkflowError], HTTPStatus], ...]] = (
    (SignedOut, HTTPStatus.UNAUTHORIZED),
    (SignInRefused, HTTPStatus.UNAUTHORIZED),
    (WrongPassword, HTTPStatus.FORBIDDEN),
    (Throttled, HTTPStatus.TOO_MANY_REQUESTS),
    (Busy, HTTPStatus.TOO_MANY_REQUESTS),
    (PreviewsBusy, HTTPStatus.TOO_MANY_REQUESTS),
    (Refused, HTTPStatus.FORBIDDEN),
    (NotFound, HTTPStatus.NOT_FOUND),
    (StaleVersion, HTTPStatus.CONFLICT),
    (RefMoved, HTTPStatus.CONFLICT),
    (InvalidFields, HTTPStatus.UNPROCESSABLE_ENTITY),
    (MediaRefused, HTTPStatus.UNPROCESSABLE_ENTITY),
    (BuildFailed, HTTPStatus.BAD_GATEWAY),
    (Unverified, HTTPStatus.SERVICE_UNAVAILABLE),
)
_TITLES: Final = {
    HTTPStatus.BAD_REQUEST: _l("Chưa nhận được yêu cầu"),
    HTTPStatus.UNAUTHORIZED: _l("Cần đăng nhập lại"),
    HTTPStatus.FORBIDDEN: _l("Việc này không được phép"),
    HTTPStatus.NOT_FOUND: _l("Không có trang này"),
    HTTPStatus.METHOD_NOT_ALLOWED: _l("Không có trang này"),
    HTTPStatus.CONFLICT: _l("Bài đã thay đổi"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _l("Tệp hoặc bài gửi lên quá lớn"),
    HTTPStatus.UNPROCESSABLE_ENTITY: _l("Một số ô chưa đúng"),
    HTTPStatus.TOO_MANY_REQUESTS: _l("Chờ một lát"),
    HTTPStatus.BAD_GATEWAY: _l("Không dựng được trang"),
}
_SENTENCES: Final = {
    HTTPStatus.NOT_FOUND: Message(
        "Địa chỉ này không dẫn đến đâu: bài đã đăng, đã chuyển chỗ hoặc địa chỉ gõ sai."
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: Message(
        "Trang này chỉ mở được từ nút bấm. Quay lại bàn làm việc rồi bấm lại."
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Message(
        "Cả lần gửi tối đa 64 MB, phần chữ tối đa 2 MB. Chữ đã gõ vẫn được trình duyệt này giữ: "
        "quay lại, bớt ảnh hoặc tệp rồi lưu lại."
    ),
}
_ANYTHING_ELSE: Final = Message(
    "Máy chủ chưa làm được việc này. Thử lại, nếu vẫn thế thì báo quản trị."
)


def answer_failures(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(WorkflowError, workflow_failure)
    app.register_error_handler(Waiting, waiting_page)
    app.register_error_handler(CSRFError, stale_page)
    app.register_error_handler(SecurityError, unknown_host)
    app.register_error_handler(HTTPException, http_failure)


def workflow_failure(error: WorkflowError) -> Answer:
    """Show the workflow's own sentences."""
    status = next((s for kind, s in _STATUS if isinstance(error, kind)), None)
    details = error.output if isinstance(error, BuildFailed) else ""
    return _page(status or HTTPStatus.INTERNAL_SERVER_ERROR, error.messages(), details)


def waiting_page(_error: Waiting) -> Answer:
    """Say for whom an account waits: it can do nothing else until then."""
    username = visitor().username or ""
    page = render_template(
        "waiting.html",
        username=username,
        principal=governance().principal,
        is_known=username in governance().people,
        code=key_code(own_key()),
    )
    return page, int(HTTPStatus.FORBIDDEN)


def stale_page(_error: CSRFError) -> Answer:
    """Explain a form whose token fits no session."""
    sentence = Message(
        "Trang này mở đã lâu hoặc cookie bị chặn, nên chưa nhận. Tải lại trang rồi làm lại: "
        "chữ đã gõ vẫn được trình duyệt này giữ."
    )
    return _page(HTTPStatus.BAD_REQUEST, [sentence])


def unknown_host(_error: SecurityError) -> Answer:
    """Answer a Host header that is not ours: no address can be made, so no page."""
    return "Bad host\n", int(HTTPStatus.BAD_REQUEST)


def http_failure(error: HTTPException) -> Answer:
    """Show what HTTP itself refuses, in words."""
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    return _page(status, [_SENTENCES.get(status, _ANYTHING_ELSE)])


def _page(status: HTTPStatus, reasons: list[Message], details: str = "") -> Answer:
    title = _TITLES.get(status, _l("Có trục trặc"))
    page = render_template(
        "failure.html", title=title, reasons=reasons, details=details, back=_page_before()
    )
    return page, int(status)


def _page_before() -> str:
    """Return the page whose form was refused, or its entry's: there the typed text waits."""
    if request.method in READING_METHODS:
        return ""
    around = request.path.rpartition("/")[0]
    return next((path for path in (request.path, around) if is_readable_page(path)), "")
