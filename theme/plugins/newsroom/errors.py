"""What can be wrong with the material of a site, and what is done about it.

A broken entry stops the build with a message that names its file, unless whoever builds asks for
the site without it.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class BrokenEntry(ValueError):
    """Mục nội dung không dựng được trang."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"{where}: {reason}")
        self.where = where
        self.reason = reason


class LeftOut:
    """The broken entries that a site is built without: their reasons, by id.

    Without a `path` to tell them in, nothing may be left out but where `anyhow` says so.
    """

    def __init__(self, path: str = "", *, anyhow: bool = False) -> None:
        self._path = path
        self._anyhow = anyhow
        self.reasons: dict[str, str] = {}

    @contextmanager
    def unless_whole(self, name: str) -> Iterator[None]:
        """Leave the entry out if it is broken. Raises BrokenEntry where nothing may be."""
        try:
            yield
        except BrokenEntry as error:
            self.leave(name, error)

    def leave(self, name: str, error: BrokenEntry) -> None:
        """Leave an entry out. Raises the error where nothing may be left out."""
        if not self._path and not self._anyhow:
            raise error
        self.reasons[name] = str(error)

    def tell(self) -> None:
        """Write the reasons, if there are any, where they were asked for."""
        if self.reasons:
            text = json.dumps(self.reasons, ensure_ascii=False)
            Path(self._path).write_text(text, encoding="utf-8")
