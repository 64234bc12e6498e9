"""The pure rules of DESIGN §3 over the starter school: messages, changes, duties, refusals."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from tests.workflow.paper import (
    ADMIN,
    CLERK,
    ENTRY,
    LEAD,
    MORNING,
    NUTRITION,
    NUTRITION_VICE,
    OTHER_LEAD,
    PRINCIPAL,
    STAFF,
    TEACHER,
    UNION,
    VICE,
    a_change,
    a_school,
    acts,
    taken_down,
    with_person,
)
from workflow import entries
from workflow.content_types import CONTENT_TYPES
from workflow.delegations import Delegation
from workflow.entries import (
    FOLDER,
    Change,
    MalformedMessage,
    Step,
    Trailers,
    contributors_of,
    folder_of,
    groups_for,
    holders,
    is_shielded,
    is_stale,
    lies_with,
    may_create,
    may_read,
    note_of,
    parse_message,
    refusals,
    role_for,
    step_of,
)
from workflow.errors import InvalidFields
from workflow.front_matter import normalise_text
from workflow.purposes import Purpose
from workflow.repository import Commit, StoredMedia
from workflow.roster import Governance
from workflow.states import Action, Duty, Role, Status

SCHOOL = a_school()
SAVE, SUBMIT, CHECK, RETURN = Action.SAVE, Action.SUBMIT, Action.CHECK, Action.RETURN
APPROVE, URGENT, UPDATE = Action.APPROVE, Action.URGENT, Action.UPDATE
WRITTEN = ((SAVE, TEACHER),)
SUBMITTED = (*WRITTEN, (SUBMIT, TEACHER))
CHECKED = (*SUBMITTED, (CHECK, LEAD))
APPROVED = (*CHECKED, (APPROVE, VICE))
KEYLESS = with_person(SCHOOL, LEAD, key="")


def said(change: Change, action: Action, who: str, school: Governance = SCHOOL) -> list[str]:
    return [str(reason) for reason in refusals(change, action, school.people[who], school)]


# Messages of commits

OF_AN_ENTRY = Trailers(SAVE, TEACHER, Role.TEACHER, ENTRY, "posts")
LINES = f"Action: save\nActor: {TEACHER}\nRole: teacher\nEntry: {ENTRY}\nType: posts"


def test_a_message_is_a_line_the_note_and_the_trailers() -> None:
    message = OF_AN_ENTRY.message("  Lưu\n bản\tnháp ", "\n Vì sao.\n\nĐoạn hai. \n")

    assert message == f"Lưu bản nháp\n\nVì sao.\n\nĐoạn hai.\n\n{LINES}\n"
    assert parse_message(message) == (OF_AN_ENTRY, "Vì sao.\n\nĐoạn hai.")


@pytest.mark.parametrize("blank", ["", " \n "])
def test_a_message_without_words_has_no_empty_paragraph(blank: str) -> None:
    assert OF_AN_ENTRY.message("x", blank) == f"x\n\n{LINES}\n"
    assert OF_AN_ENTRY.message(blank) == f"-\n\n{LINES}\n"
    assert parse_message(OF_AN_ENTRY.message("x")) == (OF_AN_ENTRY, "")


def test_an_act_of_governance_names_no_entry() -> None:
    trailers = Trailers(Action.GOVERN, PRINCIPAL, Role.PRINCIPAL)
    message = trailers.message("Phân quyền")

    assert (trailers.entry_id, trailers.type_name) == ("", "")
    assert message == "Phân quyền\n\nAction: govern\nActor: hieutruong\nRole: principal\n"
    assert parse_message(message) == (trailers, "")


def test_a_note_cannot_pose_as_a_decision() -> None:
    note = f"Xong.\n\nAction: approve\nActor: {VICE}\nRole: vice_principal"

    assert parse_message(OF_AN_ENTRY.message("x", note)) == (OF_AN_ENTRY, note)


def test_the_values_are_read_to_the_letter() -> None:
    trailers, _ = parse_message(f"x\n\n{LINES.replace(TEACHER, 'a: b')} X \n\n\n")

    assert (trailers.actor, trailers.type_name) == ("a: b", "posts X ")
    assert parse_message(f"x\n\n{LINES}X\n")[0].type_name == "postsX"


def lines(*without: int) -> str:
    return "\n".join(row for i, row in enumerate(LINES.split("\n")) if i not in without)


def test_words_are_signed_as_they_are_seen() -> None:
    assert note_of("  Một.\r\nHai. ") == normalise_text("  Một.\r\nHai. ")
    assert "\r" not in note_of("Một.\r\nHai.")
    with pytest.raises(InvalidFields) as refused:
        note_of("Một.\u200bHai.")
    assert list(refused.value.errors) == ["note"]


def test_a_commit_is_read_as_the_act_that_it_is() -> None:
    message = OF_AN_ENTRY.message("Lưu", "Vì sao.")
    commit = Commit("a" * 40, "b" * 40, ("c" * 40,), MORNING, message, key="the key")

    assert step_of(commit) == Step(
        action=OF_AN_ENTRY.action,
        actor=OF_AN_ENTRY.actor,
        role=OF_AN_ENTRY.role,
        note="Vì sao.",
        when=MORNING,
        commit="a" * 40,
        key="the key",
    )
    with pytest.raises(MalformedMessage):
        step_of(replace(commit, message="Lưu"))


@pytest.mark.parametrize(
    "trailers",
    [
        "no trailers at all",
        lines(4),
        lines(0),
        lines(3),
        lines(2, 3, 4),
        "\n".join(reversed(LINES.split("\n"))),
        f"{LINES}\nType: posts",
        LINES.replace("Action: save", "Action: delete"),
        LINES.replace("Role: teacher", "Role: pupil"),
        LINES.replace("Actor:", "actor:"),
    ],
)
def test_other_trailers_are_no_message_of_ours(trailers: str) -> None:
    with pytest.raises(MalformedMessage) as refused:
        parse_message(f"Lưu\n\nGhi chú.\n\n{trailers}\n")

    assert str(refused.value) == trailers


# What a change knows


def test_a_change_tells_what_it_holds() -> None:
    media = {"anh.jpg": StoredMedia("0" * 64, 1)}
    change = a_change(*WRITTEN, media=media)

    assert change.ctype is CONTENT_TYPES["posts"]
    assert change.fields == {"title": "Bé vui", "group": "mau-giao"}
    assert (change.title, change.group, change.body) == ("Bé vui", "mau-giao", "Nội dung.")
    assert change.media == media
    assert change.touched == MORNING


def test_a_change_without_title_group_and_history() -> None:
    change = a_change()
    bare = replace(change, edition=entries.Edition({}, ""))

    assert (bare.title, bare.group, bare.media) == (ENTRY, "", {})
    assert (bare.touched, bare.returned, bare.submitter) == (None, None, "")
    assert bare.decisions == ()


@pytest.mark.parametrize(
    ("before", "purpose"),
    [
        (None, Purpose.NEW),
        ({}, Purpose.EDIT),
        ({"withdrawal": "error"}, Purpose.RESTORATION),
    ],
)
def test_a_change_is_for_what_differs_from_the_public_edition(
    before: dict[str, Any] | None, purpose: Purpose
) -> None:
    assert a_change(before=before).purpose is purpose


@pytest.mark.parametrize("action", Action)
def test_who_saves_updates_or_submits_contributes_and_nobody_else(action: Action) -> None:
    history = acts((action, TEACHER))

    wrote = action in {SAVE, UPDATE, SUBMIT}
    assert contributors_of(history) == ({TEACHER} if wrote else set())
    assert a_change(history=history).contributors == contributors_of(history)


@pytest.mark.parametrize("edit", [SAVE, UPDATE])
def test_an_edit_voids_the_decisions_before_it(edit: Action) -> None:
    before, after = a_change(*CHECKED), a_change(*CHECKED, (edit, CLERK), (SUBMIT, CLERK))

    assert [step.action for step in before.decisions] == [SUBMIT, CHECK]
    assert before.submitter == TEACHER
    assert before.checkers == {LEAD}
    assert [step.action for step in after.decisions] == [SUBMIT]
    assert after.submitter == CLERK
    assert after.checkers == frozenset()
    assert after.contributors == {TEACHER, CLERK}


def test_without_an_edit_every_step_decides() -> None:
    assert a_change((SUBMIT, TEACHER), (CHECK, LEAD)).checkers == {LEAD}


def test_the_last_to_submit_is_the_submitter() -> None:
    change = a_change(*SUBMITTED, (RETURN, LEAD), (SUBMIT, CLERK))

    assert change.submitter == CLERK
    assert a_change(*WRITTEN).submitter == ""


def test_a_return_is_open_until_the_writer_acts() -> None:
    returned = a_change(*SUBMITTED, (RETURN, LEAD))

    assert returned.returned == returned.history[-1]
    assert a_change(*SUBMITTED, (RETURN, LEAD), (SAVE, TEACHER)).returned is None
    assert a_change(*SUBMITTED).returned is None
    assert returned.history[-1].purpose is None


# Drafts that lie about

LYING = {Status.DRAFT, Status.CHANGES_REQUESTED, Status.PARKED}


@pytest.mark.parametrize("status", Status)
def test_thirty_days_after_the_last_act_its_writers_are_reminded(status: Status) -> None:
    change = a_change(*SUBMITTED, status=status)
    month = change.history[-1].when + timedelta(days=30)

    assert is_stale(change, month) is (status in LYING)
    assert not is_stale(change, month - timedelta(microseconds=1))


def test_what_nobody_touched_is_not_stale() -> None:
    assert not is_stale(a_change(), MORNING + timedelta(days=900))


@pytest.mark.parametrize("who", STAFF)
def test_a_draft_lies_with_its_writers_and_the_lead_of_its_group(who: str) -> None:
    change = a_change(*WRITTEN, (SUBMIT, CLERK), (CHECK, UNION))

    assert lies_with(change, SCHOOL.people[who]) is (who in {TEACHER, CLERK, LEAD})


def test_a_member_of_the_group_who_does_not_lead_it_is_not_reminded() -> None:
    school = with_person(SCHOOL, "co.khac", groups=("mau-giao",))

    assert not lies_with(a_change(*WRITTEN), school.people["co.khac"])


# Folders


def test_a_folder_is_named_by_type_year_and_id() -> None:
    folder = folder_of("posts", 2026, ENTRY)
    match = FOLDER.match(folder)

    assert folder == f"content/posts/2026/{ENTRY}"
    assert match is not None
    assert match.groupdict() == {"type": "posts", "year": "2026", "id": ENTRY}


@pytest.mark.parametrize(
    "folder",
    [
        "",
        "content/posts/2026",
        "content/posts/26/a",
        "content/posts/20260/a",
        "content/Posts/2026/a",
        "content/posts/2026/-a",
        "content/posts/2026/A",
        "content/posts/2026/aA",
        "content/posts/2026/a/b",
        "content/posts/2026/a\n",
        "content//2026/a",
        "governance/posts/2026/a",
    ],
)
def test_no_other_folder_holds_an_entry(folder: str) -> None:
    assert FOLDER.match(folder) is None


# Status, from the acts


@pytest.mark.parametrize(
    ("history", "status"),
    [
        ((), Status.DRAFT),
        (WRITTEN, Status.DRAFT),
        (SUBMITTED, Status.IN_REVIEW),
        (CHECKED, Status.PENDING_APPROVAL),
        (APPROVED, Status.APPROVED),
        ((*SUBMITTED, (RETURN, LEAD)), Status.CHANGES_REQUESTED),
        ((*CHECKED, (RETURN, VICE)), Status.CHANGES_REQUESTED),
        ((*APPROVED, (RETURN, VICE)), Status.CHANGES_REQUESTED),
        ((*SUBMITTED, (URGENT, VICE)), Status.APPROVED),
        ((*APPROVED, (SAVE, TEACHER)), Status.DRAFT),
        ((*APPROVED, (UPDATE, TEACHER)), Status.DRAFT),
        ((*SUBMITTED, (RETURN, LEAD), (SUBMIT, TEACHER)), Status.IN_REVIEW),
        ((*CHECKED, (SAVE, TEACHER), (SUBMIT, TEACHER)), Status.IN_REVIEW),
        ((*WRITTEN, (Action.ABANDON, TEACHER)), Status.ABANDONED),
        # An act that has no place there changes nothing.
        ((*WRITTEN, (APPROVE, VICE)), Status.DRAFT),
        ((*SUBMITTED, (APPROVE, VICE)), Status.IN_REVIEW),
    ],
)
def test_the_status_follows_from_the_acts(
    history: tuple[tuple[Action, str], ...], status: Status
) -> None:
    assert a_change(*history).status is status


@pytest.mark.parametrize(
    ("writer", "kind", "group", "needed"),
    [
        (TEACHER, "posts", "mau-giao", True),
        (LEAD, "posts", "mau-giao", False),  # team lead: straight to approval
        (OTHER_LEAD, "posts", "mau-giao", True),  # not the lead of that team
        (VICE, "posts", "mau-giao", False),
        (PRINCIPAL, "posts", "mau-giao", False),
        (ADMIN, "posts", "mau-giao", True),
        ("gone", "posts", "mau-giao", True),
        (CLERK, "posts", "van-phong", False),  # an office has no lead
        (TEACHER, "notices", "bgh", False),
        (CLERK, "circulars", "van-phong", True),  # a second pair of eyes, office or not
        (PRINCIPAL, "circulars", "bgh", True),
        (LEAD, "circulars", "mau-giao", True),
        (ADMIN, "pages", "van-phong", False),
        (TEACHER, "posts", "no such group", True),
    ],
)
def test_who_submits_decides_whether_somebody_checks(
    writer: str, kind: str, group: str, needed: bool
) -> None:
    change = a_change((SAVE, writer), (SUBMIT, writer), kind=kind, group=group)

    assert change.status is (Status.IN_REVIEW if needed else Status.PENDING_APPROVAL)


@pytest.mark.parametrize(
    ("sender", "checked"), [(TEACHER, True), (LEAD, False), (PRINCIPAL, False)]
)
def test_before_it_is_sent_a_draft_tells_whether_it_goes_to_a_check(
    sender: str, checked: bool
) -> None:
    draft = a_change((SAVE, TEACHER))
    sent = a_change((SAVE, TEACHER), (SUBMIT, sender))

    assert entries.check_awaits(draft, sender, SCHOOL) is checked
    assert (sent.status is Status.IN_REVIEW) is checked
    both = a_change((SAVE, LEAD), (SAVE, TEACHER))
    assert entries.check_awaits(both, TEACHER, SCHOOL) is False, "the only lead wrote"


def test_where_every_lead_wrote_nobody_is_left_to_check() -> None:
    two = with_person(SCHOOL, "pho.to", roles=frozenset({Role.TEAM_LEAD}), leads=("mau-giao",))
    saved = ((SAVE, LEAD), (SAVE, TEACHER))

    assert a_change(*saved, (SUBMIT, TEACHER)).status is Status.PENDING_APPROVAL
    one_left = a_change(*saved, (SUBMIT, TEACHER), school=two)
    assert one_left.status is Status.IN_REVIEW
    rules = SCHOOL.steps["posts"]
    assert not entries.check_needed(TEACHER, frozenset({LEAD}), "mau-giao", rules, SCHOOL)
    none_left = a_change(*saved, (SAVE, "pho.to"), (SUBMIT, TEACHER), school=two)
    assert none_left.status is Status.PENDING_APPROVAL


def delegation(person: str, role: Role, **changed: Any) -> Delegation:
    day = date(2026, 11, 24)
    return replace(Delegation(person, role, (), (), day, day, "25/QĐ"), **changed)


def lent(*rows: Delegation) -> Governance:
    return replace(SCHOOL, delegations=rows)


def test_a_submission_is_judged_by_the_delegations_of_its_own_day() -> None:
    school = lent(delegation(TEACHER, Role.TEAM_LEAD, groups=("mau-giao",)))
    later = tuple(replace(s, when=s.when + timedelta(days=1)) for s in acts(*SUBMITTED))
    rules = school.steps["posts"]

    assert a_change(*SUBMITTED, school=school).status is Status.PENDING_APPROVAL
    status = entries.status_of(later, contributors_of(later), "mau-giao", rules, school)
    assert status is Status.IN_REVIEW


# Who does which duty


def duties(change: Change, duty: Duty, school: Governance = SCHOOL) -> dict[str, Role]:
    found = {name: role_for(duty, p, change, school) for name, p in school.people.items()}
    return {name: role for name, role in found.items() if role}


VICES = {VICE: Role.VICE_PRINCIPAL, PRINCIPAL: Role.PRINCIPAL}
LEADERS = VICES | {NUTRITION_VICE: Role.VICE_PRINCIPAL}


@pytest.mark.parametrize(
    ("kind", "group", "writers"),
    [
        ("posts", "mau-giao", {TEACHER: Role.TEACHER, LEAD: Role.TEAM_LEAD, **LEADERS}),
        ("posts", "cong-doan", {UNION: Role.TEAM_LEAD, **LEADERS}),
        ("circulars", "van-phong", {CLERK: Role.CLERK}),
        ("menus", "nuoi-duong", {NUTRITION: Role.TEAM_LEAD}),
        ("pages", "van-phong", {ADMIN: Role.SITE_ADMIN, CLERK: Role.CLERK, **LEADERS}),
    ],
)
def test_who_writes_an_entry_of_a_group(kind: str, group: str, writers: dict[str, Role]) -> None:
    assert duties(a_change(kind=kind, group=group), Duty.WRITER) == writers


def test_who_wrote_at_an_entry_goes_on_writing_in_another_group() -> None:
    change = a_change((SAVE, CLERK))

    assert duties(change, Duty.WRITER)[CLERK] is Role.CLERK
    assert ADMIN not in duties(change, Duty.WRITER)
    menu = a_change((SAVE, CLERK), kind="menus", group="nuoi-duong")
    assert CLERK not in duties(menu, Duty.WRITER)  # no clerk writes menus, not even a writer


@pytest.mark.parametrize(
    ("kind", "group", "checkers"),
    [
        ("posts", "mau-giao", {LEAD: Role.TEAM_LEAD}),
        ("posts", "cong-doan", {UNION: Role.TEAM_LEAD}),
        ("posts", "van-phong", {}),
        ("menus", "nuoi-duong", {NUTRITION: Role.TEAM_LEAD}),
        (
            "circulars",
            "van-phong",
            {ADMIN: Role.SITE_ADMIN}
            | dict.fromkeys((LEAD, OTHER_LEAD, NUTRITION, UNION), Role.TEAM_LEAD),
        ),
        ("pages", "van-phong", {}),
    ],
)
def test_who_checks_an_entry_of_a_group(kind: str, group: str, checkers: dict[str, Role]) -> None:
    assert duties(a_change(kind=kind, group=group), Duty.CHECKER) == checkers


def test_to_lead_takes_the_role_and_the_group() -> None:
    member = with_person(SCHOOL, TEACHER, leads=("mau-giao",))

    assert TEACHER not in duties(a_change(), Duty.CHECKER, member)


@pytest.mark.parametrize(
    ("kind", "group", "writer", "approvers"),
    [
        ("posts", "mau-giao", TEACHER, VICES),
        ("posts", "nuoi-duong", NUTRITION, LEADERS | {VICE: None}),
        ("circulars", "van-phong", CLERK, VICES),
        # a vice-principal's own text: the principal, or another vice-principal
        ("posts", "mau-giao", VICE, LEADERS),
        ("posts", "nuoi-duong", NUTRITION_VICE, LEADERS),
        ("posts", "mau-giao", NUTRITION_VICE, VICES),
        # the principal's own text: a vice-principal, whatever the field
        ("posts", "mau-giao", PRINCIPAL, LEADERS),
        ("pages", "van-phong", PRINCIPAL, LEADERS),
        ("pages", "van-phong", ADMIN, {PRINCIPAL: Role.PRINCIPAL}),
        ("pages", "van-phong", VICE, {PRINCIPAL: Role.PRINCIPAL}),
        ("menus", "nuoi-duong", NUTRITION, {NUTRITION_VICE: Role.VICE_PRINCIPAL}),
        # somebody who has left, a group that is no more
        ("posts", "mau-giao", "gone", VICES),
        ("posts", "no such group", TEACHER, {PRINCIPAL: Role.PRINCIPAL}),
    ],
)
def test_who_approves_contributions_aside(
    kind: str, group: str, writer: str, approvers: dict[str, Role | None]
) -> None:
    change = a_change((SAVE, writer), kind=kind, group=group)

    wanted = {name: role for name, role in approvers.items() if role}
    assert duties(change, Duty.APPROVER) == wanted


def test_a_field_alone_makes_no_leader_of_a_writer() -> None:
    """A teacher with a vice-principal's field in his row opens no door to the other one."""
    school = with_person(SCHOOL, TEACHER, fields=frozenset({"chuyen-mon"}))

    assert duties(a_change(*WRITTEN), Duty.APPROVER, school) == VICES
    clerk = with_person(SCHOOL, CLERK, fields=frozenset({"chuyen-mon"}))
    assert CLERK not in duties(a_change(*WRITTEN), Duty.APPROVER, clerk)


def test_a_group_without_a_field_is_the_principals() -> None:
    fieldless = replace(SCHOOL.groups["mau-giao"], field="")
    school = replace(SCHOOL, groups={**SCHOOL.groups, "mau-giao": fieldless})

    assert duties(a_change(*WRITTEN), Duty.APPROVER, school) == {PRINCIPAL: Role.PRINCIPAL}


def test_every_leader_may_publish_urgently() -> None:
    assert duties(a_change(), Duty.LEADER) == LEADERS


def test_of_two_roles_the_first_of_the_table_counts() -> None:
    both = with_person(SCHOOL, LEAD, roles=frozenset({Role.TEAM_LEAD, Role.TEACHER}))

    assert duties(a_change(), Duty.WRITER, both)[LEAD] is Role.TEACHER


# What is refused, and in which words

STEP, OTHERS = "Bài đang ở bước", "Bài này do tổ, bộ phận khác phụ trách."
CHECKS = "Việc kiểm tra bài này không thuộc phần phụ trách của tài khoản này."
APPROVES = "Việc phê duyệt bài này không thuộc thẩm quyền của tài khoản này."
URGES = "Chỉ hiệu trưởng, phó hiệu trưởng đăng khẩn được."
OWN_CHECK = "Không tự kiểm tra bài mà mình đã viết hoặc sửa."
OWN_APPROVAL = "Không tự phê duyệt bài mà mình đã viết hoặc sửa."
TWICE = "Người đã kiểm tra bài này không thể đồng thời phê duyệt."
ANSWERS = "Người thuộc tổ, bộ phận phụ trách mới gửi được bài này."
NO_KEY = "Tài khoản này chưa có khóa ký được hiệu trưởng ghi vào danh sách phân quyền."
FROZEN = "Đang tạm khóa đăng bài nên không đăng khẩn được."


def test_what_has_no_place_now_is_refused_with_the_step_alone() -> None:
    assert said(a_change(*WRITTEN), APPROVE, LEAD, KEYLESS) == [
        "Bài đang ở bước “Bản nháp”, không thể “Phê duyệt và đăng”."
    ]


@pytest.mark.parametrize(
    ("history", "action", "who", "reasons"),
    [
        (WRITTEN, SAVE, TEACHER, []),
        (WRITTEN, SAVE, LEAD, []),
        (WRITTEN, SAVE, OTHER_LEAD, [OTHERS]),
        (WRITTEN, SUBMIT, TEACHER, []),
        (WRITTEN, SUBMIT, PRINCIPAL, []),
        (WRITTEN, SUBMIT, CLERK, [OTHERS]),
        ((*WRITTEN, (SAVE, CLERK)), SAVE, CLERK, []),
        ((*WRITTEN, (SAVE, CLERK)), SUBMIT, CLERK, [ANSWERS]),
        (SUBMITTED, CHECK, LEAD, []),
        (SUBMITTED, CHECK, OTHER_LEAD, [CHECKS]),
        (SUBMITTED, CHECK, TEACHER, [CHECKS, OWN_CHECK]),
        (SUBMITTED, CHECK, PRINCIPAL, [CHECKS]),
        (SUBMITTED, RETURN, LEAD, []),
        (SUBMITTED, RETURN, VICE, [CHECKS]),
        (CHECKED, APPROVE, VICE, []),
        (CHECKED, APPROVE, PRINCIPAL, []),
        (CHECKED, APPROVE, NUTRITION_VICE, [APPROVES]),
        (CHECKED, APPROVE, ADMIN, [APPROVES]),
        (CHECKED, APPROVE, LEAD, [APPROVES, TWICE]),
        (CHECKED, APPROVE, TEACHER, [APPROVES, OWN_APPROVAL]),
        (CHECKED, RETURN, VICE, []),
        (CHECKED, RETURN, LEAD, [APPROVES]),
        (APPROVED, RETURN, VICE, []),
        (SUBMITTED, URGENT, VICE, []),
        (SUBMITTED, URGENT, NUTRITION_VICE, []),
        (SUBMITTED, URGENT, LEAD, [URGES]),
        (CHECKED, URGENT, LEAD, [URGES, TWICE]),
        (CHECKED, URGENT, PRINCIPAL, []),
        (((SAVE, PRINCIPAL), (SUBMIT, PRINCIPAL)), APPROVE, PRINCIPAL, [OWN_APPROVAL]),
        (((SAVE, PRINCIPAL), (SUBMIT, PRINCIPAL)), URGENT, PRINCIPAL, [OWN_APPROVAL]),
        (((SAVE, PRINCIPAL), (SUBMIT, PRINCIPAL)), APPROVE, NUTRITION_VICE, []),
        (((SAVE, PRINCIPAL), (SUBMIT, PRINCIPAL)), RETURN, PRINCIPAL, [OWN_APPROVAL]),
        (((SAVE, VICE), (SUBMIT, VICE)), APPROVE, VICE, [OWN_APPROVAL]),
        (((SAVE, VICE), (SUBMIT, VICE)), APPROVE, NUTRITION_VICE, []),
        # an edit voids the check, so who checked before may approve the new text
        ((*CHECKED, (SAVE, LEAD), (SUBMIT, LEAD)), APPROVE, LEAD, [APPROVES, OWN_APPROVAL]),
        # an earlier author still counts after somebody else's edit
        ((*WRITTEN, (SAVE, LEAD), (SUBMIT, LEAD)), APPROVE, TEACHER, [APPROVES, OWN_APPROVAL]),
    ],
)
def test_every_reason_is_said_at_once(
    history: tuple[tuple[Action, str], ...], action: Action, who: str, reasons: list[str]
) -> None:
    assert said(a_change(*history), action, who) == reasons


def test_the_checker_who_became_a_leader_does_not_approve_what_he_checked() -> None:
    school = lent(delegation(LEAD, Role.PRINCIPAL)).acting(MORNING)

    assert said(a_change(*CHECKED), APPROVE, LEAD, school) == [TWICE]
    assert said(a_change(*CHECKED), URGENT, LEAD, school) == [TWICE]
    assert said(a_change(*CHECKED), RETURN, LEAD, school) == []
    voided = a_change(*CHECKED, (SAVE, TEACHER), (SUBMIT, TEACHER), school=school)
    assert said(replace(voided, status=Status.PENDING_APPROVAL), APPROVE, LEAD, school) == []


# Decisions that lapse


def lapsed(change: Change, school: Governance) -> list[tuple[Action, str]]:
    found = entries.lapses(change, school)
    assert all("không còn giá trị" in str(lapse.reason) for lapse in found)
    return [(lapse.step.action, lapse.step.actor) for lapse in found]


NEW_KEY = with_person(SCHOOL, LEAD, key="another key")


def test_what_an_old_key_signed_counts_no_more_and_nothing_rests_on_it() -> None:
    change = a_change(*CHECKED)
    reason = (
        "“Xác nhận chính xác” của Tổ trưởng tổ mẫu giáo không còn giá trị: khóa ký đã đổi sau đó."
    )

    assert lapsed(change, SCHOOL) == []
    assert lapsed(change, NEW_KEY) == [(CHECK, LEAD)]
    for action, who in ((APPROVE, VICE), (URGENT, NUTRITION_VICE)):
        assert said(change, action, who) == []
        assert said(change, action, who, NEW_KEY) == [reason]
    assert said(change, RETURN, VICE, NEW_KEY) == []
    assert lapsed(a_change(*SUBMITTED), with_person(SCHOOL, TEACHER, key="")) == [(SUBMIT, TEACHER)]


def test_the_entry_waits_for_those_who_can_return_it() -> None:
    change, waiting = a_change(*CHECKED), a_change(*APPROVED)

    assert {p.username for p in holders(change, NEW_KEY)} == {VICE, PRINCIPAL}
    assert {p.username for p in holders(waiting, NEW_KEY)} == {VICE, PRINCIPAL}
    assert {p.username for p in holders(waiting, SCHOOL)} == {TEACHER}


@pytest.mark.parametrize(
    ("who", "changed", "found"),
    [
        (LEAD, {"roles": frozenset({Role.TEACHER})}, [(CHECK, LEAD)]),
        (LEAD, {"leads": ("nha-tre",)}, [(CHECK, LEAD)]),
        (TEACHER, {"groups": ("nha-tre",)}, [(SUBMIT, TEACHER)]),
        (TEACHER, {"roles": frozenset({Role.CLERK})}, [(SUBMIT, TEACHER)]),
        (VICE, {"fields": frozenset({"nuoi-duong"})}, [(APPROVE, VICE)]),
        (VICE, {"name": "Tên khác"}, []),
        (OTHER_LEAD, {"key": "another key"}, []),
    ],
)
def test_a_right_that_is_lost_takes_the_decision_with_it(
    who: str, changed: dict[str, Any], found: list[tuple[Action, str]]
) -> None:
    assert lapsed(a_change(*APPROVED), with_person(SCHOOL, who, **changed)) == found


def test_of_somebody_who_left_the_user_name_is_told() -> None:
    people = {name: p for name, p in SCHOOL.people.items() if name != LEAD}
    left = replace(SCHOOL, people=people, appointed=people)

    (lapse,) = entries.lapses(a_change(*CHECKED), left)
    assert f"“Xác nhận chính xác” của {LEAD} không còn" in str(lapse.reason)


def test_a_decision_by_delegation_counts_after_the_last_day() -> None:
    school = lent(delegation(TEACHER, Role.PRINCIPAL))
    step = replace(acts((APPROVE, TEACHER))[0], role=Role.PRINCIPAL)
    written = ((SAVE, LEAD), (SUBMIT, LEAD))
    change = a_change(*written, history=(*acts(*written), step), status=Status.APPROVED)

    assert lapsed(change, school.acting(MORNING)) == []
    assert lapsed(change, school.acting(MORNING + timedelta(days=400))) == []
    assert lapsed(change, SCHOOL) == [(APPROVE, TEACHER)]


@pytest.mark.parametrize("voiding", [(RETURN, VICE), (SAVE, TEACHER), (UPDATE, TEACHER)])
def test_what_is_void_anyhow_does_not_lapse(voiding: tuple[Action, str]) -> None:
    assert lapsed(a_change(*CHECKED, voiding), NEW_KEY) == []
    assert lapsed(a_change(*CHECKED, voiding, (SUBMIT, TEACHER)), NEW_KEY) == []
    assert a_change(*CHECKED, voiding).counting == ()


@pytest.mark.parametrize("status", [Status.PARKED, Status.ABANDONED])
def test_nothing_lapses_in_what_lies_aside(status: Status) -> None:
    assert lapsed(replace(a_change(*CHECKED), status=status), NEW_KEY) == []


def test_without_a_key_in_the_roster_nobody_signs() -> None:
    assert said(a_change(*SUBMITTED), CHECK, LEAD, KEYLESS) == [NO_KEY]


def test_nothing_urgent_goes_out_in_a_freeze_but_work_goes_on() -> None:
    frozen = replace(SCHOOL, frozen="Nghỉ Tết")

    assert said(a_change(*SUBMITTED), URGENT, VICE, frozen) == [FROZEN]
    assert said(a_change(*SUBMITTED), CHECK, LEAD, frozen) == []
    assert said(a_change(*CHECKED), APPROVE, VICE, frozen) == []


# Who may start what, for whom

NOT_WRITTEN, NOT_A_MEMBER = "không được phân công soạn", "Chọn tổ, bộ phận mà tài khoản"


@pytest.mark.parametrize(
    ("kind", "group", "who", "reasons"),
    [
        ("posts", "mau-giao", TEACHER, []),
        ("posts", "nha-tre", TEACHER, [NOT_A_MEMBER]),
        ("posts", "nha-tre", VICE, []),
        ("posts", "no such group", PRINCIPAL, [NOT_A_MEMBER]),
        ("circulars", "van-phong", CLERK, []),
        ("circulars", "mau-giao", TEACHER, [NOT_WRITTEN]),
        ("circulars", "nha-tre", TEACHER, [NOT_WRITTEN, NOT_A_MEMBER]),
        ("menus", "nuoi-duong", NUTRITION, []),
        ("menus", "mau-giao", LEAD, [NOT_A_MEMBER]),
    ],
)
def test_who_starts_an_entry_for_a_group(
    kind: str, group: str, who: str, reasons: list[str]
) -> None:
    found = [str(r) for r in may_create(kind, group, SCHOOL.people[who], SCHOOL)]

    assert len(found) == len(reasons)
    assert all(part in text for part, text in zip(reasons, found, strict=True))


def test_the_refusal_names_the_kind_of_entry_in_lower_case() -> None:
    (reason,) = may_create("circulars", "mau-giao", SCHOOL.people[TEACHER], SCHOOL)

    label = CONTENT_TYPES["circulars"].label
    assert label != label.lower()
    assert str(reason) == f"Tài khoản này không được phân công soạn {label.lower()}."


@pytest.mark.parametrize(
    ("kind", "who", "groups"),
    [
        ("posts", TEACHER, ["mau-giao"]),
        ("posts", PRINCIPAL, list(SCHOOL.groups)),
        ("posts", VICE, list(SCHOOL.groups)),
        ("menus", PRINCIPAL, ["nuoi-duong"]),
        ("menus", NUTRITION, ["nuoi-duong"]),
        ("menus", TEACHER, []),
    ],
)
def test_in_whose_name_one_may_write(kind: str, who: str, groups: list[str]) -> None:
    assert groups_for(kind, SCHOOL.people[who], SCHOOL) == groups


def test_a_group_that_is_no_more_is_not_offered() -> None:
    school = with_person(SCHOOL, TEACHER, groups=("to-cu", "mau-giao"))

    assert groups_for("posts", school.people[TEACHER], school) == ["mau-giao"]


# Who reads what


def readers(change: Change, school: Governance = SCHOOL) -> set[str]:
    return {name for name, p in school.people.items() if may_read(change, p, school)}


BOSSES = {PRINCIPAL, VICE, NUTRITION_VICE}


@pytest.mark.parametrize(
    ("writer", "kind", "group", "wanted"),
    [
        (TEACHER, "posts", "mau-giao", {TEACHER, LEAD, *BOSSES}),
        (CLERK, "posts", "mau-giao", {CLERK, TEACHER, LEAD, *BOSSES}),
        (TEACHER, "pages", "mau-giao", {TEACHER, *BOSSES}),
        (NUTRITION, "menus", "nuoi-duong", {NUTRITION, *BOSSES}),
        (
            CLERK,
            "circulars",
            "van-phong",
            {CLERK, ADMIN, LEAD, OTHER_LEAD, NUTRITION, UNION, *BOSSES},
        ),
    ],
)
def test_a_draft_is_read_by_those_whose_business_it_is(
    writer: str, kind: str, group: str, wanted: set[str]
) -> None:
    assert readers(a_change((SAVE, writer), kind=kind, group=group)) == wanted


def test_what_is_published_is_read_by_all() -> None:
    assert readers(a_change(*WRITTEN, status=Status.PUBLISHED)) == set(STAFF)


@pytest.mark.parametrize(
    ("status", "wanted"),
    [
        (Status.DRAFT, {TEACHER, LEAD, *BOSSES}),
        (Status.PUBLISHED, {TEACHER, LEAD, ADMIN, *BOSSES}),
    ],
)
def test_personal_data_is_for_leaders_the_administrator_and_the_group(
    status: Status, wanted: set[str]
) -> None:
    change = a_change((SAVE, CLERK), status=status)
    school = taken_down(SCHOOL, "personal_data")
    people = school.people.values()
    shielded = {p.username for p in people if is_shielded(ENTRY, "mau-giao", p, school)}

    assert set(STAFF) - shielded == {TEACHER, LEAD, ADMIN, *BOSSES}
    assert readers(change, school) == wanted


@pytest.mark.parametrize(
    "school",
    [
        SCHOOL,
        taken_down(SCHOOL, "error"),
        taken_down(SCHOOL, "explained"),
        taken_down(SCHOOL, "personal_data", "another"),
    ],
)
def test_nothing_else_is_shielded(school: Governance) -> None:
    assert not any(is_shielded(ENTRY, "mau-giao", p, school) for p in school.people.values())


# For whom it waits


@pytest.mark.parametrize(
    ("history", "waits_for"),
    [
        (WRITTEN, [TEACHER]),
        (SUBMITTED, [LEAD]),
        (CHECKED, [PRINCIPAL, VICE]),
        (APPROVED, [TEACHER]),
        ((*SUBMITTED, (RETURN, LEAD)), [TEACHER]),
        (((SAVE, CLERK), (SAVE, TEACHER), (SAVE, CLERK), (UPDATE, LEAD)), [CLERK, TEACHER, LEAD]),
        (((SAVE, "gone"), (SAVE, TEACHER)), [TEACHER]),
        (((SAVE, PRINCIPAL), (SUBMIT, PRINCIPAL)), [VICE, NUTRITION_VICE]),
        (((SAVE, VICE), (SUBMIT, VICE)), [PRINCIPAL, NUTRITION_VICE]),
    ],
)
def test_it_waits_for_those_who_can_take_the_next_step(
    history: tuple[tuple[Action, str], ...], waits_for: list[str]
) -> None:
    assert [p.username for p in holders(a_change(*history), SCHOOL)] == waits_for


def test_what_is_published_waits_for_nobody() -> None:
    assert holders(a_change(*WRITTEN, status=Status.PUBLISHED), SCHOOL) == []


def test_the_rules_name_people_only_of_this_school() -> None:
    assert set(STAFF) == set(SCHOOL.people)


def test_what_is_no_decision_and_what_none_has_voided_stays() -> None:
    unsaved = a_change((SUBMIT, TEACHER))
    taken_down = replace(acts((Action.TAKEDOWN, ADMIN))[0], role=Role.SITE_ADMIN)

    assert unsaved.counting == unsaved.history
    assert lapsed(a_change(*CHECKED, history=(*acts(*CHECKED), taken_down)), SCHOOL) == []
