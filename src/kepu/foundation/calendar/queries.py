"""What kind of day a day is, and which day a number of working days leads to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from chinese_calendar.constants import holidays, workdays
from django.utils.translation import gettext as _

from kepu.foundation.calendar.choices import FESTIVALS, DayKind
from kepu.foundation.calendar.errors import CalendarUnknown
from kepu.foundation.calendar.models import CalendarDay, CalendarYear
from kepu.foundation.calendar.rules import Deadline, Pause, count_between, count_forward

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the calendar."""

    day: date
    is_working: bool
    kind: str
    """off or work where the notice says something of the day, else empty."""
    name: str


@lru_cache(maxsize=1)
def _shipped() -> dict[int, dict[date, tuple[str, str]]]:
    """The years that the package `chinesecalendar` carries: day → kind and name, from the State Council's notices."""
    years: dict[int, dict[date, tuple[str, str]]] = {}
    for days, kind in ((holidays, DayKind.OFF), (workdays, DayKind.WORK)):
        for day, name in days.items():
            if kind == DayKind.OFF or day.weekday() >= SATURDAY:
                years.setdefault(day.year, {})[day] = (kind.value, name)
    return years


class WorkingCalendar:
    """The calendar of the years asked for so far; ask one for many days."""

    def __init__(self) -> None:
        self._years: dict[int, dict[date, tuple[str, str]]] = {}

    def day(self, day: date) -> Day:
        """What kind of day it is.

        Raises:
            CalendarUnknown: nobody loaded its year.
        """
        kind, name = self._year(day.year).get(day, ("", ""))
        is_working = kind == DayKind.WORK or (not kind and day.weekday() < SATURDAY)
        return Day(day, is_working, kind, str(FESTIVALS.get(name, name)))

    def is_working(self, day: date) -> bool:
        """Whether people work on a day.

        Raises:
            CalendarUnknown: nobody loaded its year.
        """
        return self.day(day).is_working

    def _year(self, year: int) -> dict[date, tuple[str, str]]:
        if year not in self._years:
            loaded = CalendarYear.objects.filter(year=year).first()
            if loaded is not None:
                rows = CalendarDay.objects.filter(year=loaded).values_list("day", "kind", "name")
                self._years[year] = {day: (kind, name) for day, kind, name in rows}
            elif year in _shipped():
                self._years[year] = _shipped()[year]
            else:
                raise CalendarUnknown(
                    _("%(year)d 年的放假安排还没有载入，算不出工作日。请管理员用 kepu calendar import 载入。")
                    % {"year": year},
                    year=year,
                )
        return self._years[year]


def is_working_day(day: date) -> bool:
    """Whether people work on a day.

    Raises:
        CalendarUnknown: nobody loaded its year.
    """
    return WorkingCalendar().is_working(day)


def deadline_after(starts_on: date, working_days: int, pauses: Iterable[Pause] = ()) -> Deadline:
    """The last of so many working days after a day, with every day that did not count.

    Raises:
        CalendarUnknown: it reaches into a year that nobody loaded.
        ValueError: fewer than one day.
    """
    return count_forward(starts_on, working_days, WorkingCalendar().is_working, pauses)


def working_day_after(starts_on: date, working_days: int) -> date:
    """The last of so many working days after a day.

    Raises:
        CalendarUnknown: it reaches into a year that nobody loaded.
        ValueError: fewer than one day.
    """
    due_on = deadline_after(starts_on, working_days).due_on
    assert due_on is not None  # noqa: S101 without pauses every clock runs out
    return due_on


def working_days_between(since: date, until: date, pauses: Iterable[Pause] = ()) -> int:
    """How many working days lie after one day, up to and with another.

    Raises:
        CalendarUnknown: it reaches into a year that nobody loaded.
    """
    return count_between(since, until, WorkingCalendar().is_working, pauses)


def known_years() -> dict[int, str]:
    """Every year whose working days can be counted, with where its notice comes from."""
    shipped = {year: _("国务院办公厅放假通知，随程序提供") for year in sorted(_shipped())}
    loaded = dict(CalendarYear.objects.values_list("year", "source"))
    return dict(sorted({**shipped, **loaded}.items()))


def days_of_year(year: int) -> list[Day]:
    """The days off and moved working days of a year, in order.

    Raises:
        CalendarUnknown: nobody loaded the year.
    """
    calendar = WorkingCalendar()
    calendar.day(date(year, 1, 1))
    return [calendar.day(day) for day in sorted(calendar._year(year))]  # noqa: SLF001 its own module
