"""The starter school on paper: its governance, people and changes, without git and without keys.

The rules that ``entries`` and ``roster`` hold are pure, so their tests need no more than this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from workflow.clock import VIETNAM
from workflow.entries import Change, Edition, Step, contributors_of, status_of
from workflow.repository import StoredMedia
from workflow.roster import Governance, Person, Takedown, load, with_keys
from workflow.states import Action, Role

STARTER = Path(__file__).parents[2] / "content" / "governance"
ROSTER, WORKFLOW, SCHOOL = (
    (STARTER / f"{name}.toml").read_bytes() for name in ("roster", "workflow", "school")
)
TEACHER, LEAD, OTHER_LEAD = "co.giaovien5a", "totruong.maugiao", "totruong.nhatre"
NUTRITION, UNION = "totruong.nuoiduong", "congdoan"
VICE, NUTRITION_VICE, PRINCIPAL = "pht.chuyenmon", "pht.nuoiduong", "hieutruong"
ADMIN, CLERK = "quantri.web", "vanthu"
STAFF = (
    TEACHER,
    LEAD,
    OTHER_LEAD,
    NUTRITION,
    UNION,
    VICE,
    NUTRITION_VICE,
    PRINCIPAL,
    ADMIN,
    CLERK,
)
ENTRY = "20261124-abcd"
MORNING = datetime(2026, 11, 24, 8, 0, tzinfo=VIETNAM)
FIRST_ROLE = {
    PRINCIPAL: Role.PRINCIPAL,
    VICE: Role.VICE_PRINCIPAL,
    NUTRITION_VICE: Role.VICE_PRINCIPAL,
    LEAD: Role.TEAM_LEAD,
    OTHER_LEAD: Role.TEAM_LEAD,
    NUTRITION: Role.TEAM_LEAD,
    UNION: Role.TEAM_LEAD,
    ADMIN: Role.SITE_ADMIN,
    CLERK: Role.CLERK,
}


def key_of(username: str) -> str:
    return f"key of {username}"


def a_school(orders: bytes = b"") -> Governance:
    """Return the starter school with a key in everybody's row."""
    return load(with_keys(ROSTER, {name: key_of(name) for name in STAFF}), WORKFLOW, SCHOOL, orders)


def with_person(school: Governance, username: str, **changed: Any) -> Governance:
    """Return the school with a person changed, or added as a teacher without a group."""
    nobody = Person(username, "Một người", frozenset({Role.TEACHER}), (), frozenset(), "a key")
    person = replace(school.appointed.get(username, nobody), **changed)
    people = {**school.appointed, username: person}
    return replace(school, people=people, appointed=people)


def taken_down(school: Governance, kind: str, entry_id: str = ENTRY) -> Governance:
    order = Takedown(entry_id, kind, "Ảnh của bé", PRINCIPAL, MORNING)
    return replace(school, takedowns={entry_id: order})


def acts(*named: tuple[Action, str]) -> tuple[Step, ...]:
    """Return the steps of a history, one minute apart."""
    return tuple(
        Step(
            action,
            actor,
            FIRST_ROLE.get(actor, Role.TEACHER),
            "",
            MORNING + timedelta(minutes=minute),
            f"commit {minute}",
            key=key_of(actor),
        )
        for minute, (action, actor) in enumerate(named)
    )


def a_change(
    *named: tuple[Action, str],
    kind: str = "posts",
    group: str = "mau-giao",
    school: Governance | None = None,
    before: Mapping[str, Any] | None = None,
    media: Mapping[str, StoredMedia] | None = None,
    **changed: Any,
) -> Change:
    """Return the change that these acts have made; its status follows from them."""
    history = acts(*named)
    rules = school or a_school()
    change = Change(
        entry_id=ENTRY,
        type_name=kind,
        folder=f"content/{kind}/2026/{ENTRY}",
        head="head",
        fork="fork",
        edition=Edition({"title": "Bé vui", "group": group}, "Nội dung.", media or {}),
        before=Edition(dict(before), "Trước.") if before is not None else None,
        history=history,
        status=status_of(history, contributors_of(history), group, rules.steps[kind], rules),
    )
    return replace(change, **changed)
