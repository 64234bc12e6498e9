"""The program's own source as one archive: what the licence (AGPL, section 13) promises readers.

Knows only which folders are the program; data, accounts and keys lie elsewhere and never enter.
"""

from __future__ import annotations

import io
import zipfile
from functools import cache
from pathlib import Path
from typing import Final

_PROJECT: Final = Path(__file__).resolve().parent.parent
_FOLDERS: Final = ("editor", "workflow", "theme", "requirements")
_FILES: Final = (
    "toasoan",
    "pyproject.toml",
    "pelicanconf.py",
    "publishconf.py",
    "package.json",
    "package-lock.json",
    "LICENSE",
    "README.md",
)
_LEFT_OUT: Final = frozenset({"__pycache__", "node_modules"})
_FIRST_DATE: Final = (1980, 1, 1, 0, 0, 0)


@cache
def source_archive() -> bytes:
    """Return the zip file; the same sources give the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(_sources()):
            name = f"toasoan/{path.relative_to(_PROJECT)}"
            archive.writestr(zipfile.ZipInfo(name, _FIRST_DATE), path.read_bytes())
    return packed.getvalue()


def _sources() -> list[Path]:
    single = [_PROJECT / name for name in _FILES if (_PROJECT / name).is_file()]
    nested = [path for folder in _FOLDERS for path in (_PROJECT / folder).rglob("*")]
    return single + [path for path in nested if _belongs(path)]


def _belongs(path: Path) -> bool:
    # No link and no dotfile: either may lead to what was never meant to be given away.
    inside = path.relative_to(_PROJECT).parts
    is_hidden = any(part.startswith(".") for part in inside)
    return path.is_file() and not path.is_symlink() and not is_hidden and not _LEFT_OUT & {*inside}
