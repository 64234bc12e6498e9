"""A photo with personal data: its entry is taken down, and its bytes are deleted everywhere."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.newsroom import PASSWORD, ROOT, Newsroom
from tests.browser.staff import Member, Photo
from workflow import services
from workflow.repository import Repository

Staff = Callable[[str], Member]
TITLE = "Bé tập rửa tay"
_PUBLISH_MS = 60_000


@pytest.fixture
def photo(tmp_path: Path) -> Photo:
    path = tmp_path / "be.jpg"
    Image.linear_gradient("L").resize((320, 240)).convert("RGB").save(path)
    return Photo(path, "Một bé đang rửa tay")


def found_under(folder: Path, sha256: str) -> list[Path]:
    """Return every file with these bytes; the publisher may take others away meanwhile."""
    found = []
    for path in folder.rglob("*"):
        try:
            data = path.read_bytes() if path.is_file() else b""
        except FileNotFoundError:
            continue
        if hashlib.sha256(data).hexdigest() == sha256:
            found.append(path)
    return found


def publish(staff: Staff, photo: Photo) -> str:
    lead, vice = staff("totruong.maugiao"), staff("pht.chuyenmon")
    lead.start("Viết bài mới")
    lead.fill(
        Tiêu_đề=TITLE,
        Tóm_tắt="Rửa tay trước khi ăn.",
        Chuyên_mục="Hoạt động của bé",
        Nội_dung="Các bé rửa tay.",
        Ngày_đăng="24/11/2026",
    )
    lead.add_photos(photo)
    lead.press("Gửi kiểm tra")
    lead.says("Chờ phê duyệt")
    vice.open_from_queue("Chờ phê duyệt", TITLE)
    address = vice.approve()
    vice.page.get_by_role("link", name="Hồ sơ bài").click()
    return address


def take_down(vice: Member) -> None:
    vice.page.get_by_text("Việc khác với bài đã đăng").click()
    vice.page.get_by_role("link", name="Gỡ bài ngay").click()
    vice.page.get_by_label("Có thông tin cá nhân, hình ảnh cần gỡ").check()
    vice.page.get_by_label("Lý do").last.fill("Phụ huynh không đồng ý đăng ảnh.")
    vice.page.locator("#password-take-down").fill(PASSWORD)
    vice.press("Gỡ bài ngay")
    vice.says("Đã gỡ bài.")


def test_a_photo_of_an_entry_that_is_down_is_erased_everywhere(
    staff: Staff, newsroom: Newsroom, page: Page, photo: Photo
) -> None:
    address = publish(staff, photo)
    repository = Repository(newsroom.data / "site.git")
    entry = next(e for e in services.published(repository) if e.title == TITLE)
    stored = services.published_entry(repository, entry.entry_id).edition.media
    sha256 = stored["anh-1.jpg"].oid
    assert len(found_under(newsroom.data, sha256)) > 1
    take_down(staff("pht.chuyenmon"))

    principal = staff("hieutruong")
    principal.open("Điều hành")
    down = principal.page.locator(".entry-card", has_text=TITLE)
    down.get_by_role("link", name="Xóa hẳn ảnh, tệp của bài này").click()
    expect(principal.page.get_by_role("img", name="anh-1.jpg")).to_be_visible()
    principal.page.get_by_label("anh-1.jpg").check()
    principal.page.get_by_label("Lý do xóa").fill("Phụ huynh yêu cầu")
    principal.page.locator("#password").fill(PASSWORD)
    principal.press("Xóa hẳn các tệp đã chọn")
    principal.says("Đã xóa hẳn 1 tệp.")
    principal.says(sha256)

    for _ in range(_PUBLISH_MS // 500):
        if not found_under(newsroom.data, sha256):
            break
        page.wait_for_timeout(500)
    assert found_under(newsroom.data, sha256) == []
    command = [sys.executable, "-m", "editor.cli", "verify", "--data", str(newsroom.data)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert (done.returncode, done.stdout[:2]) == (0, "OK"), done.stdout
    assert f"tệp đã xóa theo lệnh của hiệu trưởng: {sha256}" in done.stdout
    page.goto(f"{newsroom.public}/")
    expect(page.locator("main")).to_contain_text("Tin")
    page.goto(address)
    expect(page.locator("main")).not_to_contain_text("rửa tay")
    assert page.request.get(f"{address}anh-1.jpg").status == 404
