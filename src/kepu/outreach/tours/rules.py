"""Months, half-days and minutes of tours, without a database."""

from collections.abc import Collection
from datetime import date, time, timedelta

PART_HOURS = {"a": (8 * 60, 12 * 60), "p": (13 * 60, 18 * 60), "e": (18 * 60, 21 * 60)}
"""Minutes of the day between which a visit of a half-day begins and ends."""
DAYTIME = "ap"
_DECEMBER = 12


def month_of(day: date) -> date:
    """The first day of a day's month.

    Examples:
        >>> month_of(date(2024, 9, 16))
        datetime.date(2024, 9, 1)
    """
    return day.replace(day=1)


def next_month(month: date) -> date:
    """The first day of the month after.

    Examples:
        >>> next_month(date(2024, 12, 1))
        datetime.date(2025, 1, 1)
    """
    return date(month.year + month.month // _DECEMBER, month.month % _DECEMBER + 1, 1)


def days_of_month(month: date) -> list[date]:
    """Every day of a month.

    Examples:
        >>> len(days_of_month(date(2024, 2, 1)))
        29
    """
    return [month + timedelta(days=number) for number in range((next_month(month) - month).days)]


def minute_of(at: time) -> int:
    """The minute of the day.

    Examples:
        >>> minute_of(time(8, 30))
        510
    """
    return at.hour * 60 + at.minute


def time_of(minute: int) -> time:
    """The time of a minute of the day; midnight at its end is the minute before.

    Examples:
        >>> time_of(510)
        datetime.time(8, 30)
    """
    return time(*divmod(min(minute, 24 * 60 - 1), 60))


def goes_out(day: date, kind: str, weekdays: Collection[int]) -> bool:
    """Whether a van goes out on a day: never on a holiday, always on a moved working day, else on its weekdays.

    Args:
        day: which.
        kind: `off` or `work` where the year's notice says something of the day, else empty.
        weekdays: 1 (Monday) to 7.

    Examples:
        >>> goes_out(date(2024, 9, 14), "work", [1, 2, 3, 4, 5]), goes_out(date(2024, 9, 16), "off", [1])
        (True, False)
    """
    return kind == "work" or (kind != "off" and day.isoweekday() in weekdays)


def hours_of(half_days: Collection[str]) -> dict[tuple[int, int], frozenset[int]]:
    """Openings as minutes of the day, each with its weekdays from 0 (Monday); all days by daylight where nothing is chosen.

    Examples:
        >>> hours_of(["1a", "3a"])
        {(480, 720): frozenset({0, 2})}
        >>> sorted(hours_of([]))
        [(480, 720), (780, 1080)]
    """
    if not half_days:
        return {PART_HOURS[part]: frozenset(range(7)) for part in DAYTIME}
    found: dict[tuple[int, int], set[int]] = {}
    for code in half_days:
        found.setdefault(PART_HOURS[code[1]], set()).add(int(code[0]) - 1)
    return {hours: frozenset(days) for hours, days in sorted(found.items())}


def is_old(first_year: int | None, km: float | None, *, year: int, years: int, most_km: int) -> bool:
    """Whether a van may be replaced first: more than so many years (>), or so many kilometres and more (≥).

    A van's year is all that is known of its first day: ten years are over for certain when the years differ by eleven.

    Examples:
        >>> is_old(2014, None, year=2024, years=10, most_km=100_000), is_old(2013, None, year=2024, years=10, most_km=100_000)
        (False, True)
        >>> is_old(None, 100_000, year=2024, years=10, most_km=100_000)
        True
    """
    return (first_year is not None and year - first_year > years) or (km is not None and km >= most_km)
