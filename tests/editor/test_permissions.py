from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from editor.accounts import Accounts
from editor.permissions import ROUTES, Permission, Unguarded, require_guards
from editor.sessions import ServerSession
from tests.editor.conftest import ADMIN, CLERK, COOK, LEAD, TEACHER, VICE, Reader
from workflow.signing import generate


def test_every_route_and_method_has_its_permission(app: Flask) -> None:
    require_guards(app)


@pytest.mark.parametrize("missing", sorted(ROUTES))
def test_the_app_refuses_to_start_while_one_is_missing(
    app: Flask, missing: tuple[str, str]
) -> None:
    registry = {pair: permission for pair, permission in ROUTES.items() if pair != missing}

    with pytest.raises(Unguarded, match="no permission"):
        require_guards(app, registry)


def test_the_app_refuses_a_write_under_a_reading_permission(app: Flask) -> None:
    registry = {**ROUTES, ("writing.save", "POST"): Permission.ENTRY_READ}

    with pytest.raises(Unguarded, match=r"writing\.save POST: guarded by entry:read"):
        require_guards(app, registry)


def test_the_app_refuses_a_permission_for_a_route_that_is_gone(app: Flask) -> None:
    registry = {**ROUTES, ("writing.burn", "POST"): Permission.ENTRY_SAVE}

    with pytest.raises(Unguarded, match="no such route"):
        require_guards(app, registry)


@pytest.mark.parametrize(
    ("endpoint", "method"), [p for p, rule in ROUTES.items() if rule.scope != "public"]
)
def test_a_stranger_reaches_nothing_but_the_public_routes(
    app: Flask, stranger: Reader, endpoint: str, method: str
) -> None:
    values: dict[str, Any] = {
        "entry_id": "20261124-abcd", "type_name": "posts", "name": "anh-1.jpg",
        "token": "x", "path": "index.html", "username": "co.giaovien5a", "sha256": "0" * 64,
        "number": 1,
    }  # fmt: skip
    rule = next(r for r in app.url_map.iter_rules(endpoint))
    with app.test_request_context():
        address = app.url_for(endpoint, **{k: values[k] for k in rule.arguments})

    answer = stranger.client.open(address, method=method)

    assert answer.status_code == (401 if method == "POST" else 302)
    assert method == "POST" or answer.location.startswith("/dang-nhap")


@pytest.mark.parametrize(
    ("username", "allowed"),
    [
        (TEACHER, {"posts", "notices"}),
        (CLERK, {"posts", "notices", "circulars", "pages"}),
        (ADMIN, {"posts", "notices", "pages"}),
        (COOK, {"posts", "notices", "menus"}),
        (VICE, {"posts", "notices", "pages"}),
    ],
)
def test_each_role_writes_only_its_types(
    person: Callable[[str], Reader], username: str, allowed: set[str]
) -> None:
    reader = person(username)

    for type_name in ("posts", "notices", "circulars", "menus", "pages"):
        answer = reader.client.get(f"/viet/{type_name}")
        assert answer.status_code == (200 if type_name in allowed else 403)
        if type_name not in allowed:
            assert "Tài khoản này không được phân công soạn" in answer.text


def test_a_draft_of_another_team_is_not_shown_in_any_view(
    person: Callable[[str], Reader],
) -> None:
    entry = person(TEACHER).write()
    other = person(COOK)

    for page in ("", "/sua", "/xem-truoc", "/xem-truoc/index.html", "/tien-do", "/tep/anh-1.jpg"):
        answer = other.client.get(f"/bai/{entry}{page}")
        assert answer.status_code == 403
        assert "Bài này do tổ, bộ phận khác đang soạn." in answer.text
    assert "Bé vui rước đèn" not in other.read("/")


def test_a_draft_of_the_own_team_is_shown_to_its_lead(person: Callable[[str], Reader]) -> None:
    """The control of the test above."""
    entry = person(TEACHER).write()

    assert "Bé vui rước đèn" in person(LEAD).read(f"/bai/{entry}")


def test_who_left_the_roster_is_told_so(app: Flask, person: Callable[[str], Reader]) -> None:
    newsroom = app.extensions["toasoan"]
    key = generate()
    Accounts(newsroom.database).create("nguoi.moi", "bốn-chiếc-lá-me-xanh", key)
    session = ServerSession("before", "", None)
    session.sign_in("nguoi.moi", key)
    with app.test_request_context():
        app.session_interface.save_session(app, session, app.make_response(""))
    client = app.test_client()
    client.set_cookie("toasoan", session.token)

    answer = client.get("/")

    assert answer.status_code == 403
    assert "chưa có trong danh sách phân quyền" in answer.text
    assert Reader(client).press("/dang-xuat").location == "/dang-nhap?ra=1"
