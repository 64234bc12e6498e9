"""The histories and the attacks on them once more, on paper: quick enough for each small fault.

The same on real repositories stands beside their definitions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pytest

from tests.workflow import (
    test_delegation_audit,
    test_erasure_audit,
    test_orders_audit,
    test_recovery_audit,
    test_standing_audit,
    test_urgent_audit,
    test_verification,
)
from tests.workflow.forge import Act, Forge
from tests.workflow.paper_forge import (
    NeedsADisk,
    PaperForge,
    PaperSignatures,
    audited,
    on_paper,
)
from workflow import verification
from workflow.verification import Report, Rule

__all__ = ["on_paper"]

pytestmark = pytest.mark.usefixtures("on_paper")
FILES: Final = (
    test_verification,
    test_orders_audit,
    test_urgent_audit,
    test_delegation_audit,
    test_recovery_audit,
    test_erasure_audit,
    test_standing_audit,
)
ON_DISK: Final = {
    "signature_of_another_kind_of_key",
    "person_with_another_kind_of_key",
    "object_changed_on_the_disk",
    "object_missing",
    "tree_cut_short",
    "tree_that_names_a_file_twice",
    "replacement_of_an_object",
    "graft",
    "history_cut_off_below",
    "no_main_branch",
    "main_that_is_a_tag",
}
"""They turn on what only a disk has, or on another kind of key."""
ATTACKS: Final = [
    pytest.param(file, name, id=f"{file.__name__.rpartition('test_')[2]}-{name}")
    for file in FILES
    for name in file.ATTACKS
    if name not in ON_DISK
]


@pytest.fixture(scope="session")
def histories(tmp_path_factory: pytest.TempPathFactory) -> dict[ModuleType, PaperForge]:
    """The history that each file of attacks begins with."""
    folder = tmp_path_factory.mktemp("paper")
    histories = {}
    for file in FILES:
        site = PaperForge.found(folder / file.__name__, folder / "keys")
        histories[file] = file.history(site)
    return histories


@pytest.mark.parametrize(("file", "name"), ATTACKS)
def test_an_attack_is_refused_by_the_rule_that_it_breaks(
    histories: dict[ModuleType, PaperForge], tmp_path: Path, file: ModuleType, name: str
) -> None:
    site = histories[file].copy(tmp_path / "site")
    rule, attack = file.ATTACKS[name]
    attack(site, False)
    report = audited(site)

    assert (report.ok, report.rule) == (False, rule), report.reason


@pytest.mark.parametrize(("file", "name"), ATTACKS)
def test_the_same_history_without_the_manipulation_is_accepted(
    histories: dict[ModuleType, PaperForge], tmp_path: Path, file: ModuleType, name: str
) -> None:
    site = histories[file].copy(tmp_path / "site")
    file.ATTACKS[name][1](site, True)
    report = audited(site)

    assert report.ok, report.reason


# What followed the rules, in one piece and in several


LIVES: Final = {
    test_verification: (
        test_verification.test_an_update_may_take_over_the_team_that_the_entry_has_on_main,
        test_verification.test_a_draft_whose_writer_renewed_the_key_before_the_update_can_be_published,
        test_verification.test_a_text_whose_writer_renewed_the_key_meanwhile_can_be_published,
        test_verification.test_the_report_names_the_first_commit_that_fails,
        test_verification.test_a_publication_can_be_tried_before_main_moves_to_it,
        test_verification.test_an_audit_can_go_on_where_an_earlier_one_ended,
        test_verification.test_an_audit_that_goes_on_notices_a_history_cut_off,
    ),
    test_urgent_audit: (test_urgent_audit.test_an_incremental_audit_knows_what_was_urgent_before,),
    test_delegation_audit: (
        test_delegation_audit.test_a_delegation_of_each_role_for_a_whole_year_is_accepted,
    ),
    test_recovery_audit: (
        test_recovery_audit.test_a_lost_principal_is_replaced_and_the_new_one_governs,
        test_recovery_audit.test_a_principal_renews_the_key_with_the_old_one,
    ),
    test_erasure_audit: (
        test_erasure_audit.test_a_file_that_no_public_entry_names_any_more_may_be_erased,
        test_erasure_audit.test_an_entry_is_public_again_once_an_edition_without_the_file_is,
        test_erasure_audit.test_an_audit_that_goes_on_from_an_earlier_one_holds_the_rules_too,
    ),
    test_standing_audit: (
        test_standing_audit.test_going_back_to_a_former_address_takes_it_off_the_list,
        test_standing_audit.test_a_page_of_the_same_words_is_no_address_of_a_post,
    ),
}


@pytest.mark.parametrize(
    ("file", "life"),
    [
        pytest.param(file, life, id=life.__name__.removeprefix("test_"))
        for file, lives in LIVES.items()
        for life in lives
    ],
)
def test_a_history_is_judged_as_on_a_disk(
    histories: dict[ModuleType, PaperForge],
    tmp_path: Path,
    file: ModuleType,
    life: Callable[[Forge], None],
) -> None:
    life(histories[file].copy(tmp_path / "site"))


@pytest.mark.parametrize("name", ["approval_moved_to_other_bytes", "media_missing", "submodule"])
def test_an_audit_that_goes_on_still_checks_what_is_new(
    histories: dict[ModuleType, PaperForge], tmp_path: Path, name: str
) -> None:
    site = histories[test_verification].copy(tmp_path / "site")
    test_verification.test_an_audit_that_goes_on_still_checks_what_is_new(site, name)


@pytest.fixture
def site(tmp_path: Path) -> PaperForge:
    return PaperForge.found(tmp_path / "school", tmp_path / "keys")


def test_every_ordinary_way_to_the_public_is_accepted(site: PaperForge) -> None:
    for live in (
        test_verification.a_post_through_all_steps,
        test_verification.a_returned_post,
        test_verification.a_post_of_the_lead_straight_to_approval,
        test_verification.a_menu_by_its_team_lead,
        test_verification.a_notice_of_the_office,
        test_verification.a_page_of_the_principal,
        test_verification.a_circular_with_a_second_reader,
        test_verification.a_vice_principals_post_approved_by_the_other,
        test_verification.a_second_edition,
        test_verification.a_draft_brought_up_to_date_beside_a_hot_fix,
    ):
        live(site)

    report = audited(site)
    assert (report.ok, report.publications, report.governance_changes) == (True, 11, 0)


def test_what_waits_for_review_is_told_in_order(site: PaperForge) -> None:
    for name in ("lu", "bao", "mua"):
        draft = test_verification.a_submitted_post(site, name)
        test_urgent_audit.urge(site, draft, test_verification.VICE_NUTRITION)
    assert audited(site).unreviewed == ("bao", "lu", "mua")

    test_urgent_audit.review(site, entry_id="lu")
    assert audited(site).unreviewed == ("bao", "mua")
    test_verification.submit_to_publication(site, test_verification.a_saved_post(site, "mua"))
    assert audited(site).unreviewed == ("bao",)


def test_what_is_erased_is_told_in_order(site: PaperForge) -> None:
    names = sorted((test_erasure_audit.sha256(data) for data in (b"1", b"2", b"3")), reverse=True)
    rows = [test_erasure_audit.erasure(name=name) for name in names]
    test_erasure_audit.order(site, *rows)

    assert audited(site).erased == tuple(reversed(names))


def test_signatures_are_checked_from_where_the_last_audit_ended(site: PaperForge) -> None:
    founding = site.main
    site.publish(test_verification.an_approved_post(site, "mot"), *test_verification.VICE)
    known = site.main
    site.publish(test_verification.an_approved_post(site, "hai"), *test_verification.VICE)

    assert audited(site).ok
    assert len(PaperSignatures.checked) == 9
    for since, checked in ((founding, 8), (known, 4), (site.main, 0)):
        PaperSignatures.checked.clear()
        assert verification.verify(site.path, audited=since).ok
        assert len(PaperSignatures.checked) == checked


def test_media_are_checked_from_where_the_last_audit_ended(site: PaperForge) -> None:
    founding = site.main
    site.publish(test_verification.an_approved_post(site, "mot"), *test_verification.VICE)
    site.lfs(test_verification.PICTURE).unlink()

    assert verification.verify(site.path, audited=site.main).ok
    assert verification.verify(site.path, audited=founding).rule == Rule.MEDIA
    site.lfs(b"the founding picture").unlink()
    assert verification.verify(site.path, audited=site.main).ok
    report = audited(site)
    assert report.rule == Rule.MEDIA
    assert "gioi-thieu" in (report.reason or "")


# The founding


@pytest.mark.parametrize("case", test_verification.FOUNDINGS)
def test_a_founding_with_anything_unknown_is_refused(tmp_path: Path, case: str) -> None:
    rule, files = test_verification.FOUNDINGS[case]
    site = PaperForge.found(tmp_path / "school", tmp_path / "keys", files)

    assert audited(site).rule == rule


def refound(site: PaperForge, files: dict[str, bytes], **forged: Any) -> Report:
    """Audit another founding, with more files."""
    act = replace(Act("found", *test_verification.PRINCIPAL), **forged)
    first = next(iter(site.trees.values()))
    site.move_main(site.commit(first | site.files(files), [], act))
    return audited(site)


def test_a_founding_is_the_principals(site: PaperForge) -> None:
    assert refound(site, {}).ok
    for forged, rule in (
        ({"actor": "pht.chuyenmon"}, Rule.GOVERNANCE),
        ({"role": "teacher"}, Rule.GOVERNANCE),
        ({"key": "vanthu"}, Rule.SIGNATURE),
        ({"signed": False}, Rule.SIGNATURE),
    ):
        assert refound(site, {}, **forged).rule == rule


def test_a_new_school_has_used_no_sealed_key(site: PaperForge) -> None:
    sealed = test_recovery_audit.sealed
    assert refound(site, {"governance/roster.toml": site.roster() + sealed(site, "paper")}).ok
    spent = site.roster() + sealed(site, "paper", ("old", "hieutruong"))
    assert refound(site, {"governance/roster.toml": spent}).rule == Rule.RECOVERY


def test_a_new_school_shows_nothing_erased(site: PaperForge) -> None:
    order = test_erasure_audit.erasure
    orders = "governance/orders.toml"
    assert refound(site, {orders: order(b"another").encode()}).ok
    assert refound(site, {orders: order(b"the founding picture").encode()}).rule == Rule.ERASURE
    down = test_erasure_audit.takedown("gioi-thieu") + order(b"the founding picture")
    assert refound(site, {orders: down.encode()}).ok


def test_a_new_school_has_each_address_once(site: PaperForge) -> None:
    def page(fields: str) -> bytes:
        return f"---\ntitle: X\ngroup: bgh\n{fields}---\n".encode()

    path = "content/pages/2026/khac/index.md"
    assert refound(site, {path: page("slug: khac-nua\n")}).ok
    assert refound(site, {path: page("slug: gioi-thieu\n")}).rule == Rule.ADDRESS
    assert refound(site, {path: page("formerly:\n- gioi-thieu\n")}).rule == Rule.ADDRESS
    assert refound(site, {path: page("replaced_by: gioi-thieu\n")}).ok
    assert refound(site, {path: page("replaced_by: khac\n")}).rule == Rule.SUCCESSOR


@pytest.mark.parametrize(
    "name", ["signature_of_another_kind_of_key", "tree_cut_short", "replacement_of_an_object"]
)
def test_what_needs_a_disk_says_so(
    histories: dict[ModuleType, PaperForge], tmp_path: Path, name: str
) -> None:
    site = histories[test_verification].copy(tmp_path / "site")

    with pytest.raises(NeedsADisk):
        test_verification.ATTACKS[name][1](site, False)
