"""The public addresses of an entry: the present one and those that it has left behind.

An address is ``2026/slug``, for pages ``slug``: with the type it makes a place on the site. Knows
neither git nor pages; the theme computes the same places from the same fields.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from workflow.content_types import ContentType, Fields

SECTIONS: Final = {
    "posts": "tin-tuc",
    "notices": "thong-bao",
    "circulars": "van-ban",
    "menus": "thuc-don",
}
RESERVED: Final = frozenset({*SECTIONS.values(), "theme", "so-do-trang", "xac-minh"})
"""First parts of addresses that the site itself uses: no page may bear one."""
ADDRESS: Final = re.compile(r"([0-9]{4}/)?[a-z0-9]+(-[a-z0-9]+)*\Z")


def address_of(ctype: ContentType, fields: Fields, folder: str) -> str:
    """Return the present address; a draft without a date has the year of its folder."""
    _, _, year, entry_id = folder.split("/")
    slug = str(fields.get("slug", entry_id))
    if not ctype.date_field:
        return slug
    day = fields.get(ctype.date_field)
    return f"{day.year if isinstance(day, date) else year}/{slug}"


def left_behind(ctype: ContentType, before: Fields, now: Fields, folder: str) -> list[str]:
    """Return the former addresses of an entry that was public as ``before`` and becomes ``now``.

    Every address that was ever public stays on the list, but for the one that the entry has again.
    """
    known = [*before.get("formerly", []), address_of(ctype, before, folder)]
    present = address_of(ctype, now, folder)
    return [address for address in dict.fromkeys(known) if address != present]


def claims(ctype: ContentType, fields: Fields, folder: str) -> set[str]:
    """Return every address that belongs to the entry, and to no other of its type."""
    former: Sequence[str] = fields.get("formerly", [])
    return {address_of(ctype, fields, folder), *former}


def public_path(ctype: ContentType, fields: Fields, folder: str) -> str:
    """Return the path of the entry's page on the public site: ``/tin-tuc/2026/khai-giang/``."""
    section = SECTIONS.get(ctype.name, "")
    return "/".join(["", *([section] if section else []), address_of(ctype, fields, folder), ""])
