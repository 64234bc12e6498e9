"""A builder that stays: it knows the site it wrote last, and writes what a change makes different.

Same generator, same templates, same bytes as a clean build. Knows Pelican's settings and
environment, the sources and the output folder; nothing of git, of requests or of who asks.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from os import environ
from pathlib import Path
from typing import Any

from jinja2 import Environment

from . import base
from .darkroom import Darkroom
from .entries import Entry
from .errors import LeftOut
from .outputs import Outputs
from .plain import digest
from .rendering import Renderer, template_of
from .school import read_school
from .shelf import Shelf, Source
from .site import Material, Site
from .state import State
from .stylesheet import stylesheet
from .takedowns import read_takedowns
from .views import Plan, View

Progress = Callable[[str, int, int], None]
NOWHERE = ""


class NeedWhole(Exception):
    """The builder does not stand where the change begins: it must be told the whole site."""


class OldCode(Exception):
    """The plugin on disk is another than the one that runs."""


@dataclass(frozen=True)
class Change:
    """What is to be built: the folders that differ from the state `start`, for one day.

    Without a `start` the folders told are the whole site.
    """

    token: str
    start: str | None
    day: date
    changed: Mapping[str, Mapping[str, Any]]
    removed: tuple[str, ...]


@dataclass
class Built:
    """What came of it: paths with their hashes, and what is no more."""

    whole: bool
    broken: Mapping[str, str]
    written: dict[str, str] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    rendered: int = 0
    total: int = 0


class Warm:
    """The builder of one content folder into one output folder."""

    def __init__(
        self, env: Environment, places: tuple[Path, Path, Path], state: State, public_url: str
    ) -> None:
        self._env = env
        self._content, output, self._theme = places
        self._state = state
        self._public_url = public_url
        self._code = base.code_digest()
        self._stamp: object = None
        self._base = self._common = NOWHERE
        self._plans: dict[str, Plan] = {}
        self._filed: dict[str, Entry] = {}
        self._statics: dict[str, Path] = {}
        own = {"output": str(output), "content": str(self._content)}
        if any(state.facts.get(name, value) != value for name, value in own.items()):
            state.throw_away("it is of other folders")
        self._facts = own
        self._shelf = Shelf(self._content, self._code, state)
        is_all = self._shelf.restore(state.sources)
        self.token = state.facts.get("token", NOWHERE) if is_all else NOWHERE
        state.forget_unclaimed()
        self._outputs = Outputs(output, state.outputs)
        self._darkroom = Darkroom(environ.get("TOASOAN_DERIVATIVES", ""))

    def build(self, change: Change, progress: Progress) -> Built:
        """Bring the output to the state asked for. Raises NeedWhole."""
        self._look_at_theme()
        if change.start is not None and change.start != self.token:
            raise NeedWhole
        sources = self._take(change, progress)
        built = self._write(change, progress)
        facts = {"token": change.token, **self._facts}
        self._state.save(facts, sources, self._outputs.settle())
        self.token = change.token
        return built

    def overlay(self, change: Change, content: Path, output: Path) -> Built:
        """Write what the site would be with the changes in `content`, where it would differ.

        The builder stays as it is. Raises NeedWhole.
        """
        self._look_at_theme()
        if change.start != self.token or not self._plans:
            raise NeedWhole
        shelf = self._shelf.aside()
        for place in change.removed:
            shelf.take_out(place)
        for place, facts in change.changed.items():
            shelf.put(place, Source.told(place, facts), content)
        left_out = LeftOut(anyhow=True)
        site = self._site(shelf, change.day, left_out)
        aside, built = Outputs(output, {}), Built(whole=False, broken=left_out.reasons)
        plans, stale, common = self._stale(site)
        self._render(stale, Renderer(self._env, common), aside, silent)
        media = _media(site)
        for entry in site.with_files:
            for path, source in self._unfiled(entry, shelf):
                aside.copy(path, entry.key, source)
        files = self._outputs.files
        for path, output_ in tuple(aside.files.items()):
            if path in files and files[path].sha256 == output_.sha256:
                aside.remove(path)
        built.written = {path: found.sha256 for path, found in aside.files.items()}
        stays = plans.keys() | media.keys() | self._statics.keys()
        built.removed = sorted(files.keys() - stays)
        built.rendered, built.total = len(stale), len(stays)
        return built

    def _take(self, change: Change, progress: Progress) -> dict[str, Mapping[str, Any] | None]:
        """Bring the sources up to date; answer what of them is to be kept."""
        gone = set(change.removed)
        if change.start is None:
            gone |= self._shelf.sources.keys() - change.changed.keys()
        for place in gone:
            self._shelf.take_out(place)
        for done, (place, facts) in enumerate(change.changed.items()):
            self._shelf.put(place, Source.told(place, facts))
            progress("read", done + 1, len(change.changed))
        return {**dict.fromkeys(gone), **change.changed}

    def _site(self, shelf: Shelf, day: date, left_out: LeftOut) -> Site:
        develop = partial(self._darkroom.developed, left_out=left_out, folder=shelf.folder)
        entries, editions = shelf.read(left_out, develop)
        check = partial(self._darkroom.develop, folder=shelf.folder)
        editions = editions.without_broken(check, left_out)
        css = stylesheet(self._theme / "css")
        school, takedowns = read_school(self._content), read_takedowns(self._content)
        return Site(Material(school, entries, takedowns, editions, css), self._public_url, day)

    def _write(self, change: Change, progress: Progress) -> Built:
        left_out = LeftOut(anyhow=True)
        site = self._site(self._shelf, change.day, left_out)
        built = Built(change.start is None, left_out.reasons)
        plans, stale, common = self._stale(site)
        self._render(stale, Renderer(self._env, common), self._outputs, progress)
        self._plans, self._common = plans, digest(self._base, common)
        self._media(site)
        self._copy_statics()
        stays = plans.keys() | self._filed.keys() | self._statics.keys()
        for path in self._outputs.files.keys() - stays:
            self._outputs.remove(path)
        outputs, changed = self._outputs.files, self._outputs.changed
        built.removed = sorted(path for path, output in changed.items() if output is None)
        told = outputs if built.whole else (path for path in changed if path in outputs)
        built.written = {path: outputs[path].sha256 for path in told}
        built.rendered, built.total = len(stale), len(outputs)
        return built

    def _look_at_theme(self) -> None:
        stamp = base.stamp(self._theme)
        if stamp == self._stamp:
            return
        if base.code_digest() != self._code:
            raise OldCode
        self._stamp = stamp
        if self._env.cache is not None:
            self._env.cache.clear()
        self._base = digest(self._code, base.theme_digest(self._theme), self._public_url)
        self._statics = dict(base.static_files(self._theme))

    def _stale(self, site: Site) -> tuple[dict[str, Plan], list[tuple[Plan, str]], dict[str, Any]]:
        """All plans, those whose files must be made anew with the key of each, what all are told.

        A plan that is the last one's equal is not looked into.
        """
        told = site.common()
        common, files = digest(self._base, told), self._outputs.files
        last = self._plans if common == self._common else {}
        plans: dict[str, Plan] = {}
        stale: list[tuple[Plan, str]] = []
        for plan in site:
            path = plan.path
            if path in plans:
                raise FileExistsError(path)
            old = last.get(path)
            if old == plan:
                plans[path] = old
                continue
            plans[path] = plan
            key = self._key(plan.make(*plan.inputs), common)
            if path not in files or files[path].key != key:
                stale.append((plan, key))
        return plans, stale, told

    def _render(
        self,
        stale: list[tuple[Plan, str]],
        renderer: Renderer,
        outputs: Outputs,
        progress: Progress,
    ) -> None:
        for done, (plan, key) in enumerate(stale, 1):
            text = renderer.text(plan.make(*plan.inputs))
            outputs.write(plan.path, key, text.encode())
            progress("render", done, len(stale))

    def _key(self, view: View | str, common: str) -> str:
        if isinstance(view, str):
            return digest(view)
        return digest(common, template_of(view), view)

    def _media(self, site: Site) -> None:
        for entry in site.with_files:
            for path, source in self._unfiled(entry, self._shelf):
                key = digest("file", entry.key, path)
                known = self._outputs.files.get(path)
                if known is None or known.key != key:
                    self._outputs.copy(path, key, source)
        self._filed = _media(site)

    def _unfiled(self, entry: Entry, shelf: Shelf) -> Iterator[tuple[str, Path]]:
        """The files beside a page that were not put there for this very entry."""
        beside = entry.beside
        if not beside or self._filed.get(f"{entry.url}{beside[0][0]}") is entry:
            return
        for name, sha256, stored in beside:
            source = self._darkroom.source(entry, sha256, stored, shelf.folder)
            yield f"{entry.url}{name}", source

    def _copy_statics(self) -> None:
        for path, source in self._statics.items():
            stat = source.stat()
            key = digest("theme", stat.st_size, stat.st_mtime_ns)
            known = self._outputs.files.get(path)
            if known is None or known.key != key:
                self._outputs.copy(path, key, source)


def silent(_step: str, _done: int, _of: int) -> None:
    """Tell nobody how far the work is."""


def _media(site: Site) -> dict[str, Entry]:
    """The files beside pages, and whose they are."""
    return {f"{entry.url}{name}": entry for entry in site.with_files for name, *_ in entry.beside}
