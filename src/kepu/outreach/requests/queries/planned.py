"""What people have before them already, where, and how much more a week and a day may hold."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from kepu.directory.register.choices import RegionLevel
from kepu.directory.register.models import Region
from kepu.foundation.codes.queries import values_in_force
from kepu.outreach.people.conflicts.queries import classes_around
from kepu.outreach.requests.choices import OfferState, SessionState
from kepu.outreach.requests.models import Offer, Session
from kepu.outreach.requests.rules.far import Limit, Spot, around
from kepu.outreach.requests.rules.fit import Giver, HalfDay, Want
from kepu.outreach.venues.queries.centres import region_centres

_MOST_A_WEEK = 4


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much one person is sent to."""

    a_week: int
    """Sessions."""
    km_a_day: int | None
    """Between two places of one day; None: it is not looked at."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What somebody has before them."""

    busy: set[HalfDay] = field(default_factory=set)
    load: Counter[tuple[int, int]] = field(default_factory=Counter)
    """ISO year and week → how many."""
    away: dict[date, list[Spot]] = field(default_factory=dict)
    """Day → where the person goes; what is held online is nowhere."""


def bounds_in_force() -> Bounds:
    """What the site's parameters say today."""
    said = values_in_force("requests.")
    km = said.get("most_km_a_day")
    return Bounds(int(said.get("most_a_week", _MOST_A_WEEK)), None if km is None else int(km))


def read_planned(people: Collection[int], day: date) -> dict[int, Planned]:
    """What people have before them under any of their entries: sessions, and offers that wait for their answer.

    Args:
        people: entries of the register.
        day: from this day on.
    """
    classes = classes_around(people)
    entries = {person: classes.get(person, frozenset({person})) for person in people}
    everybody = frozenset[int]().union(*entries.values())
    sessions = Session.objects.filter(provider__in=everybody, day__gte=day).exclude(state=SessionState.CANCELLED)
    offers = Offer.objects.filter(capacity__person__in=everybody, state=OfferState.OFFERED, day__gte=day)
    where = ("venue__region__path", "venue__longitude", "venue__latitude")
    rows = [
        *sessions.values_list("provider", "day", "part", "is_online", "region__path", *where),
        *offers.values_list("capacity__person", "day", "part", "order__is_online", "order__region__path", *where),
    ]
    by_entry: dict[int, list[tuple[HalfDay, Spot | None]]] = defaultdict(list)
    for entry, when, part, is_online, path, room, east, north in rows:
        point = None if east is None or north is None else (float(east), float(north))
        by_entry[entry].append(((when, part), None if is_online else Spot(room or path, point)))
    found: dict[int, Planned] = {}
    for person, group in entries.items():
        planned = found[person] = Planned()
        for half, spot in (row for entry in sorted(group) for row in by_entry.get(entry, ())):
            planned.busy.add(half)
            planned.load[half[0].isocalendar()[:2]] += 1
            if spot is not None:
                planned.away.setdefault(half[0], []).append(spot)
    return found


def limit_for(
    bounds: Bounds, wants: Iterable[Want], givers: Iterable[Giver] = (), spots: Iterable[Spot] = ()
) -> Limit | None:
    """What is needed to tell which places are too far apart for one day; None where it is not looked at.

    Args:
        bounds: in force.
        wants: where somebody is wanted.
        givers: who might come; where they go already counts too.
        spots: further places.
    """
    if bounds.km_a_day is None:
        return None
    away = [*spots, *(spot for giver in givers for some in giver.away.values() for spot in some)]
    paths = {want.region_path for want in wants if not want.is_online}
    if len(paths) + len(away) <= 1:  # nothing lies far from itself
        return Limit(bounds.km_a_day, {})
    paths |= {spot.path for spot in away if spot.point is None}
    # Of a whole city or province nobody can tell where in it somebody goes.
    listed = {path for one in paths for path in around(one)}
    small = Region.objects.filter(path__in=listed, level__gte=RegionLevel.DISTRICT)
    return Limit(bounds.km_a_day, region_centres(set(small.values_list("path", flat=True))))
