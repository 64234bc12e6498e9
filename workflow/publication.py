"""From ``main`` to the public folder: materialise, build, record, switch.

The live release is the only state: what is wanted is the head of ``main`` on the present day, and
whoever runs ``publish`` brings the public folder there, after a kill at any moment too. It starts
Pelican as a program and knows nothing of its inside; it knows no HTTP.
"""

import contextlib
import hashlib
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any, Final

from workflow import auditing, metrics, release, trees, verification
from workflow.clock import VIETNAM, now
from workflow.entries import Change
from workflow.errors import BuildFailed, NotFound, OutputChanged, Unverified
from workflow.looking import Looks
from workflow.materials import Site, materialised
from workflow.metrics import Stopwatch
from workflow.mirror import Mirror
from workflow.record import Approved, Keeper, Record
from workflow.release import Listing, Owners
from workflow.repository import CONTENT, Repository
from workflow.states import Status
from workflow.warm_builds import Built, WarmBuilds

logger = logging.getLogger(__name__)

PROJECT: Final = Path(__file__).resolve().parent.parent
_SETTINGS: Final = PROJECT / "publishconf.py"
_BUILD_SECONDS: Final = 600
_PREVIEW_SECONDS: Final = 60
"""Somebody waits for a preview, and a thread of the editor with him."""
_LEFT_SECONDS: Final = 2 * _BUILD_SECONDS
"""No build lives so long: what is older was left behind by a killed one."""
_ACTS_NOT_NOTED: Final = 50
"""So many publications are derived again at a start, in a moment."""


class Stage(StrEnum):
    """Where the publisher is; the approver's page shows it."""

    VERIFYING = "verifying"
    BUILDING = "building"
    SWITCHING = "switching"
    LIVE = "live"
    FAILED = "failed"


@dataclass(frozen=True)
class PublishStatus:
    """What the publisher last did: for which commit, since when, and why it failed if it did."""

    stage: Stage
    commit: str
    since: str
    error: str = ""

    @classmethod
    def read(cls, data: Path) -> "PublishStatus | None":
        """Return the status that the publisher wrote last, or None before its first work."""
        try:
            row = json.loads(_status_path(data).read_text())
        except FileNotFoundError:
            return None
        return cls(Stage(row["stage"]), row["commit"], row["since"], row["error"])

    def write(self, data: Path) -> None:
        """Replace the status file in one step, so that no reader meets half of it."""
        release.replace_file(_status_path(data), json.dumps(asdict(self), ensure_ascii=False))


@dataclass(frozen=True)
class Release:
    """One public edition of the whole site: a commit of ``main`` as built on one day.

    The day is part of it because the current menu and expired notices depend on it.
    """

    commit: str
    day: date

    @property
    def name(self) -> str:
        """The folder's name under ``www/releases``."""
        return f"{self.commit}-{self.day:%Y%m%d}"

    @classmethod
    def parse(cls, name: str) -> "Release":
        """Return the release that a folder's name stands for."""
        commit, _, day = name.partition("-")
        return cls(commit, datetime.strptime(day, "%Y%m%d").replace(tzinfo=VIETNAM).date())


def today() -> date:
    """Return the present day in Vietnam."""
    return now().date()


def live(data: Path) -> Release | None:
    """Return the release that the public reads.

    None before the first, and where ``current`` leads anywhere but to a release: somebody who can
    write the web root may have turned it.
    """
    try:
        link = (_www(data) / "current").readlink()
        found = Release.parse(link.name)
    except (OSError, ValueError):
        return None
    return found if link == Path("releases", found.name) else None


def has_page(data: Path, path: str) -> bool:
    """Say whether the live site has a page at a path of ours: ``/tin-tuc/2026/khai-giang/``."""
    return (_www(data) / "current" / path.strip("/") / "index.html").is_file()


def is_live(repo: Repository, data: Path, commit: str) -> bool:
    """Say whether the live release contains that commit of ``main``."""
    found = live(data)
    return found is not None and repo.is_ancestor(commit, found.commit)


@dataclass(frozen=True)
class _Shown:
    """What this process has put before the public: the list is its own, and so is the output."""

    release: Release
    token: str
    listing: Listing
    owners: Owners
    record: Record


class Press:
    """What one publication leaves for the next, so that each costs what has changed.

    On the disk the builder's content and output, and the release before; in memory the record and
    what the list says. Whoever starts cold begins with the whole.
    """

    def __init__(self, repo: Repository, data: Path, public_address: str) -> None:
        """Remember what to publish, and for which address; little is read yet."""
        self._repo = repo
        self._data = data
        self._address = public_address
        self._keeper = Keeper(repo, data)
        self._mirror = Mirror(repo, data)
        self._builds = WarmBuilds(data, public_address)
        self._shown: _Shown | None = None
        self._cost: dict[str, Any] = {}
        self.looks = Looks(data)

    def publish(self, report: Callable[[Stage], None], *, again: bool = False) -> Release:
        """Bring the public folder to the head of ``main`` and return the release that is live then.

        Steps: verify, materialise, build, bring the release before up to date, signed list, sync,
        rename, switch the symlink, sync the parent (SECURITY F6: the other order left empty pages
        after a power cut). The live release stays as it is until the last step, and after any
        error. ``again`` builds what is live already, and all of it: somebody has changed it.

        Raises:
            Unverified: the repository breaks a rule of the proof; nothing is built.
            BuildFailed: Pelican refused the content.
        """
        wanted = Release(self._repo.main(), today())
        if live(self._data) == wanted and not again:
            return wanted
        watch = Stopwatch()
        watch.begin("audit")
        report(Stage.VERIFYING)
        proof = auditing.audit(self._repo, self._data, wanted.commit)
        if not proof.ok:
            raise Unverified(f"{proof.failed_commit}: {proof.rule}: {proof.reason}")
        releases = _www(self._data) / "releases"
        releases.mkdir(parents=True, exist_ok=True)
        trees.sweep(releases)
        report(Stage.BUILDING)
        watch.begin("content")
        before, self._shown = self._shown, None
        if again:
            self._throw_away()
        if again or before is None or before.release != live(self._data):
            before = None
        site, changed = self._mirror.bring_to(wanted.commit, self._keeper.at(wanted.commit))
        watch.begin("build")
        built = self._builds.build(site, wanted.day, changed, before.token if before else None)
        watch.begin("list")
        listing, owners = self._list(site, built, before)
        watch.begin("links")
        try:
            made = self._bring(wanted, listing, before, may_go_on=not again)
        except (OutputChanged, FileNotFoundError):
            # The output is not what the builder takes it for: the next attempt begins anew.
            self._throw_away()
            raise
        release.sign(
            made, wanted.commit, wanted.day, listing.parts, release.signing_key(self._data)
        )
        report(Stage.SWITCHING)
        watch.begin("switch")
        self._repo.sync()
        trees.show(_www(self._data), made, wanted.name)
        watch.begin("")
        self._cost = {
            "commit": wanted.commit,
            "entries": len(site.record.editions),
            "rendered": built.rendered,
            "written": len(built.written),
            "whole": built.whole,
            "seconds": watch.seconds(),
        }
        listed = Listing(listing.parts, {})
        self._shown = _Shown(wanted, built.token, listed, owners, site.record)
        trees.sweep(releases)
        _prune(self._data, wanted)
        left_out = json.dumps({**built.left_out}, ensure_ascii=False)
        release.replace_file(_left_out_path(self._data), left_out)
        return wanted

    def prepare(self) -> None:
        """Do what the next publication need not wait for."""
        if self._cost:
            metrics.note(self._data, **self._cost)
            self._cost = {}
        found = live(self._data)
        if found is None:
            return
        releases = _www(self._data) / "releases"
        if not any(map(self.looks.is_known, trees.others(releases, found.name))):
            spare = releases / f"{found.name}.spare"
            trees.sweep(releases)
            shutil.rmtree(spare, ignore_errors=True)
            trees.copy(releases / found.name, spare)
            self.looks.made(spare)
        self.looks.note()
        if self._shown is None:
            self._stand_at(found)
        self._keeper.note(lag=_ACTS_NOT_NOTED)
        auditing.keep(self._repo, self._data)

    def _stand_at(self, found: Release) -> None:
        """Build the live release once more after a start, so that the next costs what changes.

        That it gives the very list that is live is what makes it one to go on from.
        """
        wanted = Release(self._repo.main(), today())
        if found != wanted or not auditing.audit(self._repo, self._data, wanted.commit).ok:
            return
        site, _ = self._mirror.bring_to(found.commit, self._keeper.at(found.commit))
        built = self._builds.build(site, found.day, None, None)
        listing, owners = self._list(site, built, None)
        folder = _www(self._data) / "releases" / found.name
        try:
            head = verification.read_signed_head(folder, release.public_key(self._data))
        except verification.Broken:
            return
        if head.parts == listing.parts:
            listed = Listing(listing.parts, {})
            self._shown = _Shown(found, built.token, listed, owners, site.record)

    def close(self) -> None:
        """End the builder; what it has finished is on disk."""
        self._builds.close()

    def _throw_away(self) -> None:
        self._mirror.throw_away()
        self._builds.throw_away()

    def _list(self, site: Site, built: Built, before: _Shown | None) -> tuple[Listing, Owners]:
        """Return what the release is to hold, and whose it is; only what changed is read."""
        output = self._builds.output
        key = release.public_line(release.signing_key(self._data))
        own = {release.PUBLIC_KEY: hashlib.sha256(key).hexdigest()}
        publications = site.record.publications
        if before is None or built.whole:
            owners = Owners.of(output)
            owner = partial(owners.row, publications=publications)
            return Listing.whole({**built.written, **own}, owner), owners
        owners = before.owners
        owners.read(output, {*built.written, *built.removed})
        live_folder = _www(self._data) / "releases" / before.release.name
        listed = before.listing
        listing = listed.after(
            {**dict.fromkeys(built.removed), **built.written, **own},
            owners.parts_of(_changed(site.record, before.record)),
            lambda name: trees.rows_of(live_folder, name, listed.parts[name]),
            partial(owners.row, publications=publications),
        )
        return listing, owners

    def _bring(
        self, wanted: Release, listing: Listing, before: _Shown | None, *, may_go_on: bool
    ) -> Path:
        """Return an unfinished folder that holds the new release but for its signature.

        It is the release before the live one, brought up to date; or a new one, where there is
        none of which we know, or it is not as it should be.
        """
        releases = _www(self._data) / "releases"
        made = trees.unfinished(releases, wanted.name)
        live_folder = releases / before.release.name if before else None
        key = release.public_line(release.signing_key(self._data))
        sources = trees.Sources(self._builds.output, live_folder, key)
        current = live(self._data)
        others = trees.others(releases, current.name if current else "")
        spare = next((tree for tree in others if self.looks.is_known(tree)), None)
        if spare and may_go_on:
            try:
                stands = verification.read_signed_head(spare, release.public_key(self._data))
                spare.rename(made)
                trees.bring(made, stands, listing, sources)
            except (OSError, verification.Broken) as error:
                logger.warning("the release before cannot be brought up to date: %s", error)
                shutil.rmtree(made, ignore_errors=True)
            else:
                return made
        made.mkdir()
        trees.bring(made, None, listing, sources)
        self.looks.made(made)
        return made


def _changed(now: Record, before: Record) -> Iterator[str]:
    """Yield the entries of which another publication is public."""
    known = before.editions
    return (name for name, rows in now.editions.items() if known.get(name) != rows)


def publish(
    repo: Repository,
    data: Path,
    public_address: str,
    report: Callable[[Stage], None],
    *,
    again: bool = False,
) -> Release:
    """Publish once, from a cold start: what ``Press.publish`` says."""
    press = Press(repo, data, public_address)
    try:
        return press.publish(report, again=again)
    finally:
        press.close()


def preview(repo: Repository, change: Change, data: Path, public_address: str) -> Path:
    """Return the folder of the whole site as it would be with this change published.

    It is built once per draft head; the page in it is byte for byte the one that approval brings,
    but for the line that says who approved it.

    Raises:
        BuildFailed: Pelican refused the draft.
    """
    folder = data / "previews" / f"{change.head}-{repo.main()[:12]}-{today():%Y%m%d}"
    if folder.exists():
        folder.touch()
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    main = repo.main()
    files = {item.path: item.oid for item in repo.files(change.head, change.folder)}
    tree = repo.with_folder(main, change.folder, files)
    record = _with_draft(Record.of(repo, data, main), repo, change)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".tmp-") as made:
        out = Path(made) / "site"
        with materialised(repo, tree, data, record) as site:
            build_whole(
                site,
                out,
                public_address,
                today(),
                needed=change.entry_id,
                seconds=_PREVIEW_SECONDS,
            )
        with contextlib.suppress(OSError):  # somebody else finished the same preview first
            out.rename(folder)
    _prune_previews(folder.parent)
    return folder


def build_whole(
    site: Site,
    output: Path,
    public_address: str,
    day: date,
    *,
    needed: str = "",
    seconds: float = _BUILD_SECONDS,
) -> dict[str, str]:
    """Build a site without the entries that cannot be built; return their reasons by id.

    One broken entry must not hold up all others: its last good edition stays, if it has one.

    Raises:
        BuildFailed: Pelican refused the content, or the entry that is ``needed``.
    """
    left_out: dict[str, str] = {}
    site.write_record()
    while broken := build(
        site.content, output, public_address, day, seconds=seconds, store=site.derivatives
    ):
        if needed in broken:
            raise BuildFailed(f"{needed}: {broken[needed]}")
        left_out = {**broken, **left_out}
        for name in broken:
            site.leave_out(name)
        site.write_record()
    return left_out


def build(
    content: Path,
    output: Path,
    public_address: str,
    day: date,
    *,
    seconds: float = _BUILD_SECONDS,
    store: Path | None = None,
) -> dict[str, str]:
    """Run Pelican over a content folder; a warning is an error (a skipped page is a lost page).

    It ends with this process, even where that is killed. Returns why entries could not be built,
    by id; the site was built without them.

    Raises:
        BuildFailed: with what Pelican printed.
    """
    broken = content.parent / "broken.json"
    broken.unlink(missing_ok=True)
    environment = {
        **os.environ,
        "TOASOAN_BROKEN": str(broken),
        "TOASOAN_DERIVATIVES": str(store or ""),
        "TOASOAN_PUBLIC_URL": public_address,
        "TOASOAN_TODAY": day.isoformat(),
        "PYTHONHASHSEED": "0",
        "NO_COLOR": "1",
        "COLUMNS": "200",
    }
    command = [sys.executable, "-m", "workflow.mortal", str(os.getpid())]
    command += [sys.executable, "-m", "pelican", str(content), "--settings", str(_SETTINGS)]
    options = ["--output", str(output), "--fatal", "warnings"]
    try:
        done = subprocess.run(
            [*command, *options],
            capture_output=True,
            text=True,
            timeout=seconds,
            env=environment,
            cwd=PROJECT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise BuildFailed(f"Pelican: {seconds:g} s") from error
    if done.returncode != 0:
        said = (done.stdout + done.stderr).replace(str(content), CONTENT)
        raise BuildFailed(said.strip()[-2000:])
    found: dict[str, str] = json.loads(broken.read_text()) if broken.exists() else {}
    return found


def sweep(data: Path) -> list[Path]:
    """Delete what killed builds left in the data folder, and return it; no living one is so old."""
    oldest = time.time() - _LEFT_SECONDS
    made = [*data.glob("build-*"), *data.glob("previews/.tmp-*")]
    left = [path for path in made if path.lstat().st_mtime < oldest]
    for path in left:
        shutil.rmtree(path, ignore_errors=True)
    return left


def differences(data: Path) -> list[str]:
    """Return the files of the live release that are not what was built; empty is well.

    The list is believed only with the signature of the data folder's own key: who can write the
    web root alone cannot make another. An old release with its old list is no way either.

    Raises:
        NotFound: there is no release.
    """
    found = live(data)
    if found is None:
        raise NotFound
    folder = _www(data) / "releases" / found.name
    try:
        listed = verification.read_release(folder, release.public_key(data))
    except verification.Broken:
        return [verification.RELEASE_LIST]
    if (listed.commit, listed.day) != (found.commit, found.day.isoformat()):
        return [verification.RELEASE_LIST]
    return verification.release_differences(folder, listed)


def rebuild_differences(repo: Repository, data: Path, folder: Path, address: str) -> list[str]:
    """Build the commit and day of the release in ``folder`` anew and compare every file.

    What the publisher signs is left out: a list cannot prove the bytes that it lists. Pictures are
    made anew from their masters, too: what was kept of them proves nothing.

    Raises:
        BuildFailed: Pelican refused the content.
    """
    listed = verification.read_release(folder, None)
    with tempfile.TemporaryDirectory(dir=data, prefix="build-") as place:
        made = Path(place) / "site"
        record = Record.of(repo, data, listed.commit)
        with materialised(repo, listed.commit, data, record) as site:
            site.derivatives = Path(place) / "derivatives"
            build_whole(site, made, address, date.fromisoformat(listed.day))
        wanted = verification.file_hashes(made)
    found = verification.file_hashes(folder)
    paths = {path for path in {*wanted, *found} if not release.is_own(path)}
    return sorted(verification.printable(p) for p in paths if wanted.get(p) != found.get(p))


def left_out(data: Path) -> dict[str, str]:
    """Return why entries could not be built for the live release, by id; empty is well."""
    try:
        rows: dict[str, str] = json.loads(_left_out_path(data).read_text())
    except FileNotFoundError:
        return {}
    return rows


def _left_out_path(data: Path) -> Path:
    return release.publisher_folder(data) / "left_out.json"


def _with_draft(record: Record, repo: Repository, change: Change) -> Record:
    """Return the record with the draft as an edition that nobody has approved yet."""
    if change.status is Status.PUBLISHED:
        return record.for_preview(change.entry_id)
    tree = repo.tree_of(change.head, change.folder) or ""
    corrections = len(change.fields.get("corrections", []))
    pending = Approved(change.entry_id, change.folder, tree=tree, corrections=corrections)
    return record.for_preview(change.entry_id, pending)


def _www(data: Path) -> Path:
    return data / "www"


def _status_path(data: Path) -> Path:
    return data / "publisher" / "status.json"


def _prune(data: Path, kept: Release) -> None:
    """Keep the release before: a page loaded across the switch still finds its style sheet."""
    for folder in list(trees.others(_www(data) / "releases", kept.name))[1:]:
        shutil.rmtree(folder, ignore_errors=True)


def _prune_previews(folder: Path) -> None:
    previews = [p for p in folder.iterdir() if not p.name.startswith(".")]
    for path in sorted(previews, key=lambda p: p.stat().st_mtime)[:-_PREVIEWS_KEPT]:
        shutil.rmtree(path, ignore_errors=True)


_PREVIEWS_KEPT: Final = 20
