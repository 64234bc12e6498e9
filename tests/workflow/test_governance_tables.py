"""What the auditor makes of ``governance/``: each table, each key, and what they say together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
import tomli_w

from tests.workflow.paper_forge import PaperForge, PaperObjects, forge, key_of
from tests.workflow.test_reading import broken
from workflow import signing
from workflow.verification import (
    Delegation,
    Erasure,
    Governance,
    Group,
    Orders,
    Person,
    Recovery,
    Rule,
    Spent,
    Steps,
    Table,
    Takedown,
    check_keys_apart,
    parse_toml,
    read_governance,
    read_orders,
    require_lasting_erasures,
    require_only_the_principal_changed,
)

DAY, WHEN = date(2026, 11, 24), datetime(2026, 11, 24, 8, tzinfo=timezone(timedelta(hours=7)))
NONE: frozenset[str] = frozenset()


__all__ = ["forge"]


def key(name: str) -> str:
    return signing.public_key_line(key_of(name))


def person(name: str, roles: list[str], **more: Any) -> dict[str, Any]:
    return {"name": name, "roles": roles, "key": key(name)} | more


def tables() -> dict[str, Any]:
    """Return a roster, the steps, a profile and orders with every key that may stand in them."""
    return {
        "roster": {
            "groups": {
                "bgh": {"name": "Ban giám hiệu", "kind": "office", "field": "chung"},
                "la": {"name": "Tổ lá", "kind": "team", "field": "chuyen-mon"},
                "cd": {"name": "Công đoàn", "kind": "union", "field": "chung"},
            },
            "people": {
                "hieutruong": person("hieutruong", ["principal"], groups=["bgh"], decision="1"),
                "pho": person("pho", ["vice_principal"], fields=["chuyen-mon"], since=DAY),
                "to.la": person("to.la", ["teacher", "team_lead"], groups=["la", "cd"]),
                "web": person("web", ["site_admin", "teacher"], groups=["bgh"]),
                "co": person("co", ["teacher"], groups=["la"]),
                "vanthu": person("vanthu", ["clerk"]),
                "bao.ve": person("bao.ve", ["staff"]),
            },
            "delegations": [
                {
                    "person": "co",
                    "role": "team_lead",
                    "groups": ["la"],
                    "since": DAY,
                    "until": DAY,
                    "decision": "2",
                },
                {
                    "person": "to.la",
                    "role": "vice_principal",
                    "fields": ["chuyen-mon"],
                    "since": DAY,
                    "until": DAY + timedelta(365),
                    "decision": "3",
                    "ended": WHEN,
                },
                {"person": "pho", "role": "principal", "since": DAY, "until": DAY, "decision": "4"},
            ],
            "recovery": {
                "key": key("paper"),
                "since": DAY,
                "spent": [{"key": key("old paper"), "by": "hieutruong", "since": DAY}],
            },
        },
        "workflow": {
            "posts": {
                "write": ["teacher", "staff"],
                "check": "group_lead",
                "approve": ["vice_principal", "principal"],
                "skip_check_for": ["office", "team", "union"],
                "groups": ["la"],
            },
            "circulars": {"write": ["clerk"], "check": "second_reader", "approve": ["principal"]},
            "pages": {"check": "none"},
        },
        "school": {"name": "Trường"},
        "orders": {
            "freeze": {"reason": "Nghỉ Tết", "since": WHEN},
            "takedowns": [
                {"entry": "bai", "kind": kind, "reason": "Nhầm", "by": "web", "since": WHEN}
                for kind in ("error", "explained", "personal_data")
            ],
            "erasures": [
                {"sha256": "a" * 64, "entry": "bai", "reason": "Ảnh", "by": "hieutruong"},
                {
                    "sha256": "b" * 64,
                    "entry": "khac",
                    "reason": "Ảnh",
                    "by": "hieutruong",
                    "since": WHEN,
                },
            ],
        },
    }


def as_read(forge: PaperForge, read: Mapping[str, Any], **files: bytes | None) -> Governance:
    stored = {name: tomli_w.dumps(table).encode() for name, table in read.items()} | files
    paths = {f"governance/{name}.toml": data for name, data in stored.items() if data is not None}
    return read_governance(PaperObjects(forge.path), forge.tree(forge.files(paths)))


def test_all_of_governance_is_read(forge: PaperForge) -> None:
    read = as_read(forge, tables())

    assert read.groups == {
        "bgh": Group("office", "chung"),
        "la": Group("team", "chuyen-mon"),
        "cd": Group("union", "chung"),
    }
    assert read.people == {
        "hieutruong": Person(
            frozenset({"principal"}), frozenset({"bgh"}), NONE, key("hieutruong"), NONE
        ),
        "pho": Person(
            frozenset({"vice_principal"}), NONE, frozenset({"chuyen-mon"}), key("pho"), NONE
        ),
        "to.la": Person(
            frozenset({"teacher", "team_lead"}),
            frozenset({"la", "cd"}),
            NONE,
            key("to.la"),
            frozenset({"la", "cd"}),
        ),
        "web": Person(
            frozenset({"site_admin", "teacher"}), frozenset({"bgh"}), NONE, key("web"), NONE
        ),
        "co": Person(frozenset({"teacher"}), frozenset({"la"}), NONE, key("co"), NONE),
        "vanthu": Person(frozenset({"clerk"}), NONE, NONE, key("vanthu"), NONE),
        "bao.ve": Person(frozenset({"staff"}), NONE, NONE, key("bao.ve"), NONE),
    }
    assert read.delegations == (
        Delegation("co", "team_lead", frozenset({"la"}), NONE, DAY, DAY, None),
        Delegation(
            "to.la",
            "vice_principal",
            NONE,
            frozenset({"chuyen-mon"}),
            DAY,
            date(2027, 11, 24),
            WHEN,
        ),
        Delegation("pho", "principal", NONE, NONE, DAY, DAY, None),
    )
    assert read.recovery == Recovery(
        key("paper"), (Spent(key("old paper"), "hieutruong", "2026-11-24"),)
    )
    assert read.steps == {
        "posts": Steps(
            frozenset({"teacher", "staff"}),
            "group_lead",
            frozenset({"vice_principal", "principal"}),
            frozenset({"office", "team", "union"}),
            frozenset({"la"}),
        ),
        "circulars": Steps(
            frozenset({"clerk"}), "second_reader", frozenset({"principal"}), NONE, NONE
        ),
        "pages": Steps(NONE, "none", NONE, NONE, NONE),
    }
    assert read.orders == Orders(
        True,
        tuple(
            Takedown("bai", kind, "Nhầm", "web", "2026-11-24 08:00:00+07:00")
            for kind in ("error", "explained", "personal_data")
        ),
        (
            Erasure("a" * 64, "bai", "Ảnh", "hieutruong", ""),
            Erasure("b" * 64, "khac", "Ảnh", "hieutruong", "2026-11-24 08:00:00+07:00"),
        ),
    )
    assert read.principal == "hieutruong"
    assert read.roster == tables()["roster"]
    assert read.orders.down == {"bai"}
    assert read.orders.erased == {"a" * 64, "b" * 64}


def test_a_school_needs_neither_orders_nor_delegations_nor_a_sealed_key(forge: PaperForge) -> None:
    school = tables()
    for name in ("delegations", "recovery"):
        del school["roster"][name]
    read = as_read(forge, school, orders=None)

    assert read.orders == Orders(False, (), ())
    assert read.delegations == ()
    assert read.recovery == Recovery("", ())


@pytest.mark.parametrize("name", ["roster", "workflow", "school"])
def test_three_files_must_stand(forge: PaperForge, name: str) -> None:
    broken(Rule.PATHS, lambda: as_read(forge, tables(), **{name: None}))


def test_no_other_file_may_stand(forge: PaperForge) -> None:
    broken(Rule.PATHS, lambda: as_read(forge, tables(), hooks=b""))
    empty = forge.tree(forge.files({"readme": b""}))
    broken(Rule.PATHS, read_governance, PaperObjects(forge.path), empty)


@pytest.mark.parametrize("name", ["roster", "workflow", "school", "orders"])
def test_each_is_a_plain_file(forge: PaperForge, name: str) -> None:
    files = {
        f"governance/{file}.toml": tomli_w.dumps(table).encode() for file, table in tables().items()
    }
    rows = forge.files(files)
    rows[f"governance/{name}.toml"] = ("100755", rows[f"governance/{name}.toml"][1])

    broken(Rule.MODES, read_governance, PaperObjects(forge.path), forge.tree(rows))


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("roster", Rule.ROSTER),
        ("workflow", Rule.STEPS),
        ("school", Rule.GOVERNANCE),
        ("orders", Rule.ORDERS),
    ],
)
@pytest.mark.parametrize("data", [b"x = \n", b"x = '\xff'\n"])
def test_each_is_toml(forge: PaperForge, name: str, rule: Rule, data: bytes) -> None:
    broken(rule, lambda: as_read(forge, tables(), **{name: data}))


def test_toml_is_read_as_it_stands() -> None:
    assert parse_toml("a = 'ả'\n".encode(), Rule.ORDERS) == {"a": "ả"}
    assert parse_toml(b"", Rule.ORDERS) == {}


Change = Callable[[dict[str, Any]], object]
DELEGATION, PEOPLE = ("roster", "delegations"), ("roster", "people")


def at(place: tuple[Any, ...], **values: Any) -> Change:
    """Return what sets values in a table, or takes them out where they are None."""

    def change(tables: dict[str, Any]) -> None:
        table: Any = tables
        for name in place:
            table = table[name]
        table.update(values)
        for name in [name for name, value in values.items() if value is None]:
            del table[name]

    return change


REFUSED: dict[str, tuple[Rule, Change]] = {
    # the roster
    "a table of the roster": (Rule.ROSTER, at(("roster",), rights={})),
    "no groups": (Rule.ROSTER, at(("roster",), groups=None)),
    "groups in a list": (Rule.ROSTER, at(("roster",), groups=[])),
    "a group that is a word": (Rule.ROSTER, at(("roster", "groups"), la="Tổ lá")),
    "a key of a group": (Rule.ROSTER, at(("roster", "groups", "la"), lead="co")),
    "a group without a name": (Rule.ROSTER, at(("roster", "groups", "la"), name=None)),
    "a group of another kind": (Rule.ROSTER, at(("roster", "groups", "la"), kind="club")),
    "a group without a field": (Rule.ROSTER, at(("roster", "groups", "la"), field="")),
    "no people": (Rule.ROSTER, at(("roster",), people=None)),
    "a person that is a word": (Rule.ROSTER, at(PEOPLE, co="Cô")),
    "a user name": (Rule.ROSTER, at(PEOPLE, Co=person("x", ["staff"]))),
    "a user name with a tail": (Rule.ROSTER, at(PEOPLE, **{"co ": person("x", ["staff"])})),
    "a key of a person": (Rule.ROSTER, at((*PEOPLE, "co"), admin=True)),
    "a person without a name": (Rule.ROSTER, at((*PEOPLE, "co"), name="")),
    "a role": (Rule.ROSTER, at((*PEOPLE, "co"), roles=["root"])),
    "roles in a word": (Rule.ROSTER, at((*PEOPLE, "co"), roles="teacher")),
    "a group that is none": (Rule.ROSTER, at((*PEOPLE, "co"), groups=["hoa"])),
    "fields of numbers": (Rule.ROSTER, at((*PEOPLE, "co"), fields=[1])),
    "no key": (Rule.ROSTER, at((*PEOPLE, "co"), key=None)),
    "another kind of key": (Rule.ROSTER, at((*PEOPLE, "co"), key="ssh-rsa AAAA")),
    "a lead who is site_admin": (
        Rule.ROSTER,
        at((*PEOPLE, "web"), roles=["site_admin", "team_lead"]),
    ),
    "a vice-principal who is site_admin": (
        Rule.ROSTER,
        at((*PEOPLE, "web"), roles=["site_admin", "vice_principal"]),
    ),
    "a principal who is site_admin": (
        Rule.ROSTER,
        at((*PEOPLE, "hieutruong"), roles=["site_admin", "principal"]),
    ),
    "two principals": (Rule.ROSTER, at((*PEOPLE, "co"), roles=["principal"])),
    "no principal": (Rule.ROSTER, at((*PEOPLE, "hieutruong"), roles=["vice_principal"])),
    "one key of two": (Rule.ROSTER, at((*PEOPLE, "co"), key=key("pho"))),
    # delegations
    "delegations in a table": (Rule.ROSTER, at(("roster",), delegations={"a": 1})),
    "delegations in words": (Rule.ROSTER, at(("roster",), delegations=["co"])),
    "a key of a delegation": (Rule.ROSTER, at((*DELEGATION, 0), note="x")),
    "a stranger": (Rule.ROSTER, at((*DELEGATION, 0), person="ai")),
    "a role not to lend": (Rule.ROSTER, at((*DELEGATION, 0), role="site_admin")),
    "a group that is none lent": (Rule.ROSTER, at((*DELEGATION, 0), groups=["hoa"])),
    "no first day": (Rule.ROSTER, at((*DELEGATION, 0), since=None)),
    "no last day": (Rule.ROSTER, at((*DELEGATION, 0), until=None)),
    "a moment for a day": (Rule.ROSTER, at((*DELEGATION, 0), since=WHEN)),
    "no decision": (Rule.ROSTER, at((*DELEGATION, 0), decision=None)),
    "an empty decision": (Rule.ROSTER, at((*DELEGATION, 0), decision="")),
    "an end without a zone": (Rule.ROSTER, at((*DELEGATION, 1), ended=WHEN.replace(tzinfo=None))),
    "an end that is a day": (Rule.ROSTER, at((*DELEGATION, 1), ended=DAY)),
    "lent to site_admin": (Rule.ROSTER, at((*DELEGATION, 0), person="web")),
    "an end before the start": (Rule.ROSTER, at((*DELEGATION, 0), until=DAY - timedelta(1))),
    "more than a year": (Rule.ROSTER, at((*DELEGATION, 0), until=DAY + timedelta(366))),
    "a lead of no group": (Rule.ROSTER, at((*DELEGATION, 0), groups=None)),
    "a lead with fields": (Rule.ROSTER, at((*DELEGATION, 0), fields=["x"])),
    "a vice of no field": (Rule.ROSTER, at((*DELEGATION, 1), fields=None)),
    "a vice with groups": (Rule.ROSTER, at((*DELEGATION, 1), groups=["la"])),
    "a principal with groups": (Rule.ROSTER, at((*DELEGATION, 2), groups=["la"])),
    "a principal with fields": (Rule.ROSTER, at((*DELEGATION, 2), fields=["x"])),
    # the sealed key
    "a sealed key that is a word": (Rule.ROSTER, at(("roster",), recovery="x")),
    "a key of the sealed key": (Rule.ROSTER, at(("roster", "recovery"), note="x")),
    "an empty sealed key": (Rule.ROSTER, at(("roster", "recovery"), key="")),
    "spent in a word": (Rule.ROSTER, at(("roster", "recovery"), spent="x")),
    "a key of a spent one": (Rule.ROSTER, at(("roster", "recovery", "spent", 0), note="x")),
    "nothing spent": (Rule.ROSTER, at(("roster", "recovery", "spent", 0), key="")),
    "spent by nobody": (Rule.ROSTER, at(("roster", "recovery", "spent", 0), by=None)),
    "another kind of sealed key": (Rule.RECOVERY, at(("roster", "recovery"), key="ssh-rsa AAAA")),
    "another kind of spent key": (
        Rule.RECOVERY,
        at(("roster", "recovery", "spent", 0), key="ssh-rsa AAAA"),
    ),
    "a spent key again": (Rule.RECOVERY, at(("roster", "recovery"), key=key("old paper"))),
    "somebody's sealed key": (Rule.RECOVERY, at(("roster", "recovery"), key=key("co"))),
    "somebody's spent key": (
        Rule.RECOVERY,
        at(("roster", "recovery", "spent", 0), key=key("co")),
    ),
    # the steps
    "a type": (Rule.STEPS, at(("workflow",), plugins={"check": "none"})),
    "steps in a word": (Rule.STEPS, at(("workflow",), posts="none")),
    "a key of the steps": (Rule.STEPS, at(("workflow", "posts"), auto=True)),
    "a writer": (Rule.STEPS, at(("workflow", "posts"), write=["root"])),
    "a check": (Rule.STEPS, at(("workflow", "posts"), check="robot")),
    "no check": (Rule.STEPS, at(("workflow", "posts"), check=None)),
    "an approver": (Rule.STEPS, at(("workflow", "posts"), approve=["team_lead"])),
    "a kind to skip": (Rule.STEPS, at(("workflow", "posts"), skip_check_for=["club"])),
    "groups of numbers": (Rule.STEPS, at(("workflow", "posts"), groups=[1])),
    # the orders
    "an order": (Rule.ORDERS, at(("orders",), pardons=[])),
    "a freeze that is a word": (Rule.ORDERS, at(("orders",), freeze="x")),
    "a key of a freeze": (Rule.ORDERS, at(("orders", "freeze"), by="x")),
    "a freeze without a reason": (Rule.ORDERS, at(("orders", "freeze"), reason=None)),
    "takedowns in a word": (Rule.ORDERS, at(("orders",), takedowns="x")),
    "a key of a takedown": (Rule.ORDERS, at(("orders", "takedowns", 0), note="x")),
    "a takedown of nothing": (Rule.ORDERS, at(("orders", "takedowns", 0), entry=None)),
    "a takedown of another kind": (Rule.ORDERS, at(("orders", "takedowns", 0), kind="whim")),
    "a takedown without a reason": (Rule.ORDERS, at(("orders", "takedowns", 0), reason="")),
    "a takedown by nobody": (Rule.ORDERS, at(("orders", "takedowns", 0), by=None)),
    "erasures in a word": (Rule.ORDERS, at(("orders",), erasures="x")),
    "a key of an erasure": (Rule.ORDERS, at(("orders", "erasures", 0), note="x")),
    "an erasure of no hash": (Rule.ORDERS, at(("orders", "erasures", 0), sha256="a" * 63)),
    "an erasure of nothing": (Rule.ORDERS, at(("orders", "erasures", 0), sha256=None)),
    "an erasure of no entry": (Rule.ORDERS, at(("orders", "erasures", 0), entry=None)),
    "an erasure without a reason": (Rule.ORDERS, at(("orders", "erasures", 0), reason=None)),
    "an erasure by nobody": (Rule.ORDERS, at(("orders", "erasures", 0), by=None)),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_unknown_or_missing_is_refused(forge: PaperForge, name: str) -> None:
    rule, change = REFUSED[name]
    changed = tables()
    change(changed)

    broken(rule, lambda: as_read(forge, changed))


@pytest.mark.parametrize(
    "role", ["teacher", "staff", "team_lead", "vice_principal", "site_admin", "clerk"]
)
def test_every_role_but_the_principals_may_be_held_by_many(forge: PaperForge, role: str) -> None:
    changed = tables()
    for name in ("co", "vanthu"):
        changed["roster"]["people"][name]["roles"] = [role]
    changed["roster"]["delegations"] = []

    read = as_read(forge, changed)
    assert all(read.has_role(name, role) for name in ("co", "vanthu"))


# One table


def table(**rows: Any) -> Table:
    return Table(rows, Rule.ORDERS)


def test_known_keys_are_allowed_and_others_named() -> None:
    table(a=1).allow({"a", "b"})
    table().allow(set())
    assert "['a', 'c']" in broken(Rule.ORDERS, table(c=1, b=1, a=1).allow, {"b"})


def test_values_are_of_their_kind() -> None:
    assert table(a="x").text("a") == "x"
    assert table(a="x").word("a", {"x"}) == "x"
    assert table(a=["x", "y", "x"]).words("a") == {"x", "y"}
    assert table(a=["x"]).words("a", {"x", "y"}) == {"x"}
    assert table().words("a") == table().words("a", set()) == NONE
    assert table(a=DAY).day("a") == DAY
    assert table(a=WHEN).moment("a") == WHEN
    assert table(a={"b": 1}).table("a") == table(b=1)
    assert list(table(a={"b": {"c": 1}, "d": {}}).tables("a")) == [
        ("b", table(c=1)),
        ("d", table()),
    ]
    assert list(table(a=[{"b": 1}, {}]).each("a")) == [table(b=1), table()]
    assert list(table().each("a")) == []


@pytest.mark.parametrize(
    ("read", "values"),
    [
        (lambda of: of.text("a"), (None, "", 1, ["x"])),
        (lambda of: of.word("a", {"x"}), (None, "", "y", 1)),
        (lambda of: of.words("a"), ("x", [1], ["x", 1], {"x": 1}, 1)),
        (lambda of: of.words("a", {"x"}), (["y"], ["x", "y"])),
        (lambda of: of.words("a", set()), (["x"],)),
        (lambda of: of.day("a"), (None, "2026-11-24", WHEN)),
        (lambda of: of.moment("a"), (None, DAY, WHEN.replace(tzinfo=None), "x")),
        (lambda of: of.table("a"), (None, "x", [])),
        (lambda of: list(of.tables("a")), (None, "x", {"b": 1})),
        (lambda of: list(of.each("a")), ("x", {}, ["x"], [{}, "x"], 1)),
    ],
)
def test_values_of_another_kind_are_refused(
    read: Callable[[Table], object], values: tuple[Any, ...]
) -> None:
    for value in values:
        of = table() if value is None else table(a=value)
        assert broken(Rule.ORDERS, read, of).startswith(("a", "b"))


def test_an_unknown_word_is_named() -> None:
    assert "“y”" in broken(Rule.ORDERS, table(a="y").word, "a", {"x"})
    assert "['y', 'z']" in broken(Rule.ORDERS, table(a=["z", "x", "y"]).words, "a", {"x"})


# What stands from one state to the next


def governed(**changed: Any) -> Governance:
    roster: dict[str, Any] = tables()["roster"] | changed
    people = {
        name: Person(frozenset(row["roles"]), NONE, NONE, row["key"], NONE)
        for name, row in roster["people"].items()
    }
    principal = next(name for name, one in people.items() if "principal" in one.roles)
    return Governance(people, {}, {}, Orders(False, (), ()), principal, Recovery("", ()), roster)


def people(**changed: Any) -> dict[str, Any]:
    rows = {name: dict(row) for name, row in tables()["roster"]["people"].items()}
    for name, row in changed.items():
        if row is None:
            del rows[name]
        else:
            rows[name] = rows.get(name, {}) | row
    return rows


def rows_of(*people: str) -> list[dict[str, Any]]:
    return [row for row in tables()["roster"]["delegations"] if row["person"] in people]


MOVED = person("moi", ["principal"])
SAME_PRINCIPAL_AFTER: dict[str, tuple[bool, dict[str, Any]]] = {
    "nothing else": (True, {}),
    "the sealed key": (True, {"recovery": {"key": key("next")}}),
    "the principal's key": (True, {"people": people(hieutruong={"key": key("new")})}),
    "the principal's dates": (
        True,
        {"people": people(hieutruong={"key": key("new"), "since": DAY, "decision": "9"})},
    ),
    "the principal's name": (False, {"people": people(hieutruong={"name": "Khác"})}),
    "the principal's roles": (
        False,
        {"people": people(hieutruong={"roles": ["principal", "teacher"]})},
    ),
    "the principal's groups": (False, {"people": people(hieutruong={"groups": ["la"]})}),
    "another's key": (False, {"people": people(co={"key": key("new")})}),
    "another person": (False, {"people": people(ai=person("ai", ["staff"]))}),
    "one person less": (False, {"people": people(co=None)}),
    "a group": (False, {"groups": {}}),
    "no delegations": (False, {"delegations": []}),
    "a delegation": (False, {"delegations": rows_of("co", "pho")}),
    "another table": (False, {"more": {}}),
}


@pytest.mark.parametrize("what", SAME_PRINCIPAL_AFTER)
def test_a_recovery_for_the_same_principal_changes_the_key_alone(what: str) -> None:
    allowed, changed = SAME_PRINCIPAL_AFTER[what]
    before, after = governed(), governed(**changed)
    if allowed:
        require_only_the_principal_changed(before, after)
        require_only_the_principal_changed(after, before)
    else:
        broken(Rule.RECOVERY, require_only_the_principal_changed, before, after)
        broken(Rule.RECOVERY, require_only_the_principal_changed, after, before)
    assert before.roster == tables()["roster"]


NEXT_PRINCIPAL_AFTER: dict[str, tuple[bool, dict[str, Any]]] = {
    "a new person": (True, {"people": people(hieutruong=None, moi=MOVED)}),
    "a person who was there": (
        True,
        {"people": people(hieutruong=None, pho={"roles": ["principal"], "groups": ["bgh"]})},
    ),
    "both stay": (
        False,
        {"people": people(hieutruong={"roles": ["teacher"]}, moi=MOVED)},
    ),
    "another goes too": (False, {"people": people(hieutruong=None, co=None, moi=MOVED)}),
    "another changes": (
        False,
        {"people": people(hieutruong=None, co={"roles": ["staff"]}, moi=MOVED)},
    ),
    "others' delegations go": (
        False,
        {"people": people(hieutruong=None, moi=MOVED), "delegations": []},
    ),
}


@pytest.mark.parametrize("what", NEXT_PRINCIPAL_AFTER)
def test_a_recovery_for_another_principal_changes_their_rows_alone(what: str) -> None:
    allowed, changed = NEXT_PRINCIPAL_AFTER[what]
    if allowed:
        require_only_the_principal_changed(governed(), governed(**changed))
    else:
        broken(Rule.RECOVERY, require_only_the_principal_changed, governed(), governed(**changed))


def test_with_a_principal_who_leaves_go_the_delegations_that_name_him() -> None:
    own = {"person": "hieutruong", "role": "principal", "since": DAY, "until": DAY}
    others = tables()["roster"]["delegations"]
    before = governed(delegations=[own, *others])
    gone = people(hieutruong=None, moi=MOVED)

    require_only_the_principal_changed(before, governed(people=gone, delegations=others))
    for rows in ([own, *others], [own], []):
        after = governed(people=gone, delegations=rows)
        broken(Rule.RECOVERY, require_only_the_principal_changed, before, after)
    # one who stays keeps them
    renewed = people(hieutruong={"key": key("new")})
    kept = governed(people=renewed, delegations=[own, *others])
    require_only_the_principal_changed(before, kept)
    lost = governed(people=renewed, delegations=others)
    broken(Rule.RECOVERY, require_only_the_principal_changed, before, lost)


def test_a_roster_without_delegations_recovers_too() -> None:
    plain = {name: row for name, row in tables()["roster"].items() if name != "delegations"}
    before, after = governed(), governed(people=people(hieutruong={"key": key("new")}))
    bare = [
        Governance(g.people, {}, {}, g.orders, g.principal, g.recovery, plain | {"people": p})
        for g, p in ((before, people()), (after, people(hieutruong={"key": key("new")})))
    ]

    require_only_the_principal_changed(*bare)


def with_erasures(*rows: tuple[str, str], principal: str = "hieutruong") -> Governance:
    erasures = tuple(Erasure(name * 64, "bai", "Ảnh", by, "") for name, by in rows)
    return Governance({}, {}, {}, Orders(False, (), erasures), principal, Recovery("", ()), {})


A, B, OTHERS = ("a", "hieutruong"), ("b", "hieutruong"), ("b", "pho")


@pytest.mark.parametrize(
    ("before", "after", "allowed"),
    [
        ([], [], True),
        ([], [A], True),
        ([A], [A], True),
        ([A], [A, B], True),
        ([A, B], [A, B], True),
        ([A], [], False),
        ([A], [B], False),
        ([A], [B, A], False),
        ([A, B], [B, A], False),
        ([A], [A, A], False),
        ([], [A, A], False),
        ([], [OTHERS], False),
        ([A], [A, OTHERS], False),
        ([OTHERS], [OTHERS, A], True),  # another principal's, in his time
    ],
)
def test_orders_of_erasure_are_only_added(
    before: list[tuple[str, str]], after: list[tuple[str, str]], allowed: bool
) -> None:
    states = with_erasures(*before), with_erasures(*after, principal="pho")
    if allowed:
        require_lasting_erasures(*states)
    else:
        broken(Rule.ERASURE, require_lasting_erasures, *states)


def test_keys_are_apart_where_there_is_no_sealed_one() -> None:
    check_keys_apart(Recovery("", ()), {"co": Person(NONE, NONE, NONE, "", NONE)})
    check_keys_apart(Recovery("", (Spent("x", "co", ""),)), {})


def test_orders_alone_are_read() -> None:
    assert read_orders(b"") == Orders(False, (), ())
    assert read_orders(b"[freeze]\nreason = 'x'\n") == Orders(True, (), ())


def test_a_date_may_be_missing_where_it_only_informs(forge: PaperForge) -> None:
    changed = tables()
    for row in (
        changed["orders"]["takedowns"][0],
        changed["roster"]["recovery"]["spent"][0],
        changed["roster"]["recovery"],
        changed["orders"]["freeze"],
    ):
        del row["since"]
    read = as_read(forge, changed)

    assert read.orders.takedowns[0].since == ""
    assert read.recovery.spent[0].since == ""
