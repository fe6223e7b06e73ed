"""Somebody's own calendar: an address, and another one when the first got into wrong hands."""

import secrets

from django.db import transaction

from kepu.directory.register.models import Person
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now
from kepu.outreach.requests.models import CalendarFeed

TOKEN_BYTES = 32


@transaction.atomic
def new_feed(*, actor: Person) -> CalendarFeed:
    """Make the actor's calendar address, or another one; the old one answers nothing more."""
    values = {"token": secrets.token_urlsafe(TOKEN_BYTES), "made_at": now()}
    feed, is_first = CalendarFeed.objects.update_or_create(person=actor, defaults=values)
    record("requests.feed.made", feed, actor=actor, is_first=is_first)
    return feed
