"""The recovery key on its way to paper and back: made at founding, used when a principal is lost.

Knows files, words and the account that waits; what the key may do, the workflow decides.
"""

from __future__ import annotations

import argparse
import contextlib
import getpass
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from editor.accounts import Accounts
from editor.database import Database
from editor.enrolment import Enrolment, Record, key_code
from editor.settings import Settings
from workflow import recovering, signing
from workflow.clock import now
from workflow.errors import Message, NotFound, Refused, UnreadableKey, WorkflowError
from workflow.repository import Repository
from workflow.roster import Governance

_YES: Final = "đồng ý"
_HERE: Final = "127.0.0.1"
_PAPER: Final = """\
KHÓA KHÔI PHỤC CỦA HIỆU TRƯỞNG
Lập ngày {day}, cho kho nội dung {place}

{lines}

In tờ này, cho vào phong bì dán kín, cất ở két của trường, rồi xóa tệp này.
Ai có hai dòng trên thì lập được hiệu trưởng mới cho trang web. Dùng một lần, khi hiệu trưởng mất
mật khẩu hoặc không còn ở trường: ./toasoan recover
"""


def seal(settings: Settings, key: Ed25519PrivateKey, place: Path | None = None) -> Path:
    """Write a recovery key to a new file that only its owner can read, and return the file.

    It lies beside the data folder and not in it: a backup of the data must not carry the key.

    Raises:
        OSError: it cannot be written there.
    """
    path = _free(place or settings.data.with_name(f"{settings.data.name}-khoa-khoi-phuc.txt"))
    day = f"{now():%d/%m/%Y}"
    lines = recovering.written(key)
    text = _PAPER.format(day=day, place=settings.repository, lines=lines)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return path


def tell(path: Path) -> None:
    """Print the paper once, and what to do with it."""
    _say(f"\n{path.read_text(encoding='utf-8')}\nKhóa này cũng nằm trong tệp {path}")


def recover(arguments: argparse.Namespace) -> int:
    """Make somebody the principal with the sealed key; it is spent, and a new one is written."""
    settings = Settings(data=arguments.data.resolve())
    if not settings.repository.exists():
        return _no_school(settings)
    repository = Repository(settings.repository)
    try:
        sealed = _read_key(arguments.key)
        person = _waiting(settings, arguments.username or _ask("Tên đăng nhập của hiệu trưởng"))
        if not _agreed(repository.governance(), person, yes=arguments.yes):
            _say("Chưa đổi gì.")
            return 1
        fresh = signing.generate()
        principal = {
            "username": person.username,
            "name": person.display_name or person.username,
            "key": person.public_key,
        }
        line = signing.public_key_line(fresh)
        with _paper_of_what_is_done(settings, fresh, arguments.recovery_file) as path:
            recovering.recover(repository, sealed, principal, line, now())
    except WorkflowError as error:
        _say(" ".join(str(message) for message in error.messages()))
        return 1
    except OSError as error:
        _say(f"Không đọc hoặc không ghi được tệp khóa: {error}")
        return 1
    _say(f"{person.username} là hiệu trưởng. Khóa khôi phục cũ đã dùng, không dùng lại được.")
    tell(path)
    return 0


def lay_down(arguments: argparse.Namespace) -> int:
    """Make a recovery key where there is none, or another: the principal's password signs it."""
    settings = Settings(data=arguments.data.resolve())
    if not settings.repository.exists():
        return _no_school(settings)
    repository, fresh = Repository(settings.repository), signing.generate()
    principal = repository.governance().principal.username
    try:
        password = getpass.getpass(f"Mật khẩu của {principal}: ")
        signer = Accounts(Database(settings.database)).confirm(principal, password, _HERE)
        with _paper_of_what_is_done(settings, fresh, arguments.recovery_file) as path:
            recovering.lay_down(repository, signer, signing.public_key_line(fresh), now())
    except WorkflowError as error:
        _say(" ".join(str(message) for message in error.messages()))
        return 1
    except OSError as error:
        _say(f"Không ghi được tệp khóa: {error}. Chọn chỗ khác bằng --recovery-file.")
        return 1
    _say("Đã ghi khóa khôi phục mới. Tờ giấy cũ, nếu có, không dùng được nữa: hủy đi.")
    tell(path)
    return 0


def reset_password(arguments: argparse.Namespace) -> int:
    """Give an account a temporary password; its key is destroyed and must be signed anew."""
    settings = Settings(data=arguments.data.resolve())
    if not settings.repository.exists():
        return _no_school(settings)
    try:
        password = Enrolment(Database(settings.database)).reset(arguments.username)
    except NotFound:
        _say(f"Không có tài khoản {arguments.username}.")
        return 1
    _say(f"Mật khẩu tạm của {arguments.username}, dùng trong 7 ngày: {password}")
    _say("Đăng nhập, đặt mật khẩu riêng. Khóa ký mới chờ hiệu trưởng; của chính hiệu trưởng thì")
    _say("chạy tiếp: ./toasoan recover")
    return 0


@contextlib.contextmanager
def _paper_of_what_is_done(
    settings: Settings, key: Ed25519PrivateKey, place: Path | None
) -> Iterator[Path]:
    """Write the paper first, since the key counts at once; where it is refused, the paper goes."""
    path = seal(settings, key, place)
    try:
        yield path
    except WorkflowError:
        path.unlink()
        raise


def _no_school(settings: Settings) -> int:
    _say(f"Không có kho nội dung {settings.repository}. Chọn thư mục bằng --data.")
    return 1


def _waiting(settings: Settings, username: str) -> Record:
    """Return the account that is to be the principal's, which must have made its own key."""
    found = Enrolment(Database(settings.database)).find(username)
    if found is None or not found.is_active:
        raise Refused([Message("Không có tài khoản {name}.", {"name": username})])
    return found


def _agreed(governance: Governance, person: Record, *, yes: bool) -> bool:
    lost = governance.principal.username
    if person.username == lost:
        _say(f"{lost} giữ nguyên là hiệu trưởng, với khóa ký mới.")
    else:
        _say(f"{person.username} thành hiệu trưởng; {lost} ra khỏi danh sách phân quyền.")
    _say(f"Mã khóa mới, đối chiếu với trang của người đó: {key_code(person.public_key)}")
    return yes or _ask(f"Gõ “{_YES}” để làm").casefold() == _YES


def _read_key(path: Path | None) -> Ed25519PrivateKey:
    if path is None:
        answer = _ask("Tệp khóa khôi phục, hoặc dòng thứ nhất trên giấy")
        if not Path(answer).is_file():
            return recovering.read(f"{answer}\n{_ask('Dòng thứ hai')}")
        path = Path(answer)
    try:
        return recovering.read(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise UnreadableKey from error


def _free(path: Path) -> Path:
    """Return the path, or the next that is free: a key on the disk is never written over."""
    number, found = 1, path
    while found.exists():
        number += 1
        found = path.with_stem(f"{path.stem}-{number}")
    return found


def _ask(label: str) -> str:
    try:
        return input(f"{label}: ").strip()
    except EOFError:
        return ""


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
