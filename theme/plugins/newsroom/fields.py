"""The closed set of fields that each type of entry may carry.

Knows the form of a field, not its meaning; an unlisted key is an error, whoever wrote it (F7).
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
FORMER = re.compile(r"([0-9]{4}/)?" + SLUG.pattern)
# Control characters and the bidirectional marks that make a text read otherwise than it is stored.
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
LONGEST_SLUG = 80


def text(value: Any) -> str:
    """A text as written; a number is refused, since YAML reads 010 as 8."""
    if not isinstance(value, str):
        raise ValueError("phải là chữ, đặt trong dấu nháy")
    if UNSEEN.search(value):
        raise ValueError("có ký tự điều khiển")
    return value.strip()


def day(value: Any) -> date:
    """A calendar date."""
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError("phải là ngày, dạng 2026-03-13")
    return value


def moment(value: Any) -> datetime:
    """A day and time with its zone."""
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise ValueError("phải là ngày và giờ, dạng 2026-03-13 07:00:00+07:00")
    return value


def number(value: Any) -> int:
    """A whole number."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("phải là số nguyên")
    return value


def slug(value: Any) -> str:
    """One part of an address."""
    found = text(value)
    if not SLUG.fullmatch(found) or len(found) > LONGEST_SLUG:
        raise ValueError("đường dẫn chỉ gồm chữ thường không dấu, số và dấu gạch nối")
    return found


def former(value: Any) -> str:
    """A former address below the section of the entry's type: a year and a slug, or a slug."""
    found = text(value)
    if not FORMER.fullmatch(found):
        raise ValueError("đường dẫn cũ phải có dạng 2026/ten-bai")
    return found


def file_name(value: Any) -> str:
    """The plain name of a file beside the entry."""
    found = text(value)
    if "/" in found or "\\" in found or found.startswith("."):
        raise ValueError("tên tệp không hợp lệ")
    return found


def one_of(*choices: str) -> Callable[[Any], str]:
    """A reader of one of a few words."""

    def choice(value: Any) -> str:
        if value not in choices:
            raise ValueError(f"phải là một trong: {', '.join(choices)}")
        return str(value)

    return choice


def list_of(read: Callable[[Any], Any]) -> Callable[[Any], tuple[Any, ...]]:
    """A reader of a list whose items are all read by `read`."""

    def items(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise ValueError("phải là danh sách")
        return tuple(read(item) for item in value)

    return items


def record(shape: Mapping[str, Callable[[Any], Any]]) -> Callable[[Any], dict[str, Any]]:
    """A reader of a mapping with no other keys than those of `shape`."""

    def fields(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise ValueError("phải là nhóm khóa – giá trị")
        return read_fields(value, shape)

    return fields


def read_fields(
    given: Mapping[Any, Any], shape: Mapping[str, Callable[[Any], Any]]
) -> dict[str, Any]:
    """The fields of `given`, read by `shape`; an empty field counts as absent.

    Raises ValueError naming the first key that is unknown or has a wrong value.
    """
    read: dict[str, Any] = {}
    for key, value in given.items():
        if key not in shape:
            raise ValueError(f"khóa không được phép: {key!r}")
        if value is None or value == "":
            continue
        try:
            read[key] = shape[key](value)
        except ValueError as error:
            raise ValueError(f"{key}: {error}") from error
    return read


PHOTOS = list_of(record({"file": file_name, "alt": text, "caption": text}))
ATTACHMENTS = list_of(record({"file": file_name, "title": text}))
DAYS = list_of(
    record(
        {
            "weekday": number,
            "morning": text,
            "lunch": text,
            "afternoon": text,
            "energy_kcal": number,
            "allergens": text,
        }
    )
)
STANDING = {
    "withdrawal": one_of("error", "replaced", "explained", "personal_data"),
    "withdrawal_reason": text,
    "replaced_by": text,
    "formerly": list_of(former),
    "corrections": list_of(record({"reason": text})),
}
SIGNED = {"group": text, "author": text}
MEDIA = {"photos": PHOTOS, "attachments": ATTACHMENTS}

SHAPES: dict[str, dict[str, Callable[[Any], Any]]] = {
    "posts": {
        "title": text,
        "slug": slug,
        "date": day,
        "publish_at": moment,
        "pinned_until": day,
        "summary": text,
        "category": text,
        **SIGNED,
        "cover": file_name,
        **MEDIA,
        **STANDING,
    },
    "notices": {
        "title": text,
        "slug": slug,
        "date": day,
        "publish_at": moment,
        "pinned_until": day,
        "summary": text,
        "audience": text,
        "expires_on": day,
        "supersedes": text,
        **SIGNED,
        **MEDIA,
        **STANDING,
    },
    "circulars": {
        "subject": text,
        "slug": slug,
        "code_number": text,
        "code_notation": text,
        "issued_date": day,
        "issuer": text,
        "type_name": text,
        "field": text,
        "signer_position": text,
        "signer_name": text,
        "effective_from": day,
        "effective_note": text,
        "expires_on": day,
        "priority": one_of("normal", "urgent", "very_urgent", "express"),
        "recipients": text,
        "pages": number,
        "replaces": list_of(text),
        "amends": list_of(text),
        "based_on": list_of(text),
        "collection": one_of("school", "superior", "legal"),
        "note": text,
        **SIGNED,
        "attachments": ATTACHMENTS,
        **STANDING,
    },
    "menus": {
        "title": text,
        "slug": slug,
        "date": day,
        "week_start": day,
        "age_group": text,
        "days": DAYS,
        **SIGNED,
        **STANDING,
    },
    "pages": {
        "title": text,
        "slug": slug,
        "summary": text,
        "section": one_of("gioi-thieu", "phu-huynh", "cong-khai", "thong-tin"),
        "order": number,
        **SIGNED,
        **MEDIA,
        **STANDING,
    },
}
