from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask, g
from sqlalchemy import select, update

from editor.app import create_app
from editor.database import SessionRow
from editor.keys import CannotUnseal, key_from_token, unseal
from editor.newsroom import Newsroom, signer, visitor
from editor.settings import Settings
from tests.editor.conftest import PASSWORD, TEACHER, Reader
from workflow.signing import Signer, generate, public_key_line


def _cookie(reader: Reader) -> str:
    cookie = reader.client.get_cookie("toasoan")
    assert cookie is not None
    return cookie.value


def test_signing_in_changes_the_cookie(stranger: Reader) -> None:
    stranger.read("/dang-nhap")
    before = _cookie(stranger)

    stranger.sign_in(TEACHER)

    assert _cookie(stranger) != before


def test_a_planted_cookie_is_worth_nothing_after_signing_in(stranger: Reader) -> None:
    planted = "k" * 43
    stranger.client.set_cookie("toasoan", planted)
    stranger.sign_in(TEACHER)

    attacker = stranger.client.application.test_client()
    attacker.set_cookie("toasoan", planted)

    assert attacker.get("/").location == "/dang-nhap"


def test_looking_at_the_door_leaves_no_row(stranger: Reader, newsroom: Newsroom) -> None:
    stranger.read("/dang-nhap")

    with newsroom.database.reading() as session:
        assert session.scalars(select(SessionRow)).all() == []


def test_the_database_alone_cannot_unseal_the_key(
    person: Callable[[str], Reader], newsroom: Newsroom
) -> None:
    reader = person(TEACHER)
    with newsroom.database.reading() as session:
        row = session.scalars(select(SessionRow)).one()

    assert _cookie(reader) not in (row.token_hash, row.data)
    with pytest.raises(CannotUnseal):
        unseal(row.sealed_key, key_from_token(row.token_hash), owner=TEACHER)
    # The control: the cookie's token does open it.
    assert unseal(row.sealed_key, key_from_token(_cookie(reader)), owner=TEACHER)


def test_signing_out_deletes_the_session(
    person: Callable[[str], Reader], newsroom: Newsroom
) -> None:
    reader = person(TEACHER)
    old = _cookie(reader)

    answer = reader.press("/dang-xuat")

    assert "Đã đăng xuất." in reader.read(answer.location)
    reader.client.set_cookie("toasoan", old)
    assert reader.client.get("/").location == "/dang-nhap"


@pytest.mark.parametrize(("column", "hours"), [("seen_at", 2), ("created_at", 12)])
def test_a_session_ends_when_idle_and_at_the_latest_after_half_a_day(
    person: Callable[[str], Reader], newsroom: Newsroom, column: str, hours: int
) -> None:
    reader = person(TEACHER)
    assert reader.client.get("/").status_code == 200
    aged = getattr(SessionRow, column) - hours * 3600 - 1
    with newsroom.database.transaction() as session:
        session.execute(update(SessionRow).values({column: aged}))

    assert reader.client.get("/").location == "/dang-nhap"


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(stranger: Reader) -> None:
    header = stranger.client.get("/dang-nhap").headers["Set-Cookie"]

    assert "HttpOnly" in header
    assert "SameSite=Lax" in header
    assert "Path=/" in header


def test_over_tls_the_cookie_is_secure_and_bound_to_the_host(settings: Settings) -> None:
    app = create_app(replace(settings, editor_url="https://toasoan.example.edu.vn"))
    answer = app.test_client().get("/dang-nhap", base_url="https://toasoan.example.edu.vn")
    app.extensions["toasoan"].database.engine.dispose()

    assert answer.headers["Set-Cookie"].startswith("__Host-toasoan=")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "Strict-Transport-Security" in answer.headers


def test_a_decision_is_signed_with_the_key_that_the_password_unlocked(app: Flask) -> None:
    """Not with the one under the session's cookie, which is all that a thief of it has."""
    session_key, account_key = generate(), generate()
    with app.test_request_context():
        visitor().sign_in(TEACHER, session_key)
        assert signer().private_key.private_bytes_raw() == session_key.private_bytes_raw()
        g.confirmed = Signer(TEACHER, account_key)
        assert signer().private_key is account_key


def test_confirming_the_password_returns_the_accounts_own_key(newsroom: Newsroom) -> None:
    confirmed = newsroom.accounts.confirm(TEACHER, PASSWORD, "127.0.0.1")
    found = newsroom.accounts.find(TEACHER)

    assert found is not None
    assert public_key_line(confirmed.private_key) == found.public_key
