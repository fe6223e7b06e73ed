"""What stands in somebody's calendar."""

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse

from kepu.directory.register.models import Person
from kepu.foundation.calendar.rules import CalendarEvent
from kepu.foundation.clock import now
from kepu.outreach.requests.choices import SessionState
from kepu.outreach.requests.models import CalendarFeed, Session

_KEPT = timedelta(days=90)


def feed_of(person: Person) -> CalendarFeed | None:
    """The person's calendar address, where one was made."""
    return CalendarFeed.objects.filter(person=person.pk).first()


def owner_of(token: str) -> Person | None:
    """Whose calendar an address is; None for an old or unknown one, and for who is gone."""
    feed = CalendarFeed.objects.select_related("person").filter(token=token, person__is_active=True).first()
    return feed.person if feed is not None else None


def calendar_sessions(person: Person) -> QuerySet[Session]:
    """Sessions that somebody gives or asked for, from 90 days ago on; those called off too, so that calendars strike them."""
    mine = Q(provider=person.pk) | Q(order__asker=person.pk) | Q(order__acted_by=person.pk)
    return Session.objects.filter(mine, ends_at__gte=now() - _KEPT).order_by("starts_at", "pk")


def calendar_events(sessions: QuerySet[Session], *, host: str, page: str = "requests:session") -> list[CalendarEvent]:
    """Sessions as appointments.

    Args:
        sessions: which.
        host: scheme and host of the site, as `https://example.org`.
        page: the URL name of a session's page for those who read the calendar.
    """
    return [
        CalendarEvent(
            uid=f"{one.uid}@kepu",
            sequence=one.sequence,
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            title=one.title,
            changed_at=one.changed_at,
            place=one.place,
            address=f"{host}{reverse(page, args=[one.pk])}",
            about=one.reason,
            is_cancelled=one.state == SessionState.CANCELLED,
        )
        for one in sessions
    ]
