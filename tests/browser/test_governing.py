"""People, roles, a freeze, a takedown and an hour of publication, as the leaders press them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from playwright.sync_api import Page, expect

from tests.browser.newsroom import PASSWORD, Newsroom
from tests.browser.staff import Member, hand_in
from workflow import services, verification
from workflow.clock import VIETNAM
from workflow.repository import Repository

Staff = Callable[[str], Member]

_PUBLISH_MS = 60_000


def begin(member: Member, temporary: str) -> str:
    """Sign in for the first time and return the key code that the page shows."""
    member.begin(temporary)
    member.says("Chờ hiệu trưởng ghi vào danh sách phân quyền")
    return member.page.locator(".key-code").inner_text()


def appoint(principal: Member, name: str, code: str, button: str) -> None:
    """Sign what waits on the principal's desk, after comparing the code."""
    principal.open(name)
    expect(principal.page.locator(".key-code")).to_have_text(code)
    principal.page.locator("#password").fill(PASSWORD)
    principal.press(button)
    principal.says("vào danh sách phân quyền.")


def submit_and_approve(writer: Member, vice: Member, title: str, **fields: str) -> None:
    """Write as a lead, whose entries need no check, and approve."""
    hand_in(writer, vice, title, **fields)
    vice.page.locator("#password-approve").fill(PASSWORD)


def test_a_new_teacher_gets_an_account_a_key_and_a_role(
    staff: Staff, stranger: Staff, newsroom: Newsroom
) -> None:
    vice, principal = staff("pht.chuyenmon"), staff("hieutruong")
    vice.open("Điều hành", "Tài khoản", "Thêm tài khoản")
    vice.page.get_by_label("Tên đăng nhập").fill("co.giaovien3b")
    vice.page.get_by_label("Tên hiển thị").fill("Cô giáo lớp 3 tuổi B")
    vice.page.get_by_label("giáo viên").check()
    vice.page.get_by_label("Tổ mẫu giáo").check()
    vice.press("Tạo tài khoản")
    temporary = vice.page.locator(".slip-password").inner_text()

    teacher = stranger("co.giaovien3b")
    code = begin(teacher, temporary)
    appoint(principal, "Cô giáo lớp 3 tuổi B", code, "Ký và ghi vào danh sách")

    teacher.page.reload()
    expect(teacher.page.get_by_role("link", name="Viết bài mới")).to_be_visible()
    row = principal.page.get_by_role("row", name=re.compile("co.giaovien3b"))
    expect(row).to_contain_text("Tổ mẫu giáo")
    assert verification.verify(newsroom.data / "site.git").ok


def test_a_forgotten_password_is_replaced_and_its_new_key_signed(
    staff: Staff, stranger: Staff, newsroom: Newsroom
) -> None:
    vice, principal = staff("pht.nuoiduong"), staff("hieutruong")
    vice.open("Điều hành", "Tài khoản")
    vice.page.locator("#totruong\\.nhatre summary").click()
    vice.page.locator("#password-totruong\\.nhatre").fill(PASSWORD)
    vice.page.get_by_role("button", name="Cấp lại mật khẩu: totruong.nhatre").click()
    temporary = vice.page.locator(".slip-password").inner_text()

    lead = stranger("totruong.nhatre")
    code = begin(lead, temporary)
    lead.says("có khóa ký mới")
    appoint(principal, "Tổ trưởng tổ nhà trẻ", code, "Ký và ghi thay đổi")

    lead.page.reload()
    expect(lead.page.get_by_role("link", name="Viết bài mới")).to_be_visible()
    assert verification.verify(newsroom.data / "site.git").ok


def test_an_entry_approved_in_a_freeze_waits_until_the_principal_lifts_it(
    staff: Staff, newsroom: Newsroom, page: Page
) -> None:
    title = "Bé ra vườn trong kỳ nghỉ"
    lead, vice, principal = staff("totruong.maugiao"), staff("pht.chuyenmon"), staff("hieutruong")
    principal.open("Điều hành")
    principal.page.get_by_label("Lý do tạm khóa").fill("Nghỉ Tết")
    principal.page.locator("#password-freeze").fill(PASSWORD)
    principal.press("Tạm khóa đăng bài")
    principal.says("Đang tạm khóa đăng bài: Nghỉ Tết")

    submit_and_approve(lead, vice, title)
    vice.says("Phê duyệt xong, bài được đăng khi hiệu trưởng mở lại.")
    vice.press("Phê duyệt")
    vice.says("Đã phê duyệt – chờ đăng")
    address = f"{newsroom.public}/tin-tuc/2026/be-ra-vuon-trong-ky-nghi/"
    assert page.request.get(address).status == 404

    principal.open("Điều hành")
    principal.says(title)
    principal.page.locator("#password-freeze").fill(PASSWORD)
    principal.press("Mở lại việc đăng bài")
    principal.says("Đã mở lại việc đăng bài.")
    # The publisher looks by itself now and then; the test does not wait for its next look.
    services.publish_due(Repository(newsroom.data / "site.git"), datetime.now(VIETNAM))
    wait_until(page, address, 200)
    assert verification.verify(newsroom.data / "site.git").ok


def test_a_leader_takes_an_entry_down_and_the_principal_puts_it_back(
    staff: Staff, newsroom: Newsroom, page: Page
) -> None:
    title = "Bài có ảnh chụp nhầm"
    lead, vice, principal = staff("totruong.maugiao"), staff("pht.chuyenmon"), staff("hieutruong")
    submit_and_approve(lead, vice, title)
    address = vice.approve()
    page.goto(address)
    expect(page.locator("main")).to_contain_text("Các bé ra vườn.")

    vice.page.get_by_role("link", name="Hồ sơ bài").click()
    vice.page.get_by_text("Việc khác với bài đã đăng").click()
    vice.page.get_by_role("link", name="Gỡ bài ngay").click()
    vice.page.get_by_label("Đăng nhầm, có sai sót").check()
    vice.page.get_by_label("Lý do").last.fill("Ảnh chụp nhầm lớp.")
    vice.page.locator("#password-take-down").fill(PASSWORD)
    vice.press("Gỡ bài ngay")
    vice.says("Đã gỡ bài.")
    expect_main(page, address, "Các bé ra vườn.", shown=False)

    principal.open("Điều hành")
    down = principal.page.locator(".entry-card", has_text=title)
    expect(down).to_contain_text("Ảnh chụp nhầm lớp.")
    down.get_by_text("Đăng lại", exact=True).click()
    down.get_by_label("Mật khẩu").fill(PASSWORD)
    down.get_by_role("button", name="Đăng lại bài này").click()
    principal.says("Đã cho đăng lại bài như đã phê duyệt.")
    expect_main(page, address, "Các bé ra vườn.", shown=True)
    assert verification.verify(newsroom.data / "site.git").ok


def test_an_entry_with_an_hour_waits_and_can_be_returned(staff: Staff) -> None:
    title = "Bài hẹn giờ sáng mai"
    lead, vice = staff("totruong.maugiao"), staff("pht.chuyenmon")
    at = datetime.now(VIETNAM) + timedelta(days=1)
    submit_and_approve(lead, vice, title, Hẹn_giờ_đăng=f"{at:%d/%m/%Y} 07:00")
    vice.press("Phê duyệt")

    vice.says(f"Bài được đăng lúc 07:00 · {at:%d/%m/%Y}.")
    vice.says("Đã phê duyệt – chờ đăng")
    vice.send_back("Đổi giờ đăng.")
    vice.says("Trả lại để sửa")
    lead.open_from_queue("Bàn làm việc", title)
    lead.says("Đổi giờ đăng.")


def wait_until(page: Page, address: str, status: int) -> None:
    """Ask for an address until it answers so; the publisher works in its own time."""
    for _ in range(_PUBLISH_MS // 500):
        if page.request.get(address).status == status:
            return
        page.wait_for_timeout(500)
    raise AssertionError(address)


def expect_main(page: Page, address: str, text: str, *, shown: bool) -> None:
    """Reload a public page until its main part shows the text, or no longer does."""
    for _ in range(_PUBLISH_MS // 500):
        page.goto(address)
        if (text in page.locator("main").inner_text()) is shown:
            return
        page.wait_for_timeout(500)
    raise AssertionError(address)
