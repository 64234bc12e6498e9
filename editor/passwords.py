"""Passwords: how they are hashed, judged and turned into keys.

Knows no account and no table; every argon2 run of the process passes through one gate.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from argon2.low_level import hash_secret_raw
from zxcvbn import zxcvbn

from workflow.errors import InvalidFields, Message, WorkflowError

MIN_LENGTH: Final = 12
MAX_LENGTH: Final = 128
MIN_SCORE: Final = 3
SCORED_LENGTH: Final = 72
"""zxcvbn raises above 72 characters."""
SCHOOL_WORDS: Final = ("phượng hồng", "phuong hong", "phuonghong", "mnph", "mam non", "mầm non")

_MEMORY_KIB: Final = 64 * 1024
_PASSES: Final = 3
_AT_ONCE: Final = 2
_PATIENCE_SECONDS: Final = 20
_DUMMY_HASH: Final = (
    "$argon2id$v=19$m=65536,t=3,p=1$sxCkzujKm62YoX+f9yqSbQ"
    "$F7ZHj2TR8YID6PFv4K0gMm285oGfbg0t2Bxc+VofoKk"
)
"""The hash of thrown-away random bytes, with the parameters of every other hash."""
_hasher: Final = PasswordHasher(time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=1)
"""How dear a guess is, for hashes and keys alike."""
# Each run takes 64 MiB and a fifth of a second: without a gate, forty sign-ins take the machine.
_gate: Final = BoundedSemaphore(_AT_ONCE)


class Busy(WorkflowError):
    """Máy chủ đang bận xử lý nhiều lượt đăng nhập. Chờ một phút rồi thử lại."""


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password, with its own salt and parameters inside."""
    with _one_of_few():
        return _hasher.hash(_bytes(password))


def verify_password(password_hash: str, password: str) -> bool:
    """Say whether the password is the one that was hashed."""
    with _one_of_few():
        try:
            return _hasher.verify(password_hash, _bytes(password))
        except (VerifyMismatchError, InvalidHashError):
            return False


def waste_a_verification(password: str) -> None:
    """Take as long as a verification does, so that unknown names cannot be told by time."""
    verify_password(_DUMMY_HASH, password)


def derive_key(password: str, salt: bytes) -> bytes:
    """Return 32 bytes that only this password and salt give."""
    with _one_of_few():
        return hash_secret_raw(
            _bytes(password),
            salt,
            time_cost=_hasher.time_cost,
            memory_cost=_hasher.memory_cost,
            parallelism=_hasher.parallelism,
            hash_len=32,
            type=Type.ID,
        )


def judge_password(password: str, username: str) -> list[Message]:
    """Return what is wrong with a new password; empty when it may be taken (R04, R43)."""
    if len(password) < MIN_LENGTH:
        return [Message("Mật khẩu cần ít nhất {count} ký tự.", {"count": MIN_LENGTH})]
    if len(password) > MAX_LENGTH:
        return [Message("Mật khẩu dài nhất {count} ký tự.", {"count": MAX_LENGTH})]
    if zxcvbn(password[:SCORED_LENGTH], [username, *SCHOOL_WORDS])["score"] < MIN_SCORE:
        return [
            Message(
                "Mật khẩu này dễ đoán. Ghép vài từ không liên quan, ví dụ bốn từ cách nhau bằng "
                "dấu gạch, rồi thử lại."
            )
        ]
    return []


def require_good_password(field: str, password: str, username: str) -> None:
    """Raise InvalidFields at ``field`` when the password may not be taken."""
    if problems := judge_password(password, username):
        raise InvalidFields({field: problems})


@contextmanager
def _one_of_few() -> Iterator[None]:
    if not _gate.acquire(timeout=_PATIENCE_SECONDS):
        raise Busy
    try:
        yield
    finally:
        _gate.release()


def _bytes(password: str) -> bytes:
    # The same keys give "ế" as one or as two characters, by keyboard and system.
    return unicodedata.normalize("NFC", password).encode()
