"""The use cases: fetch, decide, store.

Each takes the repository, the signer and what was typed; each writes one signed commit and
returns the change as it then stands. No request, no session, no template is known here.
"""

import contextlib
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from workflow import entries, front_matter, merging, standing
from workflow.acts import Acts
from workflow.addresses import RESERVED, claims
from workflow.auditing import advance_main
from workflow.content_types import (
    CONTENT_TYPES,
    ContentType,
    FieldErrors,
    Fields,
    Kind,
    circular_key,
    media_names,
    menu_title,
    slug_for,
    validate,
)
from workflow.entries import Change, Step, Trailers
from workflow.errors import (
    InvalidFields,
    Message,
    NotFound,
    Refused,
    StaleVersion,
    WorkflowError,
)
from workflow.merging import Look, Merged
from workflow.purposes import purpose_of
from workflow.repository import (
    ARCHIVE,
    ATTRIBUTES,
    ATTRIBUTES_PATH,
    CONTENT,
    DRAFTS,
    INDEX,
    MAIN,
    NOTHING,
    PARKED,
    RefUpdate,
    Repository,
    StoredMedia,
)
from workflow.roster import Governance, Person
from workflow.shelf import (
    Published,
    fields_at,
    folder_in,
    folders_in,
    read_change,
    read_edition,
    shelf_of,
    steps_between,
    type_and_id,
)
from workflow.signing import Signer, public_key_line
from workflow.states import Action, Duty, Role, Status, transition

_ID_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""No i, l, o, 0, 1: people read ids aloud on the telephone."""


URGENT_REASON: Final = 10
"""The fewest characters of a reason for urgency."""
_HAS_ITS_HOUR: Final = Message(
    "Bài đã hẹn giờ đăng. Đăng khẩn là đăng ngay: nhờ người viết bỏ giờ hẹn rồi gửi lại."
)
_OID: Final = re.compile(r"[0-9a-f]{40}\Z")


@dataclass(frozen=True)
class Content:
    """What a person typed: parsed fields, the Markdown body, and new media by file name.

    Media of the draft that no field names and the body does not mention leave the folder.
    """

    fields: Fields
    body: str
    media: Mapping[str, StoredMedia] = field(default_factory=dict)


@dataclass(frozen=True)
class Decision:
    """What a person decides: the act, on the version that was seen, and the note to it."""

    action: Action
    seen: str
    typed: str = ""

    @property
    def note(self) -> str:
        """The note as it is signed.

        Raises:
            InvalidFields: hidden characters (under ``note``).
        """
        return entries.note_of(self.typed)


@dataclass(frozen=True)
class Archived:
    """A draft that somebody gave up, and its number among those of its entry."""

    number: int
    change: Change


# Use cases


def create(
    repo: Repository, signer: Signer, type_name: str, content: Content, now: datetime
) -> Change:
    """Start a new entry and save its first draft.

    Raises:
        Refused: the person may not write this type, or not for that group.
        InvalidFields: what was typed cannot be kept.
    """
    governance = repo.governance().acting(now)
    person = _person(signer, governance)
    group = str(content.fields.get("group", ""))
    _refuse(entries.may_create(type_name, group, person, governance))
    entry_id = _new_id(repo, now)
    folder = entries.folder_of(type_name, now.year, entry_id)
    ctype = CONTENT_TYPES[type_name]
    fields = _completed(ctype, content.fields, author=person.name, entry_id=entry_id, was=None)
    validate(ctype, fields, content.body, complete=False)
    _refuse_unknown_references(repo, folder, fields, governance)
    _refuse_duplicates(repo, folder, fields, signer.username)
    role = _first_role(person, governance.steps[type_name].write)
    trailers = Trailers(Action.SAVE, signer.username, role, entry_id, type_name)
    base = repo.main()
    files = _blobs(repo, fields, content.body, content.media)
    with repo.lock(entry_id):
        tree = repo.with_folder(base, folder, files)
        message = trailers.message(f"Lưu: {ctype.title(fields)}")
        commit = repo.write_commit(tree, [base], message, now, signer)
        repo.update_refs([RefUpdate(DRAFTS + entry_id, commit, NOTHING)])
    return change(repo, entry_id)


def open_for_edit(repo: Repository, entry_id: str) -> Change:
    """Return the open change of an entry, or a published entry as a change not yet begun.

    Such a change has an empty history and ``head`` at ``main``; its first save makes the branch.

    Raises:
        NotFound: neither exists.
    """
    # The branch may end in a publication between two readings: then the entry is on main.
    with contextlib.suppress(NotFound):
        return change(repo, entry_id)
    head = repo.main()
    entry = published_entry(repo, entry_id, head)
    return Change(
        entry_id=entry_id,
        type_name=entry.type_name,
        folder=entry.folder,
        head=head,
        fork=head,
        edition=entry.edition,
        before=entry.edition,
        history=(),
        status=Status.PUBLISHED,
    )


def save(
    repo: Repository, signer: Signer, entry_id: str, seen: str, content: Content, now: datetime
) -> Change:
    """Save a draft over the version that the person saw; decisions on it are void from then on.

    A save that changes nothing writes nothing and voids nothing.

    Raises:
        StaleVersion: somebody saved or decided since ``seen``; nothing was written.
        Refused, InvalidFields, NotFound: as for ``create``.
    """
    current = open_for_edit(repo, entry_id)
    author = _person(signer, repo.governance()).name
    fields = _completed(
        current.ctype, content.fields, author=author, entry_id=entry_id, was=current
    )
    return revise(repo, signer, current, seen, replace(content, fields=fields), now)


def revise(
    repo: Repository,
    signer: Signer,
    current: Change,
    seen: str,
    content: Content,
    now: datetime,
) -> Change:
    """Save an entry whose fields are whole, those that nobody types included.

    What was published binds it: corrections stay, and no public address is forgotten.

    Raises:
        StaleVersion, Refused, InvalidFields: as for ``save``.
    """
    governance = repo.governance().acting(now)
    person = _person(signer, governance)
    _refuse(entries.refusals(current, Action.SAVE, person, governance))
    group = str(content.fields.get("group", ""))
    if group != current.group:
        _refuse(entries.may_create(current.type_name, group, person, governance))
    ctype, fields = current.ctype, standing.settled(current, content.fields)
    body = "" if standing.is_emptied(fields) else content.body
    validate(ctype, fields, body, complete=False)
    _refuse_unknown_references(repo, current.folder, fields, governance)
    was_public = current.before is not None
    _refuse_duplicates(repo, current.folder, fields, signer.username, was_public=was_public)
    files = _blobs(repo, fields, body, {**current.media, **content.media})
    with repo.lock(current.entry_id):
        _demand(repo, current, seen)
        tree = repo.with_folder(current.head, current.folder, files)
        if tree == repo.commit(current.head).tree:
            return current
        role = entries.role_for(_duty(Action.SAVE, current.status), person, current, governance)
        trailers = _trailers(Action.SAVE, signer, role, current)
        message = trailers.message(f"Lưu: {ctype.title(fields)}")
        commit = repo.write_commit(tree, [current.head], message, now, signer)
        old = NOTHING if current.status is Status.PUBLISHED else current.head
        repo.update_refs([RefUpdate(DRAFTS + current.entry_id, commit, old)])
    return change(repo, current.entry_id)


def submit(
    repo: Repository, signer: Signer, entry_id: str, seen: str, note: str, now: datetime
) -> Change:
    """Send a draft to its check, or straight to approval where no check is due.

    Raises:
        InvalidFields: something required is missing; everything missing at once.
        Refused, StaleVersion, NotFound: as for ``save``.
    """
    current = change(repo, entry_id)
    _complete(repo, current, signer.username)
    return _decide(repo, signer, current, Decision(Action.SUBMIT, seen, note), now)


def check(
    repo: Repository, signer: Signer, entry_id: str, seen: str, note: str, now: datetime
) -> Change:
    """Confirm that the content is accurate and pass it to approval (R35).

    Raises:
        Refused, StaleVersion, NotFound: as for ``save``.
    """
    return _decide(repo, signer, change(repo, entry_id), Decision(Action.CHECK, seen, note), now)


def send_back(
    repo: Repository, signer: Signer, entry_id: str, seen: str, note: str, now: datetime
) -> Change:
    """Return an entry to its writer with a reason.

    Raises:
        InvalidFields: no reason given (under ``note``).
        Refused, StaleVersion, NotFound: as for ``save``.
    """
    if not note.strip():
        raise InvalidFields(
            {"note": [Message("Chưa có lý do. Ghi rõ cần sửa gì để người viết biết.")]}
        )
    return _decide(repo, signer, change(repo, entry_id), Decision(Action.RETURN, seen, note), now)


def approve(
    repo: Repository, signer: Signer, entry_id: str, seen: str, note: str, now: datetime
) -> Published | Change:
    """Approve exactly the bytes seen and put them on ``main`` at once (R40).

    Decision, publication and the end of the draft branch are one transaction of refs. An entry
    with a later ``publish_at``, or approved during a freeze (R56), stays on its branch as APPROVED
    until ``publish_due`` finds it; it is returned as the change that it still is.

    Raises:
        InvalidFields: another entry took the slug or number meanwhile.
        RefMoved: ``main`` moved in between; nothing was written, try again.
        Unverified: the auditor refuses the publication, for example since a checker lost his role.
        Refused, StaleVersion, NotFound: as for ``save``.
    """
    return _approve(repo, signer, entry_id, Decision(Action.APPROVE, seen, note), now)


def publish_urgently(
    repo: Repository, signer: Signer, entry_id: str, seen: str, note: str, now: datetime
) -> Published | Change:
    """Publish exactly the bytes seen on one leader's word, without the check (DESIGN §3).

    The reason is signed with the decision; another leader owes the after-review from then on.

    Raises:
        InvalidFields: a reason too short to mean anything (under ``note``).
        Refused: also during a freeze, and where the entry waits for an hour of its own.
        RefMoved, Unverified, StaleVersion, NotFound: as for ``approve``.
    """
    demand_urgent_reason(note)
    waits_until = change(repo, entry_id).fields.get("publish_at")
    if isinstance(waits_until, datetime) and waits_until > now:
        raise Refused([_HAS_ITS_HOUR])
    return _approve(repo, signer, entry_id, Decision(Action.URGENT, seen, note), now)


def demand_urgent_reason(note: str) -> None:
    """Refuse a reason for urgency that says nothing.

    Raises:
        InvalidFields: under ``note``.
    """
    if len(" ".join(note.split())) < URGENT_REASON:
        raise InvalidFields(
            {
                "note": [
                    Message(
                        "Ghi rõ vì sao phải đăng khẩn, ít nhất {count} ký tự.",
                        {"count": URGENT_REASON},
                    )
                ]
            }
        )


def publish_due(repo: Repository, now: datetime) -> dict[str, WorkflowError | None]:
    """Put every approved entry whose time has come on ``main``.

    Returns what happened by entry id: None where it was published, else what stands against it;
    one entry's trouble does not hold up the others. Nothing is due during a freeze.
    """
    outcome: dict[str, WorkflowError | None] = {}
    for waiting in changes(repo):
        if waiting.status is not Status.APPROVED:
            continue
        with repo.lock("main"), repo.lock(waiting.entry_id):
            if not _is_due(waiting, repo.governance(), now):
                continue
            try:
                _complete(repo, waiting)
                trailers, _ = entries.parse_message(repo.commit(waiting.head).message)
                _merge(repo, waiting, waiting.head, trailers, now)
                outcome[waiting.entry_id] = None
            except WorkflowError as error:
                outcome[waiting.entry_id] = error
    return outcome


# A draft set aside: parked beside a hot-fix, or in the archive


def park(repo: Repository, signer: Signer, entry_id: str, seen: str, now: datetime) -> Change:
    """Set the open draft of a published entry aside and return the live edition, to be mended.

    Only the ref moves: no commit, no word and no decision changes. One draft at most lies aside.

    Raises:
        Refused: the entry is not public, or a draft of it lies aside already.
        StaleVersion, NotFound: as for ``save``.
    """
    current = change(repo, entry_id)
    with repo.lock(entry_id):
        _demand(repo, current, seen)
        governance = repo.governance().acting(now)
        _refuse(entries.refusals(current, Action.PARK, _person(signer, governance), governance))
        _refuse(_against_parking(repo, current))
        repo.update_refs(
            [
                RefUpdate(PARKED + entry_id, current.head, NOTHING),
                RefUpdate(DRAFTS + entry_id, NOTHING, current.head),
            ]
        )
    return open_for_edit(repo, entry_id)


def update(repo: Repository, signer: Signer, entry_id: str, seen: str, now: datetime) -> Change:
    """Take up a parked draft again, brought up to what is live now; ``looks_of`` names the rest.

    Everybody who wrote at it still counts, who updates counts as well, and decisions are void.

    Raises:
        Refused: another draft of the entry is open.
        StaleVersion, NotFound: as for ``save``.
    """
    return _take_up(repo, signer, (PARKED, entry_id), seen, now)


def abandon(
    repo: Repository, signer: Signer, entry_id: str, seen: str, note: str, now: datetime
) -> Archived:
    """Give up a draft, with a reason: its commits go to the archive, nothing is deleted.

    Raises:
        InvalidFields: no reason given (under ``note``).
        Refused, StaleVersion, NotFound: as for ``save``.
    """
    if not note.strip():
        raise InvalidFields({"note": [Message("Chưa có lý do. Ghi ngắn gọn vì sao bỏ bản nháp.")]})
    current = change(repo, entry_id)
    with repo.lock(entry_id):
        decided = Decision(Action.ABANDON, seen, note)
        trailers = _allowed(repo, signer, current, decided, now)
        message = trailers.message(f"{Action.ABANDON.label}: {current.title}", decided.note)
        tree = repo.commit(current.head).tree
        commit = repo.write_commit(tree, [current.head], message, now, signer)
        numbers = [int(number) for number in repo.refs(f"{ARCHIVE}{entry_id}/")]
        number = max(numbers, default=0) + 1
        repo.update_refs(
            [
                RefUpdate(f"{ARCHIVE}{entry_id}/{number}", commit, NOTHING),
                RefUpdate(DRAFTS + entry_id, NOTHING, current.head),
            ]
        )
    return archived(repo, entry_id, number)


def take_back(
    repo: Repository, signer: Signer, entry_id: str, number: int, seen: str, now: datetime
) -> Change:
    """Make a draft of an archived one again, brought up to what is live now.

    Raises:
        Refused, StaleVersion, NotFound: as for ``update``.
    """
    return _take_up(repo, signer, (ARCHIVE, f"{entry_id}/{number}"), seen, now)


def parked(repo: Repository, entry_id: str) -> Change:
    """Return the draft of an entry that is parked beside its hot-fix.

    Raises:
        NotFound: there is none.
    """
    return _read_aside(repo, (PARKED, entry_id), repo.governance())


def archived(repo: Repository, entry_id: str, number: int) -> Archived:
    """Return one archived draft of an entry.

    Raises:
        NotFound: there is none of that number.
    """
    found = _read_aside(repo, (ARCHIVE, f"{entry_id}/{number}"), repo.governance())
    return Archived(number, found)


def looks_of(repo: Repository, current: Change) -> tuple[Look, ...]:
    """Return what needs another look since the draft was brought up to date and not saved."""
    edits = [step for step in current.history if step.action in entries.EDITS]
    if not edits or edits[-1].action is not Action.UPDATE:
        return ()
    aside, live = repo.commit(edits[-1].commit).parents
    governance = repo.governance()
    return _merged(repo, read_change(repo, current.entry_id, aside, governance), live).looks


# Reading


def change(repo: Repository, entry_id: str) -> Change:
    """Return the open change of an entry.

    Raises:
        NotFound: the entry has none.
    """
    return shelf_of(repo).change(entry_id)


def changes(repo: Repository) -> list[Change]:
    """Return all open changes, the one touched last first."""
    return shelf_of(repo).changes()


def published(repo: Repository) -> list[Published]:
    """Return all entries on ``main`` in the order of their folders, without texts and files."""
    return list(shelf_of(repo).archive().entries.values())


def published_entry(repo: Repository, entry_id: str, commit: str | None = None) -> Published:
    """Return one entry on ``main`` (or as of one commit of it) with its media.

    Raises:
        NotFound: it is not public.
    """
    head = commit or repo.main()
    folder = folder_in(repo, head, entry_id)
    type_name = type_and_id(folder)[0].name
    return Published(entry_id, type_name, folder, read_edition(repo, head, folder))


def history_of(repo: Repository, entry_id: str) -> list[Step]:
    """Return every act on an entry that led to its public editions, newest first."""
    steps: list[Step] = []
    for publication in repo.companion(Acts).of(entry_id):
        trailers, _ = entries.parse_message(publication.message)
        step = entries.step_of(publication)
        if trailers.action is Action.REVIEW:
            steps.append(step)
            continue
        main, draft = publication.parents
        folder = folder_in(repo, publication.oid, entry_id, trailers.type_name)
        before, now = (fields_at(repo, oid, folder) for oid in (main, publication.oid))
        steps.append(replace(step, purpose=purpose_of(before, now or {})))
        steps += reversed(steps_between(repo, draft, main))
    return steps


# Founding


def found(repo: Repository, signer: Signer, files: Mapping[str, bytes], now: datetime) -> str:
    """Make the founding commit of an empty repository, signed by the principal; return its id.

    ``files`` are paths from the root to bytes; media among them become LFS objects.

    Raises:
        Refused: the signer is not the principal of the roster among the files.
    """
    blobs = {ATTRIBUTES_PATH: repo.put_blob(ATTRIBUTES)}
    for path, data in files.items():
        is_media = path.startswith(f"{CONTENT}/") and not path.endswith(f"/{INDEX}")
        blobs[path] = repo.put_blob(repo.store_media(data).pointer if is_media else data)
    tree = repo.first_tree(blobs)
    principals = repo.governance(tree).with_role(Role.PRINCIPAL)
    if signer.username not in {person.username for person in principals}:
        raise Refused([Message("Chỉ hiệu trưởng lập được kho nội dung của trường.")])
    trailers = Trailers(Action.FOUND, signer.username, Role.PRINCIPAL)
    commit = repo.write_commit(tree, [], trailers.message(Action.FOUND.label), now, signer)
    repo.update_refs([RefUpdate(MAIN, commit, NOTHING)])
    return commit


# Steps of a use case


def _decide(
    repo: Repository, signer: Signer, current: Change, decision: Decision, now: datetime
) -> Change:
    with repo.lock(current.entry_id):
        trailers = _allowed(repo, signer, current, decision, now)
        message = trailers.message(f"{decision.action.label}: {current.title}", decision.note)
        tree = repo.commit(current.head).tree
        commit = repo.write_commit(tree, [current.head], message, now, signer)
        repo.update_refs([RefUpdate(DRAFTS + current.entry_id, commit, current.head)])
    return change(repo, current.entry_id)


def _approve(
    repo: Repository, signer: Signer, entry_id: str, decided: Decision, now: datetime
) -> Published | Change:
    current = change(repo, entry_id)
    with repo.lock("main"), repo.lock(entry_id):
        _complete(repo, current, signer.username)
        trailers = _allowed(repo, signer, current, decided, now)
        message = trailers.message(f"{decided.action.label}: {current.title}", decided.note)
        tree = repo.commit(current.head).tree
        approval = repo.write_commit(tree, [current.head], message, now, signer)
        if not _is_due(current, repo.governance(), now):
            repo.update_refs([RefUpdate(DRAFTS + entry_id, approval, current.head)])
            return change(repo, entry_id)
        _merge(repo, current, approval, trailers, now)
    return published_entry(repo, entry_id)


_Place = tuple[str, str]
"""Where a draft lies aside: the refs of its kind, and its name among them."""


def _against_parking(repo: Repository, current: Change) -> list[Message]:
    if repo.tree_of(repo.main(), current.folder) is None:
        return [Message("Chỉ sửa gấp được bài đang đăng.")]
    if repo.resolve(PARKED + current.entry_id):
        return [Message("Bài này đã có một bản nháp đang gác. Đăng hoặc bỏ bản sửa gấp trước.")]
    return []


def _take_up(repo: Repository, signer: Signer, place: _Place, seen: str, now: datetime) -> Change:
    """Write the ``update`` commit of a draft that lies aside and open its branch again."""
    entry_id = place[1].partition("/")[0]
    # No publication may come between the reading of main and the branch that stands on it.
    with repo.lock("main"), repo.lock(entry_id):
        governance = repo.governance().acting(now)
        aside = _read_aside(repo, place, governance)
        if seen != aside.head:
            raise StaleVersion(aside.head)
        if repo.draft(entry_id):
            raise Refused([Message("Bài đang có một bản nháp khác. Đăng hoặc bỏ bản đó trước.")])
        person = _person(signer, governance)
        _refuse(entries.refusals(aside, Action.UPDATE, person, governance))
        main = repo.main()
        merged = _merged(repo, aside, main).edition
        files = _blobs(repo, merged.fields, merged.body, merged.media)
        role = entries.role_for(Duty.WRITER, person, aside, governance)
        trailers = _trailers(Action.UPDATE, signer, role, aside)
        commit = repo.write_commit(
            repo.with_folder(main, aside.folder, files),
            [aside.head, main],
            trailers.message(f"{Action.UPDATE.label}: {aside.title}"),
            now,
            signer,
        )
        repo.update_refs(
            [
                RefUpdate(DRAFTS + entry_id, commit, NOTHING),
                RefUpdate("".join(place), NOTHING, aside.head),
            ]
        )
    return change(repo, entry_id)


def _merged(repo: Repository, aside: Change, main: str) -> Merged:
    is_public = repo.tree_of(main, aside.folder) is not None
    live = read_edition(repo, main, aside.folder) if is_public else None
    merged = merging.merge(repo, aside.ctype, aside.before, aside.edition, live)
    # Else a file that was erased meanwhile would keep the draft aside for good.
    edition = merging.without_files(merged.edition, _erased_in(repo, merged.edition.media))
    fields = standing.settled(replace(aside, before=live), edition.fields)
    body = "" if standing.is_emptied(fields) else edition.body
    return replace(merged, edition=replace(edition, fields=fields, body=body))


def _read_aside(repo: Repository, place: _Place, governance: Governance) -> Change:
    head = repo.resolve("".join(place))
    if head is None:
        raise NotFound
    found = read_change(repo, place[1].partition("/")[0], head, governance)
    status = Status.PARKED if place[0] == PARKED else Status.ABANDONED
    return replace(found, status=status)


def _is_due(current: Change, governance: Governance, now: datetime) -> bool:
    at = current.fields.get("publish_at")
    return not governance.frozen and (not isinstance(at, datetime) or at <= now)


def _merge(
    repo: Repository, current: Change, approval: str, approved: Trailers, now: datetime
) -> None:
    """Replace exactly the entry's folder on ``main`` and end the branch, in one step."""
    main = repo.main()
    files = {item.path: item.oid for item in repo.files(approval, current.folder)}
    merged = repo.with_folder(main, current.folder, files)
    record = replace(approved, action=Action.PUBLISH)
    publication = repo.write_commit(
        merged,
        [main, approval],
        record.message(f"{Action.PUBLISH.label}: {current.title}"),
        now,
        approved.actor,
    )
    ended = RefUpdate(DRAFTS + current.entry_id, NOTHING, current.head)
    advance_main(repo, publication, main, ended)


def _allowed(
    repo: Repository, signer: Signer, current: Change, decision: Decision, now: datetime
) -> Trailers:
    """Check version and right inside the lock and return the trailers of the decision."""
    _demand(repo, current, decision.seen)
    governance = repo.governance().acting(now)
    person = _person(signer, governance)
    _refuse(entries.refusals(current, decision.action, person, governance))
    duty = _duty(decision.action, current.status)
    role = entries.role_for(duty, person, current, governance)
    return _trailers(decision.action, signer, role, current)


def _trailers(action: Action, signer: Signer, role: Role | None, current: Change) -> Trailers:
    if role is None:
        raise Refused([Message("Việc này không được phép.")])
    return Trailers(action, signer.username, role, current.entry_id, current.type_name)


def _duty(action: Action, status: Status) -> Duty:
    row = transition(action, status)
    if row is None:
        raise Refused([Message("Việc này không được phép.")])
    return row.duty


def _demand(repo: Repository, current: Change, seen: str) -> None:
    """Refuse unless the person saw exactly what stands now (compare-and-swap)."""
    head = repo.draft(current.entry_id)
    if not _OID.match(seen):
        raise StaleVersion(head or current.head)
    if current.status is Status.PUBLISHED:
        published_since = repo.tree_of(seen, current.folder) != repo.tree_of(
            repo.main(), current.folder
        )
        if head or published_since:
            raise StaleVersion(head or repo.main())
        return
    if head != seen or current.head != seen:
        raise StaleVersion(head or current.head)


def _person(signer: Signer, governance: Governance) -> Person:
    person = governance.people.get(signer.username)
    if person is None:
        raise Refused([Message("Tài khoản này không có trong danh sách phân quyền của trường.")])
    if public_key_line(signer.private_key) != person.key:
        raise Refused([entries.NO_KEY])
    return person


def _refuse(reasons: list[Message]) -> None:
    if reasons:
        raise Refused(reasons)


def _complete(repo: Repository, current: Change, reader: str = "") -> None:
    validate(current.ctype, current.fields, current.body, complete=True)
    _refuse_erased(repo, current.media)
    if not standing.is_settled(current):
        raise Refused([Message("Bản đang đăng đã đổi. Mở bài, lưu lại rồi gửi.")])
    errors = _circles(published(repo), current.folder, current.fields)
    if errors:
        raise InvalidFields(errors)
    was_public = current.before is not None
    _refuse_duplicates(repo, current.folder, current.fields, reader, was_public=was_public)


def _completed(
    ctype: ContentType, fields: Fields, *, author: str, entry_id: str, was: Change | None
) -> Fields:
    """Return the fields with those that nobody types; a public slug stays (DESIGN §3)."""
    before = was.fields if was else {}
    typed = {name: value for name, value in fields.items() if name not in standing.kept(fields)}
    values = {**typed, **standing.kept(before), "author": before.get("author", author)}
    if ctype.name == "menus":
        values["title"] = _menu_title(values)
    is_public = was is not None and was.before is not None
    values["slug"] = before["slug"] if is_public else slug_for(ctype, values, entry_id)
    return standing.in_order(ctype, values)


def _menu_title(values: Fields) -> str:
    start = values.get("week_start")
    if isinstance(start, date):
        return menu_title(start, str(values.get("age_group", "")))
    return "Thực đơn (chưa chọn tuần)"


def _refuse_unknown_references(
    repo: Repository, folder: str, fields: Fields, governance: Governance
) -> None:
    """Refuse a category or an entry that a form names but the school does not have.

    An entry does not name itself, and no chain of successors leads back to its beginning.
    """
    public = published(repo)
    ctype, entry_id = type_and_id(folder)
    errors = _circles(public, folder, fields)
    for spec in ctype.fields:
        value = fields.get(spec.name)
        if not value:
            continue
        if spec.kind is Kind.CATEGORY:
            unknown = value not in governance.categories
        elif spec.kind in {Kind.ENTRY, Kind.ENTRIES}:
            types = {spec.refers_to or e.type_name for e in public}
            known = {e.entry_id for e in public if e.type_name in types} - {entry_id}
            unknown = not set([value] if isinstance(value, str) else value) <= known
        else:
            continue
        if unknown:
            errors[spec.name] = [
                Message("{label}: chọn một mục trong danh sách.", {"label": spec.label})
            ]
    if errors:
        raise InvalidFields(errors)


def _circles(public: list[Published], folder: str, fields: Fields) -> FieldErrors:
    """Return an error at each field whose chain of entries would lead back to this one."""
    ctype, entry_id = type_and_id(folder)
    errors: FieldErrors = {}
    for spec in ctype.fields:
        if spec.kind is Kind.ENTRY and fields.get(spec.name):
            follow = {e.entry_id: str(e.fields.get(spec.name, "")) for e in public}
            if standing.leads_back(entry_id, str(fields[spec.name]), follow):
                errors[spec.name] = [
                    Message(
                        "{label}: bài đã chọn lại dẫn về chính bài này. Chọn bài khác.",
                        {"label": spec.label},
                    )
                ]
    return errors


def _refuse_duplicates(
    repo: Repository, folder: str, fields: Fields, reader: str, *, was_public: bool = False
) -> None:
    """Refuse an address or a circular's number that another entry has, public or in the making.

    The address that an entry has left stays its own: old links lead there. The title of a draft
    that ``reader`` may not read is not told.
    """
    ctype, _ = type_and_id(folder)
    if ctype.name == "pages" and fields.get("slug") in RESERVED:
        raise InvalidFields(_taken(ctype, str(fields["slug"]), was_public=was_public))
    wanted = claims(ctype, fields, folder)
    governance = repo.governance()
    for other in _others_of(repo, folder, fields):
        if ctype.name == "circulars" and circular_key(other.fields) == circular_key(fields):
            raise InvalidFields(
                {
                    "code_number": [
                        Message(
                            "Văn bản số này của cơ quan này đã có: “{title}”. Mở bản đó để sửa.",
                            {"title": _title_for(reader, other, governance)},
                        )
                    ]
                }
            )
        if wanted & claims(ctype, other.fields, other.folder):
            title = _title_for(reader, other, governance)
            raise InvalidFields(_taken(ctype, title, was_public=was_public))


def _others_of(repo: Repository, folder: str, fields: Fields) -> Iterator[Published | Change]:
    """Yield those of its type that may stand in an entry's way: rivals in public, all drafts."""
    ctype, entry_id = type_and_id(folder)
    archive = shelf_of(repo).archive()
    addresses = claims(ctype, fields, folder)
    rivals = {archive.claimed.get((ctype.name, address), "") for address in addresses}
    if ctype.name == "circulars":
        rivals.add(archive.numbered.get(circular_key(fields), ""))
    yield from (archive.entries[name] for name in sorted(rivals - {"", folder}))
    for other in changes(repo):
        if other.entry_id != entry_id and other.type_name == ctype.name:
            yield other


def _taken(ctype: ContentType, title: str, *, was_public: bool) -> FieldErrors:
    about = {"title": title}
    if was_public:
        return {"slug": [Message("Đường dẫn này là của “{title}”. Chọn đường dẫn khác.", about)]}
    reason = Message("Đã có “{title}” với cùng đường dẫn trong năm. Đổi tiêu đề một chút.", about)
    return {ctype.title_field: [reason]}


def _title_for(reader: str, other: Published | Change, governance: Governance) -> str:
    person = governance.people.get(reader)
    if isinstance(other, Published):
        shielded = person and entries.is_shielded(other.entry_id, other.group, person, governance)
        return "một bài đã gỡ" if shielded else other.title
    if person and entries.may_read(other, person, governance):
        return other.title
    return "một bài khác đang soạn"


def _blobs(
    repo: Repository, fields: Fields, body: str, media: Mapping[str, StoredMedia]
) -> dict[str, str]:
    """Write the blobs of an entry's folder and return them by file name."""
    wanted = set(media_names(fields)) | {name for name in media if f"({name}" in body}
    missing = sorted(wanted - set(media))
    if missing:
        raise InvalidFields(
            {
                "photos": [
                    Message("Không còn tệp {names}. Chọn lại tệp.", {"names": ", ".join(missing)})
                ]
            }
        )
    _refuse_erased(repo, {name: media[name] for name in sorted(wanted)})
    files = {INDEX: repo.put_blob(front_matter.serialise(fields, body))}
    for name in sorted(wanted):
        files[name] = repo.put_blob(media[name].pointer)
    return files


def _refuse_erased(repo: Repository, media: Mapping[str, StoredMedia]) -> None:
    """Refuse files whose bytes the principal ordered to be erased: nobody can show them again."""
    names = _erased_in(repo, media)
    if names:
        raise InvalidFields(
            {
                "photos": [
                    Message(
                        "{names} đã bị xóa theo lệnh của hiệu trưởng. Bỏ tệp này khỏi bài.",
                        {"names": ", ".join(names)},
                    )
                ]
            }
        )


def _erased_in(repo: Repository, media: Mapping[str, StoredMedia]) -> list[str]:
    erased = repo.governance().erasures
    return [name for name, stored in media.items() if stored.oid in erased]


def _new_id(repo: Repository, now: datetime) -> str:
    while True:
        letters = "".join(secrets.choice(_ID_LETTERS) for _ in range(4))
        entry_id = f"{now:%Y%m%d}-{letters}"
        if not _is_taken(repo, entry_id):
            return entry_id


def _is_taken(repo: Repository, entry_id: str) -> bool:
    is_open = repo.draft(entry_id) or repo.refs(f"{ARCHIVE}{entry_id}/")
    return bool(is_open) or _is_public(repo, entry_id)


def _is_public(repo: Repository, entry_id: str) -> bool:
    return any(folders_in(repo, repo.main(), entry_id, CONTENT_TYPES))


def _first_role(person: Person, allowed: frozenset[Role]) -> Role:
    return next(role for role in Role if role in person.roles & allowed)
