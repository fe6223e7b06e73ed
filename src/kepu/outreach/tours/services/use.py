"""How much of the norm every van does in a year, and which may be replaced first."""

from dataclasses import dataclass
from datetime import date

from kepu.directory.register.models import Person
from kepu.foundation.clock import today
from kepu.outreach.tours.queries.vans import Norms, VanLog, logs_of_year, norms_in_force
from kepu.outreach.tours.services.planning import engine

PERCENT = 100


@dataclass(frozen=True, slots=True)
class VanUse:
    """A van's year against the norm."""

    log: VanLog
    percent: int
    """Of what the norm asks for by now."""


@dataclass(frozen=True, slots=True)
class YearUse:
    """All vans of a year."""

    year: int
    norms: Norms
    span_days: int
    vans: tuple[VanUse, ...]


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
        rows.append(VanUse(log, round(PERCENT * routing.utilisation(use, span, norm))))
    return YearUse(year, norms, span, tuple(rows))
