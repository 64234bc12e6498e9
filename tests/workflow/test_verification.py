"""The auditor accepts what the rules allow and names the rule that each attack breaks.

Every attack is a small history with one manipulation. Its control is the same history without it
(``honest``), so that no attack is refused for another reason than its own.
"""

import json
import subprocess
import sys
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from tests.workflow.attacks import Attack, Attacks
from tests.workflow.conftest import School, circular_fields, menu_fields, post_fields
from tests.workflow.forge import ATTRIBUTES, FILE, WORKFLOW, Act, Draft, Forge, entry
from workflow import services, verification
from workflow.verification import Rule, main, verify

TEACHER: Final = ("co.giaovien5a", "teacher")
LEAD: Final = ("totruong.maugiao", "team_lead")
VICE: Final = ("pht.chuyenmon", "vice_principal")
VICE_NUTRITION: Final = ("pht.nuoiduong", "vice_principal")
PRINCIPAL: Final = ("hieutruong", "principal")
CLERK: Final = ("vanthu", "clerk")
ADMIN: Final = ("quantri.web", "site_admin")
PICTURE: Final = b"a picture"
PROGRAM: Final = Path(verification.__file__)

ATTACKS = Attacks()
breaks = ATTACKS.breaks


# Situations


def history(site: Forge) -> Forge:
    """Give a new school one published post."""
    site.publish(an_approved_post(site, "khai-giang"), *VICE)
    return site


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Forge:
    folder = tmp_path_factory.mktemp("base")
    return history(Forge.found(folder / "site.git", folder / "keys"))


def a_saved_post(site: Forge, name: str = "trung-thu") -> Draft:
    draft = site.draft("posts", name)
    files = {"index.md": entry("Trung thu", "mau-giao"), "anh-1.jpg": site.media(PICTURE)}
    site.save(draft, *TEACHER, files)
    return draft


def a_submitted_post(site: Forge, name: str = "trung-thu") -> Draft:
    draft = a_saved_post(site, name)
    site.decide(draft, "submit", *TEACHER)
    return draft


def a_checked_post(site: Forge, name: str = "trung-thu") -> Draft:
    draft = a_submitted_post(site, name)
    site.decide(draft, "check", *LEAD)
    return draft


def an_approved_post(site: Forge, name: str = "trung-thu") -> Draft:
    draft = a_checked_post(site, name)
    site.decide(draft, "approve", *VICE)
    return draft


def submit_to_publication(site: Forge, draft: Draft) -> None:
    site.decide(draft, "submit", *TEACHER)
    site.decide(draft, "check", *LEAD)
    site.decide(draft, "approve", *VICE)
    site.publish(draft, *VICE)


def plant(site: Forge, draft: Draft, name: str, mode: str, oid: str) -> None:
    """Save a tree row as it is, whatever its mode."""
    files = site.trees[draft.head] | {f"{draft.folder}/{name}": (mode, oid)}
    draft.head = site.commit(files, [draft.head], site.act(draft, "save", *TEACHER))


def publish_with(site: Forge, files: dict[str, bytes]) -> None:
    """Publish a post whose folder also holds ``files``."""
    draft = a_saved_post(site)
    site.save(draft, *TEACHER, files)
    submit_to_publication(site, draft)


# The history of a good year


def test_every_ordinary_way_to_the_public_is_accepted(tmp_path: Path) -> None:
    site = Forge.found(tmp_path / "site.git", tmp_path / "keys")
    for live in (
        a_post_through_all_steps,
        a_returned_post,
        a_post_of_the_lead_straight_to_approval,
        a_menu_by_its_team_lead,
        a_notice_of_the_office,
        a_page_of_the_principal,
        a_circular_with_a_second_reader,
        a_vice_principals_post_approved_by_the_other,
        a_second_edition,
        a_draft_brought_up_to_date_beside_a_hot_fix,
    ):
        live(site)
    site.govern({"roster.toml": site.roster(vanthu=site.person("vanthu", key=new_key(site)))})
    a_post_through_all_steps(site, "be-mac")

    report = verify(site.path)

    assert report.ok, report
    assert (report.publications, report.governance_changes) == (12, 1)
    assert report.head == site.main
    assert report.root_key == site.public_key("hieutruong")


def new_key(site: Forge) -> str:
    return site.public_key("a new key")


def a_post_through_all_steps(site: Forge, name: str = "trung-thu") -> None:
    site.publish(an_approved_post(site, name), *VICE)


def a_returned_post(site: Forge) -> None:
    draft = a_checked_post(site, "tra-lai")
    site.decide(draft, "return", *VICE, note="Sửa ngày.\n\nAction: approve")
    site.save(draft, "co.giaovien4b", "teacher", {"index.md": entry("Sửa", "mau-giao")})
    submit_to_publication(site, draft)


def a_post_of_the_lead_straight_to_approval(site: Forge) -> None:
    draft = site.draft("posts", "tin-cua-to")
    site.save(draft, *LEAD, {"index.md": entry("Tin của tổ", "mau-giao")})
    site.decide(draft, "submit", *LEAD)
    site.decide(draft, "approve", *PRINCIPAL)
    site.publish(draft, *PRINCIPAL)


def a_menu_by_its_team_lead(site: Forge) -> None:
    draft = site.draft("menus", "tuan-40")
    lead = ("totruong.nuoiduong", "team_lead")
    site.save(draft, *lead, {"index.md": entry("Thực đơn", "nuoi-duong")})
    site.decide(draft, "submit", *lead)
    site.decide(draft, "approve", *VICE_NUTRITION)
    site.publish(draft, *VICE_NUTRITION)


def a_notice_of_the_office(site: Forge) -> None:
    draft = site.draft("notices", "nghi-le")
    site.save(draft, *CLERK, {"index.md": entry("Nghỉ lễ", "van-phong")})
    site.decide(draft, "submit", *CLERK)
    site.decide(draft, "approve", *VICE)
    site.publish(draft, *VICE)


def a_page_of_the_principal(site: Forge) -> None:
    draft = site.draft("pages", "muc-tieu")
    site.save(draft, *PRINCIPAL, {"index.md": entry("Mục tiêu", "bgh")})
    site.decide(draft, "submit", *PRINCIPAL)
    site.decide(draft, "approve", *VICE_NUTRITION)
    site.publish(draft, *VICE_NUTRITION)


def a_circular_with_a_second_reader(site: Forge) -> None:
    draft = site.draft("circulars", "14b-qd-mnph")
    files = {"index.md": entry("Quyết định", "van-phong"), "14b.pdf": site.media(b"%PDF-1.7")}
    site.save(draft, *CLERK, files)
    site.decide(draft, "submit", *CLERK)
    site.decide(draft, "check", *ADMIN)
    site.decide(draft, "approve", *VICE)
    site.publish(draft, *VICE)


def a_vice_principals_post_approved_by_the_other(site: Forge) -> None:
    draft = site.draft("posts", "chuyen-de")
    site.save(draft, *VICE, {"index.md": entry("Chuyên đề", "mau-giao")})
    site.decide(draft, "submit", *VICE)
    site.decide(draft, "approve", *VICE_NUTRITION)
    site.publish(draft, *VICE_NUTRITION)


def a_second_edition(site: Forge) -> None:
    draft = site.draft("posts", "trung-thu")
    site.save(draft, *TEACHER, {"index.md": entry("Trung thu vui", "mau-giao")})
    submit_to_publication(site, draft)


def a_draft_brought_up_to_date_beside_a_hot_fix(site: Forge) -> None:
    long = site.draft("posts", "trung-thu")
    site.save(long, *TEACHER, {"index.md": entry("Trung thu vui, bản dài", "mau-giao")})
    fix = site.draft("posts", "trung-thu")
    site.save(fix, *TEACHER, {"index.md": entry("Trung thu vui!", "mau-giao")})
    submit_to_publication(site, fix)
    site.decide(long, "abandon", *TEACHER, note="Chờ bản sửa gấp.")
    site.update(long, *TEACHER, {"index.md": entry("Trung thu vui! Bản dài", "mau-giao")})
    submit_to_publication(site, long)


def test_an_update_may_take_over_the_team_that_the_entry_has_on_main(site: Forge) -> None:
    draft = site.draft("posts", "khai-giang")
    site.save(draft, *TEACHER, both(site))
    moved = site.draft("posts", "khai-giang")
    site.save(moved, *VICE, {"index.md": entry("Của tổ nhà trẻ", "nha-tre")})
    site.decide(moved, "submit", *VICE)
    site.decide(moved, "approve", *PRINCIPAL)
    site.publish(moved, *PRINCIPAL)
    site.update(draft, *TEACHER, {"index.md": entry("Bản dài", "nha-tre")})
    site.decide(draft, "submit", "totruong.nhatre", "team_lead")
    site.decide(draft, "approve", *VICE)
    site.publish(draft, *VICE)

    assert verify(site.path).ok, verify(site.path)


def test_a_draft_whose_writer_renewed_the_key_before_the_update_can_be_published(
    site: Forge,
) -> None:
    """A save was right in its time, also where an update moved the fork past that time."""
    draft = site.draft("posts", "khai-giang")
    site.save(draft, *TEACHER, both(site))
    row = site.person("co.giaovien5a", key=new_key(site))
    site.govern({"roster.toml": site.roster(**{"co.giaovien5a": row})})
    site.update(draft, *LEAD, both(site))
    site.decide(draft, "submit", *LEAD)
    site.decide(draft, "approve", *VICE)
    site.publish(draft, *VICE)

    assert verify(site.path).ok


def test_a_text_whose_writer_renewed_the_key_meanwhile_can_be_published(site: Forge) -> None:
    draft = a_saved_post(site)
    row = site.person("co.giaovien5a", key=new_key(site))
    site.govern({"roster.toml": site.roster(**{"co.giaovien5a": row})})
    site.decide(draft, "submit", *TEACHER, key="a new key")
    site.decide(draft, "check", *LEAD)
    site.decide(draft, "approve", *VICE)
    site.publish(draft, *VICE)

    assert verify(site.path).ok


# Attacks on decisions


@breaks(Rule.APPROVER)
def approval_by_the_author(site: Forge, honest: bool) -> None:
    draft = site.draft("posts", "bai")
    site.save(draft, *VICE, {"index.md": entry("Bài", "mau-giao")})
    site.decide(draft, "submit", *VICE)
    approver = PRINCIPAL if honest else VICE
    site.decide(draft, "approve", *approver)
    site.publish(draft, *approver)


@breaks(Rule.APPROVER)
def approval_by_a_co_author(site: Forge, honest: bool) -> None:
    draft = a_saved_post(site)
    site.save(draft, *VICE, {"index.md": entry("Trung thu ở trường", "mau-giao")})
    site.decide(draft, "submit", *TEACHER)
    site.decide(draft, "check", *LEAD)
    approver = PRINCIPAL if honest else VICE
    site.decide(draft, "approve", *approver)
    site.publish(draft, *approver)


@breaks(Rule.APPROVER)
def approval_by_the_submitter(site: Forge, honest: bool) -> None:
    draft = a_saved_post(site)
    site.decide(draft, "submit", *VICE)
    approver = PRINCIPAL if honest else VICE
    site.decide(draft, "approve", *approver)
    site.publish(draft, *approver)


@breaks(Rule.APPROVER)
def approval_by_the_vice_principal_of_another_field(site: Forge, honest: bool) -> None:
    draft = a_checked_post(site)
    approver = VICE if honest else VICE_NUTRITION
    site.decide(draft, "approve", *approver)
    site.publish(draft, *approver)


@breaks(Rule.APPROVER)
def approval_by_the_site_administrator(site: Forge, honest: bool) -> None:
    draft = a_checked_post(site)
    approver = VICE if honest else ADMIN
    site.decide(draft, "approve", *approver)
    site.publish(draft, *approver)


@breaks(Rule.APPROVER)
def approval_by_the_checker(site: Forge, honest: bool) -> None:
    row = site.person("pht.chuyenmon", ["vice_principal", "team_lead"])
    row = row.replace("['bgh']", "['bgh', 'mau-giao']")
    site.govern({"roster.toml": site.roster(**{"pht.chuyenmon": row})})
    draft = a_submitted_post(site)
    site.decide(draft, "check", VICE[0], "team_lead")
    approver = PRINCIPAL if honest else VICE
    site.decide(draft, "approve", *approver)
    site.publish(draft, *approver)


@breaks(Rule.APPROVER)
def page_of_the_office_approved_by_a_vice_principal(site: Forge, honest: bool) -> None:
    draft = site.draft("pages", "trang")
    site.save(draft, *CLERK, {"index.md": entry("Trang", "van-phong")})
    site.decide(draft, "submit", *CLERK)
    approver = PRINCIPAL if honest else VICE
    site.decide(draft, "approve", *approver)
    site.publish(draft, *approver)


@breaks(Rule.CHECKER)
def check_of_a_type_that_has_none(site: Forge, honest: bool) -> None:
    draft = site.draft("pages", "trang")
    site.save(draft, *CLERK, {"index.md": entry("Trang", "van-phong")})
    site.decide(draft, "submit", *CLERK)
    if not honest:
        site.decide(draft, "check", *ADMIN)
    site.decide(draft, "approve", *PRINCIPAL)
    site.publish(draft, *PRINCIPAL)


@breaks(Rule.CHECKER)
def check_by_the_author(site: Forge, honest: bool) -> None:
    draft = a_saved_post(site)
    site.save(draft, *LEAD, {"index.md": entry("Trung thu của tổ", "mau-giao")})
    site.decide(draft, "submit", *TEACHER)
    if not honest:
        site.decide(draft, "check", *LEAD)
    site.decide(draft, "approve", *VICE)
    site.publish(draft, *VICE)


@breaks(Rule.CHECKER)
def check_by_the_lead_of_another_team(site: Forge, honest: bool) -> None:
    draft = a_submitted_post(site)
    site.decide(draft, "check", *(LEAD if honest else ("totruong.nhatre", "team_lead")))
    site.decide(draft, "approve", *VICE)
    site.publish(draft, *VICE)


@breaks(Rule.CHECKER)
def circular_read_a_second_time_by_a_teacher(site: Forge, honest: bool) -> None:
    draft = site.draft("circulars", "vb")
    site.save(draft, *CLERK, {"index.md": entry("Văn bản", "van-phong")})
    site.decide(draft, "submit", *CLERK)
    site.decide(draft, "check", *(LEAD if honest else TEACHER))
    site.decide(draft, "approve", *VICE)
    site.publish(draft, *VICE)


@breaks(Rule.SEQUENCE)
def circular_without_a_second_reader(site: Forge, honest: bool) -> None:
    draft = site.draft("circulars", "vb")
    site.save(draft, *CLERK, {"index.md": entry("Văn bản", "van-phong")})
    site.decide(draft, "submit", *CLERK)
    if honest:
        site.decide(draft, "check", *ADMIN)
    site.decide(draft, "approve", *VICE)
    site.publish(draft, *VICE)


@breaks(Rule.SEQUENCE)
def approval_without_a_check(site: Forge, honest: bool) -> None:
    draft = a_checked_post(site) if honest else a_submitted_post(site)
    site.decide(draft, "approve", *VICE)
    site.publish(draft, *VICE)


@breaks(Rule.SEQUENCE)
def approval_before_the_check(site: Forge, honest: bool) -> None:
    draft = a_submitted_post(site)
    decisions = [("check", LEAD), ("approve", VICE)]
    for action, person in decisions if honest else reversed(decisions):
        site.decide(draft, action, *person)
    site.publish(draft, *VICE)


@breaks(Rule.SEQUENCE)
def approval_kept_after_an_edit(site: Forge, honest: bool) -> None:
    draft = an_approved_post(site)
    site.save(draft, *TEACHER, {"index.md": entry("Đã sửa", "mau-giao")})
    if honest:
        submit_to_publication(site, draft)
    else:
        site.publish(draft, *VICE)


@breaks(Rule.SEQUENCE)
def approval_kept_after_a_return(site: Forge, honest: bool) -> None:
    draft = an_approved_post(site)
    site.decide(draft, "return", *PRINCIPAL)
    if honest:
        submit_to_publication(site, draft)
    else:
        site.publish(draft, *VICE)


@breaks(Rule.SEQUENCE)
def approval_forged_in_a_note(site: Forge, honest: bool) -> None:
    draft = a_saved_post(site)
    forged = site.act(draft, "approve", *VICE).message
    site.decide(draft, "submit", *TEACHER, note=f"Kính gửi.\n\n{forged}")
    if honest:
        site.decide(draft, "check", *LEAD)
        site.decide(draft, "approve", *VICE)
    site.publish(draft, *VICE)


@breaks(Rule.SEQUENCE)
def publication_without_any_save(site: Forge, honest: bool) -> None:
    draft = site.draft("posts", "khai-giang")
    if honest:
        site.save(draft, *TEACHER, {"index.md": entry("Sửa", "mau-giao")})
    submit_to_publication(site, draft)


@breaks(Rule.WRITER)
def circular_by_a_teacher(site: Forge, honest: bool) -> None:
    draft = site.draft("circulars", "vb")
    site.save(draft, *(CLERK if honest else TEACHER), {"index.md": entry("VB", "van-phong")})
    site.decide(draft, "submit", *CLERK)
    site.decide(draft, "check", *ADMIN)
    site.decide(draft, "approve", *VICE)
    site.publish(draft, *VICE)


@breaks(Rule.WRITER)
def menu_by_another_team(site: Forge, honest: bool) -> None:
    draft = site.draft("menus", "tuan-41")
    writer = ("totruong.nuoiduong" if honest else "totruong.nhatre", "team_lead")
    site.save(draft, *writer, {"index.md": entry("Thực đơn", "nuoi-duong")})
    site.decide(draft, "submit", "totruong.nuoiduong", "team_lead")
    site.decide(draft, "approve", *VICE_NUTRITION)
    site.publish(draft, *VICE_NUTRITION)


@breaks(Rule.WRITER)
def menu_in_the_name_of_another_team(site: Forge, honest: bool) -> None:
    draft = site.draft("menus", "tuan-41")
    lead = ("totruong.nuoiduong", "team_lead")
    group = "nuoi-duong" if honest else "mau-giao"
    site.save(draft, *lead, {"index.md": entry("Thực đơn", group)})
    site.decide(draft, "submit", *lead)
    approver = VICE_NUTRITION if honest else VICE
    site.decide(draft, "approve", *approver)
    site.publish(draft, *approver)


@breaks(Rule.WRITER)
def text_changed_by_another_team(site: Forge, honest: bool) -> None:
    draft = a_saved_post(site)
    stranger = ("co.giaovien4b" if honest else "totruong.nhatre", TEACHER[1] if honest else LEAD[1])
    site.save(draft, *stranger, {"index.md": entry("Bài sửa", "mau-giao")})
    submit_to_publication(site, draft)


@breaks(Rule.WRITER)
def text_begun_in_the_name_of_another_team(site: Forge, honest: bool) -> None:
    draft = site.draft("posts", "bai")
    writer = TEACHER if honest else ("totruong.nhatre", "team_lead")
    site.save(draft, *writer, {"index.md": entry("Bài", "mau-giao")})
    submit_to_publication(site, draft)


@breaks(Rule.WRITER)
def text_given_to_another_team(site: Forge, honest: bool) -> None:
    draft = a_saved_post(site)
    if not honest:
        site.save(draft, *TEACHER, {"index.md": entry("Bài", "nha-tre")})
        site.save(draft, "totruong.nhatre", "team_lead", {"index.md": entry("Bài", "mau-giao")})
    submit_to_publication(site, draft)


@breaks(Rule.ROLE)
def demoted_approver(site: Forge, honest: bool) -> None:
    draft = an_approved_post(site)
    roles = ["vice_principal"] if honest else ["teacher"]
    row = site.person("pht.chuyenmon", roles) + "# quyết định mới\n"
    site.govern({"roster.toml": site.roster(**{"pht.chuyenmon": row})})
    site.publish(draft, *VICE)


@breaks(Rule.ROLE)
def role_that_the_person_does_not_hold(site: Forge, honest: bool) -> None:
    draft = a_submitted_post(site)
    site.decide(draft, "check", *(LEAD if honest else ("co.giaovien4b", "team_lead")))
    site.decide(draft, "approve", *VICE)
    site.publish(draft, *VICE)


@breaks(Rule.ROLE)
def stranger_who_is_not_in_the_roster(site: Forge, honest: bool) -> None:
    draft = a_saved_post(site)
    writer = "co.giaovien4b" if honest else "nguoi.la"
    site.save(draft, writer, "teacher", {"index.md": entry("Thêm", "mau-giao")})
    submit_to_publication(site, draft)


@breaks(Rule.TRAILERS)
def publication_in_the_name_of_another_leader(site: Forge, honest: bool) -> None:
    site.publish(an_approved_post(site), *(VICE if honest else PRINCIPAL))


# Attacks on signatures and commits


@breaks(Rule.SIGNATURE)
def unsigned_approval(site: Forge, honest: bool) -> None:
    draft = a_checked_post(site)
    site.decide(draft, "approve", *VICE, signed=honest)
    site.publish(draft, *VICE)


@breaks(Rule.SIGNATURE)
def approval_signed_by_somebody_else(site: Forge, honest: bool) -> None:
    draft = a_checked_post(site)
    site.decide(draft, "approve", *VICE, key="pht.chuyenmon" if honest else "quantri.web")
    site.publish(draft, *VICE)


@breaks(Rule.SIGNATURE)
def back_dated_use_of_a_retired_key(site: Forge, honest: bool) -> None:
    row = site.person("pht.chuyenmon", key=new_key(site))
    site.govern({"roster.toml": site.roster(**{"pht.chuyenmon": row})})
    draft = a_checked_post(site)
    key = "a new key" if honest else "pht.chuyenmon"
    site.decide(draft, "approve", *VICE, key=key, date="1700000000 +0700")
    site.publish(draft, *VICE)


@breaks(Rule.SIGNATURE)
def signature_made_for_files(site: Forge, honest: bool) -> None:
    draft = a_checked_post(site)
    site.decide(draft, "approve", *VICE, namespace="git" if honest else "file")
    site.publish(draft, *VICE)


@breaks(Rule.SIGNATURE)
def signature_of_another_kind_of_key(site: Forge, honest: bool) -> None:
    site.private_key("ecdsa", "ecdsa")
    draft = a_checked_post(site)
    site.decide(draft, "approve", *VICE, key="pht.chuyenmon" if honest else "ecdsa")
    site.publish(draft, *VICE)


@breaks(Rule.SIGNATURE)
def signature_that_is_no_sshsig(site: Forge, honest: bool) -> None:
    draft = a_checked_post(site)
    if honest:
        site.decide(draft, "approve", *VICE)
    else:
        site.decide(draft, "approve", *VICE, signed=False, headers="gpgsig -----BEGIN PGP\n iQ\n")
    site.publish(draft, *VICE)


@breaks(Rule.SIGNATURE)
def approval_moved_to_other_bytes(site: Forge, honest: bool) -> None:
    draft = a_checked_post(site)
    site.decide(draft, "approve", *VICE)
    if not honest:
        approval = site.git("cat-file", "commit", draft.head)
        other = a_checked_post(site, "trung-thu")
        site.save(other, *TEACHER, {"index.md": entry("Lời khác", "mau-giao")})
        site.decide(other, "submit", *TEACHER)
        site.decide(other, "check", *LEAD)
        lines = approval.split(b"\n")
        lines[0] = site.git("cat-file", "commit", other.head).split(b"\n")[0]
        lines[1] = f"parent {other.head}".encode()
        draft.head = site.store("commit", b"\n".join(lines))
        site.trees[draft.head] = site.trees[other.head]
    site.publish(draft, *VICE)


@breaks(Rule.IDENTITY)
def commit_in_the_name_of_another_author(site: Forge, honest: bool) -> None:
    draft = a_saved_post(site)
    identity = "co.giaovien5a" if honest else "co.giaovien4b"
    site.save(draft, *TEACHER, {"index.md": entry("Sửa", "mau-giao")}, identity=identity)
    submit_to_publication(site, draft)


@breaks(Rule.COMMIT)
def unknown_commit_header(site: Forge, honest: bool) -> None:
    draft = a_checked_post(site)
    site.decide(draft, "approve", *VICE, headers="" if honest else "encoding ISO-8859-1\n")
    site.publish(draft, *VICE)


@breaks(Rule.COMMIT)
def message_that_goes_on_after_a_nul(site: Forge, honest: bool) -> None:
    draft = a_checked_post(site)
    site.decide(draft, "approve", *VICE, note="Đồng ý." if honest else "Không đồng ý.\0")
    site.publish(draft, *VICE)


@breaks(Rule.TRAILERS)
def message_in_another_encoding(site: Forge, honest: bool) -> None:
    draft = a_checked_post(site)
    site.decide(draft, "approve", *VICE, note="Đồng ý." if honest else "\udcff\udcfe")
    site.publish(draft, *VICE)


@breaks(Rule.COMMIT)
def signed_publication(site: Forge, honest: bool) -> None:
    draft = an_approved_post(site)
    if honest:
        site.publish(draft, *VICE)
        return
    files = site.with_folder(site.trees[site.main], draft)
    act = site.act(draft, "publish", *VICE)
    site.move_main(site.commit(files, [site.main, draft.head], act))


@breaks(Rule.TRAILERS)
def unknown_trailer(site: Forge, honest: bool) -> None:
    draft = a_checked_post(site)
    site.decide(draft, "approve", *VICE, extra_trailers="" if honest else "Skip-Check: yes\n")
    site.publish(draft, *VICE)


@breaks(Rule.TRAILERS)
def unknown_action(site: Forge, honest: bool) -> None:
    draft = a_checked_post(site)
    site.decide(draft, "approve" if honest else "bless", *VICE)
    site.publish(draft, *VICE)


@breaks(Rule.TRAILERS)
def unknown_role(site: Forge, honest: bool) -> None:
    draft = a_checked_post(site)
    site.decide(draft, "approve", VICE[0], VICE[1] if honest else "superuser")
    site.publish(draft, *VICE)


@breaks(Rule.TRAILERS)
def unknown_type(site: Forge, honest: bool) -> None:
    draft = site.draft("posts" if honest else "plugins", "bai")
    site.save(draft, *TEACHER, {"index.md": entry("Bài", "mau-giao")})
    submit_to_publication(site, draft)


# Attacks on history


@breaks(Rule.HISTORY)
def commit_by_hand_on_main(site: Forge, honest: bool) -> None:
    if honest:
        site.publish(an_approved_post(site), *VICE)
    else:
        site.move_main(a_saved_post(site).head)


@breaks(Rule.HISTORY)
def octopus_merge(site: Forge, honest: bool) -> None:
    draft, other = an_approved_post(site), an_approved_post(site, "khac")
    parents = [site.main, draft.head] if honest else [site.main, draft.head, other.head]
    act = replace(site.act(draft, "publish", *VICE), signed=False)
    files = site.with_folder(site.trees[site.main], draft)
    site.move_main(site.commit(files, parents, act))


@breaks(Rule.REPLAY)
def approved_edition_published_again_later(site: Forge, honest: bool) -> None:
    first = an_approved_post(site)
    site.publish(first, *VICE)
    second = site.draft("posts", "trung-thu")
    site.save(second, *TEACHER, {"index.md": entry("Bản đính chính", "mau-giao")})
    submit_to_publication(site, second)
    if not honest:
        site.publish(first, *VICE)


@breaks(Rule.REPLAY)
def draft_continued_after_its_publication(site: Forge, honest: bool) -> None:
    draft = an_approved_post(site)
    site.publish(draft, *VICE)
    if honest:
        draft = site.draft("posts", "trung-thu")
    site.save(draft, *TEACHER, {"index.md": entry("Bản hai", "mau-giao")})
    submit_to_publication(site, draft)


@breaks(Rule.REPLAY)
def publication_of_no_draft(site: Forge, honest: bool) -> None:
    draft = an_approved_post(site)
    if not honest:
        draft.id, draft.head = "khai-giang", site.main
    site.publish(draft, *VICE)


@breaks(Rule.FORK)
def draft_from_outside_main(site: Forge, honest: bool) -> None:
    outside = site.commit(site.trees[site.main], [], Act("found", *PRINCIPAL))
    draft = site.draft("posts", "bai", fork=site.main if honest else outside)
    site.save(draft, *TEACHER, {"index.md": entry("Bài", "mau-giao")})
    submit_to_publication(site, draft)


@breaks(Rule.FORK)
def draft_with_a_merge(site: Forge, honest: bool) -> None:
    draft, other = a_saved_post(site), a_saved_post(site)
    parents = [draft.head] if honest else [draft.head, other.head]
    act = site.act(draft, "submit", *TEACHER)
    draft.head = site.commit(site.trees[draft.head], parents, act)
    site.decide(draft, "check", *LEAD)
    site.decide(draft, "approve", *VICE)
    site.publish(draft, *VICE)


@breaks(Rule.FORK)
def draft_that_overwrites_a_newer_edition(site: Forge, honest: bool) -> None:
    early = site.draft("posts", "khai-giang")
    site.save(early, *TEACHER, {"index.md": entry("Bản cũ", "mau-giao")})
    name = "khac" if honest else "khai-giang"
    newer = site.draft("posts", name)
    site.save(newer, *TEACHER, {"index.md": entry("Bản mới", "mau-giao")})
    submit_to_publication(site, newer)
    submit_to_publication(site, early)


@breaks(Rule.ENTRY)
def type_changed_to_a_weaker_chain(site: Forge, honest: bool) -> None:
    draft = site.draft("pages" if honest else "circulars", "vb")
    site.save(draft, *CLERK, {"index.md": entry("Văn bản", "van-phong")})
    draft.type = "pages"
    files = {p.replace("circulars", "pages"): item for p, item in site.trees[draft.head].items()}
    draft.head = site.commit(files, [draft.head], site.act(draft, "save", *CLERK))
    site.decide(draft, "submit", *CLERK)
    site.decide(draft, "approve", *PRINCIPAL)
    site.publish(draft, *PRINCIPAL)


@breaks(Rule.ENTRY)
def decision_about_another_entry(site: Forge, honest: bool) -> None:
    draft = a_checked_post(site)
    site.decide(draft, "approve", *VICE, entry=draft.id if honest else "khai-giang")
    site.publish(draft, *VICE)


# Attacks on drafts that were set aside


def a_parked_draft(site: Forge) -> Draft:
    """A second edition in the making, while a hot-fix of the same entry went live."""
    draft = site.draft("posts", "khai-giang")
    site.save(draft, *TEACHER, {"index.md": entry("Bản dài", "mau-giao")})
    fix = site.draft("posts", "khai-giang")
    site.save(fix, *TEACHER, {"index.md": entry("Bản sửa gấp", "mau-giao")})
    submit_to_publication(site, fix)
    return draft


def both(site: Forge) -> dict[str, bytes]:
    return {"index.md": entry("Bản dài, đã sửa", "mau-giao")}


def an_updated_draft(site: Forge) -> Draft:
    draft = a_parked_draft(site)
    site.update(draft, *TEACHER, both(site))
    return draft


@breaks(Rule.FORK)
def parked_draft_published_without_the_fix(site: Forge, honest: bool) -> None:
    draft = a_parked_draft(site)
    if honest:
        site.update(draft, *TEACHER, both(site))
    submit_to_publication(site, draft)


@breaks(Rule.FORK)
def update_from_a_commit_that_is_not_on_main(site: Forge, honest: bool) -> None:
    draft, other = a_parked_draft(site), a_saved_post(site)
    site.update(draft, *TEACHER, both(site), onto=site.main if honest else other.head)
    submit_to_publication(site, draft)


@breaks(Rule.FORK)
def update_that_leads_back_behind_the_fork(site: Forge, honest: bool) -> None:
    founded = next(oid for oid, files in site.trees.items() if "khai-giang" not in str(files))
    draft = site.draft("posts", "moi")
    site.save(draft, *TEACHER, {"index.md": entry("Mới", "mau-giao")})
    site.update(draft, *TEACHER, {}, onto=site.main if honest else founded)
    submit_to_publication(site, draft)


@breaks(Rule.FORK)
def second_update_that_leads_back_behind_the_first(site: Forge, honest: bool) -> None:
    draft = site.draft("posts", "moi")
    site.save(draft, *TEACHER, {"index.md": entry("Mới", "mau-giao")})
    early = site.main
    site.publish(an_approved_post(site), *VICE)
    site.update(draft, *TEACHER, {}, onto=site.main)
    site.update(draft, *TEACHER, {}, onto=site.main if honest else early)
    submit_to_publication(site, draft)


@breaks(Rule.FORK)
def update_that_misses_a_newer_edition(site: Forge, honest: bool) -> None:
    draft = an_updated_draft(site)
    second = site.draft("posts", "khai-giang" if not honest else "khac")
    site.save(second, *TEACHER, {"index.md": entry("Sửa lần nữa", "mau-giao")})
    submit_to_publication(site, second)
    submit_to_publication(site, draft)


@breaks(Rule.FORK)
def update_with_one_parent(site: Forge, honest: bool) -> None:
    draft = a_parked_draft(site)
    if honest:
        site.update(draft, *TEACHER, both(site))
    else:
        files = site.trees[draft.head] | site.files({f"{draft.folder}/index.md": b"---\n"})
        draft.head = site.commit(files, [draft.head], site.act(draft, "update", *TEACHER))
    submit_to_publication(site, draft)


@breaks(Rule.FORK)
def update_with_three_parents(site: Forge, honest: bool) -> None:
    draft, other = a_parked_draft(site), a_saved_post(site)
    site.update(draft, *TEACHER, both(site), also=[] if honest else [other.head])
    submit_to_publication(site, draft)


@breaks(Rule.SCOPE)
def update_that_touches_another_entry(site: Forge, honest: bool) -> None:
    draft = a_parked_draft(site)
    other = {} if honest else {"/content/pages/2026/gioi-thieu/index.md": entry("X", "bgh")}
    site.update(draft, *TEACHER, both(site) | other)
    submit_to_publication(site, draft)


@breaks(Rule.SCOPE)
def update_that_keeps_an_old_state_of_the_rest(site: Forge, honest: bool) -> None:
    draft = a_parked_draft(site)
    old = site.trees[draft.head]
    site.publish(an_approved_post(site), *VICE)
    act = site.act(draft, "update", *TEACHER)
    rest = site.with_folder(site.trees[site.main], draft) if honest else old
    draft.head = site.commit(rest, [draft.head, site.main], act)
    submit_to_publication(site, draft)


@breaks(Rule.MODES)
def update_that_plants_a_link(site: Forge, honest: bool) -> None:
    draft = an_updated_draft(site)
    if not honest:
        act = site.act(draft, "update", *TEACHER)
        link = {f"{draft.folder}/anh-2.jpg": ("120000", site.store("blob", b"/etc/passwd"))}
        files = site.trees[draft.head] | link
        draft.head = site.commit(files, [draft.head, site.main], act)
    submit_to_publication(site, draft)


@breaks(Rule.SIGNATURE)
def update_that_nobody_signed(site: Forge, honest: bool) -> None:
    draft = a_parked_draft(site)
    site.update(draft, *TEACHER, both(site), signed=honest)
    submit_to_publication(site, draft)


@breaks(Rule.WRITER)
def update_by_somebody_who_may_not_write(site: Forge, honest: bool) -> None:
    draft = site.draft("circulars", "vb")
    site.save(draft, *CLERK, {"index.md": entry("Văn bản", "van-phong")})
    site.update(draft, *(CLERK if honest else TEACHER), {})
    site.decide(draft, "submit", *CLERK)
    site.decide(draft, "check", *ADMIN)
    site.decide(draft, "approve", *VICE)
    site.publish(draft, *VICE)


@breaks(Rule.WRITER)
def update_by_somebody_of_another_team(site: Forge, honest: bool) -> None:
    draft = a_parked_draft(site)
    site.update(draft, *(TEACHER if honest else CLERK), both(site))
    submit_to_publication(site, draft)


@breaks(Rule.WRITER)
def update_that_gives_the_entry_to_another_team(site: Forge, honest: bool) -> None:
    draft = a_parked_draft(site)
    group = "mau-giao" if honest else "van-phong"
    site.update(draft, *TEACHER, {"index.md": entry("Bản dài, đã sửa", group)})
    submit_to_publication(site, draft)


@breaks(Rule.APPROVER)
def approval_by_who_updated(site: Forge, honest: bool) -> None:
    draft = a_parked_draft(site)
    site.update(draft, *(TEACHER if honest else VICE), both(site))
    submit_to_publication(site, draft)


@breaks(Rule.CHECKER)
def check_by_who_updated(site: Forge, honest: bool) -> None:
    draft = a_parked_draft(site)
    site.update(draft, *(TEACHER if honest else LEAD), both(site))
    submit_to_publication(site, draft)


@breaks(Rule.APPROVER)
def approval_by_who_wrote_before_the_update(site: Forge, honest: bool) -> None:
    draft = a_parked_draft(site)
    if not honest:
        site.save(draft, *VICE, {"index.md": entry("Bản dài của phó", "mau-giao")})
    site.update(draft, *TEACHER, both(site))
    submit_to_publication(site, draft)


@breaks(Rule.SEQUENCE)
def approval_from_before_the_update(site: Forge, honest: bool) -> None:
    draft = a_checked_post(site)
    site.decide(draft, "approve", *VICE)
    site.update(draft, *TEACHER, {})
    if honest:
        submit_to_publication(site, draft)
    else:
        site.publish(draft, *VICE)


@breaks(Rule.SEQUENCE)
def update_of_nothing_that_was_saved(site: Forge, honest: bool) -> None:
    draft = site.draft("posts", "khai-giang")
    if honest:
        site.save(draft, *TEACHER, {"index.md": entry("Bản hai", "mau-giao")})
    site.update(draft, *TEACHER, both(site))
    submit_to_publication(site, draft)


@breaks(Rule.SEQUENCE)
def abandoned_draft_published(site: Forge, honest: bool) -> None:
    draft = an_approved_post(site)
    if not honest:
        site.decide(draft, "abandon", *TEACHER)
    site.publish(draft, *VICE)


@breaks(Rule.SCOPE)
def words_changed_while_a_draft_is_given_up(site: Forge, honest: bool) -> None:
    draft = a_saved_post(site)
    text = entry("Trung thu" if honest else "Lời khác", "mau-giao")
    files = site.trees[draft.head] | site.files({f"{draft.folder}/index.md": text})
    draft.head = site.commit(files, [draft.head], site.act(draft, "abandon", *TEACHER))
    site.update(draft, *TEACHER, {})
    submit_to_publication(site, draft)


@breaks(Rule.REPLAY)
def published_draft_updated_and_published_again(site: Forge, honest: bool) -> None:
    draft = an_approved_post(site)
    site.publish(draft, *VICE)
    if honest:
        draft = site.draft("posts", "trung-thu")
        site.save(draft, *TEACHER, both(site))
    site.update(draft, *TEACHER, both(site))
    submit_to_publication(site, draft)


# Attacks on trees


@breaks(Rule.SCOPE)
def byte_changed_in_an_approved_entry(site: Forge, honest: bool) -> None:
    draft = an_approved_post(site)
    text = entry("Trung thu" if honest else "Trung thú", "mau-giao")
    site.publish(draft, *VICE, also=site.files({f"{draft.folder}/index.md": text}))


@breaks(Rule.SCOPE)
def publication_that_touches_two_folders(site: Forge, honest: bool) -> None:
    also = {} if honest else {"content/posts/2026/khai-giang/index.md": entry("X", "mau-giao")}
    site.publish(an_approved_post(site), *VICE, also=site.files(also))


@breaks(Rule.SCOPE)
def publication_that_changes_gitattributes(site: Forge, honest: bool) -> None:
    changed = ATTRIBUTES if honest else b"* export-ignore\n"
    also = site.files({".gitattributes": changed})
    site.publish(an_approved_post(site), *VICE, also=also)


@breaks(Rule.SCOPE)
def publication_that_adds_a_dotfile(site: Forge, honest: bool) -> None:
    also = {} if honest else {"content/.htaccess": b"Options +Indexes"}
    site.publish(an_approved_post(site), *VICE, also=site.files(also))


@breaks(Rule.SCOPE)
def save_that_touches_two_folders(site: Forge, honest: bool) -> None:
    other = "/content/pages/2026/gioi-thieu/index.md"
    publish_with(site, {} if honest else {other: entry("X", "bgh")})


@breaks(Rule.SCOPE)
def governance_changed_inside_a_draft(site: Forge, honest: bool) -> None:
    publish_with(site, {} if honest else {"/governance/workflow.toml": WORKFLOW + b"\n"})


@breaks(Rule.SCOPE)
def approval_that_changes_the_text(site: Forge, honest: bool) -> None:
    draft = a_checked_post(site)
    text = entry("Trung thu" if honest else "Lời khác", "mau-giao")
    files = site.trees[draft.head] | site.files({f"{draft.folder}/index.md": text})
    draft.head = site.commit(files, [draft.head], site.act(draft, "approve", *VICE))
    site.publish(draft, *VICE)


@breaks(Rule.PATHS)
def id_of_an_entry_of_another_type(site: Forge, honest: bool) -> None:
    name = "khac" if honest else "gioi-thieu"
    site.publish(an_approved_post(site, name), *VICE)


@breaks(Rule.PATHS)
def entry_in_a_second_year(site: Forge, honest: bool) -> None:
    draft = site.draft("posts", "khai-giang")
    if not honest:
        draft.year = "2027"
        kept = {p: i for p, i in site.trees[site.main].items() if "khai-giang" not in p}
        draft.head = site.commit(kept, [site.main], site.act(draft, "save", *TEACHER))
    site.save(draft, *TEACHER, {"index.md": entry("Lần hai", "mau-giao")})
    submit_to_publication(site, draft)


@breaks(Rule.PATHS)
def entry_removed_from_the_public(site: Forge, honest: bool) -> None:
    draft = site.draft("posts", "khai-giang")
    kept = {p: i for p, i in site.trees[site.main].items() if draft.folder not in p}
    draft.head = site.commit(kept, [site.main], site.act(draft, "save", *TEACHER))
    if honest:  # thought better of it
        site.save(draft, *TEACHER, {"index.md": entry("Khai giảng", "mau-giao")})
    submit_to_publication(site, draft)


@breaks(Rule.PATHS)
def year_that_is_no_year(site: Forge, honest: bool) -> None:
    draft = Draft("posts", "bai", site.main, "2026" if honest else "drafts")
    site.save(draft, *TEACHER, {"index.md": entry("Bài", "mau-giao")})
    submit_to_publication(site, draft)


@breaks(Rule.PATHS)
def entry_without_a_text(site: Forge, honest: bool) -> None:
    draft = site.draft("posts", "bai")
    name = "index.md" if honest else "anh-1.jpg"
    data = entry("Bài", "mau-giao") if honest else site.media(PICTURE)
    site.save(draft, *TEACHER, {name: data})
    submit_to_publication(site, draft)


@breaks(Rule.PATHS)
def dotfile_in_an_entry(site: Forge, honest: bool) -> None:
    publish_with(site, {"anh-2.jpg" if honest else ".anh-2.jpg": site.media(b"2")})


@breaks(Rule.PATHS)
def script_in_an_entry(site: Forge, honest: bool) -> None:
    publish_with(site, {"anh-2.jpg" if honest else "anh-2.html": site.media(b"2")})


@breaks(Rule.NAMES)
def twin_name_in_another_unicode_form(site: Forge, honest: bool) -> None:
    nfc, nfd = "\u1ea3nh.jpg", "a\u0309nh.jpg"
    publish_with(site, {nfc: site.media(b"2"), "anh.jpg" if honest else nfd: site.media(b"3")})


@breaks(Rule.NAMES)
def twin_name_in_other_letters(site: Forge, honest: bool) -> None:
    publish_with(site, {"anh-2.jpg" if honest else "Anh-1.jpg": site.media(b"2")})


@breaks(Rule.NAMES)
def invisible_letter_in_a_name(site: Forge, honest: bool) -> None:
    publish_with(site, {"anh-2.jpg" if honest else "anh\u202e-2.jpg": site.media(b"2")})


@breaks(Rule.MODES)
def symbolic_link(site: Forge, honest: bool) -> None:
    draft = a_saved_post(site)
    oid = site.store("blob", site.media(b"2") if honest else b"/etc/passwd")
    plant(site, draft, "anh-2.jpg", FILE if honest else "120000", oid)
    submit_to_publication(site, draft)


@breaks(Rule.MODES)
def submodule(site: Forge, honest: bool) -> None:
    draft = a_saved_post(site)
    oid = site.store("blob", site.media(b"2")) if honest else site.main
    plant(site, draft, "anh-2.jpg", FILE if honest else "160000", oid)
    submit_to_publication(site, draft)


@breaks(Rule.MODES)
def executable_file(site: Forge, honest: bool) -> None:
    draft = a_saved_post(site)
    oid = site.store("blob", site.media(b"2"))
    plant(site, draft, "anh-2.jpg", FILE if honest else "100755", oid)
    submit_to_publication(site, draft)


@breaks(Rule.MODES)
def folder_inside_an_entry(site: Forge, honest: bool) -> None:
    publish_with(site, {"anh-2.jpg" if honest else "anh/2.jpg": site.media(b"2")})


@breaks(Rule.OBJECT)
def empty_folder(site: Forge, honest: bool) -> None:
    draft = a_saved_post(site)
    if not honest:
        planted = {"content/posts/2031": ("40000", site.store("tree", b""))}
        site.trees[draft.head] = site.trees[draft.head] | planted
    site.save(draft, *TEACHER, {"index.md": entry("Sửa", "mau-giao")})
    submit_to_publication(site, draft)


@breaks(Rule.MODES)
def entry_that_is_a_link_to_another_folder(site: Forge, honest: bool) -> None:
    draft = a_saved_post(site)
    if not honest:
        others = {p: i for p, i in site.trees[draft.head].items() if draft.folder not in p}
        link = {draft.folder: ("120000", site.store("blob", b"../khai-giang"))}
        draft.head = site.commit(others | link, [draft.head], site.act(draft, "save", *TEACHER))
    submit_to_publication(site, draft)


@breaks(Rule.OBJECT)
def tree_that_names_a_file_twice(site: Forge, honest: bool) -> None:
    draft = a_saved_post(site)
    if not honest:
        tree = site.git("rev-parse", f"{draft.head}:{draft.folder}").decode().strip()
        data = site.git("cat-file", "tree", tree)
        index = data[data.index(b"100644 index.md") :]
        twice = site.store("tree", data + index)
        others = {p: i for p, i in site.trees[draft.head].items() if draft.folder not in p}
        forged = others | {draft.folder: ("40000", twice)}
        draft.head = site.commit(forged, [draft.head], site.act(draft, "save", *TEACHER))
        site.trees[draft.head] = forged
    for action, person in (("submit", TEACHER), ("check", LEAD), ("approve", VICE)):
        site.decide(draft, action, *person)
    also = {} if honest else {draft.folder: site.trees[draft.head][draft.folder]}
    site.publish(draft, *VICE, also=also)


# Attacks on the fields that decide who is responsible


@breaks(Rule.ENTRY)
def group_that_does_not_exist(site: Forge, honest: bool) -> None:
    """A leader may write for any group, so that only its absence stands against it."""
    draft = site.draft("posts", "bai")
    group = "mau-giao" if honest else "ban-quan-tri"
    site.save(draft, *VICE, {"index.md": entry("Bài", group)})
    site.decide(draft, "submit", *VICE)
    site.decide(draft, "approve", *PRINCIPAL)
    site.publish(draft, *PRINCIPAL)


@breaks(Rule.ENTRY)
def group_named_twice(site: Forge, honest: bool) -> None:
    text = entry("Bài", "mau-giao")
    twice = text.replace(b"group:", b"group: van-phong\ngroup:")
    publish_with(site, {"index.md": text if honest else twice})


@breaks(Rule.ENTRY)
def group_hidden_from_us_but_not_from_yaml(site: Forge, honest: bool) -> None:
    text = entry("Bài", "mau-giao")
    hidden = text.replace(b"title:", b'"group": van-phong\ntitle:')
    publish_with(site, {"index.md": text if honest else hidden})


@breaks(Rule.ENTRY)
def text_without_front_matter(site: Forge, honest: bool) -> None:
    publish_with(site, {"index.md": entry("Bài", "mau-giao") if honest else b"# group: mau-giao\n"})


@breaks(Rule.ENTRY)
def text_in_another_encoding(site: Forge, honest: bool) -> None:
    text = entry("Bài", "mau-giao")
    publish_with(site, {"index.md": text if honest else text.decode().encode("utf-16")})


# Attacks on governance


@breaks(Rule.SIGNATURE)
def unsigned_change_of_governance(site: Forge, honest: bool) -> None:
    site.govern({"workflow.toml": WORKFLOW + b"\n"}, signed=honest)


@breaks(Rule.SIGNATURE)
def new_principal_who_signs_for_himself(site: Forge, honest: bool) -> None:
    row = site.person("hieutruong", key=new_key(site))
    roster = site.roster(hieutruong=row)
    site.govern({"roster.toml": roster}, key="hieutruong" if honest else "a new key")


@breaks(Rule.GOVERNANCE)
def governance_changed_by_a_vice_principal(site: Forge, honest: bool) -> None:
    actor, role = PRINCIPAL if honest else VICE
    site.govern({"workflow.toml": WORKFLOW + b"\n"}, actor=actor, role=role)


@breaks(Rule.GOVERNANCE)
def governance_changed_by_the_next_principal(site: Forge, honest: bool) -> None:
    rows = {
        "hieutruong": site.person("hieutruong", ["teacher"]),
        "pht.chuyenmon": site.person("pht.chuyenmon", ["principal"]),
    }
    actor = "hieutruong" if honest else "pht.chuyenmon"
    site.govern({"roster.toml": site.roster(**rows)}, actor=actor)


@breaks(Rule.SCOPE)
def governance_change_that_touches_content(site: Forge, honest: bool) -> None:
    path = "../content/pages/2026/gioi-thieu/index.md"
    files = {"workflow.toml": WORKFLOW + b"\n"}
    tree = site.trees[site.main] | site.files({f"governance/{k}": v for k, v in files.items()})
    if not honest:
        tree |= site.files({path.removeprefix("../"): entry("X", "bgh")})
    site.move_main(site.commit(tree, [site.main], Act("govern", *PRINCIPAL)))


@breaks(Rule.SCOPE)
def governance_change_of_nothing(site: Forge, honest: bool) -> None:
    site.govern({"workflow.toml": WORKFLOW + (b"\n" if honest else b"")})


@breaks(Rule.PATHS)
def unknown_governance_file(site: Forge, honest: bool) -> None:
    site.govern({"workflow.toml": WORKFLOW + b"\n"} | ({} if honest else {"hooks.toml": b""}))


@breaks(Rule.MODES)
def governance_file_that_is_a_link(site: Forge, honest: bool) -> None:
    oid = site.store("blob", b'name = "X"\n' if honest else b"/etc/toasoan.toml")
    files = site.trees[site.main] | {"governance/school.toml": (FILE if honest else "120000", oid)}
    site.move_main(site.commit(files, [site.main], Act("govern", *PRINCIPAL)))


@breaks(Rule.GOVERNANCE)
def school_profile_that_does_not_parse(site: Forge, honest: bool) -> None:
    site.govern({"school.toml": b'name = "X"\n' if honest else b"name = X\n"})


def governs_roster(site: Forge, **rows: str) -> None:
    site.govern({"roster.toml": site.roster(**rows) + b"\n"})


@breaks(Rule.ROSTER)
def site_administrator_with_an_approving_role(site: Forge, honest: bool) -> None:
    second = "teacher" if honest else "vice_principal"
    governs_roster(site, **{"quantri.web": site.person("quantri.web", ["site_admin", second])})


@breaks(Rule.ROSTER)
def person_with_an_unknown_role(site: Forge, honest: bool) -> None:
    governs_roster(site, vanthu=site.person("vanthu", ["clerk", "staff" if honest else "root"]))


@breaks(Rule.ROSTER)
def person_without_a_key(site: Forge, honest: bool) -> None:
    governs_roster(site, vanthu=site.person("vanthu", key=None if honest else ""))


@breaks(Rule.ROSTER)
def person_with_another_kind_of_key(site: Forge, honest: bool) -> None:
    site.private_key("ecdsa", "ecdsa")
    key = site.public_key("vanthu" if honest else "ecdsa")
    governs_roster(site, vanthu=site.person("vanthu", key=key))


@breaks(Rule.ROSTER)
def two_people_with_one_key(site: Forge, honest: bool) -> None:
    key = site.public_key("vanthu" if honest else "hieutruong")
    governs_roster(site, vanthu=site.person("vanthu", key=key))


@breaks(Rule.ROSTER)
def two_principals(site: Forge, honest: bool) -> None:
    role = "vice_principal" if honest else "principal"
    governs_roster(site, **{"pht.chuyenmon": site.person("pht.chuyenmon", [role])})


@breaks(Rule.ROSTER)
def person_with_an_unknown_field(site: Forge, honest: bool) -> None:
    governs_roster(site, vanthu=site.person("vanthu") + ("" if honest else "sudo = true\n"))


@breaks(Rule.ROSTER)
def person_with_a_misleading_name(site: Forge, honest: bool) -> None:
    name = "co.moi" if honest else "hieutruong "
    row = site.person("co.moi").replace('people."co.moi"', f'people."{name}"')
    governs_roster(site, **{"co.moi": row})


@breaks(Rule.ROSTER)
def roles_that_are_no_list(site: Forge, honest: bool) -> None:
    row = site.person("vanthu")
    governs_roster(site, vanthu=row if honest else row.replace("['clerk']", "'clerk'"))


@breaks(Rule.ROSTER)
def group_that_is_no_table(site: Forge, honest: bool) -> None:
    more = b"" if honest else b"[groups]\nkhac = 1\n"
    plain = site.roster().split(b"[groups.bgh]")[1]
    site.govern({"roster.toml": more + b"[groups.bgh]" + plain + b"\n"})


@breaks(Rule.ROSTER)
def person_of_an_unknown_group(site: Forge, honest: bool) -> None:
    row = site.person("vanthu").replace("van-phong", "bgh" if honest else "khac")
    governs_roster(site, vanthu=row)


@breaks(Rule.ROSTER)
def roster_that_does_not_parse(site: Forge, honest: bool) -> None:
    site.govern({"roster.toml": site.roster() + (b"\n" if honest else b"[people")})


@breaks(Rule.STEPS)
def steps_with_an_unknown_key(site: Forge, honest: bool) -> None:
    site.govern({"workflow.toml": WORKFLOW + (b"\n" if honest else b"auto_approve = true\n")})


@breaks(Rule.STEPS)
def steps_that_let_teachers_approve(site: Forge, honest: bool) -> None:
    role = b"vice_principal" if honest else b"teacher"
    site.govern({"workflow.toml": WORKFLOW.replace(b'["principal"]', b'["' + role + b'"]')})


@breaks(Rule.STEPS)
def steps_with_an_unknown_check(site: Forge, honest: bool) -> None:
    check = b'"none"' if honest else b'"robot"'
    site.govern({"workflow.toml": WORKFLOW.replace(b'"second_reader"', check)})


@breaks(Rule.STEPS)
def steps_of_an_unknown_type(site: Forge, honest: bool) -> None:
    more = b"\n" if honest else b'[plugins]\ncheck = "none"\n'
    site.govern({"workflow.toml": WORKFLOW + more})


@breaks(Rule.STEPS)
def type_without_steps(site: Forge, honest: bool) -> None:
    draft = site.draft("pages", "trang")
    site.save(draft, *CLERK, {"index.md": entry("Trang", "van-phong")})
    site.decide(draft, "submit", *CLERK)
    site.decide(draft, "approve", *PRINCIPAL)
    if not honest:
        site.govern({"workflow.toml": WORKFLOW[: WORKFLOW.index(b"[pages]")]})
    site.publish(draft, *PRINCIPAL)


# Attacks on the store


@breaks(Rule.MEDIA)
def media_changed_on_the_disk(site: Forge, honest: bool) -> None:
    site.publish(an_approved_post(site), *VICE)
    if not honest:
        site.lfs(PICTURE).write_bytes(b"b picture")


@breaks(Rule.MEDIA)
def media_missing(site: Forge, honest: bool) -> None:
    site.publish(an_approved_post(site), *VICE)
    if not honest:
        site.lfs(PICTURE).unlink()


@breaks(Rule.MEDIA)
def media_behind_a_link(site: Forge, honest: bool) -> None:
    site.publish(an_approved_post(site), *VICE)
    if not honest:
        elsewhere = site.path / "elsewhere"
        site.lfs(PICTURE).rename(elsewhere)
        site.lfs(PICTURE).symlink_to(elsewhere)


@breaks(Rule.MEDIA)
def media_of_another_size_than_its_pointer_says(site: Forge, honest: bool) -> None:
    pointer = site.media(b"twelve bytes")
    publish_with(site, {"anh-2.jpg": pointer if honest else pointer.replace(b"12\n", b"13\n")})


@breaks(Rule.MEDIA)
def media_that_is_no_pointer(site: Forge, honest: bool) -> None:
    publish_with(site, {"anh-2.jpg": site.media(b"2") if honest else b"raw bytes"})


@breaks(Rule.OBJECT)
def object_changed_on_the_disk(site: Forge, honest: bool) -> None:
    draft = an_approved_post(site)
    site.publish(draft, *VICE)
    oid = site.trees[site.main][f"{draft.folder}/index.md"][1]
    data = entry("Trung thu" if honest else "Trung thú", "mau-giao")
    loose = site.path / "objects" / oid[:2] / oid[2:]
    loose.chmod(0o644)
    loose.write_bytes(zlib.compress(f"blob {len(data)}\0".encode() + data))


@breaks(Rule.OBJECT)
def object_missing(site: Forge, honest: bool) -> None:
    draft = an_approved_post(site)
    site.publish(draft, *VICE)
    if not honest:
        oid = site.trees[site.main][f"{draft.folder}/index.md"][1]
        (site.path / "objects" / oid[:2] / oid[2:]).unlink()


@breaks(Rule.OBJECT)
def tree_cut_short(site: Forge, honest: bool) -> None:
    draft = an_approved_post(site)
    site.publish(draft, *VICE)
    if not honest:
        tree = site.git("rev-parse", f"{site.main}^{{tree}}").decode().strip()
        cut = site.store("tree", site.git("cat-file", "tree", tree)[:-1])
        data = site.git("cat-file", "commit", site.main).replace(tree.encode(), cut.encode())
        site.move_main(site.store("commit", data))


@breaks(Rule.REPOSITORY)
def replacement_of_an_object(site: Forge, honest: bool) -> None:
    draft = an_approved_post(site)
    site.publish(draft, *VICE)
    if not honest:
        site.git("replace", draft.head, site.main)


@breaks(Rule.REPOSITORY)
def graft(site: Forge, honest: bool) -> None:
    if not honest:
        (site.path / "info").mkdir(exist_ok=True)
        (site.path / "info/grafts").write_text(f"{site.main}\n")


@breaks(Rule.REPOSITORY)
def history_cut_off_below(site: Forge, honest: bool) -> None:
    if not honest:
        (site.path / "shallow").write_text(f"{site.main}\n")


@breaks(Rule.REPOSITORY)
def no_main_branch(site: Forge, honest: bool) -> None:
    if not honest:
        site.git("update-ref", "refs/heads/other", site.main)
        site.git("update-ref", "-d", "refs/heads/main")


@breaks(Rule.OBJECT)
def main_that_is_a_tag(site: Forge, honest: bool) -> None:
    if not honest:
        who = site.act(site.draft("posts", "x"), "save", *TEACHER).who
        text = f"object {site.main}\ntype commit\ntag x\ntagger {who}\n\nx\n"
        tag = site.store("tag", text.encode())
        (site.path / "refs/heads/main").write_text(f"{tag}\n")


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_refused_by_the_rule_that_it_breaks(site: Forge, name: str) -> None:
    rule, attack = ATTACKS[name]
    attack(site, False)

    report = verify(site.path)

    assert (report.ok, report.rule) == (False, rule), report


@pytest.mark.parametrize("name", ATTACKS)
def test_the_same_history_without_the_manipulation_is_accepted(site: Forge, name: str) -> None:
    _, attack = ATTACKS[name]
    attack(site, True)

    report = verify(site.path)

    assert report.ok, report


# The founding


FOUNDINGS: Final[dict[str, tuple[Rule, dict[str, bytes]]]] = {
    "other attributes": (Rule.ATTRIBUTES, {".gitattributes": b"*.jpg filter=evil\n"}),
    "a dotfile": (Rule.PATHS, {".gitmodules": b""}),
    "a file at the top": (Rule.PATHS, {"README": b""}),
    "an unknown type": (Rule.PATHS, {"content/plugins/2026/x/index.md": b""}),
    "a file among the types": (Rule.PATHS, {"content/readme": b""}),
    "a year that is none": (Rule.PATHS, {"content/posts/x/y/index.md": b""}),
    "a name that is none": (Rule.NAMES, {"content/posts/2026/Ảnh/index.md": b""}),
    "an id twice": (Rule.PATHS, {"content/posts/2026/gioi-thieu/index.md": b"---\n"}),
    "no steps": (Rule.STEPS, {"governance/workflow.toml": b"posts = 1\n"}),
    "no text": (Rule.STEPS, {"governance/workflow.toml": b"\xff"}),
}


@pytest.mark.parametrize("case", FOUNDINGS)
def test_a_founding_with_anything_unknown_is_refused(
    base: Forge, tmp_path: Path, case: str
) -> None:
    rule, files = FOUNDINGS[case]
    site = Forge.found(tmp_path / "site.git", base.keys, files)

    assert verify(site.path).rule == rule


def test_a_founding_without_attributes_is_refused(base: Forge, tmp_path: Path) -> None:
    site = Forge.found(tmp_path / "site.git", base.keys)
    files = {path: row for path, row in site.trees[site.main].items() if path != ".gitattributes"}
    site.move_main(site.commit(files, [], Act("found", *PRINCIPAL)))

    assert verify(site.path).rule == Rule.ATTRIBUTES


def test_a_founding_with_a_file_in_place_of_content_is_refused(base: Forge, tmp_path: Path) -> None:
    site = Forge.found(tmp_path / "site.git", base.keys)
    files = {path: row for path, row in site.trees[site.main].items() if "content/" not in path}
    files |= site.files({"content": b"nothing"})
    site.move_main(site.commit(files, [], Act("found", *PRINCIPAL)))

    assert verify(site.path).rule == Rule.MODES


def test_a_founding_with_more_entries_is_accepted(base: Forge, tmp_path: Path) -> None:
    more = {"content/posts/2025/khai-giang-2025/index.md": b"---\ntitle: X\n---\n"}
    site = Forge.found(tmp_path / "site.git", base.keys, more)

    assert verify(site.path).ok


def test_another_founding_than_the_known_one_is_refused(base: Forge, tmp_path: Path) -> None:
    known = base.public_key("hieutruong")
    other = Forge.found(tmp_path / "site.git", tmp_path / "keys")

    assert verify(base.path, root_key=f"{known} hieutruong@mnph").ok
    assert verify(other.path, root_key=known).rule == Rule.FOUNDING
    assert verify(other.path).ok


def test_the_report_names_the_first_commit_that_fails(site: Forge) -> None:
    good = site.main
    site.publish(a_checked_post(site), *VICE)
    bad = site.main
    site.publish(a_checked_post(site, "khac"), *VICE)

    report = verify(site.path)

    assert report.failed_commit == bad != good
    assert report.publications == 1


def test_a_publication_can_be_tried_before_main_moves_to_it(site: Forge) -> None:
    before = site.main
    good = site.publish(an_approved_post(site), *VICE)
    bad = site.publish(a_checked_post(site, "khac"), *VICE)
    site.move_main(before)

    assert verify(site.path, head=good).ok
    assert verify(site.path, head=bad).failed_commit == bad
    assert verify(site.path).head == before


def test_an_audit_can_go_on_where_an_earlier_one_ended(site: Forge) -> None:
    site.publish(an_approved_post(site), *VICE)
    audited = site.main
    site.publish(an_approved_post(site, "khac"), *VICE)

    report = verify(site.path, audited=audited)

    assert (report.ok, report.publications) == (True, 3)


@pytest.mark.parametrize("name", ["approval_moved_to_other_bytes", "media_missing", "submodule"])
def test_an_audit_that_goes_on_still_checks_what_is_new(site: Forge, name: str) -> None:
    rule, attack = ATTACKS[name]
    audited = site.main
    attack(site, False)

    assert verify(site.path, audited=audited).rule == rule


def test_an_audit_that_goes_on_notices_a_history_cut_off(site: Forge) -> None:
    before = site.main
    site.publish(an_approved_post(site), *VICE)
    audited = site.main
    site.move_main(before)

    assert verify(site.path).ok
    assert verify(site.path, audited=audited).rule == Rule.HISTORY


# The program


def test_the_program_runs_alone_and_says_what_it_found(base: Forge) -> None:
    command = [sys.executable, "-I", str(PROGRAM), str(base.path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(
        f"OK · 1 lần đăng, 0 thay đổi quản trị · đầu nhánh main {base.main}\nkhóa gốc SHA256:"
    )


def test_the_root_key_is_named_as_ssh_keygen_names_it(
    base: Forge, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["ssh-keygen", "-l", "-f", str(base.private_key("hieutruong"))]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert main([str(base.path)]) == 0
    assert capsys.readouterr().out.split()[-1] == done.stdout.split()[1]


def test_the_program_names_the_commit_and_the_rule(
    site: Forge, capsys: pytest.CaptureFixture[str]
) -> None:
    site.publish(a_checked_post(site), *VICE)

    assert main([str(site.path)]) == 1
    assert capsys.readouterr().out.startswith(f"KHÔNG ĐẠT {site.main}: sequence: ")


def test_the_program_prints_json_for_machines(
    base: Forge, capsys: pytest.CaptureFixture[str]
) -> None:
    known = base.public_key("hieutruong")

    assert main([str(base.path), "--json", "--root-key", known]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "ok": True,
        "publications": 1,
        "governance_changes": 0,
        "unreviewed": [],
        "head": base.main,
        "root_key": known,
        "failed_commit": None,
        "rule": None,
        "recoveries": [],
        "erased": [],
        "reason": None,
    }


def test_a_folder_that_is_no_repository_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path)]) == 1
    assert capsys.readouterr().out == "KHÔNG ĐẠT kho: repository: không phải kho git\n"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["/no/such/folder"],
        ["/", "--root-key", "ssh-rsa X"],
        ["/", "--root-key", "ssh-ed25519 A"],
        ["/", "--root-key", "ssh-ed25519 AAAA"],
        ["/", "--root-key", "ssh-ed25519 AAAAC3Nz"],
        ["/", "--root-key", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5"],
    ],
)
def test_misuse_has_an_exit_code_of_its_own(arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)


def test_a_machine_without_ssh_keygen_cannot_audit(
    base: Forge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(SystemExit, match="2"):
        main([str(base.path)])


def test_a_stock_clone_can_be_checked(base: Forge, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    command = ["git", "clone", "--quiet", "--no-checkout", str(base.path), str(clone)]
    subprocess.run(command, check=True)
    (clone / ".git/lfs").symlink_to(base.path / "lfs")

    assert verify(clone).ok


def test_the_auditor_needs_nothing_but_the_standard_library() -> None:
    lines = PROGRAM.read_text().splitlines()
    imports = [line.split()[1] for line in lines if line.startswith(("import ", "from "))]

    assert {name.split(".")[0] for name in imports} <= sys.stdlib_module_names


# The same by hand


GUIDE: Final = PROGRAM.parents[1] / "docs/verify-by-hand.md"


def follow_the_guide(site: Forge, page: str) -> subprocess.CompletedProcess[str]:
    example, rest = GUIDE.read_text().partition("```sh\n")[2].split("\n", 1)
    lines = [f"page={page}", *rest.partition("```")[0].splitlines()]
    assert example.startswith("page=content/")
    command = ["sh", "-eu", "-c", "\n".join(lines)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=site.path)


def test_the_guide_proves_a_page_with_git_and_ssh_keygen(site: Forge) -> None:
    draft = an_approved_post(site)
    site.publish(draft, *VICE)

    done = follow_the_guide(site, draft.folder)

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[:5] == [
        "1 same bytes",
        *(
            f"2 G {actor}@toasoan.invalid Action: {action} Actor: {actor} Role: {role}"
            for action, (actor, role) in (
                ("save", TEACHER),
                ("submit", TEACHER),
                ("check", LEAD),
                ("approve", VICE),
            )
        ),
    ]
    assert done.stdout.splitlines()[-1].endswith(": OK")
    assert 'Good "git" signature for hieutruong@toasoan.invalid' in done.stderr


@pytest.mark.parametrize(
    "attack",
    [
        byte_changed_in_an_approved_entry,
        approval_signed_by_somebody_else,
        media_changed_on_the_disk,
    ],
)
def test_the_guide_finds_a_manipulated_page(site: Forge, attack: Attack) -> None:
    attack(site, False)

    done = follow_the_guide(site, "content/posts/2026/trung-thu")

    assert done.returncode != 0 or "1 same bytes" not in done.stdout


# What the newsroom itself writes


def test_a_history_made_by_the_newsroom_is_accepted(school: School) -> None:
    photo = school.repo.store_media(b"\xff\xd8 pretend pixels")
    pictured = post_fields(photos=[{"file": "anh-1.jpg", "alt": "Bé"}], media={"anh-1.jpg": photo})
    draft = school.submit(TEACHER[0], school.create(TEACHER[0], "posts", **pictured))
    draft = school.send_back(LEAD[0], draft, "Sai ngày.\n\nAction: approve\nActor: hieutruong")
    draft = school.submit(TEACHER[0], school.save(TEACHER[0], draft))
    entry_id = school.approve(VICE[0], school.check(LEAD[0], draft)).entry_id
    again = services.open_for_edit(school.repo, entry_id)
    again = school.submit(LEAD[0], school.save(LEAD[0], again, body="Bản sửa."))
    school.approve(PRINCIPAL[0], again)
    circular = school.submit(CLERK[0], school.create(CLERK[0], "circulars", **circular_fields()))
    school.approve(VICE[0], school.check(ADMIN[0], circular))
    cook = "totruong.nuoiduong"
    menu = school.submit(cook, school.create(cook, "menus", **menu_fields()))
    school.approve(VICE_NUTRITION[0], menu)

    report = verify(school.repo.path)

    assert report.ok, report
    assert report.publications == 4
