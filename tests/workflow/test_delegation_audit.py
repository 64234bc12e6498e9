"""Delegations before the auditor: each attack by its rule, each with its control."""

from typing import Any, Final

import pytest

from tests.workflow.attacks import Attacks
from tests.workflow.forge import Act, Draft, Forge, entry
from tests.workflow.test_verification import (
    CLERK,
    LEAD,
    PRINCIPAL,
    TEACHER,
    VICE,
    VICE_NUTRITION,
    a_checked_post,
    a_saved_post,
    a_submitted_post,
    an_approved_post,
)
from workflow.verification import Rule, verify

ATTACKS = Attacks()
breaks = ATTACKS.breaks
NHA_TRE: Final = "totruong.nhatre"
DELEGATE: Final = (NHA_TRE, "vice_principal")
"""The lead of the other team acts for the absent vice-principal."""


def at(day: int, clock: str = "10:00") -> str:
    """Return the date of a commit: a day of March 2026, from the 20th on, in Vietnam."""
    hours, minutes = clock.split(":")
    midnight = 1773939600  # 20 March 2026, 00:00 in Vietnam
    return f"{midnight + (day - 20) * 86400 + int(hours) * 3600 + int(minutes) * 60} +0700"


def delegation(person: str = NHA_TRE, role: str = "vice_principal", **changed: str) -> str:
    """Return a row of the roster; a value is TOML, an empty one leaves the key out."""
    rows = {
        "person": f'"{person}"',
        "role": f'"{role}"',
        "groups": "",
        "fields": '["chuyen-mon"]' if role == "vice_principal" else "",
        "since": "2026-03-20",
        "until": "2026-03-22",
        "decision": '"25/QĐ-MNPH"',
    } | changed
    lines = "".join(f"{key} = {value}\n" for key, value in rows.items() if value)
    return f"[[delegations]]\n{lines}"


def give(site: Forge, *rows: str, **forged: Any) -> None:
    roster = site.roster() + "".join(rows or (delegation(),)).encode()
    site.govern({"roster.toml": roster}, **forged)


def approve(site: Forge, draft: Draft, who: tuple[str, str] = DELEGATE, when: str = "") -> None:
    """Approve and publish at one moment."""
    when = when or at(21)
    site.decide(draft, "approve", *who, date=when)
    publish(site, draft, who, when)


def publish(site: Forge, draft: Draft, who: tuple[str, str], when: str) -> None:
    act = Act("publish", *who, draft.id, draft.type, signed=False, date=when)
    merged = site.with_folder(site.trees[site.main], draft)
    site.move_main(site.commit(merged, [site.main, draft.head], act))


def history(site: Forge) -> Forge:
    """Give a new school one published post."""
    site.publish(an_approved_post(site, "khai-giang"), *VICE)
    return site


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Forge:
    folder = tmp_path_factory.mktemp("delegations")
    return history(Forge.found(folder / "site.git", folder / "keys"))


# When


@breaks(Rule.ROLE)
def approval_on_the_day_after_the_last(site: Forge, honest: bool) -> None:
    give(site)
    when = at(22, "23:59") if honest else at(23, "00:00")
    approve(site, a_checked_post(site), when=when)


@breaks(Rule.ROLE)
def approval_on_the_day_before_the_first(site: Forge, honest: bool) -> None:
    give(site, delegation(since="2026-03-21"))
    when = at(21, "00:00") if honest else at(20, "23:59")
    approve(site, a_checked_post(site), when=when)


@breaks(Rule.ROLE)
def approval_after_the_principal_ended_it(site: Forge, honest: bool) -> None:
    give(site, delegation(ended="2026-03-21T09:00:00+07:00"))
    when = at(21, "08:59") if honest else at(21, "09:00")
    approve(site, a_checked_post(site), when=when)


@breaks(Rule.ROLE)
def approval_without_a_delegation(site: Forge, honest: bool) -> None:
    if honest:
        give(site)
    approve(site, a_checked_post(site))


@breaks(Rule.ROLE)
def delegation_taken_back_before_the_publication(site: Forge, honest: bool) -> None:
    give(site)
    draft = a_checked_post(site)
    site.decide(draft, "approve", *DELEGATE, date=at(21))
    if not honest:
        site.govern({"roster.toml": site.roster()}, date=at(21))
    publish(site, draft, DELEGATE, at(21))


@breaks(Rule.ROLE)
def approval_dated_before_its_draft_began(site: Forge, honest: bool) -> None:
    """The delegation is over when the draft begins; the date says otherwise (SECURITY F10)."""
    until = "2026-03-25" if honest else "2026-03-22"
    give(site, delegation(until=until), date=at(24))
    draft = a_checked_post(site)
    site.decide(draft, "approve", *DELEGATE, date=at(24, "11:00") if honest else at(22))
    publish(site, draft, DELEGATE, at(24, "12:00"))


@breaks(Rule.ROLE)
def approval_dated_before_the_check_that_it_stands_on(site: Forge, honest: bool) -> None:
    give(site, delegation(until="2026-03-25" if honest else "2026-03-22"))
    draft = a_submitted_post(site)
    site.decide(draft, "check", *LEAD, date=at(24))
    site.decide(draft, "approve", *DELEGATE, date=at(24, "11:00") if honest else at(22))
    publish(site, draft, DELEGATE, at(24, "12:00"))


@breaks(Rule.ROLE)
def approval_dated_before_the_edition_that_an_update_took_in(site: Forge, honest: bool) -> None:
    """A draft stands on all of main that it holds, not only on where it began."""
    give(site)
    draft = a_saved_post(site)
    site.govern({"school.toml": b'name = "x"\n'}, date=at(21) if honest else at(23))
    site.update(draft, *TEACHER, {}, date=at(21, "11:00"))
    site.decide(draft, "submit", *TEACHER, date=at(21, "11:00"))
    site.decide(draft, "check", *LEAD, date=at(21, "11:00"))
    site.decide(draft, "approve", *DELEGATE, date=at(21, "11:00"))
    publish(site, draft, DELEGATE, at(24))


@breaks(Rule.ROLE)
def approval_dated_after_its_publication(site: Forge, honest: bool) -> None:
    give(site, delegation(since="2026-03-22"))
    draft = a_checked_post(site)
    site.decide(draft, "approve", *DELEGATE, date=at(22))
    publish(site, draft, DELEGATE, at(22) if honest else at(21))


# What


@breaks(Rule.APPROVER)
def approval_outside_the_delegated_field(site: Forge, honest: bool) -> None:
    fields = '["nuoi-duong", "chuyen-mon"]' if honest else '["nuoi-duong"]'
    give(site, delegation(fields=fields))
    approve(site, a_checked_post(site))


@breaks(Rule.APPROVER)
def own_field_of_somebody_who_is_no_vice_principal(site: Forge, honest: bool) -> None:
    """Fields that a row holds by accident are not lent along."""
    fields = '["nuoi-duong", "chuyen-mon"]' if honest else '["nuoi-duong"]'
    row = site.person(NHA_TRE).replace("fields = []", "fields = ['chuyen-mon']")
    roster = site.roster(**{NHA_TRE: row}) + delegation(fields=fields).encode()
    site.govern({"roster.toml": roster})
    approve(site, a_checked_post(site))


@breaks(Rule.APPROVER)
def the_other_vice_principal_after_the_days(site: Forge, honest: bool) -> None:
    give(site, delegation("pht.nuoiduong"))
    approve(site, a_checked_post(site), VICE_NUTRITION, at(22) if honest else at(23))


@breaks(Rule.APPROVER)
def delegate_who_wrote_the_text(site: Forge, honest: bool) -> None:
    give(site, delegation(TEACHER[0]))
    draft = a_checked_post(site)
    approve(site, draft, VICE if honest else (TEACHER[0], "vice_principal"))


@breaks(Rule.APPROVER)
def delegate_who_checked_the_text(site: Forge, honest: bool) -> None:
    give(site, delegation(LEAD[0]))
    draft = a_checked_post(site)
    approve(site, draft, VICE if honest else (LEAD[0], "vice_principal"))


@breaks(Rule.CHECKER)
def check_of_a_team_that_was_not_delegated(site: Forge, honest: bool) -> None:
    """Who leads another team for some days does not lead the own one with it."""
    teams = '["nha-tre", "mau-giao"]' if honest else '["nha-tre"]'
    give(site, delegation("co.giaovien4b", "team_lead", groups=teams))
    draft = a_submitted_post(site)
    site.decide(draft, "check", "co.giaovien4b", "team_lead", date=at(21))
    approve(site, draft, VICE)


@breaks(Rule.SEQUENCE)
def no_check_since_the_submitter_led_the_team_last_week(site: Forge, honest: bool) -> None:
    give(site, delegation(CLERK[0], "team_lead", groups='["mau-giao"]'))
    draft = site.draft("posts", "trung-thu")
    site.save(draft, *CLERK, {"index.md": entry("Trung thu", "mau-giao")}, date=at(21))
    if not honest:
        # Else somebody outside the team submits, which another rule refuses.
        row = site.person(CLERK[0]).replace("['van-phong']", "['van-phong', 'mau-giao']")
        rows = delegation(CLERK[0], "team_lead", groups='["mau-giao"]').encode()
        site.govern({"roster.toml": site.roster(vanthu=row) + rows})
    site.decide(draft, "submit", *CLERK, date=at(22) if honest else at(23))
    approve(site, draft, VICE, at(23))


@breaks(Rule.APPROVER)
def page_of_the_delegate_of_the_principal(site: Forge, honest: bool) -> None:
    """A vice-principal stands in where the principal himself wrote, not where his delegate did."""
    writer = PRINCIPAL if honest else VICE
    give(site, delegation(VICE[0], "principal"))
    draft = site.draft("pages", "muc-tieu")
    site.save(draft, *writer, {"index.md": entry("Mục tiêu", "bgh")}, date=at(21))
    site.decide(draft, "submit", *writer, date=at(21))
    approve(site, draft, VICE_NUTRITION)


@breaks(Rule.GOVERNANCE)
def delegate_of_the_principal_governs(site: Forge, honest: bool) -> None:
    give(site, delegation(VICE[0], "principal"))
    roster = site.roster() + delegation(VICE[0], "principal", until="2026-03-23").encode()
    actor = PRINCIPAL[0] if honest else VICE[0]
    site.govern({"roster.toml": roster}, actor=actor, date=at(21))


@breaks(Rule.GOVERNANCE)
def vice_principal_who_gives_a_delegation(site: Forge, honest: bool) -> None:
    give(site, actor=PRINCIPAL[0] if honest else VICE[0])


@breaks(Rule.ROLE)
def takedown_by_a_delegate_after_the_days(site: Forge, honest: bool) -> None:
    take_down(site, at(22) if honest else at(23))


@breaks(Rule.ROLE)
def takedown_dated_before_what_it_stands_on(site: Forge, honest: bool) -> None:
    take_down(site, at(22), given=at(20) if honest else at(23))


def take_down(site: Forge, when: str, given: str = "") -> None:
    give(site, date=given or at(20))
    order = (
        f'[[takedowns]]\nentry = "khai-giang"\nkind = "error"\nreason = "Nhầm"\n'
        f'by = "{NHA_TRE}"\nsince = 2026-03-22T10:00:00+07:00\n'
    )
    act = Act("takedown", *DELEGATE, "khai-giang", "posts", date=when)
    files = site.trees[site.main] | site.files({"governance/orders.toml": order.encode()})
    site.move_main(site.commit(files, [site.main], act))


# Rows that nobody may write


ROWS: Final[dict[str, dict[str, str]]] = {
    "for the site administrator": {"person": '"quantri.web"'},
    "for nobody": {"person": '"khong.ai"'},
    "of a role that decides nothing": {"role": '"clerk"', "fields": ""},
    "of a vice-principal without a field": {"fields": ""},
    "of a vice-principal with a team": {"groups": '["mau-giao"]'},
    "of a team lead without a team": {"role": '"team_lead"', "fields": ""},
    "of a team lead of an unknown team": {
        "role": '"team_lead"',
        "fields": "",
        "groups": '["khong-co"]',
    },
    "of the principal's role with a field": {"role": '"principal"'},
    "that ends before it begins": {"until": "2026-03-19"},
    "for more than a year": {"until": "2027-03-21"},
    "without an end": {"until": ""},
    "without a first day": {"since": ""},
    "with a moment in place of a day": {"since": "2026-03-20T00:00:00+07:00"},
    "without a decision": {"decision": ""},
    "with an empty decision": {"decision": '""'},
    "ended on a day in place of a moment": {"ended": "2026-03-21"},
    "ended at a moment without a zone": {"ended": "2026-03-21T08:00:00"},
    "with an unknown key": {"also": '"người khác"'},
}


@pytest.mark.parametrize("name", ROWS)
def test_a_delegation_is_refused(site: Forge, name: str) -> None:
    give(site, delegation(**ROWS[name]))

    report = verify(site.path)

    assert (report.ok, report.rule) == (False, Rule.ROSTER), report


def test_a_delegation_of_each_role_for_a_whole_year_is_accepted(site: Forge) -> None:
    give(
        site,
        delegation(until="2027-03-20"),
        delegation("co.giaovien4b", "team_lead", groups='["mau-giao"]'),
        delegation(VICE[0], "principal", ended="2026-03-21T08:00:00+07:00"),
        # A former delegate may have become the principal: the row lends him nothing.
        delegation(PRINCIPAL[0]),
    )

    report = verify(site.path)

    assert report.ok, report


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
