"""Routes from one depot against every possible plan of small instances, and the putting together of routes."""

from itertools import permutations

import highspy
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kepu.bench.solomon import BEST, length_of, read
from kepu.engines.routing import shortest_routes
from kepu.engines.routing.partition import Limit, Pool, Wanted, best_of


def length_of_route(way, opens, closes, service, route):
    at, now, total = 0, int(opens[0]), 0
    for one in [*route, 0]:
        total += int(way[at, one])
        now = max(now + int(way[at, one]), int(opens[one]))
        if now > closes[one]:
            return None
        now, at = now + int(service[one]), one
    return total


def best_of_all(way, demand, opens, closes, service, vehicles, capacity):
    """Cut every order of customers at every place."""
    count, best = len(way) - 1, None
    for order in permutations(range(1, count + 1)):
        for cuts in range(2 ** (count - 1)):
            routes, route = [], []
            for number, one in enumerate(order):
                route.append(one)
                if cuts >> number & 1 or number == count - 1:
                    routes.append(route)
                    route = []
            lengths = [length_of_route(way, opens, closes, service, one) for one in routes]
            if len(routes) <= vehicles and None not in lengths and all(demand[one].sum() <= capacity for one in routes):
                best = sum(lengths) if best is None else min(best, sum(lengths))
    return best


@given(st.integers(0, 10_000), st.integers(1, 3))
@settings(max_examples=15)
def test_nothing_is_shorter_than_what_is_found(seed, vehicles):
    random = np.random.default_rng(seed)
    points = random.integers(0, 60, (5, 2))
    way = np.ceil(np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2))).astype(int)
    demand = np.array([0, *random.integers(1, 5, 4)])
    opens = np.array([0, *random.integers(0, 80, 4)])
    closes = np.array([400, *(opens[1:] + random.integers(40, 150, 4))])
    service = np.array([0, 5, 5, 5, 5])

    found = shortest_routes(way, demand, opens, closes, service, vehicles=vehicles, capacity=9, iterations=120, leg=60)

    best = best_of_all(way, demand, opens, closes, service, vehicles, 9)
    assert (None if found is None else found.length) == best
    if found is not None:
        assert sorted(one for route in found.routes for one in route) == [1, 2, 3, 4]
        assert found.length == sum(length_of_route(way, opens, closes, service, route) for route in found.routes)
        assert (found.iterations, found.ended) == (120, "iterations")


def test_the_same_seed_gives_the_same_routes():
    random = np.random.default_rng(3)
    points = random.integers(0, 100, (21, 2))
    way = np.ceil(np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2))).astype(int)
    zero = np.zeros(21, dtype=int)
    ask = {"vehicles": 9, "capacity": 5, "iterations": 90, "leg": 30}

    first, second = (
        shortest_routes(way, zero + 1 - (np.arange(21) == 0), zero, zero + 900, zero, **ask) for _turn in range(2)
    )

    assert first == second


def test_routes_are_put_together_where_something_may_be_missed():
    pool = Pool()
    for kind, clients, cost in ((0, (0, 1), 10), (0, (2,), 4), (1, (1,), 3), (1, (2, 0), 5), (0, (1, 0), 9)):
        pool.add(kind, clients, cost)
    limit = Limit(10, 100)

    assert best_of(pool, Wanted((0, 1, 2), (50, 2, 50), (1, 1)), 99, limit) == [(1, (2, 0))]
    assert best_of(pool, Wanted((0, 1, 2), (50, 2, 50), (1, 1)), 7, limit) is None
    assert not limit.was_hit


@pytest.mark.parametrize(
    ("further", "words"),
    [
        ({"way": [[0, 1]]}, "way"),
        ({"demand": [0]}, "way"),
        ({"opens": [0, 9], "closes": [9, 8]}, "way"),
        ({"vehicles": 0}, "vehicles"),
        ({"iterations": 0}, "iterations"),
    ],
)
def test_what_is_out_of_bounds_is_refused_by_name(further, words):
    ask = {
        "way": [[0, 1], [1, 0]], "demand": [0, 1], "opens": [0, 0], "closes": [9, 9], "service": [0, 0], "vehicles": 1,
        "capacity": 1, **further,
    }  # fmt: skip
    with pytest.raises(ValueError, match=words):
        shortest_routes(**ask)


def test_a_file_of_solomon_is_read_with_ways_cut_to_one_decimal(tmp_path):
    head = "X\n\nVEHICLE\nNUMBER CAPACITY\n  2  10\n\nCUSTOMER\nCUST NO. ...\n\n"
    file = tmp_path / "X.txt"
    file.write_text(head + "0 0 0 0 0 100 0\n1 1 1 4 0 50 10\n2 5 0 7 0 60 10\n", encoding="utf-8")

    instance = read(file)

    assert instance.way.tolist() == [[0, 14, 50], [14, 0, 41], [50, 41, 0]]
    assert instance.closes.tolist() == [1000, 500, 600]
    assert length_of(instance, ((1,), (2,))) == 128
    assert length_of(instance, ((1, 2),)) is None  # 11 aboard
    assert length_of(instance, ((1,),)) is None
    assert len(BEST) == 56


def test_a_solver_that_gives_up_loses_no_plan(monkeypatch):
    monkeypatch.setattr(highspy.Highs, "run", lambda _self: highspy.HighsStatus.kError)
    pool, limit = Pool(), Limit(10, 10)
    pool.add(0, (0,), 5)

    assert best_of(pool, Wanted((0,), None, (1,)), 6, limit) is None
    assert limit.was_hit
    way = [[0, 3, 4], [3, 0, 5], [4, 5, 0]]
    found = shortest_routes(way, [0, 1, 1], [0, 0, 0], [99] * 3, [0, 1, 1], vehicles=2, capacity=2, iterations=50)
    assert found is not None
    assert found.length == 12
    assert found.ended == "fuse", "nothing is said to be done to the end"
