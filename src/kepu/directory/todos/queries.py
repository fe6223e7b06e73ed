"""Read what waits for somebody."""

from django.db.models import Q, QuerySet

from kepu.directory.register.models import Person
from kepu.directory.todos.models import Todo
from kepu.foundation.clock import today


def todos_for(person: Person) -> QuerySet[Todo]:
    """What waits for a person today, soonest first: own items and those of the roles held, over their reach."""
    wanted = Q(person=person)
    for held in person.roles_on(today()) if person.is_active else []:
        reach = Q(role=held.role)
        if held.organisation is not None:
            reach &= Q(organisation=None) | Q(organisation__path__startswith=held.organisation.path or "-")
        if held.region is not None:
            reach &= Q(region=None) | Q(region__path__startswith=held.region.path)
        wanted |= reach
    return Todo.objects.filter(wanted, closed_on=None).select_related("person", "organisation", "region")


def open_todos(key: str) -> QuerySet[Todo]:
    """The open items of one cause."""
    return Todo.objects.filter(key=key, closed_on=None)
