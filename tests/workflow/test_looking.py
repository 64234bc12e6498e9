"""Looks at releases: everything is found, and what has not changed is not read again."""

import json
import os
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests.workflow import released
from workflow import looking, notes, release
from workflow.looking import Looks
from workflow.verification import RELEASE_LIST, RELEASE_SIGNATURE, file_hash, part_path

NAMED = ("a" * 40, "2026-11-24")
PAGE = "tin-tuc/2026/khai-giang/index.html"
FILES = {
    "index.html": "<p>trang chủ",
    "theme/site.css": "body{}",
    "tin-tuc/index.html": "<p>tin",
    PAGE: "<p>khai giảng",
    "tin-tuc/2026/khai-giang/anh-1.jpg": "pixels",
    "van-ban/2025/ke-hoach/index.html": "<p>kế hoạch",
}


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A release with a signed list; its files count as settled at once."""
    monkeypatch.setattr(looking, "_SETTLED_NS", 0)
    folder = tmp_path / "www" / "releases" / "one"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    released.write(folder, NAMED[0], date.fromisoformat(NAMED[1]), release.signing_key(tmp_path))
    return folder


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files whose bytes were read."""
    names: list[str] = []

    def noting(path: Path) -> str:
        names.append(path.name)
        return file_hash(path)

    monkeypatch.setattr(looking, "file_hash", noting)
    return names


def found(looks: Looks, tree: Path, *, whole: bool = False) -> list[str]:
    return [path for paths in looks.at(tree, NAMED, whole=whole) for path in paths]


def test_a_release_as_it_was_signed_is_well_and_read_once(tree: Path, read: list[str]) -> None:
    looks = Looks(tree.parents[2])
    assert found(looks, tree) == []
    assert {"index.html", "site.css", "anh-1.jpg", "release.pub"} <= set(read)

    read.clear()
    assert found(looks, tree) == []
    assert {name for name in read if not name.endswith(".json")} == set()
    assert found(looks, tree, whole=True) == []
    assert "anh-1.jpg" in read


def change_with_the_same_size_and_time(tree: Path) -> str:
    page, before = tree / PAGE, (tree / PAGE).stat()
    page.write_text(FILES[PAGE].replace("khai", "mở_"))
    page.write_bytes(page.read_bytes()[: before.st_size].ljust(before.st_size))
    os.utime(page, ns=(before.st_atime_ns, before.st_mtime_ns))
    now = page.stat()
    assert (now.st_size, now.st_mtime_ns, now.st_ino) == (
        before.st_size,
        before.st_mtime_ns,
        before.st_ino,
    )
    return PAGE


def put_another_file_with_the_same_size_and_time(tree: Path) -> str:
    page, before = tree / PAGE, (tree / PAGE).stat()
    other = tree / "other"
    other.write_bytes(b"x" * before.st_size)
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(page)
    return PAGE


def change(tree: Path) -> str:
    (tree / "theme" / "site.css").write_text("body{display:none}")
    return "theme/site.css"


def add(tree: Path) -> str:
    (tree / "tin-tuc" / "casino.html").touch()
    return "tin-tuc/casino.html"


def add_a_folder(tree: Path) -> str:
    (tree / "tin-tuc" / "2026" / "casino").mkdir()
    (tree / "tin-tuc" / "2026" / "casino" / "index.html").touch()
    return "tin-tuc/2026/casino/index.html"


def add_to_the_list(tree: Path) -> str:
    (tree / part_path("casino")).write_text("{}")
    return part_path("casino")


def change_a_part_of_the_list(tree: Path) -> str:
    name = next((tree / part_path("root")).parent.glob("van-ban-2025-*")).name
    path = f"{Path(part_path('root')).parent}/{name}"
    (tree / path).write_text("{}")
    return path


def remove(tree: Path) -> str:
    (tree / "tin-tuc" / "2026" / "khai-giang" / "anh-1.jpg").unlink()
    return "tin-tuc/2026/khai-giang/anh-1.jpg"


def remove_a_folder(tree: Path) -> str:
    shutil.rmtree(tree / "van-ban")
    return "van-ban/2025/ke-hoach/index.html"


def lead_a_folder_away(tree: Path) -> str:
    (tree / "theme").rename(tree.parent / "theme")
    (tree / "theme").symlink_to(tree.parent / "theme", target_is_directory=True)
    return "theme"


def lead_a_page_away(tree: Path) -> str:
    (tree / "index.html").rename(tree.parent / "index.html")
    (tree / "index.html").symlink_to(tree.parent / "index.html")
    return "index.html"


def put_a_pipe_in_the_place(tree: Path) -> str:
    (tree / "index.html").unlink()
    os.mkfifo(tree / "index.html")
    return "index.html"


def sign_with_nothing(tree: Path) -> str:
    (tree / RELEASE_SIGNATURE).unlink()
    return RELEASE_LIST


MANIPULATIONS = (
    change,
    change_with_the_same_size_and_time,
    put_another_file_with_the_same_size_and_time,
    add,
    add_a_folder,
    add_to_the_list,
    change_a_part_of_the_list,
    remove,
    remove_a_folder,
    lead_a_folder_away,
    lead_a_page_away,
    put_a_pipe_in_the_place,
    sign_with_nothing,
)


@pytest.mark.parametrize("is_known", [True, False], ids=["known", "unknown"])
@pytest.mark.parametrize("manipulate", MANIPULATIONS)
def test_what_was_changed_is_found(
    tree: Path, manipulate: Callable[[Path], str], is_known: bool
) -> None:
    looks = Looks(tree.parents[2])
    assert not is_known or found(looks, tree) == [], "the control"
    name = manipulate(tree)

    # A folder that leads away is one file too many, and all that was in it is missing.
    said = found(looks, tree)
    assert name in said or said == [RELEASE_LIST]
    near = (name.partition("/")[0], RELEASE_LIST)
    assert all(path.startswith(near) for path in said)
    assert found(looks, tree) == said, "it is told until it is well again"


def test_what_has_changed_just_now_is_read_again(
    tree: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock of a file system has steps: two changes within one bear the same times."""
    monkeypatch.setattr(looking, "_SETTLED_NS", 3600 * 10**9)
    looks = Looks(tree.parents[2])
    found(looks, tree)
    read.clear()

    assert found(looks, tree) == []
    assert "anh-1.jpg" in read


def test_what_was_read_is_kept_for_the_next_start_under_any_name(
    tree: Path, read: list[str]
) -> None:
    data = tree.parents[2]
    looks = Looks(data)
    found(looks, tree)
    looks.note()
    read.clear()
    renamed = tree.rename(tree.with_name("two"))

    assert Looks(data).is_known(renamed)
    assert found(Looks(data), renamed) == []
    assert "anh-1.jpg" not in read


@pytest.mark.parametrize("forge", ["by hand", "other words", "nothing"])
def test_a_forged_note_spares_no_reading(tree: Path, read: list[str], forge: str) -> None:
    data = tree.parents[2]
    looks = Looks(data)
    found(looks, tree)
    looks.note()
    path = data / "publisher" / "looked.json"
    row = json.loads(path.read_text())
    match forge:
        case "by hand":
            row["trees"] = {**row["trees"], "1": {}}
            path.write_text(json.dumps(row))
        case "other words":
            notes.write_note(data, path, "toasoan-looked", {"trees": {"1": ["x"]}})
        case _:
            path.write_text("")
    read.clear()

    assert found(Looks(data), tree) == []
    assert "anh-1.jpg" in read


def test_a_list_that_names_another_release_is_no_list_of_this_one(tree: Path) -> None:
    looks = Looks(tree.parents[2])
    said = [path for paths in looks.at(tree, ("b" * 40, NAMED[1])) for path in paths]

    assert said == [RELEASE_LIST]


def test_a_page_that_a_new_list_has_no_more_is_one_too_many(tree: Path) -> None:
    looks = Looks(tree.parents[2])
    found(looks, tree)
    kept = (tree / PAGE).read_bytes()
    shutil.rmtree((tree / PAGE).parent)
    key = release.signing_key(tree.parents[2])
    released.write(tree, NAMED[0], date.fromisoformat(NAMED[1]), key)
    assert found(looks, tree) == []

    (tree / PAGE).parent.mkdir()
    (tree / PAGE).write_bytes(kept)
    assert found(looks, tree) == [PAGE]
