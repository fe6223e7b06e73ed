"""The desk: what somebody owes of all targets, and where the breakdown of each target stands."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q

from kepu.directory.register.choices import BODY_ROLES, Role
from kepu.directory.register.models import Person
from kepu.directory.register.queries import inside
from kepu.plan.breakdown.choices import BreakdownState
from kepu.plan.breakdown.models import Breakdown, Share
from kepu.plan.breakdown.queries.frames import Frame, frames_of, in_force
from kepu.plan.breakdown.queries.matrix import Achieved, Cell, column_label, promise_of
from kepu.plan.tasks.choices import PlanState
from kepu.plan.tasks.models import Plan, Target
from kepu.plan.tasks.permissions import may_decide_plan

OVERSEERS = (Role.LEADING_OFFICE, Role.REVIEWER, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class OwnCell:
    """One share of one's own, with how far it is."""

    share: Share
    label: str
    cell: Cell


@dataclass(frozen=True, slots=True)
class OwnTarget:
    """A target of which one owes shares."""

    frame: Frame
    promise: str
    breakdown: Breakdown
    cells: tuple[OwnCell, ...]


@dataclass(frozen=True, slots=True)
class OwnShares:
    """Everything that somebody's districts and bodies owe."""

    day: date
    targets: tuple[OwnTarget, ...]
    is_demonstration: bool


@dataclass(frozen=True, slots=True)
class DeskTarget:
    """A target with its version in force and its draft."""

    target: Target
    promise: str
    issued: Breakdown | None
    draft: Breakdown | None


@dataclass(frozen=True, slots=True)
class DeskPlan:
    """The targets of a live plan."""

    plan: Plan
    rows: tuple[DeskTarget, ...]
    may_decide: bool


def own_shares(actor: Person, day: date) -> OwnShares:
    """The shares in force of the actor's districts and bodies, in live plans, beside the ledger."""
    shares = _shares_of(actor)
    by_plan: dict[int, list[Target]] = defaultdict(list)
    for target in {share.breakdown.target_id: share.breakdown.target for share in shares}.values():
        by_plan[target.plan_id].append(target)
    frames = {pk: frame for targets in by_plan.values() for pk, frame in frames_of(targets).items()}
    found, is_made_up = [], False
    for pk, frame in frames.items():
        mine = [share for share in shares if share.breakdown.target_id == pk]
        achieved = Achieved(frame, day)
        asked = [achieved.ask(share.owner, share.year) for share in mine]
        achieved.answer()
        cells = tuple(
            OwnCell(share, column_label(frame, share.year), achieved.cell(place, share.year, share.value))
            for share, place in zip(mine, asked, strict=True)
        )
        is_made_up = is_made_up or achieved.is_demonstration
        found.append(OwnTarget(frame, promise_of(frame.target, frame.unit), mine[0].breakdown, cells))
    return OwnShares(day, tuple(found), is_made_up)


def _shares_of(actor: Person) -> Sequence[Share]:
    of_places = inside(actor.regions(Role.DISTRICT_OFFICER), "region")
    of_bodies = Q(organisation__in=actor.organisations(*BODY_ROLES))
    chosen = Share.objects.filter(of_places | of_bodies, breakdown__in=in_force())
    live = chosen.filter(breakdown__target__is_struck=False, breakdown__target__plan__state=PlanState.LIVE)
    return list(
        live.select_related(
            "region", "organisation", "breakdown__target__plan__region", "breakdown__target__task"
        ).order_by("breakdown__target__plan", "breakdown__target__position", "region__code", "organisation", "year")
    )


def desk_plans(actor: Person) -> tuple[DeskPlan, ...]:
    """Every live plan's targets with where their breakdown stands, for those who look after all of it."""
    if not actor.holds(*OVERSEERS):
        return ()
    versions = Breakdown.objects.order_by("-number")
    targets = (
        Target.objects.filter(is_struck=False)
        .select_related("task")
        .order_by("task__position", "position", "pk")
        .prefetch_related(Prefetch("breakdowns", versions))
    )
    plans = Plan.objects.filter(state=PlanState.LIVE).select_related("region").defer("text")
    return tuple(
        DeskPlan(plan, tuple(_desk_target(target) for target in plan.targets.all()), may_decide_plan(actor, plan))
        for plan in plans.prefetch_related(Prefetch("targets", targets))
    )


def _desk_target(target: Target) -> DeskTarget:
    versions = list(target.breakdowns.all())
    return DeskTarget(
        target,
        promise_of(target),
        next((one for one in versions if one.state == BreakdownState.ISSUED), None),
        next((one for one in versions if one.is_draft), None),
    )
