"""The publisher's watch, the alarms on the desks, and the commands that prove."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from editor import cli, guarding, publisher
from editor.guarding import Guard
from editor.settings import Settings
from tests.editor.conftest import ADMIN, LEAD, PRINCIPAL, TEACHER, VICE, Reader
from tests.workflow import released
from tests.workflow.broken_builder import break_builder
from workflow import looking, publication, release, verification, witness
from workflow.alarms import Alarm, Danger, clear_alarm, raise_alarm
from workflow.auditing import Audited
from workflow.clock import VIETNAM
from workflow.publication import Press, PublishStatus, Stage, differences
from workflow.repository import MAIN, RefUpdate, Repository


@pytest.fixture
def repository(settings: Settings) -> Repository:
    return Repository(settings.repository)


@pytest.fixture
def live(settings: Settings, repository: Repository) -> Path:
    assert publisher.publish_once(repository, settings)
    return (settings.data / "www" / "current").resolve()


@pytest.fixture
def guard(settings: Settings, repository: Repository, live: Path) -> Guard:
    return Guard(
        repository,
        settings.data,
        lambda: publisher.publish_once(repository, settings, again=True),
    )


def dangers(settings: Settings) -> list[Danger]:
    return [alarm.danger for alarm in Alarm.read(settings.data)]


def break_main(repository: Repository) -> None:
    main = repository.main()
    found = repository.commit(main)
    commit = repository.write_commit(found.tree, [main], "Sửa tay\n", found.when, "root")
    repository.update_refs([RefUpdate(MAIN, commit, main)])


def test_a_changed_page_is_built_anew_at_once_and_the_log_tells_of_it(
    settings: Settings, guard: Guard, live: Path
) -> None:
    whole = (live / "index.html").read_bytes()
    guard.watch()
    assert not (settings.data / "publisher" / "alarms.log").exists()

    (live / "index.html").write_text("defaced")
    (live / "casino.html").write_text("added")
    guard.look()
    assert (live / "index.html").read_bytes() == whole
    assert not (live / "casino.html").exists()
    assert dangers(settings) == []
    log = (settings.data / "publisher" / "alarms.log").read_text().splitlines()
    assert json.loads(log[0])["paths"] == ["casino.html", "index.html"]


def test_a_changed_release_that_is_not_live_is_deleted_and_told(
    settings: Settings, repository: Repository
) -> None:
    with closing(Press(repository, settings.data, settings.public_url)) as press:
        assert publisher.publish_once(repository, settings, press)
        press.prepare()
    guard = Guard(
        repository, settings.data, lambda: pytest.fail("the live one is well"), press.looks
    )
    guard.look()
    (spare,) = settings.data.glob("www/releases/*.spare")
    (spare / "casino.html").touch()
    guard.look()

    assert not spare.exists()
    assert dangers(settings) == []
    (alarm,) = Alarm.past(settings.data)
    assert alarm.paths == (f"releases/{spare.name}/casino.html",)


def test_a_file_with_its_size_and_time_put_back_is_found_and_each_night_every_byte_is_read(
    settings: Settings, guard: Guard, live: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    monkeypatch.setattr(looking, "_SETTLED_NS", 0)

    def reading(path: Path) -> str:
        read.append(path.name)
        return verification.file_hash(path)

    monkeypatch.setattr(looking, "file_hash", reading)
    guard.look()
    read.clear()
    guard.look()
    assert "robots.txt" not in read
    guard.look(whole=True)
    assert "robots.txt" in read

    page, before = live / "index.html", (live / "index.html").stat()
    page.write_bytes(page.read_bytes().replace(b"<", b">"))
    os.utime(page, ns=(before.st_atime_ns, before.st_mtime_ns))
    guard.look()
    assert dangers(settings) == []
    assert [alarm.paths for alarm in Alarm.past(settings.data)] == [("index.html",)]


@pytest.mark.parametrize("is_harmed", [True, False], ids=["attack", "control"])
def test_at_night_the_content_is_compared_with_git_and_what_differs_is_thrown_away(
    settings: Settings, guard: Guard, live: Path, is_harmed: bool
) -> None:
    whole = verification.file_hashes(live)
    content = settings.data / "builder" / "content"
    table = content / "governance" / "school.toml"
    before = table.read_bytes()
    if is_harmed:
        table.write_bytes(before.replace(b"name", b"casino_name", 1))
    guard.look()
    assert table.read_bytes() != before or not is_harmed
    assert Alarm.past(settings.data) == ()

    guard.look(whole=True)
    assert table.read_bytes() == before
    assert dangers(settings) == []
    named = [f"builder/content/{table.relative_to(content)}"] if is_harmed else []
    assert [path for alarm in Alarm.past(settings.data) for path in alarm.paths] == named
    assert verification.file_hashes((settings.data / "www" / "current").resolve()) == whole


def test_a_look_lets_a_publication_go_first_but_not_for_ever(
    settings: Settings,
    repository: Repository,
    live: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    guard = Guard(
        repository,
        settings.data,
        lambda: publisher.publish_once(repository, settings, again=True),
        is_wanted=lambda: True,
    )
    (live / "casino.html").write_text("added")
    guard.watch()
    assert (live / "casino.html").exists()

    monkeypatch.setattr(guarding, "_LOOK_SECONDS", 0.0)
    guard.watch()
    assert not (live / "casino.html").exists()


def test_a_look_is_due_every_five_minutes(
    settings: Settings, guard: Guard, live: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    guard.watch()
    (live / "casino.html").write_text("added")
    guard.watch()
    assert differences(settings.data) == ["casino.html"]

    monkeypatch.setattr(guarding, "_LOOK_SECONDS", 0.0)
    guard.watch()
    assert differences(settings.data) == []


def test_where_nothing_can_be_built_the_alarm_stands_until_it_is_well(
    settings: Settings,
    guard: Guard,
    live: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    break_builder(tmp_path, monkeypatch)
    (live / "casino.html").write_text("added")
    guard.look()
    assert dangers(settings) == [Danger.RELEASE, Danger.PUBLISHER]

    monkeypatch.undo()
    guard.look()
    assert dangers(settings) == []
    past = [alarm.danger for alarm in Alarm.past(settings.data)]
    assert sorted(past) == [Danger.PUBLISHER, Danger.RELEASE]


def test_a_current_that_was_turned_to_an_old_release_is_turned_back(
    settings: Settings,
    repository: Repository,
    guard: Guard,
    live: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tomorrow = datetime(2030, 1, 2, tzinfo=VIETNAM).date()
    for module in (publication, publisher, guarding):
        monkeypatch.setattr(module, "today", lambda: tomorrow)
    assert publisher.publish_once(repository, settings)
    guard.after_publication()
    current = settings.data / "www" / "current"
    newer = current.resolve()
    assert newer != live
    current.unlink()
    current.symlink_to(Path("releases") / live.name)

    guard.look()
    assert current.resolve() == newer


def test_each_night_dropped_uploads_go_unless_the_repository_is_in_doubt(
    guard: Guard, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    dropped = repository.store_media(b"dropped")
    os.utime(repository.media_path(dropped.oid), (0, 0))
    night = datetime(2030, 1, 2, 3, tzinfo=VIETNAM)
    monkeypatch.setattr(guarding, "now", lambda: night)
    monkeypatch.setattr(guarding, "_LOOK_SECONDS", 0.0)
    before = repository.main()
    break_main(repository)
    guard.watch()
    assert repository.media_path(dropped.oid).exists()

    repository.update_refs([RefUpdate(MAIN, before, repository.main())])
    guard.watch()
    assert not repository.media_path(dropped.oid).exists()


def test_each_night_the_whole_history_is_audited(
    settings: Settings,
    repository: Repository,
    guard: Guard,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    night = datetime(2030, 1, 2, 3, tzinfo=VIETNAM)
    monkeypatch.setattr(guarding, "now", lambda: night)
    Audited(repository.main(), trusted=True, whole="2030-01-02").write(settings.data)
    break_main(repository)
    guard.watch()
    assert dangers(settings) == []

    Audited(repository.commit(repository.main()).parents[0], trusted=True, whole="").write(
        settings.data
    )
    guard._looked = None
    guard.watch()
    assert dangers(settings) == [Danger.REPOSITORY]


def test_a_main_that_was_deleted_is_an_alarm_and_ends_no_watch(
    settings: Settings,
    repository: Repository,
    guard: Guard,
    live: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(guarding, "now", lambda: datetime(2030, 1, 2, 3, tzinfo=VIETNAM))
    repository.update_refs([RefUpdate(MAIN, "0" * 40, repository.main())])
    guard.watch()

    assert dangers(settings) == [Danger.REPOSITORY]
    assert not publisher.publish_once(repository, settings)
    assert (settings.data / "www" / "current").resolve() == live


def test_a_witness_that_fails_is_an_alarm_and_stops_no_publication(
    settings: Settings, repository: Repository, guard: Guard, tmp_path: Path
) -> None:
    place = tmp_path / "usb.git"
    witness.add(repository, settings.data, str(place))
    place.rename(tmp_path / "unplugged")
    assert publisher.publish_once(repository, settings, again=True)
    guard.after_publication()
    assert dangers(settings) == [Danger.WITNESS]

    (tmp_path / "unplugged").rename(place)
    guard._looked = None
    guard.watch()
    assert dangers(settings) == []


@pytest.mark.parametrize("who", [PRINCIPAL, VICE, ADMIN])
def test_an_alarm_stands_on_the_desk_of_those_who_must_act(
    settings: Settings, person: Callable[[str], Reader], who: str
) -> None:
    reader = person(who)
    assert "Báo động" not in reader.read("/")

    raise_alarm(settings.data, Danger.RELEASE, ["<b>casino.html"])
    page = reader.client.get("/").text
    assert "Báo động: Trang công khai bị sửa ngoài quy trình phê duyệt." in page
    assert "&lt;b&gt;casino.html" in page


def test_a_site_changed_and_rebuilt_is_told_until_each_has_seen_it(
    settings: Settings, guard: Guard, live: Path, person: Callable[[str], Reader]
) -> None:
    (live / "casino.html").write_text("added")
    guard.look()
    assert dangers(settings) == []

    readers = [person(who) for who in (PRINCIPAL, VICE, ADMIN)]
    for reader in readers:
        page = reader.read("/")
        assert "Báo động đã qua: Trang công khai bị sửa ngoài quy trình phê duyệt." in page
        assert "casino.html" in page
    name = Alarm.past(settings.data)[0].name
    assert readers[0].press("/bao-dong/da-xem", alarm=name).location == "/"
    assert readers[0].press("/bao-dong/da-xem", alarm=name).location == "/"

    shown = ["Báo động đã qua" in reader.read("/") for reader in readers]
    assert shown == [False, True, True]


def test_of_past_alarms_of_a_kind_the_latest_is_told(
    settings: Settings, person: Callable[[str], Reader]
) -> None:
    for paths in (["casino.html"], ["bong-da.html"]):
        raise_alarm(settings.data, Danger.RELEASE, paths)
        clear_alarm(settings.data, Danger.RELEASE)

    page = person(PRINCIPAL).read("/")
    assert page.count("Báo động đã qua") == 1
    assert "bong-da.html" in page


def test_an_alarm_that_stands_cannot_be_put_away(
    settings: Settings, person: Callable[[str], Reader]
) -> None:
    raise_alarm(settings.data, Danger.REPOSITORY, ["0" * 40])
    reader = person(PRINCIPAL)
    reader.press("/bao-dong/da-xem", alarm=Alarm.read(settings.data)[0].name)

    page = reader.read("/")
    assert "Báo động: Kho nội dung không qua được kiểm chứng." in page
    assert "Đã xem" not in page


@pytest.mark.parametrize("who", [TEACHER, LEAD])
def test_nobody_else_puts_alarms_away(person: Callable[[str], Reader], who: str) -> None:
    assert person(who).press("/bao-dong/da-xem", alarm="x").status_code == 403


def test_a_witness_that_was_away_for_a_while_is_not_told_afterwards(settings: Settings) -> None:
    raise_alarm(settings.data, Danger.WITNESS, ["/usb"])
    clear_alarm(settings.data, Danger.WITNESS)

    assert Alarm.past(settings.data) == ()


@pytest.mark.parametrize("who", [TEACHER, LEAD])
def test_an_alarm_is_not_on_other_desks(
    settings: Settings, person: Callable[[str], Reader], who: str
) -> None:
    raise_alarm(settings.data, Danger.RELEASE, ["casino.html"])

    assert "Báo động" not in person(who).read("/")


def test_an_alarm_is_told_in_english_too(
    settings: Settings, person: Callable[[str], Reader]
) -> None:
    raise_alarm(settings.data, Danger.WITNESS, ["/usb"])
    reader = person(PRINCIPAL)
    reader.press("/ngon-ngu", language="en", next="/")

    assert "Alarm: The history could not be sent to a witness." in reader.read("/")


def toasoan(settings: Settings, *words: str) -> int:
    name, *rest = words
    return cli.main([name, "--data", str(settings.data), *rest])


def test_the_command_line_compares_and_rebuilds_the_live_release(
    settings: Settings, live: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert toasoan(settings, "verify", "--rebuild") == 0
    told = capsys.readouterr().out
    assert "chữ ký đúng" in told
    assert "dựng lại: giống từng byte" in told
    assert toasoan(settings, "verify", "--rebuild", "--public-url", "http://elsewhere") == 1

    (live / "index.html").write_text("defaced")
    assert toasoan(settings, "verify", "--release", str(live), "--json") == 1
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["rule"] == "release"
    released.write(
        live,
        *((found := publication.Release.parse(live.name)).commit, found.day),
        release.signing_key(settings.data),
    )
    assert toasoan(settings, "verify", "--release", str(live)) == 0
    assert toasoan(settings, "verify", "--rebuild") == 1
    assert "dựng lại cho 1 tệp khác: index.html" in capsys.readouterr().out


def test_the_command_line_keeps_witnesses(
    settings: Settings,
    repository: Repository,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    place = tmp_path / "usb.git"
    assert toasoan(settings, "witness", "add", str(place)) == 0
    assert toasoan(settings, "witness", "list") == 0
    assert f"{place}: đủ" in capsys.readouterr().out
    assert toasoan(settings, "witness", "push") == 0
    assert toasoan(settings, "verify", "--witness", str(place), "--stock") == 0

    place.rename(tmp_path / "unplugged")
    assert toasoan(settings, "witness", "push") == 1
    assert toasoan(settings, "witness", "add", "http://x/y") == 1
    assert toasoan(settings, "witness", "add", str(tmp_path)) == 1


def test_the_command_line_watches_a_site(
    settings: Settings, live: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert toasoan(settings, "watch", "http://127.0.0.1:1", "--json") == 1
    assert json.loads(capsys.readouterr().out)["is_pinned"] is True
    assert toasoan(settings, "watch", "file:///etc") == 2


def test_a_failed_publication_still_tells_its_reason(
    settings: Settings, repository: Repository, live: Path
) -> None:
    break_main(repository)

    assert not publisher.publish_once(repository, settings)
    status = PublishStatus.read(settings.data)
    assert status
    assert status.stage is Stage.FAILED
    assert dangers(settings) == [Danger.REPOSITORY]
