"""Small worlds for the tests of tours."""

import numpy as np
from hypothesis import strategies as st

from kepu.engines.routing import Hours, Opening, Place, Problem, Quarters, Settings, Travel, Van

MONDAY = 739_768
BRIEF = Settings(iterations=25, rounds=2)


def ways(points):
    """Minutes and metres between points of a plane: a minute a unit, a kilometre a unit."""
    xy = np.asarray(points, dtype=float)
    gap = np.sqrt(((xy[:, None] - xy[None]) ** 2).sum(axis=2))
    return Travel.of(gap, gap * 1000)


@st.composite
def problems(draw):
    """Two vans at most, five places at most, six days at most, with every kind of rule now and then."""
    count, vans = draw(st.integers(1, 5)), draw(st.integers(1, 2))
    coordinate = st.integers(-150, 150)
    points = draw(st.lists(st.tuples(coordinate, coordinate), min_size=count + 2, max_size=count + 2))
    days = tuple(MONDAY + day for day in sorted(draw(st.sets(st.integers(0, 8), min_size=1, max_size=6))))
    hours = st.sampled_from([
        (), (Opening(480, 600), Opening(840, 1000)), (Opening(540, 1080, weekdays=frozenset({0, 2})),),
        (Opening(500, 700, days=frozenset(days[:1])),), (Opening(300, 420),),
    ])  # fmt: skip
    needs = st.frozensets(st.sampled_from("abc"), max_size=2)
    places = []
    for number in range(count):
        at_least = draw(st.integers(0, 1))
        places.append(Place(
            id=number, point=2 + number, township=draw(st.sampled_from(["east", "west"])), service_min=draw(st.integers(30, 120)),
            hours=draw(hours), at_least=at_least, at_most=draw(st.integers(1, 3)), gap_days=draw(st.integers(1, 3)),
            people=draw(st.integers(0, 99)), exhibits=draw(needs),
        ))  # fmt: skip
    fleet = tuple(
        Van(
            id=f"v{number}", point=0, starts=480, ends=draw(st.sampled_from([960, 1080, 1320])),
            exhibits=draw(st.frozensets(st.sampled_from("abc"))), capacity=draw(st.sampled_from([None, 1, 2])),
            days=draw(st.sampled_from([None, frozenset(days[::2])])),
        )
        for number in range(vans)
    )  # fmt: skip
    return Problem(
        ways(points), tuple(places), fleet, days, Hours(480, draw(st.sampled_from([600, 2400])), draw(st.integers(1, 5)), 660, 200),
        (Quarters("inn", 1),), draw(st.integers(0, 2)),
    )  # fmt: skip


def rich():
    """A world whose plan has nights out, exhibits, waiting for an opening and repeated visits."""
    points = [(0, 0), (170, 0), (170, 20), (185, 0), (30, 10), (20, -30), (40, 30)]
    days = tuple(MONDAY + day for day in (0, 1, 2, 3, 4))
    places = (
        Place("far", 2, "coast", 90, at_least=1, at_most=1, people=80),
        Place("farther", 3, "coast", 60, at_least=1, at_most=1, people=50, exhibits=frozenset("a")),
        Place("school", 4, "hills", 60, hours=(Opening(840, 960, weekdays=frozenset({0, 1, 2})),), people=200),
        Place("often", 5, "hills", 45, at_least=1, at_most=2, gap_days=2, people=30, exhibits=frozenset("b")),
        Place("near", 6, "hills", 45, people=40),
    )
    van = Van("v", 0, 480, 1080, frozenset("ab"), capacity=1)
    return Problem(ways(points), places, (van,), days, Hours(420, 1800, 5), (Quarters("inn", 1),), 1)
