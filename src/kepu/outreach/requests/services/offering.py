"""Offer an order to somebody; accept, decline with a reason, and then the next best by itself."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kepu.directory.notices.services import notify
from kepu.directory.register.models import Person
from kepu.directory.todos.services import close_todos
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now, today
from kepu.foundation.codes.queries import values_in_force
from kepu.foundation.errors import NotAllowed
from kepu.foundation.language import city_words
from kepu.foundation.queue.services import care_round
from kepu.outreach.library.queries import Material
from kepu.outreach.people.capacities.models import Capacity
from kepu.outreach.requests.choices import WANTING, OfferState, OrderState, OrderStepKind, SessionState, Unmet
from kepu.outreach.requests.errors import OfferMoved, OfferUnfit, OrderMoved
from kepu.outreach.requests.models import Offer, Order, Round, Session
from kepu.outreach.requests.permissions import may_answer, may_offer
from kepu.outreach.requests.queries.material import Materials, bring_along
from kepu.outreach.requests.queries.planned import bounds_in_force, limit_for, read_planned
from kepu.outreach.requests.queries.supply import (
    body_to_credit,
    conflicted,
    rank_order,
    read_givers,
    read_wants,
)
from kepu.outreach.requests.rules.days import PARTS
from kepu.outreach.requests.rules.far import Spot
from kepu.outreach.requests.rules.fit import barred_by, free_halves, is_far
from kepu.outreach.requests.services.handling import (
    hang_nobody,
    locked,
    move_order,
    nobody_key,
    tell,
    waiting_state,
)
from kepu.outreach.requests.services.rooms import take_room
from kepu.outreach.requests.services.sessions import plan_session

OFFER_KIND = "requests.offer"
_ANSWER_HOURS = 48


@transaction.atomic
def offer_order(
    order_id: int, capacity_id: int, *, day: date, part: str, actor: Person, reasons: Sequence[str] = (),
    of_round: Round | None = None, venue_id: int | None = None, material_id: int | None = None,
) -> Offer:  # fmt: skip
    """Offer an order to somebody for a half-day; the hard rules are looked at once more.

    Args:
        order_id: of the order.
        capacity_id: of who would come.
        day: on which.
        part: morning, afternoon or evening.
        actor: who offers.
        reasons: why this one, in sentences.
        of_round: the round that proposed it.
        venue_id: the room that was proposed, for an order without a place; another is looked for where it is taken.
        material_id: the holding that the round promised, named where it is still free; without a round the best is named.

    Raises:
        NotAllowed: the actor does not handle the order.
        OrderMoved: it is not open, or nothing is missing any more.
        OfferUnfit: a hard rule stands against it.
    """
    order = locked(order_id)
    if not may_offer(actor, order):
        raise NotAllowed
    capacity = Capacity.objects.select_related("person", "organisation").filter(pk=capacity_id).first()
    if capacity is None:
        raise OfferUnfit(_("没有这个人，请从名单里选。"))
    _require_allowed(order, capacity, day, part)
    if body_to_credit(capacity, actor) is None:
        raise OfferUnfit(
            _("这位没有写明单位，办了记不到谁的名下：请在登记里补上，或在“码表与参数”里填 requests.host_body。")
        )
    material = None
    if of_round is None or material_id is not None:
        material = Materials([order], day, day).on(order, day, named=material_id)
    return _offer(order, capacity, day, part, actor, reasons, of_round, venue_id, material)


def _offer(
    order: Order, capacity: Capacity, day: date, part: str, actor: Person | None, reasons: Sequence[str],
    of_round: Round | None, venue_id: int | None = None, material: Material | None = None,
) -> Offer:  # fmt: skip
    said = [*reasons, *([bring_along(material.title)] if material is not None else [])]
    room = take_room(order, (day, part), wanted=venue_id) if order.needs_room else None
    begins = datetime.combine(day, PARTS[part][0], tzinfo=timezone.get_current_timezone())
    hours = int(values_in_force("requests.").get("answer_hours", _ANSWER_HOURS))
    try:
        with transaction.atomic():
            offer = Offer.objects.create(
                order=order, capacity=capacity, day=day, part=part, reasons=[one[:200] for one in said],
                offered_by=actor, until=min(now() + timedelta(hours=hours), begins), round=of_round, venue=room,
                material_id=material.holding_id if material is not None else None,
            )  # fmt: skip
    except IntegrityError as problem:
        raise OfferUnfit(_("这个半天刚刚派给了别的单，请另选。")) from problem
    move_order(order, OrderState.OFFERED, OrderStepKind.OFFERED, actor=actor, words=str(capacity.person))
    record("requests.offer.made", offer, actor=actor, capacity=capacity.pk, day=str(day), part=part)
    close_todos(nobody_key(order))
    _hang(offer)
    return offer


def _require_allowed(order: Order, capacity: Capacity, day: date, part: str) -> None:
    if order.state not in WANTING:
        raise OrderMoved(_("这一单现在是“%(state)s”，不能派。") % {"state": order.get_state_display()})
    wants = read_wants([order])
    if not wants:
        raise OrderMoved(_("这一单要的次数都排上了，不用再派。"))
    (want,) = wants
    if (day, part) not in want.halves:
        raise OfferUnfit(_("这个半天不在对方方便的时间里，或已经有人去。"))
    giver = next(iter(read_givers([capacity.pk])), None)
    if giver is None:
        raise OfferUnfit(_("这位不在库、任期已满，或未成年，不能派。"))
    bounds = bounds_in_force()
    most = bounds.a_week
    has_conflict = bool(conflicted([order], [capacity.person_id]))
    rule = barred_by(want, giver, has_conflict=has_conflict, most_a_week=most)
    if rule is None and (day, part) not in free_halves(want, giver, most_a_week=most):
        rule = Unmet.TIME
    if rule is not None:
        raise OfferUnfit(_("不能派：%(rule)s。") % {"rule": _BARRED[rule]}, rule=rule)
    if is_far(want, day, giver, limit_for(bounds, [want], [giver])):
        said = _("不能派：这位那天已去别处，两地相距超过 %(km)d 公里，一天去不了两处。")
        raise OfferUnfit(said % {"km": bounds.km_a_day}, rule=Unmet.TIME)


def _require_near(offer: Offer) -> None:
    """Where the person goes on that day by now; half a day may have been planned since the offer was made."""
    bounds, order, person = bounds_in_force(), offer.order, offer.capacity.person_id
    if bounds.km_a_day is None or order.is_online:
        return
    away = read_planned([person], offer.day)[person].away.get(offer.day, [])
    here = Spot(order.region.path) if offer.venue is None else Spot(offer.venue.region.path, offer.venue.point)
    limit = limit_for(bounds, [], spots=[here, *away])
    if limit is not None and any(limit.is_far(here, spot) for spot in away):
        said = _("您那天已去别处，两地相距超过 %(km)d 公里，一天去不了两处。去不了这一单，请写一句原因。")
        raise OfferUnfit(said % {"km": bounds.km_a_day})


_BARRED = {
    Unmet.CONFLICT: gettext_lazy("与点单的一方有利害关系"),
    Unmet.PLACE: gettext_lazy("不去这个地方"),
    Unmet.LANGUAGE: gettext_lazy("不会这种语言"),
    Unmet.TIME: gettext_lazy("这个半天没有空"),
    Unmet.LOAD: gettext_lazy("那一周已经排满"),
}


@transaction.atomic
def accept_offer(offer_id: int, *, actor: Person) -> Session:
    """Say yes: a session is planned, and both sides have it in their calendars.

    Raises:
        NotAllowed: not whom it is offered to.
        OfferMoved: answered, taken back or too old.
        OfferUnfit: meanwhile the person has another session at that half-day, or goes too far away on that day.
    """
    offer = _to_answer(offer_id, actor)
    order = locked(offer.order_id)
    _require_near(offer)
    session = plan_session(
        order, offer.capacity, day=offer.day, part=offer.part, offered_by=offer.offered_by, venue=offer.venue,
        material_id=offer.material_id,
    )  # fmt: skip
    _answer(offer, OfferState.ACCEPTED, session=session)
    record("requests.offer.accepted", offer, actor=actor, session=session.pk)
    planned = order.sessions.exclude(state=SessionState.CANCELLED).count()
    state = OrderState.PLANNED if planned >= order.visits else waiting_state(order)
    move_order(order, state, OrderStepKind.ACCEPTED, actor=actor, words=str(offer.capacity.person))
    tell(
        order,
        "accepted",
        _("排上了：%(order)s"),
        body=f"{offer.capacity.person}，{session.day:%Y-%m-%d} {session.place}",
    )
    return session


@transaction.atomic
def decline_offer(offer_id: int, reason: str, *, actor: Person) -> Offer:
    """Say no, with a reason; the order is offered to the next best at once.

    Raises:
        NotAllowed: not whom it is offered to.
        OfferMoved: answered, taken back or too old.
        OfferUnfit: no reason.
    """
    offer = _to_answer(offer_id, actor)
    if not reason.strip():
        raise OfferUnfit(_("请写一句为什么不接，好再找人。"), field="reason")
    offer.decline_reason = reason.strip()[:200]
    _answer(offer, OfferState.DECLINED)
    record("requests.offer.declined", offer, actor=actor, reason=offer.decline_reason)
    _go_on(offer, OrderStepKind.DECLINED, actor)
    return offer


def lapse_offers() -> int:
    """Offers that nobody answered in time go to the next best. Returns how many."""
    due = Offer.objects.filter(state=OfferState.OFFERED, until__lte=now()).order_by("pk")
    with care_round() as care:
        return sum(care.each(_lapse, list(due.values_list("pk", flat=True))))


def _lapse(offer_id: int) -> int:
    offer = _held(offer_id)
    if offer.state != OfferState.OFFERED or offer.until > now():
        return 0
    _answer(offer, OfferState.LAPSED)
    record("requests.offer.lapsed", offer, actor=None)
    _go_on(offer, OrderStepKind.DECLINED, None)
    return 1


def withdraw_offers(order_id: int) -> int:
    """Take back what waits for an answer of an order that was called off. Returns how many."""
    waiting = Offer.objects.select_related("capacity__person", "order").filter(order=order_id, state=OfferState.OFFERED)
    count = 0
    for offer in waiting:
        _answer(offer, OfferState.WITHDRAWN)
        record("requests.offer.withdrawn", offer, actor=None)
        _tell(offer, "withdrawn", _("不用去了，这一单取消了：%(order)s"))
        count += 1
    return count


def offer_next(order: Order, *, actor: Person | None, but: Sequence[int] = ()) -> Offer | None:
    """Offer an order to the best who was not asked; None where nobody is left. The order must be held."""
    ranking = rank_order(order, but=but)
    for bundle in ranking.bundles:
        if body_to_credit(bundle.capacity, actor) is None:
            continue
        try:
            room = bundle.room.id if bundle.room is not None else None
            return _offer(
                order, bundle.capacity, bundle.day, bundle.part, actor, bundle.why, None, room, bundle.material
            )
        except OfferUnfit:  # just taken by another order
            continue
    return None


def _go_on(offer: Offer, kind: OrderStepKind, actor: Person | None) -> None:
    """After a no: the order waits again, and the next best is asked; where nobody is left, the office decides."""
    order = locked(offer.order_id)
    move_order(order, waiting_state(order), kind, actor=actor, words=offer.decline_reason)
    is_late = order.latest <= today()
    if is_late or offer_next(order, actor=offer.offered_by, but=[offer.capacity_id]) is None:
        hang_nobody(order, _("派过的都没有接，名单里没有下一位。") if not is_late else _("没有接，日子也快过了。"))


def _held(offer_id: int) -> Offer:
    found = Offer.objects.select_for_update(of=("self",))
    related = ("order", "capacity__person", "capacity__organisation", "offered_by", "venue__keeper", "venue__region")
    return found.select_related(*related).get(pk=offer_id)


def _to_answer(offer_id: int, actor: Person) -> Offer:
    offer = _held(offer_id)
    if not may_answer(actor, offer):
        raise NotAllowed
    if offer.state != OfferState.OFFERED:
        raise OfferMoved(_("这一单已经“%(state)s”，不用再答复。") % {"state": offer.get_state_display()})
    if offer.until <= now():
        raise OfferMoved(_("答复的时间过了，这一单已经另找人。"))
    return offer


def _answer(offer: Offer, state: OfferState, *, session: Session | None = None) -> None:
    offer.state, offer.answered_at, offer.session = state, now(), session
    offer.save(update_fields=["state", "answered_at", "session", "decline_reason"])
    close_todos(f"requests.offer:{offer.pk}")


def _hang(offer: Offer) -> None:
    _tell(
        offer, "made", _("请您去讲：%(order)s，%(day)s，请在 %(until)s 前答复"),
        body="；".join(offer.reasons), is_urgent=True,
    )  # fmt: skip


def _tell(offer: Offer, what: str, title: str, *, body: str = "", is_urgent: bool = False) -> None:
    words = {
        "order": offer.order.topic, "day": f"{offer.day:%Y-%m-%d}", "until": f"{timezone.localtime(offer.until):%m-%d %H:%M}",
    }  # fmt: skip
    with city_words():
        notify(
            offer.capacity.person, key=f"{OFFER_KIND}.{what}:{offer.pk}", kind=OFFER_KIND, title=title % words,
            body=body[:300], url=reverse("requests:offer", args=[offer.pk]), is_urgent=is_urgent,
        )  # fmt: skip
