"""Say a round to the engine, and its answer back to people. Who is one human being under two entries is one provider."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import ModuleType
from typing import Any

from django.utils.translation import gettext as _

from kepu.directory.register.choices import RegionLevel
from kepu.directory.register.models import Region
from kepu.foundation.clock import today
from kepu.foundation.errors import SolversMissing
from kepu.outreach.people.conflicts.queries import classes_around
from kepu.outreach.requests.choices import SessionState, Unmet
from kepu.outreach.requests.models import Order, Session
from kepu.outreach.requests.queries.planned import bounds_in_force, limit_for
from kepu.outreach.requests.queries.supply import conflicted, declined_by, read_supply, read_wants
from kepu.outreach.requests.queries.topics import Topics
from kepu.outreach.requests.rules.far import Limit, Spot
from kepu.outreach.requests.rules.fit import (
    Fit,
    Giver,
    HalfDay,
    Supply,
    Want,
    free_halves,
    is_of_house,
    lacks_language,
    serves,
)

_PARTS = "ape"
_MEMORY = timedelta(days=365)
_NOWHERE = "0"
_UNKNOWN = Spot("")
"""A place that is known no closer, or none at all: near everything."""
MOST_OF_ORDER = 300
"""So many people are looked at for one order in a round."""


def engine() -> ModuleType:
    """The engine that matches.

    Raises:
        SolversMissing: its packages are not installed.
    """
    try:
        from kepu.engines import matching
    except ImportError:
        raise SolversMissing(
            _(
                "这台机器没有装排单的软件包（numpy、ortools）。请管理员运行 pip install kepu[solvers]；单张单仍可以一张一张派。"
            )
        ) from None
    return matching


@dataclass(frozen=True, slots=True)
class Asked:
    """A round as it was said to the engine, with the way back."""

    round: Any
    wants: Mapping[int, Want]
    givers: Mapping[tuple[int, int], tuple[Giver, Fit]]
    """Order and human being → with which of the person's capacities, and why."""
    districts: Mapping[str, str]
    """Id → name."""
    is_narrowed: bool = False
    """Whether an order had more who fit than are looked at: then nothing is proven about those left out."""

    def pair_of(self, request: str, provider: str) -> tuple[Want, Giver, Fit]:
        """The order, the capacity and the reasons of a pair of ids."""
        order, human = number_of(request), number_of(provider)
        giver, fit = self.givers[order, human]
        return self.wants[order], giver, fit


def request_id(order: int) -> str:
    """What the engine calls an order; sorted as numbers are."""
    return f"{order:012d}"


provider_id = request_id


def number_of(name: str) -> int:
    """The number behind an id.

    Examples:
        >>> number_of(request_id(37))
        37
    """
    return int(name)


def slot_id(day: date, part: str) -> str:
    """What the engine calls a half-day; sorted as time runs.

    Examples:
        >>> slot_id(date(2024, 9, 15), "p"), half_day_of("2024-09-15-1")
        ('2024-09-15-1', (datetime.date(2024, 9, 15), 'p'))
    """
    return f"{day.isoformat()}-{_PARTS.index(part)}"


def half_day_of(name: str) -> HalfDay:
    """The half-day behind an id."""
    return date.fromisoformat(name[:10]), _PARTS[int(name[11:])]


def humans_of(people: Iterable[int]) -> dict[int, int]:
    """Entry → the least entry of the same human being."""
    listed = set(people)
    classes = classes_around(listed)
    return {person: min(classes.get(person, frozenset({person}))) for person in listed}


def ask_engine(orders: Sequence[Order], first: date, last: date, *, floor: float = 0.0) -> Asked:
    """Read everything that a round is decided from.

    Args:
        orders: open ones, with their regions.
        first: first day.
        last: last day.
        floor: share of what a district asks for that it should get where it can be, 0 to 1.

    Raises:
        SolversMissing: the engine's packages are not installed.
    """
    import numpy as np

    matching = engine()
    topics = Topics()
    wants = {want.id: want for want in read_wants(orders, first=first, last=last, topics=topics)}
    supply, bounds = read_supply(topics=topics), bounds_in_force()
    most = bounds.a_week
    humans = humans_of(giver.person for giver in supply.givers)
    chosen, is_narrowed = _fitting(supply, wants.values(), humans)
    people = sorted({human for _order, human in chosen})
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    halves = [(day, part) for day in days for part in _PARTS]
    column = {half: place for place, half in enumerate(halves)}
    week = {day: place for place, day in enumerate(sorted({day.isocalendar()[:2] for day in days}))}
    listed = sorted(wants)
    window = np.zeros((len(listed), len(halves)), dtype=bool)
    for row, order in enumerate(listed):
        window[row, [column[half] for half in wants[order].halves]] = True
    available = np.zeros((len(people), len(halves)), dtype=bool)
    planned = np.zeros((len(people), len(week)), dtype=np.int64)
    rows = {human: row for row, human in enumerate(people)}
    for human, group in _by_human(chosen).items():
        free = set[HalfDay]().union(*(_free(giver, halves) for giver in group))
        available[rows[human], [column[half] for half in free if half[0] > today()]] = True
        planned[rows[human]] = [max(giver.load.get(key, 0) for giver in group) for key in week]
    places, names, had = _districts(orders, wants)
    limit = limit_for(bounds, wants.values(), {giver.id: giver for giver, _fit in chosen.values()}.values())
    spots, travel = _travel(matching, [wants[order] for order in listed], rows, chosen, days, limit)
    pairs = sorted(chosen)
    order_row = {order: row for row, order in enumerate(listed)}
    round_ = matching.Round(
        matching.Requests(
            [request_id(order) for order in listed],
            visits=[wants[order].visits for order in listed], window=window,
            district=[places[order] for order in listed], repeat=[wants[order].repeat for order in listed],
            place=spots,
        ),
        matching.Providers(
            [provider_id(human) for human in people], load=[most * len(week)] * len(people), available=available,
            per_period=np.maximum(0, most - planned),
        ),
        matching.Slots(
            [slot_id(*half) for half in halves], day=[days.index(day) for day, _part in halves],
            period=[week[day.isocalendar()[:2]] for day, _part in halves],
        ),
        matching.Districts(list(names), had=[had[name] for name in names], floor=floor),
        matching.Pairs(
            [order_row[order] for order, _human in pairs], [rows[human] for _order, human in pairs],
            fit=[chosen[pair][1].score for pair in pairs], distance=[1 - chosen[pair][1].near for pair in pairs],
            allowed=_allowed(orders, wants, chosen, pairs),
        ),
        travel,
    )  # fmt: skip
    return Asked(round_, wants, chosen, names, is_narrowed)


def _fitting(
    supply: Supply, wants: Iterable[Want], humans: Mapping[int, int]
) -> tuple[dict[tuple[int, int], tuple[Giver, Fit]], bool]:
    """Order and human being → the capacity that fits best; and whether an order had more than are looked at."""
    chosen: dict[tuple[int, int], tuple[Giver, Fit]] = {}
    is_narrowed = False
    for want in wants:
        best: dict[int, tuple[Giver, Fit]] = {}
        for giver, fit in supply.fitting(want):
            human = humans[giver.person]
            if human not in best or fit.score > best[human][1].score:
                best[human] = giver, fit
        kept = kept_of(want.id, {human: fit.score for human, (_giver, fit) in best.items()})
        is_narrowed |= len(kept) < len(best)
        chosen |= {(want.id, human): best[human] for human in kept}
    return chosen, is_narrowed


def kept_of(order: int, scores: Mapping[int, float], most: int = MOST_OF_ORDER) -> list[int]:
    """Who of many is looked at for an order: half of them the best, half by a hash, for breadth beats depth.

    A word that everybody has would otherwise bring everybody to every order, and no memory holds that graph.

    Args:
        order: of the order.
        scores: human being → how well it fits.
        most: how many.

    Examples:
        >>> kept_of(1, {7: 0.5, 8: 0.9}), len(kept_of(1, dict.fromkeys(range(900), 0.1)))
        ([7, 8], 300)
    """
    if len(scores) <= most:
        return sorted(scores)
    ranked = sorted(scores, key=lambda human: (-scores[human], human))
    best, rest = ranked[: most // 2], ranked[most // 2 :]
    drawn = sorted(rest, key=lambda human: hashlib.sha256(f"{order}:{human}".encode()).digest())
    return sorted([*best, *drawn[: most - len(best)]])


def _by_human(chosen: Mapping[tuple[int, int], tuple[Giver, Fit]]) -> dict[int, list[Giver]]:
    found: dict[int, dict[int, Giver]] = defaultdict(dict)
    for (_order, human), (giver, _fit) in chosen.items():
        found[human][giver.id] = giver
    return {human: list(group.values()) for human, group in found.items()}


def _free(giver: Giver, halves: Sequence[HalfDay]) -> list[HalfDay]:
    anywhere = Want(0, (), "", "", "", "", is_online=True, region_path="", halves=tuple(halves))
    return free_halves(anywhere, giver, most_a_week=1_000)


def _travel(
    matching: ModuleType, wants: Sequence[Want], rows: Mapping[int, int],
    chosen: Mapping[tuple[int, int], tuple[Giver, Fit]], days: Sequence[date], limit: Limit | None,
) -> tuple[list[int], Any]:  # fmt: skip
    """The place of each order, and which are too far apart for one day, with where people go already; None where none are."""
    if limit is None:
        return [0] * len(wants), None
    import numpy as np

    spots = [_UNKNOWN]
    found: dict[tuple[str, Any], int] = {}

    def place_of(spot: Spot) -> int:
        key = limit.known(spot)
        if key[1] is None:
            return 0
        if key not in found:
            found[key] = len(spots)
            spots.append(spot)
        return found[key]

    at = [0 if want.is_online else place_of(Spot(want.region_path)) for want in wants]
    trips = sorted(
        {
            (rows[human], number, place_of(spot))
            for human, group in _by_human(chosen).items()
            for giver in group
            for number, day in enumerate(days)
            for spot in giver.away.get(day, ())
        }
    )
    km = np.array([[limit.km(one, other) for other in spots] for one in spots], dtype=np.float64)
    if not (km > limit.most_km).any():
        return at, None
    return at, matching.Travel(km, limit.most_km, np.array(trips, dtype=np.int64).reshape(-1, 3))


def _allowed(
    orders: Sequence[Order], wants: Mapping[int, Want], chosen: Mapping[tuple[int, int], tuple[Giver, Fit]],
    pairs: Sequence[tuple[int, int]],
) -> dict[str, list[bool]]:  # fmt: skip
    """Each hard rule that looks at a pair, in the order in which they are asked; times and loads are the engine's."""
    conflicts = conflicted(orders, {giver.person for giver, _fit in chosen.values()})
    gone = declined_by([order.pk for order in orders])
    return {
        Unmet.CONFLICT: [
            (order, chosen[order, human][0].person) not in conflicts
            and not is_of_house(wants[order], chosen[order, human][0])
            for order, human in pairs
        ],
        Unmet.PLACE: [serves(wants[order], chosen[order, human][0]) for order, human in pairs],
        Unmet.LANGUAGE: [not lacks_language(wants[order], chosen[order, human][0]) for order, human in pairs],
        Unmet.ROOM: [not wants[order].lacks_room for order, _human in pairs],
        Unmet.DECLINED: [(order, chosen[order, human][0].id) not in gone for order, human in pairs],
    }


def _districts(
    orders: Sequence[Order], wants: Mapping[int, Want]
) -> tuple[dict[int, int], dict[str, str], dict[str, float]]:
    """Order → place of its district; id → name; id → sessions that the district had in a year."""
    found = Region.objects.filter(level=RegionLevel.DISTRICT, valid_to=None).order_by("code")
    known = {str(region.pk): region for region in found}
    paths = {region.path: key for key, region in known.items()}
    home = {
        order.pk: next((key for path, key in paths.items() if order.region.path.startswith(path)), _NOWHERE)
        for order in orders
        if order.pk in wants
    }
    ids = [key for key in (*known, _NOWHERE) if key in set(home.values())]
    names = {key: known[key].label if key in known else _("全市") for key in ids}
    had: dict[str, float] = dict.fromkeys(ids, 0.0)
    past = Session.objects.filter(day__gte=today() - _MEMORY).exclude(state=SessionState.CANCELLED)
    for path in past.values_list("region__path", flat=True):
        key = next((key for start, key in paths.items() if path.startswith(start)), _NOWHERE)
        if key in had:
            had[key] += 1
    return {order: ids.index(key) for order, key in home.items()}, names, had


_SAID = {
    "listed": Unmet.SUPPLY, "half_days": Unmet.TIME, "busy": Unmet.TIME, "own_half_day": Unmet.TIME, "travel": Unmet.TIME,
}  # fmt: skip


def rule_said(name: str) -> Unmet:
    """What the engine calls a rule, as orders call it."""
    if name in Unmet.values:
        return Unmet(name)
    return _SAID.get(name, Unmet.LOAD if name in {"load", "period"} else Unmet.OTHER)
