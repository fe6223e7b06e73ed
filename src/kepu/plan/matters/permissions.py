"""Who may do what with matters and meetings."""

from kepu.directory.register.choices import BODY_ROLES, Role
from kepu.directory.register.models import Organisation, Person
from kepu.plan.matters.models import Matter
from kepu.plan.tasks.models import Plan

READERS = (Role.REVIEWER, Role.AUDITOR)
"""They read what a meeting decided and what the office answered."""


def may_open_matters(actor: Person) -> bool:
    """Everyone with a role in the programme; who only keeps accounts has no business here."""
    return actor.holds(Role.LEADING_OFFICE, *READERS, *BODY_ROLES, Role.DISTRICT_OFFICER)


def is_of_the_office(actor: Person) -> bool:
    """What is prepared inside is the leading office's."""
    return actor.holds(Role.LEADING_OFFICE)


def may_settle(actor: Person, plan: Plan) -> bool:
    """The leading office of the plan's region takes matters up, calls meetings and issues minutes."""
    return actor.holds(Role.LEADING_OFFICE, region=plan.region)


def speaks_for(actor: Person, body: Organisation) -> bool:
    """A liaison of the body, or of a body above it."""
    return actor.holds(Role.LIAISON, organisation=body)


def may_raise_matter(actor: Person, plan: Plan, body: Organisation) -> bool:
    """A liaison for the own body; the leading office for a body whose report or call says so."""
    return speaks_for(actor, body) or may_settle(actor, plan)


def may_write_matter(actor: Person, matter: Matter) -> bool:
    """Who may raise it may also change its words."""
    return may_raise_matter(actor, matter.plan, matter.body)
