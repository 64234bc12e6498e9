"""What the auditor makes of bytes: objects, commits, trailers, keys and signatures."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.workflow.forge import Forge, row
from tests.workflow.paper_forge import (
    Answers,
    PaperForge,
    PaperObjects,
    PaperSignatures,
    forge,
    gpgsig,
    is_genuine,
    key_of,
    objects,
)
from workflow import signing, verification
from workflow.verification import (
    Broken,
    Commit,
    Entry,
    Objects,
    Rule,
    Signatures,
    fingerprint,
    is_signed,
    public_key,
    read_commit,
    read_note,
    read_trailers,
    signing_key,
    ssh_keygen_accepts,
    ssh_strings,
)

TREE, FIRST, SECOND = "a" * 40, "b" * 40, "c" * 40
WHO = "co.giaovien5a <co.giaovien5a@toasoan.invalid> 1774000000 +0700"
KEY, OTHER_KEY = key_of("a"), key_of("b")
LINE, OTHER_LINE = signing.public_key_line(KEY), signing.public_key_line(OTHER_KEY)
SAVE = "Action: save\nActor: co.giaovien5a\nRole: teacher\nEntry: bai-1\nType: posts"
GOVERN = "Action: govern\nActor: hieutruong\nRole: principal"


__all__ = ["forge", "objects"]


def broken(rule: Rule, act: Callable[..., object], *arguments: Any) -> str:
    """Require that an act breaks a rule; return the reason."""
    with pytest.raises(Broken) as caught:
        act(*arguments)
    assert caught.value.rule is rule, caught.value.reason
    assert str(caught.value) == caught.value.reason
    return caught.value.reason


# Objects


def test_objects_are_read_one_after_the_other(forge: PaperForge, objects: Objects) -> None:
    first, second = forge.store("blob", b"one\nline"), forge.store("blob", b"")

    assert objects.blob(first) == b"one\nline"
    assert objects.blob(second) == b""
    assert objects.read(first, "blob") == b"one\nline"


def test_an_object_that_is_missing_or_of_another_kind_is_refused(
    forge: PaperForge, objects: Objects
) -> None:
    blob = forge.store("blob", b"text")

    assert broken(Rule.OBJECT, objects.blob, "d" * 40).startswith("dddddddddddd ")
    assert broken(Rule.OBJECT, objects.read, blob, "tree").startswith(blob[:12] + " ")


def test_an_object_whose_bytes_are_not_those_of_its_name_is_refused(
    forge: PaperForge, objects: Objects
) -> None:
    blob, commit = forge.store("blob", b"text"), forge.store("commit", b"text")
    forge.objects[blob] = ("blob", b"tex!")

    assert broken(Rule.OBJECT, objects.blob, blob).startswith(blob[:12])
    assert objects.read(commit, "commit") == b"text"


def test_an_answer_about_another_object_is_refused(forge: PaperForge) -> None:
    blob = forge.store("blob", b"text")

    class Confused(Answers):
        def write(self, line: bytes) -> None:
            super().write(f"{blob}\n".encode())

    objects = PaperObjects(forge.path)
    objects.listens_to(Confused(forge.objects))
    assert objects.blob(blob) == b"text"
    broken(Rule.OBJECT, objects.blob, forge.store("blob", b"other"))


def test_a_folder_has_its_rows_by_name(forge: PaperForge, objects: Objects) -> None:
    blob = forge.store("blob", b"text")
    rows = row("100644", "a.b", blob) + row("40000", "a", TREE) + row("120000", "a0", blob)
    tree = forge.store("tree", rows)

    assert list(objects.tree(tree).items()) == [
        ("a.b", Entry("100644", blob)),
        ("a", Entry("40000", TREE)),
        ("a0", Entry("120000", blob)),
    ]


def test_a_name_that_is_not_utf_8_is_shown_by_its_bytes(
    forge: PaperForge, objects: Objects
) -> None:
    tree = forge.store("tree", b"100644 \xff\n\0" + bytes(20))

    assert list(objects.tree(tree)) == ["\\xff\n"]


@pytest.mark.parametrize(
    "rows",
    [
        b"",
        row("100644", "a", FIRST)[:-1],
        row("100644", "a", FIRST) + b"\n",
        b"x" + row("100644", "a", FIRST),
        row("100644", "b", FIRST) + row("100644", "a", FIRST),
        row("100644", "a", FIRST) + row("100644", "a", FIRST),
        row("100644", "a", FIRST) + row("40000", "a", SECOND),
        row("40000", "a", FIRST) + row("100644", "a.b", SECOND),
        row("100644", "", FIRST),
    ],
)
def test_a_folder_that_git_would_not_write_is_refused(
    forge: PaperForge, objects: Objects, rows: bytes
) -> None:
    tree = forge.store("tree", rows)

    assert broken(Rule.OBJECT, objects.tree, tree).startswith(tree[:12] + ":")


def test_the_latest_folders_are_kept(forge: PaperForge, objects: Objects) -> None:
    trees = [forge.store("tree", row("100644", str(number), FIRST)) for number in range(513)]
    for tree in trees[:512]:
        objects.tree(tree)
    forge.objects.clear()
    assert [list(objects.tree(tree)) for tree in trees[:512:511]] == [["0"], ["511"]]
    forge.store("tree", row("100644", "512", FIRST))
    assert list(objects.tree(trees[512])) == ["512"]
    assert list(objects.tree(trees[1])) == ["1"]
    broken(Rule.OBJECT, objects.tree, trees[0])


def test_a_folder_is_found_by_its_path(forge: PaperForge, objects: Objects) -> None:
    root = forge.tree(forge.files({"content/posts/x": b"1", "content/note": b"2"}))
    content = objects.tree(root)["content"].oid

    assert objects.folder(root, ()) == root
    assert objects.folder(root, ("content",)) == content
    assert objects.folder(root, ("content", "posts")) == objects.tree(content)["posts"].oid
    assert objects.folder(root, ("governance",)) is None
    assert objects.folder(root, ("governance", "posts")) is None
    assert broken(Rule.MODES, objects.folder, root, ("content", "note")).startswith("note ")


def test_git_itself_is_asked_for_objects(tmp_path: Path) -> None:
    forge = Forge(tmp_path / "site.git", tmp_path)
    forge.git("init", "--quiet", "--bare", "--template=", "--initial-branch=main")
    blob, tree = forge.store("blob", b"text"), forge.tree(forge.files({"a": b"text"}))
    with Objects(forge.path) as objects:
        assert objects.blob(blob) == b"text"
        assert objects.tree(tree) == {"a": Entry("100644", blob)}
        broken(Rule.OBJECT, objects.blob, "d" * 40)
        process = objects._process
    assert process.returncode == 0


# Commits


def a_commit(
    head: str = f"tree {TREE}\nparent {FIRST}\n",
    author: str = WHO,
    committer: str = WHO,
    signature: str = "",
    message: str = f"Lưu\n\n{SAVE}\n",
) -> str:
    return f"{head}author {author}\ncommitter {committer}\n{signature}\n{message}"


def as_read(forge: PaperForge, commit: str | bytes) -> Commit:
    data = commit if isinstance(commit, bytes) else commit.encode()
    return read_commit(PaperObjects(forge.path), forge.store("commit", data))


def test_a_signed_commit_is_read_whole(forge: PaperForge) -> None:
    armor = signing.Signer("x", KEY).sign(b"payload")
    head = f"tree {TREE}\nparent {FIRST}\nparent {SECOND}\n"
    message = f"Lưu\n\nDặn dò.\n\n{SAVE}\n"
    plain = a_commit(head, message=message)
    commit = as_read(forge, a_commit(head, signature=gpgsig(armor), message=message))

    assert forge.objects[commit.oid][0] == "commit"
    assert (commit.tree, commit.parents) == (TREE, (FIRST, SECOND))
    assert commit.armor == f"{armor}\n".encode()
    assert commit.payload == plain.encode()
    assert commit.note == "Dặn dò."
    assert commit.when == datetime(2026, 3, 20, 9, 46, 40, tzinfo=UTC)
    assert commit.when.tzinfo is UTC
    assert (commit.action, commit.actor, commit.role) == ("save", "co.giaovien5a", "teacher")
    assert commit.trailers["Entry"] == "bai-1"


def test_a_commit_without_a_signature_or_parents_is_read_too(forge: PaperForge) -> None:
    text = a_commit(f"tree {TREE}\n")
    commit = as_read(forge, text)

    assert (commit.armor, commit.parents) == (None, ())
    assert commit.payload == text.encode()


@pytest.mark.parametrize(
    "commit",
    [
        a_commit(f"tree {TREE[1:]}\n"),
        a_commit(f"tree {TREE.upper()}\n"),
        a_commit(f"parent {FIRST}\n"),
        a_commit(f"tree {TREE}\nparent {FIRST[1:]}\n"),
        a_commit(f"parent {FIRST}\ntree {TREE}\n"),
        a_commit(f"x\ntree {TREE}\n"),
        a_commit(signature="encoding ISO-8859-1\n"),
        a_commit(signature="gpgsig x\n y\ngpgsig z\n"),
        a_commit(signature="gpgsig \n"),
        a_commit(message=""),
        a_commit(message=f"Lưu\0\n\n{SAVE}\n"),
        a_commit(author=""),
    ],
)
def test_a_commit_of_another_form_is_refused(forge: PaperForge, commit: str) -> None:
    oid = forge.store("commit", commit.encode())

    assert broken(Rule.COMMIT, read_commit, PaperObjects(forge.path), oid).startswith(oid[:12])


OTHER_WHO = WHO.replace("co.giaovien5a", "vanthu")


@pytest.mark.parametrize(
    ("author", "committer"),
    [
        (OTHER_WHO, WHO),
        (WHO, OTHER_WHO),
        (OTHER_WHO, OTHER_WHO),
        (WHO.replace("@toasoan.invalid", "@example.org"), WHO),
        (WHO, WHO.replace("@toasoan.invalid", "@example.org")),
        (WHO, WHO.replace("<co.giaovien5a", "<vanthu")),
        (WHO, WHO.replace("1774000000", "177400000000")),
        (WHO, WHO.replace(" +0700", "")),
        (WHO.replace(" +0700", " +07:00"), WHO),
        (f"Cô {WHO}", WHO),
        ("nobody", "nobody"),
    ],
)
def test_author_and_committer_are_who_acted(forge: PaperForge, author: str, committer: str) -> None:
    oid = forge.store("commit", a_commit(author=author, committer=committer).encode())

    reason = broken(Rule.IDENTITY, read_commit, PaperObjects(forge.path), oid)
    assert reason.startswith(oid[:12] + ":")


@pytest.mark.parametrize("place", ["author", "committer"])
def test_a_name_in_another_encoding_is_nobodys(forge: PaperForge, place: str) -> None:
    data = a_commit().replace(f"{place} co", f"{place} cô").encode("latin-1", "replace")
    assert b"\xf4" in data
    oid = forge.store("commit", data)

    broken(Rule.IDENTITY, read_commit, PaperObjects(forge.path), oid)


@pytest.mark.parametrize("seconds", ["0", "99999999999"])
def test_any_date_of_a_commit_is_read(forge: PaperForge, seconds: str) -> None:
    who = WHO.replace("1774000000", seconds).replace("+0700", "-1100")

    commit = as_read(forge, a_commit(author=who, committer=who))
    assert commit.when == datetime.fromtimestamp(int(seconds), UTC)


# Trailers and notes


@pytest.mark.parametrize("action", ["found", "govern", "recover"])
def test_acts_on_the_whole_site_name_no_entry(action: str) -> None:
    lines = GOVERN.replace("govern", action)

    assert read_trailers(f"X\n\n{lines}\n".encode()) == {
        "Action": action,
        "Actor": "hieutruong",
        "Role": "principal",
    }
    broken(Rule.TRAILERS, read_trailers, f"X\n\n{lines}\nEntry: a\nType: posts\n".encode())


@pytest.mark.parametrize(
    "action",
    [
        *("save", "submit", "check", "return", "approve", "urgent", "update", "abandon"),
        *("publish", "takedown", "review"),
    ],
)
def test_acts_on_an_entry_name_it(action: str) -> None:
    lines = SAVE.replace("save", action)

    assert read_trailers(f"X\n\n{lines}".encode())["Action"] == action
    broken(Rule.TRAILERS, read_trailers, f"X\n\n{lines.partition('Entry')[0]}".encode())


@pytest.mark.parametrize("role", sorted(verification.ROLES))
def test_every_role_may_be_named(role: str) -> None:
    assert read_trailers(f"X\n\n{SAVE.replace('teacher', role)}".encode())["Role"] == role


@pytest.mark.parametrize("kind", ["posts", "notices", "circulars", "menus", "pages"])
def test_every_type_may_be_named(kind: str) -> None:
    assert read_trailers(f"X\n\n{SAVE.replace('posts', kind)}".encode())["Type"] == kind


@pytest.mark.parametrize(
    "message",
    [
        SAVE,
        f"\n\n{SAVE}",
        f"X\n\n{SAVE}\n\n",
        f"X\n\n{SAVE}\n\nHết.",
        f"X\n{SAVE}",
        f"X\n\n{SAVE.replace(': ', '= ')}",
        f"X\n\n{SAVE.replace('Action: save', 'Action: bless')}",
        f"X\n\n{SAVE.replace('Action: save', 'Do: save')}",
        f"X\n\n{SAVE.replace('Role: teacher', 'Rôle: teacher')}",
        f"X\n\n{SAVE.replace('teacher', 'root')}",
        f"X\n\n{SAVE.replace('posts', 'plugins')}",
        f"X\n\n{SAVE.replace('bai-1', '-bai')}",
        f"X\n\n{SAVE.replace('bai-1', 'Bài')}",
        f"X\n\n{SAVE.replace('co.giaovien5a', '.co')}",
        f"X\n\n{SAVE.replace('co.giaovien5a', 'Co')}",
        f"X\n\n{SAVE}\nSkip: check",
        f"X\n\nAction: save\n{SAVE}",
        "X\n\nActor: co.giaovien5a\nAction: save\nRole: teacher\nEntry: bai-1\nType: posts",
    ],
)
def test_other_last_paragraphs_are_refused(message: str) -> None:
    broken(Rule.TRAILERS, read_trailers, message.encode())


def test_a_message_that_is_no_utf_8_is_refused() -> None:
    broken(Rule.TRAILERS, read_trailers, b"\xff\n\n" + SAVE.encode())


def test_trailers_in_a_note_are_words() -> None:
    message = f"X\n\n{SAVE.replace('save', 'approve')}\n\n{SAVE}\n".encode()

    assert read_trailers(message)["Action"] == "save"
    assert read_note(message) == SAVE.replace("save", "approve")


@pytest.mark.parametrize(
    ("message", "note"),
    [
        (f"X\n\n{SAVE}\n", ""),
        (f"X\n\nMột.\n\n{SAVE}\n", "Một."),
        (f"X\n\nMột.\n\nHai.\nBa.\n\n{SAVE}\n", "Một.\n\nHai.\nBa."),
        (f"X\n\n  Một. \n\n{SAVE}\n", "Một."),
    ],
)
def test_a_note_is_what_stands_between_subject_and_trailers(message: str, note: str) -> None:
    assert read_note(message.encode()) == note


# Keys and signatures


def strings(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def line(*parts: bytes, kind: str = "ssh-ed25519") -> str:
    return f"{kind} {base64.b64encode(strings(*parts)).decode()}"


def test_strings_are_split_by_their_lengths() -> None:
    assert ssh_strings(b"") == []
    assert ssh_strings(strings(b"one", b"", b"three")) == [b"one", b"", b"three"]


@pytest.mark.parametrize("data", [b"\0", b"\0\0\0", b"\0\0\0\1", strings(b"a") + b"\0\0\0\2b"])
def test_strings_that_are_cut_short_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"x|\\"):
        ssh_strings(data)


def test_a_public_key_is_its_blob() -> None:
    assert public_key(line(b"ssh-ed25519", bytes(32))) == strings(b"ssh-ed25519", bytes(32))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ssh-ed25519",
        line(b"ssh-ed25519", bytes(31)),
        line(b"ssh-ed25519", bytes(33)),
        line(b"ssh-ed25519", bytes(32), b""),
        line(b"ssh-ed25519"),
        line(b"ssh-rsa", bytes(32)),
        line(b"ssh-rsa", bytes(32), kind="ssh-rsa"),
        line(b"ssh-ed25519", bytes(32), kind="ssh-rsa"),
        line(b"ssh-ed25519", bytes(32), kind="ssh-ed25519 "),
        line(b"ssh-ed25519", bytes(32)) + " me@home",
        line(b"ssh-ed25519", bytes(32)) + "!",
        line(b"ssh-ed25519", bytes(32))[:-1],
    ],
)
def test_no_other_text_is_a_public_key(text: str) -> None:
    assert public_key(text) is None


def test_a_fingerprint_is_the_hash_of_the_blob() -> None:
    digest = hashlib.sha256(strings(b"ssh-ed25519", bytes(32))).digest()

    assert fingerprint(line(b"ssh-ed25519", bytes(32))) == (
        "SHA256:" + base64.b64encode(digest).decode()[:43]
    )
    assert fingerprint("") == "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"


SIGNATURE = strings(b"ssh-ed25519", bytes(64))
GOOD = (b"the key", b"git", b"", b"sha512", SIGNATURE)


def armored(*parts: bytes, magic: bytes = b"SSHSIG\0\0\0\1", more: bytes = b"") -> bytes:
    text = base64.encodebytes(magic + strings(*parts) + more)
    return b"-----BEGIN SSH SIGNATURE-----\n" + text + b"-----END SSH SIGNATURE-----\n"


def test_a_signature_names_its_key() -> None:
    assert signing_key(armored(*GOOD)) == b"the key"
    assert signing_key(armored(*GOOD).removesuffix(b"\n")) == b"the key"


@pytest.mark.parametrize(
    "armor",
    [
        b"",
        b"-----BEGIN PGP SIGNATURE-----\niQ\n-----END PGP SIGNATURE-----\n",
        armored(*GOOD, magic=b"SSHSIG\0\0\0\2"),
        armored(*GOOD, magic=b"sshsig\0\0\0\1"),
        armored(*GOOD, magic=b""),
        armored(GOOD[0], b"file", *GOOD[2:]),
        armored(GOOD[0], b"toasoan-release", *GOOD[2:]),
        armored(*GOOD[:2], b"x", *GOOD[3:]),
        armored(*GOOD[:3], b"sha256", GOOD[4]),
        armored(*GOOD[:4], strings(b"ssh-rsa", bytes(64))),
        armored(*GOOD[:4], strings(b"ssh-ed25519", bytes(63))),
        armored(*GOOD[:4], strings(b"ssh-ed25519", bytes(65))),
        armored(*GOOD[:4], strings(b"ssh-ed25519", bytes(64), b"")),
        armored(*GOOD, b"more"),
        armored(*GOOD[:4]),
        armored(*GOOD, more=b"\0"),
        armored(*GOOD).replace(b"\n", b"=\n", 2),
        b"x" + armored(*GOOD),
        armored(*GOOD) + b"\n",
    ],
)
def test_no_other_signature_is_accepted(armor: bytes) -> None:
    broken(Rule.SIGNATURE, signing_key, armor)


def signed(key: Any = KEY, payload: bytes = b"payload", says: bytes = b"payload") -> Commit:
    armor = signing.Signer("x", key).sign(says)
    trailers = {"Action": "save", "Actor": "co.giaovien5a", "Role": "teacher"}
    when = datetime(2026, 3, 20, tzinfo=UTC)
    return Commit(FIRST, TREE, (), f"{armor}\n".encode(), payload, trailers, "", when)


def test_a_commit_is_signed_by_one_of_the_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PaperSignatures, "checked", [])
    with PaperSignatures() as signatures:
        signatures.require(signed(), {LINE})
        signatures.require(signed(OTHER_KEY), {LINE, OTHER_LINE})
        for commit, keys in (
            (signed(), {OTHER_LINE}),
            (signed(), set()),
            (signed(payload=b"other"), {LINE}),
            (signed(says=b"other"), {LINE, OTHER_LINE}),
        ):
            assert broken(Rule.SIGNATURE, signatures.require, commit, keys).startswith("b" * 12)


def test_a_commit_without_a_signature_is_refused() -> None:
    unsigned = Commit(FIRST, TREE, (), None, b"", {"Actor": "x"}, "", datetime.now(UTC))

    assert broken(Rule.SIGNATURE, PaperSignatures().require, unsigned, {LINE}).startswith("b" * 12)


def test_what_an_earlier_audit_checked_is_not_checked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(PaperSignatures, "checked", [])
    signatures = PaperSignatures()
    assert signatures.trusted is False
    signatures.trusted = True
    signatures.require(signed(payload=b"other"), {LINE})
    broken(Rule.SIGNATURE, signatures.require, signed(), {OTHER_LINE})
    assert PaperSignatures.checked == []
    signatures.trusted = False
    signatures.require(signed(), {LINE})
    assert PaperSignatures.checked == [b"payload"]


# What ssh-keygen says


def test_ssh_keygen_judges_a_commit_as_we_do_on_paper() -> None:
    good, bad = signed(), signed(payload=b"other")
    with Signatures() as signatures:
        signatures.require(good, {LINE})
        reason = broken(Rule.SIGNATURE, signatures.require, bad, {LINE})
        folder = Path(signatures._folder.name)
        assert folder.name.startswith("verify-")
        assert folder.is_dir()
    assert not folder.exists()
    assert reason.startswith("b" * 12 + ":")
    assert is_genuine(good.armor or b"", LINE, b"payload")
    assert not is_genuine(bad.armor or b"", LINE, b"other")


@pytest.mark.parametrize(
    ("key", "payload", "namespace", "accepted"),
    [
        (LINE, b"payload", "git", True),
        (LINE, b"payload\n", "git", False),
        (LINE, b"payload", "file", False),
        (OTHER_LINE, b"payload", "git", False),
    ],
)
def test_a_signature_is_of_one_key_over_one_text_for_one_use(
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    key: str,
    payload: bytes,
    namespace: str,
    accepted: bool,
) -> None:
    armor = signing.Signer("x", KEY).sign(b"payload").encode()

    assert ssh_keygen_accepts(tmp_path, armor, key, payload, namespace) is accepted
    assert is_signed(payload, armor, f"{key} me@home", namespace) is accepted
    assert capfd.readouterr() == ("", "")


def test_a_text_that_is_no_key_signed_nothing() -> None:
    armor = signing.Signer("x", KEY).sign(b"payload").encode()

    assert not is_signed(b"payload", armor, LINE.replace("ssh-ed25519", "ssh-rsa"), "git")
    assert not is_signed(b"payload", armor, "", "git")
