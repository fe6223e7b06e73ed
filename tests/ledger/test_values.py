"""What facts add up to equals adding them one by one: any order of writing, any filter, any day."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kepu.foundation import clock
from kepu.ledger.models import Fact, Indicator
from kepu.ledger.queries import EvidenceFilter, Question, by_district, cells, last_evidence, series, value, values
from kepu.ledger.rules import cut, month_of, months_between
from kepu.ledger.services import check_rollups, fold_deltas, record_fact, reverse_fact
from tests.ledger.factories import City, draft

TODAY = date(2024, 5, 20)
START = date(2023, 12, 1)
DAYS = (TODAY - START).days
PEOPLE = [bytes([n]) * 16 for n in range(3)]
AUDIENCES = ["youth", "farmers", "public"]
FLOWS = {"lectures": "sum", "volunteers_active": "persons"}


@pytest.fixture(autouse=True)
def _a_day():
    with clock.fixed(TODAY):
        yield


@pytest.fixture
def months(city):
    with connection.cursor() as cursor:
        cursor.execute("select ledger_ensure_months(%s)", [list(months_between(START, TODAY))])


def brute(city: City, question: Question) -> tuple[Any, ...]:
    """Value, facts and newest day by looking at every fact."""
    wanted = question.filter
    since, until = question.since or date(2000, 1, 1), question.until or TODAY
    places = [
        region.pk
        for region in city.regions
        if not wanted.regions
        or any(region.path.startswith(top.path) for top in city.regions if top.pk in wanted.regions)
    ]
    bodies = [
        body.pk
        for body in city.bodies
        if not wanted.organisations
        or any(body.path.startswith(top.path) for top in city.bodies if top.pk in wanted.organisations)
    ]
    rows = [
        fact
        for fact in Fact.objects.select_related("indicator")
        if fact.indicator.code == wanted.indicator_code
        and fact.occurred_on <= until
        and fact.region_id in places
        and fact.organisation_id in bodies
        and (not wanted.audiences or fact.audience in wanted.audiences)
        and (not wanted.audience_tags or fact.audience_tag in wanted.audience_tags)
    ]
    reversed_ids = {fact.reverses for fact in rows if fact.reverses}
    live = [fact for fact in rows if fact.reverses is None and fact.pk not in reversed_ids]
    last_on = max((fact.occurred_on for fact in live), default=None)
    if last_on is None:
        return None, 0, None
    if wanted.indicator_code == "bases":
        cells_: dict[Any, Fact] = {}
        for fact in sorted(live, key=lambda f: f.occurred_on):
            cells_[fact.region_id, fact.audience, fact.audience_tag, fact.organisation_id] = fact
        return sum(fact.quantity for fact in cells_.values()), len(cells_), last_on
    within = [fact for fact in live if fact.occurred_on >= since]
    if wanted.indicator_code == "volunteers_active":
        return len({bytes(fact.person) for fact in within if fact.person}), len(within), last_on
    return sum((fact.quantity for fact in within), Decimal(0)), len(within), last_on


days = st.integers(0, DAYS).map(lambda n: START + timedelta(days=n))
facts = st.fixed_dictionaries(
    {
        "indicator": st.sampled_from(["lectures", "volunteers_active", "bases"]),
        "occurred_on": days,
        "region": st.sampled_from(["3702", "370202", "370203", "370202001", "370203001"]),
        "organisation": st.sampled_from(["青岛市科学技术协会", "青岛市教育局", "青岛示例中学"]),
        "audience": st.sampled_from(AUDIENCES),
        "audience_tag": st.sampled_from(["", "science_counsellors"]),
        "quantity": st.integers(0, 50).map(Decimal),
        "person": st.sampled_from([None, *PEOPLE]),
    }
).map(
    lambda f: (
        f
        | {"audience_tag": "" if f["audience"] == "farmers" else f["audience_tag"]}
        | ({"person": None} if f["indicator"] == "bases" else {})
    )
)
acts = st.lists(st.one_of(facts, st.integers(0, 30), st.just("fold")), min_size=1, max_size=14)
subsets = st.fixed_dictionaries(
    {
        "indicator_code": st.sampled_from(["lectures", "volunteers_active", "bases"]),
        "regions": st.lists(st.integers(0, 4), max_size=2, unique=True),
        "audiences": st.lists(st.sampled_from(AUDIENCES), max_size=2, unique=True),
        "organisations": st.lists(st.integers(0, 2), max_size=2, unique=True),
        "audience_tags": st.sampled_from([[], [], ["science_counsellors"]]),
    }
)
spans = st.tuples(st.one_of(st.none(), days), st.one_of(st.none(), days)).map(
    lambda span: (span[1], span[0]) if span[0] and span[1] and span[0] > span[1] else span
)


def play(city: City, steps: list[Any]) -> None:
    """Record, reverse and fold in the given order; what the rules refuse is skipped."""
    recorded: list[Fact] = []
    stock_days: set[Any] = set()
    reversed_: set[int] = set()
    for step in steps:
        if step == "fold":
            fold_deltas()
        elif isinstance(step, int):
            if recorded and step % len(recorded) not in reversed_:
                place = step % len(recorded)
                reverse_fact(recorded[place].pk, reason="更正", actor=None)
                reversed_.add(place)
                stock_days.discard(_cell(recorded[place]))
        else:
            wanted = draft(**step)
            cell = (
                wanted.indicator,
                wanted.occurred_on,
                wanted.region,
                wanted.organisation,
                wanted.audience,
                wanted.audience_tag,
            )
            if wanted.indicator == "bases" and cell in stock_days:
                continue
            recorded.append(record_fact(wanted, actor=None))
            stock_days.add(cell)


def _cell(fact: Fact) -> tuple[Any, ...]:
    return (
        fact.indicator.code,
        fact.occurred_on,
        fact.region.code,
        fact.organisation.name,
        fact.audience,
        fact.audience_tag,
    )


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=acts, asked=st.lists(st.tuples(subsets, spans), min_size=1, max_size=8))
def test_values_equal_adding_up_by_hand(city, months, steps, asked):
    with transaction.atomic():
        play(city, steps)
        questions = [
            Question(
                EvidenceFilter(
                    chosen["indicator_code"],
                    tuple(city.regions[n].pk for n in chosen["regions"]),
                    tuple(chosen["audiences"]),
                    tuple(city.bodies[n].pk for n in chosen["organisations"]),
                    tuple(chosen["audience_tags"]),
                ),
                since,
                until,
            )
            for chosen, (since, until) in asked
        ]

        answers = values(questions)

        for question, answer in zip(questions, answers, strict=True):
            assert (answer.value, answer.facts, answer.last_on) == brute(city, question), question
        assert check_rollups().is_sound
        transaction.set_rollback(True)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=acts, span=st.tuples(days, days).map(sorted), by=st.sampled_from(["month", "year"]), fold=st.booleans())
def test_series_districts_and_cells_equal_adding_up_by_hand(city, months, steps, span, by, fold):
    since, until = span
    with transaction.atomic():
        play(city, steps)
        if fold:
            fold_deltas()
        for code in ("lectures", "bases", "volunteers_active"):
            points = series(EvidenceFilter(code), by=by, since=since, until=until)
            starts = [point.since for point in points]
            ends = [following - timedelta(days=1) for following in starts[1:]] + [until]
            for point, start, end in zip(points, starts, ends, strict=True):
                number, count, _last = brute(city, Question(EvidenceFilter(code), max(start, since), end))
                assert point.value == (number if count else None), (code, point)
            for district in by_district(EvidenceFilter(code), since=since, until=until):
                wanted = Question(EvidenceFilter(code, regions=(district.region_id,)), since, until)
                assert district.value == brute(city, wanted)[0]
        table = cells(EvidenceFilter("lectures"), by=["month", "audience", "organisation"], since=since, until=until)
        expected: dict[Any, Decimal] = defaultdict(Decimal)
        for fact in Fact.objects.filter(indicator__code="lectures", occurred_on__range=(since, until)):
            expected[month_of(fact.occurred_on), fact.audience, fact.organisation_id] += fact.quantity
        found = {(cell.since, cell.audience, cell.organisation_id): cell.value for cell in table}
        assert {key: number for key, number in expected.items() if number} == {k: v for k, v in found.items() if v}
        transaction.set_rollback(True)


@given(span=st.tuples(st.dates(date(2019, 1, 1), date(2026, 1, 1)), st.dates(date(2019, 1, 1), date(2026, 1, 1))))
def test_a_cut_covers_every_day_once(span):
    since, until = min(span), max(span)
    pieces = cut(since, until, today=date(2027, 1, 1))
    counted: dict[date, int] = defaultdict(int)
    month = pieces.first_month
    while month <= pieces.last_month:
        following = (month + timedelta(days=32)).replace(day=1)
        for n in range((following - month).days):
            counted[month + timedelta(days=n)] += 1
        month = following
    for edge in pieces.edges:
        assert month_of(edge.since) == month_of(edge.until)
        for n in range((edge.until - edge.since).days + 1):
            counted[edge.since + timedelta(days=n)] += edge.sign
    assert {day for day, count in counted.items() if count} == {
        since + timedelta(days=n) for n in range((until - since).days + 1)
    }
    assert set(counted.values()) <= {0, 1}


def test_never_reported_is_not_zero(city):
    lectures = EvidenceFilter("lectures")
    assert value(lectures) is None

    record_fact(draft(occurred_on=date(2023, 5, 1), quantity=Decimal(4)), actor=city.officer)

    assert value(lectures, since=date(2024, 1, 1)) == 0
    assert value(lectures, until=date(2023, 4, 30)) is None
    assert last_evidence([lectures, EvidenceFilter("bases")]) == date(2023, 5, 1)


def test_a_share_is_never_added_over_places(city):
    method = {"instrument": "A", "version": "2020", "n": 3000}
    for region, share in (("3702", "14.30"), ("370202", "21"), ("370203", "17.5")):
        record_fact(
            draft(
                indicator="literate_share",
                region=region,
                quantity=Decimal(share),
                method=method,
                occurred_on=date(2020, 12, 31),
            ),
            actor=city.officer,
        )

    assert value(EvidenceFilter("literate_share")) == Decimal("14.3")
    assert value(EvidenceFilter("literate_share", regions=(city.south.pk,))) == 21
    assert value(EvidenceFilter("literate_share", audiences=("farmers",))) is None
    assert [d.value for d in by_district(EvidenceFilter("literate_share"))] == [21, Decimal("17.5")]


def test_a_derived_indicator_is_computed_and_silent_without_its_parts(city):
    ratio = EvidenceFilter("people_per_lecture")
    assert value(ratio) is None

    record_fact(draft(quantity=Decimal(4)), actor=city.officer)
    assert value(ratio) is None
    record_fact(draft(indicator="lecture_attendances", quantity=Decimal(300)), actor=city.officer)

    assert value(ratio) == 75
    assert series(ratio, since=date(2024, 3, 1), until=date(2024, 3, 31))[0].value == 75


def test_made_up_facts_are_told(city):
    record_fact(draft(), actor=city.officer)
    assert not values([Question(EvidenceFilter("lectures"))])[0].is_demonstration

    record_fact(draft(), actor=None, is_demonstration=True)

    assert values([Question(EvidenceFilter("lectures"))])[0].is_demonstration
    assert series(EvidenceFilter("lectures"), since=date(2024, 3, 1))[0].is_demonstration


def test_an_unknown_indicator_answers_nothing(city):
    assert values([Question(EvidenceFilter("nonsense")), Question(EvidenceFilter("lectures"))])[0].value is None


def test_many_questions_are_one_look(city, django_assert_max_num_queries):
    record_fact(draft(), actor=city.officer)
    questions = [
        Question(EvidenceFilter("lectures", regions=(r.pk,), organisations=(b.pk,)))
        for r in city.regions
        for b in city.bodies
    ]

    with django_assert_max_num_queries(6):
        values(questions)


def test_the_newest_day_of_two_versions_survives_that_the_newest_fact_of_one_was_taken_back(city):
    first = Indicator.objects.get(code="lectures")
    for day in (5, 19, 20):
        record_fact(draft(occurred_on=date(2024, 3, day)), actor=None)
    newest = Fact.objects.get(occurred_on=date(2024, 3, 20))
    first.pk, first.version = None, first.version + 1
    first.save()
    record_fact(draft(occurred_on=date(2024, 3, 10)), actor=None)
    assert len({fact.indicator_id for fact in Fact.objects.all()}) == 2

    reverse_fact(newest.pk, reason="重复", actor=city.officer)

    assert values([Question(EvidenceFilter("lectures"))])[0].last_on == date(2024, 3, 19)
