"""What the matrix asks of a repository in memory is what git itself and the auditor say."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.editor.matrix import RELATIONS, STATES, Cell, Stand, Variant, World
from tests.editor.quick_git import without_processes
from workflow import verification
from workflow.repository import MAIN, Repository
from workflow.states import Status

CLERK, VICE = "vanthu", "pht.chuyenmon"
READINGS = (
    ("for-each-ref", "--format=%(objectname)%00%(refname)", "refs/heads/draft/"),
    ("for-each-ref", "--format=%(objectname)%00%(refname)", "refs/heads/"),
)


def some_stands(world: World) -> list[Stand]:
    made = [
        world.make((CLERK, "circulars", state, relation, "own"), Variant.PHOTO)
        for state, relation in zip(STATES, [*RELATIONS, *RELATIONS], strict=False)
    ]
    return [stand for stand in made if stand]


def readings(repo: Repository, stands: list[Stand]) -> list[tuple[str, ...]]:
    main, heads = repo.main(), [stand.change.head for stand in stands]
    asked: list[tuple[str, ...]] = [*READINGS, ("rev-list", "--first-parent", main)]
    for head, stand in zip(heads, stands, strict=True):
        asked += [
            ("rev-list", "--first-parent", head, f"^{main}"),
            ("merge-base", head, MAIN),
            ("ls-tree", "-r", "-z", "--full-tree", head),
            ("ls-tree", "-r", "-z", "--full-tree", f"{head}:{stand.change.folder}"),
        ]
    return asked


def test_the_memory_says_what_git_says_and_leaves_what_git_accepts(tmp_path: Path) -> None:
    world = World.found(tmp_path / "site.git")
    with without_processes():
        stands = some_stands(world)
        asked = readings(world.repo, stands)
        names = [f"{s.change.head}:{s.change.folder}" for s in stands]
        names += [MAIN, f"{MAIN}:governance/roster.toml", "refs/heads/none", f"{MAIN}:none"]
        told = [world.repo._run(*words) for words in asked]
        found = world.repo._ask("contents", names)
    fresh = Repository(world.repo.path)

    assert len(stands) > len(STATES) // 2
    assert [fresh._run(*words) for words in asked] == told
    assert fresh._ask("contents", names) == found
    checked = subprocess.run(
        ["git", f"--git-dir={fresh.path}", "fsck", "--strict", "--no-dangling"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (checked.returncode, checked.stdout) == (0, "")


def test_the_auditor_says_of_the_memory_what_it_says_of_the_disk(tmp_path: Path) -> None:
    world = World.found(tmp_path / "site.git")
    said: dict[tuple[str, str], verification.Report] = {}
    heads: dict[tuple[str, str], str] = {}
    with without_processes():
        stand = world.make(
            ("co.giaovien5a", "posts", Status.IN_REVIEW, "author", "own"), Variant.PLAIN
        )
        assert stand
        for name in ("totruong.maugiao", "totruong.nhatre", VICE):
            cell = Cell(name, "posts", Status.IN_REVIEW, "none", "own", "check")
            for role in sorted(world.rules().people[name].roles):
                heads[name, role] = world._publication(cell, stand, role)
                said[name, role] = verification.verify(world.repo.path, head=heads[name, role])
        forged = world.repo.commit(heads["totruong.maugiao", "team_lead"])
        raw = world.repo.read_all([forged.parents[1]])[0] or b""
        altered = world.repo._run(
            "hash-object", "-t", "commit", "-w", "--stdin", stdin=raw.replace(b"+0700", b"+0800")
        ).decode()
        heads["forged", ""] = world.repo.write_commit(
            forged.tree, [forged.parents[0], altered], forged.message, forged.when, "a.pht"
        )
        said["forged", ""] = verification.verify(world.repo.path, head=heads["forged", ""])

    assert {who for who, report in said.items() if report.ok} == {("totruong.maugiao", "team_lead")}
    assert said == {
        who: verification.verify(world.repo.path, head=head) for who, head in heads.items()
    }
