"""Monthly tours of vans on a made-up city, beside a greedy hand's plan, and Solomon's instances where their files are at hand.

Townships lie evenly in a disc, places around them; nothing here is data of a city. `KEPU_SOLOMON` names the folder of the 56 files (C101.txt …).
"""

import os
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median
from time import perf_counter, process_time
from typing import Any

from kepu.bench import Result
from kepu.bench.solomon import BEST, length_of, read
from kepu.bench.world import say

PLACES, VANS, DAYS = 200, 5, 22
SECONDS_BAR, FILL_BAR = 60.0, 0.9
SOLOMON_S, MEAN_BAR, WORST_BAR = 10.0, 0.3, 1.5
MONDAY = 739_768
"""A Monday: Monday, 1 June 2026."""
KINDS = "abcdef"


def measure(*, quick: bool) -> list[Result]:
    """Plan months, plan one by hand, and run Solomon's instances."""
    with _words_of_solvers_elsewhere():
        return [*_months(quick=quick), *_solomon(quick=quick)]


@contextmanager
def _words_of_solvers_elsewhere() -> Iterator[None]:
    """HiGHS says a word on standard output when it is loaded; results alone belong there."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        import highspy

        highspy.Highs()  # type: ignore[no-untyped-call]
    finally:
        os.dup2(kept, 1)
        os.close(kept)
    yield


def month(seed: int, places: int, vans: int, days: int) -> Any:
    """Make a city: one to four visits a place, schools with two openings a day, places open on two weekdays, exhibits, three quarters."""
    import numpy as np

    from kepu.engines import routing

    random = np.random.default_rng(seed)
    towns = max(2, places // 10)
    angle, radius = random.uniform(0, 2 * np.pi, towns), 70 * np.sqrt(random.uniform(0.02, 1, towns))
    seats = np.column_stack((radius * np.cos(angle), radius * np.sin(angle)))
    town = np.arange(places) % towns
    far = np.argsort(-radius)[:3]
    points = np.vstack(([[0, 0], [25, 15]], seats[far], seats[town] + random.normal(0, 5, (places, 2))))
    km = 1.3 * np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2))
    wanted = []
    for number in range(places):
        visits = min(int(random.choice([1, 2, 3, 4], p=[0.5, 0.3, 0.14, 0.06])), max(1, days // 5))
        kind, needs = random.random(), frozenset[str]()
        hours: tuple[routing.Opening, ...] = ()
        if kind < 0.4:  # noqa: PLR2004 a share
            hours = (routing.Opening(480, 690), routing.Opening(810, 1020))
        elif kind < 0.5:  # noqa: PLR2004
            two = frozenset(int(one) for one in random.choice(5, 2, replace=False))
            hours = (routing.Opening(480, 1080, weekdays=two),)
        if random.random() < 0.2:  # noqa: PLR2004
            needs = frozenset(random.choice(list(KINDS), int(random.integers(1, 3)), replace=False).tolist())
        wanted.append(routing.Place(
            id=number, point=5 + number, township=f"{town[number]:02}", service_min=int(random.integers(4, 9)) * 15, hours=hours,
            at_least=1, at_most=visits, gap_days=3 if visits > 1 else 1, people=int(random.integers(30, 300)), exhibits=needs,
        ))  # fmt: skip
    fleet = []
    for number in range(vans):
        carried = KINDS if number < 2 else random.choice(list(KINDS), 5, replace=False).tolist()  # noqa: PLR2004
        fleet.append(routing.Van(number, int(number % 5 > 2), 480, 1080, frozenset(carried), capacity=4))  # noqa: PLR2004
    calendar = [day for day in range(MONDAY, MONDAY + 2 * days) if (day - 1) % 7 < 5][:days]  # noqa: PLR2004
    return routing.Problem(
        routing.Travel.of(km / 50 * 60, km * 1000), tuple(wanted), tuple(fleet), tuple(calendar), routing.Hours(540, 2640, 5),
        tuple(routing.Quarters(number, 2 + number) for number in range(3)), most_nights=1,
    )  # fmt: skip


def _months(*, quick: bool) -> list[Result]:
    from kepu.engines import routing

    places, vans, days = (40, 2, 11) if quick else (PLACES, VANS, DAYS)
    settings = routing.Settings(iterations=150, rounds=4) if quick else routing.Settings()
    plans, times, busy, broken, hands = [], [], [], 0, []
    for seed in (1,) if quick else (1, 2, 3):
        problem = month(seed, places, vans, days)
        begin, work = perf_counter(), process_time()
        plan = routing.plan_tours(problem, settings)
        times.append(perf_counter() - begin)
        busy.append(process_time() - work)
        violations = routing.check(plan, problem)
        broken += len(violations)
        plans.append(plan)
        hands.append(_by_hand(problem))
        say(
            f"month {seed}: {times[-1]:.1f} s ({busy[-1]:.1f} of processors), {plan.visits} of {plan.wanted} visits, {plan.required_visits} of {plan.required} "
            f"required, worst township {plan.worst_fill:.3f}, {plan.metres / 1000:.0f} km, {len(plan.days)} van-days, "
            f"{sum(one.nights for one in plan.vans)} nights, {len(violations)} violations; by hand {hands[-1]}"
        )
    hand = f"nearest place first: {median(one.visits for one in hands)} visits"
    what = f"{places} places × {vans} vans × {days} days"
    required = min(plan.required_visits / plan.required for plan in plans)
    fill, theirs = min(plan.worst_fill for plan in plans), min(one.worst for one in hands)
    visits = median(plan.visits / plan.wanted for plan in plans)
    km_each = median(plan.metres / 1000 / plan.visits for plan in plans)
    seconds = max(times)
    bar = None if quick else SECONDS_BAR
    return [
        Result(f"{what}, longest of {len(times)}", seconds, "s", bar, None if bar is None else seconds <= bar),
        Result("processor time of it, on two cores at best half as long", max(busy), "s"),
        Result("violations found by the checker", broken, "", 0, holds=broken == 0),
        Result("required visits made, worst month", required, "of them", 1, holds=required == 1),
        Result("visits made of those asked for", visits, "of them", None, None, hand,
               visits / median(one.visits / one.wanted for one in hands)),
        Result("worst township's fill, worst month", fill, "", FILL_BAR, fill >= FILL_BAR, f"by hand {theirs:.2f}",
               fill / theirs if theirs else None),
        Result("kilometres a visit", km_each, "km", None, None, "by hand",
               km_each / median(one.km / one.visits for one in hands)),
        Result("van-days used", median(len(plan.days) for plan in plans), f"of {vans * days}", None, None,
               f"by hand {median(one.days for one in hands)}", None),
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hand:
    """What a plan by hand does."""

    visits: int
    wanted: int
    required: int
    worst: float
    km: float
    days: int


def _by_hand(problem: Any) -> Hand:
    """Go day by day and van by van to the nearest place that wants a visit, is open in time and lets the van come home."""
    minutes, metres, hours = problem.travel.minutes, problem.travel.metres, problem.hours
    visits, last, week = Counter[int](), dict[int, int](), Counter[tuple[int, int]]()
    driven, out = 0, 0
    for day in problem.days:
        for number, van in enumerate(problem.vans):
            left = min(hours.day_min, hours.week_min - week[number, (day - 1) // 7], van.ends - van.starts)
            at, now, load = van.point, van.starts, frozenset[str]()
            while True:
                found: tuple[int, int, int] | None = None
                for index, place in enumerate(problem.places):
                    if visits[index] >= place.at_most or day - last.get(index, -99) < place.gap_days:
                        continue
                    if not place.exhibits <= van.exhibits or len(load | place.exhibits) > van.capacity:
                        continue
                    way = int(minutes[at, place.point])
                    if way > hours.leg_min or (found is not None and way >= found[0]):
                        continue
                    for opens, closes in place.openings_on(day):
                        done = max(now + way, opens) + place.service_min
                        if done <= closes and done + int(minutes[place.point, van.point]) - van.starts <= left:
                            found = way, index, done
                            break
                if found is None:
                    break
                _way, index, now = found
                driven += int(metres[at, problem.places[index].point])
                at, load = problem.places[index].point, load | problem.places[index].exhibits
                visits[index] += 1
                last[index] = day
            if at != van.point or now > van.starts:
                driven += int(metres[at, van.point])
                week[number, (day - 1) // 7] += now + int(minutes[at, van.point]) - van.starts
                out += 1
    wanted, got = Counter[str](), Counter[str]()
    for index, place in enumerate(problem.places):
        wanted[place.township] += place.at_most
        got[place.township] += visits[index]
    return Hand(
        visits=visits.total(),
        wanted=wanted.total(),
        required=sum(min(visits[index], place.at_least) for index, place in enumerate(problem.places)),
        worst=min(got[name] / wanted[name] for name in wanted),
        km=driven / 1000,
        days=out,
    )


def _solomon(*, quick: bool) -> list[Result]:
    from kepu.engines import routing

    folder = os.environ.get("KEPU_SOLOMON", "")
    if not folder or not Path(folder).is_dir():
        say("KEPU_SOLOMON 没有指出 Solomon 算例的文件夹，跳过这一项。")
        return []
    names = sorted(BEST)[:: 10 if quick else 1]
    gaps, times = dict[str, float](), []
    for name in names:
        instance = read(Path(folder) / f"{name}.txt")
        begin = perf_counter()
        found = routing.shortest_routes(
            instance.way, instance.demand, instance.opens, instance.closes, instance.service, vehicles=instance.vehicles,
            capacity=instance.capacity, iterations=1_000_000, fuse_s=1.0 if quick else SOLOMON_S,
        )  # fmt: skip
        times.append(perf_counter() - begin)
        length = None if found is None else length_of(instance, found.routes)
        if length is None:
            raise RuntimeError(f"{name}: no plan, or one that breaks a rule")
        gaps[name] = 100 * (length / 10 / BEST[name] - 1)
        say(f"{name}: {length / 10:.1f}, gap {gaps[name]:.2f} %, {times[-1]:.1f} s")
    far, middle = max(gaps.values()), mean(gaps.values())
    what = f"Solomon, {len(names)} instances, {1 if quick else 10} s each"
    one = [gap for name, gap in gaps.items() if name[-3] == "1"]
    results = [
        Result(f"{what}, mean gap to the shortest known", middle, "%", None if quick else MEAN_BAR,
               None if quick else middle <= MEAN_BAR),
        Result(f"{what}, worst gap", far, "%", None if quick else WORST_BAR, None if quick else far <= WORST_BAR),
        Result(f"{what}, mean gap of type 1, proven optima", mean(one), "%"),
        Result(f"{what}, as short as the shortest known", sum(gap < 1e-9 for gap in gaps.values()), "of them"),  # noqa: PLR2004
        Result(f"{what}, longest", max(times), "s"),
    ]  # fmt: skip
    for family in ("C1", "C2", "R1", "R2", "RC1", "RC2"):
        mine = [gap for name, gap in gaps.items() if name[:-2] == family]
        if mine:
            results.append(Result(f"Solomon {family} ({len(mine)}), mean gap", mean(mine), "%"))
    return results
