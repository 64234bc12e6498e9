"""Who may do what: every role, state, act, relation and team, three times.

The pure rules, the pages and the auditor were written apart; in each cell they must agree.
A run draws a sample; ``./toasoan test --all`` asks every cell. ``docs/permission-matrix.md`` says
how many there are, and how many a thorough run has asked.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby, product
from pathlib import Path
from typing import Final

import pytest
from flask import Flask

from tests.editor import matrix_report
from tests.editor.matrix import (
    ACTS,
    ASIDE,
    AT,
    CELLS,
    LOCKED,
    REVISIONS,
    STATES,
    SUBJECTS,
    TYPES,
    Cell,
    Stand,
    Variant,
    World,
)
from tests.editor.matrix_pages import (
    ASIDE_FILES,
    ERASURE,
    FORMS,
    PRESSES,
    READS,
    Visitor,
    address_of,
    visitors_of,
)
from workflow.entries import may_read
from workflow.states import Status

THOROUGH: Final = os.environ.get("TOASOAN_TEST_PROFILE") == "thorough"
REPORT: Final = os.environ.get("TOASOAN_MATRIX_REPORT", "")
SECONDS: Final = float(os.environ.get("TOASOAN_MATRIX_SECONDS", "inf"))
"""How long a thorough run asks about each person and type, in an order that is drawn."""
SEED: Final = 20261124
DRAWN: Final = 4
"""Cells of each subject and type in a usual run, beside the witnesses."""
EVERYBODY: Final = [(subject, kind) for subject in SUBJECTS for kind in TYPES]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World.found(tmp_path_factory.mktemp("matrix") / "site.git")


@pytest.fixture(scope="module")
def visitors(world: World) -> Iterator[dict[str, Visitor]]:
    with visitors_of(world) as (_app, found):
        yield found


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with visitors_of(World.found(tmp_path_factory.mktemp("routes") / "site.git")) as (made, _found):
        yield made


def _drawn(subject: str, kind: str) -> list[Cell]:
    """The person's cells of a type, or a seeded few, each of another act."""
    cells = [c for c in CELLS if (c.subject, c.type_name) == (subject, kind)]
    if THOROUGH:
        return cells
    draw = random.Random(f"{SEED} {subject} {kind}")
    acts = draw.sample(list(ACTS), DRAWN)
    return [draw.choice([c for c in cells if c.act == act]) for act in acts]


@dataclass
class Answers:
    """What was asked, where the three disagree, and what the rules said."""

    asked: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    said: dict[Cell, bool] = field(default_factory=dict)


def _ask(world: World, visitors: dict[str, Visitor], cells: Iterable[Cell]) -> Answers:
    """Ask all three of each cell."""
    found = Answers()
    until = time.monotonic() + SECONDS
    groups = [(place, list(group)) for place, group in groupby(sorted(cells, key=_place), _place)]
    random.Random(f"{SEED} {groups[0]}").shuffle(groups)
    for (situation, variant), group in groups:
        if time.monotonic() > until:
            break
        with world.standing(situation, Variant(variant)) as stand:
            for cell in group:
                if stand is None:
                    found.asked["impossible"] += 1
                    continue
                found.asked["pages"] += 1
                found.asked["auditor"] += cell.is_judged
                found.said[cell] = world.policy(cell, stand)
                found.wrong += _disagreements(world, visitors[cell.subject], cell, stand)
    return found


def _disagreements(world: World, visitor: Visitor, cell: Cell, stand: Stand) -> Iterator[str]:
    allowed = world.policy(cell, stand)
    if cell.is_judged and world.auditor(cell, stand) != allowed:
        yield f"{cell}: the rules say {allowed}, the auditor {not allowed}"
    # A locked account signs nothing, though its key stands in the roster.
    expected = allowed and cell.subject != LOCKED
    try:
        if visitor.asks(cell, stand) != expected:
            yield f"{cell}: the rules say {expected}, the pages {not expected}"
    except AssertionError as error:
        yield f"{cell}: {error}"


def _place(cell: Cell) -> tuple[tuple[str, str, Status, str, str], str]:
    return cell.situation, ACTS[cell.act].value


@pytest.mark.parametrize(("subject", "kind"), EVERYBODY)
def test_rules_pages_and_auditor_agree(
    world: World, visitors: dict[str, Visitor], subject: str, kind: str
) -> None:
    cells = _drawn(subject, kind)
    found = _ask(world, visitors, cells)

    if THOROUGH and REPORT:
        matrix_report.note(Path(REPORT), subject, kind, found.asked, len(found.wrong))
    assert found.wrong == []


_D, _I, _P = Status.DRAFT, Status.IN_REVIEW, Status.PENDING_APPROVAL
_TEACHER, _LEAD, _VICE, _OTHER_VICE = (
    "co.giaovien5a",
    "totruong.maugiao",
    "pht.chuyenmon",
    "pht.nuoiduong",
)
WITNESSES: Final = (
    *((act, _D, _TEACHER, "own", True) for act in ("save", "submit", "abandon", "park")),
    *((act, _D, _TEACHER, "other", False) for act in ("save", "submit", "abandon", "park")),
    *((act, _I, _LEAD, "own", True) for act in ("read", "check", "return")),
    *((act, _I, _LEAD, "other", False) for act in ("read", "check", "return")),
    ("check", _I, "uq.to", "lent", True),
    *(("check", _I, name, "other", False) for name in ("uq.to", "het.to", "sap.to")),
    *(("approve", _P, name, "other", True) for name in (_VICE, "uq.pho", "uq.truong")),
    *(("approve", _P, name, "other", False) for name in (_OTHER_VICE, "het.pho", "sap.pho")),
    ("urgent", _I, _OTHER_VICE, "other", True),
    ("urgent", _I, _LEAD, "own", False),
    ("review", Status.PUBLISHED, _OTHER_VICE, "other", True),
    ("review", Status.PUBLISHED, _LEAD, "own", False),
    ("update", Status.PARKED, _TEACHER, "own", True),
    ("update", Status.PARKED, _TEACHER, "other", False),
    ("read", Status.PARKED, _LEAD, "own", True),
    ("read", Status.PARKED, _LEAD, "other", False),
    ("take_back", Status.ABANDONED, _TEACHER, "own", True),
    ("take_back", Status.ABANDONED, _TEACHER, "other", False),
    ("read", Status.ABANDONED, _LEAD, "own", True),
    ("read", Status.ABANDONED, _LEAD, "other", False),
    *((act, Status.PUBLISHED, _TEACHER, "own", True) for act in REVISIONS),
    *((act, Status.PUBLISHED, _TEACHER, "other", False) for act in REVISIONS),
    ("take_down", Status.PUBLISHED, "quantri.web", "other", True),
    ("take_down", Status.PUBLISHED, _LEAD, "own", False),
    ("read_down", Status.PUBLISHED, _LEAD, "own", True),
    ("read_down", Status.PUBLISHED, _LEAD, "other", False),
    ("lift", Status.PUBLISHED, "hieutruong", "other", True),
    *(("lift", Status.PUBLISHED, name, "other", False) for name in (_VICE, "uq.truong")),
    *((act, _D, "hieutruong", "other", True) for act in ("erase", "read_files")),
    *((act, _D, _VICE, "other", False) for act in ("erase", "read_files")),
    *(
        (act, state, "hieutruong", "other", True)
        for act, state in product(("erase", "read_files"), sorted(ASIDE))
    ),
    ("erase", Status.PUBLISHED, "hieutruong", "other", False),
)
"""Who may and who may not, in words: a matrix of refusals alone would agree with anything."""


def test_the_witnesses_may_and_may_not(world: World, visitors: dict[str, Visitor]) -> None:
    said = {
        Cell(subject, "posts", state, "none", team, act): expected
        for act, state, subject, team, expected in WITNESSES
    }
    found = _ask(world, visitors, said)

    assert {str(cell): answer for cell, answer in found.said.items()} == {
        str(cell): answer for cell, answer in said.items()
    }
    assert found.wrong == []
    assert {(act, answer) for act, *_rest, answer in WITNESSES} == {
        (act, answer) for act in ACTS for answer in (True, False)
    }


_PAPER: Final = {"roster.paper", "roster.download", "guide.source", "auth.sign_in", "static"}
"""Pages without an entry that take long, or are no page."""


@pytest.fixture(scope="module")
def school_of_lists(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Forty days ago, so that all drafts have lain for long."""
    path = tmp_path_factory.mktemp("lists") / "site.git"
    return World.found(path, AT - timedelta(days=40))


def test_lists_name_what_a_person_may_read_and_nothing_else(school_of_lists: World) -> None:
    world = school_of_lists
    kinds = [
        *(product(STATES, ("own", "other"), ("none",), (Variant.PLAIN,))),
        *(product(STATES, ("other",), ("author",), (Variant.PLAIN,))),
        *(product((Status.DRAFT, Status.PUBLISHED), ("own", "other"), ("none",), (Variant.DOWN,))),
        (Status.PUBLISHED, "other", "none", Variant.URGENT),
    ]
    stands = [
        stand
        for state, team, relation, variant in kinds
        if (stand := world.make(("co.giaovien5a", "posts", state, relation, team), variant))
    ]
    assert len(stands) == len(kinds)
    wrong: list[str] = []
    with visitors_of(world) as (app, visitors):
        pages = [
            rule.rule
            for rule in app.url_map.iter_rules()
            if "GET" in (rule.methods or set())
            and not rule.arguments
            and rule.endpoint not in _PAPER
        ]
        for subject in SUBJECTS:
            person = world.person(subject) if subject != LOCKED else None
            text = {p: visitors[subject].reader.read(p) for p in [*pages, "/viet/notices"]}
            for stand in stands:
                allowed = person is not None and may_read(stand.change, person, world.rules())
                named = [page for page in text if stand.marker in text[page]]
                if bool(named) != allowed:
                    wrong.append(f"{subject}: {stand.change.status}, may read: {allowed}, {named}")

    assert wrong == []


def test_every_route_of_an_entry_is_asked(app: Flask) -> None:
    """A new route below an entry's address, and nobody asks who may reach it: this names it."""
    addresses = app.url_map.bind("")
    asked = {addresses.match(address_of(path, "a"), "POST")[0] for path, _ in PRESSES.values()}
    read = (*READS, *FORMS.values(), *ERASURE, *ASIDE_FILES.values(), "/ban-nhap-da-bo/{id}/1")
    seen = {addresses.match(address_of(path.partition("?")[0], "a"), "GET")[0] for path in read}
    of_entries = {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if "entry_id" in rule.arguments
    }

    assert of_entries == {(e, "POST") for e in asked} | {(e, "GET") for e in seen}


def test_every_act_has_its_button_or_its_views() -> None:
    assert set(ACTS) - set(PRESSES) == {"read", "read_down", "read_files"}


def test_the_document_tells_the_numbers() -> None:
    text = matrix_report.DOCUMENT.read_text()

    assert text == matrix_report.document(matrix_report.rows(text)), (
        "run python -m tests.editor.matrix_report"
    )
