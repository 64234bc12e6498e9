"""Nothing that a draft or a hot-fix wrote is lost when the draft is brought up to date."""

import re
from collections import Counter
from dataclasses import replace
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from workflow.content_types import CONTENT_TYPES
from workflow.entries import Edition
from workflow.merging import How, Look, Merged, merge
from workflow.repository import GitFailed, Repository, StoredMedia

POSTS, MENUS = CONTENT_TYPES["posts"], CONTENT_TYPES["menus"]
OLD, MINE, THEIRS = (StoredMedia(letter * 64, 9) for letter in "abc")


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return Repository.create(tmp_path_factory.mktemp("merging") / "site.git")


def bodies(repo: Repository, base: str, draft: str, live: str) -> Merged:
    return merge(repo, POSTS, *(Edition({}, body) for body in (base, draft, live)))


def fields(repo: Repository, name: str, base: Any, draft: Any, live: Any) -> tuple[Any, set[Look]]:
    editions = (
        Edition({} if value is None else {name: value}, "") for value in (base, draft, live)
    )
    merged = merge(repo, POSTS, *editions)
    return merged.edition.fields.get(name), set(merged.looks)


# The body

_WORDS = st.sampled_from(("bé", "vui", "rước", "đèn", "tết", "cô", "sân", "trăng", "-", "##"))
_TEXTS = st.lists(st.lists(_WORDS, min_size=1, max_size=6).map(" ".join), max_size=7).flatmap(
    lambda lines: st.sampled_from(("\n\n", "\n")).map(lambda gap: gap.join(lines))
)


def added(old: str, new: str) -> Counter[str]:
    return Counter(new.split()) - Counter(old.split())


@given(base=_TEXTS, draft=_TEXTS, live=_TEXTS)
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_word_of_the_draft_or_of_the_fix_is_lost(
    repo: Repository, base: str, draft: str, live: str
) -> None:
    found = Counter(bodies(repo, base, draft, live).edition.body.split())

    assert not added(base, draft) - found
    assert not added(base, live) - found


@given(base=_TEXTS, changed=_TEXTS)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_one_side_alone_changed_is_taken_whole(
    repo: Repository, base: str, changed: str
) -> None:
    assert bodies(repo, base, changed, base).edition.body == changed
    assert bodies(repo, base, base, changed).edition.body == changed


PARAGRAPHS = "Trăng lên, các bé rước dèn.\n\nCô chia bánh.\n\nMúa lân ở sân trường."


def test_a_typo_mended_beside_new_paragraphs_stands_in_both(repo: Repository) -> None:
    draft = f"{PARAGRAPHS}\n\nPhụ huynh cùng dọn dẹp."
    merged = bodies(repo, PARAGRAPHS, draft, PARAGRAPHS.replace("dèn", "đèn"))

    assert merged.edition.body.strip() == draft.replace("dèn", "đèn")
    assert merged.looks == ()


def test_a_typo_mended_in_a_paragraph_that_grew_is_joined_word_by_word(repo: Repository) -> None:
    draft = PARAGRAPHS.replace("rước dèn.", "rước dèn quanh hồ sen.")
    merged = bodies(repo, PARAGRAPHS, draft, PARAGRAPHS.replace("Trăng lên", "Trăng tròn"))

    assert merged.edition.body.startswith("Trăng tròn, các bé rước dèn quanh hồ sen.\n")
    assert merged.looks == (Look("body", How.JOINED),)


def test_a_word_that_both_changed_leaves_both_paragraphs_as_paragraphs(repo: Repository) -> None:
    draft, live = (PARAGRAPHS.replace("bánh", word) for word in ("bánh dẻo", "bánh nướng"))
    merged = bodies(repo, PARAGRAPHS, draft, live)

    assert "\n\nCô chia bánh dẻo.\n\nCô chia bánh nướng.\n\n" in merged.edition.body
    assert merged.looks == (Look("body", How.BOTH),)


# Fields


def test_a_field_that_one_side_changed_is_taken_from_it(repo: Repository) -> None:
    assert fields(repo, "title", "Tết", "Tết vui", "Tết") == ("Tết vui", set())
    assert fields(repo, "title", "Tết", "Tết", "Tết xa") == ("Tết xa", set())
    assert fields(repo, "category", "tuyen-truyen", None, "tuyen-truyen") == (None, set())


def test_a_field_that_both_changed_keeps_the_drafts_value_and_is_named(repo: Repository) -> None:
    found = fields(repo, "category", "tuyen-truyen", "goc-cua-be", "chuyen-mon")

    assert found == ("goc-cua-be", {Look("category", How.DRAFT)})


def test_a_line_that_both_changed_in_different_words_is_joined_and_named(repo: Repository) -> None:
    found = fields(repo, "title", "Bé vui dón Tết", "Bé vui dón Tết ở trường", "Bé vui đón Tết")

    assert found == ("Bé vui đón Tết ở trường", {Look("title", How.JOINED)})


def test_a_field_that_the_draft_emptied_keeps_what_the_fix_wrote(repo: Repository) -> None:
    found = fields(repo, "summary", "Cũ.", None, "Mới.")

    assert found == ("Mới.", {Look("summary", How.DRAFT)})


def test_a_derived_field_is_never_made_of_two(repo: Repository) -> None:
    found = fields(repo, "slug", "be-vui", "be-vui-choi", "be-rat-vui")

    assert found == ("be-vui-choi", {Look("slug", How.DRAFT)})


def test_a_list_that_only_grows_grows_by_both_the_live_one_first(repo: Repository) -> None:
    rows = [{"reason": reason} for reason in ("một", "hai", "ba")]
    found, looks = fields(repo, "corrections", rows[:1], [rows[0], rows[1]], [rows[0], rows[2]])

    assert found == [rows[0], rows[2], rows[1]]
    assert looks == set()


def test_the_days_of_a_menu_are_merged_day_by_day_and_meal_by_meal(repo: Repository) -> None:
    base = [{"weekday": 1, "lunch": "Thịt sốt"}, {"weekday": 3, "lunch": "Cá kho"}]
    draft = [*base, {"weekday": 2, "lunch": "Canh cua"}]
    draft[0] = base[0] | {"allergens": "đậu nành"}
    live = [base[0] | {"lunch": "Thịt sốt cà chua"}, base[1]]
    editions = (Edition({"days": days}, "") for days in (base, draft, live))
    merged = merge(repo, MENUS, *editions)

    assert merged.edition.fields["days"] == [
        {"weekday": 1, "lunch": "Thịt sốt cà chua", "allergens": "đậu nành"},
        {"weekday": 2, "lunch": "Canh cua"},
        {"weekday": 3, "lunch": "Cá kho"},
    ]


def test_an_entry_that_is_not_public_stays_as_it_is(repo: Repository) -> None:
    draft = Edition({"title": "Bài mới"}, "Chữ.")

    assert merge(repo, POSTS, None, draft, None) == Merged(draft)


# Photos


def photos(media: dict[str, StoredMedia], body: str = "", **alts: str) -> Edition:
    items = [{"file": name, "alt": alts.get(name[:5].replace("-", ""), "Bé")} for name in media]
    return Edition({"photos": items}, body, media)


def test_photos_of_both_are_united(repo: Repository) -> None:
    base = photos({"anh-1.jpg": OLD})
    draft = photos({"anh-1.jpg": OLD, "anh-2.jpg": MINE})
    live = photos({"anh-1.jpg": THEIRS})
    merged = merge(repo, POSTS, base, draft, live)

    assert [p["file"] for p in merged.edition.fields["photos"]] == ["anh-1.jpg", "anh-2.jpg"]
    assert merged.edition.media == {"anh-1.jpg": THEIRS, "anh-2.jpg": MINE}
    assert merged.looks == ()


def test_a_photo_added_under_the_same_name_gets_a_free_one_and_its_references_follow(
    repo: Repository,
) -> None:
    draft = photos({"anh-1.jpg": MINE}, '![Bé](anh-1.jpg) và ![Bé](anh-1.jpg "Vui")')
    draft = replace(draft, fields=draft.fields | {"cover": "anh-1.jpg"})
    merged = merge(repo, POSTS, photos({}), draft, photos({"anh-1.jpg": THEIRS}))

    assert merged.edition.media == {"anh-1.jpg": THEIRS, "anh-2.jpg": MINE}
    assert [p["file"] for p in merged.edition.fields["photos"]] == ["anh-1.jpg", "anh-2.jpg"]
    assert merged.edition.fields["cover"] == "anh-2.jpg"
    assert re.findall(r"\((\S+?)[ )]", merged.edition.body) == ["anh-2.jpg", "anh-2.jpg"]


def test_a_photo_that_both_replaced_stands_twice_and_is_named(repo: Repository) -> None:
    base, draft, live = (photos({"anh-1.jpg": file}) for file in (OLD, MINE, THEIRS))
    merged = merge(repo, POSTS, base, draft, live)

    assert merged.edition.media == {"anh-1.jpg": THEIRS, "anh-2.jpg": MINE}
    assert {p["file"] for p in merged.edition.fields["photos"]} == {"anh-1.jpg", "anh-2.jpg"}
    assert merged.looks == (Look("photos", How.BOTH),)


def test_a_photo_that_the_fix_removed_is_gone_unless_the_draft_changed_it(
    repo: Repository,
) -> None:
    base = photos({"anh-1.jpg": OLD, "anh-2.jpg": OLD})
    draft = photos({"anh-1.jpg": OLD, "anh-2.jpg": OLD}, anh2="Bé cười")
    merged = merge(repo, POSTS, base, draft, photos({}))

    assert merged.edition.fields["photos"] == [{"file": "anh-2.jpg", "alt": "Bé cười"}]
    assert merged.looks == (Look("photos", How.BOTH),)


def test_a_list_whose_items_cannot_be_told_apart_keeps_the_drafts(repo: Repository) -> None:
    twice = [{"file": "anh-1.jpg", "alt": alt} for alt in ("Bé", "Cô")]
    found, looks = fields(repo, "photos", [], twice, [{"file": "anh-2.jpg", "alt": "Sân"}])

    assert found == twice
    assert looks == {Look("photos", How.DRAFT)}


def test_trouble_of_git_itself_is_no_conflict(repo: Repository) -> None:
    with pytest.raises(GitFailed) as failed:
        repo.merged_lines(b"a\n", b"\0\n", b"c\n")

    assert failed.value.status == 255
