from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from editor.permissions import ROUTES
from editor.protection import MAX_TEXT_BYTES
from tests.editor.conftest import A_POST, PRINCIPAL, TEACHER, Reader, picture

# The principal reaches every form but that of a first sign-in, which test_accounts tries.
WRITES = [pair for pair in ROUTES if pair[1] != "GET" and pair[0] != "newcomer.begin"]


def _address(app: Flask, endpoint: str) -> str:
    values: dict[str, Any] = {
        "entry_id": "20261124-abcd", "type_name": "posts", "username": TEACHER, "number": 1,
    }  # fmt: skip
    with app.test_request_context():
        return app.url_for(endpoint, **values).partition("?")[0]


@pytest.mark.parametrize(("endpoint", "method"), WRITES)
def test_a_write_without_the_forms_token_is_refused(
    app: Flask, person: Callable[[str], Reader], endpoint: str, method: str
) -> None:
    reader = person(PRINCIPAL)
    address = _address(app, endpoint)
    if "20261124-abcd" in address:
        entry_id = reader.write()
        address = address.replace("20261124-abcd", entry_id)
        if endpoint == "parking.take_back":
            seen = app.extensions["toasoan"].repository.draft(entry_id)
            reader.press(f"/bai/{entry_id}/bo-ban-nhap", note="Thôi.", seen=seen)

    answer = reader.client.post(address, data=A_POST)

    assert answer.status_code == 400
    assert "Tải lại trang rồi làm lại" in answer.text


def test_the_same_write_with_the_token_is_taken(person: Callable[[str], Reader]) -> None:
    """The control of the test above."""
    assert person(TEACHER).write()


def test_a_token_of_another_session_is_refused(
    person: Callable[[str], Reader], stranger: Reader
) -> None:
    answer = person(TEACHER).client.post(
        "/viet/posts", data={**A_POST, "csrf_token": stranger.token()}
    )

    assert answer.status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://lua-dao.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:8000"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_write_from_another_origin_is_refused(
    person: Callable[[str], Reader], headers: dict[str, str]
) -> None:
    reader = person(TEACHER)
    fields = {**A_POST, "csrf_token": reader.token()}

    answer = reader.client.post("/viet/posts", data=fields, headers=headers)

    assert answer.status_code == 403
    assert "Yêu cầu đến từ một trang khác" in answer.text


@pytest.mark.parametrize("path", ["/dang-nhap", "/", "/viet/posts", "/khong-co", "/ma-nguon"])
def test_every_answer_carries_the_headers(person: Callable[[str], Reader], path: str) -> None:
    headers = person(TEACHER).client.get(path).headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("host", ["lua-dao.example", "127.0.0.1.lua-dao.example"])
def test_another_host_name_is_not_answered(stranger: Reader, host: str) -> None:
    answer = stranger.client.get("/dang-nhap", base_url=f"http://{host}/")

    assert answer.status_code == 400


@pytest.mark.parametrize("with_file", [False, True])
def test_a_text_too_long_says_that_the_browser_keeps_it(
    person: Callable[[str], Reader], with_file: bool
) -> None:
    fields: dict[str, object] = {**A_POST, "body": "a" * (MAX_TEXT_BYTES + 1)}
    if with_file:
        fields["photos-0-upload"] = (picture(), "anh.jpg")

    answer = person(TEACHER).press("/viet/posts", **fields)
    answer.request.environ["wsgi.input"].close()

    assert answer.status_code == 413
    assert "Chữ đã gõ vẫn được trình duyệt này giữ" in answer.text


def test_a_stranger_cannot_send_much(stranger: Reader) -> None:
    answer = stranger.press("/dang-nhap", username=TEACHER, password="a" * (MAX_TEXT_BYTES + 1))
    answer.request.environ["wsgi.input"].close()

    assert answer.status_code == 413


def test_a_session_that_ended_says_that_the_browser_keeps_the_text(
    person: Callable[[str], Reader],
) -> None:
    reader = person(TEACHER)
    token = reader.token()
    reader.press("/dang-xuat")

    answer = reader.client.post("/viet/posts", data={**A_POST, "csrf_token": token})

    assert answer.status_code == 401
    assert "Đăng nhập lại rồi mở lại trang" in answer.text


def test_the_door_has_the_themes_colours_and_fonts_and_no_other_file_of_it(
    stranger: Reader,
) -> None:
    for name in ("00-tokens.css", "01-fonts.css"):
        with stranger.client.get(f"/giao-dien/{name}") as answer:
            assert (answer.status_code, answer.mimetype) == (200, "text/css")
            fonts = re.findall(r'url\("([^"]+)"\)', answer.get_data(as_text=True))
    assert fonts
    with stranger.client.get(f"/giao-dien/{fonts[0]}") as answer:
        assert answer.mimetype == "font/woff2"
    for name in ("90-print.css", "..%2fpelicanconf.py", "fonts/../../css/90-print.css", "fonts/x"):
        assert stranger.client.get(f"/giao-dien/{name}").status_code == 404
