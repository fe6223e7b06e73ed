"""Who gets where in the conflicts of interest: the office, and everybody to the own ties."""

from kepu.directory.register.choices import Role
from kepu.foundation.clock import now
from kepu.outreach.people.conflicts.models import SameIdentity
from kepu.outreach.people.conflicts.services import declare_tie
from tests.access import STAFF, World, row, seen
from tests.factories import PersonFactory


def _tie(_world: World):
    office = PersonFactory(role=Role.LEADING_OFFICE)
    return [declare_tie(PersonFactory(), "kin", other=PersonFactory(), actor=office).pk]


def _pair(_world: World, state: str = "suspected"):
    first, second = sorted((PersonFactory(), PersonFactory()), key=lambda one: one.pk)
    decided = None if state == "suspected" else now()
    pair = SameIdentity.objects.create(first=first, second=second, state=state, found_at=now(), decided_at=decided)
    return [pair.pk]


OFFICE, OFFICE_ACTS, NOT_OWN = seen(office=200), seen(office=302), seen()

ACCESS = {
    "conflicts:own": row(STAFF),
    "conflicts:own_end": row(NOT_OWN, method="post", args=_tie),
    "conflicts:desk": row(OFFICE),
    "conflicts:new": row(OFFICE),
    "conflicts:check": row(OFFICE),
    "conflicts:end": row(OFFICE_ACTS, method="post", args=_tie),
    "conflicts:identities": row(OFFICE),
    "conflicts:decide": row(
        OFFICE_ACTS,
        method="post",
        args=_pair,
        data=lambda _world: {"same": "yes", "expected": "suspected", "reason": "核对过"},
    ),
    "conflicts:undo": row(OFFICE_ACTS, method="post", args=lambda world: _pair(world, "same")),
}
