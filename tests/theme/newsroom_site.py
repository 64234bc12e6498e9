"""A small archive that changes as a school's does, and the two ways to build it.

What the publisher does with git is done here with plain files: a folder is replaced, a digest of it
told. Imports the plugin, and Pelican as whoever builds the starter content.
"""

import contextlib
import hashlib
import io
import json
import os
import random
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml
from pelican import Pelican
from pelican.settings import read_settings

from newsroom.generator import NewsroomGenerator
from newsroom.state import State
from newsroom.warm import Built, Change, Progress, Warm, silent
from tests.theme import samples

ADDRESS = samples.PUBLIC_URL
KINDS = ("posts", "notices", "circulars", "menus", "pages")
CATEGORIES = ("tin-nha-truong", "hoat-dong-cua-be")
WITHDRAWALS = ("error", "replaced", "explained", "personal_data")


def theme_copy(folder: Path) -> Path:
    """A theme of one's own, without the fonts."""
    shutil.copytree(
        samples.ROOT / "theme", folder, ignore=shutil.ignore_patterns("fonts", "plugins")
    )
    return folder


class Site:
    """Content, output and state of one school, and what its publisher knows of them."""

    def __init__(self, folder: Path, theme: Path) -> None:
        self.content, self.output, self.state = (
            folder / name for name in ("content", "output", "state")
        )
        self.theme = theme
        self.day = date(2026, 11, 24)
        self.told: dict[str, dict[str, Any]] = {}
        self.files: dict[str, str] = {}
        self.broken: dict[str, str] = {}
        self.token: str | None = None
        self.record: dict[str, dict[str, Any]] = {}
        self._scratch = folder
        self._warm: tuple[Warm, State] | None = None
        self._count = 0
        samples.governance(self.content)

    # Building

    def clean(self) -> dict[str, bytes]:
        """The files of a clean build of the content as it is; what it left out is in `broken`."""
        (self.content / "record.json").write_text(json.dumps(self.record), encoding="utf-8")
        output, told = self._scratch / "clean", self._scratch / "broken.json"
        told.unlink(missing_ok=True)
        given = {"TOASOAN_BROKEN": str(told), "TOASOAN_TODAY": self.day.isoformat()}
        before = dict(os.environ)
        os.environ.update(given)
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                Pelican(self._settings(output)).run()
        finally:
            os.environ.clear()
            os.environ.update(before)
        self.broken = json.loads(told.read_text()) if told.exists() else {}
        return samples.files(output)

    def build(self, progress: Progress = silent, *, whole: bool = False) -> Built:
        """Let the builder that stays follow, and take over what it tells."""
        present = self._present()
        start = None if whole else self.token
        last = {} if start is None else self.told
        changed = {place: row for place, row in present.items() if last.get(place) != row}
        self._count += 1
        token = f"t{self._count}"
        removed = tuple(last.keys() - present.keys())
        built = self.warm().build(Change(token, start, self.day, changed, removed), progress)
        self.files = built.written if built.whole else self.files | built.written
        for path in built.removed:
            self.files.pop(path, None)
        self.told, self.token = present, token
        return built

    def warm(self) -> Warm:
        """The builder, started where it does not run."""
        if self._warm is None:
            settings = self._settings(self.output)
            generator = NewsroomGenerator(
                dict(settings), settings, str(self.content), str(self.theme), str(self.output)
            )
            generator.env.auto_reload = False
            state = State(self.state)
            places = (self.content, self.output, self.theme)
            self._warm = Warm(generator.env, places, state, ADDRESS), state
        return self._warm[0]

    def stop(self) -> None:
        """End the builder, as a kill does: what it has not saved is lost."""
        if self._warm:
            self._warm[1].close()
        self._warm = None

    def check(self) -> None:
        """The output, and what was told of it, are those of a clean build."""
        wanted, found = self.clean(), samples.files(self.output)
        assert sorted(found) == sorted(wanted)
        assert [path for path in wanted if found[path] != wanted[path]] == []
        assert self.files == {path: sha256(data) for path, data in wanted.items()}

    def _settings(self, output: Path) -> dict[str, Any]:
        given = {"PATH": str(self.content), "OUTPUT_PATH": str(output), "THEME": str(self.theme)}
        settings = read_settings(
            str(samples.ROOT / "publishconf.py"), override={**given, "SITEURL": ADDRESS}
        )
        assert isinstance(settings, dict)
        return settings

    def _present(self) -> dict[str, dict[str, Any]]:
        return {place: self.facts(place, self.content / place) for place in self.places()}

    def facts(self, place: str, folder: Path) -> dict[str, Any]:
        """What is told of one folder."""
        ident = place.rpartition("/")[2]
        editions = self.content / "editions" / ident
        earlier = {path.name: digest(path) for path in sorted(editions.glob("*"))}
        return {"digest": digest(folder), "record": self.record.get(ident), "earlier": earlier}

    def places(self, kind: str = "*") -> list[str]:
        """The folders of the entries."""
        found = (self.content / each for each in KINDS if kind in {"*", each})
        folders = (path for folder in found for path in folder.glob("*/*"))
        return sorted(path.relative_to(self.content).as_posix() for path in folders)

    # Writing

    def write(self, place: str, fields: dict[str, Any], body: str = "Nội dung.\n") -> None:
        """Put an entry's folder, and a new edition into the record."""
        folder = self.content / place
        shutil.rmtree(folder, ignore_errors=True)
        samples.entry(self.content, place, fields, body)
        for photo in fields.get("photos", []):
            samples.picture(folder, photo["file"], (8, 6 + len(photo["alt"]) % 3))
        for file in fields.get("attachments", []):
            (folder / file["file"]).write_bytes(b"%PDF-1.4 " + file["title"].encode())
        self._approve(place, fields)

    def read(self, place: str) -> tuple[dict[str, Any], str]:
        """The fields and the body of an entry."""
        _, head, body = (self.content / place / "index.md").read_text("utf-8").split("---\n", 2)
        return yaml.safe_load(head), body.removeprefix("\n")

    def govern(self, name: str, text: str) -> None:
        """Replace a file of the governance folder."""
        (self.content / "governance" / name).write_text(text, encoding="utf-8")

    def _approve(self, place: str, fields: dict[str, Any]) -> None:
        ident = place.rpartition("/")[2]
        editions = list(self.record.get(ident, {}).get("editions", []))
        self._count += 1
        n, commit = len(editions) + 1, hashlib.sha256(f"{place}{self._count}".encode()).hexdigest()
        at = f"2026-11-{1 + self._count % 24:02}T08:{self._count % 60:02}:00+07:00"
        letters = commit.upper().translate(str.maketrans("ILOU", "0000"))
        row = {
            "n": n, "publication": commit[:40], "tree": commit[10:50], "folder": f"content/{place}",
            "code": f"{letters[:5]}-{letters[5:10]}", "approved_at": at, "published_at": at,
            "role": "principal", "office": "Hiệu trưởng", "urgent": n % 5 == 0, "reviewed": False,
            "corrections": len(fields.get("corrections", [])), "name": "",
        }  # fmt: skip
        self.record[ident] = {"code": row["code"], "editions": [*editions, row]}


def digest(folder: Path) -> str:
    """A hash of everything in a folder."""
    parts = [f"{p.name} {sha256(p.read_bytes())}" for p in sorted(folder.iterdir())]
    return sha256("\n".join(parts).encode())


def sha256(data: bytes) -> str:
    """The hash of some bytes."""
    return hashlib.sha256(data).hexdigest()


class School(Site):
    """A site whose entries change at random, by the seed given."""

    def __init__(self, folder: Path, theme: Path, seed: int) -> None:
        super().__init__(folder, theme)
        self.draw = random.Random(seed)
        self._orders: list[str] = []
        self._mended: dict[str, tuple[dict[str, Any], str]] = {}
        for _ in range(16):
            self.new()

    def step(self) -> str:
        """Change something, and say what."""
        changes: list[Callable[[], None]] = [
            *(self.new, self.new, self.edit, self.edit, self.edit, self.retitle, self.move_day),
            *(self.recategorise, self.withdraw, self.supersede, self.relate, self.order),
            *(self.correct, self.profile, self.template, self.next_day, self.spoil, self.mend),
            *(self.pin, self.remove, self.rename, self.claim),
        ]
        change = self.draw.choice(changes)
        change()
        return change.__name__

    def new(self) -> None:
        """A new entry of any type."""
        kind = self.draw.choice(
            ("posts", "posts", "posts", "notices", "circulars", "menus", "pages")
        )
        day = date(2026, 11, 20) - timedelta(days=self.draw.choice((0, 0, 1, 2, 200, 400, 401)))
        ident = f"{kind[:3]}-{self.draw.randrange(10**6)}"
        fields: dict[str, Any] = {"title": f"Tiêu đề {ident}", "slug": ident, "date": day}
        if kind == "posts":
            fields["category"] = self.draw.choice((*CATEGORIES, "la"))
            names = [f"anh-{n}.jpg" for n in range(self.draw.randrange(3))]
            fields["photos"] = [{"file": name, "alt": name} for name in names]
        if kind == "circulars":
            fields = {"subject": f"V/v {ident}", "slug": ident, "issued_date": day}
            fields |= {
                "code_number": ident[-3:],
                "collection": self.draw.choice(("school", "legal")),
            }
            fields["attachments"] = [{"file": "van-ban.pdf", "title": ident}]
        if kind == "menus":
            monday = day - timedelta(days=day.weekday() - 7 * self.draw.randrange(3))
            fields |= {"week_start": monday, "age_group": self.draw.choice(("nha-tre", "mau-giao"))}
            fields["days"] = [{"weekday": n, "lunch": f"Món {n}"} for n in (1, 2, 5)]
        if kind == "pages":
            del fields["date"]
            fields |= {"section": self.draw.choice(("gioi-thieu", "phu-huynh")), "order": 1}
        self.write(f"{kind}/{day.year}/{ident}", fields)

    def edit(self) -> None:
        """Another body."""
        place = self._any()
        fields, body = self.read(place)
        extra = self.draw.choice(("Thêm.\n", "## Đầu đề\n\nChữ.\n", "[x](/tin-tuc/)\n"))
        self.write(place, fields, f"{body}\n{extra}")

    def retitle(self) -> None:
        """Another title."""
        self._change(self._any(), title=f"Tên mới {self.draw.randrange(100)} & <b>")

    def recategorise(self) -> None:
        """A post goes to another list."""
        self._change(self._any("posts"), category=self.draw.choice((*CATEGORIES, "")))

    def move_day(self) -> None:
        """A post gets another day, maybe of another year, and with it another address."""
        day = date(2026, 11, 20) - timedelta(days=self.draw.randrange(800))
        self._change(self._any("posts"), date=day)

    def pin(self) -> None:
        """A post comes first for a while."""
        until = self.day + timedelta(days=self.draw.randrange(-1, 3))
        self._change(self._any("posts"), pinned_until=until)

    def withdraw(self) -> None:
        """An entry is withdrawn, or comes back."""
        kind = self.draw.choice((*WITHDRAWALS, ""))
        self._change(
            self._any(),
            withdrawal=kind,
            withdrawal_reason="Sai ngày." if kind else "",
            replaced_by=self._any().rpartition("/")[2] if kind == "replaced" else "",
        )

    def supersede(self) -> None:
        """A notice takes the place of another, and has a last day."""
        after = self._any("notices").rpartition("/")[2]
        days = self.draw.randrange(-2, 4)
        self._change(
            self._any("notices"), supersedes=after, expires_on=self.day + timedelta(days=days)
        )

    def relate(self) -> None:
        """Circulars name one another, also in a circle."""
        others = [self._any("circulars").rpartition("/")[2] for _ in range(2)]
        relation = self.draw.choice(("replaces", "amends", "based_on"))
        self._change(self._any("circulars"), **{relation: sorted(set(others))})

    def order(self) -> None:
        """A leader takes an entry down, or lets all come back."""
        if self.draw.random() < 0.3:
            self._orders = []
        else:
            ident = self._any().rpartition("/")[2]
            kind = self.draw.choice(("error", "explained", "personal_data"))
            self._orders.append(
                f'[[takedowns]]\nentry = "{ident}"\nkind = "{kind}"\nreason = "Theo yêu cầu"\n'
                'by = "hieutruong"\nsince = 2026-11-24T10:00:00+07:00\n'
            )
        self.govern("orders.toml", "".join(self._orders))

    def correct(self) -> None:
        """A correction: the edition before it stays readable."""
        place = self._any()
        fields, body = self.read(place)
        ident = place.rpartition("/")[2]
        number = len(self.record[ident]["editions"])
        shutil.copytree(self.content / place, self.content / "editions" / ident / str(number))
        rows = [*fields.get("corrections", []), {"reason": f"Sai chỗ {number}."}]
        self.write(place, fields | {"corrections": rows}, f"Đã sửa. {body}")

    def profile(self) -> None:
        """The school's own facts."""
        name = self.draw.choice(("Hồng", "Mai"))
        text = samples.SCHOOL.replace("Hồng", name)
        if self.draw.random() < 0.5:
            text = text.replace("Tin nhà trường", "Chuyện trường")
        self.govern("school.toml", text)

    def template(self) -> None:
        """A template, a style sheet or a picture of the theme."""
        name, sign = self.draw.choice(
            (
                ("templates/post.html", "{# một #}\n<i></i>"),
                ("templates/components/card.html", "{# hai #}"),
                ("css/90-print.css", "/* ba */"),
                ("static/favicon.svg", "<!-- bốn -->"),
            )
        )
        path = self.theme / name
        path.write_text(path.read_text("utf-8") + sign * self.draw.randrange(1, 3), "utf-8")

    def next_day(self) -> None:
        """Time goes on."""
        self.day += timedelta(days=self.draw.choice((1, 1, 6)))

    def spoil(self) -> None:
        """An entry that nobody can build."""
        place = self._any()
        self._mended[place] = self.read(place)
        index = self.content / place / "index.md"
        index.write_text(self.draw.choice(("không có gì", "---\ntitle: [\n---\n")), "utf-8")

    def mend(self) -> None:
        """And one that can be built again."""
        for place, (fields, body) in self._mended.items():
            if (self.content / place).exists():
                self.write(place, fields, body)
        self._mended = {}

    def remove(self) -> None:
        """An entry's folder goes, with everything that was known of it."""
        place = self._any()
        ident = place.rpartition("/")[2]
        shutil.rmtree(self.content / place)
        shutil.rmtree(self.content / "editions" / ident, ignore_errors=True)
        del self.record[ident]

    def rename(self) -> None:
        """Another address; the former one leads on."""
        place = self._any("posts")
        fields, _ = self.read(place)
        below = f"{fields['date'].year}/{fields['slug']}"
        slug = f"ten-{self.draw.randrange(1000)}"
        self._change(place, slug=slug, formerly=sorted({*fields.get("formerly", []), below}))

    def claim(self) -> None:
        """Two entries want one address."""
        self._change(self._any("posts"), slug="trung", date=date(2026, 11, 3))

    def _any(self, kind: str = "*") -> str:
        whole = [place for place in self.places(kind) if place not in self._mended]
        if not whole:
            self.new()
            return self._any(kind)
        return self.draw.choice(whole)

    def _change(self, place: str, **fields: Any) -> None:
        known, body = self.read(place)
        if place.startswith("circulars") and "title" in fields:
            fields["subject"] = fields.pop("title")
        self.write(place, known | fields, body)


def killed_after(files: int) -> Progress:
    """A kill in the midst of writing: so many files are made when it comes."""

    def progress(step: str, done: int, _of: int) -> None:
        if step == "render" and done >= files:
            raise Killed

    return progress


class Killed(BaseException):
    """Stands for the signal that nobody can catch."""
