"""The development server of the public site."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from editor.public_server import create_app


@pytest.fixture
def www(tmp_path: Path) -> Path:
    release = tmp_path / "www" / "releases" / "one"
    (release / "tin-tuc").mkdir(parents=True)
    (release / "index.html").write_text("<p>trang chủ")
    (release / "tin-tuc" / "index.html").write_text("<p>tin tức")
    (release / "404.html").write_text("<p>không có trang này")
    (tmp_path / "www" / "secret.txt").write_text("secret")
    (tmp_path / "www" / "current").symlink_to("releases/one")
    return tmp_path / "www"


@pytest.fixture
def visitor(www: Path) -> FlaskClient:
    return create_app(www).test_client()


def test_folders_answer_with_their_page(visitor: FlaskClient) -> None:
    assert "trang chủ" in visitor.get("/", buffered=True).text
    assert "tin tức" in visitor.get("/tin-tuc/", buffered=True).text
    assert visitor.get("/tin-tuc", buffered=True).headers["Location"] == "/tin-tuc/"


@pytest.mark.parametrize(
    "path", ["/khong-co", "/../secret.txt", "/%2e%2e/secret.txt", "/..%2f..%2fsecret.txt"]
)
def test_everything_else_is_the_schools_own_404(visitor: FlaskClient, path: str) -> None:
    answer = visitor.get(path, buffered=True)

    assert answer.status_code == 404
    assert "không có trang này" in answer.text


@pytest.mark.parametrize(
    "path", ["/%09/khac.example/..%2f..%2ftin-tuc", "/%2Fkhac.example%2f..%2ftin-tuc"]
)
def test_no_address_leads_a_visitor_to_another_host(visitor: FlaskClient, path: str) -> None:
    """A browser drops the tab, and then reads the host's name after two slashes."""
    answer = visitor.get(path, buffered=True)
    while answer.headers.get("Location", "").startswith("/khac.example"):
        answer = visitor.get(answer.headers["Location"], buffered=True)

    assert answer.headers.get("Location") in {"/tin-tuc/", None}


def test_a_name_that_no_disk_takes_is_not_found(visitor: FlaskClient) -> None:
    assert visitor.get(f"/{'a' * 300}", buffered=True).status_code == 404


def test_nothing_can_be_written(visitor: FlaskClient) -> None:
    assert visitor.post("/").status_code == 405


def test_every_answer_carries_the_policy_and_no_cookie(visitor: FlaskClient) -> None:
    for path in ("/", "/khong-co"):
        headers = visitor.get(path, buffered=True).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert "script-src" not in headers["Content-Security-Policy"]
        assert "Set-Cookie" not in headers


def test_before_the_first_release_visitors_are_asked_to_wait(tmp_path: Path) -> None:
    answer = create_app(tmp_path).test_client().get("/")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "2"
