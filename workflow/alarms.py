"""Alarms: what the publisher found to be wrong and nobody has mended yet.

They stand in one small file until it is well again, the latest past ones in another, and all in a
log for good. It knows who raises them no more than who reads them.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from workflow.clock import now
from workflow.errors import Message
from workflow.release import publisher_folder, replace_file


class Danger(StrEnum):
    """What an alarm is about; there is one of a kind at a time."""

    RELEASE = "release"
    REPOSITORY = "repository"
    WITNESS = "witness"
    PUBLISHER = "publisher"
    DUE = "due"


_TOLD_AFTERWARDS: Final = frozenset({Danger.RELEASE, Danger.REPOSITORY, Danger.PUBLISHER})
"""What people must hear of although it is well again: somebody or something caused it."""
_PAST_KEPT: Final = 20
_SENTENCES: Final = {
    Danger.RELEASE: Message("Trang công khai bị sửa ngoài quy trình phê duyệt."),
    Danger.REPOSITORY: Message("Kho nội dung không qua được kiểm chứng."),
    Danger.WITNESS: Message("Không gửi được lịch sử tới kho nhân chứng."),
    Danger.PUBLISHER: Message("Chưa đăng được trang công khai. Trang cũ vẫn giữ nguyên."),
    Danger.DUE: Message("Bài đã phê duyệt, đến giờ mà không đăng được."),
}


@dataclass(frozen=True)
class Alarm:
    """Something that leaders must know: ``paths`` are files, commits or addresses it concerns.

    ``ended`` is when it was well again; empty while it stands.
    """

    danger: Danger
    since: str
    paths: tuple[str, ...]
    sentence: str
    ended: str = ""

    @property
    def name(self) -> str:
        """What tells it from every other alarm."""
        return f"{self.danger} {self.since}"

    @property
    def when(self) -> datetime:
        """Since when it stands."""
        return datetime.fromisoformat(self.since)

    @property
    def until(self) -> datetime:
        """When it ended; only a past alarm has this."""
        return datetime.fromisoformat(self.ended)

    @classmethod
    def read(cls, data: Path) -> "tuple[Alarm, ...]":
        """Return the alarms that stand; none means that all is well."""
        return cls._stored(_path(data))

    @classmethod
    def past(cls, data: Path) -> "tuple[Alarm, ...]":
        """Return the latest alarms that ended, the last one first."""
        return cls._stored(_past_path(data))

    @classmethod
    def _stored(cls, path: Path) -> "tuple[Alarm, ...]":
        try:
            rows = json.loads(path.read_text())
        except FileNotFoundError:
            return ()
        return tuple(
            cls(**{**row, "danger": Danger(row["danger"]), "paths": tuple(row["paths"])})
            for row in rows
        )


def raise_alarm(data: Path, danger: Danger, paths: Iterable[str]) -> None:
    """Let an alarm stand and note it in the log, once as long as it says the same."""
    concerned = tuple(paths)
    before = Alarm.read(data)
    same = next((alarm for alarm in before if alarm.danger is danger), None)
    if same and same.paths == concerned:
        return
    since = same.since if same else now().isoformat(timespec="seconds")
    alarm = Alarm(danger, since, concerned, _SENTENCES[danger].text)
    _store(data, [*(other for other in before if other.danger is not danger), alarm])
    _log(data, alarm, standing=True)


def clear_alarm(data: Path, danger: Danger) -> None:
    """Take an alarm down: it is well again. The log keeps it."""
    before = Alarm.read(data)
    for alarm in before:
        if alarm.danger is danger:
            if danger in _TOLD_AFTERWARDS:
                _keep_past(data, alarm)
            _store(data, [other for other in before if other is not alarm])
            _log(data, alarm, standing=False)


def _store(data: Path, alarms: list[Alarm]) -> None:
    if alarms:
        rows = [asdict(alarm) for alarm in alarms]
        replace_file(_path(data), json.dumps(rows, ensure_ascii=False))
    else:
        _path(data).unlink(missing_ok=True)


def _keep_past(data: Path, alarm: Alarm) -> None:
    ended = replace(alarm, ended=now().isoformat(timespec="seconds"))
    rows = [asdict(one) for one in (ended, *Alarm.past(data))[:_PAST_KEPT]]
    replace_file(_past_path(data), json.dumps(rows, ensure_ascii=False))


def _log(data: Path, alarm: Alarm, *, standing: bool) -> None:
    at = now().isoformat(timespec="seconds")
    row = {"at": at, "standing": standing, **asdict(alarm)}
    with (publisher_folder(data) / "alarms.log").open("a") as log:
        log.write(f"{json.dumps(row, ensure_ascii=False)}\n")


def _path(data: Path) -> Path:
    return publisher_folder(data) / "alarm.json"


def _past_path(data: Path) -> Path:
    return publisher_folder(data) / "past-alarms.json"
