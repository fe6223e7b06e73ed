"""Laws of the two-step floating catchment, shares and indices, and numbers of other software."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kepu.engines.coverage import (
    Decay,
    equity_by,
    gini,
    gini_by,
    group_scores,
    reach_by_table,
    split_of,
    theil,
    theil_parts,
    two_step,
)

GOLDEN = Path(__file__).parents[2] / "golden" / "coverage"
decays = st.sampled_from([Decay(), Decay(10), Decay(40)])


@st.composite
def towns(draw):
    """Times, people and supply of a small world."""
    n, m = draw(st.integers(1, 7)), draw(st.integers(1, 5))
    minutes = draw(st.lists(st.lists(st.floats(0, 100), min_size=m, max_size=m), min_size=n, max_size=n))
    people = draw(st.lists(st.integers(0, 5000), min_size=n, max_size=n))
    supply = draw(st.lists(st.integers(0, 500), min_size=m, max_size=m))
    return np.array(minutes), np.array(people, float), np.array(supply, float)


def reach_of(minutes, limit=60.0):
    n, m = minutes.shape
    row, column = np.indices((n, m))
    return reach_by_table(
        row.ravel().tolist(), column.ravel().tolist(), minutes.ravel(), origins=range(n), destinations=range(m),
        limit_min=limit,
    )  # fmt: skip


@given(towns(), decays)
def test_what_places_have_is_handed_out_and_no_more(town, decay):
    minutes, people, supply = town
    reach = reach_of(minutes)
    scores = two_step(reach, people, supply, decay=decay)

    has_people = np.array([(people[minutes[:, place] <= 60] > 0).any() for place in range(len(supply))])
    assert people @ scores.score[:, 0] == pytest.approx(supply[has_people].sum())
    assert (scores.score >= 0).all()
    assert (scores.score[~scores.is_reached] == 0).all()


@given(towns(), decays, st.floats(0.01, 100))
def test_twice_the_people_have_half_each_and_twice_the_supply_gives_twice(town, decay, factor):
    minutes, people, supply = town
    reach = reach_of(minutes)
    score = two_step(reach, people, supply, decay=decay).score

    assert two_step(reach, people * factor, supply, decay=decay).score == pytest.approx(score / factor)
    assert two_step(reach, people, supply * factor, decay=decay).score == pytest.approx(score * factor)


@given(towns(), decays, st.randoms())
def test_the_order_of_villages_and_places_changes_nothing(town, decay, shuffle):
    minutes, people, supply = town
    rows, columns = list(range(len(people))), list(range(len(supply)))
    shuffle.shuffle(rows)
    shuffle.shuffle(columns)
    score = two_step(reach_of(minutes), people, supply, decay=decay).score
    again = two_step(reach_of(minutes[rows][:, columns]), people[rows], supply[columns], decay=decay).score

    assert again == pytest.approx(score[rows])


@given(towns(), decays)
def test_each_group_is_scored_as_if_it_were_alone(town, decay):
    minutes, people, supply = town
    reach, other = reach_of(minutes), people[::-1].copy()
    together = group_scores(reach, np.column_stack((people, other)), supply, decay=decay).score

    assert together[:, 0].tolist() == two_step(reach, people, supply, decay=decay).score[:, 0].tolist()
    assert together[:, 1].tolist() == two_step(reach, other, supply, decay=decay).score[:, 0].tolist()


@pytest.mark.parametrize(("name", "decay"), [("none", Decay()), ("gaussian_15", Decay(15))])
def test_scores_agree_with_access_to_1e_12(name, decay):
    golden = json.loads((GOLDEN / "access.json").read_text())
    origin, destination, minutes = zip(*golden["pairs"], strict=True)
    reach = reach_by_table(
        origin, destination, minutes, origins=range(len(golden["people"])),
        destinations=range(len(golden["supply"])), limit_min=golden["limit_min"],
    )  # fmt: skip

    scores = two_step(reach, golden["people"], golden["supply"], decay=decay)

    wanted = golden["scores"][name]
    assert [value is None for value in wanted] == (~scores.is_reached).tolist()
    assert scores.score[:, 0] == pytest.approx(np.array([value or 0.0 for value in wanted]), rel=1e-12, abs=0)


@given(towns(), st.lists(st.floats(0, 100), min_size=7, max_size=7))
def test_one_more_place_never_lowers_a_share(town, further):
    minutes, people, _supply = town
    place = np.arange(len(people)) % 2
    crowd, nothing = people[:, None], np.zeros((len(people), 1))
    wider = np.column_stack((minutes, further[: len(people)]))
    limits = (15, 30, 60)
    before = equity_by(place, 2, crowd, reach_of(minutes).nearest(), nothing, limits=limits).shares
    after = equity_by(place, 2, crowd, reach_of(wider).nearest(), nothing, limits=limits).shares

    known = ~np.isnan(before)
    assert (after[known] >= before[known]).all()
    assert ((before[known] >= 0) & (before[known] <= 1)).all()
    assert (np.diff(before, axis=2)[known[:, :, 1:]] >= 0).all()  # a longer time reaches no fewer


values = st.lists(st.tuples(st.floats(0, 1e6), st.integers(0, 10_000), st.integers(0, 3)), min_size=1, max_size=20)


@given(values, st.floats(0.001, 1000), st.randoms())
def test_indices_know_no_scale_and_no_order(rows, factor, shuffle):
    value, people, _part = map(np.array, zip(*rows, strict=True))
    assume(people @ value > 1e-3)
    order = list(range(len(rows)))
    shuffle.shuffle(order)

    for index in (gini, theil):
        found = index(value, people)
        assert index(value * factor, people) == pytest.approx(found, abs=1e-9)
        assert index(value, people * factor) == pytest.approx(found, abs=1e-9)
        assert index(value[order], people[order]) == pytest.approx(found, abs=1e-9)
    assert 0 <= gini(value, people) < 1
    assert 0 <= theil(value, people) <= np.log(people.sum()) + 1e-9


@given(values)
def test_a_row_of_many_people_is_many_rows_of_one(rows):
    value, people, _part = map(np.array, zip(*[(v, p % 5, d) for v, p, d in rows], strict=True))
    assume(people @ value > 1e-3)
    each = np.repeat(value, people)

    half_mean_difference = np.abs(each[:, None] - each[None, :]).mean() / 2 / each.mean()
    assert gini(value, people) == pytest.approx(half_mean_difference, abs=1e-9)
    assert theil(value, people) == pytest.approx(theil(each, np.ones(len(each))), abs=1e-9)


@given(values)
def test_the_parts_of_theil_add_up(rows):
    value, people, part = map(np.array, zip(*rows, strict=True))
    assume(people @ value > 1e-3)
    parts = theil_parts(value, people, part, 4)

    assert parts.between + parts.within == pytest.approx(parts.whole, abs=1e-9)
    for code in range(4):
        here = part == code
        alone = theil(value[here], people[here]) if here.any() else np.nan
        assert parts.inside[code] == pytest.approx(alone, abs=1e-9, nan_ok=True)
        alone = gini(value[here], people[here]) if here.any() else np.nan
        assert gini_by(value, people, part, 4)[code] == pytest.approx(alone, abs=1e-9, nan_ok=True)


def test_indices_agree_with_inequality_of_pysal():
    golden = json.loads((GOLDEN / "inequality.json").read_text())
    everyone = np.ones(len(golden["values"]))
    parts = theil_parts(golden["values"], everyone, golden["part"], 4)

    assert gini(golden["values"], everyone) == pytest.approx(golden["gini"], rel=1e-12)
    assert parts.whole == pytest.approx(golden["theil"], rel=1e-12)
    assert parts.between == pytest.approx(golden["between"], rel=1e-12)
    assert parts.within == pytest.approx(golden["within"], rel=1e-12)


def test_nothing_can_be_said_of_nobody_or_nothing():
    assert np.isnan(gini([1, 2], [0, 0]))
    assert np.isnan(gini([0, 0], [3, 4]))
    assert np.isnan(theil([0, 0], [3, 4]))
    assert np.isnan(gini([], []))


def test_a_table_by_place_and_the_split_of_the_city():
    people = np.array([[100, 10], [300, 0], [50, 5]], float)
    score = np.array([[1.0, 2.0], [1.0, 2.0], [3.0, 2.0]])
    equity = equity_by([0, 0, 1], 3, people, [10, 20, 40], score, limits=(15, 30))

    assert equity.people.tolist() == [[400, 10], [50, 5], [0, 0]]
    assert equity.shares[:2].tolist() == [[[0.25, 1.0], [1.0, 1.0]], [[0.0, 0.0], [0.0, 0.0]]]
    assert np.isnan(equity.shares[2]).all()
    assert equity.mean[:2].tolist() == [[1.0, 2.0], [3.0, 2.0]]
    split = split_of([0, 0, 1], 3, people, score)
    assert split.gini.tolist() == pytest.approx([gini([1, 3], [400, 50]), 0.0])
    assert split.theil[0].within == 0
    assert split.theil[0].between == pytest.approx(split.theil[0].whole)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Decay(0), "sigma_min"),
        (lambda: two_step(reach_of(np.ones((2, 1))), [1], [1]), "people"),
        (lambda: two_step(reach_of(np.ones((2, 1))), [1, 1], [1, 1]), "supply"),
        (lambda: two_step(reach_of(np.ones((2, 1))), [1, -1], [1]), "people"),
        (lambda: two_step(reach_of(np.ones((2, 1))), [1, 1], [np.inf]), "supply"),
        (lambda: gini([1, -1], [1, 1]), "values"),
        (lambda: gini([1, 1], [1, np.nan]), "people"),
        (lambda: gini([1, 1], [1]), "values"),
        (lambda: theil_parts([1, 1], [1, 1], [0, 2], 2), "part"),
        (lambda: equity_by([0], 1, [1], [0], [[1]], limits=(5,)), "people"),
        (lambda: equity_by([0], 1, [[1]], [np.nan], [[1]], limits=(5,)), "nearest"),
    ],
)
def test_what_is_out_of_bounds_is_refused_by_name(call, words):
    with pytest.raises(ValueError, match=words):
        call()
