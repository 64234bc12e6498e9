"""The recovery key: on paper and back, and its one use."""

from __future__ import annotations

import tomllib

import pytest
import tomli_w

from tests.workflow.conftest import LEAD, PRINCIPAL, TEACHER, VICE, School, post_fields
from workflow import governing, recovering, roster, signing, verification
from workflow.delegations import Delegation, as_row
from workflow.errors import Refused, UnreadableKey
from workflow.governing import Appointment
from workflow.signing import Signer, public_key_line
from workflow.states import Role

PAPER = signing.generate()


@pytest.fixture
def sealed(school: School) -> School:
    """A school whose principal has sealed a recovery key."""

    def edit(tables: governing.Tables) -> None:
        text = tomli_w.dumps(tables[roster.ROSTER]).encode()
        with_key = roster.with_recovery(text, public_key_line(PAPER), school.now())
        tables[roster.ROSTER] = tomllib.loads(with_key.decode())

    governing.govern(school.repo, school.keys[PRINCIPAL], "Khóa", edit, school.now())
    return school


def recover(
    school: School, username: str = PRINCIPAL, *, paper: object = PAPER, key: object = None
) -> Signer:
    """Name a principal with a new key and return what he signs with."""
    fresh = Signer(username, key or signing.generate())  # type: ignore[arg-type]
    line = public_key_line(fresh.private_key)
    principal = {"username": username, "name": "Hiệu trưởng", "key": line}
    replacement = public_key_line(signing.generate())
    recovering.recover(school.repo, paper, principal, replacement, school.now())  # type: ignore[arg-type]
    return fresh


def test_what_is_written_on_paper_is_read_again() -> None:
    text = recovering.written(PAPER)

    assert [len(line) for line in text.splitlines()] == [34, 34]
    for typed in (text, text.lower(), f"Khóa:\n{text}\nIn tờ này.", text.replace("-", " ")):
        assert public_key_line(recovering.read(typed)) == public_key_line(PAPER)


def test_letters_that_look_like_numbers_are_taken_for_them() -> None:
    text = recovering.written(PAPER)

    for number, letter in (("0", "O"), ("1", "I"), ("1", "l")):
        typed = text.replace(number, letter)
        assert public_key_line(recovering.read(typed)) == public_key_line(PAPER)


@pytest.mark.parametrize("spoiled", ["one", "line", "nothing"])
def test_a_mistyped_paper_is_refused(spoiled: str) -> None:
    text = recovering.written(PAPER)
    typed = {
        "one": ("2" if text[0] != "2" else "3") + text[1:],
        "line": text.splitlines()[0],
        "nothing": "",
    }[spoiled]

    with pytest.raises(UnreadableKey):
        recovering.read(typed)


def test_the_same_principal_goes_on_with_a_new_key(sealed: School) -> None:
    fresh = recover(sealed)
    governing.freeze(sealed.repo, fresh, "Nghỉ Tết", sealed.now())

    with pytest.raises(Refused):
        governing.lift_freeze(sealed.repo, sealed.keys[PRINCIPAL], sealed.now())
    governance = sealed.repo.governance()
    assert governance.principal.key == public_key_line(fresh.private_key)
    assert [name for name, _ in governance.recovery.used] == [PRINCIPAL]
    report = verification.verify(sealed.repo.path)
    assert report.ok, report
    assert len(report.recoveries) == 1


def test_another_person_takes_the_place_of_a_lost_principal(sealed: School) -> None:
    fresh = recover(sealed, "hieutruong.moi")
    draft = sealed.check(
        LEAD, sealed.submit(TEACHER, sealed.create(TEACHER, "posts", **post_fields()))
    )
    sealed.keys["hieutruong.moi"] = fresh
    sealed.approve("hieutruong.moi", draft)

    governance = sealed.repo.governance()
    assert governance.principal.username == "hieutruong.moi"
    assert PRINCIPAL not in governance.people
    assert verification.verify(sealed.repo.path).ok


def test_a_vice_principal_can_become_principal(sealed: School) -> None:
    key = sealed.keys[VICE].private_key
    recover(sealed, VICE, key=key)

    assert sealed.repo.governance().principal.roles == {Role.PRINCIPAL}
    assert verification.verify(sealed.repo.path).ok


def test_a_delegation_of_the_lost_principal_does_not_stand_in_the_way(sealed: School) -> None:
    """He had it before he became principal; the delegations of others stay."""
    day = sealed.now().date()
    rows = [
        Delegation(name, Role.VICE_PRINCIPAL, (), ("chuyen-mon",), day, day, "25/QĐ")
        for name in (PRINCIPAL, LEAD)
    ]

    def edit(tables: governing.Tables) -> None:
        tables[roster.ROSTER]["delegations"] = [as_row(row) for row in rows]

    governing.govern(sealed.repo, sealed.keys[PRINCIPAL], "Ủy quyền", edit, sealed.now())
    recover(sealed, "hieutruong.moi")

    assert sealed.repo.governance().delegations == (rows[1],)
    assert verification.verify(sealed.repo.path).ok


def test_a_key_is_used_once(sealed: School) -> None:
    recover(sealed)

    with pytest.raises(Refused, match="Mỗi khóa dùng được một lần"):
        recover(sealed)


def test_another_key_recovers_nothing(sealed: School) -> None:
    with pytest.raises(Refused, match="không phải khóa khôi phục"):
        recover(sealed, paper=sealed.keys[VICE].private_key)


def test_without_a_sealed_key_nothing_is_recovered(school: School) -> None:
    with pytest.raises(Refused, match="chưa có khóa khôi phục"):
        recover(school)


def test_a_school_without_a_key_gets_one_from_the_principal(school: School) -> None:
    line = public_key_line(PAPER)
    with pytest.raises(Refused):
        recovering.lay_down(school.repo, school.keys[VICE], line, school.now())
    recovering.lay_down(school.repo, school.keys[PRINCIPAL], line, school.now())

    recover(school)
    assert verification.verify(school.repo.path).ok


def test_a_paper_that_was_replaced_recovers_nothing(sealed: School) -> None:
    fresh = signing.generate()
    line = public_key_line(fresh)
    recovering.lay_down(sealed.repo, sealed.keys[PRINCIPAL], line, sealed.now())

    with pytest.raises(Refused, match="không phải khóa khôi phục"):
        recover(sealed)
    recover(sealed, paper=fresh)
    assert verification.verify(sealed.repo.path).ok


def test_a_key_that_is_no_new_one_recovers_nothing(sealed: School) -> None:
    with pytest.raises(Refused, match="vẫn là khóa đang dùng"):
        recover(sealed, key=sealed.keys[PRINCIPAL].private_key)
    with pytest.raises(Refused, match="chưa có khóa ký"):
        recovering.recover(
            sealed.repo,
            PAPER,
            {"username": "moi", "name": "Mới", "key": ""},
            public_key_line(signing.generate()),
            sealed.now(),
        )


def test_the_principal_renews_the_key_with_the_old_one(sealed: School) -> None:
    fresh = signing.generate()
    governing.renew_key(sealed.repo, sealed.keys[PRINCIPAL], public_key_line(fresh), sealed.now())
    sealed.keys[PRINCIPAL] = Signer(PRINCIPAL, fresh)
    governing.freeze(sealed.repo, sealed.keys[PRINCIPAL], "Nghỉ", sealed.now())

    assert verification.verify(sealed.repo.path).ok


def test_nobody_else_renews_the_principals_key(sealed: School) -> None:
    with pytest.raises(Refused):
        governing.renew_key(sealed.repo, sealed.keys[VICE], "ssh-ed25519 AAAA", sealed.now())


def test_appointments_after_a_recovery_keep_what_it_wrote(sealed: School) -> None:
    fresh = recover(sealed)
    person = sealed.repo.governance().people[TEACHER]
    given = Appointment(person.name, person.roles, person.groups, (), person.key, "21/QĐ")
    governing.appoint(sealed.repo, fresh, TEACHER, given, sealed.now())

    assert len(sealed.repo.governance().recovery.used) == 1
