"""Who may do what with reports: a body writes, its district passes, the leading office judges; nobody judges the own body."""

from kepu.directory.register.choices import BODY_ROLES, RegionLevel, Role
from kepu.directory.register.models import Organisation, Person
from kepu.directory.register.queries import persons_holding
from kepu.foundation.clock import today
from kepu.plan.reports.choices import ReportState
from kepu.plan.reports.models import Report
from kepu.plan.tasks.models import Plan

READERS = (Role.LEADING_OFFICE, Role.DISTRICT_OFFICER, Role.REVIEWER, Role.AUDITOR)


def may_open_reports(actor: Person) -> bool:
    """Everyone with a role in the programme."""
    return actor.holds(*READERS, *BODY_ROLES)


def may_set_calendar(actor: Person, plan: Plan) -> bool:
    """The leading office of the plan's region."""
    return actor.holds(Role.LEADING_OFFICE, region=plan.region)


def may_write_report(actor: Person, report: Report) -> bool:
    """A liaison of the body, or of a body above it."""
    return actor.holds(Role.LIAISON, organisation=report.organisation)


def may_pass_report(actor: Person, report: Report) -> bool:
    """The officer of the district in which the body lies, unless the body is the own one."""
    region = report.organisation.region
    is_officer = region is not None and actor.holds(Role.DISTRICT_OFFICER, region=region)
    return passes_a_district(report) and is_officer and not _is_of_the_body(actor, report)


def may_judge_report(actor: Person, report: Report) -> bool:
    """The leading office of the plan's region, unless the body is the own one."""
    return may_set_calendar(actor, report.period.plan) and not _is_of_the_body(actor, report)


def _is_of_the_body(actor: Person, report: Report) -> bool:
    return actor.holds(*BODY_ROLES, organisation=report.organisation)


def passes_a_district(report: Report) -> bool:
    """Whether the district looks at it before the city does."""
    return report.period.has_two_steps and is_of_a_district(report.organisation)


def waits_for_the_district(report: Report) -> bool:
    """Whether the district has to look at it now; where nobody is its officer, the city judges at once."""
    if report.state != ReportState.SUBMITTED or not passes_a_district(report):
        return False
    return bool(persons_holding(Role.DISTRICT_OFFICER, on=today(), region=report.organisation.region))


def is_of_a_district(body: Organisation) -> bool:
    """Whether a body belongs to a district or to something smaller."""
    return body.region is not None and body.region.level >= RegionLevel.DISTRICT
