"""No file names one person's machine or a package registry: both differ where the project goes."""

import re
from pathlib import Path

from tests.architecture.source import ROOT, place, tracked

# Joined here, so that this file does not hold what it forbids.
REGISTRIES = [
    ".".join(name)
    for name in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("deb", "debian", "org"),
        ("snapshot", "debian", "org"),
    )
]
MACHINE = re.compile(
    "|".join([r"(?<![\w.}/])/(?:work|root|Users|home/[a-z]\w*)/", *map(re.escape, REGISTRIES)])
)
LOCK_WITH_A_HOST = re.compile(r"\"resolved\":|--(?:extra-)?index-url|--find-links|://[^ ]*\.whl")
LOCKS = {"package-lock.json", "run.txt", "test.txt", "node.txt", "mutants.txt"}


def machine_names(root: Path, files: list[Path]) -> list[str]:
    return [
        place(root, file, number)
        for file in files
        for number, line in enumerate(_lines(file), 1)
        if MACHINE.search(line) or (file.name in LOCKS and LOCK_WITH_A_HOST.search(line))
    ]


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return []  # a picture or a PDF


def test_no_file_names_a_machine_or_a_registry(tmp_path: Path) -> None:
    assert machine_names(ROOT, tracked(ROOT, tmp_path)) == []


def test_a_home_folder_a_registry_and_a_lock_with_a_host_are_seen(tmp_path: Path) -> None:
    text = tmp_path / "notes.md"
    text.write_text(f"see /{'home'}/an/x\nfrom https://{REGISTRIES[0]}/simple\n/trang-chu/\n")
    lock = tmp_path / "package-lock.json"
    lock.write_text('{\n"resolved": "https://mirror.invalid/x.tgz"\n}')

    assert machine_names(tmp_path, [text, lock]) == [
        "notes.md:1",
        "notes.md:2",
        "package-lock.json:2",
    ]


def test_ignored_files_are_not_looked_at(tmp_path: Path) -> None:
    root = tmp_path / "copy"
    root.mkdir()
    (root / ".gitignore").write_text("made/\n")
    (root / "made").mkdir()
    (root / "made" / "x").touch()
    (root / "kept").touch()

    assert tracked(root, tmp_path) == [root / ".gitignore", root / "kept"]
