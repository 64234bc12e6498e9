"""Make a school's data folder: the site repository, signed by its principal, and the accounts.

Knows the starter content and the demo staff; it knows no HTTP.
"""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import tomli_w

from editor.accounts import Accounts
from editor.database import Database
from editor.recovering import seal
from editor.samples import add_samples
from editor.settings import Settings
from workflow import roster, services, signing
from workflow.clock import now
from workflow.errors import InvalidFields
from workflow.publication import PROJECT
from workflow.repository import CONTENT, Repository
from workflow.states import Role

STARTER: Final = PROJECT / CONTENT
DEMO_PASSWORD: Final = "Demo-Phuong-Hong-2026"  # noqa: S105 -- printed for everybody, loopback only
_GOVERNANCE: Final = STARTER / "governance"

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Principal:
    """The first account of a real school."""

    username: str
    name: str
    password: str


def is_founded(settings: Settings) -> bool:
    """Say whether the data folder holds a school, whole."""
    return (
        settings.repository.exists()
        and Repository(settings.repository).resolve("refs/heads/main") is not None
    )


def is_demo(settings: Settings) -> bool:
    """Say whether the data folder was founded with the demo school."""
    return _marker(settings).exists()


def found_demo(settings: Settings, report: Report) -> None:
    """Found the demo school: all starter content, one account for each of its staff.

    The accounts are marked as demo accounts and answer on loopback only.
    """
    staff = tomllib.loads((_GOVERNANCE / "roster.toml").read_text())["people"]
    _start_over(settings)
    report(f"Tạo {len(staff)} tài khoản thử")
    signers = _accounts(settings, dict.fromkeys(staff, DEMO_PASSWORD), demo=True)
    keys = {name: signing.public_key_line(s.private_key) for name, s in signers.items()}
    files = dict(_starter_files())
    recovery, path = _sealed(settings)
    staffed = roster.with_keys((_GOVERNANCE / "roster.toml").read_bytes(), keys)
    files[roster.ROSTER] = roster.with_recovery(staffed, recovery, now())
    files[roster.WORKFLOW] = (_GOVERNANCE / "workflow.toml").read_bytes()
    files[roster.SCHOOL] = (_GOVERNANCE / "school.toml").read_bytes()
    principal = next(name for name, row in staff.items() if Role.PRINCIPAL in row["roles"])
    report(f"Lập kho nội dung từ {len(files)} tệp, hiệu trưởng ký")
    repository = _found(settings, signers[principal], files)
    report(f"Thêm {add_samples(repository, signers)} bài đang soạn, đang chờ")
    report(f"Khóa khôi phục để thử ./toasoan recover: {path}")
    _marker(settings).write_text(json.dumps({"demo": True}))


def found_school(
    settings: Settings, school: str, principal: Principal, recovery_file: Path | None = None
) -> Path:
    """Found a real school: its groups and steps, one account, no entries, no default password.

    Returns the file with the recovery key, ``recovery_file`` or one beside the data folder.

    Raises:
        OSError: the recovery key cannot be written.
        InvalidFields: the user name has other characters, or the password is too weak.
    """
    if not roster.USERNAME.match(principal.username):
        raise InvalidFields({"username": [roster.USERNAME_WORDS]})
    _start_over(settings)
    passwords = {principal.username: principal.password}
    signer = _accounts(settings, passwords, demo=False)[principal.username]
    key, path = _sealed(settings, recovery_file)
    table = tomllib.loads(
        roster.with_recovery((_GOVERNANCE / "roster.toml").read_bytes(), key, now()).decode()
    )
    table["people"] = {
        principal.username: {
            "name": principal.name,
            "roles": [Role.PRINCIPAL.value],
            "groups": ["bgh"],
            "fields": [],
            "key": signing.public_key_line(signer.private_key),
            "since": now().date(),
        }
    }
    profile = tomllib.loads((_GOVERNANCE / "school.toml").read_text())
    for name in ("address", "phone", "email", "managing_body", "abbreviation"):
        profile[name] = ""
    profile |= {"name": school, "demo": False}
    files = {
        roster.ROSTER: tomli_w.dumps(table).encode(),
        roster.WORKFLOW: (_GOVERNANCE / "workflow.toml").read_bytes(),
        roster.SCHOOL: tomli_w.dumps(profile).encode(),
    }
    _found(settings, signer, files)
    return path


def _sealed(settings: Settings, place: Path | None = None) -> tuple[str, Path]:
    """Make and write a recovery key; return its public half and the file."""
    key = signing.generate()
    return signing.public_key_line(key), seal(settings, key, place)


def _accounts(
    settings: Settings, passwords: dict[str, str], *, demo: bool
) -> dict[str, signing.Signer]:
    accounts = Accounts(Database(settings.database))
    signers = {}
    for username, password in passwords.items():
        key = signing.generate()
        accounts.create(username, password, key, demo=demo)
        signers[username] = signing.Signer(username, key)
    return signers


def _found(settings: Settings, signer: signing.Signer, files: dict[str, bytes]) -> Repository:
    repository = Repository.create(settings.repository)
    # Drafts are nobody's business outside, nor of the other users of this machine.
    settings.repository.chmod(0o700)
    services.found(repository, signer, files, now())
    return repository


def _start_over(settings: Settings) -> None:
    """Remove what an interrupted founding left; a founded school is never touched."""
    if is_founded(settings):
        raise FileExistsError(settings.repository)
    shutil.rmtree(settings.repository, ignore_errors=True)
    for suffix in ("", "-wal", "-shm"):
        Path(f"{settings.database}{suffix}").unlink(missing_ok=True)


def _starter_files() -> Iterator[tuple[str, bytes]]:
    for path in sorted(STARTER.rglob("*")):
        inside = path.relative_to(PROJECT)
        hidden = any(part.startswith(".") for part in inside.parts)
        if path.is_file() and not hidden and inside.parts[1] != "governance":
            yield inside.as_posix(), path.read_bytes()


def _marker(settings: Settings) -> Path:
    return settings.data / "demo.json"
