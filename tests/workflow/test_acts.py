"""The history of an entry, followed along main."""

import pytest

from tests.workflow.conftest import School
from tests.workflow.test_mirror import HISTORY, a_post, another_post, edited
from workflow.acts import Acts
from workflow.repository import MAIN, Commit, RefUpdate, Repository
from workflow.services import history_of


def test_what_is_followed_is_what_is_read_anew(school: School) -> None:
    entry_id = a_post(school).entry_id
    for act in HISTORY:
        act(school, entry_id)
        assert school.repo.companion(Acts).of(entry_id) == Acts(school.repo).of(entry_id)
    assert len(history_of(school.repo, entry_id)) > len(HISTORY)
    assert Acts(school.repo).of("no-such-entry") == []


def test_a_main_that_went_another_way_is_read_anew(school: School) -> None:
    entry_id, acts = a_post(school).entry_id, Acts(school.repo)
    edited(school, entry_id)
    before = acts.of(entry_id)
    main = school.repo.main()
    school.repo.update_refs([RefUpdate(MAIN, school.repo.commit(main).parents[0], main)])
    assert acts.of(entry_id) == before[1:]

    another_post(school, "")
    assert acts.of(entry_id) == before[1:] == Acts(school.repo).of(entry_id)


def test_only_what_is_new_and_the_entrys_own_is_read(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry_id, acts = a_post(school).entry_id, Acts(school.repo)
    for _ in range(4):
        another_post(school, "")
    own = len(acts.of(entry_id))
    another_post(school, "")
    read: list[str] = []
    commits = Repository.commits

    def noted(repo: Repository, oids: list[str]) -> list[Commit]:
        read.extend(oids)
        return commits(repo, oids)

    monkeypatch.setattr(Repository, "commits", noted)
    acts.of(entry_id)
    assert len(read) == own + 1
