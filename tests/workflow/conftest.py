"""A small school on real git in a temporary folder, and entries in named situations."""

import json
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from tests.workflow.forge import Forge
from workflow import roster, services, signing
from workflow.clock import VIETNAM
from workflow.content_types import CONTENT_TYPES, parse_form
from workflow.entries import Change, Trailers
from workflow.record import Keeper, Record
from workflow.repository import MAIN, RefUpdate, Repository, StoredMedia
from workflow.services import Content
from workflow.shelf import Published
from workflow.states import Action, Role
from workflow.verification import RELEASE_LIST, part_path

GOVERNANCE = Path(__file__).parents[2] / "content" / "governance"
STAFF = (
    "co.giaovien5a",
    "totruong.maugiao",
    "totruong.nhatre",
    "totruong.nuoiduong",
    "pht.chuyenmon",
    "pht.nuoiduong",
    "hieutruong",
    "quantri.web",
    "vanthu",
    "congdoan",
)
TEACHER, LEAD, VICE, PRINCIPAL = STAFF[0], STAFF[1], STAFF[4], STAFF[6]
ADMIN, CLERK, NUTRITION, NUTRITION_VICE = STAFF[7], STAFF[8], STAFF[3], STAFF[5]


@dataclass
class School:
    """A founded repository, everybody's keys, and a clock that moves one minute an act."""

    repo: Repository
    keys: dict[str, signing.Signer]
    clock: datetime = field(default_factory=lambda: datetime(2026, 11, 24, 8, 0, tzinfo=VIETNAM))

    def now(self) -> datetime:
        self.clock += timedelta(minutes=1)
        return self.clock

    def create(self, who: str, kind: str, /, *, body: str = "Nội dung.", **raw: Any) -> Change:
        content = Content(parse_form(CONTENT_TYPES[kind], raw), body, raw.pop("media", {}))
        return services.create(self.repo, self.keys[who], kind, content, self.now())

    def save(self, who: str, change: Change, *, seen: str = "", body: str = "Sửa.") -> Change:
        content = Content(change.fields, body)
        return services.save(
            self.repo, self.keys[who], change.entry_id, seen or change.head, content, self.now()
        )

    def submit(self, who: str, change: Change) -> Change:
        return self._act(services.submit, who, change)

    def check(self, who: str, change: Change) -> Change:
        return self._act(services.check, who, change)

    def send_back(self, who: str, change: Change, note: str = "Sai ngày.") -> Change:
        return self._act(services.send_back, who, change, note)

    def approve(self, who: str, change: Change) -> Published:
        done = services.approve(
            self.repo, self.keys[who], change.entry_id, change.head, "", self.now()
        )
        assert isinstance(done, Published), "approved, but not due yet"
        return done

    def approve_for_later(self, who: str, change: Change) -> Change:
        done = services.approve(
            self.repo, self.keys[who], change.entry_id, change.head, "", self.now()
        )
        assert isinstance(done, Change), "published at once"
        return done

    def change_roster(self, username: str, **row: Any) -> None:
        """Change a person's row of the roster on main, signed by the principal."""
        main = self.repo.main()
        files = {item.path: item.oid for item in self.repo.files(main, "governance")}
        table = tomllib.loads((self.repo.read(main, roster.ROSTER) or b"").decode())
        table["people"][username] |= row
        files["roster.toml"] = self.repo.put_blob(tomli_w.dumps(table).encode())
        tree = self.repo.with_folder(main, "governance", files)
        message = Trailers(Action.GOVERN, PRINCIPAL, Role.PRINCIPAL).message("Phân quyền")
        commit = self.repo.write_commit(tree, [main], message, self.now(), self.keys[PRINCIPAL])
        self.repo.update_refs([RefUpdate(MAIN, commit, main)])

    def _act(self, act: Callable[..., Change], who: str, change: Change, note: str = "") -> Change:
        return act(self.repo, self.keys[who], change.entry_id, change.head, note, self.now())


def found(path: Path) -> School:
    keys = {name: signing.Signer(name, signing.generate()) for name in STAFF}
    public = {name: signing.public_key_line(signer.private_key) for name, signer in keys.items()}
    files = {
        roster.ROSTER: roster.with_keys((GOVERNANCE / "roster.toml").read_bytes(), public),
        roster.WORKFLOW: (GOVERNANCE / "workflow.toml").read_bytes(),
        roster.SCHOOL: (GOVERNANCE / "school.toml").read_bytes(),
    }
    school = School(Repository.create(path), keys)
    services.found(school.repo, keys[PRINCIPAL], files, school.now())
    return school


def kept_record(repo: Repository, data: Path, commit: str) -> Record:
    """The record as of a commit, kept on the disk for the next reader."""
    keeper = Keeper(repo, data)
    record = keeper.at(commit)
    keeper.note()
    return record


@pytest.fixture
def school(tmp_path: Path) -> School:
    return found(tmp_path / "site.git")


def post_fields(**changes: Any) -> dict[str, Any]:
    return {
        "title": "Bé vui đón Tết Trung thu",
        "date": "2026-11-24",
        "summary": "Rước đèn và phá cỗ tại sân trường.",
        "category": "hoat-dong-cua-be",
        "group": "mau-giao",
    } | changes


def circular_fields(**changes: Any) -> dict[str, Any]:
    return {
        "subject": "Kế hoạch thử",
        "code_number": "7",
        "code_notation": "KH-SGDĐT",
        "issued_date": "2026-11-20",
        "issuer": "Sở GD&ĐT",
        "type_name": "Kế hoạch",
        "collection": "superior",
        "group": "van-phong",
    } | changes


def menu_fields(**changes: Any) -> dict[str, Any]:
    return {
        "date": "2026-11-27",
        "week_start": "2026-11-30",
        "age_group": "mau-giao",
        "group": "nuoi-duong",
        "days": [{"weekday": "1", "lunch": "Thịt sốt cà chua", "energy_kcal": "620"}],
    } | changes


def rows_of(folder: Path) -> dict[str, dict[str, str]]:
    """Return every row of a release's list."""
    parts = json.loads((folder / RELEASE_LIST).read_text())["parts"]
    rows: dict[str, dict[str, str]] = {}
    for name in parts:
        rows |= json.loads((folder / part_path(name)).read_text())
    return rows


@pytest.fixture
def site(base: Forge, tmp_path: Path) -> Forge:
    """A copy of the history that the file's own ``base`` has built."""
    return base.copy(tmp_path / "site.git")


@pytest.fixture
def a_draft(school: School) -> Change:
    return school.create(TEACHER, "posts", **post_fields())


@pytest.fixture
def a_submitted_post(school: School, a_draft: Change) -> Change:
    return school.submit(TEACHER, a_draft)


@pytest.fixture
def a_checked_post(school: School, a_submitted_post: Change) -> Change:
    return school.check(LEAD, a_submitted_post)


@pytest.fixture
def a_published_post(school: School, a_checked_post: Change) -> Published:
    return school.approve(VICE, a_checked_post)


@pytest.fixture
def a_photo(school: School) -> StoredMedia:
    return school.repo.store_media(b"\xff\xd8 pretend pixels")
