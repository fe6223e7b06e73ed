"""Laws of dividing and adding up."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kepu.plan.breakdown.choices import Among
from kepu.plan.breakdown.rules import Piece, Promise, apportion, over_years, step_of, sum_checks
from kepu.plan.tasks.rules.terms import Kind

ONE = Decimal(1)
WEIGHTS = st.lists(st.integers(0, 10**7), min_size=1, max_size=30).filter(any).map(lambda ns: [Decimal(n) for n in ns])
STEPS = st.sampled_from([ONE, Decimal("0.1"), Decimal("0.01")])


@given(st.integers(0, 10**9), WEIGHTS, STEPS)
def test_the_parts_add_up_exactly_and_each_lies_within_one_step_of_its_proportion(
    units: int, weights: list[Decimal], step: Decimal
) -> None:
    total = units * step
    parts = apportion(total, weights, step=step)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert part % step == 0
        assert abs(part * sum(weights) - total * weight) < step * sum(weights)


@given(st.integers(0, 10**6), WEIGHTS)
def test_who_weighs_more_gets_no_less_and_who_weighs_nothing_gets_nothing(units: int, weights: list[Decimal]) -> None:
    parts = apportion(Decimal(units), weights)
    pairs = sorted(zip(weights, parts, strict=True))
    assert all(fewer[1] <= more[1] for fewer, more in pairwise(pairs))
    assert all(part == 0 for weight, part in pairs if weight == 0)


@given(st.integers(0, 10**6), WEIGHTS, st.integers(1, 1000))
def test_scaling_the_weights_changes_nothing(units: int, weights: list[Decimal], k: int) -> None:
    assert apportion(Decimal(units), weights) == apportion(Decimal(units), [weight * k for weight in weights])


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=20), st.integers(1, 10))
def test_spread_over_years_every_place_is_exact_and_no_two_years_differ_by_more_than_one(
    amounts: list[int], years: int
) -> None:
    rows = over_years([Decimal(amount) for amount in amounts], years)
    assert [sum(row) for row in rows] == amounts
    sums = [sum(column) for column in zip(*rows, strict=True)]
    assert max(sums) - min(sums) <= 1
    assert all(max(row) - min(row) <= 1 for row in rows)


@pytest.mark.parametrize(
    ("total", "weights"), [(ONE, []), (ONE, [Decimal(0)]), (ONE, [Decimal(-1), ONE]), (-ONE, [ONE]), (ONE / 2, [ONE])]
)
def test_what_cannot_be_divided_is_refused(total: Decimal, weights: list[Decimal]) -> None:
    with pytest.raises(ValueError, match=r"weights|total"):
        apportion(total, weights)


def test_a_number_is_divided_in_its_own_last_place() -> None:
    assert step_of(Decimal("12.50"), is_whole=False) == Decimal("0.1")
    assert step_of(Decimal("12.5"), is_whole=True) == 1
    assert step_of(Decimal(1200), is_whole=False) == 1


def piece(owner: int, value: object, year: int | None = None) -> Piece:
    return Piece(Among.REGIONS.value, owner, year, Decimal(str(value)))


def gaps(kind: Kind, *pieces: Piece, **more: object) -> list[tuple[int | None, int | None, int]]:
    promise = Promise(kind, Decimal(100), **more)  # type: ignore[arg-type]
    return [(check.year, check.owner, int(check.difference)) for check in sum_checks(pieces, promise)]


def test_every_year_of_a_flow_must_make_up_the_number() -> None:
    assert gaps(Kind.FLOW, piece(1, 60), piece(2, 30)) == [(None, None, -10)]
    assert gaps(Kind.FLOW, piece(1, 60), piece(2, 40), piece(2, 50, 2024)) == [(None, None, 0), (2024, None, 10)]
    assert gaps(Kind.FLOW, piece(1, 60, 2023), piece(2, 40, 2023), piece(1, 90, 2024)) == [
        (2023, None, 0), (2024, None, -10),
    ]  # fmt: skip


def test_a_total_is_made_up_once_and_a_places_years_must_make_up_its_whole() -> None:
    assert gaps(Kind.TOTAL, piece(1, 30, 2023), piece(1, 30, 2024), piece(2, 40)) == [(None, None, 0)]
    assert gaps(Kind.TOTAL, piece(1, 60), piece(1, 30, 2023), piece(2, 40)) == [(None, None, 0), (None, 1, -30)]


def test_levels_are_never_added_over_years() -> None:
    assert gaps(Kind.STATE, piece(1, 50, 2024), piece(1, 60, 2025), piece(2, 40), due_year=2025) == [(None, None, 0)]
    assert gaps(Kind.STATE, piece(1, 18), piece(2, 20), is_added=False) == []


def test_districts_and_bodies_are_two_divisions() -> None:
    body = Piece(Among.BODIES.value, 1, None, Decimal(70))
    assert gaps(Kind.TOTAL, piece(1, 100), body) == [(None, None, 0), (None, None, -30)]


def test_anything_within_a_range_fits() -> None:
    assert gaps(Kind.TOTAL, piece(1, 110), value_max=Decimal(120)) == [(None, None, 0)]
    assert gaps(Kind.TOTAL, piece(1, 130), value_max=Decimal(120)) == [(None, None, 10)]
