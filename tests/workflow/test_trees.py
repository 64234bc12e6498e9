"""What the auditor makes of trees: what changed, where entries lie, names, modes and media."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.workflow.forge import ATTRIBUTES, Files
from tests.workflow.paper_forge import PaperForge, PaperObjects, forge, objects
from tests.workflow.test_reading import broken
from workflow.verification import (
    Entry,
    Objects,
    Place,
    Rule,
    changes,
    check_attributes,
    check_entry_folder,
    check_file_name,
    check_media,
    check_whole_tree,
    entry_folders,
    folders,
    is_stored,
    media_of,
)

__all__ = ["forge", "objects"]

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %d\n"
TEXT = b"---\ntitle: X\n---\n"
BAI = Place("posts", "2026", "bai")


def pointer(data: bytes) -> bytes:
    return POINTER % (hashlib.sha256(data).hexdigest().encode(), len(data))


# What differs


BEFORE = {
    "content/posts/2026/bai/index.md": b"1",
    "content/posts/2026/khac/index.md": b"1",
    "content/pages/2026/trang/index.md": b"1",
    "governance/roster.toml": b"1",
    "governance/school.toml": b"1",
    "readme": b"1",
}
ENTRY = ("content", "posts", "2026", "bai")


def differing(
    forge: PaperForge, before: Files | None, after: Files | None
) -> list[tuple[str, ...]]:
    old, new = (forge.tree(files) if files else None for files in (before, after))
    return list(changes(PaperObjects(forge.path), old, new))


@pytest.mark.parametrize(
    ("changed", "paths"),
    [
        ({}, []),
        ({"content/posts/2026/bai/index.md": b"2"}, [ENTRY]),
        ({"content/posts/2026/bai/anh/1.jpg": b"2"}, [ENTRY]),
        ({"content/posts/2026/bai/index.md": None}, [ENTRY]),
        ({"content/posts/2027/moi/index.md": b"2"}, [("content", "posts", "2027", "moi")]),
        ({"content/posts/2027": b"2"}, [("content", "posts", "2027")]),
        ({"content/posts/2026/tep": b"2"}, [("content", "posts", "2026", "tep")]),
        ({"governance/roster.toml": b"2"}, [("governance", "roster.toml")]),
        ({"governance/roster.toml": None}, [("governance", "roster.toml")]),
        ({"readme": None, "governance/a": b"2"}, [("governance", "a"), ("readme",)]),
        ({"readme": None, "readme/x": b"2"}, [("readme",)]),
        (
            {"governance/roster.toml": None, "governance/school.toml": None, "governance": b"2"},
            [("governance",)],
        ),
    ],
)
def test_a_change_is_an_entrys_folder_or_else_one_path(
    forge: PaperForge, changed: dict[str, bytes | None], paths: list[tuple[str, ...]]
) -> None:
    before = forge.files(BEFORE)
    after = before | forge.files({path: data for path, data in changed.items() if data})
    after = {path: item for path, item in after.items() if changed.get(path, b"") is not None}

    assert differing(forge, before, after) == paths
    assert differing(forge, after, before) == paths


def test_another_mode_of_the_same_bytes_is_a_change(forge: PaperForge) -> None:
    before = forge.files(BEFORE)
    after = before | {"governance/roster.toml": ("100755", before["governance/roster.toml"][1])}

    assert differing(forge, before, after) == [("governance", "roster.toml")]


def test_all_of_a_tree_is_new_where_there_was_none(forge: PaperForge) -> None:
    files = forge.files({"content/posts/2026/bai/index.md": b"1", "readme": b"1"})

    assert differing(forge, None, files) == [ENTRY, ("readme",)]
    assert differing(forge, files, None) == [ENTRY, ("readme",)]
    assert differing(forge, None, None) == []


def test_below_a_folder_only_its_depth_is_looked_at(forge: PaperForge, objects: Objects) -> None:
    before, after = (forge.tree(forge.files({"a/b/c": data})) for data in (b"1", b"2"))

    assert list(changes(objects, before, after, 1)) == [("a",)]
    assert list(changes(objects, before, after, 2)) == [("a", "b")]
    assert list(changes(objects, before, after)) == [("a", "b", "c")]


# The founding tree


WHOLE = {
    ".gitattributes": ATTRIBUTES,
    "governance/roster.toml": b"",
    "content/posts/2026/bai/index.md": TEXT,
    "content/pages/2025/trang/index.md": TEXT,
}


def whole(forge: PaperForge) -> dict[str, Place]:
    return check_whole_tree(PaperObjects(forge.path), forge.tree(forge.files(WHOLE)))


def test_a_whole_tree_tells_where_its_entries_lie(forge: PaperForge) -> None:
    assert whole(forge) == {"bai": BAI, "trang": Place("pages", "2025", "trang")}
    assert BAI.path == ("content", "posts", "2026", "bai")


def test_a_tree_without_content_has_no_entries(forge: PaperForge, objects: Objects) -> None:
    files = forge.files({".gitattributes": ATTRIBUTES})

    assert check_whole_tree(objects, forge.tree(files)) == {}


@pytest.mark.parametrize(
    ("path", "data", "rule", "word"),
    [
        ("README", b"x", Rule.PATHS, "README"),
        ("contents/posts/2026/x/index.md", TEXT, Rule.PATHS, "contents"),
        (".gitattributes", b"", Rule.ATTRIBUTES, ""),
        ("content/menu/2026/x/index.md", TEXT, Rule.PATHS, "menu"),
        ("content/posts/26/x/index.md", TEXT, Rule.PATHS, "26"),
        ("content/posts/20266/x/index.md", TEXT, Rule.PATHS, "20266"),
        ("content/posts/2026/x", TEXT, Rule.PATHS, "x"),
        ("content/posts/x", TEXT, Rule.PATHS, "x"),
        ("content/x", TEXT, Rule.PATHS, "x"),
        ("content/posts/2026/Bai/index.md", TEXT, Rule.NAMES, "Bai"),
        ("content/posts/2026/-x/index.md", TEXT, Rule.NAMES, "-x"),
        ("content/posts/2027/bai/index.md", TEXT, Rule.PATHS, "bai"),
        ("content/pages/2026/bai/index.md", TEXT, Rule.PATHS, "bai"),
        ("content/posts/2026/x/text.md", TEXT, Rule.PATHS, "text.md"),
        ("content/posts/2026/x/a.jpg", pointer(b""), Rule.PATHS, "index.md"),
        ("content/posts/2026/bai/a.jpg", b"raw", Rule.MEDIA, "a.jpg"),
    ],
)
def test_a_whole_tree_with_anything_else_is_refused(
    forge: PaperForge, objects: Objects, path: str, data: bytes, rule: Rule, word: str
) -> None:
    root = forge.tree(forge.files(WHOLE | {path: data}))

    assert word in broken(rule, check_whole_tree, objects, root)


def test_content_that_is_a_file_is_refused(forge: PaperForge, objects: Objects) -> None:
    root = forge.tree(forge.files({".gitattributes": ATTRIBUTES, "content": b"x"}))

    broken(Rule.MODES, check_whole_tree, objects, root)


def test_no_content_has_no_folders(objects: Objects) -> None:
    assert list(entry_folders(objects, None)) == []


def test_folders_are_told_with_their_trees(forge: PaperForge, objects: Objects) -> None:
    inner = forge.tree(forge.files({"index.md": TEXT}))
    outer = forge.tree({"a1": ("40000", inner), "b": ("40000", inner)})

    assert list(folders(objects, Entry("40000", outer))) == [("a1", inner), ("b", inner)]
    broken(Rule.MODES, lambda: list(folders(objects, Entry("100644", outer))))
    for mode in ("120000", "160000", "40755"):
        odd = Entry("40000", forge.tree({"a": (mode, inner)}))
        broken(Rule.PATHS, lambda odd=odd: list(folders(objects, odd)))


@pytest.mark.parametrize("mode", ["100755", "120000", "40000"])
def test_attributes_are_a_plain_file(forge: PaperForge, objects: Objects, mode: str) -> None:
    blob = forge.store("blob", ATTRIBUTES)

    check_attributes(objects, Entry("100644", blob))
    broken(Rule.ATTRIBUTES, check_attributes, objects, Entry(mode, blob))
    broken(Rule.ATTRIBUTES, check_attributes, objects, None)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        ATTRIBUTES.replace(b"*.pdf filter=lfs diff=lfs merge=lfs -text\n", b""),
        ATTRIBUTES + b"*.pdf filter=lfs diff=lfs merge=lfs -text\n",
        ATTRIBUTES + b"*.svg filter=lfs diff=lfs merge=lfs -text\n",
        ATTRIBUTES.replace(b"*.pdf", b"*.svg"),
        ATTRIBUTES.replace(b"-text", b"text", 1),
        ATTRIBUTES + b"\n",
        ATTRIBUTES + b"# \xff\n",
        ATTRIBUTES + b"* export-ignore\n",
        b" " + ATTRIBUTES,
    ],
)
def test_other_attributes_are_refused(forge: PaperForge, objects: Objects, text: bytes) -> None:
    broken(Rule.ATTRIBUTES, check_attributes, objects, Entry("100644", forge.store("blob", text)))


def test_the_order_of_attributes_is_free(forge: PaperForge, objects: Objects) -> None:
    lines = b"".join(reversed(ATTRIBUTES.splitlines(keepends=True)))

    check_attributes(objects, Entry("100644", forge.store("blob", lines)))


# An entry's folder


@pytest.mark.parametrize(
    "name", ["a.jpg", "b.jpeg", "c.png", "d.webp", "e.pdf", "\u1ea3nh b\u00e9.jpg", "index.md.pdf"]
)
def test_a_folder_holds_a_text_and_media(forge: PaperForge, objects: Objects, name: str) -> None:
    files = forge.files({"index.md": TEXT, name: pointer(b"1")})

    check_entry_folder(objects, forge.tree(files))
    assert media_of(objects, forge.tree(files))[name]["size"] == b"1"


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        (".jpg", Rule.PATHS),
        (".a.jpg", Rule.PATHS),
        ("jpg", Rule.PATHS),
        ("a.", Rule.PATHS),
        ("a.svg", Rule.PATHS),
        ("a.JPG", Rule.PATHS),
        ("a.jpg.html", Rule.PATHS),
        ("index.html", Rule.PATHS),
        ("a\\b.jpg", Rule.NAMES),
        ("a/b.jpg", Rule.NAMES),
        ("a:b.jpg", Rule.NAMES),
        ('a"b.jpg', Rule.NAMES),
        ("a\n.jpg", Rule.NAMES),
        ("a\u200b.jpg", Rule.NAMES),
        ("a\ue000.jpg", Rule.NAMES),
        ("a\u0309nh.jpg", Rule.NAMES),
    ],
)
def test_names_that_hide_something_are_refused(name: str, rule: Rule) -> None:
    reason = broken(rule, check_file_name, name)
    assert (name if rule is Rule.PATHS else repr(name)) in reason


def test_honest_names_are_accepted() -> None:
    for name in ("index.md", "a.jpg", "\u1ea3nh 1 (2).jpg", "XX.pdf"):
        check_file_name(name)


@pytest.mark.parametrize("mode", ["100755", "120000", "160000"])
def test_a_folder_holds_plain_files_only(forge: PaperForge, objects: Objects, mode: str) -> None:
    files = forge.files({"index.md": TEXT, "a.jpg": pointer(b"1")})
    for name in files:
        odd = files | {name: (mode, files[name][1])}
        reason = broken(Rule.MODES, check_entry_folder, objects, forge.tree(odd))
        assert reason.startswith(f"{name}: ")
        assert mode in reason


def test_two_names_that_look_alike_are_refused(forge: PaperForge, objects: Objects) -> None:
    for one, other in (("a.jpg", "A.jpg"), ("\ufb01.pdf", "fi.pdf")):
        files = forge.files({"index.md": TEXT, one: pointer(b"1"), other: pointer(b"2")})
        broken(Rule.NAMES, check_entry_folder, objects, forge.tree(files))


@pytest.mark.parametrize(
    "data",
    [
        b"raw",
        pointer(b"1") + b"x 1\n",
        b" " + pointer(b"1"),
        pointer(b"1").replace(b"size 1", b"size 01"),
        pointer(b"1").replace(b"size 1", b"size -1"),
        pointer(b"1").replace(b"sha256", b"sha1"),
        pointer(b"1").replace(b"v1", b"v2"),
        POINTER % (b"A" * 64, 1),
        POINTER % (b"a" * 63, 1),
    ],
)
def test_media_are_pointers(forge: PaperForge, objects: Objects, data: bytes) -> None:
    folder = forge.tree(forge.files({"index.md": TEXT, "a.jpg": data}))

    assert broken(Rule.MEDIA, check_entry_folder, objects, folder).startswith("a.jpg ")
    assert broken(Rule.MEDIA, media_of, objects, folder).startswith("a.jpg ")


def test_the_media_of_a_folder_are_told_without_its_text(
    forge: PaperForge, objects: Objects
) -> None:
    files = {"a.jpg": pointer(b"12"), "index.md": pointer(b"x"), "z.pdf": pointer(b"")}
    found = media_of(objects, forge.tree(forge.files(files)))

    assert {name: (one["oid"].decode(), one["size"]) for name, one in found.items()} == {
        "a.jpg": (hashlib.sha256(b"12").hexdigest(), b"2"),
        "z.pdf": (hashlib.sha256(b"").hexdigest(), b"0"),
    }


# Media in the store


def matched(data: bytes, size: int | None = None) -> re.Match[bytes]:
    text = POINTER % (
        hashlib.sha256(data).hexdigest().encode(),
        len(data) if size is None else size,
    )
    match = re.fullmatch(rb"(?s).*sha256:(?P<oid>\w+)\nsize (?P<size>\d+)\n", text)
    assert match
    return match


def put(forge: PaperForge, data: bytes) -> Path:
    forge.media(data)
    return forge.lfs(data)


def test_a_file_is_stored_with_its_size_and_hash(forge: PaperForge) -> None:
    store = forge.path / "lfs" / "objects"
    path = put(forge, b"bytes")

    assert is_stored(matched(b"bytes"), store) is True
    assert is_stored(matched(b"bytes", 4), store) is False
    assert is_stored(matched(b"other"), store) is False
    path.write_bytes(b"bytez")
    assert is_stored(matched(b"bytes"), store) is False
    path.write_bytes(b"byte")
    assert is_stored(matched(b"bytes"), store) is False


def test_neither_a_link_nor_a_folder_is_a_stored_file(forge: PaperForge, tmp_path: Path) -> None:
    store = forge.path / "lfs" / "objects"
    path = put(forge, b"bytes")
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    assert is_stored(matched(b"bytes"), store) is False
    path.unlink()
    path.mkdir()
    assert is_stored(matched(b"bytes", path.stat().st_size), store) is False


def an_edition(forge: PaperForge, **media: bytes) -> tuple[Place, str]:
    files = {f"{name}.jpg": pointer(data) for name, data in media.items()}
    return BAI, forge.tree(forge.files({"index.md": TEXT, **files}))


def test_every_edition_has_its_media(forge: PaperForge, objects: Objects) -> None:
    store = forge.path / "lfs" / "objects"
    put(forge, b"1")
    put(forge, b"2")
    good, bad = an_edition(forge, a=b"1", b=b"2", c=b"1"), an_edition(forge, d=b"1", e=b"3")

    check_media(objects, iter([good]), [], store)
    check_media(objects, iter([good, bad]), [hashlib.sha256(b"3").hexdigest()], store)
    for editions in ([bad, good], [good, bad]):
        reason = broken(Rule.MEDIA, check_media, objects, iter(editions), [], store)
        assert reason.startswith("content/posts/2026/bai/e.jpg: ")


def test_only_the_erased_file_may_be_missing(forge: PaperForge, objects: Objects) -> None:
    edition = an_edition(forge, a=b"gone", b=b"also gone")
    erased = [hashlib.sha256(b"gone").hexdigest()]

    reason = broken(Rule.MEDIA, check_media, objects, iter([edition]), erased, forge.path)
    assert "/b.jpg: " in reason


def test_a_file_that_many_editions_name_is_read_once(
    forge: PaperForge, objects: Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def stored(pointer: re.Match[bytes], store: Path) -> bool:
        asked.append((pointer["size"], store))
        return True

    monkeypatch.setattr("workflow.verification.is_stored", stored)
    editions: Iterator[tuple[Place, str]] = iter([an_edition(forge, a=b"1", b=b"1")] * 2)
    check_media(objects, editions, [], forge.path)

    assert asked == [(b"1", forge.path)]


def test_a_file_of_another_size_is_another_file(forge: PaperForge, objects: Objects) -> None:
    put(forge, b"1")
    odd = pointer(b"1").replace(b"size 1", b"size 2")
    folder = forge.tree(forge.files({"index.md": TEXT, "a.jpg": pointer(b"1"), "b.jpg": odd}))
    store = forge.path / "lfs" / "objects"

    reason = broken(Rule.MEDIA, check_media, objects, iter([(BAI, folder)]), [], store)
    assert "/b.jpg: " in reason
