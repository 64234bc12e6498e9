"""The signed list of a release: what the public folder may hold, and nobody else can write.

Beside it the publisher's other signed note, how far the history was audited, and its alarms.
"""

import hashlib
import json
import shutil
import stat
import subprocess
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.workflow import released
from tests.workflow.conftest import LEAD, TEACHER, VICE, School, post_fields, rows_of
from workflow import auditing, notes, publication, release, signing, verification
from workflow.alarms import Alarm, Danger, clear_alarm, raise_alarm
from workflow.auditing import Audited
from workflow.clock import VIETNAM, now
from workflow.errors import Unverified
from workflow.publication import Release, differences
from workflow.repository import MAIN, RefUpdate
from workflow.shelf import Published
from workflow.verification import (
    RELEASE_LIST,
    RELEASE_SIGNATURE,
    Broken,
    Rule,
    file_hashes,
    part_path,
)

ADDRESS = "http://127.0.0.1:8000"
PAGE = "tin-tuc/2026/be-vui-don-tet-trung-thu/index.html"


def publish(school: School, data: Path, *, again: bool = False) -> Path:
    made = publication.publish(school.repo, data, ADDRESS, lambda _: None, again=again)
    return data / "www" / "releases" / made.name


@pytest.fixture
def live(school: School, a_published_post: Published, tmp_path: Path) -> Path:
    """The folder of the live release."""
    return publish(school, tmp_path)


def ssh_keygen_accepts(folder: Path, payload: bytes, scratch: Path, namespace: str) -> bool:
    key = (folder / release.PUBLIC_KEY).read_text()
    (scratch / "signers").write_text(f"truong {key}")
    command = ["ssh-keygen", "-Y", "verify", "-n", namespace, "-I", "truong"]
    command += ["-f", str(scratch / "signers"), "-s", str(folder / RELEASE_SIGNATURE)]
    return subprocess.run(command, input=payload, capture_output=True, check=False).returncode == 0


# The list


def test_the_list_names_every_file_but_itself_and_its_signature(
    live: Path, school: School, a_published_post: Published
) -> None:
    head, rows = json.loads((live / RELEASE_LIST).read_text()), rows_of(live)
    own = {RELEASE_LIST, RELEASE_SIGNATURE, *map(part_path, head["parts"])}

    assert head["commit"] == school.repo.main()
    assert head["day"] == publication.today().isoformat()
    assert list(head["parts"]) == sorted(head["parts"])
    assert rows.keys() == file_hashes(live).keys() - own
    assert rows[PAGE]["entry"] == a_published_post.entry_id
    assert "entry" not in rows["index.html"]


def test_a_part_names_the_files_of_one_section_and_year(live: Path) -> None:
    part = json.loads((live / part_path(verification.part_of(PAGE))).read_text())

    assert PAGE in part
    assert all(path.startswith("tin-tuc/2026/") for path in part)
    assert list(part) == sorted(part)


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("index.html", "root"),
        (".well-known/toasoan/release.pub", "root"),
        ("Ảnh đẹp/a.jpg", "root"),
        ("tin-tuc/index.html", "tin-tuc"),
        ("tin-tuc/2026/index.html", "tin-tuc-2026"),
        ("tin-tuc/2026/a/index.html", "tin-tuc-2026-c"),
        ("tin-tuc/2026/a/ban-truoc/1/anh-1.jpg", "tin-tuc-2026-c"),
        ("tin-tuc/2026/b/index.html", "tin-tuc-2026-3"),
        ("tin-tuc/20266/index.html", "tin-tuc"),
        ("gioi-thieu/ban-truoc/1/index.html", "gioi-thieu"),
        ("xac-minh/index.html", "xac-minh"),
        ("xac-minh/A/index.html", "xac-minh-A"),
        ("xac-minh/ABCDE-FGHJK/index.html", "xac-minh-A"),
        ("xac-minh/7BCDE-FGHJK/index.html", "xac-minh-7"),
    ],
)
def test_every_path_belongs_to_one_part(path: str, part: str) -> None:
    assert verification.part_of(path) == part


def test_the_same_release_has_the_same_list_and_signature(
    live: Path, school: School, tmp_path: Path
) -> None:
    before = file_hashes(live)

    assert file_hashes(publish(school, tmp_path, again=True)) == before


def test_ssh_keygen_accepts_the_list_in_its_namespace(live: Path, tmp_path: Path) -> None:
    data = (live / RELEASE_LIST).read_bytes()

    assert ssh_keygen_accepts(live, data, tmp_path, "toasoan-release")
    assert not ssh_keygen_accepts(live, data, tmp_path, "git")
    assert not ssh_keygen_accepts(live, data + b" ", tmp_path, "toasoan-release")


def test_the_key_is_made_once_and_read_by_its_owner_only(tmp_path: Path) -> None:
    key = signing.public_key_line(release.signing_key(tmp_path))
    path = tmp_path / "publisher" / "release.key"

    assert signing.public_key_line(release.signing_key(tmp_path)) == key
    assert release.public_key(tmp_path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in path.parent.iterdir() if p.name.startswith("tmp")] == []


COMMIT, SHA = "a" * 40, "b" * 64
HEAD = {"commit": COMMIT, "day": "2026-11-24", "parts": {"root": SHA}}


@pytest.mark.parametrize(
    "data",
    [
        "",
        "[]",
        "{}",
        json.dumps(HEAD | {"commit": "x"}),
        json.dumps(HEAD | {"day": "now"}),
        json.dumps(HEAD | {"more": 1}),
        json.dumps(HEAD | {"parts": [["root", SHA]]}),
        json.dumps(HEAD | {"parts": {"root": SHA[1:]}}),
        json.dumps(HEAD | {"parts": {"root": 1}}),
        json.dumps(HEAD | {"parts": {"../root": SHA}}),
        json.dumps(HEAD | {"parts": {"": SHA}}),
        json.dumps(HEAD)[:-1] + f', "day": "{HEAD["day"]}"}}',
    ],
)
def test_a_head_of_another_form_is_refused(data: str) -> None:
    assert verification.read_release_head(json.dumps(HEAD).encode()) == tuple(HEAD.values())
    with pytest.raises(Broken):
        verification.read_release_head(data.encode())


OWNED = {"sha256": SHA, "entry": "bai-hai", "commit": COMMIT}


def read_part(name: str, data: str) -> dict[str, dict[str, str]]:
    digest = hashlib.sha256(data.encode()).hexdigest()
    return verification.read_release_part(name, data.encode(), digest)


@pytest.mark.parametrize(
    "data",
    [
        "",
        "[]",
        "{}",
        '{"a": {}}',
        '{"a": []}',
        json.dumps({"../a": {"sha256": SHA}}),
        json.dumps({"/a": {"sha256": SHA}}),
        json.dumps({"a": {"sha256": SHA[1:]}}),
        json.dumps({"a": {"sha256": 1}}),
        json.dumps({"a": {"sha256": SHA, "more": "x"}}),
        json.dumps({"a": {"sha256": SHA, "entry": "x"}}),
        json.dumps({"a": OWNED | {"commit": "main"}}),
        json.dumps({"a": OWNED | {"entry": "A"}}),
        json.dumps({"a": OWNED | {"more": "x"}}),
        json.dumps({"tin-tuc/index.html": {"sha256": SHA}}),
        json.dumps({RELEASE_LIST: {"sha256": SHA}}),
        json.dumps({RELEASE_SIGNATURE: {"sha256": SHA}}),
        json.dumps({part_path("root"): {"sha256": SHA}}),
        f'{{"a": {{"sha256": "{SHA}"}}, "a": {{"sha256": "{SHA}"}}}}',
    ],
)
def test_a_part_of_another_form_is_refused(data: str) -> None:
    assert read_part("root", json.dumps({"a": OWNED})) == {"a": OWNED}
    with pytest.raises(Broken):
        read_part("root", data)


def test_a_part_that_is_not_the_signed_one_is_refused() -> None:
    data = json.dumps({"a": OWNED}).encode()

    with pytest.raises(Broken, match="root"):
        verification.read_release_part("root", data, SHA)


def test_a_list_as_the_publisher_writes_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<p>")
    released.write(tmp_path, COMMIT, date(2026, 1, 2), signing.generate())
    listed = verification.read_release(tmp_path, None)

    assert (listed.commit, listed.day) == (COMMIT, "2026-01-02")
    own = {RELEASE_LIST, RELEASE_SIGNATURE, part_path("root")}
    assert listed.files.keys() == file_hashes(tmp_path).keys() - own
    assert listed.files["index.html"] == hashlib.sha256(b"<p>").hexdigest()


# Somebody who can write the web root


def relist(live: Path, key: Ed25519PrivateKey) -> None:
    """Write a list of what lies there now, with somebody's key and this release's name."""
    found = Release.parse(live.name)
    released.write(live, found.commit, found.day, key)


def test_a_list_signed_by_another_key_proves_nothing(live: Path, tmp_path: Path) -> None:
    (live / "index.html").write_text("defaced")
    relist(live, signing.generate())

    assert differences(tmp_path) == [RELEASE_LIST]


def test_a_list_signed_by_the_publishers_key_is_believed(live: Path, tmp_path: Path) -> None:
    """The control: it is the key that made the difference."""
    (live / "index.html").write_text("defaced")
    relist(live, release.signing_key(tmp_path))

    assert differences(tmp_path) == []


def test_an_old_release_under_a_new_name_is_seen(
    live: Path, school: School, tmp_path: Path
) -> None:
    draft = school.create(TEACHER, "posts", **post_fields(title="Bài hai"))
    school.approve(VICE, school.check(LEAD, school.submit(TEACHER, draft)))
    newer = publish(school, tmp_path)
    assert differences(tmp_path) == []
    shutil.rmtree(newer)
    shutil.copytree(live, newer)

    assert differences(tmp_path) == [RELEASE_LIST]


def test_a_part_changed_by_hand_or_lost_is_seen(live: Path, tmp_path: Path) -> None:
    part = live / part_path(verification.part_of(PAGE))
    whole = part.read_text()
    assert differences(tmp_path) == []

    rows = json.loads(whole)
    rows[PAGE]["sha256"] = SHA
    part.write_text(json.dumps(rows))
    assert differences(tmp_path) == [RELEASE_LIST]
    part.unlink()
    assert differences(tmp_path) == [RELEASE_LIST]
    part.write_text(whole)
    assert differences(tmp_path) == []


def test_a_part_that_no_head_names_is_a_file_too_many(live: Path, tmp_path: Path) -> None:
    (live / part_path("casino")).write_text("{}")

    assert differences(tmp_path) == [part_path("casino")]


def plant_a_linked_folder(live: Path, elsewhere: Path) -> str:
    (live / "casino").symlink_to(elsewhere, target_is_directory=True)
    return "casino"


def plant_a_linked_page(live: Path, elsewhere: Path) -> str:
    page = live / "index.html"
    page.rename(elsewhere / "index.html")
    page.symlink_to(elsewhere / "index.html")
    return "index.html"


def plant_a_name_that_a_terminal_obeys(live: Path, elsewhere: Path) -> str:
    (live / "\x1b[2J.html").touch()
    return "\\x1b[2J.html"


def plant_a_name_that_is_no_text(live: Path, elsewhere: Path) -> str:
    (live / b"\xff.html".decode(errors="surrogateescape")).touch()
    return "\\udcff.html"


@pytest.mark.parametrize(
    "plant",
    [
        plant_a_linked_folder,
        plant_a_linked_page,
        plant_a_name_that_a_terminal_obeys,
        plant_a_name_that_is_no_text,
    ],
)
def test_what_is_planted_is_named(
    live: Path, tmp_path: Path, plant: Callable[[Path, Path], str]
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    assert differences(tmp_path) == []
    name = plant(live, elsewhere)
    assert differences(tmp_path) == [name]
    raise_alarm(tmp_path, Danger.RELEASE, differences(tmp_path))
    assert Alarm.read(tmp_path)[0].paths == (name,)


@pytest.mark.parametrize("lead_away", ["outside", "a folder", "a strange name"])
def test_a_current_that_leads_elsewhere_is_no_release_and_is_set_right(
    live: Path, school: School, tmp_path: Path, lead_away: str
) -> None:
    current = tmp_path / "www" / "current"
    current.unlink()
    if lead_away == "a folder":
        shutil.copytree(live, current)
    else:
        name = live.name if lead_away == "outside" else "casino"
        shutil.copytree(live, tmp_path / name)
        current.symlink_to(Path("..") / name)

    assert publication.live(tmp_path) is None
    publish(school, tmp_path)
    assert current.resolve() == live.resolve()
    assert differences(tmp_path) == []


def test_a_changed_release_is_built_anew_on_demand(
    live: Path, school: School, tmp_path: Path
) -> None:
    whole = file_hashes(live)
    (live / "index.html").write_text("defaced")
    (live / "casino.html").write_text("added")
    publish(school, tmp_path)
    assert differences(tmp_path) == ["casino.html", "index.html"]

    publish(school, tmp_path, again=True)
    assert file_hashes(live) == whole
    assert [p.name for p in live.parent.iterdir()] == [live.name]


# An outsider with the repository and a copy of the release


def verify(school: School, *words: object) -> int:
    return verification.main([str(school.repo.path), *map(str, words)])


def test_a_release_is_compared_with_its_list_and_main(
    live: Path, school: School, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = ("--release-key", release.public_key(tmp_path))

    assert verify(school, "--release", live, *key) == 0
    assert "chữ ký đúng" in capsys.readouterr().out
    assert verify(school, "--release", live) == 0
    assert "CHƯA kiểm chữ ký" in capsys.readouterr().out

    (live / "casino.html").write_text("added")
    assert verify(school, "--release", live) == 1
    assert "1 tệp bị đổi, thiếu hoặc thừa: casino.html" in capsys.readouterr().out


def test_a_release_with_a_forged_list_fails_only_against_the_known_key(
    live: Path, school: School, tmp_path: Path
) -> None:
    (live / "casino.html").write_text("added")
    relist(live, signing.generate())

    assert verify(school, "--release", live) == 0
    assert verify(school, "--release", live, "--release-key", release.public_key(tmp_path)) == 1


def test_a_release_of_a_commit_that_is_not_on_main_fails(
    live: Path, school: School, a_published_post: Published, capsys: pytest.CaptureFixture[str]
) -> None:
    head = school.repo.main()
    founding = school.repo.commit(head).parents[0]
    school.repo.update_refs([RefUpdate(MAIN, founding, head)])

    assert verify(school, "--release", live) == 1
    assert "không có trên main" in capsys.readouterr().out


def test_a_rebuild_gives_the_same_bytes_and_sees_others(
    live: Path, school: School, tmp_path: Path
) -> None:
    assert publication.rebuild_differences(school.repo, tmp_path, live, ADDRESS) == []

    (live / "index.html").write_text("from a publisher that was taken over")
    relist(live, release.signing_key(tmp_path))
    assert publication.rebuild_differences(school.repo, tmp_path, live, ADDRESS) == ["index.html"]


def test_stock_tools_see_an_object_that_main_does_not_need(
    school: School, a_published_post: Published, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify(school, "--stock") == 0
    assert "5 commit có chữ ký đúng" in capsys.readouterr().out

    stray = school.repo.put_blob(b"of a draft")
    path = school.repo.path / "objects" / stray[:2] / stray[2:]
    path.chmod(0o644)
    path.write_bytes(b"rotten")
    assert verify(school) == 0
    assert verify(school, "--stock") == 1
    assert "git fsck" in capsys.readouterr().out


def test_stock_tools_do_not_obey_the_settings_of_the_repository(
    school: School, a_published_post: Published, tmp_path: Path
) -> None:
    yes = tmp_path / "yes"
    yes.write_text(f"#!/bin/sh\ntouch {tmp_path}/obeyed\n")
    yes.chmod(0o755)
    school.repo._run("config", "gpg.ssh.program", str(yes))

    assert verify(school, "--stock") == 0
    assert not (tmp_path / "obeyed").exists()


def a_commit_altered_after_signing(school: School) -> str:
    """Put a governance change on main whose words were changed after the principal signed."""
    before = school.repo.main()
    school.change_roster(TEACHER, name="Cô giáo")
    signed = school.repo.main()
    raw = school.repo.read_all([signed])[0] or b""
    words = raw.replace("Phân quyền".encode(), "Đổi quyền".encode())
    altered = school.repo._run("hash-object", "-t", "commit", "-w", "--stdin", stdin=words)
    school.repo.update_refs([RefUpdate(MAIN, altered.decode().strip(), signed)])
    assert before != signed
    return altered.decode().strip()


def test_stock_tools_judge_every_signature(school: School, a_published_post: Published) -> None:
    assert verification.check_with_stock_tools(school.repo.path, school.repo.main()) == 5

    altered = a_commit_altered_after_signing(school)
    with pytest.raises(Broken) as refused:
        verification.check_with_stock_tools(school.repo.path, altered)
    assert refused.value.rule is Rule.STOCK


# How far the history was audited


def test_the_next_audit_goes_on_where_the_last_one_ended(
    school: School, a_published_post: Published, tmp_path: Path
) -> None:
    assert auditing.audit(school.repo, tmp_path, school.repo.main()).ok

    note = Audited.read(tmp_path)
    assert note == Audited(school.repo.main(), trusted=True, whole=now().date().isoformat())


def test_a_signed_note_spares_the_signatures_before_it_and_the_whole_audit_does_not(
    school: School, tmp_path: Path
) -> None:
    """The control of the forged note: the note is what the audit goes by."""
    altered = a_commit_altered_after_signing(school)
    Audited(altered, trusted=True, whole="").write(tmp_path)

    assert auditing.audit(school.repo, tmp_path, altered).ok
    assert not auditing.audit(school.repo, tmp_path, altered, whole=True).ok
    assert not auditing.audit(school.repo, tmp_path, altered).ok


@pytest.mark.parametrize("is_altered", [True, False], ids=["attack", "control"])
def test_who_moves_main_lends_the_publisher_no_trust(
    school: School, tmp_path: Path, *, is_altered: bool
) -> None:
    """The publisher itself moves main, for what is due, on commits that it has not audited yet."""
    assert auditing.audit(school.repo, tmp_path, school.repo.main()).ok
    if is_altered:
        a_commit_altered_after_signing(school)
    else:
        school.change_roster(TEACHER, name="Cô giáo")
    main = school.repo.main()
    school.change_roster(TEACHER, name="Cô")
    head = school.repo.main()
    school.repo.update_refs([RefUpdate(MAIN, main, head)])
    auditing.advance_main(school.repo, head, main)

    report = auditing.audit(school.repo, tmp_path, head)
    assert report.ok is not is_altered
    assert not is_altered or report.rule is Rule.SIGNATURE


@pytest.mark.parametrize("signed_by", ["nobody", "somebody else", "the key, for a release"])
def test_a_forged_note_is_thrown_away_and_the_whole_history_audited(
    school: School, tmp_path: Path, signed_by: str
) -> None:
    altered = a_commit_altered_after_signing(school)
    note = asdict(Audited(altered, trusted=True, whole=""))
    ours = release.signing_key(tmp_path)
    key, namespace = {
        "nobody": (None, b""),
        "somebody else": (signing.generate(), b"toasoan-audited"),
        "the key, for a release": (ours, b"toasoan-release"),
    }[signed_by]
    signature = signing.Signer("x", key).sign(notes.payload(note), namespace) if key else ""
    row = {**note, "signature": signature}
    (tmp_path / "publisher" / "audited.json").write_text(json.dumps(row))

    assert Audited.read(tmp_path) is None
    report = auditing.audit(school.repo, tmp_path, altered)
    assert (report.ok, report.rule) == (False, Rule.SIGNATURE)


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"head": 1}'])
def test_a_broken_note_is_no_note(tmp_path: Path, text: str) -> None:
    release.signing_key(tmp_path)
    (tmp_path / "publisher" / "audited.json").write_text(text)

    assert Audited.read(tmp_path) is None


def test_a_history_that_lost_what_was_audited_is_refused_until_somebody_says_otherwise(
    live: Path, school: School, tmp_path: Path
) -> None:
    head = school.repo.main()
    founding = school.repo.commit(head).parents[0]
    school.repo.update_refs([RefUpdate(MAIN, founding, head)])

    assert verification.verify(school.repo.path).ok
    for _ in range(2):
        with pytest.raises(Unverified, match="lịch sử bị viết lại"):
            publish(school, tmp_path)
    (alarm,) = Alarm.read(tmp_path)
    assert alarm.danger is Danger.REPOSITORY

    (tmp_path / "publisher" / "audited.json").unlink()
    publish(school, tmp_path)
    assert Alarm.read(tmp_path) == ()


def test_the_whole_audit_is_due_once_a_night(school: School, tmp_path: Path) -> None:
    night = datetime(2026, 11, 24, 2, 5, tzinfo=VIETNAM)
    assert auditing.is_due(tmp_path, night)
    assert not auditing.is_due(tmp_path, night.replace(hour=1))

    release.signing_key(tmp_path)
    Audited("a" * 40, trusted=True, whole="2026-11-24").write(tmp_path)
    assert not auditing.is_due(tmp_path, night.replace(hour=23))
    assert auditing.is_due(tmp_path, night.replace(day=25))
    assert auditing.is_due(tmp_path, night.replace(day=23)), "a clock that was set back"


# Alarms


def test_an_alarm_stands_until_it_is_cleared_and_the_log_keeps_it(tmp_path: Path) -> None:
    raise_alarm(tmp_path, Danger.WITNESS, ["/usb"])
    raise_alarm(tmp_path, Danger.RELEASE, ["index.html"])
    raise_alarm(tmp_path, Danger.RELEASE, ["index.html"])
    assert [alarm.danger for alarm in Alarm.read(tmp_path)] == [Danger.WITNESS, Danger.RELEASE]

    clear_alarm(tmp_path, Danger.RELEASE)
    assert [alarm.paths for alarm in Alarm.read(tmp_path)] == [("/usb",)]
    clear_alarm(tmp_path, Danger.WITNESS)
    assert Alarm.read(tmp_path) == ()
    assert not (tmp_path / "publisher" / "alarm.json").exists()
    log = (tmp_path / "publisher" / "alarms.log").read_text().splitlines()
    assert [json.loads(line)["standing"] for line in log] == [True, True, False, False]


def test_an_alarm_that_grows_keeps_its_beginning(tmp_path: Path) -> None:
    raise_alarm(tmp_path, Danger.RELEASE, ["a"])
    since = Alarm.read(tmp_path)[0].since
    raise_alarm(tmp_path, Danger.RELEASE, ["a", "b"])

    (alarm,) = Alarm.read(tmp_path)
    assert (alarm.since, alarm.paths) == (since, ("a", "b"))


def test_the_latest_past_alarms_are_kept_the_last_one_first(tmp_path: Path) -> None:
    assert Alarm.past(tmp_path) == ()
    for number in range(25):
        raise_alarm(tmp_path, Danger.RELEASE, [str(number)])
        clear_alarm(tmp_path, Danger.RELEASE)
        clear_alarm(tmp_path, Danger.RELEASE)

    past = Alarm.past(tmp_path)
    assert [alarm.paths[0] for alarm in past] == [str(n) for n in range(24, 4, -1)]
    assert all(alarm.until >= alarm.when for alarm in past)
    assert Alarm.read(tmp_path) == ()
