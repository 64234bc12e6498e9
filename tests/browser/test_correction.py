"""A correction from the published page to the published page, and another address, in a browser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from tests.browser.newsroom import Newsroom
from tests.browser.staff import Member, publish_as_lead
from workflow import verification
from workflow.clock import VIETNAM

Staff = Callable[[str], Member]


@pytest.fixture
def lead(staff: Staff) -> Member:
    return staff("totruong.maugiao")


@pytest.fixture
def vice(staff: Staff) -> Member:
    return staff("pht.chuyenmon")


def test_a_correction_is_told_on_the_page(
    lead: Member, vice: Member, newsroom: Newsroom, page: Page
) -> None:
    title = "Bé học múa sạp"
    address = publish_as_lead(lead, vice, title, Nội_dung="Buổi múa lúc 17 giờ.")
    page.goto(address)
    expect(page.locator("main")).to_contain_text("17 giờ")

    lead.open_published(title)
    lead.page.get_by_role("link", name="Đính chính", exact=True).click()
    lead.page.get_by_label("Đính chính điều gì, vì sao?").fill("Sửa giờ múa: 16 giờ.")
    lead.press("Tiếp tục sửa bài")
    lead.says("Đính chính: Sửa giờ múa: 16 giờ.")
    lead.fill(Nội_dung="Buổi múa lúc 16 giờ.")
    lead.press("Gửi kiểm tra")
    lead.says("Chờ phê duyệt")

    vice.open_from_queue("Chờ phê duyệt", title)
    expect(vice.page.locator(".page-head .badge")).to_have_text("Đính chính")
    vice.says("Sửa giờ múa: 16 giờ.")
    assert vice.approve() == address
    page.goto(address)
    note = page.get_by_role("note", name="Đính chính")
    expect(note).to_contain_text("Sửa giờ múa: 16 giờ.")
    expect(page.locator(".prose")).to_have_text("Buổi múa lúc 16 giờ.")
    assert verification.verify(newsroom.data / "site.git").ok

    _follows_to_the_earlier_edition_and_back(page, address, title)


def _follows_to_the_earlier_edition_and_back(page: Page, address: str, title: str) -> None:
    """What was wrong stays readable, says what is wrong with it, and leads to what is right."""
    today = f"{datetime.now(VIETNAM):%d/%m/%Y}"
    note = page.get_by_role("note", name="Đính chính")
    expect(note).to_contain_text(f"Đính chính ngày {today}: Sửa giờ múa: 16 giờ.")
    note.get_by_role("link", name=f"Xem bản trước đính chính ngày {today}").click()

    page.wait_for_url(f"{address}ban-truoc/1/")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.locator(".prose")).to_have_text("Buổi múa lúc 17 giờ.")
    expect(page.locator("main")).to_contain_text(f"Bản trước đính chính ngày {today}")
    expect(page.locator("main")).to_contain_text("đã đính chính: Sửa giờ múa: 16 giờ.")
    expect(page.locator("meta[name=robots]")).to_have_attribute("content", "noindex")
    expect(page.locator("link[rel=canonical]")).to_have_attribute("href", address)
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.get_by_role("link", name="Xem bản hiện nay").click()

    page.wait_for_url(address)
    expect(page.locator(".prose")).to_have_text("Buổi múa lúc 16 giờ.")


def test_another_address_leads_from_the_former_one(
    lead: Member, vice: Member, newsroom: Newsroom, page: Page
) -> None:
    title = "Bé trồng cây đầu xuân"
    former = publish_as_lead(lead, vice, title)

    lead.open_published(title)
    lead.page.get_by_role("link", name="Đổi đường dẫn").click()
    lead.page.get_by_label("Đường dẫn mới").fill("tet-trong-cay")
    lead.press("Ghi đường dẫn mới")
    lead.says("2026/be-trong-cay-dau-xuan")
    lead.press("Gửi kiểm tra")
    vice.open_from_queue("Chờ phê duyệt", title)
    address = vice.approve()

    assert address == f"{newsroom.public}/tin-tuc/2026/tet-trong-cay/"
    page.goto(former)
    page.wait_for_url(address)
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.locator("link[rel=canonical]")).to_have_attribute("href", address)


def test_a_pinned_post_comes_first(lead: Member, vice: Member, page: Page) -> None:
    title = "Lịch tiêm chủng của trạm y tế"
    address = publish_as_lead(lead, vice, title, Ngày_đăng="02/09/2026", Ghim="31/12/2099")

    page.goto(f"{address.partition('/tin-tuc/')[0]}/tin-tuc/")
    first = page.locator("article.card").first
    expect(first).to_contain_text(title)
    expect(first).to_contain_text("Ghim")
