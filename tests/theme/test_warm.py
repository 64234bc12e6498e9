"""A builder that stays writes the bytes of a clean build, whatever happened before."""

import os
import shutil
import sqlite3
from importlib import metadata
from pathlib import Path

import pytest

from newsroom.state import State
from newsroom.warm import Change, NeedWhole
from tests.theme import samples
from tests.theme.newsroom_site import Killed, School, killed_after, theme_copy

THOROUGH = os.environ.get("TOASOAN_TEST_PROFILE") == "thorough"
SEQUENCES, CHANGES = (300, 20) if THOROUGH else (3, 12)

PHOTOS = [{"file": "anh-1.jpg", "alt": "Bé"}]


@pytest.fixture
def theme(tmp_path: Path) -> Path:
    return theme_copy(tmp_path / "theme")


@pytest.fixture
def school(tmp_path: Path, theme: Path) -> School:
    return School(tmp_path, theme, 7)


@pytest.mark.parametrize("seed", range(SEQUENCES))
def test_after_each_change_the_site_is_that_of_a_clean_build(
    tmp_path: Path, theme: Path, seed: int
) -> None:
    school = School(tmp_path, theme, seed)
    school.build()
    school.check()
    for _ in range(CHANGES):
        did = [school.step() for _ in range(school.draw.choice((1, 1, 1, 2, 4)))]
        if school.draw.random() < 0.3:
            school.stop()
        elif school.draw.random() < 0.3:
            try:
                school.build(killed_after(school.draw.randrange(1, 12)))
            except Killed:
                school.stop()
        built = school.build(whole=school.draw.random() < 0.1)
        school.check()
        assert built.broken == school.broken, did


def test_nothing_changed_renders_nothing(school: School) -> None:
    school.build()
    built = school.build()

    assert (built.rendered, built.written, built.removed) == (0, {}, [])


def test_an_edited_body_renders_few_pages(school: School) -> None:
    school.build()
    place = school.places("posts")[0]
    fields, body = school.read(place)
    fields["summary"] = "Như trước."
    school.write(place, fields, body)
    school.build()
    school.write(place, fields, f"{body}\nThêm một câu.\n")
    built = school.build()
    school.check()

    assert 1 <= built.rendered < 20
    assert set(built.written) < set(school.files)


def test_a_restarted_builder_knows_what_it_wrote(school: School) -> None:
    school.build()
    school.stop()

    assert school.build().rendered == 0
    school.check()


def test_a_builder_that_stands_elsewhere_asks_for_the_whole(school: School) -> None:
    school.build()
    with pytest.raises(NeedWhole):
        school.warm().build(Change("x", "elsewhere", school.day, {}, ()), lambda *_: None)

    assert school.build(whole=True).whole
    school.check()


@pytest.mark.parametrize("files", [1, 3, 8])
def test_a_builder_killed_at_its_work_starts_again_from_the_disk(
    school: School, files: int
) -> None:
    school.build()
    school.profile()
    school.new()
    with pytest.raises(Killed):
        school.build(killed_after(files))
    school.stop()
    school.build()

    school.check()


def test_a_builder_killed_in_its_first_build_is_told_the_whole_again(school: School) -> None:
    with pytest.raises(Killed):
        school.build(killed_after(5))
    school.stop()
    school.build()

    school.check()


@pytest.mark.parametrize("table", ["facts", "parsed", "sources", "outputs"])
def test_a_damaged_row_is_seen_and_the_state_thrown_away(school: School, table: str) -> None:
    school.build()
    school.stop()
    with sqlite3.connect(school.state / "state.sqlite") as database:
        change = f"UPDATE {table} SET value = replace(value, 'e', 'a')"  # noqa: S608 - four names
        database.execute(change)
    database.close()
    assert school.warm().token == ""
    assert school.build(whole=True).rendered > 0
    school.check()


def test_a_state_that_is_no_database_is_thrown_away(school: School) -> None:
    school.build()
    school.stop()
    path = school.state / "state.sqlite"
    path.write_bytes(os.urandom(path.stat().st_size))

    assert school.build(whole=True).rendered > 0
    school.check()


def test_a_state_of_another_version_is_thrown_away(school: School) -> None:
    school.build()
    school.stop()
    with sqlite3.connect(school.state / "state.sqlite") as database:
        database.execute("PRAGMA user_version = 99")
    database.close()

    assert State(school.state).sources == {}


def test_files_that_somebody_changed_or_added_are_put_right_at_the_start(school: School) -> None:
    school.build()
    school.stop()
    (school.output / "index.html").write_text("khác")
    (school.output / "la.html").write_text("lạ")
    (school.output / "tin-tuc" / "index.html").unlink()
    school.build()

    school.check()


@pytest.mark.parametrize("package", ["pelican", "markdown"])
def test_another_version_makes_everything_anew(
    school: School, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    school.build()
    school.stop()
    real = metadata.version
    monkeypatch.setattr(metadata, "version", lambda name: real(name) + "x" * (name == package))
    with pytest.raises(NeedWhole):
        school.build()
    built = school.build(whole=True)

    assert built.rendered > built.total / 2
    school.check()


def test_a_changed_template_renders_every_page_that_the_theme_makes(school: School) -> None:
    school.build()
    path = school.theme / "templates" / "base.html"
    path.write_text(path.read_text("utf-8").replace("</html>", "<!-- x --></html>"), "utf-8")
    built = school.build()
    school.check()

    assert len(built.written) > len([p for p in school.files if p.endswith(".html")]) - 1


def test_a_day_that_changes_nothing_renders_only_what_tells_the_day(school: School) -> None:
    school.build()
    school.day = school.day.replace(day=25)
    built = school.build()

    assert built.rendered < 8
    school.check()


def test_what_is_gone_leaves_no_trace_in_the_state(school: School) -> None:
    place = school.places("posts")[0]
    fields, _ = school.read(place)
    school.write(place, fields, "Số điện thoại 0999888777.\n")
    school.build()
    for path in (school.content / place).iterdir():
        path.unlink()
    (school.content / place).rmdir()
    del school.record[place.rpartition("/")[2]]
    school.build()

    kept = b"".join(path.read_bytes() for path in school.state.iterdir())
    assert b"0999888777" not in kept


def test_an_earlier_edition_that_loses_a_file_is_read_again(school: School) -> None:
    school.write("posts/2026/co-anh", {"title": "Có ảnh", "photos": PHOTOS})
    fields, body = school.read("posts/2026/co-anh")
    kept = school.content / "editions" / "co-anh" / "1"
    shutil.copytree(school.content / "posts/2026/co-anh", kept)
    school.write("posts/2026/co-anh", fields | {"corrections": [{"reason": "Sai."}]}, body)
    school.build()
    school.check()
    (kept / "anh-1.jpg").unlink()
    built = school.build()
    school.check()

    assert "tin-tuc/2026/co-anh/ban-truoc/1/anh-1.jpg" in built.removed


def test_an_overlay_shows_a_change_and_keeps_nothing(school: School, tmp_path: Path) -> None:
    school.build()
    before = samples.files(school.output)
    draft = School(tmp_path / "draft", school.theme, 7)
    place = draft.places("posts")[0]
    fields, _ = draft.read(place)
    draft.write(place, fields | {"title": "Bản nháp"}, "Chữ mới.\n")
    draft.build()
    facts = {place: draft.facts(place, draft.content / place)}
    change = Change("preview", school.token, school.day, facts, ())
    built = school.warm().overlay(change, draft.content, tmp_path / "aside")
    shown = samples.files(tmp_path / "aside")

    assert before | shown == samples.files(draft.output)
    assert sorted(built.written) == sorted(shown)
    assert samples.files(school.output) == before
    assert school.build().written == {}
    school.check()
