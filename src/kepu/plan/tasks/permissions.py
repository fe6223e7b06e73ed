"""Who may do what with plans."""

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Person
from kepu.plan.tasks.models import Plan, Task


def may_import_plan(actor: Person) -> bool:
    """Only the leading office brings a plan in, corrects its reading and puts it live."""
    return actor.holds(Role.LEADING_OFFICE)


def may_decide_plan(actor: Person, plan: Plan) -> bool:
    """The leading office of the plan's region decides what the text leaves open."""
    return actor.holds(Role.LEADING_OFFICE, region=plan.region)


def may_complete_milestone(actor: Person, task: Task) -> bool:
    """The leading office, and the liaison of every body that has a duty in the task."""
    if may_decide_plan(actor, task.plan):
        return True
    duties = task.duties.select_related("organisation__region")
    return any(actor.holds(Role.LIAISON, organisation=duty.organisation) for duty in duties)
