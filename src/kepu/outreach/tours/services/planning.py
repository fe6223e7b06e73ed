"""Plan a month: a question, a job, a plan that the engine's checker passes, or nothing."""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from math import isnan
from types import ModuleType
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.models import Person
from kepu.foundation.audit.services import record
from kepu.foundation.calendar.queries import WorkingCalendar
from kepu.foundation.clock import today
from kepu.foundation.errors import DomainError, NotAllowed, SolversMissing
from kepu.foundation.queue.choices import ProgressState
from kepu.foundation.queue.errors import WorkCancelled
from kepu.foundation.queue.services import (
    enqueue,
    failures_told,
    finish_progress,
    report_progress,
    request_cancel,
    start_progress,
)
from kepu.outreach.tours.choices import Fairness, PlanState
from kepu.outreach.tours.errors import TourBroken, TourMoved, TourUnfit
from kepu.outreach.tours.models import TourPlan, TourStop, TourWish, VanProfile
from kepu.outreach.tours.permissions import may_plan_tours
from kepu.outreach.tours.queries.vans import norms_in_force, profiles, visits_made
from kepu.outreach.tours.queries.wishes import townships_of, wishes_of_month
from kepu.outreach.tours.rules import days_of_month, goes_out, hours_of, minute_of, next_month, time_of
from kepu.outreach.venues.services.places import engine as coverage_engine

FUSE_S = 300.0
MOST_WISHES = 400
PERCENT = 100
_NONE = (0, date(2000, 1, 1))
"""No visit yet, and none that anybody waits after."""
STEPS = {Fairness.EVEN: (4.0, 3.0, 2.0, 1.0), Fairness.PLAIN: (1.0,)}


def engine() -> ModuleType:
    """The engine that plans tours.

    Raises:
        SolversMissing: its packages are not installed.
    """
    try:
        from kepu.engines import routing
    except ImportError:
        raise SolversMissing(
            _("这台机器没有装排巡展的软件包（numpy、pyvrp、highspy）。请管理员运行 pip install kepu[solvers]。")
        ) from None
    return routing


@dataclass(frozen=True, slots=True)
class TourTerms:
    """How a month is to be planned.

    Args:
        detour: road over straight line.
        speed_kmh: of a van along the road.
        day_minutes: of a driver from leaving to being back.
        week_minutes: the same, Monday to Sunday.
        week_days: days of a week on which a van is out.
        most_nights: nights in a row that a van may be out; 0 brings it home every day.
        fairness: of `Fairness`.
        visit_km: kilometres that a visit beyond the required ones is worth.
        iterations: of the search in each part.
        rounds: how often days, loads and prizes are reconsidered.
        seed: the same numbers and seed give the same plan.
    """

    detour: float = 1.3
    speed_kmh: float = 40.0
    day_minutes: int = 540
    week_minutes: int = 2400
    week_days: int = 5
    most_nights: int = 0
    fairness: str = Fairness.EVEN
    visit_km: float = 300.0
    iterations: int = 400
    rounds: int = 10
    seed: int = 1


_BOUNDS: tuple[tuple[str, float, float], ...] = (
    ("detour", 1, 5), ("speed_kmh", 5, 120), ("day_minutes", 60, 720), ("week_minutes", 60, 3600), ("week_days", 1, 6),
    ("most_nights", 0, 6), ("visit_km", 0, 2000), ("iterations", 1, 2000), ("rounds", 1, 30), ("seed", 0, 1_000_000),
)  # fmt: skip


@transaction.atomic
def ask_plan(month: date, van_ids: Sequence[int], terms: TourTerms, *, actor: Person) -> TourPlan:
    """Ask for the tours of a month; a job plans them.

    Args:
        month: any day of it.
        van_ids: profiles of vans that go out.
        terms: how.
        actor: of the leading office.

    Raises:
        NotAllowed: not the leading office.
        SolversMissing: an engine's packages are not installed.
        CalendarUnknown: nobody loaded the holidays of that year.
        TourUnfit: the month is over, no van goes out, nobody wishes anything, or a setting cannot be; `field` names it.
    """
    if not may_plan_tours(actor):
        raise NotAllowed
    engine()
    coverage_engine()
    month = month.replace(day=1)
    for name, least, most in _BOUNDS:
        if not least <= getattr(terms, name) <= most:
            said = {"least": least, "most": most}
            raise TourUnfit(_("请填 %(least)g 到 %(most)g 之间的数。") % said, field=name)
    if terms.fairness not in Fairness.values:
        raise TourUnfit(_("请从列表中选择。"), field="fairness")
    if next_month(month) <= today():
        raise TourUnfit(_("这个月已经过去，请选本月或以后的月份。"), field="month")
    chosen = list(profiles().filter(pk__in=van_ids))
    if not chosen:
        raise TourUnfit(_("请至少选一辆车；没有车可选，先建车辆档案。"), field="vans")
    if any(not _days_out(van, _days(month)) for van in chosen):
        raise TourUnfit(_("选的车里有的这个月没有一天出车，请改车辆档案里的星期几，或不选它。"), field="vans")
    count = len(wishes_of_month(month))
    if not 1 <= count <= MOST_WISHES:
        raise TourUnfit(
            _("这个月的巡展需求要有 1 到 %(most)d 条，现在是 %(n)d 条。") % {"most": MOST_WISHES, "n": count},
            field="month",
        )
    plan = TourPlan.objects.create(
        month=month, settings=asdict(terms), iterations=terms.iterations, seed=terms.seed, asked_by=actor,
        progress=start_progress(_("排一个月的巡展"), owner_id=actor.pk, total=PERCENT),
    )  # fmt: skip
    plan.vans.set(chosen)
    record("tours.plan.asked", plan, actor=actor, month=f"{month:%Y-%m}", vans=len(chosen), wishes=count)
    enqueue("tours.run_plan", plan_id=plan.pk)
    return plan


def stop_plan(plan_id: int, *, actor: Person) -> bool:
    """Ask a plan that is being made to stop; nothing of it is kept. Returns whether it still could.

    Raises:
        NotAllowed: somebody else's.
    """
    plan = TourPlan.objects.get(pk=plan_id)
    if plan.asked_by_id != actor.pk or plan.progress_id is None:
        raise NotAllowed
    return request_cancel(plan.progress_id, owner_id=actor.pk)


def run_plan(plan_id: int) -> None:
    """Make a plan that waits for it; what a search that was stopped or failed found is not kept."""
    plan = TourPlan.objects.select_related("progress").get(pk=plan_id)
    if plan.state != PlanState.SOLVING or plan.progress is None or plan.progress.is_over:
        return
    progress = plan.progress.pk
    fault = _("系统出了错，没有排成。请把时间告诉管理员。")
    with failures_told(progress, fault=fault):
        try:
            _make(plan, progress)
        except WorkCancelled as problem:
            finish_progress(progress, state=ProgressState.CANCELLED, message=str(problem))
            _end(plan, PlanState.CANCELLED, str(problem))
        except DomainError as problem:
            _end(plan, PlanState.FAILED, str(problem.message))
            raise
        except BaseException:
            _end(plan, PlanState.FAILED, fault)
            raise


def _end(plan: TourPlan, state: PlanState, fault: str) -> None:
    TourPlan.objects.filter(pk=plan.pk, state=PlanState.SOLVING).update(state=state, fault=fault[:300])


@dataclass(frozen=True, slots=True)
class _Asked:
    problem: Any
    wishes: dict[int, TourWish]
    vans: dict[int, VanProfile]


class _Teller:
    """Says how far the search is, and hears of a wish to stop; the engine's threads end before anything rises."""

    def __init__(self, progress: uuid.UUID) -> None:
        self.progress, self.said = progress, 0
        self.stopped: WorkCancelled | None = None

    def tell(self, share: float) -> None:
        percent = 5 + int(share * (PERCENT - 10))
        if percent == self.said or self.stopped is not None:
            return
        self.said = percent
        try:
            report_progress(self.progress, done=percent, message=_("正在排：哪天去哪里、先后次序"))
        except WorkCancelled as problem:
            self.stopped = problem

    def should_stop(self) -> bool:
        return self.stopped is not None


def _make(plan: TourPlan, progress: uuid.UUID) -> None:
    routing = engine()
    report_progress(progress, done=1, message=_("正在读取需求和车辆"))
    terms = TourTerms(**plan.settings)
    asked = _ask_engine(plan, terms)
    settings = routing.Settings(
        iterations=terms.iterations, seed=terms.seed, rounds=terms.rounds, visit_km=terms.visit_km,
        steps=STEPS[Fairness(terms.fairness)], fuse_s=FUSE_S,
    )  # fmt: skip
    teller = _Teller(progress)
    found = routing.plan_tours(asked.problem, settings, should_stop=teller.should_stop, progress=teller.tell)
    if teller.stopped is not None:
        raise teller.stopped
    _refuse_broken(routing.check(found, asked.problem))
    result = _told(found, plan.month)
    with transaction.atomic():
        if not TourPlan.objects.select_for_update().filter(pk=plan.pk, state=PlanState.SOLVING).exists():
            return
        report_progress(progress, done=PERCENT - 1, message=_("正在保存"))  # the last moment to stop
        TourStop.objects.bulk_create(_stops(plan, found, asked))
        TourPlan.objects.filter(pk=plan.pk).update(state=PlanState.SOLVED, result=result, fault="")
        finish_progress(progress, message=_("排好了。"))


def _refuse_broken(violations: Sequence[Any]) -> None:
    """A plan that breaks a rule is a fault of ours, and is told as one."""
    if violations:
        rules = "、".join(f"{rule} × {count}" for rule, count in sorted(Counter(v.rule for v in violations).items()))
        raise TourBroken(
            _("排出来的计划没有通过核查（%(rules)s），没有保存。请把时间和这句话告诉管理员。") % {"rules": rules}
        )


def _days(month: date) -> list[tuple[date, str]]:
    """The days of a month that are not past, each with what the year's notice says of it."""
    calendar = WorkingCalendar()
    return [(day, calendar.day(day).kind) for day in days_of_month(month) if day > today()]


def _days_out(van: VanProfile, days: Sequence[tuple[date, str]]) -> frozenset[int]:
    return frozenset(day.toordinal() for day, kind in days if goes_out(day, kind, van.weekdays))


def _ask_engine(plan: TourPlan, terms: TourTerms) -> _Asked:
    routing = engine()
    vans = {one.pk: one for one in profiles().filter(pk__in=plan.vans.values("pk"))}
    made = visits_made(plan.month)
    wishes = {one.pk: one for one in wishes_of_month(plan.month) if made.get(one.pk, _NONE)[0] < one.at_most}
    days = _days(plan.month)
    out = {pk: _days_out(van, days) for pk, van in vans.items()}
    if not vans or not wishes or not any(out.values()):
        raise TourUnfit(_("没有车、没有需求或没有一天能出车，排不了。"))
    if any(van.venue.point is None for van in vans.values()):
        raise TourUnfit(_("有的车没有停放处的坐标，算不出路程。请先在场馆登记里填坐标。"))
    homes = [van.venue.point or (0.0, 0.0) for van in vans.values()]
    points = homes + [(float(wish.longitude), float(wish.latitude)) for wish in wishes.values()]
    point_of = {pk: number for number, pk in enumerate(wishes, start=len(homes))}
    towns = dict(zip(wishes, townships_of(wishes.values()), strict=True))
    problem = routing.Problem(
        travel=_travel(points, terms),
        places=tuple(
            _place(wish, point_of[pk], towns[pk], days, made.get(pk, _NONE)) for pk, wish in wishes.items()
        ),
        vans=tuple(
            routing.Van(
                id=pk, point=number, starts=minute_of(van.starts), ends=minute_of(van.ends),
                exhibits=frozenset(van.exhibits), capacity=van.most_exhibits, days=out[pk],
            )
            for number, (pk, van) in enumerate(vans.items())
        ),
        days=tuple(sorted(frozenset.union(*out.values()))),
        hours=routing.Hours(terms.day_minutes, terms.week_minutes, week_days=terms.week_days),
        quarters=tuple(
            routing.Quarters(id=pk, point=point_of[pk])
            for pk, wish in wishes.items()
            if wish.has_quarters and terms.most_nights
        ),
        most_nights=terms.most_nights,
    )  # fmt: skip
    return _Asked(problem, wishes, vans)


def _place(wish: TourWish, point: int, town: str, days: Sequence[tuple[date, str]], made: tuple[int, date]) -> Any:
    """What a wish still asks for, after the visits that were made this month."""
    count, last = made
    return engine().Place(
        id=wish.pk, point=point, township=town, service_min=wish.service_minutes, hours=_hours(wish, days, last),
        at_least=max(0, wish.at_least - count), at_most=wish.at_most - count, gap_days=wish.gap_days,
        people=wish.people, exhibits=frozenset(wish.exhibits),
    )  # fmt: skip


def _hours(wish: TourWish, days: Sequence[tuple[date, str]], last: date) -> tuple[Any, ...]:
    since = max(wish.since, last + timedelta(days=wish.gap_days))
    inside = frozenset(day.toordinal() for day, _kind in days if since <= day <= wish.until)
    return tuple(
        engine().Opening(opens, closes, weekdays=weekdays, days=inside)
        for (opens, closes), weekdays in hours_of(wish.half_days).items()
    )


def _travel(points: Sequence[tuple[float, float]], terms: TourTerms) -> Any:
    """Straight line × detour ÷ speed, as everywhere here; no table of roads between places is known."""
    coverage = coverage_engine()
    longitude, latitude = [one for one, _lat in points], [one for _lon, one in points]
    km = coverage.great_circle_km([[one] for one in longitude], [[one] for one in latitude], longitude, latitude)
    minutes = coverage.minutes_of(km, detour=terms.detour, speed_kmh=terms.speed_kmh)
    return engine().Travel.of(minutes, km * (1000 * terms.detour))


def _stops(plan: TourPlan, found: Any, asked: _Asked) -> list[TourStop]:
    rows, points = [], {place.id: place.point for place in asked.problem.places}
    for day in found.days:
        metres, at = 0, day.start
        for sequence, stop in enumerate(day.stops, start=1):
            there = points[stop.place]
            metres += int(asked.problem.travel.metres[at, there])
            at = there
            rows.append(
                TourStop(
                    plan=plan, van_id=day.van, wish_id=stop.place, day=date.fromordinal(day.day), sequence=sequence,
                    arrives=time_of(stop.arrives), starts=time_of(stop.starts), leaves=time_of(stop.leaves), metres=metres,
                )
            )  # fmt: skip
    return rows


def _told(found: Any, month: date) -> dict[str, Any]:
    routing, norms = engine(), norms_in_force()
    norm, span = routing.Norm(days=norms.days, km=norms.km), len(days_of_month(month))
    gini = coverage_engine().gini([one.share for one in found.townships], [one.wanted for one in found.townships])
    return {
        "visits": found.visits,
        "wanted": found.wanted,
        "required": found.required,
        "required_visits": found.required_visits,
        "metres": found.metres,
        "ended": found.ended,
        "iterations": found.iterations,
        "worst_fill": found.worst_fill,
        "gini": None if isnan(gini) else gini,
        "days": [
            {
                "van": one.van, "day": date.fromordinal(one.day).isoformat(), "tour": one.tour, "night": one.night,
                "leaves": f"{time_of(one.leaves):%H:%M}", "returns": f"{time_of(one.returns):%H:%M}",
                "metres": one.metres, "exhibits": sorted(one.exhibits),
            }
            for one in found.days
        ],
        "unserved": [
            {"wish": one.place, "missing": one.missing, "required": one.required, "reason": one.reason}
            for one in found.unserved
        ],
        "townships": [
            {
                "code": one.township, "wanted": one.wanted, "visits": one.visits, "people": one.people,
                "share": one.share,
            }
            for one in found.townships
        ],
        "vans": [
            {
                "van": one.van, "days_out": one.days_out, "nights": one.nights, "metres": one.metres,
                "stops": one.stops, "people": one.people, "utilisation": routing.utilisation(one, span, norm),
            }
            for one in found.vans
        ],
    }  # fmt: skip


def required_state(plan: TourPlan, *states: PlanState) -> None:
    """Refuse what a plan in this state cannot have done to it.

    Raises:
        TourMoved: it is in another state.
    """
    if plan.state not in states:
        raise TourMoved(_("这份计划现在是“%(state)s”，不能这样做。") % {"state": plan.get_state_display()})
