"""Freeze and takedowns before the auditor: each attack by its rule, each with its control."""

from typing import Final

import pytest

from tests.workflow.attacks import Attacks
from tests.workflow.forge import Act, Forge
from tests.workflow.test_verification import (
    ADMIN,
    CLERK,
    LEAD,
    PRINCIPAL,
    TEACHER,
    VICE,
    an_approved_post,
)
from workflow.verification import Rule, verify

ATTACKS = Attacks()
breaks = ATTACKS.breaks
PUBLIC: Final = "khai-giang"
FREEZE: Final = '[freeze]\nreason = "Nghỉ Tết"\nsince = 2026-11-24T08:00:00+07:00\n'


def history(site: Forge) -> Forge:
    """Give a new school two published posts."""
    site.publish(an_approved_post(site, PUBLIC), *VICE)
    site.publish(an_approved_post(site, "be-mac"), *VICE)
    return site


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Forge:
    folder = tmp_path_factory.mktemp("orders")
    return history(Forge.found(folder / "site.git", folder / "keys"))


def order(entry: str = PUBLIC, by: str = ADMIN[0], kind: str = "error") -> str:
    return (
        f'[[takedowns]]\nentry = "{entry}"\nkind = "{kind}"\nreason = "Đăng nhầm"\n'
        f'by = "{by}"\nsince = 2026-11-24T08:00:00+07:00\n'
    )


def take_down(
    site: Forge,
    orders: str,
    who: tuple[str, str] = ADMIN,
    *,
    entry: str = PUBLIC,
    also: dict[str, bytes] | None = None,
    **forged: object,
) -> None:
    act = Act("takedown", *who, entry, "posts", **forged)  # type: ignore[arg-type]
    paths = {"governance/orders.toml": orders.encode(), **(also or {})}
    site.move_main(site.commit(site.trees[site.main] | site.files(paths), [site.main], act))


@breaks(Rule.ROLE)
def a_teacher_takes_down(site: Forge, honest: bool) -> None:
    who = ADMIN if honest else TEACHER
    take_down(site, order(by=who[0]), who)


@breaks(Rule.ROLE)
def a_team_lead_takes_down(site: Forge, honest: bool) -> None:
    who = VICE if honest else LEAD
    take_down(site, order(by=who[0]), who)


@breaks(Rule.ROLE)
def a_clerk_takes_down_in_the_role_of_the_administrator(site: Forge, honest: bool) -> None:
    who = ADMIN if honest else (CLERK[0], "site_admin")
    take_down(site, order(by=who[0]), who)


@breaks(Rule.ROLE)
def a_takedown_in_the_name_of_another(site: Forge, honest: bool) -> None:
    take_down(site, order(by=ADMIN[0] if honest else PRINCIPAL[0]))


@breaks(Rule.SIGNATURE)
def a_takedown_without_a_signature(site: Forge, honest: bool) -> None:
    take_down(site, order(), signed=honest)


@breaks(Rule.SIGNATURE)
def a_takedown_signed_by_another(site: Forge, honest: bool) -> None:
    take_down(site, order(), key=ADMIN[0] if honest else TEACHER[0])


@breaks(Rule.SIGNATURE)
def a_takedown_with_a_signature_of_another_namespace(site: Forge, honest: bool) -> None:
    take_down(site, order(), namespace="git" if honest else "file")


@breaks(Rule.ENTRY)
def a_takedown_of_what_was_never_public(site: Forge, honest: bool) -> None:
    entry = PUBLIC if honest else "khong-co"
    take_down(site, order(entry), entry=entry)


@breaks(Rule.ENTRY)
def a_takedown_that_names_another_entry_than_its_trailer(site: Forge, honest: bool) -> None:
    take_down(site, order("be-mac"), entry="be-mac" if honest else PUBLIC)


@breaks(Rule.ORDERS)
def a_takedown_that_lifts_another(site: Forge, honest: bool) -> None:
    take_down(site, order("be-mac"), entry="be-mac")
    take_down(site, (order("be-mac") if honest else "") + order())


@breaks(Rule.ORDERS)
def a_takedown_that_rewrites_the_reason_of_another(site: Forge, honest: bool) -> None:
    take_down(site, order("be-mac"), entry="be-mac")
    first = order("be-mac") if honest else order("be-mac", kind="personal_data")
    take_down(site, first + order())


@breaks(Rule.ORDERS)
def a_takedown_that_lifts_a_freeze(site: Forge, honest: bool) -> None:
    site.govern({"orders.toml": FREEZE.encode()})
    take_down(site, (FREEZE if honest else "") + order())


@breaks(Rule.ORDERS)
def a_takedown_that_freezes(site: Forge, honest: bool) -> None:
    take_down(site, ("" if honest else FREEZE) + order())


@breaks(Rule.ORDERS)
def two_takedowns_on_one_signature(site: Forge, honest: bool) -> None:
    take_down(site, order() + ("" if honest else order("be-mac")))


@breaks(Rule.ORDERS)
def a_takedown_of_an_unknown_kind(site: Forge, honest: bool) -> None:
    take_down(site, order(kind="error" if honest else "dislike"))


@breaks(Rule.ORDERS)
def an_order_of_an_unknown_name(site: Forge, honest: bool) -> None:
    site.govern({"orders.toml": (FREEZE + ("" if honest else "\n[amnesty]\nx = 1\n")).encode()})


@breaks(Rule.SCOPE)
def a_takedown_that_also_changes_the_roster(site: Forge, honest: bool) -> None:
    roster = site.roster(vanthu=site.person("vanthu", ["principal"]))
    take_down(site, order(), also={} if honest else {"governance/roster.toml": roster})


@breaks(Rule.SCOPE)
def a_takedown_that_also_changes_content(site: Forge, honest: bool) -> None:
    path = next(path for path in site.trees[site.main] if path.endswith("khai-giang/index.md"))
    take_down(site, order(), also={} if honest else {path: b"---\ntitle: x\n---\n\n"})


@breaks(Rule.GOVERNANCE)
def a_vice_principal_freezes(site: Forge, honest: bool) -> None:
    who = PRINCIPAL[0] if honest else VICE[0]
    site.govern({"orders.toml": FREEZE.encode()}, who)


@breaks(Rule.GOVERNANCE)
def the_administrator_lifts_a_takedown(site: Forge, honest: bool) -> None:
    take_down(site, order())
    site.govern({"orders.toml": b""}, PRINCIPAL[0] if honest else ADMIN[0])


@breaks(Rule.FREEZE)
def a_publication_during_a_freeze(site: Forge, honest: bool) -> None:
    draft = an_approved_post(site)
    site.govern({"orders.toml": FREEZE.encode()})
    if honest:
        site.govern({"orders.toml": b""})
    site.publish(draft, *VICE)


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
