"""Who may do what with the register of people."""

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Person
from kepu.outreach.people.capacities.choices import CapacityState
from kepu.outreach.people.capacities.models import Capacity

_DESK = (Role.LEADING_OFFICE, Role.LIAISON, Role.UNIT_HEAD, Role.DISTRICT_OFFICER, Role.AUDITOR)


def may_open_register(actor: Person) -> bool:
    """Who checks, admits or answers for people; reviewers and keepers of accounts have no business here."""
    return actor.holds(*_DESK)


def may_admit(actor: Person, capacity: Capacity) -> bool:
    """The leading office, and nobody about themselves."""
    return actor.holds(Role.LEADING_OFFICE) and actor.pk != capacity.person_id


def may_check(actor: Person, capacity: Capacity) -> bool:
    """The liaison of the person's body, the officer of the district, or the office; nobody about themselves."""
    if actor.pk == capacity.person_id:
        return False
    if actor.holds(Role.LEADING_OFFICE) or actor.holds(Role.DISTRICT_OFFICER, region=capacity.region):
        return True
    return capacity.organisation is not None and actor.holds(Role.LIAISON, organisation=capacity.organisation)


def may_bring_people(actor: Person) -> bool:
    """Whoever admits people brings lists of them and decides about their rows."""
    return actor.holds(Role.LEADING_OFFICE)


def may_see_phone(actor: Person, capacity: Capacity) -> bool:
    """Who arranges lectures: the office, and the liaison of the person's body; masked, and never of whoever left."""
    if capacity.state == CapacityState.ENDED:
        return False
    if actor.holds(Role.LEADING_OFFICE):
        return True
    return capacity.organisation is not None and actor.holds(Role.LIAISON, organisation=capacity.organisation)


def may_write_capacity(actor: Person, capacity: Capacity) -> bool:
    """The person, or the leading office at the person's word."""
    return actor.pk == capacity.person_id or actor.holds(Role.LEADING_OFFICE)


def may_keep_teams(actor: Person) -> bool:
    """The leading office founds, changes and dissolves teams."""
    return actor.holds(Role.LEADING_OFFICE)
