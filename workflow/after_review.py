"""The after-review of what one leader published without the check: who owes it, until when.

It reads ``main`` and writes the one commit that pays; on whose desk it lies, the editor asks here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from workflow import entries
from workflow.auditing import advance_main
from workflow.entries import Step, Trailers
from workflow.errors import Message, Refused, StaleVersion
from workflow.repository import Commit, Repository
from workflow.roster import Governance, Person
from workflow.signing import Signer, public_key_line
from workflow.states import LEADERS, Action, Role

TIME: Final = timedelta(hours=24)


@dataclass(frozen=True)
class UrgentEdition:
    """A public edition that still waits for its after-review; ``urged`` is the leader's act."""

    entry_id: str
    type_name: str
    publication: str
    published_at: datetime
    urged: Step
    contributors: frozenset[str]

    @property
    def due(self) -> datetime:
        """Until when another leader reviews it."""
        return self.published_at + TIME

    def is_overdue(self, now: datetime) -> bool:
        """Say whether the time is over."""
        return now > self.due


def review(
    repo: Repository, signer: Signer, entry_id: str, seen: str, note: str, now: datetime
) -> UrgentEdition:
    """Sign that a second leader has read an urgent edition; ``seen`` names its publication.

    Raises:
        Refused: no review is due, or the person urged it, wrote at it, or is no leader.
        StaleVersion: another edition was published since.
        InvalidFields: hidden characters in the note.
        RefMoved: ``main`` moved in between; nothing was written, try again.
    """
    words = entries.note_of(note)
    with repo.lock("main"):
        edition = owed(repo).get(entry_id)
        if edition is None:
            raise Refused([Message("Bài này không còn chờ hậu kiểm.")])
        if seen != edition.publication:
            raise StaleVersion(edition.publication)
        role = _reviewing_role(edition, signer, repo.governance().acting(now))
        trailers = Trailers(Action.REVIEW, signer.username, role, entry_id, edition.type_name)
        main = repo.main()
        message = trailers.message(f"{Action.REVIEW.label}: {entry_id}", words)
        commit = repo.write_commit(repo.commit(main).tree, [main], message, now, signer)
        advance_main(repo, commit, main)
    return edition


def refusals(edition: UrgentEdition, person: Person) -> list[Message]:
    """Return every reason why the person may not review the edition; an empty list allows it."""
    reasons = []
    if not person.roles & LEADERS:
        reasons.append(Message("Chỉ hiệu trưởng, phó hiệu trưởng hậu kiểm được."))
    if person.username == edition.urged.actor:
        reasons.append(Message("Người đăng khẩn không tự hậu kiểm: việc này của lãnh đạo khác."))
    elif person.username in edition.contributors:
        reasons.append(Message("Không tự hậu kiểm bài mà mình đã viết hoặc sửa."))
    if not person.key:
        reasons.append(entries.NO_KEY)
    return reasons


def reviewers(edition: UrgentEdition, governance: Governance) -> list[Person]:
    """Return the people who may review the edition."""
    return [person for person in governance.people.values() if not refusals(edition, person)]


def concerns(edition: UrgentEdition, person: Person, governance: Governance, now: datetime) -> bool:
    """Say whether the edition lies on the person's desk.

    It is there for those who may review it. When its time is over the principal is told as well,
    and where the principal urged it, every leader.
    """
    if not refusals(edition, person):
        return True
    if not edition.is_overdue(now):
        return False
    principal = governance.principal.username
    return person.username == principal or bool(
        edition.urged.actor == principal and person.roles & LEADERS
    )


def owed(repo: Repository) -> dict[str, UrgentEdition]:
    """Return the urgent editions that nobody has reviewed, by entry."""
    return follow(repo, {}, None, repo.main())


def follow(
    repo: Repository, known: Mapping[str, UrgentEdition], base: str | None, head: str
) -> dict[str, UrgentEdition]:
    """Return what is owed at ``head``, given what was owed at ``base``, a commit before it."""
    owing = dict(known)
    line = repo.chain(head, base)[::-1]
    decided = [commit.parents[-1] for commit in line if len(commit.parents) > 1]
    approvals = {commit.oid: commit for commit in repo.commits(decided)}
    for commit in line:
        trailers, _ = entries.parse_message(commit.message)
        if trailers.action in {Action.PUBLISH, Action.REVIEW}:
            owing.pop(trailers.entry_id, None)
        if trailers.action is Action.PUBLISH:
            edition = _urgent_edition(repo, commit, approvals[commit.parents[-1]])
            owing |= {trailers.entry_id: edition} if edition else {}
    return owing


def _urgent_edition(
    repo: Repository, publication: Commit, approval: Commit
) -> UrgentEdition | None:
    trailers, _ = entries.parse_message(approval.message)
    if trailers.action is not Action.URGENT:
        return None
    acts = [entries.step_of(commit) for commit in repo.chain(approval.oid, publication.parents[0])]
    return UrgentEdition(
        entry_id=trailers.entry_id,
        type_name=trailers.type_name,
        publication=publication.oid,
        published_at=publication.when,
        urged=acts[0],
        contributors=entries.contributors_of(acts),
    )


def _reviewing_role(edition: UrgentEdition, signer: Signer, governance: Governance) -> Role:
    person = governance.people.get(signer.username)
    if person is None or public_key_line(signer.private_key) != person.key:
        raise Refused([entries.NO_KEY])
    reasons = refusals(edition, person)
    if reasons:
        raise Refused(reasons)
    return next(role for role in Role if role in person.roles & LEADERS)
