"""Random lives of a school on real git, against a model that knows only who did what.

After each step: what is public is byte for byte what somebody approved who had no part in it, one
change at most is open for an entry, and the auditor accepts the repository.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.workflow.conftest import (
    ADMIN,
    CLERK,
    LEAD,
    NUTRITION,
    NUTRITION_VICE,
    PRINCIPAL,
    STAFF,
    TEACHER,
    VICE,
    School,
    circular_fields,
    found,
    kept_record,
    menu_fields,
    post_fields,
)
from workflow import (
    after_review,
    entries,
    erasing,
    governing,
    recovering,
    revising,
    roster,
    services,
    signing,
    verification,
)
from workflow.addresses import claims
from workflow.content_types import WITHDRAWAL_KINDS
from workflow.delegations import DELEGABLE, Delegation
from workflow.entries import Change
from workflow.errors import WorkflowError
from workflow.governing import Appointment
from workflow.record import Record
from workflow.repository import ARCHIVE, PARKED, StoredMedia
from workflow.revising import Withdrawal
from workflow.services import Content
from workflow.shelf import Published
from workflow.states import Action, Role, Status

THOROUGH: Final = os.environ.get("TOASOAN_TEST_PROFILE") == "thorough"
WRITERS: Final = (TEACHER, LEAD, "totruong.nhatre", VICE, PRINCIPAL, CLERK, ADMIN, "congdoan")
GROUPS: Final = ("mau-giao", "nha-tre", "van-phong", "bgh", "nuoi-duong", "cong-doan")
REASONS: Final = ("", "gấp quá", "Bão vào đêm nay, phụ huynh cần biết.")
DECIDERS: Final = (LEAD, VICE, NUTRITION_VICE, PRINCIPAL, ADMIN, NUTRITION, TEACHER)


@dataclass
class Life:
    """What the model knows of one entry since it was last published."""

    contributors: set[str] = field(default_factory=set)
    checker: str = ""
    saved_tree: str = ""


class SchoolLife(RuleBasedStateMachine):
    """Each rule is one act of one person; refusals are part of life."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(prefix="toasoan-life-")
        self.school: School = found(Path(self._folder.name) / "site.git")
        self.open: dict[str, Life] = {}
        self.parked: dict[str, Life] = {}
        self.archived: dict[tuple[str, int], Life] = {}
        self.public: dict[str, str] = {}
        self.unreviewed: dict[str, set[str]] = {}
        self.number = 0
        self.audited = self.school.repo.main()
        self.kept = Path(self._folder.name) / "data"
        self.old_forms: list[Change] = []
        self.papers = [signing.generate()]
        self._seal(signing.public_key_line(self.papers[0]))

    def _seal(self, key: str) -> None:
        def edit(tables: governing.Tables) -> None:
            tables[roster.ROSTER]["recovery"] = {"key": key, "since": self.school.clock}

        principal = self.school.keys[PRINCIPAL]
        governing.govern(self.school.repo, principal, "Khóa", edit, self.school.now())

    def teardown(self) -> None:
        self._folder.cleanup()

    # Writing

    def _title(self) -> str:
        self.number += 1
        return f"Bài số {self.number}"

    def _begin(self, who: str, kind: str, raw: dict[str, Any]) -> None:
        with suppress(WorkflowError):
            change = self.school.create(who, kind, **raw)
            self._saved(change, who)

    def _saved(self, change: Change, who: str) -> None:
        tree = self.school.repo.tree_of(change.head, change.folder) or ""
        life = self.open.setdefault(change.entry_id, Life())
        if tree != life.saved_tree or not life.contributors:
            life.contributors.add(who)
            life.checker = ""
        life.saved_tree = tree
        self.old_forms.append(change)

    @rule(who=st.sampled_from(WRITERS), group=st.sampled_from(GROUPS))
    def writes_a_post(self, who: str, group: str) -> None:
        self._begin(who, "posts", post_fields(title=self._title(), group=group))

    @rule(who=st.sampled_from(WRITERS), group=st.sampled_from(GROUPS))
    def writes_a_notice(self, who: str, group: str) -> None:
        raw = post_fields(title=self._title(), group=group)
        self._begin(who, "notices", {k: v for k, v in raw.items() if k != "category"})

    @rule(who=st.sampled_from((CLERK, ADMIN, TEACHER)))
    def enters_a_circular(self, who: str) -> None:
        self.number += 1
        self._begin(who, "circulars", circular_fields(code_number=str(self.number)))

    @rule(who=st.sampled_from((NUTRITION, TEACHER, VICE)), week=st.integers(0, 20))
    def writes_a_menu(self, who: str, week: int) -> None:
        monday = self.school.clock.date() + timedelta(weeks=week)
        monday -= timedelta(days=monday.weekday())
        self._begin(who, "menus", menu_fields(week_start=monday.isoformat()))

    @rule(who=st.sampled_from((CLERK, PRINCIPAL, VICE)))
    def writes_a_page(self, who: str) -> None:
        raw = {"title": self._title(), "summary": "Trang.", "group": "bgh"}
        group = "van-phong" if who == CLERK else "bgh"
        self._begin(who, "pages", raw | {"group": group})

    @rule(who=st.sampled_from(WRITERS), minutes=st.integers(-60, 600))
    def writes_for_later(self, who: str, minutes: int) -> None:
        at = self.school.clock + timedelta(minutes=minutes)
        raw = post_fields(title=self._title(), publish_at=f"{at:%d/%m/%Y %H:%M}")
        self._begin(who, "posts", raw)

    def _change(self, pick: int) -> Change | None:
        ids = sorted(self.school.repo.drafts())
        return services.change(self.school.repo, ids[pick % len(ids)]) if ids else None

    def _rewrite(self, who: str, change: Change, content: Content, seen: str = "") -> Change | None:
        with suppress(WorkflowError):
            saved = services.save(
                self.school.repo,
                self.school.keys[who],
                change.entry_id,
                seen or change.head,
                content,
                self.school.now(),
            )
            self._saved(saved, who)
            return saved
        return None

    def _edit(self, who: str, change: Change, **fields: Any) -> None:
        self.number += 1
        content = Content(change.fields | fields, f"Bản {self.number}.")
        self._rewrite(who, change, content)

    @rule(who=st.sampled_from(WRITERS), pick=st.integers(0, 99))
    def edits(self, who: str, pick: int) -> None:
        change = self._change(pick)
        if change:
            self._edit(who, change)

    @rule(who=st.sampled_from(WRITERS), pick=st.integers(0, 99))
    def saves_without_a_change(self, who: str, pick: int) -> None:
        change = self._change(pick)
        if change:
            saved = self._rewrite(who, change, Content(change.fields, change.body))
            assert saved is None or saved.head == change.head

    @rule(who=st.sampled_from(WRITERS), pick=st.integers(0, 99), group=st.sampled_from(GROUPS))
    def moves_to_another_team(self, who: str, pick: int, group: str) -> None:
        change = self._change(pick)
        if change:
            self._edit(who, change, group=group)

    @rule(who=st.sampled_from(WRITERS), pick=st.integers(0, 99), pixels=st.binary(max_size=8))
    def replaces_a_photo(self, who: str, pick: int, pixels: bytes) -> None:
        change = self._change(pick)
        if change and change.type_name in {"posts", "notices"}:
            photo: StoredMedia = self.school.repo.store_media(b"photo" + pixels)
            fields = change.fields | {"photos": [{"file": "anh-1.jpg", "alt": "Bé"}]}
            self._rewrite(who, change, Content(fields, change.body, {"anh-1.jpg": photo}))

    @rule(who=st.sampled_from(WRITERS), pick=st.integers(0, 99))
    @precondition(lambda self: bool(self.public))
    def edits_a_published_entry(self, who: str, pick: int) -> None:
        ids = sorted(self.public)
        change = services.open_for_edit(self.school.repo, ids[pick % len(ids)])
        self._edit(who, change)

    @rule(who=st.sampled_from(WRITERS), pick=st.integers(0, 99))
    @precondition(lambda self: bool(self.old_forms))
    def sends_an_old_form_again(self, who: str, pick: int) -> None:
        old = self.old_forms[pick % len(self.old_forms)]
        head = self.school.repo.draft(old.entry_id)
        content = Content(old.fields, "Từ một tab cũ.")
        saved = self._rewrite(who, old, content, seen=old.head)
        assert saved is None or head == old.head, "a stale save was taken"

    # What was public

    def _revises(self, act: Callable[..., Change], who: str, pick: int, *given: Any) -> None:
        """Correct, withdraw, put back or move: each is a save, and counts as one."""
        ids = sorted(self.public)
        with suppress(WorkflowError):
            current = services.open_for_edit(self.school.repo, ids[pick % len(ids)])
            signer = self.school.keys[who]
            now = self.school.now()
            change = act(self.school.repo, signer, current.entry_id, current.head, *given, now)
            if change.status is not Status.PUBLISHED:
                self._saved(change, who)

    @rule(who=st.sampled_from(WRITERS), pick=st.integers(0, 99))
    @precondition(lambda self: bool(self.public))
    def corrects(self, who: str, pick: int) -> None:
        self.number += 1
        self._revises(revising.correct, who, pick, f"Lý do {self.number}")

    @rule(
        who=st.sampled_from(WRITERS),
        pick=st.integers(0, 99),
        kind=st.sampled_from(sorted(WITHDRAWAL_KINDS)),
        by=st.integers(0, 99),
    )
    @precondition(lambda self: bool(self.public))
    def withdraws(self, who: str, pick: int, kind: str, by: int) -> None:
        ids = sorted(self.public)
        successor = ids[by % len(ids)] if kind == "replaced" else ""
        self._revises(revising.withdraw, who, pick, Withdrawal(kind, "Nhầm", successor))

    @rule(who=st.sampled_from(WRITERS), pick=st.integers(0, 99))
    @precondition(lambda self: bool(self.public))
    def takes_a_withdrawal_back(self, who: str, pick: int) -> None:
        self._revises(revising.restore, who, pick)

    @rule(who=st.sampled_from(WRITERS), pick=st.integers(0, 99), slug=st.sampled_from("abc"))
    @precondition(lambda self: bool(self.public))
    def moves_to_another_address(self, who: str, pick: int, slug: str) -> None:
        self._revises(revising.move, who, pick, slug)

    # Setting aside

    @rule(who=st.sampled_from(WRITERS), pick=st.integers(0, 99))
    @precondition(lambda self: bool(self.public))
    def mends_a_page_whose_draft_is_open(self, who: str, pick: int) -> None:
        """Parks what is open, else begins the long draft that may be parked next."""
        ids = sorted(self.public)
        entry_id = ids[pick % len(ids)]
        change = services.open_for_edit(self.school.repo, entry_id)
        if change.status is Status.PUBLISHED:
            self._edit(who, change)
            return
        with suppress(WorkflowError):
            live = services.park(
                self.school.repo, self.school.keys[who], entry_id, change.head, self.school.now()
            )
            assert entry_id not in self.parked, "two drafts lie aside"
            self.parked[entry_id] = self.open.pop(entry_id)
            self._edit(who, live)

    @rule(who=st.sampled_from(WRITERS), pick=st.integers(0, 99))
    @precondition(lambda self: bool(self.parked))
    def brings_a_parked_draft_up_to_date(self, who: str, pick: int) -> None:
        ids = sorted(self.parked)
        entry_id = ids[pick % len(ids)]
        aside = services.parked(self.school.repo, entry_id)
        with suppress(WorkflowError):
            updated = services.update(
                self.school.repo,
                self.school.keys[who],
                entry_id,
                aside.head,
                self.school.now(),
            )
            self._taken_up(updated, who, self.parked.pop(entry_id))

    @rule(who=st.sampled_from(WRITERS), pick=st.integers(0, 99))
    def gives_up(self, who: str, pick: int) -> None:
        change = self._change(pick)
        if change is None:
            return
        found = self._decides(services.abandon, who, change, "Thôi.")
        if found is not None:
            life = self.open.pop(change.entry_id)
            self.archived[change.entry_id, found.number] = life

    @rule(who=st.sampled_from(WRITERS), pick=st.integers(0, 99))
    @precondition(lambda self: bool(self.archived))
    def takes_back(self, who: str, pick: int) -> None:
        places = sorted(self.archived)
        entry_id, number = place = places[pick % len(places)]
        aside = services.archived(self.school.repo, entry_id, number).change
        with suppress(WorkflowError):
            updated = services.take_back(
                self.school.repo,
                self.school.keys[who],
                entry_id,
                number,
                aside.head,
                self.school.now(),
            )
            self._taken_up(updated, who, self.archived.pop(place))

    def _taken_up(self, updated: Change, who: str, life: Life) -> None:
        assert updated.entry_id not in self.open, "two drafts of one entry are open"
        assert updated.status is Status.DRAFT, "a decision outlived the update"
        life.contributors.add(who)
        assert updated.contributors == life.contributors, "a writer was forgotten"
        life.checker = ""
        life.saved_tree = self.school.repo.tree_of(updated.head, updated.folder) or ""
        self.open[updated.entry_id] = life
        self.old_forms.append(updated)

    # Deciding

    def _decides(
        self, act: Callable[..., Any], who: str, change: Change, note: str = ""
    ) -> Any | None:
        with suppress(WorkflowError):
            return act(
                self.school.repo,
                self.school.keys[who],
                change.entry_id,
                change.head,
                note,
                self.school.now(),
            )
        return None

    @rule(who=st.sampled_from((*WRITERS, NUTRITION)), pick=st.integers(0, 99))
    def submits(self, who: str, pick: int) -> None:
        change = self._change(pick)
        if change and self._decides(services.submit, who, change):
            self.open[change.entry_id].contributors.add(who)

    @rule(who=st.sampled_from(DECIDERS), pick=st.integers(0, 99))
    def checks(self, who: str, pick: int) -> None:
        change = self._change(pick)
        if change and self._decides(services.check, who, change):
            life = self.open[change.entry_id]
            assert who not in life.contributors
            life.checker = who

    @rule(who=st.sampled_from(DECIDERS), pick=st.integers(0, 99))
    def sends_back(self, who: str, pick: int) -> None:
        change = self._change(pick)
        if change and self._decides(services.send_back, who, change, "Xem lại."):
            self.open[change.entry_id].checker = ""

    @rule(who=st.sampled_from(DECIDERS), pick=st.integers(0, 99))
    def approves(self, who: str, pick: int) -> None:
        change = self._change(pick)
        if change is None:
            return
        done = self._decides(services.approve, who, change)
        if done is not None:
            life = self.open[change.entry_id]
            assert who not in life.contributors
            assert who != life.checker
        if isinstance(done, Published):
            self._published(change.entry_id)

    @rule(who=st.sampled_from(DECIDERS), pick=st.integers(0, 99), why=st.sampled_from(REASONS))
    def publishes_urgently(self, who: str, pick: int, why: str) -> None:
        change = self._change(pick)
        done = change and self._decides(services.publish_urgently, who, change, why)
        if change and done:
            life = self.open[change.entry_id]
            assert who not in {life.checker, *life.contributors}
            assert why == REASONS[-1]
            assert not self.school.repo.governance().frozen
            self._published(change.entry_id)
            self.unreviewed[change.entry_id] = {who, *life.contributors}

    @rule(who=st.sampled_from(DECIDERS), pick=st.integers(0, 99))
    @precondition(lambda self: bool(self.unreviewed))
    def reviews_afterwards(self, who: str, pick: int) -> None:
        entry_id = sorted(self.unreviewed)[pick % len(self.unreviewed)]
        edition = after_review.owed(self.school.repo)[entry_id]
        key, now = self.school.keys[who], self.school.now()
        with suppress(WorkflowError):
            after_review.review(self.school.repo, key, entry_id, edition.publication, "", now)
            assert who not in self.unreviewed.pop(entry_id)

    @rule(pick=st.integers(0, 99))
    def goes_the_whole_way(self, pick: int) -> None:
        """The usual course of things, so that enough becomes public to be attacked."""
        change = self._change(pick)
        if change is None:
            return
        people = list(self.school.repo.governance().people)
        for action, act in (
            (Action.SUBMIT, services.submit),
            (Action.CHECK, services.check),
            (Action.APPROVE, services.approve),
        ):
            governance = self.school.repo.governance()
            current = services.change(self.school.repo, change.entry_id)
            may = [
                name
                for name in people
                if name in self.school.keys
                and not entries.refusals(current, action, governance.people[name], governance)
            ]
            done = self._decides(act, may[0], current) if may else None
            if done is None:
                continue
            if action is Action.SUBMIT:
                self.open[change.entry_id].contributors.add(may[0])
            if isinstance(done, Published):
                self._published(change.entry_id)
                return

    @rule(minutes=st.integers(-500, 5000))
    def time_passes(self, minutes: int) -> None:
        """Also backwards: a jump of the clock publishes nothing twice."""
        outcome = services.publish_due(
            self.school.repo, self.school.clock + timedelta(minutes=minutes)
        )
        for entry_id, trouble in outcome.items():
            if trouble is None:
                self._published(entry_id)

    def _published(self, entry_id: str) -> None:
        life = self.open.pop(entry_id)
        self.unreviewed.pop(entry_id, None)
        self.public[entry_id] = life.saved_tree

    # Governing

    @rule(who=st.sampled_from(DECIDERS))
    def freezes(self, who: str) -> None:
        with suppress(WorkflowError):
            governing.freeze(self.school.repo, self.school.keys[who], "Nghỉ", self.school.now())
            assert who == PRINCIPAL

    @rule()
    def lifts_the_freeze(self) -> None:
        governing.lift_freeze(self.school.repo, self.school.keys[PRINCIPAL], self.school.now())

    @rule(who=st.sampled_from(STAFF), pick=st.integers(0, 99))
    @precondition(lambda self: bool(self.public))
    def takes_down(self, who: str, pick: int) -> None:
        ids = sorted(self.public)
        with suppress(WorkflowError):
            governing.take_down(
                self.school.repo,
                self.school.keys[who],
                ids[pick % len(ids)],
                "error",
                "Nhầm",
                self.school.now(),
            )
            rules = self.school.repo.governance().acting(self.school.clock)
            assert rules.people[who].roles & set(governing.TAKERS_DOWN)

    @rule(who=st.sampled_from((PRINCIPAL, VICE, ADMIN)), pick=st.integers(0, 99))
    @precondition(lambda self: bool(self.public))
    def puts_up_again(self, who: str, pick: int) -> None:
        ids = sorted(self.public)
        with suppress(WorkflowError):
            governing.lift_takedown(
                self.school.repo,
                self.school.keys[who],
                ids[pick % len(ids)],
                self.school.now(),
            )
            assert who == PRINCIPAL

    @rule(
        by=st.sampled_from((PRINCIPAL, PRINCIPAL, PRINCIPAL, VICE, ADMIN)),
        who=st.sampled_from(DECIDERS),
        role=st.sampled_from(DELEGABLE),
        days=st.tuples(st.integers(0, 2), st.integers(0, 3)),
        group=st.sampled_from(GROUPS),
    )
    def delegates(self, by: str, who: str, role: Role, days: tuple[int, int], group: str) -> None:
        since = self.school.clock.date() + timedelta(days=days[0])
        given = Delegation(
            who,
            role,
            (group,) if role is Role.TEAM_LEAD else (),
            ("chuyen-mon", "nuoi-duong") if role is Role.VICE_PRINCIPAL else (),
            since,
            since + timedelta(days=days[1]),
            "25/QĐ-MNPH",
        )
        with suppress(WorkflowError):
            governing.delegate(self.school.repo, self.school.keys[by], given, self.school.now())
            assert by == PRINCIPAL
            assert not self.school.repo.governance().people[who].has(Role.SITE_ADMIN)

    @rule(by=st.sampled_from((PRINCIPAL, VICE)), pick=st.integers(0, 99))
    def ends_a_delegation(self, by: str, pick: int) -> None:
        rows = self.school.repo.governance().delegations
        if rows:
            which = rows[pick % len(rows)].id
            with suppress(WorkflowError):
                now = self.school.now()
                governing.end_delegation(self.school.repo, self.school.keys[by], which, now)
                assert by == PRINCIPAL

    @rule(days=st.integers(1, 2))
    def a_day_goes_by(self, days: int) -> None:
        self.school.clock += timedelta(days=days)

    @rule(pick=st.integers(0, 99))
    def goes_the_whole_way_by_delegates(self, pick: int) -> None:
        """Whoever may decide by delegation only does, so that delegations are tried."""
        change = self._change(pick)
        for step, act in ((Action.CHECK, services.check), (Action.APPROVE, services.approve)):
            current = change and self._again(change)
            if current is None:
                return
            rules = self.school.repo.governance().acting(self.school.clock)
            may = [
                p.username
                for p in rules.people.values()
                if p.lent and not entries.refusals(current, step, p, rules)
            ]
            done = self._decides(act, may[0], current) if may else None
            if done is not None:
                life = self.open[current.entry_id]
                assert may[0] not in {*life.contributors, life.checker}
                life.checker = may[0] if step is Action.CHECK else life.checker
            if isinstance(done, Published):
                self._published(current.entry_id)
                return

    def _again(self, change: Change) -> Change | None:
        is_open = self.school.repo.draft(change.entry_id)
        return services.change(self.school.repo, change.entry_id) if is_open else None

    def _appoint(self, username: str, roles: set[Role], key: str) -> None:
        person = self.school.repo.governance().people[username]
        given = Appointment(
            person.name, frozenset(roles), person.groups, tuple(sorted(person.fields)), key
        )
        with suppress(WorkflowError):
            governing.appoint(
                self.school.repo, self.school.keys[PRINCIPAL], username, given, self.school.now()
            )

    @rule(who=st.sampled_from((TEACHER, LEAD, VICE, ADMIN, CLERK)), role=st.sampled_from(Role))
    def changes_a_role(self, who: str, role: Role) -> None:
        self._appoint(who, {role}, self.school.repo.governance().people[who].key)

    @rule()
    def gives_everybody_the_usual_roles(self) -> None:
        usual = {
            TEACHER: Role.TEACHER,
            LEAD: Role.TEAM_LEAD,
            VICE: Role.VICE_PRINCIPAL,
            ADMIN: Role.SITE_ADMIN,
            CLERK: Role.CLERK,
        }
        people = self.school.repo.governance().people
        for who, role in usual.items():
            if people[who].roles != {role}:
                self._appoint(who, {role}, people[who].key)

    @rule(who=st.sampled_from((TEACHER, LEAD, VICE)))
    def renews_a_key(self, who: str) -> None:
        """After a lost password: nothing can be signed until the principal signed the new key."""
        self.school.keys[who] = signing.Signer(who, signing.generate())
        self._begin(who, "posts", post_fields(title=self._title()))
        assert not any(
            self.school.repo.commit(head).message.startswith(f"Lưu: Bài số {self.number}\n")
            for head in self.school.repo.drafts().values()
        )
        people = self.school.repo.governance().people
        key = signing.public_key_line(self.school.keys[who].private_key)
        self._appoint(who, set(people[who].roles), key)

    @rule()
    def the_principal_renews_the_key(self) -> None:
        fresh = signing.generate()
        line = signing.public_key_line(fresh)
        governing.renew_key(self.school.repo, self.school.keys[PRINCIPAL], line, self.school.now())
        self.school.keys[PRINCIPAL] = signing.Signer(PRINCIPAL, fresh)

    @rule(used=st.sampled_from(("right", "spent")))
    def the_sealed_key_is_used(self, used: str) -> None:
        """After a lost password; a key that was used once before names nobody."""
        fresh, replacement = signing.generate(), signing.generate()
        paper = self.papers[-1] if used == "right" else self.papers[0]
        principal = {"username": PRINCIPAL, "name": "x", "key": signing.public_key_line(fresh)}
        with suppress(WorkflowError):
            recovering.recover(
                self.school.repo,
                paper,
                principal,
                signing.public_key_line(replacement),
                self.school.now(),
            )
            assert paper is self.papers[-1]
            self.papers.append(replacement)
            self.school.keys[PRINCIPAL] = signing.Signer(PRINCIPAL, fresh)

    @rule(who=st.sampled_from((PRINCIPAL, VICE, ADMIN)), pick=st.integers(0, 99))
    @precondition(lambda self: bool(self.public))
    def erases_a_photo(self, who: str, pick: int) -> None:
        """Only what no public entry shows; the bytes are gone at once."""
        repo, ids = self.school.repo, sorted(self.public)
        entry_id = ids[pick % len(ids)]
        files = [file for file in erasing.files_of(repo, entry_id) if not file.is_erased]
        chosen = {file.stored.oid for file in files}
        with suppress(WorkflowError):
            erasing.erase(
                repo, self.school.keys[who], entry_id, chosen, "Yêu cầu", self.school.now()
            )
            assert who == PRINCIPAL
            assert not any(file.shown_in for file in files)
            erasing.carry_out(repo, Path(self._folder.name))

    # Accidents

    @rule(pick=st.integers(0, 99))
    def is_killed_before_the_ref_moves(self, pick: int) -> None:
        """Objects without a ref and a stale lock are all that a killed writer leaves."""
        change = self._change(pick)
        self.school.repo.put_blob(f"half {self.number}".encode())
        if change:
            lock = self.school.repo.path / f"refs/heads/draft/{change.entry_id}.lock"
            lock.touch()
            assert lock in self.school.repo.sweep()

    @rule(pick=st.integers(0, 99))
    def is_killed_between_approval_and_publication(self, pick: int) -> None:
        """An approval that reached the branch only is published by the next look."""
        change = self._change(pick)
        governance = self.school.repo.governance()
        if change is None or change.status is not Status.PENDING_APPROVAL or governance.frozen:
            return
        may = [p for p in entries.holders(change, governance) if p.username in self.school.keys]
        keys = {p.username for p in may if self._key_of(p.username) == p.key}
        if keys:
            self._approve_on_the_branch_only(change, min(keys))

    def _key_of(self, username: str) -> str:
        return signing.public_key_line(self.school.keys[username].private_key)

    def _approve_on_the_branch_only(self, change: Change, who: str) -> None:
        governing.freeze(self.school.repo, self.school.keys[PRINCIPAL], "Sự cố", self.school.now())
        self._decides(services.approve, who, change)
        self.lifts_the_freeze()
        self.time_passes(10_000)

    # What always holds

    @invariant()
    def what_is_public_is_what_was_approved(self) -> None:
        repo = self.school.repo
        found_public = {
            entry.entry_id: repo.tree_of(repo.main(), entry.folder)
            for entry in services.published(repo)
        }
        assert found_public == self.public

    @invariant()
    def the_record_tells_the_edition_that_is_public(self) -> None:
        """What is kept from step to step says the same as what is read anew."""
        repo, main = self.school.repo, self.school.repo.main()
        record = kept_record(repo, self.kept, main)
        assert {key: rows[-1].tree for key, rows in record.editions.items()} == self.public
        assert record == Record.of(repo, self.kept / "nothing", main)

    @invariant()
    def an_entry_has_one_open_change_at_most(self) -> None:
        assert set(self.school.repo.drafts()) == set(self.open)
        assert set(self.school.repo.refs(PARKED)) == set(self.parked)

    @invariant()
    def nothing_that_was_given_up_is_lost(self) -> None:
        names = {f"{entry_id}/{number}" for entry_id, number in self.archived}
        assert set(self.school.repo.refs(ARCHIVE)) == names

    @invariant()
    def what_was_urgent_and_not_reviewed_is_owed(self) -> None:
        owed = after_review.owed(self.school.repo)
        assert {
            key: {edition.urged.actor, *edition.contributors} for key, edition in owed.items()
        } == self.unreviewed

    @invariant()
    def what_was_erased_is_gone_and_shown_nowhere(self) -> None:
        repo, governance = self.school.repo, self.school.repo.governance()
        for entry in services.published(repo) if governance.erasures else ():
            media = services.published_entry(repo, entry.entry_id).edition.media.values()
            erased = {stored.oid for stored in media} & set(governance.erasures)
            assert not erased or entry.entry_id in governance.takedowns

    @invariant()
    def an_address_has_one_owner(self) -> None:
        owned = [
            (entry.type_name, address)
            for entry in services.published(self.school.repo)
            for address in claims(entry.ctype, entry.fields, entry.folder)
        ]
        assert len(owned) == len(set(owned))

    @invariant()
    def the_auditor_agrees(self) -> None:
        report = verification.verify(self.school.repo.path, audited=self.audited)
        assert report.ok, report
        self.audited = self.school.repo.main()


LIVES: Final = settings(
    max_examples=500 if THOROUGH else 6,
    stateful_step_count=40 if THOROUGH else 25,
    deadline=None,
    derandomize=not THOROUGH,
    suppress_health_check=list(HealthCheck),
)


def test_no_life_of_a_school_publishes_what_was_not_approved() -> None:
    """Six lives in every run, five hundred by ``./toasoan test --all``."""
    run_state_machine_as_test(SchoolLife, settings=LIVES)


def test_the_machine_has_enough_to_do() -> None:
    assert len([name for name, kind in vars(SchoolLife).items() if is_rule(kind)]) >= 25


def is_rule(member: object) -> bool:
    return hasattr(member, "hypothesis_stateful_rule")


def test_a_machine_blind_to_the_author_would_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: with the four-eyes rule gone from application and auditor, a life breaks it."""
    monkeypatch.setattr(entries, "_four_eyes", lambda *_: [])
    monkeypatch.setattr(verification, "require_approver", lambda *_: None)
    life = SchoolLife()
    life.writes_a_post(VICE, "bgh")
    life.submits(VICE, 0)

    with pytest.raises(AssertionError):
        life.approves(VICE, 0)
    life.teardown()
