"""The four kinds of withdrawal, each to its public page and back again, in a browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.browser.newsroom import Newsroom
from tests.browser.staff import Member, publish_as_lead
from workflow import verification

Staff = Callable[[str], Member]

BODY = "Các bé ra vườn."


@dataclass(frozen=True)
class Desk:
    """A lead who writes and withdraws, and the vice-principal who approves."""

    lead: Member
    vice: Member

    def withdraw(self, title: str, kind: str, reason: str, successor: str = "") -> str:
        """Withdraw by the whole way and return the public address."""
        self.lead.open_published(title)
        self.lead.page.get_by_role("link", name="Thu hồi", exact=True).click()
        self.lead.page.get_by_role("radio", name=kind).check()
        if successor:
            self.lead.page.get_by_role("combobox", name="Bài thay thế").select_option(
                label=successor
            )
        self.lead.page.get_by_label("Lý do", exact=True).fill(reason)
        self.lead.press("Ghi đề nghị thu hồi")
        self.lead.says("Đã ghi đề nghị thu hồi.")
        self.lead.press("Gửi kiểm tra")
        self.vice.open_from_queue("Chờ phê duyệt", title)
        expect(self.vice.page.locator(".page-head .badge")).to_have_text("Thu hồi")
        self.vice.says(reason)
        return self.vice.approve()

    def put_back(self, title: str) -> str:
        """End the withdrawal, approve, and return the public address."""
        self.lead.open_published(title)
        self.lead.press("Bỏ thu hồi, đăng lại")
        self.lead.says("Đã ghi đề nghị đăng lại.")
        self.lead.press("Gửi kiểm tra")
        return self.approve_return(title)

    def approve_return(self, title: str) -> str:
        self.vice.open_from_queue("Chờ phê duyệt", title)
        expect(self.vice.page.locator(".page-head .badge")).to_have_text("Đăng lại")
        return self.vice.approve()


@pytest.fixture
def desk(staff: Staff) -> Desk:
    return Desk(staff("totruong.maugiao"), staff("pht.chuyenmon"))


def shows_the_entry(page: Page, address: str, title: str) -> None:
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.locator(".prose")).to_have_text(BODY)


def test_published_in_error(desk: Desk, page: Page, newsroom: Newsroom) -> None:
    title = "Bài đăng nhầm ngày"
    address = publish_as_lead(desk.lead, desk.vice, title, Nội_dung=BODY)
    assert desk.withdraw(title, "Đăng nhầm, có sai sót", "Sai ngày tổ chức.") == address

    page.goto(address)
    main = page.locator("main")
    expect(main).to_contain_text("Nhà trường đã thu hồi nội dung này")
    expect(main).to_contain_text("Sai ngày tổ chức.")
    expect(main).not_to_contain_text(BODY)
    page.goto(f"{newsroom.public}/tin-tuc/")
    expect(page.locator("main")).not_to_contain_text(title)

    assert desk.put_back(title) == address
    shows_the_entry(page, address, title)
    assert verification.verify(newsroom.data / "site.git").ok


def test_replaced_by_another(desk: Desk, page: Page) -> None:
    old, new = "Lịch tham quan tháng trước", "Lịch tham quan tháng này"
    address = publish_as_lead(desk.lead, desk.vice, old, Nội_dung=BODY)
    successor = publish_as_lead(desk.lead, desk.vice, new)
    assert desk.withdraw(old, "Đã có bài khác thay", "Lịch đã đổi.", new) == address

    page.goto(address)
    page.wait_for_url(successor)
    expect(page.get_by_role("heading", level=1)).to_have_text(new)

    desk.put_back(old)
    shows_the_entry(page, address, old)


def test_withdrawn_with_an_explanation(desk: Desk, page: Page, newsroom: Newsroom) -> None:
    title = "Kết quả hội thi chưa chốt"
    address = publish_as_lead(desk.lead, desk.vice, title, Nội_dung=BODY)
    page.goto(newsroom.public)
    expect(page.locator("main")).to_contain_text(title)
    desk.withdraw(title, "Thu hồi và giải thích, vẫn để đọc", "Ban giám khảo đang chấm lại.")

    shows_the_entry(page, address, title)
    banner = page.get_by_role("note").filter(has_text="Nhà trường đã thu hồi bài này")
    expect(banner).to_contain_text("Ban giám khảo đang chấm lại.")
    page.goto(f"{newsroom.public}/tin-tuc/")
    expect(page.locator("article.card", has_text=title)).to_contain_text("Đã thu hồi")
    page.goto(newsroom.public)
    expect(page.locator("main")).not_to_contain_text(title)

    desk.put_back(title)
    shows_the_entry(page, address, title)
    expect(page.locator("main")).not_to_contain_text("thu hồi")


def test_personal_data(desk: Desk, page: Page) -> None:
    title = "Bé Minh Anh đạt giải"
    address = publish_as_lead(desk.lead, desk.vice, title, Nội_dung=BODY)
    reason = "Phụ huynh chưa đồng ý."
    desk.withdraw(title, "Có thông tin cá nhân, hình ảnh cần gỡ", reason)

    page.goto(address)
    expect(page.locator("main")).to_contain_text("để bảo vệ thông tin cá nhân")
    for told in (title, BODY, reason):
        assert told not in page.content()

    desk.lead.open_published(title)
    desk.lead.press("Bỏ thu hồi, đăng lại")
    desk.lead.says("Viết lại các ô còn thiếu rồi gửi.")
    desk.lead.fill(Tiêu_đề="Bé đạt giải hội thi", Tóm_tắt="Tin vui.", Nội_dung=BODY)
    desk.lead.press("Gửi kiểm tra")
    assert desk.approve_return("Bé đạt giải hội thi") == address
    shows_the_entry(page, address, "Bé đạt giải hội thi")
