"""In which districts something was recorded: the same answer as reading every fact, whatever the days and filters."""

from datetime import date
from decimal import Decimal
from random import Random

import pytest

from kepu.foundation import clock
from kepu.ledger.models import Fact
from kepu.ledger.queries import EvidenceFilter, districts_with_facts
from kepu.ledger.services import fold_deltas, record_fact, reverse_fact
from tests.ledger.factories import City, draft

pytestmark = pytest.mark.django_db
TODAY = date(2024, 9, 15)


def spoken(city: City, *filters: EvidenceFilter, since: date, until: date) -> list[frozenset[int]]:
    with clock.fixed(TODAY):
        return districts_with_facts(filters, [city.south.pk, city.north.pk], since=since, until=until)


def put(city: City, day: date, **more) -> Fact:
    with clock.fixed(TODAY):
        return record_fact(draft(occurred_on=day, **more), actor=city.officer)


def test_a_district_speaks_with_one_fact_at_either_end_of_the_days(city):
    put(city, date(2024, 6, 16), region="370202001")
    put(city, date(2024, 9, 15), region="370203")
    lectures = EvidenceFilter("lectures")

    assert spoken(city, lectures, since=date(2024, 6, 16), until=TODAY) == [{city.south.pk, city.north.pk}]
    assert spoken(city, lectures, since=date(2024, 6, 17), until=date(2024, 9, 14)) == [frozenset()]


def test_what_was_taken_back_or_belongs_to_the_whole_city_speaks_nowhere(city):
    fact = put(city, date(2024, 8, 1))
    put(city, date(2024, 8, 2), region="3702")
    with clock.fixed(TODAY):
        reverse_fact(fact.pk, reason="重复登记", actor=city.officer)

    assert spoken(city, EvidenceFilter("lectures"), since=date(2024, 6, 16), until=TODAY) == [frozenset()]


def test_levels_speak_on_the_days_they_were_reported(city):
    put(city, date(2024, 6, 30), indicator="silver_classrooms", audience="elderly")
    level = EvidenceFilter("silver_classrooms")

    assert spoken(city, level, since=date(2024, 6, 1), until=date(2024, 7, 1)) == [{city.south.pk}]
    assert spoken(city, level, since=date(2024, 7, 1), until=TODAY) == [frozenset()]


def test_an_unknown_indicator_speaks_nowhere(city):
    assert spoken(city, EvidenceFilter("no_such"), since=date(2024, 1, 1), until=TODAY) == [frozenset()]


@pytest.mark.parametrize("is_folded", [True, False])
def test_it_equals_reading_every_fact(city, is_folded):
    chance = Random(7)  # noqa: S311 data, no secret
    for number in range(120):
        day = date.fromordinal(date(2024, 1, 1).toordinal() + chance.randrange(250))
        put(
            city,
            day,
            region=chance.choice(["370202", "370202001", "370203", "370203001", "3702"]),
            organisation=chance.choice(["市科协", "市教育局", "青岛示例中学"]),
            audience=chance.choice(["youth", "public"]),
            indicator=chance.choice(["lectures", "school_talks"]),
            key=str(number),
        )
    if is_folded:
        fold_deltas()
    filters = [
        EvidenceFilter(code, regions, audiences, bodies)
        for code in ("lectures", "school_talks")
        for regions in ((), (city.south.pk,), (city.north_street.pk,), (city.city.pk,))
        for audiences in ((), ("youth",))
        for bodies in ((), (city.bureau.pk,))
    ]
    for _round in range(6):
        since = date.fromordinal(date(2024, 1, 1).toordinal() + chance.randrange(200))
        until = date.fromordinal(min(since.toordinal() + chance.randrange(100), TODAY.toordinal()))

        found = spoken(city, *filters, since=since, until=until)

        assert found == [read(city, one, since, until) for one in filters], (since, until)


def read(city: City, one: EvidenceFilter, since: date, until: date) -> frozenset[int]:
    """The same, fact by fact."""
    paths = [region.path for region in city.regions if region.pk in one.regions]
    bodies = [body.path for body in city.bodies if body.pk in one.organisations]
    facts = Fact.objects.select_related("indicator", "region", "organisation").filter(
        indicator__code=one.indicator_code, occurred_on__range=(since, until), quantity__gt=Decimal(0)
    )
    return frozenset(
        fact.district_id
        for fact in facts
        if fact.district_id in {city.south.pk, city.north.pk}
        and (not paths or any(fact.region.path.startswith(path) for path in paths))
        and (not bodies or any(fact.organisation.path.startswith(path) for path in bodies))
        and (not one.audiences or fact.audience in one.audiences)
    )
