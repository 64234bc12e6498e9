"""Use cases on an entry that is public: correct it, withdraw it, put it back, move it.

Each saves a draft that goes the way of every other: check, approval, publication. Only then does
the public see it. No request and no template is known here.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from workflow import services
from workflow.content_types import (
    REASON_MAX,
    REPLACED,
    WITHDRAWAL_KINDS,
    FieldErrors,
    Fields,
)
from workflow.entries import Change
from workflow.errors import InvalidFields, Message, Refused
from workflow.repository import Repository
from workflow.services import Content
from workflow.signing import Signer
from workflow.text import SLUG, SLUG_MAX, clean_line, hidden_characters


@dataclass(frozen=True)
class Withdrawal:
    """Why an entry leaves its readers; ``replaced_by`` is an entry's id for kind ``replaced``."""

    kind: str
    reason: str
    replaced_by: str = ""


def correct(
    repo: Repository, signer: Signer, entry_id: str, seen: str, reason: str, now: datetime
) -> Change:
    """Begin a correction: its reason will stand on the public page for good (Đính chính).

    A reason that is not yet published is replaced; the published ones stay.

    Raises:
        InvalidFields: no usable reason (under ``reason``).
        Refused: the entry is not public, or it is withdrawn.
        StaleVersion, NotFound: as ``services.save``.
    """
    current = _public(repo, entry_id)
    if current.fields.get("withdrawal"):
        raise Refused([Message("Bài đang thu hồi. Đăng lại trước, rồi mới đính chính.")])
    published = _published_fields(current).get("corrections", [])
    words = _reason(reason)
    return _save(repo, signer, current, seen, {"corrections": [*published, {"reason": words}]}, now)


def withdraw(
    repo: Repository, signer: Signer, entry_id: str, seen: str, given: Withdrawal, now: datetime
) -> Change:
    """Propose to withdraw an entry; for personal data the draft loses text, photos and files.

    Raises:
        InvalidFields: no kind, no reason, or no other entry that replaces it.
        Refused: the entry is not public.
        StaleVersion, NotFound: as ``services.save``.
    """
    current = _public(repo, entry_id)
    errors: FieldErrors = {}
    if given.kind not in WITHDRAWAL_KINDS:
        errors["kind"] = [Message("Chọn lý do thu hồi.")]
    if given.kind == REPLACED and not given.replaced_by:
        errors["replaced_by"] = [Message("Chọn bài thay thế.")]
    try:
        words = _reason(given.reason)
    except InvalidFields as error:
        errors |= error.errors
    if errors:
        raise InvalidFields(errors)
    changed = {
        "withdrawal": given.kind,
        "withdrawal_reason": words,
        "replaced_by": given.replaced_by if given.kind == REPLACED else "",
    }
    return _save(repo, signer, current, seen, changed, now)


def restore(repo: Repository, signer: Signer, entry_id: str, seen: str, now: datetime) -> Change:
    """Propose to put a withdrawn entry back; what personal data took with it must be written anew.

    Raises:
        Refused: the entry is not withdrawn.
        StaleVersion, NotFound: as ``services.save``.
    """
    current = _public(repo, entry_id)
    if not current.fields.get("withdrawal"):
        raise Refused([Message("Bài này không bị thu hồi.")])
    if current.before and not current.before.fields.get("withdrawal"):
        # Never published: the text that the draft dropped is still the public one.
        current = replace(current, edition=current.before)
    nothing = {"withdrawal": "", "withdrawal_reason": "", "replaced_by": ""}
    return _save(repo, signer, current, seen, nothing, now)


def move(
    repo: Repository, signer: Signer, entry_id: str, seen: str, slug: str, now: datetime
) -> Change:
    """Propose another address; the former one will lead to it.

    Raises:
        InvalidFields: no slug, or one that is somebody's (under ``slug``).
        Refused: the entry is not public.
        StaleVersion, NotFound: as ``services.save``.
    """
    current = _public(repo, entry_id)
    if not SLUG.match(slug) or len(slug) > SLUG_MAX:
        reason = Message("Đường dẫn chỉ gồm chữ thường không dấu, số và dấu gạch nối.")
        raise InvalidFields({"slug": [reason]})
    return _save(repo, signer, current, seen, {"slug": slug}, now)


def _public(repo: Repository, entry_id: str) -> Change:
    current = services.open_for_edit(repo, entry_id)
    if current.before is None:
        raise Refused([Message("Bài này chưa đăng: sửa thẳng trong bản nháp.")])
    return current


def _published_fields(current: Change) -> Fields:
    return current.before.fields if current.before else {}


def _save(
    repo: Repository, signer: Signer, current: Change, seen: str, changed: Fields, now: datetime
) -> Change:
    content = Content(current.fields | changed, current.body, current.media)
    return services.revise(repo, signer, current, seen, content, now)


def _reason(text: str) -> str:
    words = clean_line(" ".join(text.split()))
    if not words:
        raise InvalidFields({"reason": [Message("Chưa có lý do. Ghi ngắn gọn vì sao.")]})
    if len(words) > REASON_MAX or hidden_characters(words):
        too_long = Message(
            "Lý do dài {length} ký tự, tối đa {maximum}, không có ký tự ẩn.",
            {"length": len(words), "maximum": REASON_MAX},
        )
        raise InvalidFields({"reason": [too_long]})
    return words
