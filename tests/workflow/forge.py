"""Builds site repositories by hand, right or wrong: plain ``git`` plumbing and ``ssh-keygen``.

It knows nothing of our services, so that the auditor is tried against the specification.
"""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

PEOPLE: Final = {
    "hieutruong": (["principal"], ["bgh"], []),
    "pht.chuyenmon": (["vice_principal"], ["bgh"], ["chuyen-mon"]),
    "pht.nuoiduong": (["vice_principal"], ["bgh"], ["nuoi-duong"]),
    "totruong.maugiao": (["team_lead"], ["mau-giao"], []),
    "totruong.nhatre": (["team_lead"], ["nha-tre"], []),
    "totruong.nuoiduong": (["team_lead"], ["nuoi-duong"], []),
    "co.giaovien5a": (["teacher"], ["mau-giao"], []),
    "co.giaovien4b": (["teacher"], ["mau-giao"], []),
    "quantri.web": (["site_admin"], ["van-phong"], []),
    "vanthu": (["clerk"], ["van-phong"], []),
}
GROUPS: Final = {
    "bgh": ("office", "chuyen-mon"),
    "mau-giao": ("team", "chuyen-mon"),
    "nha-tre": ("team", "chuyen-mon"),
    "nuoi-duong": ("team", "nuoi-duong"),
    "van-phong": ("office", "chuyen-mon"),
}
WORKFLOW: Final = b"""\
[posts]
write = ["teacher", "staff", "team_lead", "clerk", "site_admin", "vice_principal", "principal"]
check = "group_lead"
approve = ["vice_principal", "principal"]
[notices]
write = ["teacher", "staff", "team_lead", "clerk", "site_admin", "vice_principal", "principal"]
check = "group_lead"
skip_check_for = ["office"]
approve = ["vice_principal", "principal"]
[circulars]
write = ["clerk"]
check = "second_reader"
approve = ["vice_principal", "principal"]
[menus]
write = ["staff", "team_lead"]
groups = ["nuoi-duong"]
check = "group_lead"
approve = ["vice_principal"]
[pages]
write = ["staff", "clerk", "site_admin", "vice_principal", "principal"]
check = "none"
approve = ["principal"]
"""
ATTRIBUTES: Final = "".join(
    f"*.{name} filter=lfs diff=lfs merge=lfs -text\n"
    for name in ("jpg", "jpeg", "png", "webp", "pdf")
).encode()
FILE: Final = "100644"

Files = dict[str, tuple[str, str]]
"""The files of a tree: path → (mode, object id)."""


@dataclass(frozen=True)
class Act:
    """Everything that a commit says; ``replace`` one thing of it to forge."""

    action: str
    actor: str
    role: str
    entry: str = ""
    type: str = ""
    note: str = ""
    key: str = ""
    namespace: str = "git"
    identity: str = ""
    date: str = "1774000000 +0700"
    signed: bool = True
    headers: str = ""
    extra_trailers: str = ""

    @property
    def who(self) -> str:
        name = self.identity or self.actor
        return f"{name} <{name}@toasoan.invalid> {self.date}"

    @property
    def message(self) -> str:
        lines = [f"Action: {self.action}", f"Actor: {self.actor}", f"Role: {self.role}"]
        if self.entry:
            lines += [f"Entry: {self.entry}", f"Type: {self.type}"]
        note = f"{self.note}\n\n" if self.note else ""
        return f"{self.action}\n\n{note}" + "\n".join(lines) + f"\n{self.extra_trailers}"


@dataclass
class Draft:
    """A branch in the making; ``head`` moves with each commit."""

    type: str
    id: str
    head: str
    year: str = "2026"

    @property
    def folder(self) -> str:
        return f"content/{self.type}/{self.year}/{self.id}"


@dataclass
class Forge:
    """One bare repository and the keys of its people."""

    path: Path
    keys: Path
    main: str = ""
    trees: dict[str, Files] = field(default_factory=dict)
    stored: dict[tuple[str, bytes], str] = field(default_factory=dict)

    # The school's ordinary life

    @classmethod
    def found(cls, path: Path, keys: Path, files: Mapping[str, bytes] | None = None) -> "Forge":
        """Make a repository with a signed founding commit."""
        forge = cls(path, keys)
        keys.mkdir(parents=True, exist_ok=True)
        forge.git("init", "--quiet", "--bare", "--template=", "--initial-branch=main")
        act = Act("found", "hieutruong", "principal")
        forge.move_main(
            forge.commit(forge.files(founding_files(forge) | dict(files or {})), [], act)
        )
        return forge

    def copy(self, path: Path) -> "Forge":
        """Copy the repository; keys are shared."""
        shutil.copytree(self.path, path)
        return Forge(path, self.keys, self.main, dict(self.trees), dict(self.stored))

    def draft(self, type_name: str, entry: str, *, fork: str = "") -> Draft:
        """Start a draft."""
        return Draft(type_name, entry, fork or self.main)

    def save(
        self, draft: Draft, actor: str, role: str, files: Mapping[str, bytes], **forged: Any
    ) -> str:
        """Save files (names in the entry's folder, or paths that begin with a slash)."""
        act = replace(self.act(draft, "save", actor, role), **forged)
        tree = self.trees[draft.head] | self.files(inside(draft, files))
        draft.head = self.commit(tree, [draft.head], act)
        return draft.head

    def update(
        self,
        draft: Draft,
        actor: str,
        role: str,
        files: Mapping[str, bytes],
        *,
        onto: str = "",
        also: Sequence[str] = (),
        **forged: Any,
    ) -> str:
        """Bring a draft up to a commit of ``main`` (its head, if no other is said)."""
        act = replace(self.act(draft, "update", actor, role), **forged)
        base = onto or self.main
        tree = self.with_folder(self.trees[base], draft) | self.files(inside(draft, files))
        draft.head = self.commit(tree, [draft.head, base, *also], act)
        return draft.head

    def decide(self, draft: Draft, action: str, actor: str, role: str, **forged: Any) -> str:
        """Submit, check, return or approve."""
        act = replace(self.act(draft, action, actor, role), **forged)
        draft.head = self.commit(self.trees[draft.head], [draft.head], act)
        return draft.head

    def publish(self, draft: Draft, actor: str, role: str, also: Files | None = None) -> str:
        """Put the draft's folder on ``main``."""
        act = replace(self.act(draft, "publish", actor, role), signed=False)
        merged = self.with_folder(self.trees[self.main], draft) | (also or {})
        return self.move_main(self.commit(merged, [self.main, draft.head], act))

    def govern(self, files: Mapping[str, bytes], actor: str = "hieutruong", **forged: Any) -> str:
        """Change files of ``governance/``."""
        act = replace(Act("govern", actor, "principal"), **forged)
        paths = {f"governance/{name}": data for name, data in files.items()}
        tree = self.trees[self.main] | self.files(paths)
        return self.move_main(self.commit(tree, [self.main], act))

    # Parts

    @staticmethod
    def act(draft: Draft, action: str, actor: str, role: str) -> Act:
        return Act(action, actor, role, draft.id, draft.type)

    def with_folder(self, files: Files, draft: Draft) -> Files:
        """Return ``files`` with the draft's folder in place of its own."""
        inside = f"{draft.folder}/"
        kept = {path: item for path, item in files.items() if not path.startswith(inside)}
        new = {p: item for p, item in self.trees[draft.head].items() if p.startswith(inside)}
        return kept | new

    def files(self, files: Mapping[str, bytes]) -> Files:
        return {path: (FILE, self.store("blob", data)) for path, data in files.items()}

    def media(self, data: bytes) -> bytes:
        """Store an LFS object and return its pointer."""
        oid = hashlib.sha256(data).hexdigest()
        path = self.lfs(data)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        pointer = (
            f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {len(data)}\n"
        )
        return pointer.encode()

    def lfs(self, data: bytes) -> Path:
        """Return where an LFS object lies."""
        oid = hashlib.sha256(data).hexdigest()
        return self.path / "lfs/objects" / oid[:2] / oid[2:4] / oid

    def commit(self, files: Files, parents: Sequence[str], act: Act) -> str:
        """Write a commit object, signed with the actor's key unless the act says otherwise."""
        tree = self.tree(files)
        head = "".join([f"tree {tree}\n", *(f"parent {parent}\n" for parent in parents)])
        head += f"author {act.who}\ncommitter {act.who}\n{act.headers}"
        body = f"\n{act.message}"
        signature = self.signature(f"{head}{body}", act) if act.signed else ""
        oid = self.store("commit", f"{head}{signature}{body}".encode(errors="surrogateescape"))
        self.trees[oid] = files
        return oid

    def signature(self, payload: str, act: Act) -> str:
        command = ["ssh-keygen", "-Y", "sign", "-q", "-n", act.namespace]
        command += ["-f", str(self.private_key(act.key or act.actor))]
        signed = run(command, payload.encode(errors="surrogateescape")).decode()
        return "gpgsig " + signed.rstrip("\n").replace("\n", "\n ") + "\n"

    def tree(self, files: Files) -> str:
        """Write nested tree objects; nothing that git would refuse is refused here."""
        below: dict[str, dict[str, tuple[str, str]]] = {}
        rows: list[tuple[bytes, bytes]] = []
        for path, (mode, oid) in files.items():
            name, slash, rest = path.partition("/")
            if slash:
                below.setdefault(name, {})[rest] = (mode, oid)
            else:
                rows.append((name.encode(), row(mode, name, oid)))
        for name, inside in below.items():
            rows.append((f"{name}/".encode(), row("40000", name, self.tree(inside))))
        return self.store("tree", b"".join(data for _, data in sorted(rows)))

    def store(self, kind: str, data: bytes) -> str:
        """Write an object, once."""
        if (kind, data) not in self.stored:
            arguments = ("hash-object", "-w", "--literally", "--stdin", "-t", kind)
            self.stored[kind, data] = self.git(*arguments, stdin=data).decode().strip()
        return self.stored[kind, data]

    def move_main(self, oid: str) -> str:
        self.git("update-ref", "refs/heads/main", oid)
        self.main = oid
        return oid

    def git(self, *arguments: str, stdin: bytes = b"") -> bytes:
        return run(["git", "-c", "core.fsync=none", f"--git-dir={self.path}", *arguments], stdin)

    def private_key(self, name: str, kind: str = "ed25519") -> Path:
        path = self.keys / name
        if not path.exists():
            run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", "", "-f", str(path)])
        return path

    def public_key(self, name: str) -> str:
        """Return a key as the roster writes it; it is made when first asked for."""
        line = self.private_key(name).with_name(f"{name}.pub").read_text()
        return " ".join(line.split()[:2])

    def roster(self, **changed: str) -> bytes:
        """Return a roster; ``changed`` maps a user name to the whole row in its place."""
        groups = "".join(
            f'[groups.{name}]\nname = "{name}"\nkind = "{kind}"\nfield = "{subject}"\n'
            for name, (kind, subject) in GROUPS.items()
        )
        rows = {name: self.person(name) for name in PEOPLE} | changed
        return (groups + "".join(rows.values())).encode()

    def person(self, name: str, roles: Sequence[str] | None = None, key: str | None = None) -> str:
        """Return one row of the roster."""
        usual, groups, fields = PEOPLE.get(name, (["teacher"], ["mau-giao"], []))
        return (
            f'[people."{name}"]\nname = "{name}"\nroles = {list(roles or usual)}\n'
            f"groups = {groups}\nfields = {fields}\n"
            f'key = "{self.public_key(name) if key is None else key}"\n'
            f'since = 2026-03-16\ndecision = "18/QĐ-MNPH"\n'
        )


def inside(draft: Draft, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return whole paths: names in the entry's folder, or what begins with a slash."""
    return {
        name[1:] if name.startswith("/") else f"{draft.folder}/{name}": data
        for name, data in files.items()
    }


def founding_files(forge: Forge) -> dict[str, bytes]:
    """Return the files of a small school: governance and one page."""
    return {
        ".gitattributes": ATTRIBUTES,
        "governance/roster.toml": forge.roster(),
        "governance/workflow.toml": WORKFLOW,
        "governance/school.toml": 'name = "Trường Mầm non Phượng Hồng"\n'.encode(),
        "content/pages/2026/gioi-thieu/index.md": entry("Giới thiệu", "bgh"),
        "content/pages/2026/gioi-thieu/anh-1.jpg": forge.media(b"the founding picture"),
    }


def entry(title: str, group: str, body: str = "Nội dung.") -> bytes:
    """Return an ``index.md``."""
    return (
        f"---\ntitle: {title}\ngroup: {group}\nphotos:\n- file: anh-1.jpg\n---\n\n{body}\n".encode()
    )


def row(mode: str, name: str, oid: str) -> bytes:
    """Return one row of a tree object."""
    return f"{mode} {name}\0".encode() + bytes.fromhex(oid)


def run(command: Sequence[str], stdin: bytes = b"") -> bytes:
    """Run a program and return what it printed."""
    environment = {name: text for name, text in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "LC_ALL": "C"}
    done = subprocess.run(command, input=stdin, capture_output=True, check=False, env=environment)
    if done.returncode:
        raise RuntimeError(f"{command}: {done.stderr.decode()}")
    return done.stdout
