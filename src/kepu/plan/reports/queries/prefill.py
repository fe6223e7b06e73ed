"""What the house knows before anybody writes: for each task of a body, the ledger's values, what changed, what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from kepu.directory.register.choices import Audience
from kepu.directory.register.models import Organisation
from kepu.ledger.models import Indicator
from kepu.ledger.queries import Question, Value, values
from kepu.plan.reports.choices import Frequency
from kepu.plan.reports.models import Attachment, Entry, Figure, Period, Report
from kepu.plan.reports.rules import Stretch, stretch_of
from kepu.plan.tasks.choices import DutyRole
from kepu.plan.tasks.models import Decision, Evidence, Milestone, Task
from kepu.plan.tasks.queries import TaskRow, judged_tasks
from kepu.plan.tasks.queries.changes import decisions_between
from kepu.plan.tasks.queries.pages import rows_of
from kepu.plan.tasks.queries.places import evidence_of
from kepu.plan.tasks.queries.status import PlanJudge

_LEADS = frozenset({DutyRole.LEAD, DutyRole.SOLE})


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator of a task in one period.

    Attributes:
        evidence: the indicator with its filter.
        indicator: what the number means.
        audiences: for whom, as labels.
        everyone: what all bodies together recorded.
        own: what this body recorded.
        before: what this body recorded in the period before; None where nothing.
        figure: what the body typed because no system knows it.
        is_spoken: whether the body recorded anything in this period; an old level does not count.
        asks: whether a number is asked for.
        why: why it is asked for, or why not.
    """

    evidence: Evidence
    indicator: Indicator
    audiences: tuple[str, ...]
    everyone: Value
    own: Value
    before: Decimal | None
    figure: Figure | None
    is_spoken: bool
    asks: bool
    why: str


@dataclass(frozen=True, slots=True)
class Block:
    """One task of a report, filled in as far as the house knows."""

    entry: Entry
    row: TaskRow
    before: str
    lines: tuple[Line, ...]
    decisions: tuple[Decision, ...]
    steps: tuple[Milestone, ...]
    attachments: tuple[Attachment, ...]

    @property
    def task(self) -> Task:
        """The task."""
        return self.row.task

    @property
    def shown_lines(self) -> list[dict[str, Any]]:
        """The lines as the table of a report shows them, whether still open or sent."""
        return [
            {
                "label": line.indicator.label,
                "unit": line.indicator.unit_label,
                "audiences": line.audiences,
                "everyone": line.everyone.value,
                "own": line.own.value if line.is_spoken else None,
                "before": line.before,
                "typed": line.figure.quantity if line.figure else None,
                "origin": line.figure.origin if line.figure else "",
            }
            for line in self.lines
        ]

    @property
    def has_changed(self) -> bool:
        """Whether the task's state is another one than before the period."""
        return bool(self.before) and self.before != self.row.status

    @property
    def is_known(self) -> bool:
        """Whether the ledger holds anything of this body in the period, or a step was done in it."""
        return bool(self.steps) or any(line.is_spoken for line in self.lines)

    @property
    def is_missing(self) -> bool:
        """Whether nothing at all speaks of it: neither the ledger nor the body."""
        has_figure = any(line.figure is not None for line in self.lines)
        return not (self.is_known or has_figure or self.entry.words.strip())


def blocks_of(report: Report) -> tuple[Block, ...]:
    """Every task of a report with what is known of it, in the plan's order.

    Args:
        report: with its period, plan and organisation.
    """
    period = report.period
    entries = {
        entry.task_id: entry
        for entry in report.entries.prefetch_related(
            "figures", Prefetch("attachments", Attachment.objects.select_related("file"))
        )
    }
    judge = judged_tasks(period.plan, period.plan.tasks.filter(pk__in=entries), with_goals=False)
    earlier, now = judge.on_days((period.since - timedelta(days=1), period.until))
    lines = _lines(judge, report, entries)
    decisions: dict[int, list[Decision]] = {}
    for decision in decisions_between(period.plan, period.since, period.until):
        task_id = decision.task_id or (decision.target.task_id if decision.target else None)
        if task_id is not None:
            decisions.setdefault(task_id, []).append(decision)
    begun = period.since > judge.starts_on
    return tuple(
        Block(
            entry=entries[row.task.pk],
            row=row,
            before=earlier.tasks[row.task.pk].status if begun else "",
            lines=tuple(lines.get(row.task.pk, ())),
            decisions=tuple(decisions.get(row.task.pk, ())),
            steps=tuple(step for step in row.task.milestones.all() if _is_done_in(step, period)),
            attachments=tuple(entries[row.task.pk].attachments.all()),
        )
        for row in rows_of(judge, now)
    )


def _is_done_in(step: Milestone, period: Period) -> bool:
    return step.done_on is not None and period.since <= step.done_on <= period.until


def _lines(judge: PlanJudge, report: Report, entries: Mapping[int, Entry]) -> dict[int, list[Line]]:
    """All values in one look at the ledger: of everybody, of the body, and of the body in the period before."""
    period, body = report.period, report.organisation
    before = _stretch_before(period)
    asked = [
        (task, row, indicator)
        for task in judge.tasks
        for row in evidence_of(task)
        if (indicator := judge.indicator_of(row)) is not None
    ]
    questions = []
    for _task, row, _indicator in asked:
        where = judge.filter_of(row)
        own = replace(where, organisations=(body.pk,))
        questions += [
            Question(where, period.since, period.until),
            Question(own, period.since, period.until),
            Question(own, *before),
        ]
    answers = values(questions, known=judge.indicators) if questions else []
    lines: dict[int, list[Line]] = {}
    for number, (task, row, indicator) in enumerate(asked):
        everyone, own_value, earlier = answers[3 * number : 3 * number + 3]
        figure = _figure(entries[task.pk], row)
        is_spoken = own_value.value is not None and own_value.last_on is not None and own_value.last_on >= period.since
        asks, why = asking(task, row, indicator, body, is_spoken=is_spoken)
        if any(
            line.indicator == indicator and line.evidence.audiences == row.audiences for line in lines.get(task.pk, ())
        ):
            asks, why = False, _("这个数在上面已经问过。")
        lines.setdefault(task.pk, []).append(
            Line(
                evidence=row,
                indicator=indicator,
                audiences=tuple(str(Audience(code).label) for code in row.audiences if code in Audience.values),
                everyone=everyone,
                own=own_value,
                before=earlier.value,
                figure=figure,
                is_spoken=is_spoken,
                asks=asks,
                why=why,
            )
        )
    return lines


def _stretch_before(period: Period) -> tuple[date, date]:
    last = period.since - timedelta(days=1)
    for frequency in Frequency:
        if stretch_of(period.since, frequency) == Stretch(period.since, period.until):
            return stretch_of(last, frequency).since, last
    return last - (period.until - period.since), last


def _figure(entry: Entry, row: Evidence) -> Figure | None:
    figures = entry.figures.all()
    same = (one for one in figures if one.indicator_code == row.indicator_code and one.audiences == row.audiences)
    return next(same, None)


def asking(task: Task, row: Evidence, indicator: Indicator, body: Organisation, *, is_spoken: bool) -> tuple[bool, str]:
    """Whether a body is asked for a number, and the sentence that says why.

    A number is asked for only where no system can know it: never one that the ledger holds, that a survey gives, that
    follows from others, or that several bodies would each report for the same thing.

    Args:
        task: with its duties loaded.
        row: the piece of evidence.
        indicator: its indicator.
        body: who reports.
        is_spoken: whether the body recorded anything in the period.
    """
    leads = any(duty.organisation_id == body.pk and duty.role in _LEADS for duty in task.duties.all())
    is_for_another = row.organisation is not None and not body.path.startswith(row.organisation.path)
    reasons = (
        (is_spoken, _("台账里已有，不必再填。")),
        (is_for_another, _("这个数由%(body)s登记。") % {"body": row.organisation.label if row.organisation else ""}),
        (indicator.requires_method, _("这个数由测评得出，不在这里填。")),
        (bool(indicator.formula), _("这个数由别的指标算出，不在这里填。")),
        (len(row.audiences) > 1, _("这个数分人群登记，请到台账里逐条登记。")),
        (
            indicator.is_stock and row.organisation_id != body.pk and not leads,
            _("全市的存量由牵头单位报，避免同一件事报两次。"),
        ),
    )
    why_not = next((words for holds, words in reasons if holds), "")
    asked = _("台账里没有贵单位这一期的记录。确有发生就填，采纳后记入台账；没有请留空。")
    return not why_not, why_not or asked
