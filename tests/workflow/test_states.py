"""The table of transitions against the workflow of DESIGN §3, arrow by arrow."""

from __future__ import annotations

from itertools import product

import pytest

from workflow.states import (
    DECIDING_ROLES,
    LEADERS,
    TRANSITIONS,
    Action,
    Duty,
    Role,
    Status,
    Transition,
    transition,
)

# status: {act: (status after it, whose act it is)}
WRITER, CHECKER, APPROVER, LEADER = Duty.WRITER, Duty.CHECKER, Duty.APPROVER, Duty.LEADER
ALWAYS = {
    Action.SAVE: (Status.DRAFT, WRITER),
    Action.PARK: (Status.PARKED, WRITER),
    Action.ABANDON: (Status.ABANDONED, WRITER),
}
SUBMIT = {Action.SUBMIT: (Status.IN_REVIEW, WRITER)}
URGENT = {Action.URGENT: (Status.APPROVED, LEADER)}
RETURNED = {Action.RETURN: (Status.CHANGES_REQUESTED, APPROVER)}
TAKEN_UP = {Action.UPDATE: (Status.DRAFT, WRITER)}
WORKFLOW = {
    Status.DRAFT: ALWAYS | SUBMIT,
    Status.IN_REVIEW: ALWAYS
    | URGENT
    | {
        Action.CHECK: (Status.PENDING_APPROVAL, CHECKER),
        Action.RETURN: (Status.CHANGES_REQUESTED, CHECKER),
    },
    Status.CHANGES_REQUESTED: ALWAYS | SUBMIT,
    Status.PENDING_APPROVAL: ALWAYS
    | URGENT
    | RETURNED
    | {Action.APPROVE: (Status.APPROVED, APPROVER)},
    Status.APPROVED: ALWAYS | RETURNED,
    Status.PUBLISHED: {Action.SAVE: (Status.DRAFT, WRITER)},
    Status.PARKED: TAKEN_UP,
    Status.ABANDONED: TAKEN_UP,
}
ASKS_PASSWORD = {Action.CHECK, Action.APPROVE, Action.URGENT}
ASKS_REASON = {Action.RETURN, Action.URGENT, Action.ABANDON}


@pytest.mark.parametrize(("status", "action"), [*product(Status, Action)])
def test_each_act_leads_where_the_workflow_says_or_nowhere(status: Status, action: Action) -> None:
    row = transition(action, status)

    assert (row and (row.target, row.duty)) == WORKFLOW[status].get(action)


@pytest.mark.parametrize("row", TRANSITIONS, ids=lambda row: f"{row.action}-{row.duty}")
def test_decisions_ask_the_password_and_what_undoes_work_asks_why(row: Transition) -> None:
    assert row.asks_password is (row.action in ASKS_PASSWORD)
    assert row.asks_reason is (row.action in ASKS_REASON)


def test_only_leaders_approve_and_the_administrator_decides_nothing() -> None:
    assert {Role.VICE_PRINCIPAL, Role.PRINCIPAL} == LEADERS
    assert {*LEADERS, Role.TEAM_LEAD} == DECIDING_ROLES


def test_the_words_in_commits_and_rosters_are_those_that_stand_there_for_good() -> None:
    """A signed commit and a roster of years ago must still be read."""
    roles = "teacher staff team_lead vice_principal principal site_admin clerk"
    acts = (
        "found govern save submit check return approve urgent park update abandon publish"
        " takedown review recover"
    )
    statuses = (
        "draft in_review changes_requested pending_approval approved published parked abandoned"
    )

    assert list(map(str, Role)) == roles.split()
    assert list(map(str, Action)) == acts.split()
    assert list(map(str, Status)) == statuses.split()
    assert list(map(str, Duty)) == ["writer", "checker", "approver", "leader"]


@pytest.mark.parametrize("kind", [Role, Status, Action])
def test_every_word_has_a_label_of_its_own(
    kind: type[Role | Status | Action],
) -> None:
    labels = [word.label for word in kind]

    assert all(labels)
    assert len(set(labels)) == len(labels)
