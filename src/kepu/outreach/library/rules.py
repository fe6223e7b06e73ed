"""Pure rules of the library: how many copies are free on each day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Taken:
    """Copies set apart or out from one day to another, both included; without a last day nobody knows when they come back."""

    copies: int
    first_day: date
    last_day: date | None


def days_of(first_day: date, last_day: date) -> list[date]:
    """Every day from one to another, both included.

    Examples:
        >>> [day.day for day in days_of(date(2024, 9, 29), date(2024, 10, 1))]
        [29, 30, 1]
    """
    return [first_day + timedelta(days=number) for number in range((last_day - first_day).days + 1)]


def free_by_day(good: int, taken: Iterable[Taken], days: Sequence[date]) -> tuple[int, ...]:
    """How many of the good copies are free on each of some days that follow one another; never less than none.

    Args:
        good: copies in good order, those that are out among them.
        taken: what is set apart or out; both its ends are days on which the copies are away.
        days: one after another.

    Examples:
        >>> week = days_of(date(2024, 9, 16), date(2024, 9, 20))
        >>> free_by_day(3, [Taken(2, date(2024, 9, 17), date(2024, 9, 18)), Taken(1, date(2024, 9, 20), None)], week)
        (3, 1, 1, 3, 2)
    """
    if not days:
        return ()
    steps = [0] * (len(days) + 1)
    for one in taken:
        since = max(0, (one.first_day - days[0]).days)
        until = len(days) if one.last_day is None else min(len(days), (one.last_day - days[0]).days + 1)
        if since < until:
            steps[since] -= one.copies
            steps[until] += one.copies
    free, found = good, []
    for step in steps[:-1]:
        free += step
        found.append(max(0, free))
    return tuple(found)
