"""What the auditor reads of the head of an ``index.md``, and what binds the next edition."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.workflow.test_reading import broken
from workflow.verification import (
    Broken,
    Place,
    Rule,
    address_of,
    former_addresses,
    read_front,
    read_group,
    require_due,
    require_kept_addresses,
    require_kept_corrections,
    rows,
    scalar,
)

POST, PAGE, CIRCULAR = (Place(kind, "2026", "bai-1") for kind in ("posts", "pages", "circulars"))


def head(*lines: str) -> bytes:
    return "\n".join(["---", *lines, "---", "", "Nội dung."]).encode()


def test_fields_are_read_with_what_stands_below_them() -> None:
    text = head(
        "title: Bé vui: Tết",
        "group: 'mau-giao'",
        "empty:",
        "photos:",
        "- file: anh-1.jpg",
        "  alt: Bé",
        "",
        "- file: anh-2.jpg",
        "also_empty: ''",
        "_x: []",
    )

    # A colon and a space open a key, which nothing below may continue.
    with pytest.raises(Broken):
        read_front(text)
    assert read_front(text.replace(b": T\xe1", b" T\xe1")) == {
        "title": ["Bé vui Tết"],
        "group": ["'mau-giao'"],
        "empty": [""],
        "photos": ["", "- file: anh-1.jpg", "  alt: Bé", "", "- file: anh-2.jpg"],
        "also_empty": ["''"],
        "_x": ["[]"],
    }


def test_what_stands_before_the_first_key_belongs_to_none() -> None:
    assert read_front(head("", "  x", "title: X")) == {"title": ["X"]}


def test_a_body_may_hold_what_it_likes() -> None:
    data = head("title: X") + b'\n---\ntitle: Y\n---\n"open\n'

    assert read_front(data) == {"title": ["X"]}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"title: X\n---\n",
        b"---\ntitle: X\n",
        b"---\ntitle: X\n---",
        b"--- \ntitle: X\n---\n",
        b"---\n---\ntitle: X\n",
        b"\xef\xbb\xbf---\ntitle: X\n---\n",
        b"---\ntitle: \xff\n---\n",
        head("Title: X"),
        head("title : X"),
        head("title:X"),
        head("title2: X"),
        head('"title": X'),
        head("? title"),
        head("title: X", "title: Y"),
        head("title: X", "title:"),
        head("title: X", "-- x"),
        head("title: X", "...", "group: Y"),
        head("title: X", "\tgroup: Y"),
    ],
)
def test_a_head_of_another_form_is_refused(data: bytes) -> None:
    broken(Rule.ENTRY, read_front, data)


@pytest.mark.parametrize(
    "value",
    [
        *("'open", "'it''s", '"open', '"open\\"', "[", "[a]", "{", "{a: b}", "[] x", "'a' b"),
        *("&anchor x", "*alias", "!tag x", "% x", "@x", "`x`", "# x", "? x", ": x", "a-b: c"),
        *('{a: b, "open', "&x a: b", "{a: b", "a: b: c"),
    ],
)
@pytest.mark.parametrize("line", ["title: {}", "- {}", "  {}", "- file: {}", "  a b: {}", "- - {}"])
def test_a_value_that_does_not_end_on_its_line_is_refused(line: str, value: str) -> None:
    broken(Rule.ENTRY, read_front, head("title: X", "photos:", line.format(value)))


@pytest.mark.parametrize(
    "value",
    [
        *("x", "it's", 'say "x"', "'it''s'", "''", '"a\\"b"', '""', "[]", "{}", "2026-11-24"),
        *("a #b", "a:b", "http://x/y", "?x", ":x", "-x", "a, b", "|", ">-", "x [y]", "1.5"),
    ],
)
@pytest.mark.parametrize("line", ["title: {}", "photos:\n- {}", "photos:\n- file: {}"])
def test_a_value_that_ends_on_its_line_is_read(line: str, value: str) -> None:
    fields = read_front(head(line.format(value)))

    assert value in next(iter(fields.values()))[-1]


# Words and rows


def test_a_word_stands_on_one_line_and_loses_its_quotes() -> None:
    front = {"a": ["x"], "b": ["'x y'"], "c": ['"x"'], "d": [""], "e": ["x'"], "f": ["'"]}

    assert [scalar(front, name) for name in "abcdefg"] == ["x", "x y", "x", "", "x'", "", ""]
    assert broken(Rule.ENTRY, scalar, {"a": ["", "- x"]}, "a").startswith("a ")


def test_the_group_of_an_entry_is_a_word() -> None:
    assert read_group(head("title: X", "group: 'mau-giao'")) == "mau-giao"
    assert read_group(head("title: X")) == ""
    broken(Rule.ENTRY, read_group, head("group:", "- mau-giao"))


def test_rows_are_all_of_one_form() -> None:
    form = re.compile(r"- (?P<value>\w+)")

    assert rows({"a": ["", "- x", "- y"]}, "a", form) == ["x", "y"]
    assert rows({"a": [""]}, "a", form) == rows({}, "a", form) == []
    for lines in (["x"], ["[]", "- x"], ["", "- x", "  y"], ["", "* x"], ["", "- x", ""]):
        assert broken(Rule.ENTRY, rows, {"a": lines}, "a", form).startswith("a ")


# Corrections


def corrected(*reasons: str) -> dict[str, list[str]]:
    below = [f"- reason: {reason}" for reason in reasons]
    return {"title": ["X"], **({"corrections": ["", *below]} if reasons else {})}


def test_corrections_are_only_added() -> None:
    for was, now in (("", ""), ("", "a"), ("a", "a"), ("a", "ab"), ("ab", "abc")):
        require_kept_corrections(corrected(*was), corrected(*now))
    for was, now in (("a", ""), ("a", "b"), ("a", "ba"), ("ab", "a"), ("ab", "ba"), ("ab", "acb")):
        broken(Rule.CORRECTION, require_kept_corrections, corrected(*was), corrected(*now))


def test_a_new_entry_corrects_nothing() -> None:
    require_kept_corrections({}, corrected())
    broken(Rule.CORRECTION, require_kept_corrections, {}, corrected("a"))


def test_a_correction_is_one_reason_on_one_line() -> None:
    good = corrected("a")
    for line in ("- a", "- reason:", "- reason: ", "reason: a", "- reason: a\n", "-  reason: a"):
        odd = good | {"corrections": ["", line]}
        broken(Rule.ENTRY, require_kept_corrections, good, odd)
        broken(Rule.ENTRY, require_kept_corrections, odd, good)


# Addresses


@pytest.mark.parametrize(
    ("place", "front", "address"),
    [
        (POST, {}, "2026/bai-1"),
        (POST, {"slug": ["tet"]}, "2026/tet"),
        (POST, {"slug": ["'2026'"], "date": ["2025-12-31"]}, "2025/2026"),
        (POST, {"date": ["'2025-12-31'"], "issued_date": ["2024-01-01"]}, "2025/bai-1"),
        (CIRCULAR, {"issued_date": ["2024-01-01"], "date": ["2025-12-31"]}, "2024/bai-1"),
        (CIRCULAR, {}, "2026/bai-1"),
        (PAGE, {"date": ["2025-12-31"]}, "bai-1"),
        (PAGE, {"date": ["xx"], "slug": ["gioi-thieu"]}, "gioi-thieu"),
    ],
)
def test_an_address_is_the_year_and_the_slug(
    place: Place, front: dict[str, list[str]], address: str
) -> None:
    assert address_of(place, front) == address


@pytest.mark.parametrize(
    "slug", ["Tet", "tet-", "-tet", "te--t", "t t", "t/t", "tết", "../x", "x."]
)
def test_a_slug_is_plain_words(slug: str) -> None:
    assert slug in broken(Rule.ADDRESS, address_of, POST, {"slug": [slug]})


@pytest.mark.parametrize("day", ["2026", "2026-1-1", "26-11-24", "x2026-11-24", "2026-11-24 08:00"])
def test_a_day_is_written_whole(day: str) -> None:
    assert day in broken(Rule.ADDRESS, address_of, POST, {"date": [day]})
    assert day in broken(Rule.ADDRESS, address_of, CIRCULAR, {"issued_date": [day]})


def former(*addresses: str, **more: str) -> dict[str, list[str]]:
    below = [f"- {address}" for address in addresses]
    return {name: [value] for name, value in more.items()} | {"formerly": ["", *below]}


def test_former_addresses_are_read_without_quotes() -> None:
    assert former_addresses({}) == former_addresses({"formerly": [""]}) == []
    assert former_addresses(former("2026/a-b", "'2025/c'", '"d"')) == ["2026/a-b", "2025/c", "d"]


@pytest.mark.parametrize(
    "address",
    [
        "X2026/a",
        "2026/",
        "/a",
        "26/a",
        "2026/A",
        "2026/a/b",
        "https://x/y",
        "2026//a",
        "a/",
        "2026/a-",
    ],
)
def test_another_address_is_refused(address: str) -> None:
    broken(Rule.ADDRESS, former_addresses, former("2026/good", address))
    broken(Rule.ADDRESS, former_addresses, former(address, "2026/good"))


def test_former_addresses_are_a_list() -> None:
    broken(Rule.ENTRY, former_addresses, {"formerly": ["2026/a"]})
    broken(Rule.ENTRY, former_addresses, {"formerly": ["", "- 2026/a b"]})


A, B, C = ({"slug": [slug]} for slug in "abc")


@pytest.mark.parametrize(
    ("was", "now", "kept"),
    [
        ({}, A, True),
        (A, A, True),
        (A, former("2026/a", slug="b"), True),
        (former("2026/a", slug="b"), former("2026/a", "2026/b", slug="c"), True),
        (former("2026/a", slug="b"), former("2026/b", "2026/a", slug="c"), True),
        (former("2026/a", slug="b"), former("2026/b", slug="a"), True),  # back again
        (former("2026/a", slug="b"), former("2026/a", slug="b"), True),
        (A, former("2026/a", slug="a", date="2025-01-01"), True),
        ({}, former("2026/a", slug="b"), False),
        (A, B, False),
        (A, former("2026/c", slug="b"), False),
        (A, former("2026/a", "2026/c", slug="b"), False),
        (A, former("2026/a", "2026/a", slug="b"), False),
        (A, former("2026/a", slug="a"), False),
        (former("2026/a", slug="b"), B, False),
        (former("2026/a", slug="b"), former("2026/b", slug="c"), False),
        (A, {"slug": ["a"], "date": ["2025-01-01"]}, False),
    ],
)
def test_every_address_that_was_public_leads_to_the_entry(
    was: dict[str, list[str]], now: dict[str, list[str]], kept: bool
) -> None:
    if kept:
        require_kept_addresses(POST, was, now)
    else:
        assert "bai-1" in broken(Rule.ADDRESS, require_kept_addresses, POST, was, now)


# The hour


DUE = "2026-11-24 08:00:00+07:00"


@pytest.mark.parametrize("value", [DUE, f"'{DUE}'"])
def test_an_entry_is_not_published_before_its_hour(value: str) -> None:
    front = {"publish_at": [value]}
    hour = datetime(2026, 11, 24, 1, tzinfo=UTC)

    require_due(front, hour)
    require_due(front, hour + timedelta(seconds=1))
    assert DUE in broken(Rule.TIME, require_due, front, hour - timedelta(seconds=1))
    for none in ({}, {"publish_at": [""]}, {"publish_at": ["''"]}):
        require_due(none, hour)


@pytest.mark.parametrize(
    "value",
    [
        *("2026-11-24", "2026-11-24 08:00:00", DUE.replace(" ", "T"), DUE.replace("+07", "+08")),
        *(f"x{DUE}", f"{DUE}x", DUE.replace("11-24", "11-31"), DUE.replace("08:", "25:")),
    ],
)
def test_an_hour_is_one_of_vietnam(value: str) -> None:
    late = datetime(2027, 1, 1, tzinfo=UTC)

    assert broken(Rule.ENTRY, require_due, {"publish_at": [value]}, late)
