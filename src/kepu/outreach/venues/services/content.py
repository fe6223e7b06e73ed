"""Change what a gallery or a room shows, and remind who keeps it in time."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Person
from kepu.directory.todos.services import close_todos, open_todo
from kepu.foundation.audit.services import record
from kepu.foundation.clock import today
from kepu.foundation.codes.queries import values_in_force
from kepu.foundation.events import publish
from kepu.foundation.language import city_words
from kepu.outreach.venues.choices import VenueState
from kepu.outreach.venues.errors import VenueUnfit
from kepu.outreach.venues.events import ContentChanged
from kepu.outreach.venues.models import Panel, Venue
from kepu.outreach.venues.queries.kinds import kinds
from kepu.outreach.venues.queries.listing import overdue_on
from kepu.outreach.venues.services.registering import locked, refuse_closed, text

MOST_PANELS = 200


@transaction.atomic
def change_content(pk: int, themes: Mapping[int, str], *, changed_on: date, actor: Person) -> int:
    """Note what hangs from a day on; panels that are not named stay.

    Args:
        pk: the venue.
        themes: place of the panel, from 1, to its new theme.
        changed_on: the day, today or before.
        actor: who keeps the venue.

    Returns:
        How many panels were changed.

    Raises:
        NotAllowed: the actor does not keep it.
        VenueMoved: it is closed.
        VenueUnfit: nothing is named, or the day lies ahead.
    """
    venue = locked(pk, actor)
    refuse_closed(venue)
    if not themes:
        raise VenueUnfit(_("请写明换了什么，一行一块展板。"), field="themes")
    if not today() - timedelta(days=3660) <= changed_on <= today():
        raise VenueUnfit(_("更换的日子要在今天或以前。"), field="changed_on")
    if not all(1 <= position <= MOST_PANELS for position in themes):
        raise VenueUnfit(_("展板最多 %(most)d 块。") % {"most": MOST_PANELS}, field="themes")
    for position, theme in themes.items():
        said = text(theme, "themes", most=100)
        given = {"theme": said, "changed_by": actor.pk}
        Panel.objects.update_or_create(venue=venue, position=position, changed_on=changed_on, defaults=given)
    record("venues.venue.content_changed", venue, actor=actor, panels=len(themes), changed_on=changed_on.isoformat())
    publish(ContentChanged(venue.pk, changed_on.isoformat(), len(themes)))
    _remind([venue])
    return len(themes)


def keep_contents() -> int:
    """Hang up a to-do for every venue whose content is due soon or overdue, and take down those that are not any more.

    Returns:
        How many are due.
    """
    return _remind(list(Venue.objects.filter(state=VenueState.PUBLISHED).select_related("keeper", "region")))


def _remind(venues: list[Venue]) -> int:
    ahead = values_in_force("venues.").get("remind_days", 0)
    due = {
        venue.pk: day for venue, day in overdue_on(today(), venues, kinds()) if day <= today() + timedelta(days=ahead)
    }
    with city_words():
        for venue in venues:
            key = f"venues.content:{venue.pk}"
            if venue.pk in due:
                _hang(venue, key, due[venue.pk])
            else:
                close_todos(key)
    return len(due)


@transaction.atomic
def _hang(venue: Venue, key: str, due_on: date) -> None:
    said = {"name": venue.name, "day": due_on.isoformat()}
    open_todo(
        key,
        title=_("更换内容：%(name)s") % said,
        reason=_("按更换周期，应在 %(day)s 前换。") % said,
        action=_("去登记"),
        url_name="venues:venue",
        url_arguments=[venue.pk],
        subject=venue,
        due_on=due_on,
        role=Role.LIAISON,
        organisation=venue.keeper,
    )
