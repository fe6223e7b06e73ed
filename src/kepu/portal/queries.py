"""What the portal's own pages put together from the rooms below."""

from dataclasses import dataclass
from datetime import date

from kepu.foundation.codes.queries import values_in_force
from kepu.plan.tasks.models import NamedSystem, Plan
from kepu.plan.tasks.queries import (
    Changes,
    Coverage,
    GoalChart,
    PlanOverview,
    changes_of,
    coverage,
    goal_chart,
    judged_tasks,
    lately,
    live_plan,
    overview_of,
)
from kepu.web.navigation import address_of

# Where each mechanism of the product works today; a mechanism without an address is still to come.
WORKS_AT = {"plan": "plan:overview", "portal": "portal:home", "ledger": "ledger:data"}


@dataclass(frozen=True, slots=True)
class HomePage:
    """The front page of a site with a plan."""

    overview: PlanOverview
    goal: GoalChart | None
    coverage: Coverage
    changes: Changes
    systems: int
    working: int


@dataclass(frozen=True, slots=True)
class SystemRow:
    """A system that the plan names, and where it works."""

    system: NamedSystem
    address: str


@dataclass(frozen=True, slots=True)
class SystemGroup:
    """The systems of one action, project or section."""

    title: str
    rows: tuple[SystemRow, ...]


@dataclass(frozen=True, slots=True)
class SystemsPage:
    """The plan's systems in its own order."""

    plan: Plan | None
    groups: tuple[SystemGroup, ...]
    count: int
    working: int


@dataclass(frozen=True, slots=True)
class AboutPage:
    """Who runs the site, as far as the operator filled it in; an empty text is not loaded yet."""

    plan: Plan | None
    operator: str
    contact: str


def home_page(plan: Plan, day: date, *, today: date) -> HomePage:
    """The front page as of a day; the one number is always told as it is known today."""
    judge = judged_tasks(plan)
    now, earlier = judge.on_days((day, lately(judge, day)[0]))
    overview = overview_of(judge, now)
    mechanisms = list(plan.systems.values_list("mechanism", flat=True))
    return HomePage(
        overview=overview,
        goal=goal_chart(plan, today),
        coverage=coverage(judge, day),
        changes=changes_of(judge, overview, earlier),
        systems=len(mechanisms),
        working=sum(1 for mechanism in mechanisms if address_of(WORKS_AT.get(mechanism, ""))),
    )


def systems_page() -> SystemsPage:
    """Every system that the newest plan names, each with the address where it works or none."""
    plan = live_plan()
    named = plan.systems.select_related("task__section", "section") if plan else NamedSystem.objects.none()
    groups: dict[str, list[SystemRow]] = {}
    for system in named:
        section = system.task.section if system.task else system.section
        row = SystemRow(system, address_of(WORKS_AT.get(system.mechanism, "")))
        groups.setdefault(section.title or section.number if section else "", []).append(row)
    rows = [row for members in groups.values() for row in members]
    return SystemsPage(
        plan,
        tuple(SystemGroup(title, tuple(members)) for title, members in groups.items()),
        len(rows),
        sum(1 for row in rows if row.address),
    )


def about_page() -> AboutPage:
    """What the page about the site says of who runs it."""
    told = values_in_force("site.")
    return AboutPage(live_plan(), told.get("operator", ""), told.get("contact", ""))
