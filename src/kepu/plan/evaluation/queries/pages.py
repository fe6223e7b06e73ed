"""The pages of evaluation at the desk: what each person sees of it and may do."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from kepu.directory.register.choices import BODY_ROLES, Role
from kepu.directory.register.models import Person
from kepu.directory.register.queries import persons_holding
from kepu.foundation.clock import today
from kepu.foundation.documents import Laid, laid_out
from kepu.foundation.queue.models import Progress
from kepu.plan.evaluation.choices import FROZEN_STATES, TO_JUDGE, EvaluationState, SheetState
from kepu.plan.evaluation.models import Criterion, Evaluation, Sheet, SheetStep
from kepu.plan.evaluation.permissions import (
    may_comment_on_sheet,
    may_judge_sheet,
    may_read_all,
    may_run_evaluation,
    may_write_sheet,
)
from kepu.plan.evaluation.queries.conflicts import ties_of
from kepu.plan.evaluation.queries.facts import facts_of, rule_words
from kepu.plan.evaluation.queries.paper import document_of
from kepu.plan.evaluation.queries.results import (
    PointLine,
    Result,
    grade_counts,
    mean_words,
    point_lines,
    result_of,
    results_of_bodies,
)
from kepu.plan.evaluation.queries.settings import scale_words
from kepu.plan.evaluation.rules import balance
from kepu.plan.tasks.choices import PlanState
from kepu.plan.tasks.models import Plan


def sheets_visible_to(actor: Person) -> QuerySet[Sheet]:
    """Office and auditors see every sheet, a reviewer the own ones, a body those of it that are submitted."""
    related = ("evaluation__plan__region", "task__plan", "task__section", "body__region", "reviewer")
    sheets = Sheet.objects.select_related(*related).order_by("task__position", "body__sort_key", "pk")
    sheets = sheets.defer("evaluation__frozen", "evaluation__plan__text", "task__plan__text")
    if may_read_all(actor):
        return sheets
    seen = Q(reviewer=actor) if actor.holds(Role.REVIEWER) else Q(pk__in=())
    seen |= Q(body__in=actor.organisations(*BODY_ROLES), state=SheetState.SUBMITTED)
    return sheets.filter(seen)


@dataclass(frozen=True, slots=True)
class ListedEvaluation:
    """An evaluation in a list, with how far the sheets are that the reader sees."""

    evaluation: Evaluation
    sheets: int
    submitted: int
    mine: int
    """Sheets that the reader has still to judge."""


@dataclass(frozen=True, slots=True)
class EvaluationList:
    """A plan's evaluations as one person sees them."""

    plan: Plan
    rows: tuple[ListedEvaluation, ...]
    may_make: bool
    may_compare: bool


def evaluation_list(actor: Person, plan: Plan) -> EvaluationList:
    """Who reads all sees every evaluation; others those in which they have a sheet, and the published ones."""
    visible = sheets_visible_to(actor).filter(evaluation__plan=plan).order_by()
    counted = {
        row["evaluation"]: row
        for row in visible.select_related(None)
        .defer(None)
        .values("evaluation")
        .annotate(
            all=Count("pk"),
            submitted=Count("pk", filter=Q(state=SheetState.SUBMITTED)),
            mine=Count("pk", filter=Q(state__in=TO_JUDGE, reviewer=actor)),
        )
    }
    found = Evaluation.objects.filter(plan=plan).defer("frozen")
    if not may_read_all(actor):
        found = found.filter(Q(pk__in=counted) | Q(state=EvaluationState.PUBLISHED))
    nothing = {"all": 0, "submitted": 0, "mine": 0}
    rows = []
    for one in found:
        told = counted.get(one.pk, nothing)
        rows.append(ListedEvaluation(one, told["all"], told["submitted"], told["mine"]))
    frozen = sum(1 for row in rows if row.evaluation.state in FROZEN_STATES)
    may_make = may_run_evaluation(actor, plan) and plan.state == PlanState.LIVE
    return EvaluationList(plan, tuple(rows), may_make, may_read_all(actor) and frozen > 1)


@dataclass(frozen=True, slots=True)
class ReviewerLoad:
    """How far one reviewer is."""

    person: Person
    sheets: int
    submitted: int


@dataclass(frozen=True, slots=True)
class EvaluationPage:
    """One evaluation as one person sees it."""

    evaluation: Evaluation
    criteria: tuple[Criterion, ...]
    rules: tuple[str, ...]
    """How each criterion's points come about, in the criteria's order."""
    sheets: tuple[Sheet, ...]
    results: tuple[Result, ...]
    result: Result | None
    grades: tuple[tuple[str, str, int], ...]
    loads: tuple[ReviewerLoad, ...]
    reviewers: tuple[Person, ...]
    laid: Laid | None
    """The paper, once it is closed."""
    progress: Progress | None
    may_run: bool
    reads_all: bool
    day: date

    @property
    def scale(self) -> str:
        """The thresholds in a sentence."""
        return scale_words(self.evaluation.scale)

    @property
    def mean_rule(self) -> str:
        """How means are formed."""
        return mean_words(self.evaluation)

    @property
    def rubric(self) -> tuple[tuple[Criterion, str], ...]:
        """Criteria with their rule."""
        return tuple(zip(self.criteria, self.rules, strict=True))

    @property
    def is_balanced(self) -> bool:
        """Whether the weights add up to 100."""
        return balance(one.weight for one in self.criteria).is_whole

    @property
    def unassigned(self) -> int:
        """Sheets without a reviewer."""
        return sum(1 for sheet in self.sheets if sheet.reviewer_id is None)

    @property
    def submitted(self) -> int:
        """Sheets that are judged."""
        return sum(1 for sheet in self.sheets if sheet.is_submitted)

    @property
    def unanswered(self) -> int:
        """Comments without an answer."""
        return sum(1 for sheet in self.sheets if sheet.awaits_reply)

    @property
    def is_making(self) -> bool:
        """Whether the papers are being made just now."""
        return self.progress is not None and not self.progress.is_over

    @property
    def has_papers(self) -> bool:
        """Whether both papers are there."""
        return self.evaluation.word_id is not None and self.evaluation.pdf_id is not None


def evaluation_page(actor: Person, pk: int) -> EvaluationPage | None:
    """One evaluation with what the actor may see and do; None where the actor has nothing to do with it."""
    evaluation = Evaluation.objects.select_related("plan__region", "progress", "word", "pdf").filter(pk=pk).first()
    if evaluation is None:
        return None
    reads_all = may_read_all(actor)
    sheets = tuple(sheets_visible_to(actor).filter(evaluation=evaluation))
    if not reads_all and not sheets:
        return None
    for sheet in sheets:
        sheet.evaluation = evaluation
        sheet.task.plan = evaluation.plan
    criteria = tuple(evaluation.criteria.all())
    may_run = may_run_evaluation(actor, evaluation.plan)
    is_open = may_run and evaluation.state == EvaluationState.JUDGING
    return EvaluationPage(
        evaluation=evaluation,
        criteria=criteria,
        rules=tuple(rule_words(one) for one in criteria),
        sheets=sheets,
        results=results_of_bodies(evaluation, sheets) if reads_all else (),
        result=result_of(evaluation, sheets) if reads_all and sheets else None,
        grades=grade_counts(sheets),
        loads=_loads(sheets) if reads_all else (),
        reviewers=tuple(persons_holding(Role.REVIEWER, on=today())) if is_open else (),
        laid=laid_out(document_of(evaluation)) if reads_all and evaluation.frozen else None,
        progress=evaluation.progress,
        may_run=may_run,
        reads_all=reads_all,
        day=today(),
    )


def _loads(sheets: Sequence[Sheet]) -> tuple[ReviewerLoad, ...]:
    people = {sheet.reviewer_id: sheet.reviewer for sheet in sheets if sheet.reviewer is not None}
    given = Counter(sheet.reviewer_id for sheet in sheets)
    done = Counter(sheet.reviewer_id for sheet in sheets if sheet.is_submitted)
    return tuple(
        ReviewerLoad(person, given[pk], done[pk]) for pk, person in sorted(people.items()) if person is not None
    )


@dataclass(frozen=True, slots=True)
class SheetPage:
    """One sheet as one person sees it.

    Attributes:
        facts: as they stand now while it is judged, as they were seen once it is submitted.
        lines: every criterion with its points.
        conflict: why the reader does not judge this body; empty where nothing stands against it.
        steps: the trail, without the reviewers' names for the judged body.
        next: the next sheet that waits for the same reviewer.
    """

    sheet: Sheet
    facts: dict[str, Any]
    lines: tuple[PointLine, ...]
    conflict: str
    steps: tuple[SheetStep, ...]
    next: Sheet | None
    may_write: bool
    may_return: bool
    may_comment: bool
    may_reply: bool
    is_frozen: bool

    @property
    def scale(self) -> str:
        """The thresholds in a sentence."""
        return scale_words(self.sheet.evaluation.scale)


def sheet_page(actor: Person, pk: int) -> SheetPage | None:
    """One sheet with what the actor may do about it; None where the actor may not see it."""
    sheet = sheets_visible_to(actor).filter(pk=pk).prefetch_related("scores").first()
    if sheet is None:
        return None
    evaluation = sheet.evaluation
    is_open = evaluation.state == EvaluationState.JUDGING and evaluation.plan.state == PlanState.LIVE
    acts = may_judge_sheet(actor, sheet) or may_run_evaluation(actor, evaluation.plan)
    conflict = ties_of([actor], evaluation, [sheet.body]).with_body(actor.pk, sheet.body) if is_open and acts else ""
    is_free = is_open and acts and not conflict
    facts = sheet.facts if sheet.facts is not None else facts_of(sheet)
    waiting = evaluation.sheets.filter(reviewer=actor, state__in=TO_JUDGE).exclude(pk=sheet.pk)
    return SheetPage(
        sheet=sheet,
        facts=facts,
        lines=point_lines(sheet, facts, evaluation.criteria.all()),
        conflict=conflict,
        steps=tuple(sheet.steps.all()),
        next=waiting.select_related("task__plan", "body").order_by("task__position", "pk").first() if acts else None,
        may_write=is_free and may_write_sheet(actor, sheet),
        may_return=is_free and sheet.is_submitted and may_run_evaluation(actor, evaluation.plan),
        may_comment=is_open and may_comment_on_sheet(actor, sheet) and sheet.is_comment_open(today()),
        may_reply=is_free and sheet.awaits_reply,
        is_frozen=sheet.facts is not None,
    )


# --- for everybody ------------------------------------------------------------------------------------------------


def published_evaluations(plan: Plan) -> tuple[Evaluation, ...]:
    """What everybody reads, newest first."""
    return tuple(Evaluation.objects.filter(plan=plan, state=EvaluationState.PUBLISHED).defer("frozen"))


def published_evaluation(plan: Plan, pk: int) -> tuple[Evaluation, Laid] | None:
    """A published evaluation as a page; None where there is none."""
    published = Evaluation.objects.filter(plan=plan, pk=pk, state=EvaluationState.PUBLISHED)
    found = published.select_related("plan__region", "word", "pdf").first()
    return None if found is None else (found, laid_out(document_of(found)))
