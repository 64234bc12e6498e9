"""The recovery key before the auditor: each attack by its rule, each with its control."""

from collections.abc import Sequence
from typing import Final

import pytest

from tests.workflow.attacks import Attacks
from tests.workflow.forge import Act, Forge, entry
from tests.workflow.test_delegation_audit import delegation
from tests.workflow.test_verification import (
    CLERK,
    PRINCIPAL,
    VICE,
    a_checked_post,
    an_approved_post,
    follow_the_guide,
)
from workflow.verification import (
    Broken,
    Rule,
    check_with_stock_tools,
    main,
    verify,
)

ATTACKS = Attacks()
breaks = ATTACKS.breaks
PAPER, NEXT_PAPER, NEW_KEY = "the paper", "the next paper", "the new key"
WHEN: Final = "2026-11-24T08:00:00+07:00"
LOST: Final = PRINCIPAL[0]


def history(site: Forge) -> Forge:
    """Give a new school a sealed key and one published post."""
    site.govern({"roster.toml": site.roster() + sealed(site, PAPER)})
    site.publish(an_approved_post(site, "khai-giang"), *VICE)
    return site


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Forge:
    folder = tmp_path_factory.mktemp("recovery")
    return history(Forge.found(folder / "site.git", folder / "keys"))


def sealed(site: Forge, key: str, *spent: tuple[str, str]) -> bytes:
    """Return the ``[recovery]`` of a roster; ``spent`` are pairs (key, who became principal)."""
    rows = "".join(
        f'[[recovery.spent]]\nkey = "{site.public_key(name)}"\nby = "{by}"\nsince = {WHEN}\n'
        for name, by in spent
    )
    return f'[recovery]\nkey = "{site.public_key(key)}"\nsince = {WHEN}\n{rows}'.encode()


def renewed(site: Forge, **rows: str) -> bytes:
    """Return a roster in which the same principal has a new key."""
    row = site.person(LOST, key=site.public_key(NEW_KEY))
    return site.roster(**{LOST: row} | rows)


def recover(
    site: Forge,
    roster: bytes,
    actor: str = LOST,
    *,
    also: dict[str, bytes] | None = None,
    parents: Sequence[str] = (),
    **forged: object,
) -> None:
    values: dict[str, object] = {"role": "principal", "key": PAPER} | forged
    act = Act("recover", actor, **values)  # type: ignore[arg-type]
    paths = {"governance/roster.toml": roster, **(also or {})}
    tree = site.trees[site.main] | site.files(paths)
    site.move_main(site.commit(tree, [site.main, *parents], act))


def the_usual(site: Forge) -> bytes:
    return renewed(site) + sealed(site, NEXT_PAPER, (PAPER, LOST))


def another_person(site: Forge, name: str = "hieutruong.moi", **rows: str) -> bytes:
    row = site.person(name, ["principal"], key=site.public_key(NEW_KEY))
    return site.roster(**{LOST: ""} | {name: row} | rows)


def test_a_lost_principal_is_replaced_and_the_new_one_governs(site: Forge) -> None:
    recover(
        site,
        another_person(site) + sealed(site, NEXT_PAPER, (PAPER, "hieutruong.moi")),
        "hieutruong.moi",
    )
    roster = another_person(site, vanthu=site.person("vanthu", ["staff"]))
    roster += sealed(site, NEXT_PAPER, (PAPER, "hieutruong.moi"))
    site.govern({"roster.toml": roster}, "hieutruong.moi", key=NEW_KEY)
    site.publish(an_approved_post(site), *VICE)

    report = verify(site.path)

    assert report.ok, report
    assert [use.principal for use in report.recoveries] == ["hieutruong.moi"]


def test_a_principal_renews_the_key_with_the_old_one(site: Forge) -> None:
    site.govern({"roster.toml": renewed(site) + sealed(site, PAPER)})
    site.govern({"roster.toml": site.roster() + sealed(site, PAPER)}, key=NEW_KEY)

    assert verify(site.path).ok


def test_a_recovery_is_told_by_the_report_and_the_program(
    site: Forge, capsys: pytest.CaptureFixture[str]
) -> None:
    recover(site, the_usual(site))

    assert main([str(site.path)]) == 0
    assert f"khóa khôi phục đã dùng: {LOST} thành hiệu trưởng lúc" in capsys.readouterr().out
    assert main([str(site.path), "--json"]) == 0
    assert f'"commit": "{site.main}", "principal": "{LOST}"' in capsys.readouterr().out


def test_the_stock_tools_accept_a_recovery_by_the_sealed_key_alone(site: Forge) -> None:
    recover(site, the_usual(site))
    good = site.main

    assert check_with_stock_tools(site.path, good) > 0
    site.govern({"roster.toml": the_usual(site) + b"# x\n"}, key=PAPER)
    with pytest.raises(Broken) as broken:
        check_with_stock_tools(site.path, site.main)
    assert broken.value.rule == Rule.STOCK


@pytest.mark.parametrize("key", ["", PAPER])
def test_the_guide_takes_the_sealed_key_for_nobodys(site: Forge, key: str) -> None:
    """The last person of the roster stands right before the sealed key."""
    draft = site.draft("notices", "nghi-le")
    site.save(draft, *CLERK, {"index.md": entry("Nghỉ lễ", "van-phong")}, key=key)
    site.decide(draft, "submit", *CLERK)
    site.decide(draft, "approve", *VICE)
    site.publish(draft, *VICE)

    assert (follow_the_guide(site, draft.folder).returncode == 0) is not bool(key)


@breaks(Rule.RECOVERY)
def recovery_that_ends_the_delegation_of_another(site: Forge, honest: bool) -> None:
    """With the lost principal go his own delegations, and no others."""
    own, other = delegation(LOST), delegation()
    site.govern({"roster.toml": (site.roster() + sealed(site, PAPER)) + f"{own}{other}".encode()})
    roster = another_person(site) + sealed(site, NEXT_PAPER, (PAPER, "hieutruong.moi"))
    kept = other.encode() if honest else b""
    recover(site, roster + kept, "hieutruong.moi")


@breaks(Rule.RECOVERY)
def recovery_of_the_same_principal_that_ends_his_delegation(site: Forge, honest: bool) -> None:
    own = delegation(LOST).encode()
    site.govern({"roster.toml": site.roster() + sealed(site, PAPER) + own})
    recover(site, the_usual(site) + (own if honest else b""))


@breaks(Rule.SIGNATURE)
def a_recovery_signed_by_the_new_key(site: Forge, honest: bool) -> None:
    recover(site, the_usual(site), key=PAPER if honest else NEW_KEY)


@breaks(Rule.SIGNATURE)
def a_recovery_signed_by_the_key_that_replaces_the_sealed_one(site: Forge, honest: bool) -> None:
    recover(site, the_usual(site), key=PAPER if honest else NEXT_PAPER)


@breaks(Rule.SIGNATURE)
def a_recovery_by_a_vice_principal(site: Forge, honest: bool) -> None:
    recover(site, the_usual(site), key=PAPER if honest else VICE[0])


@breaks(Rule.SIGNATURE)
def a_recovery_without_a_signature(site: Forge, honest: bool) -> None:
    recover(site, the_usual(site), signed=honest)


@breaks(Rule.SIGNATURE)
def a_recovery_in_another_namespace(site: Forge, honest: bool) -> None:
    recover(site, the_usual(site), namespace="git" if honest else "file")


@breaks(Rule.SIGNATURE)
def a_spent_key_used_again(site: Forge, honest: bool) -> None:
    recover(site, the_usual(site))
    row = site.person(LOST, key=site.public_key("a third key"))
    roster = site.roster(**{LOST: row})
    roster += sealed(site, "a third paper", (PAPER, LOST), (NEXT_PAPER, LOST))
    recover(site, roster, key=NEXT_PAPER if honest else PAPER)


@breaks(Rule.SIGNATURE)
def the_sealed_key_governs_otherwise(site: Forge, honest: bool) -> None:
    roster = site.roster(vanthu=site.person("vanthu", ["staff"])) + sealed(site, PAPER)
    site.govern({"roster.toml": roster}, key=LOST if honest else PAPER)


@breaks(Rule.SIGNATURE)
def the_sealed_key_approves(site: Forge, honest: bool) -> None:
    draft = a_checked_post(site, "bai")
    site.decide(draft, "approve", *PRINCIPAL, key=LOST if honest else PAPER)
    site.publish(draft, *PRINCIPAL)


@breaks(Rule.RECOVERY)
def a_recovery_where_there_is_no_sealed_key(site: Forge, honest: bool) -> None:
    if not honest:
        site.move_main(_before_the_paper(site))
    recover(site, the_usual(site))


def _before_the_paper(site: Forge) -> str:
    lines = site.git("rev-list", "--first-parent", site.main).decode().split()
    return lines[-1]


@breaks(Rule.RECOVERY)
def a_recovery_that_keeps_its_key(site: Forge, honest: bool) -> None:
    key = NEXT_PAPER if honest else PAPER
    recover(site, renewed(site) + sealed(site, key, (PAPER, LOST)))


@breaks(Rule.RECOVERY)
def a_recovery_that_does_not_say_that_the_key_is_spent(site: Forge, honest: bool) -> None:
    spent = [(PAPER, LOST)] if honest else []
    recover(site, renewed(site) + sealed(site, NEXT_PAPER, *spent))


@breaks(Rule.RECOVERY)
def a_recovery_that_names_another_as_its_user(site: Forge, honest: bool) -> None:
    by = LOST if honest else VICE[0]
    recover(site, renewed(site) + sealed(site, NEXT_PAPER, (PAPER, by)))


@breaks(Rule.RECOVERY)
def a_recovery_without_a_new_sealed_key(site: Forge, honest: bool) -> None:
    recover(site, the_usual(site) if honest else renewed(site))


@breaks(Rule.RECOVERY)
def a_recovery_that_also_promotes_another(site: Forge, honest: bool) -> None:
    row = site.person("vanthu", ["clerk"] if honest else ["vice_principal"])
    recover(site, renewed(site, vanthu=row) + sealed(site, NEXT_PAPER, (PAPER, LOST)))


@breaks(Rule.RECOVERY)
def a_recovery_that_also_changes_a_group(site: Forge, honest: bool) -> None:
    roster = the_usual(site)
    if not honest:
        roster = roster.replace(b'name = "nha-tre"', b'name = "khac"')
    recover(site, roster)


@breaks(Rule.RECOVERY)
def a_recovery_that_gives_the_same_principal_another_role(site: Forge, honest: bool) -> None:
    roles = ["principal"] if honest else ["principal", "clerk"]
    row = site.person(LOST, roles, site.public_key(NEW_KEY))
    recover(site, site.roster(**{LOST: row}) + sealed(site, NEXT_PAPER, (PAPER, LOST)))


@breaks(Rule.RECOVERY)
def a_recovery_that_leaves_the_lost_principal_in_the_roster(site: Forge, honest: bool) -> None:
    kept = "" if honest else site.person(LOST, ["staff"])
    roster = another_person(site, **{LOST: kept})
    recover(site, roster + sealed(site, NEXT_PAPER, (PAPER, "hieutruong.moi")), "hieutruong.moi")


@breaks(Rule.RECOVERY)
def a_recovery_in_the_name_of_the_lost_principal(site: Forge, honest: bool) -> None:
    actor = "hieutruong.moi" if honest else LOST
    recover(site, another_person(site) + sealed(site, NEXT_PAPER, (PAPER, actor)), actor)


@breaks(Rule.RECOVERY)
def a_recovery_in_another_role(site: Forge, honest: bool) -> None:
    recover(site, the_usual(site), role="principal" if honest else "site_admin")


@breaks(Rule.RECOVERY)
def a_sealed_key_that_is_somebodys_own(site: Forge, honest: bool) -> None:
    key = NEXT_PAPER if honest else VICE[0]
    recover(site, renewed(site) + sealed(site, key, (PAPER, LOST)))


@breaks(Rule.RECOVERY)
def a_spent_key_as_somebodys_own(site: Forge, honest: bool) -> None:
    key = NEW_KEY if honest else PAPER
    row = site.person(LOST, key=site.public_key(key))
    recover(site, site.roster(**{LOST: row}) + sealed(site, NEXT_PAPER, (PAPER, LOST)))


@breaks(Rule.RECOVERY)
def the_principal_forgets_that_a_key_was_used(site: Forge, honest: bool) -> None:
    recover(site, the_usual(site))
    spent = [(PAPER, LOST)] if honest else []
    roster = renewed(site, vanthu=site.person("vanthu", ["staff"]))
    site.govern({"roster.toml": roster + sealed(site, NEXT_PAPER, *spent)}, key=NEW_KEY)


@breaks(Rule.RECOVERY)
def the_principal_drops_the_sealed_key(site: Forge, honest: bool) -> None:
    row = site.person("vanthu", ["staff"])
    kept = sealed(site, NEXT_PAPER) if honest else b""
    site.govern({"roster.toml": site.roster(vanthu=row) + kept})


@breaks(Rule.RECOVERY)
def a_sealed_key_of_another_kind(site: Forge, honest: bool) -> None:
    roster = site.roster() + sealed(site, NEXT_PAPER)
    if not honest:
        roster = roster.replace(site.public_key(NEXT_PAPER).encode(), b"ssh-rsa AAAA")
    site.govern({"roster.toml": roster})


@breaks(Rule.ROSTER)
def a_recovery_table_with_an_unknown_word(site: Forge, honest: bool) -> None:
    row = b"" if honest else b"pardon = 1\n"
    site.govern({"roster.toml": site.roster() + sealed(site, NEXT_PAPER) + row})


@breaks(Rule.SCOPE)
def a_recovery_that_also_changes_the_steps(site: Forge, honest: bool) -> None:
    path = "governance/school.toml"
    recover(site, the_usual(site), also={} if honest else {path: b'name = "x"\n'})


@breaks(Rule.SCOPE)
def a_recovery_that_also_changes_content(site: Forge, honest: bool) -> None:
    path = next(path for path in site.trees[site.main] if path.endswith("khai-giang/index.md"))
    recover(site, the_usual(site), also={} if honest else {path: b"---\ntitle: x\n---\n\n"})


@breaks(Rule.HISTORY)
def a_recovery_with_two_parents(site: Forge, honest: bool) -> None:
    parents = [] if honest else [_before_the_paper(site)]
    recover(site, the_usual(site), parents=parents)


@breaks(Rule.GOVERNANCE)
def the_lost_principal_governs_on(site: Forge, honest: bool) -> None:
    spent = sealed(site, NEXT_PAPER, (PAPER, "hieutruong.moi"))
    recover(site, another_person(site) + spent, "hieutruong.moi")
    roster = another_person(site, vanthu=site.person("vanthu", ["staff"])) + spent
    if honest:
        site.govern({"roster.toml": roster}, "hieutruong.moi", key=NEW_KEY)
    else:
        site.govern({"roster.toml": roster})


@breaks(Rule.SIGNATURE)
def the_lost_key_governs_on(site: Forge, honest: bool) -> None:
    recover(site, the_usual(site))
    roster = renewed(site, vanthu=site.person("vanthu", ["staff"]))
    roster += sealed(site, NEXT_PAPER, (PAPER, LOST))
    site.govern({"roster.toml": roster}, key=NEW_KEY if honest else LOST)


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_refused_by_the_rule_that_it_breaks(site: Forge, name: str) -> None:
    rule, attack = ATTACKS[name]
    attack(site, False)
    report = verify(site.path)

    assert (report.ok, report.rule) == (False, rule), report.reason
    assert report.failed_commit == site.main


@pytest.mark.parametrize("name", ATTACKS)
def test_the_same_history_without_the_manipulation_is_accepted(site: Forge, name: str) -> None:
    _, attack = ATTACKS[name]
    attack(site, True)
    report = verify(site.path)

    assert report.ok, report
