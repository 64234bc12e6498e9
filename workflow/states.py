"""Statuses, roles, actions and the one table of transitions.

The table feeds services, buttons, permission tests and the generated reference. It knows neither
git nor the people: who holds a duty is decided in ``entries``.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What a person is in the school (DOMAIN §1.2); a person may hold several."""

    TEACHER = "teacher"
    STAFF = "staff"
    TEAM_LEAD = "team_lead"
    VICE_PRINCIPAL = "vice_principal"
    PRINCIPAL = "principal"
    SITE_ADMIN = "site_admin"
    CLERK = "clerk"

    @property
    def label(self) -> str:
        """The role in the seed's words, lower case, as in a sentence."""
        return _ROLE_LABELS[self]


_ROLE_LABELS: Final = {
    Role.TEACHER: "giáo viên",
    Role.STAFF: "nhân viên",
    Role.TEAM_LEAD: "tổ trưởng",
    Role.VICE_PRINCIPAL: "phó hiệu trưởng",
    Role.PRINCIPAL: "hiệu trưởng",
    Role.SITE_ADMIN: "quản trị website",
    Role.CLERK: "văn thư",
}

LEADERS: Final = frozenset({Role.VICE_PRINCIPAL, Role.PRINCIPAL})
"""Who approves, publishes urgently and reviews afterwards."""
DECIDING_ROLES: Final = frozenset({Role.TEAM_LEAD, Role.VICE_PRINCIPAL, Role.PRINCIPAL})
"""Roles that check or approve content: the site administrator can hold none of them."""


class Status(StrEnum):
    """Where a change stands, derived from the commits after its last save.

    PARKED alone is said by the ref: the same commits lie aside while the live page is mended.
    """

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    CHANGES_REQUESTED = "changes_requested"
    PENDING_APPROVAL = "pending_approval"
    APPROVED = "approved"
    PUBLISHED = "published"
    PARKED = "parked"
    ABANDONED = "abandoned"

    @property
    def label(self) -> str:
        """The status in the seed's words."""
        return _STATUS_LABELS[self]


_STATUS_LABELS: Final = {
    Status.DRAFT: "Bản nháp",
    Status.IN_REVIEW: "Chờ kiểm tra",
    Status.CHANGES_REQUESTED: "Trả lại để sửa",
    Status.PENDING_APPROVAL: "Chờ phê duyệt",
    Status.APPROVED: "Đã phê duyệt – chờ đăng",
    Status.PUBLISHED: "Đã đăng",
    Status.PARKED: "Đang gác",
    Status.ABANDONED: "Đã bỏ",
}


class Action(StrEnum):
    """What a signed commit does; the value stands in its ``Action:`` trailer.

    PARK alone writes no commit: it moves the ref of a draft aside.
    """

    FOUND = "found"
    GOVERN = "govern"
    SAVE = "save"
    SUBMIT = "submit"
    CHECK = "check"
    RETURN = "return"
    APPROVE = "approve"
    URGENT = "urgent"
    PARK = "park"
    UPDATE = "update"
    ABANDON = "abandon"
    PUBLISH = "publish"
    TAKEDOWN = "takedown"
    REVIEW = "review"
    RECOVER = "recover"

    @property
    def label(self) -> str:
        """The action as the history shows it."""
        return _ACTION_LABELS[self]


_ACTION_LABELS: Final = {
    Action.FOUND: "Lập kho nội dung",
    Action.GOVERN: "Thay đổi phân quyền",
    Action.SAVE: "Lưu bản nháp",
    Action.SUBMIT: "Gửi kiểm tra",
    Action.CHECK: "Xác nhận chính xác",
    Action.RETURN: "Trả lại để sửa",
    Action.APPROVE: "Phê duyệt và đăng",
    Action.URGENT: "Đăng khẩn",
    Action.PARK: "Sửa gấp bản đang đăng",
    Action.UPDATE: "Cập nhật và viết tiếp",
    Action.ABANDON: "Bỏ bản nháp",
    Action.PUBLISH: "Đăng",
    Action.TAKEDOWN: "Gỡ bài",
    Action.REVIEW: "Hậu kiểm",
    Action.RECOVER: "Khôi phục hiệu trưởng",
}


class Duty(StrEnum):
    """Whose act a transition is; ``entries`` says which persons hold a duty for an entry."""

    WRITER = "writer"
    CHECKER = "checker"
    APPROVER = "approver"
    LEADER = "leader"


@dataclass(frozen=True)
class Transition:
    """One arrow of the workflow.

    ``target`` is the status reached; a submission that needs no check goes on to
    PENDING_APPROVAL by itself (``entries.status_after_submission``).
    """

    action: Action
    sources: frozenset[Status]
    target: Status
    duty: Duty
    asks_password: bool = False
    asks_reason: bool = False


_OPEN: Final = frozenset(
    {
        Status.DRAFT,
        Status.IN_REVIEW,
        Status.CHANGES_REQUESTED,
        Status.PENDING_APPROVAL,
        Status.APPROVED,
    }
)

TRANSITIONS: Final = (
    Transition(Action.SAVE, _OPEN | {Status.PUBLISHED}, Status.DRAFT, Duty.WRITER),
    Transition(
        Action.SUBMIT,
        frozenset({Status.DRAFT, Status.CHANGES_REQUESTED}),
        Status.IN_REVIEW,
        Duty.WRITER,
    ),
    Transition(
        Action.CHECK,
        frozenset({Status.IN_REVIEW}),
        Status.PENDING_APPROVAL,
        Duty.CHECKER,
        asks_password=True,
    ),
    Transition(
        Action.RETURN,
        frozenset({Status.IN_REVIEW}),
        Status.CHANGES_REQUESTED,
        Duty.CHECKER,
        asks_reason=True,
    ),
    Transition(
        Action.RETURN,
        frozenset({Status.PENDING_APPROVAL, Status.APPROVED}),
        Status.CHANGES_REQUESTED,
        Duty.APPROVER,
        asks_reason=True,
    ),
    Transition(
        Action.APPROVE,
        frozenset({Status.PENDING_APPROVAL}),
        Status.APPROVED,
        Duty.APPROVER,
        asks_password=True,
    ),
    Transition(
        Action.URGENT,
        frozenset({Status.IN_REVIEW, Status.PENDING_APPROVAL}),
        Status.APPROVED,
        Duty.LEADER,
        asks_password=True,
        asks_reason=True,
    ),
    Transition(Action.PARK, _OPEN, Status.PARKED, Duty.WRITER),
    Transition(Action.ABANDON, _OPEN, Status.ABANDONED, Duty.WRITER, asks_reason=True),
    Transition(
        Action.UPDATE,
        frozenset({Status.PARKED, Status.ABANDONED}),
        Status.DRAFT,
        Duty.WRITER,
    ),
)


def transition(action: Action, status: Status) -> Transition | None:
    """Return the arrow that ``action`` takes from ``status``, or None where there is none."""
    for row in TRANSITIONS:
        if row.action is action and status in row.sources:
            return row
    return None
