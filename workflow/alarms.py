"""Alarms: what the publisher found to be wrong and nobody has mended yet.

They stand in one small file until it is well again, and in a log for good. It knows who raises
them no more than who reads them.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
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


_SENTENCES: Final = {
    Danger.RELEASE: Message("Trang công khai bị sửa ngoài quy trình phê duyệt."),
    Danger.REPOSITORY: Message("Kho nội dung không qua được kiểm chứng."),
    Danger.WITNESS: Message("Không gửi được lịch sử tới kho nhân chứng."),
}


@dataclass(frozen=True)
class Alarm:
    """Something that leaders must know: ``paths`` are files, commits or addresses it concerns."""

    danger: Danger
    since: str
    paths: tuple[str, ...]
    sentence: str

    @property
    def when(self) -> datetime:
        """Since when it stands."""
        return datetime.fromisoformat(self.since)

    @classmethod
    def read(cls, data: Path) -> "tuple[Alarm, ...]":
        """Return the alarms that stand; none means that all is well."""
        try:
            rows = json.loads(_path(data).read_text())
        except FileNotFoundError:
            return ()
        return tuple(
            cls(Danger(row["danger"]), row["since"], tuple(row["paths"]), row["sentence"])
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
            _store(data, [other for other in before if other is not alarm])
            _log(data, alarm, standing=False)


def _store(data: Path, alarms: list[Alarm]) -> None:
    if alarms:
        rows = [asdict(alarm) for alarm in alarms]
        replace_file(_path(data), json.dumps(rows, ensure_ascii=False))
    else:
        _path(data).unlink(missing_ok=True)


def _log(data: Path, alarm: Alarm, *, standing: bool) -> None:
    at = now().isoformat(timespec="seconds")
    row = {"at": at, "standing": standing, **asdict(alarm)}
    with (publisher_folder(data) / "alarms.log").open("a") as log:
        log.write(f"{json.dumps(row, ensure_ascii=False)}\n")


def _path(data: Path) -> Path:
    return publisher_folder(data) / "alarm.json"
