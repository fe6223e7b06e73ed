"""A plan whose third quarter of 2024 is over and open to be reported on."""

from dataclasses import dataclass
from datetime import date

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Person
from kepu.foundation import clock
from kepu.plan.reports.models import Period, Report
from kepu.plan.reports.queries import report_page
from kepu.plan.reports.services import CalendarTerms, WantedEntry, open_period, set_calendar
from tests.factories import PersonFactory
from tests.plan.worlds import World, seven_states

QUARTER = date(2024, 7, 1)
OPENED = date(2024, 10, 9)
TERMS = CalendarTerms("quarter", date(2024, 1, 1), due_days=10, lock_days=5)


@dataclass(frozen=True)
class Quarter:
    """The world, its period, and who acts in it."""

    world: World
    period: Period
    office: Person
    liaison: Person
    report: Report

    def wanted(self, words: str = "办了。") -> dict[int, WantedEntry]:
        """The same words for every task."""
        return {entry.pk: WantedEntry(words) for entry in self.report.entries.all()}

    def entry(self, code: str) -> int:
        """The number of the entry on a task."""
        return self.report.entries.get(task__code=code).pk

    def fresh(self) -> Report:
        """The report as it stands now."""
        return Report.objects.get(pk=self.report.pk)


def opened_quarter() -> Quarter:
    """The third quarter of 2024, opened on 2024-10-09; the clock must stand there or later."""
    with clock.fixed(date(2024, 9, 15)):
        world = seven_states(is_demonstration=False)
    office = PersonFactory(role=Role.LEADING_OFFICE)
    liaison = PersonFactory(role=Role.LIAISON, organisation=world.bureau)
    set_calendar(world.plan, TERMS, actor=office)
    period = open_period(world.plan, QUARTER, actor=office)
    return Quarter(world, period, office, liaison, period.reports.get(organisation=world.bureau))


def lines_of(quarter: Quarter, code: str) -> dict[str, tuple[object, object, bool]]:
    """What the liaison's page says of a task: by indicator the own value, everybody's, and whether a number is asked for."""
    page = report_page(quarter.liaison, quarter.report.pk)
    assert page is not None
    block = next(one for one in page.blocks if one.task.code == code)
    return {line.indicator.code: (line.own.value, line.everyone.value, line.asks) for line in block.lines}
