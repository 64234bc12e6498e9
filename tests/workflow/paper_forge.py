"""A forge whose repository is a table in memory, and an auditor that reads it: milliseconds each.

The objects, their names and the Ed25519 signatures are real; no process of ``git`` or
``ssh-keygen`` is started. Media lie on the disk. What needs a disk, or another tool's own view of a
repository, is tried by the forge itself.
"""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Self

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tests.workflow.forge import Act, Forge
from workflow import signing, verification
from workflow.verification import Report


class NeedsADisk(Exception):
    """This cannot be tried on paper."""


@dataclass
class PaperForge(Forge):
    """A forge whose ``path`` holds nothing but media."""

    objects: dict[str, tuple[str, bytes]] = field(default_factory=dict)

    known: ClassVar[dict[Path, PaperForge]] = {}

    def __post_init__(self) -> None:
        self.known[self.path] = self

    @classmethod
    def found(cls, path: Path, keys: Path, files: Mapping[str, bytes] | None = None) -> PaperForge:
        path.mkdir(parents=True)
        site = super().found(path, keys, files)
        assert isinstance(site, PaperForge)
        return site

    def copy(self, path: Path) -> PaperForge:
        shutil.copytree(self.path, path)
        return replace(self, path=path, trees=dict(self.trees), objects=dict(self.objects))

    def store(self, kind: str, data: bytes) -> str:
        oid = hashlib.sha1(f"{kind} {len(data)}\0".encode() + data, usedforsecurity=False)
        self.objects[oid.hexdigest()] = (kind, data)
        return oid.hexdigest()

    def move_main(self, oid: str) -> str:
        self.main = oid
        return oid

    def git(self, *arguments: str, stdin: bytes = b"") -> bytes:
        match arguments:
            case "init", *_:
                return b""
            case "cat-file", kind, oid if self.objects[oid][0] == kind:
                return self.objects[oid][1]
            case "rev-list", "--first-parent", head:
                return "\n".join(self._back_from(head)).encode()
        raise NeedsADisk(arguments)

    def _back_from(self, head: str) -> Iterator[str]:
        yield head
        while parent := re.match(rb"tree \w+\nparent (\w+)\n", self.objects[head][1]):
            head = parent[1].decode()
            yield head

    def signature(self, payload: str, act: Act) -> str:
        signer = signing.Signer(act.actor, self._key(act.key or act.actor))
        data = payload.encode(errors="surrogateescape")
        return gpgsig(signer.sign(data, act.namespace.encode()))

    def private_key(self, name: str, kind: str = "ed25519") -> Path:
        raise NeedsADisk(name, kind)

    def public_key(self, name: str) -> str:
        return signing.public_key_line(self._key(name))

    def _key(self, name: str) -> Ed25519PrivateKey:
        return key_of(f"{self.keys}: {name}")


@cache
def key_of(name: str) -> Ed25519PrivateKey:
    """Return the key that belongs to a name."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())


def gpgsig(armor: str) -> str:
    """Return a signature as the header of a commit."""
    return "gpgsig " + armor.replace("\n", "\n ") + "\n"


class Answers:
    """Answers as ``git cat-file --batch`` does, out of a table; it cannot wait, so it complains."""

    def __init__(self, objects: Mapping[str, tuple[str, bytes]]) -> None:
        self._objects = objects
        self._asked: list[str] = []
        self._said = b""

    def write(self, line: bytes) -> None:
        assert line.endswith(b"\n"), "git would wait for the end of the line"
        self._asked += line.decode().split()

    def flush(self) -> None:
        for oid in self._asked:
            kind, data = self._objects.get(oid, ("", b""))
            answer = (
                f"{oid} {kind} {len(data)}\n".encode() + data
                if kind
                else b"%s missing" % (oid.encode())
            )
            self._said += answer + b"\n"
        self._asked.clear()

    def readline(self) -> bytes:
        return self.read(self._said.index(b"\n") + 1)

    def read(self, count: int) -> bytes:
        assert 0 <= count <= len(self._said), "one would wait for git to say more"
        said, self._said = self._said[:count], self._said[count:]
        return said

    @property
    def left(self) -> bytes:
        """What was said and not read yet."""
        return self._said


class PaperObjects(verification.Objects):
    """The objects of a forge, as the auditor reads them."""

    def __init__(self, git_dir: Path) -> None:
        self.listens_to(Answers(PaperForge.known[git_dir].objects))

    def listens_to(self, answers: Any) -> None:
        self._source = self._answer = answers
        self._trees = {}

    def __exit__(self, *_: object) -> None:
        """There is no process to end."""


class PaperSignatures(verification.Signatures):
    """Signatures, checked in memory."""

    checked: ClassVar[list[bytes]] = []
    """The payloads of those that were checked."""

    def __exit__(self, *_: object) -> None:
        """There is no folder to clear away."""

    def __enter__(self) -> Self:
        return self

    def _is_genuine(self, armor: bytes, key: str, payload: bytes) -> bool:
        self.checked.append(payload)
        return is_genuine(armor, key, payload)


def is_genuine(armor: bytes, key: str, payload: bytes, namespace: bytes = b"git") -> bool:
    """Say what ``ssh-keygen`` would: the key signed this payload."""
    blob = base64.b64decode(b"".join(armor.split(b"\n")[1:-1]))
    raw = base64.b64decode(key.split()[1])[-32:]
    digest = hashlib.sha512(payload).digest()
    parts = (namespace, b"", b"sha512", digest)
    signed = b"SSHSIG" + b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    try:
        Ed25519PublicKey.from_public_bytes(raw).verify(blob[-64:], signed)
    except InvalidSignature:
        return False
    return True


@pytest.fixture
def forge(tmp_path: Path) -> PaperForge:
    """An empty repository on paper."""
    return PaperForge(tmp_path, tmp_path)


@pytest.fixture
def objects(forge: PaperForge) -> verification.Objects:
    """What the auditor reads of it."""
    return PaperObjects(forge.path)


@pytest.fixture
def on_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the auditor read forges that are on paper."""
    monkeypatch.setattr(verification, "Objects", PaperObjects)
    monkeypatch.setattr(verification, "Signatures", PaperSignatures)
    monkeypatch.setattr(
        verification, "main_of_a_plain_repository", lambda path: PaperForge.known[path].main
    )
    monkeypatch.setattr(PaperSignatures, "checked", [])


def audited(site: PaperForge) -> Report:
    """Return what the auditor finds."""
    return verification.verify(site.path)
