"""How a plan's targets and tasks stand on a day: terms from the plan, facts from the ledger, judged by the rules.

Two looks at the ledger answer for a whole plan: one for every value that the rules ask for, one for the levels that
stood before the newest ones, so that going backwards shows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from kepu.directory.register.choices import RegionLevel
from kepu.foundation.codes.queries import values_in_force
from kepu.ledger.models import Indicator
from kepu.ledger.queries import EvidenceFilter, Question, Value, indicators_by_code, values
from kepu.plan.tasks.choices import Comparator
from kepu.plan.tasks.models import Evidence, Plan, Target, Task
from kepu.plan.tasks.queries.sentences import Wording, notes_of, sentence
from kepu.plan.tasks.rules.status import Step, TaskView, activity_status, milestones_status, target_status, task_status
from kepu.plan.tasks.rules.terms import (
    STANDARD,
    Kind,
    PacePoint,
    Reading,
    StatusView,
    Terms,
    Thresholds,
    cycle_months,
    kind_in_words,
    months_later,
)

_MARKS = "，,。．；;：:！!？?\n（）()"
_LONGEST_CLAUSE = 40
_DECEMBER = (12, 31)
DECIDED_KINDS = {"year": Kind.FLOW, "total": Kind.TOTAL, "state": Kind.STATE}


@dataclass(frozen=True, slots=True)
class PartState:
    """How one part of a task stands, and why.

    Attributes:
        kind: `target`, `indicator` (set by a person for a task without a number) or `milestones`.
        label: what it is called.
        view: the rule's answer.
        sentence: the reason in words.
        notes: what more is to be said.
        unit: the unit of its numbers.
        counts: what the number counts, None while undecided.
        target: the promise, for a target.
        evidence: which indicators speak.
        is_demonstration: whether any fact behind it is made up.
    """

    kind: str
    label: str
    view: StatusView
    sentence: str
    notes: tuple[str, ...] = ()
    unit: str = ""
    counts: Kind | None = None
    target: Target | None = None
    evidence: tuple[Evidence, ...] = ()
    is_demonstration: bool = False

    @property
    def status(self) -> str:
        """The state's code."""
        return self.view.status.value


@dataclass(frozen=True, slots=True)
class TaskState:
    """How a task stands, and why."""

    status: str
    reason: str
    sentence: str
    parts: tuple[PartState, ...]
    evidence_on: date | None
    is_final: bool
    is_demonstration: bool


@dataclass(frozen=True, slots=True)
class Judgement:
    """All tasks and targets that were asked for, on one day."""

    day: date
    tasks: Mapping[int, TaskState]
    targets: Mapping[int, PartState]

    @property
    def is_demonstration(self) -> bool:
        """Whether any fact behind any state is made up."""
        tasks = any(state.is_demonstration for state in self.tasks.values())
        return tasks or any(state.is_demonstration for state in self.targets.values())


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures and words by which this site judges."""

    thresholds: Thresholds
    words: Mapping[str, Sequence[str]]


def figures() -> Figures:
    """Read the site's figures in one look; what nobody loaded is as the rules have it."""
    found = values_in_force("status.")
    names = ("pace_tolerance", "settling_days", "silent_factor", "approximate_share", "milestone_days")
    return Figures(
        replace(STANDARD, **{name: found[name] for name in names if name in found}),
        {"total": found.get("words_of_a_total", ()), "state": found.get("words_of_a_level", ())},
    )


def kind_of(target: Target, text: str, words: Mapping[str, Sequence[str]]) -> Kind | None:
    """What the number of a target counts: what was decided, else what the plan's words settle, else None."""
    decided = DECIDED_KINDS.get(target.decided_period)
    return decided or kind_in_words(clause_of(target, text), target.unit, period=target.period, words=words)


def clause_of(target: Target, text: str) -> str:
    """The words around a number, from the mark before it."""
    head = text[max(0, target.start - _LONGEST_CLAUSE) : target.start]
    cut = max((head.rfind(mark) for mark in _MARKS), default=-1)
    return head[cut + 1 :] + text[target.start : target.end]


class PlanJudge:
    """Tasks of one plan with everything that persons decided about them, ready to be judged on any day."""

    def __init__(self, plan: Plan, tasks: QuerySet[Task] | None = None, *, with_goals: bool = True) -> None:
        """Load what was promised and decided.

        Args:
            plan: with its text and region.
            tasks: which of its tasks; all if None.
            with_goals: whether the targets that belong to no task (the plan's own goals) are judged as well.
        """
        self.plan = plan
        self._figures = figures()
        evidence = Evidence.objects.select_related("region", "organisation")
        targets = Target.objects.filter(is_struck=False).prefetch_related(Prefetch("evidence", evidence))
        wanted = plan.tasks.filter(is_struck=False) if tasks is None else tasks
        self.tasks: list[Task] = list(
            wanted.prefetch_related(Prefetch("targets", targets), Prefetch("evidence", evidence), "milestones")
        )
        self.goals: list[Target] = list(targets.filter(plan=plan, task=None)) if with_goals else []
        self.evidence: list[Evidence] = [row for task in self.tasks for row in task.evidence.all()]
        self.evidence += [row for target in self.targets() for row in target.evidence.all()]
        codes = {row.indicator_code for row in self.evidence}
        self.indicators = indicators_by_code(codes) if codes else {}
        year = plan.period_start
        self.starts_on = date(year, 1, 1) if year else plan.issued_on or plan.confirmed_on
        self.ends_on = date(plan.period_end, *_DECEMBER) if plan.period_end else None

    def targets(self) -> list[Target]:
        """The plan's own goals and the targets of its tasks."""
        return [*self.goals, *(target for task in self.tasks for target in task.targets.all())]

    def terms(self, target: Target) -> Terms:
        """What was promised, as the rules see it."""
        rows = list(target.evidence.all())
        kind = kind_of(target, self.plan.text, self._figures.words)
        due_on = target.decided_due_on or (date(target.deadline, *_DECEMBER) if target.deadline else None)
        if due_on is None and kind == Kind.FLOW:
            due_on = self.ends_on
        return Terms(
            value=target.value,
            kind=kind,
            starts_on=self.starts_on,
            due_on=due_on,
            ends_on=self.ends_on,
            value_max=target.value_max,
            comparator=target.comparator,
            cycle_months=cycle_months(target.period),
            baseline=target.baseline,
            baseline_on=date(target.baseline_year, *_DECEMBER) if target.baseline_year else None,
            is_relative_growth=target.comparator == Comparator.GROW and target.unit in {"%", "％"},
            is_aspirational=target.is_aspirational,
            is_approximate=target.is_approximate,
            pace=tuple(PacePoint(date.fromisoformat(on), Decimal(str(part))) for on, part in target.decided_pace),
            expected_days=min((row.expected_days for row in rows), default=92),
            has_evidence=bool(rows),
        )

    def filter_of(self, row: Evidence) -> EvidenceFilter:
        """Which facts a piece of evidence means; without a region those of the plan's own region."""
        is_whole_city = self.plan.region.level <= RegionLevel.CITY
        region = row.region_id or (None if is_whole_city else self.plan.region_id)
        return EvidenceFilter(
            row.indicator_code,
            regions=(region,) if region else (),
            audiences=tuple(row.audiences),
            organisations=(row.organisation_id,) if row.organisation_id else (),
        )

    def indicator_of(self, row: Evidence) -> Indicator | None:
        """The newest version of the indicator that a piece of evidence names."""
        return next(iter(self.indicators.get(row.indicator_code, ())), None)

    def on(self, day: date) -> Judgement:
        """Judge everything on a day."""
        return self.on_days((day,))[0]

    def on_days(self, days: Sequence[date]) -> list[Judgement]:
        """Judge everything on each of some days; the ledger is asked for all of them together."""
        asked = _Asked(self.indicators)
        looks = [_Look(self, day, asked) for day in days]
        asked.answer()
        for look in looks:
            for facts in look.targets.values():
                facts.look_back(asked)
        asked.answer()
        return [self._judged(look, asked) for look in looks]

    def _judged(self, look: "_Look", asked: "_Asked") -> Judgement:
        day = look.day
        targets = {pk: self._target_state(facts, asked, day) for pk, facts in look.targets.items()}
        tasks = {}
        for task in self.tasks:
            parts = [targets[target.pk] for target in task.targets.all()]
            parts += [self._activity_state(row, asked.answers[look.fed[row.pk]], day) for row in task.evidence.all()]
            if steps := list(task.milestones.all()):
                parts.append(self._milestones_state(task, [Step(s.due_on, s.done_on, s.title) for s in steps], day))
            tasks[task.pk] = _task_state(task_status([p.view for p in parts], day=day, ends_on=self.ends_on), parts)
        return Judgement(day, tasks, targets)

    def activity(self, row: Evidence, at: date) -> Question:
        """What is asked to know whether an indicator is being fed."""
        return Question(self.filter_of(row), at - timedelta(days=row.expected_days - 1), at)

    def _target_state(self, facts: "_TargetFacts", asked: "_Asked", day: date) -> PartState:
        target, terms = facts.target, facts.terms
        view = target_status(terms, facts.readings(asked), day, self._figures.thresholds)
        rows = tuple(target.evidence.all())
        indicator = self.indicator_of(rows[0]) if rows else None
        unit = target.unit if target.unit in {"%", "％"} or indicator is None else indicator.unit_label
        wording = Wording(unit=unit, label=target.measure, cycle_months=terms.cycle_months)
        return PartState(
            "target",
            target.measure,
            view,
            sentence(view, wording),
            notes_of(view, wording),
            unit=unit,
            counts=terms.kind,
            target=target,
            evidence=rows,
            is_demonstration=facts.is_demonstration(asked),
        )

    def _activity_state(self, row: Evidence, answer: Value, day: date) -> PartState:
        indicator = self.indicator_of(row)
        view = activity_status(
            answer.last_on,
            day,
            expected_days=row.expected_days,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            value=answer.value,
            thresholds=self._figures.thresholds,
        )
        label = indicator.label if indicator else row.indicator_code
        unit = indicator.unit_label if indicator else ""
        wording = Wording(unit=unit, label=label, is_level=bool(indicator and indicator.is_stock))
        return PartState(
            "indicator",
            label,
            view,
            sentence(view, wording),
            unit=unit,
            evidence=(row,),
            is_demonstration=answer.is_demonstration,
        )

    def _milestones_state(self, task: Task, steps: Sequence[Step], day: date) -> PartState:
        view = milestones_status(steps, day, ends_on=self.ends_on, thresholds=self._figures.thresholds)
        made_up = self.plan.is_demonstration
        return PartState("milestones", task.label, view, sentence(view, Wording()), is_demonstration=made_up)


def _task_state(view: TaskView, parts: Sequence[PartState]) -> TaskState:
    leading = next((part for part in parts if part.view is view.leading), None)
    if leading is None:
        words = sentence(StatusView(view.status, view.reason), Wording())
    elif leading.kind == "target" and len(parts) > 1:
        words = _("%(label)s：%(sentence)s") % {"label": leading.label, "sentence": leading.sentence}
    else:
        words = leading.sentence
    return TaskState(
        view.status.value,
        view.reason,
        words,
        tuple(parts),
        view.evidence_on,
        view.is_final,
        any(part.is_demonstration for part in parts),
    )


@dataclass(slots=True)
class _Asked:
    """Questions to the ledger, each asked once, answered together."""

    known: Mapping[str, list[Indicator]]
    questions: dict[Question, int] = field(default_factory=dict)
    answers: list[Value] = field(default_factory=list)

    def ask(self, question: Question) -> int:
        return self.questions.setdefault(question, len(self.questions))

    def answer(self) -> None:
        """Answer what was asked since the last time."""
        new = list(self.questions)[len(self.answers) :]
        self.answers += values(new, known=self.known) if new else []


class _Look:
    """One day's questions to the ledger."""

    def __init__(self, judge: PlanJudge, day: date, asked: _Asked) -> None:
        at = min(day, judge.ends_on) if judge.ends_on else day
        self.day = day
        self.targets = {target.pk: _TargetFacts(judge, target, at, asked) for target in judge.targets()}
        self.fed = {row.pk: asked.ask(judge.activity(row, at)) for task in judge.tasks for row in task.evidence.all()}


class _TargetFacts:
    """Which values the rules need for one target, and how the answers become readings."""

    def __init__(self, judge: PlanJudge, target: Target, at: date, asked: _Asked) -> None:
        self.target = target
        self.terms = judge.terms(target)
        self._rows = [(judge.filter_of(row), judge.indicator_of(row)) for row in target.evidence.all()]
        self._spans: list[tuple[date, date]] = []
        self._earlier: list[list[int]] = []
        self._asked: list[list[int]] = []
        if self.terms.kind is None or not self._rows:
            return
        self._spans = _spans(self.terms, at)
        self._asked = [self._ask(asked, since, until) for since, until in self._spans]

    def _ask(self, asked: _Asked, since: date, until: date) -> list[int]:
        return [asked.ask(Question(where, since, until)) for where, _indicator in self._rows]

    @property
    def _is_level(self) -> bool:
        return any(indicator is not None and indicator.is_stock for _where, indicator in self._rows)

    def look_back(self, asked: _Asked) -> None:
        """Ask for the level that stood on the day before each newest one."""
        if self.terms.kind != Kind.STATE:
            return
        for (since, until), numbers in zip(self._spans, self._asked, strict=True):
            last = max((day for n in numbers if (day := asked.answers[n].last_on) is not None), default=None)
            if last is not None and last <= until:
                self._earlier.append(self._ask(asked, since, last - timedelta(days=1)))

    def readings(self, asked: _Asked) -> list[Reading]:
        """The answers as the rules read them: levels as they stood, amounts as they were added."""
        earlier = [level for numbers in self._earlier if (level := _sum(asked, numbers)) is not None]
        found = [answer for numbers in self._asked if (answer := _sum(asked, numbers)) is not None]
        if self.terms.kind == Kind.STATE:
            levels = dict(sorted([*earlier, *found]))
            return [Reading(on, 0, value) for on, value in sorted(levels.items())]
        if self.terms.kind == Kind.FLOW:
            return [Reading(on, 0, value) for on, value in found]
        readings, done = [], Decimal(0)
        if self._is_level and self.terms.baseline is not None:
            done = self.terms.baseline
        for number, (on, value) in enumerate(sorted(found)):
            day = max(on, self.terms.starts_on) if self._is_level else on
            readings.append(Reading(day, number, value - done))
            done = value
        return readings

    def is_demonstration(self, asked: _Asked) -> bool:
        return any(asked.answers[n].is_demonstration for numbers in self._asked for n in numbers)


def _spans(terms: Terms, at: date) -> list[tuple[date, date]]:
    """The stretches of days whose values the rules need."""
    if terms.kind == Kind.FLOW:
        spans, number = [], 0
        last = at if terms.due_on is None else min(at, terms.due_on)
        while (start := months_later(terms.starts_on, number * terms.cycle_months)) <= last:
            number += 1
            end = months_later(terms.starts_on, number * terms.cycle_months) - timedelta(days=1)
            spans.append((start, min(end, at)))
        return spans
    ends = {at} | ({terms.due_on} if terms.due_on is not None and terms.due_on < at else set())
    return [(terms.starts_on, end) for end in sorted(ends)]


def _sum(asked: _Asked, numbers: Iterable[int]) -> tuple[date, Decimal] | None:
    """What several pieces of evidence add up to, and the newest day; None where none has spoken."""
    answers = [asked.answers[number] for number in numbers]
    spoken = [answer for answer in answers if answer.value is not None and answer.last_on is not None]
    if not spoken:
        return None
    return max(answer.last_on for answer in spoken if answer.last_on), sum(
        (answer.value for answer in spoken if answer.value is not None), Decimal(0)
    )
