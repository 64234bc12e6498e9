"""The form in a browser: what was typed survives, rows line up, no page grows too wide."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.newsroom import Newsroom
from tests.browser.staff import Member

Staff = Callable[[str], Member]
_RESTORE = "Trình duyệt này còn giữ chữ đã gõ"
_PAUSE_MS = 1500  # the form waits until typing has paused
_PHONE = {"width": 390, "height": 844}


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    made = [tmp_path / f"anh-{index}.jpg" for index in range(5)]
    for path in made:
        Image.new("RGB", (80, 60), "green").save(path, "JPEG")
    return made


def _title(member: Member) -> str:
    return member.page.get_by_label("Tiêu đề").first.input_value()


def _is_too_wide(page: Page) -> bool:
    found: bool = page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
    return found


def test_an_ended_session_leads_back_to_the_form_and_its_text(staff: Staff) -> None:
    teacher = staff("co.giaovien5a")
    teacher.start("Soạn thông báo")
    teacher.fill(Tiêu_đề="Chữ gõ khi phiên đã hết")
    teacher.context.clear_cookies()
    teacher.press("Lưu bản nháp")
    teacher.says("Phiên làm việc đã hết hạn")
    teacher.page.get_by_role("main").get_by_role("link", name="Đăng nhập").click()
    teacher.page.get_by_label("Tên đăng nhập").fill(teacher.username)
    teacher.page.get_by_label("Mật khẩu").fill("Demo-Phuong-Hong-2026")
    teacher.press("Đăng nhập")

    expect(teacher.page).to_have_url(re.compile(r"/viet/notices$"))
    teacher.says(_RESTORE)
    teacher.press("Khôi phục")
    assert _title(teacher) == "Chữ gõ khi phiên đã hết"
    teacher.press("Lưu bản nháp")
    teacher.says("Đã lưu bản nháp")


def test_a_text_that_never_reached_the_server_is_kept(staff: Staff, newsroom: Newsroom) -> None:
    teacher = staff("co.giaovien5a")
    teacher.start("Viết bài mới")
    teacher.fill(Tiêu_đề="Chữ gõ khi mất mạng")
    teacher.page.route("**/viet/posts", lambda route: route.abort())
    with teacher.page.expect_event("requestfailed"):
        teacher.press("Lưu bản nháp")
    teacher.page.wait_for_url("chrome-error://**")
    teacher.page.unroute("**/viet/posts")
    teacher.page.goto(f"{newsroom.editor}/")
    teacher.start("Viết bài mới")

    teacher.says(_RESTORE)
    teacher.press("Bỏ đi")


def test_what_one_person_typed_is_not_offered_to_the_next_at_the_same_computer(
    staff: Staff, newsroom: Newsroom
) -> None:
    first = staff("co.giaovien5a")
    first.start("Viết bài mới")
    first.fill(Tiêu_đề="Chữ của cô giáo")
    first.page.wait_for_timeout(_PAUSE_MS)
    assert first.page.evaluate("localStorage.length") == 1
    first.context.clear_cookies()
    second = Member(first.page, newsroom, "totruong.maugiao")
    second.sign_in()
    second.start("Viết bài mới")

    expect(second.page.get_by_text(_RESTORE)).to_have_count(0)
    first.context.clear_cookies()
    first.sign_in()
    first.start("Viết bài mới")
    first.says(_RESTORE)
    first.press("Bỏ đi")


def test_going_back_after_a_save_offers_no_second_copy(staff: Staff) -> None:
    teacher = staff("co.giaovien5a")
    teacher.start("Viết bài mới")
    teacher.fill(Tiêu_đề="Bài bấm quay lại")
    teacher.press("Lưu bản nháp")
    teacher.says("Đã lưu bản nháp")
    # The script of the page after the form forgets the text; back is pressed after it has run.
    teacher.page.wait_for_load_state("domcontentloaded")
    teacher.page.go_back()

    expect(teacher.page.get_by_label("Tiêu đề").first).to_have_value("")
    expect(teacher.page.get_by_text(_RESTORE)).to_have_count(0)


def test_photos_chosen_together_get_a_row_each(staff: Staff, pictures: list[Path]) -> None:
    teacher = staff("co.giaovien5a")
    teacher.start("Viết bài mới")
    teacher.fill(Tiêu_đề="Năm ảnh chọn một lần")
    teacher.page.locator("#photos-0-upload").set_input_files(pictures)
    rows = teacher.page.locator("#photos li.file-row")
    expect(rows).to_have_count(5)
    teacher.press("Lưu bản nháp")

    teacher.says("Đã lưu bản nháp")
    expect(rows.locator("img")).to_have_count(5)


def test_files_that_are_too_large_together_are_told_before_they_are_sent(
    staff: Staff, tmp_path: Path
) -> None:
    large = tmp_path / "lon.jpg"
    with large.open("wb") as file:
        file.truncate(63 * 1024 * 1024)
    teacher = staff("co.giaovien5a")
    teacher.start("Viết bài mới")
    teacher.fill(Tiêu_đề="Bài có tệp quá lớn")
    teacher.page.locator("#photos-0-upload").set_input_files(large)
    teacher.press("Lưu bản nháp")

    expect(teacher.page.get_by_role("alert")).to_contain_text("quá 64 MB")
    expect(teacher.page.get_by_role("button", name="Lưu bản nháp")).to_be_enabled()
    teacher.page.locator("#photos-0-upload").set_input_files([])
    teacher.press("Lưu bản nháp")
    teacher.says("Đã lưu bản nháp")


def test_the_boxes_of_a_row_line_up_in_the_circular_form(staff: Staff) -> None:
    clerk = staff("vanthu")
    clerk.page.set_viewport_size({"width": 1366, "height": 900})
    clerk.start("Nhập văn bản")
    clerk.page.wait_for_load_state("networkidle")
    tops: list[float] = clerk.page.locator(
        "#code_number, #code_notation, #issued_date"
    ).evaluate_all("boxes => boxes.map(box => box.getBoundingClientRect().top)")

    assert len(tops) == 3
    assert max(tops) - min(tops) < 1


def test_a_refused_field_has_a_border_of_its_own_colour(staff: Staff) -> None:
    teacher = staff("co.giaovien5a")
    teacher.start("Viết bài mới")
    teacher.press("Lưu bản nháp")
    teacher.page.wait_for_load_state("load")
    colour = "field => getComputedStyle(field).borderTopColor"
    refused = teacher.page.locator("#title").evaluate(colour)

    assert refused != teacher.page.locator("#summary").evaluate(colour)
    teacher.fill(Tiêu_đề="Bài có ô từng bị từ chối")
    teacher.press("Lưu bản nháp")
    teacher.says("Đã lưu bản nháp")


def test_a_word_without_end_widens_no_page(staff: Staff, newsroom: Newsroom) -> None:
    teacher = staff("co.giaovien5a")
    teacher.page.set_viewport_size(_PHONE)  # type: ignore[arg-type]
    teacher.start("Viết bài mới")
    teacher.fill(
        Tiêu_đề="Nghiêng" * 20,
        Tóm_tắt="Tóm tắt" + "nghiêng" * 20,
        Chuyên_mục="Hoạt động của bé",
        Nội_dung="https://example.org/" + "a" * 150,
    )
    teacher.press("Gửi kiểm tra")
    teacher.says("Chờ kiểm tra")
    dossier = teacher.page.url
    for path in (dossier, f"{dossier}/xem-truoc", f"{dossier}/sua", f"{newsroom.editor}/"):
        teacher.page.goto(path)
        assert not _is_too_wide(teacher.page), path
    teacher.page.goto(f"{dossier}/trang-xem-truoc")
    assert not _is_too_wide(teacher.page)
