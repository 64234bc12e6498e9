"""The builder's output, brought from one state of the site to the next.

What the builder is told of a site, and what is told anew where an entry cannot be built: its
edition before takes its place. It knows no git and no release.
"""

import secrets
import shutil
from collections.abc import Callable, Collection, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import date
from pathlib import Path

from workflow import derivatives
from workflow.building import (
    Answer,
    Builder,
    Folder,
    NeedsWhole,
    Progress,
    Request,
)
from workflow.errors import BuilderEnded
from workflow.materials import EARLIER, Site
from workflow.mirror import builder_folder
from workflow.repository import INDEX


@dataclass(frozen=True)
class Built:
    """What a build has written: every file where it is ``whole``, else what differs.

    ``token`` names the state in which the output is; ``rendered`` of its ``total`` files were made
    anew. ``left_out`` are the reasons why entries could not be built, by id.
    """

    token: str
    written: Mapping[str, str]
    _: KW_ONLY
    whole: bool
    removed: AbstractSet[str] = frozenset()
    rendered: int = 0
    total: int = 0
    left_out: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, answer: Answer, earlier: "Built | None") -> "Built":
        """Return what an answer says, and the build before it where they are told as one."""
        built = cls(
            answer.token,
            answer.written,
            whole=answer.whole,
            removed=frozenset(answer.removed),
            rendered=answer.rendered,
            total=answer.total,
            left_out=answer.broken,
        )
        if earlier is None:
            return built
        built = replace(
            built,
            rendered=earlier.rendered + built.rendered,
            left_out={**built.left_out, **earlier.left_out},
        )
        if answer.whole:
            return built
        kept = {path: sha for path, sha in earlier.written.items() if path not in built.removed}
        return replace(
            built,
            whole=earlier.whole,
            written={**kept, **built.written},
            removed=earlier.removed - built.written.keys() | built.removed,
        )


class WarmBuilds:
    """The builder of one data folder, and the output that it keeps."""

    def __init__(self, data: Path, address: str) -> None:
        """Remember where it lies and for which address it builds; nothing is started yet."""
        folder = builder_folder(data)
        self.output = folder / "output"
        self._state = folder / "state"
        self._address = address
        stored = {"TOASOAN_DERIVATIVES": str(derivatives.folder(data))}
        self._builder = Builder(self._state, stored)

    def build(
        self,
        site: Site,
        day: date,
        changed: Collection[str] | None,
        base: str | None,
        report: Callable[[Progress], None] = lambda _: None,
    ) -> Built:
        """Build the site without the entries that cannot be built: their editions before stay.

        ``changed`` are the ids of the entries that differ from the state ``base``; without a base,
        or where the builder stands elsewhere, it is told the whole. Files of the output are
        replaced, never written into: releases share them.

        Raises:
            BuildFailed: with what the builder said.
        """
        built = None
        places = _places(site, changed if base else None)
        while True:
            answer = self._ask(site, day, places, base, report)
            built = Built.of(answer, built)
            if not answer.broken:
                return built
            places = _places(site, {name.partition("/")[0] for name in answer.broken})
            for name in answer.broken:
                site.leave_out(name)
            base = answer.token

    def throw_away(self) -> None:
        """Begin with nothing: somebody has changed the output."""
        self.close()
        for folder in (self._state, self.output):
            shutil.rmtree(folder, ignore_errors=True)

    def close(self) -> None:
        """End the builder; what it has finished is on disk."""
        self._builder.close()

    def _ask(
        self,
        site: Site,
        day: date,
        places: Mapping[str, Path],
        base: str | None,
        report: Callable[[Progress], None],
    ) -> Answer:
        """Ask for the site; once more, and for the whole, where the builder has lost its place."""
        try:
            return self._builder.build(self._request(site, day, places, base), report)
        except (NeedsWhole, BuilderEnded):
            whole = self._request(site, day, _places(site, None), None)
            return self._builder.build(whole, report)

    def _request(
        self, site: Site, day: date, places: Mapping[str, Path], base: str | None
    ) -> Request:
        told = {
            place.relative_to(site.content).as_posix(): _folder(site, entry_id, place)
            for entry_id, place in places.items()
        }
        return Request(
            content=site.content,
            output=self.output,
            address=self._address,
            day=day,
            token=secrets.token_hex(8),
            base=base,
            changed={place: folder for place, folder in told.items() if folder},
            removed=[place for place, folder in told.items() if not folder] if base else (),
        )


def _places(site: Site, chosen: Collection[str] | None) -> dict[str, Path]:
    """Return where the chosen entries lie, or all."""
    ids = site.record.editions if chosen is None else chosen
    return {entry_id: site.place_of(entry_id) for entry_id in ids}


def _folder(site: Site, entry_id: str, place: Path) -> Folder | None:
    """Return what the builder is told of an entry; None where it is not on the site."""
    if not (place / INDEX).exists():
        return None
    top = site.content / EARLIER / entry_id
    earlier = {
        str(number): site.digest_of(edition, is_earlier=True)
        for number, edition in site.record.earlier(entry_id).items()
        if (top / str(number)).is_dir()
    }
    row = site.record.row(entry_id, names=site.show_names)
    return Folder(site.digest_of(site.record.editions[entry_id][-1]), row, earlier)
