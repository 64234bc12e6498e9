"""From a public page to its Xác minh page, and what the check in the browser says there."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.newsroom import Newsroom
from tests.browser.staff import Member

Staff = Callable[[str], Member]
CODE = re.compile(r"[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}")
_CHECK_MS = 30_000


def a_post(newsroom: Newsroom) -> tuple[str, Path]:
    """Return the address of a public post with photos, and its folder in the web root."""
    current = newsroom.data / "www" / "current"
    table = json.loads((current / ".well-known/toasoan/entries/tin-tuc-2025.json").read_text())
    url = table["trung-thu-2025"]["url"]
    return url, current / url.strip("/")


def follow_the_code(page: Page, address: str) -> str:
    """Open a public page, follow its code, and return the code."""
    page.goto(address)
    line = page.locator(".approval")
    expect(line).to_contain_text("Phê duyệt: Hiệu trưởng")
    link = line.get_by_role("link", name=CODE)
    code = link.inner_text()
    link.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(code)
    return code


def test_the_check_says_authentic_and_after_a_change_by_hand_different(
    page: Page, newsroom: Newsroom
) -> None:
    url, folder = a_post(newsroom)
    code = follow_the_code(page, f"{newsroom.public}{url}")
    answer = page.locator(".check-answer")
    expect(answer).to_contain_text(
        "Đúng: trang này đúng là bản đã được phê duyệt", timeout=_CHECK_MS
    )

    photo = folder / "anh-1.jpg"
    whole = photo.read_bytes()
    try:
        photo.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        page.reload()
        expect(answer).to_contain_text("KHÁC", timeout=_CHECK_MS)
        expect(page.locator(".check-files")).to_contain_text("anh-1.jpg")
    finally:
        photo.write_bytes(whole)
    page.reload()
    expect(answer).to_contain_text("Đúng", timeout=_CHECK_MS)

    # As somebody types it from paper, with a small O for the digit.
    page.goto(f"{newsroom.public}/xac-minh/")
    page.get_by_label("Mã xác minh").fill(code.lower().replace("0", "o").replace("-", " "))
    page.get_by_role("button", name="Xem").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(code)


def test_the_check_names_the_key_whose_signature_is_good_and_sees_a_list_that_nobody_signed(
    page: Page, newsroom: Newsroom
) -> None:
    """Photo, its row and the head agree: only the signature tells that a hand has written them."""
    url, folder = a_post(newsroom)
    lists = newsroom.data / "www" / "current" / ".well-known/toasoan"
    head, key = lists / "release.json", lists / "release.pub"
    photo_hash = hashlib.sha256((folder / "anh-1.jpg").read_bytes()).hexdigest()
    parts = (lists / "release").glob("*.json")
    part = next(path for path in parts if photo_hash in path.read_text())
    printed = subprocess.run(
        ["ssh-keygen", "-l", "-f", key], capture_output=True, text=True, check=True
    ).stdout.split()[1]
    follow_the_code(page, f"{newsroom.public}{url}")
    answer, told = page.locator(".check-answer"), page.locator(".check-key")
    expect(answer).to_contain_text("Đúng", timeout=_CHECK_MS)
    expect(told).to_have_text(f"Chữ ký của danh sách: đúng, bằng khóa {printed}")

    photo = folder / "anh-1.jpg"
    kept = {path: path.read_bytes() for path in (photo, part, head)}
    forged = kept[photo][:-1] + bytes([kept[photo][-1] ^ 1])
    try:
        photo.write_bytes(forged)
        part.write_bytes(_renamed(kept[part], kept[photo], forged))
        head.write_bytes(_renamed(kept[head], kept[part], part.read_bytes()))
        page.reload()
        expect(answer).to_contain_text("KHÁC: chữ ký của danh sách không đúng", timeout=_CHECK_MS)
        expect(told).to_contain_text("không đúng với khóa")
    finally:
        for path, data in kept.items():
            path.write_bytes(data)
    page.reload()
    expect(answer).to_contain_text("Đúng", timeout=_CHECK_MS)


def test_a_browser_without_ed25519_says_so(page: Page, newsroom: Newsroom) -> None:
    page.add_init_script(
        """const take = crypto.subtle.importKey.bind(crypto.subtle);
        crypto.subtle.importKey = (form, key, name, ...rest) => name === "Ed25519"
            ? Promise.reject(new DOMException("", "NotSupportedError"))
            : take(form, key, name, ...rest);"""
    )
    url, _ = a_post(newsroom)
    follow_the_code(page, f"{newsroom.public}{url}")

    expect(page.locator(".check-answer")).to_contain_text("Đúng", timeout=_CHECK_MS)
    expect(page.locator(".check-key")).to_contain_text("chưa kiểm tra chữ ký của danh sách")


def _renamed(listed: bytes, was: bytes, now: bytes) -> bytes:
    """Return a list in which the hash of some bytes is that of others."""
    old, new = (hashlib.sha256(data).hexdigest().encode() for data in (was, now))
    assert old in listed
    return listed.replace(old, new)


def test_a_code_of_nothing_is_told_in_words(page: Page, newsroom: Newsroom) -> None:
    page.goto(f"{newsroom.public}/xac-minh/")
    box, answer = page.get_by_label("Mã xác minh"), page.locator(".code-answer")
    box.fill("ABC")
    page.get_by_role("button", name="Xem").click()
    expect(answer).to_contain_text("mười chữ và số")
    box.fill("ZZZZZ-ZZZZZ")
    page.get_by_role("button", name="Xem").click()
    expect(answer).to_contain_text("Không có bản nào mang mã ZZZZZ-ZZZZZ")


def test_without_scripts_the_code_is_found_by_its_first_letter(
    page: Page, newsroom: Newsroom
) -> None:
    browser = page.context.browser
    assert browser
    url, _ = a_post(newsroom)
    code = follow_the_code(page, f"{newsroom.public}{url}")
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(f"{newsroom.public}/xac-minh/")
    expect(plain.get_by_label("Mã xác minh")).to_be_hidden()
    plain.get_by_role("link", name=code[0], exact=True).click()
    plain.get_by_role("link", name=code).click()
    expect(plain.locator("body")).to_contain_text("Bản mang mã này do nhà trường phê duyệt")
    expect(plain.locator(".check")).to_be_hidden()
    context.close()


def test_the_printed_page_bears_the_code(page: Page, newsroom: Newsroom) -> None:
    url, _ = a_post(newsroom)
    page.goto(f"{newsroom.public}{url}")
    page.emulate_media(media="print")

    expect(page.locator(".approval")).to_be_visible()
    expect(page.locator(".approval .on-paper")).to_contain_text("/xac-minh/")
    expect(page.locator(".approval .on-paper")).to_be_visible()
