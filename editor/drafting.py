"""From a sent form to a stored draft, and from a draft to its form.

Knows no address and no template; the views decide where to go on.
"""

from __future__ import annotations

from typing import Any

from flask import request

from editor.forms import EntryForm, blank_form, file_fields, form_of, sent_form, take_uploads
from editor.newsroom import current_change, governance, newsroom, now, person, repository, signer
from editor.presentation import listed
from workflow.content_types import ContentType, Kind, validate
from workflow.entries import Change, Edition, groups_for, refusals
from workflow.errors import InvalidFields, Message, Refused
from workflow.front_matter import normalise_text
from workflow.repository import StoredMedia
from workflow.services import Content, create, save
from workflow.shelf import Published
from workflow.states import Action


def new_form(ctype: ContentType) -> EntryForm:
    """Return the empty form of a type for the person who is signed in."""
    groups = groups_for(ctype.name, person(), governance())
    return blank_form(ctype, groups, governance().school, now().date())


def stored_form(change: Change) -> EntryForm:
    """Return the form of an entry as it is stored."""
    form = form_of(change.ctype, change.fields, change.body, change.media)
    form.entry_id, form.seen = change.entry_id, change.head
    return form


def received_form(ctype: ContentType, change: Change | None = None) -> EntryForm:
    """Return the form that this request brought, its files cleaned and kept."""
    form = sent_form(ctype, request.form, request.files, change.media if change else {})
    form.entry_id = change.entry_id if change else ""
    take_uploads(form, request.files, newsroom().uploads, person().username)
    return form


def store_new(form: EntryForm) -> str:
    """Make an entry of the form and return its id; the same form sent again makes no second one.

    Raises:
        InvalidFields, Refused: as ``services.create``; the form may be sent again.
    """
    creations = newsroom().creations
    known = creations.claim(form.form_token, person().username)
    if known is not None:
        return known
    entry_id = ""
    try:
        _demand_own_group(form)
        content = form.content(newsroom().uploads, person().username)
        entry_id = create(repository(), signer(), form.ctype.name, content, now()).entry_id
    finally:
        # Also after a full disk: a form that made nothing must be able to make something.
        if not entry_id:
            creations.release(form.form_token)
    creations.keep(form.form_token, entry_id)
    return entry_id


def store(entry_id: str, form: EntryForm) -> Change:
    """Save the form over the version that it shows.

    Raises:
        StaleVersion, InvalidFields, Refused: as ``services.save``.
    """
    if form.values.get("group") != current_change().group:
        _demand_own_group(form)
    content = form.content(newsroom().uploads, person().username)
    return save(repository(), signer(), entry_id, form.seen, content, now())


def _demand_own_group(form: EntryForm) -> None:
    """Say at its field what the use case would refuse as a whole, so that the form is kept."""
    if form.values.get("group") not in groups_for(form.ctype.name, person(), governance()):
        reason = Message("Chọn tổ, bộ phận mà tài khoản này thuộc về.")
        raise InvalidFields({"group": [reason]})


def missing_for_submission(change: Change) -> dict[str, Any]:
    """Return what a draft still lacks, by field; empty when it may be submitted."""
    try:
        validate(change.ctype, change.fields, change.body, complete=True)
    except InvalidFields as error:
        return error.errors
    return {}


def is_same(form: EntryForm, change: Change) -> bool:
    """Say whether the stored draft is what the form brought: the second press of one button."""
    sent = sent_edition(form, change)
    typed = {spec.name for spec in form.fields if spec not in file_fields(form.ctype)}
    same_fields = all(sent.fields.get(n) == change.fields.get(n) for n in typed)
    return (
        same_fields
        and normalise_text(sent.body) == change.body
        and _files(form.ctype, sent) == _files(form.ctype, change.edition)
    )


def sent_edition(form: EntryForm, change: Change) -> Edition:
    """Return what the form would store, as an edition to compare with the stored one."""
    content: Content = form.content(newsroom().uploads, person().username)
    typed = {spec.name for spec in form.fields}
    not_typed = {name: value for name, value in change.fields.items() if name not in typed}
    fields = {**not_typed, **content.fields}
    return Edition(fields, content.body, {**form.media, **content.media})


def choices_for(form: EntryForm) -> dict[str, list[tuple[str, str]]]:
    """Return (value, label) pairs for each field that is chosen from a list."""
    return {
        # No entry comes in the place of itself.
        spec.name: [(value, label) for value, label in options if value != form.entry_id]
        for spec in form.fields
        if (options := _options(spec.kind, spec.choices, spec.refers_to, form.ctype))
    }


def _options(kind: Kind, choices: Any, refers_to: str, ctype: ContentType) -> list[tuple[str, str]]:
    match kind:
        case Kind.CHOICE:
            return list(choices.items())
        case Kind.CATEGORY:
            return list(governance().categories.items())
        case Kind.GROUP:
            groups = groups_for(ctype.name, person(), governance())
            return [(group, governance().groups[group].name) for group in groups]
        case Kind.ENTRY | Kind.ENTRIES:
            return [(e.entry_id, choice_label(e)) for e in listed() if e.type_name == refers_to]
        case _:
            return []


def choice_label(entry: Published) -> str:
    """Return what an entry is called in a list to choose from."""
    code = "/".join(
        str(entry.fields[part]) for part in ("code_number", "code_notation") if part in entry.fields
    )
    return f"{code} – {entry.title}" if code else entry.title


def _files(ctype: ContentType, edition: Edition) -> list[Any]:
    # By bytes and words: a file that is sent twice gets another name the second time.
    def known(item: dict[str, str]) -> tuple[StoredMedia | None, dict[str, str]]:
        words = {name: text for name, text in item.items() if name != "file"}
        return edition.media.get(item["file"]), words

    return [[known(i) for i in edition.fields.get(s.name, [])] for s in file_fields(ctype)]


def may_save(change: Change) -> None:
    """Let the person pass who may edit this entry.

    Raises:
        Refused: with every reason.
    """
    if reasons := refusals(change, Action.SAVE, person(), governance()):
        raise Refused(reasons)
