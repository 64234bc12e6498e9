"""Smaller pictures of an upload: made behind its back, shown as thumbnails."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from queue import Queue
from threading import Event

import pytest
from PIL import Image

from editor.developing import Developing
from editor.newsroom import Newsroom
from tests.editor.conftest import TEACHER, Reader, picture
from workflow import derivatives
from workflow.repository import Repository

Person = Callable[[str], Reader]


def wait_for(condition: Callable[[], object]) -> None:
    until = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_an_upload_is_answered_before_its_smaller_pictures_are_made(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_end = Event(), Event()

    def never_done(_repo: Repository, _data: Path, _oids: Iterable[str]) -> None:
        begun.set()
        may_end.wait(60)

    monkeypatch.setattr(derivatives, "develop", never_done)
    person(TEACHER).write(**{"photos-0-upload": (picture(), "a.jpg"), "photos-0-alt": "Bé"})

    assert begun.wait(60)
    may_end.set()


def test_a_form_shows_a_small_picture_once_it_is_made(person: Person, newsroom: Newsroom) -> None:
    teacher = person(TEACHER)
    photo = (picture(size=(1200, 900)), "a.jpg")
    entry = teacher.write(**{"photos-0-upload": photo, "photos-0-alt": "Bé"})
    address = f"/bai/{entry}/tep/anh-1.jpg?nho=1"
    assert f'src="{address}"' in teacher.read(f"/bai/{entry}/sua")

    wait_for(lambda: teacher.client.get(address).mimetype == "image/webp")
    small = teacher.client.get(address)
    assert Image.open(io.BytesIO(small.data)).size == (400, 300)
    assert small.headers["Content-Security-Policy"].startswith("sandbox")
    whole = teacher.client.get(f"/bai/{entry}/tep/anh-1.jpg")
    assert (whole.mimetype, Image.open(io.BytesIO(whole.data)).size) == ("image/jpeg", (1200, 900))


def test_what_has_no_smaller_picture_is_shown_itself(person: Person) -> None:
    teacher = person(TEACHER)
    entry = teacher.write(**{"photos-0-upload": (picture(), "a.jpg"), "photos-0-alt": "Bé"})

    assert teacher.client.get(f"/bai/{entry}/tep/anh-1.jpg?nho=1").mimetype == "image/jpeg"


def test_a_hundred_uploads_wait_in_one_line_and_trouble_ends_none_of_the_rest(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches: Queue[list[str]] = Queue()
    first = Event()

    def made(_repo: Repository, _data: Path, oids: Iterable[str]) -> None:
        batches.put(list(oids))
        if not first.is_set():
            first.wait(60)
            raise OSError("no memory")

    monkeypatch.setattr(derivatives, "develop", made)
    developing = Developing(newsroom.repository, newsroom.settings.data)
    developing.add("0")
    assert batches.get(timeout=60) == ["0"]
    for number in range(1, 101):
        developing.add(str(number % 50))
    first.set()

    seen = set(batches.get(timeout=60))
    assert seen == {str(number) for number in range(50)}
    assert batches.empty()
