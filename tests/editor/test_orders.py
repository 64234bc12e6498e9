"""Freeze, takedown, publication at an hour, and the school's profile, as people press them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from editor.newsroom import Newsroom
from tests.editor.conftest import ADMIN, LEAD, PASSWORD, PRINCIPAL, TEACHER, VICE, Reader
from workflow import release, services, verification
from workflow.clock import VIETNAM
from workflow.states import Status

Person = Callable[[str], Reader]


def approve(person: Person, **fields: object) -> tuple[str, str]:
    """Write as a lead, who needs no check, approve, and return (entry, where it led)."""
    entry = person(LEAD).write(then="submit", **fields)
    vice = person(VICE)
    seen = re.findall(r'name="seen" value="([0-9a-f]{40})"', vice.read(f"/bai/{entry}"))[0]
    answer = vice.press(f"/bai/{entry}/phe-duyet", seen=seen, password=PASSWORD)
    assert answer.status_code == 302, answer.text
    return entry, answer.location


def take_down(reader: Reader, entry: str, **changed: str) -> object:
    fields = {"kind": "error", "reason": "Đăng nhầm ảnh.", "password": PASSWORD, **changed}
    return reader.press(f"/bai/{entry}/go-bai", **fields)


# Freeze


def test_a_freeze_is_told_on_every_page_and_holds_approved_entries(
    person: Person, newsroom: Newsroom
) -> None:
    principal = person(PRINCIPAL)
    answer = principal.press("/dieu-hanh/khoa", reason="Nghỉ Tết", password=PASSWORD)

    assert answer.location == "/dieu-hanh"
    for username in (TEACHER, VICE):
        assert "Đang tạm khóa đăng bài: Nghỉ Tết" in person(username).read("/tro-giup")
    entry, led_to = approve(person)
    assert led_to == f"/bai/{entry}"
    page = person(VICE).read(led_to)
    assert "Bài được đăng khi hiệu trưởng mở lại việc đăng bài." in page
    assert "Bé vui rước đèn" in principal.read("/dieu-hanh")
    principal.press("/dieu-hanh/mo", password=PASSWORD)
    assert "Đang tạm khóa" not in person(TEACHER).read("/")
    services.publish_due(newsroom.repository, datetime.now(VIETNAM))
    assert newsroom.repository.draft(entry) is None
    assert verification.verify(newsroom.repository.path).ok


@pytest.mark.parametrize("username", [VICE, ADMIN, TEACHER])
def test_only_the_principal_freezes(person: Person, newsroom: Newsroom, username: str) -> None:
    reader = person(username)

    for act in ("khoa", "mo"):
        answer = reader.press(f"/dieu-hanh/{act}", reason="Nghỉ", password=PASSWORD)
        assert answer.status_code == 403
    assert newsroom.repository.governance().frozen == ""


@pytest.mark.parametrize(
    ("reason", "password", "sentence"),
    [("", PASSWORD, "Chưa có lý do."), ("Nghỉ", "", "Chưa nhập mật khẩu.")],
)
def test_a_freeze_needs_reason_and_password(
    person: Person, newsroom: Newsroom, reason: str, password: str, sentence: str
) -> None:
    answer = person(PRINCIPAL).press("/dieu-hanh/khoa", reason=reason, password=password)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert newsroom.repository.governance().frozen == ""


# Takedown


@pytest.mark.parametrize("username", [PRINCIPAL, VICE, ADMIN])
def test_a_leader_takes_a_public_entry_down_alone(
    person: Person, newsroom: Newsroom, username: str
) -> None:
    entry, _ = approve(person)
    reader = person(username)
    assert "Gỡ bài ngay" in reader.read(f"/bai/{entry}")

    answer = take_down(reader, entry)

    assert getattr(answer, "location", "") == "/dieu-hanh"
    dossier = person(TEACHER).read(f"/bai/{entry}")
    assert "Đã gỡ" in dossier
    assert "Đăng nhầm ảnh." in dossier
    assert "Đăng nhầm, có sai sót" in dossier
    assert "Gỡ bài ngay" not in reader.read(f"/bai/{entry}")
    assert "Bé vui rước đèn" in person(PRINCIPAL).read("/dieu-hanh")
    assert entry in newsroom.repository.governance().takedowns
    assert verification.verify(newsroom.repository.path).ok


def test_a_preview_of_what_is_down_shows_it_with_a_note(person: Person, newsroom: Newsroom) -> None:
    entry, _ = approve(person)
    take_down(person(VICE), entry, kind="personal_data")
    lead = person(LEAD)

    answer = lead.client.get(f"/bai/{entry}/trang-xem-truoc")
    page = lead.read(answer.location)
    assert "Trăng lên, các bé rước đèn." in page
    assert "đang bị gỡ khỏi trang công khai" in page


@pytest.mark.parametrize("username", [TEACHER, LEAD])
def test_nobody_else_takes_an_entry_down(person: Person, newsroom: Newsroom, username: str) -> None:
    entry, _ = approve(person)
    reader = person(username)

    assert "Gỡ bài ngay" not in reader.read(f"/bai/{entry}")
    assert getattr(take_down(reader, entry), "status_code", 0) == 403
    assert reader.client.get("/dieu-hanh").status_code == 403
    assert newsroom.repository.governance().takedowns == {}


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"kind": ""}, "Chọn lý do gỡ bài."),
        ({"reason": " "}, "Chưa có lý do."),
        ({"password": "sai mật khẩu"}, "Mật khẩu không đúng."),
    ],
)
def test_a_takedown_needs_kind_reason_and_password(
    person: Person, newsroom: Newsroom, changed: dict[str, str], sentence: str
) -> None:
    entry, _ = approve(person)
    answer = take_down(person(VICE), entry, **changed)

    assert getattr(answer, "status_code", 0) == 422
    assert sentence in getattr(answer, "text", "")
    assert newsroom.repository.governance().takedowns == {}


def test_a_draft_that_was_never_public_cannot_be_taken_down(person: Person) -> None:
    entry = person(TEACHER).write()

    assert "Gỡ bài ngay" not in person(VICE).read(f"/bai/{entry}")
    assert getattr(take_down(person(VICE), entry), "status_code", 0) == 404


def test_the_principal_alone_publishes_it_again(person: Person, newsroom: Newsroom) -> None:
    entry, _ = approve(person)
    take_down(person(VICE), entry)

    refused = person(VICE).press(f"/bai/{entry}/dang-lai", password=PASSWORD)
    assert refused.status_code == 403
    principal = person(PRINCIPAL)
    assert "Đăng lại bài này" in principal.read(f"/bai/{entry}")
    wrong = principal.press(f"/bai/{entry}/dang-lai", password="")
    assert wrong.status_code == 422
    assert f"err-password-{entry}" in wrong.text
    principal.press(f"/bai/{entry}/dang-lai", password=PASSWORD)
    assert newsroom.repository.governance().takedowns == {}
    assert "Đã gỡ" not in principal.read(f"/bai/{entry}")


# Publication at an hour


def test_an_entry_with_an_hour_waits_for_it_and_can_be_returned(
    person: Person, newsroom: Newsroom
) -> None:
    at = datetime.now(VIETNAM) + timedelta(days=2)
    entry, led_to = approve(person, publish_at=f"{at:%d/%m/%Y} 07:00")
    vice = person(VICE)

    page = vice.read(led_to)
    assert f"Bài được đăng lúc 07:00 · {at:%d/%m/%Y}." in page
    assert "Đã phê duyệt – chờ đăng" in page
    assert f"Hẹn giờ đăng: 07:00 · {at:%d/%m/%Y}." in person(LEAD).read("/")
    assert "Đã phê duyệt, chờ đăng" in vice.read("/cho-phe-duyet")
    assert services.publish_due(newsroom.repository, datetime.now(VIETNAM)) == {}
    seen = newsroom.repository.draft(entry) or ""
    vice.press(f"/bai/{entry}/tra-lai", seen=seen, note="Đổi giờ đăng.")
    change = services.change(newsroom.repository, entry)
    assert change.status is Status.CHANGES_REQUESTED


def test_the_hour_is_shown_as_it_is_typed_also_when_it_is_wrong(person: Person) -> None:
    lead = person(LEAD)
    entry = lead.write(publish_at="25/11/2030 07:00")

    assert 'value="25/11/2030 07:00"' in lead.read(f"/bai/{entry}/sua")
    lead.press("/ngon-ngu", language="en", next="/")
    assert 'value="25/11/2030 07:00"' in lead.read(f"/bai/{entry}/sua")
    wrong = lead.press("/viet/posts", title="Bài", group="mau-giao", publish_at="mai, 7 giờ")
    assert wrong.status_code == 422
    assert 'value="mai, 7 giờ"' in wrong.text


# The school's profile


def test_the_principal_changes_the_schools_profile(person: Person, newsroom: Newsroom) -> None:
    principal = person(PRINCIPAL)
    values = dict(
        re.findall(r'id="(\w+)" name="\w+" type="text" value="([^"]*)"', principal.read("/truong"))
    )
    assert values["name"] == "Trường Mầm non Phượng Hồng"

    principal.press("/truong", **{**values, "phone": "0228 3 111 222"}, password=PASSWORD)

    school = newsroom.repository.governance().school
    assert school["phone"] == "0228 3 111 222"
    assert school["address"] == "Phường Nam Định, tỉnh Ninh Bình"
    assert verification.verify(newsroom.repository.path).ok


def test_the_profile_shows_the_fingerprint_of_the_sites_key_to_print(
    person: Person, newsroom: Newsroom
) -> None:
    principal, data = person(PRINCIPAL), newsroom.settings.data
    assert "SHA256:" not in principal.read("/truong")  # nothing was published yet

    release.signing_key(data)
    printed = verification.fingerprint(release.public_key(data))
    assert printed in principal.read("/truong")


def test_the_principal_decides_whether_names_stand_beside_offices(
    person: Person, newsroom: Newsroom
) -> None:
    principal, repository = person(PRINCIPAL), newsroom.repository
    page = principal.read("/truong")
    values = dict(re.findall(r'id="(\w+)" name="\w+" type="text" value="([^"]*)"', page))
    before = repository.main()
    principal.press("/truong", **values, password=PASSWORD)
    assert repository.main() == before

    principal.press("/truong", **values, show_approver_names="1", password=PASSWORD)
    assert repository.governance().school["show_approver_names"] is True
    assert 'name="show_approver_names" value="1" checked' in principal.read("/truong")
    principal.press("/truong", **values, password=PASSWORD)
    assert repository.governance().school["show_approver_names"] is False


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("name", "", "Chưa có tên trường."),
        ("email", "khong-phai", "Thư điện tử có dạng"),
        ("phone", "1" * 201, "dài nhất 200 ký tự"),
    ],
)
def test_a_bad_profile_is_refused_in_words(
    person: Person, newsroom: Newsroom, name: str, value: str, sentence: str
) -> None:
    before = newsroom.repository.main()
    values = {"name": "Trường", "email": "a@b.vn", "password": PASSWORD, name: value}
    answer = person(PRINCIPAL).press("/truong", **values)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert newsroom.repository.main() == before


@pytest.mark.parametrize("username", [VICE, ADMIN, TEACHER])
def test_nobody_else_changes_the_profile(person: Person, username: str) -> None:
    reader = person(username)

    assert reader.client.get("/truong").status_code == 403
    assert reader.press("/truong", name="Trường khác", password=PASSWORD).status_code == 403
