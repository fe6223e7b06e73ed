"""Who may do what with evaluations; that nobody judges the own body is asked of `queries.conflicts`."""

from kepu.directory.register.choices import BODY_ROLES, Role
from kepu.directory.register.models import Person
from kepu.plan.evaluation.choices import TO_JUDGE
from kepu.plan.evaluation.models import Sheet
from kepu.plan.tasks.models import Plan


def may_open_desk(actor: Person) -> bool:
    """Who runs it, judges, audits, or speaks for or leads a body that is judged."""
    return actor.holds(Role.LEADING_OFFICE, Role.REVIEWER, Role.AUDITOR, *BODY_ROLES)


def may_read_all(actor: Person) -> bool:
    """The leading office and the auditors see every sheet."""
    return actor.holds(Role.LEADING_OFFICE, Role.AUDITOR)


def may_run_evaluation(actor: Person, plan: Plan) -> bool:
    """The leading office of the plan's region prepares, assigns, closes and publishes."""
    return actor.holds(Role.LEADING_OFFICE, region=plan.region)


def may_judge_sheet(actor: Person, sheet: Sheet) -> bool:
    """The reviewer to whom it was given, as long as the person is one."""
    return sheet.reviewer_id == actor.pk and actor.holds(Role.REVIEWER)


def may_write_sheet(actor: Person, sheet: Sheet) -> bool:
    """The same, while it is not submitted."""
    return sheet.state in TO_JUDGE and may_judge_sheet(actor, sheet)


def may_comment_on_sheet(actor: Person, sheet: Sheet) -> bool:
    """Who speaks for the judged body."""
    return actor.holds(Role.LIAISON, organisation=sheet.body)
