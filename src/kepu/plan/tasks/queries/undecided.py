"""What a plan's text leaves open and nobody has decided yet."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from kepu.plan.tasks.choices import Comparator, DutyRole
from kepu.plan.tasks.models import Plan, Target, Task
from kepu.plan.tasks.queries.status import PlanJudge
from kepu.plan.tasks.rules.terms import Kind, Terms


@dataclass(frozen=True, slots=True)
class OpenMatters:
    """What waits for a decision.

    Attributes:
        tasks: tasks without a number for which nobody chose an indicator or a milestone.
        meanings: targets of which it is open what they count, by when, or from which start.
        evidence: targets for which nobody chose an indicator.
        leads: tasks of several bodies without a lead; they can be judged all the same.
    """

    tasks: tuple[Task, ...]
    meanings: tuple[Target, ...]
    evidence: tuple[Target, ...]
    leads: tuple[Task, ...]

    @property
    def is_settled(self) -> bool:
        """Whether everything can be judged."""
        return not (self.tasks or self.meanings or self.evidence)


def open_matters(plan: Plan, judge: PlanJudge | None = None) -> OpenMatters:
    """What of a plan waits for a decision, in the plan's order.

    Args:
        plan: with its region.
        judge: one that holds all tasks of the plan, where it is loaded already.
    """
    judge = judge or PlanJudge(plan)
    targets = [*judge.goals, *(target for task in judge.tasks for target in task.targets.all())]
    terms = {target.pk: judge.terms(target) for target in targets}
    return OpenMatters(
        tasks=tuple(task for task in judge.tasks if is_without_measure(task)),
        meanings=tuple(target for target in targets if is_meaning_open(terms[target.pk])),
        evidence=tuple(target for target in targets if not terms[target.pk].has_evidence),
        leads=tuple(tasks_without_lead(plan)),
    )


def is_without_measure(task: Task) -> bool:
    """Whether a task has neither a target nor an indicator nor a milestone."""
    return not (task.targets.all() or task.evidence.all() or task.milestones.all())


def is_meaning_open(terms: Terms) -> bool:
    """Whether the rules of status lack what the number counts, its due day or its start."""
    if terms.kind is None or (terms.is_relative_growth and (terms.kind != Kind.STATE or terms.baseline is None)):
        return True
    if terms.is_aspirational or terms.kind == Kind.FLOW:
        return False
    needs_start = terms.kind == Kind.STATE and terms.comparator != Comparator.AT_MOST
    return terms.due_on is None or (needs_start and terms.baseline is None)


def tasks_without_lead(plan: Plan) -> QuerySet[Task]:
    """Tasks of several bodies in which none leads."""
    led = Q(duties__role__in=(DutyRole.LEAD, DutyRole.SOLE))
    return (
        plan.tasks.filter(is_struck=False)
        .annotate(bodies=Count("duties", distinct=True), leading=Count("duties", filter=led, distinct=True))
        .filter(bodies__gt=1, leading=0)
    )
