"""To whom the files of a page belong, held from one release to the next."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from workflow.release import ENTRIES, Owners

COMMITS = {"a": ("c1",), "b": ("c2", "c3", "c4"), "c": ("c5",), "d": ()}


def publications(entry_id: str) -> Sequence[str]:
    return COMMITS[entry_id]


def write(output: Path, name: str, **urls: str) -> str:
    path = output / ENTRIES / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({entry_id: {"url": url} for entry_id, url in urls.items()}))
    return f"{ENTRIES}/{name}.json"


@pytest.mark.parametrize(
    ("folder", "owner"),
    [
        ("tin-tuc/2026/mot", ("a", "c1")),
        ("tin-tuc/2026/hai", ("b", "c4")),
        ("tin-tuc/2026/hai/ban-truoc/1", ("b", "c2")),
        ("tin-tuc/2026/hai/ban-truoc/3", ("b", "c4")),
        ("tin-tuc/2026/hai/ban-truoc/0", None),
        ("tin-tuc/2026/hai/ban-truoc/4", None),
        ("tin-tuc/2026/hai/ban-truoc/²", None),
        ("tin-tuc/2026/hai/ban-truoc/x", None),
        ("tin-tuc/2026/hai/khac", None),
        ("tin-tuc/2026/chua-dang", None),
        ("tin-tuc/2026", None),
        ("", None),
    ],
)
def test_a_page_and_what_is_beside_it_belong_to_one_publication(
    tmp_path: Path, folder: str, owner: tuple[str, str] | None
) -> None:
    write(tmp_path, "tin-tuc-2026", a="/tin-tuc/2026/mot/", b="/tin-tuc/2026/hai/")
    write(tmp_path, "tin-tuc-2025", d="/tin-tuc/2026/chua-dang/")
    row = Owners.of(tmp_path).row(folder, publications)

    assert row == ({"entry": owner[0], "commit": owner[1]} if owner else {})


def test_what_is_held_says_what_is_read_anew(tmp_path: Path) -> None:
    first = write(tmp_path, "tin-tuc-2025", a="/tin-tuc/2025/mot/", b="/tin-tuc/2025/hai/")
    second = write(tmp_path, "tin-tuc-2026", c="/tin-tuc/2026/ba/")
    held = Owners.of(tmp_path)
    write(tmp_path, "tin-tuc-2025", a="/tin-tuc/2025/doi-ten/")
    write(tmp_path, "tin-tuc-2026", b="/tin-tuc/2026/hai/", c="/tin-tuc/2026/ba/")
    held.read(tmp_path, {first, second, "index.html"})
    assert vars(held) == vars(Owners.of(tmp_path))
    assert held.parts_of({"a", "b", "d"}) == Owners.of(tmp_path).parts_of({"a", "b"}) != set()

    (tmp_path / first).unlink()
    held.read(tmp_path, [first])
    assert vars(held) == vars(Owners.of(tmp_path))
    assert held.row("tin-tuc/2025/doi-ten", publications) == {}


def test_a_list_that_stayed_as_it_was_is_not_read(tmp_path: Path) -> None:
    write(tmp_path, "tin-tuc-2025", a="/tin-tuc/2025/mot/")
    second = write(tmp_path, "tin-tuc-2026", c="/tin-tuc/2026/ba/")
    held = Owners.of(tmp_path)
    write(tmp_path, "tin-tuc-2025")
    held.read(tmp_path, [second])

    assert held.row("tin-tuc/2025/mot", publications) == {"entry": "a", "commit": "c1"}
