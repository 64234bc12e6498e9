"""The governance files, read and written: what a school's people, groups, steps and orders say."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import tomli_w

from tests.workflow.paper import (
    ADMIN,
    LEAD,
    MORNING,
    NUTRITION_VICE,
    OTHER_LEAD,
    PRINCIPAL,
    ROSTER,
    SCHOOL,
    STAFF,
    TEACHER,
    VICE,
    WORKFLOW,
    a_school,
    with_person,
)
from workflow import roster
from workflow.clock import VIETNAM
from workflow.delegations import Delegation
from workflow.roster import Governance, InvalidGovernance, Recovery, load
from workflow.states import Role

DAY = date(2026, 11, 24)


def changed(**rows: Any) -> bytes:
    """Return the starter roster with tables added or replaced."""
    return tomli_w.dumps(tomllib.loads(ROSTER.decode()) | rows).encode()


def governance(orders: str = "", **rows: Any) -> Governance:
    return load(changed(**rows), WORKFLOW, SCHOOL, orders.encode())


def refused(match: str, *files: bytes) -> None:
    with pytest.raises(InvalidGovernance, match=match):
        load(*files)


# Reading


def test_a_person_is_what_the_row_says() -> None:
    people = {
        "hieutruong": {"name": "Cô Hiệu", "roles": ["principal"]},
        "b": {"name": "B", "roles": ["team_lead"]},
        "a": {
            "name": "Cô A",
            "roles": ["teacher", "team_lead"],
            "groups": ["x", "y"],
            "fields": ["z"],
            "key": "k",
        },
    }
    school = governance(people=people)

    assert school.people == school.appointed
    assert list(school.people) == ["hieutruong", "b", "a"]
    assert (school.people["b"].groups, school.people["b"].leads) == ((), ())
    assert school.people["a"] == roster.Person(
        username="a",
        name="Cô A",
        roles=frozenset({Role.TEACHER, Role.TEAM_LEAD}),
        groups=("x", "y"),
        fields=frozenset({"z"}),
        key="k",
        leads=("x", "y"),
    )
    assert school.principal == roster.Person(
        "hieutruong", "Cô Hiệu", frozenset({Role.PRINCIPAL}), (), frozenset(), "", ()
    )


def test_only_a_team_lead_leads_the_groups_of_the_row() -> None:
    people = a_school().people

    assert people[LEAD].leads == ("mau-giao",)
    assert people[TEACHER].groups == ("mau-giao",)
    assert people[TEACHER].leads == ()


def test_groups_and_steps_are_what_the_files_say() -> None:
    workflow = b"""
[posts]
write = ["teacher"]
check = "group_lead"
approve = ["principal"]
skip_check_for = ["office"]
groups = ["x"]
[pages]
write = []
check = "none"
approve = []
"""
    groups = {
        "x": {"name": "X", "kind": "team", "field": "f"},
        "y": {"name": "Y", "kind": "office"},
    }
    school = load(changed(groups=groups), workflow, SCHOOL)

    assert school.groups == {
        "x": roster.Group("x", "X", "team", "f"),
        "y": roster.Group("y", "Y", "office", ""),
    }
    assert school.steps["posts"] == roster.Steps(
        write=frozenset({Role.TEACHER}),
        check="group_lead",
        approve=frozenset({Role.PRINCIPAL}),
        skip_check_for=frozenset({"office"}),
        groups=frozenset({"x"}),
    )
    nobody: frozenset[Any] = frozenset()
    assert school.steps["pages"] == roster.Steps(nobody, "none", nobody, nobody, nobody)


def test_the_profile_of_the_school_gives_its_categories_in_order() -> None:
    school = load(ROSTER, WORKFLOW, b'name = "T"\n[categories]\nb = "B"\na = "A"\n')

    assert school.school["name"] == "T"
    assert list(school.categories.items()) == [("b", "B"), ("a", "A")]
    assert load(ROSTER, WORKFLOW, b"").categories == {}


ORDERS = f"""
[freeze]
reason = "Nghỉ Tết"
[[takedowns]]
entry = "e1"
kind = "error"
reason = "Sai"
by = "pht.chuyenmon"
since = 2026-11-24T08:00:00+07:00
[[erasures]]
sha256 = "{"a" * 64}"
entry = "e2"
reason = "Ảnh"
by = "hieutruong"
since = 2026-11-24T08:00:00+07:00
"""


def test_orders_stand_by_entry_and_by_file() -> None:
    school = governance(ORDERS)

    assert school.frozen == "Nghỉ Tết"
    assert school.takedowns == {"e1": roster.Takedown("e1", "error", "Sai", VICE, MORNING)}
    assert school.erasures == {"a" * 64: roster.Erasure("a" * 64, "e2", "Ảnh", PRINCIPAL, MORNING)}


@pytest.mark.parametrize("orders", ["", "[freeze]\n"])
def test_without_orders_nothing_is_frozen_down_or_erased(orders: str) -> None:
    school = governance(orders)

    assert (school.frozen, school.takedowns, school.erasures) == ("", {}, {})


def test_a_roster_that_names_nobody_can_still_be_read() -> None:
    school = load(b"", WORKFLOW, SCHOOL)

    assert (school.people, school.groups, school.delegations) == ({}, {}, ())
    assert school.recovery == Recovery("", ())


def test_the_recovery_key_and_its_uses_are_read_oldest_first() -> None:
    later = MORNING + timedelta(days=1)
    spent = [{"by": "a", "since": MORNING}, {"by": "b", "since": later}]

    assert governance(recovery={"key": "k", "spent": spent}).recovery == Recovery(
        "k", (("a", MORNING), ("b", later))
    )
    assert governance(recovery={}).recovery == Recovery("", ())


# What no school can be


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ((b"people = ", WORKFLOW, SCHOOL), "Invalid value"),
        ((b"\xff", WORKFLOW, SCHOOL), "decode"),
        ((ROSTER, b"[posts", SCHOOL), "Expected"),
        ((ROSTER, WORKFLOW, b"name"), "Expected"),
        ((ROSTER, WORKFLOW, SCHOOL, b"[[takedowns]]\nkind = 'error'"), "entry"),
        ((ROSTER, WORKFLOW, SCHOOL, b"[[erasures]]\nentry = 'e'"), "sha256"),
        ((b'[people.a]\nname = "A"\nroles = ["king"]', WORKFLOW, SCHOOL), "king"),
        ((b'[people.a]\nname = "A"', WORKFLOW, SCHOOL), "roles"),
        ((b'[people.a]\nname = "A"\nroles = 3', WORKFLOW, SCHOOL), "int"),
        ((b"[people.a]\nroles = []", WORKFLOW, SCHOOL), "name"),
        ((b'[groups.a]\nname = "A"', WORKFLOW, SCHOOL), "kind"),
        (
            (ROSTER, b'[posts]\nwrite = []\ncheck = "maybe"\napprove = []', SCHOOL),
            "unknown check: maybe",
        ),
        ((ROSTER, b'[posts]\nwrite = ["king"]\ncheck = "none"\napprove = []', SCHOOL), "king"),
        ((ROSTER, b'[posts]\nwrite = []\ncheck = "none"\napprove = ["king"]', SCHOOL), "king"),
    ],
)
def test_files_that_break_a_rule_are_refused_with_the_cause(
    files: tuple[bytes, ...], words: str
) -> None:
    refused(words, *files)


@pytest.mark.parametrize("check", ["group_lead", "second_reader", "none"])
def test_three_kinds_of_check_are_known(check: str) -> None:
    steps = f'[posts]\nwrite = []\ncheck = "{check}"\napprove = []'.encode()

    assert load(ROSTER, steps, SCHOOL).steps["posts"].check == check


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SITE_ADMIN])
def test_the_administrator_holds_no_role_that_decides(role: Role) -> None:
    deciding = role in {Role.TEAM_LEAD, Role.VICE_PRINCIPAL, Role.PRINCIPAL}
    row = {"name": "A", "roles": ["site_admin", role.value]}
    files = (changed(people={"a": row}), WORKFLOW, SCHOOL)

    roster.check_roles("a", frozenset({role}))
    roster.check_roles("a", frozenset({Role.SITE_ADMIN}))
    if deciding:
        refused("^a: the site administrator", *files)
    else:
        load(*files)


def given(person: str, role: str, **more: Any) -> dict[str, Any]:
    row = {"person": person, "role": role, "since": DAY, "until": DAY, "decision": "1/QĐ"}
    return row | more


def test_nor_does_the_administrator_by_delegation() -> None:
    refused(
        "^quantri.web: the site", changed(delegations=[given(ADMIN, "principal")]), WORKFLOW, SCHOOL
    )
    refused("gone", changed(delegations=[given("gone", "principal")]), WORKFLOW, SCHOOL)


# Writing


def test_keys_are_set_and_nothing_else_is_touched() -> None:
    written = tomllib.loads(roster.with_keys(ROSTER, {TEACHER: "k1", LEAD: "k2"}).decode())
    before = tomllib.loads(ROSTER.decode())

    assert (written["people"][TEACHER].pop("key"), written["people"][LEAD].pop("key")) == (
        "k1",
        "k2",
    )
    assert written == before


def test_a_key_for_nobody_is_refused_by_name() -> None:
    with pytest.raises(InvalidGovernance, match=r"^not in the roster: a, b$"):
        roster.with_keys(ROSTER, {"b": "k", "a": "k", TEACHER: "k"})
    with pytest.raises(InvalidGovernance, match=r"^not in the roster: a$"):
        roster.with_keys(b"", {"a": "k"})


def test_a_recovery_key_is_set_with_its_day() -> None:
    written = roster.with_recovery(changed(recovery={"key": "old"}), "new", MORNING)

    table = tomllib.loads(written.decode())
    assert table.pop("recovery") == {"key": "new", "since": MORNING}
    assert table == tomllib.loads(ROSTER.decode())


def test_stock_git_reads_who_signs_with_which_key() -> None:
    school = with_person(a_school(), TEACHER, key="")
    lines = roster.allowed_signers(school.people[name] for name in (VICE, TEACHER, LEAD))

    assert lines == (
        f'{VICE}@toasoan.invalid namespaces="git" key of {VICE}\n'
        f'{LEAD}@toasoan.invalid namespaces="git" key of {LEAD}\n'
    )


@pytest.mark.parametrize("name", ["a1", "0-_.", "a" * 40, *STAFF])
def test_a_user_name_is_small_letters_digits_and_three_marks(name: str) -> None:
    assert roster.USERNAME.match(name)


@pytest.mark.parametrize(
    "name", ["", "a", "a" * 41, "-a", ".a", "_a", "Aa", "aA", "a b", "ab\n", "cô", "a@b"]
)
def test_other_user_names_are_refused(name: str) -> None:
    assert not roster.USERNAME.match(name)
    assert "chữ thường không dấu" in str(roster.USERNAME_WORDS)


def test_the_files_stand_where_every_clone_looks_for_them() -> None:
    names = ("roster", "workflow", "school", "orders")

    assert tuple(f"governance/{name}.toml" for name in names) == roster.FILES


# People


def test_people_are_found_by_role_in_the_order_of_the_roster() -> None:
    school = a_school()

    leads = [p.username for p in school.with_role(Role.TEAM_LEAD)]
    assert leads == [name for name in school.people if Role.TEAM_LEAD in school.people[name].roles]
    leaders = school.with_role(Role.PRINCIPAL, Role.VICE_PRINCIPAL)
    assert [p.username for p in leaders] == [PRINCIPAL, VICE, NUTRITION_VICE]
    assert [p.username for p in school.leads_of("mau-giao")] == [LEAD]
    assert school.leads_of("van-phong") == []


def test_a_persons_roles_in_words_in_the_order_of_the_roles() -> None:
    person = replace(a_school().people[LEAD], roles=frozenset({Role.CLERK, Role.TEAM_LEAD}))

    made = roster.Person("a", "A", frozenset(), (), frozenset(), "")
    assert (made.leads, made.lent, made.role_labels) == ((), frozenset(), "")
    assert person.role_labels == f"{Role.TEAM_LEAD.label}, {Role.CLERK.label}"
    assert person.has(Role.CLERK)
    assert not person.has(Role.TEACHER)


# Who acts for whom


def lending(*rows: dict[str, Any], at: datetime = MORNING) -> Governance:
    return governance(delegations=list(rows)).acting(at)


def test_a_delegation_is_read_and_lends_nothing_by_itself() -> None:
    school = governance(delegations=[given(TEACHER, "team_lead", groups=["nha-tre"])])

    assert school.delegations == (
        Delegation(TEACHER, Role.TEAM_LEAD, ("nha-tre",), (), DAY, DAY, "1/QĐ"),
    )
    assert school.people[TEACHER].roles == {Role.TEACHER}


def test_a_lent_lead_leads_the_named_groups_and_not_his_own() -> None:
    school = lending(given(TEACHER, "team_lead", groups=["nha-tre", "mau-giao-2"]))
    teacher = school.people[TEACHER]

    assert teacher.roles == {Role.TEACHER, Role.TEAM_LEAD}
    assert teacher.own_roles == {Role.TEACHER}
    assert teacher.lent == {Role.TEAM_LEAD}
    assert teacher.groups == ("mau-giao", "nha-tre", "mau-giao-2")
    assert teacher.leads == ("nha-tre", "mau-giao-2")
    assert school.appointed[TEACHER].roles == {Role.TEACHER}


def test_a_lead_who_is_lent_another_group_leads_both_and_each_once() -> None:
    lead = lending(given(LEAD, "team_lead", groups=["nha-tre", "mau-giao"])).people[LEAD]

    assert lead.leads == ("mau-giao", "nha-tre")
    assert lead.groups == ("mau-giao", "nha-tre")
    assert lead.lent == frozenset()
    assert lead.own_roles == {Role.TEAM_LEAD}


def test_a_lent_vice_principal_stands_in_for_the_named_fields_and_no_others() -> None:
    people = tomllib.loads(ROSTER.decode())["people"]
    people[LEAD]["fields"] = ["nuoi-duong"]
    row = given(LEAD, "vice_principal", fields=["chuyen-mon"])
    school = load(changed(people=people, delegations=[row]), WORKFLOW, SCHOOL).acting(MORNING)

    assert school.people[LEAD].fields == {"chuyen-mon"}
    vice = lending(given(VICE, "vice_principal", fields=["nuoi-duong"])).people[VICE]
    assert vice.fields == {"chuyen-mon", "nuoi-duong"}
    assert vice.lent == frozenset()


def test_two_delegations_of_one_person_add_up() -> None:
    rows = (
        given(OTHER_LEAD, "vice_principal", fields=["chuyen-mon"]),
        given(OTHER_LEAD, "vice_principal", fields=["nuoi-duong"]),
        given(OTHER_LEAD, "principal"),
    )
    person = lending(*rows).people[OTHER_LEAD]

    assert person.fields == {"chuyen-mon", "nuoi-duong"}
    assert person.lent == {Role.VICE_PRINCIPAL, Role.PRINCIPAL}
    assert person.leads == ("nha-tre",)


def test_acting_starts_from_the_appointed_and_keeps_to_its_day() -> None:
    row = given(TEACHER, "team_lead", groups=["nha-tre"])
    today = lending(row)

    assert today.people[TEACHER].has(Role.TEAM_LEAD)
    assert not today.acting(MORNING + timedelta(days=1)).people[TEACHER].has(Role.TEAM_LEAD)
    assert not today.acting(MORNING - timedelta(days=1)).people[TEACHER].has(Role.TEAM_LEAD)
    assert today.acting(MORNING).people == today.people
    assert set(today.people) == set(today.appointed)


def test_whoever_acts_for_the_principal_there_is_one_principal() -> None:
    school = lending(given(TEACHER, "principal"), given(PRINCIPAL, "team_lead", groups=["nha-tre"]))

    assert school.principal.username == PRINCIPAL
    assert school.people[TEACHER].has(Role.PRINCIPAL)
    assert school.people[PRINCIPAL].roles == {Role.PRINCIPAL}  # lends, and is lent nothing


def test_the_day_is_a_day_in_vietnam() -> None:
    row = given(TEACHER, "principal")
    midnight = datetime(2026, 11, 24, 0, 0, tzinfo=VIETNAM).astimezone(UTC)

    assert lending(row, at=midnight).people[TEACHER].has(Role.PRINCIPAL)
    before = lending(row, at=midnight - timedelta(seconds=1))
    assert not before.people[TEACHER].has(Role.PRINCIPAL)
