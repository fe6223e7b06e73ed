"""Put a plan beneath another one, and say which of its tasks carries out which."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.models import Organisation, Person, Region
from kepu.foundation.audit.services import record
from kepu.foundation.clock import today
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import publish
from kepu.foundation.language import city_words
from kepu.plan.breakdown.errors import BreakdownMoved, LinkInvalid
from kepu.plan.breakdown.events import ChildPlanLinked
from kepu.plan.breakdown.models import ChildPlan, TaskParent
from kepu.plan.tasks.models import Plan, Task
from kepu.plan.tasks.permissions import may_decide_plan
from kepu.plan.tasks.rules.comparison import ComparedTask, compare_tasks
from kepu.plan.tasks.services.comparison import tasks_of_plan
from kepu.plan.tasks.services.decisions.acts import reason_given, refuse_closed


@dataclass(frozen=True, slots=True)
class Pair:
    """A task of a child plan with the task that it carries out, as confirmed or as proposed.

    Attributes:
        child: the task beneath.
        parent: the confirmed task above.
        proposed: the most alike task above, where nothing is confirmed.
        likeness: how alike, 0 to 1.
        is_confirmed: a person said which it carries out, or that it carries out none.
    """

    child: Task
    parent: Task | None
    proposed: Task | None
    likeness: float = 0.0
    is_confirmed: bool = False


@transaction.atomic
def link_plan(
    parent_id: int,
    child_id: int,
    *,
    actor: Person | None,
    reason: str,
    region: Region | None = None,
    organisation: Organisation | None = None,
    year: int | None = None,
) -> ChildPlan:
    """Put a confirmed plan beneath the one that it carries out.

    Args:
        parent_id: the plan above.
        child_id: the plan beneath.
        actor: of the leading office of the plan above; None only where the system loads an example.
        reason: why, shown to everyone.
        region: the district whose plan it is, or
        organisation: the body whose plan it is.
        year: of which year; needed for a body's work plan.

    Raises:
        NotAllowed: the actor does not sit in the leading office of the region of the plan above.
        PlanClosed: the plan above is over.
        DecisionInvalid: no reason is given.
        LinkInvalid: the two cannot stand beneath each other, or it is nobody's or everybody's plan.
    """
    with city_words():
        plans = {
            plan.pk: plan
            for plan in Plan.objects.select_for_update(of=("self",))
            .select_related("region")
            .filter(pk__in=(parent_id, child_id))
        }
        parent, child = plans[parent_id], plans[child_id]
        _check_office(parent, actor)
        words = reason_given(reason)
        if (region is None) == (organisation is None):
            raise LinkInvalid(_("请选这是哪个区市的方案，或填是哪个单位的计划，两者选一。"), field="region")
        _check_beneath(parent, child)
        _check_owner(parent, child, region)
        _check_year(parent, year, is_body=organisation is not None)
        link = ChildPlan.objects.create(
            parent=parent, child=child, region=region, organisation=organisation, year=year, reason=words,
            linked_by=actor, linked_on=today(),
        )  # fmt: skip
        record("breakdown.plan.linked", link, actor=actor, parent=parent.pk, child=child.pk, year=year, reason=words)
        publish(ChildPlanLinked(parent_id=parent.pk, child_id=child.pk))
    return link


@transaction.atomic
def unlink_plan(link_id: int, *, actor: Person, reason: str, seen: int | None = None) -> None:
    """Take a plan from beneath another one; which tasks carried out which is forgotten, the audit keeps it.

    Raises:
        NotAllowed, PlanClosed, BreakdownMoved: as `confirm_parents`.
        DecisionInvalid: no reason is given.
    """
    with city_words():
        link = _locked_link(link_id, actor=actor, seen=seen)
        pairs = {str(row.child_id): row.parent_id for row in link.tasks.all()}
        said = {"parent": link.parent_id, "child": link.child_id, "pairs": pairs}
        record("breakdown.plan.unlinked", link, actor=actor, reason=reason_given(reason), **said)
        link.delete()


@transaction.atomic
def confirm_parents(
    link_id: int, parents: Mapping[int, int | None], *, actor: Person | None, seen: int | None = None
) -> ChildPlan:
    """Say for tasks of a child plan which task above each carries out; None says that it carries out none.

    Args:
        link_id: the child plan's link.
        parents: id of a task beneath → id of the task above; tasks that are not named stay as they are.
        actor: of the leading office of the plan above; None only where the system loads an example.
        seen: the revision of the page from which this comes.

    Raises:
        NotAllowed: the actor does not sit in the leading office of the region of the plan above.
        PlanClosed: the plan above is over.
        BreakdownMoved: somebody changed it since the page was opened.
        LinkInvalid: a task is not of its plan, or was struck.
    """
    link = _locked_link(link_id, actor=actor, seen=seen)
    beneath = set(link.child.tasks.filter(is_struck=False).values_list("pk", flat=True))
    above = set(link.parent.tasks.filter(is_struck=False).values_list("pk", flat=True))
    if not set(parents) <= beneath or not {parent for parent in parents.values() if parent is not None} <= above:
        raise LinkInvalid(_("有一项任务不在这两份方案里，或已经划去。请刷新页面再看。"))
    link.tasks.filter(child__in=parents).delete()
    TaskParent.objects.bulk_create(
        TaskParent(link=link, child_id=child, parent_id=parent, confirmed_by=actor, confirmed_on=today())
        for child, parent in parents.items()
    )
    link.revision += 1
    link.save(update_fields=["revision"])
    pairs = {str(child): parent for child, parent in parents.items()}
    record("breakdown.tasks.linked", link, actor=actor, revision=link.revision, pairs=pairs)
    return link


def pairs_of(link: ChildPlan) -> tuple[Pair, ...]:
    """Every task of a child plan with its confirmed parent, or the most alike one as a proposal.

    Several tasks beneath may carry out one task above, so each is compared by itself.
    """
    confirmed = {row.child_id: row.parent for row in link.tasks.select_related("parent")}
    tasks = {task.pk: task for task in link.parent.tasks.filter(is_struck=False)}
    above = tasks_of_plan(link.parent)
    beneath = {compared.key: compared for compared in tasks_of_plan(link.child)}
    found = []
    for task in link.child.tasks.filter(is_struck=False).select_related("plan"):
        if task.pk in confirmed:
            found.append(Pair(task, confirmed[task.pk], None, is_confirmed=True))
            continue
        key, likeness = _most_alike(above, beneath[str(task.pk)])
        found.append(Pair(task, None, tasks.get(key), likeness))
    return tuple(found)


def _most_alike(above: list[ComparedTask], one: ComparedTask) -> tuple[int, float]:
    pairings = [each for each in compare_tasks(above, [one]) if each.earlier is not None and each.later is not None]
    best = max(pairings, key=lambda each: each.likeness, default=None)
    return (int(best.earlier.key), best.likeness) if best is not None and best.earlier is not None else (0, 0.0)


def _locked_link(link_id: int, *, actor: Person | None, seen: int | None) -> ChildPlan:
    chosen = ChildPlan.objects.select_for_update(of=("self",)).select_related("parent__region", "child")
    link = chosen.get(pk=link_id)
    _check_office(link.parent, actor)
    if seen is not None and seen != link.revision:
        raise BreakdownMoved(
            _("您打开以后，有人改过这里的对应关系。您选的还在下面，请对照后再保存。"), revision=link.revision
        )
    return link


def _check_office(parent: Plan, actor: Person | None) -> None:
    if actor is not None and not may_decide_plan(actor, parent):
        raise NotAllowed
    refuse_closed(parent)


def _check_beneath(parent: Plan, child: Plan) -> None:
    if parent.pk == child.pk:
        raise LinkInvalid(_("一份方案不能是它自己的下级。"), field="child")
    if ChildPlan.objects.filter(child=child).exists():
        raise LinkInvalid(_("《%(plan)s》已经有上级方案；要换，请先解除原来的。") % {"plan": child}, field="child")
    above: int | None = parent.pk
    while above is not None:
        above = ChildPlan.objects.filter(child=above).values_list("parent_id", flat=True).first()
        if above == child.pk:
            raise LinkInvalid(_("《%(plan)s》是这份方案的上级，不能又作它的下级。") % {"plan": child}, field="child")


def _check_owner(parent: Plan, child: Plan, region: Region | None) -> None:
    if region is None:
        return
    if region.pk == parent.region_id or not region.path.startswith(parent.region.path):
        said = {"place": region.label, "above": parent.region.label}
        raise LinkInvalid(_("%(place)s不在%(above)s之下。") % said, field="region")
    if child.region_id != region.pk:
        said = {"plan": str(child), "own": child.region.label, "place": region.label}
        raise LinkInvalid(_("《%(plan)s》导入时写的是%(own)s的方案，不是%(place)s的。") % said, field="region")


def _check_year(parent: Plan, year: int | None, *, is_body: bool) -> None:
    if year is None:
        if is_body:
            raise LinkInvalid(_("单位的工作计划请填是哪一年的。"), field="year")
        return
    first, last = parent.period_start, parent.period_end
    if (first and year < first) or (last and year > last) or not 1949 <= year <= 2100:  # noqa: PLR2004 plausible years
        raise LinkInvalid(_("%(year)d 年不在上级方案的规划期里。") % {"year": year}, field="year")
