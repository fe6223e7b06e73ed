"""Laws of distances and travel times, and coordinates that cannot be right."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kepu.engines.coverage import (
    EARTH_KM,
    Doubt,
    check_coordinates,
    great_circle_km,
    minutes_of,
    reach_by_distance,
    reach_by_table,
)

ROAD = {"detour": 1.3, "speed_kmh": 30.0}
places = st.lists(st.tuples(st.floats(119.5, 121.0), st.floats(35.5, 37.2)), min_size=1, max_size=12)


def dense(reach):
    table = np.full((reach.height, reach.width), np.inf)
    table[reach.rows(), reach.destinations] = reach.minutes
    return table


def test_arcs_known_in_closed_form():
    assert great_circle_km(0, 0, 0, 1) == pytest.approx(math.pi * EARTH_KM / 180, rel=1e-14)
    assert great_circle_km(0, 0, 180, 0) == pytest.approx(math.pi * EARTH_KM, rel=1e-14)
    # The corners of an octahedron stand a right angle apart.
    assert great_circle_km(120, 0, -150, 0) == pytest.approx(math.pi * EARTH_KM / 2, rel=1e-14)
    # Of a degree along the 60th parallel a little less than half is left, cutting the corner.
    assert great_circle_km(10, 60, 11, 60) == pytest.approx(
        2 * EARTH_KM * math.asin(math.cos(math.radians(60)) * math.sin(math.radians(0.5))), rel=1e-14
    )


@given(places, places, st.floats(1, 200))
def test_the_tree_finds_the_pairs_that_the_formula_finds(ours, theirs, limit):
    reach = reach_by_distance(ours, theirs, **ROAD, limit_min=limit)

    ours, theirs = np.array(ours), np.array(theirs)
    wanted = minutes_of(great_circle_km(ours[:, :1], ours[:, 1:], theirs[:, 0], theirs[:, 1]), **ROAD)
    found = dense(reach)
    clear = np.abs(wanted - limit) > 1e-9
    assert (np.isfinite(found) == (wanted <= limit))[clear].all()
    both = np.isfinite(found)
    assert found[both] == pytest.approx(wanted[both], abs=1e-6)
    assert reach.nearest().tolist() == found.min(axis=1).tolist()


@given(places, st.floats(1, 100), st.floats(1, 100))
def test_a_shorter_limit_is_the_longer_one_cut_off(points, one, other):
    short, long = sorted((one, other))
    cut = reach_by_distance(points, points[::-1], **ROAD, limit_min=long).within(short)

    assert dense(cut).tolist() == dense(reach_by_distance(points, points[::-1], **ROAD, limit_min=short)).tolist()


@given(places, st.randoms())
def test_the_order_of_rows_changes_nothing_but_the_order(points, shuffle):
    order = list(range(len(points)))
    shuffle.shuffle(order)
    reach = reach_by_distance(points, points, **ROAD, limit_min=60)
    again = reach_by_distance([points[place] for place in order], points, **ROAD, limit_min=60)

    assert dense(again).tolist() == dense(reach)[order].tolist()


def test_a_table_gives_the_same_as_the_distances_it_was_made_of():
    points = [(120.1, 36.1), (120.2, 36.3), (120.9, 36.9)]
    reach = reach_by_distance(points, points, **ROAD, limit_min=100)
    names = ["a", "b", "c"]
    lines = sorted(zip(reach.rows(), reach.destinations, reach.minutes, strict=True), key=lambda line: line[2])

    again = reach_by_table(
        [names[line[0]] for line in lines] + ["stranger"], [names[line[1]] for line in lines] + ["a"],
        [line[2] for line in lines] + [3], origins=names, destinations=names, limit_min=100,
    )  # fmt: skip

    assert dense(again).tolist() == dense(reach).tolist()
    assert (np.diag(dense(again)) == 0).all()  # at the door: zero minutes, and in reach


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: reach_by_distance([(1, 91)], [(1, 1)], **ROAD, limit_min=5), "latitude"),
        (lambda: reach_by_distance([(np.nan, 1)], [(1, 1)], **ROAD, limit_min=5), "longitude"),
        (lambda: reach_by_distance([1, 2], [(1, 1)], **ROAD, limit_min=5), "origins"),
        (lambda: reach_by_distance([(1, 1)], [(1, 1)], detour=0.9, speed_kmh=30, limit_min=5), "detour"),
        (lambda: reach_by_distance([(1, 1)], [(1, 1)], detour=1, speed_kmh=0, limit_min=5), "speed_kmh"),
        (lambda: reach_by_distance([(1, 1)], [(1, 1)], **ROAD, limit_min=0), "limit_min"),
        (lambda: reach_by_distance([(1, 1)], [(1, 1)], **ROAD, limit_min=5).within(6), "limit_min"),
        (lambda: reach_by_table("a", "x", [-1], origins="a", destinations="x", limit_min=5), "line 1"),
        (lambda: reach_by_table("aa", "xx", [1, 2], origins="a", destinations="x", limit_min=5), "line 2 repeats"),
        (lambda: reach_by_table("ab", "x", [1, 2], origins="ab", destinations="x", limit_min=5), "minutes"),
        (lambda: reach_by_table("a", "x", [1], origins="aa", destinations="x", limit_min=5), "origins"),
        (lambda: reach_by_table("a", "x", [1], origins="a", destinations="x", limit_min=0), "limit_min"),
    ],
)
def test_what_is_out_of_bounds_is_refused_by_name(call, words):
    with pytest.raises(ValueError, match=words):
        call()


BOX = (119.5, 35.5, 121.0, 37.2)


def test_each_row_in_doubt_is_named_with_the_reason():
    points = [(120.4, 36.1), (36.1, 120.4), (np.nan, 36), (120.4, 236), (116.4, 39.9), (120.95, 35.55), (0, 0)]

    doubts = check_coordinates(points, box=BOX, anchors=[(120.4, 36.1)], farthest_km=30)

    assert [(one.row, one.reason) for one in doubts] == [
        (1, "swapped"), (2, "missing"), (3, "out_of_range"), (4, "outside"), (5, "far"), (6, "outside"),
    ]  # fmt: skip
    assert doubts[4].distance_km == pytest.approx(float(great_circle_km(120.95, 35.55, 120.4, 36.1)))


def test_without_a_box_only_what_is_no_place_on_earth_is_doubted():
    assert check_coordinates([(2, 100), (200, 100), (10, 10)]) == (Doubt(0, "swapped"), Doubt(1, "out_of_range"))
    assert check_coordinates([]) == ()
    assert check_coordinates([(10, 10)], anchors=[], farthest_km=5) == ()


@pytest.mark.parametrize(
    ("further", "words"),
    [({"box": (121, 35, 119, 37)}, "box"), ({"anchors": [(1, 1)]}, "farthest_km"), ({"points": [1, 2]}, "points")],
)
def test_a_check_that_cannot_be_made_is_refused(further, words):
    with pytest.raises(ValueError, match=words):
        check_coordinates(**{"points": [(1, 1)], **further})
