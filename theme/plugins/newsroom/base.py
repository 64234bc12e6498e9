"""What is the same for all files of a site: theme, plugin, settings, versions.

Whoever keeps files from one build to the next asks here whether they may be kept. Knows files and
installed versions; nothing of entries.
"""

import hashlib
import os
import sys
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path

PACKAGES = ("pelican", "jinja2", "markupsafe", "markdown", "nh3", "pyyaml", "pillow", "tzdata")
PLUGIN = Path(__file__).resolve().parent
THEME = PLUGIN.parents[1]
SETTINGS = ("pelicanconf.py", "publishconf.py")


def code_digest() -> str:
    """A hash of everything that makes an entry out of its folder."""
    return _digest([*_versions(), *_contents(PLUGIN.glob("*.py"))])


def theme_digest(theme: Path) -> str:
    """A hash of the templates and style sheets of a theme, and of this project's settings."""
    settings = (THEME.parent / name for name in SETTINGS)
    styles = [*(theme / "templates").rglob("*"), *(theme / "css").glob("*.css"), *settings]
    return _digest(_contents(styles))


def stamp(theme: Path) -> tuple[tuple[str, int, int], ...]:
    """What changes whenever a file of theme or plugin does, at the price of a look at each."""
    found = ((path, Path(path).stat()) for path in _watched(theme))
    return tuple((path, stat.st_mtime_ns, stat.st_size) for path, stat in found)


def static_files(theme: Path) -> Iterator[tuple[str, Path]]:
    """The files that Pelican copies out of a theme as they are, by their place on the site."""
    folder = theme / "static"
    for path, _, names in os.walk(folder, followlinks=True):
        for name in names:
            if not name.startswith("."):
                source = Path(path, name)
                yield f"theme/{source.relative_to(folder).as_posix()}", source


def _watched(theme: Path) -> Iterator[str]:
    for folder in (PLUGIN, theme / "templates", theme / "css", theme / "static"):
        for path, _, names in os.walk(folder, followlinks=True):
            if not path.endswith("__pycache__"):
                yield from (f"{path}/{name}" for name in sorted(names))


def _versions() -> Iterator[str]:
    yield sys.version
    for name in PACKAGES:
        try:
            yield f"{name} {metadata.version(name)}"
        except ModuleNotFoundError:
            yield f"{name} -"


def _contents(paths: Iterable[Path]) -> Iterator[str]:
    for path in sorted(path for path in paths if path.is_file()):
        yield f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}"


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
