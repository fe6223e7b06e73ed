"""Who may do what with orders."""

from django.db.models import Q, QuerySet

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Organisation, Person, Region
from kepu.outreach.people.conflicts.queries import is_same_human
from kepu.outreach.people.volunteers.permissions import may_keep_team
from kepu.outreach.requests.choices import LIVE_ASKS
from kepu.outreach.requests.models import Offer, Order, Session, TeamAsk

_READERS = (Role.LEADING_OFFICE, Role.DISTRICT_OFFICER, Role.AUDITOR)


def may_open_desk(actor: Person) -> bool:
    """The office, district officers, and auditors who read along."""
    return actor.holds(*_READERS)


def may_take_calls(actor: Person) -> bool:
    """The office and district officers write orders down for who calls."""
    return actor.holds(Role.LEADING_OFFICE, Role.DISTRICT_OFFICER)


def may_handle(actor: Person, order: Order) -> bool:
    """The office, and the officer of the district where the service is wanted; never one's own order."""
    if order.asker_id == actor.pk:
        return False
    return actor.holds(Role.LEADING_OFFICE) or actor.holds(Role.DISTRICT_OFFICER, region=order.region)


def may_speak_for(actor: Person, order: Order) -> bool:
    """Who asked, who wrote it down, and the liaison or head of the body that asks."""
    if actor.is_active and actor.pk in {order.asker_id, order.acted_by_id}:
        return True
    return order.body is not None and actor.holds(Role.LIAISON, Role.UNIT_HEAD, organisation=order.body)


def orders_visible_to(actor: Person) -> QuerySet[Order]:
    """What the desk shows somebody: everything to the office and the auditor, a district's to its officer."""
    if actor.holds(Role.LEADING_OFFICE, Role.AUDITOR):
        return Order.objects.all()
    wanted = Q(pk__in=())
    for region in actor.regions(Role.DISTRICT_OFFICER):
        wanted |= Q(region__path__startswith=region.path)
    return Order.objects.filter(wanted)


def may_offer(actor: Person, order: Order) -> bool:
    """Who handles the order."""
    return may_handle(actor, order)


def may_answer(actor: Person, offer: Offer) -> bool:
    """Whom it is offered to, by whatever account."""
    return actor.is_active and is_same_human(actor.pk, offer.capacity.person_id)


def may_see_session(actor: Person, session: Session) -> bool:
    """Who gives it, asked for it or handles the order, lends the room, keeps the team that is asked to help.

    Of a session for everybody, who keeps it.
    """
    if is_provider(actor, session) or lends_room(actor, session):
        return True
    if session.order is None:
        return may_keep_session(actor, session)
    is_side = may_speak_for(actor, session.order) or may_handle(actor, session.order)
    return is_side or keeps_asked_team(actor, session)


def is_provider(actor: Person, session: Session) -> bool:
    """Whether the actor is who gives the session."""
    return actor.is_active and session.provider_id is not None and is_same_human(actor.pk, session.provider_id)


def lends_room(actor: Person, session: Session) -> bool:
    """Whether the actor speaks for the keeper of the room in which a session is."""
    if session.venue is None or session.order_id is None:
        return False
    return actor.holds(Role.LIAISON, organisation=session.venue.keeper)


def keeps_asked_team(actor: Person, session: Session) -> bool:
    """Whether the actor keeps the team that is asked to help at a session, or said yes."""
    if session.order is None or not session.order.helpers:
        return False
    asks = TeamAsk.objects.filter(session=session.pk, state__in=LIVE_ASKS)
    ask = asks.select_related("team__region", "team__host").first()
    return ask is not None and may_answer_ask(actor, ask)


def may_answer_ask(actor: Person, ask: TeamAsk) -> bool:
    """Who leads the team that is asked to help, and who keeps it."""
    return may_keep_team(actor, ask.team)


def may_keep_session(actor: Person, session: Session) -> bool:
    """Move it or call it off: who handles the order, who lends the room; of a session for everybody, who may schedule it."""
    if lends_room(actor, session):
        return True
    if session.order is not None:
        return may_handle(actor, session.order)
    return may_schedule(actor, session.body, session.region)


def may_schedule(actor: Person, body: Organisation, region: Region) -> bool:
    """The office; a liaison for the own body and those below it; a district officer in the district."""
    return (
        actor.holds(Role.LEADING_OFFICE)
        or actor.holds(Role.LIAISON, organisation=body)
        or actor.holds(Role.DISTRICT_OFFICER, region=region)
    )


def may_schedule_somewhere(actor: Person) -> bool:
    """Whoever may schedule sessions for everybody at all."""
    return actor.holds(Role.LEADING_OFFICE, Role.LIAISON, Role.DISTRICT_OFFICER)


def may_make_campaigns(actor: Person) -> bool:
    """The leading office alone gives many sessions one name."""
    return actor.holds(Role.LEADING_OFFICE)


def may_keep_standing(actor: Person, host: Organisation) -> bool:
    """The office, and the liaison of the body that gives it."""
    return actor.holds(Role.LEADING_OFFICE) or actor.holds(Role.LIAISON, organisation=host)


def may_keep_some_standing(actor: Person) -> bool:
    """Whoever may register standing offers at all."""
    return actor.holds(Role.LEADING_OFFICE, Role.LIAISON)


def may_run_rounds(actor: Person) -> bool:
    """The leading office matches the whole city."""
    return actor.holds(Role.LEADING_OFFICE)
