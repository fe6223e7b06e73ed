"""Close a plan: judge it for the last time, say what becomes of every unfinished task, freeze and publish."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.models import Person
from kepu.foundation.audit.services import record
from kepu.foundation.clock import today
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import publish
from kepu.foundation.language import city_words
from kepu.plan.closing.choices import Outcome
from kepu.plan.closing.errors import ClosingIncomplete, PlanNotOver
from kepu.plan.closing.events import PlanEnded
from kepu.plan.closing.models import Closing, Ending
from kepu.plan.closing.queries import ClosingDesk, closing_desk, frozen_final
from kepu.plan.tasks.choices import LinkKind, PlanState
from kepu.plan.tasks.errors import PlanClosed
from kepu.plan.tasks.models import Plan, TaskLink
from kepu.plan.tasks.permissions import may_decide_plan
from kepu.plan.tasks.services.undecided import ask_for_decisions

LONGEST_REASON = 300
LONGEST_WORDS = 5000


@dataclass(frozen=True, slots=True)
class WantedEnding:
    """What becomes of an unfinished task: carried to a task of the next plan (by its id), or struck; and why."""

    outcome: str
    reason: str
    later_id: int | None = None


@transaction.atomic
def close_plan(plan: Plan, endings: Mapping[int, WantedEnding], *, words: str = "", actor: Person) -> Closing:
    """End a plan for good. Nothing about it is decided any more; its final state stays as it is today.

    Args:
        plan: a live plan whose years are over, or that another plan follows.
        endings: by task, for every task that was not kept.
        words: a summary, shown to everyone.
        actor: of the leading office.

    Raises:
        NotAllowed: not of the leading office.
        PlanClosed: somebody closed it before.
        PlanNotOver: its years are not over and no plan follows it.
        ClosingIncomplete: an unfinished task without outcome, reason or place; `tasks` in the data lists their ids.
    """
    plan = Plan.objects.select_for_update(of=("self",)).select_related("region").get(pk=plan.pk)
    if not may_decide_plan(actor, plan):
        raise NotAllowed
    if plan.state == PlanState.CLOSED:
        raise PlanClosed(_("《%(plan)s》已经收官，可能刚有人办过。") % {"plan": str(plan)[:80]})
    with city_words():  # the final state is frozen
        desk = closing_desk(plan)
    if not desk.is_over:
        raise PlanNotOver(_("规划期还没有结束，也没有接续它的方案，不能收官。"))
    _refuse_incomplete(desk, endings, words)
    closing = Closing.objects.create(
        plan=plan,
        closed_on=today(),
        judged_on=desk.day,
        words=words.strip(),
        final=frozen_final(desk.rows),
        is_demonstration=desk.is_demonstration,
        closed_by=actor,
    )
    for one in desk.unfinished:
        _end(closing, one.row.task.pk, endings[one.row.task.pk])
    plan.state = PlanState.CLOSED
    plan.save(update_fields=["state"])
    carried = closing.endings.filter(outcome=Outcome.CARRIED).count()
    struck = len(desk.unfinished) - carried
    record("closing.plan.closed", plan, actor=actor, carried=carried, struck=struck)
    publish(PlanEnded(plan.pk, carried, struck))
    ask_for_decisions(plan)
    return closing


def _refuse_incomplete(desk: ClosingDesk, endings: Mapping[int, WantedEnding], words: str) -> None:
    places = {task.pk for task in desk.later_tasks}
    wrong = [one for one in desk.unfinished if not _is_whole(endings.get(one.row.task.pk), places)]
    if wrong:
        titles = "、".join(one.row.label for one in wrong[:5])
        raise ClosingIncomplete(
            _("还有 %(count)d 项没有写清去向和理由：%(titles)s。") % {"count": len(wrong), "titles": titles},
            tasks=[one.row.task.pk for one in wrong],
        )
    if len(words.strip()) > LONGEST_WORDS:
        said = {"count": len(words.strip()), "most": LONGEST_WORDS}
        raise ClosingIncomplete(_("总结写了 %(count)d 字，最多 %(most)d 字。") % said, tasks=[], field="words")


def _is_whole(wanted: WantedEnding | None, places: set[int]) -> bool:
    if wanted is None or not 0 < len(wanted.reason.strip()) <= LONGEST_REASON:
        return False
    return wanted.later_id in places if wanted.outcome == Outcome.CARRIED else wanted.outcome == Outcome.STRUCK


def _end(closing: Closing, task_id: int, wanted: WantedEnding) -> None:
    later_id = wanted.later_id if wanted.outcome == Outcome.CARRIED else None
    reason = wanted.reason.strip()
    Ending.objects.create(closing=closing, task_id=task_id, outcome=wanted.outcome, later_id=later_id, reason=reason)
    kind = LinkKind.SUCCESSOR if later_id else LinkKind.ENDED
    # What is decided now holds: a task does not both go on and end.
    TaskLink.objects.filter(earlier_id=task_id, later__isnull=later_id is not None).delete()
    TaskLink.objects.get_or_create(earlier_id=task_id, later_id=later_id, defaults={"kind": kind, "note": reason})
