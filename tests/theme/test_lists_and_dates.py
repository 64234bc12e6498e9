from datetime import date

import pytest

from newsroom import dates
from newsroom.paging import sheets


def test_a_list_is_cut_into_numbered_pages() -> None:
    found = list(sheets(range(20), "tin-tuc/", 9))

    assert [sheet.url for sheet in found] == ["tin-tuc/", "tin-tuc/trang-2/", "tin-tuc/trang-3/"]
    assert [len(sheet.items) for sheet in found] == [9, 9, 2]
    assert (found[0].before, found[0].after) == (None, "tin-tuc/trang-2/")
    assert (found[2].before, found[2].after) == ("tin-tuc/trang-2/", None)


def test_an_empty_list_still_has_its_page() -> None:
    nothing: tuple[str, ...] = ()

    assert [sheet.items for sheet in sheets(nothing, "tin-tuc/", 9)] == [()]


def test_far_pages_are_left_out_of_the_pager() -> None:
    found = list(sheets(range(100), "tin-tuc/", 10))

    assert found[4].shown == (1, None, 4, 5, 6, None, 10)


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
