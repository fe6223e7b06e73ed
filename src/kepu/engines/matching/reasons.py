"""Why a request stays unserved: how many candidates each rule left, and what is taken that the rest would need."""

from collections.abc import Mapping

import numpy as np

from kepu.engines.matching.arcs import expanded, unforbidden
from kepu.engines.matching.checks import Rows
from kepu.engines.matching.desk import CONTENTION, Desk
from kepu.engines.matching.plans import Unserved
from kepu.engines.matching.problem import Problem

HALF_DAYS, FORBIDDEN, WHOLE = "half_days", "forbidden", "whole"


def candidates_left(problem: Problem) -> tuple[tuple[str, ...], Rows]:
    """Count the candidates of each request after each rule.

    Returns:
        The rules in their order, and a table (requests, rules).
    """
    round_, sieve = problem.round, problem.prepared.sieve
    request, count = round_.pairs.request, len(round_.requests.ids)
    meets = np.bincount(request[problem.has_half_days], minlength=count)
    lost = np.zeros(count, dtype=np.int64)
    touched = problem.pairs_of(problem.settings.forbids)
    pair, slot = expanded(round_, touched)
    still = np.zeros(len(request), dtype=bool)
    still[pair[unforbidden(round_, pair, slot, problem.settings.forbids)]] = True
    np.add.at(lost, request[touched[problem.has_half_days[touched] & ~still[touched]]], 1)
    return (*sieve.rules, HALF_DAYS, FORBIDDEN), np.column_stack((sieve.left, meets, meets - lost))


def totals(rules: tuple[str, ...], left: Rows) -> dict[str, int]:
    """Count the candidates of all requests together after each rule."""
    return dict(zip(rules, left.sum(axis=0).tolist(), strict=True))


def unserved(problem: Problem, desk: Desk, rules: tuple[str, ...], left: Rows) -> tuple[Unserved, ...]:
    """Tell why requests have fewer visits than they want.

    Args:
        problem: what was decided.
        desk: with the whole plan taken.
        rules: as `candidates_left` gives them.
        left: the same.
    """
    round_ = problem.round
    short = np.flatnonzero(desk.visits_left > 0)
    if not len(short):
        return ()
    starts = problem.pair_starts
    pairs = np.concatenate([np.arange(starts[row], starts[row + 1]) for row in short.tolist()])
    pair, slot = expanded(round_, pairs)
    kept = unforbidden(round_, pair, slot, problem.settings.forbids)
    pair, slot = pair[kept], slot[kept]
    request, provider = round_.pairs.request[pair], round_.pairs.provider[pair]
    code = desk.blocks(request, provider, slot)
    counts = np.zeros((len(desk.visits_left), len(CONTENTION) + 1), dtype=np.int64)
    np.add.at(counts, (request, code), 1)  # −1, nothing against it, is the last column
    visits = np.asarray(round_.requests.visits)
    return tuple(
        Unserved(
            round_.requests.ids[row],
            int(visits[row]),
            int(visits[row] - desk.visits_left[row]),
            dict(zip(rules, left[row].tolist(), strict=True)),
            {rule: count for rule, count in zip(CONTENTION, counts[row, :-1].tolist(), strict=True) if count},
            _rule(dict(zip(rules, left[row].tolist(), strict=True)), counts[row]),
        )
        for row in short.tolist()
    )


def _rule(left: Mapping[str, int], counts: Rows) -> str:
    for rule, count in left.items():
        if not count:
            return rule
    return WHOLE if counts[-1] else CONTENTION[int(np.argmax(counts[:-1]))]
