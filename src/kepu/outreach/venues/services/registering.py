"""Register, change, publish and close a venue."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.models import Organisation, Person, Region
from kepu.directory.todos.services import close_todos
from kepu.engines.chinese.pinyin import pinyin_key
from kepu.foundation.audit.services import record
from kepu.foundation.clock import today
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import publish
from kepu.outreach.venues.choices import CoordinateSource, VenueState
from kepu.outreach.venues.errors import VenueMoved, VenueUnfit
from kepu.outreach.venues.events import VenueClosed, VenuePublished
from kepu.outreach.venues.models import Venue
from kepu.outreach.venues.permissions import may_keep_venue, may_register_venue
from kepu.outreach.venues.queries.kinds import DetailField, access_labels, kinds
from kepu.outreach.venues.services.finding import found_again
from kepu.outreach.venues.services.places import refuse_doubtful

MOST_NUMBER = 10**9


@dataclass(frozen=True, slots=True)
class VenueWords:
    """What is said of a venue; the keeper and the kind stand apart."""

    name: str
    region_id: int
    address: str = ""
    longitude: Decimal | None = None
    latitude: Decimal | None = None
    coordinate_source: str = ""
    summary: str = ""
    phone: str = ""
    capacity: int | None = None
    is_lent: bool = False
    access: tuple[str, ...] = ()
    access_note: str = ""
    is_free: bool = True
    fee_note: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    cycle_days: int | None = None


@transaction.atomic
def register_venue(
    kind: str,
    keeper_id: int,
    words: VenueWords,
    *,
    actor: Person,
    is_checked: bool = False,
    is_demonstration: bool = False,
) -> Venue:
    """Register a venue as a draft that the public does not see.

    Args:
        kind: a code of `venues.kinds`.
        keeper_id: the body that keeps it.
        words: everything else.
        actor: who registers it.
        is_checked: the actor says that coordinates which look wrong are right.
        is_demonstration: it is made up.

    Raises:
        NotAllowed: the actor registers nothing for this body in this region.
        VenueUnfit: something said cannot be; `field` names it.
    """
    keeper = Organisation.objects.filter(pk=keeper_id).first()
    region = Region.objects.filter(pk=words.region_id).first()
    if keeper is None or region is None:
        raise VenueUnfit(_("请从列表中选择。"), field="keeper" if keeper is None else "region")
    if not may_register_venue(actor, keeper, region):
        raise NotAllowed(_("只有办公室、管理单位的联络员和所在区市的专干可以登记。"))
    venue = Venue(kind=_kind(kind), keeper=keeper, registered_on=today(), is_demonstration=is_demonstration)
    _say(venue, words, is_checked=is_checked)
    venue.save()
    record("venues.venue.registered", venue, actor=actor, name=venue.name, kind=kind, keeper=keeper.pk)
    return venue


@transaction.atomic
def change_venue(pk: int, words: VenueWords, *, actor: Person, is_checked: bool = False) -> Venue:
    """Say something else of a venue; what changed stands in its history.

    Raises:
        NotAllowed: the actor does not keep it, or would not keep it where it is moved to.
        VenueMoved: it is closed.
        VenueUnfit: something said cannot be; `field` names it.
    """
    venue = locked(pk, actor)
    refuse_closed(venue)
    region = Region.objects.filter(pk=words.region_id).first()
    if region is None:
        raise VenueUnfit(_("请从列表中选择。"), field="region")
    if not may_register_venue(actor, venue.keeper, region):
        raise NotAllowed(_("这个地区不归您管，请办公室来改。"))
    before = {name: getattr(venue, name) for name in asdict(words)}
    _say(venue, words, is_checked=is_checked)
    changed = {name: str(value) for name, value in before.items() if value != getattr(venue, name)}
    if changed:
        venue.save()
        record("venues.venue.changed", venue, actor=actor, before=changed)
        found_again([venue])
    return venue


@transaction.atomic
def publish_venue(pk: int, *, actor: Person) -> Venue:
    """Let the public find a venue.

    Raises:
        NotAllowed: the actor does not keep it.
        VenueMoved: it is no draft.
        VenueUnfit: it has a place, but nobody said where.
    """
    venue = locked(pk, actor)
    if venue.state != VenueState.DRAFT:
        raise VenueMoved(_("它已经不是草稿，可能刚有人公布过。请刷新再看。"))
    kind = kinds().get(venue.kind)
    if kind is not None and not kind.is_online and not kind.moves and not venue.address:
        raise VenueUnfit(_("还没有地址，公众找不到。请先补上。"), field="address")
    venue.state, venue.published_on = VenueState.PUBLISHED, today()
    venue.save(update_fields=["state", "published_on"])
    record("venues.venue.published", venue, actor=actor)
    publish(VenuePublished(venue.pk, venue.kind, venue.region_id))
    found_again([venue])
    return venue


@transaction.atomic
def close_venue(pk: int, *, actor: Person, reason: str) -> Venue:
    """Take a venue out of service for good; its history stays.

    Raises:
        NotAllowed: the actor does not keep it.
        VenueMoved: it is not published.
        VenueUnfit: no reason.
    """
    venue = locked(pk, actor)
    if venue.state != VenueState.PUBLISHED:
        raise VenueMoved(_("只有已公布的场馆可以停用。请刷新再看。"))
    venue.closed_reason = text(reason, "reason", most=200)
    venue.state, venue.closed_on = VenueState.CLOSED, today()
    venue.save(update_fields=["state", "closed_on", "closed_reason"])
    record("venues.venue.closed", venue, actor=actor, reason=venue.closed_reason)
    publish(VenueClosed(venue.pk))
    close_todos(f"venues.content:{venue.pk}")
    found_again([venue])
    return venue


def locked(pk: int, actor: Person) -> Venue:
    """A venue that nobody else changes meanwhile, for somebody who keeps it.

    Raises:
        NotAllowed: the actor does not keep it.
    """
    venue = Venue.objects.select_for_update(of=("self",)).select_related("keeper__region", "region").get(pk=pk)
    if not may_keep_venue(actor, venue):
        raise NotAllowed(_("只有办公室、管理单位的联络员和所在区市的专干可以改。"))
    return venue


def refuse_closed(venue: Venue) -> None:
    """Nothing of a closed venue changes any more.

    Raises:
        VenueMoved: it is closed.
    """
    if venue.state == VenueState.CLOSED:
        raise VenueMoved(_("场馆已停用，不再改动。"))


def text(given: str, name: str, *, most: int, is_required: bool = True) -> str:
    """Words without blanks at their ends.

    Raises:
        VenueUnfit: nothing said, or too long.
    """
    said = given.replace("\0", "").strip()
    if is_required and not said:
        raise VenueUnfit(_("请填写。"), field=name)
    if len(said) > most:
        raise VenueUnfit(_("超过 %(most)d 个字，请写短些。") % {"most": most}, field=name)
    return said


def _kind(code: str) -> str:
    if code not in kinds():
        raise VenueUnfit(_("没有这个类型，请从列表中选择。"), field="kind")
    return code


def _say(venue: Venue, words: VenueWords, *, is_checked: bool) -> None:
    venue.name = text(words.name, "name", most=80)
    venue.sort_key = pinyin_key(venue.name)[:300]
    venue.region_id = words.region_id
    for name, most in (("address", 160), ("phone", 40), ("access_note", 200), ("fee_note", 200), ("summary", 2000)):
        setattr(venue, name, text(getattr(words, name), name, most=most, is_required=False))
    venue.is_free, venue.capacity, venue.cycle_days = words.is_free, words.capacity, words.cycle_days
    for name in ("capacity", "cycle_days"):
        value = getattr(words, name)
        if value is not None and not 1 <= value <= (MOST_NUMBER if name == "capacity" else 3660):
            raise VenueUnfit(_("请填大于 0 的整数，没有就空着。"), field=name)
    if words.is_lent and words.capacity is None:
        raise VenueUnfit(_("借给点单办活动的，请写能坐多少人。"), field="capacity")
    venue.is_lent = words.is_lent
    known = access_labels()
    venue.access = [code for code in known if code in words.access]
    venue.details = _details(kinds()[venue.kind].fields if venue.kind in kinds() else (), words.details)
    _place(venue, words, is_checked=is_checked)


def _place(venue: Venue, words: VenueWords, *, is_checked: bool) -> None:
    if (words.longitude is None) != (words.latitude is None):
        raise VenueUnfit(_("经度和纬度要一起填。"), field="latitude" if words.latitude is None else "longitude")
    if words.longitude is None or words.latitude is None:
        venue.longitude = venue.latitude = None
        venue.coordinate_source = ""
        return
    if words.coordinate_source not in CoordinateSource.values:
        raise VenueUnfit(_("请写明坐标是怎么来的：网络地图上抄的会偏几百米。"), field="coordinate_source")
    refuse_doubtful(float(words.longitude), float(words.latitude), is_checked=is_checked)
    venue.longitude, venue.latitude = round(words.longitude, 6), round(words.latitude, 6)
    venue.coordinate_source = words.coordinate_source


def _details(fields: tuple[DetailField, ...], given: Mapping[str, Any]) -> dict[str, Any]:
    """What the kind asks for, each as what it is; what nobody filled in is left out."""
    said = {}
    for one in fields:
        value = given.get(one.name)
        if value is None or value == "":
            continue
        said[one.name] = _detail(one, value)
    return said


def _detail(one: DetailField, value: Any) -> Any:
    if one.kind == "boolean":
        return bool(value)
    if one.kind in {"integer", "number"}:
        try:
            number = Decimal(str(value))
        except ArithmeticError:
            number = Decimal("NaN")
        if not number.is_finite() or not 0 <= number < MOST_NUMBER or (one.kind == "integer" and number % 1):
            raise VenueUnfit(_("“%(label)s”要填数字。") % {"label": one.label}, field=f"detail_{one.name}")
        return int(number) if one.kind == "integer" else str(number.normalize())
    said = text(str(value), f"detail_{one.name}", most=300)
    if one.kind == "url" and (urlsplit(said).scheme not in {"http", "https"} or not urlsplit(said).hostname):
        raise VenueUnfit(_("网址要以 https:// 开头。"), field=f"detail_{one.name}")
    return said


def day_in_reach(day: date, name: str) -> date:
    """A day that can be meant: within a hundred years.

    Raises:
        VenueUnfit: it cannot.
    """
    if abs(day.year - today().year) > 100:  # noqa: PLR2004 years
        raise VenueUnfit(_("%(day)s 太远了，请检查年份。") % {"day": day.isoformat()}, field=name)
    return day
