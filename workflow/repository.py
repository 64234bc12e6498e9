"""The site repository: the only module that speaks git.

Every write goes through ``git`` plumbing with user text on standard input only: blobs, a private
index, ``write-tree``, a commit object, a compare-and-swap of refs, then ``syncfs`` before the
caller may acknowledge. It knows no status and no permission.
"""

import contextlib
import ctypes
import errno
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from itertools import takewhile
from pathlib import Path
from typing import IO, Any, Final, Literal, TypeVar, cast

from git.cmd import Git
from git.exc import GitCommandError

from workflow import roster
from workflow.clock import VIETNAM
from workflow.errors import NotFound, WorkflowError
from workflow.signing import Signer, key_of

MAIN: Final = "refs/heads/main"
DRAFTS: Final = "refs/heads/draft/"
PARKED: Final = "refs/heads/parked/"
ARCHIVE: Final = "refs/heads/archive/"
INDEX: Final = "index.md"
CONTENT: Final = "content"
GOVERNANCE: Final = "governance"
ATTRIBUTES_PATH: Final = ".gitattributes"
MEDIA_EXTENSIONS: Final = ("jpg", "jpeg", "png", "webp", "pdf")
ATTRIBUTES: Final = "".join(
    f"*.{extension} filter=lfs diff=lfs merge=lfs -text\n" for extension in MEDIA_EXTENSIONS
).encode()
NOTHING: Final = "0" * 40

_FILE_MODE: Final = "100644"
_FOLDER_MODE: Final = "40000"
_SETTINGS: Final = {
    "core.fsync": "all",
    "core.fsyncMethod": "fsync",
    "core.logAllRefUpdates": "always",
    "core.quotePath": "false",
    "core.filesRefLockTimeout": "5000",
    "core.packedRefsTimeout": "5000",
    "gc.auto": "0",
    "gc.pruneExpire": "30.days",
    "gc.reflogExpire": "never",
    "maintenance.auto": "false",
    "transfer.fsckObjects": "true",
}
"""SECURITY §5: everything to the disk, nothing collected behind our back."""

_WITNESS_SETTINGS: Final = {
    "receive.denyNonFastForwards": "true",
    "receive.denyDeletes": "true",
    "receive.fsckObjects": "true",
}

_ENVIRONMENT: Final = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_ALLOW_PROTOCOL": "file",
    "GIT_OPTIONAL_LOCKS": "0",
    "LC_ALL": "C",
}
_POINTER: Final = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\noid sha256:([0-9a-f]{64})\nsize (\d{1,12})\n\Z"
)
ADDRESS: Final = re.compile(
    r"/(?!.*//)[^\0-\x1f\x7f]+"
    r"|ssh://(?:[a-z0-9_][a-z0-9._-]*@)?[A-Za-z0-9][A-Za-z0-9.-]*(?::\d{1,5})?/[A-Za-z0-9._~/-]+"
    r"|https://[A-Za-z0-9][A-Za-z0-9.-]*(?::\d{1,5})?/[A-Za-z0-9._~/-]+"
)
"""Where a witness may lie: an absolute path, ssh or https; no password, no other transport."""
_POINTER_MAX: Final = 200
"""No pointer is longer; a text is seldom so short."""
_MEDIA: Final = "media.lfs"
"""The lock between a file that is wanted again and who would delete it; no entry id has a dot."""
_ABROAD_SECONDS: Final = 120.0
_ENTRY_DEPTH: Final = 3
"""Slashes in the folder of an entry (``content/posts/2026/<id>``), which holds no other folder."""
_TREE_ROW: Final = re.compile(rb"(?P<mode>[0-7]{5,6}) (?P<name>[^\0/]+)\0(?P<oid>.{20})", re.DOTALL)
_LIBC: Final = ctypes.CDLL(None, use_errno=True)
_REF: Final = re.compile(r"refs(?:/[A-Za-z0-9_](?:[A-Za-z0-9_-]|\.(?!\.))*)+")
"""A whole ref name of ours: no ``..``, and nothing that git would reckon with."""
_governance = lru_cache(maxsize=16)(roster.load)
_Companion = TypeVar("_Companion")
_Verb = Literal["contents", "info"]
_AT_ONCE: Final = 100
"""Questions that a pipe holds whole (64 KiB), each no longer than a path."""


class GitFailed(WorkflowError):
    """Máy chủ chưa đọc hoặc ghi được kho nội dung. Chưa có gì thay đổi; thử lại sau ít phút."""

    def __init__(self, said: str, status: int | None) -> None:
        """Keep what git said and its exit status, for the log."""
        super().__init__(said)
        self.said = said
        self.status = status


class RefMoved(WorkflowError):
    """Kho nội dung vừa thay đổi. Thử lại."""


class WitnessRefused(WorkflowError):
    """Kho nhân chứng không nhận lịch sử này."""

    def __init__(self, reason: str) -> None:
        """Keep what git or the rule said."""
        super().__init__(reason)
        self.reason = reason


class LostMedia(WorkflowError):
    """Thiếu một tệp ảnh hoặc PDF trong kho."""


@dataclass(frozen=True)
class Commit:
    """One commit object, as far as the workflow reads it."""

    oid: str
    tree: str
    parents: tuple[str, ...]
    when: datetime
    message: str
    key: str = ""
    """The public key that its signature names; empty for a publication, which bears none."""


@dataclass(frozen=True)
class TreeItem:
    """One file of a tree: its path from the root that was asked for."""

    path: str
    oid: str


@dataclass(frozen=True)
class StoredMedia:
    """A Git LFS object: the SHA-256 of its bytes and their number."""

    oid: str
    size: int

    @property
    def pointer(self) -> bytes:
        """The pointer file that stands for the object in git."""
        return (
            f"version https://git-lfs.github.com/spec/v1\noid sha256:{self.oid}\nsize {self.size}\n"
        ).encode()


@dataclass(frozen=True)
class RefUpdate:
    """One ref to move from ``old`` to ``new`` in a compare-and-swap; NOTHING creates or deletes."""

    ref: str
    new: str
    old: str


def parse_pointer(data: bytes) -> StoredMedia | None:
    """Return the LFS object that a pointer file names, or None where the bytes are no pointer."""
    match = _POINTER.match(data)
    return StoredMedia(match[1].decode(), int(match[2])) if match else None


class Repository:
    """A bare site repository (DESIGN §3)."""

    def __init__(self, path: Path) -> None:
        """Open the repository at ``path``; nothing is read yet."""
        self.path = path
        self._git = Git(path)
        self._readers: dict[int, list[_Reader]] = {}
        self._companions: dict[object, Any] = {}

    @classmethod
    def create(cls, path: Path, *, is_witness: bool = False) -> "Repository":
        """Make an empty bare repository with the settings that durability needs.

        No push can rewind or delete a branch of a witness.
        """
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        repository = cls(path)
        repository._run("init", "--quiet", "--bare", "--initial-branch=main", "--template=")
        for name, value in (_SETTINGS | (_WITNESS_SETTINGS if is_witness else {})).items():
            repository._run("config", name, value)
        for folder in ("lfs/objects", "locks", "info", "hooks"):
            (path / folder).mkdir(parents=True, exist_ok=True)
        return repository

    def companion(self, kind: Callable[["Repository"], _Companion]) -> _Companion:
        """Return the one object of a class that goes with this opened repository."""
        if kind not in self._companions:
            self._companions.setdefault(kind, kind(self))
        found: _Companion = self._companions[kind]
        return found

    # Reading

    def resolve(self, ref: str) -> str | None:
        """Return the commit that a ref names, or None."""
        # What git reckons with (``~1``, ``^{…}``, ``@{…}``) leads to another commit than its own.
        row = self._headers([ref])[0] if _REF.fullmatch(ref) else None
        return row[0] if row else None

    def main(self) -> str:
        """Return the head of ``main``.

        Raises:
            NotFound: the repository was never founded.
        """
        head = self.resolve(MAIN)
        if head is None:
            raise NotFound
        return head

    def draft(self, entry_id: str) -> str | None:
        """Return the head of an entry's open change, or None."""
        return self.resolve(DRAFTS + entry_id)

    def drafts(self) -> dict[str, str]:
        """Return the heads of all open changes by entry id."""
        return self.refs(DRAFTS)

    def refs(self, prefix: str) -> dict[str, str]:
        """Return what the refs below ``prefix`` (which ends with a slash) name, by the rest."""
        out = self._run("for-each-ref", "--format=%(objectname)%00%(refname)", prefix).decode()
        rows = (line.partition("\0") for line in out.splitlines())
        return {name.removeprefix(prefix): oid for oid, _, name in rows}

    def commit(self, oid: str) -> Commit:
        """Return one commit."""
        return self.commits([oid])[0]

    def commits(self, oids: Sequence[str]) -> list[Commit]:
        """Return many commits."""
        return [_parse_commit(oid, raw) for oid, raw in zip(oids, self._objects(oids), strict=True)]

    def chain(self, head: str, base: str | None = None) -> list[Commit]:
        """Return the first-parent commits of ``head`` that ``base`` has not, newest first."""
        limits = [f"^{base}"] if base else []
        out = self._run("rev-list", "--first-parent", head, *limits).decode()
        return self.commits(out.split())

    def added(self, head: str, base: str) -> list[str]:
        """Return the ids of all commits that ``head`` contains and ``base`` does not."""
        return self._run("rev-list", head, f"^{base}").decode().split()

    def parents_beside(self, heads: Iterable[str], base: str) -> dict[str, tuple[str, ...]]:
        """Return the parents of all commits that the heads contain and ``base`` does not."""
        out = self._run("rev-list", "--parents", "--stdin", stdin=_lines([*heads, f"^{base}"]))
        rows = (line.split() for line in out.decode().splitlines())
        return {oid: tuple(parents) for oid, *parents in rows}

    def fork_point(self, head: str) -> str:
        """Return the commit of ``main`` from which a draft starts."""
        return self._run("merge-base", head, MAIN).decode().strip()

    def is_ancestor(self, older: str, newer: str) -> bool:
        """Say whether ``newer`` contains ``older``."""
        return self._run("merge-base", older, newer).decode().strip() == older

    def files(self, treeish: str, folder: str = "") -> list[TreeItem]:
        """Return all files under ``folder`` of a commit or tree, paths relative to it, sorted."""
        if folder.count("/") >= _ENTRY_DEPTH:
            return self._files_of_entry(f"{treeish}:{folder}")
        target = f"{treeish}:{folder}" if folder else treeish
        try:
            out = self._run("ls-tree", "-r", "-z", "--full-tree", target)
        except GitFailed:
            if self.tree_of(treeish, folder) is None:
                return []
            raise
        rows = (row.partition("\t") for row in out.decode().split("\0") if row)
        return [TreeItem(path, meta.split(" ")[2]) for meta, _, path in rows]

    def names_in(self, treeish: str, folders: Sequence[str]) -> list[list[str]]:
        """Return the names in each of many folders, sorted; none where a folder is absent."""
        found = self.read_all([f"{treeish}:{folder}" for folder in folders])
        return [list(_Tree.parse(tree or b"").rows) for tree in found]

    def changed_files(self, old: str, new: str) -> list[tuple[str, str | None]]:
        """Return path and new blob of each file that differs between two commits or trees.

        None stands for a file that is gone; without ``old`` every file is new.
        """
        if not old:
            return [(item.path, item.oid) for item in self.files(new)]
        options = ("-r", "-z", "--no-renames", "--no-ext-diff")
        parts = self._run("diff-tree", *options, old, new).decode().split("\0")
        rows = (
            (path, meta.split(" ")[3]) for meta, path in zip(parts[:-1:2], parts[1::2], strict=True)
        )
        return [(path, None if oid == NOTHING else oid) for path, oid in rows]

    def tree_of(self, commit: str, folder: str) -> str | None:
        """Return the tree id of a folder: the name of its exact bytes; None where it is absent."""
        return self.trees_of([f"{commit}:{folder}"])[0]

    def trees_of(self, names: Sequence[str]) -> list[str | None]:
        """Return the tree ids of many folders (``commit:folder``)."""
        headers = self._headers(names)
        return [row[0] if row and row[1] == "tree" else None for row in headers]

    def read(self, commit: str, path: str) -> bytes | None:
        """Return the bytes of one file of a commit, or None."""
        return self.read_all([f"{commit}:{path}"])[0]

    def read_all(self, names: Sequence[str]) -> list[bytes | None]:
        """Return the bytes of many objects (ids or ``commit:path``)."""
        return [found.data if found else None for found in self._ask("contents", names)]

    def governance(self, commit: str | None = None) -> roster.Governance:
        """Return people, roles, keys and steps as of a commit (default: ``main``)."""
        at = commit or self.main()
        found = self.read_all([f"{at}:{path}" for path in roster.FILES])
        people, steps, school, orders = ((data or b"") for data in found)
        return _governance(people, steps, school, orders)

    # Copies elsewhere

    def main_elsewhere(self, address: str) -> str | None:
        """Return the head of ``main`` in another repository, or None where it has none yet.

        Raises:
            WitnessRefused: no such address, or no repository there.
        """
        out = self._abroad("ls-remote", address, MAIN).decode()
        rows = [line.split("\t") for line in out.splitlines()]
        return next((oid for oid, name in rows if name == MAIN), None)

    def push_main(self, address: str, head: str) -> None:
        """Bring ``main`` of another repository to ``head``, which must contain what it has.

        Raises:
            WitnessRefused: its ``main`` is not part of ours, or git could not write there.
        """
        theirs = self.main_elsewhere(address)
        if theirs == head:
            return
        if theirs and not self._goes_on(theirs, head):
            raise WitnessRefused(f"lịch sử bị cắt hoặc rẽ nhánh: nhân chứng đã thấy {theirs[:12]}")
        self._abroad("push", address, f"{head}:{MAIN}")

    def _goes_on(self, older: str, head: str) -> bool:
        """Say whether a commit is on the first-parent line of ``head``, reading what came since."""
        try:
            out = self._run("rev-list", "--first-parent", head, f"^{older}").decode().split()
        except GitFailed:
            return False  # a commit that we never had
        return bool(out) and self.commit(out[-1]).parents[:1] == (older,)

    def _abroad(self, verb: str, address: str, ref: str) -> bytes:
        """Let git speak to another repository: no force, no question, no address as an option."""
        if not ADDRESS.fullmatch(address):
            raise WitnessRefused(address)
        allowed = {
            "GIT_ALLOW_PROTOCOL": "file:ssh:https",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_SSH_COMMAND": "ssh -o BatchMode=yes -o ConnectTimeout=20",
        }
        words = (verb, "--quiet", "--end-of-options", address, ref)
        try:
            return self._run(*words, environment=allowed, seconds=_ABROAD_SECONDS)
        except GitFailed as error:
            raise WitnessRefused(_last_line(error.said)) from error

    # Media

    def media_path(self, oid: str) -> Path:
        """Return where the object with that SHA-256 lies (the standard Git LFS layout)."""
        return self.path / "lfs" / "objects" / oid[:2] / oid[2:4] / oid

    def store_media(self, data: bytes) -> StoredMedia:
        """Keep the bytes as a Git LFS object and return its name; safe to repeat."""
        stored = StoredMedia(hashlib.sha256(data).hexdigest(), len(data))
        target = self.media_path(stored.oid)
        if self._is_still_stored(target, stored.size):
            return stored
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).chmod(0o444)
        Path(file.name).rename(target)
        return stored

    def _is_still_stored(self, path: Path, size: int) -> bool:
        """Say whether the object is there whole, and make it young again: it is wanted anew."""
        with self.lock(_MEDIA):
            if not path.exists() or path.stat().st_size != size:
                return False
            os.utime(path)
            return True

    def media_in_use(self) -> set[str]:
        """Return the hashes of all LFS objects that a commit names, on a ref or in a ref's log."""
        out = self._run("rev-list", "--objects", "--all", "--reflog", "--no-object-names")
        oids = list(dict.fromkeys(out.decode().split()))
        said = self._run("cat-file", "--batch-check", stdin=_lines(oids)).decode()
        rows = (line.split(" ") for line in said.splitlines())
        small = [row[0] for row in rows if row[1] == "blob" and int(row[2]) <= _POINTER_MAX]
        pointers = (parse_pointer(data or b"") for data in self.read_all(small))
        return {pointer.oid for pointer in pointers if pointer}

    def collect_media(self, before: float) -> list[str]:
        """Delete the LFS objects that no commit names and nobody stored since; return their hashes.

        Dropped uploads are all that this can meet: what was saved once is named by a commit.
        """
        wanted = self.media_in_use()
        gone = []
        for path in sorted((self.path / "lfs" / "objects").glob("*/*/*")):
            with self.lock(_MEDIA):
                if path.name not in wanted and path.stat().st_mtime < before:
                    path.unlink()
                    gone.append(path.name)
        return gone

    def open_media(self, oid: str) -> bytes:
        """Return the bytes of an LFS object.

        Raises:
            LostMedia: the object is not there.
        """
        try:
            return self.media_path(oid).read_bytes()
        except FileNotFoundError as error:
            raise LostMedia from error

    def link_media(self, oid: str, target: Path) -> None:
        """Give the object's bytes the name ``target``: a hard link, or a copy on another disk.

        Raises:
            LostMedia: the object is not there.
        """
        source = self.media_path(oid)
        if not source.exists():
            raise LostMedia
        try:
            target.hardlink_to(source)
        except OSError:
            shutil.copyfile(source, target)

    # Texts

    def merged_lines(self, base: bytes, ours: bytes, theirs: bytes) -> bytes | None:
        """Return both changes of ``base`` in one text, or None where they touch the same lines."""
        try:
            return self._merge_file(base, ours, theirs)
        except GitFailed as error:
            # The status counts the places in conflict; 255 is git's own trouble.
            if error.status is not None and 0 < error.status < _MERGE_TROUBLE:
                return None
            raise

    def united_lines(self, base: bytes, ours: bytes, theirs: bytes) -> bytes:
        """Return both changes of ``base`` in one text, both lines where they touch the same."""
        return self._merge_file(base, ours, theirs, "--union")

    def _merge_file(self, base: bytes, ours: bytes, theirs: bytes, *options: str) -> bytes:
        with tempfile.TemporaryDirectory(prefix="toasoan-merge-") as folder:
            paths = [Path(folder) / name for name in ("ours", "base", "theirs")]
            for path, data in zip(paths, (ours, base, theirs), strict=True):
                path.write_bytes(data)
            return self._run("merge-file", "-p", "-q", *options, *map(str, paths))

    # Writing

    def put_blob(self, data: bytes) -> str:
        """Write a blob and return its id."""
        return self._run("hash-object", "-w", "--stdin", stdin=data).decode().strip()

    def with_folder(self, base: str, folder: str, files: Mapping[str, str]) -> str:
        """Return the tree of commit ``base`` in which ``folder`` holds exactly ``files``.

        ``files`` maps file names to blob ids. An empty mapping removes the folder.
        """
        parts = folder.split("/")
        paths = ["/".join(parts[:depth]) for depth in range(len(parts))]
        raw = self.read_all([f"{base}:{path}" for path in paths])
        child = _Tree.of_files(files)
        made = [child]
        for name, data in zip(reversed(parts), reversed(raw), strict=True):
            child = _Tree.parse(data or b"").with_folder(name, child)
            made.append(child)
        return self._write_trees([tree for tree in made if tree.rows])

    def first_tree(self, files: Mapping[str, str]) -> str:
        """Return the tree that holds exactly ``files`` (paths from the root to blob ids)."""
        return self._write_tree([f"{_FILE_MODE} {oid}\t{p}\0" for p, oid in files.items()])

    def write_commit(
        self,
        tree: str,
        parents: Sequence[str],
        message: str,
        when: datetime,
        signer: Signer | str,
    ) -> str:
        """Write a commit object and return its id.

        ``signer`` signs it; a plain user name leaves it unsigned (publications, whose second parent
        bears the signatures).
        """
        username = signer.username if isinstance(signer, Signer) else signer
        stamp = f"{int(when.timestamp())} {when.astimezone(VIETNAM):%z}"
        who = f"{username} <{username}@toasoan.invalid> {stamp}"
        head = "\n".join(
            [f"tree {tree}", *(f"parent {p}" for p in parents), f"author {who}", f"committer {who}"]
        )
        body = f"\n\n{message}"
        signature = ""
        if isinstance(signer, Signer):
            armour = signer.sign(f"{head}{body}".encode())
            signature = "\ngpgsig " + armour.replace("\n", "\n ")
        data = f"{head}{signature}{body}".encode()
        return (
            self._run("hash-object", "-t", "commit", "-w", "--stdin", stdin=data).decode().strip()
        )

    def update_refs(self, updates: Iterable[RefUpdate]) -> None:
        """Move refs all together or not at all, and return only when the disk has it.

        Raises:
            RefMoved: a ref was not where the caller saw it.
        """
        lines = [
            f"delete {u.ref} {u.old}" if u.new == NOTHING else f"update {u.ref} {u.new} {u.old}"
            for u in updates
        ]
        script = "\n".join(["start", *lines, "prepare", "commit", ""])
        try:
            self._run("update-ref", "--stdin", stdin=script.encode())
        except GitFailed as error:
            raise RefMoved from error
        self.sync()

    def sync(self) -> None:
        """Flush the file system that holds the repository.

        ``core.fsync`` alone loses acknowledged refs in a power cut (measured: 20 of 20); an error
        here must never be retried and believed, so it ends in OSError.
        """
        descriptor = os.open(self.path, os.O_RDONLY)
        try:
            if _LIBC.syncfs(descriptor) != 0:
                number = ctypes.get_errno()
                raise OSError(number, os.strerror(number))
        finally:
            os.close(descriptor)

    @contextlib.contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """Hold the kernel's lock ``name`` (an entry id, or ``main``); a dead process frees it."""
        folder = self.path / "locks"
        folder.mkdir(exist_ok=True)
        with (folder / "all").open("w") as everyone, (folder / f"{name}.flock").open("w") as own:
            fcntl.flock(everyone, fcntl.LOCK_SH)
            fcntl.flock(own, fcntl.LOCK_EX)
            yield

    def sweep(self) -> list[Path]:
        """Delete what killed writers left behind and return it; call at start-up.

        A ``*.lock`` seen while nobody holds a lock of ours is stale by construction (SECURITY F11).
        """
        with (self.path / "locks" / "all").open("w") as everyone:
            try:
                fcntl.flock(everyone, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return []
            stale = [*self.path.glob("*.lock"), *self.path.glob("refs/**/*.lock")]
            stale += self.path.glob("objects/**/tmp_obj_*")
            for path in stale:
                path.unlink(missing_ok=True)
            return stale

    # Plumbing

    def _run(
        self,
        *arguments: str,
        stdin: bytes = b"",
        index: Path | None = None,
        environment: Mapping[str, str] | None = None,
        seconds: float | None = None,
    ) -> bytes:
        surroundings = {**_ENVIRONMENT, **(environment or {})}
        if index:
            surroundings["GIT_INDEX_FILE"] = str(index)
        command = ["git", f"--git-dir={self.path}", *arguments]
        # A memory file and no pipe: git may write before it has read everything.
        with os.fdopen(os.memfd_create("stdin"), "w+b") as source:
            source.write(stdin)
            source.seek(0)
            try:
                out = self._git.execute(
                    command,
                    istream=source,
                    stdout_as_string=False,
                    strip_newline_in_stdout=False,
                    env=surroundings,
                    kill_after_timeout=seconds,
                )
            except GitCommandError as error:
                # A refusal like every other: a full disk must end neither a page nor the publisher.
                status = error.status if isinstance(error.status, int) else None
                raise GitFailed(str(error.stderr), status) from error
        if not isinstance(out, bytes):
            raise TypeError(type(out))
        return out

    def _write_trees(self, trees: Sequence["_Tree"]) -> str:
        """Write trees, those that others name first; return the id of the last.

        One process whatever the archive holds: an index would be as long as the archive.
        """
        said = self._run("mktree", "-z", "--batch", stdin=b"".join(t.spelt for t in trees))
        if said.decode().split() != [tree.oid for tree in trees]:
            raise GitFailed("mktree", None)
        return trees[-1].oid

    def _write_tree(self, entries: Sequence[str]) -> str:
        with tempfile.TemporaryDirectory(prefix="toasoan-index-") as folder:
            index = Path(folder) / "index"
            self._run(
                "update-index", "-z", "--index-info", stdin="".join(entries).encode(), index=index
            )
            return self._run("write-tree", index=index).decode().strip()

    def _objects(self, oids: Sequence[str]) -> list[bytes]:
        found = self.read_all(oids)
        if any(data is None for data in found):
            raise NotFound
        return [data for data in found if data is not None]

    def _headers(self, names: Sequence[str]) -> list[tuple[str, str] | None]:
        answers = self._ask("info", names)
        return [(found.oid, found.kind) if found else None for found in answers]

    def _ask(self, verb: _Verb, names: Sequence[str]) -> list["_Answer | None"]:
        """Ask a git process that runs already; it reads refs from the disk each time.

        Starting one takes longer than all that most pages ask.
        """
        if not names:
            return []
        if any("\n" in name for name in names):
            raise ValueError(names)
        readers = self._readers.setdefault(os.getpid(), [])
        # Each serves one thread at a time; taking from a list and giving back is atomic.
        is_old = bool(readers)
        reader = readers.pop() if is_old else _Reader(self.path)
        try:
            found = [answer for some in _few(names) for answer in reader.ask(verb, some)]
        except OSError as error:
            reader.end()
            if is_old:
                return self._ask(verb, names)
            raise GitFailed(str(error), None) from error
        readers.append(reader)
        return found

    def _files_of_entry(self, folder: str) -> list[TreeItem]:
        tree = self.read_all([folder])[0]
        if tree is None:
            return []
        rows = _Tree.parse(tree).rows
        if any(mode == _FOLDER_MODE for mode, _ in rows.values()):
            raise GitFailed(f"{folder}: a folder below an entry", None)
        return [TreeItem(name, oid) for name, (_, oid) in rows.items()]


_MERGE_TROUBLE: Final = 128


@dataclass(frozen=True)
class _Tree:
    """A folder of git's: mode and id of each name."""

    rows: Mapping[str, tuple[str, str]]

    @classmethod
    def parse(cls, data: bytes) -> "_Tree":
        found = _TREE_ROW.finditer(data)
        return cls({r["name"].decode(): (r["mode"].decode(), r["oid"].hex()) for r in found})

    @classmethod
    def of_files(cls, files: Mapping[str, str]) -> "_Tree":
        return cls({name: (_FILE_MODE, oid) for name, oid in files.items()})

    def with_folder(self, name: str, folder: "_Tree") -> "_Tree":
        """Return this folder with another in place of one of its own; git knows no empty ones."""
        rest = {key: row for key, row in self.rows.items() if key != name}
        return _Tree(rest | ({name: (_FOLDER_MODE, folder.oid)} if folder.rows else {}))

    @property
    def ordered(self) -> Iterator[tuple[str, str, str]]:
        """Name, mode and id in git's order: a folder's name counts as ending with a slash."""

        def place(name: str) -> bytes:
            return f"{name}/".encode() if self.rows[name][0] == _FOLDER_MODE else name.encode()

        return ((name, *self.rows[name]) for name in sorted(self.rows, key=place))

    @cached_property
    def oid(self) -> str:
        rows = (
            f"{mode} {name}".encode() + b"\0" + bytes.fromhex(oid)
            for name, mode, oid in self.ordered
        )
        data = b"".join(rows)
        name = hashlib.sha1(f"tree {len(data)}\0".encode() + data, usedforsecurity=False)
        return name.hexdigest()

    @property
    def spelt(self) -> bytes:
        """The folder as ``git mktree -z --batch`` reads it, with the end that it waits for."""
        kinds = {_FOLDER_MODE: "tree"}
        rows = (
            f"{mode:0>6} {kinds.get(mode, 'blob')} {oid}\t{name}\0"
            for name, mode, oid in self.ordered
        )
        return "".join(rows).encode() + b"\0"


@dataclass(frozen=True)
class _Answer:
    """What git knows of an object; ``data`` is empty where only that was asked."""

    oid: str
    kind: str
    data: bytes = b""


class _Reader:
    """A git process that answers about objects until nobody has a use for it."""

    def __init__(self, path: Path) -> None:
        process = subprocess.Popen(
            ["git", f"--git-dir={path}", "cat-file", "--batch-command"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **_ENVIRONMENT},
        )
        self.end = weakref.finalize(self, process.communicate)
        self._source = cast("IO[bytes]", process.stdin)
        self._replies = cast("IO[bytes]", process.stdout)

    def ask(self, verb: _Verb, names: Sequence[str]) -> Iterator[_Answer | None]:
        """Yield an answer for each name, in order; None where there is no such object."""
        self._source.write("".join(f"{verb} {name}\n" for name in names).encode())
        self._source.flush()
        for _ in names:
            header = self._replies.readline()
            if not header.endswith(b"\n"):
                raise BrokenPipeError(errno.EPIPE, "git cat-file")
            oid, kind, *size = header.decode().split()
            if not size:
                yield None
            elif verb == "info":
                yield _Answer(oid, kind)
            else:
                yield _Answer(oid, kind, self._replies.read(int(size[0]) + 1)[:-1])


def _few(names: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield so many names at a time that git never waits for a reader while we wait for git."""
    return (names[start : start + _AT_ONCE] for start in range(0, len(names), _AT_ONCE))


def _last_line(said: str) -> str:
    lines = [line.strip().strip("'") for line in said.splitlines()]
    return next((line for line in reversed(lines) if line), "")


def _lines(names: Iterable[str]) -> bytes:
    return "".join(f"{name}\n" for name in names).encode()


def _parse_commit(oid: str, raw: bytes) -> Commit:
    head, _, message = raw.decode().partition("\n\n")
    headers = [line.partition(" ") for line in head.split("\n") if not line.startswith(" ")]
    committer = next(value for name, _, value in headers if name == "committer")
    seconds = int(committer.rsplit(" ", 2)[1])
    return Commit(
        oid=oid,
        tree=next(value for name, _, value in headers if name == "tree"),
        parents=tuple(value for name, _, value in headers if name == "parent"),
        when=datetime.fromtimestamp(seconds, VIETNAM),
        message=message,
        key=key_of(_signature(head)),
    )


def _signature(head: str) -> str:
    """Return the signature among a commit's headers: its lines after the first are indented."""
    _, _, rest = head.partition("\ngpgsig ")
    first, *lines = rest.split("\n")
    return "\n".join([first, *(line[1:] for line in takewhile(lambda s: s[:1] == " ", lines))])
