"""The entries of a site, one class per type.

Knows what a page needs to say of an entry; every optional fact has a kind stand-in, so that a
half-written draft can be previewed.
"""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from .composition import Body
from .dates import midnight
from .derivatives import SHARE_FILE
from .media import Attachment, Original, Picture

COLLECTIONS = {
    "school": ("cua-truong", "Văn bản của trường"),
    "superior": ("cap-tren", "Chỉ đạo của cấp trên"),
    "legal": ("phap-luat", "Văn bản pháp luật"),
}
PAGE_SECTIONS = {
    "gioi-thieu": "Giới thiệu",
    "phu-huynh": "Dành cho phụ huynh",
    "cong-khai": "Công khai",
    "thong-tin": "Thông tin",
}

EXPLAINED = "explained"
PERSONAL_DATA = "personal_data"
REPLACED = "replaced"

AGE_GROUPS = {"nha-tre": "Nhà trẻ", "mau-giao": "Mẫu giáo"}


@dataclass(frozen=True)
class Mention:
    """What the page of one entry tells of another."""

    url: str
    title: str
    name: str
    date: dt.date | None


@dataclass(frozen=True, kw_only=True, eq=False)
class Entry:
    """What all types share; plain data, of which two are the same only if they are one.

    `url` is relative to the site's root and ends with a slash. `place` is its folder below the
    content, `files` are those beside its page, and of the `pictures` among them more is made.
    `key` stands for everything in the entry, where whoever builds knows a digest of its folder.
    """

    id: str
    url: str
    title: str
    date: dt.date | None
    own_summary: str
    body: Body
    group: str
    author: str
    place: str
    files: tuple[str, ...] = ()
    pictures: tuple[Original, ...] = ()
    key: str = ""
    corrections: tuple[str, ...] = ()
    withdrawal: str = ""
    withdrawal_reason: str = ""
    replaced_by: str = ""
    former: tuple[str, ...] = ()

    type: ClassVar[str]
    template: ClassVar[str]

    @cached_property
    def beside(self) -> tuple[tuple[str, str, str], ...]:
        """The files beside its page: name; where made of a picture, its hash and the name there."""
        made = (
            (name, original.sha256, stored)
            for original in self.pictures
            for name, stored in original.derived.items()
            if stored != SHARE_FILE or original.file == self.shared
        )
        return (*((name, "", name) for name in self.files), *made)

    @property
    def shared(self) -> str:
        """The picture that other services show beside a link to its page; empty for none."""
        return ""

    @property
    def is_off(self) -> bool:
        """Whether the entry was withdrawn so that nobody reads it any more."""
        return self.withdrawal not in {"", EXPLAINED}

    @property
    def is_withdrawn(self) -> bool:
        """Whether the entry was withdrawn with an explanation: it stays to be read."""
        return self.withdrawal == EXPLAINED

    @property
    def dated(self) -> dt.date:
        """The date to sort by; a draft without one comes first."""
        return self.date or dt.date.max

    @property
    def summary(self) -> str:
        """The summary, else the opening of the body."""
        return self.own_summary or self.body.opening

    @property
    def published(self) -> str:
        """The beginning of its day, as machines are told; empty for an undated draft."""
        return midnight(self.date) if self.date else ""

    @property
    def heading(self) -> str:
        """The title as feeds and search engines show it."""
        return f"Đã thu hồi: {self.called}" if self.is_withdrawn else self.called

    @property
    def called(self) -> str:
        """What the entry is called where nothing stands beside it."""
        return self.title

    @property
    def name(self) -> str:
        """What the entry is called in one breath."""
        return self.title

    @property
    def mention(self) -> Mention:
        """What other pages tell of it."""
        return Mention(self.url, self.title, self.name, self.date)


@dataclass(frozen=True, kw_only=True, eq=False)
class Illustrated(Entry):
    """An entry that may bear photos and files."""

    photos: tuple[Picture, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    cover: Picture | None = None

    @property
    def shared(self) -> str:
        """The cover."""
        return self.cover.file if self.cover else ""

    @property
    def unplaced(self) -> tuple[Picture, ...]:
        """The photos that the body does not show itself."""
        return tuple(photo for photo in self.photos if photo.file not in self.body.placed)


@dataclass(frozen=True, kw_only=True, eq=False)
class Post(Illustrated):
    """Tin bài."""

    category: str = ""
    pinned_until: dt.date | None = None

    type = "posts"
    template = "post"

    @property
    def lead(self) -> Picture | None:
        """The cover, where it opens the article: an article whose text places it has none."""
        return self.cover if self.cover in self.unplaced else None

    @property
    def rest(self) -> tuple[Picture, ...]:
        """The photos that follow the text."""
        return tuple(photo for photo in self.unplaced if photo != self.lead)


@dataclass(frozen=True, kw_only=True, eq=False)
class Notice(Illustrated):
    """Thông báo."""

    audience: str = ""
    expires_on: dt.date | None = None
    supersedes: str = ""
    pinned_until: dt.date | None = None

    type = "notices"
    template = "notice"

    def is_expired(self, today: dt.date) -> bool:
        """Whether its last day of validity has passed."""
        return self.expires_on is not None and self.expires_on < today


@dataclass(frozen=True, kw_only=True, eq=False)
class Circular(Entry):
    """Văn bản, with the facts of Nghị định 30/2020/NĐ-CP, Phụ lục VI (R34)."""

    code: str
    issuer: str = ""
    type_name: str = ""
    field: str = ""
    signer_position: str = ""
    signer_name: str = ""
    effective_from: dt.date | None = None
    effective_note: str = ""
    expires_on: dt.date | None = None
    priority: str = "normal"
    recipients: str = ""
    pages: int = 0
    replaces: tuple[str, ...] = ()
    amends: tuple[str, ...] = ()
    based_on: tuple[str, ...] = ()
    collection: str = "school"
    note: str = ""
    attachments: tuple[Attachment, ...] = ()

    type = "circulars"
    template = "circular"

    @property
    def name(self) -> str:
        """Quyết định 14B/QĐ-MNPH."""
        return " ".join(part for part in (self.type_name, self.code) if part) or self.title

    @property
    def called(self) -> str:
        """The name and what it is about."""
        return f"{self.name}: {self.title}" if self.name != self.title else self.title

    @property
    def collection_name(self) -> str:
        """The name of its collection, for example Văn bản của trường."""
        return COLLECTIONS[self.collection][1]


@dataclass(frozen=True, kw_only=True)
class MenuDay:
    """The meals of one day."""

    date: dt.date
    morning: str = ""
    lunch: str = ""
    afternoon: str = ""
    energy_kcal: int = 0
    allergens: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class Menu(Entry):
    """Thực đơn tuần."""

    week_start: dt.date | None = None
    age_group: str = ""
    days: tuple[MenuDay, ...] = ()

    type = "menus"
    template = "menu"

    @property
    def week_end(self) -> dt.date | None:
        """The last day with a meal."""
        return max((day.date for day in self.days), default=None)


@dataclass(frozen=True, kw_only=True, eq=False)
class Page(Illustrated):
    """Trang tĩnh."""

    section: str = ""
    order: int = 0

    type = "pages"
    template = "page"

    @property
    def section_name(self) -> str:
        """Giới thiệu, …; empty for a page outside all sections."""
        return PAGE_SECTIONS.get(self.section, "")
