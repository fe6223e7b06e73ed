"""Dated steps of a task: set, completed, and opened again where the completion was a mistake."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.models import Person
from kepu.foundation.clock import today
from kepu.foundation.language import city_words
from kepu.plan.tasks.choices import DecisionKind
from kepu.plan.tasks.errors import DecisionInvalid, MilestoneDone
from kepu.plan.tasks.models import Decision, Milestone
from kepu.plan.tasks.services.decisions.acts import (
    body_spoken_for,
    locked_task,
    period_of,
    reason_given,
    refuse_outside,
    write_decision,
)

MOST_STEPS = 40
LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class WantedStep:
    """An open step as it should be; `pk` is that of a step which is there already."""

    title: str
    due_on: date
    pk: int | None = None


@transaction.atomic
def set_milestones(task_id: int, steps: Sequence[WantedStep], *, actor: Person | None, reason: str = "") -> Decision:
    """Say which steps of a task are still to be done; what is not named goes, what is done stays.

    Args:
        task_id: the task.
        steps: every open step.
        actor: of the leading office; None only where the system loads an example.
        reason: why, shown to everyone; needed where a step is changed or taken away.

    Raises:
        NotAllowed: the actor does not sit in the leading office.
        PlanClosed: the plan is over.
        DecisionInvalid: a step has no title or lies outside the plan's period, two are the same, nothing changes, or a
            change has no reason.
    """
    with city_words():
        task = locked_task(task_id, actor=actor)
        kept = list(task.milestones.all())
        done = [row for row in kept if row.done_on is not None]
        open_ = {row.pk: row for row in kept if row.done_on is None}
        wanted = [WantedStep(" ".join(step.title.split()), step.due_on, step.pk) for step in steps]
        for step in wanted:
            if not step.title or len(step.title) > LONGEST_TITLE:
                raise DecisionInvalid(_("请给每个节点一个名称，不超过 200 字。"), field="steps")
            refuse_outside(task.plan, step.due_on, field="steps")
            if step.pk is not None and step.pk not in open_:
                raise DecisionInvalid(_("已完成的节点不能改；如果完成有误，请先撤回完成。"), field="steps")
        titles = [row.title for row in done] + [step.title for step in wanted]
        if len(set(titles)) < len(titles) or len(titles) > MOST_STEPS:
            raise DecisionInvalid(_("节点不能重名，最多 40 个。"), field="steps")
        before = _told(open_.values())
        if sorted(before) == sorted(_told(wanted)):
            raise DecisionInvalid(_("节点没有变化。"), field="steps")
        words = reason_given(reason) if open_ and _loses(open_, wanted) else reason.strip()
        _write_steps(task.pk, open_, wanted)
        data = {"steps": _told(wanted), "before": before, "done": [row.title for row in done]}
        return write_decision(
            task.plan, DecisionKind.MILESTONES, _summary(wanted), actor=actor, reason=words, data=data, task=task
        )


@transaction.atomic
def complete_milestone(milestone_id: int, *, actor: Person | None, done_on: date, note: str = "") -> Decision:
    """Say that a step is done, and when.

    Args:
        milestone_id: an open step.
        actor: of the leading office, or a liaison of a body that has a duty in the task; None only where the system
            loads an example.
        done_on: the day on which it was done, not after today.
        note: what shows it, to everyone.

    Raises:
        NotAllowed: the actor is neither.
        PlanClosed: the plan is over.
        MilestoneDone: it was completed before.
        DecisionInvalid: the day lies in the future or before the plan.
    """
    with city_words():
        task = locked_task(_task_of(milestone_id), actor=actor, is_completion=True)
        step = task.milestones.get(pk=milestone_id)
        if step.done_on is not None:
            raise MilestoneDone(
                _("“%(title)s”已在 %(day)s 完成；如果有误，请办公室撤回。")
                % {"title": step.title, "day": step.done_on.isoformat()}
            )
        if done_on > today():
            raise DecisionInvalid(
                _("完成日期不能晚于今天（%(today)s）。") % {"today": today().isoformat()}, field="done_on"
            )
        if done_on < period_of(task.plan)[0]:
            raise DecisionInvalid(_("完成日期早于规划期，请检查年份。"), field="done_on")
        step.done_on, step.note = done_on, note.strip()[:500]
        step.save(update_fields=["done_on", "note"])
        return write_decision(
            task.plan,
            DecisionKind.MILESTONE_DONE,
            _("节点“%(title)s”于 %(day)s 完成") % {"title": step.title, "day": done_on.isoformat()},
            actor=actor,
            reason=step.note,
            data={"milestone": step.pk, "due_on": step.due_on.isoformat(), "done_on": done_on.isoformat()},
            task=task,
            speaks_for=body_spoken_for(actor, task),
        )


@transaction.atomic
def reopen_milestone(milestone_id: int, *, actor: Person | None, reason: str) -> Decision:
    """Take a completion back that was a mistake; both acts stay readable.

    Raises:
        NotAllowed: the actor does not sit in the leading office.
        PlanClosed: the plan is over.
        DecisionInvalid: the step is open, or no reason is given.
    """
    with city_words():
        task = locked_task(_task_of(milestone_id), actor=actor)
        step = task.milestones.get(pk=milestone_id)
        if step.done_on is None:
            raise DecisionInvalid(_("这个节点还没有完成，不用撤回。"))
        words = reason_given(reason)
        data = {"milestone": step.pk, "done_on": step.done_on.isoformat(), "note": step.note, "reopened": True}
        step.done_on, step.note = None, ""
        step.save(update_fields=["done_on", "note"])
        summary = _("撤回节点“%(title)s”的完成") % {"title": step.title}
        return write_decision(
            task.plan, DecisionKind.CORRECTION, summary, actor=actor, reason=words, data=data, task=task
        )


def _task_of(milestone_id: int) -> int:
    return Milestone.objects.values_list("task", flat=True).get(pk=milestone_id)


def _told(steps: Any) -> list[list[str]]:
    return [[step.title, step.due_on.isoformat()] for step in steps]


def _loses(open_: dict[int, Milestone], wanted: Sequence[WantedStep]) -> bool:
    """Whether a step that is there goes or becomes another one."""
    same = {(step.title, step.due_on) for step in wanted}
    return any((row.title, row.due_on) not in same for row in open_.values())


def _write_steps(task_id: int, open_: dict[int, Milestone], wanted: Sequence[WantedStep]) -> None:
    by_title = {row.title: row for row in open_.values()}
    taken: set[int] = set()
    for place, step in enumerate(wanted):
        row = open_.get(step.pk) if step.pk is not None else by_title.get(step.title)
        if row is None or row.pk in taken:
            row = Milestone(task_id=task_id)
        row.title, row.due_on, row.position = step.title, step.due_on, place
        row.save()
        taken.add(row.pk)
    Milestone.objects.filter(pk__in=set(open_) - taken).delete()


def _summary(wanted: Sequence[WantedStep]) -> str:
    if not wanted:
        return _("不再列未完成的节点")
    steps = [_("%(title)s（%(day)s）") % {"title": s.title, "day": s.due_on.isoformat()} for s in wanted]
    return _("节点：%(steps)s") % {"steps": _("、").join(steps)}
