"""Counting working days: pure functions of a way to tell them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event

ONE_DAY = timedelta(days=1)
MOST_DAYS = 3660
"""Nothing here is counted further than ten years."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Days on which a clock stood still, both included; without an end it stands still today."""

    since: date
    until: date | None = None

    def holds(self, day: date) -> bool:
        """Whether the clock stood still on a day."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day of a span of working days, and how it was counted."""

    starts_on: date
    working_days: int
    due_on: date | None
    """None while a pause without an end holds."""
    days_off: tuple[date, ...]
    """Days in between that were no working days."""
    paused: tuple[date, ...]
    """Working days in between that did not count."""


def count_forward(
    starts_on: date, working_days: int, is_working: Callable[[date], bool], pauses: Iterable[Pause] = ()
) -> Deadline:
    """Find the last of so many working days; the first one counted is the day after the start.

    Args:
        starts_on: the day on which the matter came in; it does not count itself.
        working_days: at least 1.
        is_working: tells working days.
        pauses: spans whose working days do not count.

    Raises:
        ValueError: fewer than one day, or the end lies beyond ten years.

    Source:
        民法典第二百零一条: 按照年、月、日计算期间的，开始的当日不计入，自下一日开始计算。

    Examples:
        >>> weekdays = lambda day: day.weekday() < 5
        >>> count_forward(date(2024, 9, 6), 3, weekdays).due_on
        datetime.date(2024, 9, 11)
    """
    if working_days < 1:
        raise ValueError("working_days must be at least 1")
    stops = list(pauses)
    off: list[date] = []
    paused: list[date] = []
    left, day = working_days, starts_on
    while left:
        day += ONE_DAY
        if (day - starts_on).days > MOST_DAYS:
            raise ValueError("the deadline lies beyond ten years")
        if any(stop.until is None and stop.holds(day) for stop in stops):
            return Deadline(starts_on, working_days, None, tuple(off), tuple(paused))
        if not is_working(day):
            off.append(day)
        elif any(stop.holds(day) for stop in stops):
            paused.append(day)
        else:
            left -= 1
    return Deadline(starts_on, working_days, day, tuple(off), tuple(paused))


def count_between(since: date, until: date, is_working: Callable[[date], bool], pauses: Iterable[Pause] = ()) -> int:
    """How many working days lie after one day, up to and with another; less than none if it lies before.

    Examples:
        >>> weekdays = lambda day: day.weekday() < 5
        >>> count_between(date(2024, 9, 6), date(2024, 9, 11), weekdays)
        3
        >>> count_between(date(2024, 9, 11), date(2024, 9, 6), weekdays)
        -3
    """
    if until < since:
        return -count_between(until, since, is_working, pauses)
    stops = list(pauses)
    days = (since + ONE_DAY * step for step in range(1, (until - since).days + 1))
    return sum(1 for day in days if is_working(day) and not any(stop.holds(day) for stop in stops))


ICAL_TYPE = "text/calendar; charset=utf-8"
_PRODUCT = "-//Kepu//Kepu//ZH"


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """One appointment.

    Args:
        uid: stays the same for ever, whatever becomes of the appointment.
        sequence: rises with every change, so that a calendar knows which of two is newer.
        starts_at: aware.
        ends_at: aware.
        title: in words.
        changed_at: when it was changed last; aware.
        place: where, in words.
        address: its page, with its host.
        about: what else is to be known.
        is_cancelled: whether it was called off; a calendar then strikes it through.
    """

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    title: str
    changed_at: datetime
    place: str = ""
    address: str = ""
    about: str = ""
    is_cancelled: bool = False


def ical(name: str, events: Iterable[CalendarEvent], *, every: timedelta = timedelta(hours=1)) -> bytes:
    """Write a calendar.

    Args:
        name: what a program calls it.
        events: in any order; written by time.
        every: how often a program may ask again.

    Returns:
        UTF-8, lines of at most 75 octets that end in CR LF; times in UTC, so that no table of time zones is needed.

    Source:
        RFC 5545; REFRESH-INTERVAL and NAME of RFC 7986.
    """
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for label in ("name", "x-wr-calname"):
        calendar.add(label, name)
    calendar.add("refresh-interval", every, parameters={"value": "DURATION"})
    for one in sorted(events, key=lambda event: (event.starts_at, event.uid)):
        calendar.add_component(_written(one))
    return bytes(calendar.to_ical())


def _written(one: CalendarEvent) -> Event:
    event = Event()
    event.add("uid", one.uid)
    event.add("sequence", one.sequence)
    event.add("dtstamp", one.changed_at.astimezone(UTC))
    event.add("last-modified", one.changed_at.astimezone(UTC))
    event.add("dtstart", one.starts_at.astimezone(UTC))
    event.add("dtend", one.ends_at.astimezone(UTC))
    event.add("summary", one.title)
    event.add("status", "CANCELLED" if one.is_cancelled else "CONFIRMED")
    for label, words in (("location", one.place), ("url", one.address), ("description", one.about)):
        if words:
            event.add(label, words)
    return event
