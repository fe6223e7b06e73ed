"""Tell the example's orders: asked, approved, offered, given and rated, some unmet, each step at its time by the services."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kepu.directory.privacy.queries import consent_text
from kepu.directory.register.choices import Participant, Role
from kepu.directory.register.models import Organisation, Person, Region
from kepu.directory.register.services import create_organisation
from kepu.directory.register.services.demonstration import demonstration_participant, demonstration_person
from kepu.foundation import clock
from kepu.foundation.codes.models import Parameter
from kepu.outreach.bookings.services import CONSENT
from kepu.outreach.people.capacities.choices import CapacityState
from kepu.outreach.people.capacities.models import Capacity
from kepu.outreach.requests.choices import Unmet
from kepu.outreach.requests.models import Offer, Order, Session
from kepu.outreach.requests.queries.supply import Bundle, rank_order
from kepu.outreach.requests.services import (
    OrderWords,
    StandingWords,
    accept_offer,
    approve_order,
    ask_order,
    check_in_session,
    mark_unmet,
    offer_order,
    rate_session,
    register_standing,
    show_standing,
)

_FIRST_ASKER = 21
"""Residents from this number on ask; those before it stand behind the doors."""
_NOON = 10


@transaction.atomic
def load_orders(given: Mapping[str, Any]) -> int:
    """Load the made-up orders of an example; a site that has any is left as it is.

    Args:
        given: the file `orders.toml`.

    Returns:
        How many orders were asked.
    """
    if not settings.KEPU_IS_DEMONSTRATION or Order.objects.exists():
        return 0
    for name in ("host_body", "thanks_responsible", "thanks_contact"):
        Parameter.objects.filter(name=f"requests.{name}").update(override=given[name], is_overridden=True)
    office, day = demonstration_person(Role.LEADING_OFFICE), clock.today()
    for row in given.get("standing", ()):
        _show(row, office, day)
    for number, row in enumerate(given["order"]):
        _tell(row, demonstration_participant(Participant.RESIDENT, _FIRST_ASKER + number), office, day)
    return len(given["order"])


def _show(row: Mapping[str, Any], office: Person, day: date) -> None:
    """Register a standing offer and show it; its school joins the register."""
    speaks = Capacity.objects.filter(topics__contains=[row["speaks"]], state=CapacityState.ADMITTED).order_by("pk")
    school = None
    if "school" in row:
        school = create_organisation(row["school"], region=Region.objects.get(code=row["region"]), actor=None)
    words = StandingWords(
        kind=row["kind"], title=row["title"], host=Organisation.objects.get(name=row["host"]),
        givers=tuple(speaks.values_list("number", flat=True)[:3]), form=row["form"], minutes=row["minutes"],
        most_people=row["most_people"], first_day=day + timedelta(days=row["first"]),
        last_day=day + timedelta(days=row["last"]), audience=row["audience"], about=row["about"], level=row["level"],
        half_days=tuple(row.get("half_days", ())), school=school, lessons=row.get("lessons", 1),
        lessons_a_class=row.get("lessons_a_class"), classes=tuple((name, n) for name, n in row.get("classes", ())),
        stops=tuple((name, minutes) for name, minutes in row.get("stops", ())),
    )  # fmt: skip
    show_standing(register_standing(words, actor=office).pk, actor=office)


def at_hour(day: date, hour: int = _NOON) -> datetime:
    """An hour of a day, local."""
    return timezone.make_aware(datetime.combine(day, datetime.min.time()) + timedelta(hours=hour))


def _tell(row: Mapping[str, Any], asker: Person, office: Person, day: date) -> None:
    asked = day + timedelta(days=row["asked"])
    words = OrderWords(
        topic=row["topic"], form=row["form"], region=Region.objects.get(code=row["region"]), people=row["people"],
        earliest=day + timedelta(days=row["first"]), latest=day + timedelta(days=row["last"]), body_name=row["body"],
        place=row.get("place", ""), needs_room=row.get("needs_room", False), audience=row["audience"], accompanying=row.get("accompanying", 0),
        helpers=row.get("helpers", 0), helper_skill=row.get("helper_skill", ""), visits=row.get("visits", 1), half_days=tuple(row.get("half_days", ())),
    )  # fmt: skip
    with clock.fixed(at_hour(asked)):
        order = ask_order(words, actor=asker, text_digest=consent_text(CONSENT).digest)
    if row["until"] == "asked":
        return
    with clock.fixed(at_hour(asked + timedelta(days=1))):
        approve_order(order.pk, actor=office)
        if row["until"] == "open":
            return
        order.refresh_from_db()
        ranking = rank_order(order)
        if row["until"] == "unmet" or not ranking.bundles:
            mark_unmet(order.pk, ranking.rule or Unmet.OTHER, actor=office)
            return
        best = ranking.bundles[0]
    # An offer that still waits for its answer on the demonstration's day was made the day before.
    offered = day - timedelta(days=1) if row["until"] == "offered" else asked + timedelta(days=1)
    offer = offer_best(order, best, offered, office)
    if row["until"] == "offered":
        return
    session = accept(offer, offered)
    if row["until"] == "planned":
        return
    hold(session, row["people"])
    if row["until"] == "rated":
        with clock.fixed(session.ends_at + timedelta(hours=3)):
            rate_session(session.pk, mark=row["mark"], words=row["words"], actor=asker)
            rate_session(session.pk, mark="good", actor=_giver(session))


def offer_best(order: Order, best: Bundle, day: date, office: Person) -> Offer:
    """Offer an order to who fits best, on a day before noon."""
    with clock.fixed(at_hour(day, 11)):
        return offer_order(order.pk, best.capacity.pk, day=best.day, part=best.part, actor=office, reasons=best.why)


def accept(offer: Offer, day: date) -> Session:
    """Accept an offer in the afternoon of a day."""
    with clock.fixed(at_hour(day, 15)):
        return accept_offer(offer.pk, actor=offer.capacity.person)


def hold(session: Session, people: int) -> None:
    """Give a session, and check so many people in at its end."""
    with clock.fixed(session.ends_at):
        check_in_session(session.pk, people=people, actor=_giver(session))


def _giver(session: Session) -> Person:
    assert session.provider is not None  # noqa: S101 for the type checker
    return session.provider
