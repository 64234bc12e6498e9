from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from babel.messages.pofile import read_po

from editor.language import compile_catalogues
from tests.editor.catalogue import ROOT, sentences
from tests.editor.conftest import TEACHER, Reader

_CATALOGUE = ROOT / "editor" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
# Words that stand inside another sentence.
_INSIDE = {"kiểm tra", "phê duyệt"}


def _english() -> dict[str, str]:
    with _CATALOGUE.open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file) if m.id and not m.fuzzy}


def test_every_sentence_has_its_english_text() -> None:
    english = _english()

    assert {text for text in sentences() if not english.get(text)} == set()


def test_no_english_text_outlives_its_sentence() -> None:
    assert set(_english()) - sentences() == _INSIDE


def test_both_texts_have_the_same_places() -> None:
    place = re.compile(r"%\(\w+\)s|\{\w+\}")
    wrong = {v for v, e in _english().items() if set(place.findall(v)) != set(place.findall(e))}

    assert wrong == set()


def test_the_reader_chooses_the_language(person: Callable[[str], Reader]) -> None:
    reader = person(TEACHER)
    answer = reader.press("/ngon-ngu", language="en", next="/viet/posts")

    page = reader.read(answer.location)
    assert '<html lang="en">' in page
    assert "Save draft" in page
    refused = reader.press("/viet/posts", title="", group="mau-giao")
    assert "Title is missing. A draft needs it too" in refused.text


def test_an_unknown_language_changes_nothing(person: Callable[[str], Reader]) -> None:
    reader = person(TEACHER)
    reader.press("/ngon-ngu", language="../../etc")

    assert '<html lang="vi">' in reader.read("/")


def test_a_newer_text_is_compiled_again(tmp_path: Path) -> None:
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_bytes(_CATALOGUE.read_bytes())
    compile_catalogues(tmp_path)

    assert (folder / "messages.mo").read_bytes().startswith(b"\xde\x12\x04\x95")
