"""Erasure, the principal's new key and the note of a used recovery key, as people press them."""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import sha256

import pytest
from flask import Flask

from editor.newsroom import Newsroom
from editor.recovering import seal
from tests.editor.conftest import (
    ADMIN,
    LEAD,
    PASSWORD,
    PRINCIPAL,
    TEACHER,
    VICE,
    Reader,
    picture,
)
from tests.editor.test_orders import take_down
from workflow import governing, recovering, roster, services, signing, verification
from workflow.clock import now

Person = Callable[[str], Reader]


def a_post_down(person: Person, *, down: bool = True) -> str:
    """Publish a post with a photo and take it down."""
    entry = person(LEAD).write(
        then="submit", **{"photos-0-upload": (picture(), "a.jpg"), "photos-0-alt": "Bé"}
    )
    vice = person(VICE)
    seen = re.findall(r'name="seen" value="([0-9a-f]{40})"', vice.read(f"/bai/{entry}"))[0]
    answer = vice.press(f"/bai/{entry}/phe-duyet", seen=seen, password=PASSWORD)
    assert answer.status_code == 302, answer.text
    if down:
        take_down(vice, entry, kind="personal_data")
    return entry


def photo_of(newsroom: Newsroom, entry: str) -> str:
    media = services.published_entry(newsroom.repository, entry).edition.media
    return next(iter(media.values())).oid


def test_the_principal_erases_a_photo_of_an_entry_that_is_down(
    person: Person, newsroom: Newsroom
) -> None:
    entry = a_post_down(person)
    oid = photo_of(newsroom, entry)
    principal = person(PRINCIPAL)
    assert f"/bai/{entry}/xoa-tep" in principal.read("/dieu-hanh")
    assert f"/bai/{entry}/xoa-tep/{oid}" in principal.read(f"/bai/{entry}/xoa-tep")
    shown = principal.client.get(f"/bai/{entry}/xoa-tep/{oid}")
    assert sha256(shown.data).hexdigest() == oid

    answer = principal.press(
        f"/bai/{entry}/xoa-tep", files=oid, reason="Phụ huynh yêu cầu", password=PASSWORD
    )

    assert answer.location == f"/bai/{entry}/xoa-tep"
    assert not newsroom.repository.media_path(oid).exists()
    page = principal.read(answer.location)
    assert oid in page
    assert "Phụ huynh yêu cầu" in page
    assert "Phụ huynh yêu cầu" in principal.read("/dieu-hanh")
    assert principal.client.get(f"/bai/{entry}/xoa-tep/{oid}").status_code == 404
    assert principal.client.get(f"/bai/{entry}/tep/anh-1.jpg").status_code == 404
    assert principal.client.get(f"/bai/{entry}").status_code == 200
    report = verification.verify(newsroom.repository.path)
    assert (report.ok, report.erased) == (True, (oid,))


def test_the_same_bytes_are_refused_at_their_row(person: Person, newsroom: Newsroom) -> None:
    entry = a_post_down(person)
    oid = photo_of(newsroom, entry)
    person(PRINCIPAL).press(
        f"/bai/{entry}/xoa-tep", files=oid, reason="Phụ huynh yêu cầu", password=PASSWORD
    )

    answer = person(TEACHER).press(
        "/viet/posts",
        title="Lại ảnh ấy",
        group="mau-giao",
        **{"photos-0-upload": (picture(), "b.jpg"), "photos-0-alt": "Bé"},
    )

    assert answer.status_code == 422
    assert "Tệp này đã bị xóa theo lệnh của hiệu trưởng. Chọn tệp khác." in answer.text
    assert not newsroom.repository.media_path(oid).exists()


def test_a_photo_of_a_draft_that_was_given_up_can_be_chosen(
    person: Person, newsroom: Newsroom
) -> None:
    teacher, principal = person(TEACHER), person(PRINCIPAL)
    entry = teacher.write(
        **{"photos-0-upload": (picture(), "a.jpg"), "photos-0-alt": "Bé"},
    )
    draft = services.change(newsroom.repository, entry)
    oid = next(iter(draft.media.values())).oid
    teacher.press(f"/bai/{entry}/bo-ban-nhap", seen=draft.head, note="Ảnh không nên có.")
    assert f"/bai/{entry}/xoa-tep" in principal.read(f"/ban-nhap-da-bo/{entry}/1")
    assert f"/bai/{entry}/xoa-tep" not in teacher.read(f"/ban-nhap-da-bo/{entry}/1")
    assert f'value="{oid}"' in principal.read(f"/bai/{entry}/xoa-tep")

    answer = principal.press(
        f"/bai/{entry}/xoa-tep", files=oid, reason="Phụ huynh yêu cầu", password=PASSWORD
    )

    assert answer.status_code == 302
    assert not newsroom.repository.media_path(oid).exists()
    assert "Phụ huynh yêu cầu" in principal.read(answer.location)
    assert verification.verify(newsroom.repository.path).ok


def test_a_photo_of_a_draft_that_was_never_public_is_erased_from_its_page(
    person: Person, newsroom: Newsroom
) -> None:
    teacher, principal = person(TEACHER), person(PRINCIPAL)
    plain = teacher.write(title="Bé tập vẽ")
    entry = teacher.write(**{"photos-0-upload": (picture(), "a.jpg"), "photos-0-alt": "Bé"})
    (stored,) = services.change(newsroom.repository, entry).media.values()
    link = f'href="/bai/{entry}/xoa-tep"'
    assert link in principal.read(f"/bai/{entry}")
    assert link not in teacher.read(f"/bai/{entry}")
    assert "/xoa-tep" not in principal.read(f"/bai/{plain}")

    form = {"files": stored.oid, "reason": "Phụ huynh yêu cầu", "password": PASSWORD}
    assert principal.press(f"/bai/{entry}/xoa-tep", **form).status_code == 302

    assert not newsroom.repository.media_path(stored.oid).exists()
    assert person(TEACHER).client.get(f"/bai/{entry}").status_code == 200
    assert verification.verify(newsroom.repository.path).ok


def test_an_entry_that_never_was_has_no_erasure(person: Person) -> None:
    assert person(PRINCIPAL).client.get("/bai/20260101-abcd/xoa-tep").status_code == 404


def test_a_photo_that_is_public_cannot_be_chosen(person: Person, newsroom: Newsroom) -> None:
    entry = a_post_down(person, down=False)
    oid = photo_of(newsroom, entry)
    principal = person(PRINCIPAL)

    page = principal.read(f"/bai/{entry}/xoa-tep")
    assert "còn trên bài đang đăng" in page
    assert f'value="{oid}"' not in page
    answer = principal.press(f"/bai/{entry}/xoa-tep", files=oid, reason="Lý", password=PASSWORD)
    assert answer.status_code == 403
    assert newsroom.repository.media_path(oid).exists()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"files": []}, "Chọn ít nhất một tệp để xóa."),
        ({"files": "0" * 64}, "Chọn ít nhất một tệp để xóa."),
        ({"reason": " "}, "Chưa có lý do."),
        ({"password": ""}, "Chưa nhập mật khẩu."),
        ({"password": "sai mật khẩu"}, "Mật khẩu không đúng."),
    ],
)
def test_an_erasure_needs_files_reason_and_password(
    person: Person, newsroom: Newsroom, changed: dict[str, object], sentence: str
) -> None:
    entry = a_post_down(person)
    oid = photo_of(newsroom, entry)
    fields = {"files": oid, "reason": "Phụ huynh yêu cầu", "password": PASSWORD} | changed

    answer = person(PRINCIPAL).press(f"/bai/{entry}/xoa-tep", **fields)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert newsroom.repository.media_path(oid).exists()


@pytest.mark.parametrize("username", [VICE, ADMIN, TEACHER])
def test_nobody_else_erases(person: Person, newsroom: Newsroom, username: str) -> None:
    entry = a_post_down(person)
    oid = photo_of(newsroom, entry)
    reader = person(username)

    assert "xoa-tep" not in reader.read(f"/bai/{entry}")
    for path in (f"/bai/{entry}/xoa-tep", f"/bai/{entry}/xoa-tep/{oid}"):
        assert reader.client.get(path).status_code == 403
    answer = reader.press(f"/bai/{entry}/xoa-tep", files=oid, reason="Lý", password=PASSWORD)
    assert answer.status_code == 403
    assert newsroom.repository.media_path(oid).exists()


# Keys


def test_the_principal_renews_the_own_key(person: Person, newsroom: Newsroom) -> None:
    principal = person(PRINCIPAL)
    before = newsroom.repository.governance().principal.key
    path = f"/phan-quyen/{PRINCIPAL}"
    assert "Đổi khóa ký của tôi" in principal.read(path)
    wrong = principal.press(f"{path}/khoa-moi", password="")
    assert wrong.status_code == 422
    assert newsroom.repository.governance().principal.key == before

    answer = principal.press(f"{path}/khoa-moi", password=PASSWORD)

    assert answer.location == "/phan-quyen"
    assert "Đã đổi khóa ký." in principal.read("/phan-quyen")
    assert newsroom.repository.governance().principal.key != before
    principal.press("/dieu-hanh/khoa", reason="Nghỉ Tết", password=PASSWORD)
    assert newsroom.repository.governance().frozen == "Nghỉ Tết"
    assert verification.verify(newsroom.repository.path).ok


@pytest.mark.parametrize("signed", [True, False])
def test_a_renewal_that_is_cut_off_leaves_the_key_that_the_roster_names(
    app: Flask, newsroom: Newsroom, signed: bool
) -> None:
    accounts, repository = newsroom.accounts, newsroom.repository
    old = accounts.authenticate(PRINCIPAL, PASSWORD, "127.0.0.1")

    def cut_off(key: str) -> None:
        if signed:
            governing.renew_key(repository, old, key, now())
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        accounts.renew_key(PRINCIPAL, PASSWORD, cut_off)

    reader = Reader(app.test_client())
    reader.sign_in(PRINCIPAL)
    reader.press("/dieu-hanh/khoa", reason="Nghỉ Tết", password=PASSWORD)
    assert repository.governance().frozen == "Nghỉ Tết"
    key = signing.public_key_line(old.private_key)
    assert (repository.governance().principal.key != key) == signed


def test_a_new_password_keeps_the_key_that_waits(newsroom: Newsroom) -> None:
    accounts, repository = newsroom.accounts, newsroom.repository
    old = accounts.authenticate(PRINCIPAL, PASSWORD, "127.0.0.1")

    def meanwhile(key: str) -> None:
        governing.renew_key(repository, old, key, now())
        accounts.change_password(PRINCIPAL, PASSWORD, f"{PASSWORD} mới hơn", "127.0.0.1")

    fresh = accounts.renew_key(PRINCIPAL, PASSWORD, meanwhile)

    found = accounts.authenticate(PRINCIPAL, f"{PASSWORD} mới hơn", "127.0.0.1")
    line = signing.public_key_line(fresh.private_key)
    assert signing.public_key_line(found.private_key) == line
    assert repository.governance().principal.key == line


@pytest.mark.parametrize("username", [VICE, TEACHER])
def test_nobody_renews_a_key_in_this_way_but_the_principal(
    person: Person, newsroom: Newsroom, username: str
) -> None:
    before = newsroom.repository.main()
    for whose in (PRINCIPAL, username):
        answer = person(username).press(f"/phan-quyen/{whose}/khoa-moi", password=PASSWORD)
        assert answer.status_code == 403
    answer = person(PRINCIPAL).press(f"/phan-quyen/{username}/khoa-moi", password=PASSWORD)
    assert answer.status_code == 404
    assert newsroom.repository.main() == before


def test_leaders_see_in_red_that_a_recovery_key_was_used(
    person: Person, newsroom: Newsroom
) -> None:
    paper = newsroom.settings.data / "paper.txt"
    sealed = recovering.read(seal(newsroom.settings, signing.generate(), paper).read_text())
    _give_recovery_key(newsroom, signing.public_key_line(sealed))
    note = "Khóa khôi phục đã được dùng"
    assert note not in person(VICE).read("/")
    key = signing.public_key_line(signing.generate())
    principal = {"username": PRINCIPAL, "name": "Hiệu trưởng", "key": key}
    fresh = signing.public_key_line(signing.generate())

    recovering.recover(newsroom.repository, sealed, principal, fresh, now())

    for path in ("/", "/phan-quyen"):
        assert note in person(VICE).read(path)
    assert note not in person(TEACHER).read("/")


def _give_recovery_key(newsroom: Newsroom, key: str) -> None:
    def edit(tables: governing.Tables) -> None:
        tables[roster.ROSTER]["recovery"] = {"key": key, "since": now()}

    signer = newsroom.accounts.authenticate(PRINCIPAL, PASSWORD, "127.0.0.1")
    governing.govern(newsroom.repository, signer, "Khóa", edit, now())
