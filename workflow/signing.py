"""Ed25519 keys and SSH signatures in the form that stock ``git`` and ``ssh-keygen`` check.

The framing is OpenSSH's PROTOCOL.sshsig, version 1, hash SHA-512; commits bear the namespace
``git``. It knows no account and no password: who may unlock a key is the editor's business.
"""

import base64
import hashlib
import struct
import textwrap
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

NAMESPACE: Final = b"git"
_MAGIC: Final = b"SSHSIG"
_KEY_TYPE: Final = b"ssh-ed25519"
_HASH: Final = b"sha512"
_LENGTH: Final = 4
_KEY_AT: Final = len(_MAGIC) + _LENGTH
"""Where the key stands in a signature: after the magic word and the version."""


@dataclass(frozen=True)
class Signer:
    """A person at the moment of an act: the user name and the unlocked private key."""

    username: str
    private_key: Ed25519PrivateKey

    def sign(self, payload: bytes, namespace: bytes = NAMESPACE) -> str:
        """Return the armoured SSHSIG over ``payload`` as it stands in a commit's ``gpgsig``.

        A signature of one namespace counts in no other: a release list can pose as no commit.
        """
        digest = hashlib.sha512(payload).digest()
        signed = _MAGIC + b"".join(map(_string, (namespace, b"", _HASH, digest)))
        signature = _string(_KEY_TYPE) + _string(self.private_key.sign(signed))
        blob = (
            _MAGIC
            + struct.pack(">I", 1)
            + b"".join(
                map(_string, (_public_blob(self.private_key), namespace, b"", _HASH, signature))
            )
        )
        lines = textwrap.wrap(base64.b64encode(blob).decode(), 70)
        return "\n".join(["-----BEGIN SSH SIGNATURE-----", *lines, "-----END SSH SIGNATURE-----"])


def generate() -> Ed25519PrivateKey:
    """Return a new private key."""
    return Ed25519PrivateKey.generate()


def public_key_line(private_key: Ed25519PrivateKey) -> str:
    """Return the public half as the roster and ``authorized_keys`` write it."""
    return f"ssh-ed25519 {base64.b64encode(_public_blob(private_key)).decode()}"


def key_of(armour: str) -> str:
    """Return the public key that a signature names, as the roster writes it; empty where none.

    It says who claims to have signed. Whether the signature is good, the auditor says.
    """
    try:
        blob = base64.b64decode("".join(armour.split("\n")[1:-1]), validate=True)
        (length,) = struct.unpack_from(">I", blob, _KEY_AT)
    except (ValueError, struct.error):
        return ""
    start = _KEY_AT + _LENGTH
    return f"ssh-ed25519 {base64.b64encode(blob[start : start + length]).decode()}"


def _public_blob(private_key: Ed25519PrivateKey) -> bytes:
    raw = private_key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return _string(_KEY_TYPE) + _string(raw)


def _string(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data
