"""When venues are open: tables, closures and free days together, for one venue or many, in few queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from kepu.foundation import clock
from kepu.outreach.venues.models import Closure, FreeEntry, OpeningHours, OpeningTable, Venue
from kepu.outreach.venues.rules import DayPlan, Hours, Span, Table, plan_of_day


@dataclass(frozen=True, slots=True)
class Schedule:
    """All that decides when one venue is open."""

    tables: tuple[Table, ...] = ()
    closures: tuple[Span, ...] = ()
    free: tuple[Span, ...] = ()

    def on(self, day: date) -> DayPlan:
        """What holds on a day."""
        return plan_of_day(day, self.tables, self.closures, self.free)


@dataclass(frozen=True, slots=True)
class OpenState:
    """Whether a venue is open at this moment, and until or from when."""

    is_known: bool
    is_open: bool
    until: str = ""
    opens: str = ""
    closed_for: str = ""


def schedules_of(venues: Iterable[Venue | int]) -> dict[int, Schedule]:
    """The schedules of many venues, in four queries."""
    keys = [one if isinstance(one, int) else one.pk for one in venues]
    tables: dict[int, list[Table]] = {}
    hours: dict[int, list[Hours]] = {}
    for one in OpeningHours.objects.filter(table__venue__in=keys):
        hours.setdefault(one.table_id, []).append(Hours(one.weekday, one.opens, one.closes))
    for table in OpeningTable.objects.filter(venue__in=keys):
        tables.setdefault(table.venue_id, []).append(Table(table.valid_from, tuple(hours.get(table.pk, ()))))
    closures: dict[int, list[Span]] = {}
    for closure in Closure.objects.filter(venue__in=keys):
        closures.setdefault(closure.venue_id, []).append(Span(closure.since, closure.until, closure.reason))
    free: dict[int, list[Span]] = {}
    for entry in FreeEntry.objects.filter(venue__in=keys):
        free.setdefault(entry.venue_id, []).append(Span(entry.since, entry.until, entry.note))
    return {
        key: Schedule(tuple(tables.get(key, ())), tuple(closures.get(key, ())), tuple(free.get(key, ())))
        for key in keys
    }


def schedule_of(venue: Venue) -> Schedule:
    """The schedule of one venue."""
    return schedules_of([venue])[venue.pk]


def next_days(schedule: Schedule, *, days: int = 7) -> list[DayPlan]:
    """Today and the days after it."""
    return [schedule.on(clock.today() + timedelta(days=ahead)) for ahead in range(days)]


def open_now(schedule: Schedule, *, at: datetime | None = None) -> OpenState:
    """Whether it is open at this moment, or at the moment given."""
    moment = timezone.localtime(at or clock.now())
    plan = schedule.on(moment.date())
    if plan.hours is None:
        return OpenState(is_known=False, is_open=False)
    time = moment.time()
    for one in plan.hours:
        if one.opens <= time < one.closes:
            return OpenState(is_known=True, is_open=True, until=f"{one.closes:%H:%M}")
    later = next((one for one in plan.hours if time < one.opens), None)
    opens = f"{later.opens:%H:%M}" if later is not None else ""
    return OpenState(is_known=True, is_open=False, opens=opens, closed_for=plan.closed_for)
