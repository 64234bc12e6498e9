"""The writer that Pelican hands to the generator: whole files, each written once.

Knows Pelican's writer and the output folder; nothing of what is written.
"""

import os
import shutil
from pathlib import Path
from typing import Any

from pelican.writers import Writer


class SiteWriter(Writer):
    """Puts the files of a site into the output folder."""

    def __init__(self, output_path: str, settings: Any = None) -> None:
        super().__init__(output_path, settings)
        self._folders: set[str] = set()

    def put(self, path: str, text: str) -> None:
        """Write one text file. Raises FileExistsError where another page stands already."""
        with open(self._fresh(path), "x", encoding="utf-8", newline="\n") as file:  # noqa: PTH123
            file.write(text)

    def copy(self, source: Path, path: str) -> None:
        """Copy one file beside a page, byte for byte."""
        shutil.copyfile(source, self._fresh(path))

    def _fresh(self, path: str) -> str:
        # A Path object for each of some ten thousand files is what this spares.
        target = os.path.join(self.output_path, path)  # noqa: PTH118
        folder = target.rpartition("/")[0]
        if folder not in self._folders:
            os.makedirs(folder, exist_ok=True)  # noqa: PTH103
            self._folders.add(folder)
        return target
