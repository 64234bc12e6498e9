"""Corrections, addresses and successors before the auditor: each attack with its control."""

from typing import Final

import pytest

from tests.workflow.attacks import Attacks
from tests.workflow.forge import Draft, Forge
from tests.workflow.test_verification import (
    PRINCIPAL,
    TEACHER,
    VICE,
    an_approved_post,
    submit_to_publication,
)
from workflow.verification import Rule, verify

ATTACKS = Attacks()
breaks = ATTACKS.breaks
POST: Final = "khai-giang"
OTHER: Final = "be-mac"
CORRECTED: Final = "corrections:\n- reason: Sửa giờ đón trẻ\n"


def index(fields: str, *, title: str = "Trung thu", group: str = "mau-giao") -> bytes:
    return f"---\ntitle: {title}\ngroup: {group}\n{fields}---\n\nNội dung.\n".encode()


def edit(site: Forge, fields: str, entry: str = POST, **more: str) -> None:
    """Publish another edition of a post by the whole way."""
    draft = site.draft("posts", entry)
    site.save(draft, *TEACHER, {"index.md": index(fields, **more)})
    submit_to_publication(site, draft)


def history(site: Forge) -> Forge:
    """Give a new school two published posts, one of them with a correction."""
    site.publish(an_approved_post(site, POST), *VICE)
    site.publish(an_approved_post(site, OTHER), *VICE)
    edit(site, CORRECTED)
    return site


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Forge:
    folder = tmp_path_factory.mktemp("standing")
    return history(Forge.found(folder / "site.git", folder / "keys"))


@breaks(Rule.CORRECTION)
def a_published_correction_reworded(site: Forge, honest: bool) -> None:
    edit(site, CORRECTED if honest else CORRECTED.replace("giờ", "lỗi"))


@breaks(Rule.CORRECTION)
def a_published_correction_dropped(site: Forge, honest: bool) -> None:
    edit(site, CORRECTED if honest else "summary: Mới.\n", title="Trung thu 2026")


@breaks(Rule.CORRECTION)
def a_correction_slipped_in_before_a_published_one(site: Forge, honest: bool) -> None:
    first, second = "- reason: Sửa giờ đón trẻ\n", "- reason: Sửa tên lớp\n"
    edit(site, "corrections:\n" + (first + second if honest else second + first))


@breaks(Rule.CORRECTION)
def a_correction_dropped_while_withdrawing(site: Forge, honest: bool) -> None:
    withdrawn = "withdrawal: error\nwithdrawal_reason: Nhầm\n"
    edit(site, withdrawn + (CORRECTED if honest else ""))


@breaks(Rule.TIME)
def an_entry_published_before_its_hour(site: Forge, honest: bool) -> None:
    """The date of all acts of a forged history is 16:46:40 on that day."""
    hour = "16:46:40" if honest else "16:46:41"
    edit(site, f"publish_at: 2026-03-20 {hour}+07:00\n", "bai-hen-gio")


@breaks(Rule.ENTRY)
def an_hour_in_another_form(site: Forge, honest: bool) -> None:
    hour = "07:00:00+07:00" if honest else "07:00:00Z"
    edit(site, f"publish_at: 2026-03-20 {hour}\n", "bai-hen-gio")


@breaks(Rule.ENTRY)
def an_hour_of_no_day(site: Forge, honest: bool) -> None:
    day = "2026-02-28" if honest else "2026-02-30"
    edit(site, f"publish_at: {day} 07:00:00+07:00\n", "bai-hen-gio")


@breaks(Rule.CORRECTION)
def a_new_entry_that_corrects(site: Forge, honest: bool) -> None:
    edit(site, "" if honest else CORRECTED, "bai-moi")


@breaks(Rule.ENTRY)
def a_published_correction_continued_on_a_line_of_its_own(site: Forge, honest: bool) -> None:
    edit(site, CORRECTED + ("" if honest else "  không phải lỗi của trường\n"))


@breaks(Rule.ENTRY)
def a_published_correction_swallowed_by_a_quote(site: Forge, honest: bool) -> None:
    edit(site, f"summary: a\n{CORRECTED}" if honest else f"summary: 'a\n{CORRECTED}author: b'\n")


@breaks(Rule.ENTRY)
def a_published_correction_swallowed_by_a_bracket(site: Forge, honest: bool) -> None:
    edit(site, f"photos: []\n{CORRECTED}" if honest else f"photos: [\n{CORRECTED}author: b]\n")


@breaks(Rule.ENTRY)
def a_published_correction_swallowed_by_a_far_quote(site: Forge, honest: bool) -> None:
    edit(site, CORRECTED if honest else f'summary:   "a\n{CORRECTED}author: b"\n')


@breaks(Rule.ENTRY)
def a_published_correction_swallowed_by_a_long_key(site: Forge, honest: bool) -> None:
    opened = "  alt: a" if honest else "  ? alt\n  : 'a"
    closed = "author: b" if honest else "author:\n b'"
    edit(site, f"photos:\n- file: anh-1.jpg\n{opened}\n{CORRECTED}{closed}\n")


@breaks(Rule.ENTRY)
def a_published_correction_swallowed_by_a_key_with_a_colon(site: Forge, honest: bool) -> None:
    opened = "- a b: a" if honest else "- a:b: 'a"
    closed = "author: b" if honest else "author:\n b'"
    edit(site, f"photos:\n{opened}\n{CORRECTED}{closed}\n")


@breaks(Rule.ENTRY)
def a_published_correction_swallowed_by_a_quote_in_braces(site: Forge, honest: bool) -> None:
    opened, closed = ("{}", "b") if honest else ('{a: b, "c', 'b"}')
    edit(site, f"photos:\n- {opened}\n{CORRECTED}author: {closed}\n")


@breaks(Rule.ENTRY)
def a_group_that_goes_on_on_the_next_line(site: Forge, honest: bool) -> None:
    edit(site, CORRECTED, group="mau-giao" if honest else "mau-giao\n  nha-tre")


@breaks(Rule.ADDRESS)
def a_new_address_that_forgets_the_former(site: Forge, honest: bool) -> None:
    former = f"formerly:\n- 2026/{POST}\n" if honest else ""
    edit(site, f"slug: khai-truong\n{former}{CORRECTED}")


@breaks(Rule.ADDRESS)
def another_year_that_forgets_the_former_address(site: Forge, honest: bool) -> None:
    former = f"formerly:\n- 2026/{POST}\n" if honest else ""
    edit(site, f"date: 2025-09-05\n{former}{CORRECTED}")


@breaks(Rule.ADDRESS)
def an_older_address_forgotten(site: Forge, honest: bool) -> None:
    edit(site, f"slug: mot\nformerly:\n- 2026/{POST}\n{CORRECTED}")
    older = f"- 2026/{POST}\n" if honest else ""
    edit(site, f"slug: hai\nformerly:\n{older}- 2026/mot\n{CORRECTED}")


@breaks(Rule.ADDRESS)
def an_address_that_never_was_ones_own(site: Forge, honest: bool) -> None:
    claimed = "" if honest else "formerly:\n- 2026/tuyen-sinh\n"
    edit(site, f"{claimed}{CORRECTED}")


@breaks(Rule.ADDRESS)
def a_new_entry_that_claims_a_former_address(site: Forge, honest: bool) -> None:
    edit(site, "" if honest else "formerly:\n- 2026/tuyen-sinh\n", "bai-moi")


@breaks(Rule.ADDRESS)
def the_present_address_among_the_former(site: Forge, honest: bool) -> None:
    """Else the page would lead to itself."""
    edit(site, ("" if honest else f"formerly:\n- 2026/{POST}\n") + CORRECTED)


@breaks(Rule.ADDRESS)
def the_address_of_another_entry(site: Forge, honest: bool) -> None:
    slug = "bai-moi" if honest else OTHER
    edit(site, f"slug: {slug}\n", "bai-moi")


@breaks(Rule.ADDRESS)
def the_former_address_of_another_entry(site: Forge, honest: bool) -> None:
    edit(site, f"slug: khai-truong\nformerly:\n- 2026/{POST}\n{CORRECTED}")
    slug = "bai-moi" if honest else POST
    edit(site, f"slug: {slug}\n", "bai-moi")


@breaks(Rule.ADDRESS)
def a_slug_that_climbs(site: Forge, honest: bool) -> None:
    edit(site, f"slug: {'bai-moi' if honest else '../thuc-don'}\n", "bai-moi")


@breaks(Rule.ENTRY)
def a_slug_on_two_lines(site: Forge, honest: bool) -> None:
    edit(site, f"slug: bai-moi\n{'' if honest else '  hai'}\n", "bai-moi")


@breaks(Rule.SUCCESSOR)
def two_entries_that_replace_each_other(site: Forge, honest: bool) -> None:
    replaced = "withdrawal: replaced\nwithdrawal_reason: Mới hơn\nreplaced_by: "
    edit(site, f"{replaced}{OTHER}\n{CORRECTED}")
    edit(site, "" if honest else f"{replaced}{POST}\n", OTHER)


@breaks(Rule.SUCCESSOR)
def an_entry_that_replaces_itself(site: Forge, honest: bool) -> None:
    replaced = "withdrawal: replaced\nwithdrawal_reason: Mới hơn\nreplaced_by: "
    edit(site, f"{replaced}{OTHER if honest else POST}\n{CORRECTED}")


@pytest.mark.parametrize("name", ATTACKS)
def test_the_attack_breaks_its_rule(site: Forge, name: str) -> None:
    rule, attack = ATTACKS[name]
    attack(site, False)

    report = verify(site.path)

    assert not report.ok
    assert report.rule == rule
    assert report.failed_commit == site.main


@pytest.mark.parametrize("name", ATTACKS)
def test_without_the_manipulation_it_passes(site: Forge, name: str) -> None:
    ATTACKS[name][1](site, True)

    report = verify(site.path)

    assert report.ok, report.reason


def test_going_back_to_a_former_address_takes_it_off_the_list(site: Forge) -> None:
    edit(site, f"slug: khai-truong\nformerly:\n- 2026/{POST}\n{CORRECTED}")
    edit(site, f"slug: {POST}\nformerly:\n- 2026/khai-truong\n{CORRECTED}")

    assert verify(site.path).ok


def test_a_page_of_the_same_words_is_no_address_of_a_post(site: Forge) -> None:
    page = Draft("pages", "trang", site.main)
    words = index(f"slug: {POST}\n", group="van-phong")
    site.save(page, "quantri.web", "site_admin", {"index.md": words})
    site.decide(page, "submit", "quantri.web", "site_admin")
    site.decide(page, "approve", *PRINCIPAL)
    site.publish(page, *PRINCIPAL)

    assert verify(site.path).ok
