"""The auditor's judgement of one draft, on paper: the rules of DESIGN §3 without git or signatures.

The attacks in test_verification.py try the same rules on real repositories.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import Any

import pytest

from tests.workflow.paper import (
    ADMIN,
    CLERK,
    LEAD,
    MORNING,
    NUTRITION,
    NUTRITION_VICE,
    OTHER_LEAD,
    PRINCIPAL,
    TEACHER,
    VICE,
    a_school,
)
from workflow import verification as auditor
from workflow.roster import Governance
from workflow.verification import Broken, Rule

Act = tuple[str, str, str]
DAY = date(2026, 11, 24)
EVENING = MORNING + timedelta(hours=12)
WRITTEN = (("save", TEACHER, "teacher"), ("submit", TEACHER, "teacher"))
CHECKED = (*WRITTEN, ("check", LEAD, "team_lead"))
APPROVED = (*CHECKED, ("approve", VICE, "vice_principal"))
BY_PRINCIPAL = ("approve", PRINCIPAL, "principal")
BY_VICE = ("approve", VICE, "vice_principal")
BY_OTHER_VICE = ("approve", NUTRITION_VICE, "vice_principal")
URGED = (*WRITTEN, ("urgent", NUTRITION_VICE, "vice_principal"))


def by(who: str, role: str, *acts: str) -> tuple[Act, ...]:
    return tuple((act, who, role) for act in acts)


def seen_by_the_auditor(school: Governance, *delegations: auditor.Delegation) -> auditor.Governance:
    """Return a school as the auditor keeps it."""
    return auditor.Governance(
        people={
            name: auditor.Person(
                frozenset(map(str, person.roles)),
                frozenset(person.groups),
                person.fields,
                person.key,
                frozenset(person.leads),
            )
            for name, person in school.people.items()
        },
        groups={name: auditor.Group(g.kind, g.field) for name, g in school.groups.items()},
        steps={
            name: auditor.Steps(
                frozenset(map(str, steps.write)),
                steps.check,
                frozenset(map(str, steps.approve)),
                steps.skip_check_for,
                steps.groups,
            )
            for name, steps in school.steps.items()
        },
        orders=auditor.Orders(frozen=False, takedowns=(), erasures=()),
        principal=school.principal.username,
        recovery=auditor.Recovery("", ()),
        roster={},
        delegations=delegations,
    )


def a_draft(*acts: Act, kind: str = "posts", note: str = "Bão vào sáng mai.") -> auditor.Draft:
    commits = [
        auditor.Commit(
            f"{minute:040}",
            "",
            (),
            None,
            b"",
            {"Action": act, "Actor": who, "Role": role, "Type": kind},
            note,
            MORNING + timedelta(minutes=minute),
        )
        for minute, (act, who, role) in enumerate(acts)
    ]
    place = auditor.Place(kind, "2026", "20261124-abcd")
    earliest = stands_on(commits, MORNING - timedelta(hours=1))
    return auditor.Draft(0, 0, commits, place, "", earliest, EVENING)


def stands_on(commits: Sequence[auditor.Commit], forked: datetime) -> dict[str, datetime]:
    """Return the latest date that each commit of a draft stands on, by the commit's name."""
    dates = accumulate((forked, *(commit.when for commit in commits)), max)
    return {commit.oid: date for commit, date in zip(commits, dates, strict=False)}


def verdict(
    *acts: Act,
    kind: str = "posts",
    group: str = "mau-giao",
    school: auditor.Governance | None = None,
    note: str = "Bão vào sáng mai.",
) -> Rule | None:
    """Return the rule that the draft breaks, or None when its last act counts as the approval."""
    draft = a_draft(*acts, kind=kind, note=note)
    try:
        approval = auditor.decide(draft, school or seen_by_the_auditor(a_school()), group)
    except Broken as broken:
        return broken.rule
    assert approval is draft.commits[-1]
    return None


@pytest.mark.parametrize(
    ("acts", "kind", "group"),
    [
        (APPROVED, "posts", "mau-giao"),
        ((*CHECKED, BY_PRINCIPAL), "posts", "mau-giao"),
        (URGED, "posts", "mau-giao"),
        ((*CHECKED, ("urgent", PRINCIPAL, "principal")), "posts", "mau-giao"),
        # decisions before an edit, a return or an abandonment are void
        ((*APPROVED, ("update", TEACHER, "teacher"), *APPROVED[1:]), "posts", "mau-giao"),
        ((*CHECKED, ("return", VICE, "vice_principal"), *APPROVED[1:]), "posts", "mau-giao"),
        ((*CHECKED, ("abandon", TEACHER, "teacher"), *APPROVED[1:]), "posts", "mau-giao"),
        # who needs no check
        ((*by(LEAD, "team_lead", "save", "submit"), BY_VICE), "posts", "mau-giao"),
        ((*by(VICE, "vice_principal", "save", "submit"), BY_PRINCIPAL), "posts", "mau-giao"),
        ((*by(CLERK, "clerk", "save", "submit"), BY_VICE), "posts", "van-phong"),
        ((*by(ADMIN, "site_admin", "save", "submit"), BY_PRINCIPAL), "pages", "van-phong"),
        ((("save", LEAD, "team_lead"), WRITTEN[1], BY_VICE), "posts", "mau-giao"),
        # the leader of the field wrote, so another one stands in
        ((*by(VICE, "vice_principal", "save", "submit"), BY_OTHER_VICE), "posts", "mau-giao"),
        ((*by(PRINCIPAL, "principal", "save", "submit"), BY_OTHER_VICE), "posts", "mau-giao"),
        ((*by(PRINCIPAL, "principal", "save", "submit"), BY_VICE), "pages", "van-phong"),
        # a second pair of eyes
        (
            (*by(CLERK, "clerk", "save", "submit"), ("check", ADMIN, "site_admin"), BY_VICE),
            "circulars",
            "van-phong",
        ),
        (
            (*by(CLERK, "clerk", "save", "submit"), ("check", OTHER_LEAD, "team_lead"), BY_VICE),
            "circulars",
            "van-phong",
        ),
        # somebody who wrote has left the school since
        ((("save", "gone", "teacher"), *APPROVED[1:]), "posts", "mau-giao"),
    ],
)
def test_what_followed_the_rules_counts(acts: tuple[Act, ...], kind: str, group: str) -> None:
    assert verdict(*acts, kind=kind, group=group) is None


@pytest.mark.parametrize(
    ("acts", "kind", "group", "rule"),
    [
        (APPROVED[1:], "posts", "mau-giao", Rule.SEQUENCE),
        (WRITTEN[:1], "posts", "mau-giao", Rule.SEQUENCE),
        (CHECKED, "posts", "mau-giao", Rule.SEQUENCE),
        ((*WRITTEN, BY_VICE), "posts", "mau-giao", Rule.SEQUENCE),
        ((WRITTEN[0], CHECKED[2], BY_VICE), "posts", "mau-giao", Rule.SEQUENCE),
        ((*CHECKED, CHECKED[2], BY_VICE), "posts", "mau-giao", Rule.SEQUENCE),
        ((*APPROVED, BY_PRINCIPAL), "posts", "mau-giao", Rule.SEQUENCE),
        ((*APPROVED, WRITTEN[0]), "posts", "mau-giao", Rule.SEQUENCE),
        ((*CHECKED, ("update", TEACHER, "teacher"), BY_VICE), "posts", "mau-giao", Rule.SEQUENCE),
        (
            (*by(OTHER_LEAD, "team_lead", "save", "submit"), BY_VICE),
            "posts",
            "mau-giao",
            Rule.WRITER,
        ),
        ((*by(CLERK, "clerk", "save", "submit"), BY_VICE), "circulars", "van-phong", Rule.SEQUENCE),
        (
            (*by(NUTRITION, "team_lead", "save", "submit"), BY_OTHER_VICE),
            "menus",
            "mau-giao",
            Rule.WRITER,
        ),
        (
            (*WRITTEN, ("check", OTHER_LEAD, "team_lead"), BY_VICE),
            "posts",
            "mau-giao",
            Rule.CHECKER,
        ),
        ((*WRITTEN, ("check", LEAD, "teacher"), BY_VICE), "posts", "mau-giao", Rule.CHECKER),
        ((*WRITTEN, ("check", ADMIN, "site_admin"), BY_VICE), "posts", "mau-giao", Rule.CHECKER),
        (
            (
                *by(CLERK, "clerk", "save", "submit"),
                ("check", VICE, "vice_principal"),
                BY_PRINCIPAL,
            ),
            "circulars",
            "van-phong",
            Rule.CHECKER,
        ),
        (
            (*by(CLERK, "clerk", "save", "submit"), ("check", LEAD, "team_lead"), BY_PRINCIPAL),
            "pages",
            "van-phong",
            Rule.CHECKER,
        ),
        (
            (("save", LEAD, "team_lead"), WRITTEN[1], ("check", LEAD, "team_lead"), BY_VICE),
            "posts",
            "mau-giao",
            Rule.CHECKER,
        ),
        (
            (*by(LEAD, "team_lead", "save", "submit"), BY_VICE),
            "circulars",
            "mau-giao",
            Rule.SEQUENCE,
        ),
        ((*CHECKED, BY_OTHER_VICE), "posts", "mau-giao", Rule.APPROVER),
        ((*CHECKED, ("approve", LEAD, "team_lead")), "posts", "mau-giao", Rule.APPROVER),
        ((*CHECKED, ("approve", LEAD, "principal")), "posts", "mau-giao", Rule.APPROVER),
        ((*CHECKED, ("urgent", LEAD, "principal")), "posts", "mau-giao", Rule.APPROVER),
        ((*CHECKED, ("approve", ADMIN, "site_admin")), "posts", "mau-giao", Rule.APPROVER),
        (
            (*by(VICE, "vice_principal", "save", "submit"), BY_VICE),
            "posts",
            "mau-giao",
            Rule.APPROVER,
        ),
        (
            (*by(ADMIN, "site_admin", "save", "submit"), BY_VICE),
            "pages",
            "van-phong",
            Rule.APPROVER,
        ),
        ((*WRITTEN, ("urgent", LEAD, "team_lead")), "posts", "mau-giao", Rule.APPROVER),
        (
            (*by(VICE, "vice_principal", "save", "submit", "urgent"),),
            "posts",
            "mau-giao",
            Rule.APPROVER,
        ),
        (
            (
                *by(NUTRITION, "team_lead", "save", "submit"),
                ("check", NUTRITION, "team_lead"),
                BY_PRINCIPAL,
            ),
            "menus",
            "nuoi-duong",
            Rule.CHECKER,
        ),
        (
            (*by(NUTRITION, "team_lead", "save", "submit"), BY_PRINCIPAL),
            "menus",
            "nuoi-duong",
            Rule.APPROVER,
        ),
    ],
)
def test_what_broke_a_rule_is_named_by_it(
    acts: tuple[Act, ...], kind: str, group: str, rule: Rule
) -> None:
    assert verdict(*acts, kind=kind, group=group) is rule


def test_the_reason_of_an_urgent_publication_is_asked_for() -> None:
    assert verdict(*URGED, note="") is Rule.URGENT
    assert verdict(*APPROVED, note="") is None


def test_a_field_in_a_teachers_row_opens_no_door() -> None:
    school = seen_by_the_auditor(a_school())
    teacher = school.people[TEACHER]._replace(fields=frozenset({"chuyen-mon"}))
    school = replace(school, people={**school.people, TEACHER: teacher})

    assert verdict(*CHECKED, BY_OTHER_VICE, school=school) is Rule.APPROVER


def test_without_an_edit_all_decisions_count() -> None:
    commits = a_draft(*CHECKED[1:]).commits

    assert auditor.counting_decisions(commits) == commits


# Delegations


def given(person: str, role: str, **changed: Any) -> auditor.Delegation:
    nothing: frozenset[str] = frozenset()
    return auditor.Delegation(person, role, nothing, nothing, DAY, DAY, None)._replace(**changed)


BY_DELEGATE = ("approve", OTHER_LEAD, "vice_principal")
STANDS_IN = given(OTHER_LEAD, "vice_principal", fields=frozenset({"chuyen-mon"}))
WRONG_FIELD = STANDS_IN._replace(fields=frozenset({"nuoi-duong"}))


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        (STANDS_IN, None),
        (WRONG_FIELD, Rule.APPROVER),
        (STANDS_IN._replace(since=date(2026, 11, 25)), Rule.APPROVER),
        (STANDS_IN._replace(until=date(2026, 11, 23)), Rule.APPROVER),
        (STANDS_IN._replace(ended=MORNING), Rule.APPROVER),
        (STANDS_IN._replace(ended=MORNING + timedelta(minutes=3)), Rule.APPROVER),
        (STANDS_IN._replace(ended=MORNING + timedelta(minutes=4)), None),
    ],
)
def test_a_delegate_approves_in_the_field_and_on_the_days_lent(
    row: auditor.Delegation, rule: Rule | None
) -> None:
    assert verdict(*CHECKED, BY_DELEGATE, school=seen_by_the_auditor(a_school(), row)) is rule


def test_a_lent_lead_checks_for_the_named_group_and_submits_for_it() -> None:
    row = given(OTHER_LEAD, "team_lead", groups=frozenset({"mau-giao"}))
    school = seen_by_the_auditor(a_school(), row)

    check = ("check", OTHER_LEAD, "team_lead")
    assert verdict(*WRITTEN, check, BY_VICE, school=school) is None
    wrote = by(OTHER_LEAD, "team_lead", "save", "submit")
    assert verdict(*wrote, BY_VICE, school=school) is None


def test_the_days_are_those_of_vietnam_wherever_the_auditor_stands(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    midnight = MORNING.replace(hour=0)
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", "UTC0")
        time.tzset()
        covered = [STANDS_IN.covers(midnight + timedelta(hours=hours)) for hours in (-1, 0, 23, 24)]
    time.tzset()

    assert covered == [False, True, True, False]


def test_lending_adds_to_what_a_person_has_but_for_fields_without_the_role() -> None:
    school = seen_by_the_auditor(a_school())
    lead = school.people[LEAD]._replace(fields=frozenset({"x"})).lent(STANDS_IN)
    vice = school.people[VICE].lent(WRONG_FIELD)

    assert lead.roles == {"team_lead", "vice_principal"}
    assert lead.fields == {"chuyen-mon"}
    assert lead.groups == lead.leads == {"mau-giao"}
    assert vice.fields == {"chuyen-mon", "nuoi-duong"}
    two = school.people[LEAD].lent(given(LEAD, "team_lead", groups=frozenset({"nha-tre"})))
    assert two.groups == two.leads == {"mau-giao", "nha-tre"}


def test_the_principal_is_lent_nothing_and_a_loan_is_not_lent_on() -> None:
    rows = (given(PRINCIPAL, "team_lead", groups=frozenset({"x"})), STANDS_IN)
    school = seen_by_the_auditor(a_school(), *rows).acting(MORNING)

    assert school.people[PRINCIPAL].roles == {"principal"}
    assert school.has_role(OTHER_LEAD, "vice_principal")
    assert not school.has_role("gone", "vice_principal")
    assert school.delegations == ()
    assert school.leads_of("mau-giao") == {LEAD}


@pytest.mark.parametrize(
    ("forked", "signed", "published", "counts"),
    [
        (0, 3, 9, True),
        (3, 3, 3, True),
        (4, 3, 9, False),
        (0, 3, 2, False),
        (0, 1, 9, False),  # before the check that it follows
        (0, 2, 9, True),
    ],
)
def test_a_date_out_of_order_brings_no_delegation(
    forked: int, signed: int, published: int, counts: bool
) -> None:
    school = seen_by_the_auditor(a_school(), STANDS_IN)
    draft = a_draft(*CHECKED, BY_DELEGATE)

    def minute(number: int) -> datetime:
        return MORNING + timedelta(minutes=number)

    approval = replace(draft.commits[-1], when=minute(signed))
    draft = replace(
        draft,
        commits=[*draft.commits[:-1], approval],
        earliest=stands_on(draft.commits, minute(forked)),
        published=minute(published),
    )
    found = draft.acting(approval, school).has_role(OTHER_LEAD, "vice_principal")
    assert found is counts


# Who may write


@pytest.mark.parametrize(
    ("who", "role", "kind", "may"),
    [
        (TEACHER, "teacher", "posts", True),
        (TEACHER, "teacher", "circulars", False),
        (TEACHER, "teacher", "albums", False),
        (CLERK, "clerk", "circulars", True),
        (NUTRITION, "team_lead", "menus", True),
        (LEAD, "team_lead", "menus", False),
    ],
)
def test_who_may_write_a_kind_of_entry(who: str, role: str, kind: str, may: bool) -> None:
    change = a_draft(("save", who, role), kind=kind).commits[0]

    assert auditor.may_write(change, seen_by_the_auditor(a_school())) is may


def test_who_answers_for_groups_belongs_to_all_of_them_or_leads_the_school() -> None:
    school = seen_by_the_auditor(a_school())

    assert auditor.answers_for(TEACHER, {"mau-giao"}, school)
    assert not auditor.answers_for(TEACHER, {"mau-giao", "nha-tre"}, school)
    assert auditor.answers_for(VICE, {"nha-tre"}, school)
