"""Orders of erasure before the auditor: each attack by its rule, each with its control."""

import hashlib
from typing import Final

import pytest

from tests.workflow.attacks import Attacks
from tests.workflow.forge import Act, Draft, Forge, entry
from tests.workflow.test_verification import (
    ADMIN,
    LEAD,
    PRINCIPAL,
    TEACHER,
    VICE,
    submit_to_publication,
)
from workflow.verification import Rule, main, verify

ATTACKS = Attacks()
breaks = ATTACKS.breaks
FACE, OTHER, SHARED = b"a face", b"another picture", b"a picture of two posts"
DOWN, UP = "be-an", "be-mac"
WHEN: Final = "2026-11-24T08:00:00+07:00"


def history(site: Forge) -> Forge:
    """Give a new school a post that is down for personal data, and one that is public."""
    publish(site, DOWN, FACE, OTHER, SHARED)
    publish(site, UP, SHARED)
    take_down(site)
    return site


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Forge:
    folder = tmp_path_factory.mktemp("erasure")
    return history(Forge.found(folder / "site.git", folder / "keys"))


def draft_of(site: Forge, name: str, *pictures: bytes) -> Draft:
    draft = site.draft("posts", name)
    files = {f"anh-{n}.jpg": site.media(data) for n, data in enumerate(pictures, 1)}
    site.save(draft, *TEACHER, {"index.md": entry(f"Bài {len(pictures)}", "mau-giao"), **files})
    return draft


def publish(site: Forge, name: str, *pictures: bytes) -> None:
    submit_to_publication(site, draft_of(site, name, *pictures))


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def erasure(data: bytes = FACE, by: str = PRINCIPAL[0], name: str = "") -> str:
    return (
        f'[[erasures]]\nsha256 = "{name or sha256(data)}"\nentry = "{DOWN}"\n'
        f'reason = "Phụ huynh yêu cầu"\nby = "{by}"\nsince = {WHEN}\n'
    )


def takedown(name: str = DOWN) -> str:
    return (
        f'[[takedowns]]\nentry = "{name}"\nkind = "personal_data"\nreason = "Ảnh bé"\n'
        f'by = "{ADMIN[0]}"\nsince = {WHEN}\n'
    )


def take_down(site: Forge, name: str = DOWN, before: str = "") -> None:
    act = Act("takedown", *ADMIN, name, "posts")
    paths = {"governance/orders.toml": (before + takedown(name)).encode()}
    site.move_main(site.commit(site.trees[site.main] | site.files(paths), [site.main], act))


def order(site: Forge, *rows: str, **forged: str) -> None:
    site.govern({"orders.toml": "".join(rows).encode()}, **forged)


def test_an_erased_file_may_be_missing_and_is_named(
    site: Forge, capsys: pytest.CaptureFixture[str]
) -> None:
    order(site, takedown(), erasure())
    site.lfs(FACE).unlink()
    publish(site, "sau-do", OTHER)

    report = verify(site.path)

    assert report.ok, report
    assert report.erased == (sha256(FACE),)
    assert main([str(site.path)]) == 0
    assert f"tệp đã xóa theo lệnh của hiệu trưởng: {sha256(FACE)}" in capsys.readouterr().out


def test_a_file_that_no_public_entry_names_any_more_may_be_erased(site: Forge) -> None:
    publish(site, "moi", b"old")
    publish(site, "moi", b"new")
    order(site, takedown(), erasure(b"old"))
    site.lfs(b"old").unlink()

    assert verify(site.path).ok


def test_an_entry_is_public_again_once_an_edition_without_the_file_is(site: Forge) -> None:
    order(site, takedown(), erasure())
    site.lfs(FACE).unlink()
    draft = site.draft("posts", DOWN)
    folder = draft.folder
    kept = {p: i for p, i in site.trees[draft.head].items() if not p.startswith(f"{folder}/")}
    kept |= site.files({f"{folder}/index.md": entry("Không ảnh", "mau-giao")})
    draft.head = site.commit(kept, [draft.head], site.act(draft, "save", *TEACHER))
    submit_to_publication(site, draft)
    order(site, erasure())

    assert verify(site.path).ok


def test_an_audit_that_goes_on_from_an_earlier_one_holds_the_rules_too(site: Forge) -> None:
    audited = site.main
    order(site, takedown(), erasure())
    site.lfs(FACE).unlink()
    assert verify(site.path, audited=audited).ok

    order(site, erasure())
    assert verify(site.path, audited=audited).rule == Rule.ERASURE


@breaks(Rule.MEDIA)
def another_file_is_missing_than_the_erased_one(site: Forge, honest: bool) -> None:
    order(site, takedown(), erasure())
    site.lfs(FACE if honest else OTHER).unlink()


@breaks(Rule.MEDIA)
def a_file_of_an_entry_that_is_down_is_missing_without_an_order(site: Forge, honest: bool) -> None:
    if honest:
        order(site, takedown(), erasure())
    site.lfs(FACE).unlink()


@breaks(Rule.MEDIA)
def a_file_of_an_earlier_edition_is_missing(site: Forge, honest: bool) -> None:
    publish(site, "moi", b"old")
    publish(site, "moi", b"new")
    if not honest:
        site.lfs(b"old").unlink()


@breaks(Rule.MEDIA)
def a_file_of_an_earlier_edition_was_changed(site: Forge, honest: bool) -> None:
    publish(site, "moi", b"old")
    publish(site, "moi", b"new")
    if not honest:
        site.lfs(b"old").write_bytes(b"odd")


@breaks(Rule.ERASURE)
def a_public_entry_shows_a_file_that_is_to_be_erased(site: Forge, honest: bool) -> None:
    order(site, takedown(), erasure(OTHER if honest else SHARED))


@breaks(Rule.ERASURE)
def the_founding_page_shows_a_file_that_is_to_be_erased(site: Forge, honest: bool) -> None:
    order(site, takedown(), erasure(FACE if honest else b"the founding picture"))


@breaks(Rule.ERASURE)
def a_lifted_takedown_shows_an_erased_file(site: Forge, honest: bool) -> None:
    order(site, takedown(), erasure(FACE))
    order(site, takedown(UP) + takedown() if honest else "", erasure())


@breaks(Rule.ERASURE)
def erased_and_lifted_on_one_signature(site: Forge, honest: bool) -> None:
    order(site, takedown() if honest else "", erasure())


@breaks(Rule.ERASURE)
def a_publication_brings_an_erased_file_back(site: Forge, honest: bool) -> None:
    order(site, takedown(), erasure())
    publish(site, "tro-lai", OTHER if honest else FACE)


@breaks(Rule.ERASURE)
def an_entry_that_is_down_is_published_with_the_erased_file(site: Forge, honest: bool) -> None:
    order(site, takedown(), erasure())
    if not honest:
        publish(site, DOWN, FACE)


@breaks(Rule.ERASURE)
def an_order_is_withdrawn(site: Forge, honest: bool) -> None:
    order(site, takedown(), erasure())
    order(site, takedown(), *([erasure(), erasure(OTHER)] if honest else []))


@breaks(Rule.ERASURE)
def an_order_is_rewritten(site: Forge, honest: bool) -> None:
    order(site, takedown(), erasure())
    first = erasure() if honest else erasure().replace("yêu cầu", "đồng ý")
    order(site, takedown(), first, erasure(OTHER))


@breaks(Rule.ERASURE)
def the_orders_change_their_places(site: Forge, honest: bool) -> None:
    order(site, takedown(), erasure(), erasure(OTHER))
    rows = [erasure(), erasure(OTHER)]
    order(site, takedown(), takedown(UP), *(rows if honest else rows[::-1]))


@breaks(Rule.ERASURE)
def a_file_is_erased_twice(site: Forge, honest: bool) -> None:
    order(site, takedown(), erasure(), erasure(OTHER if honest else FACE))


@breaks(Rule.ERASURE)
def an_order_in_the_name_of_another(site: Forge, honest: bool) -> None:
    order(site, takedown(), erasure(by=PRINCIPAL[0] if honest else VICE[0]))


@breaks(Rule.ORDERS)
def an_order_that_names_no_hash(site: Forge, honest: bool) -> None:
    order(site, takedown(), erasure() if honest else erasure(name=sha256(FACE).upper()))


@breaks(Rule.ORDERS)
def an_order_with_an_unknown_word(site: Forge, honest: bool) -> None:
    order(site, takedown(), erasure() + ("" if honest else "copies = 2\n"))


@breaks(Rule.ORDERS)
def an_order_without_a_reason(site: Forge, honest: bool) -> None:
    row = erasure()
    order(site, takedown(), row if honest else row.replace("Phụ huynh yêu cầu", ""))


@breaks(Rule.GOVERNANCE)
def a_vice_principal_erases(site: Forge, honest: bool) -> None:
    who = PRINCIPAL[0] if honest else VICE[0]
    site.govern({"orders.toml": (takedown() + erasure(by=who)).encode()}, who)


@breaks(Rule.SIGNATURE)
def an_erasure_signed_by_another(site: Forge, honest: bool) -> None:
    order(site, takedown(), erasure(), key=PRINCIPAL[0] if honest else LEAD[0])


@breaks(Rule.ORDERS)
def a_takedown_that_also_erases(site: Forge, honest: bool) -> None:
    take_down(site, UP, takedown() + ("" if honest else erasure(OTHER)))


@breaks(Rule.ORDERS)
def a_takedown_that_withdraws_an_erasure(site: Forge, honest: bool) -> None:
    order(site, takedown(), erasure())
    rows = takedown(), takedown(UP), erasure() if honest else ""
    act = Act("takedown", *ADMIN, UP, "posts")
    paths = {"governance/orders.toml": "".join(rows).encode()}
    site.move_main(site.commit(site.trees[site.main] | site.files(paths), [site.main], act))


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
