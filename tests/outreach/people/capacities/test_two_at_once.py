"""Two people decide at the same moment, on connections of their own: one act after the other, nobody registered twice."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Person
from kepu.foundation.errors import DomainError
from kepu.foundation.sheets.decisions import RosterSettled
from kepu.outreach.people.capacities import services
from kepu.outreach.people.capacities.models import Capacity, PersonRoster
from tests.factories import PersonFactory
from tests.outreach.people.capacities.rosters import district, table, waiting

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def office():
    district()
    return PersonFactory(role=Role.LEADING_OFFICE)


def together(*acts):
    """Run acts at the same time; what each came to, as the code of its refusal or `done`."""
    start = Barrier(len(acts))

    def run(act):
        try:
            start.wait()
            act()
        except DomainError as refused:
            return refused.code
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return Counter(pool.map(run, acts))


def new(one, actor):
    def act() -> None:
        services.decide_person(one.row.pk, "new", seen=one.seen, actor=Person.objects.get(pk=actor.pk))

    return act


def test_one_row_is_decided_once(office):
    roster = services.bring_people(table({"name": "示例专家甲"}, {"name": "示例专家甲"}), actor=office)
    one = waiting(roster, office)[2]
    assert together(*[new(one, office)] * 4) == {"done": 1, RosterSettled.code: 3}
    assert Capacity.objects.count() == 1


def test_two_rows_of_one_person_are_not_both_registered_unseen(office):
    roster = services.bring_people(table({"name": "示例专家甲"}, {"name": "示例专家甲"}), actor=office)
    rows = waiting(roster, office)
    assert together(new(rows[2], office), new(rows[3], office)) == {"done": 1, "roster_stale": 1}
    assert Capacity.objects.count() == 1


def test_one_file_brought_twice_at_once_is_kept_once(office):
    def bring() -> None:
        services.bring_people(table({"name": "示例专家甲"}), actor=Person.objects.get(pk=office.pk))

    assert together(bring, bring, bring) == {"done": 1, RosterSettled.code: 2}
    assert PersonRoster.objects.count() == 1
