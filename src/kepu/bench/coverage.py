"""How fast catchments, shares and inequality are computed, and how near to the best siting comes, on made-up cities.

Villages lie evenly or in clusters (centres drawn evenly, their sizes from a Pareto distribution); nothing here is data of a city.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any

from kepu.bench import Result
from kepu.bench.world import say

VILLAGES, VENUES, CANDIDATES, GROUPS, DISTRICTS, TOWNS = 6_000, 1_000, 300, 6, 10, 142
CHAIN_BAR_S, GAP_BAR_PERCENT, SITING_BAR_S, AGREES = 0.2, 0.5, 10.0, 1e-12
LIMITS_KM, KS = (3, 6, 12), (10, 20, 30)


@dataclass(frozen=True, slots=True)
class City:
    """A made-up city."""

    villages: Any
    venues: Any
    candidates: Any
    people: Any
    supply: Any
    district: Any
    town: Any


def measure(*, quick: bool) -> list[Result]:
    """Compute the chain and the sitings, and the peer on the same data."""
    scale = 10 if quick else 1
    cities = {"even": _city(1, scale, is_clustered=False), "clustered": _city(1, scale, is_clustered=True)}
    results = []
    for name, city in cities.items():
        results += _chain(name, city, rounds=5 if quick else 15, scale=scale)
        results += _sitings(name, city, ks=KS[1:2] if quick else KS)
    return [*results, *_peer(cities["even"], scale=scale)]


def _city(seed: int, scale: int, *, is_clustered: bool) -> City:
    import numpy as np

    random = np.random.default_rng(seed)

    def even(count: int) -> Any:
        return np.column_stack((random.uniform(119.5, 121.0, count), random.uniform(35.6, 37.1, count)))

    count, centres = VILLAGES // scale, even(TOWNS)
    villages = even(count)
    if is_clustered:
        size = random.pareto(1.2, TOWNS) + 0.1
        villages = centres[random.choice(TOWNS, count, p=size / size.sum())] + random.normal(0, 0.03, (count, 2))
    everybody = np.round(random.lognormal(6.5, 0.8, count))
    people = np.column_stack([np.round(everybody * share) for share in (0.15, 0.3, 0.2, 0.2, 0.02, 1.0)])
    town = ((villages[:, None, :] - centres[None]) ** 2).sum(axis=2).argmin(axis=1)
    return City(
        villages=villages,
        venues=even(VENUES // scale),
        candidates=villages[random.choice(count, CANDIDATES // scale, replace=False)],
        people=people,
        supply=random.integers(20, 500, VENUES // scale).astype(float),
        district=town % DISTRICTS,
        town=town,
    )


def _chain(name: str, city: City, *, rounds: int, scale: int) -> list[Result]:
    from kepu.engines import coverage

    def chain() -> None:
        reach = coverage.reach_by_distance(city.villages, city.venues, detour=1.3, speed_kmh=40, limit_min=39)
        score = coverage.group_scores(reach, city.people, city.supply, decay=coverage.Decay(15)).score
        nearest = reach.nearest()
        for place, places in ((city.district, DISTRICTS), (city.town, TOWNS)):
            coverage.equity_by(place, places, city.people, nearest, score, limits=(15, 30))
        coverage.split_of(city.district, DISTRICTS, city.people, score)

    seconds = _median(chain, rounds)
    what = f"{name}: {len(city.villages)} villages × {len(city.venues)} venues, {GROUPS} groups, every index"
    bar = CHAIN_BAR_S if scale == 1 else None
    return [Result(what, seconds, "s", bar, holds=None if bar is None else seconds <= bar)]


def _sitings(name: str, city: City, *, ks: tuple[int, ...]) -> list[Result]:
    from kepu.engines import coverage

    gaps, times, proven, everybody = [], [], 0, city.people[:, -1]
    for limit in LIMITS_KM:
        reach = coverage.reach_by_distance(city.villages, city.candidates, detour=1, speed_kmh=60, limit_min=limit)
        for k in ks:
            begin = perf_counter()
            found = coverage.choose_sites(
                reach, everybody, k, candidates=range(len(city.candidates)), fuse_s=SITING_BAR_S
            )
            times.append(perf_counter() - begin)
            gaps.append(100 * found.gap)
            proven += found.is_optimal
            say(f"{name}, {limit} km, k = {k}: {times[-1]:.2f} s, gap {gaps[-1]:.3f} %, {found.ended}")
    what = f"{name}: k of {len(city.candidates)}, {len(gaps)} instances"
    return [
        Result(f"{what}, largest proven gap", max(gaps), "%", GAP_BAR_PERCENT, holds=max(gaps) <= GAP_BAR_PERCENT),
        Result(f"{what}, proven optimal", proven, "of them"),
        Result(f"{what}, median", median(times), "s"),
        Result(f"{what}, longest", max(times), "s", SITING_BAR_S + 0.5, holds=max(times) <= SITING_BAR_S + 0.5),
    ]


def _peer(city: City, *, scale: int) -> list[Result]:
    """Score everybody once, here and with PySAL `access`, on the same pairs."""
    from kepu.engines import coverage

    reach = coverage.reach_by_distance(city.villages, city.venues, detour=1.3, speed_kmh=40, limit_min=39)
    everybody, decay = city.people[:, -1], coverage.Decay(15)
    ours = _median(lambda: coverage.two_step(reach, everybody, city.supply, decay=decay), 7)
    what = f"one two-step catchment on {len(reach.minutes)} pairs"
    try:
        import numpy as np
        import pandas as pd
        from access.fca import two_stage_fca
        from access.weights import gaussian
    except ImportError:
        sys.stderr.write("对照软件 access（PySAL）没有安装，没有对照。\n")
        return [Result(what, ours * 1000, "ms")]
    cost = pd.DataFrame({"origin": reach.rows(), "dest": reach.destinations, "cost": reach.minutes})
    demand = pd.DataFrame({"demand": everybody}, index=pd.RangeIndex(len(everybody), name="geoid"))
    supply = pd.DataFrame({"supply": city.supply}, index=pd.RangeIndex(len(city.supply), name="geoid"))
    told: list[Any] = []

    def theirs() -> None:
        told.append(
            two_stage_fca(
                demand, supply, cost, max_cost=39, demand_index=True, supply_index=True, weight_fn=gaussian(15)
            )
        )

    peer = _median(theirs, 2 if scale > 1 else 3)
    score = coverage.two_step(reach, everybody, city.supply, decay=decay).score[:, 0]
    wanted = told[-1].reindex(range(len(score))).fillna(0.0).to_numpy()
    apart = float(np.abs(score - wanted).max() / wanted.max())
    return [
        Result(what, ours * 1000, "ms", peer="access 1.1.10.post3", ratio=ours / peer),
        Result("largest difference from access, of the largest score", apart, "", AGREES, holds=apart <= AGREES),
    ]


def _median(act: Callable[[], object], rounds: int) -> float:
    act()
    taken = []
    for _again in range(rounds):
        begin = perf_counter()
        act()
        taken.append(perf_counter() - begin)
    return median(taken)
