"""Where an approved entry is on its way to the public site.

Knows the publisher's notes and the live release; it starts nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext as _

from editor.newsroom import newsroom, now, repository
from workflow.addresses import public_path
from workflow.alarms import Alarm, Danger
from workflow.entries import Change
from workflow.overdue import GRACE
from workflow.publication import PublishStatus, Stage, has_page, is_live, left_out, live
from workflow.roster import Person
from workflow.services import history_of
from workflow.shelf import Published
from workflow.states import LEADERS, Action, Role, Status

_WHY: Final = frozenset({Danger.PUBLISHER, Danger.REPOSITORY})
"""The alarms that say why the site lags behind."""
_MUST_ACT: Final = LEADERS | {Role.SITE_ADMIN}


@dataclass(frozen=True, slots=True)
class Progress:
    """What the approver's page says."""

    sentence: str
    is_done: bool
    has_failed: bool
    address: str = ""
    details: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the state for the page's script."""
        return {
            "sentence": self.sentence,
            "done": self.is_done,
            "failed": self.has_failed,
            "address": self.address,
            "details": self.details,
        }


def public_address(change: Change) -> str:
    """Return the full address of an entry's public page, or empty where it is not live.

    A withdrawn entry has one too: there stands what the public reads instead.
    """
    if change.before is None:
        return ""
    settings = newsroom().settings
    path = public_path(change.ctype, change.before.fields, change.folder)
    return f"{settings.public_url}{path}" if has_page(settings.data, path) else ""


def progress_of(change: Change) -> Progress:
    """Return how far the publication of an approved entry is."""
    if change.status is Status.APPROVED:
        return Progress(_("Đã phê duyệt – chờ đăng."), is_done=False, has_failed=True)
    if change.status is not Status.PUBLISHED:
        return Progress(_("Bài chưa được phê duyệt."), is_done=False, has_failed=True)
    data = newsroom().settings.data
    commit = _publication(change.entry_id)
    if commit is None or is_live(repository(), data, commit):
        broken = left_out(data).get(change.entry_id, "")
        if broken:
            sentence = _("Đã phê duyệt, nhưng trang của bài không dựng được. Bản trước đó vẫn giữ.")
            return Progress(sentence, is_done=False, has_failed=True, details=broken)
        address = public_address(change)
        return Progress(_("Đã đăng."), is_done=True, has_failed=False, address=address)
    status = PublishStatus.read(data)
    if status and status.stage is Stage.FAILED:
        sentence = _("Đã phê duyệt, nhưng chưa đăng được. Trang công khai cũ vẫn giữ nguyên.")
        return Progress(sentence, is_done=False, has_failed=True, details=status.error)
    return Progress(_("Đã phê duyệt – đang đăng…"), is_done=False, has_failed=False)


def alarms_to_tell(someone: Person) -> list[Alarm]:
    """Return, to those who must act, the alarms that stand and the past ones they have not seen.

    Of each kind of past alarm the latest is enough: whoever comes again and again fills no desk.
    """
    if not someone.roles & _MUST_ACT:
        return []
    data, seen = newsroom().settings.data, newsroom().seen_alarms.of(someone.username)
    latest = {alarm.danger: alarm for alarm in reversed(Alarm.past(data))}
    past = [alarm for alarm in latest.values() if alarm.name not in seen]
    return [*Alarm.read(data), *past]


def stalled_since(someone: Person) -> datetime | None:
    """Return, to those who must act, since when the public site lags behind with no alarm told.

    A publisher that does not run raises no alarm itself.
    """
    if not someone.roles & _MUST_ACT:
        return None
    data, main = newsroom().settings.data, repository().main()
    found = live(data)
    if (found and found.commit == main) or any(a.danger in _WHY for a in Alarm.read(data)):
        return None
    moved = repository().commit(main).when
    return moved if now() > moved + GRACE else None


def left_out_to_tell(someone: Person) -> list[tuple[Published, str]]:
    """Return the entries that could not be built, with the reason, to whom they concern.

    That is the people of the entry's group, the leaders and the site administrator.
    """
    broken = left_out(newsroom().settings.data)
    acts = bool(someone.roles & _MUST_ACT)
    return [
        (entry, broken[entry.entry_id])
        for entry in (newsroom().board.published() if broken else ())
        if entry.entry_id in broken and (acts or entry.fields.get("group") in someone.groups)
    ]


def _publication(entry_id: str) -> str | None:
    steps = history_of(repository(), entry_id)
    return next((step.commit for step in steps if step.action is Action.PUBLISH), None)
