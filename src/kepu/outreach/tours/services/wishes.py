"""Wishes: add one, make one of an order, withdraw one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from kepu.directory.notices.services import notify
from kepu.directory.register.choices import RegionLevel
from kepu.directory.register.models import Organisation, Person, Region
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now, today
from kepu.foundation.errors import NotAllowed
from kepu.foundation.language import city_words
from kepu.outreach.people.capacities.choices import HALF_DAYS
from kepu.outreach.requests.choices import SessionState
from kepu.outreach.requests.models import Order
from kepu.outreach.requests.services import drop_visit
from kepu.outreach.tours.choices import NOTICE, PlanState, WishState
from kepu.outreach.tours.errors import TourMoved, TourUnfit
from kepu.outreach.tours.models import LONGEST_VISIT_MIN, MOST_VISITS, TourWish
from kepu.outreach.tours.permissions import may_add_wish, may_withdraw_wish
from kepu.outreach.tours.queries.wishes import orders_for_vans
from kepu.outreach.tours.services.vans import clean_exhibits
from kepu.outreach.venues.services.places import refuse_doubtful

_HALF_DAYS = frozenset(code for code, _day, _part in HALF_DAYS)
_MOST_PEOPLE = 100_000
_MOST_GAP = 31


@dataclass(frozen=True, slots=True)
class WishWords:
    """What a place wants.

    Args:
        place: where, as the public reads it.
        region: its township, or a village in it.
        longitude: degrees east; None where nobody knows, which is refused.
        latitude: degrees north.
        since: first day on which the van may come.
        until: last day.
        half_days: codes such as `1a`; by daylight on any day where none is given.
        service_minutes: how long a visit takes.
        at_least: visits in a month that it must have.
        at_most: visits in a month that it asks for.
        gap_days: days between two visits.
        exhibits: names of what must be aboard.
        people: who come to a visit.
        has_quarters: whether the driver can be put up for the night.
        body: who asks.
        is_checked: the coordinates were looked at again and are right.
    """

    place: str
    region: Region
    longitude: Decimal | None
    latitude: Decimal | None
    since: date
    until: date
    half_days: Sequence[str] = ()
    service_minutes: int = 120
    at_least: int = 0
    at_most: int = 1
    gap_days: int = 7
    exhibits: Sequence[str] = ()
    people: int = 0
    has_quarters: bool = False
    body: Organisation | None = None
    is_checked: bool = False


@transaction.atomic
def add_wish(words: WishWords, *, actor: Person, order_id: int | None = None) -> TourWish:
    """Write down that a place wants the van, by itself or because of an order.

    Args:
        words: what it wants.
        actor: who writes it down.
        order_id: the approved order that becomes this wish; who asked it is told when the van comes.

    Raises:
        NotAllowed: neither the office, nor the district's officer, nor the liaison of the body.
        TourUnfit: something given cannot be, coordinates are missing, or the order cannot become a wish; `field` names it.
        VenueUnfit: the coordinates are no place in the country, or far from where people live.
    """
    if not may_add_wish(actor, words.region, words.body):
        raise NotAllowed
    order = None if order_id is None else _order(order_id, actor)
    longitude, latitude = _place(words)
    exhibits = _check(words)
    asker = actor if order is None else order.asker or order.acted_by
    wish = TourWish.objects.create(
        body=words.body, place=words.place.strip()[:160], region=words.region, longitude=longitude,
        latitude=latitude, since=words.since, until=words.until, half_days=sorted(set(words.half_days)),
        service_minutes=words.service_minutes, at_least=words.at_least, at_most=words.at_most,
        gap_days=words.gap_days, exhibits=exhibits, people=words.people, has_quarters=words.has_quarters,
        order=order, asker=asker, recorded_by=actor,
        is_demonstration=bool(order and order.is_demonstration) or actor.is_demonstration,
    )  # fmt: skip
    record("tours.wish.added", wish, actor=actor, order=order_id, at_most=wish.at_most)
    return wish


def _order(order_id: int, actor: Person) -> Order:
    order = Order.objects.select_for_update().filter(pk=order_id).first()
    if order is None or not orders_for_vans(actor).filter(pk=order_id).exists():
        raise TourUnfit(
            _(
                "这一单不能转成巡展需求：要审核通过、还没有派、到现场、形式合适（带看展览、动手实验、现场讲），只能转一次。"
            )
        )
    return order


def _place(words: WishWords) -> tuple[Decimal, Decimal]:
    if not words.place.strip():
        raise TourUnfit(_("请写地点，公众看得到。"), field="place")
    if words.region.level < RegionLevel.TOWNSHIP:
        raise TourUnfit(_("请选到镇街：按镇街看公平。"), field="region")
    if words.longitude is None or words.latitude is None:
        raise TourUnfit(_("没有坐标，算不出路程。请在标准地图上查到经度和纬度再填。"), field="longitude")
    refuse_doubtful(float(words.longitude), float(words.latitude), is_checked=words.is_checked)
    return words.longitude, words.latitude


def _check(words: WishWords) -> list[str]:
    if words.until < words.since or words.until < today():
        raise TourUnfit(_("请核对日期：最后一天不早于第一天，也不早于今天。"), field="until")
    if not set(words.half_days) <= _HALF_DAYS:
        raise TourUnfit(_("请从列表中选择。"), field="half_days")
    if not 1 <= words.service_minutes <= LONGEST_VISIT_MIN:
        raise TourUnfit(_("一次在 1 和 %(most)d 分钟之间。") % {"most": LONGEST_VISIT_MIN}, field="service_minutes")
    if not 1 <= words.at_most <= MOST_VISITS:
        raise TourUnfit(_("一个月最多 1 到 %(most)d 次。") % {"most": MOST_VISITS}, field="at_most")
    if not 0 <= words.at_least <= words.at_most:
        raise TourUnfit(_("至少几次不能多过最多几次。"), field="at_least")
    if not 1 <= words.gap_days <= _MOST_GAP:
        raise TourUnfit(_("两次隔 1 到 %(most)d 天。") % {"most": _MOST_GAP}, field="gap_days")
    if not 0 <= words.people <= _MOST_PEOPLE:
        raise TourUnfit(_("请核对人数。"), field="people")
    return clean_exhibits(words.exhibits)


@transaction.atomic
def withdraw_wish(wish_id: int, reason: str, *, actor: Person) -> TourWish:
    """Take a wish back; a stop that is public already is shown as called off, who asked is told, and later plans leave it out.

    Raises:
        NotAllowed: as of adding.
        TourMoved: it was taken back before.
        TourUnfit: no reason.
    """
    wish = TourWish.objects.select_for_update(of=("self",)).select_related("region", "body", "asker").get(pk=wish_id)
    if not may_withdraw_wish(actor, wish):
        raise NotAllowed
    if wish.state != WishState.OPEN:
        raise TourMoved(_("这条需求已经撤回了。"))
    if not reason.strip():
        raise TourUnfit(_("请写为什么撤回。"), field="reason")
    wish.state, wish.reason = WishState.WITHDRAWN, reason.strip()[:200]
    wish.save(update_fields=["state", "reason"])
    record("tours.wish.withdrawn", wish, actor=actor, reason=wish.reason)
    ahead = wish.stops.filter(plan__state=PlanState.PUBLISHED, day__gt=today())
    sessions = ahead.filter(session__state=SessionState.PLANNED, session__starts_at__gt=now())
    dropped = [
        drop_visit(session, wish.reason, actor=actor, is_told=True)
        for session in sessions.values_list("session", flat=True)
    ]
    if not any(dropped) and ahead.exists() and wish.asker is not None and wish.asker != actor:
        _tell_withdrawn(wish)
    return wish


def _tell_withdrawn(wish: TourWish) -> None:
    assert wish.asker is not None  # noqa: S101 the caller looked
    with city_words():
        notify(
            wish.asker, key=f"tours.withdrawn:{wish.pk}", kind=NOTICE, title=_("大篷车不来了：%(place)s") % {"place": wish.place},
            body=wish.reason, url=reverse("tours:public"),
        )  # fmt: skip


@transaction.atomic
def drop_wish_of(order_id: int) -> bool:
    """An order that was called off or counted as unmet wants no van any more. Returns whether there was a wish."""
    wish = TourWish.objects.select_for_update().filter(order=order_id, state=WishState.OPEN).first()
    if wish is None:
        return False
    wish.state, wish.reason = WishState.WITHDRAWN, _("需求单取消了，或记为未满足。")
    wish.save(update_fields=["state", "reason"])
    record("tours.wish.withdrawn", wish, actor=None, reason=wish.reason)
    return True
