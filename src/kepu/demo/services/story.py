"""Load the example's story: who decided what and when, and two years of made-up facts."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction

from kepu.demo.rules import Place, drawn_facts, published_facts
from kepu.directory.register.choices import Role
from kepu.directory.register.models import Organisation, Person
from kepu.directory.register.queries import districts, match_organisations, population_of
from kepu.directory.register.services.demonstration import demonstration_person
from kepu.foundation import clock
from kepu.ledger.choices import SourceKind
from kepu.ledger.services import load_facts
from kepu.plan.breakdown.queries import frame_of, regions_beneath
from kepu.plan.breakdown.services import issue_breakdown, propose_shares, start_breakdown
from kepu.plan.tasks.models import Plan, Target
from kepu.plan.tasks.services import (
    Meaning,
    WantedStep,
    asking_once,
    choose_evidence,
    complete_milestone,
    decide_lead,
    decide_meaning,
    make_task,
    set_milestones,
)

STORY = "story"
PUBLISHED = "story.published"


@dataclass(frozen=True, slots=True)
class StoryLoaded:
    """What a loading added."""

    decisions: int
    facts: int


@transaction.atomic
def load_story(plan: Plan, story: Mapping[str, Any]) -> StoryLoaded:
    """Load decisions and facts of a story; a plan about which somebody decided something is left as it is.

    Args:
        plan: the example's plan, live.
        story: the file `story.toml`.
    """
    if plan.decisions.exists():
        return StoryLoaded(0, 0)
    teller = _Teller(plan, story)
    with asking_once(plan):
        teller.decide()
    return StoryLoaded(plan.decisions.count(), teller.load_facts())


class _Teller:
    """Tells one story through the services that people use."""

    def __init__(self, plan: Plan, story: Mapping[str, Any]) -> None:
        self._plan = plan
        self._story = story
        self._actor: Person | None = (
            demonstration_person(Role.LEADING_OFFICE) if settings.KEPU_IS_DEMONSTRATION else None
        )
        self._tasks = {task.code: task for task in plan.tasks.all()}
        self._sections = {
            f"{section.parent.number if section.parent else ''}{section.number}": section
            for section in plan.sections.select_related("parent")
        }
        named = [row["lead"] for row in story.get("task", ()) if "lead" in row]
        named += [row["organisation"] for row in story.get("made", ())]
        self._bodies = match_organisations(named, region=plan.region)

    def decide(self) -> None:
        """Every decision on its day."""
        for row in self._story.get("target", ()):
            with self._on(row):
                self._target(row)
        for row in self._story.get("made", ()):
            with self._on(row):
                self._made(row)
        for row in (*self._story.get("task", ()), *self._story.get("made", ())):
            self._task(row)
        for row in self._story.get("breakdown", ()):
            with self._on(row):
                self._breakdown(row)

    def load_facts(self) -> int:
        """Made-up facts, and apart from them the published figures, which are real."""
        day = clock.today()
        places = [
            Place(region.code, found.people if (found := population_of(region, on=day)) else 1)
            for region in districts()
        ]
        drawn = drawn_facts(self._story, places)
        made_up = load_facts(drawn, actor=None, source=STORY, source_kind=SourceKind.EXAMPLE, is_demonstration=True)
        figures = published_facts(self._story, self._plan.region.code)
        real = load_facts(figures, actor=None, source=PUBLISHED, source_kind=SourceKind.BULK)
        return made_up.added + real.added

    def _breakdown(self, row: Mapping[str, Any]) -> None:
        target = self._found(row)
        frame = frame_of(target)
        places = list(regions_beneath(self._plan))
        proposal = propose_shares(frame, places, row["way"], day=clock.today(), by_year=row.get("by_year", False))
        draft = start_breakdown(target.pk, actor=self._actor)
        issue_breakdown(draft.pk, actor=self._actor, reason=row["reason"] + proposal.note, shares=proposal.shares)

    def _on(self, row: Mapping[str, Any]) -> AbstractContextManager[None]:
        return clock.fixed(row.get("decided_on", self._story["decided_on"]))

    def _body(self, name: str) -> Organisation:
        body = self._bodies[name].organisation
        if body is None:
            raise LookupError(f"story: no body is called {name}")
        return body

    def _found(self, row: Mapping[str, Any]) -> Target:
        for target in self._plan.targets.select_related("task", "section"):
            at = target.task.code if target.task else target.section.path if target.section else ""
            if at == row["at"] and row.get("measure", "") in target.measure:
                return target
        raise LookupError(f"story: no target {row.get('measure', '')} at {row['at']}")

    def _target(self, row: Mapping[str, Any]) -> None:
        target, reason = self._found(row), row["reason"]
        if "period" in row:
            baseline = row.get("baseline")
            meaning = Meaning(
                counts=row["period"],
                due_on=row.get("due_on"),
                baseline=None if baseline is None else Decimal(baseline),
                baseline_year=row.get("baseline_year"),
            )
            decide_meaning(target.pk, meaning, actor=self._actor, reason=reason)
        choose_evidence(
            row["indicator"],
            target_id=target.pk,
            region=self._plan.region if row.get("region") == "city" else None,
            expected_days=row["expected_days"],
            actor=self._actor,
            reason=row.get("evidence_reason", reason),
        )

    def _made(self, row: Mapping[str, Any]) -> None:
        task = make_task(
            self._plan.pk,
            section_id=self._sections[row["section"]].pk,
            title=row["title"],
            organisations=[self._body(row["organisation"])],
            reason=row["reason"],
            actor=self._actor,
        )
        self._tasks[task.code] = task

    def _task(self, row: Mapping[str, Any]) -> None:
        task = self._tasks[row.get("code") or row["section"]]
        with self._on(row):
            for code in row.get("indicators", ()):
                days = row.get("expected_days", self._story["expected_days"])
                choose_evidence(
                    code, task_id=task.pk, expected_days=days, actor=self._actor, reason=row.get("reason", "")
                )
            if "lead" in row:
                decide_lead(task.pk, self._body(row["lead"]), actor=self._actor, reason=row["lead_reason"])
            steps: Sequence[Mapping[str, Any]] = row.get("milestones", ())
            if steps:
                wanted = [WantedStep(step["title"], step["due_on"]) for step in steps]
                set_milestones(task.pk, wanted, actor=self._actor, reason=row.get("steps_reason", ""))
        self._complete(task.pk, {step["title"]: step for step in row.get("milestones", ()) if "done_on" in step})

    def _complete(self, task_id: int, done: Mapping[str, Mapping[str, Any]]) -> None:
        task = self._plan.tasks.get(pk=task_id)
        for milestone in task.milestones.order_by("due_on"):
            step = done.get(milestone.title)
            if step is not None:
                day: date = step["done_on"]
                with clock.fixed(day):
                    complete_milestone(milestone.pk, done_on=day, note=step.get("note", ""), actor=self._actor)
