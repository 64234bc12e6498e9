"""What bad input gets: a sentence at its field, everything else in the form kept."""

from __future__ import annotations

import errno
import io
import re
import struct
import zlib
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

from tests.editor.conftest import A_POST, CLERK, TEACHER, Reader, picture

Person = Callable[[str], Reader]


def _at(page: str, place: str) -> str:
    """Return what the page says at a field."""
    found = re.search(rf'id="err-{place}">(.*?)</div>', page, re.DOTALL)
    return unescape(found[1]) if found else ""


def _value(page: str, name: str) -> str:
    found = re.search(rf'<input id="{name}" name="{name}"[^>]*? value="([^"]*)"', page)
    return unescape(found[1]) if found else ""


def _png(width: int, height: int) -> io.BytesIO:
    """A picture whose header promises more pixels than anybody may send."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0")), (b"IEND", b""))
    return io.BytesIO(
        b"\x89PNG\r\n\x1a\n"
        + b"".join(
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
            for name, data in chunks
        )
    )


@pytest.mark.parametrize(
    ("fields", "place", "sentence"),
    [
        ({"title": ""}, "title", "Chưa có Tiêu đề."),
        ({"title": "Một\nhai"}, "title", "Tiêu đề chỉ có một dòng"),
        ({"title": "Một\u202ehai"}, "title", "Tiêu đề chỉ có một dòng"),
        ({"title": "a" * 161}, "title", "Tiêu đề dài 161 ký tự, tối đa 160."),
        ({"date": "31/02/2026"}, "date", "Nhập theo dạng 13/03/2026."),
        ({"date": "hôm qua"}, "date", "không phải là một ngày có thật"),
        ({"category": "khong-co-muc-nay!"}, "category", "chọn một mục trong danh sách"),
        ({"body": "Chữ\u202eẩn"}, "body", "Nội dung có ký tự ẩn"),
    ],
)
def test_each_mistake_is_told_at_its_field_and_the_rest_is_kept(
    person: Person, fields: dict[str, str], place: str, sentence: str
) -> None:
    answer = person(TEACHER).press("/viet/posts", **{**_GOOD, **fields})

    assert answer.status_code == 422
    assert sentence in _at(answer.text, place)
    assert f'href="#{place}"' in answer.text
    for name in {"title", "date"} - {place}:
        assert _value(answer.text, name) == _GOOD[name]
    assert place == "body" or "\n".join(_GOOD["body"].split("\n")) in unescape(answer.text)
    assert place == "category" or 'value="hoat-dong-cua-be" selected' in answer.text


_GOOD = {
    "title": "Bé vui <b>rước</b> đèn",
    "summary": "Tóm tắt giữ lại.",
    "date": "24/11/2026",
    "category": "hoat-dong-cua-be",
    "group": "mau-giao",
    "body": "Trăng lên.\n\n<script>alert(1)</script> [x](javascript:alert(2))",
}


def test_all_mistakes_are_told_at_once(person: Person) -> None:
    answer = person(TEACHER).press("/viet/posts", **{**_GOOD, "title": "", "date": "31/02/2026"})

    assert "Còn 2 chỗ cần sửa" in answer.text


def test_a_script_in_title_and_body_is_text_on_every_page(person: Person) -> None:
    reader = person(TEACHER)
    entry = reader.write(**{**_GOOD, "title": "<script>alert('x')</script>"})

    for page in ("/", f"/bai/{entry}", f"/bai/{entry}/sua"):
        assert "<script>alert" not in reader.client.get(page).text
        assert "<script>alert('x')</script>" in reader.read(page)


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (io.BytesIO(b"khong phai anh"), "gia.jpg", "“gia.jpg” không phải là ảnh"),
        (io.BytesIO(b"<svg onload='alert(1)'/>"), "ve.svg", "“ve.svg” không phải là ảnh"),
        (_png(10_000, 6_000), "to.png", "“to.png” có quá nhiều điểm ảnh"),
    ],
)
def test_a_fake_or_huge_picture_is_refused_at_its_row_and_the_good_one_waits(
    person: Person, data: io.BytesIO, name: str, sentence: str
) -> None:
    reader = person(TEACHER)
    sent: dict[str, Any] = {
        "photos-0-upload": (picture("blue"), "tot.jpg"),
        "photos-0-alt": "Ảnh tốt",
        "photos-1-upload": (io.BytesIO(data.getvalue()), name),
        "photos-1-alt": "Ảnh hỏng",
    }
    answer = reader.press("/viet/posts", **_GOOD, **sent)

    page = unescape(answer.text)
    assert answer.status_code == 422
    assert sentence in _at(answer.text, "photos-1")
    assert "Đã tải lên: tot.jpg" in page
    assert _value(answer.text, "photos-0-alt") == "Ảnh tốt"
    assert _value(answer.text, "photos-1-alt") == "Ảnh hỏng"
    token = re.findall(r'name="photos-0-token" value="([^"]+)"', answer.text)[0]
    assert reader.client.get(f"/tep-tam/{token}").mimetype == "image/jpeg"

    entry = reader.write(**{"photos-0-token": token, "photos-0-alt": "Ảnh tốt"})

    assert "Ảnh tốt" in reader.read(f"/bai/{entry}")
    assert reader.client.get(f"/bai/{entry}/tep/anh-1.jpg").data.startswith(b"\xff\xd8")


def test_a_form_brings_no_more_files_than_its_field_may_hold(person: Person) -> None:
    """Ten PDFs are looked at, which the first row shows; the eleventh is not even opened."""
    sent = {f"attachments-{n}-upload": (io.BytesIO(b"%PDF-1.4 hong"), "a.pdf") for n in range(11)}
    answer = person(TEACHER).press("/viet/posts", **_GOOD, **sent)

    assert "không phải là tệp PDF" in _at(answer.text, "attachments-0")
    assert "tối đa 10 tệp" in _at(answer.text, "attachments-10")


def test_a_form_that_failed_on_a_full_disk_can_be_sent_again(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    reader = person(TEACHER)
    with monkeypatch.context() as fault:
        fault.setattr("editor.drafting.create", full_disk)
        assert reader.press("/viet/posts", **A_POST, form_token="mot").status_code == 500

    assert "/bai/" in reader.press("/viet/posts", **A_POST, form_token="mot").location


def test_a_waiting_file_is_its_owners_alone(person: Person) -> None:
    sent = {**_GOOD, "title": "", "photos-0-upload": (picture(), "a.jpg")}
    answer = person(TEACHER).press("/viet/posts", **sent)
    token = re.findall(r'name="photos-0-token" value="([^"]+)"', answer.text)[0]

    assert person(CLERK).client.get(f"/tep-tam/{token}").status_code == 404


def test_a_file_name_cannot_climb_out(person: Person) -> None:
    reader = person(TEACHER)
    sent = {"photos-0-upload": (picture(), "../../../etc/cron.d/x.jpg"), "photos-0-alt": "Ảnh"}
    entry = reader.write(**sent)

    assert "anh-1.jpg" in reader.read(f"/bai/{entry}/sua")
    for name in ("../index.md", "..%2findex.md", "index.md"):
        assert reader.client.get(f"/bai/{entry}/tep/{name}").status_code == 404


def test_a_file_name_made_up_in_the_form_is_no_file(person: Person) -> None:
    reader = person(TEACHER)
    entry = reader.write(**{"photos-0-file": "anh-9.jpg", "photos-0-alt": "Ảnh"})

    assert "anh-9.jpg" not in reader.read(f"/bai/{entry}/sua")


CIRCULAR = {
    "subject": "Kế hoạch năm học",
    "code_number": "61",
    "code_notation": "KH-MNPH",
    "issued_date": "11/09/2026",
    "issuer": "Trường Mầm non Phượng Hồng",
    "type_name": "Kế hoạch",
    "collection": "school",
    "group": "van-phong",
    "title": "",
}


def test_a_pdf_that_is_none_is_refused_at_its_row(person: Person) -> None:
    sent = {"attachments-0-upload": (io.BytesIO(b"MZ khong phai pdf"), "ke-hoach.pdf")}
    answer = person(CLERK).press("/viet/circulars", **CIRCULAR, **sent)

    assert answer.status_code == 422
    assert "“ke-hoach.pdf” không phải là tệp PDF" in _at(answer.text, "attachments-0")
    assert _value(answer.text, "code_number") == "61"


@pytest.mark.parametrize(
    "again", [{}, {"code_notation": "KH-mnph"}, {"issuer": "TRƯỜNG MẦM NON PHƯỢNG HỒNG"}]
)
def test_a_number_that_exists_is_refused(person: Person, again: dict[str, str]) -> None:
    clerk = person(CLERK)
    clerk.write("circulars", **CIRCULAR)

    answer = clerk.press("/viet/circulars", **{**CIRCULAR, **again})

    assert answer.status_code == 422
    assert "Văn bản số này của cơ quan này đã có" in _at(answer.text, "code_number")


def test_a_title_with_a_taken_address_is_refused(person: Person) -> None:
    teacher = person(TEACHER)
    teacher.write()

    answer = teacher.press("/viet/posts", **{**_GOOD, "title": "BÉ VUI RƯỚC ĐÈN!"})

    assert answer.status_code == 422
    assert "với cùng đường dẫn trong năm" in _at(answer.text, "title")


def test_what_is_missing_for_submission_is_told_and_the_draft_is_saved(person: Person) -> None:
    reader = person(TEACHER)
    answer = reader.press("/viet/posts", title="Chỉ có tiêu đề", group="mau-giao", then="submit")

    page = reader.client.get(answer.location).text
    assert "Đã lưu bản nháp, chưa gửi" in unescape(page)
    for name in ("date", "summary", "category", "body"):
        assert "Ô này cần điền trước khi gửi" in _at(page, name)


def test_nobody_can_write_in_anothers_name(person: Person) -> None:
    """R03: a forged author is ignored."""
    reader = person(TEACHER)
    entry = reader.write(author="Hiệu trưởng", slug="trang-chu")

    page = reader.read(f"/bai/{entry}")
    assert "Cô giáo lớp 5 tuổi A" in page
    assert "trang-chu" not in page
    assert "Hiệu trưởng" not in page.partition("Lịch sử")[0].partition("Nội dung")[2]
