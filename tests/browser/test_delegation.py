"""A leader is away: the principal delegates, the delegate approves as himself, and it ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from playwright.sync_api import Page, expect

from tests.browser.newsroom import PASSWORD, Newsroom
from tests.browser.staff import Member
from tests.browser.test_governing import submit_and_approve
from workflow import services, verification
from workflow.clock import VIETNAM
from workflow.repository import Repository
from workflow.states import Action, Role

Staff = Callable[[str], Member]
DELEGATE = "totruong.nuoiduong"
NUMBER = "25/QĐ-MNPH"


def test_the_delegate_approves_in_his_days_and_no_longer(
    staff: Staff, newsroom: Newsroom, page: Page
) -> None:
    lead, principal, delegate = staff("totruong.maugiao"), staff("hieutruong"), staff(DELEGATE)
    delegate.says("Bàn làm việc")
    expect(delegate.page.get_by_text("Đang làm thay")).to_have_count(0)

    until = give(principal)
    delegate.open()
    delegate.says(f"Đang làm thay phó hiệu trưởng: Chuyên môn, theo ủy quyền số {NUMBER}")
    submit_and_approve(lead, delegate, "Bé tập làm vườn rau")
    address = delegate.approve()
    page.goto(address)
    expect(page.locator("main")).to_contain_text("Các bé ra vườn.")
    delegate.page.get_by_role("link", name="Hồ sơ bài").click()
    delegate.says(f"theo ủy quyền số {NUMBER}, đến {until}")
    assert approver(newsroom, "Bé tập làm vườn rau") == (DELEGATE, Role.VICE_PRINCIPAL)

    submit_and_approve(lead, delegate, "Bé tưới rau buổi chiều")
    end(principal)
    delegate.page.locator("#password-approve").fill(PASSWORD)
    delegate.press("Phê duyệt và đăng")
    delegate.says("Việc này không được phép")
    missing = f"{newsroom.public}/tin-tuc/2026/be-tuoi-rau-buoi-chieu/"
    assert page.request.get(missing).status == 404
    assert verification.verify(newsroom.data / "site.git").ok


def give(principal: Member) -> str:
    """Delegate the vice-principal's field for three days and return the last one."""
    until = f"{datetime.now(VIETNAM) + timedelta(days=2):%d/%m/%Y}"
    principal.open("Điều hành", "Ủy quyền", "Ủy quyền mới")
    form = principal.page
    form.get_by_label("Người được ủy quyền").select_option(DELEGATE)
    expect(form.get_by_text("Lĩnh vực (khi thay phó hiệu trưởng)")).to_be_hidden()
    form.get_by_label("phó hiệu trưởng", exact=True).check()
    expect(form.get_by_text("Tổ, bộ phận (khi thay tổ trưởng)")).to_be_hidden()
    form.get_by_label("Chuyên môn", exact=True).check()
    form.get_by_label("Đến hết ngày").fill(until)
    form.get_by_label("Theo quyết định số").fill(NUMBER)
    principal.press("Ký ủy quyền")
    principal.says("Chưa nhập mật khẩu.")
    form.get_by_label("Mật khẩu").fill(PASSWORD)
    principal.press("Ký ủy quyền")
    principal.says("Đã ủy quyền cho")
    return until


def end(principal: Member) -> None:
    principal.open("Điều hành", "Ủy quyền")
    card = principal.page.locator(".entry-card", has_text=NUMBER)
    card.get_by_text("Kết thúc ngay").click()
    card.get_by_label("Mật khẩu").fill(PASSWORD)
    card.get_by_role("button", name="Kết thúc ủy quyền").click()
    principal.says("Đã kết thúc ủy quyền.")
    principal.says("Kết thúc sớm lúc")


def approver(newsroom: Newsroom, title: str) -> tuple[str, Role]:
    repo = Repository(newsroom.data / "site.git")
    entry = next(e for e in services.published(repo) if e.title == title)
    steps = services.history_of(repo, entry.entry_id)
    step = next(step for step in steps if step.action is Action.APPROVE)
    return step.actor, step.role
