"""The urgent lane before the auditor: each attack by its rule, each with its control."""

from typing import Any, Final

import pytest

from tests.workflow.attacks import Attacks
from tests.workflow.forge import Act, Draft, Forge, entry
from tests.workflow.test_orders_audit import FREEZE
from tests.workflow.test_verification import (
    ADMIN,
    LEAD,
    PICTURE,
    PRINCIPAL,
    TEACHER,
    VICE,
    VICE_NUTRITION,
    a_checked_post,
    a_saved_post,
    a_submitted_post,
    an_approved_post,
    new_key,
)
from workflow.verification import Rule, check_with_stock_tools, main, verify

ATTACKS = Attacks()
breaks = ATTACKS.breaks
STORM: Final = "Bão vào đêm nay."
URGENT: Final = "bao"


def history(site: Forge) -> Forge:
    """Give a new school a post that the vice-principal of another field published urgently."""
    urge(site, a_submitted_post(site, URGENT), VICE_NUTRITION)
    return site


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Forge:
    folder = tmp_path_factory.mktemp("urgent")
    return history(Forge.found(folder / "site.git", folder / "keys"))


def urge(site: Forge, draft: Draft, who: tuple[str, str], note: str = STORM, **forged: Any) -> None:
    site.decide(draft, "urgent", *who, note=note, **forged)
    site.publish(draft, *who)


def review(
    site: Forge,
    who: tuple[str, str] = VICE,
    entry_id: str = URGENT,
    *,
    files: dict[str, bytes] | None = None,
    **forged: Any,
) -> None:
    act = Act("review", *who, entry_id, **({"type": "posts"} | forged))
    tree = site.trees[site.main] | site.files(files or {})
    site.move_main(site.commit(tree, [site.main], act))


# Urgent publications


@breaks(Rule.APPROVER)
def urgent_by_the_author(site: Forge, honest: bool) -> None:
    draft = a_saved_post(site)
    site.save(draft, *VICE, {"index.md": entry("Trung thu", "mau-giao", "Do phó hiệu trưởng sửa.")})
    site.decide(draft, "submit", *TEACHER)
    urge(site, draft, PRINCIPAL if honest else VICE)


@breaks(Rule.APPROVER)
def urgent_by_the_submitter(site: Forge, honest: bool) -> None:
    draft = a_saved_post(site)
    site.decide(draft, "submit", *VICE)
    urge(site, draft, VICE_NUTRITION if honest else VICE)


@breaks(Rule.APPROVER)
def urgent_by_a_team_lead(site: Forge, honest: bool) -> None:
    urge(site, a_submitted_post(site), VICE if honest else LEAD)


@breaks(Rule.APPROVER)
def urgent_by_the_administrator(site: Forge, honest: bool) -> None:
    urge(site, a_submitted_post(site), PRINCIPAL if honest else ADMIN)


@breaks(Rule.ROLE)
def urgent_in_a_role_not_held(site: Forge, honest: bool) -> None:
    urge(site, a_submitted_post(site), VICE if honest else (TEACHER[0], "vice_principal"))


@breaks(Rule.APPROVER)
def urgent_by_the_checker(site: Forge, honest: bool) -> None:
    person = site.person(VICE[0]).replace(
        "['vice_principal']\ngroups = ['bgh']",
        "['vice_principal', 'team_lead']\ngroups = ['mau-giao']",
    )
    site.govern({"roster.toml": site.roster(**{VICE[0]: person})})
    draft = a_submitted_post(site)
    site.decide(draft, "check", VICE[0], "team_lead")
    urge(site, draft, PRINCIPAL if honest else VICE)


@breaks(Rule.CHECKER)
def urgent_on_the_check_of_a_stranger(site: Forge, honest: bool) -> None:
    draft = a_submitted_post(site)
    site.decide(draft, "check", *(LEAD if honest else ("totruong.nhatre", "team_lead")))
    urge(site, draft, VICE)


@breaks(Rule.URGENT)
def urgent_without_a_reason(site: Forge, honest: bool) -> None:
    urge(site, a_submitted_post(site), VICE, STORM if honest else "")


@breaks(Rule.URGENT)
def urgent_with_a_reason_of_blanks(site: Forge, honest: bool) -> None:
    urge(site, a_submitted_post(site), VICE, STORM if honest else " \t ")


@breaks(Rule.SEQUENCE)
def urgent_that_nobody_sent(site: Forge, honest: bool) -> None:
    urge(site, (a_submitted_post if honest else a_saved_post)(site), VICE)


@breaks(Rule.SEQUENCE)
def urgent_kept_after_an_edit(site: Forge, honest: bool) -> None:
    draft = a_submitted_post(site)
    site.decide(draft, "urgent", *VICE, note=STORM)
    text = "Nội dung." if honest else "Nội dung khác."
    site.save(draft, *TEACHER, {"index.md": entry("Trung thu", "mau-giao", text)})
    if honest:
        site.decide(draft, "submit", *TEACHER)
        site.decide(draft, "urgent", *VICE, note=STORM)
    site.publish(draft, *VICE)


@breaks(Rule.SEQUENCE)
def urgent_after_an_approval(site: Forge, honest: bool) -> None:
    draft = (a_checked_post if honest else an_approved_post)(site)
    urge(site, draft, VICE)


@breaks(Rule.SEQUENCE)
def urgent_said_in_the_note_of_an_approval(site: Forge, honest: bool) -> None:
    draft = a_submitted_post(site)
    action = "urgent" if honest else "approve"
    site.decide(draft, action, *VICE, note=f"{STORM}\n\nAction: urgent")
    site.publish(draft, *VICE)


@breaks(Rule.TRAILERS)
def urgent_in_the_name_of_another(site: Forge, honest: bool) -> None:
    draft = a_submitted_post(site)
    site.decide(draft, "urgent", *VICE, note=STORM)
    site.publish(draft, *(VICE if honest else PRINCIPAL))


@breaks(Rule.SIGNATURE)
def urgent_without_a_signature(site: Forge, honest: bool) -> None:
    urge(site, a_submitted_post(site), VICE, signed=honest)


@breaks(Rule.SCOPE)
def urgent_that_changes_the_text(site: Forge, honest: bool) -> None:
    draft = a_submitted_post(site)
    files = {} if honest else {f"{draft.folder}/index.md": entry("Khác", "mau-giao")}
    tree = site.trees[draft.head] | site.files(files)
    act = Act("urgent", *VICE, draft.id, draft.type, note=STORM)
    draft.head = site.commit(tree, [draft.head], act)
    site.publish(draft, *VICE)


@breaks(Rule.FREEZE)
def urgent_during_a_freeze(site: Forge, honest: bool) -> None:
    draft = a_submitted_post(site)
    site.govern({"orders.toml": FREEZE.encode()})
    if honest:
        site.govern({"orders.toml": b""})
    urge(site, draft, VICE)


@breaks(Rule.HISTORY)
def urgent_straight_on_main(site: Forge, honest: bool) -> None:
    if honest:
        review(site)
    else:
        act = Act("urgent", *VICE, URGENT, "posts", note=STORM)
        site.move_main(site.commit(site.trees[site.main], [site.main], act))


# After-reviews


@breaks(Rule.REVIEW)
def review_by_the_one_who_urged(site: Forge, honest: bool) -> None:
    review(site, VICE if honest else VICE_NUTRITION)


@breaks(Rule.REVIEW)
def review_by_a_contributor(site: Forge, honest: bool) -> None:
    draft = a_saved_post(site)
    site.save(draft, *VICE, {"index.md": entry("Trung thu", "mau-giao", "Sửa.")})
    site.decide(draft, "submit", *TEACHER)
    urge(site, draft, VICE_NUTRITION)
    review(site, PRINCIPAL if honest else VICE, draft.id)


@breaks(Rule.ROLE)
def review_by_a_team_lead(site: Forge, honest: bool) -> None:
    review(site, VICE if honest else LEAD)


@breaks(Rule.ROLE)
def review_by_the_administrator(site: Forge, honest: bool) -> None:
    review(site, PRINCIPAL if honest else ADMIN)


@breaks(Rule.ROLE)
def review_in_a_role_not_held(site: Forge, honest: bool) -> None:
    review(site, VICE if honest else (LEAD[0], "vice_principal"))


@breaks(Rule.ROLE)
def review_by_a_leader_demoted_before(site: Forge, honest: bool) -> None:
    roles = ["vice_principal"] if honest else ["teacher"]
    site.govern(
        {"roster.toml": site.roster(**{VICE[0]: site.person(VICE[0], roles)})}
        | {"school.toml": b'name = "x"\n'}
    )
    review(site, VICE)


@breaks(Rule.SIGNATURE)
def review_without_a_signature(site: Forge, honest: bool) -> None:
    review(site, signed=honest)


@breaks(Rule.SIGNATURE)
def review_signed_by_the_one_who_urged(site: Forge, honest: bool) -> None:
    review(site, key=(VICE if honest else VICE_NUTRITION)[0])


@breaks(Rule.SIGNATURE)
def review_with_a_retired_key(site: Forge, honest: bool) -> None:
    if not honest:
        row = site.person(VICE[0], key=new_key(site))
        site.govern({"roster.toml": site.roster(**{VICE[0]: row})})
    review(site)


@breaks(Rule.SIGNATURE)
def review_with_a_signature_of_another_namespace(site: Forge, honest: bool) -> None:
    review(site, namespace="git" if honest else "file")


@breaks(Rule.SCOPE)
def review_that_changes_the_entry(site: Forge, honest: bool) -> None:
    path = f"content/posts/2026/{URGENT}/index.md"
    review(site, files={} if honest else {path: entry("Khác", "mau-giao")})


@breaks(Rule.SCOPE)
def review_that_changes_the_roster(site: Forge, honest: bool) -> None:
    roster = site.roster(vanthu=site.person("vanthu", ["staff"]))
    review(site, files={} if honest else {"governance/roster.toml": roster})


@breaks(Rule.REVIEW)
def review_twice(site: Forge, honest: bool) -> None:
    review(site)
    if not honest:
        review(site, PRINCIPAL)


@breaks(Rule.REVIEW)
def review_of_what_was_never_urgent(site: Forge, honest: bool) -> None:
    draft = (a_submitted_post if honest else an_approved_post)(site)
    if honest:
        urge(site, draft, VICE_NUTRITION)
    else:
        site.publish(draft, *VICE)
    review(site, PRINCIPAL, draft.id)


@breaks(Rule.REVIEW)
def review_of_no_entry(site: Forge, honest: bool) -> None:
    review(site, entry_id=URGENT if honest else "khong-co")


@breaks(Rule.REVIEW)
def review_under_another_type(site: Forge, honest: bool) -> None:
    review(site, type="posts" if honest else "notices")


@breaks(Rule.REVIEW)
def review_of_an_edition_replaced_since(site: Forge, honest: bool) -> None:
    if not honest:
        draft = site.draft("posts", URGENT)
        files = {"index.md": entry("Bão", "mau-giao", "Mới."), "anh-1.jpg": site.media(PICTURE)}
        site.save(draft, *TEACHER, files)
        site.decide(draft, "submit", *TEACHER)
        site.decide(draft, "check", *LEAD)
        site.decide(draft, "approve", *VICE)
        site.publish(draft, *VICE)
    review(site, PRINCIPAL)


@breaks(Rule.HISTORY)
def review_with_two_parents(site: Forge, honest: bool) -> None:
    act = Act("review", *VICE, URGENT, "posts")
    extra = [] if honest else [a_saved_post(site).head]
    site.move_main(site.commit(site.trees[site.main], [site.main, *extra], act))


@breaks(Rule.FORK)
def review_inside_a_draft(site: Forge, honest: bool) -> None:
    draft = a_submitted_post(site)
    if not honest:
        site.decide(draft, "review", *PRINCIPAL)
    urge(site, draft, VICE)


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_refused_by_the_rule_that_it_breaks(site: Forge, name: str) -> None:
    rule, attack = ATTACKS[name]
    attack(site, False)
    report = verify(site.path)

    assert (report.ok, report.rule) == (False, rule), report.reason
    assert report.failed_commit == site.main


@pytest.mark.parametrize("name", ATTACKS)
def test_the_same_history_without_the_manipulation_is_accepted(site: Forge, name: str) -> None:
    _, attack = ATTACKS[name]
    attack(site, True)
    report = verify(site.path)

    assert report.ok, report


def test_an_incremental_audit_knows_what_was_urgent_before(site: Forge) -> None:
    known = site.main
    review(site, VICE_NUTRITION)

    report = verify(site.path, audited=known)

    assert report.rule == Rule.REVIEW


def test_the_report_names_what_nobody_has_reviewed(
    site: Forge, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify(site.path).unreviewed == (URGENT,)
    assert main([str(site.path)]) == 0
    assert f"đăng khẩn, chưa hậu kiểm: {URGENT}" in capsys.readouterr().out

    review(site)
    assert verify(site.path).unreviewed == ()
    assert main([str(site.path)]) == 0
    assert "đăng khẩn" not in capsys.readouterr().out


def test_stock_tools_accept_an_urgent_publication_and_its_review(site: Forge) -> None:
    review(site)
    assert check_with_stock_tools(site.path, site.main) == 5
