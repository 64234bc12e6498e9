"""How the auditor finds a draft's commits, its place and whom it binds, on histories on paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.workflow.forge import Act, Draft, Files, entry
from tests.workflow.paper_forge import PaperForge, PaperObjects, PaperSignatures, audited, on_paper
from tests.workflow.test_delegation_audit import delegation
from tests.workflow.test_orders_audit import FREEZE
from tests.workflow.test_reading import broken
from tests.workflow.test_recovery_audit import PAPER, recover, sealed, the_usual
from tests.workflow.test_verification import (
    ADMIN,
    LEAD,
    PRINCIPAL,
    TEACHER,
    VICE,
    VICE_NUTRITION,
    a_checked_post,
    a_saved_post,
    a_submitted_post,
    an_approved_post,
    submit_to_publication,
)
from workflow import verification
from workflow.verification import Audit, Commit, Place, Rule, Urgency, read_commit

__all__ = ["on_paper"]

pytestmark = pytest.mark.usefixtures("on_paper")
START = 1774000000
TEXT = {"index.md": entry("Bài", "mau-giao")}


@pytest.fixture
def site(tmp_path: Path) -> PaperForge:
    return PaperForge.found(tmp_path / "school", tmp_path / "keys")


def after(minutes: int) -> str:
    """Return the date of a commit, as git writes it."""
    return f"{START + 60 * minutes} +0700"


def moment(minutes: int) -> datetime:
    return datetime.fromtimestamp(START + 60 * minutes, UTC)


def so_far(site: PaperForge) -> Audit:
    """Return the audit of the history so far."""
    audit = Audit(PaperObjects(site.path), PaperSignatures(), None)
    audit.walk(site.main, None)
    return audit


def published(
    site: PaperForge, draft: Draft, parents: Sequence[str] = (), when: int = 0, **forged: Any
) -> Commit:
    """Return a publication that does not stand on main yet."""
    values: dict[str, Any] = {"entry": draft.id, "type": draft.type, "signed": False} | forged
    act = Act("publish", *VICE, **values, date=after(when))
    files = site.with_folder(site.trees[site.main], draft)
    oid = site.commit(files, parents or [site.main, draft.head], act)
    return read_commit(PaperObjects(site.path), oid)


def read_draft(site: PaperForge, publication: Commit) -> verification.Draft:
    return so_far(site)._read_draft(publication)


# A draft's commits


def test_a_draft_is_read_from_where_it_left_main(site: PaperForge) -> None:
    site.govern({"school.toml": b'name = "x"\n'}, date=after(5))
    draft = site.draft("posts", "bai")
    saved = site.save(draft, *TEACHER, TEXT, date=after(2))
    again = site.save(draft, *TEACHER, {"index.md": entry("B", "mau-giao")}, date=after(9))
    submitted = site.decide(draft, "submit", *TEACHER, date=after(7))
    publication = published(site, draft, when=20)
    read = read_draft(site, publication)

    assert [commit.oid for commit in read.commits] == [saved, again, submitted]
    assert (read.since, read.fork) == (1, 1)
    assert read.place == Place("posts", "2026", "bai")
    objects = PaperObjects(site.path)
    assert read.folder == objects.folder(publication.tree, read.place.path)
    assert read.earliest == {saved: moment(5), again: moment(5), submitted: moment(9)}
    assert read.published == moment(20)


def test_an_update_moves_the_fork_and_what_a_draft_stands_on(site: PaperForge) -> None:
    draft = site.draft("posts", "bai")
    saved = site.save(draft, *TEACHER, TEXT, date=after(1))
    site.govern({"school.toml": b'name = "x"\n'}, date=after(30))
    first = site.update(draft, *TEACHER, {}, date=after(2))
    same = site.update(draft, *TEACHER, {}, date=after(3))
    site.govern({"school.toml": b'name = "y"\n'}, date=after(10))
    second = site.update(draft, *TEACHER, {}, date=after(4))
    last = site.decide(draft, "submit", *TEACHER, date=after(5))
    read = read_draft(site, published(site, draft))

    assert (read.since, read.fork) == (0, 2)
    assert [commit.oid for commit in read.commits] == [saved, first, same, second, last]
    assert read.earliest == {saved: moment(0)} | dict.fromkeys(
        (first, same, second, last), moment(30)
    )


def test_an_update_goes_forward_on_main(site: PaperForge) -> None:
    founding = site.main
    site.govern({"school.toml": b'name = "x"\n'})
    middle = site.main
    site.govern({"school.toml": b'name = "y"\n'})
    for since, updates, good in (
        (founding, (middle, site.main), True),
        (founding, (founding, middle, middle), True),
        (founding, (site.main, middle), False),
        (middle, (founding,), False),
        (founding, ("side",), False),
    ):
        draft = site.draft("posts", "bai", fork=since)
        side = site.save(draft, *TEACHER, TEXT)
        for onto in updates:
            site.update(draft, *TEACHER, {}, onto=side if onto == "side" else onto)
        publication = published(site, draft)
        if good:
            read_draft(site, publication)
        else:
            assert draft.head[:12] in broken(Rule.FORK, read_draft, site, publication)


@pytest.mark.parametrize("action", ["found", "govern", "recover", "publish", "takedown", "review"])
def test_a_draft_holds_only_its_own_acts(site: PaperForge, action: str) -> None:
    draft = site.draft("posts", "bai")
    site.save(draft, *TEACHER, TEXT)
    named: dict[str, Any] = (
        {} if action in {"found", "govern", "recover"} else {"entry": "bai", "type": "posts"}
    )
    act = Act(action, *PRINCIPAL, **named)
    draft.head = site.commit(site.trees[draft.head], [draft.head], act)

    assert draft.head[:12] in broken(Rule.FORK, read_draft, site, published(site, draft))


def test_a_draft_has_no_more_and_no_fewer_parents(site: PaperForge) -> None:
    def with_parents(action: str, *more: str, root: bool = False) -> Commit:
        draft = site.draft("posts", "bai")
        site.save(draft, *TEACHER, TEXT)
        parents = [] if root else [draft.head, *more]
        act = site.act(draft, action, *TEACHER)
        draft.head = site.commit(site.trees[draft.head], parents, act)
        return published(site, draft)

    read_draft(site, with_parents("save"))
    read_draft(site, with_parents("update", site.main))
    for publication in (
        with_parents("save", site.main),
        with_parents("save", root=True),
        with_parents("update"),
        with_parents("update", site.main, site.main),
    ):
        broken(Rule.FORK, read_draft, site, publication)


def test_what_was_published_is_not_published_again(site: PaperForge) -> None:
    draft = an_approved_post(site)
    site.publish(draft, *VICE)
    reason = broken(Rule.REPLAY, read_draft, site, published(site, draft))
    assert draft.head[:12] in reason
    draft.head = site.main
    broken(Rule.REPLAY, read_draft, site, published(site, draft))


# Its place


def found(site: PaperForge, files: Files, publication: Commit | None = None) -> tuple[Place, str]:
    draft = Draft("posts", "bai", site.main)
    draft.head = site.commit(files, [site.main], site.act(draft, "save", *TEACHER))
    head = read_commit(PaperObjects(site.path), draft.head)
    return so_far(site)._find_folder(head, publication or published(site, draft))


def test_an_entry_lies_in_one_folder(site: PaperForge) -> None:
    files = site.files(
        {
            "content/posts/2026/bai/index.md": b"1",
            "content/posts/2025/khac/index.md": b"2",
            "content/pages/2024/bai/index.md": b"3",
        }
    )
    place, folder = found(site, files)

    assert place == Place("posts", "2026", "bai")
    assert folder == site.tree({"index.md": files["content/posts/2026/bai/index.md"]})
    # a file among the years is another rule's business
    assert found(site, files | site.files({"content/posts/a": b""}))[0] == place


@pytest.mark.parametrize(
    ("files", "rule"),
    [
        ({"content/posts/2026/khac/index.md": b"1"}, Rule.PATHS),
        ({"content/pages/2026/bai/index.md": b"1"}, Rule.PATHS),
        ({"content/posts/bai": b"1"}, Rule.PATHS),
        (
            {"content/posts/2025/bai/index.md": b"1", "content/posts/2026/bai/index.md": b"1"},
            Rule.PATHS,
        ),
        ({"content/posts/nam/bai/index.md": b"1"}, Rule.PATHS),
        ({"content/posts/20266/bai/index.md": b"1"}, Rule.PATHS),
        ({"content/posts/2026/bai": b"1"}, Rule.MODES),
    ],
)
def test_an_entry_that_lies_elsewhere_is_refused(
    site: PaperForge, files: dict[str, bytes], rule: Rule
) -> None:
    broken(rule, found, site, site.files(files))


def test_an_entry_stays_where_it_was(site: PaperForge) -> None:
    site.publish(an_approved_post(site, "bai"), *VICE)
    files = site.files({"content/posts/2026/bai/index.md": b"1"})
    assert found(site, files)[0].year == "2026"

    broken(Rule.PATHS, found, site, site.files({"content/posts/2027/bai/index.md": b"1"}))
    broken(
        Rule.PATHS,
        found,
        site,
        site.files({"content/posts/2026/gioi-thieu/index.md": b"1"}),
        published(site, Draft("posts", "gioi-thieu", site.main)),
    )


# Whom an edit binds


@pytest.mark.parametrize(
    ("before", "now", "part", "groups"),
    [
        (None, "la", False, {"la"}),
        (None, "la", True, {"la"}),
        ("la", "la", False, {"la"}),
        ("la", "la", True, set()),
        ("la", "hoa", False, {"la", "hoa"}),
        ("la", "hoa", True, {"hoa"}),
        ("la", None, False, {"la"}),
        ("la", None, True, set()),
        (None, None, False, set()),
    ],
)
def test_who_edits_answers_for_the_groups_it_concerns(
    site: PaperForge, before: str | None, now: str | None, part: bool, groups: set[str]
) -> None:
    def with_group(group: str | None) -> Files:
        text = {} if group is None else {f"{draft.folder}/index.md": entry("X", group)}
        return site.trees[site.main] | site.files(text)

    draft = site.draft("posts", "bai")
    draft.head = site.commit(with_group(before), [draft.head], site.act(draft, "save", *LEAD))
    # Only who wrote has a part: a decision is none.
    for action, who in (("check", TEACHER), ("submit" if part else "return", TEACHER)):
        site.decide(draft, action, *who)
    act = site.act(draft, "save", *TEACHER)
    draft.head = site.commit(with_group(now), [draft.head], act)
    # What comes later gives no part.
    site.decide(draft, "submit", *TEACHER)
    objects = PaperObjects(site.path)
    commits: list[Commit] = []
    oid = draft.head
    while oid != site.main:
        commits.insert(0, read_commit(objects, oid))
        oid = commits[0].parents[0]
    place = Place("posts", "2026", "bai")
    when = moment(0)
    whole = verification.Draft(0, 0, commits, place, "", {}, when)

    assert so_far(site)._groups_of_edit(commits[-2], whole) == groups


@pytest.mark.parametrize(
    ("now", "groups"), [("la", {"la"}), ("hoa", {"la"}), ("chim", {"la", "chim"})]
)
def test_an_update_may_take_over_the_group_on_main(
    site: PaperForge, now: str, groups: set[str]
) -> None:
    def with_group(group: str) -> Files:
        return site.files({"content/posts/2026/bai/index.md": entry("X", group)})

    draft = site.draft("posts", "bai")
    one = site.commit(with_group("la"), [site.main], site.act(draft, "save", *LEAD))
    other = site.commit(with_group("hoa"), [site.main], site.act(draft, "save", *LEAD))
    act = site.act(draft, "update", *TEACHER)
    update = site.commit(with_group(now), [one, other], act)
    objects = PaperObjects(site.path)
    commits = [read_commit(objects, oid) for oid in (one, update)]
    whole = verification.Draft(0, 0, commits, Place("posts", "2026", "bai"), "", {}, moment(0))

    assert so_far(site)._groups_of_edit(commits[1], whole) == groups


# Addresses and successors


def entering(*entries: tuple[str, dict[str, list[str]]], kind: str = "posts") -> Audit:
    audit = Audit(None, None, None)  # type: ignore[arg-type]
    for name, front in entries:
        audit._enter(Place(kind, "2026", name), front)
    return audit


def test_addresses_belong_to_one_entry_of_a_type() -> None:
    moved = {"slug": ["moi"], "formerly": ["", "- 2026/a", "- 2025/cu"]}
    audit = entering(("a", moved), ("b", {}), ("a", moved))

    assert audit.owners == {
        ("posts", "2026/moi"): "a",
        ("posts", "2026/a"): "a",
        ("posts", "2025/cu"): "a",
        ("posts", "2026/b"): "b",
    }
    audit._enter(Place("pages", "2026", "c"), {"slug": ["b"]})
    audit._enter(Place("notices", "2026", "c"), {"slug": ["b"]})
    for front in ({"slug": ["moi"]}, {"slug": ["a"]}, {"formerly": ["", "- 2025/cu"]}):
        reason = broken(Rule.ADDRESS, audit._enter, Place("posts", "2026", "x"), front)
        assert " a" in reason


@pytest.mark.parametrize(
    ("chain", "good"),
    [
        ("a>b", True),
        ("a>b b>c c>d", True),
        ("a>b a> b>a", True),
        ("b>c a>b", True),
        ("a>a", False),
        ("a>b b>a", False),
        ("b>c c>a a>b", False),
        ("a>b b>c c>b", False),
    ],
)
def test_a_successor_leads_back_to_nobody(chain: str, good: bool) -> None:
    audit = entering()
    *first, last = [link.split(">") for link in chain.split()]
    for name, successor in first:
        audit._enter(Place("posts", "2026", name), {"replaced_by": [successor]})
    arguments = (Place("posts", "2026", last[0]), {"replaced_by": [f"'{last[1]}'"]})
    if good:
        audit._enter(*arguments)
        assert audit.successors[last[0]] == last[1]
    else:
        assert last[0] in broken(Rule.SUCCESSOR, audit._enter, *arguments)


# What an audit keeps


def test_acts_of_governance_are_counted(site: PaperForge) -> None:
    site.govern({"roster.toml": site.roster() + sealed(site, PAPER)})
    site.govern({"school.toml": b'name = "x"\n'})
    site.publish(an_approved_post(site, "mot"), *VICE)
    site.publish(an_approved_post(site, "hai"), *VICE)
    orders = ""
    for name in ("mot", "hai"):
        orders += taken_down(name)
        take_down(site, orders, name)
    recover(site, the_usual(site))
    report = audited(site)

    assert report.ok, report.reason
    assert (report.publications, report.governance_changes) == (2, 5)
    audit = so_far(site)
    assert len(audit.main) == len(audit.governance) == 8
    assert [audit.position[commit.oid] for commit in audit.main] == list(range(8))
    assert audit.places["hai"] == Place("posts", "2026", "hai")
    assert [(number, place.id) for number, place, _ in audit.shown] == [
        (0, "gioi-thieu"),
        (3, "mot"),
        (4, "hai"),
    ]
    assert len(audit.used) == 8
    assert audit.current == site.main
    assert audit.founder_key == site.public_key("hieutruong")


def taken_down(name: str, by: str = ADMIN[0]) -> str:
    return (
        f'[[takedowns]]\nentry = "{name}"\nkind = "error"\nreason = "Nhầm"\n'
        f'by = "{by}"\nsince = 2026-03-20T10:00:00+07:00\n'
    )


def take_down(site: PaperForge, orders: str, name: str, **forged: Any) -> None:
    values: dict[str, Any] = {"actor": ADMIN[0], "role": ADMIN[1], "type": "posts"} | forged
    act = Act("takedown", entry=name, **values)
    tree = site.trees[site.main] | site.files({"governance/orders.toml": orders.encode()})
    site.move_main(site.commit(tree, [site.main], act))


def test_what_is_urgent_is_kept_with_who_wrote_it(site: PaperForge) -> None:
    draft = a_saved_post(site, "bao")
    site.save(draft, *LEAD, {"index.md": entry("Bão", "mau-giao")})
    site.decide(draft, "submit", *TEACHER)
    site.decide(draft, "urgent", *VICE_NUTRITION, note="Bão vào sáng mai.")
    site.publish(draft, *VICE_NUTRITION)

    assert so_far(site).unreviewed == {
        "bao": Urgency(VICE_NUTRITION[0], frozenset({TEACHER[0], LEAD[0]}))
    }


@pytest.mark.parametrize("role", ["principal", "vice_principal"])
def test_a_delegate_acts_on_main_from_the_second_it_stands_on(site: PaperForge, role: str) -> None:
    fields = '["chuyen-mon"]' if role == "vice_principal" else ""
    row = delegation(LEAD[0], role, fields=fields).encode()
    site.publish(an_approved_post(site, "mot"), *VICE)
    site.govern({"roster.toml": site.roster() + row}, date=after(10))
    before = site.main
    for when, good in ((11, True), (10, True), (9, False)):
        site.main = before
        values = {"actor": LEAD[0], "role": role, "date": after(when)}
        take_down(site, taken_down("mot", LEAD[0]), "mot", **values)
        report = audited(site)
        assert (report.ok, report.rule) == (good, None if good else Rule.ROLE)


def test_a_freeze_stops_publications_until_it_is_lifted(site: PaperForge) -> None:
    draft = an_approved_post(site)
    site.govern({"orders.toml": FREEZE.encode()})
    frozen = site.main
    site.publish(draft, *VICE)
    assert audited(site).rule == Rule.FREEZE
    site.main = frozen
    site.govern({"orders.toml": b""})
    site.publish(draft, *VICE)
    assert audited(site).ok


def test_the_reason_says_which_commit_of_a_draft_it_is_about(site: PaperForge) -> None:
    draft = a_submitted_post(site)
    bad = site.decide(draft, "check", "co.giaovien4b", "team_lead")
    site.decide(draft, "approve", *VICE)
    site.publish(draft, *VICE)
    report = audited(site)

    assert report.rule == Rule.ROLE
    assert (report.reason or "").endswith(f" (check {bad[:12]})")


def test_a_publication_names_what_it_lacks(site: PaperForge) -> None:
    site.publish(a_checked_post(site), *VICE)
    assert audited(site).rule == Rule.SEQUENCE
    site = PaperForge.found(site.path.parent / "second", site.keys)
    draft = a_saved_post(site)
    site.govern({"workflow.toml": b'[pages]\ncheck = "none"\n'})
    submit_to_publication(site, draft)
    report = audited(site)
    assert report.rule == Rule.STEPS
    assert "posts" in (report.reason or "")
