"""Reads the project's own source for the architecture tests; judges nothing."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def tracked(root: Path, scratch: Path) -> list[Path]:
    """Return every file that git would take, also in a copy that is no repository."""
    git = ["git", f"--git-dir={scratch / 'empty.git'}", f"--work-tree={root}"]
    subprocess.run([*git, "init", "--quiet"], check=True, cwd=root)
    listing = subprocess.run(
        [*git, "ls-files", "--others", "--exclude-standard", "-z"],
        check=True,
        cwd=root,
        capture_output=True,
    )
    return [root / name.decode() for name in listing.stdout.split(b"\0") if name]


def modules(root: Path, *folders: str) -> Iterator[tuple[Path, ast.Module]]:
    """Yield each Python module under the folders (or the named files), parsed."""
    for folder in folders:
        start = root / folder
        for path in [start] if start.is_file() else sorted(start.rglob("*.py")):
            if "node_modules" not in path.parts:
                yield path, ast.parse(path.read_text(encoding="utf-8"), str(path))


def imported(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and full name of each import, also of those inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.lineno, node.module


def place(root: Path, path: Path, line: int) -> str:
    """Return where an offence stands, as an editor understands it."""
    return f"{path.relative_to(root)}:{line}"
