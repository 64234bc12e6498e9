"""A principal who lost the password: a new key, and the sealed paper that makes it count."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.newsroom import ROOT, Newsroom, running
from tests.browser.staff import Member

Staff = Callable[[str], Member]


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    """A school of its own: the demo principal of the others keeps his password."""
    with running(tmp_path_factory.mktemp("recovery") / "var") as started:
        yield started


def at_the_server(newsroom: Newsroom, *words: str) -> str:
    """Run a command of the program as the server's administrator does."""
    command = [sys.executable, "-m", "editor.cli", *words, "--data", str(newsroom.data)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_paper_makes_the_new_key_of_a_lost_principal_count(
    staff: Staff, stranger: Staff, newsroom: Newsroom
) -> None:
    said = at_the_server(newsroom, "reset-password", "hieutruong")
    temporary = re.findall(r"(?:\w{4}-){3}\w{4}", said)[0]
    principal, vice = stranger("hieutruong"), staff("pht.chuyenmon")
    principal.begin(temporary)
    principal.says("Chờ khóa khôi phục")
    principal.says("./toasoan recover")
    code = principal.page.locator(".key-code").inner_text()
    expect(vice.page.get_by_role("alert")).to_have_count(0)

    paper = newsroom.data.with_name("var-khoa-khoi-phuc.txt")
    words = ("recover", "--key", str(paper), "--username", "hieutruong", "--yes")
    assert code in at_the_server(newsroom, *words)

    principal.page.reload()
    expect(principal.page.get_by_role("heading", name="Bàn làm việc")).to_be_visible()
    vice.page.reload()
    for member in (principal, vice):
        note = member.page.get_by_role("alert").filter(has_text="Khóa khôi phục đã được dùng")
        expect(note).to_contain_text(re.compile(r"\d\d:\d\d · \d\d/\d\d/\d{4}"))
    principal.open("Điều hành", "Phân quyền")
    principal.says("Khóa khôi phục đã được dùng")
    proof = at_the_server(newsroom, "verify", "--stock")
    assert proof.startswith("OK")
    assert "khóa khôi phục đã dùng: hieutruong thành hiệu trưởng" in proof
