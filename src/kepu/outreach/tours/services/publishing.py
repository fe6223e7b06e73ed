"""Make a plan public, and tell who asked, once."""

from collections import defaultdict
from datetime import date, datetime, time

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kepu.directory.notices.services import notify
from kepu.directory.register.models import Person
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now, today
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import publish
from kepu.foundation.language import city_words
from kepu.outreach.requests.choices import OrderState, SessionState
from kepu.outreach.requests.services import drop_visit, move_visit, plan_visit
from kepu.outreach.tours.choices import NOTICE, PlanState, Unserved, WishState
from kepu.outreach.tours.events import ToursPublished
from kepu.outreach.tours.models import TourPlan, TourStop, TourWish
from kepu.outreach.tours.permissions import may_plan_tours
from kepu.outreach.tours.services.planning import required_state

Visits = dict[int, tuple[tuple[date, time], ...]]


@transaction.atomic
def publish_plan(plan_id: int, *, actor: Person) -> TourPlan:
    """Make a plan the one of its month; one that was public before is replaced. Who asked hears when the van comes, or why not.

    Whose days and times are the same as in the plan before is not told again, nor whose wish was withdrawn: that was told then.

    Raises:
        NotAllowed: not the leading office.
        TourMoved: it is not made, or public before.
    """
    if not may_plan_tours(actor):
        raise NotAllowed
    plan = TourPlan.objects.select_for_update().get(pk=plan_id)
    required_state(plan, PlanState.SOLVED)
    before = TourPlan.objects.select_for_update().filter(month=plan.month, state=PlanState.PUBLISHED).first()
    known = _visits(before) if before is not None else {}
    known |= {
        row["wish"]: () for row in (before.result.get("unserved", []) if before else []) if row["wish"] not in known
    }
    if before is not None:
        before.state = PlanState.REPLACED
        before.save(update_fields=["state"])
    plan.state, plan.published_at, plan.published_by = PlanState.PUBLISHED, now(), actor
    plan.save(update_fields=["state", "published_at", "published_by"])
    _give_sessions(plan, before, actor)
    told = _tell(plan, known)
    record("tours.plan.published", plan, actor=actor, month=str(plan), told=told)
    publish(ToursPublished(plan.pk, f"{plan.month:%Y-%m}"))
    return plan


def _give_sessions(plan: TourPlan, before: TourPlan | None, actor: Person) -> None:
    """Every stop for an order is a session of it: one that stays keeps its own, one that moves takes it along, one that is gone drops it.

    Who asked hears of all this once, in the notice about the plan.
    """
    stops = plan.stops.filter(wish__order__isnull=False).select_related("wish__order", "van__venue__keeper")
    wanted = {(one.wish_id, one.day, one.starts): one for one in stops}
    moved: dict[int, list[int]] = defaultdict(list)
    old = TourStop.objects.none() if before is None else before.stops.filter(session__state=SessionState.PLANNED)
    for stop in old.filter(session__starts_at__gt=now()).select_related("van__venue").order_by("day", "starts"):
        session, stop.session_id = stop.session_id, None
        stop.save(update_fields=["session"])
        stays = wanted.get((stop.wish_id, stop.day, stop.starts))
        if stays is not None and (stays.leaves, stays.van.venue.keeper_id) == (stop.leaves, stop.van.venue.keeper_id):
            del wanted[stays.wish_id, stays.day, stays.starts]
            _give(stays, session)
        elif session is not None:
            moved[stop.wish_id].append(session)
    for stop in wanted.values():
        times = {"starts_at": _at(stop.day, stop.starts), "ends_at": _at(stop.day, stop.leaves)}
        keeper, order = stop.van.venue.keeper, stop.wish.order
        if moved[stop.wish_id]:
            _give(stop, move_visit(moved[stop.wish_id].pop(0), body=keeper, **times, actor=actor).pk)
        elif order is not None and order.state in {OrderState.OPEN, OrderState.PLANNED}:
            _give(stop, plan_visit(order.pk, body=keeper, **times, actor=actor).pk)
    for session in (one for rest in moved.values() for one in rest):
        drop_visit(session, _("大篷车的计划改了。"), actor=actor, is_told=False)


def _give(stop: TourStop, session: int | None) -> None:
    stop.session_id = session
    stop.save(update_fields=["session"])


def _at(day: date, when: time) -> datetime:
    return datetime.combine(day, when, tzinfo=timezone.get_current_timezone())


def _visits(plan: TourPlan) -> Visits:
    """What is still to come to each wish that the plan serves."""
    found: dict[int, list[tuple[date, time]]] = defaultdict(list)
    for wish, day, starts in plan.stops.order_by("day", "starts").values_list("wish", "day", "starts"):
        found[wish] += [(day, starts)] if day > today() else []
    return {wish: tuple(rows) for wish, rows in found.items()}


def _tell(plan: TourPlan, known: Visits) -> int:
    visits = _visits(plan)
    reasons = {row["wish"]: str(Unserved(row["reason"]).label) for row in plan.result.get("unserved", [])}
    told = 0
    for wish in TourWish.objects.filter(pk__in={*visits, *reasons, *known}).select_related("asker").order_by("pk"):
        mine = visits.get(wish.pk, ())
        if wish.asker is None or wish.state != WishState.OPEN or (wish.pk in known and known[wish.pk] == mine):
            continue
        _tell_one(plan, wish, mine, reasons.get(wish.pk, ""))
        told += 1
    return told


def _tell_one(plan: TourPlan, wish: TourWish, visits: tuple[tuple[date, time], ...], reason: str) -> None:
    assert wish.asker is not None  # noqa: S101 the caller looked
    with city_words():
        if visits:
            title = _("大篷车 %(month)s 来%(place)s") % {"month": plan, "place": wish.place}
            body = "；".join(f"{day:%m-%d} {starts:%H:%M}" for day, starts in visits)
        else:
            title = _("大篷车 %(month)s 不来%(place)s") % {"month": plan, "place": wish.place}
            body = reason
        notify(
            wish.asker, key=f"tours.plan:{plan.pk}:{wish.pk}", kind=NOTICE, title=title[:200], body=body[:300],
            url=f"{reverse('tours:public')}?month={plan}",
        )  # fmt: skip
