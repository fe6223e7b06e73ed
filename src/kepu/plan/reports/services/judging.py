"""What those above do with a report: the district passes it, the leading office accepts or returns it, or gives more time."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Person
from kepu.foundation.audit.services import record
from kepu.foundation.clock import today
from kepu.foundation.events import publish
from kepu.foundation.language import city_words
from kepu.plan.reports.choices import ReportState, StepKind
from kepu.plan.reports.events import ReportAccepted
from kepu.plan.reports.models import Report
from kepu.plan.reports.permissions import may_judge_report, may_pass_report, waits_for_the_district
from kepu.plan.reports.services.facts import record_figures
from kepu.plan.reports.services.steps import (
    LONGEST_REASON,
    allow,
    as_office,
    as_role,
    close_report_todos,
    judge_todo,
    later_day,
    locked_report,
    note_step,
    reason_given,
    refuse_closed,
    require_revision,
    require_state,
    tell_liaisons,
    write_todo,
)


@transaction.atomic
def pass_report(pk: int, *, revision: int, actor: Person, words: str = "") -> Report:
    """The district found a report of one of its bodies right; the city judges next.

    Raises:
        NotAllowed: not the officer of that district, or the report is of the own body.
        ReportMoved: it does not wait for the district, or is another one than was read.
    """
    report = locked_report(pk)
    allow(may_pass_report(actor, report))
    refuse_closed(report.period.plan)
    require_state(report, ReportState.SUBMITTED)
    require_revision(report, revision)
    report.state = ReportState.PASSED
    report.save(update_fields=["state"])
    note_step(
        report,
        StepKind.PASSED,
        actor=actor,
        acted_as=as_role(Role.DISTRICT_OFFICER),
        words=words.strip()[:LONGEST_REASON],
    )
    record("reports.report.passed", report, actor=actor)
    close_report_todos(report)
    judge_todo(report)
    return report


@transaction.atomic
def return_report(pk: int, *, reason: str, revision: int, actor: Person, until: date | None = None) -> Report:
    """Give a report back with a reason and a day; the body may write again until then, whatever the period's lock.

    Raises:
        NotAllowed: neither the leading office nor, while it waits for it, the district; or the report is of the own body.
        ReportMoved: it does not wait for a judge, or is another one than was read.
        ReportUnfit: no reason, or a day that is over.
    """
    report = locked_report(pk)
    is_district = (
        may_pass_report(actor, report) and report.state != ReportState.PASSED
    )  # passed, it has left the district
    allow(is_district or may_judge_report(actor, report))
    refuse_closed(report.period.plan)
    require_state(report, ReportState.SUBMITTED, ReportState.PASSED)
    require_revision(report, revision)
    why, day = reason_given(reason), later_day(until)
    report.state = ReportState.RETURNED
    report.extended_until = max(day, report.extended_until or day)
    report.save(update_fields=["state", "extended_until"])
    acted_as = as_role(Role.DISTRICT_OFFICER) if is_district else as_office()
    step = note_step(report, StepKind.RETURNED, actor=actor, acted_as=acted_as, words=why, until=day)
    record("reports.report.returned", report, actor=actor, until=day)
    close_report_todos(report)
    with city_words():
        write_todo(report, reason=_("退回：%(why)s") % {"why": why})
        title = _("%(period)s的进展报告退回修改") % {"period": report.period.label}
        tell_liaisons(report, f"returned{step.pk}", title, why)
    return report


@transaction.atomic
def accept_report(pk: int, *, revision: int, actor: Person) -> Report:
    """Accept a report: its numbers become facts, and it is locked as it was sent.

    Raises:
        NotAllowed: not of the leading office, or the report is of the own body.
        ReportMoved: it does not wait for the leading office, or is another one than was read.
        ReportUnfit: the ledger refuses one of its numbers.
    """
    report = locked_report(pk)
    allow(may_judge_report(actor, report))
    refuse_closed(report.period.plan)
    require_state(report, ReportState.PASSED, *(() if waits_for_the_district(report) else (ReportState.SUBMITTED,)))
    require_revision(report, revision)
    facts = record_figures(report, actor=actor)
    report.state, report.accepted_on = ReportState.ACCEPTED, today()
    report.save(update_fields=["state", "accepted_on"])
    note_step(report, StepKind.ACCEPTED, actor=actor, acted_as=as_office())
    record("reports.report.accepted", report, actor=actor, facts=facts)
    publish(ReportAccepted(report.pk, facts))
    close_report_todos(report)
    with city_words():
        tell_liaisons(report, "accepted", _("%(period)s的进展报告已采纳") % {"period": report.period.label})
    return report


@transaction.atomic
def extend_report(pk: int, *, reason: str, until: date, actor: Person) -> Report:
    """Give one body more time, also after the period's lock (延期).

    Raises:
        NotAllowed: not of the leading office, or the report is of the own body.
        ReportMoved: the body has sent it already.
        ReportUnfit: no reason, or a day that is over.
    """
    report = locked_report(pk)
    allow(may_judge_report(actor, report))
    refuse_closed(report.period.plan)
    require_state(report, ReportState.OPEN, ReportState.RETURNED)
    why, day = reason_given(reason), later_day(until)
    report.extended_until = day
    report.save(update_fields=["extended_until"])
    note_step(report, StepKind.EXTENDED, actor=actor, acted_as=as_office(), words=why, until=day)
    record("reports.report.extended", report, actor=actor, until=day)
    write_todo(report)
    return report
