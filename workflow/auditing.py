"""The publisher's audits: incremental before each release, of the whole history once a night.

The last good head is kept, signed with the release key. It spares the next audit the signatures
up to there, and it must stay part of ``main``. What an audit looks at, the auditor knows.
"""

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from workflow import audit_memory, release, verification
from workflow.alarms import Danger, clear_alarm, raise_alarm
from workflow.clock import now
from workflow.errors import Unverified
from workflow.notes import read_note, write_note
from workflow.repository import MAIN, RefUpdate, Repository
from workflow.verification import Report, Rule

_NAMESPACE: Final = "toasoan-audited"
_NIGHT: Final = 2
"""The hour, in Vietnam, after which the day's whole audit is due."""


@dataclass(frozen=True)
class Audited:
    """The last good head, whether signatures up to it need no second look, and the last whole day.

    After a failure the head still counts (a history that lost it was rewritten), its
    signatures do not.
    """

    head: str
    trusted: bool
    whole: str

    @classmethod
    def read(cls, data: Path) -> "Audited | None":
        """Return what the last audit noted; None where there is no note or it is not ours."""
        row = read_note(data, _path(data), _NAMESPACE)
        try:
            return cls(row["head"], row["trusted"], row["whole"]) if row else None
        except LookupError:
            return None

    def write(self, data: Path) -> None:
        """Note it, signed."""
        write_note(data, _path(data), _NAMESPACE, asdict(self))


_ACTS_NOT_KEPT: Final = 50
"""So many commits of ``main`` are read again at a start, in a moment."""


class _Memory:
    """The last audit of this process that ended well: the next one goes on from there.

    The first of a process goes on from the one that the publisher has kept, if that is known.
    """

    def __init__(self, repo: Repository) -> None:
        self._repo = repo
        self._last: verification.Audit | None = None
        self._data: Path | None = None

    def begin_in(self, data: Path) -> None:
        """Look there for an audit that was kept; nothing is read before it is needed."""
        self._data = data

    def audit(self, head: str, audited: str | None) -> Report:
        """Audit up to ``head``; the whole history where nothing ``audited`` is named."""
        before = self._known() if audited else None
        path = self._repo.path
        report, last = verification.verify_on(before, path, head=head, audited=audited)
        self._last = last or self._last
        return report

    def _known(self) -> verification.Audit | None:
        if self._last is None and self._data:
            self._last = audit_memory.kept(self._data, self._repo.path)
        return self._last


class _MovesMain(_Memory):
    """Of whoever moves ``main`` and trusts it as it stands."""


class _Publishes(_Memory):
    """Of the publisher, who believes only what it has audited itself."""

    def __init__(self, repo: Repository) -> None:
        super().__init__(repo)
        self._kept = 0

    def keep(self, data: Path) -> None:
        """Keep the last audit for the next process, where what is kept lags far behind."""
        lag = len(self._last.main) - self._kept if self._last else 0
        if self._last and (not self._kept or not 0 <= lag <= _ACTS_NOT_KEPT):
            audit_memory.keep(data, self._last)
            self._kept = len(self._last.main)

    def _known(self) -> verification.Audit | None:
        known = super()._known()
        self._kept = self._kept or (len(known.main) if known else 0)
        return known


def begin_in(repo: Repository, data: Path) -> None:
    """Let who moves ``main`` go on from what the publisher has audited, instead of from nothing."""
    repo.companion(_MovesMain).begin_in(data)


def keep(repo: Repository, data: Path) -> None:
    """Keep what the publisher has audited for its next start, where much of it is new."""
    note = Audited.read(data)
    if note and note.trusted:
        repo.companion(_Publishes).keep(data)


def advance_main(repo: Repository, commit: str, main: str, *beside: RefUpdate) -> None:
    """Move ``main`` on to ``commit``, and other refs with it, if the auditor lets it.

    It judges before ``main`` moves: what it refuses could never be published again.

    Raises:
        Unverified: it does not let it; nothing was moved.
        RefMoved: a ref was not where the caller saw it.
    """
    proof = repo.companion(_MovesMain).audit(commit, main)
    if not proof.ok:
        raise Unverified(str(proof.reason))
    repo.update_refs([RefUpdate(MAIN, commit, main), *beside])


def audit(repo: Repository, data: Path, head: str, *, whole: bool = False) -> Report:
    """Audit ``main`` as of ``head`` and note the result; a failure is an alarm.

    Without a note of an earlier audit, and after a failure, the whole history is audited.
    """
    release.signing_key(data)
    before = Audited.read(data)
    trusted = before.head if before and before.trusted and not whole else None
    memory = repo.companion(_Publishes)
    memory.begin_in(data)
    report = memory.audit(head, trusted)
    # Where it was trusted, the audit has found it on main itself.
    is_new = report.ok and before and not trusted
    if is_new and before and before.head not in verification.main_line(repo.path, head):
        reason = f"main không còn chứa {before.head[:12]}: lịch sử bị viết lại"
        report = replace(report, ok=False, rule=Rule.HISTORY, reason=reason)
    _note(data, before, report, whole=trusted is None)
    return report


def is_due(data: Path, moment: datetime) -> bool:
    """Say whether the audit of the whole history is due: each day once, from two in the morning."""
    note = Audited.read(data)
    return moment.hour >= _NIGHT and (note is None or note.whole != moment.date().isoformat())


def _note(data: Path, before: Audited | None, report: Report, *, whole: bool) -> None:
    day = now().date().isoformat() if whole else before.whole if before else ""
    if report.ok:
        Audited(report.head, trusted=True, whole=day).write(data)
        if whole:
            clear_alarm(data, Danger.REPOSITORY)
        return
    if before:
        Audited(before.head, trusted=False, whole=day).write(data)
    words = (report.failed_commit, report.rule, report.reason)
    raise_alarm(data, Danger.REPOSITORY, [": ".join(word for word in words if word)])


def _path(data: Path) -> Path:
    return release.publisher_folder(data) / "audited.json"
