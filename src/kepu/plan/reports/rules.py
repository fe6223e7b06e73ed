"""Pure rules of periods: which stretches of a plan are reported on, and what a report's lock says."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from kepu.plan.reports.choices import Frequency

MONTHS = {Frequency.QUARTER: 3, Frequency.HALF: 6, Frequency.YEAR: 12}
_YEAR = 12


@dataclass(frozen=True, slots=True)
class Stretch:
    """The days that one report is about, both ends included."""

    since: date
    until: date

    @property
    def label(self) -> str:
        """As officials call it."""
        return stretch_label(self.since, self.until)


def stretch_of(day: date, frequency: str) -> Stretch:
    """The calendar quarter, half-year or year in which a day lies.

    Examples:
        >>> stretch_of(date(2024, 8, 15), "quarter")
        Stretch(since=datetime.date(2024, 7, 1), until=datetime.date(2024, 9, 30))
        >>> stretch_of(date(2024, 8, 15), "half").until
        datetime.date(2024, 12, 31)
    """
    months = MONTHS[Frequency(frequency)]
    first = (day.month - 1) // months * months
    since = date(day.year, first + 1, 1)
    after = date(day.year + (first + months) // _YEAR, (first + months) % _YEAR + 1, 1)
    return Stretch(since, after - timedelta(days=1))


def stretches(frequency: str, since: date, until: date) -> Iterator[Stretch]:
    """Every stretch that begins on or after one day and is over by another, oldest first.

    Examples:
        >>> [s.until.isoformat() for s in stretches("half", date(2024, 1, 1), date(2025, 6, 30))]
        ['2024-06-30', '2024-12-31', '2025-06-30']
    """
    stretch = stretch_of(since, frequency)
    if stretch.since < since:
        stretch = stretch_of(stretch.until + timedelta(days=1), frequency)
    while stretch.until <= until:
        yield stretch
        stretch = stretch_of(stretch.until + timedelta(days=1), frequency)


def stretch_label(since: date, until: date) -> str:
    """What a stretch is called: a quarter, a half-year or a year by its name, anything else by its days.

    Examples:
        >>> stretch_label(date(2024, 7, 1), date(2024, 9, 30)), stretch_label(date(2024, 1, 1), date(2024, 6, 30))
        ('2024 年第 3 季度', '2024 年上半年')
    """
    year = since.year
    if stretch_of(since, Frequency.QUARTER) == Stretch(since, until):
        return _("%(year)d 年第 %(quarter)d 季度") % {"year": year, "quarter": (since.month - 1) // 3 + 1}
    if stretch_of(since, Frequency.HALF) == Stretch(since, until):
        return (_("%(year)d 年上半年") if since.month == 1 else _("%(year)d 年下半年")) % {"year": year}
    if stretch_of(since, Frequency.YEAR) == Stretch(since, until):
        return _("%(year)d 年") % {"year": year}
    return _("%(since)s 至 %(until)s") % {"since": since.isoformat(), "until": until.isoformat()}


def is_locked(day: date, locks_on: date, extended_until: date | None) -> bool:
    """Whether nothing is taken any more on a day: the period's lock is passed, and so is the body's own exception."""
    return day > locks_on and (extended_until is None or day > extended_until)


def due_day(due_on: date, extended_until: date | None) -> date:
    """By when a body must have reported: its own exception where that is later."""
    return due_on if extended_until is None else max(due_on, extended_until)
