"""The auditor's reading of a release: its signed list in parts, its files, whom they belong to.

Releases as the publisher makes them, and what a planted file looks like, are in test_release.py.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.workflow.paper_forge import PaperForge, key_of, on_paper
from tests.workflow.test_reading import broken
from tests.workflow.test_verification import VICE, an_approved_post
from workflow import signing, verification
from workflow.verification import (
    RELEASE_LIST,
    RELEASE_NAMESPACE,
    RELEASE_SIGNATURE,
    ReleaseHead,
    ReleaseList,
    Rule,
    check_release,
    check_sources,
    file_hashes,
    is_plain_path,
    part_of,
    part_path,
    printable,
    read_release,
    read_release_head,
    read_release_list,
    read_release_part,
    release_differences,
)

__all__ = ["on_paper"]

COMMIT, OTHER = "a" * 40, "c" * 40
KEY, OTHER_KEY = key_of("publisher"), key_of("somebody")
LINE = signing.public_key_line(KEY)


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def as_json(table: object) -> bytes:
    return json.dumps(table).encode()


# Where things lie


def test_a_release_has_fixed_names() -> None:
    assert RELEASE_LIST == ".well-known/toasoan/release.json"
    assert RELEASE_SIGNATURE == ".well-known/toasoan/release.json.sig"
    assert RELEASE_NAMESPACE == "toasoan-release"
    assert part_path("posts-2026") == ".well-known/toasoan/release/posts-2026.json"


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("", "root"),
        ("index.html", "root"),
        ("XXXX/index.html", "root"),
        (".well-known/x", "root"),
        ("Tin/2026/x", "root"),
        ("tin/x", "tin"),
        ("tin/2026", "tin"),
        ("tin/2026/x", "tin-2026"),
        ("tin/2026/b/x", "tin-2026-3"),
        ("xac-minh/2026/a/x", "xac-minh-2026-c"),
        ("tin/2026/a/2025/x", "tin-2026-c"),
        ("tin/20260/x", "tin"),
        ("tin/a/2026/x", "tin"),
        ("tin/A/x", "tin"),
        ("xac-minh/x", "xac-minh"),
        ("xac-minh/ABC/x", "xac-minh-A"),
        ("xac-minh/7BC/a/x", "xac-minh-7"),
        ("xac-minh/abc/x", "xac-minh"),
        ("xac-minh/2026/x", "xac-minh-2026"),
    ],
)
def test_each_file_is_listed_in_one_part(path: str, part: str) -> None:
    assert part_of(path) == part


def test_a_plain_path_has_one_way_down() -> None:
    for path in ("a", "a/b.html", ".a/..b", "ả nh.jpg", "..."):
        assert is_plain_path(path) is True
    for path in ("", "/a", "a/", "a//b", ".", "a/./b", "..", "../a", "a/..", "a\nb", "a\u202eb"):
        assert is_plain_path(path) is False


def test_a_planted_path_is_printed_without_its_signs() -> None:
    assert printable("a/ả.jpg") == "a/ả.jpg"
    assert printable("a\n\x1b[1mb\u202e") == "a\\n\\x1b[1mb\\u202e"


# What is signed


HEAD: dict[str, Any] = {
    "commit": COMMIT,
    "day": "2026-11-24",
    "parts": {"root": "b" * 64, "tin-2026": "c" * 64, "xac-minh-A": "d" * 64},
}


def test_a_head_names_a_commit_a_day_and_the_parts() -> None:
    head = read_release_head(as_json(HEAD))

    assert head == ReleaseHead(COMMIT, "2026-11-24", HEAD["parts"])
    assert read_release_head(as_json(HEAD | {"parts": {}})).parts == {}


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"[]", b"1", b'"x"', b"null", b"\xff", b"{}", as_json([HEAD])),
        *(as_json({key: HEAD[key] for key in HEAD if key != name}) for name in HEAD),
        as_json(HEAD | {"more": 1}),
        as_json(HEAD | {"commit": COMMIT[1:]}),
        as_json(HEAD | {"commit": COMMIT + "a"}),
        as_json(HEAD | {"commit": COMMIT.upper()}),
        as_json(HEAD | {"commit": 1}),
        as_json(HEAD | {"day": "2026-11-24 08:00"}),
        as_json(HEAD | {"day": "x2026-11-24"}),
        as_json(HEAD | {"day": None}),
        as_json(HEAD | {"parts": None}),
        as_json(HEAD | {"parts": ["root"]}),
        *(
            as_json(HEAD | {"parts": {"tin": "b" * 64, **odd}})
            for odd in (
                {"Tin": "b" * 64},
                {"tin-AB": "b" * 64},
                {"a/b": "b" * 64},
                {"root": "b" * 63},
                {"root": "B" * 64},
                {"root": None},
            )
        ),
        b'{"parts": {}, ' + as_json(HEAD)[1:],
        as_json(HEAD).replace(b'{"root"', b'{"tin-2026": "%s", "root"' % (b"c" * 64)),
    ],
)
def test_a_head_of_another_form_is_refused(data: bytes) -> None:
    broken(Rule.RELEASE, read_release_head, data)


OWNED = {"sha256": "b" * 64, "entry": "bai-1", "commit": COMMIT}
ROWS = {"index.html": {"sha256": "b" * 64}, "favicon.ico": OWNED}


def part(name: str, rows: object) -> dict[str, dict[str, str]]:
    data = rows if isinstance(rows, bytes) else as_json(rows)
    return read_release_part(name, data, sha(data))


def test_a_part_lists_its_own_files() -> None:
    assert part("root", ROWS) == ROWS
    assert part("tin-2026", {"tin/2026/a": OWNED}) == {"tin/2026/a": OWNED}


ODD_ROWS: list[Any] = [None, [], "x", {}, ["sha256"]]


@pytest.mark.parametrize(
    "rows",
    [
        *(b"", b"{}", b"[]", b"1", b"null", b"\xff", [ROWS]),
        *({"b": {"sha256": "b" * 64}, "a": odd} for odd in ODD_ROWS),
        *(
            {"b": {"sha256": "b" * 64}, "a": OWNED | odd}
            for odd in (
                {"sha256": "b" * 63},
                {"sha256": None},
                {"entry": "Bai"},
                {"entry": "-bai"},
                {"entry": None},
                {"commit": COMMIT[1:]},
                {"commit": "main"},
                {"commit": None},
                {"more": "x"},
            )
        ),
        {"a": {"sha256": "b" * 64, "entry": "bai"}},
        {"a": {"sha256": "b" * 64, "commit": COMMIT}},
        {"a": {"entry": "bai", "commit": COMMIT}},
        {"a": {"sha256": "b" * 64, "more": "x"}},
        *({path: OWNED} for path in ("../a", "/a", "a//b", "", "a\n", "tin/a", "tin/2026/a")),
        *({path: OWNED} for path in (RELEASE_LIST, RELEASE_SIGNATURE, part_path("root"))),
        b'{"a": %s, "a": %s}' % (as_json(OWNED), as_json(OWNED)),
        b'{"a": {"sha256": "x", "sha256": "%s"}}' % (b"b" * 64),
    ],
)
def test_a_part_of_another_form_is_refused(rows: object) -> None:
    assert "root" in broken(Rule.RELEASE, part, "root", rows)


def test_a_part_lists_nothing_of_another_part() -> None:
    for name, path in (("tin", "tin/2026/a"), ("tin-2026", "tin/a"), ("tin-2026", "a")):
        assert name in broken(Rule.RELEASE, part, name, {path: OWNED})


def test_a_part_is_the_one_whose_hash_is_signed() -> None:
    data = as_json(ROWS)

    assert read_release_part("root", data, sha(data)) == ROWS
    assert "root" in broken(Rule.RELEASE, read_release_part, "root", data + b" ", sha(data))
    assert "root" in broken(Rule.RELEASE, read_release_part, "root", data, "b" * 64)


def test_a_list_is_all_of_its_parts() -> None:
    second = OWNED | {"sha256": "c" * 64, "commit": OTHER}
    files = {part_path("root"): as_json(ROWS), part_path("tin"): as_json({"tin/a": second})}
    parts = {"root": sha(files[part_path("root")]), "tin": sha(files[part_path("tin")])}
    head = ReleaseHead(COMMIT, "2026-11-24", parts)

    assert read_release_list(head, files.__getitem__) == ReleaseList(
        commit=COMMIT,
        day="2026-11-24",
        parts=parts,
        files={"index.html": "b" * 64, "favicon.ico": "b" * 64, "tin/a": "c" * 64},
        sources=frozenset({("bai-1", COMMIT), ("bai-1", OTHER)}),
    )


# A folder


def a_release(
    folder: Path, files: Mapping[str, bytes], *, commit: str = COMMIT, key: Any = KEY, **rows: Any
) -> ReleaseList:
    """Write files and their list; ``rows`` may say whose a file of a name is."""
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    parts: dict[str, dict[str, Any]] = {}
    for path, data in files.items():
        row = {"sha256": sha(data)} | rows.get(Path(path).stem, {})
        parts.setdefault(part_of(path), {})[path] = row
    for name, listed in parts.items():
        place = folder / part_path(name)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(as_json(listed))
    digests = {name: sha(as_json(listed)) for name, listed in parts.items()}
    head = as_json({"commit": commit, "day": "2026-11-24", "parts": digests})
    (folder / RELEASE_LIST).write_bytes(head)
    armor = signing.Signer("x", key).sign(head, RELEASE_NAMESPACE.encode())
    (folder / RELEASE_SIGNATURE).write_text(armor)
    return read_release(folder, None)


FILES = {"index.html": b"home", "tin/2026/a.html": b"a", "tin/2026/b.html": b"b"}


def test_every_file_has_a_hash_and_what_is_no_file_has_none(tmp_path: Path) -> None:
    for path in ("b", "a/c", "a/d/e"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "a" / "link").symlink_to(tmp_path / "b")
    (tmp_path / "a" / "folder").symlink_to(tmp_path / "empty")
    os.mkfifo(tmp_path / "pipe")

    assert list(file_hashes(tmp_path).items()) == [
        ("a/c", sha(b"a/c")),
        ("a/d/e", sha(b"a/d/e")),
        ("a/folder", ""),
        ("a/link", ""),
        ("b", sha(b"b")),
        ("pipe", ""),
    ]


def test_a_file_that_goes_away_meanwhile_has_no_hash(tmp_path: Path) -> None:
    assert verification.file_hash(tmp_path / "gone") == ""


def test_a_release_differs_nowhere_from_its_list(tmp_path: Path) -> None:
    listed = a_release(tmp_path, FILES)

    assert listed.files == {path: sha(data) for path, data in FILES.items()}
    assert release_differences(tmp_path, listed) == []
    (tmp_path / RELEASE_SIGNATURE).unlink()
    assert release_differences(tmp_path, listed) == []
    (tmp_path / RELEASE_LIST).unlink()
    assert release_differences(tmp_path, listed) == []


def test_what_is_changed_missing_or_too_much_is_told_in_order(tmp_path: Path) -> None:
    listed = a_release(tmp_path, FILES)
    (tmp_path / "tin/2026/b.html").write_bytes(b"x")
    (tmp_path / "index.html").unlink()
    (tmp_path / "a\n").write_bytes(b"")
    (tmp_path / part_path("root")).write_bytes(b"{}")
    (tmp_path / part_path("more")).write_bytes(b"{}")

    assert release_differences(tmp_path, listed) == [
        part_path("more"),
        part_path("root"),
        "a\\n",
        "index.html",
        "tin/2026/b.html",
    ]


def test_a_list_is_read_with_its_key_or_without(tmp_path: Path) -> None:
    listed = a_release(tmp_path, FILES)

    assert read_release(tmp_path, LINE) == listed
    assert read_release(tmp_path, f"{LINE} publisher@school") == listed
    broken(Rule.RELEASE, read_release, tmp_path, signing.public_key_line(OTHER_KEY))
    broken(Rule.RELEASE, read_release, tmp_path, "")
    armor = signing.Signer("x", KEY).sign((tmp_path / RELEASE_LIST).read_bytes(), b"git")
    (tmp_path / RELEASE_SIGNATURE).write_text(armor)
    broken(Rule.RELEASE, read_release, tmp_path, LINE)
    (tmp_path / RELEASE_SIGNATURE).unlink()
    broken(Rule.RELEASE, read_release, tmp_path, LINE)
    assert read_release(tmp_path, None) == listed


def test_a_part_or_a_list_that_is_missing_is_named(tmp_path: Path) -> None:
    a_release(tmp_path, FILES)
    (tmp_path / part_path("tin-2026")).unlink()

    assert part_path("tin-2026") in broken(Rule.RELEASE, read_release, tmp_path, None)
    (tmp_path / RELEASE_LIST).unlink()
    broken(Rule.RELEASE, read_release, tmp_path, None)


# A release and its history


@pytest.fixture
def site(on_paper: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PaperForge:
    """A school with two published posts."""
    site = PaperForge.found(tmp_path / "site", tmp_path / "keys")
    for name in ("mot", "hai"):
        site.publish(an_approved_post(site, name), *VICE)

    def line(git_dir: Path, head: str) -> list[str]:
        return list(PaperForge.known[git_dir]._back_from(head))

    monkeypatch.setattr(verification, "main_line", line)
    return site


def listed(commit: str, *sources: tuple[str, str]) -> ReleaseList:
    return ReleaseList(commit, "2026-11-24", {}, {}, frozenset(sources))


def test_files_come_from_publications_of_their_entry(site: PaperForge) -> None:
    second, first, founding = site._back_from(site.main)
    draft = site.draft("posts", "mot")
    beside = site.save(draft, "co.giaovien5a", "teacher", {"index.md": b"x"})
    site.govern({"school.toml": b'name = "x"\n'})
    governed = site.main

    check_sources(site.path, listed(governed))
    check_sources(
        site.path,
        listed(governed, ("mot", first), ("hai", second), ("gioi-thieu", founding)),
    )
    check_sources(site.path, listed(first, ("mot", first)))
    for head, entry, oid in (
        (governed, "mot", second),
        (governed, "hai", first),
        (governed, "mot", founding),
        (governed, "gioi-thieu", first),
        (governed, "mot", governed),
        (governed, "mot", beside),
        (governed, "mot", "f" * 40),
        (first, "hai", second),
    ):
        reason = broken(
            Rule.RELEASE, check_sources, site.path, listed(head, ("mot", first), (entry, oid))
        )
        assert reason.startswith(oid[:12])
        assert reason.endswith(f" {entry}")


def test_a_school_may_be_founded_without_content(site: PaperForge) -> None:
    files = {path: row for path, row in site.trees[site.main].items() if "content/" not in path}
    act = site.act(site.draft("posts", "x"), "save", *VICE)
    bare = site.commit(files, [], act)

    check_sources(site.path, listed(bare))


def test_a_release_is_whole_and_of_main(site: PaperForge, tmp_path: Path) -> None:
    second, first, _ = site._back_from(site.main)
    folder = tmp_path / "release"
    owned = {"a": {"entry": "mot", "commit": first}}
    good = a_release(folder, FILES, commit=second, **owned)

    assert check_release(site.path, site.main, folder, LINE) == good
    assert check_release(site.path, site.main, folder, None) == good
    other = signing.public_key_line(OTHER_KEY)
    broken(Rule.RELEASE, check_release, site.path, site.main, folder, other)
    reason = broken(Rule.RELEASE, check_release, site.path, first, folder, LINE)
    assert second[:12] in reason
    a_release(folder, FILES, commit=second, a={"entry": "hai", "commit": first})
    assert first[:12] in broken(Rule.RELEASE, check_release, site.path, site.main, folder, LINE)


def test_twenty_paths_are_told_and_the_rest_counted(site: PaperForge, tmp_path: Path) -> None:
    folder = tmp_path / "release"
    a_release(folder, FILES, commit=site.main)
    for number in range(10, 30):
        (folder / f"x{number}").write_bytes(b"")
    reason = broken(Rule.RELEASE, check_release, site.path, site.main, folder, LINE)

    assert reason.startswith("20 ")
    assert reason.endswith(": " + ", ".join(f"x{number}" for number in range(10, 30)))
    (folder / "x30").write_bytes(b"")
    (folder / "x31").write_bytes(b"")
    reason = broken(Rule.RELEASE, check_release, site.path, site.main, folder, LINE)
    assert reason.startswith("22 ")
    assert "x29 và 2 " in reason
    assert "x30" not in reason
