from datetime import date

import pytest

from newsroom import dates
from newsroom.archives import archive


def by_tens(number: int) -> int:
    """The "year" of a number, for lists of numbers."""
    return 2000 + number // 10


def test_a_year_is_numbered_from_the_oldest_and_its_first_page_is_never_thin() -> None:
    found = archive(range(2023, 1999, -1), "tin-tuc/", 4, lambda _: 2026)

    assert [(leaf.url, len(leaf.items)) for leaf in found][1:] == [
        ("tin-tuc/2026/", 4),
        *((f"tin-tuc/2026/trang/{number}/", 4) for number in range(5, 0, -1)),
    ]
    assert found.leaves[-1].items == (2003, 2002, 2001, 2000)


def test_what_is_new_leaves_full_pages_as_they_were() -> None:
    before = {leaf.url: leaf for leaf in archive(range(40, 0, -1), "a/", 4, by_tens)}
    after = {leaf.url: leaf for leaf in archive(range(41, 0, -1), "a/", 4, by_tens)}

    assert {url for url in after if after[url] != before.get(url)} == {"a/", "a/2004/"}


def test_the_first_page_joins_years_until_it_is_full_and_leads_on() -> None:
    found = archive([31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21], "a/", 4, by_tens)

    assert found.leaves[0].items == (31, 30, 29, 28, 27, 26, 25)
    assert found.leaves[0].older == "a/2002/trang/1/"


def test_the_pages_of_all_years_are_one_chain() -> None:
    found = archive(range(45, 0, -1), "a/", 4, by_tens)
    chain = found.leaves[1:]

    assert [leaf.older for leaf in chain] == [*(leaf.url for leaf in chain[1:]), None]
    assert [leaf.newer for leaf in chain] == [None, *(leaf.url for leaf in chain[:-1])]
    assert sorted(n for leaf in chain for n in leaf.items) == list(range(1, 46))


def test_what_is_pinned_opens_the_first_page_alone() -> None:
    found = archive([4, 3, 2, 1], "a/", 9, lambda _: 2026, pinned=[2])

    assert [leaf.items for leaf in found] == [(2, 4, 3, 1), (4, 3, 2, 1)]


def test_what_has_no_year_is_on_the_first_page_alone() -> None:
    found = archive([9, 4, 3], "a/", 9, lambda n: None if n == 9 else 2026)

    assert [leaf.items for leaf in found] == [(9, 4, 3), (4, 3)]


def test_an_empty_list_still_has_its_page() -> None:
    nothing: tuple[int, ...] = ()

    assert [leaf.items for leaf in archive(nothing, "a/", 9, by_tens)] == [()]


def test_dates_are_written_the_vietnamese_way() -> None:
    day = date(2026, 3, 13)

    assert dates.long_date(day) == "Thứ Sáu, ngày 13 tháng 3 năm 2026"
    assert dates.short_date(day) == "13/03/2026"
    assert dates.midnight(day) == "2026-03-13T00:00:00+07:00"


@pytest.mark.parametrize(
    ("day", "year"), [(date(2026, 7, 31), "2025–2026"), (date(2026, 8, 1), "2026–2027")]
)
def test_a_school_year_begins_with_its_month(day: date, year: str) -> None:
    assert dates.school_year(day, 8) == year


def test_the_day_of_a_build_can_be_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOASOAN_TODAY", "2026-09-05")

    assert dates.today() == date(2026, 9, 5)
