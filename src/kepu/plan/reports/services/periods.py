"""Set how often a plan's bodies report, and open periods: every body with a duty gets its report, already filled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Organisation, Person
from kepu.directory.todos.services import close_todos, open_todo
from kepu.foundation.audit.services import record
from kepu.foundation.calendar.errors import CalendarUnknown
from kepu.foundation.calendar.queries import working_day_after
from kepu.foundation.clock import now, today
from kepu.foundation.events import publish
from kepu.foundation.language import city_words
from kepu.plan.reports.choices import Frequency, StepKind
from kepu.plan.reports.errors import CalendarInvalid, CalendarMissing, PeriodNotDue
from kepu.plan.reports.events import PeriodOpened
from kepu.plan.reports.models import Entry, Period, Report, ReportCalendar, ReportStep
from kepu.plan.reports.permissions import may_set_calendar
from kepu.plan.reports.queries.listing import due_stretches
from kepu.plan.reports.rules import stretch_of
from kepu.plan.reports.services.steps import allow, as_office, refuse_closed, tell_liaisons, todo_key, write_todo
from kepu.plan.tasks.choices import PlanState
from kepu.plan.tasks.errors import PlanClosed
from kepu.plan.tasks.models import Duty, Plan
from kepu.plan.tasks.queries.pages import days_of

MOST_DAYS = 120


@dataclass(frozen=True, slots=True)
class CalendarTerms:
    """How often and by when.

    Attributes:
        frequency: one of `Frequency`.
        starts_on: the first period is the first that begins on or after this day.
        due_days: working days after a period's end by which a report is owed.
        lock_days: working days after that, after which nothing is taken any more.
        has_two_steps: whether bodies of a district are looked at by the district first.
    """

    frequency: str
    starts_on: date
    due_days: int
    lock_days: int
    has_two_steps: bool = True


@transaction.atomic
def set_calendar(plan: Plan, terms: CalendarTerms, *, actor: Person | None) -> ReportCalendar:
    """Set or change how a plan's bodies report; periods that are open already keep their days.

    Args:
        plan: a live plan.
        terms: how often and by when.
        actor: of the leading office; None where the system loads an example.

    Raises:
        NotAllowed: not of the leading office.
        PlanClosed: the plan is over.
        CalendarInvalid: a frequency or number that cannot be; `field` names it.
    """
    plan = Plan.objects.select_for_update(of=("self",)).select_related("region").get(pk=plan.pk)
    allow(actor is None or may_set_calendar(actor, plan))
    refuse_closed(plan)
    if terms.frequency not in Frequency.values:
        raise CalendarInvalid(_("请选每季、每半年或每年。"), field="frequency")
    for field in ("due_days", "lock_days"):
        if not 1 <= getattr(terms, field) <= MOST_DAYS:
            raise CalendarInvalid(_("请填 1 到 %(most)d 之间的天数。") % {"most": MOST_DAYS}, field=field)
    first, last = days_of(plan, date.max)
    if not first <= terms.starts_on <= last:
        raise CalendarInvalid(_("起始日期要在规划期以内。"), field="starts_on")
    calendar, _created = ReportCalendar.objects.update_or_create(
        plan=plan,
        defaults={
            "frequency": terms.frequency,
            "starts_on": terms.starts_on,
            "due_days": terms.due_days,
            "lock_days": terms.lock_days,
            "has_two_steps": terms.has_two_steps,
            "set_by": actor,
            "set_on": today(),
        },
    )
    record("reports.calendar.set", calendar, actor=actor, frequency=terms.frequency, due_days=terms.due_days)
    return calendar


@transaction.atomic
def open_period(plan: Plan, since: date, *, actor: Person | None) -> Period:
    """Open the period that begins on a day: one report for each body that has a duty, with an entry for each task.

    Args:
        plan: a live plan with a reporting calendar.
        since: the first day of a period that is over.
        actor: of the leading office; None for the daily job.

    Raises:
        NotAllowed: not of the leading office.
        PlanClosed: the plan is over.
        CalendarMissing: nobody set the calendar.
        PeriodNotDue: no period begins on that day, it is not over, or it is open already.
        CalendarUnknown: the working days in which it is due are not loaded.
    """
    plan = Plan.objects.select_for_update(of=("self",)).select_related("region").get(pk=plan.pk)
    allow(actor is None or may_set_calendar(actor, plan))
    refuse_closed(plan)
    calendar = ReportCalendar.objects.filter(plan=plan).first()
    if calendar is None:
        raise CalendarMissing(_("还没有定多久一报。请先定填报日历。"))
    if not calendar.starts_on <= since < today():
        raise PeriodNotDue(_("填报日历里没有从 %(day)s 开始的报告期。") % {"day": since.isoformat()})
    stretch = stretch_of(since, calendar.frequency)
    if stretch.since != since:
        raise PeriodNotDue(_("填报日历里没有从 %(day)s 开始的报告期。") % {"day": since.isoformat()})
    if stretch.until >= today():
        raise PeriodNotDue(_("%(period)s还没有结束，结束后才能填报。") % {"period": stretch.label})
    if Period.objects.filter(plan=plan, since=stretch.since, until=stretch.until).exists():
        raise PeriodNotDue(_("%(period)s已经开始填报。") % {"period": stretch.label})
    due_on = working_day_after(stretch.until, calendar.due_days)
    period = Period.objects.create(
        plan=plan,
        since=stretch.since,
        until=stretch.until,
        due_on=due_on,
        locks_on=working_day_after(due_on, calendar.lock_days),
        has_two_steps=calendar.has_two_steps,
        opened_on=today(),
    )
    reports = _open_reports(period, actor)
    record("reports.period.opened", period, actor=actor, reports=len(reports))
    publish(PeriodOpened(period.pk, plan.pk))
    with city_words():
        _tell_bodies(period, reports)
    return period


def _tell_bodies(period: Period, reports: Sequence[Report]) -> None:
    for report in reports:
        write_todo(report)
        tell_liaisons(report, "opened", _("请填报%(period)s的进展") % {"period": period.label}, _told(report))


def _told(report: Report) -> str:
    return _("%(plan)s，%(day)s 前报送。台账里已有的都替您填好了。") % {
        "plan": str(report.period.plan),
        "day": report.due_on.isoformat(),
    }


def _open_reports(period: Period, actor: Person | None) -> list[Report]:
    duties = Duty.objects.filter(task__plan=period.plan, task__is_struck=False).order_by("task__position")
    tasks: dict[int, list[int]] = {}
    for organisation_id, task_id in duties.values_list("organisation_id", "task_id"):
        tasks.setdefault(organisation_id, []).append(task_id)
    bodies = Organisation.objects.select_related("region").in_bulk(tasks)
    reports = Report.objects.bulk_create([Report(period=period, organisation=bodies[pk]) for pk in tasks])
    Entry.objects.bulk_create(
        [Entry(report=report, task_id=task) for report in reports for task in tasks[report.organisation_id]]
    )
    with city_words():
        acted_as = as_office() if actor else _("系统")
    ReportStep.objects.bulk_create(
        [ReportStep(report=r, kind=StepKind.OPENED, at=now(), actor=actor, acted_as=acted_as) for r in reports]
    )
    return reports


@transaction.atomic
def carry_calendar(earlier_id: int, later_id: int) -> None:
    """Let the text that took a plan's place for the same years keep its calendar; a next generation sets its own.

    Args:
        earlier_id: the plan before; it carries on reporting itself while it lives.
        later_id: the plan just confirmed.
    """
    calendar = ReportCalendar.objects.filter(plan_id=earlier_id, plan__state=PlanState.CLOSED).first()
    if calendar is None or ReportCalendar.objects.filter(plan_id=later_id).exists():
        return
    last = Period.objects.filter(plan_id=earlier_id).aggregate(last=Max("until"))["last"]
    calendar.pk = None
    calendar.plan_id = later_id
    if last is not None:  # what was reported on under the earlier text is not asked again
        calendar.starts_on = max(calendar.starts_on, last + timedelta(days=1))
    calendar.save(force_insert=True)
    record("reports.calendar.set", calendar, actor=None, frequency=calendar.frequency, due_days=calendar.due_days)


def settle_todo(report: Report) -> bool:
    """Take down what asks for a report that can be sent no more: its plan is over, or its lock is passed.

    Args:
        report: which the body still has.

    Returns:
        Whether something was taken down.
    """
    is_over = report.period.plan.state == PlanState.CLOSED or report.is_locked_on(today())
    return is_over and close_todos(todo_key("write", report)) > 0


def open_due_period(calendar: ReportCalendar) -> Period | None:
    """Open the newest period of a calendar that is over; older ones that nobody opened stay shut.

    Returns:
        The period, or None where none is due, somebody was quicker, or a year's working days are not loaded (which the
        office is then asked for).
    """
    due = due_stretches(calendar, today())
    if not due or Period.objects.filter(plan=calendar.plan, until__gte=due[-1].since).exists():
        return None
    try:
        opened = open_period(calendar.plan, due[-1].since, actor=None)
    except CalendarUnknown as unknown:
        _ask_for_the_calendar(calendar.plan, str(unknown.message))
        return None
    except (PeriodNotDue, PlanClosed):  # somebody was quicker
        return None
    close_todos(f"reports.calendar:{calendar.plan_id}")
    return opened


def _ask_for_the_calendar(plan: Plan, why: str) -> None:
    with city_words():
        open_todo(
            f"reports.calendar:{plan.pk}",
            title=_("报告期开始不了：缺放假和调休日子"),
            reason=why[:280],
            action=_("去看看"),
            url_name="reports:overview",
            url_arguments=[plan.slug],
            role=Role.LEADING_OFFICE,
            region=plan.region,
        )
