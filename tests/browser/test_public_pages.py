"""What a parent meets on paper and on a narrow telephone, at the demo school's public site."""

from __future__ import annotations

import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from tests.browser.newsroom import Newsroom


def sheets(page: Page) -> int:
    """Return on how many sheets of A4 a page is printed."""
    return len(pypdfium2.PdfDocument(page.pdf(format="A4")))


def test_a_week_of_meals_is_printed_as_a_table(page: Page, newsroom: Newsroom) -> None:
    """This week and the next of two ages stand on two sheets, one week of one age on one."""
    page.goto(f"{newsroom.public}/thuc-don/")
    expect(page.locator("table.week").first).to_be_visible()
    assert sheets(page) <= 2

    page.locator(".week-block a").first.click()
    page.wait_for_url("**/thuc-don/2026/**")
    assert sheets(page) == 1
    page.emulate_media(media="print")
    assert page.locator("table.week").evaluate("t => getComputedStyle(t).display") == "table"


@pytest.mark.parametrize("width", [320, 390])
def test_an_address_breaks_between_its_parts(page: Page, newsroom: Newsroom, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{newsroom.public}/tin-tuc/")
    page.locator("article.card a").first.click()
    page.locator(".approval a").click()
    address = page.locator(".facts dd a").last

    parts = address.evaluate(
        """link => [...link.childNodes].filter(n => n.data).map(n => {
            const range = document.createRange(); range.selectNode(n);
            return [n.data, range.getClientRects().length];
        })"""
    )
    assert "".join(text for text, _ in parts).startswith(newsroom.public)
    broken = [text for text, lines in parts if lines > 1 and "-" not in text]
    assert broken == []


def test_a_page_that_is_not_there_has_one_way_on_before_the_others(
    page: Page, newsroom: Newsroom
) -> None:
    page.goto(f"{newsroom.public}/khong-co-trang-nay/")

    expect(page.locator("main .button")).to_have_text("Về trang chủ")
    expect(page.locator("main .lost a")).to_have_count(3)
