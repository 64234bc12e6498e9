"""From a pressed decision button to the workflow's decision, once.

Knows no template; every rule of who may decide stands in the workflow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import takewhile
from typing import Final

from flask import g, request

from editor.accounts import WrongPassword
from editor.newsroom import (
    current_change,
    governance,
    newsroom,
    now,
    person,
    remote_address,
    repository,
    signer,
)
from editor.previewing import preview_folder
from workflow import after_review
from workflow.entries import Change, Step, refusals
from workflow.errors import InvalidFields, Message
from workflow.repository import Repository
from workflow.services import demand_urgent_reason, history_of
from workflow.shelf import Published
from workflow.signing import Signer
from workflow.states import Action

_PUBLISHING: Final = frozenset({Action.APPROVE, Action.URGENT})
UseCase = Callable[[Repository, Signer, str, str, str, datetime], Change | Published]


def decide(use_case: UseCase, action: Action, *, asks_password: bool) -> None:
    """Take the decision that the request brought; pressed twice, it is taken once.

    Raises:
        InvalidFields: the password is wrong (``password``), the statement is not confirmed
            (``accurate``), or the reason is missing (``note``).
        StaleVersion: the entry changed since the page was opened.
        BuildFailed: the site does not build with the entry that is to be approved.
        Refused, NotFound, Throttled: as the use case and the accounts.
    """
    change = current_change()
    if is_done(change, action):
        return
    if action is Action.CHECK and "accurate" not in request.form:
        reason = Message("Chưa đánh dấu xác nhận. Đọc kỹ bài rồi đánh dấu vào ô này.")
        raise InvalidFields({"accurate": [reason]})
    seen, note = request.form.get("seen", ""), request.form.get("note", "")
    if action is Action.URGENT:
        demand_urgent_reason(note)
    if asks_password:
        confirm_password()
    if action in _PUBLISHING:
        _demand_a_page(change, action, seen)
    use_case(repository(), signer(), change.entry_id, seen, note, now())


def _demand_a_page(change: Change, action: Action, seen: str) -> None:
    """Build the page that this approval would bring: on main it would hold up the whole site."""
    if seen == change.head and not refusals(change, action, person(), governance()):
        preview_folder(change, is_decided=True)


def decide_after_review() -> None:
    """Sign the after-review that the request brought; pressed twice, it is signed once.

    Raises:
        InvalidFields: the password is wrong (``password``).
        Refused, StaleVersion: as ``after_review.review``.
    """
    entry_id, seen = current_change().entry_id, request.form.get("seen", "")
    steps = history_of(repository(), entry_id)
    if any((s.action, s.actor) == (Action.REVIEW, person().username) for s in _until(seen, steps)):
        return
    confirm_password()
    note = request.form.get("note", "")
    after_review.review(repository(), signer(), entry_id, seen, note, now())


def _until(publication: str, steps: Sequence[Step]) -> Iterable[Step]:
    """Return what followed a publication, of steps that stand newest first."""
    return takewhile(lambda step: step.commit != publication, steps)


def confirm_password() -> Signer:
    """Check the password again before a signature, and return the key that it unlocked (R35).

    From then on this request signs with that key: a session alone signs no decision.

    Raises:
        InvalidFields: at ``password``.
        Throttled: too many wrong passwords, here and at the door together.
    """
    password = request.form.get("password", "")
    if not password:
        raise InvalidFields(
            {"password": [Message("Chưa nhập mật khẩu. Nhập để ký quyết định này.")]}
        )
    try:
        g.confirmed = newsroom().accounts.confirm(person().username, password, remote_address())
    except WrongPassword as error:
        raise InvalidFields({"password": error.messages()}) from error
    return signer()


def is_done(change: Change, action: Action) -> bool:
    """Say whether this person has just done this to the version that the request names."""
    seen = request.form.get("seen", "")
    if seen == change.head:
        return False
    steps = list(change.history)
    if action in _PUBLISHING and not steps:
        # Published: the branch is gone, its acts stand in the history of main.
        steps = list(reversed(history_of(repository(), change.entry_id)))
    commits = [step.commit for step in steps]
    after = commits.index(seen) + 1 if seen in commits else len(commits)
    return after < len(steps) and (steps[after].actor, steps[after].action) == (
        person().username,
        action,
    )
