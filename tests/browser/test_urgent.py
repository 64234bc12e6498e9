"""The urgent lane and its after-review, as a school presses them while a storm comes near."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.newsroom import PASSWORD, Newsroom
from tests.browser.staff import Member
from workflow import services, verification
from workflow.repository import Repository

Staff = Callable[[str], Member]

TITLE = "Trẻ nghỉ học tránh bão"
STORM = "Bão vào đêm nay, phụ huynh cần biết ngay."
_PUBLISH_MS = 60_000


def dossier_of(member: Member, title: str) -> None:
    """Open an entry's dossier from the desk."""
    member.page.goto(f"{member.newsroom.editor}/")
    member.page.get_by_role("link", name=title, exact=True).first.click()
    expect(member.page.get_by_role("heading", name=title)).to_be_visible()


def head_of(newsroom: Newsroom, title: str) -> str:
    """Return the version of an open entry that a page would name."""
    repository = Repository(newsroom.data / "site.git")
    return next(change.head for change in services.changes(repository) if change.title == title)


def press_urgent(member: Member, reason: str) -> None:
    member.page.get_by_label("Vì sao phải đăng khẩn?").fill(reason)
    member.page.locator("#password-urgent").fill(PASSWORD)
    member.press("Đăng khẩn ngay")


def test_a_leader_publishes_urgently_and_another_reviews_it(
    staff: Staff, newsroom: Newsroom, page: Page
) -> None:
    teacher, writing_vice = staff("co.giaovien5a"), staff("pht.chuyenmon")
    vice, principal = staff("pht.nuoiduong"), staff("hieutruong")
    teacher.start("Viết bài mới")
    teacher.fill(
        Tiêu_đề=TITLE,
        Tóm_tắt="Trường cho trẻ nghỉ học một ngày.",
        Chuyên_mục="Tuyên truyền",
        Nội_dung="Trẻ nghỉ học ngày mai.",
        Ngày_đăng="24/11/2026",
    )
    teacher.press("Lưu bản nháp")
    dossier_of(writing_vice, TITLE)
    writing_vice.page.get_by_role("link", name="Sửa bài").click()
    writing_vice.fill(Nội_dung="Trẻ nghỉ học ngày mai. Phụ huynh giữ trẻ ở nhà.")
    writing_vice.press("Lưu bản nháp")
    dossier_of(teacher, TITLE)
    teacher.press("Gửi kiểm tra")
    teacher.says("Chờ kiểm tra")

    # Who wrote at it has no such button, and who presses it all the same is refused.
    dossier_of(writing_vice, TITLE)
    expect(writing_vice.page.get_by_text("Đăng ngay, không chờ kiểm tra")).to_have_count(0)
    refused = writing_vice.page.evaluate(
        _PRESS_ALL_THE_SAME, [STORM, PASSWORD, head_of(newsroom, TITLE)]
    )
    assert refused["status"] == 403
    assert "mà mình đã viết hoặc sửa" in refused["page"]

    dossier_of(vice, TITLE)
    vice.page.get_by_text("Đăng ngay, không chờ kiểm tra").click()
    press_urgent(vice, "gấp")
    expect(vice.error_at("note-urgent")).to_contain_text("ít nhất 10 ký tự")
    press_urgent(vice, STORM)
    link = vice.page.get_by_role("link", name="Xem trang công khai")
    expect(link).to_be_visible(timeout=_PUBLISH_MS)
    page.goto(str(link.get_attribute("href")))
    expect(page.locator("main")).to_contain_text("Phụ huynh giữ trẻ ở nhà.")

    vice.page.goto(f"{newsroom.editor}/")
    expect(vice.page.locator(".after-reviews")).to_have_count(0)
    principal.page.goto(f"{newsroom.editor}/")
    expect(principal.page.locator(".after-reviews")).to_contain_text("Hậu kiểm trước")
    principal.page.locator(".after-reviews").get_by_role("link", name=TITLE).click()
    principal.says(STORM)
    principal.page.get_by_label("Nhận xét").fill("Đã đọc, đúng.")
    principal.page.locator("#password-review").fill(PASSWORD)
    principal.press("Xác nhận đã hậu kiểm")
    principal.says("Đăng khẩn, đã hậu kiểm")
    principal.page.goto(f"{newsroom.editor}/")
    expect(principal.page.locator(".after-reviews")).to_have_count(0)
    assert verification.verify(newsroom.data / "site.git").ok


_PRESS_ALL_THE_SAME = """async ([note, password, seen]) => {
    const token = document.querySelector("input[name=csrf_token]").value;
    const body = new URLSearchParams({ csrf_token: token, seen, note, password });
    const answer = await fetch(`${location.pathname}/dang-khan`, { method: "POST", body });
    return { status: answer.status, page: await answer.text() };
}"""
