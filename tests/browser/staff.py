"""What the people of the demo school do in a browser, in the words that they see."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.newsroom import PASSWORD, Newsroom

OWN: Final = "bốn-chiếc-lá-me-xanh"
"""The password that a newcomer of a test sets."""
_PUBLISH_MS: Final = 60_000


@dataclass(frozen=True)
class Photo:
    """A picture to upload and what it shows."""

    path: Path
    description: str


@dataclass(frozen=True)
class Member:
    """One member of staff, signed in at a browser of their own."""

    page: Page
    newsroom: Newsroom
    username: str

    @property
    def context(self) -> BrowserContext:
        return self.page.context

    def sign_in(self, password: str = PASSWORD) -> None:
        self.page.goto(f"{self.newsroom.editor}/")
        self.page.get_by_label("Tên đăng nhập").fill(self.username)
        self.page.get_by_label("Mật khẩu").fill(password)
        self.page.get_by_role("button", name="Đăng nhập").click()

    def is_still_signed_in(self) -> bool:
        """Open the desk and say whether it is shown, and no question for a password."""
        self.page.goto(f"{self.newsroom.editor}/")
        return self.page.get_by_label("Tên đăng nhập").count() == 0

    def begin(self, temporary: str) -> None:
        """Sign in for the first time and set a password of one's own."""
        self.sign_in(temporary)
        self.page.get_by_label("Mật khẩu mới", exact=True).fill(OWN)
        self.page.get_by_label("Nhập lại mật khẩu mới").fill(OWN)
        self.page.get_by_label("Tôi đã đọc và nhận các quy định này").check()
        self.press("Đặt mật khẩu và bắt đầu")

    def open(self, *links: str) -> None:
        """Go from the desk by the names of links."""
        self.page.goto(f"{self.newsroom.editor}/")
        for link in links:
            self.page.get_by_role("link", name=link, exact=True).first.click()

    def start(self, link: str) -> None:
        """Begin an entry from the desk by its button; the form's script runs when it returns."""
        self.page.goto(f"{self.newsroom.editor}/")
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            self.page.get_by_role("link", name=link).click()

    def fill(self, **values: str) -> None:
        """Fill the form's fields by their labels (spaces written as underscores)."""
        for label, value in values.items():
            field = self.page.get_by_label(label.replace("_", " "), exact=False).first
            # What few entries need is folded.
            field.evaluate("field => field.closest('details')?.setAttribute('open', '')")
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(label=value)
            else:
                field.fill(value)

    def add_photos(self, *photos: Photo) -> None:
        rows = self.page.locator("#photos li.file-row")
        for index, photo in enumerate(photos):
            if index >= rows.count():
                self.page.get_by_role("button", name="Thêm ảnh").click()
            rows.nth(index).get_by_label("Chọn ảnh").set_input_files(photo.path)
            rows.nth(index).get_by_label("Mô tả ảnh").fill(photo.description)

    def press(self, button: str) -> None:
        self.page.get_by_role("button", name=button, exact=True).click()

    def open_from_queue(self, queue: str, title: str) -> None:
        """Open an entry from the queue, as the navigation leads there."""
        self.page.goto(f"{self.newsroom.editor}/")
        self.page.get_by_role("link", name=queue).first.click()
        self.page.get_by_role("link", name=title).first.click()

    def open_published(self, title: str) -> None:
        """Open the dossier of a published entry, and what can be done beside editing it."""
        self.page.goto(f"{self.newsroom.editor}/da-dang")
        self.page.get_by_role("link", name=title, exact=True).click()
        self.page.get_by_text("Việc khác với bài đã đăng").click()

    def confirm_accuracy(self) -> None:
        self.page.get_by_label("Tôi xác nhận nội dung chính xác").check()
        self.page.locator("#password-check").fill(PASSWORD)
        self.press("Xác nhận chính xác, chuyển phê duyệt")

    def approve(self) -> str:
        """Approve, wait until the page says that it is live, and return the public address."""
        self.page.locator("#password-approve").fill(PASSWORD)
        self.press("Phê duyệt và đăng")
        link = self.page.get_by_role("link", name="Xem trang công khai")
        expect(link).to_be_visible(timeout=_PUBLISH_MS)
        address = link.get_attribute("href")
        assert address
        return address

    def send_back(self, reason: str) -> None:
        self.page.locator("#note").fill(reason)
        self.press("Trả lại để sửa")

    def says(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.locator("body")).to_contain_text(text)

    def error_at(self, field: str) -> Locator:
        return self.page.locator(f"#err-{field}")


def hand_in(lead: Member, vice: Member, title: str, **fields: str) -> None:
    """Write a post as a lead, whose entries need no check, and open it before the approver."""
    usual = {
        "Tiêu_đề": title,
        "Tóm_tắt": "Một buổi sáng trong vườn trường.",
        "Chuyên_mục": "Hoạt động của bé",
        "Nội_dung": "Các bé ra vườn.",
        "Ngày_đăng": "24/11/2026",
    }
    lead.start("Viết bài mới")
    lead.fill(**usual | fields)
    lead.press("Gửi kiểm tra")
    lead.says("Chờ phê duyệt")
    vice.open_from_queue("Chờ phê duyệt", title)


def publish_as_lead(lead: Member, vice: Member, title: str, **fields: str) -> str:
    """Hand a post in, approve it, and return its public address."""
    hand_in(lead, vice, title, **fields)
    return vice.approve()
