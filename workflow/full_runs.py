"""Builds by full runs of Pelican, into an output folder that is kept from one to the next.

It tells what differs from the run before, as a builder does that stays warm. It knows no git.
"""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import date
from pathlib import Path

from workflow.verification import file_hashes

Run = Callable[[Path, Path, str, date], Mapping[str, str]]


@dataclass(frozen=True)
class Built:
    """What a build has written: every file where it is ``whole``, else what differs.

    ``broken`` are the reasons why entries could not be built, by id.
    """

    token: str
    written: Mapping[str, str]
    _: KW_ONLY
    whole: bool
    removed: frozenset[str] = frozenset()
    broken: Mapping[str, str] = field(default_factory=dict)

    def after(self, earlier: "Built") -> "Built":
        """Return this build and the one before it as one."""
        if self.whole:
            return self
        gone = self.removed
        written = {path: sha for path, sha in earlier.written.items() if path not in gone}
        removed = earlier.removed - self.written.keys() | gone
        whole = earlier.whole
        written |= self.written
        return replace(self, whole=whole, written=written, removed=removed)


class FullRuns:
    """The output folder, and what it was when a token named it."""

    def __init__(self, run: Run) -> None:
        """Remember how Pelican is run; nothing was built yet."""
        self._run = run
        self._token = ""
        self._files: dict[str, str] = {}

    def build(
        self, content: Path, output: Path, address: str, day: date, token: str, base: str
    ) -> Built:
        """Build the site and name its state ``token``; tell what differs from the state ``base``.

        Files of the output are replaced, never written into: releases share them.

        Raises:
            BuildFailed: Pelican refused the content.
        """
        fresh = output.with_name("fresh")
        shutil.rmtree(fresh, ignore_errors=True)
        broken = self._run(content, fresh, address, day)
        before, self._token = self._token, ""
        files = file_hashes(fresh)
        _replace(fresh, output, files)
        known = self._files if base and base == before else None
        self._token, self._files = token, files
        if known is None:
            return Built(token, files, whole=True, broken=broken)
        written = {path: sha for path, sha in files.items() if known.get(path) != sha}
        removed = frozenset(known.keys() - files.keys())
        return Built(token, written, whole=False, removed=removed, broken=broken)


def _replace(fresh: Path, output: Path, files: Mapping[str, str]) -> None:
    """Let the output hold what was built; what is in it already stays as it is."""
    found = file_hashes(output)
    for path in found.keys() - files.keys():
        (output / path).unlink()
    for path, sha in files.items():
        if found.get(path) != sha:
            (output / path).parent.mkdir(parents=True, exist_ok=True)
            (fresh / path).replace(output / path)
    shutil.rmtree(fresh)
