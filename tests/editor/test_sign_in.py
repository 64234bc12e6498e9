from __future__ import annotations

import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from editor import passwords
from editor.accounts import SignInRefused
from editor.app import create_app
from editor.newsroom import Newsroom
from editor.passwords import _DUMMY_HASH, _hasher
from editor.throttle import Throttled
from tests.editor.conftest import PASSWORD, PRINCIPAL, TEACHER, VICE, Reader


def test_the_right_password_opens_the_desk(stranger: Reader) -> None:
    answer = stranger.sign_in(TEACHER)

    assert answer.location == "/"
    assert "Bàn làm việc" in stranger.read("/")


def test_a_password_typed_by_another_keyboard_is_the_same_password(stranger: Reader) -> None:
    """Some keyboards send "ợ" as three characters."""
    answer = stranger.sign_in(TEACHER, unicodedata.normalize("NFD", PASSWORD))

    assert answer.status_code == 302


@pytest.mark.parametrize("username", [TEACHER, "khong.co.ai"])
def test_a_wrong_password_and_an_unknown_name_get_the_same_words(
    stranger: Reader, username: str
) -> None:
    answer = stranger.sign_in(username, "sai mật khẩu rồi")

    assert answer.status_code == 401
    assert "Tên đăng nhập hoặc mật khẩu không đúng. Kiểm tra bộ gõ" in answer.text
    assert f'value="{username}"' in answer.text


def test_an_unknown_name_costs_as_much_as_a_known_one() -> None:
    assert not _hasher.check_needs_rehash(_DUMMY_HASH)


def test_a_guess_is_dear(monkeypatch: pytest.MonkeyPatch) -> None:
    """The parameters of the program, which all other tests here make cheap."""
    monkeypatch.setattr(passwords, "_hasher", _hasher)
    hashed = passwords.hash_password(PASSWORD)

    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    assert passwords.verify_password(hashed, PASSWORD)
    assert not passwords.verify_password(hashed, f"{PASSWORD} sai")
    assert passwords.derive_key(PASSWORD, b"\0" * 16).hex() == (
        "cf69424ef0cfc55d405f5de7474832c0397bfc4a55be3bcc178b6ed616b7d7fc"
    )


def test_a_locked_account_stays_out(stranger: Reader, newsroom: Newsroom) -> None:
    newsroom.accounts.lock(TEACHER)

    assert stranger.sign_in(TEACHER).status_code == 401


def test_a_demo_account_answers_only_on_this_machine(app: Flask) -> None:
    for address, expected in (("127.0.0.1", 302), ("::1", 302), ("192.168.1.7", 401)):
        client = app.test_client()
        client.environ_base["REMOTE_ADDR"] = address

        assert Reader(client).sign_in(PRINCIPAL).status_code == expected


def test_a_demo_account_does_not_answer_through_a_proxy(app: Flask) -> None:
    """Behind a proxy every reader comes from this machine."""
    client = app.test_client()
    client.environ_base["HTTP_X_FORWARDED_FOR"] = "203.0.113.9"

    assert Reader(client).sign_in(PRINCIPAL).status_code == 401


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("/viet/posts", "/viet/posts"),
        ("/bai/20261124-abcd/sua?thieu=1", "/bai/20261124-abcd/sua?thieu=1"),
        ("https://lua-dao.example/", "/"),
        ("//lua-dao.example/", "/"),
        ("/\\lua-dao.example/", "/"),
        ("/khong-co-trang-nay", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_only_a_page_of_ours_is_gone_to_after_signing_in(
    stranger: Reader, asked: str, expected: str
) -> None:
    assert stranger.sign_in(TEACHER, next=asked).location == expected


def test_a_stranger_is_sent_to_the_door_and_then_where_he_wanted(stranger: Reader) -> None:
    answer = stranger.client.get("/viet/posts")

    assert answer.location == "/dang-nhap?next=/viet/posts"


def test_five_wrong_passwords_lock_the_name_also_for_the_right_one(stranger: Reader) -> None:
    for _ in range(5):
        stranger.sign_in(TEACHER, "sai mật khẩu rồi")

    answer = stranger.sign_in(TEACHER)

    assert answer.status_code == 429
    assert "thử lại sau 15 phút" in answer.text


def test_blanks_and_capitals_give_a_name_no_further_tries(stranger: Reader) -> None:
    for number in range(5):
        stranger.sign_in(f"{' ' * number}{TEACHER.upper()}", "sai mật khẩu rồi")

    assert stranger.sign_in(TEACHER).status_code == 429


def test_the_lock_outlives_a_restart(stranger: Reader, newsroom: Newsroom) -> None:
    for _ in range(5):
        stranger.sign_in(TEACHER, "sai mật khẩu rồi")
    again = create_app(newsroom.settings)

    assert Reader(again.test_client()).sign_in(TEACHER).status_code == 429
    again.extensions["toasoan"].database.engine.dispose()


def test_many_guesses_at_once_get_no_more_than_five(newsroom: Newsroom) -> None:
    """Each attempt is counted before its password is looked at."""

    def guess(number: int) -> type[Exception]:
        try:
            newsroom.accounts.authenticate(TEACHER, f"đoán {number}", "127.0.0.1")
        except (SignInRefused, Throttled) as error:
            return type(error)
        raise AssertionError

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(12)))

    assert answers.count(SignInRefused) == 5
    assert answers.count(Throttled) == 7


def from_address(app: Flask, address: str) -> Reader:
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = address
    return Reader(client)


def test_who_guesses_elsewhere_locks_the_name_there_and_not_for_its_owner(app: Flask) -> None:
    attacker, owner = from_address(app, "192.0.2.7"), from_address(app, "198.51.100.4")
    for _ in range(6):
        answer = attacker.sign_in(TEACHER, "sai mật khẩu rồi")
    assert answer.status_code == 429

    assert owner.sign_in(TEACHER).status_code == 302
    assert attacker.sign_in(TEACHER).status_code == 429


def test_many_addresses_lock_a_name_for_five_minutes_at_most(app: Flask) -> None:
    for number in range(20):
        from_address(app, f"192.0.2.{number}").sign_in(TEACHER, "sai mật khẩu rồi")
    answer = from_address(app, "198.51.100.4").sign_in(TEACHER)

    assert answer.status_code == 429
    assert "thử lại sau 5 phút" in answer.text


def test_behind_a_proxy_that_hides_who_guesses_a_name_is_locked_for_five_minutes(
    app: Flask,
) -> None:
    client = app.test_client()
    client.environ_base["HTTP_X_FORWARDED_FOR"] = "203.0.113.9"
    reader = Reader(client)
    for _ in range(5):
        reader.sign_in(TEACHER, "sai mật khẩu rồi")

    assert "thử lại sau 5 phút" in reader.sign_in(TEACHER).text


def test_four_wrong_passwords_lock_nothing(stranger: Reader) -> None:
    """The control: without five failures the same person gets in."""
    for _ in range(4):
        stranger.sign_in(TEACHER, "sai mật khẩu rồi")

    assert stranger.sign_in(TEACHER).status_code == 302


def test_a_new_password_ends_the_other_sessions_and_keeps_the_key(
    person: Callable[[str], Reader], newsroom: Newsroom
) -> None:
    here, elsewhere = person(VICE), person(VICE)
    before = newsroom.accounts.authenticate(VICE, PASSWORD, "127.0.0.1")
    new = "bốn-chiếc-lá-me-xanh"

    answer = here.press("/tai-khoan/mat-khau", old=PASSWORD, new=new, again=new)

    assert answer.location == "/"
    assert "Đã đổi mật khẩu" in here.read("/")
    assert elsewhere.client.get("/").location == "/dang-nhap"
    after = newsroom.accounts.authenticate(VICE, new, "127.0.0.1")
    assert after.private_key.private_bytes_raw() == before.private_key.private_bytes_raw()


@pytest.mark.parametrize(
    ("old", "new", "again", "sentence"),
    [
        (PASSWORD, "ngắn quá", "ngắn quá", "Mật khẩu cần ít nhất 12 ký tự."),
        (PASSWORD, "phuonghong2026", "phuonghong2026", "Mật khẩu này dễ đoán."),
        (PASSWORD, "một-hai-ba-bốn-năm", "khác", "Hai lần nhập chưa giống nhau."),
        ("sai mật khẩu", "một-hai-ba-bốn-năm", "một-hai-ba-bốn-năm", "Mật khẩu không đúng."),
        (PASSWORD, PASSWORD, PASSWORD, "Mật khẩu mới phải khác mật khẩu cũ."),
    ],
)
def test_a_bad_new_password_is_refused_in_words(
    person: Callable[[str], Reader], old: str, new: str, again: str, sentence: str
) -> None:
    answer = person(VICE).press("/tai-khoan/mat-khau", old=old, new=new, again=again)

    assert answer.status_code == 422
    assert sentence in answer.text
