"""A typo on the live page mended beside a long draft, and a draft given up and got back."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.newsroom import Newsroom
from tests.browser.staff import Member
from workflow import verification
from workflow.repository import PARKED, Repository

Staff = Callable[[str], Member]

ENTRY = "ngay-sach-2026"
WRONG, RIGHT = "Hơn một trăm cuốn truyện tranh", "Hơn hai trăm cuốn truyện tranh"
OPENING = "Ở tủ sách này, người lớn không được đọc trước."
LONG = (
    "Sang tháng, tủ sách có thêm kệ cho lớp nhà trẻ.\n\n"
    "Các cô mời mỗi gia đình kể một chuyện vào chiều thứ Năm."
)


def open_dossier(member: Member) -> None:
    member.page.goto(f"{member.newsroom.editor}/bai/{ENTRY}")


def body_of(member: Member) -> str:
    return member.page.locator("#body").input_value()


def through_both_approvals(staff: Staff, title: str) -> str:
    lead = staff("totruong.maugiao")
    lead.open_from_queue("Chờ kiểm tra", title)
    lead.confirm_accuracy()
    lead.says("Chờ phê duyệt")
    vice = staff("pht.chuyenmon")
    vice.open_from_queue("Chờ phê duyệt", title)
    return vice.approve()


def read(page: Page, address: str) -> str:
    page.goto(address)
    return unicodedata.normalize("NFC", page.locator("main").inner_text())


def test_a_typo_on_the_live_page_is_mended_while_a_long_draft_waits(
    staff: Staff, newsroom: Newsroom, page: Page
) -> None:
    title = "tủ sách"
    teacher = staff("co.giaovien5a")
    open_dossier(teacher)
    teacher.page.get_by_role("link", name="Sửa bài đã đăng").click()
    draft = f"{body_of(teacher)}\n{LONG}\n"
    teacher.page.locator("#body").fill(draft)
    teacher.press("Lưu bản nháp")
    teacher.says("Đã lưu bản nháp")

    open_dossier(teacher)
    teacher.press("Sửa gấp bản đang đăng")
    teacher.says("Bản nháp dài được gác lại nguyên vẹn.")
    live = body_of(teacher)
    assert LONG not in live
    assert WRONG in live
    teacher.page.locator("#body").fill(live.replace(WRONG, RIGHT))
    teacher.press("Gửi kiểm tra")
    teacher.says("Chờ kiểm tra")
    teacher.says("Bản nháp đang gác")
    address = through_both_approvals(staff, title)
    shown = read(page, address)
    assert RIGHT in shown
    assert "kệ cho lớp nhà trẻ" not in shown

    teacher.page.goto(f"{newsroom.editor}/")
    waiting = teacher.page.get_by_role("region", name="Bản nháp đang gác")
    waiting.get_by_role("link", name=title).click()
    teacher.press("Cập nhật và viết tiếp")
    teacher.says("Đã đưa bản đang đăng vào bản nháp.")
    updated = body_of(teacher)
    assert updated.split() == draft.replace(WRONG, RIGHT).split()
    assert Repository(newsroom.data / "site.git").refs(PARKED) == {}
    teacher.press("Gửi kiểm tra")
    teacher.says("Chờ kiểm tra")
    through_both_approvals(staff, title)
    shown = read(page, address)
    for words in (OPENING, RIGHT, *LONG.split("\n\n")):
        assert words in shown
    assert WRONG not in shown
    assert verification.verify(newsroom.data / "site.git").ok


def test_a_draft_is_given_up_with_a_reason_and_got_back(staff: Staff) -> None:
    title, words = "Bé gấp thuyền giấy", "Thuyền nan, thuyền giấy, thuyền lá mít."
    teacher = staff("co.giaovien5a")
    teacher.start("Viết bài mới")
    teacher.fill(Tiêu_đề=title, Nội_dung=words)
    teacher.press("Lưu bản nháp")
    teacher.says("Đã lưu bản nháp")
    teacher.page.get_by_role("link", name="Hồ sơ bài").click()
    teacher.page.get_by_text("Bỏ bản nháp này").click()
    teacher.press("Bỏ bản nháp")
    teacher.says("Chưa có lý do.")
    teacher.page.get_by_label("Lý do bỏ").fill("Cô lớp bên đã viết bài này.")
    teacher.press("Bỏ bản nháp")
    teacher.says(f"Đã bỏ bản nháp “{title}”.")
    drafts = teacher.page.get_by_role("region", name="Bản nháp của tôi")
    expect(drafts.get_by_role("link", name=title)).to_have_count(0)

    teacher.page.get_by_role("link", name="Bản nháp đã bỏ").click()
    teacher.says("Cô lớp bên đã viết bài này.")
    teacher.page.get_by_role("link", name=title).click()
    teacher.press("Lấy lại")
    teacher.says("Đã lấy lại bản nháp.")
    assert body_of(teacher).strip() == words
