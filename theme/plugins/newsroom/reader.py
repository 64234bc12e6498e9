"""From an entry's folder to an entry.

Knows the form of index.md and how addresses are made; an author's text can choose neither a path
nor a template (F7), since every address is computed here from the type.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from .bodies import render_body
from .composition import Body, compose
from .entries import AGE_GROUPS, Circular, Entry, Menu, MenuDay, Notice, Page, Post
from .errors import BrokenEntry, LeftOut
from .fields import SHAPES, STANDING, read_fields
from .media import Attachment, Media, Picture

SECTIONS = {
    "posts": "tin-tuc",
    "notices": "thong-bao",
    "circulars": "van-ban",
    "menus": "thuc-don",
}
# First parts of addresses that the site itself uses.
TAKEN = {*SECTIONS.values(), "theme", "so-do-trang", "xac-minh"}
FENCED = re.compile(r"---\n(.*?\n)?---(?:\n+|\Z)(.*)", re.DOTALL)
ENTRY_ID = re.compile(r"[a-z0-9-]+")
# The same language, read by libyaml where it is there.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
UNTITLED = "(Chưa có tiêu đề)"


@dataclass(frozen=True)
class Source:
    """One entry as it lies on disk: its fields are checked, its body is still Markdown."""

    id: str
    type: str
    year: str
    where: str
    folder: Path
    fields: Mapping[str, Any]
    text: str
    media: Media


def read_entries(content: Path, left_out: LeftOut | None = None) -> Iterator[Entry]:
    """All entries of a content folder, in the order of their folders.

    Raises BrokenEntry for the first that is not as the contract says and may not be left out.
    """
    left_out = left_out or LeftOut()
    for kind in SHAPES:
        for folder in sorted((content / kind).glob("*/*")):
            with left_out.unless_whole(folder.name):
                yield read_entry(folder, kind)


def read_entry(folder: Path, kind: str, key: str = "") -> Entry:
    """The entry in `folder`; `key` stands for the folder. Raises BrokenEntry."""
    source = read_source(folder, kind)
    return _entry(source, address(source), key)


def read_earlier(folder: Path, present: Entry, url: str, key: str = "") -> tuple[Entry, bool]:
    """An earlier edition of an entry, for the address given, and whether all its files are there.

    Files that were erased by order are left out. Raises BrokenEntry.
    """
    source = read_source(folder, present.type)
    fields = dict(source.fields)
    is_whole = True
    for name in ("photos", "attachments"):
        items = fields.get(name, ())
        fields[name] = tuple(item for item in items if item.get("file") in source.media)
        is_whole = is_whole and len(fields[name]) == len(items)
    source = replace(source, id=present.id, fields=fields)
    return _entry(source, url, key), is_whole


def _entry(source: Source, url: str, key: str) -> Entry:
    kind = source.type
    try:
        body = compose(render_body(source.text), source.media, url, clauses=kind == "circulars")
        return MAKERS[kind](source, url, body, key)
    except ValueError as error:
        if isinstance(error, BrokenEntry):
            raise
        raise BrokenEntry(source.where, str(error)) from error


def read_source(folder: Path, kind: str) -> Source:
    """The checked fields and the body text of index.md. Raises BrokenEntry."""
    index = folder / "index.md"
    where = "/".join(index.parts[-4:])
    if folder.is_symlink() or index.is_symlink() or not index.is_file():
        raise BrokenEntry(where, "không có tệp index.md")
    if not ENTRY_ID.fullmatch(folder.name):
        raise BrokenEntry(where, "tên thư mục không hợp lệ")
    try:
        head, text = split(index.read_text(encoding="utf-8"))
        fields = read_fields(head, SHAPES[kind])
    except (ValueError, yaml.YAMLError) as error:
        raise BrokenEntry(where, str(error)) from error
    media = Media(folder, where)
    return Source(folder.name, kind, folder.parent.name, where, folder, fields, text, media)


def split(document: str) -> tuple[dict[Any, Any], str]:
    """The fields between the fences and the text after them. Raises ValueError."""
    fenced = FENCED.fullmatch(document)
    if fenced is None:
        raise ValueError("thiếu phần đầu giữa hai dòng ---")
    head = yaml.load(fenced.group(1) or "", Loader=LOADER) or {}  # noqa: S506 - a safe one
    if not isinstance(head, dict):
        raise ValueError("phần đầu phải là nhóm khóa – giá trị")
    return head, fenced.group(2)


def address(source: Source) -> str:
    """The entry's place on the site, from its type, year and slug alone. Raises BrokenEntry."""
    slug = source.fields.get("slug", source.id)
    if source.type == "pages":
        return _place(source, slug)
    dated = source.fields.get("issued_date" if source.type == "circulars" else "date")
    year = dated.year if isinstance(dated, date) else source.year
    return _place(source, f"{year}/{slug}")


def former_addresses(source: Source) -> tuple[str, ...]:
    """The entry's former places on the site. Raises BrokenEntry."""
    return tuple(_place(source, below) for below in source.fields.get("formerly", ()))


def _place(source: Source, below: str) -> str:
    if source.type != "pages":
        return f"{SECTIONS[source.type]}/{below}/"
    if below in TAKEN:
        raise BrokenEntry(source.where, f"đường dẫn {below!r} đã dành cho mục khác của trang")
    return f"{below}/"


def _common(source: Source, url: str, body: Body, key: str) -> dict[str, Any]:
    fields = source.fields
    return {
        "id": source.id,
        "url": url,
        "title": fields.get("title") or fields.get("subject") or UNTITLED,
        "date": fields.get("date"),
        "own_summary": fields.get("summary", ""),
        "body": body,
        "group": fields.get("group", ""),
        "author": fields.get("author", ""),
        "place": "/".join(source.folder.parts[-3:]),
        "files": tuple(path.name for path in source.media),
        "pictures": source.media.pictures,
        "key": key,
        "corrections": tuple(row["reason"] for row in fields.get("corrections", ())),
        "former": former_addresses(source),
        **_chosen(source, "withdrawal", "withdrawal_reason", "replaced_by"),
    }


def _photos(source: Source) -> tuple[Picture, ...]:
    return tuple(
        source.media.declared_picture(photo["file"], photo.get("alt", ""), photo.get("caption", ""))
        for photo in source.fields.get("photos", ())
        if "file" in photo
    )


def _attachments(source: Source) -> tuple[Attachment, ...]:
    return tuple(
        source.media.attachment(item["file"], item.get("title") or item["file"])
        for item in source.fields.get("attachments", ())
        if "file" in item
    )


def _illustrated(source: Source, url: str, body: Body, key: str) -> dict[str, Any]:
    photos = _photos(source)
    return {
        **_common(source, url, body, key),
        "photos": photos,
        "attachments": _attachments(source),
        "cover": _cover(source, photos, body),
    }


def _cover(source: Source, photos: tuple[Picture, ...], body: Body) -> Picture | None:
    """The picture of the entry's card: `cover`, else the first photo, else one in the text."""
    wanted = source.fields.get("cover", "")
    if photos:
        return next((photo for photo in photos if photo.file == wanted), photos[0])
    placed = wanted or min(body.placed, default="")
    return source.media.picture(placed, "") if placed else None


def _chosen(source: Source, *names: str) -> dict[str, Any]:
    return {name: source.fields[name] for name in names if name in source.fields}


def _post(source: Source, url: str, body: Body, key: str) -> Post:
    return Post(
        **_illustrated(source, url, body, key), **_chosen(source, "category", "pinned_until")
    )


def _notice(source: Source, url: str, body: Body, key: str) -> Notice:
    own = _chosen(source, "audience", "expires_on", "supersedes", "pinned_until")
    return Notice(**_illustrated(source, url, body, key), **own)


def _circular(source: Source, url: str, body: Body, key: str) -> Circular:
    shared = {"subject", "slug", "group", "author", "code_number", "code_notation", "issued_date"}
    shared |= {"attachments", *STANDING}
    own = _chosen(source, *(SHAPES["circulars"].keys() - shared))
    number, notation = (source.fields.get(f"code_{part}", "") for part in ("number", "notation"))
    common = _common(source, url, body, key) | {"date": source.fields.get("issued_date")}
    code = "/".join(part for part in (number, notation) if part)
    return Circular(**common, **own, code=code, attachments=_attachments(source))


def _menu(source: Source, url: str, body: Body, key: str) -> Menu:
    week_start = source.fields.get("week_start")
    days = tuple(_days(week_start, source.fields.get("days", ()))) if week_start else ()
    named = source.fields.get("age_group", "")
    return Menu(
        **_common(source, url, body, key),
        week_start=week_start,
        age_group=AGE_GROUPS.get(named, named),
        days=days,
    )


def _days(week_start: date, days: tuple[dict[str, Any], ...]) -> Iterator[MenuDay]:
    if week_start.weekday() != 0:
        raise ValueError("week_start: tuần phải bắt đầu từ Thứ Hai")
    for day in sorted(days, key=lambda day: int(day.get("weekday", 0))):
        facts = dict(day)
        weekday = facts.pop("weekday", 0)
        if not 1 <= weekday <= 6:  # noqa: PLR2004 - Monday to Saturday
            raise ValueError("weekday: phải từ 1 (Thứ Hai) đến 6 (Thứ Bảy)")
        yield MenuDay(date=week_start + timedelta(days=weekday - 1), **facts)


def _page(source: Source, url: str, body: Body, key: str) -> Page:
    return Page(**_illustrated(source, url, body, key), **_chosen(source, "section", "order"))


MAKERS = {
    "posts": _post,
    "notices": _notice,
    "circulars": _circular,
    "menus": _menu,
    "pages": _page,
}
