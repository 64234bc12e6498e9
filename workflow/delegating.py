"""Says what speaks against a delegation before the principal signs it, field by field.

It is pure and knows no file; the auditor holds the lasting part of these rules a second time.
"""

from collections.abc import Collection
from datetime import datetime

from workflow.clock import VIETNAM
from workflow.delegations import DELEGABLE, MAX_DAYS, Delegation
from workflow.entries import NO_KEY
from workflow.errors import Message
from workflow.roster import Governance
from workflow.states import Role
from workflow.text import clean_line, hidden_characters


def wrong_delegation(
    governance: Governance, given: Delegation, now: datetime
) -> dict[str, list[Message]]:
    """Return everything that is wrong by the name of its field; nothing allows it."""
    fields = governance.school.get("fields", {})
    found = {
        "person": _wrong_person(governance, given.person),
        "role": _wrong_role(governance, given),
        "groups": _wrong_scope(given, Role.TEAM_LEAD, given.groups, governance.groups),
        "fields": _wrong_scope(given, Role.VICE_PRINCIPAL, given.fields, fields),
        "since": _wrong_start(given, now),
        "until": _wrong_end(given),
        "decision": _wrong_number(given.decision),
    }
    return {name: [message] for name, message in found.items() if message}


def _wrong_person(governance: Governance, username: str) -> Message | None:
    person = governance.appointed.get(username)
    if person is None:
        return Message("Chọn người được ủy quyền.")
    if person.has(Role.SITE_ADMIN):
        return Message("Quản trị website không được giữ vai trò kiểm tra, phê duyệt.")
    if person.has(Role.PRINCIPAL):
        return Message("Hiệu trưởng ủy quyền cho người khác, không cho chính mình.")
    return None if person.key else NO_KEY


def _wrong_role(governance: Governance, given: Delegation) -> Message | None:
    if given.role not in DELEGABLE:
        return Message("Chọn vai trò được ủy quyền.")
    if given in governance.delegations or _holds(governance, given):
        return Message("Người này đã có quyền đó.")
    return None


def _holds(governance: Governance, given: Delegation) -> bool:
    """Say whether the person was appointed to all of it."""
    person = governance.appointed.get(given.person)
    if person is None or not person.has(given.role):
        return False
    asked, own = {*given.groups, *given.fields}, {*person.leads, *person.fields}
    return bool(asked) and asked <= own


def _wrong_scope(
    given: Delegation, role: Role, chosen: Collection[str], known: Collection[str]
) -> Message | None:
    """Judge the groups of a team lead or the fields of a vice-principal: nobody else has any."""
    if given.role is not role:
        return Message("Vai trò này không cần chọn mục này.") if chosen else None
    if not chosen or not set(chosen) <= set(known):
        return Message("Chọn ít nhất một mục mà người này được phụ trách thay.")
    return None


def _wrong_start(given: Delegation, now: datetime) -> Message | None:
    if given.since < now.astimezone(VIETNAM).date():
        return Message("Ủy quyền bắt đầu từ hôm nay hoặc một ngày sau đó.")
    return None


def _wrong_end(given: Delegation) -> Message | None:
    if given.until < given.since:
        return Message("Ngày cuối phải từ ngày bắt đầu trở đi.")
    if (given.until - given.since).days >= MAX_DAYS:
        return Message("Ủy quyền dài nhất {days} ngày.", {"days": MAX_DAYS})
    return None


def _wrong_number(decision: str) -> Message | None:
    if not clean_line(decision) or hidden_characters(decision):
        return Message("Ghi số quyết định ủy quyền. Ví dụ: 25/QĐ-MNPH.")
    return None
