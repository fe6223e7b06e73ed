"""One clock for all rooms: today, now, and a demonstration site's own day."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.conf import settings
from django.utils import timezone

_fixed: ContextVar[date | datetime | None] = ContextVar("kepu_fixed_day", default=None)


def demonstration_day() -> date | None:
    """Return the day that a demonstration site lives in, or None on a real site."""
    day: date | None = settings.KEPU_DEMONSTRATION_DAY
    return day


def today() -> date:
    """Return the programme's day in the site's time zone; on a demonstration site, its stated day."""
    held = _fixed.get()
    if isinstance(held, datetime):
        return timezone.localdate(held)
    return held or demonstration_day() or timezone.localdate()


def now() -> datetime:
    """Return an aware instant whose local date is `today()` and whose time is the wall clock's, or the instant that is held."""
    held = _fixed.get()
    if isinstance(held, datetime):
        return timezone.localtime(held)
    wall = timezone.localtime()
    return datetime.combine(today(), wall.time(), tzinfo=wall.tzinfo)


@contextmanager
def fixed(at: date | datetime) -> Iterator[None]:
    """Hold the clock at one day, or at one aware instant, inside the block (commands that replay a year, and tests)."""
    token = _fixed.set(at)
    try:
        yield
    finally:
        _fixed.reset(token)
