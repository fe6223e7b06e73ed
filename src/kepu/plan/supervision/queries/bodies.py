"""Who is asked: which bodies of a task, and which persons speak for a body today."""

from collections.abc import Iterable

from django.db.models import Q

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Organisation, Person, RoleAssignment
from kepu.directory.register.queries import persons_holding
from kepu.foundation.clock import today
from kepu.plan.tasks.choices import DutyRole
from kepu.plan.tasks.models import Duty

_LEADS = (DutyRole.LEAD, DutyRole.SOLE)


def addressees(duties: Iterable[Duty]) -> list[Organisation]:
    """The bodies that owe a task: who leads it; where nobody does, everyone jointly responsible. First is not lead."""
    found = list(duties)
    leads = [duty.organisation for duty in found if duty.role in _LEADS]
    return leads or [duty.organisation for duty in found if duty.role == DutyRole.JOINT]


def liaisons_of(body: Organisation) -> list[Person]:
    """Who speaks for a body today: its own liaisons, else those of the nearest body above that has any."""
    return _nearest(Role.LIAISON, body)


def heads_of(body: Organisation) -> list[Person]:
    """Who leads a body today: its own head, else that of the nearest body above that has one."""
    return _nearest(Role.UNIT_HEAD, body)


def _nearest(role: Role, body: Organisation) -> list[Person]:
    day = today()
    chain = [int(part) for part in body.path.split("/") if part] or [body.pk]
    held = (
        RoleAssignment.objects.filter(role=role, starts_on__lte=day, person__is_active=True)
        .filter(Q(ends_on=None) | Q(ends_on__gte=day), organisation__in=chain)
        .select_related("person")
        .order_by("person")
    )
    by_body: dict[int | None, list[Person]] = {}
    for row in held:
        by_body.setdefault(row.organisation_id, []).append(row.person)
    for pk in reversed(chain):
        if pk in by_body:
            return list(dict.fromkeys(by_body[pk]))
    return persons_holding(role, on=day, organisation=body)


def liaisons_above(body: Organisation) -> list[Person]:
    """Who speaks for the body above; nobody where there is none, or where the same persons speak for both."""
    if body.parent is None:
        return []
    own = set(liaisons_of(body))
    return [person for person in liaisons_of(body.parent) if person not in own]
