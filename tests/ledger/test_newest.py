"""The newest facts of many filters are what sorting every fact would give, folded or not, taken back or not."""

from datetime import date
from decimal import Decimal

import pytest

from kepu.foundation import clock
from kepu.ledger.models import Fact
from kepu.ledger.queries import EvidenceFilter, FactPage, evidence_facts, newest_facts
from kepu.ledger.services import fold_deltas, record_fact, reverse_fact
from tests.ledger.factories import City, draft


@pytest.fixture(autouse=True)
def _a_day():
    with clock.fixed(date(2024, 5, 20)):
        yield


def record_some(city: City) -> None:
    days = [date(2023, 1, 31), date(2023, 11, 2), date(2024, 2, 29), date(2024, 3, 1), date(2024, 3, 1)]
    for number, day in enumerate(days):
        for region, body in (("370202", "市科协"), ("370203", "市教育局"), ("3702", "市科协")):
            record_fact(draft(occurred_on=day, region=region, organisation=body, quantity=Decimal(number)), actor=None)
        if number % 2:
            fold_deltas()
    taken_back = Fact.objects.filter(occurred_on=days[2]).order_by("pk").first()
    reverse_fact(taken_back.pk, reason="重复", actor=city.officer)


def sorted_facts(**wanted: object) -> list[Fact]:
    return list(Fact.objects.filter(**wanted).order_by("-occurred_on", "-recorded_at", "pk"))


def test_each_filter_gets_its_own_newest_facts(city):
    record_some(city)
    filters = {
        EvidenceFilter("lectures"): {},
        EvidenceFilter("lectures", regions=(city.south.pk,)): {"region": city.south},
        EvidenceFilter("lectures", organisations=(city.bureau.pk,)): {"organisation": city.bureau},
        EvidenceFilter("lectures", audiences=("youth",)): {"audience": "youth"},
        EvidenceFilter("nonsense"): {"indicator__code": "nonsense"},
    }

    for limit in (1, 4, 50):
        pages = newest_facts(list(filters), limit=limit)
        for page, wanted in zip(pages, filters.values(), strict=True):
            rows = sorted_facts(**wanted)
            assert list(page.rows) == rows[:limit]
            assert page.has_next == (len(rows) > limit)
            gone = {row.reverses for row in rows}
            assert page.reversed_ids == {row.pk for row in page.rows if row.pk in gone}
    assert any(page.reversed_ids for page in pages)


def test_days_bound_what_is_found(city):
    record_some(city)

    found = evidence_facts(EvidenceFilter("lectures"), since=date(2023, 11, 2), until=date(2024, 2, 29), limit=50).rows

    assert list(found) == sorted_facts(occurred_on__range=(date(2023, 11, 2), date(2024, 2, 29)))
    assert evidence_facts(EvidenceFilter("lectures"), until=date(2022, 12, 31)) == FactPage((), "", frozenset())


def test_many_filters_are_asked_together(city, django_assert_max_num_queries):
    record_some(city)
    filters = [EvidenceFilter("lectures", regions=(r.pk,)) for r in city.regions]

    with django_assert_max_num_queries(5):
        newest_facts(filters)
