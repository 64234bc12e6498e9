"""An entry's form between the browser and the workflow: what was typed, what it means, what failed.

Knows the fields from the content type alone. It judges no text: the workflow does, and its
sentences come back beside the fields.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from werkzeug.datastructures import FileStorage, ImmutableMultiDict, MultiDict

from editor.uploads import PendingUploads
from workflow.content_types import (
    BODY,
    ContentType,
    Field,
    FieldErrors,
    Kind,
    free_media_name,
    parse_form,
    validate,
)
from workflow.errors import InvalidFields, MediaRefused, Message
from workflow.media import CleanFile, clean_image, clean_pdf
from workflow.repository import StoredMedia
from workflow.services import Content

WEEKDAYS: Final = {1: "Thứ Hai", 2: "Thứ Ba", 3: "Thứ Tư", 4: "Thứ Năm", 5: "Thứ Sáu", 6: "Thứ Bảy"}
MEALS: Final = {
    "morning": "Bữa sáng phụ",
    "lunch": "Bữa trưa",
    "afternoon": "Bữa chiều",
    "energy_kcal": "Năng lượng (kcal)",
    "allergens": "Chất gây dị ứng",
}
_FILE_KINDS: Final = {Kind.PHOTOS: ("alt", "caption"), Kind.ATTACHMENTS: ("title",)}
_STEMS: Final = {Kind.PHOTOS: "anh", Kind.ATTACHMENTS: "tep"}
_MADE_BY_SERVICES: Final = {"menus": frozenset({"title"})}
"""Fields that nobody types although other types ask for them: a menu is called by its week."""
_ROW: Final = re.compile(r"(?P<name>[a-z_]+)-(?P<index>\d{1,3})-[a-z]+\Z")


@dataclass
class FileRow:
    """One photo or attachment of the form.

    ``file`` names a file of the entry, ``token`` one that waits; a row with neither is empty.
    """

    texts: dict[str, str]
    file: str = ""
    token: str = ""
    shown_name: str = ""
    removed: bool = False
    errors: list[Message] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether the row holds no file."""
        return not (self.file or self.token)

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed or chosen in the row."""
        return self.is_empty and not self.errors and not any(self.texts.values())


@dataclass
class EntryForm:
    """Everything that the page of one entry shows in its form."""

    ctype: ContentType
    values: dict[str, Any]
    body: str = ""
    files: dict[str, list[FileRow]] = field(default_factory=dict)
    media: Mapping[str, StoredMedia] = field(default_factory=dict)
    entry_id: str = ""
    seen: str = ""
    form_token: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    errors: dict[str, list[Message]] = field(default_factory=dict)

    @property
    def fields(self) -> list[Field]:
        """The fields that a person types, in the order of the file."""
        made = _MADE_BY_SERVICES.get(self.ctype.name, frozenset())
        return [s for s in self.ctype.fields if not s.derived and s.name not in made]

    def problems(self) -> list[tuple[str, Field | None, Message]]:
        """Return (id of the place, its field, sentence) of every error, in the form's order."""
        order = [*(spec.name for spec in self.ctype.fields), BODY]
        found = [
            (name, self._spec(name), message)
            for name in sorted(self.errors, key=lambda n: order.index(n) if n in order else 0)
            for message in self.errors[name]
        ]
        found += [
            (f"{name}-{index}", self._spec(name), message)
            for name, rows in self.files.items()
            for index, row in enumerate(rows)
            for message in row.errors
        ]
        return found

    def content(self, uploads: PendingUploads, username: str) -> Content:
        """Return what the workflow is to store.

        Raises:
            InvalidFields: a value cannot be kept as it is, or a file was refused.
        """
        raw = dict(self.values)
        new_media: dict[str, StoredMedia] = {}
        for name, rows in self.files.items():
            self._name_files(rows, new_media, _Waiting(uploads, username, _STEMS[self._kind(name)]))
            raw[name] = [{"file": r.file, **r.texts} for r in rows if r.file and not r.removed]
        try:
            fields = parse_form(self.ctype, raw)
        except InvalidFields as error:
            raise InvalidFields(self._all_errors(raw, error.errors)) from error
        if any(row.errors for rows in self.files.values() for row in rows):
            raise InvalidFields(self._all_errors(raw, {}))
        return Content(fields, self.body, new_media)

    def _all_errors(self, raw: dict[str, Any], known: FieldErrors) -> FieldErrors:
        # The rest is looked at too: nobody should meet the mistakes of one form one by one.
        rest = parse_form(self.ctype, {n: v for n, v in raw.items() if n not in known})
        rest |= dict.fromkeys(_MADE_BY_SERVICES.get(self.ctype.name, ()), "-")
        try:
            validate(self.ctype, rest, self.body, complete=False)
        except InvalidFields as error:
            return {**error.errors, **known}
        return known

    def _name_files(
        self, rows: list[FileRow], new_media: dict[str, StoredMedia], waiting: _Waiting
    ) -> None:
        for row in rows:
            pending = waiting.uploads.find(waiting.username, row.token) if row.token else None
            if pending is None or row.removed:
                continue
            taken = {*self.media, *new_media}
            row.file = free_media_name(taken, pending.extension, stem=waiting.stem)
            new_media[row.file] = pending.stored

    def _spec(self, name: str) -> Field | None:
        return next((spec for spec in self.ctype.fields if spec.name == name), None)

    def _kind(self, name: str) -> Kind:
        return self.ctype.field(name).kind


@dataclass(frozen=True)
class _Waiting:
    uploads: PendingUploads
    username: str
    stem: str


def blank_form(
    ctype: ContentType, groups: list[str], school: Mapping[str, Any], today: date
) -> EntryForm:
    """Return the form of a new entry, with what is nearly always right filled in."""
    next_monday = today + timedelta(days=7 - today.weekday())
    likely: dict[str, Any] = {
        "date": today,
        "group": groups[0] if groups else "",
        "issuer": school.get("name", ""),
        "collection": "school",
        "priority": "normal",
        "week_start": next_monday,
        "age_group": "mau-giao",
    }
    names = {spec.name for spec in ctype.fields}
    values = {name: value for name, value in likely.items() if name in names}
    return EntryForm(ctype, values, files={spec.name: [] for spec in file_fields(ctype)})


def form_of(
    ctype: ContentType, fields: Mapping[str, Any], body: str, media: Mapping[str, StoredMedia]
) -> EntryForm:
    """Return the form of an entry as it is stored."""
    files = {
        spec.name: [
            FileRow({t: item.get(t, "") for t in _FILE_KINDS[spec.kind]}, file=item["file"])
            for item in fields.get(spec.name, [])
        ]
        for spec in file_fields(ctype)
    }
    return EntryForm(ctype, dict(fields), body, files, media)


def sent_form(
    ctype: ContentType,
    form: ImmutableMultiDict[str, str],
    uploaded: Iterable[str],
    media: Mapping[str, StoredMedia],
) -> EntryForm:
    """Return the form as it was sent, its files not looked at yet.

    ``uploaded`` are the names of the fields that brought files, ``media`` the entry's own files.
    """
    names = [*form, *uploaded]
    values: dict[str, Any] = {}
    for spec in ctype.fields:
        if spec.kind is Kind.ENTRIES:
            values[spec.name] = form.getlist(spec.name)
        elif spec.kind is Kind.DAYS:
            values[spec.name] = _sent_days(form)
        elif spec.kind not in _FILE_KINDS and not spec.derived:
            values[spec.name] = form.get(spec.name, "")
    files = {spec.name: _sent_rows(form, names, spec, media) for spec in file_fields(ctype)}
    token = form.get("form_token", "")
    sent = EntryForm(ctype, values, form.get(BODY, ""), files, media)
    sent.seen = form.get("seen", "")
    sent.form_token = token or sent.form_token
    return sent


def take_uploads(
    form: EntryForm,
    sent: MultiDict[str, FileStorage],
    uploads: PendingUploads,
    username: str,
) -> None:
    """Clean and keep each file that was sent; a refused one leaves its sentence at its row."""
    for spec in file_fields(form.ctype):
        taken = 0
        for index, row in enumerate(form.files[spec.name]):
            file = sent.get(f"{spec.name}-{index}-upload")
            if file is None or not file.filename or row.removed:
                continue
            if taken == spec.maximum:
                # Each file costs seconds: a form with a thousand would hold up everybody.
                row.errors = [_too_many(spec)]
                continue
            taken += 1
            try:
                clean = _clean(spec, file.read(), file.filename)
                pending = uploads.keep(username, clean.data, clean.extension, file.filename)
            except MediaRefused as error:
                row.errors = error.messages()
                continue
            row.token, row.file, row.shown_name = pending.token, "", pending.shown_name
        form.files[spec.name] = [row for row in form.files[spec.name] if not row.is_blank]


def file_fields(ctype: ContentType) -> Iterable[Field]:
    """Return the fields of a type that hold files."""
    return [spec for spec in ctype.fields if spec.kind in _FILE_KINDS]


def _too_many(spec: Field) -> Message:
    words = {"label": spec.label, "maximum": spec.maximum}
    return Message("{label}: tối đa {maximum} tệp.", words)


def _clean(spec: Field, data: bytes, filename: str) -> CleanFile:
    cleaner = clean_image if spec.kind is Kind.PHOTOS else clean_pdf
    return cleaner(data, filename)


def _sent_days(form: ImmutableMultiDict[str, str]) -> list[dict[str, Any]]:
    return [
        {"weekday": number, **{meal: form.get(f"days-{number}-{meal}", "") for meal in MEALS}}
        for number in WEEKDAYS
    ]


def _sent_rows(
    form: ImmutableMultiDict[str, str],
    names: list[str],
    spec: Field,
    media: Mapping[str, StoredMedia],
) -> list[FileRow]:
    matches = (_ROW.match(name) for name in names)
    last = max((int(m["index"]) for m in matches if m and m["name"] == spec.name), default=-1)
    return [_sent_row(form, f"{spec.name}-{index}", spec, media) for index in range(last + 1)]


def _sent_row(
    form: ImmutableMultiDict[str, str], prefix: str, spec: Field, media: Mapping[str, StoredMedia]
) -> FileRow:
    file = form.get(f"{prefix}-file", "")
    return FileRow(
        texts={text: form.get(f"{prefix}-{text}", "") for text in _FILE_KINDS[spec.kind]},
        # Only files of this entry: a name made up in the form is no file.
        file=file if file in media else "",
        token=form.get(f"{prefix}-token", ""),
        shown_name=form.get(f"{prefix}-shown", ""),
        removed=f"{prefix}-remove" in form,
    )
