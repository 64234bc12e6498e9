"""What a change of an entry is for, told from what was public and what is to be.

It is stored nowhere, so no writer can call a withdrawal a small edit. Knows fields only.
"""

from enum import StrEnum
from typing import Final

from workflow.content_types import Fields


class Purpose(StrEnum):
    """Why there is a change; approvers and the history see it."""

    NEW = "new"
    EDIT = "edit"
    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"
    RESTORATION = "restoration"

    @property
    def label(self) -> str:
        """The purpose in the seed's words."""
        return _LABELS[self]


_LABELS: Final = {
    Purpose.NEW: "Bài mới",
    Purpose.EDIT: "Sửa bài đã đăng",
    Purpose.CORRECTION: "Đính chính",
    Purpose.WITHDRAWAL: "Thu hồi",
    Purpose.RESTORATION: "Đăng lại",
}
_WITHDRAWAL: Final = ("withdrawal", "withdrawal_reason", "replaced_by")


def purpose_of(before: Fields | None, now: Fields) -> Purpose:
    """Return the purpose of a change from the published fields (None: never public) to ``now``.

    What takes an entry from its readers, or gives it back, weighs more than what else changes.
    """
    if before is None:
        return Purpose.NEW
    was, will_be = ([fields.get(name) for name in _WITHDRAWAL] for fields in (before, now))
    if was != will_be:
        return Purpose.WITHDRAWAL if now.get("withdrawal") else Purpose.RESTORATION
    if len(now.get("corrections", [])) > len(before.get("corrections", [])):
        return Purpose.CORRECTION
    return Purpose.EDIT
