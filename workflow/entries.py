"""What a change is, where it stands, and the pure rules of who may do what with it.

Everything here is computed from commits and governance that were read before; it touches no disk.
The auditor (``verification``) holds the same rules a second time, on purpose.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from workflow.content_types import CONTENT_TYPES, ContentType
from workflow.errors import InvalidFields, Message
from workflow.front_matter import normalise_text
from workflow.purposes import Purpose, purpose_of
from workflow.repository import CONTENT, Commit, StoredMedia
from workflow.roster import Governance, Person, Steps
from workflow.states import LEADERS, Action, Duty, Role, Status, transition
from workflow.text import hidden_characters

_TRAILERS: Final = ("Action", "Actor", "Role", "Entry", "Type")
NO_KEY: Final = Message(
    "Tài khoản này chưa có khóa ký được hiệu trưởng ghi vào danh sách phân quyền."
)
PERSONAL_DATA: Final = "personal_data"
"""The kind of takedown that hides an entry inside the newsroom as well."""
_FINAL: Final = frozenset({Action.APPROVE, Action.URGENT})
"""The acts that end a chain: nobody who checked in it does one of them."""
EDITS: Final = frozenset({Action.SAVE, Action.UPDATE})
"""What may change the text: it voids every decision before it."""
_VOIDING: Final = EDITS | {Action.RETURN}
_DECISIONS: Final = {
    Action.SUBMIT: Duty.WRITER,
    Action.CHECK: Duty.CHECKER,
    Action.APPROVE: Duty.APPROVER,
    Action.URGENT: Duty.LEADER,
}
"""What counts at the publication, and whose duty it was."""
_SENT: Final = frozenset({Status.IN_REVIEW, Status.PENDING_APPROVAL, Status.APPROVED})
_BUILDS_ON: Final = frozenset({Action.CHECK, Action.APPROVE, Action.URGENT})
"""The acts that rest on the decisions before them."""
_WRITES: Final = EDITS | {Action.SUBMIT}
STALE_AFTER: Final = timedelta(days=30)
_LYING: Final = frozenset({Status.DRAFT, Status.CHANGES_REQUESTED, Status.PARKED})
"""Where an entry waits for its writers; what waits for somebody else is not theirs to hurry."""


@dataclass(frozen=True)
class Trailers:
    """The last paragraph of a commit's message: who did what with which entry."""

    action: Action
    actor: str
    role: Role
    entry_id: str = ""
    type_name: str = ""

    def message(self, subject: str, note: str = "") -> str:
        """Return the whole commit message; ``note`` is a person's free text (a reason)."""
        values = (self.action, self.actor, self.role, self.entry_id, self.type_name)
        lines = [f"{n}: {v}" for n, v in zip(_TRAILERS, values, strict=True) if v]
        paragraphs = [_one_line(subject), *([note.strip()] if note.strip() else [])]
        return "\n\n".join([*paragraphs, "\n".join(lines)]) + "\n"


def note_of(typed: str) -> str:
    """Return a person's free words as they are signed: a browser sends CR LF.

    Raises:
        InvalidFields: characters that nobody sees (under ``note``).
    """
    words = normalise_text(typed)
    if hidden_characters(words, lines=True):
        raise InvalidFields({"note": [Message("Lý do có ký tự ẩn. Gõ lại ô này.")]})
    return words


class MalformedMessage(ValueError):
    """A commit's message does not end in the trailers that we write."""


def parse_message(message: str) -> tuple[Trailers, str]:
    """Return (trailers, note) of a commit message.

    Only the last paragraph counts, so that no note can pose as a decision.

    Raises:
        MalformedMessage: other trailers, another order, or an unknown value.
    """
    paragraphs = message.rstrip("\n").split("\n\n")
    rows = [line.partition(": ") for line in paragraphs[-1].split("\n")]
    names = tuple(row[0] for row in rows)
    if names not in (_TRAILERS, _TRAILERS[:3]):
        raise MalformedMessage(paragraphs[-1])
    values = [row[2] for row in rows]
    try:
        trailers = Trailers(Action(values[0]), values[1], Role(values[2]), *values[3:])
    except ValueError as error:
        raise MalformedMessage(paragraphs[-1]) from error
    return trailers, "\n\n".join(paragraphs[1:-1])


@dataclass(frozen=True)
class Step:
    """One act in an entry's history."""

    action: Action
    actor: str
    role: Role
    note: str
    when: datetime
    commit: str
    purpose: Purpose | None = None
    """What a publication changed; None for other acts."""
    key: str = ""
    """The public key that signed it; empty for a publication."""


@dataclass(frozen=True)
class Lapse:
    """A decision that counts no more though nobody touched the text since, and why."""

    step: Step
    reason: Message


def step_of(commit: Commit) -> Step:
    """Return the act that a commit is.

    Raises:
        MalformedMessage: it says none.
    """
    trailers, note = parse_message(commit.message)
    return Step(
        trailers.action,
        trailers.actor,
        trailers.role,
        note,
        commit.when,
        commit.oid,
        key=commit.key,
    )


@dataclass(frozen=True)
class Edition:
    """An entry as it stands in one tree: fields, body and media by file name."""

    fields: dict[str, Any]
    body: str
    media: Mapping[str, StoredMedia] = field(default_factory=dict)


class Described:
    """What a draft and a public entry say of themselves alike."""

    entry_id: str
    type_name: str
    edition: Edition

    @property
    def ctype(self) -> ContentType:
        """The content type."""
        return CONTENT_TYPES[self.type_name]

    @property
    def fields(self) -> dict[str, Any]:
        """The fields of the draft, or those that are public."""
        return self.edition.fields

    @property
    def title(self) -> str:
        """What the entry is called in lists."""
        return self.ctype.title(self.fields) or self.entry_id

    @property
    def group(self) -> str:
        """The group that answers for the entry."""
        return str(self.fields.get("group", ""))


@dataclass(frozen=True)
class Change(Described):
    """The open change of an entry: a branch ``draft/<id>`` read whole.

    ``history`` is oldest first. ``before`` is the published edition that it would replace.
    """

    entry_id: str
    type_name: str
    folder: str
    head: str
    fork: str
    edition: Edition
    before: Edition | None
    history: tuple[Step, ...]
    status: Status

    @property
    def body(self) -> str:
        """The Markdown of the draft."""
        return self.edition.body

    @property
    def media(self) -> Mapping[str, StoredMedia]:
        """The media of the draft by file name."""
        return self.edition.media

    @property
    def purpose(self) -> Purpose:
        """What the change is for: a new entry, an edit, a correction, a withdrawal."""
        return purpose_of(self.before.fields if self.before else None, self.fields)

    @property
    def contributors(self) -> frozenset[str]:
        """Everybody who saved, updated or submitted since the last publication (R03)."""
        return contributors_of(self.history)

    @property
    def decisions(self) -> tuple[Step, ...]:
        """The steps after the last save: an edit voids what was decided before."""
        edits = [i for i, step in enumerate(self.history) if step.action in EDITS]
        return self.history[edits[-1] + 1 :] if edits else self.history

    @property
    def counting(self) -> tuple[Step, ...]:
        """The decisions that a publication would rest on: those since the last edit or return."""
        void = [i for i, step in enumerate(self.history) if step.action in _VOIDING]
        return self.history[void[-1] + 1 :] if void else self.history

    @property
    def submitter(self) -> str:
        """Who submitted the present text, or empty."""
        submissions = [s.actor for s in self.decisions if s.action is Action.SUBMIT]
        return submissions[-1] if submissions else ""

    @property
    def checkers(self) -> frozenset[str]:
        """Who checked the present text."""
        return frozenset(step.actor for step in self.decisions if step.action is Action.CHECK)

    @property
    def returned(self) -> Step | None:
        """The return that the writer has to answer, or None."""
        last = self.history[-1] if self.history else None
        return last if last and last.action is Action.RETURN else None

    @property
    def touched(self) -> datetime | None:
        """When somebody last did something with it."""
        return self.history[-1].when if self.history else None


def contributors_of(history: Sequence[Step]) -> frozenset[str]:
    """Return everybody who saved, updated or submitted in a history."""
    return frozenset(step.actor for step in history if step.action in _WRITES)


def is_stale(change: Change, now: datetime) -> bool:
    """Say whether nobody touched a draft for so long that its writers are reminded of it."""
    if change.touched is None or change.status not in _LYING:
        return False
    return now - change.touched >= STALE_AFTER


def lies_with(change: Change, person: Person) -> bool:
    """Say whether a draft lies on the person's desk: written at, or of the group that he leads."""
    leads = person.has(Role.TEAM_LEAD) and change.group in person.groups
    return leads or person.username in change.contributors


def folder_of(type_name: str, year: int, entry_id: str) -> str:
    """Return the folder of an entry, its only place in the repository."""
    return f"{CONTENT}/{type_name}/{year}/{entry_id}"


FOLDER: Final = re.compile(
    rf"{CONTENT}/(?P<type>[a-z]+)/(?P<year>[0-9]{{4}})/(?P<id>[a-z0-9][a-z0-9-]*)\Z"
)


def status_of(
    history: Sequence[Step],
    contributors: frozenset[str],
    group: str,
    steps: Steps,
    rules: Governance,
) -> Status:
    """Derive the status from the decisions after the last save; it is stored nowhere."""
    status = Status.DRAFT
    for step in history:
        if step.action in EDITS:
            status = Status.DRAFT
        elif step.action is Action.SUBMIT:
            status = (
                Status.IN_REVIEW
                if check_needed(step.actor, contributors, group, steps, rules.acting(step.when))
                else Status.PENDING_APPROVAL
            )
        else:
            row = transition(step.action, status)
            status = row.target if row else status
    return status


def check_needed(
    submitter: str,
    contributors: frozenset[str],
    group: str,
    steps: Steps,
    governance: Governance,
) -> bool:
    """Say whether somebody must check before approval (DESIGN §3).

    A team lead, a vice-principal or the principal who submits goes straight to approval; so does
    an entry whose every lead wrote at it, since nobody would be left to check.
    """
    owner = governance.groups.get(group)
    if steps.check == "none" or (owner and owner.kind in steps.skip_check_for):
        return False
    if steps.check == "second_reader":
        return True
    leads = {person.username for person in governance.leads_of(group)}
    person = governance.people.get(submitter)
    if person and (submitter in leads or person.roles & LEADERS):
        return False
    return not (leads and leads <= contributors)


def check_awaits(change: Change, sender: str, governance: Governance) -> bool:
    """Say whether a draft goes to a check when ``sender`` sends it as it stands."""
    contributors = change.contributors | {sender}
    steps = governance.steps[change.type_name]
    return check_needed(sender, contributors, change.group, steps, governance)


def role_for(duty: Duty, person: Person, change: Change, governance: Governance) -> Role | None:
    """Return the role in which the person would do a duty, contributions aside; None if in none."""
    steps = governance.steps[change.type_name]
    match duty:
        case Duty.WRITER:
            return _writing_role(person, change, steps)
        case Duty.CHECKER:
            return _checking_role(person, change.group, steps)
        case Duty.APPROVER:
            return _approving_role(person, change, steps, governance)
        case Duty.LEADER:
            return _first(person.roles & LEADERS)


def refusals(
    change: Change, action: Action, person: Person, governance: Governance
) -> list[Message]:
    """Return every reason why the person may not do this now; an empty list allows it."""
    row = transition(action, change.status)
    if row is None:
        return [
            Message(
                "Bài đang ở bước “{status}”, không thể “{action}”.",
                {"status": change.status.label, "action": action.label},
            )
        ]
    reasons = []
    if role_for(row.duty, person, change, governance) is None:
        reasons.append(_DUTY_REASONS[row.duty])
    elif action is Action.SUBMIT and not _answers_for(change.group, person):
        # Else an author could name a group whose entries need no check.
        reasons.append(Message("Người thuộc tổ, bộ phận phụ trách mới gửi được bài này."))
    if action is Action.URGENT and governance.frozen:
        reasons.append(Message("Đang tạm khóa đăng bài nên không đăng khẩn được."))
    if row.duty is not Duty.WRITER:
        reasons += _four_eyes(change, action, person, row.duty)
    if action in _BUILDS_ON:
        reasons += [lapse.reason for lapse in lapses(change, governance)]
    if not person.key:
        reasons.append(NO_KEY)
    return reasons


def lapses(change: Change, governance: Governance) -> list[Lapse]:
    """Return the decisions that were right when they were taken and count no more (DESIGN §4).

    The auditor asks at the publication for the key and the right as they then are: after a new
    password comes a new key, and what the old one signed must be done again.
    """
    found = []
    for step in change.counting if change.status in _SENT else ():
        person = governance.people.get(step.actor)
        if person is None or not _had_right(step, change, governance.acting(step.when)):
            reason = _LOST_RIGHT
        elif step.key != person.key:
            reason = _LOST_KEY
        else:
            continue
        name = person.name if person else step.actor
        found.append(Lapse(step, Message(reason.text, {"action": step.action.label, "name": name})))
    return found


def may_create(type_name: str, group: str, person: Person, governance: Governance) -> list[Message]:
    """Return every reason why the person may not start such an entry for that group."""
    steps = governance.steps[type_name]
    reasons = []
    if not person.roles & steps.write:
        reasons.append(
            Message(
                "Tài khoản này không được phân công soạn {label}.",
                {"label": CONTENT_TYPES[type_name].label.lower()},
            )
        )
    if group not in groups_for(type_name, person, governance):
        reasons.append(Message("Chọn tổ, bộ phận mà tài khoản này thuộc về."))
    return reasons


def groups_for(type_name: str, person: Person, governance: Governance) -> list[str]:
    """Return the groups in whose name the person may write such an entry (R37)."""
    limit = governance.steps[type_name].groups
    own = governance.groups if person.roles & LEADERS else person.groups
    return [group for group in own if group in governance.groups and (not limit or group in limit)]


def may_read(change: Change, person: Person, governance: Governance) -> bool:
    """Say whether a draft is the person's business: writer, own group, or holder of a duty.

    What was approved is everybody's, until it is taken down for the personal data in it.
    """
    if is_shielded(change.entry_id, change.group, person, governance):
        return False
    if change.status is Status.PUBLISHED:
        return True
    if person.username in change.contributors or person.roles & LEADERS:
        return True
    duties = (Duty.WRITER, Duty.CHECKER, Duty.APPROVER)
    return any(role_for(duty, person, change, governance) for duty in duties)


def is_shielded(entry_id: str, group: str, person: Person, governance: Governance) -> bool:
    """Say whether an entry is down for its personal data and no business of this person.

    Leaders, the site administrator and the entry's own group go on reading it.
    """
    order = governance.takedowns.get(entry_id)
    if order is None or order.kind != PERSONAL_DATA:
        return False
    return not (person.roles & (LEADERS | {Role.SITE_ADMIN}) or group in person.groups)


def holders(change: Change, governance: Governance) -> list[Person]:
    """Return the people who can take the next step: whom the entry waits for."""
    action = {Status.IN_REVIEW: Action.CHECK, Status.PENDING_APPROVAL: Action.APPROVE}.get(
        change.status
    )
    if lapses(change, governance):
        action = Action.RETURN
    if action is None:
        names = [step.actor for step in change.history if step.action in EDITS]
        people = [governance.people[n] for n in dict.fromkeys(names) if n in governance.people]
        return people if change.status is not Status.PUBLISHED else []
    return [
        person
        for person in governance.people.values()
        if not refusals(change, action, person, governance)
    ]


_LOST_KEY: Final = Message("“{action}” của {name} không còn giá trị: khóa ký đã đổi sau đó.")
_LOST_RIGHT: Final = Message(
    "“{action}” của {name} không còn giá trị: phân quyền của người này đã đổi sau đó."
)
_DUTY_REASONS: Final = {
    Duty.WRITER: Message("Bài này do tổ, bộ phận khác phụ trách."),
    Duty.CHECKER: Message("Việc kiểm tra bài này không thuộc phần phụ trách của tài khoản này."),
    Duty.APPROVER: Message("Việc phê duyệt bài này không thuộc thẩm quyền của tài khoản này."),
    Duty.LEADER: Message("Chỉ hiệu trưởng, phó hiệu trưởng đăng khẩn được."),
}


def _had_right(step: Step, change: Change, governance: Governance) -> bool:
    """Say whether somebody of the roster might do what a step did, as the roster now is."""
    person, duty = governance.people[step.actor], _DECISIONS.get(step.action)
    if duty is None:
        return True
    if step.action is Action.SUBMIT and not _answers_for(change.group, person):
        return False
    return person.has(step.role) and role_for(duty, person, change, governance) is not None


def _four_eyes(change: Change, action: Action, person: Person, duty: Duty) -> list[Message]:
    if person.username in change.contributors:
        return [
            Message(
                "Không tự {verb} bài mà mình đã viết hoặc sửa.",
                {"verb": "kiểm tra" if duty is Duty.CHECKER else "phê duyệt"},
            )
        ]
    if action in _FINAL and person.username in change.checkers:
        return [Message("Người đã kiểm tra bài này không thể đồng thời phê duyệt.")]
    return []


def _answers_for(group: str, person: Person) -> bool:
    return group in person.groups or bool(person.roles & LEADERS)


def _writing_role(person: Person, change: Change, steps: Steps) -> Role | None:
    roles = person.roles & steps.write
    involved = person.username in change.contributors or _answers_for(change.group, person)
    return _first(roles) if involved else None


def _checking_role(person: Person, group: str, steps: Steps) -> Role | None:
    if steps.check == "group_lead":
        lead = person.has(Role.TEAM_LEAD) and group in person.leads
        return Role.TEAM_LEAD if lead else None
    if steps.check == "second_reader":
        return _first(person.roles & {Role.SITE_ADMIN, Role.TEAM_LEAD})
    return None


def _approving_role(
    person: Person, change: Change, steps: Steps, governance: Governance
) -> Role | None:
    if person.has(Role.PRINCIPAL) and Role.PRINCIPAL in steps.approve:
        return Role.PRINCIPAL
    if person.has(Role.VICE_PRINCIPAL) and _stands_in(person, change, steps, governance):
        return Role.VICE_PRINCIPAL
    return None


def _stands_in(person: Person, change: Change, steps: Steps, governance: Governance) -> bool:
    """A vice-principal approves in his field; outside it only for a leader who wrote himself."""
    if governance.principal.username in change.contributors:
        return True
    writers = [governance.people[n] for n in change.contributors if n in governance.people]
    group = governance.groups.get(change.group)
    responsible = group.field if group else ""
    return Role.VICE_PRINCIPAL in steps.approve and (
        responsible in person.fields
        or any(w.has(Role.VICE_PRINCIPAL) and responsible in w.fields for w in writers)
    )


def _first(roles: frozenset[Role]) -> Role | None:
    return next((role for role in Role if role in roles), None)


def _one_line(text: str) -> str:
    return " ".join(text.split()) or "-"
