"""Vietnamese dates, weeks and school years.

Knows no time of day: a school's site changes with the date in Vietnam and with nothing finer.
"""

from datetime import date, datetime, timedelta
from os import environ
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")


def today() -> date:
    """The date the site is built for: TOASOAN_TODAY, else the date in Vietnam.

    Raises ValueError when TOASOAN_TODAY is no ISO date.
    """
    given = environ.get("TOASOAN_TODAY", "")
    return date.fromisoformat(given) if given else datetime.now(ZONE).date()


def monday_of(day: date) -> date:
    """The Monday of the week that holds `day`; weeks start on Monday in Vietnam."""
    return day - timedelta(days=day.weekday())


def short_date(day: date) -> str:
    """13/03/2026."""
    return f"{day:%d/%m/%Y}"


def day_and_month(day: date) -> str:
    """13/03."""
    return f"{day:%d/%m}"


def moment(when: datetime) -> str:
    """14:05 ngày 24/11/2026, in Vietnam."""
    return f"{when.astimezone(ZONE):%H:%M ngày %d/%m/%Y}"


def long_date(day: date) -> str:
    """Thứ Sáu, ngày 13 tháng 3 năm 2026."""
    return f"{WEEKDAYS[day.weekday()]}, ngày {day.day} tháng {day.month} năm {day.year}"


def midnight(day: date) -> str:
    """The start of that day in Vietnam, as feeds and site maps want it (RFC 3339)."""
    return datetime(day.year, day.month, day.day, tzinfo=ZONE).isoformat()


def school_year(day: date, start_month: int) -> str:
    """The school year that holds `day`, for example 2025–2026."""
    first = day.year if day.month >= start_month else day.year - 1
    return f"{first}–{first + 1}"
