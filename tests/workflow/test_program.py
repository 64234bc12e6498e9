"""The auditor as a program: what it is asked, which tools it asks itself, and what it says."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.workflow.forge import Act, Forge
from tests.workflow.paper_forge import PaperForge, audited, key_of, on_paper
from tests.workflow.test_reading import broken
from tests.workflow.test_recovery_audit import LOST, NEXT_PAPER, PAPER, recover, sealed, the_usual
from tests.workflow.test_verification import (
    TEACHER,
    VICE,
    a_checked_post,
    a_submitted_post,
    an_approved_post,
)
from workflow import signing, verification
from workflow.verification import (
    Broken,
    Examination,
    RecoveryUse,
    Report,
    Rule,
    add_options,
    check_options,
    check_with_stock_tools,
    check_witness,
    examine,
    git,
    git_dir_of,
    git_environment,
    happenings,
    main,
    main_line,
    main_of_a_plain_repository,
    summary,
    tell,
    verify,
)

__all__ = ["on_paper"]

FOUNDED = Report(ok=True, publications=2, governance_changes=3, head="f" * 40)


@pytest.fixture
def site(on_paper: None, tmp_path: Path) -> PaperForge:
    """A school with a sealed key and one published post."""
    site = PaperForge.found(tmp_path / "site", tmp_path / "keys")
    site.govern({"roster.toml": site.roster() + sealed(site, PAPER)})
    site.publish(an_approved_post(site, "khai-giang"), *VICE)
    return site


# Where git is asked


def test_git_reads_one_repository_whoever_owns_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert git(Path("x"), "show", "HEAD") == [
        "git",
        "-c",
        "safe.directory=*",
        f"--git-dir={tmp_path}/x",
        "show",
        "HEAD",
    ]


def test_no_setting_changes_what_git_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "/elsewhere")
    monkeypatch.setenv("GITHUB", "stays")
    monkeypatch.setenv("LC_ALL", "vi_VN.UTF-8")
    found = git_environment()

    assert {name: value for name, value in found.items() if os.environ.get(name) != value} == {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_ALLOW_PROTOCOL": "none",
        "LC_ALL": "C",
    }
    assert "GIT_DIR" not in found
    assert {found["GITHUB"], found["PATH"]} == {"stays", os.environ["PATH"]}


@pytest.fixture
def bare(tmp_path: Path) -> Forge:
    """A repository with one commit on main."""
    forge = Forge(tmp_path / "site.git", tmp_path)
    forge.git("init", "--quiet", "--bare", "--template=", "--initial-branch=main")
    act = Act("found", "hieutruong", "principal", signed=False)
    forge.move_main(forge.commit(forge.files({"a": b"1"}), [], act))
    return forge


def test_main_is_found_among_other_refs(bare: Forge) -> None:
    (bare.path / "info").mkdir()
    other = bare.commit(bare.files({"a": b"2"}), [], Act("found", "x", "principal", signed=False))
    for ref in ("draft/main", "a/b", "zz/refs/replace/x"):
        bare.git("update-ref", f"refs/heads/{ref}", other)

    assert main_of_a_plain_repository(bare.path) == bare.main


def test_what_could_show_another_history_is_refused(bare: Forge) -> None:
    for name in ("shallow", "info/grafts"):
        (bare.path / "info").mkdir(exist_ok=True)
        (bare.path / name).write_text(f"{bare.main}\n")
        broken(Rule.REPOSITORY, main_of_a_plain_repository, bare.path)
        (bare.path / name).unlink()
    assert main_of_a_plain_repository(bare.path) == bare.main
    bare.git("update-ref", f"refs/replace/{bare.main}", bare.main)
    broken(Rule.REPOSITORY, main_of_a_plain_repository, bare.path)


def test_a_repository_without_main_is_refused(bare: Forge, tmp_path: Path) -> None:
    bare.git("update-ref", "refs/heads/other/main", bare.main)
    bare.git("update-ref", "-d", "refs/heads/main")
    broken(Rule.REPOSITORY, main_of_a_plain_repository, bare.path)
    bare.git("update-ref", "-d", "refs/heads/other/main")
    broken(Rule.REPOSITORY, main_of_a_plain_repository, bare.path)
    broken(Rule.REPOSITORY, main_of_a_plain_repository, tmp_path / "nothing")


def test_a_ref_in_another_encoding_does_no_harm(bare: Forge) -> None:
    name = os.fsencode(bare.path / "refs/heads") + b"/a\xff"
    with open(name, "w") as file:  # noqa: PTH123
        file.write(f"{bare.main}\n")

    assert main_of_a_plain_repository(bare.path) == bare.main


def test_main_is_told_back_to_the_founding(bare: Forge) -> None:
    first = bare.main
    act = Act("found", "x", "principal", signed=False)
    side = bare.commit(bare.files({"a": b"2"}), [first], act)
    second = bare.move_main(bare.commit(bare.files({"a": b"3"}), [first, side], act))

    assert main_line(bare.path, second) == [second, first]
    assert main_line(bare.path, first) == [first]
    broken(Rule.REPOSITORY, main_line, bare.path, "f" * 40)


def test_a_witness_has_seen_part_of_main(bare: Forge, tmp_path: Path) -> None:
    act = Act("found", "x", "principal", signed=False)
    witness = bare.copy(tmp_path / "copy" / ".git")
    seen = bare.main
    bare.move_main(bare.commit(bare.files({"a": b"2"}), [bare.main], act))

    assert check_witness(bare.path, bare.main, tmp_path / "copy") == seen
    other = witness.move_main(witness.commit(witness.files({"a": b"3"}), [seen], act))
    assert other[:12] in broken(
        Rule.WITNESS, check_witness, bare.path, bare.main, tmp_path / "copy"
    )


def test_a_repository_is_bare_or_has_its_git_directory(tmp_path: Path) -> None:
    assert git_dir_of(tmp_path) == tmp_path
    (tmp_path / ".git").write_text("gitdir: elsewhere")
    assert git_dir_of(tmp_path) == tmp_path
    (tmp_path / ".git").unlink()
    (tmp_path / ".git").mkdir()
    assert git_dir_of(tmp_path) == tmp_path / ".git"


# The stock tools


@dataclass
class StockTools:
    """Stands in for ``git``: knows what it would say, and keeps what it was asked."""

    site: PaperForge
    refuses: str = ""
    names: str = ""
    fsck: tuple[int, str, str] = (0, "", "")
    signers: dict[str, str] = field(default_factory=dict)

    def run(self, command: Sequence[str], **options: Any) -> subprocess.CompletedProcess[Any]:
        start = ["git", "-c", "safe.directory=*", f"--git-dir={self.site.path}"]
        assert options.pop("env") == git_environment()
        assert options.pop("check") is False
        assert options.pop("capture_output") is True
        match command:
            case [*head, "fsck", "--full", "--strict", "--no-dangling", "--no-progress"]:
                assert (head, options) == (start, {"text": True, "errors": "replace"})
                return subprocess.CompletedProcess(command, *self.fsck)
            case [*head, "rev-list", "--first-parent", "--min-parents=2", oid]:
                found = [one for one in self._line(oid) if len(self._parents(one)) > 1]
                assert (head, options) == (start, {})
            case [*head, "rev-list", "--first-parent", oid]:
                found = self._line(oid)
                assert (head, options) == (start, {})
            case [*head, "rev-list", oid]:
                found = self._all(oid)
                assert (head, options) == (start, {})
            case ["git", *settings, "verify-commit", oid]:
                assert options == {"text": True, "errors": "replace"}
                return self._verified(settings, oid, start)
            case _:
                raise AssertionError(command)
        return subprocess.CompletedProcess(command, 0, "\n".join(found).encode() + b"\n", b"")

    def _verified(
        self, settings: Sequence[str], oid: str, start: Sequence[str]
    ) -> subprocess.CompletedProcess[str]:
        allowed = settings[5].removeprefix("gpg.ssh.allowedSignersFile=")
        assert settings == [
            *("-c", "gpg.format=ssh", "-c", "gpg.ssh.program=ssh-keygen"),
            *("-c", f"gpg.ssh.allowedSignersFile={allowed}"),
            *start[1:],
        ]
        self.signers[oid] = Path(allowed).read_text()
        assert Path(allowed).parent.name.startswith("verify-")
        who = self.names or self.signers[oid].split(" ")[0]
        said = f'Good "git" signature for {who} with ED25519 key SHA256:x\n'
        return subprocess.CompletedProcess([], int(oid == self.refuses), "", said)

    def _parents(self, oid: str) -> list[str]:
        head = self.site.objects[oid][1].partition(b"\nauthor ")[0].decode()
        return [line.split()[1] for line in head.splitlines() if line.startswith("parent ")]

    def _line(self, oid: str) -> list[str]:
        parents = self._parents(oid)
        return [oid, *(self._line(parents[0]) if parents else [])]

    def _all(self, oid: str) -> list[str]:
        found = {oid: None}
        for parent in self._parents(oid):
            found |= dict.fromkeys(self._all(parent))
        return list(found)


@pytest.fixture
def tools(site: PaperForge, monkeypatch: pytest.MonkeyPatch) -> StockTools:
    tools = StockTools(site)
    monkeypatch.setattr(verification, "subprocess", SimpleNamespace(run=tools.run))
    return tools


def test_stock_tools_judge_every_signature_by_the_keys_of_its_time(
    site: PaperForge, tools: StockTools
) -> None:
    founding = site.main
    recover(site, the_usual(site))
    recovery = site.main
    site.govern({"roster.toml": the_usual(site) + b"# x\n"}, key="the new key")
    last = site.main

    assert check_with_stock_tools(site.path, site.main) == 8
    assert len(tools.signers) == 8
    assert founding not in tools.signers  # a publication, which has no signature
    who = f'{LOST}@toasoan.invalid namespaces="git"'
    both = sorted([site.public_key(LOST), site.public_key("the new key")])
    assert tools.signers[last] == "".join(f"{who} {key}\n" for key in both)
    papers = sorted([site.public_key(PAPER), site.public_key(NEXT_PAPER)])
    assert tools.signers[recovery] == "".join(f"{who} {key}\n" for key in papers)
    teacher = f'{TEACHER[0]}@toasoan.invalid namespaces="git" {site.public_key(TEACHER[0])}\n'
    assert list(tools.signers.values()).count(teacher) == 2


def test_a_signature_that_git_refuses_is_named(site: PaperForge, tools: StockTools) -> None:
    tools.refuses = tools._line(site.main)[1]

    reason = broken(Rule.STOCK, check_with_stock_tools, site.path, site.main)
    assert f"{tools.refuses[:12]} " in reason
    assert f"{LOST}@toasoan.invalid" in reason


def test_a_signature_of_another_name_is_refused(site: PaperForge, tools: StockTools) -> None:
    tools.names = "vanthu@toasoan.invalid"

    broken(Rule.STOCK, check_with_stock_tools, site.path, site.main)


def test_what_git_finds_in_the_store_is_told(site: PaperForge, tools: StockTools) -> None:
    tools.fsck = (1, "  " + "x" * 600 + "\n", "error: odd\n")

    reason = broken(Rule.STOCK, check_with_stock_tools, site.path, site.main)
    assert reason == "git fsck: " + "x" * 489 + "\nerror: odd"
    assert tools.signers == {}
    tools.fsck = (0, "notice", "warning")
    assert check_with_stock_tools(site.path, site.main) > 0


def test_somebody_who_was_never_in_a_roster_holds_no_key(
    site: PaperForge, tools: StockTools
) -> None:
    draft = site.draft("posts", "la")
    site.save(draft, "nguoi.la", "teacher", {"index.md": b"x"})
    site.publish(draft, *VICE)

    with pytest.raises(Broken):
        check_with_stock_tools(site.path, site.main)
    assert tools.signers[draft.head] == ""


def test_each_roster_is_read_once(
    site: PaperForge, tools: StockTools, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = []

    def reading(objects: Any, tree: str) -> verification.Governance:
        read.append(tree)
        return genuine(objects, tree)

    genuine = verification.read_governance
    monkeypatch.setattr(verification, "read_governance", reading)
    site.publish(an_approved_post(site, "trung-thu"), *VICE)
    check_with_stock_tools(site.path, site.main)

    assert len(read) == 2


def test_the_stock_tools_themselves_accept_what_a_school_signs(tmp_path: Path) -> None:
    site = Forge.found(tmp_path / "site.git", tmp_path / "keys")

    assert check_with_stock_tools(site.path, site.main) == 1
    forged = site.commit(site.trees[site.main], [], Act("found", LOST, "principal", key="vanthu"))
    assert forged[:12] in broken(Rule.STOCK, check_with_stock_tools, site.path, forged)
    object_ = site.path / "objects" / site.main[:2] / site.main[2:]
    object_.chmod(0o644)
    object_.write_bytes(b"x")
    broken(Rule.STOCK, check_with_stock_tools, site.path, site.main)


# One audit


def test_a_repository_that_cannot_be_read_has_a_report_too(
    site: PaperForge, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path) -> str:
        raise Broken(Rule.REPOSITORY, "lạ")

    monkeypatch.setattr(verification, "main_of_a_plain_repository", refuse)

    assert verify(site.path) == Report(
        ok=False,
        publications=0,
        governance_changes=0,
        head="",
        rule=Rule.REPOSITORY,
        reason="lạ",
    )
    assert verify(site.path, head=site.main).head == site.main


def test_a_report_tells_what_an_audit_found(site: PaperForge) -> None:
    key = site.public_key(LOST)
    assert audited(site) == Report(
        ok=True, publications=1, governance_changes=1, head=site.main, root_key=key
    )
    recover(site, the_usual(site))
    use = RecoveryUse(site.main, LOST, "2026-03-20T09:46:40+00:00")
    assert audited(site) == Report(
        ok=True,
        publications=1,
        governance_changes=2,
        head=site.main,
        root_key=key,
        recoveries=(use,),
    )
    order = f'sha256 = "{"a" * 64}"\nentry = "x"\nreason = "x"\nby = "{LOST}"\n'
    orders = {"orders.toml": f"[[erasures]]\n{order}".encode()}
    site.govern(orders, key="the new key")
    draft = a_submitted_post(site, "bao")
    site.decide(draft, "urgent", *VICE, note="Bão vào sáng mai.")
    site.publish(draft, *VICE)
    assert audited(site) == Report(
        ok=True,
        publications=2,
        governance_changes=3,
        head=site.main,
        root_key=key,
        unreviewed=("bao",),
        recoveries=(use,),
        erased=("a" * 64,),
    )
    site.publish(a_checked_post(site), *VICE)
    report = audited(site)
    assert report == Report(
        ok=False,
        publications=2,
        governance_changes=3,
        head=site.main,
        root_key=key,
        failed_commit=site.main,
        rule=Rule.SEQUENCE,
        reason=report.reason,
        unreviewed=("bao",),
        recoveries=(use,),
        erased=("a" * 64,),
    )


def test_the_git_directory_of_a_working_copy_is_audited(site: PaperForge, tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    copy = site.copy(tmp_path / "work" / ".git")

    assert verify(tmp_path / "work").ok
    for path in (copy.path / "lfs").rglob("*"):
        if path.is_file():
            path.write_bytes(b"x")
    assert verify(tmp_path / "work").rule == Rule.MEDIA


def test_the_founding_key_may_be_known(site: PaperForge) -> None:
    key = site.public_key(LOST)

    assert verify(site.path, root_key=key).ok
    assert verify(site.path, root_key=f"{key} me@home").ok
    assert verify(site.path, root_key=site.public_key("vanthu")).rule == Rule.FOUNDING


# What the program is asked


def options(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_options(parser)
    return parser.parse_args(words)


def test_what_may_be_asked() -> None:
    assert vars(options()) == {
        "root_key": None,
        "release": None,
        "release_key": None,
        "witness": None,
        "stock": False,
        "json": False,
    }
    words = ["--root-key", "a", "--release", "b", "--release-key", "c", "--witness", "d"]
    assert vars(options(*words, "--stock", "--json")) == {
        "root_key": "a",
        "release": Path("b"),
        "release_key": "c",
        "witness": Path("d"),
        "stock": True,
        "json": True,
    }


KEY = signing.public_key_line(key_of("somebody"))


def asked(folder: Path, **changed: Any) -> argparse.Namespace:
    wanted = {"repo": folder, **vars(options())} | changed
    return argparse.Namespace(**wanted)


def test_what_can_be_meant_is_accepted(tmp_path: Path) -> None:
    parser = argparse.ArgumentParser()
    whole = {"release": tmp_path, "witness": tmp_path, "root_key": KEY, "release_key": f"{KEY} x"}
    for changed in ({}, *({name: value} for name, value in whole.items()), whole):
        check_options(parser, asked(tmp_path, **changed))


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"repo": Path("/nowhere")}, "/nowhere"),
        ({"release": Path("/nowhere")}, "/nowhere"),
        ({"witness": Path("/nowhere")}, "/nowhere"),
        ({"repo": Path(__file__)}, __file__),
        ({"root_key": "ssh-rsa AAAA"}, "--root-key"),
        ({"release_key": "x"}, "--release-key"),
        ({"root_key": KEY.replace(" ", " x ")}, "--root-key"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], changed: dict[str, Any], word: str
) -> None:
    with pytest.raises(SystemExit, match="2"):
        check_options(argparse.ArgumentParser(), asked(tmp_path, **changed))
    assert word in capsys.readouterr().err


@pytest.mark.parametrize("missing", ["git", "ssh-keygen"])
def test_the_tools_must_be_there(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    missing: str,
) -> None:
    found = {"git", "ssh-keygen"} - {missing}
    monkeypatch.setattr("shutil.which", lambda name: name if name in found else None)

    with pytest.raises(SystemExit, match="2"):
        check_options(argparse.ArgumentParser(), asked(tmp_path))
    assert capsys.readouterr().err.rstrip().endswith(f" {missing}")


def test_the_program_audits_and_says_so(
    site: PaperForge, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(site.path)]) == 0
    assert capsys.readouterr().out.startswith("OK · 1 lần đăng, 1 thay đổi quản trị")
    site.publish(a_checked_post(site), *VICE)
    assert main([str(site.path), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["failed_commit"] == site.main


def test_the_program_knows_a_founding_key(site: PaperForge) -> None:
    assert main([str(site.path), "--root-key", site.public_key(LOST)]) == 0
    assert main([str(site.path), "--root-key", KEY]) == 1


@pytest.mark.parametrize("words", [[], ["/nowhere"], ["/", "--root-key", "x"], ["/", "--x"]])
def test_misuse_ends_the_program(words: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(words)


# What else is examined


@pytest.fixture
def further(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What an examination asks beside the audit."""
    asked: list[tuple[Any, ...]] = []
    files = {"a": "", "b": ""}
    listed = verification.ReleaseList("c" * 40, "2026-11-24", {}, files, frozenset())

    def says(name: str, answer: object) -> Any:
        def called(*arguments: Any, **named: Any) -> object:
            asked.append((name, *arguments, *named.items()))
            return answer

        return called

    monkeypatch.setattr(verification, "check_with_stock_tools", says("stock", 7))
    monkeypatch.setattr(verification, "check_witness", says("witness", "d" * 40))
    monkeypatch.setattr(verification, "check_release", says("release", listed))
    monkeypatch.setattr(verification, "verify", says("verify", FOUNDED))
    return asked


def test_an_audit_alone_examines_nothing_else(further: list[Any], tmp_path: Path) -> None:
    assert examine(asked(tmp_path, root_key=KEY)) == Examination(FOUNDED, [])
    assert further == [("verify", tmp_path, ("root_key", KEY))]


def test_what_was_asked_is_examined_and_told(further: list[Any], tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    wanted = asked(
        tmp_path, stock=True, witness=Path("w"), release=Path("r"), release_key=KEY, root_key=None
    )
    found = examine(wanted)

    where = tmp_path / ".git"
    assert further[1:] == [
        ("stock", where, "f" * 40),
        ("witness", where, "f" * 40, Path("w")),
        ("release", where, "f" * 40, Path("r"), KEY),
    ]
    assert found.report == FOUNDED
    stock, witness, release = found.notes
    assert " 7 " in stock
    assert f" {'d' * 12}," in witness
    assert " 2 " in release
    assert f" {'c' * 12} " in release
    assert " 2026-11-24, " in release
    assert "CHƯA" not in release
    assert "CHƯA" in examine(asked(tmp_path, release=Path("r"))).notes[0]


def test_the_first_broken_rule_ends_an_examination(
    further: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> str:
        raise Broken(Rule.WITNESS, "rẽ nhánh")

    monkeypatch.setattr(verification, "check_witness", refuse)
    found = examine(asked(tmp_path, stock=True, witness=Path("w"), release=Path("r")))

    assert found.report == replace(FOUNDED, ok=False, rule=Rule.WITNESS, reason="rẽ nhánh")
    assert len(found.notes) == 1
    assert [name for name, *_ in further[1:]] == ["stock"]


def test_nothing_else_is_examined_after_an_audit_that_failed(
    further: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = replace(FOUNDED, ok=False)
    monkeypatch.setattr(verification, "verify", lambda *_, **__: failed)

    assert examine(asked(tmp_path, stock=True)) == Examination(failed, [])
    assert further == []


# What the program says


def test_a_machine_is_told_everything(capsys: pytest.CaptureFixture[str]) -> None:
    failed = replace(FOUNDED, ok=False, reason="lạ", rule=Rule.WITNESS)

    assert tell(Examination(FOUNDED, ["một"]), as_json=True) == 0
    said = capsys.readouterr().out
    assert "một" in said
    assert json.loads(said) == {
        "ok": True,
        "publications": 2,
        "governance_changes": 3,
        "head": "f" * 40,
        "root_key": None,
        "failed_commit": None,
        "rule": None,
        "reason": None,
        "unreviewed": [],
        "recoveries": [],
        "erased": [],
        "notes": ["một"],
    }
    assert tell(Examination(failed, []), as_json=True) == 1
    said = json.loads(capsys.readouterr().out)
    assert "notes" not in said
    assert (said["rule"], said["reason"]) == ("witness", "lạ")


def test_a_machine_knows_the_rules_by_their_names() -> None:
    names = (
        "repository object commit history trailers identity role signature paths names modes "
        "attributes roster steps founding governance scope fork replay entry sequence writer "
        "checker approver urgent review media orders freeze recovery erasure correction address "
        "successor time release witness stock"
    )

    assert [str(rule) for rule in Rule] == names.split()
    assert [rule.name.lower() for rule in Rule] == names.split()


def test_a_person_is_told_line_by_line(capsys: pytest.CaptureFixture[str]) -> None:
    report = replace(FOUNDED, erased=("a" * 64, "b" * 64))

    assert tell(Examination(report, ["một", "hai"]), as_json=False) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[-1] for line in lines[2:]] == ["a" * 64, "b" * 64, "một", "hai"]
    assert tell(Examination(replace(report, ok=False), []), as_json=False) == 1
    assert len(capsys.readouterr().out.splitlines()) == 3


def test_a_summary_is_two_lines_and_one_more_for_what_waits_for_review() -> None:
    report = replace(FOUNDED, root_key=KEY)
    first, second = summary(report).splitlines()

    assert first == f"OK · 2 lần đăng, 3 thay đổi quản trị · đầu nhánh main {'f' * 40}"
    assert second == f"khóa gốc {verification.fingerprint(KEY)}"
    waiting = summary(replace(report, unreviewed=("bao", "lu"))).splitlines()
    assert waiting[:2] == [first, second]
    assert waiting[2].endswith(": bao, lu")
    assert summary(replace(FOUNDED, root_key=None)).endswith(verification.fingerprint(""))


def test_a_failure_is_one_line() -> None:
    failed = replace(FOUNDED, ok=False, rule=Rule.MEDIA, reason="thiếu", unreviewed=("bao",))

    assert summary(failed) == "KHÔNG ĐẠT kho: media: thiếu"
    assert summary(replace(failed, failed_commit="a")) == "KHÔNG ĐẠT a: media: thiếu"


def test_recoveries_are_red_where_somebody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    report = replace(FOUNDED, recoveries=(RecoveryUse("c" * 40, LOST, "2026"),), erased=("a",))
    plain = list(happenings(report))
    monkeypatch.setattr("sys.stdout", SimpleNamespace(isatty=lambda: True))
    red = list(happenings(report))

    assert plain[0].endswith(f"({'c' * 12})")
    assert LOST in plain[0]
    assert " 2026 " in plain[0]
    assert red == [f"\033[1;31m{plain[0]}\033[0m", plain[1]]
    assert list(happenings(FOUNDED)) == []


def test_the_program_is_started_by_its_name(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-I", verification.__file__, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (1, "KHÔNG ĐẠT kho: repository: không phải kho git\n")
