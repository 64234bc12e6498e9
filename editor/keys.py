"""A person's private key at rest: always sealed, under the password or under the cookie.

Knows neither where the sealed bytes are kept nor what is signed with the key.
"""

from __future__ import annotations

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE_BYTES: Final = 12


class CannotUnseal(Exception):
    """The key does not fit, or the sealed bytes were changed."""


def seal(private_key: Ed25519PrivateKey, key: bytes, *, owner: str) -> bytes:
    """Return the private key encrypted for ``owner``: nonce, then AES-GCM."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, private_key.private_bytes_raw(), owner.encode())


def unseal(sealed: bytes, key: bytes, *, owner: str) -> Ed25519PrivateKey:
    """Return the private key again.

    Raises:
        CannotUnseal: another key, another owner, or changed bytes.
    """
    nonce, encrypted = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    try:
        raw = AESGCM(key).decrypt(nonce, encrypted, owner.encode())
    except InvalidTag as error:
        raise CannotUnseal from error
    return Ed25519PrivateKey.from_private_bytes(raw)


def key_from_token(token: str) -> bytes:
    """Return the sealing key that only the holder of this random token can make."""
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"toasoan session key")
    return kdf.derive(token.encode())
