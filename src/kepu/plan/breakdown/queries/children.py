"""Plans that stand beneath another one, and those that might."""

from dataclasses import dataclass

from django.db.models import Count, Q

from kepu.directory.register.models import Person
from kepu.plan.breakdown.models import ChildPlan
from kepu.plan.tasks.choices import PlanState
from kepu.plan.tasks.models import Plan
from kepu.plan.tasks.permissions import may_decide_plan


@dataclass(frozen=True, slots=True)
class ChildPlans:
    """The links that the actor may see, and the plans that may still be linked.

    Attributes:
        links: with `linked`, the number of tasks whose parent is confirmed, and `all_tasks`.
        parents: open plans that the actor decides about.
        free: confirmed plans that stand beneath none.
    """

    links: tuple[ChildPlan, ...]
    parents: tuple[Plan, ...]
    free: tuple[Plan, ...]


def child_plans(actor: Person) -> ChildPlans:
    """All links of plans, and what the actor may still link."""
    live = Plan.objects.filter(state=PlanState.LIVE).select_related("region").defer("text")
    parents = tuple(plan for plan in live if may_decide_plan(actor, plan))
    links = ChildPlan.objects.select_related("parent__region", "child", "region", "organisation").annotate(
        linked=Count("tasks", filter=Q(tasks__parent__isnull=False), distinct=True),
        all_tasks=Count("child__tasks", filter=Q(child__tasks__is_struck=False), distinct=True),
    )
    free = live.filter(parent_link=None) if parents else ()
    return ChildPlans(tuple(links.defer("parent__text", "child__text")), parents, tuple(free))


def beneath_another() -> Q:
    """Which plans stand beneath another one; the site does not show them first."""
    return Q(pk__in=ChildPlan.objects.values("child"))
