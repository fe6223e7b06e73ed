"""Make a task of a section or of any words of the plan; it stands apart from the tasks of the text."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from kepu.directory.register.models import Organisation, Person
from kepu.foundation.errors import NotAllowed
from kepu.foundation.language import city_words
from kepu.plan.tasks.choices import DecisionKind, DutyRole, TaskOrigin
from kepu.plan.tasks.errors import DecisionInvalid
from kepu.plan.tasks.models import Duty, Plan, Section, Task
from kepu.plan.tasks.permissions import may_decide_plan
from kepu.plan.tasks.services.confirming import task_slug
from kepu.plan.tasks.services.decisions.acts import reason_given, refuse_closed, write_decision

LONGEST_TITLE = 300
_SUPPLEMENT = "补"
_AFTER_TITLE = "。．.：: 　\n"


@transaction.atomic
def make_task(
    plan_id: int,
    *,
    actor: Person | None,
    title: str,
    organisations: Sequence[Organisation],
    reason: str,
    section_id: int | None = None,
    span: tuple[int, int] | None = None,
) -> Task:
    """Make a task of a whole section, or of a span of the text, which the plan did not make one.

    Args:
        plan_id: the plan.
        actor: of the leading office; None only where the system loads an example.
        title: what to call it.
        organisations: who is responsible; one body alone is so solely, several jointly until a lead is decided.
        reason: why it needs somebody's eye, shown to everyone.
        section_id: the section, or
        span: the words, [start, end) in the plan's text.

    Returns:
        The task; its code is the section's, or the section's with 补 and a number where that is taken.

    Raises:
        ValueError: neither or both of section and span are given.
        NotAllowed: the actor does not sit in the leading office.
        PlanClosed: the plan is over.
        DecisionInvalid: no title, no body, no reason, no such words, or they are a task already.
    """
    if (section_id is None) == (span is None):
        raise ValueError("a task is made of one section or of one span")
    with city_words():
        plan = Plan.objects.select_for_update(of=("self",)).select_related("region").get(pk=plan_id)
        if actor is not None and not may_decide_plan(actor, plan):
            raise NotAllowed
        refuse_closed(plan)
        words = reason_given(reason)
        name = " ".join(title.split())
        if not name or len(name) > LONGEST_TITLE:
            raise DecisionInvalid(_("请给任务一个题目，不超过 300 字。"), field="title")
        bodies = list(dict.fromkeys(organisations))
        if not bodies:
            raise DecisionInvalid(_("请至少选一个责任单位。"), field="organisations")
        section, start, end = _place(plan, section_id, span)
        task = _store(plan, section, name, start, end, is_whole=section_id is not None)
        role = DutyRole.SOLE if len(bodies) == 1 else DutyRole.JOINT
        Duty.objects.bulk_create(
            Duty(task=task, organisation=body, role=role, printed_role=role, position=place)
            for place, body in enumerate(bodies)
        )
        said = {"task": str(task)[:300], "bodies": _("、").join(body.label for body in bodies)}
        data = {"start": start, "end": end, "section": section.pk, "organisations": [body.pk for body in bodies]}
        write_decision(
            plan,
            DecisionKind.TASK,
            _("把方案里的这段话立为任务 %(task)s，由%(bodies)s负责") % said,
            actor=actor,
            reason=words,
            data=data,
            task=task,
        )
        return task


def _place(plan: Plan, section_id: int | None, span: tuple[int, int] | None) -> tuple[Section, int, int]:
    sections = list(plan.sections.select_related("parent"))
    if section_id is not None:
        section = next((section for section in sections if section.pk == section_id), None)
        if section is None:
            raise DecisionInvalid(_("这份方案里没有这个章节。"), field="section")
        return section, section.start, section.end
    start, end = span or (0, 0)
    words = plan.text[start:end]
    if start < 0 or end > len(plan.text) or not words.strip():
        raise DecisionInvalid(_("请从方案里选一段话。"), field="start")
    start += len(words) - len(words.lstrip())
    end -= len(words) - len(words.rstrip())
    around = [section for section in sections if section.start <= start and end <= section.end]
    if not around:
        raise DecisionInvalid(_("这段话跨了几个章节，请选同一章节里的话。"), field="start")
    if plan.tasks.filter(start=start, end=end, is_struck=False).exists():
        raise DecisionInvalid(_("这段话已经是一项任务。"), field="start")
    return max(around, key=lambda section: (section.level, section.start)), start, end


def _store(plan: Plan, section: Section, title: str, start: int, end: int, *, is_whole: bool) -> Task:
    taken = dict(plan.tasks.values_list("code", "slug"))
    base = f"{section.parent.number if section.parent else ''}{section.number}" or str(section.position)
    code = base
    if not is_whole or code in taken:
        if is_whole and plan.tasks.filter(code=code, start=start, end=end, is_struck=False).exists():
            raise DecisionInvalid(_("这个章节已经是一项任务。"), field="section")
        code = next(found for n in range(1, len(taken) + 2) if (found := f"{base}{_SUPPLEMENT}{n}") not in taken)
    position = (plan.tasks.aggregate(last=Max("position"))["last"] or 0) + 1
    body_start = _after_title(plan.text, section.title, start, end) if is_whole and section.title else start
    return Task.objects.create(
        plan=plan,
        section=section,
        code=code[:40],
        slug=task_slug(code.replace(_SUPPLEMENT, "-s"), position, set(taken.values())),
        number=section.number[:20] if is_whole else "",
        title=title,
        start=start,
        end=end,
        body_start=body_start,
        body_end=end,
        position=position,
        origin=TaskOrigin.PERSON,
    )


def _after_title(text: str, title: str, start: int, end: int) -> int:
    """Where the words after a section's number and title begin."""
    at = text.find(title, start, end)
    if at < 0:
        return start
    at += len(title)
    while at < end and text[at] in _AFTER_TITLE:
        at += 1
    return at if at < end else start
