"""The one number that a plan is about: what was published of it, by which instrument, and where it is to go."""

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from kepu.ledger.choices import Audience
from kepu.ledger.models import Fact, Indicator
from kepu.ledger.queries import EvidenceFilter, indicators_by_code, newest_facts
from kepu.plan.tasks.choices import SectionKind
from kepu.plan.tasks.models import Plan, Target

_MOST = 100


@dataclass(frozen=True, slots=True)
class Figure:
    """One published value with the method by which it was made."""

    on: date
    value: Decimal
    instrument: str
    cut: str
    version: str
    sample: str
    error: Decimal | None
    source: str
    is_demonstration: bool

    @property
    def year(self) -> int:
        """The year for which it stands."""
        return self.on.year


@dataclass(frozen=True, slots=True)
class GoalChart:
    """The way of the one number.

    Attributes:
        target: what is promised.
        indicator: what of the ledger speaks for it; None while nobody chose.
        figures: everything published, oldest first.
    """

    target: Target
    indicator: Indicator | None
    figures: tuple[Figure, ...]
    place: str

    @property
    def newest(self) -> Figure | None:
        """The last published value."""
        return self.figures[-1] if self.figures else None

    @property
    def due_year(self) -> int | None:
        """The year of the goal."""
        return self.target.decided_due_on.year if self.target.decided_due_on else self.target.deadline

    @property
    def runs(self) -> tuple[tuple[Figure, ...], ...]:
        """Figures that may be compared with each other; where instrument or cut score changes, the series breaks."""
        runs: list[list[Figure]] = []
        for figure in self.figures:
            if runs and (runs[-1][-1].instrument, runs[-1][-1].cut) == (figure.instrument, figure.cut):
                runs[-1].append(figure)
            else:
                runs.append([figure])
        return tuple(tuple(run) for run in runs)

    @property
    def json(self) -> str:
        """What the chart draws."""
        rows: dict[str, Any] = {
            "place": self.place,
            "runs": [[[f.year, float(f.value), float(f.error or 0)] for f in run] for run in self.runs],
            "goal": [self.due_year, float(self.target.value)] if self.due_year else None,
        }
        return json.dumps(rows, ensure_ascii=False)


def headline(plan: Plan) -> Target | None:
    """The one number that the plan is about: the first percentage among its goals."""
    goals = plan.targets.filter(section__kind=SectionKind.GOAL, is_struck=False).order_by("position")
    return goals.filter(unit="%").first() or goals.first()


def goal_chart(plan: Plan, day: date) -> GoalChart | None:
    """What is known of the plan's one number by a day; None for a plan without goals."""
    target = headline(plan)
    if target is None:
        return None
    evidence = target.evidence.first()
    if evidence is None:
        return GoalChart(target, None, (), plan.region.label)
    region = evidence.region or plan.region
    known = indicators_by_code({evidence.indicator_code})
    where = EvidenceFilter(evidence.indicator_code, regions=(region.pk,), audiences=tuple(evidence.audiences))
    found = newest_facts([where], until=day, limit=_MOST, known=known)[0]
    own = [
        fact
        for fact in found.rows
        if fact.reverses is None and fact.pk not in found.reversed_ids and _is_whole(fact, region.pk)
    ]
    indicator = next(iter(known.get(evidence.indicator_code, ())), None)
    return GoalChart(target, indicator, tuple(sorted(map(_figure, own), key=lambda f: f.on)), region.label)


def _is_whole(fact: Fact, region: int) -> bool:
    return fact.region_id == region and fact.audience == Audience.PUBLIC and not fact.audience_tag


def _figure(fact: Fact) -> Figure:
    method = fact.method or {}
    error = method.get("standard_error")
    return Figure(
        on=fact.occurred_on,
        value=fact.quantity,
        instrument=str(method.get("instrument", "")),
        cut=str(method.get("cut", "")),
        version=str(method.get("version", "")),
        sample=str(method.get("n", "")),
        error=None if error is None else Decimal(str(error)),
        source=fact.source_ref,
        is_demonstration=fact.is_demonstration,
    )
