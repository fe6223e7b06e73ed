"""Giving sheets to reviewers: chosen ones to one person, or all that are left evenly over everybody who may."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Person
from kepu.directory.register.queries import persons_holding
from kepu.foundation.clock import today
from kepu.foundation.language import city_words
from kepu.plan.evaluation.choices import TO_JUDGE, EvaluationState, StepKind
from kepu.plan.evaluation.errors import EvaluationUnfit, JudgeInConflict
from kepu.plan.evaluation.models import Evaluation, Sheet
from kepu.plan.evaluation.queries.conflicts import ties_of
from kepu.plan.evaluation.services.steps import (
    as_role,
    locked_evaluation,
    note_step,
    refuse_closed,
    settle_reviewers,
    tell,
)


@dataclass(frozen=True, slots=True)
class Distribution:
    """What became of sheets that were to be given out."""

    given: int
    left: tuple[Sheet, ...]
    """Those for which nobody is free of ties with the body."""


@transaction.atomic
def assign_sheets(pk: int, sheet_ids: Sequence[int], reviewer_id: int, *, actor: Person) -> Distribution:
    """Give some sheets to one reviewer; where one of them cannot be, none is.

    Raises:
        NotAllowed, EvaluationMoved, PlanClosed.
        EvaluationUnfit: nothing chosen, no such reviewer, or a sheet that is judged already.
        JudgeInConflict: the reviewer has, or had, to do with one of the bodies; all are named.
    """
    evaluation = locked_evaluation(pk, actor, EvaluationState.JUDGING)
    refuse_closed(evaluation.plan)
    sheets = _chosen(evaluation, sheet_ids)
    reviewer = next((one for one in persons_holding(Role.REVIEWER, on=today()) if one.pk == reviewer_id), None)
    if reviewer is None:
        raise EvaluationUnfit(_("请选一位评估员；评估员的角色在“人员与角色”里给。"), field="reviewer")
    ties = ties_of([reviewer], evaluation, [sheet.body for sheet in sheets])
    found = {sheet.body.label: tie for sheet in sheets if (tie := ties.with_body(reviewer.pk, sheet.body))}
    if found:
        named = "；".join(f"{body}：{tie}" for body, tie in list(found.items())[:5])
        raise JudgeInConflict(
            _("谁评都不评自己的单位。%(person)s不能评——%(ties)s。请换一位评估员，或者去掉这些单位再分。")
            % {"person": str(reviewer), "ties": named},
            field="reviewer",
        )
    before = [sheet.reviewer for sheet in sheets]
    for sheet in sheets:
        _give(sheet, reviewer, actor)
    settle_reviewers(evaluation, [reviewer, *before])
    _tell(evaluation, [reviewer])
    return Distribution(len(sheets), ())


@transaction.atomic
def distribute_sheets(pk: int, *, actor: Person) -> Distribution:
    """Give every sheet that has no reviewer to the one with the fewest who is free of ties with its body.

    Raises:
        NotAllowed, EvaluationMoved, PlanClosed.
        EvaluationUnfit: there is no reviewer.
    """
    evaluation = locked_evaluation(pk, actor, EvaluationState.JUDGING)
    refuse_closed(evaluation.plan)
    reviewers = sorted(persons_holding(Role.REVIEWER, on=today()), key=lambda person: person.pk)
    if not reviewers:
        raise EvaluationUnfit(_("还没有评估员。请先在“人员与角色”里给评估员的角色。"), field="reviewer")
    sheets = list(_open(evaluation).filter(reviewer=None))
    ties = ties_of(reviewers, evaluation, [sheet.body for sheet in sheets])
    load = {person.pk: evaluation.sheets.filter(reviewer=person).count() for person in reviewers}
    left: list[Sheet] = []
    for sheet in sheets:
        free = [person for person in reviewers if not ties.with_body(person.pk, sheet.body)]
        if not free:
            left.append(sheet)
            continue
        person = min(free, key=lambda one: (load[one.pk], one.pk))
        load[person.pk] += 1
        _give(sheet, person, actor)
    settle_reviewers(evaluation, reviewers)
    given = {sheet.reviewer_id for sheet in sheets if sheet not in left}
    _tell(evaluation, [person for person in reviewers if person.pk in given])
    return Distribution(len(sheets) - len(left), tuple(left))


def _open(evaluation: Evaluation) -> QuerySet[Sheet]:
    sheets = evaluation.sheets.select_for_update(of=("self",)).filter(state__in=TO_JUDGE)
    return sheets.select_related("body__region", "task__plan", "reviewer").order_by("task__position", "pk")


def _chosen(evaluation: Evaluation, sheet_ids: Sequence[int]) -> list[Sheet]:
    wanted = set(sheet_ids)
    if not wanted:
        raise EvaluationUnfit(_("还没有选。请先勾上要分派的评估表。"), field="sheets")
    sheets = list(_open(evaluation).filter(pk__in=wanted))
    if len(sheets) < len(wanted):
        raise EvaluationUnfit(_("选中的评估表里有已经提交的；要换评估员，请先退回。"), field="sheets")
    for sheet in sheets:
        sheet.evaluation = evaluation
    return sheets


def _give(sheet: Sheet, reviewer: Person, actor: Person) -> None:
    sheet.reviewer = reviewer
    sheet.revision += 1
    sheet.save(update_fields=["reviewer", "revision"])
    note_step(sheet, StepKind.ASSIGNED, actor=actor, acted_as=as_role(Role.LEADING_OFFICE))


def _tell(evaluation: Evaluation, people: Sequence[Person]) -> None:
    with city_words():
        title = _("请您评分：%(title)s") % {"title": evaluation.title}
    tell(people, evaluation, f"assigned:{today().isoformat()}", title, kind="evaluation.sheets")
