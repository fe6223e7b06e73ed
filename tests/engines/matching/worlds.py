"""Small rounds for tests, and a referee that checks and solves them in another way."""

from collections import Counter, defaultdict
from dataclasses import replace

import highspy
import numpy as np
from hypothesis import strategies as st

from kepu.engines.matching import Districts, Pairs, Providers, Requests, Round, Slots, Travel

REPEATS = ("any", "same", "different")


def ids(letter, count):
    return [f"{letter}{row:03}" for row in range(count)]


def made(seed, *, requests=12, providers=8, slots=6, districts=3, repeat="any", density=0.6, load=3, **further):
    """A round from a seed; load 3 is plenty."""
    rng = np.random.default_rng(seed)
    request, provider = np.nonzero(rng.random((requests, providers)) < density)
    point = rng.uniform(0, 60, (requests, 2))
    travel = (
        Travel(np.hypot(*(point[:, None] - point[None]).transpose(2, 0, 1)), 30) if further.pop("far", False) else None
    )
    floor, per_period = further.pop("floor", 0.0), further.pop("per_period", None)
    if per_period == "uneven":
        per_period = rng.integers(0, 3, (providers, 2 + slots // 4))
    if further.pop("trips", False) and travel is not None:
        others = np.random.default_rng([seed, 1])
        before = others.integers(0, (providers, (slots + 1) // 2, requests), (providers // 2 + 1, 3))
        travel = replace(travel, trips=before)
    return Round(
        Requests(
            ids("r", requests), rng.integers(1, 4, requests), rng.random((requests, slots)) < 0.7,
            district=rng.integers(0, districts, requests), repeat=repeat, place=np.arange(requests), **further,
        ),
        Providers(ids("e", providers), rng.integers(0, load + 1, providers), rng.random((providers, slots)) < 0.7, per_period),
        Slots(ids("s", slots), day=np.arange(slots) // 2, period=np.arange(slots) // 4),
        Districts(ids("d", districts), floor=floor),
        Pairs(request, provider, np.round(rng.random(len(request)), 2), rng.integers(0, 9, len(request)).astype(float)),
        travel,
    )  # fmt: skip


@st.composite
def rounds(draw, *, network_only=False, repeats=REPEATS):
    """Rounds with every rule."""
    size = {"requests": draw(st.integers(1, 9)), "providers": draw(st.integers(1, 6)), "slots": draw(st.integers(1, 6))}
    rules = {
        "load": draw(st.integers(1, 4)),
        "density": draw(st.sampled_from([0.2, 0.6, 1.0])),
        "per_period": draw(st.sampled_from([None, 1, 2, "uneven"])),
    }
    if not network_only:
        policy = draw(st.lists(st.sampled_from(repeats), min_size=size["requests"], max_size=size["requests"]))
        whole = draw(st.lists(st.booleans(), min_size=size["requests"], max_size=size["requests"]))
        rules |= {"repeat": policy, "is_whole": whole, "far": draw(st.booleans()), "trips": draw(st.booleans())}
    return made(draw(st.integers(0, 10_000)), **size, **rules)


def shuffled(round_, seed):
    """The same round with every row somewhere else."""
    rng = np.random.default_rng(seed)
    r, p, s, d = (
        rng.permutation(len(part.ids)) for part in (round_.requests, round_.providers, round_.slots, round_.districts)
    )
    q = rng.permutation(len(round_.pairs.request))
    requests, providers, slots, districts, pairs = (
        round_.requests,
        round_.providers,
        round_.slots,
        round_.districts,
        round_.pairs,
    )
    named = {row: number for number, row in enumerate(rng.permutation(20).tolist())}
    return Round(
        Requests(
            [requests.ids[row] for row in r], requests.visits[r], requests.window[r][:, s], np.argsort(d)[requests.district[r]],
            requests.need[r], [requests.repeat[row] for row in r], requests.is_whole[r], requests.place[r],
        ),
        Providers(
            [providers.ids[row] for row in p], providers.load[p], providers.available[p][:, s],
            None if providers.per_period is None else providers.per_period[p],
        ),
        Slots([slots.ids[row] for row in s], [named[day] for day in slots.day[s].tolist()], slots.period[s]),
        Districts([districts.ids[row] for row in d], districts.need[d], districts.had[d], districts.floor[d]),
        Pairs(
            np.argsort(r)[pairs.request[q]], np.argsort(p)[pairs.provider[q]], pairs.fit[q], pairs.distance[q],
            {rule: mask[q] for rule, mask in pairs.allowed.items()},
        ),
        _renamed(round_.travel, np.argsort(p), named, rng),
    )  # fmt: skip


def most_in(providers, p, period):
    """Visits that one may make in one period."""
    most = providers.per_period[p]
    return int(most if np.ndim(most) == 0 else most[period])


def _renamed(travel, provider, day, rng):
    """Trips that were planned before, with their rows somewhere else."""
    if travel is None:
        return None
    trips = [(provider[who], day[when], where) for who, when, where in travel.trips.tolist()]
    return replace(travel, trips=rng.permutation(np.array(trips, dtype=np.int64).reshape(-1, 3)))


def broken_rules(round_, plan, settings=None):
    """Name every hard rule that a plan breaks, without a line of the engine."""
    requests, providers, slots, found = round_.requests, round_.providers, round_.slots, set()
    row = {
        part: {name: n for n, name in enumerate(getattr(round_, part).ids)}
        for part in ("requests", "providers", "slots")
    }
    pairs = set(zip(round_.pairs.request.tolist(), round_.pairs.provider.tolist(), strict=True))
    for mask in round_.pairs.allowed.values():
        bad = np.flatnonzero(~np.asarray(mask))
        pairs -= set(zip(round_.pairs.request[bad].tolist(), round_.pairs.provider[bad].tolist(), strict=True))
    visits = [
        (row["requests"][one.request], row["providers"][one.provider], row["slots"][one.slot])
        for one in plan.assignments
    ]
    for r, p, s in visits:
        found |= {"pair"} if (r, p) not in pairs else set()
        found |= {"availability"} if not (requests.window[r, s] and providers.available[p, s]) else set()
    counts = {
        "visits": (Counter(r for r, _p, _s in visits), requests.visits),
        "load": (Counter(p for _r, p, _s in visits), providers.load),
    }
    for rule, (count, most) in counts.items():
        found |= {rule} if any(number > most[one] for one, number in count.items()) else set()
    for rule, keys in (("busy", [(p, s) for _r, p, s in visits]), ("own_half_day", [(r, s) for r, _p, s in visits])):
        found |= {rule} if len(set(keys)) < len(keys) else set()
    if providers.per_period is not None:
        periods = Counter((p, int(slots.period[s])) for _r, p, s in visits)
        found |= {"period"} if any(number > most_in(providers, *key) for key, number in periods.items()) else set()
    people, trips = defaultdict(list), defaultdict(list)
    for r, p, s in visits:
        people[r].append(p)
        trips[p, int(slots.day[s])].append(int(requests.place[r]))
    for r, who in people.items():
        if (requests.repeat[r] == "different" and len(set(who)) < len(who)) or (
            requests.repeat[r] == "same" and len(set(who)) > 1
        ):
            found.add("repeat")
        pinned = sum(one.request == requests.ids[r] for one in (settings.pins if settings else ()))
        if requests.is_whole[r] and len(who) not in {pinned, int(requests.visits[r])}:
            found.add("whole")
    if round_.travel is not None:
        for p, day, place in round_.travel.trips.tolist():
            if any(round_.travel.minutes[place, other] > round_.travel.limit_min for other in trips.get((p, day), ())):
                found.add("travel")
        for places in trips.values():
            if any(round_.travel.minutes[a, b] > round_.travel.limit_min for a in places for b in places):
                found.add("travel")
    for forbid in settings.forbids if settings else ():
        for one in plan.assignments:
            if (one.request, one.provider) == forbid[:2] and forbid.slot in {None, one.slot}:
                found.add("forbidden")
    return found


def best_by_search(round_, settings):
    """The best worth of all plans, by HiGHS as whole-number programme: every rule stands as it reads, nothing of the network is used.

    Without pins, floors and concave terms.
    """
    requests, providers, slots, pairs = round_.requests, round_.providers, round_.slots, round_.pairs
    columns, cost = [], []
    for place, (r, p) in enumerate(zip(pairs.request.tolist(), pairs.provider.tolist(), strict=True)):
        for s in np.flatnonzero(requests.window[r] & providers.available[p]).tolist():
            columns.append((r, p, s))
            cost.append(
                settings.served * requests.need[r]
                + settings.fit * pairs.fit[place]
                - settings.distance * pairs.distance[place]
            )
    if not columns:
        return 0.0
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)  # noqa: FBT003
    highs.setOptionValue("mip_rel_gap", 0.0)
    x = [highs.addBinary(obj=-value) for value in cost]
    groups = defaultdict(list)
    for column, (r, p, s) in enumerate(columns):
        for key in (
            ("visits", r),
            ("load", p),
            ("busy", p, s),
            ("own", r, s),
            ("period", p, int(slots.period[s])),
            ("pair", r, p),
        ):
            groups[key].append(column)

    def total(rows):
        return sum((x[column] for column in rows[1:]), 1 * x[rows[0]])

    most = {"visits": requests.visits, "load": providers.load}
    for key, rows in groups.items():
        if key[0] in most:
            highs.addConstr(total(rows) <= int(most[key[0]][key[1]]))
        elif key[0] == "period" and providers.per_period is not None:
            highs.addConstr(total(rows) <= most_in(providers, *key[1:]))
        elif key[0] in {"busy", "own"} or (key[0] == "pair" and requests.repeat[key[1]] == "different"):
            highs.addConstr(total(rows) <= 1)
    for r, policy in enumerate(requests.repeat):
        own = groups.get(("visits", r), [])
        if own and requests.is_whole[r]:
            is_served = highs.addBinary()
            highs.addConstr(total(own) - int(requests.visits[r]) * is_served == 0)
        if own and policy == "same":
            people = {p: highs.addBinary() for p in {columns[column][1] for column in own}}
            highs.addConstr(sum(people.values()) <= 1)
            for column in own:
                highs.addConstr(x[column] - people[columns[column][1]] <= 0)
    if round_.travel is not None:
        far = round_.travel.minutes > round_.travel.limit_min
        for a, (r, p, s) in enumerate(columns):
            before = [place for who, day, place in round_.travel.trips.tolist() if (who, day) == (p, slots.day[s])]
            if any(far[requests.place[r], place] for place in before):
                highs.addConstr(1 * x[a] <= 0)
            for b in groups["load", p]:
                other = columns[b]
                if b > a and slots.day[s] == slots.day[other[2]] and far[requests.place[r], requests.place[other[0]]]:
                    highs.addConstr(x[a] + x[b] <= 1)
    highs.run()
    return -highs.getInfo().objective_function_value


def without(round_, **parts):
    """The round with some parts changed."""
    return replace(round_, **parts)
