"""To-do items: for a person or a role, soonest first, hung up once, closing by themselves."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from kepu.directory.register.choices import Role
from kepu.directory.todos.models import Todo
from kepu.directory.todos.queries import todos_for
from kepu.directory.todos.services import close_todos, open_todo
from kepu.foundation.clock import today
from tests.factories import OrganisationFactory, PersonFactory, RegionFactory, city_region

pytestmark = pytest.mark.django_db


def hang(key="plan.notice:1", **values):
    return open_todo(key, **{"title": "答复督办", "url_name": "workbench:home", **values})


def test_the_same_cause_hangs_once_for_one_addressee_and_takes_the_new_words():
    person = PersonFactory()
    first = hang(person=person, due_on=today())
    again = hang(person=person, title="补交材料", due_on=today() + timedelta(days=3))
    hang(person=PersonFactory())

    assert (first.pk, Todo.objects.count()) == (again.pk, 2)
    assert Todo.objects.get(pk=first.pk).title == "补交材料"


def test_items_come_soonest_first_and_undated_last():
    person = PersonFactory()
    for number, days in ((1, 9), (2, None), (3, -2)):
        hang(
            f"a:{number}",
            person=person,
            title=str(number),
            due_on=None if days is None else today() + timedelta(days=days),
        )

    items = list(todos_for(person))

    assert [item.title for item in items] == ["3", "1", "2"]
    assert [item.is_overdue for item in items] == [True, False, False]
    assert [item.days_left for item in items] == [-2, 9, None]


def test_an_item_for_a_role_reaches_its_holders_and_nobody_else():
    body, other = OrganisationFactory(), OrganisationFactory()
    below = OrganisationFactory(parent=body)
    east = RegionFactory(code="370202", parent=city_region())
    hang("a:1", role=Role.LIAISON, organisation=below)
    hang("a:2", role=Role.DISTRICT_OFFICER, region=east)
    hang("a:3", role=Role.LEADING_OFFICE)

    def seen(**values):
        return [item.key for item in todos_for(PersonFactory(**values))]

    assert seen(role=Role.LIAISON, organisation=below) == ["a:1"]
    assert seen(role=Role.LIAISON, organisation=body) == ["a:1"]
    assert seen(role=Role.LIAISON, organisation=other) == []
    assert seen(role=Role.DISTRICT_OFFICER, region=east) == ["a:2"]
    assert seen(role=Role.DISTRICT_OFFICER, region=RegionFactory(code="370203", parent=city_region())) == []
    assert seen(role=Role.LEADING_OFFICE) == ["a:3"]
    assert seen() == []
    assert seen(role=Role.LEADING_OFFICE, is_active=False) == []


def test_items_close_by_their_cause_and_may_come_again():
    person = PersonFactory()
    hang(person=person)
    hang(role=Role.LEADING_OFFICE)

    assert close_todos("plan.notice:1") == 2
    assert close_todos("plan.notice:1") == 0
    assert not todos_for(person)
    hang(person=person)
    assert Todo.objects.filter(person=person).count() == 2


def test_an_item_is_for_somebody():
    for values in ({}, {"person": PersonFactory(), "role": Role.AUDITOR}):
        with pytest.raises(ValueError, match="one person or for one role"):
            hang(**values)
    for values in ({"role": ""}, {"role": "king"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Todo.objects.create(key="x", title="x", url_name="x", opened_on=today(), **values)


def test_the_list_of_a_desk_takes_few_queries(django_assert_max_num_queries):
    person = PersonFactory(role=Role.LEADING_OFFICE)
    for number in range(30):
        hang(f"a:{number}", role=Role.LIAISON, organisation=OrganisationFactory())
        hang(f"b:{number}", role=Role.LEADING_OFFICE)
    with django_assert_max_num_queries(2):
        assert [item.addressee for item in todos_for(person)]
