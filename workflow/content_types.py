"""The closed set of fields of each content type, and what may stand in them.

Forms, the serialiser and the checks all read this one table. It knows neither HTML nor git.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from workflow.clock import VIETNAM
from workflow.errors import InvalidFields, Message
from workflow.front_matter import normalise_text
from workflow.text import SLUG, SLUG_MAX, clean_line, fold, hidden_characters, slugify

Fields = dict[str, Any]
FieldErrors = dict[str, list[Message]]

BODY: Final = "body"
BODY_MAX: Final = 200_000
REASON_MAX: Final = 300
PERSONAL_DATA: Final = "personal_data"
REPLACED: Final = "replaced"
ENTRY_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,79}\Z")
MEDIA_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,79}\.(jpg|png|webp|pdf)\Z")
_EARLIEST: Final = date(1945, 9, 2)
"""No document of the state is older than the state."""


class Kind(StrEnum):
    """How a field is typed in and stored."""

    LINE = "line"
    TEXT = "text"
    DATE = "date"
    MOMENT = "moment"
    NUMBER = "number"
    CHOICE = "choice"
    CATEGORY = "category"
    GROUP = "group"
    ENTRY = "entry"
    ENTRIES = "entries"
    PHOTO_NAME = "photo_name"
    PHOTOS = "photos"
    ATTACHMENTS = "attachments"
    DAYS = "days"
    ADDRESSES = "addresses"
    CORRECTIONS = "corrections"


@dataclass(frozen=True)
class Field:
    """One field: its name in the file, its kind, its label in the form.

    ``derived`` fields are set by the services, never typed. ``choices`` maps stored values to
    labels. ``refers_to`` is the content type that an ENTRY or ENTRIES field points to (empty: any).
    """

    name: str
    kind: Kind
    label: str
    required: bool = False
    maximum: int = 200
    help: str = ""
    derived: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)
    refers_to: str = ""


@dataclass(frozen=True)
class ContentType:
    """One kind of entry: its folder under ``content/``, its words and its fields in file order."""

    name: str
    label: str
    plural: str
    new_label: str
    fields: tuple[Field, ...]
    title_field: str = "title"
    date_field: str = "date"
    body_label: str = "Nội dung"
    body_required: bool = True
    more_checks: Callable[[Fields], FieldErrors] | None = None

    def field(self, name: str) -> Field:
        """Return the field of that name.

        Raises:
            KeyError: the type has no such field.
        """
        for candidate in self.fields:
            if candidate.name == name:
                return candidate
        raise KeyError(name)

    def title(self, fields: Fields) -> str:
        """Return what the entry is called in lists."""
        return str(fields.get(self.title_field, ""))


TITLE: Final = Field("title", Kind.LINE, "Tiêu đề", required=True, maximum=160)
SLUG_FIELD: Final = Field("slug", Kind.LINE, "Đường dẫn", required=True, derived=True)
DATE: Final = Field("date", Kind.DATE, "Ngày đăng", required=True)
PUBLISH_AT: Final = Field(
    "publish_at",
    Kind.MOMENT,
    "Hẹn giờ đăng",
    help="Để trống: đăng ngay sau khi phê duyệt. Dạng 25/11/2026 07:00.",
)
SUMMARY: Final = Field(
    "summary",
    Kind.TEXT,
    "Tóm tắt",
    required=True,
    maximum=400,
    help="Một, hai câu. Phụ huynh đọc câu này trước khi mở bài.",
)
GROUP: Final = Field("group", Kind.GROUP, "Tổ, bộ phận", required=True)
AUTHOR: Final = Field("author", Kind.LINE, "Người viết", required=True, derived=True)
PHOTOS: Final = Field("photos", Kind.PHOTOS, "Ảnh minh họa", maximum=30)
ATTACHMENTS: Final = Field("attachments", Kind.ATTACHMENTS, "Tệp đính kèm (PDF)", maximum=10)

PINNED_UNTIL: Final = Field(
    "pinned_until",
    Kind.DATE,
    "Ghim đến hết ngày",
    help="Đến hết ngày này, bài đứng đầu danh sách và trang chủ. Để trống: không ghim.",
)

WITHDRAWAL_KINDS: Final = {
    "error": "Đăng nhầm, có sai sót",
    REPLACED: "Đã có bài khác thay",
    "explained": "Thu hồi và giải thích, vẫn để đọc",
    PERSONAL_DATA: "Có thông tin cá nhân, hình ảnh cần gỡ",
}
STANDING: Final = (
    Field("withdrawal", Kind.CHOICE, "Thu hồi", derived=True, choices=WITHDRAWAL_KINDS),
    Field("withdrawal_reason", Kind.TEXT, "Lý do thu hồi", maximum=300, derived=True),
    Field("replaced_by", Kind.ENTRY, "Bài thay thế", derived=True),
    Field("formerly", Kind.ADDRESSES, "Đường dẫn cũ", maximum=50, derived=True),
    Field("corrections", Kind.CORRECTIONS, "Đính chính", maximum=50, derived=True),
)
"""How an entry stands once it was public: it changes by acts of its own, never in the form."""
LOST_WITH_PERSONAL_DATA: Final = frozenset({"summary", "cover", "photos", "attachments"})
"""What leaves the entry, with its body, when it is withdrawn for personal data."""

PRIORITIES: Final = {
    "normal": "Thường",
    "urgent": "Khẩn",
    "very_urgent": "Thượng khẩn",
    "express": "Hỏa tốc",
}
COLLECTIONS: Final = {
    "school": "Của trường",
    "superior": "Chỉ đạo của cấp trên",
    "legal": "Văn bản pháp luật",
}
SECTIONS: Final = {
    "gioi-thieu": "Giới thiệu",
    "phu-huynh": "Dành cho phụ huynh",
    "cong-khai": "Công khai",
    "thong-tin": "Thông tin trang",
}
AGE_GROUPS: Final = {"mau-giao": "Mẫu giáo", "nha-tre": "Nhà trẻ"}
DOCUMENT_TYPES: Final = {
    name: name
    for name in (
        *("Quyết định", "Kế hoạch", "Thông báo", "Công văn", "Hướng dẫn", "Báo cáo", "Quy chế"),
        *("Quy định", "Nghị quyết", "Chỉ thị", "Thông cáo", "Chương trình", "Phương án", "Đề án"),
        *("Dự án", "Biên bản", "Tờ trình", "Hợp đồng", "Công điện", "Bản ghi nhớ"),
        *("Bản thỏa thuận", "Giấy ủy quyền", "Giấy mời", "Giấy giới thiệu", "Giấy nghỉ phép"),
        *("Phiếu gửi", "Phiếu chuyển", "Phiếu báo", "Thư công"),
        *("Luật", "Nghị định", "Thông tư", "Thông tư liên tịch"),
    )
}
"""The 29 types of NĐ 30/2020/NĐ-CP, Điều 7, and the legal ones that the archive needs."""


def _check_circular(fields: Fields) -> FieldErrors:
    errors: FieldErrors = {}
    number, notation = fields.get("code_number", ""), fields.get("code_notation", "")
    if number and not re.fullmatch(r"\d{1,6}[A-ZĐ]{0,2}", number):
        errors["code_number"] = [Message("Số gồm chữ số, có thể thêm một, hai chữ in hoa: 14B.")]
    if notation and not re.fullmatch(r"(?=\S*[A-ZĐ])[0-9A-Za-zĐđƯơưƠ&.\-/]+", notation):
        errors["code_notation"] = [Message("Ký hiệu không có dấu cách, ví dụ QĐ-MNPH.")]
    if _needs_its_file(fields) and not fields.get("attachments"):
        errors["attachments"] = [Message("Văn bản của trường cần tệp PDF kèm theo.")]
    begins, ends = fields.get("effective_from"), fields.get("expires_on")
    if begins and ends and ends < begins:
        errors["expires_on"] = [Message("Ngày hết hiệu lực phải sau ngày có hiệu lực.")]
    return errors


def _needs_its_file(fields: Fields) -> bool:
    return fields.get("collection") == "school" and fields.get("withdrawal") != PERSONAL_DATA


def _check_post(fields: Fields) -> FieldErrors:
    begins, ends = fields.get("date"), fields.get("pinned_until")
    if begins and ends and ends < begins:
        return {"pinned_until": [Message("Ngày cuối ghim phải sau ngày đăng.")]}
    return {}


def _check_notice(fields: Fields) -> FieldErrors:
    begins, ends = fields.get("date"), fields.get("expires_on")
    if begins and ends and ends < begins:
        return {"expires_on": [Message("Ngày hết hạn phải sau ngày đăng.")]}
    return _check_post(fields)


def _check_menu(fields: Fields) -> FieldErrors:
    monday = fields.get("week_start")
    if monday and monday.weekday() != 0:
        return {"week_start": [Message("Tuần bắt đầu từ thứ Hai. Chọn ngày thứ Hai của tuần đó.")]}
    return {}


CONTENT_TYPES: Final[Mapping[str, ContentType]] = {
    ctype.name: ctype
    for ctype in (
        ContentType(
            "posts",
            "Tin bài",
            "Tin bài",
            "Viết bài mới",
            (
                TITLE,
                SLUG_FIELD,
                DATE,
                PUBLISH_AT,
                PINNED_UNTIL,
                SUMMARY,
                Field("category", Kind.CATEGORY, "Chuyên mục", required=True),
                GROUP,
                AUTHOR,
                Field("cover", Kind.PHOTO_NAME, "Ảnh đại diện", derived=True),
                PHOTOS,
                ATTACHMENTS,
                *STANDING,
            ),
            more_checks=_check_post,
        ),
        ContentType(
            "notices",
            "Thông báo",
            "Thông báo",
            "Soạn thông báo",
            (
                TITLE,
                SLUG_FIELD,
                DATE,
                PUBLISH_AT,
                PINNED_UNTIL,
                SUMMARY,
                Field("audience", Kind.LINE, "Đối tượng", help="Ví dụ: Phụ huynh lớp 5 tuổi"),
                Field("expires_on", Kind.DATE, "Hết hạn ngày"),
                Field("supersedes", Kind.ENTRY, "Thay cho thông báo", refers_to="notices"),
                GROUP,
                AUTHOR,
                PHOTOS,
                ATTACHMENTS,
                *STANDING,
            ),
            more_checks=_check_notice,
        ),
        ContentType(
            "circulars",
            "Văn bản",
            "Văn bản",
            "Nhập văn bản",
            (
                Field("subject", Kind.TEXT, "Trích yếu", required=True, maximum=500),
                SLUG_FIELD,
                Field("code_number", Kind.LINE, "Số", required=True, maximum=11, help="14B"),
                Field(
                    *("code_notation", Kind.LINE, "Ký hiệu"),
                    required=True,
                    maximum=30,
                    help="QĐ-MNPH",
                ),
                Field("issued_date", Kind.DATE, "Ngày ban hành", required=True),
                Field("issuer", Kind.LINE, "Cơ quan ban hành", required=True),
                Field(
                    *("type_name", Kind.CHOICE, "Loại văn bản"),
                    required=True,
                    choices=DOCUMENT_TYPES,
                ),
                Field("field", Kind.LINE, "Lĩnh vực", maximum=100),
                Field("signer_position", Kind.LINE, "Chức vụ người ký", maximum=100),
                Field("signer_name", Kind.LINE, "Người ký", maximum=50),
                Field("effective_from", Kind.DATE, "Ngày có hiệu lực"),
                Field("effective_note", Kind.LINE, "Ghi chú hiệu lực"),
                Field("expires_on", Kind.DATE, "Ngày hết hiệu lực"),
                Field("priority", Kind.CHOICE, "Độ khẩn", choices=PRIORITIES),
                Field("recipients", Kind.LINE, "Nơi nhận", maximum=300),
                Field("pages", Kind.NUMBER, "Số trang", maximum=9999),
                Field("replaces", Kind.ENTRIES, "Thay thế", refers_to="circulars"),
                Field("amends", Kind.ENTRIES, "Sửa đổi, bổ sung", refers_to="circulars"),
                Field("based_on", Kind.ENTRIES, "Căn cứ", refers_to="circulars"),
                Field(
                    *("collection", Kind.CHOICE, "Nhóm văn bản"),
                    required=True,
                    choices=COLLECTIONS,
                ),
                Field("note", Kind.LINE, "Ghi chú", maximum=300),
                GROUP,
                AUTHOR,
                ATTACHMENTS,
                *STANDING,
            ),
            title_field="subject",
            date_field="issued_date",
            body_label="Toàn văn",
            body_required=False,
            more_checks=_check_circular,
        ),
        ContentType(
            "menus",
            "Thực đơn",
            "Thực đơn",
            "Soạn thực đơn",
            (
                Field("title", Kind.LINE, "Tiêu đề", required=True, derived=True),
                SLUG_FIELD,
                DATE,
                Field("week_start", Kind.DATE, "Tuần bắt đầu từ thứ Hai", required=True),
                Field("age_group", Kind.CHOICE, "Nhóm tuổi", required=True, choices=AGE_GROUPS),
                Field("days", Kind.DAYS, "Món ăn trong tuần", required=True, maximum=6),
                GROUP,
                AUTHOR,
                *STANDING,
            ),
            body_label="Ghi chú thêm",
            body_required=False,
            more_checks=_check_menu,
        ),
        ContentType(
            "pages",
            "Trang",
            "Trang",
            "Soạn trang",
            (
                TITLE,
                SLUG_FIELD,
                SUMMARY,
                Field("section", Kind.CHOICE, "Mục", choices=SECTIONS),
                Field("order", Kind.NUMBER, "Thứ tự trong mục", maximum=999),
                GROUP,
                AUTHOR,
                PHOTOS,
                ATTACHMENTS,
                *STANDING,
            ),
            date_field="",
        ),
    )
}

_REQUIRED_TEXT: Final = Message("Chưa có {label}. Ô này cần điền trước khi gửi.")
_NAMELESS_TEXT: Final = Message("Chưa có {label}. Bản nháp cũng cần ô này để tìm lại được.")


def parse_form(ctype: ContentType, raw: Mapping[str, Any]) -> Fields:
    """Return the fields of a form in file order, normalised, absent ones left out.

    Text values of DATE and NUMBER are parsed; unknown names in ``raw`` are ignored, derived ones
    are taken over (the services set them).

    Raises:
        InvalidFields: a value that cannot be kept as its kind.
    """
    fields: Fields = {}
    errors: FieldErrors = {}
    for spec in ctype.fields:
        value = raw.get(spec.name)
        try:
            parsed = _PARSERS[spec.kind](spec, value)
        except _BadValue as error:
            errors[spec.name] = [error.message]
            continue
        if parsed not in (None, "", []):
            fields[spec.name] = parsed
    if errors:
        raise InvalidFields(errors)
    return fields


def validate(ctype: ContentType, fields: Fields, body: str, *, complete: bool) -> None:
    """Check an entry: always for what breaks it, with ``complete`` for what must not be missing.

    A draft may lack everything but its title; what goes to review may lack nothing required (R06).

    Raises:
        InvalidFields: with every sentence, by field; the body's stand under ``body``.
    """
    errors: FieldErrors = _withdrawal_errors(fields)
    for spec in ctype.fields:
        required = _is_required(spec, fields) and (complete or spec.name == ctype.title_field)
        if required and not fields.get(spec.name):
            words = _REQUIRED_TEXT if complete else _NAMELESS_TEXT
            errors[spec.name] = [Message(words.text, {"label": spec.label})]
    is_blank = fields.get("withdrawal") == PERSONAL_DATA
    errors.update(_body_errors(ctype, body, complete=complete and not is_blank))
    if complete:
        errors.update(_photo_errors(fields))
    if complete and ctype.more_checks:
        for name, messages in ctype.more_checks(fields).items():
            errors.setdefault(name, messages)
    if errors:
        raise InvalidFields(errors)


def _is_required(spec: Field, fields: Fields) -> bool:
    gone = fields.get("withdrawal") == PERSONAL_DATA and spec.name in LOST_WITH_PERSONAL_DATA
    return spec.required and not gone


def _withdrawal_errors(fields: Fields) -> FieldErrors:
    """A withdrawal says why, and a replaced entry by what."""
    errors: FieldErrors = {}
    kind = fields.get("withdrawal")
    if kind and not fields.get("withdrawal_reason"):
        errors["withdrawal_reason"] = [Message("Chưa có lý do. Ghi ngắn gọn vì sao.")]
    if kind == REPLACED and not fields.get("replaced_by"):
        errors["replaced_by"] = [Message("Chọn bài thay thế.")]
    return errors


def slug_for(ctype: ContentType, fields: Fields, entry_id: str) -> str:
    """Return the slug that a new entry gets: from its number, its week or its title."""
    if ctype.name == "circulars":
        code = circular_code(fields)
        return slugify(code) or entry_id
    return slugify(ctype.title(fields)) or entry_id


def circular_code(fields: Fields) -> str:
    """Return the printed number of a circular: ``14B/QĐ-MNPH``."""
    return "/".join(
        part for part in (fields.get("code_number"), fields.get("code_notation")) if part
    )


def circular_key(fields: Fields) -> tuple[str, str, int]:
    """Return what makes a circular unique: folded number and symbol, issuer, year (NĐ 30).

    ``SGDDT`` and ``SGDĐT`` are the same symbol.
    """
    issued = fields.get("issued_date")
    year = issued.year if isinstance(issued, date) else 0
    return fold(circular_code(fields)), fold(str(fields.get("issuer", ""))), year


def media_names(fields: Fields) -> list[str]:
    """Return the file names that an entry's photos and attachments name."""
    items = [*fields.get("photos", []), *fields.get("attachments", [])]
    return [str(item["file"]) for item in items]


def free_media_name(taken: Iterable[str], extension: str, stem: str = "anh") -> str:
    """Return the next free file name: ``anh-3.jpg``."""
    names = {name.rpartition(".")[0] for name in taken}
    number = 1
    while f"{stem}-{number}" in names:
        number += 1
    return f"{stem}-{number}.{extension}"


def menu_title(week_start: date, age_group: str) -> str:
    """Return a weekly menu's title: week number of the ISO year and the five school days."""
    friday = week_start + timedelta(days=4)
    week = week_start.isocalendar().week
    return (
        f"Thực đơn tuần {week} ({week_start:%d/%m} – {friday:%d/%m/%Y}) – "
        f"{AGE_GROUPS.get(age_group, age_group)}"
    )


class _BadValue(Exception):
    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def _parse_line(spec: Field, value: Any) -> str:
    text = clean_line(str(value or ""))
    if hidden_characters(text):
        raise _BadValue(
            Message(
                "{label} chỉ có một dòng, không xuống dòng hay ký tự ẩn.", {"label": spec.label}
            )
        )
    return _within(spec, text)


def _parse_text(spec: Field, value: Any) -> str:
    lines = str(value or "").replace("\r\n", "\n").split("\n")
    text = clean_line(" ".join(line.strip() for line in lines if line.strip()))
    if hidden_characters(text):
        raise _BadValue(Message("{label} có ký tự ẩn. Gõ lại ô này.", {"label": spec.label}))
    return _within(spec, text)


def _within(spec: Field, text: str) -> str:
    if len(text) > spec.maximum:
        raise _BadValue(
            Message(
                "{label} dài {length} ký tự, tối đa {maximum}. Rút ngắn lại.",
                {"label": spec.label, "length": len(text), "maximum": spec.maximum},
            )
        )
    if spec.name == "slug" and text and not (SLUG.match(text) and len(text) <= SLUG_MAX):
        raise _BadValue(Message("Đường dẫn chỉ gồm chữ thường không dấu, số và dấu gạch nối."))
    return text


def _parse_date(spec: Field, value: Any) -> date | None:
    if value is None or isinstance(value, date):
        return value
    text = str(value).strip()
    if not text:
        return None
    parsed = read_date(text)
    if parsed is None or parsed < _EARLIEST or parsed.year > _EARLIEST.year + 200:
        raise _BadValue(
            Message(
                "{label} không phải là một ngày có thật. Nhập theo dạng 13/03/2026.",
                {"label": spec.label},
            )
        )
    return parsed


def read_date(text: str) -> date | None:
    """Return the day that somebody typed: 13/03/2026 or 2026-03-13; None where it is none."""
    iso = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text)
    vietnamese = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", text)
    if iso:
        year, month, day = iso.groups()
    elif vietnamese:
        day, month, year = vietnamese.groups()
    else:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _parse_moment(spec: Field, value: Any) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value
    text = str(value).strip()
    if not text:
        return None
    day, _, clock = text.replace("T", " ").partition(" ")
    parsed = read_date(day)
    time = re.fullmatch(r"([01]?\d|2[0-3])[:hg]([0-5]\d)", clock.strip())
    if parsed is None or time is None:
        raise _BadValue(
            Message("{label}: nhập ngày và giờ theo dạng 25/11/2026 07:00.", {"label": spec.label})
        )
    hour, minute = int(time[1]), int(time[2])
    return datetime(parsed.year, parsed.month, parsed.day, hour, minute, tzinfo=VIETNAM)


def _parse_number(spec: Field, value: Any) -> int | None:
    text = str("" if value is None else value).strip()
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,6}", text) or int(text) > spec.maximum:
        raise _BadValue(
            Message(
                "{label} là một số từ 0 đến {maximum}.",
                {"label": spec.label, "maximum": spec.maximum},
            )
        )
    return int(text)


def _parse_choice(spec: Field, value: Any) -> str:
    text = str(value or "").strip()
    if text and text not in spec.choices:
        raise _BadValue(Message("{label}: chọn một mục trong danh sách.", {"label": spec.label}))
    return text


def _parse_key(spec: Field, value: Any) -> str:
    text = str(value or "").strip()
    if text and not ENTRY_ID.match(text):
        raise _BadValue(Message("{label}: chọn một mục trong danh sách.", {"label": spec.label}))
    return text


def _parse_keys(spec: Field, value: Any) -> list[str]:
    keys = [_parse_key(spec, item) for item in value or []]
    return list(dict.fromkeys(key for key in keys if key))


def _parse_media_name(spec: Field, value: Any) -> str:
    text = str(value or "")
    if text and not MEDIA_NAME.match(text):
        raise _BadValue(Message("{label}: tên tệp không hợp lệ.", {"label": spec.label}))
    return text


def _parse_photos(spec: Field, value: Any) -> list[dict[str, str]]:
    return _parse_files(spec, value, (("alt", 300), ("caption", 300)))


def _parse_attachments(spec: Field, value: Any) -> list[dict[str, str]]:
    return _parse_files(spec, value, (("title", 200),))


def _parse_files(
    spec: Field,
    value: Any,
    texts: tuple[tuple[str, int], ...],
) -> list[dict[str, str]]:
    items = []
    for raw in value or []:
        item = {"file": _parse_media_name(spec, raw.get("file"))}
        for name, maximum in texts:
            text = _parse_line(Field(name, Kind.LINE, spec.label, maximum=maximum), raw.get(name))
            if text:
                item[name] = text
        items.append(item)
    if len(items) > spec.maximum:
        raise _BadValue(
            Message(
                "{label}: tối đa {maximum} tệp.", {"label": spec.label, "maximum": spec.maximum}
            )
        )
    return items


def _parse_addresses(spec: Field, value: Any) -> list[str]:
    return [_parse_line(spec, item) for item in value or []]


def _parse_corrections(spec: Field, value: Any) -> list[dict[str, str]]:
    reason = Field("reason", Kind.TEXT, spec.label, maximum=REASON_MAX)
    return [{"reason": _parse_text(reason, row.get("reason"))} for row in value or []]


_MEALS: Final = {
    "morning": Field("morning", Kind.LINE, "Bữa sáng"),
    "lunch": Field("lunch", Kind.LINE, "Bữa trưa"),
    "afternoon": Field("afternoon", Kind.LINE, "Bữa chiều"),
}
_ENERGY: Final = Field("energy_kcal", Kind.NUMBER, "Năng lượng (kcal)", maximum=5000)
_ALLERGENS: Final = Field("allergens", Kind.LINE, "Chất gây dị ứng")


def _parse_days(spec: Field, value: Any) -> list[dict[str, Any]]:
    days: list[dict[str, Any]] = []
    for raw in value or []:
        weekday = _parse_number(Field("weekday", Kind.NUMBER, "Thứ", maximum=6), raw["weekday"])
        day: dict[str, Any] = {"weekday": weekday}
        for name, meal in _MEALS.items():
            day[name] = _parse_line(meal, raw.get(name))
        day["energy_kcal"] = _parse_number(_ENERGY, raw.get("energy_kcal"))
        day["allergens"] = _parse_line(_ALLERGENS, raw.get("allergens"))
        kept = {name: item for name, item in day.items() if item not in (None, "")}
        if len(kept) > 1:
            days.append(kept)
    if len(days) > spec.maximum:
        raise _BadValue(Message("{label}: chọn một mục trong danh sách.", {"label": spec.label}))
    return days


_PARSERS: Final[Mapping[Kind, Callable[[Field, Any], Any]]] = {
    Kind.LINE: _parse_line,
    Kind.TEXT: _parse_text,
    Kind.DATE: _parse_date,
    Kind.MOMENT: _parse_moment,
    Kind.NUMBER: _parse_number,
    Kind.CHOICE: _parse_choice,
    Kind.CATEGORY: _parse_key,
    Kind.GROUP: _parse_key,
    Kind.ENTRY: _parse_key,
    Kind.ENTRIES: _parse_keys,
    Kind.PHOTO_NAME: _parse_media_name,
    Kind.PHOTOS: _parse_photos,
    Kind.ATTACHMENTS: _parse_attachments,
    Kind.DAYS: _parse_days,
    Kind.ADDRESSES: _parse_addresses,
    Kind.CORRECTIONS: _parse_corrections,
}


def _body_errors(ctype: ContentType, body: str, *, complete: bool) -> FieldErrors:
    text = normalise_text(body)
    if hidden_characters(text, lines=True):
        return {BODY: [Message("Nội dung có ký tự ẩn hoặc ký tự điều khiển. Dán lại dạng chữ.")]}
    if len(text) > BODY_MAX:
        return {
            BODY: [
                Message(
                    "Nội dung dài {length} ký tự, tối đa {maximum}. Chia thành nhiều bài.",
                    {"length": len(text), "maximum": BODY_MAX},
                )
            ]
        }
    if complete and ctype.body_required and not text:
        return {BODY: [Message(_REQUIRED_TEXT.text, {"label": ctype.body_label})]}
    return {}


def _photo_errors(fields: Fields) -> FieldErrors:
    if all(photo.get("alt") for photo in fields.get("photos", [])):
        return {}
    return {
        "photos": [Message("Mỗi ảnh cần một câu mô tả: người không nhìn thấy ảnh sẽ nghe câu này.")]
    }
