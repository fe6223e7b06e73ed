"""Calendars as phones and mail programs read them (iCalendar, RFC 5545)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event

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
