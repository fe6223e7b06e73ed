"""What a target's state is made of: its terms, the readings, the thresholds, and the view that comes out."""

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Any

from kepu.plan.tasks.choices import Comparator, Status

ZERO = Decimal(0)
ONE = Decimal(1)


class Kind(StrEnum):
    """What the number of a target counts."""

    FLOW = "flow"
    """So much in every cycle (每年 100 人次); each cycle is judged on its own."""
    TOTAL = "total"
    """So much in all until the due day (累计建成 100 个)."""
    STATE = "state"
    """A level on a day (2025 年达到 18%)."""


class Freshness(StrEnum):
    """How old the newest evidence is against the agreed interval."""

    FRESH = "fresh"
    STALE = "stale"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The figures of the rules; a site may give its own (plan/codes/status.toml)."""

    pace_tolerance: Decimal = Decimal("0.9")
    """Share of the way expected by today that still counts as on pace."""
    settling_days: int = 45
    """So many days from the start of a cycle or of the plan, pace is not judged yet."""
    silent_factor: int = 2
    """Evidence is stale after the agreed interval, silent after this many intervals."""
    approximate_share: Decimal = Decimal("0.95")
    """A number given as 约 or 左右 is reached from this share of it."""
    milestone_days: int = 366
    """A task that has only milestones must complete something in so many days."""


@dataclass(frozen=True, slots=True)
class PacePoint:
    """A person's own pace: by this day, this share (0–1) of the way."""

    on: date
    share: Decimal


@dataclass(frozen=True, slots=True)
class Terms:
    """What was promised.

    Attributes:
        value: the promised number; with `value_max` the lower end of a range.
        kind: None while nobody has decided what the number counts.
        starts_on: the first day that counts, usually the first of the plan's period.
        due_on: the day by which it must be reached; for a flow, the last day of the last cycle.
        ends_on: the last day of the plan's period; None if it has none.
        cycle_months: length of a cycle of a flow.
        baseline: the plan's own starting level of a state; never the first value that came in.
        baseline_on: the day of the baseline; `starts_on` if None.
        is_relative_growth: `+` means per cent of the baseline, not points or pieces.
        expected_days: how often evidence was agreed to come.
        has_evidence: whether a person chose what of the ledger speaks for it.
    """

    value: Decimal
    kind: Kind | None
    starts_on: date
    due_on: date | None
    ends_on: date | None = None
    value_max: Decimal | None = None
    comparator: str = Comparator.EQUAL
    cycle_months: int = 12
    baseline: Decimal | None = None
    baseline_on: date | None = None
    is_relative_growth: bool = False
    is_aspirational: bool = False
    is_approximate: bool = False
    pace: tuple[PacePoint, ...] = ()
    expected_days: int = 92
    has_evidence: bool = True


@dataclass(frozen=True, slots=True, order=True)
class Reading:
    """What the ledger knows of one day or period: an amount (flow, total) or a level (state).

    `order` settles which of two levels of one day is the later.
    """

    on: date
    order: int
    value: Decimal


@dataclass(frozen=True, slots=True)
class Cycle:
    """One cycle of a flow and how it ended, or how it stands."""

    starts_on: date
    ends_on: date
    value: Decimal
    goal: Decimal
    is_kept: bool
    is_over: bool


@dataclass(frozen=True, slots=True)
class Note:
    """Something more to say beside the reason: a code and its values."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StatusView:
    """How one target, indicator or row of milestones stands, and why."""

    status: Status
    reason: str
    values: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    value: Decimal | None = None
    goal: Decimal | None = None
    expected: Decimal | None = None
    ratio: Decimal | None = None
    """Share of the way from baseline (or nothing) to the goal, between 0 and 1."""
    evidence_on: date | None = None
    age_days: int | None = None
    cycles: tuple[Cycle, ...] = ()
    is_final: bool = False
    is_aspirational: bool = False
    has_regressed: bool = False


STANDARD = Thresholds()


def months_later(day: date, months: int) -> date:
    """Return the same day some months later, or the last of that month.

    Examples:
        >>> months_later(date(2021, 1, 31), 1)
        datetime.date(2021, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def kind_in_words(clause: str, unit: str, *, period: str, words: Mapping[str, Sequence[str]]) -> Kind | None:
    """Read from the plan's own words what a number counts; None where they leave it open.

    Args:
        clause: the words around the number, from the mark before it.
        unit: its unit; a percentage is a level by nature.
        period: the cycle that the text states, empty if none.
        words: lists of words by kind (`total`, `state`), as data.
    """
    if period:
        return Kind.FLOW
    if unit in {"%", "％", "‰"}:
        return Kind.STATE
    found = {kind for kind in (Kind.TOTAL, Kind.STATE) if any(word in clause for word in words.get(kind, ()))}
    return found.pop() if len(found) == 1 else None


def cycle_months(period: str) -> int:
    """Return the months of a stated period: `year`, `half`, `quarter`, `month` or `N years`."""
    lengths = {"year": 12, "half": 6, "quarter": 3, "month": 1}
    if period in lengths:
        return lengths[period]
    number = period.partition(" ")[0]
    return 12 * int(number) if number.isdigit() and int(number) else 12


def freshness(evidence_on: date, day: date, expected_days: int, thresholds: Thresholds = STANDARD) -> Freshness:
    """Tell how old evidence is on a day against the agreed interval."""
    age = (day - evidence_on).days
    if age > expected_days * thresholds.silent_factor:
        return Freshness.SILENT
    return Freshness.STALE if age > expected_days else Freshness.FRESH


def share_of_way(day: date, starts_on: date, due_on: date, pace: Sequence[PacePoint] = ()) -> Decimal:
    """Return the share (0–1) of the way that should be done by the end of a day.

    Without a pace of its own the way is linear in days. A pace runs linearly through its points.
    """
    if day < starts_on:
        return ZERO
    if day >= due_on:
        return ONE
    points = [
        (starts_on - timedelta(days=1), ZERO),
        *sorted((p.on, p.share) for p in pace if starts_on <= p.on < due_on),
        (due_on, ONE),
    ]
    for (earlier, low), (later, high) in pairwise(points):
        if day <= later:
            return low + (high - low) * (day - earlier).days / (later - earlier).days
    return ONE
