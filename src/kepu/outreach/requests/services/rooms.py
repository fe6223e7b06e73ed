"""Rooms are taken one after the other, and their keepers are told."""

from datetime import date

from django.utils.translation import gettext as _

from kepu.directory.register.choices import Role
from kepu.directory.todos.services import close_todos, open_todo
from kepu.foundation.language import city_words
from kepu.outreach.requests.errors import OfferUnfit, SessionUnfit
from kepu.outreach.requests.models import Order, Session
from kepu.outreach.requests.queries.rooms import Rooms, read_rooms
from kepu.outreach.requests.rules.fit import HalfDay
from kepu.outreach.venues.models import Venue


def take_room(order: Order, half: HalfDay, *, wanted: int | None = None) -> Venue:
    """Hold the best room that is free at a half-day, for an order that has no place; inside a transaction.

    Args:
        order: with its region.
        half: day and part of it.
        wanted: the room that was proposed; taken first where it is still free.

    Raises:
        OfferUnfit: no room is free any more.
    """
    day, _part = half
    found = read_rooms(day, day).free(order, half)
    for room in sorted(found, key=lambda one: one.id != wanted):
        if _locked(room.id, day).is_free(room.id, half):
            return Venue.objects.select_related("region", "keeper").get(pk=room.id)
    raise OfferUnfit(_("这个半天没有空着又坐得下的地方了，请换一个半天。"))


def require_room_free(session: Session) -> None:
    """Hold the room that is lent to a session for the half-day to which it moves.

    Raises:
        SessionUnfit: the room is shut or taken then.
    """
    half = (session.day, session.part)
    if session.venue_id is None or session.order_id is None:
        return
    if _locked(session.venue_id, session.day, but=session.pk).is_free(session.venue_id, half):
        return
    raise SessionUnfit(_("借的场地那个半天不开门或有人用，请换一个时间，或写另一个地点。"), field="starts_at")


def _locked(room: int, day: date, *, but: int | None = None) -> Rooms:
    """Who looks at the same room waits here, and sees what the other did."""
    Venue.objects.select_for_update().get(pk=room)
    return read_rooms(day, day, only=[room], but=but)


def room_key(session: Session) -> str:
    """Of the to-do of who lends the room."""
    return f"requests.room:{session.pk}"


def tell_keeper(session: Session) -> None:
    """Who lends the room reads when and for what, until it is over; called off or moved elsewhere, it goes."""
    close_todos(room_key(session))
    if session.venue is None or session.order_id is None:
        return
    with city_words():
        said = {"room": session.venue.name, "day": f"{session.day:%Y-%m-%d}", "part": session.get_part_display()}
        open_todo(
            room_key(session), title=_("借出场地：%(room)s，%(day)s %(part)s") % said, url_name="requests:session",
            url_arguments=[session.pk], subject=session, reason=session.title[:200], action=_("请开门；借不了，请改期或取消，写明原因"),
            due_on=session.day, role=Role.LIAISON, organisation=session.venue.keeper,
        )  # fmt: skip
