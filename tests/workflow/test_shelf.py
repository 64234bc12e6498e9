"""What is kept in memory of a repository is what a new reader finds there."""

from collections.abc import Iterable, Mapping

from tests.workflow.conftest import (
    CLERK,
    LEAD,
    TEACHER,
    VICE,
    School,
    circular_fields,
    post_fields,
)
from workflow import services
from workflow.content_types import Fields
from workflow.repository import Repository
from workflow.shelf import Published, shelf_of


def _publish(school: School, title: str) -> Published:
    change = school.create(TEACHER, "posts", **post_fields(title=title))
    return school.approve(VICE, school.check(LEAD, school.submit(TEACHER, change)))


def _agrees(school: School) -> bool:
    new = Repository(school.repo.path)
    followed, read = shelf_of(school.repo).archive(), shelf_of(new).archive()
    kept = {key: owner for key, owner in followed.claimed.items() if owner}
    return (followed.entries, kept, services.changes(school.repo)) == (
        read.entries,
        dict(read.claimed),
        services.changes(new),
    )


def test_the_archive_follows_each_publication(school: School) -> None:
    assert _agrees(school)
    for title in ("Rước đèn", "Trồng rau"):
        _publish(school, title)
        assert _agrees(school)
    school.create(CLERK, "circulars", **circular_fields())
    first = services.published(school.repo)[0]
    change = services.open_for_edit(school.repo, first.entry_id)
    saved = services.save(
        school.repo,
        school.keys[TEACHER],
        change.entry_id,
        change.head,
        services.Content(change.fields | {"title": "Tên mới"}, "Nội dung."),
        school.now(),
    )
    school.approve(VICE, school.check(LEAD, school.submit(TEACHER, saved)))

    assert _agrees(school)
    assert "Tên mới" in {entry.title for entry in services.published(school.repo)}


def test_a_change_is_read_again_where_the_roster_is_another(school: School) -> None:
    submitted = school.submit(LEAD, school.create(LEAD, "posts", **post_fields()))
    assert services.changes(school.repo) == [submitted]
    school.change_roster(LEAD, roles=["teacher"])

    assert _agrees(school)
    assert services.change(school.repo, submitted.entry_id).status != submitted.status


class _Kept(dict[str, Fields]):
    """Facts in a dictionary; `asked` says for which blobs they served."""

    asked: int = 0

    def known(self, oids: Iterable[str]) -> Mapping[str, Fields]:
        found = {oid: self[oid] for oid in oids if oid in self}
        self.asked += len(found)
        return found

    def keep(self, found: Mapping[str, Fields], wanted: Iterable[str]) -> None:
        names = set(wanted)
        self.update(found)
        for oid in set(self) - names:
            del self[oid]


def test_a_new_process_begins_with_what_is_kept(school: School) -> None:
    kept = _Kept()
    shelf_of(school.repo).keep_in(kept)
    for title in ("Rước đèn", "Trồng rau"):
        _publish(school, title)
        services.published(school.repo)
    again = Repository(school.repo.path)
    shelf_of(again).keep_in(kept)

    assert services.published(again) == services.published(school.repo)
    assert kept.asked == len(kept) == len(services.published(again))
