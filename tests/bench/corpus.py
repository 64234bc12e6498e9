"""A school's archive of any size, the same for the same seed: what the benchmarks publish.

The sentences are those of the starter content, put together anew; the pictures are drawn. It knows
no program that builds a site.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageDraw, ImageFilter

from workflow import front_matter
from workflow.repository import CONTENT, INDEX

STARTER: Final = Path(__file__).resolve().parents[2] / CONTENT
SEED: Final = 20261124
NEWEST: Final = date(2026, 11, 20)
YEARS: Final = 20
WORDS: Final = 400
"""What an article holds, roughly."""
PICTURES: Final = 48
"""Different pictures in a whole archive: equal bytes are stored once and made smaller once."""
PHOTOS: Final = 3
_SIZE: Final = (1600, 1067)
_GRAIN: Final = 256
KINDS: Final = ("posts",) * 12 + ("notices",) * 4 + ("circulars",) * 3 + ("menus",)
_CATEGORIES: Final = ("tin-nha-truong", "hoat-dong-cua-be", "chuyen-mon", "goc-cua-be")
_TITLES: Final = {
    "posts": ("Các bé", "Một buổi sáng", "Ngày hội", "Lớp 5 tuổi A", "Chuyện ở góc", "Hội thi"),
    "notices": ("Lịch nghỉ", "Khám sức khỏe", "Họp phụ huynh", "Thu học phí", "Đón trẻ"),
    "circulars": ("Kế hoạch năm học", "Hướng dẫn công tác", "Về việc tăng cường", "Quy chế"),
    "menus": ("Thực đơn tuần",),
}
_THINGS: Final = ("trồng rau", "đọc sách", "an toàn", "Trung thu", "phòng bệnh", "vẽ tranh", "múa")


@dataclass(frozen=True)
class Written:
    """One entry of the archive, before it is a folder."""

    number: int
    kind: str
    day: date
    fields: dict[str, Any]
    body: str
    pictures: tuple[int, ...] = ()

    @property
    def id(self) -> str:
        """The name of its folder."""
        return f"{self.day:%Y%m%d}-{self.number:05d}"

    @property
    def folder(self) -> str:
        """Its folder below the content folder."""
        return f"{self.kind}/{self.day:%Y}/{self.id}"


def write(folder: Path, count: int, seed: int = SEED) -> None:
    """Write the starter's governance and pages, and ``count`` further entries, into a folder."""
    shutil.copytree(STARTER / "governance", folder / "governance")
    shutil.copytree(STARTER / "pages", folder / "pages")
    album = folder.parent / f"{folder.name}-pictures"
    album.mkdir()
    for one in entries(count, seed):
        place = folder / one.folder
        place.mkdir(parents=True)
        (place / INDEX).write_bytes(front_matter.serialise(one.fields, one.body))
        for number, picture in enumerate(one.pictures, 1):
            drawn = album / f"{picture}.jpg"
            if not drawn.exists():
                photo(seed + picture).save(drawn, quality=85)
            (place / f"anh-{number}.jpg").hardlink_to(drawn)
    shutil.rmtree(album)


def entries(count: int, seed: int = SEED) -> Iterator[Written]:
    """Yield the entries, oldest first, spread over twenty years."""
    draw = random.Random(seed)
    began = NEWEST - timedelta(days=365 * YEARS)
    former: dict[str, list[str]] = {kind: [] for kind in _TITLES}
    for number in range(count):
        day = began + timedelta(days=(number + 1) * 365 * YEARS // count)
        kind = draw.choice(KINDS)
        one = _MAKERS[kind](number, day, draw, former[kind])
        former[kind].append(one.id)
        yield one


def photo(seed: int) -> Image.Image:
    """Draw a picture that compresses about as a photo does."""
    draw = random.Random(seed)
    grain = Image.frombytes("L", (_GRAIN, _GRAIN), draw.randbytes(_GRAIN**2))
    image = Image.new("RGB", _SIZE)
    for x in range(0, _SIZE[0], _GRAIN):
        for y in range(0, _SIZE[1], _GRAIN):
            image.paste(grain.convert("RGB"), (x, y))
    image = image.filter(ImageFilter.GaussianBlur(2))
    pencil = ImageDraw.Draw(image, "RGBA")
    for _ in range(60):
        x, y, size = draw.randrange(_SIZE[0]), draw.randrange(_SIZE[1]), draw.randrange(30, 400)
        colour = (*(draw.randrange(256) for _ in range(3)), draw.randrange(60, 200))
        pencil.ellipse((x - size, y - size, x + size, y + size), fill=colour)
    return image


def _post(number: int, day: date, draw: random.Random, _former: Sequence[str]) -> Written:
    pictures = tuple(draw.sample(range(PICTURES), PHOTOS)) if draw.random() < 1 / 4 else ()
    fields = _common("posts", number, day, draw) | {
        "summary": draw.choice(_paragraphs())[:150],
        "category": draw.choice(_CATEGORIES),
        "group": draw.choice(("mau-giao", "nha-tre")),
        "author": "Cô giáo lớp 5 tuổi A",
    }
    if pictures:
        fields["photos"] = [
            {"file": f"anh-{n}.jpg", "alt": f"Tranh vẽ số {p}"} for n, p in enumerate(pictures, 1)
        ]
    return Written(number, "posts", day, fields, _body(draw), pictures)


def _notice(number: int, day: date, draw: random.Random, former: Sequence[str]) -> Written:
    fields = _common("notices", number, day, draw) | {
        "summary": draw.choice(_paragraphs())[:150],
        "audience": "Phụ huynh toàn trường",
        "expires_on": day + timedelta(days=draw.randrange(5, 60)),
    }
    if former and draw.random() < 1 / 20:
        fields["supersedes"] = former[-1]
    fields |= {"group": "van-phong", "author": "Văn phòng"}
    return Written(number, "notices", day, fields, _body(draw))


def _circular(number: int, day: date, draw: random.Random, former: Sequence[str]) -> Written:
    code = f"{number}/KH-SGDĐT"
    fields = {
        "subject": _title("circulars", number, draw),
        "slug": f"{number}-kh-sgddt",
        "code_number": str(number),
        "code_notation": code.partition("/")[2],
        "issued_date": day,
        "issuer": draw.choice(("Sở Giáo dục và Đào tạo", "Ủy ban nhân dân phường Nam Định")),
        "type_name": draw.choice(("Kế hoạch", "Công văn", "Hướng dẫn")),
    }
    for relation in ("replaces", "amends", "based_on"):
        if former and draw.random() < 1 / 10:
            fields[relation] = [draw.choice(former[-40:])]
    fields |= {"collection": draw.choice(("superior", "legal"))}
    fields |= {"group": "van-phong", "author": "Văn thư"}
    return Written(number, "circulars", day, fields, draw.choice(_paragraphs()))


def _menu(number: int, day: date, draw: random.Random, _former: Sequence[str]) -> Written:
    monday = day - timedelta(days=day.weekday())
    dishes = ("Cơm; cá sốt thì là; canh rau cải", "Cơm; thịt kho trứng cút; canh bắp cải tôm")
    days = [
        {"weekday": weekday, "lunch": draw.choice(dishes), "energy_kcal": draw.randrange(600, 720)}
        for weekday in range(1, 6)
    ]
    fields = _common("menus", number, day, draw)
    fields |= {"week_start": monday, "age_group": draw.choice(("mau-giao", "nha-tre"))}
    fields |= {"days": days, "group": "nuoi-duong", "author": "Tổ nuôi dưỡng"}
    return Written(number, "menus", day, fields, "")


_MAKERS: Final = {"posts": _post, "notices": _notice, "circulars": _circular, "menus": _menu}


def _common(kind: str, number: int, day: date, draw: random.Random) -> dict[str, Any]:
    return {"title": _title(kind, number, draw), "slug": f"bai-{number}", "date": day}


def _title(kind: str, number: int, draw: random.Random) -> str:
    return f"{draw.choice(_TITLES[kind])} {draw.choice(_THINGS)} ({number})"


def _body(draw: random.Random) -> str:
    parts: list[str] = []
    while sum(len(part.split()) for part in parts) < WORDS:
        parts.append(draw.choice(_paragraphs()))
    parts.insert(2, f"## {draw.choice(_THINGS).capitalize()}")
    parts.insert(4, "\n".join(f"- **{thing}**: mỗi lớp một góc" for thing in _THINGS[:4]))
    return "\n\n".join(parts)


@cache
def _paragraphs() -> tuple[str, ...]:
    """Return the plain paragraphs of the starter's posts."""
    found: list[str] = []
    for path in sorted((STARTER / "posts").rglob(INDEX)):
        _, body = front_matter.parse(path.read_bytes())
        found += [part for part in body.split("\n\n") if part[:1].isalpha() and "](" not in part]
    return tuple(" ".join(part.split()) for part in found)
