"""One fact: what is taken, what is refused, and that nothing is ever changed."""

import uuid
from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from kepu.directory.register.choices import Role
from kepu.foundation import clock
from kepu.foundation.audit.models import AuditEntry
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import subscribe
from kepu.ledger.errors import (
    FactAlreadyReversed,
    FactKeyTaken,
    FactRefused,
    FactUnknown,
    ReversalNotReversible,
    StockAlreadyRecorded,
)
from kepu.ledger.events import FactRecorded
from kepu.ledger.models import Fact, FactKey
from kepu.ledger.queries import EvidenceFilter, reversal_of, value
from kepu.ledger.services import accept_facts_between, record_fact, reverse_fact
from tests.factories import PersonFactory
from tests.ledger.factories import draft

SEEN: list[FactRecorded] = []


@subscribe(FactRecorded)
def note(event: FactRecorded) -> None:
    SEEN.append(event)


@pytest.fixture(autouse=True)
def _a_day():
    SEEN.clear()
    with clock.fixed(date(2024, 9, 15)):
        yield


def test_a_fact_is_recorded_with_its_origin(city):
    fact = record_fact(draft(region="370202001", people=80, note="春季"), actor=city.officer)

    stored = Fact.objects.get()
    assert {field.name: getattr(stored, field.name) for field in Fact._meta.fields} == {
        field.name: getattr(fact, field.name) for field in Fact._meta.fields
    }
    assert (stored.region, stored.district, stored.people) == (city.south_street, city.south, 80)
    assert stored.recorded_by == city.officer
    assert AuditEntry.objects.filter(action="ledger.fact.recorded", thing_id=str(fact.pk)).count() == 1
    assert [FactRecorded(fact.pk, "lectures", date(2024, 3, 1))] == SEEN


def test_the_same_key_again_returns_the_fact_that_is_there(city):
    first = record_fact(draft(key="a"), actor=city.officer)

    again = record_fact(draft(key="a"), actor=city.officer)

    assert again.pk == first.pk
    assert Fact.objects.count() == 1
    assert len(SEEN) == 1


def test_the_same_key_in_another_month_is_refused(city):
    record_fact(draft(key="a"), actor=city.officer)

    with pytest.raises(FactKeyTaken):
        record_fact(draft(key="a", occurred_on=date(2024, 4, 1)), actor=city.officer)

    assert Fact.objects.count() == 1


def test_a_reversal_takes_a_fact_back_once(city):
    fact = record_fact(draft(quantity=Decimal(3), people=9), actor=city.officer)

    reversal = reverse_fact(fact.pk, reason="重复登记", actor=city.officer)

    assert (reversal.quantity, reversal.people, reversal.occurred_on) == (-3, -9, fact.occurred_on)
    assert reversal_of(fact) == reversal
    assert value(EvidenceFilter("lectures")) is None
    with pytest.raises(FactAlreadyReversed):
        reverse_fact(fact.pk, reason="再来", actor=city.officer)
    with pytest.raises(ReversalNotReversible):
        reverse_fact(reversal.pk, reason="反悔", actor=city.officer)


def test_a_reversal_needs_a_reason_and_a_fact(city):
    fact = record_fact(draft(), actor=city.officer)

    with pytest.raises(FactRefused):
        reverse_fact(fact.pk, reason=" ", actor=city.officer)
    with pytest.raises(FactUnknown):
        reverse_fact(uuid.uuid4(), reason="无", actor=city.officer)


def test_a_stock_has_one_value_a_day_until_it_is_reversed(city):
    first = record_fact(draft(indicator="bases", quantity=Decimal(10)), actor=city.officer)

    with pytest.raises(StockAlreadyRecorded):
        record_fact(draft(indicator="bases", quantity=Decimal(11)), actor=city.officer)
    reverse_fact(first.pk, reason="数错了", actor=city.officer)
    record_fact(draft(indicator="bases", quantity=Decimal(11)), actor=city.officer)

    assert value(EvidenceFilter("bases")) == 11


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"indicator": "nonsense"}, "不在指标目录里"),
        ({"region": "999999"}, "没有“999999”这个地区"),
        ({"region": ""}, "没有写地区"),
        ({"organisation": "无此局"}, "没有“无此局”这个单位"),
        ({"audience": "外星人"}, "没有“外星人”这一人群"),
        ({"audience": "farmers", "audience_tag": "college_students"}, "不属于"),
        ({"quantity": Decimal(-1)}, "负数"),
        ({"quantity": Decimal("1.5")}, "只收整数"),
        ({"quantity": Decimal("NaN")}, "太大"),
        ({"people": -3}, "人次是负数"),
        ({"occurred_on": date(2024, 9, 16)}, "还没到"),
        ({"occurred_on": date(1999, 12, 31)}, "早于 2000 年"),
        ({"indicator": "literate_share", "quantity": Decimal("14.3")}, "测量方法"),
        ({"indicator": "people_per_lecture"}, "由其他指标算出"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(city, values, words):
    with pytest.raises(FactRefused, match=words):
        record_fact(draft(**values), actor=city.officer)

    assert not Fact.objects.exists()
    assert not FactKey.objects.exists()


def test_a_day_outside_the_plan_is_refused_by_the_plans_name(city):
    accept_facts_between(
        "plan:1", title="示例方案", since=date(2021, 1, 1), until=date(2025, 12, 31), actor=city.officer
    )

    with pytest.raises(FactRefused, match="示例方案"):
        record_fact(draft(occurred_on=date(2020, 5, 1)), actor=city.officer)

    record_fact(draft(occurred_on=date(2021, 5, 1)), actor=city.officer)


def test_names_are_found_by_alias_and_width(city):
    fact = record_fact(
        draft(organisation="青岛市 科学技术协会", region="市南区", audience="青少年"), actor=city.officer
    )

    assert (fact.organisation, fact.region, fact.audience) == (city.office, city.south, "youth")


@pytest.mark.parametrize(
    ("role", "region", "organisation", "is_allowed"),
    [
        (Role.LEADING_OFFICE, "370203", "青岛市科学技术协会", True),
        (Role.LIAISON, "370203", "青岛市教育局", True),
        (Role.LIAISON, "370203", "青岛示例中学", True),
        (Role.LIAISON, "370203", "青岛市科学技术协会", False),
        (Role.DISTRICT_OFFICER, "370202001", "青岛市科学技术协会", True),
        (Role.DISTRICT_OFFICER, "370203", "青岛市科学技术协会", False),
        (Role.REVIEWER, "370202", "青岛市教育局", False),
        (Role.AUDITOR, "370202", "青岛市教育局", False),
    ],
)
def test_who_may_record_for_whom(city, role, region, organisation, is_allowed):
    actor = PersonFactory(
        role=role, organisation=city.bureau, region=city.south if role == Role.DISTRICT_OFFICER else None
    )
    wanted = draft(region=region, organisation=organisation)

    if is_allowed:
        fact = record_fact(wanted, actor=actor)
        reverse_fact(fact.pk, reason="更正", actor=actor)
    else:
        with pytest.raises(FactRefused, match="不能替这个单位"):
            record_fact(wanted, actor=actor)
        fact = record_fact(wanted, actor=city.officer)
        with pytest.raises(NotAllowed):
            reverse_fact(fact.pk, reason="更正", actor=actor)


FACT_COLUMNS = "note = '改'"


@pytest.mark.parametrize("table", ["ledger_fact", "ledger_fact_202403", "ledger_fact_key"])
@pytest.mark.parametrize("statement", ["update {} set occurred_on = occurred_on", "delete from {}", "truncate {}"])
def test_the_database_refuses_every_change(city, table, statement):
    record_fact(draft(), actor=city.officer)

    with pytest.raises(DatabaseError, match="只增不改"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))

    assert Fact.objects.count() == 1


def test_every_partition_refuses_by_name(city):
    for month in range(1, 8):
        record_fact(draft(occurred_on=date(2024, month, 1)), actor=city.officer)
    with connection.cursor() as cursor:
        cursor.execute("select inhrelid::regclass::text from pg_inherits where inhparent = 'ledger_fact'::regclass")
        partitions = [name for (name,) in cursor.fetchall()]
    assert len(partitions) >= 7

    for name in partitions:
        with connection.cursor() as cursor:
            cursor.execute(f"select count(*) from {name}")
            if cursor.fetchone() == (0,):
                continue
        for statement in (f"update {name} set note = 'x'", f"delete from {name}", f"truncate {name}"):
            with pytest.raises(DatabaseError, match="只增不改"), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
        with pytest.raises(DatabaseError, match="不能直接写分区"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"insert into {name} select * from {name}")


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("quantity = -1", "ledger_fact_not_negative"),
        ("people = -1", "ledger_fact_not_negative"),
        ("reverses = gen_random_uuid()", "ledger_fact_reversal_once"),
        ("person = '\\x00'::bytea", "ledger_fact_person_hashed"),
        ("audience = 'cats'", "ledger_fact_audience_known"),
        ("occurred_on = '1999-01-01'", "partition"),
    ],
)
def test_constraints_hold_without_the_service(city, change, constraint):
    record_fact(draft(), actor=city.officer)
    column, value_ = change.split(" = ")
    columns = [f.column for f in Fact._meta.fields]
    chosen = ", ".join(value_ if name == column else name for name in columns)

    with pytest.raises(DatabaseError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"insert into ledger_fact ({', '.join(columns)}) select {chosen} from ledger_fact")


def test_what_a_fact_names_cannot_be_deleted_nor_invented(city):
    record_fact(draft(region="370202001"), actor=city.officer)

    for thing in (city.south_street, city.office):
        with pytest.raises(DatabaseError, match="台账里有事实引用"), transaction.atomic():
            thing.delete()
    city.north_street.delete()
    with pytest.raises(DatabaseError, match="不存在"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """insert into ledger_fact select gen_random_uuid(), indicator_id, occurred_on, 987654, district_id,
            area_class, organisation_id, audience, audience_tag, quantity, people, person, method, source_kind,
            source_ref, note, recorded_by_id, recorded_at, reverses, is_demonstration from ledger_fact"""
        )
