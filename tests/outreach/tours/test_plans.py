"""A month of tours: asked, made by a job, passed by the checker, published, told once; nothing half applied."""

import builtins
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from kepu.directory.notices.models import Notice
from kepu.engines import routing
from kepu.foundation.audit.models import AuditEntry
from kepu.foundation.calendar.queries import is_working_day
from kepu.foundation.clock import now
from kepu.foundation.errors import NotAllowed, SolversMissing
from kepu.foundation.queue.choices import ProgressState
from kepu.foundation.queue.services import request_cancel
from kepu.ledger.services import load_indicators
from kepu.outreach.tours.choices import PlanState
from kepu.outreach.tours.errors import TourMoved, TourUnfit
from kepu.outreach.tours.models import TourPlan, TourStop, TourWish
from kepu.outreach.tours.services import (
    StopWords,
    TourTerms,
    ask_plan,
    log_trip,
    publish_plan,
    run_plan,
    stop_plan,
    withdraw_wish,
)
from tests.factories import PersonFactory
from tests.outreach.tours.worlds import MONTH, QUICK

pytestmark = pytest.mark.django_db


def test_a_month_is_planned_by_a_job_and_shows_everything(world):
    twice = world.wish(at_least=1, at_most=2, exhibits=["机器人"])
    once = world.wish(region=world.far, place="示例村广场", half_days=["2p"], service_minutes=90)
    plan = world.asked()
    assert ProcrastinateJob.objects.filter(task_name="tours.run_plan", args={"plan_id": plan.pk}).count() == 1
    run_plan(plan.pk)
    run_plan(plan.pk)  # a job may run twice

    plan.refresh_from_db()
    assert (plan.state, plan.progress.state) == (PlanState.SOLVED, ProgressState.DONE)
    assert (plan.result["visits"], plan.result["wanted"], plan.result["unserved"]) == (3, 3, [])
    stops = list(TourStop.objects.filter(plan=plan).order_by("day"))
    assert sorted(stop.wish_id for stop in stops) == sorted([twice.pk, twice.pk, once.pk])
    first, second = [stop.day for stop in stops if stop.wish_id == twice.pk]
    assert second - first >= timedelta(days=7)
    (tuesday,) = [stop for stop in stops if stop.wish_id == once.pk]
    assert tuesday.day.isoweekday() == 2
    assert tuesday.starts.hour >= 13
    assert all(is_working_day(stop.day) and stop.day.month == 10 for stop in stops)
    assert all(stop.metres > 0 for stop in stops)
    assert {row["code"]: row["share"] for row in plan.result["townships"]} == {world.near.code: 1, world.far.code: 1}
    assert plan.result["gini"] == 0
    (van,) = plan.result["vans"]
    assert van["utilisation"] == pytest.approx(van["days_out"] / (120 * 31 / 365), abs=0.5)


def test_no_van_goes_out_on_a_holiday_and_every_van_on_a_moved_working_day(world):
    world.wish(at_most=22, gap_days=1, since=date(2024, 10, 1), until=date(2024, 10, 12))
    plan = world.solved(week_days=6)
    days = {stop.day.day for stop in plan.stops.all()}
    assert days == {8, 9, 10, 11, 12}  # 国庆节 to the 7th; Saturday the 12th is worked


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_plan_passes_the_checker_and_the_same_seed_gives_the_same_plan(world, monkeypatch, seed):
    checked: list[Any] = []
    check = routing.check
    monkeypatch.setattr(routing, "check", lambda plan, problem: checked.append(check(plan, problem)) or checked[-1])
    for number in range(6):
        world.wish(
            place=f"示例村 {number}", region=world.far if number % 2 else world.near,
            latitude=36.2 + number / 10, at_most=1 + number % 3, has_quarters=number == 5,
        )  # fmt: skip
    first, second = (world.solved(seed=seed, most_nights=1) for _ in range(2))
    assert checked == [[], []]
    assert first.result == second.result
    assert (first.seed, first.iterations) == (seed, QUICK["iterations"])


def test_a_plan_that_breaks_a_rule_is_not_kept_and_told(world, monkeypatch):
    world.wish()
    solve = routing.plan_tours

    def worse(problem, settings, **more):
        found = solve(problem, settings, **more)
        (day, *rest) = found.days
        return replace(found, days=(replace(day, metres=day.metres - 1), *rest))

    monkeypatch.setattr(routing, "plan_tours", worse)
    plan = world.solved()
    assert (plan.state, plan.progress.state, plan.result) == (PlanState.FAILED, ProgressState.FAILED, {})
    assert "没有通过核查" in plan.fault
    assert "way" in plan.fault
    assert not TourStop.objects.exists()


def test_what_stays_unserved_says_why(world):
    wants = world.wish(exhibits=["没有的展品"])
    evening = world.wish(half_days=["3e"], place="示例夜校")
    gone = world.wish(longitude=117, latitude=36.6, place="示例远村", is_checked=True)
    plan = world.solved()
    reasons = {row["wish"]: row["reason"] for row in plan.result["unserved"]}
    assert reasons == {wants.pk: "exhibits", evening.pk: "no_hours", gone.pk: "too_far"}
    assert plan.result["gini"] is None


def test_a_stopped_plan_leaves_nothing(world):
    world.wish()
    plan = world.asked()
    assert stop_plan(plan.pk, actor=world.office)
    run_plan(plan.pk)
    plan.refresh_from_db()
    assert (plan.state, plan.progress.state, plan.result) == (PlanState.CANCELLED, ProgressState.CANCELLED, {})
    assert not TourStop.objects.exists()


def test_a_plan_that_is_stopped_in_the_midst_of_the_search_leaves_nothing(world, monkeypatch):
    world.wish()
    plan = world.asked(iterations=200, rounds=5)
    solve, ended = routing.plan_tours, []

    def stopped(problem, settings, *, progress, **more):
        def tell(share):
            request_cancel(plan.progress_id, owner_id=world.office.pk)
            progress(share)

        ended.append(solve(problem, settings, progress=tell, **more).ended)

    monkeypatch.setattr(routing, "plan_tours", stopped)
    run_plan(plan.pk)
    plan.refresh_from_db()
    assert ended == ["stopped"]
    assert (plan.state, plan.result, TourStop.objects.count()) == (PlanState.CANCELLED, {}, 0)


def test_a_fault_of_ours_ends_the_plan_and_rises(world, monkeypatch):
    world.wish()

    def broken(*_args, **_more):
        raise ZeroDivisionError

    monkeypatch.setattr(routing, "plan_tours", broken)
    plan = world.asked()
    with pytest.raises(ZeroDivisionError):
        run_plan(plan.pk)
    plan.refresh_from_db()
    assert (plan.state, plan.progress.state) == (PlanState.FAILED, ProgressState.FAILED)


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"detour": 0.5}, "detour"), ({"speed_kmh": 500}, "speed_kmh"), ({"day_minutes": 5}, "day_minutes"),
        ({"week_days": 7}, "week_days"), ({"most_nights": 9}, "most_nights"), ({"iterations": 0}, "iterations"),
        ({"fairness": "cats"}, "fairness"), ({"month": date(2024, 8, 1)}, "month"),
    ],
)  # fmt: skip
def test_a_question_that_cannot_be_is_refused(world, terms, field):
    world.wish()
    with pytest.raises(TourUnfit) as refused:
        world.asked(**terms)
    assert refused.value.data["field"] == field
    assert not TourPlan.objects.exists()


def test_a_month_without_wishes_or_vans_is_refused(world):
    with pytest.raises(TourUnfit, match="0 条"):
        world.asked()
    world.wish()
    with pytest.raises(TourUnfit, match="至少选一辆车"):
        ask_plan(MONTH, [0], TourTerms(**QUICK), actor=world.office)


def test_without_the_solvers_it_says_what_to_install(world, monkeypatch):
    world.wish()
    load = builtins.__import__

    def without(name, *args, **more):
        if name == "kepu.engines" and "routing" in (args[2] or ()):
            raise ImportError
        return load(name, *args, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(SolversMissing, match="pip install"):
        world.asked()


def test_only_the_office_plans_publishes_and_each_stops_the_own(world):
    world.wish()
    plan = world.solved()
    for actor in (world.officer, world.liaison, world.auditor):
        with pytest.raises(NotAllowed):
            ask_plan(MONTH, [world.van.pk], TourTerms(**QUICK), actor=actor)
        with pytest.raises(NotAllowed):
            publish_plan(plan.pk, actor=actor)
    with pytest.raises(NotAllowed):
        stop_plan(plan.pk, actor=PersonFactory(role="leading_office"))


def test_published_once_and_who_asked_is_told_once(world):
    world.wish()
    world.wish(exhibits=["没有的展品"], place="示例村")
    plan = world.published()
    assert plan.state == PlanState.PUBLISHED
    assert AuditEntry.objects.filter(action="tours.plan.published").count() == 1
    told = {one.title: one.body for one in Notice.objects.filter(person=world.liaison)}
    assert set(told) == {"大篷车 2024-10 来示例小学操场", "大篷车 2024-10 不来示例村"}
    assert "没有一辆车" in told["大篷车 2024-10 不来示例村"]
    with pytest.raises(TourMoved, match="已公布"):
        publish_plan(plan.pk, actor=world.office)
    assert Notice.objects.filter(person=world.liaison).count() == 2


def test_a_new_plan_replaces_the_old_one_and_tells_only_whom_it_moves(world):
    world.wish(half_days=["3a"], until=date(2024, 10, 12))
    gone = world.wish(place="示例村", half_days=["4a"])
    before = world.published()
    withdraw_wish(gone.pk, "不办了", actor=world.liaison)
    after = world.published()
    before.refresh_from_db()
    assert (before.state, after.state) == (PlanState.REPLACED, PlanState.PUBLISHED)
    titles = Notice.objects.filter(person=world.liaison).values_list("title", flat=True)
    assert sorted(titles) == ["大篷车 2024-10 来示例小学操场", "大篷车 2024-10 来示例村"]  # she withdrew it herself


def test_what_somebody_else_withdraws_is_told_at_once_and_once(world):
    gone, never = world.wish(place="示例村"), world.wish(place="示例夜校", half_days=["3e"])
    world.published()
    for wish in (gone, never):
        withdraw_wish(wish.pk, "路不通", actor=world.office)
    world.wish()
    world.published()
    told = Notice.objects.filter(person=world.liaison).values_list("title", "body")
    assert Counter(title for title, _body in told) == {
        "大篷车 2024-10 来示例村": 1, "大篷车 2024-10 不来示例夜校": 1, "大篷车不来了：示例村": 1, "大篷车 2024-10 来示例小学操场": 1,
    }  # fmt: skip
    assert dict(told)["大篷车不来了：示例村"] == "路不通"


def test_who_stays_without_a_visit_is_not_told_again(world):
    world.wish(half_days=["3e"])
    world.published()
    world.published()
    assert Notice.objects.filter(person=world.liaison).count() == 1


def test_a_month_planned_again_counts_the_visits_that_were_made(world, settings):
    load_indicators(actor=None)
    wish = world.wish(at_least=2, at_most=2, half_days=["2a"], until=date(2024, 10, 16))
    once = world.wish(place="示例村", half_days=["3a"], until=date(2024, 10, 12))
    plan = world.published()
    days = [(stop.wish, stop.day.day) for stop in plan.stops.order_by("day")]
    assert days == [(wish, 8), (once, 9), (wish, 15)]
    settings.KEPU_DEMONSTRATION_DAY = date(2024, 10, 9)
    words = [StopWords(world.near, wish.place, 50, wish.pk)]
    log_trip(world.van.pk, date(2024, 10, 8), Decimal(30), words, actor=world.office)
    again = world.published()  # the 9th is not logged yet, but the plan says so
    assert (again.result["wanted"], again.result["required"], again.result["visits"]) == (1, 1, 1)
    assert [(stop.wish, stop.day.day) for stop in again.stops.all()] == [(wish, 15)]
    assert Notice.objects.filter(person=world.liaison).count() == 2  # nothing new

    log_trip(world.van.pk, date(2024, 10, 9), Decimal(30), [StopWords(world.near, "别处", 9)], actor=world.office)
    TourWish.objects.filter(pk=once.pk).update(until=date(2024, 10, 31))
    third = world.published()  # the log says that the van was elsewhere
    assert [(stop.wish, stop.day.day) for stop in third.stops.order_by("day")][:1] == [(wish, 15)]
    assert third.stops.filter(wish=once).count() == 1


def test_the_database_holds_what_a_plan_may_be(world):
    plan = world.asked() if world.wish() else None
    assert plan is not None
    wrong: list[dict[str, Any]] = [
        {"state": "cats"}, {"month": date(2024, 10, 2)}, {"published_at": now()}, {"state": PlanState.PUBLISHED},
    ]  # fmt: skip
    for values in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            TourPlan.objects.filter(pk=plan.pk).update(**values)
    one = world.published()
    with pytest.raises(IntegrityError, match="tour_plan_one_a_month"), transaction.atomic():
        TourPlan.objects.filter(pk=plan.pk).update(state=PlanState.PUBLISHED, published_at=now())
    stop = TourStop.objects.get(plan=one)
    wrong_stops: list[dict[str, Any]] = [{"sequence": 0}, {"leaves": stop.starts}]
    for values in wrong_stops:
        with pytest.raises(IntegrityError), transaction.atomic():
            TourStop.objects.filter(pk=stop.pk).update(**values)
    more = {"arrives": stop.arrives, "starts": stop.starts, "leaves": stop.leaves, "metres": 1}
    other, elsewhere = world.another_van("示例大篷车 2 号"), world.wish(place="示例村")
    with pytest.raises(IntegrityError, match="tour_stop_once"), transaction.atomic():
        TourStop.objects.create(plan=one, van=stop.van, wish=elsewhere, day=stop.day, sequence=1, **more)
    with pytest.raises(IntegrityError, match="tour_stop_one_visit_a_day"), transaction.atomic():
        TourStop.objects.create(plan=one, van=other, wish=stop.wish, day=stop.day, sequence=1, **more)
