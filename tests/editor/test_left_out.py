"""An entry whose page cannot be built: who is told, and where."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from editor.newsroom import Newsroom
from tests.editor.conftest import ADMIN, COOK, LEAD, PASSWORD, PRINCIPAL, TEACHER, VICE, Reader
from workflow import publication
from workflow.release import publisher_folder

Person = Callable[[str], Reader]
REASON = "posts/2026/x/index.md: bài có các khối lồng nhau quá sâu"


@pytest.fixture
def entry(person: Person, newsroom: Newsroom) -> str:
    """A public entry that the publisher had to leave out."""
    entry_id = person(LEAD).write(then="submit")
    vice = person(VICE)
    seen = re.findall(r'name="seen" value="([0-9a-f]{40})"', vice.read(f"/bai/{entry_id}"))[0]
    vice.press(f"/bai/{entry_id}/phe-duyet", seen=seen, password=PASSWORD)
    data, public = newsroom.settings.data, newsroom.settings.public_url
    publication.publish(newsroom.repository, data, public, lambda _: None)
    (publisher_folder(data) / "left_out.json").write_text(json.dumps({entry_id: REASON}))
    return entry_id


@pytest.mark.parametrize("username", [TEACHER, LEAD, VICE, PRINCIPAL, ADMIN])
def test_those_who_must_mend_it_are_told_on_their_desk(
    entry: str, person: Person, username: str
) -> None:
    desk = person(username).read("/")

    assert "Bài chưa dựng được trang" in desk
    assert REASON in desk
    assert f"/bai/{entry}" in desk


def test_people_of_other_groups_are_not(entry: str, person: Person) -> None:
    assert "Bài chưa dựng được trang" not in person(COOK).read("/")


def test_the_approver_reads_that_the_page_is_not_the_new_one(
    entry: str, person: Person, newsroom: Newsroom
) -> None:
    page = person(VICE).read(f"/bai/{entry}/tien-do")
    assert "trang của bài không dựng được" in page
    assert "quá sâu" in page

    (publisher_folder(newsroom.settings.data) / "left_out.json").unlink()
    assert "trang của bài không dựng được" not in person(VICE).read(f"/bai/{entry}/tien-do")
