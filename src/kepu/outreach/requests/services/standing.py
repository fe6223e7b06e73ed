"""Register a standing offer, show it, take it back; and what an order of one must keep to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.models import Organisation, Person
from kepu.foundation.audit.services import record
from kepu.foundation.clock import today
from kepu.foundation.codes.queries import code_list
from kepu.foundation.errors import NotAllowed
from kepu.ledger.services import is_made_up
from kepu.outreach.people.capacities.choices import HALF_DAYS, CapacityState
from kepu.outreach.people.capacities.models import Capacity
from kepu.outreach.requests.choices import StandingKind, StandingState
from kepu.outreach.requests.errors import OrderUnfit, StandingUnfit
from kepu.outreach.requests.models import StandingClass, StandingOffer, StandingStop
from kepu.outreach.requests.permissions import may_keep_standing
from kepu.outreach.requests.queries.standing import lessons_used
from kepu.outreach.venues.choices import VenueState
from kepu.outreach.venues.models import Venue

_HALF_DAYS = frozenset(code for code, _day, _part in HALF_DAYS)
_MOST_MINUTES = 8 * 60
_MOST_LINES = 60


@dataclass(frozen=True, slots=True)
class StandingWords:
    """What a standing offer says.

    Args:
        kind: talk, agreement or route.
        title: its name.
        host: who gives it.
        givers: numbers of the people who come, as the register gave them.
        form: code of `capacities.forms`.
        minutes: how long one visit is.
        most_people: how many at most, with who accompanies.
        first_day: from when on it can be had.
        last_day: the last day.
        audience: for whom.
        about: what it is about.
        level: of school, in words.
        half_days: codes such as `1a`; any where none is given.
        school: of an agreement.
        lessons: how many lessons one visit counts.
        lessons_a_class: how many a class has in these days, of an agreement.
        classes: name and number of pupils of each class, of an agreement.
        stops: name of a venue and minutes there, of a route.
    """

    kind: str
    title: str
    host: Organisation
    givers: tuple[str, ...]
    form: str
    minutes: int
    most_people: int
    first_day: date
    last_day: date
    audience: str
    about: str = ""
    level: str = ""
    half_days: tuple[str, ...] = ()
    school: Organisation | None = None
    lessons: int = 1
    lessons_a_class: int | None = None
    classes: tuple[tuple[str, int], ...] = ()
    stops: tuple[tuple[str, int], ...] = ()


@transaction.atomic
def register_standing(words: StandingWords, *, actor: Person) -> StandingOffer:
    """Register a standing offer; it is shown on a word of its own.

    Raises:
        NotAllowed: neither the office nor the liaison of the host.
        StandingUnfit: a part is missing or unknown; the field is named.
    """
    if not may_keep_standing(actor, words.host):
        raise NotAllowed
    offer = StandingOffer(made_by=actor, is_demonstration=is_made_up(actor))
    _write(offer, words)
    record("requests.standing.registered", offer, actor=actor, kind=offer.kind)
    return offer


@transaction.atomic
def change_standing(offer_id: int, words: StandingWords, *, actor: Person) -> StandingOffer:
    """Write it anew; what was ordered already stays as it was ordered.

    Raises:
        NotAllowed: neither the office nor the liaison of the host, before or after.
        StandingUnfit: as of registering; or a class that ordered lessons would go.
    """
    offer = _held(offer_id, actor)
    if not may_keep_standing(actor, words.host):
        raise NotAllowed
    _write(offer, words)
    record("requests.standing.changed", offer, actor=actor)
    return offer


@transaction.atomic
def show_standing(offer_id: int, *, actor: Person) -> StandingOffer:
    """Let everybody see and order it.

    Raises:
        NotAllowed: as of changing.
        StandingUnfit: its days are over, or nobody who gives it is admitted.
    """
    offer = _held(offer_id, actor)
    if offer.last_day < today():
        raise StandingUnfit(_("日子过了，请先改起止日期。"), field="last_day")
    if not offer.givers.filter(state=CapacityState.ADMITTED).exists():
        raise StandingUnfit(_("来讲的人都不在库，请先补上。"), field="givers")
    _put(offer, StandingState.SHOWN)
    record("requests.standing.shown", offer, actor=actor)
    return offer


@transaction.atomic
def withdraw_standing(offer_id: int, *, actor: Person) -> StandingOffer:
    """Take it from the public page; what was ordered stays.

    Raises:
        NotAllowed: as of changing.
    """
    offer = _held(offer_id, actor)
    _put(offer, StandingState.WITHDRAWN)
    record("requests.standing.withdrawn", offer, actor=actor)
    return offer


def _put(offer: StandingOffer, state: StandingState) -> None:
    offer.state = state
    offer.save(update_fields=["state"])


def _held(offer_id: int, actor: Person) -> StandingOffer:
    offer = StandingOffer.objects.select_for_update(of=("self",)).select_related("host").get(pk=offer_id)
    if not may_keep_standing(actor, offer.host):
        raise NotAllowed
    return offer


def _write(offer: StandingOffer, words: StandingWords) -> None:
    _require_words(words)
    givers, stops = _givers(words.givers), _stops(words)
    for name in ("kind", "title", "about", "host", "form", "audience", "level", "minutes", "most_people", "lessons"):
        value = getattr(words, name)
        setattr(offer, name, value.strip() if isinstance(value, str) else value)
    offer.first_day, offer.last_day, offer.half_days = words.first_day, words.last_day, sorted(set(words.half_days))
    is_agreement = words.kind == StandingKind.AGREEMENT
    offer.school = words.school if is_agreement else None
    offer.lessons_a_class = words.lessons_a_class if is_agreement else None
    offer.save()
    offer.givers.set(givers)
    offer.stops.all().delete()
    StandingStop.objects.bulk_create(
        StandingStop(offer=offer, position=place, venue=venue, minutes=minutes)
        for place, (venue, minutes) in enumerate(stops, start=1)
    )
    _write_classes(offer, words.classes if is_agreement else ())


def _write_classes(offer: StandingOffer, classes: Sequence[tuple[str, int]]) -> None:
    wanted = {name.strip(): people for name, people in classes if name.strip()}
    if offer.kind == StandingKind.AGREEMENT and not wanted:
        raise StandingUnfit(_("请写班级和人数，一行一个，像“三年级 1 班，42”。"), field="classes")
    used = lessons_used(offer)
    for known in offer.classes.all():
        if known.name not in wanted:
            if used.get(known.pk):
                raise StandingUnfit(_("“%(name)s”已经约过课，不能去掉。") % {"name": known.name}, field="classes")
            known.delete()
    for name, people in wanted.items():
        if people < 1:
            raise StandingUnfit(_("“%(name)s”请写人数，从 1 起。") % {"name": name}, field="classes")
        StandingClass.objects.update_or_create(offer=offer, name=name[:40], defaults={"people": people})


def _require_words(words: StandingWords) -> None:
    if words.kind not in StandingKind.values:
        raise StandingUnfit(_("请从列表里选。"), field="kind")
    if not words.title.strip():
        raise StandingUnfit(_("请写名称。"), field="title")
    if words.form not in code_list("capacities.forms").labels:
        raise StandingUnfit(_("请从列表里选。"), field="form")
    if words.last_day < words.first_day:
        raise StandingUnfit(_("最后一天不早于第一天。"), field="last_day")
    if set(words.half_days) - _HALF_DAYS:
        raise StandingUnfit(_("请从列表里选。"), field="half_days")
    for name, most in (("minutes", _MOST_MINUTES), ("most_people", 100_000), ("lessons", 20)):
        if not 1 <= getattr(words, name) <= most:
            raise StandingUnfit(_("请填 1 到 %(most)d 之间的数。") % {"most": most}, field=name)
    if words.kind == StandingKind.AGREEMENT and words.school is None:
        raise StandingUnfit(_("请写合作的学校，要在名录里。"), field="school")
    if words.kind == StandingKind.AGREEMENT and not words.lessons_a_class:
        raise StandingUnfit(_("请写每班几课时。"), field="lessons_a_class")


def _givers(numbers: Sequence[str]) -> list[Capacity]:
    wanted = [number.strip().upper() for number in numbers if number.strip()]
    found = {one.number: one for one in Capacity.objects.filter(number__in=wanted, state=CapacityState.ADMITTED)}
    if not wanted:
        raise StandingUnfit(_("请写谁来讲：人才库里的编号，一行一个。"), field="givers")
    if missing := [number for number in wanted if number not in found]:
        raise StandingUnfit(
            _("这些编号不在库：%(numbers)s。") % {"numbers": "、".join(missing[:5])}, field="givers"
        )  # fmt: skip
    return [found[number] for number in dict.fromkeys(wanted)]


def _stops(words: StandingWords) -> list[tuple[Venue, int]]:
    if words.kind != StandingKind.ROUTE:
        return []
    if not 2 <= len(words.stops) <= _MOST_LINES:  # noqa: PLR2004 a route has two ends
        raise StandingUnfit(_("一条线路至少两站，一行一站，像“示例海洋馆，90”。"), field="stops")
    names = {name.strip() for name, _minutes in words.stops}
    known: dict[str, Venue] = {}
    for venue in Venue.objects.filter(name__in=names, state=VenueState.PUBLISHED).order_by("-pk"):
        known[venue.name] = venue
    if missing := sorted(names - known.keys()):
        raise StandingUnfit(_("没有公布的场馆叫这个：%(names)s。") % {"names": "、".join(missing[:5])}, field="stops")
    if any(not 1 <= minutes <= _MOST_MINUTES for _name, minutes in words.stops):
        raise StandingUnfit(_("每站请写停多少分钟。"), field="stops")
    return [(known[name.strip()], minutes) for name, minutes in words.stops]


def chosen_standing(
    found: Sequence[StandingOffer], typed: str, *, class_name: str, form: str
) -> tuple[StandingOffer | None, StandingClass | None]:
    """The standing offer and the class that a row of a table or another system names.

    Args:
        found: what `standing_named` found under what was typed.
        typed: number or exact title; empty where no standing offer is ordered.
        class_name: of an agreement's class.
        form: as it was said; empty is the offer's own.

    Raises:
        OrderUnfit: there is no such one, more than one, or it does not go together; the field is named.
    """
    if not typed:
        if class_name:
            raise OrderUnfit(_("写了班级，也要写是哪个常设项目。"), field="standing")
        return None, None
    if not found:
        said = _("没有编号或名称是“%(name)s”、现在能点的常设项目。")
        raise OrderUnfit(said % {"name": typed[:60]}, field="standing")
    if len(found) > 1:
        numbers = "、".join(str(one.pk) for one in found)
        raise OrderUnfit(
            _("有几个常设项目都叫“%(name)s”，请写编号：%(numbers)s。") % {"name": typed[:60], "numbers": numbers}, field="standing"
        )  # fmt: skip
    (offer,) = found
    if form and form != offer.form:
        label = code_list("capacities.forms").labels.get(offer.form, offer.form)
        raise OrderUnfit(_("这个项目的形式是“%(form)s”，请改成一样的，或空着。") % {"form": label}, field="form")
    if class_name and offer.kind != StandingKind.AGREEMENT:
        raise OrderUnfit(_("只有馆校合作才写班级，请把班级空着。"), field="standing_class")
    one = next((one for one in offer.classes.all() if one.name == class_name), None)
    if class_name and one is None:
        names = "、".join(one.name for one in offer.classes.all())
        said = _("这个项目没有叫“%(name)s”的班，有：%(names)s。")
        raise OrderUnfit(said % {"name": class_name[:40], "names": names}, field="standing_class")
    return offer, one


def require_standing(
    offer: StandingOffer, one: StandingClass | None, *, people: int, visits: int, earliest: date, latest: date,
    half_days: Sequence[str], body: Organisation | None, but: int = 0,
) -> None:  # fmt: skip
    """An order of a standing offer keeps to what was offered; of an agreement, to the lessons that the class has left.

    The offer is held until the transaction ends, so two orders of a class are counted one after the other.

    Raises:
        OrderUnfit: it does not; the field is named.
    """
    StandingOffer.objects.select_for_update().get(pk=offer.pk)
    if offer.state != StandingState.SHOWN:
        raise OrderUnfit(_("这个项目现在不能点。"))
    if earliest < offer.first_day or latest > offer.last_day:
        said = {"first": offer.first_day.isoformat(), "last": offer.last_day.isoformat()}
        raise OrderUnfit(_("这个项目从 %(first)s 到 %(last)s。") % said, field="latest")
    if people > offer.most_people:
        count = {"most": offer.most_people, "people": people}
        raise OrderUnfit(
            _("这个项目一次最多 %(most)d 人（连陪同的大人），您写了 %(people)d 人。") % count, field="people"
        )
    if offer.half_days and set(half_days) - set(offer.half_days):
        raise OrderUnfit(_("这个项目只在它写明的半天，请从里面选。"), field="half_days")
    if offer.kind == StandingKind.AGREEMENT:
        _require_lessons(offer, one, visits=visits, body=body, but=but)


def _require_lessons(
    offer: StandingOffer, one: StandingClass | None, *, visits: int, body: Organisation | None, but: int
) -> None:
    if body is None or body.pk != offer.school_id:
        raise OrderUnfit(_("这是和%(school)s的约定，只有它能点。") % {"school": offer.school}, field="body")
    if one is None or one.offer_id != offer.pk:
        raise OrderUnfit(_("请选哪个班。"), field="standing_class")
    left = (offer.lessons_a_class or 0) - lessons_used(offer, but=but).get(one.pk, 0)
    wanted = visits * offer.lessons
    if wanted > left:
        said: dict[str, object] = {"name": one.name, "left": left, "wanted": wanted}
        raise OrderUnfit(_("%(name)s这学期还剩 %(left)d 课时，这一单要 %(wanted)d 课时。") % said, field="visits")
