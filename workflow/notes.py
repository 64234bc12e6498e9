"""Small signed notes that the publisher keeps for itself between two runs.

A note is believed only with the signature of the data folder's own key. What a note says, its
reader knows; this module knows only JSON and the signature.
"""

import json
from pathlib import Path
from typing import Any

from workflow import release, signing, verification

_SIGNATURE = "signature"


def read_note(data: Path, path: Path, namespace: str) -> dict[str, Any] | None:
    """Return what a note says; None where there is none or it is not ours."""
    try:
        row = json.loads(path.read_text())
        armor = str(row.pop(_SIGNATURE)).encode()
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None
    genuine = verification.is_signed(payload(row), armor, release.public_key(data), namespace)
    return row if genuine else None


def write_note(data: Path, path: Path, namespace: str, row: dict[str, Any]) -> None:
    """Keep a note, signed, in one step."""
    signer = signing.Signer("publisher", release.signing_key(data))
    signature = signer.sign(payload(row), namespace.encode())
    release.replace_file(path, json.dumps({**row, _SIGNATURE: signature}))


def payload(row: dict[str, Any]) -> bytes:
    """Return the bytes that are signed."""
    return json.dumps(row, sort_keys=True).encode()
