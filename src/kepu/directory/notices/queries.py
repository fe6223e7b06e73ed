"""Read what a person was told and how that person wants to be told."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import QuerySet
from django.utils.functional import Promise

from kepu.directory.notices.models import Notice, NoticePreference
from kepu.directory.register.models import Person


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """One kind of notice that a room sends."""

    code: str
    label: str | Promise
    is_refusable: bool = True


_kinds: dict[str, NoticeKind] = {}


def declare_kind(code: str, label: str | Promise, *, is_refusable: bool = True) -> NoticeKind:
    """Make a kind of notice known; rooms call this at import of their `subscribers` or `jobs`."""
    kind = NoticeKind(code, label, is_refusable)
    _kinds[code] = kind
    return kind


def notice_kinds() -> list[NoticeKind]:
    """Every kind declared, in the order of their codes."""
    return [_kinds[code] for code in sorted(_kinds)]


def is_refusable(code: str) -> bool:
    """Whether a person may do without this kind; unknown kinds may be refused."""
    return code not in _kinds or _kinds[code].is_refusable


def notices_for(person: Person) -> QuerySet[Notice]:
    """What a person was told, newest first; nobody else's."""
    return Notice.objects.filter(person=person)


def preference_of(person: Person) -> NoticePreference:
    """How the person wants to be told: the stored row, else the defaults (not stored)."""
    return NoticePreference.objects.filter(person=person).first() or NoticePreference(person=person)


def earliest_sending(preference: NoticePreference, at: datetime, *, is_urgent: bool) -> datetime:
    """When a notice written at an instant may go out at the earliest.

    Urgent ones at once; others with the next digest, or, without a digest, after the quiet hours.

    Args:
        preference: how the person wants to be told.
        at: an aware instant in the site's zone.
        is_urgent: whether it waits for nothing.

    Examples:
        >>> from zoneinfo import ZoneInfo
        >>> night = datetime(2024, 9, 15, 22, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
        >>> earliest_sending(NoticePreference(is_digest=False), night, is_urgent=False).isoformat()
        '2024-09-16T08:00:00+08:00'
    """
    if is_urgent:
        return at
    if preference.is_digest:
        return _next(at, preference.digest_at)
    if _is_within(at.time(), preference.quiet_from, preference.quiet_until):
        return _next(at, preference.quiet_until)
    return at


def _next(at: datetime, clock_time: time) -> datetime:
    moment = at.replace(hour=clock_time.hour, minute=clock_time.minute, second=0, microsecond=0)
    return moment if moment > at else moment + timedelta(days=1)


def _is_within(clock_time: time, start: time, end: time) -> bool:
    """Whether a time of day lies in a span that may run over midnight; equal ends mean no span."""
    if start <= end:
        return start <= clock_time < end
    return clock_time >= start or clock_time < end
