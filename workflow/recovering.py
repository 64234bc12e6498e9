"""The sealed recovery key of a lost principal: its form on paper, and its one use (DESIGN §3).

It knows neither where the paper lies nor how an account gets its key.
"""

import base64
import hashlib
import re
from datetime import datetime
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from workflow import roster
from workflow.entries import Trailers
from workflow.errors import Message, Refused, UnreadableKey
from workflow.governing import Tables, drop_delegations, govern, read_tables, store
from workflow.repository import Repository
from workflow.roster import Governance
from workflow.signing import Signer, public_key_line
from workflow.states import Action, Role

_CHECK_BYTES: Final = 3
_SEED_BYTES: Final = 32
_BASE32: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No I, L, O, U: nobody mistakes them on paper."""
_LETTERS: Final = str.maketrans(_BASE32, _CROCKFORD)
_BACK: Final = str.maketrans(_CROCKFORD, _BASE32)
_MISREAD: Final = str.maketrans("OIL", "011")
_LINE: Final = re.compile(r"(?:[0-9A-Z]{4}[- ]){6}[0-9A-Z]{4}")


def written(key: Ed25519PrivateKey) -> str:
    """Return a private key as two lines that can be typed from paper; they check themselves."""
    seed = key.private_bytes_raw()
    text = base64.b32encode(seed + _check(seed)).decode().translate(_LETTERS)
    groups = [text[i : i + 4] for i in range(0, len(text), 4)]
    return f"{'-'.join(groups[:7])}\n{'-'.join(groups[7:])}"


def read(text: str) -> Ed25519PrivateKey:
    """Return the key of two such lines, wherever in a text they stand.

    Raises:
        UnreadableKey: not two lines, or mistyped.
    """
    lines = [line.strip().upper() for line in text.splitlines()]
    letters = "".join(line for line in lines if _LINE.fullmatch(line))
    letters = re.sub("[- ]", "", letters).translate(_MISREAD).translate(_BACK)
    try:
        data = base64.b32decode(letters)
    except ValueError as error:
        raise UnreadableKey from error
    seed, check = data[:_SEED_BYTES], data[_SEED_BYTES:]
    if len(seed) != _SEED_BYTES or check != _check(seed):
        raise UnreadableKey
    return Ed25519PrivateKey.from_private_bytes(seed)


def lay_down(repo: Repository, signer: Signer, key: str, now: datetime) -> Governance:
    """Write the public half of a new sealed key into the roster; the one before counts no more.

    For a school that was founded without one, and where the paper was lost or seen.

    Raises:
        Refused: the signer is not the principal.
        Unverified: the auditor refuses it.
    """

    def edit(tables: Tables) -> None:
        before = tables[roster.ROSTER].get("recovery", {})
        tables[roster.ROSTER]["recovery"] = before | {"key": key, "since": now}

    return govern(repo, signer, "Khóa khôi phục mới", edit, now)


def recover(
    repo: Repository,
    sealed: Ed25519PrivateKey,
    principal: dict[str, Any],
    replacement: str,
    now: datetime,
) -> Governance:
    """Make somebody the principal on the signature of the recovery key, which is spent by that.

    ``principal`` is ``username``, ``name`` and ``key``: the principal with a new key, or another
    person, who takes the lost one's place in the roster. ``replacement`` is the public half of
    the key that is sealed from now on.

    Raises:
        Refused: it is not the recovery key, or the person has no new key.
        Unverified: the auditor refuses it.
    """
    username, key = str(principal["username"]), str(principal["key"])
    with repo.lock("main"):
        governance = repo.governance()
        _refuse_what_cannot_be(governance, sealed, username, key)
        tables = read_tables(repo)
        _name(tables, governance, principal, now)
        recovery = tables[roster.ROSTER]["recovery"]
        spent = {"key": recovery["key"], "by": username, "since": now}
        recovery |= {"key": replacement, "since": now, "spent": [*recovery.get("spent", []), spent]}
        message = Trailers(Action.RECOVER, username, Role.PRINCIPAL).message(
            f"Dùng khóa khôi phục: {username}"
        )
        store(repo, Signer(username, sealed), tables, message, now)
    return repo.governance()


def _refuse_what_cannot_be(
    governance: Governance, sealed: Ed25519PrivateKey, username: str, key: str
) -> None:
    if not governance.recovery.key:
        raise Refused([Message("Kho này lập từ trước, chưa có khóa khôi phục.")])
    if public_key_line(sealed) != governance.recovery.key:
        raise Refused(
            [Message("Đây không phải khóa khôi phục đang có hiệu lực. Mỗi khóa dùng được một lần.")]
        )
    if not key:
        raise Refused(
            [
                Message(
                    "{username} chưa có khóa ký. Người này đăng nhập, đặt mật khẩu riêng trước.",
                    {"username": username},
                )
            ]
        )
    if key == governance.principal.key:
        raise Refused([Message("Khóa của hiệu trưởng vẫn là khóa đang dùng. Không cần khôi phục.")])


def _name(tables: Tables, governance: Governance, principal: dict[str, Any], now: datetime) -> None:
    people = tables[roster.ROSTER]["people"]
    username, lost = str(principal["username"]), governance.principal.username
    if username == lost:
        people[username] |= {"key": principal["key"], "since": now.date()}
        return
    people[username] = people.pop(lost) | {
        "name": principal["name"],
        "key": principal["key"],
        "since": now.date(),
    }
    people[username].pop("decision", None)
    drop_delegations(tables, lost)


def _check(seed: bytes) -> bytes:
    return hashlib.sha256(b"toasoan recovery key\0" + seed).digest()[:_CHECK_BYTES]
