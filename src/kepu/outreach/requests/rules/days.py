"""Days, half-days and doubles of orders, without a database."""

from collections.abc import Iterable, Iterator
from datetime import date, time, timedelta

PARTS = {"a": (time(9), time(11)), "p": (time(14), time(16)), "e": (time(19), time(20, 30))}
"""Morning, afternoon, evening: when a session begins and ends unless somebody says otherwise."""
MOST_DAYS = 120


def half_day_code(day: date, part: str) -> str:
    """The code of a half-day in a week.

    Examples:
        >>> half_day_code(date(2024, 9, 16), "a")
        '1a'
    """
    return f"{day.isoweekday()}{part}"


def half_days_between(
    earliest: date, latest: date, wanted: Iterable[str] = (), parts: str = "ape"
) -> Iterator[tuple[date, str]]:
    """Every half-day of a window that fits the week's half-days, in order of time.

    Args:
        earliest: first day.
        latest: last day.
        wanted: codes such as `1a`; all where none is given.
        parts: which parts of a day are looked at.

    Examples:
        >>> [part for _day, part in half_days_between(date(2024, 9, 16), date(2024, 9, 17), ["1a", "2p"])]
        ['a', 'p']
    """
    chosen = frozenset(wanted)
    for number in range((latest - earliest).days + 1):
        day = earliest + timedelta(days=number)
        for part in parts:
            if not chosen or half_day_code(day, part) in chosen:
                yield day, part


def is_same_topic(one: str, other: str) -> bool:
    """Whether two topics are the same but for spaces and marks.

    Examples:
        >>> is_same_topic("台风来了怎么办？", "台风来了 怎么办")
        True
    """

    def bare(text: str) -> str:
        return "".join(sign for sign in text if sign.isalnum())

    return bare(one) == bare(other)
