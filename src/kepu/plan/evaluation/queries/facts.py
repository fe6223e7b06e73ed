"""The facts of a sheet: what the house knows of one body in one task up to the evaluation's last day.

Kept as one JSON object, so that what a reviewer saw at the submission stays:

- `on` the day up to which it looks, `seen_on` the day of the look, `is_demonstration`
- `status`, `sentence`
- `parts`: `kind`, `label`, `status`, `sentence`, `promise`, `value`, `unit`
- `lines`: what the ledger credits to the body in the days judged: `label`, `unit`, `own`, `everyone`, `address`
- `milestones`: `title`, `due_on`, `done_on`
- `reports`: `pk`, `period`, `state`, `is_on_time` (null while nothing was sent), `words`, `files`
- `notices`: `number`, `colour`, `trigger`, `state`, `issued_on`
- `shares`: `label`, `year`, `value`, `unit`
- `counts`: by code of `Basis`: `part`, `whole`, `words`
- `evidence`: how many pieces of evidence the body has here
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from kepu.foundation.clock import today
from kepu.foundation.language import city_words
from kepu.ledger.queries import Question, values
from kepu.plan.breakdown.models import Share
from kepu.plan.breakdown.queries import in_force
from kepu.plan.evaluation.choices import Basis
from kepu.plan.evaluation.models import Criterion, Sheet
from kepu.plan.evaluation.rules import plain, proportional
from kepu.plan.reports.choices import ReportState
from kepu.plan.reports.models import Entry
from kepu.plan.reports.queries.timeliness import timeliness
from kepu.plan.supervision.models import SupervisionNotice
from kepu.plan.supervision.queries import colour_names
from kepu.plan.supervision.rules import state_after
from kepu.plan.tasks.choices import Status
from kepu.plan.tasks.models import Task
from kepu.plan.tasks.queries import judged_tasks
from kepu.plan.tasks.queries.places import evidence_of
from kepu.plan.tasks.queries.status import PartState, PlanJudge, TaskState
from kepu.plan.tasks.queries.wording import promise_words

MET = (Status.KEPT, Status.ON_PACE)
"""A target that is kept, or on pace where its day is still to come, counts as met."""


def facts_of(sheet: Sheet) -> dict[str, Any]:
    """Everything the house knows for one sheet now, in the city's own language.

    Args:
        sheet: with its evaluation, plan, task and body.
    """
    with city_words():
        return _facts(sheet)


def _facts(sheet: Sheet) -> dict[str, Any]:
    evaluation, plan = sheet.evaluation, sheet.evaluation.plan
    judge = judged_tasks(plan, plan.tasks.filter(pk=sheet.task_id), with_goals=False)
    state = judge.on(evaluation.until).tasks.get(sheet.task_id)
    task = judge.tasks[0] if judge.tasks else sheet.task
    lines, is_made_up = _lines(judge, task, sheet) if judge.tasks else ([], False)
    milestones = [
        {
            "title": step.title,
            "due_on": step.due_on.isoformat(),
            "done_on": step.done_on.isoformat() if step.done_on and step.done_on <= evaluation.until else None,
        }
        for step in task.milestones.all()
    ]
    entries = _entries(sheet)
    reports = [_report(entry) for entry in entries]
    evidence = sum(1 for line in lines if line["own"] is not None)
    evidence += sum(1 for step in milestones if step["done_on"]) + sum(one["files"] for one in reports)
    return {
        "on": evaluation.until.isoformat(),
        "seen_on": today().isoformat(),
        "is_demonstration": evaluation.is_demonstration or is_made_up or bool(state and state.is_demonstration),
        "status": state.status if state else Status.UNDECIDED.value,
        "sentence": state.sentence if state else _("这项任务已经从方案里撤下。"),
        "parts": [_part(part) for part in state.parts] if state else [],
        "lines": lines,
        "milestones": milestones,
        "reports": reports,
        "notices": _notices(sheet),
        "shares": _shares(sheet),
        "counts": _counts(state, milestones, entries, evaluation.until),
        "evidence": evidence,
    }


def _part(part: PartState) -> dict[str, Any]:
    target = part.target
    promise = ""
    if target is not None:
        promise = promise_words(
            target.comparator,
            target.value,
            part.unit or target.unit,
            value_max=target.value_max,
            period=target.period,
            deadline=target.deadline,
        )
    return {
        "kind": part.kind,
        "label": part.label,
        "status": part.status,
        "sentence": part.sentence,
        "promise": promise,
        "value": None if part.view.value is None else plain(part.view.value),
        "unit": part.unit or (target.unit if target is not None else ""),
    }


def _lines(judge: PlanJudge, task: Task, sheet: Sheet) -> tuple[list[dict[str, Any]], bool]:
    """What the ledger credits to the body, beside what everybody did, in one look."""
    since, until = sheet.evaluation.since, sheet.evaluation.until
    rows = [(row, found) for row in evidence_of(task) if (found := judge.indicator_of(row)) is not None]
    questions = []
    for row, _indicator in rows:
        where = judge.filter_of(row)
        questions += [
            Question(replace(where, organisations=(sheet.body_id,)), since, until),
            Question(where, since, until),
        ]
    answers = values(questions, known=judge.indicators) if questions else []
    lines = []
    for number, (_row, indicator) in enumerate(rows):
        own, everyone = answers[2 * number : 2 * number + 2]
        is_spoken = own.value is not None and own.last_on is not None and own.last_on >= since
        lines.append(
            {
                "label": indicator.name,
                "unit": indicator.unit,
                "own": plain(own.value) if is_spoken else None,
                "everyone": None if everyone.value is None else plain(everyone.value),
                "address": reverse("ledger:indicator", args=[indicator.code]),
            }
        )
    return lines, any(answer.is_demonstration for answer in answers)


def _entries(sheet: Sheet) -> list[Entry]:
    """What the body reported of the task in the periods that end within the days judged."""
    found = (
        Entry.objects.filter(task=sheet.task_id, report__organisation=sheet.body_id)
        .filter(report__period__until__gte=sheet.evaluation.since, report__period__until__lte=sheet.evaluation.until)
        .select_related("report__period", "report__organisation")
        .defer("report__frozen")
        .annotate(files=Count("attachments"))
        .order_by("report__period__since")
    )
    return list(found)


def _report(entry: Any) -> dict[str, Any]:
    """A report as it stands on the day of the look: whenever it was due and sent, it tells of the days judged."""
    report = entry.report
    is_accepted = report.state == ReportState.ACCEPTED
    return {
        "pk": report.pk,
        "period": report.period.label,
        "state": report.state,
        "is_on_time": report.is_on_time
        if report.is_on_time is not None
        else (False if report.due_on < today() else None),
        "words": entry.words if is_accepted else "",
        "files": entry.files if is_accepted else 0,
    }


def _notices(sheet: Sheet) -> list[dict[str, Any]]:
    until = sheet.evaluation.until
    found = SupervisionNotice.objects.filter(
        task=sheet.task_id, body=sheet.body_id, issued_on__lte=until, issued_on__gte=sheet.evaluation.since
    ).prefetch_related("steps")
    names = colour_names()
    rows = []
    for notice in found.order_by("issued_on", "pk"):
        steps = [step for step in notice.steps.all() if step.day <= until]
        rows.append(
            {
                "number": notice.public_number,
                "colour": names[steps[-1].colour if steps else notice.colour],
                "trigger": str(notice.get_trigger_display()),
                "state": str(state_after(step.kind for step in steps).label),
                "issued_on": notice.issued_on.isoformat() if notice.issued_on else "",
            }
        )
    return rows


def _shares(sheet: Sheet) -> list[dict[str, Any]]:
    """What of the task's targets was apportioned to the body."""
    shares = Share.objects.filter(
        breakdown__in=in_force(), breakdown__target__task=sheet.task_id, breakdown__target__is_struck=False,
        organisation=sheet.body_id,
    ).select_related("breakdown__target")  # fmt: skip
    return [
        {
            "label": share.breakdown.target.measure,
            "year": share.year,
            "value": plain(share.value),
            "unit": share.breakdown.target.unit,
        }
        for share in shares
    ]


def _counts(
    state: TaskState | None, milestones: Iterable[dict[str, Any]], entries: Iterable[Entry], day: date
) -> dict[str, dict[str, Any]]:
    """The numbers of which a proportional criterion takes its points, each with the words that say what was counted."""
    targets = [part for part in state.parts if part.kind == "target"] if state else []
    judged = [part for part in targets if part.status != Status.UNDECIDED]
    met = sum(1 for part in judged if part.status in MET)
    due = [step for step in milestones if step["due_on"] <= day.isoformat()]
    done = sum(1 for step in due if step["done_on"])
    told = timeliness((entry.report for entry in entries), today())
    owed = told.on_time + told.late
    return {
        Basis.TARGETS.value: {
            "part": met,
            "whole": len(judged),
            "words": _("%(whole)d 个已判定的目标里 %(part)d 个已兑现或按进度") % {"whole": len(judged), "part": met},
        },
        Basis.MILESTONES.value: {
            "part": done,
            "whole": len(due),
            "words": _("%(whole)d 个到期的节点里 %(part)d 个完成了") % {"whole": len(due), "part": done},
        },
        Basis.REPORTS.value: {
            "part": told.on_time,
            "whole": owed,
            "words": _("%(whole)d 份应报的报告里 %(part)d 份按时") % {"whole": owed, "part": told.on_time},
        },
    }


def rule_points(criterion: Criterion, facts: dict[str, Any]) -> Decimal | None:
    """The points that a criterion's rule gives for the facts; None where a person gives them, or nothing was counted."""
    counted = facts["counts"].get(criterion.basis)
    if counted is None:
        return None
    return proportional(criterion.weight, counted["part"], counted["whole"], criterion.rounding, criterion.decimals)


def rule_words(criterion: Criterion) -> str:
    """How a criterion's points come about, in one sentence."""
    digits = {
        0: _("取整数"),
        1: _("取一位小数"),
        2: _("取两位小数"),
    }[criterion.decimals]
    said = {"basis": criterion.get_basis_display(), "digits": digits, "rounding": criterion.get_rounding_display()}
    if criterion.basis == Basis.BY_HAND:
        return _("%(basis)s，%(digits)s") % said
    return _("%(basis)s，%(digits)s，%(rounding)s") % said
