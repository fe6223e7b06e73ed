"""What every setting costs: the round decided with it and without it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from kepu.engines.matching.canonical import Prepared, prepare
from kepu.engines.matching.plans import Plan
from kepu.engines.matching.rounds import ANY, Round
from kepu.engines.matching.settings import DEFAULT, Settings
from kepu.engines.matching.solving import solve

Decide = Callable[[Round | Prepared, Settings], Plan]


@dataclass(frozen=True, slots=True)
class Figures:
    """What a plan gives, whatever it was made to maximise.

    Args:
        served: visits.
        fit: sum over visits.
        distance: sum over visits.
        worst_fill: of the districts that want something; 1 when none does.
        best_fill: of the same.
        stayed: visits of the plan before that stay.
    """

    served: int
    fit: float
    distance: float
    worst_fill: float
    best_fill: float
    stayed: int


@dataclass(frozen=True, slots=True)
class Price:
    """What a setting costs: `without` is the round decided as if it were off, all others as they are.

    Args:
        setting: `equity`, `floors`, `distance`, `evenness`, `staying`, `pins`, `forbids`, `repeat`, `is_whole` or `travel`.
        with_it: as everything is set.
        without: this one off.
    """

    setting: str
    with_it: Figures
    without: Figures


def figures_of(plan: Plan) -> Figures:
    """Read the figures of a plan."""
    fills = plan.fills or (1.0,)
    return Figures(
        served=plan.served,
        fit=sum(one.fit for one in plan.assignments),
        distance=sum(one.distance for one in plan.assignments),
        worst_fill=min(fills),
        best_fill=max(fills),
        stayed=plan.moves.kept,
    )


def prices(
    round_: Round, settings: Settings = DEFAULT, *, plan: Plan | None = None, decide: Decide = solve
) -> tuple[Price, ...]:
    """Give the price of every setting that is on.

    One solve for each; with `Settings.breadth` a second or so, and both sides of each price on the same narrow graph.

    Args:
        round_: the round.
        settings: as set.
        plan: `decide(round_, settings)`, where it is known already.
        decide: what decides; `solve_apart` with its arguments bound, to be able to stop.

    Returns:
        A price for each setting that is on, in a fixed order.
    """
    prepared = prepare(round_)
    having = figures_of(plan or decide(prepared, settings))
    return tuple(
        Price(name, having, figures_of(decide(prepared if other is None else other, changed)))
        for name, other, changed in _variations(round_, settings)
    )


def _variations(round_: Round, settings: Settings) -> Iterator[tuple[str, Round | None, Settings]]:
    """Give each setting that is on, and what is decided without it; the round is None where it is the same."""
    wishes = (
        ("equity", settings.equity, replace(settings, equity=0.0)),
        ("floors", settings.has_floors and np.any(round_.districts.floor), replace(settings, has_floors=False)),
        ("distance", settings.distance, replace(settings, distance=0.0)),
        ("evenness", settings.evenness, replace(settings, evenness=0.0)),
        ("staying", settings.staying and settings.previous, replace(settings, staying=0.0)),
        ("pins", settings.pins, replace(settings, pins=())),
        ("forbids", settings.forbids, replace(settings, forbids=())),
    )
    for name, is_on, changed in wishes:
        if is_on:
            yield name, None, changed
    requests = round_.requests
    if set(requests.repeat) - {ANY}:
        yield "repeat", replace(round_, requests=replace(requests, repeat=ANY)), settings
    if np.any(requests.is_whole):
        yield "is_whole", replace(round_, requests=replace(requests, is_whole=False)), settings
    if round_.travel is not None:
        yield "travel", replace(round_, travel=None), settings
