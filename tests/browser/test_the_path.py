"""The main job in the browser: a post, a notice and a circular from a desk to the public page."""

from __future__ import annotations

import hashlib
import io
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from tests.browser.newsroom import Newsroom
from tests.browser.staff import Member, Photo
from workflow import verification

Staff = Callable[[str], Member]

TEXT = "Sáng nay, các bé lớp 5 tuổi A được “khám phá” khu vườn: ễ, ộ, ữ, ẵ, ỡ, ỵ, đường, ₫."


@pytest.fixture
def photos(tmp_path: Path) -> list[Photo]:
    made = []
    for name, colour in (("vuon", "green"), ("hoa", "red")):
        picture = Image.new("RGB", (900, 600), "white")
        ImageDraw.Draw(picture).ellipse((200, 100, 700, 500), fill=colour)
        picture.save(tmp_path / f"{name}.jpg", "JPEG", comment=b"secret-place")
        made.append(Photo(tmp_path / f"{name}.jpg", f"Các bé vẽ {name}"))
    return made


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    out = io.BytesIO()
    Image.new("RGB", (600, 800), "white").save(out, "PDF")
    path = tmp_path / "ke-hoach.pdf"
    path.write_bytes(out.getvalue())
    return path


def write_post(teacher: Member, title: str, photos: list[Photo]) -> None:
    teacher.start("Viết bài mới")
    teacher.fill(
        Tiêu_đề=title,
        Tóm_tắt="Một buổi sáng trong vườn trường.",
        Chuyên_mục="Hoạt động của bé",
        Nội_dung=TEXT,
        Ngày_đăng="24/11/2026",
    )
    teacher.add_photos(*photos)


def test_a_post_with_two_photos_goes_through_two_approvals_to_the_public_page(
    staff: Staff, newsroom: Newsroom, page: Page, photos: list[Photo]
) -> None:
    title = "Bé khám phá khu vườn của trường"
    teacher = staff("co.giaovien5a")
    write_post(teacher, title, photos)
    teacher.press("Lưu bản nháp")
    teacher.says("Đã lưu bản nháp")
    teacher.press("Xem trước")
    preview = teacher.page.frame_locator("iframe")
    expect(preview.get_by_role("heading", name=title, level=1)).to_be_visible()
    expect(preview.get_by_alt_text("Các bé vẽ vuon").first).to_be_attached()
    teacher.page.go_back()
    teacher.press("Gửi kiểm tra")
    teacher.says("Chờ kiểm tra")
    teacher.says("Tổ trưởng")

    lead = staff("totruong.maugiao")
    lead.open_from_queue("Chờ kiểm tra", title)
    lead.says(TEXT)
    lead.confirm_accuracy()
    lead.says("Chờ phê duyệt")

    vice = staff("pht.chuyenmon")
    vice.open_from_queue("Chờ phê duyệt", title)
    vice.says("Xác nhận chính xác")
    address = vice.approve()

    assert address == f"{newsroom.public}/tin-tuc/2026/be-kham-pha-khu-vuon-cua-truong/"
    page.goto(address)
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
    shown = page.locator("main").inner_text()
    assert TEXT in unicodedata.normalize("NFC", shown)
    assert TEXT in shown
    for photo in photos:
        picture = page.get_by_alt_text(photo.description).first
        picture.scroll_into_view_if_needed()
        page.wait_for_function("i => i.complete && i.naturalWidth", arg=picture.element_handle())
        chosen = picture.evaluate("image => image.currentSrc")
        assert chosen.endswith(".avif")
        whole = picture.evaluate("image => image.closest('a').href")
        with Image.open(io.BytesIO(page.request.get(whole).body())) as image:
            assert image.size == (900, 600)
        for address in (chosen, whole):
            assert b"secret-place" not in page.request.get(address).body()
    page.goto(f"{newsroom.public}/")
    expect(page.get_by_role("link", name=title).first).to_be_visible()
    page.goto(f"{newsroom.public}/tin-tuc/")
    expect(page.get_by_role("link", name=title).first).to_be_visible()
    assert title in page.request.get(f"{newsroom.public}/feed.atom").text()
    assert verification.verify(newsroom.data / "site.git").ok


def test_a_notice_of_the_office_needs_no_check(
    staff: Staff, newsroom: Newsroom, page: Page
) -> None:
    title = "Nghỉ bù ngày thứ Bảy"
    clerk = staff("vanthu")
    clerk.start("Soạn thông báo")
    clerk.fill(
        Tiêu_đề=title,
        Tóm_tắt="Các lớp nghỉ bù ngày thứ Hai 07/12.",
        Nội_dung="Nhà trường nghỉ bù ngày **thứ Hai**.",
        Ngày_đăng="24/11/2026",
        Đối_tượng="Phụ huynh toàn trường",
        Hết_hạn_ngày="07/12/2026",
    )
    clerk.press("Gửi kiểm tra")
    clerk.says("Chờ phê duyệt")

    vice = staff("pht.chuyenmon")
    vice.open_from_queue("Chờ phê duyệt", title)
    address = vice.approve()

    page.goto(address)
    assert address == f"{newsroom.public}/thong-bao/2026/nghi-bu-ngay-thu-bay/"
    expect(page.locator("main")).to_contain_text("ngày 7 tháng 12 năm 2026")
    expect(page.locator("main strong", has_text="thứ Hai")).to_be_visible()


def test_a_circular_with_its_pdf_needs_a_second_reader(
    staff: Staff, newsroom: Newsroom, page: Page, pdf: Path
) -> None:
    subject = "Kế hoạch kiểm tra an toàn trường học"
    clerk = staff("vanthu")
    clerk.start("Nhập văn bản")
    clerk.fill(Trích_yếu=subject)
    clerk.page.locator("#code_number").fill("72")
    clerk.page.locator("#code_notation").fill("KH-MNPH")
    clerk.page.locator("#issued_date").fill("20/11/2026")
    clerk.fill(
        Cơ_quan_ban_hành="Trường Mầm non Phượng Hồng",
        Loại_văn_bản="Kế hoạch",
        Nhóm_văn_bản="Của trường",
    )
    row = clerk.page.locator("#attachments li.file-row").first
    row.get_by_label("Chọn tệp PDF").set_input_files(pdf)
    row.get_by_label("Tên tệp hiển thị").fill("Kế hoạch 72/KH-MNPH")
    clerk.press("Gửi kiểm tra")
    clerk.says("Chờ kiểm tra")

    admin = staff("quantri.web")
    admin.open_from_queue("Chờ kiểm tra", subject)
    admin.confirm_accuracy()

    principal = staff("hieutruong")
    principal.open_from_queue("Chờ phê duyệt", subject)
    address = principal.approve()

    assert address == f"{newsroom.public}/van-ban/2026/72-kh-mnph/"
    page.goto(address)
    expect(page.locator("main")).to_contain_text("72/KH-MNPH")
    link = page.locator("main a[href$='.pdf']").first.evaluate("link => link.href")
    body = page.request.get(link).body()
    assert body == pdf.read_bytes()
    assert hashlib.sha256(body).hexdigest() in page.content()
    page.goto(f"{newsroom.public}/van-ban/")
    expect(page.get_by_role("link", name="72/KH-MNPH").first).to_be_visible()


def test_a_returned_post_shows_its_reason_first_and_comes_back(staff: Staff) -> None:
    title = "Bé làm quen với chữ cái"
    teacher, lead = staff("co.giaovien5a"), staff("totruong.maugiao")
    write_post(teacher, title, [])
    teacher.press("Gửi kiểm tra")
    lead.open_from_queue("Chờ kiểm tra", title)
    lead.press("Trả lại để sửa")
    expect(lead.error_at("note")).to_contain_text("Chưa có lý do")
    lead.send_back("Sai ngày: buổi học là thứ Tư.")

    teacher.page.goto(f"{teacher.newsroom.editor}/")
    teacher.says("Sai ngày: buổi học là thứ Tư.")
    teacher.page.get_by_role("link", name=title).first.click()
    teacher.page.get_by_role("link", name="Sửa bài").click()
    teacher.fill(Nội_dung="Sáng thứ Tư, các bé làm quen với chữ cái.")
    teacher.press("Gửi kiểm tra")
    teacher.says("Chờ kiểm tra")

    lead.open_from_queue("Chờ kiểm tra", title)
    lead.says("Sáng thứ Tư")


# Refused


def test_a_wrong_password_says_what_to_do(newsroom: Newsroom, page: Page) -> None:
    member = Member(page, newsroom, "congdoan")
    member.sign_in("khong-phai-mat-khau")

    member.says("Tên đăng nhập hoặc mật khẩu không đúng")


def test_a_decision_with_a_wrong_password_decides_nothing(staff: Staff) -> None:
    title = "Bé tập thể dục buổi sáng"
    teacher, lead = staff("co.giaovien5a"), staff("totruong.maugiao")
    write_post(teacher, title, [])
    teacher.press("Gửi kiểm tra")
    lead.open_from_queue("Chờ kiểm tra", title)
    lead.page.get_by_label("Tôi xác nhận nội dung chính xác").check()
    lead.page.locator("#password-check").fill("sai-mat-khau")
    lead.press("Xác nhận chính xác, chuyển phê duyệt")

    expect(lead.error_at("password")).to_contain_text("Mật khẩu không đúng")
    lead.open_from_queue("Chờ kiểm tra", title)


def test_a_writer_is_offered_no_decision_on_the_own_post(staff: Staff) -> None:
    title = "Bài của tổ trưởng"
    lead = staff("totruong.maugiao")
    write_post(lead, title, [])
    lead.press("Gửi kiểm tra")

    lead.says("Chờ phê duyệt")
    expect(lead.page.get_by_role("button", name="Xác nhận chính xác")).to_have_count(0)
    expect(lead.page.get_by_role("button", name="Phê duyệt và đăng")).to_have_count(0)


def test_a_stale_save_keeps_both_texts(staff: Staff) -> None:
    teacher, lead = staff("co.giaovien5a"), staff("totruong.maugiao")
    write_post(teacher, "Bài hai người cùng sửa", [])
    teacher.press("Lưu bản nháp")
    lead.page.goto(teacher.page.url)
    lead.fill(Nội_dung="Bản của tổ trưởng.")
    lead.press("Lưu bản nháp")
    teacher.fill(Nội_dung="Bản của cô giáo.")
    teacher.press("Lưu bản nháp")

    teacher.says("Bản của tổ trưởng.")
    expect(teacher.page.get_by_label("Nội dung").first).to_have_value("Bản của cô giáo.")


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("Tiêu_đề", "", "Chưa có Tiêu đề"),
        ("Ngày_đăng", "31/02/2026", "không phải là một ngày có thật"),
    ],
)
def test_bad_input_is_told_at_its_field_and_the_rest_is_kept(
    staff: Staff, photos: list[Photo], field: str, value: str, words: str
) -> None:
    teacher = staff("co.giaovien5a")
    write_post(teacher, "Tiêu đề sẽ bị xóa", photos[:1])
    teacher.fill(**{field: value})
    teacher.press("Lưu bản nháp")

    expect(teacher.page.locator("[id^=err-]", has_text=words).first).to_be_visible()
    expect(teacher.page.get_by_label("Nội dung").first).to_have_value(TEXT)
    expect(teacher.page.get_by_label("Mô tả ảnh").first).to_have_value("Các bé vẽ vuon")
    teacher.says("Đã tải lên: vuon.jpg")


def test_a_fake_photo_is_told_at_its_row(staff: Staff, tmp_path: Path) -> None:
    fake = tmp_path / "gia.jpg"
    fake.write_text("<script>alert(1)</script>")
    teacher = staff("co.giaovien5a")
    write_post(teacher, "Bài có ảnh giả", [Photo(fake, "Không phải ảnh")])
    teacher.press("Lưu bản nháp")

    expect(teacher.error_at("photos-0")).to_contain_text("“gia.jpg” không phải là ảnh")
    expect(teacher.page.get_by_label("Nội dung").first).to_have_value(TEXT)


def test_script_in_a_title_and_in_a_body_is_text_or_nothing(staff: Staff, page: Page) -> None:
    title = "<script>alert('tiêu đề')</script> Bé vui"
    teacher = staff("co.giaovien5a")
    write_post(teacher, title, [])
    hostile = "<script>alert(1)</script>\n\n[a](javascript:alert(2)) <img src=x onerror=alert(3)>"
    teacher.fill(Nội_dung=hostile)
    teacher.press("Gửi kiểm tra")
    lead, vice = staff("totruong.maugiao"), staff("pht.chuyenmon")
    lead.open_from_queue("Chờ kiểm tra", title)
    lead.confirm_accuracy()
    vice.open_from_queue("Chờ phê duyệt", title)
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    page.goto(vice.approve())

    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    assert page.locator("script, [onerror], [href^='javascript']").count() == 0
    assert dialogs == []
