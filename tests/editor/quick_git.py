"""Git without a process: the objects and refs of a repository in memory, byte for byte as git's.

For tests that ask thousands of times who may do what, where starting git would be nearly all of
the time. What is not known here is asked of the real git, before which everything is written to
the disk; it knows nothing of the workflow.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, Final, NamedTuple, cast

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from workflow import verification
from workflow.repository import NOTHING, GitFailed, Repository, _Answer

_OID: Final = re.compile(r"[0-9a-f]{40}")
_ROW: Final = re.compile(rb"([0-7]+) ([^\0]+)\0(.{20})", re.DOTALL)
_PARENT: Final = re.compile(rb"parent ([0-9a-f]{40})\n")
_FOLDER: Final = b"40000"


class Row(NamedTuple):
    """One row of a tree."""

    mode: bytes
    oid: str


class Memory:
    """The objects and refs of one repository."""

    def __init__(
        self, repo: Repository, ask: Callable[..., Any], run: Callable[..., bytes]
    ) -> None:
        self.repo, self._really_ask, self._really_run = repo, ask, run
        self.objects: dict[str, tuple[str, bytes]] = {}
        self.rows: dict[str, dict[bytes, Row]] = {}
        self.older: dict[str, frozenset[str]] = {}
        self.refs: dict[str, str] = {}
        self.unwritten: set[str] = set()
        told = run(repo, "for-each-ref", "--format=%(objectname) %(refname)").decode()
        for line in told.splitlines():
            oid, _, ref = line.partition(" ")
            self.refs[ref] = oid

    # Objects

    def get(self, oid: str) -> tuple[str, bytes] | None:
        """Return kind and bytes of an object, or None."""
        if oid not in self.objects:
            found = self._really_ask(self.repo, "contents", [oid])[0]
            if found is None:
                return None
            self.objects[oid] = found.kind, found.data
        return self.objects[oid]

    def put(self, kind: str, data: bytes) -> str:
        """Keep an object and return its name."""
        header = f"{kind} {len(data)}\0".encode()
        oid = hashlib.sha1(header + data, usedforsecurity=False).hexdigest()
        if oid not in self.objects:
            self.objects[oid] = kind, data
            self.unwritten.add(oid)
        return oid

    def flush(self) -> None:
        """Write to the disk what git itself does not know yet."""
        for oid in self.unwritten:
            kind, data = self.objects[oid]
            path = self.repo.path / "objects" / oid[:2] / oid[2:]
            if not path.exists():
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(zlib.compress(f"{kind} {len(data)}\0".encode() + data, 1))
        self.unwritten.clear()
        told = self._really_run(self.repo, "for-each-ref", "--format=%(objectname) %(refname)")
        there = dict(line.split(" ")[::-1] for line in told.decode().splitlines())
        moved = [
            f"update {ref} {oid} {there.get(ref, NOTHING)}"
            for ref, oid in self.refs.items()
            if there.get(ref) != oid
        ]
        gone = [f"delete {ref} {oid}" for ref, oid in there.items() if ref not in self.refs]
        if moved or gone:
            # A ref that leaves may lie where one that comes needs a folder.
            for lines in (gone, moved):
                script = "\n".join(["start", *lines, "prepare", "commit", ""])
                self._really_run(self.repo, "update-ref", "--stdin", stdin=script.encode())

    def tree(self, oid: str) -> dict[bytes, Row]:
        """Return the rows of a tree by name."""
        if oid not in self.rows:
            kind, data = self.get(oid) or ("", b"")
            if kind != "tree":
                raise LookupError(oid)
            self.rows[oid] = {name: Row(mode, raw.hex()) for mode, name, raw in _ROW.findall(data)}
        return self.rows[oid]

    def root(self, treeish: str) -> str:
        """Return the tree of a commit, or the tree itself."""
        kind, data = self.get(treeish) or ("", b"")
        return data[5:45].decode() if kind == "commit" else treeish

    def parents(self, oid: str) -> list[str]:
        """Return the parents of a commit."""
        head = (self.get(oid) or ("", b""))[1].partition(b"\n\n")[0]
        return [parent.decode() for parent in _PARENT.findall(head)]

    def ancestors(self, oid: str) -> frozenset[str]:
        """Return the commit and all that it contains."""
        if oid not in self.older:
            known = (self.ancestors(parent) for parent in self.parents(oid))
            self.older[oid] = frozenset({oid}).union(*known)
        return self.older[oid]

    def named(self, name: str) -> str | None:
        """Return the object that a name (an id, a ref, ``commit:path``) stands for, or None."""
        base, colon, path = name.partition(":")
        oid: str | None = base if _OID.fullmatch(base) else self.refs.get(base)
        if oid is None or not colon:
            return oid
        try:
            oid = self.root(oid)
            for part in path.encode().split(b"/") if path else ():
                oid = self.tree(oid)[part].oid
        except LookupError:
            return None
        return oid

    # What git answers

    def ask(self, verb: str, names: Sequence[str]) -> list[_Answer | None]:
        """Answer as ``git cat-file --batch-command``."""
        found: list[_Answer | None] = []
        for name in names:
            oid = self.named(name)
            item = self.get(oid) if oid else None
            data = item[1] if item and verb == "contents" else b""
            found.append(_Answer(oid, item[0], data) if oid and item else None)
        return found

    def run(self, *arguments: str, stdin: bytes = b"", **more: Any) -> bytes:
        """Answer as git, or let git answer."""
        answer = self._answer(arguments, stdin)
        if answer is None:
            self.flush()
            return self._really_run(self.repo, *arguments, stdin=stdin, **more)
        return answer

    def _answer(self, arguments: Sequence[str], stdin: bytes) -> bytes | None:
        written = self._wrote(arguments, stdin)
        return self._found(arguments) if written is None else written

    def _wrote(self, arguments: Sequence[str], stdin: bytes) -> bytes | None:
        answer: bytes | None = None
        match list(arguments):
            case ["hash-object", "-w", "--stdin"]:
                answer = self.put("blob", stdin).encode()
            case ["hash-object", "-t", "commit", "-w", "--stdin"]:
                answer = self.put("commit", stdin).encode()
            case ["mktree", "-z", "--batch"]:
                answer = self._made(stdin)
            case ["update-ref", "--stdin"]:
                answer = self._move(stdin.decode())
        return answer

    def _found(self, arguments: Sequence[str]) -> bytes | None:
        answer: bytes | None = None
        match list(arguments):
            case ["rev-list", head, limit] if _OID.fullmatch(head) and _OID.fullmatch(limit[1:]):
                since = self.ancestors(head) - self.ancestors(limit[1:])
                answer = "".join(f"{oid}\n" for oid in since).encode()
            case ["for-each-ref", _, prefix]:
                answer = self._told(prefix)
            case ["rev-list", "--first-parent", head, *limits] if len(limits) <= 1:
                answer = self._line(head, limits)
            case ["merge-base", one, other]:
                answer = self._fork(one, other)
            case ["ls-tree", "-r", "-z", "--full-tree", target]:
                answer = self._listed(target)
        return answer

    def _made(self, script: bytes) -> bytes:
        trees, rows = [], b""
        for record in script.split(b"\0")[:-1]:
            if record:
                meta, _, name = record.partition(b"\t")
                mode, _, oid = meta.split(b" ")
                rows += mode.lstrip(b"0") + b" " + name + b"\0" + bytes.fromhex(oid.decode())
            else:
                trees.append(self.put("tree", rows))
                rows = b""
        return "".join(f"{oid}\n" for oid in trees).encode()

    def _told(self, prefix: str) -> bytes:
        rows = sorted((ref, oid) for ref, oid in self.refs.items() if ref.startswith(prefix))
        return "".join(f"{oid}\0{ref}\n" for ref, oid in rows).encode()

    def _move(self, script: str) -> bytes:
        moves = []
        for line in script.splitlines()[1:-2]:
            verb, ref, *oids = line.split(" ")
            new, old = oids if verb == "update" else (NOTHING, *oids)
            if self.refs.get(ref, NOTHING) != old:
                raise GitFailed(f"{ref} is not at {old}", 128)
            moves.append((ref, new))
        for ref, new in moves:
            self.refs.pop(ref, None)
            if new != NOTHING:
                self.refs[ref] = new
        return b""

    def _line(self, head: str, limits: Sequence[str]) -> bytes | None:
        if not all(map(_OID.fullmatch, (head, *(limit[1:] for limit in limits)))):
            return None
        left_out = self.ancestors(limits[0][1:]) if limits else frozenset()
        line, at = [], [head]
        while at and at[0] not in left_out:
            line.append(at[0])
            at = self.parents(at[0])
        return "".join(f"{oid}\n" for oid in line).encode()

    def _fork(self, one: str, other: str) -> bytes | None:
        heads = [self.named(name) for name in (one, other)]
        shared = frozenset.intersection(*(self.ancestors(head) for head in heads if head))
        best = shared - frozenset().union(*(self.ancestors(oid) - {oid} for oid in shared))
        return f"{next(iter(best))}\n".encode() if len(best) == 1 and all(heads) else None

    def _listed(self, target: str) -> bytes | None:
        oid = self.named(target)
        try:
            rows = list(self._files(self.root(oid), "")) if oid else None
        except LookupError:
            return None
        return None if rows is None else "".join(rows).encode()

    def _files(self, tree: str, before: str) -> Iterator[str]:
        for name, row in self.tree(tree).items():
            path = before + name.decode()
            if row.mode == _FOLDER:
                yield from self._files(row.oid, f"{path}/")
            else:
                yield f"{row.mode.decode()} blob {row.oid}\t{path}\0"

    # Trees

    def write_tree(self, entries: Sequence[str]) -> str:
        """Return the tree of the entries of ``git update-index --index-info``."""
        root: str | None = None
        for entry in entries:
            meta, _, path = entry.rstrip("\0").partition("\t")
            mode, oid = meta.split(" ")
            row = None if mode == "0" else Row(mode.encode(), oid)
            root = self._with(root, path.encode().split(b"/"), row)
        return root or self.put("tree", b"")

    def _with(self, tree: str | None, path: Sequence[bytes], row: Row | None) -> str | None:
        rows = dict(self.tree(tree)) if tree else {}
        name, *rest = path
        if rest:
            below = self._with(rows[name].oid if name in rows else None, rest, row)
            row = Row(_FOLDER, below) if below else None
        rows.pop(name, None)
        if row:
            rows[name] = row
        ordered = sorted(rows, key=lambda n: n + b"/" * (rows[n].mode == _FOLDER))
        data = b"".join(
            b"%s %s\0%s" % (rows[n].mode, n, bytes.fromhex(rows[n].oid)) for n in ordered
        )
        return self.put("tree", data) if rows else None


class _Pipe:
    """Both ends of ``git cat-file --batch``, answered out of the memory."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._said = io.BytesIO()

    def write(self, question: bytes) -> None:
        """Take the name of an object."""
        oid = question.decode().strip()
        found = self._memory.get(oid)
        told = f"{oid} {found[0]} {len(found[1])}\n" if found else f"{oid} missing\n"
        self._said = io.BytesIO(told.encode() + (found[1] if found else b"") + b"\n")

    def flush(self) -> None:
        """Nothing waits."""

    def readline(self) -> bytes:
        """Answer with the header."""
        return self._said.readline()

    def read(self, size: int) -> bytes:
        """Answer with the bytes."""
        return self._said.read(size)


class _Objects(verification.Objects):
    """What the auditor reads; it still compares every object with its name."""

    def __init__(self, memory: Memory) -> None:
        self._source = self._answer = cast("IO[bytes]", _Pipe(memory))
        self._trees = {}

    def __exit__(self, *_: object) -> None:
        pass


@lru_cache(maxsize=20_000)
def _is_signed(armor: bytes, key: str, payload: bytes, namespace: str) -> bool:
    """Check an SSHSIG as ``ssh-keygen -Y verify`` does, in this process."""
    try:
        blob = base64.b64decode(b"".join(armor.splitlines()[1:-1]), validate=True)
        public, space, reserved, algorithm, signature = verification.ssh_strings(blob[10:])
        kind, raw = verification.ssh_strings(signature)
        point = verification.ssh_strings(public)[1]
        inner = (space, reserved, algorithm, hashlib.sha512(payload).digest())
        signed = b"SSHSIG" + b"".join(len(part).to_bytes(4, "big") + part for part in inner)
        Ed25519PublicKey.from_public_bytes(point).verify(raw, signed)
    except (ValueError, IndexError, binascii.Error, InvalidSignature):
        return False
    wanted = (namespace.encode(), b"sha512", b"ssh-ed25519")
    return (space, algorithm, kind) == wanted and public == base64.b64decode(key.split()[1])


@contextmanager
def without_processes() -> Iterator[None]:
    """Let no repository of ours, and not the auditor either, start a process for its questions."""
    memories: dict[Path, Memory] = {}
    run, ask = Repository._run, Repository._ask

    def memory(repo: Repository) -> Memory:
        if repo.path not in memories:
            memories[repo.path] = Memory(repo, ask, run)
        return memories[repo.path]

    def main_of(git_dir: Path) -> str:
        return memory(Repository(git_dir)).refs["refs/heads/main"]

    def answer(repo: Repository, *arguments: str, **more: Any) -> bytes:
        is_there = (repo.path / "HEAD").exists()
        return memory(repo).run(*arguments, **more) if is_there else run(repo, *arguments, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Repository, "_run", answer)
        patch.setattr(Repository, "_ask", lambda r, verb, names: memory(r).ask(verb, names))
        patch.setattr(Repository, "_write_tree", lambda r, e: memory(r).write_tree(e))
        patch.setattr(verification, "main_of_a_plain_repository", main_of)
        patch.setattr(verification, "Objects", lambda path: _Objects(memory(Repository(path))))
        patch.setattr(
            verification,
            "ssh_keygen_accepts",
            lambda _folder, *question: _is_signed(*question),
        )
        yield
        for each in memories.values():
            each.flush()
