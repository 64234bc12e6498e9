"""Who may do what: every role, state, act, relation and team, three times.

The pure rules, the pages and the auditor were written apart; in each cell they must agree.
A run draws a sample; ``./toasoan test --all`` asks every cell.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from typing import Final

import pytest
from argon2 import PasswordHasher

from editor import passwords
from editor.app import create_app
from editor.settings import Settings
from tests.editor.conftest import Reader
from tests.editor.matrix import (
    LOCKED,
    PASSWORD,
    PRESSES,
    REVIEW,
    STRANGER,
    SUBJECTS,
    Cell,
    Visitor,
    World,
    situations,
)
from workflow.entries import Change
from workflow.states import Action

THOROUGH: Final = os.environ.get("TOASOAN_TEST_PROFILE") == "thorough"
SEED: Final = 20261124
SAMPLE: Final = 8
JUDGED: Final = (
    *(Action.SAVE, Action.SUBMIT, Action.CHECK),
    *(Action.APPROVE, Action.URGENT, Action.REVIEW),
)
"""A return opens nothing to the public: the auditor asks only for the key and the role."""

ACTS: Final = (*PRESSES, "read")
CELLS: Final = [
    Cell(*situation, act) for situation in situations(("posts", "circulars")) for act in ACTS
]


def _asked(world: World, subject: str, acts: tuple[str, ...]) -> list[Cell]:
    """The person's cells, or some of them; what cannot stand on ``main`` is no situation."""
    cells = [c for c in CELLS if c.subject == subject and c.act in acts]
    drawn = cells if THOROUGH else random.Random(SEED).sample(cells, SAMPLE)
    return [cell for cell in sorted(drawn) if world.entry(cell)]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World.found(tmp_path_factory.mktemp("matrix") / "site.git")


@pytest.fixture(scope="module")
def visitors(world: World) -> Iterator[dict[str, Visitor]]:
    """Everybody at a browser of their own, signed in through the door."""
    with pytest.MonkeyPatch.context() as patch:
        # Thousands of decisions ask for a password: the hash is the real one, but cheap.
        patch.setattr(
            passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        )
        patch.setattr(passwords, "_MEMORY_KIB", 8)
        patch.setattr(passwords, "_PASSES", 1)
        app = create_app(Settings(data=world.repo.path.parent))
        accounts = app.extensions["toasoan"].accounts
        found = {}
        for name in SUBJECTS:
            reader = Reader(app.test_client())
            if name != STRANGER:
                accounts.create(name, PASSWORD, world.keys[name].private_key)
                assert reader.sign_in(name, PASSWORD).status_code == 302
            found[name] = Visitor(reader, reader.token())
        accounts.lock(LOCKED)
        yield found
        app.extensions["toasoan"].database.engine.dispose()


@pytest.mark.parametrize("subject", SUBJECTS)
def test_the_pages_say_what_the_rules_say(
    world: World, visitors: dict[str, Visitor], subject: str
) -> None:
    wrong = []
    for cell in _asked(world, subject, ACTS):
        change = world.change(world.entry(cell))
        allowed = world.policy(cell) and cell.subject != LOCKED
        with world.untouched(change.entry_id):
            owed = world.owed(cell) if cell.act == REVIEW else None
            done = _asks(visitors[subject], change, cell.act, owed.publication if owed else "")
        if done != allowed:
            wrong.append(f"{cell}: the rules say {allowed}, the pages {done}")
    assert wrong == []


@pytest.mark.parametrize("subject", SUBJECTS)
def test_the_auditor_says_what_the_rules_say(world: World, subject: str) -> None:
    wrong = []
    for cell in _asked(world, subject, JUDGED):
        allowed, accepted = world.policy(cell), world.auditor(cell)
        if accepted != allowed:
            wrong.append(f"{cell}: the rules say {allowed}, the auditor {accepted}")
    assert wrong == []


def test_each_act_is_somewhere_allowed_and_somewhere_refused(world: World) -> None:
    """The control: a matrix of refusals alone would agree with anything."""
    few = {"co.giaovien5a", "totruong.maugiao", "pht.chuyenmon"}
    plain = [
        c for c in CELLS if (c.relation, c.type_name) == ("none", "posts") and c.subject in few
    ]
    said = {(c.act, world.policy(c)) for c in plain if world.entry(c)}

    assert said == {(act, answer) for act in ACTS for answer in (True, False)}


def _asks(visitor: Visitor, change: Change, act: str, seen: str) -> bool:
    if act == "read":
        return visitor.reads(change)
    if act != "save":
        return visitor.presses(change, act, seen)
    form_opens, done = visitor.edits(change), visitor.presses(change, act)
    assert form_opens == done, "the form opens for whoever may save, and for nobody else"
    return done
