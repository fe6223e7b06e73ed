"""For whom somebody may raise a matter, and what an obstacle of a report fills in."""

from dataclasses import dataclass

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Organisation, Person
from kepu.plan.matters.choices import MatterState
from kepu.plan.matters.models import Matter
from kepu.plan.matters.permissions import may_raise_matter, may_settle
from kepu.plan.matters.queries.wording import ObstacleWords, bodies_of_plan, words_of_obstacle
from kepu.plan.reports.models import Entry
from kepu.plan.reports.queries import reports_visible_to
from kepu.plan.tasks.choices import PlanState
from kepu.plan.tasks.models import Plan


@dataclass(frozen=True, slots=True)
class Place:
    """A plan and a body of it for which somebody may raise a matter."""

    plan: Plan
    body: Organisation
    is_own: bool


@dataclass(frozen=True, slots=True)
class FoundObstacle:
    """An obstacle of a report with the words it fills in."""

    entry: Entry
    plan: Plan
    body: Organisation
    words: ObstacleWords
    raised: Matter | None
    """The matter that came of it already."""


def raising_places(actor: Person) -> list[Place]:
    """The bodies for which somebody may raise a matter, the own ones first; only under plans that go on."""
    own = set(actor.organisations(Role.LIAISON))
    found = []
    for plan in Plan.objects.filter(state=PlanState.LIVE).select_related("region").defer("text"):
        is_office = may_settle(actor, plan)
        if own or is_office:
            bodies = bodies_of_plan(plan)
            found += [Place(plan, body, body.pk in own) for body in bodies if is_office or body.pk in own]
    return sorted(found, key=lambda place: not place.is_own)


def callable_plans(actor: Person) -> list[Plan]:
    """The plans that go on for which somebody may call a meeting."""
    plans = Plan.objects.filter(state=PlanState.LIVE).select_related("region").defer("text")
    return [plan for plan in plans if may_settle(actor, plan)]


def obstacle_for(actor: Person, entry_id: int) -> FoundObstacle | None:
    """An obstacle that somebody may make a matter of; None where there is none."""
    related = ("report__period__plan__region", "report__organisation__region", "report__organisation__parent")
    entries = Entry.objects.filter(report__in=reports_visible_to(actor).values("pk")).exclude(obstacle="")
    entry = entries.select_related(*related, "task__plan").filter(pk=entry_id).first()
    if entry is None:
        return None
    plan, body = entry.report.period.plan, entry.report.organisation
    if not may_raise_matter(actor, plan, body):
        return None
    raised = Matter.objects.filter(source=entry).exclude(state=MatterState.WITHDRAWN).first()
    return FoundObstacle(entry, plan, body, words_of_obstacle(entry), raised)
