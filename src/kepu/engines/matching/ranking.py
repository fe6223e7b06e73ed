"""Who could come to one request, best first, each with what speaks for it and what stands against it, in codes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kepu.engines.matching.canonical import Prepared, prepare
from kepu.engines.matching.checks import Rows
from kepu.engines.matching.desk import CONTENTION
from kepu.engines.matching.lookup import rows_of
from kepu.engines.matching.problem import UNIT, Problem, problem_of
from kepu.engines.matching.rounds import Round
from kepu.engines.matching.settings import DEFAULT, Match, Settings


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a value.

    Args:
        code: `served`, `fit`, `distance`, `evenness` or `staying`, as in `Settings`.
        worth: what it adds; below 0 it takes away.
    """

    code: str
    worth: float


@dataclass(frozen=True, slots=True)
class Bundle:
    """One way to serve the request.

    Args:
        match: request, provider, half-day.
        value: sum of its terms.
        terms: that are not 0.
        load_left: visits that the provider can still make in the round, before this one.
        blocked_by: the rule about what is taken that forbids it now, as in `CONTENTION`, or None: free.
    """

    match: Match
    value: float
    terms: tuple[Term, ...]
    load_left: int
    blocked_by: str | None


@dataclass(frozen=True, slots=True)
class Ranking:
    """What can be said about one request.

    Args:
        bundles: free ones first, then by value; ties by hash.
        barred: providers whom a hard rule forbids, with the first rule that does; sorted by id.
    """

    bundles: tuple[Bundle, ...]
    barred: tuple[tuple[str, str], ...]


def rank(
    round_: Round | Prepared,
    request: str,
    settings: Settings = DEFAULT,
    *,
    taken: Sequence[Match] = (),
    limit: int = 20,
    per_provider: int = 3,
) -> Ranking:
    """Rank who could come to one request and when.

    Args:
        round_: the round.
        request: id.
        settings: worths, pins and forbids.
        taken: visits of the plan that stands; those of this request too. What does not fit the round any more is left out.
        limit: bundles to give, ≥ 1.
        per_provider: of one provider at most so many, ≥ 1.

    Raises:
        ValueError: there is no such request, or a number is below 1.

    Examples:
        >>> from kepu.engines.matching import Districts, Pairs, Providers, Requests, Slots
        >>> found = rank(Round(
        ...     Requests(["school"], visits=1, window=[[True]]), Providers(["ann", "bob"], load=1, available=[[True], [True]]),
        ...     Slots(["am"]), Districts(["north"]), Pairs([0, 0], [0, 1], fit=[0.9, 0.2], allowed={"conflict": [False, True]})), "school")
        >>> [(one.match.provider, one.value, one.blocked_by) for one in found.bundles], found.barred
        ([('bob', 1.2, None)], (('ann', 'conflict'),))
    """
    if limit < 1 or per_provider < 1:
        raise ValueError("limit: must be at least 1, and per_provider too")
    prepared = round_ if isinstance(round_, Prepared) else prepare(round_)
    ids, providers, slots = prepared.round.requests.ids, prepared.round.providers.ids, prepared.round.slots.ids
    if request not in ids:
        raise ValueError(f"request: there is no {request}")
    row = list(ids).index(request)
    problem = problem_of(prepared, settings)
    desk, pins = problem.fresh_desk(), set(settings.pins)
    for visit in rows_of(prepared.round, [match for match in taken if Match(*match) not in pins]).tolist():
        if desk.blocked(*visit) is None:
            desk.take(*visit)
    arcs = problem.arcs(np.arange(problem.pair_starts[row], problem.pair_starts[row + 1]))
    against = desk.blocks(arcs.request, arcs.provider, arcs.slot)
    cost = _evenness(problem, arcs.provider, desk.load_left)
    value = arcs.units + arcs.staying - cost
    order = np.lexsort((np.arange(len(arcs)), arcs.tie, -value, against >= 0))
    seen: dict[int, int] = {}
    bundles = []
    for place in order.tolist():
        provider = int(arcs.provider[place])
        seen[provider] = seen.get(provider, 0) + 1
        if seen[provider] > per_provider:
            continue
        match = Match(request, providers[provider], slots[arcs.slot[place]])
        terms = _terms(problem, int(arcs.pair[place]), row, int(cost[place]), int(arcs.staying[place]))
        rule = CONTENTION[against[place]] if against[place] >= 0 else None
        bundles.append(Bundle(match, int(value[place]) / UNIT, terms, int(desk.load_left[provider]), rule))
        if len(bundles) == limit:
            break
    some = slice(*np.searchsorted(prepared.barred.request, (row, row + 1)).tolist())
    columns = prepared.barred.provider[some].tolist(), prepared.barred.rule[some].tolist()
    barred = tuple((providers[who], prepared.sieve.rules[rule]) for who, rule in zip(*columns, strict=True))
    return Ranking(tuple(bundles), barred)


def _evenness(problem: Problem, provider: Rows, left: Rows) -> Rows:
    load = np.asarray(problem.round.providers.load)[provider]
    share = np.maximum(load - left[provider], 0) / np.maximum(load, 1)
    cost: Rows = np.rint(problem.settings.evenness * UNIT * share).astype(np.int64)
    return cost


def _terms(problem: Problem, pair: int, request: int, cost: int, staying: int) -> tuple[Term, ...]:
    settings, pairs = problem.settings, problem.round.pairs
    terms = (
        Term("served", settings.served * float(np.asarray(problem.round.requests.need)[request])),
        Term("fit", settings.fit * float(pairs.fit[pair])),
        Term("distance", -settings.distance * float(np.asarray(pairs.distance)[pair])),
        Term("evenness", -cost / UNIT),
        Term("staying", staying / UNIT),
    )
    return tuple(term for term in terms if term.worth)
