"""The site's one style sheet, joined from the theme's files: one request, one file per component.

Knows the order of the files only; the cascade is decided by the @layer line in the first.
"""

from pathlib import Path


def stylesheet(folder: Path) -> str:
    """All style files of a theme, in the order of their names."""
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.css")))
