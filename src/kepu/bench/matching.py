"""How fast and how near to the best rounds are decided, what a change moves, what fairness costs; on made-up cities.

24 topics of very different demand, 12 districts, the first three with three quarters of the experts, the last the remotest; nothing here is data
of a city. *Easy* has three times the load that is wanted, *tight* three quarters of it. With the folder of the MIDL data (`KEPU_MIDL`) the published
optimum is looked for as well.
"""

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

from kepu.bench import Result
from kepu.bench.world import say

REQUESTS, PROVIDERS, SLOTS, DISTRICTS, TOPICS = 2_000, 5_000, 44, 12, 24
FULL_BAR_S, AGAIN_BAR_S, GAP_BAR_PERCENT, MOVES_BAR, EQUITY_BAR_PERCENT, WORST_BAR = 5.0, 1.0, 0.3, 5, 0.5, 0.64
MIDL_OPTIMUM = 201.885
_TRAVEL_MIN, _ROUNDS, _WEIGHTS = 45.0, 3, (0.1, 0.2, 0.5, 0.6, 1.0)


def measure(*, quick: bool) -> list[Result]:
    """Decide rounds in every way, and change them."""
    scale = 10 if quick else 1
    results: list[Result] = []
    for name, is_tight in (("easy", False), ("tight", True)):
        worlds = [_round(seed, scale, is_tight=is_tight) for seed in ((1,) if quick else (1, 2, 3))]
        results += _network(name, worlds, scale)
        results += _side_rules(name, worlds, scale)
        if is_tight:
            results += _compared(worlds[0])
            results += _lifted(worlds, scale)
    return [*results, *_midl()]


def _round(seed: int, scale: int, *, is_tight: bool) -> Any:
    """Make a round; the ids are in no order."""
    import numpy as np

    from kepu.engines.matching import Districts, Pairs, Providers, Requests, Round, Slots, Travel

    random, height, width = np.random.default_rng(seed), REQUESTS // scale, PROVIDERS // scale
    heat = 1 / np.arange(1, TOPICS + 1) ** 0.8
    heat /= heat.sum()
    topic, knows = random.choice(TOPICS, height, p=heat), np.zeros((width, TOPICS), dtype=bool)
    for share in (1, 0.4, 0.1):
        who = np.flatnonzero(random.random(width) < share)
        knows[who, random.choice(TOPICS, len(who), p=heat)] = True
    home = np.where(random.random(width) < 0.75, random.integers(0, 3, width), random.integers(3, DISTRICTS, width))  # noqa: PLR2004
    district = random.integers(0, DISTRICTS, height)
    spread = random.random((height, SLOTS)).argsort(axis=1).argsort(axis=1)
    window = spread < random.integers(4, 15, height)[:, None]
    available = random.random((width, SLOTS)) < random.uniform(0.1, 0.5, width)[:, None]
    load = random.integers(1, 5, width)
    load = np.where(random.random(width) < 0.235, load, 0) if is_tight else load  # noqa: PLR2004
    request, provider = np.nonzero(knows.T[topic])
    kept = (random.random(len(request)) < 0.98) & (load[provider] > 0)  # noqa: PLR2004
    request, provider = request[kept], provider[kept]
    skill = random.random((width, TOPICS))[provider, topic[request]]
    near, ease = (
        district[request] == home[provider],
        np.linspace(0.04, 0.0, DISTRICTS)[district[request]],
    )  # the last is the remotest
    fit = 0.4 * skill + 0.35 * near + 0.15 * random.random(len(request)) + ease
    point = random.uniform(0, 90, (height, 2))
    minutes = np.hypot(*(point[:, None, :] - point[None]).transpose(2, 0, 1))
    return Round(
        Requests(
            _ids("r", random.permutation(height)), random.choice([1, 2, 3], height, p=[0.28, 0.4, 0.32]), window,
            district=district, place=np.arange(height),
        ),
        Providers(_ids("e", random.permutation(width)), load, available),
        Slots(_ids("s", np.arange(SLOTS)), day=np.arange(SLOTS) // 2),
        Districts(_ids("d", np.arange(DISTRICTS))),
        Pairs(request, provider, fit),
        Travel(minutes, _TRAVEL_MIN),
    )  # fmt: skip


def _ids(letter: str, numbers: Any) -> list[str]:
    return [f"{letter}{number:05}" for number in numbers.tolist()]


def _network(name: str, worlds: list[Any], scale: int) -> list[Result]:
    """Only rules of the network: the whole graph, then a forbid or fifty on a narrow one."""
    import numpy as np

    from kepu.engines import matching

    walls, works, apart, again, moves, many, lost, arcs, sorting = ([] for _column in range(9))
    gaps, gaps_again = [0.0], [0.0]
    for world in worlds:
        round_ = replace(world, travel=None)
        for _again in range(_ROUNDS):
            plan, wall, work = _timed(partial(matching.solve, round_))
            walls.append(wall)
            works.append(work)
        arcs.append(plan.arcs)
        gaps.append(100 * plan.gap)
        prepared, wall, _work = _timed(partial(matching.prepare, round_))
        sorting.append(wall)
        apart.append(_timed(partial(matching.solve_apart, round_))[1])
        random = np.random.default_rng(7)
        for count in (1,) * (5 if scale == 1 else 3) + (min(50, plan.served // 10),):
            chosen = random.choice(plan.served, count, replace=False).tolist()
            forbids = [matching.Forbid(*plan.matches[row][:2]) for row in chosen]
            settings = matching.Settings(forbids=forbids, previous=plan.matches, breadth=matching.BREADTH)
            changed, wall, _work = _timed(partial(matching.solve, prepared, settings, known=plan.proof))
            again.append(wall)
            gaps_again.append(100 * changed.gap)
            if count == 1:
                moves.append(len(changed.moves.gone))
            else:
                many.append(len(changed.moves.gone))
                lost.append(100 * (1 - (changed.value - changed.worth.staying) / plan.value))
        say(f"{name}: {plan.arcs} arcs, {walls[-_ROUNDS:]} s, {plan.served} of {plan.wanted} visits, moves {moves}")
    what = f"{name}: {len(worlds[0].requests.ids)} × {len(worlds[0].providers.ids)} × {SLOTS} half-days"
    return [
        Result(f"{what}, visits that could be", median(arcs), "arcs"),
        _bounded(f"{what}, whole graph, from rows to plan", median(walls), "s", FULL_BAR_S if scale == 1 else None),
        Result(f"{what}, the same in processor time", median(works), "s"),
        Result(f"{what}, the same in a process of its own", median(apart), "s"),
        _bounded(f"{name}: rules of the network only, largest proven gap", max(gaps), "%", 0.0),
        _bounded(f"{name}: re-solve after a forbid, rows in order", median(again), "s", AGAIN_BAR_S if scale == 1 else None),
        Result(f"{name}: bringing rows into order", median(sorting), "s"),
        _bounded(f"{name}: visits moved by one forbid, median", median(moves), "visits", MOVES_BAR),
        Result(f"{name}: visits moved by fifty forbids, median", median(many), "visits"),
        Result(f"{name}: worth lost by fifty forbids, median", median(lost), "%"),
        Result(f"{name}: largest proven gap of a re-solve", max(gaps_again), "%"),
    ]  # fmt: skip


def _side_rules(name: str, worlds: list[Any], scale: int) -> list[Result]:
    """Rules outside the network: different people, far trips, the same person, all visits or none."""
    from kepu.engines import matching

    results = []
    for what, changes, has_travel, bar in (
        ("different people", {"repeat": "different"}, False, GAP_BAR_PERCENT),
        ("different people, no far trips", {"repeat": "different"}, True, GAP_BAR_PERCENT),
        ("all visits or none", {"is_whole": True}, False, None),
        ("the same person", {"repeat": "same"}, False, None),
    ):
        gaps, walls, flows = [], [], []
        for world in worlds:
            round_ = replace(world, requests=replace(world.requests, **changes))
            round_ = round_ if has_travel else replace(round_, travel=None)
            plan, wall, _work = _timed(partial(matching.solve, round_))
            gaps.append(100 * plan.gap)
            walls.append(wall)
            flows.append(plan.flows)
        say(f"{name}, {what}: gaps {gaps}, {walls} s, {flows} flows")
        results += [
            _bounded(f"{name}: {what}, largest proven gap", max(gaps), "%", bar if scale == 1 else None),
            Result(f"{name}: {what}, median", median(walls), "s"),
        ]
    return results


def _compared(world: Any) -> list[Result]:
    """The tight round beside greedy and first-come, and what fairness costs."""
    import numpy as np

    from kepu.engines import matching

    round_ = matching.prepare(replace(world, travel=None))
    arrival = [
        world.requests.ids[row] for row in np.random.default_rng(5).permutation(len(world.requests.ids)).tolist()
    ]
    floors = matching.prepare(replace(world, travel=None, districts=replace(world.districts, floor=0.7)))
    plans = {
        "all together": matching.solve(round_),
        "greedy": matching.greedy(round_),
        "first come": matching.first_come(round_, arrival),
        **{f"λ = {weight:g}": matching.solve(round_, matching.Settings(equity=weight)) for weight in _WEIGHTS},
        "floors of 0.7": matching.solve(floors),
    }
    results, best = [], matching.figures_of(plans["all together"])
    for name, plan in plans.items():
        found = matching.figures_of(plan)
        results += [
            Result(f"tight, {name}: visits served", found.served, f"of {plan.wanted}"),
            Result(f"tight, {name}: fit", found.fit, ""),
            Result(f"tight, {name}: fit given up", 100 * (1 - found.fit / best.fit), "%"),
            Result(f"tight, {name}: fill of the worst district", found.worst_fill, ""),
            Result(f"tight, {name}: fill of the best district", found.best_fill, ""),
        ]
    return results


def _lifted(worlds: list[Any], scale: int) -> list[Result]:
    """How far a λ lifts the worst district of each city before it costs too much fit, and what the bar costs in any way.

    Floors are constraints of the network, and its flow is the best one: a plan that serves as many and gives every district that share
    gives up no less. They are rounded down to whole visits, so what they cost is too little, never too much.
    """
    from kepu.engines import matching

    reached, prices = [], []
    for world in worlds:
        round_ = matching.prepare(replace(world, travel=None))
        free, *lifted = (
            matching.figures_of(matching.solve(round_, matching.Settings(equity=weight))) for weight in (0.0, *_WEIGHTS)
        )
        fair = [one.worst_fill for one in lifted if 100 * (1 - one.fit / free.fit) <= EQUITY_BAR_PERCENT]
        reached.append(max([free.worst_fill, *fair]))
        floored = replace(world, travel=None, districts=replace(world.districts, floor=WORST_BAR))
        bound = matching.figures_of(matching.solve(floored))
        prices.append(100 * (1 - bound.fit / free.fit) if bound.served == free.served else float("nan"))
        say(
            f"worst district {free.worst_fill:.3f}, with λ at most {EQUITY_BAR_PERCENT:g} % of fit {reached[-1]:.3f}; "
            f"{WORST_BAR:g} costs {prices[-1]:.2f} % of fit or more"
        )
    what = f"tight: fill of the worst district that a λ reaches for {EQUITY_BAR_PERCENT:g} % of fit"
    bar = WORST_BAR if scale == 1 else None
    return [
        Result(
            f"{what}, median of cities", median(reached), "", bar, holds=None if bar is None else median(reached) >= bar
        ),
        Result(f"tight: fit that a worst fill of {WORST_BAR:g} costs at least, median of cities", median(prices), "%"),
    ]


def _midl() -> list[Result]:
    """The published optimum of paper assignment: 118 papers × 177 reviewers, three for each paper, at most four for each reviewer."""
    import numpy as np

    from kepu.engines import matching

    named = os.environ.get("KEPU_MIDL", "")
    folder = Path(named)
    if not named or not (folder / "scores.npy").is_file():
        sys.stderr.write(
            "没有 MIDL 数据（用环境变量 KEPU_MIDL 指出 iesl/fair-matching 的 data/midl 目录），没有对照。\n"
        )
        return []
    scores, wanted = np.load(folder / "scores.npy"), np.load(folder / "covs.npy")
    loads = np.load(folder / "loads.npy")
    reviewer, paper = np.nonzero(scores >= 0)
    # Nobody shares a half-day: each reviewer has as many of his own as he may write reviews.
    owner = np.repeat(np.arange(len(loads)), loads)
    slots, free = len(owner), np.arange(len(loads))[:, None] == owner
    round_ = matching.Round(
        matching.Requests([f"p{row:03}" for row in range(len(wanted))], wanted, np.ones((len(wanted), slots), dtype=bool), repeat="different"),
        matching.Providers([f"r{row:03}" for row in range(len(loads))], loads, free),
        matching.Slots([f"s{row}" for row in range(slots)]),
        matching.Districts(["all"]),
        matching.Pairs(paper, reviewer, np.minimum(scores[reviewer, paper], 1.0)),
    )  # fmt: skip
    plan, wall, _work = _timed(partial(matching.solve, round_))
    found = sum(one.fit for one in plan.assignments)
    gap = 100 * plan.gap
    return [
        Result("MIDL: sum of scores", round(found, 3), "", MIDL_OPTIMUM, holds=round(found, 3) >= MIDL_OPTIMUM),
        _bounded("MIDL: proven gap", gap, "%", 0.0),
        Result("MIDL: time", wall, "s"),
    ]


def _timed(act: Callable[[], Any]) -> tuple[Any, float, float]:
    begin, work = perf_counter(), process_time()
    found = act()
    return found, perf_counter() - begin, process_time() - work


def _bounded(metric: str, value: float, unit: str, bar: float | None) -> Result:
    return Result(metric, value, unit, bar, holds=None if bar is None else value <= bar)
