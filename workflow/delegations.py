"""What a delegation of approval is (Ủy quyền phê duyệt): whose, of which role, for which days.

It reads one row of the roster. It knows neither people nor commits: ``roster`` lends the role, and
``governing`` gives and ends it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final

from workflow.clock import VIETNAM
from workflow.states import Role

MAX_DAYS: Final = 366
"""A delegation ends by itself: nobody acts for another for years because it was forgotten."""
DELEGABLE: Final = (Role.TEAM_LEAD, Role.VICE_PRINCIPAL, Role.PRINCIPAL)


class Standing(StrEnum):
    """Where a delegation stands on a day."""

    COMING = "coming"
    IN_FORCE = "in_force"
    OVER = "over"

    @property
    def label(self) -> str:
        """The standing in words."""
        return _STANDING_LABELS[self]


_STANDING_LABELS: Final = {
    Standing.COMING: "Sắp có hiệu lực",
    Standing.IN_FORCE: "Đang có hiệu lực",
    Standing.OVER: "Đã kết thúc",
}


@dataclass(frozen=True)
class Delegation:
    """One row of ``[[delegations]]``.

    ``since`` and ``until`` are days in Vietnam and both count; ``ended`` is the moment at which
    the principal ended it early. ``groups`` are for a team lead, ``fields`` for a vice-principal.
    """

    person: str
    role: Role
    groups: tuple[str, ...]
    fields: tuple[str, ...]
    since: date
    until: date
    decision: str
    ended: datetime | None = None

    @property
    def id(self) -> str:
        """A name for forms; ending a delegation does not change it."""
        return sha256(repr(replace(self, ended=None)).encode()).hexdigest()[:12]

    @property
    def last_day(self) -> date:
        """The last day on which it counted or will count."""
        return min(self.until, self.ended.astimezone(VIETNAM).date()) if self.ended else self.until

    def covers(self, at: datetime) -> bool:
        """Say whether what is signed at that moment may be signed under it."""
        day = at.astimezone(VIETNAM).date()
        return self.since <= day <= self.until and (self.ended is None or at < self.ended)

    def standing(self, at: datetime) -> Standing:
        """Say whether it is coming, in force or over."""
        if self.covers(at):
            return Standing.IN_FORCE
        is_ahead = at.astimezone(VIETNAM).date() < self.since and self.ended is None
        return Standing.COMING if is_ahead else Standing.OVER

    def concerns(self, group: str, field: str) -> bool:
        """Say whether it gives the role for the entries of a group with that field."""
        match self.role:
            case Role.TEAM_LEAD:
                return group in self.groups
            case Role.VICE_PRINCIPAL:
                return field in self.fields
            case _:
                return True


def read(row: Mapping[str, Any]) -> Delegation:
    """Return the delegation that a row of the roster describes.

    Raises:
        KeyError, ValueError, TypeError: a part is missing, or breaks a rule of the form.
    """
    found = Delegation(
        person=row["person"],
        role=Role(row["role"]),
        groups=tuple(row.get("groups", ())),
        fields=tuple(row.get("fields", ())),
        since=row["since"],
        until=row["until"],
        decision=row["decision"],
        ended=row.get("ended"),
    )
    days = (found.until - found.since).days + 1
    right_days = 1 <= days <= MAX_DAYS
    if found.role not in DELEGABLE or not right_days or not found.decision:
        raise ValueError(f"impossible delegation of {found.person}")
    if bool(found.groups) != (found.role is Role.TEAM_LEAD):
        raise ValueError(f"delegation of {found.person}: a team lead leads groups")
    if bool(found.fields) != (found.role is Role.VICE_PRINCIPAL):
        raise ValueError(f"delegation of {found.person}: a vice-principal has fields")
    return found


def as_row(given: Delegation) -> dict[str, Any]:
    """Return the row of the roster for a delegation."""
    row: dict[str, Any] = {"person": given.person, "role": given.role.value}
    if given.groups:
        row["groups"] = list(given.groups)
    if given.fields:
        row["fields"] = list(given.fields)
    row |= {"since": given.since, "until": given.until, "decision": given.decision}
    return row | ({"ended": given.ended} if given.ended else {})
