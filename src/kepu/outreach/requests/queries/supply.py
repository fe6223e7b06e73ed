"""Who can be sent, and which half-days suit: read in a fixed number of statements for any number of orders."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db.models import F, Func, Q, QuerySet, TextField, Value
from django.utils.translation import gettext as _

from kepu.directory.privacy.queries import minors_among
from kepu.directory.register.models import Organisation, Person
from kepu.foundation.clock import today
from kepu.foundation.codes.queries import code_label, values_in_force
from kepu.foundation.search.rules import telling_words
from kepu.outreach.library.queries import Material
from kepu.outreach.people.capacities.choices import CapacityKind, CapacityState
from kepu.outreach.people.capacities.models import Capacity, TrackRecord
from kepu.outreach.people.capacities.queries import half_day_label
from kepu.outreach.people.conflicts.queries import conflicts_between
from kepu.outreach.people.conflicts.rules import Target
from kepu.outreach.people.volunteers.queries import AbleTeam
from kepu.outreach.requests.choices import WANTING, OfferState, SessionState, Unmet
from kepu.outreach.requests.models import Offer, Order, Session
from kepu.outreach.requests.queries.helpers import best_team, team_reason
from kepu.outreach.requests.queries.material import Materials, bring_along
from kepu.outreach.requests.queries.planned import Planned, bounds_in_force, limit_for, read_planned
from kepu.outreach.requests.queries.rooms import Room, Rooms, read_rooms
from kepu.outreach.requests.queries.standing import Routes, all_givers, givers_of
from kepu.outreach.requests.queries.topics import Topics
from kepu.outreach.requests.rules.days import half_day_code
from kepu.outreach.requests.rules.fit import (
    Fit,
    Giver,
    HalfDay,
    Supply,
    Want,
    barred_by,
    free_halves,
    halves_of,
    last_rule,
)

KINDS = (CapacityKind.EXPERT, CapacityKind.COUNSELLOR)
_MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Bundle:
    """Somebody for an order at a half-day."""

    capacity: Capacity
    day: date
    part: str
    score: float
    why: tuple[str, ...]
    """Why this one, in sentences for people."""
    others: tuple[HalfDay, ...] = ()
    """Other half-days that suit both."""
    room: Room | None = None
    """Where, for an order that has no place of its own."""
    material: Material | None = None
    """What to bring along, where something suits and is free that day."""
    team: AbleTeam | None = None
    """The volunteer team that would be asked to help, where the order wants helpers and a team has enough."""

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why this one, and what to bring along."""
        return (*self.why, bring_along(self.material.title)) if self.material is not None else self.why


@dataclass(frozen=True, slots=True)
class Ranking:
    """The best for an order; where there is nobody, the rule that took the last one."""

    bundles: tuple[Bundle, ...]
    barred: dict[Unmet, int]
    """Rule → how many fell by it."""
    rule: Unmet | None


def read_supply(only: Collection[int] | None = None, *, on: date | None = None, topics: Topics | None = None) -> Supply:
    """Everybody who can be sent, to be found by words.

    Args:
        only: capacities that are looked at; all where none are given.
        on: the day (today, if none is given).
        topics: how they are read, where that is known.
    """
    day = on or today()
    total = _to_send(day).count() if only is not None else None
    return Supply(read_givers(only, on=day), total=total, least=(topics or Topics()).least)


def read_givers(only: Collection[int] | None = None, *, on: date | None = None) -> list[Giver]:
    """Everybody admitted and of age whose term has not ended, with what they speak about, did, and have planned.

    What one human being has planned under another entry of the register counts too.

    Args:
        only: capacities that are looked at; all where none are given.
        on: the day (today, if none is given).
    """
    day = on or today()
    found = _to_send(day) if only is None else _to_send(day).filter(pk__in=only)
    found = found.select_related("region", "organisation").prefetch_related("served")
    people = list(found.filter(person__is_active=True))
    minors = minors_among({one.person_id for one in people}, on=day)
    people = [one for one in people if one.person_id not in minors]
    works = _works(one.person_id for one in people)
    planned = read_planned({one.person_id for one in people}, day)
    return [_giver(one, works, planned[one.person_id]) for one in people]


def _to_send(day: date) -> QuerySet[Capacity]:
    sent = Q(kind__in=KINDS) | Q(pk__in=all_givers())
    return Capacity.objects.filter(sent, state=CapacityState.ADMITTED, valid_to__gte=day)


def likely_for(want: Want) -> list[int]:
    """Capacities that speak of one of an order's words, or of its subject; nobody else can fit it."""
    if want.only is not None:
        return sorted(want.only)
    said = Func(F("topics"), Value(" "), function="array_to_string", output_field=TextField())
    speaks, did = Q(pk__in=()), Q(pk__in=())
    for word in (*want.words, *want.alike):
        speaks |= Q(said__icontains=word)
        did |= Q(title__icontains=word)
    if want.subject:
        speaks |= Q(subjects__contains=[want.subject])
    people = TrackRecord.objects.filter(did, person__isnull=False).values("person")
    found = Capacity.objects.filter(kind__in=KINDS, state=CapacityState.ADMITTED).alias(said=said)
    return list(found.filter(speaks | Q(person__in=people)).values_list("pk", flat=True))


def _works(people: Iterable[int]) -> dict[int, list[str]]:
    works: dict[int, list[str]] = defaultdict(list)
    for person, title in TrackRecord.objects.filter(person__in=list(people)).values_list("person", "title"):
        works[person].append(title)
    return works


@lru_cache(maxsize=65_536)
def _words_of(text: str) -> frozenset[str]:
    """The words of a topic; cut once in a process, for the same topics come with every order."""
    return frozenset(telling_words(text))


def _giver(one: Capacity, works: dict[int, list[str]], planned: Planned) -> Giver:
    said = [*one.topics, *works.get(one.person_id, ())]
    return Giver(
        id=one.pk,
        person=one.person_id,
        topics=tuple((text, _words_of(text)) for text in said),
        subjects=frozenset(one.subjects),
        forms=frozenset(one.forms),
        audiences=frozenset(one.audiences),
        languages=frozenset(one.languages),
        times=frozenset(one.times),
        region_path=one.region.path,
        house=one.house,
        is_for_all=one.kind in KINDS,
        served=tuple(place.path for place in one.served.all()),
        busy=frozenset(planned.busy),
        load=planned.load,
        away=planned.away,
        since=one.valid_from or date.min,
        until=one.valid_to or date.max,
    )


def read_wants(
    orders: Iterable[Order], *, first: date | None = None, last: date | None = None, rooms: Rooms | None = None,
    topics: Topics | None = None,
) -> list[Want]:  # fmt: skip
    """Orders as matching sees them, each with what is still missing; those that miss nothing are left out.

    Args:
        orders: with their regions.
        first: no half-day before this day.
        last: none after this one.
        rooms: of these orders, where they are read already.
        topics: how they are read, where that is known.
    """
    listed, topics = list(orders), topics or Topics()
    taken, rooms = _taken({one.pk for one in listed}), rooms or rooms_for(listed)
    givers, routes = givers_of(listed), Routes(listed)
    wants = []
    for one in listed:
        missing = one.visits - len(taken[one.pk])
        halves = halves_of(
            max(one.earliest, first or one.earliest), min(one.latest, last or one.latest), one.half_days,
            today=today(), taken=taken[one.pk],
        )  # fmt: skip
        halves = routes.halves(one, halves)
        if missing > 0:
            housed = rooms.halves(one, halves) if rooms is not None and one.needs_room else halves
            words = topics.words(one.topic)
            wants.append(
                Want(
                    id=one.pk, words=words, alike=topics.alike(words), subject=one.subject, form=one.form,
                    audience=one.audience, language=one.language, is_online=one.is_online,
                    region_path=one.region.path, halves=housed, visits=missing, repeat=one.repeat, house=one.house,
                    lacks_room=bool(halves) and not housed, only=givers.get(one.standing_id or 0),
                )
            )  # fmt: skip
    return wants


def rooms_for(orders: Sequence[Order]) -> Rooms | None:
    """The rooms that are lent, for orders that have no place of their own; None where every order has one."""
    roomless = [one for one in orders if one.needs_room]
    if not roomless:
        return None
    return read_rooms(min(one.earliest for one in roomless), max(one.latest for one in roomless))


def _taken(orders: Collection[int]) -> dict[int, set[HalfDay]]:
    """Half-days of orders at which somebody comes, or was asked and has not answered."""
    taken: dict[int, set[HalfDay]] = defaultdict(set)
    sessions = Session.objects.filter(order__in=orders).exclude(state=SessionState.CANCELLED)
    offers = Offer.objects.filter(order__in=orders, state=OfferState.OFFERED)
    for rows in (sessions, offers):
        for order, day, part in rows.values_list("order", "day", "part"):
            taken[order].add((day, part))
    return taken


def targets_of(orders: Iterable[Order]) -> dict[int, list[Target]]:
    """Against whom a conflict is looked for: who asks, who speaks for the order, and the body that asks."""
    found: dict[int, list[Target]] = {}
    for one in orders:
        targets = [Target(person=one.asker_id)] if one.asker_id else []
        targets += [Target(body=one.body_id)] if one.body_id else []
        found[one.pk] = targets
    return found


def conflicted(orders: Iterable[Order], people: Iterable[int], *, on: date | None = None) -> set[tuple[int, int]]:
    """Pairs of order and person between which a conflict of interest stands."""
    targets = targets_of(orders)
    found = conflicts_between(people, [target for group in targets.values() for target in group], on=on)
    by_target: dict[Target, set[int]] = defaultdict(set)
    for person, target in found:
        by_target[target].add(person)
    return {
        (order, person) for order, group in targets.items() for target in group for person in by_target.get(target, ())
    }


def declined_by(orders: Collection[int]) -> set[tuple[int, int]]:
    """Pairs of order and capacity that were asked already and did not come of anything."""
    gone = (OfferState.DECLINED, OfferState.LAPSED)
    return set(Offer.objects.filter(order__in=orders, state__in=gone).values_list("order", "capacity"))


def rank_order(order: Order, *, but: Collection[int] = (), topics: Topics | None = None) -> Ranking:
    """Who might come, best first, at the earliest half-day that suits both; one line a person.

    Args:
        order: with its region.
        but: capacities that are left out; those who declined are left out anyhow.
        topics: how they are read, where that is known.
    """
    rooms = rooms_for([order])
    topics = topics or Topics()
    wants = read_wants([order], rooms=rooms, topics=topics)
    if not wants:
        return Ranking((), {}, None)
    want, bounds = wants[0], bounds_in_force()
    supply = read_supply(likely_for(want), topics=topics)
    fitting, most = list(supply.fitting(want)), bounds.a_week
    limit = limit_for(bounds, wants, (giver for giver, _fit in fitting))
    conflicts = conflicted([order], {giver.person for giver, _fit in fitting})
    gone = {capacity for _order, capacity in declined_by([order.pk])} | set(but)
    barred: Counter[Unmet] = Counter()
    kept: list[tuple[Giver, Fit]] = []
    for giver, fit in fitting:
        has_conflict = (order.pk, giver.person) in conflicts
        rule = barred_by(want, giver, has_conflict=has_conflict, most_a_week=most, limit=limit)
        if rule is None and giver.id in gone:
            rule = Unmet.DECLINED
        if rule is None:
            kept.append((giver, fit))
        else:
            barred[rule] += 1
    kept.sort(key=lambda one: (-one[1].score, sum(one[0].load.values()), one[0].id))
    shown = kept[:_MOST_SHOWN]
    capacities = capacities_by_id(giver.id for giver, _fit in shown)
    bundles, materials = [], Materials([order], order.earliest, order.latest, topics=topics)
    team = best_team(order) if order.helpers and shown else None
    help_said = (team_reason(order, team),) if order.helpers and shown else ()
    for giver, fit in shown:
        halves = free_halves(want, giver, most_a_week=most, limit=limit)
        room = rooms.free(order, halves[0])[0] if rooms is not None else None
        bundles.append(
            Bundle(
                capacities[giver.id], *halves[0], score=fit.score, room=room, material=materials.on(order, halves[0][0]),
                team=team, why=(*reasons_of(want, giver, fit, halves[0], room), *help_said), others=tuple(halves[1:9]),
            )
        )  # fmt: skip
    return Ranking(tuple(bundles), dict(barred), None if bundles else last_rule(barred))


def body_to_credit(capacity: Capacity, sender: Person | None) -> Organisation | None:
    """Under whose name a session is recorded: the person's own body, else the sender's, else the site's host body."""
    if capacity.organisation is not None:
        return capacity.organisation
    if sender is not None and sender.organisation is not None:
        return sender.organisation
    name = str(values_in_force("requests.").get("host_body") or "").strip()
    return Organisation.objects.filter(name=name, valid_to=None).first() if name else None


def capacities_by_id(ids: Iterable[int]) -> dict[int, Capacity]:
    """Capacities with who has them and where."""
    return Capacity.objects.select_related("person", "organisation", "region").in_bulk(list(ids))


def reasons_of(want: Want, giver: Giver, fit: Fit, half: HalfDay, room: Room | None = None) -> tuple[str, ...]:
    """Why this one, in sentences for people."""
    said = [_("对方点的就是这个常设项目")] if want.only is not None else []
    if fit.said:
        said.append(_("讲过或能讲“%(topic)s”") % {"topic": fit.said})
    if fit.is_subject:
        said.append(_("学科相同：%(subject)s") % {"subject": code_label("capacities.subjects", want.subject)})
    if fit.is_audience:
        said.append(_("适合这个人群"))
    if not want.is_online and fit.near > 0:
        said.append(_("就在同一个地方") if fit.near == 1 else _("离得近"))
    day, part = half
    code = half_day_code(day, part)
    said.append(_("%(half)s有空") % {"half": half_day_label(code)} if giver.times else _("没有说过哪天不行"))
    planned = giver.load.get(day.isocalendar()[:2], 0)
    said.append(_("那一周已有 %(n)d 场") % {"n": planned} if planned else _("那一周还没有排"))
    if room is not None:
        said.append(_("在%(room)s，坐得下 %(n)d 人") % {"room": room.name, "n": room.seats})
    return tuple(said)


def open_orders(first: date, last: date) -> list[Order]:
    """Approved orders that miss something in these days, by number."""
    found = Order.objects.filter(Q(state__in=WANTING), earliest__lte=last, latest__gte=first)
    return list(found.select_related("region", "body", "asker").order_by("pk"))
