"""The public site as it would be with a draft, shown under an address of the editor.

Knows how the site is built only through the workflow; it changes links, never words.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Final

from editor.newsroom import newsroom, repository
from workflow.entries import Change
from workflow.errors import NotFound
from workflow.publication import preview

_ENTRIES: Final = ".well-known/toasoan/entries.json"
_LINK: Final = re.compile(
    r"""(?P<before>\b(?:href|src|action|poster|data)\s*=\s*["'])(?P<to>/(?!/)[^"']*)"""
)
_SOURCES: Final = re.compile(r"""(?P<before>\bsrcset\s*=\s*["'])(?P<list>[^"']*)""")
_FIRST: Final = re.compile(r"(?P<before>^|,\s*)/(?!/)")


def preview_folder(change: Change) -> Path:
    """Return the folder of the whole site with this draft in it.

    Raises:
        BuildFailed: the draft does not build.
    """
    settings = newsroom().settings
    return preview(repository(), change, settings.data, settings.public_url)


def page_path(folder: Path, entry_id: str) -> str:
    """Return the path of an entry's page in a built site, without the leading slash.

    Raises:
        NotFound: the site has no such page.
    """
    table = json.loads((folder / _ENTRIES).read_text())
    if entry_id not in table:
        raise NotFound
    return str(table[entry_id]["url"]).lstrip("/")


def file_in(folder: Path, path: str) -> Path:
    """Return the file that a path of the site names.

    Raises:
        NotFound: there is none, or it would lie outside.
    """
    target = (folder / path).resolve()
    if target.is_dir():
        target /= "index.html"
    if not target.is_relative_to(folder.resolve()) or not target.is_file():
        raise NotFound
    return target


def with_links_inside(page: str, prefix: str, public_url: str) -> str:
    """Return a page whose links to its own site stay inside the preview."""
    page = page.replace(f'"{public_url}/', '"/')
    page = _LINK.sub(lambda m: f"{m['before']}{prefix}{m['to']}", page)
    return _SOURCES.sub(
        lambda m: m["before"] + _FIRST.sub(rf"\g<before>{prefix}/", m["list"]), page
    )
