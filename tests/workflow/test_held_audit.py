"""An audit that goes on from the one before: it says what a whole one says, and reads the new."""

from collections.abc import Callable

import pytest

from tests.workflow.conftest import PRINCIPAL, TEACHER, School
from tests.workflow.test_mirror import HISTORY, a_post, another_post, edited
from tests.workflow.test_release import a_commit_altered_after_signing
from workflow import auditing, verification
from workflow.errors import Unverified
from workflow.repository import MAIN, RefUpdate
from workflow.verification import Audit, Objects, Report, Rule, verify, verify_on


class Held:
    """The last audit that ended well."""

    last: Audit | None = None


def audited(school: School, held: Held, after: str | None) -> Report:
    before = held.last if after else None
    report, last = verify_on(before, school.repo.path, audited=after)
    held.last = last or held.last
    return report


def test_it_says_at_every_commit_what_a_whole_audit_says(school: School) -> None:
    entry_id, held = a_post(school).entry_id, Held()
    after = None
    for act in HISTORY:
        report = audited(school, held, after)
        assert report == verify(school.repo.path)
        assert report.ok
        after = school.repo.main()
        act(school, entry_id)


def count_reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    read: list[str] = []
    reading = Objects.read

    def counted(objects: Objects, oid: str, kind: str) -> bytes:
        read.append(oid)
        return reading(objects, oid, kind)

    monkeypatch.setattr(Objects, "read", counted)
    return read


def test_it_reads_no_commit_before_the_last_one(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry_id, held = a_post(school).entry_id, Held()
    for _ in range(3):
        edited(school, entry_id)
    before = school.repo.main()
    assert audited(school, held, None).ok
    edited(school, entry_id)
    read = count_reads(monkeypatch)
    assert audited(school, held, before).ok

    older = {commit.oid for commit in school.repo.chain(before)} - {before}
    assert older
    assert not older & set(read)


def broken_by_hand(school: School) -> None:
    main = school.repo.main()
    tree = school.repo.commit(main).tree
    commit = school.repo.write_commit(tree, [main], "Sửa tay\n", school.now(), "root")
    school.repo.update_refs([RefUpdate(MAIN, commit, main)])


def altered_after_signing(school: School) -> None:
    a_commit_altered_after_signing(school)


@pytest.mark.parametrize(
    ("harm", "rule"),
    [(broken_by_hand, Rule.HISTORY), (altered_after_signing, Rule.SIGNATURE)],
)
def test_what_comes_after_is_judged_as_by_a_whole_audit(
    school: School, harm: Callable[[School], None], rule: Rule
) -> None:
    entry_id, held = a_post(school).entry_id, Held()
    assert audited(school, held, None).ok
    after = school.repo.main()
    edited(school, entry_id)
    assert audited(school, held, after).ok, "the control"
    harm(school)

    for _ in range(2):
        report = audited(school, held, after)
        whole = verify(school.repo.path)
        assert (report.ok, report.failed_commit) == (False, school.repo.main())
        assert (report.rule, report.reason) == (whole.rule, whole.reason)
    assert report.rule in {rule, whole.rule}


def test_a_history_that_lost_or_replaced_what_is_held_is_read_anew(school: School) -> None:
    entry_id, held = a_post(school).entry_id, Held()
    first = school.repo.main()
    edited(school, entry_id)
    assert audited(school, held, None).ok
    second = school.repo.main()
    school.repo.update_refs([RefUpdate(MAIN, first, second)])
    another_post(school, "")

    report = audited(school, held, second)
    assert (report.ok, report.rule) == (False, Rule.HISTORY)
    report = audited(school, held, first)
    assert report == verify(school.repo.path, audited=first)
    assert report.ok


def test_who_trusts_nothing_is_spared_nothing(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held()
    a_post(school)
    assert audited(school, held, None).ok
    read = count_reads(monkeypatch)

    assert audited(school, held, None).ok
    assert school.repo.chain(school.repo.main())[-1].oid in read


def test_what_moves_main_lends_the_publisher_no_trust(school: School, tmp_path: object) -> None:
    """Whoever moves main takes it as it stands; the publisher believes what it audited itself."""
    a_commit_altered_after_signing(school)
    main = school.repo.main()
    school.change_roster(TEACHER, name="Cô")
    head = school.repo.main()
    school.repo.update_refs([RefUpdate(MAIN, main, head)])
    auditing.advance_main(school.repo, head, main)
    data = school.repo.path.parent / "data"

    assert not auditing.audit(school.repo, data, head).ok
    assert not verification.verify(school.repo.path).ok


def test_main_does_not_move_to_what_the_auditor_refuses_however_often_it_is_asked(
    school: School,
) -> None:
    entry_id = a_post(school).entry_id
    for _ in range(2):
        main = school.repo.main()
        tree = school.repo.commit(main).tree
        commit = school.repo.write_commit(tree, [main], "Sửa tay\n", school.now(), PRINCIPAL)
        with pytest.raises(Unverified):
            auditing.advance_main(school.repo, commit, main)
        assert school.repo.main() == main
        edited(school, entry_id)
