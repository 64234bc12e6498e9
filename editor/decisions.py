"""From a pressed decision button to the workflow's decision, once.

Knows no template; every rule of who may decide stands in the workflow.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import request

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
from workflow.entries import Change, refusals
from workflow.errors import InvalidFields, Message
from workflow.repository import Repository
from workflow.services import Published, history_of
from workflow.signing import Signer
from workflow.states import Action

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
    if asks_password:
        confirm_password()
    seen, note = request.form.get("seen", ""), request.form.get("note", "")
    if action is Action.APPROVE:
        _demand_a_page(change, seen)
    use_case(repository(), signer(), change.entry_id, seen, note, now())


def _demand_a_page(change: Change, seen: str) -> None:
    """Build the page that this approval would bring: on main it would hold up the whole site."""
    if seen == change.head and not refusals(change, Action.APPROVE, person(), governance()):
        preview_folder(change)


def confirm_password() -> None:
    """Check the password again before a signature (R35).

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
        newsroom().accounts.confirm(person().username, password, remote_address())
    except WrongPassword as error:
        raise InvalidFields({"password": error.messages()}) from error


def is_done(change: Change, action: Action) -> bool:
    """Say whether this person has just done this to the version that the request names."""
    seen = request.form.get("seen", "")
    if seen == change.head:
        return False
    steps = list(change.history)
    if action is Action.APPROVE and not steps:
        # Published: the branch is gone, its acts stand in the history of main.
        steps = list(reversed(history_of(repository(), change.entry_id)))
    commits = [step.commit for step in steps]
    after = commits.index(seen) + 1 if seen in commits else len(commits)
    return after < len(steps) and (steps[after].actor, steps[after].action) == (
        person().username,
        action,
    )
