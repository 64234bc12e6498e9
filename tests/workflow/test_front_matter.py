"""The bytes of index.md."""

import unicodedata
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.front_matter import MalformedEntry, normalise_text, parse, serialise

TEXT = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\u2028\u2029\u0085")
)
FIELDS = st.dictionaries(
    st.from_regex(r"[a-z_]{1,12}", fullmatch=True),
    st.one_of(
        TEXT,
        st.integers(),
        st.dates(),
        st.lists(TEXT, max_size=3),
        st.lists(st.dictionaries(st.sampled_from(["file", "alt"]), TEXT), max_size=2),
    ),
    min_size=1,
)


def nfc(value: Any) -> Any:
    match value:
        case str():
            return unicodedata.normalize("NFC", value)
        case list():
            return [nfc(item) for item in value]
        case dict():
            return {nfc(key): nfc(item) for key, item in value.items()}
        case _:
            return value


@given(FIELDS, TEXT)
def test_what_is_written_is_read_again(fields: dict[str, Any], body: str) -> None:
    read_fields, read_body = parse(serialise(fields, body))

    assert read_fields == nfc(fields)
    assert read_body == normalise_text(body)


@given(FIELDS, TEXT)
def test_writing_again_what_was_read_gives_the_same_bytes(
    fields: dict[str, Any], body: str
) -> None:
    data = serialise(fields, body)

    assert serialise(*parse(data)) == data


def test_text_is_stored_composed() -> None:
    decomposed = unicodedata.normalize("NFD", "Tiếng Việt đường ệ")

    assert "Tiếng Việt đường ệ".encode() in serialise({"title": decomposed}, decomposed)


def test_a_title_cannot_end_the_front_matter() -> None:
    fields = {"title": "a\n---\nslug: evil", "date": date(2026, 3, 13)}

    assert parse(serialise(fields, "---\nbody"))[0] == fields


def test_a_body_of_fences_stays_a_body() -> None:
    assert parse(serialise({"title": "a"}, "---\nx: y\n---\n"))[1] == "---\nx: y\n---\n"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no fence",
        b"---\ntitle: a\n",
        b"---\n- a\n---\n\n",
        b"---\ntitle: [\n---\n\n",
        b"---\ntitle: \xff\n---\n\n",
        b"---\nx: !!python/object/apply:os.system ['true']\n---\n\n",
    ],
)
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(MalformedEntry):
        parse(data)
