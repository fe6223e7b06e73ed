"""What the portal's own pages put together from the rooms below."""

from dataclasses import dataclass
from datetime import date

from kepu.directory.register.models import Region
from kepu.directory.register.queries import districts, population_of
from kepu.plan.models import NamedSystem, Plan, Target
from kepu.plan.queries import PlanOverview, headline, live_plan, plan_overview
from kepu.web.navigation import address_of

# Where each mechanism of the product works today; a mechanism without an address is still to come.
WORKS_AT = {"plan": "plan:overview", "portal": "portal:home", "ledger": "ledger:data"}


@dataclass(frozen=True, slots=True)
class Place:
    """A district on the grid of tiles, with its newest head count."""

    region: Region
    people: int | None


@dataclass(frozen=True, slots=True)
class HomePage:
    """The front page; everything is None or empty while no plan is live."""

    overview: PlanOverview | None
    goal: Target | None
    places: tuple[Place, ...]
    counted_on: date | None


@dataclass(frozen=True, slots=True)
class SystemRow:
    """A system that the plan names, and where it works."""

    system: NamedSystem
    address: str


@dataclass(frozen=True, slots=True)
class SystemsPage:
    """The plan's systems in its own order."""

    plan: Plan | None
    rows: tuple[SystemRow, ...]
    working: int


def home_page(day: date) -> HomePage:
    """The front page as of a day."""
    plan = live_plan()
    places, counted_on = [], None
    for region in districts():
        population = population_of(region, on=day)
        places.append(Place(region, population.people if population else None))
        counted_on = population.counted_on if population else counted_on
    return HomePage(
        overview=plan_overview(plan, day) if plan else None,
        goal=headline(plan) if plan else None,
        places=tuple(places),
        counted_on=counted_on,
    )


def systems_page() -> SystemsPage:
    """Every system that the newest plan names, each with the address where it works or none."""
    plan = live_plan()
    named = plan.systems.select_related("task", "section") if plan else NamedSystem.objects.none()
    rows = tuple(SystemRow(system, address_of(WORKS_AT.get(system.mechanism, ""))) for system in named)
    return SystemsPage(plan, rows, sum(1 for row in rows if row.address))
