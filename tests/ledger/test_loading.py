"""Many facts at once: all or nothing, harmless when repeated, safe beside other writers and under kill -9."""

import time
from datetime import date, timedelta
from decimal import Decimal

import pytest

from kepu.directory.register.choices import Role
from kepu.foundation import clock
from kepu.foundation.audit.models import AuditEntry
from kepu.foundation.events import subscribe
from kepu.foundation.queue.errors import WorkCancelled
from kepu.ledger.errors import LoadRefused
from kepu.ledger.events import FactsLoaded
from kepu.ledger.models import Delta, Fact, FactKey
from kepu.ledger.queries import EvidenceFilter, value
from kepu.ledger.services import check_rollups, fold_deltas, load_facts, record_fact, reverse_fact
from kepu.ledger.services.indicators import load_indicators
from tests.factories import PersonFactory
from tests.ledger import processes
from tests.ledger.factories import draft, make_city
from tests.ledger.processes import finish, start

SEEN: list[FactsLoaded] = []


@subscribe(FactsLoaded)
def note(event: FactsLoaded) -> None:
    SEEN.append(event)


@pytest.fixture(autouse=True)
def _a_day():
    SEEN.clear()
    with clock.fixed(date(2024, 9, 15)):
        yield


def rows(count, **values):
    return [
        draft(key=f"row {n}", occurred_on=date(2024, 1, 1) + timedelta(days=n % 200), people=n, **values)
        for n in range(count)
    ]


def test_a_load_is_recorded_once_with_its_digest(city):
    result = load_facts(rows(50), actor=city.officer, source="file 1")

    assert (result.rows, result.added, result.present) == (50, 50, 0)
    assert value(EvidenceFilter("lectures")) == 50
    entry = AuditEntry.objects.get(action="ledger.facts.loaded")
    assert (entry.data["count"], entry.data["digest"]) == (50, result.digest)
    assert [FactsLoaded(frozenset({"lectures"}), frozenset(date(2024, m, 1) for m in (1, 2)), 50)] == SEEN
    assert check_rollups().is_sound


def test_the_same_load_again_adds_nothing(city):
    load_facts(rows(50), actor=city.officer, source="file 1")

    again = load_facts(rows(60), actor=city.officer, source="file 1")

    assert (again.added, again.present) == (10, 50)
    assert Fact.objects.count() == 60
    assert check_rollups().is_sound


def test_a_load_says_what_is_wrong_and_stores_nothing(city):
    wrong = [
        *rows(5),
        draft(key="a", region="999999", row=12),
        draft(key="b", people=-1, row=13),
        draft(key="c", occurred_on=date(2030, 1, 1), row=14),
    ]

    with pytest.raises(LoadRefused) as caught:
        load_facts(wrong, actor=city.officer, source="file 1")

    assert caught.value.data["count"] == 3
    assert [line.partition("：")[0] for line in caught.value.data["errors"]] == ["第 12 行", "第 13 行", "第 14 行"]
    assert not Fact.objects.exists()
    assert not FactKey.objects.exists()


def test_at_most_two_hundred_sentences_are_kept(city):
    with pytest.raises(LoadRefused) as caught:
        load_facts(rows(500, region="999999"), actor=city.officer, source="file 1")

    assert (len(caught.value.data["errors"]), caught.value.data["count"]) == (200, 500)


def test_a_key_twice_in_one_load_is_refused(city):
    with pytest.raises(LoadRefused, match="第 2 行的编号相同"):
        load_facts([draft(key="x", row=2), draft(key="x", row=3)], actor=city.officer, source="file 1")

    assert not Fact.objects.exists()


def test_a_known_key_with_another_content_is_refused(city):
    load_facts(rows(3), actor=city.officer, source="file 1")

    with pytest.raises(LoadRefused, match="内容不同"):
        load_facts([draft(key="row 2", quantity=Decimal(7))], actor=city.officer, source="file 1")

    assert Fact.objects.count() == 3


def test_a_stock_twice_on_a_day_is_refused(city):
    day = {"indicator": "bases", "occurred_on": date(2024, 6, 30)}
    with pytest.raises(LoadRefused, match="每天只留一个"):
        load_facts([draft(key="a", row=2, **day), draft(key="b", row=3, **day)], actor=city.officer, source="s")
    load_facts([draft(key="a", **day)], actor=city.officer, source="s")

    with pytest.raises(LoadRefused, match="已有数值"):
        load_facts([draft(key="b", **day)], actor=city.officer, source="s")
    assert load_facts([draft(key="a", **day)], actor=city.officer, source="s").present == 1


def test_odd_characters_come_through_as_they_were(city):
    odd = "制表\t换行\n反斜杠\\ 引号\"' 空\\N 字节"
    load_facts([draft(key="a\tb\\", note=odd, method={"仪器": odd}, person=b"\\x00" * 5)], actor=None, source="s")

    fact = Fact.objects.get()
    assert (fact.note, fact.method, bytes(fact.person)) == (odd, {"仪器": odd}, b"\\x00" * 5)


def test_a_liaison_loads_only_for_the_own_bodies(city):
    liaison = PersonFactory(role=Role.LIAISON, organisation=city.bureau)

    assert load_facts([draft(key="a", organisation="青岛示例中学")], actor=liaison, source="s").added == 1
    with pytest.raises(LoadRefused, match="不能替这个单位"):
        load_facts([draft(key="b")], actor=liaison, source="s")


def test_cancelling_stores_nothing(city, monkeypatch):
    monkeypatch.setattr("kepu.ledger.services.loading.PIECE", 10)

    def stop(done):
        if done >= 20:
            raise WorkCancelled("停")

    with pytest.raises(WorkCancelled):
        load_facts(rows(50), actor=city.officer, source="s", progress=stop)

    assert not FactKey.objects.exists()
    assert load_facts(rows(50), actor=city.officer, source="s").added == 50


# --- real processes ------------------------------------------------------------------------------------------------


@pytest.fixture
def site(transactional_db):
    load_indicators(actor=None)
    return make_city()


def test_fifty_writers_on_one_cell_lose_nothing(site):
    """Five processes with ten threads each: fifty connections that write the same cell while others fold."""
    list(finish([start(processes.write_one_cell, worker) for worker in range(5)]))

    assert value(EvidenceFilter("lectures")) == 200
    assert check_rollups().is_sound
    fold_deltas()
    assert not Delta.objects.exists()
    assert value(EvidenceFilter("lectures")) == 200
    assert check_rollups().is_sound


def test_loads_with_the_same_keys_at_the_same_time_add_each_once(site):
    added = list(finish([start(processes.load_rows, first, 2000) for first in (0, 1000, 500, 0)]))

    assert sum(added) == 3000
    assert Fact.objects.count() == FactKey.objects.count() == 3000
    assert check_rollups().is_sound


def test_a_loader_killed_in_the_middle_leaves_nothing(site):
    loader = start(processes.load_and_hang, 500)
    assert loader.said.poll(processes.LONGEST)
    assert loader.said.recv() == "written"

    loader.process.kill()
    loader.process.join()

    for _again in range(100):  # the server notices the lost client by itself
        if load_facts(rows(500), actor=None, source="killed").added == 500:
            break
        time.sleep(0.05)
    assert Fact.objects.count() == FactKey.objects.count() == 500
    assert check_rollups().is_sound


def test_one_fact_is_reversed_once_however_many_try(site):
    with clock.fixed(date(2024, 9, 15)):
        fact = record_fact(draft(), actor=None)
    tries = [start(processes.take_back, fact.pk) for _n in range(4)]

    assert sorted(finish(tries)) == ["done", "late", "late", "late"]
    assert value(EvidenceFilter("lectures")) is None
    assert check_rollups().is_sound
    with pytest.raises(Exception, match="已经冲正过"):
        reverse_fact(fact.pk, reason="再来", actor=None)
