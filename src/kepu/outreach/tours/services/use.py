"""How much of the norm every van does in a year, how fairly townships are served, and which van may be replaced first."""

from dataclasses import dataclass
from datetime import date
from math import isnan

from kepu.directory.register.models import Person
from kepu.foundation.clock import today
from kepu.outreach.tours.queries.vans import Norms, VanLog, logs_of_year, norms_in_force, visits_by_township
from kepu.outreach.tours.services.planning import engine
from kepu.outreach.venues.services.places import engine as coverage_engine

PERCENT = 100


@dataclass(frozen=True, slots=True)
class VanUse:
    """A van's year against the norm."""

    log: VanLog
    percent: int
    """Of what the norm asks for by now."""
    town_percent: int | None
    """Stops in towns and townships of all stops; None where there were none."""


@dataclass(frozen=True, slots=True)
class YearUse:
    """All vans of a year."""

    year: int
    norms: Norms
    span_days: int
    vans: tuple[VanUse, ...]
    townships: int
    reached: int
    """Townships that a van came to."""
    gini: float | None
    """Of the stops of townships; None where there were none."""


def use_of_year(year: int, *, actor: Person) -> YearUse:
    """Hold every van's log against the norm for the days of the year that are over.

    Raises:
        SolversMissing: the engine's packages are not installed.
    """
    routing, norms = engine(), norms_in_force()
    first, last = date(year, 1, 1), min(date(year, 12, 31), today())
    span = max(1, (last - first).days + 1)
    norm = routing.Norm(days=norms.days, km=norms.km)
    rows = []
    for log in logs_of_year(year, actor):
        use = routing.Use(
            van=log.venue.pk, days_out=log.days_out, nights=0, metres=int(log.km * 1000), stops=log.stops,
            people=log.people, exhibits=0, minutes=0,
        )  # fmt: skip
        towns = round(PERCENT * log.town_stops / log.stops) if log.stops else None
        rows.append(VanUse(log, round(PERCENT * routing.utilisation(use, span, norm)), towns))
    visits = visits_by_township(year)
    gini = coverage_engine().gini(visits, [1] * len(visits))
    reached = sum(count > 0 for count in visits)
    return YearUse(year, norms, span, tuple(rows), len(visits), reached, None if isnan(gini) else gini)
