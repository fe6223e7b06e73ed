"""From rows back to ids: the plan as those who asked for it read it."""

from dataclasses import dataclass

import numpy as np

from kepu.engines.matching.arcs import Arcs
from kepu.engines.matching.checks import Rows
from kepu.engines.matching.desk import Desk
from kepu.engines.matching.plans import Assignment, DistrictFill, Plan, Proof, Worth, moves_between
from kepu.engines.matching.problem import UNIT, Problem, floors_of, wanted_of
from kepu.engines.matching.reasons import candidates_left, totals, unserved
from kepu.engines.matching.rounds import Round
from kepu.engines.matching.settings import Match


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What was found.

    Args:
        visits: besides the pins.
        desk: with pins and visits taken.
        arcs: visits that could be.
        flows: flows that were sought.
        bound: in `UNIT`s, or None.
        proof: to hand on.
    """

    visits: Arcs
    desk: Desk
    arcs: int
    flows: int = 0
    bound: int | None = None
    proof: Proof | None = None


def plan_of(problem: Problem, found: Found) -> Plan:
    """Say what was found in ids, with its worth and the reasons for what is missing."""
    round_, settings, visits = problem.round, problem.settings, problem.pinned.joined(found.visits)
    visits = visits.only(np.lexsort((visits.slot, visits.provider, visits.request)))
    pairs, requests, providers, slots = round_.pairs, round_.requests, round_.providers, round_.slots
    before, pins = set(settings.previous), set(settings.pins)
    assignments = []
    for request, provider, slot, pair in zip(
        visits.request.tolist(), visits.provider.tolist(), visits.slot.tolist(), visits.pair.tolist(), strict=True
    ):
        match = Match(requests.ids[request], providers.ids[provider], slots.ids[slot])
        fit, distance = float(pairs.fit[pair]), float(np.asarray(pairs.distance)[pair])
        assignments.append(Assignment(*match, fit, distance, is_pinned=match in pins, stays=match in before))
    rules, left = candidates_left(problem)
    return Plan(
        assignments=tuple(assignments),
        value=problem.score(found.visits) / UNIT,
        bound=None if found.bound is None else found.bound / UNIT,
        worth=_worth(problem, visits),
        wanted=int(np.asarray(requests.visits).sum()),
        districts=_districts(problem, visits),
        unserved=unserved(problem, found.desk, rules, left),
        left=totals(rules, left),
        moves=moves_between(settings.previous, (one.match for one in assignments)),
        flows=found.flows,
        arcs=found.arcs,
        proof=found.proof,
    )


def _worth(problem: Problem, visits: Arcs) -> Worth:
    round_, settings = problem.round, problem.settings
    pairs = round_.pairs
    equity = evenness = 0
    if problem.equity is not None:
        equity = problem.equity.total(_by_district(round_, visits))
    if problem.evenness is not None:
        evenness = problem.evenness.total(np.bincount(visits.provider, minlength=len(round_.providers.ids)))
    return Worth(
        served=settings.served * float(np.asarray(round_.requests.need)[visits.request].sum()),
        fit=settings.fit * float(pairs.fit[visits.pair].sum()),
        distance=-settings.distance * float(np.asarray(pairs.distance)[visits.pair].sum()),
        equity=equity / UNIT,
        evenness=evenness / UNIT,
        staying=int(visits.staying.sum()) / UNIT,
    )


def _districts(problem: Problem, visits: Arcs) -> tuple[DistrictFill, ...]:
    districts, wanted, served = problem.round.districts, wanted_of(problem.round), _by_district(problem.round, visits)
    fill = (np.asarray(districts.had) + served) / np.asarray(districts.need)
    floors = floors_of(problem.round) if problem.settings.has_floors else np.zeros_like(served)
    missing = np.maximum(floors - served, 0)
    columns = (districts.ids, wanted.tolist(), served.tolist(), fill.tolist(), missing.tolist())
    return tuple(DistrictFill(*row) for row in zip(*columns, strict=True))


def _by_district(round_: Round, visits: Arcs) -> Rows:
    return np.bincount(np.asarray(round_.requests.district)[visits.request], minlength=len(round_.districts.ids))
