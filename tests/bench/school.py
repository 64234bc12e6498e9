"""A founded school of any size for the benchmarks, and its staff at work.

Knows the services, as the editor's pages use them; knows no page.
"""

from __future__ import annotations

import io
import os
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.bench import corpus
from workflow import media, roster, services, signing
from workflow.clock import now
from workflow.content_types import CONTENT_TYPES, parse_form
from workflow.entries import Change, Trailers
from workflow.repository import (
    ATTRIBUTES,
    ATTRIBUTES_PATH,
    CONTENT,
    INDEX,
    MAIN,
    NOTHING,
    RefUpdate,
    Repository,
    StoredMedia,
)
from workflow.services import Content
from workflow.shelf import Published
from workflow.signing import Signer
from workflow.states import Action, Role

TEACHER, LEAD, VICE, PRINCIPAL = (
    "co.giaovien5a",
    "totruong.maugiao",
    "pht.chuyenmon",
    "hieutruong",
)


@dataclass
class School:
    """A repository and the keys of those who write, check and approve."""

    repo: Repository
    keys: dict[str, Signer]

    def post(self, title: str, photos: dict[str, StoredMedia]) -> Change:
        """Bring a new post to where only the approval is missing."""
        change = self._act(services.submit, TEACHER, self.draft(title, photos), now())
        return self._act(services.check, LEAD, change, now())

    def draft(self, title: str, photos: dict[str, StoredMedia] | None = None) -> Change:
        """Save a new post."""
        kind, moment = CONTENT_TYPES["posts"], now()
        raw: dict[str, Any] = {
            "title": title,
            "date": f"{moment:%Y-%m-%d}",
            "summary": "Rước đèn và phá cỗ tại sân trường.",
            "category": "hoat-dong-cua-be",
            "group": "mau-giao",
            "photos": [{"file": name, "alt": "Tranh vẽ"} for name in photos or {}],
        }
        content = Content(parse_form(kind, raw), "Các bé rước đèn quanh sân.\n" * 20, photos or {})
        return services.create(self.repo, self.keys[TEACHER], "posts", content, moment)

    def approve(self, change: Change) -> str:
        """Approve it and return the publication's commit."""
        done = services.approve(self.repo, self.keys[VICE], change.entry_id, change.head, "", now())
        if not isinstance(done, Published):
            raise TypeError(f"{change.entry_id}: approved, and not published")
        return self.repo.main()

    def photos(self, seed: int) -> dict[str, StoredMedia]:
        """Store three new photos, as an upload does."""
        stored = {}
        for number in range(1, corpus.PHOTOS + 1):
            out = io.BytesIO()
            corpus.photo(seed * 10 + number).save(out, "JPEG", quality=92)
            clean = media.clean_image(out.getvalue(), f"{number}.jpg")
            stored[f"anh-{number}.{clean.extension}"] = self.repo.store_media(clean.data)
        return stored

    def _act(self, act: Any, who: str, change: Change, moment: datetime) -> Change:
        done: Change = act(self.repo, self.keys[who], change.entry_id, change.head, "", moment)
        return done


def found(path: Path, content: Path) -> School:
    """Found a school with all entries of a content folder, in a few git processes.

    ``services.found`` starts one for each file: an archive of fifty thousand would take minutes.
    """
    table = content / "governance"
    people = tomllib.loads((table / "roster.toml").read_text())["people"]
    keys = {name: Signer(name, signing.generate()) for name in people}
    public = {name: signing.public_key_line(key.private_key) for name, key in keys.items()}
    repo = Repository.create(path)
    blobs = {ATTRIBUTES_PATH: repo.put_blob(ATTRIBUTES)}
    for name, data in (
        (roster.ROSTER, roster.with_keys((table / "roster.toml").read_bytes(), public)),
        (roster.WORKFLOW, (table / "workflow.toml").read_bytes()),
        (roster.SCHOOL, (table / "school.toml").read_bytes()),
    ):
        blobs[name] = repo.put_blob(data)
    blobs |= _content_blobs(repo, content)
    tree = repo.first_tree(blobs)
    message = Trailers(Action.FOUND, PRINCIPAL, Role.PRINCIPAL).message(Action.FOUND.label)
    commit = repo.write_commit(tree, [], message, now(), keys[PRINCIPAL])
    repo.update_refs([RefUpdate(MAIN, commit, NOTHING)])
    return School(repo, keys)


def _content_blobs(repo: Repository, content: Path) -> dict[str, str]:
    texts, pictures = [], {}
    stored: dict[int, str] = {}
    for path in _files(content):
        name = f"{CONTENT}/{path.relative_to(content).as_posix()}"
        if path.name == INDEX:
            texts.append((name, path))
            continue
        inode = path.stat().st_ino
        if inode not in stored:
            stored[inode] = repo.put_blob(repo.store_media(path.read_bytes()).pointer)
        pictures[name] = stored[inode]
    command = ["git", "--git-dir", str(repo.path), "hash-object", "-w", "--stdin-paths"]
    names = "".join(f"{path}\n" for _, path in texts)
    said = subprocess.run(command, input=names, capture_output=True, text=True, check=True).stdout
    hashes = said.split()
    return dict(zip((name for name, _ in texts), hashes, strict=True)) | pictures


def _files(content: Path) -> Iterator[Path]:
    for folder, _, names in sorted(os.walk(content)):
        if "governance" not in Path(folder).relative_to(content).parts:
            yield from (Path(folder) / name for name in sorted(names))
