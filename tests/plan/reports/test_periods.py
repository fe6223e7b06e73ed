"""Opening a period: who gets a report, what stands in it already, and when it cannot be opened."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from kepu.directory.notices.models import Notice
from kepu.directory.register.choices import Role
from kepu.directory.todos.models import Todo
from kepu.foundation import clock
from kepu.foundation.audit.models import AuditEntry
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import publish
from kepu.plan.reports.errors import CalendarInvalid, CalendarMissing, PeriodNotDue
from kepu.plan.reports.models import Period, Report, ReportCalendar
from kepu.plan.reports.services import (
    CalendarTerms,
    keep_periods,
    open_period,
    set_calendar,
)
from kepu.plan.tasks.choices import PlanState
from kepu.plan.tasks.errors import PlanClosed
from kepu.plan.tasks.events import PlanConfirmed
from tests.factories import PersonFactory
from tests.kept import kept
from tests.plan.factories import small_plan
from tests.plan.reports.worlds import OPENED, QUARTER, TERMS, Quarter, lines_of, opened_quarter

pytestmark = pytest.mark.django_db


_built, quarter = kept(opened_quarter, on=OPENED)


def test_every_body_with_a_duty_gets_one_report_with_an_entry_for_each_task(quarter: Quarter) -> None:
    assert {r.organisation.label for r in quarter.period.reports.all()} == {"市科协", "市教育局"}
    codes = set(quarter.report.entries.values_list("task__code", flat=True))
    assert codes == {"二(一)1", "二(一)2", "二(一)3", "二(一)4", "二(二)2"}


def test_the_days_are_working_days_of_the_calendar(quarter: Quarter) -> None:
    # 2024-10-01 to 07 are off; 10-12 is a working Saturday
    assert quarter.period.due_on == date(2024, 10, 18)
    assert quarter.period.locks_on == date(2024, 10, 25)


def test_what_the_ledger_holds_stands_in_the_report_and_is_not_asked_for(quarter: Quarter) -> None:
    assert lines_of(quarter, "二(一)1")["lectures"] == (Decimal(10), Decimal(10), False)


def test_a_flow_that_the_body_did_not_record_is_asked_for(quarter: Quarter) -> None:
    own, everyone, asks = lines_of(quarter, "二(一)3")["counsellors_trained"]
    assert (own, everyone, asks) == (None, Decimal(10), True)


def test_the_liaison_finds_a_to_do_and_a_notice(quarter: Quarter) -> None:
    todo = Todo.objects.get(key=f"reports.write:{quarter.report.pk}")
    assert (todo.organisation, todo.role, todo.due_on) == (quarter.world.bureau, Role.LIAISON, quarter.period.due_on)
    assert Notice.objects.filter(person=quarter.liaison, kind="reports.report").count() == 1


def test_a_body_without_a_liaison_is_told_to_the_office(quarter: Quarter) -> None:
    other = quarter.period.reports.exclude(pk=quarter.report.pk).get()
    todo = Todo.objects.get(key=f"reports.write:{other.pk}")
    assert todo.role == Role.LEADING_OFFICE
    assert "指定联络员" in todo.title


def test_a_period_is_opened_once(quarter: Quarter) -> None:
    with pytest.raises(PeriodNotDue, match="已经开始填报"):
        open_period(quarter.world.plan, QUARTER, actor=quarter.office)
    assert keep_periods().opened == ()
    with pytest.raises(IntegrityError, match="report_period_once"), transaction.atomic():
        Period.objects.create(
            plan=quarter.world.plan, since=QUARTER, until=quarter.period.until, due_on=quarter.period.due_on,
            locks_on=quarter.period.locks_on, has_two_steps=False, opened_on=OPENED,
        )  # fmt: skip


def test_the_daily_job_opens_the_newest_period_that_is_over(quarter: Quarter) -> None:
    with clock.fixed(date(2025, 1, 2)):
        opened = keep_periods().opened
        assert [(p.since, p.until) for p in opened] == [(date(2024, 10, 1), date(2024, 12, 31))]
        assert keep_periods().opened == ()


@pytest.mark.parametrize(
    ("since", "words"),
    [(date(2024, 8, 1), "没有从"), (date(2023, 10, 1), "没有从"), (date(2024, 10, 1), "还没有结束")],
)
def test_only_a_period_of_the_calendar_that_is_over_is_opened(quarter: Quarter, since: date, words: str) -> None:
    with pytest.raises(PeriodNotDue, match=words):
        open_period(quarter.world.plan, since, actor=quarter.office)


def test_without_a_calendar_nothing_is_opened() -> None:
    plan = small_plan()
    office = PersonFactory(role=Role.LEADING_OFFICE)
    with clock.fixed(OPENED), pytest.raises(CalendarMissing):
        open_period(plan, QUARTER, actor=office)


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (CalendarTerms("week", date(2024, 1, 1), 10, 10), "frequency"),
        (CalendarTerms("year", date(2024, 1, 1), 0, 10), "due_days"),
        (CalendarTerms("year", date(2024, 1, 1), 10, 121), "lock_days"),
        (CalendarTerms("year", date(2019, 1, 1), 10, 10), "starts_on"),
    ],
)
def test_a_calendar_that_cannot_be_is_refused_at_its_field(terms: CalendarTerms, field: str) -> None:
    plan, office = small_plan(), PersonFactory(role=Role.LEADING_OFFICE)
    with pytest.raises(CalendarInvalid) as refused:
        set_calendar(plan, terms, actor=office)
    assert refused.value.data["field"] == field
    assert not ReportCalendar.objects.filter(plan=plan).exists()


def test_only_the_leading_office_sets_a_calendar_and_opens_periods(quarter: Quarter) -> None:
    officer = PersonFactory(role=Role.DISTRICT_OFFICER, region=quarter.world.city.south)
    for actor in (PersonFactory(role=Role.REVIEWER), PersonFactory(role=Role.AUDITOR), officer):
        with pytest.raises(NotAllowed):
            set_calendar(quarter.world.plan, TERMS, actor=actor)
    with pytest.raises(NotAllowed):
        open_period(quarter.world.plan, QUARTER, actor=quarter.liaison)


def test_a_closed_plan_takes_neither(quarter: Quarter) -> None:
    quarter.world.plan.state = PlanState.CLOSED
    quarter.world.plan.save()
    with pytest.raises(PlanClosed):
        set_calendar(quarter.world.plan, TERMS, actor=quarter.office)
    with pytest.raises(PlanClosed):
        open_period(quarter.world.plan, date(2024, 4, 1), actor=quarter.office)


def test_the_opening_is_audited(quarter: Quarter) -> None:
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"reports.calendar.set", "reports.period.opened"} <= actions


def test_a_report_is_reminded_once_before_and_once_after_its_day(quarter: Quarter) -> None:
    def told() -> int:
        return Notice.objects.filter(person=quarter.liaison).exclude(key__endswith=":opened").count()

    with clock.fixed(date(2024, 10, 14)):
        assert keep_periods().reminded == 0
    with clock.fixed(date(2024, 10, 16)):
        assert keep_periods().reminded == 2
        keep_periods()
    assert told() == 1
    with clock.fixed(date(2024, 10, 21)):
        keep_periods()
        keep_periods()
    assert told() == 2
    with clock.fixed(date(2024, 11, 1)):  # locked: nothing can be done about it any more
        assert keep_periods().reminded == 0


def test_two_reports_of_one_body_for_one_period_cannot_be(quarter: Quarter) -> None:
    with pytest.raises(IntegrityError, match="report_once"), transaction.atomic():
        Report.objects.create(period=quarter.period, organisation=quarter.world.bureau)


def test_where_the_years_working_days_are_not_loaded_the_office_is_asked_for_them(quarter: Quarter) -> None:
    plan = quarter.world.plan
    plan.period_end = 2035
    plan.save()
    with clock.fixed(date(2031, 1, 2)):
        assert keep_periods().opened == ()
    todo = Todo.objects.get(key=f"reports.calendar:{plan.pk}")
    assert "调休" in todo.title


def test_another_frequency_opens_nothing_over_what_was_reported(quarter: Quarter) -> None:
    half = CalendarTerms("half", date(2024, 1, 1), due_days=10, lock_days=5)
    set_calendar(quarter.world.plan, half, actor=quarter.office)
    with clock.fixed(date(2025, 1, 2)):
        assert keep_periods().opened == ()  # the third quarter lies in the second half-year


def test_a_to_do_for_what_can_be_sent_no_more_is_taken_down(quarter: Quarter) -> None:
    def hangs() -> bool:
        return Todo.objects.filter(key=f"reports.write:{quarter.report.pk}", closed_on=None).exists()

    with clock.fixed(quarter.period.locks_on):
        assert keep_periods().settled == 0
        assert hangs()
    with clock.fixed(quarter.period.locks_on + timedelta(days=1)):
        assert keep_periods().settled == 2
        assert keep_periods().settled == 0
    assert not hangs()


def test_an_amended_text_goes_on_reporting_where_the_earlier_one_stopped(quarter: Quarter) -> None:
    later = small_plan("amended")
    publish(PlanConfirmed(plan_id=later.pk, predecessor_id=quarter.world.plan.pk))
    assert not ReportCalendar.objects.filter(plan=later).exists()  # the earlier plan lives on
    quarter.world.plan.state = PlanState.CLOSED
    quarter.world.plan.save()
    publish(PlanConfirmed(plan_id=later.pk, predecessor_id=quarter.world.plan.pk))
    calendar = ReportCalendar.objects.get(plan=later)
    assert (calendar.frequency, calendar.starts_on) == ("quarter", date(2024, 10, 1))
    with clock.fixed(date(2025, 1, 2)):
        assert [period.plan for period in keep_periods().opened] == [later]
