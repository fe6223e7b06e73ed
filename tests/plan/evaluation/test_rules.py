"""The laws of scoring, and the printed numbers that the rule must give."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kepu.plan.evaluation.rules import balance, grade_of, proportional, rounded, weighted_mean

GOLDEN = json.loads((Path(__file__).parents[2] / "golden" / "evaluation" / "scores.json").read_text())
SCALE = {"excellent": Decimal(90), "good": Decimal(80), "fair": Decimal(60)}
weights = st.integers(1, 1000).map(lambda tenth: Decimal(tenth) / 10)
scores = st.integers(0, 10_000).map(lambda hundredth: Decimal(hundredth) / 100)
ways = st.sampled_from(["truncate", "half_up"])
digits = st.integers(0, 2)


@pytest.mark.parametrize("line", GOLDEN, ids=lambda line: line["what"])
def test_the_printed_scores_follow_from_the_rule(line: dict[str, str]) -> None:
    found = proportional(Decimal(line["weight"]), int(line["part"]), int(line["whole"]), line["rounding"], 0)
    assert found == Decimal(line["printed"])


def test_a_third_of_thirty_is_ten_and_not_nine() -> None:
    assert proportional(Decimal(30), 1, 3, "truncate", 0) == 10


@given(weights, st.integers(-5, 500), st.integers(1, 300), ways, digits)
def test_points_stay_between_nothing_and_the_weight(
    weight: Decimal, part: int, whole: int, rounding: str, decimals: int
) -> None:
    points = proportional(weight, part, whole, rounding, decimals)
    assert points is not None
    assert 0 <= points <= weight


@given(weights, st.integers(0, 299), st.integers(1, 300), ways, digits)
def test_one_more_that_holds_never_costs_points(
    weight: Decimal, part: int, whole: int, rounding: str, decimals: int
) -> None:
    fewer, more = (proportional(weight, n, whole, rounding, decimals) for n in (part, part + 1))
    assert fewer is not None
    assert more is not None
    assert fewer <= more


@given(scores, digits)
def test_cutting_never_gives_more_than_rounding(value: Decimal, decimals: int) -> None:
    cut, near = rounded(value, "truncate", decimals), rounded(value, "half_up", decimals)
    assert cut <= value
    assert cut <= near
    assert near - cut <= Decimal(1).scaleb(-decimals)


@given(st.lists(weights, min_size=1, max_size=20))
def test_a_balance_is_whole_only_at_exactly_a_hundred(given_weights: list[Decimal]) -> None:
    found = balance(given_weights)
    assert found.total + found.difference == 100
    assert found.is_whole == (sum(given_weights) == 100)


@given(st.lists(st.tuples(scores, weights), min_size=1, max_size=30), ways)
def test_a_mean_lies_among_its_scores_and_order_does_not_matter(rows: list[tuple[Decimal, Decimal]], way: str) -> None:
    mean = weighted_mean(rows, way, 2)
    assert mean is not None
    assert min(score for score, _w in rows) <= mean <= max(score for score, _w in rows)
    assert mean == weighted_mean(rows[::-1], way, 2)
    assert mean == weighted_mean([(score, weight * 7) for score, weight in rows], way, 2)


@given(scores, scores)
def test_a_higher_score_never_has_a_lower_grade(one: Decimal, two: Decimal) -> None:
    order = ["poor", "fair", "good", "excellent"]
    low, high = sorted((one, two))
    assert order.index(grade_of(low, SCALE)) <= order.index(grade_of(high, SCALE))
