"""Who may do what with monitoring reports."""

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Person
from kepu.plan.tasks.models import Plan


def may_read_drafts(actor: Person) -> bool:
    """Whoever reads the whole programme."""
    return actor.holds(Role.LEADING_OFFICE, Role.REVIEWER, Role.AUDITOR)


def may_make_report(actor: Person, plan: Plan) -> bool:
    """The leading office of the plan's region."""
    return actor.holds(Role.LEADING_OFFICE, region=plan.region)
