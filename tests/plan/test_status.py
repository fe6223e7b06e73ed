"""The status of a promise: the known defects of plan monitors, each a test, and the laws of the rule."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kepu.plan.tasks.choices import Comparator, Status
from kepu.plan.tasks.rules.status import SEVERITY, Step, activity_status, milestones_status, target_status, task_status
from kepu.plan.tasks.rules.terms import Kind, PacePoint, Reading, StatusView, Terms, kind_in_words, share_of_way

START, END = date(2021, 1, 1), date(2025, 12, 31)
GREEN = {Status.KEPT, Status.ON_PACE}


def terms(kind: Kind | None = Kind.TOTAL, value: object = 100, **more: Any) -> Terms:
    more.setdefault("due_on", END)
    return Terms(value=Decimal(str(value)), kind=kind, starts_on=START, ends_on=END, **more)


def read(*pairs: tuple[str, object]) -> list[Reading]:
    return [Reading(date.fromisoformat(day), n, Decimal(str(value))) for n, (day, value) in enumerate(pairs)]


def on(day: str, promise: Terms, *pairs: tuple[str, object]) -> StatusView:
    return target_status(promise, read(*pairs), date.fromisoformat(day))


# The defects of domain.md §1, and what is done instead.


def test_the_baseline_is_the_plans_and_not_the_first_value_that_came_in():
    share = terms(Kind.STATE, 18, baseline=Decimal("14.3"), baseline_on=date(2020, 12, 31), expected_days=800)
    view = on("2023-06-30", share, ("2022-06-30", 16), ("2023-06-01", "16.1"))
    assert view.status == Status.ON_PACE
    assert Decimal("16.1") < view.expected < Decimal("16.2")
    assert view.ratio == (Decimal("16.1") - Decimal("14.3")) / (18 - Decimal("14.3"))


def test_a_level_without_a_baseline_has_no_pace_instead_of_a_made_up_one():
    assert on("2023-06-30", terms(Kind.STATE, 18), ("2023-06-01", 16)).reason == "no_baseline"


def test_hardly_moving_from_a_high_baseline_is_behind():
    share = terms(Kind.STATE, 18, baseline=Decimal("14.3"), baseline_on=date(2020, 12, 31))
    view = on("2023-06-30", share, ("2023-06-01", "14.6"))  # nine tenths of the level, a sixth of the way
    assert view.status == Status.BEHIND


def test_a_task_that_never_reports_is_silent_and_later_late():
    assert on("2021-02-01", terms()).reason == "awaiting_first"
    assert on("2022-01-01", terms()).reason == "never_reported"
    assert on("2022-01-01", terms()).status == Status.SILENT
    late = on("2024-01-01", terms(due_on=date(2023, 12, 31)))
    assert (late.status, late.reason) == (Status.OVERDUE, "overdue_never_reported")


def test_going_backwards_shows():
    share = terms(Kind.STATE, 18, baseline=Decimal("14.3"), baseline_on=date(2020, 12, 31), expected_days=400)
    view = on("2023-06-30", share, ("2022-06-30", "16.9"), ("2023-06-01", "16.2"))
    assert view.has_regressed
    assert [(note.code, note.values["drop"]) for note in view.notes] == [("regress", Decimal("0.7"))]
    assert view.status == Status.ON_PACE


def test_falling_below_the_baseline_is_behind_and_never_nothing():
    share = terms(Kind.STATE, 18, baseline=Decimal("14.3"), baseline_on=date(2020, 12, 31))
    view = on("2023-06-30", share, ("2023-06-01", 13))
    assert (view.status, view.ratio) == (Status.BEHIND, 0)


def test_progress_is_capped_at_the_whole_way():
    view = on("2022-06-30", terms(), ("2022-06-01", 250))
    assert (view.ratio, view.value) == (1, 250)


def test_a_correction_that_takes_back_shows():
    view = on("2023-06-30", terms(), ("2023-05-01", 60), ("2023-06-01", -2))
    assert view.has_regressed
    assert view.value == 58


# Totals.


@pytest.mark.parametrize(
    ("done", "status"), [(51, Status.ON_PACE), (46, Status.ON_PACE), (44, Status.BEHIND), (100, Status.KEPT)]
)
def test_a_total_follows_a_linear_pace_with_tolerance(done, status):
    assert on("2023-07-02", terms(), ("2023-07-01", done)).status == status


def test_a_person_may_set_another_pace():
    slow = terms(pace=(PacePoint(date(2024, 12, 31), Decimal("0.2")),))
    assert on("2024-12-31", slow, ("2024-12-01", 20)).status == Status.ON_PACE
    assert on("2024-12-31", terms(), ("2024-12-01", 20)).status == Status.BEHIND


def test_pace_is_not_judged_in_the_first_weeks():
    assert on("2021-02-01", terms(), ("2021-01-20", 0)).reason == "settling"


def test_a_total_once_reached_never_turns_stale():
    assert on("2025-06-30", terms(), ("2022-06-01", 100)).status == Status.KEPT


def test_a_total_reached_after_its_day_says_so():
    view = on("2024-06-30", terms(due_on=date(2023, 12, 31)), ("2023-06-01", 90), ("2024-02-01", 10))
    assert (view.status, view.reason) == (Status.KEPT, "kept_late")


def test_a_total_not_reached_on_its_day_is_overdue():
    assert on("2024-02-01", terms(due_on=date(2023, 12, 31)), ("2023-12-01", 90)).status == Status.OVERDUE


def test_facts_before_the_plan_do_not_count():
    assert on("2021-06-30", terms(), ("2020-12-01", 500), ("2021-06-01", 3)).value == 3


# Flows.


def test_each_year_is_judged_on_its_own():
    yearly = terms(Kind.FLOW, 100, comparator=Comparator.AT_LEAST)
    view = on("2023-06-30", yearly, ("2021-05-01", 300), ("2022-05-01", 60), ("2023-05-01", 20))
    assert view.status == Status.BEHIND
    assert [(cycle.value, cycle.is_kept, cycle.is_over) for cycle in view.cycles] == [
        (300, True, True),
        (60, False, True),
        (20, False, False),
    ]
    assert [note.code for note in view.notes] == ["missed_cycles"]


def test_a_flow_per_year_is_not_a_total():
    pairs = (("2021-05-01", 100), ("2022-05-01", 10), ("2023-05-01", 10))
    assert on("2023-12-01", terms(Kind.TOTAL), *pairs).status == Status.KEPT
    assert on("2023-12-01", terms(Kind.FLOW, expected_days=366), *pairs).status == Status.BEHIND


def test_a_year_once_kept_stays_kept_and_the_next_begins_anew():
    pairs = (("2023-03-01", 120),)
    assert on("2023-12-31", terms(Kind.FLOW), *pairs).reason == "kept_flow"
    assert on("2024-01-10", terms(Kind.FLOW), *pairs).status == Status.SILENT


def test_quarters_are_cycles_too():
    view = on("2021-08-01", terms(Kind.FLOW, 10, cycle_months=3), ("2021-02-01", 10), ("2021-07-10", 4))
    assert [cycle.starts_on.month for cycle in view.cycles] == [1, 4, 7]
    assert [cycle.is_kept for cycle in view.cycles] == [True, False, False]


# Levels.


def test_a_level_that_was_reached_turns_stale_when_nobody_looks_again():
    users = terms(Kind.STATE, 200, baseline=Decimal(120))
    assert on("2023-03-01", users, ("2023-02-01", 210)).status == Status.KEPT
    assert on("2023-06-30", users, ("2023-02-01", 210)).reason == "stale_reached"
    assert on("2023-12-30", users, ("2023-02-01", 210)).status == Status.SILENT


def test_a_level_reached_on_its_day_stays_kept_when_it_falls_later():
    users = terms(Kind.STATE, 200, baseline=Decimal(120), due_on=date(2023, 12, 31))
    view = on("2024-06-30", users, ("2023-12-01", 205), ("2024-06-01", 190))
    assert view.status == Status.KEPT
    assert view.has_regressed


def test_growth_counts_from_the_baseline():
    points = terms(Kind.STATE, 3, comparator=Comparator.GROW, baseline=Decimal(14))
    assert on("2025-12-01", points, ("2025-11-01", 17)).status == Status.KEPT
    assert on("2025-12-01", points, ("2025-11-01", 16)).status == Status.BEHIND
    doubled = terms(Kind.STATE, 100, comparator=Comparator.GROW, is_relative_growth=True, baseline=Decimal(14))
    assert on("2025-12-01", doubled, ("2025-11-01", 28)).goal == 28


def test_a_level_may_have_to_come_down():
    less = terms(Kind.STATE, 5, comparator=Comparator.AT_MOST, baseline=Decimal(10))
    assert on("2023-07-01", less, ("2023-06-30", "7.4")).status == Status.ON_PACE
    assert on("2023-07-01", less, ("2023-06-30", 9)).status == Status.BEHIND
    assert on("2023-07-01", less, ("2023-03-30", 8), ("2023-06-30", 9)).has_regressed
    assert on("2023-07-01", less, ("2023-06-30", 5)).status == Status.KEPT


# Ceilings, ranges, about, aspirations.


def test_more_than_a_ceiling_is_behind_and_then_overdue():
    cap = terms(Kind.TOTAL, 100, comparator=Comparator.AT_MOST, due_on=date(2023, 12, 31))
    assert on("2023-06-30", cap, ("2023-06-01", 90)).reason == "within_limit"
    assert on("2023-06-30", cap, ("2023-06-01", 101)).status == Status.BEHIND
    assert on("2024-01-02", cap, ("2023-12-01", 101)).status == Status.OVERDUE
    assert on("2024-01-02", cap, ("2023-12-01", 99)).status == Status.KEPT
    assert on("2024-01-02", cap).status == Status.SILENT  # nobody reported: not kept


def test_a_range_is_reached_from_its_lower_end_and_says_when_it_is_passed():
    between = terms(value=100, value_max=Decimal(120))
    assert on("2024-06-30", between, ("2024-06-01", 100)).status == Status.KEPT
    assert [note.code for note in on("2024-06-30", between, ("2024-06-01", 130)).notes] == ["above_range"]


def test_about_a_number_is_reached_a_little_below_it():
    assert on("2024-06-30", terms(is_approximate=True), ("2024-06-01", 96)).status == Status.KEPT
    assert on("2024-06-30", terms(), ("2024-06-01", 96)).status == Status.ON_PACE


def test_an_aspiration_is_never_late_but_its_silence_shows():
    hope = terms(is_aspirational=True, due_on=date(2023, 12, 31))
    assert on("2023-06-30", hope, ("2023-06-01", 3)).reason == "aspiration"
    assert on("2024-02-01", hope, ("2024-01-01", 3)).status == Status.ON_PACE
    assert on("2024-02-01", hope).status == Status.SILENT
    assert on("2024-02-01", hope, ("2023-10-01", 3)).status == Status.STALE
    assert on("2023-06-30", hope, ("2023-06-01", 100)).status == Status.KEPT


# What nobody decided, and the end of the plan.


def test_what_is_not_decided_is_undecided():
    assert on("2023-06-30", terms(None), ("2023-06-01", 100)).reason == "meaning_open"
    assert on("2023-06-30", terms(has_evidence=False), ("2023-06-01", 100)).reason == "no_evidence_chosen"


def test_after_the_period_the_last_day_is_shown_and_marked_final():
    view = on("2027-03-01", terms(), ("2025-12-01", 95), ("2026-06-01", 10))
    assert (view.status, view.reason, view.value, view.is_final) == (Status.BEHIND, "final_short", 95, True)
    assert on("2027-03-01", terms(), ("2025-12-01", 100)).status == Status.KEPT
    assert on("2027-03-01", terms(), ("2025-09-01", 95)).status == Status.STALE
    assert on("2030-01-01", terms()).status == Status.SILENT


def test_a_flow_is_kept_in_the_end_only_if_every_year_was():
    years = [(f"{year}-12-01", 100) for year in range(2021, 2026)]
    assert on("2026-06-01", terms(Kind.FLOW), *years).status == Status.KEPT
    view = on("2026-06-01", terms(Kind.FLOW), *years[1:])
    assert (view.reason, view.values["kept_cycles"], view.values["cycles"]) == ("final_cycles", 4, 5)


def test_the_plans_own_words_say_what_a_number_counts_or_leave_it_open():
    words = {"total": ("建成", "累计"), "state": ("覆盖", "惠及")}
    assert kind_in_words("建成课堂", "个", period="", words=words) == Kind.TOTAL
    assert kind_in_words("惠及用户", "", period="", words=words) == Kind.STATE
    assert kind_in_words("比例达到", "%", period="", words=words) == Kind.STATE
    assert kind_in_words("组织科普课", "场", period="", words=words) is None
    assert kind_in_words("建成并覆盖", "个", period="", words=words) is None
    assert kind_in_words("组织科普课", "场", period="year", words=words) == Kind.FLOW


# Tasks.


def activity(age: int, expected: int = 92) -> StatusView:
    day = date(2023, 6, 30)
    return activity_status(
        day - timedelta(days=age), day, expected_days=expected, starts_on=START, ends_on=END, value=Decimal(3)
    )


def test_an_indicator_without_a_number_says_only_whether_it_is_fed():
    assert [activity(age).status for age in (0, 92, 93, 184, 185)] == [
        Status.ON_PACE,
        Status.ON_PACE,
        Status.STALE,
        Status.STALE,
        Status.SILENT,
    ]
    nothing = activity_status(None, date(2023, 6, 30), expected_days=92, starts_on=START, ends_on=END)
    assert nothing.status == Status.SILENT


def test_milestones_are_kept_late_or_silent():
    first, second = date(2022, 6, 30), date(2023, 6, 30)

    def status(day: str, *done: str | None) -> Status:
        steps = [Step(due, date.fromisoformat(d) if d else None) for due, d in zip((first, second), done, strict=True)]
        return milestones_status(steps, date.fromisoformat(day), ends_on=END).status

    assert status("2022-01-01", None, None) == Status.SILENT
    assert status("2022-07-01", None, None) == Status.OVERDUE
    assert status("2022-07-01", "2022-07-15", None) == Status.OVERDUE  # done later than the day that is asked for
    assert status("2022-07-01", "2022-06-01", None) == Status.ON_PACE
    assert status("2023-06-29", "2022-06-01", None) == Status.STALE
    assert status("2024-07-01", "2022-06-01", "2023-06-01") == Status.KEPT


def test_a_task_is_as_good_as_its_worst_part():
    kept = on("2023-06-30", terms(), ("2023-06-01", 100))
    behind = on("2023-06-30", terms(), ("2023-06-01", 1))
    view = task_status([kept, behind], day=date(2023, 6, 30), ends_on=END)
    assert (view.status, view.leading) == (Status.BEHIND, behind)
    assert task_status([], day=date(2023, 6, 30), ends_on=END).reason == "nothing_decided"


def test_an_aspiration_does_not_pull_a_commitment_down():
    kept = on("2023-06-30", terms(), ("2023-06-01", 100))
    hope = on("2023-06-30", terms(is_aspirational=True))
    assert task_status([kept, hope], day=date(2023, 6, 30), ends_on=END).status == Status.KEPT
    assert task_status([hope], day=date(2023, 6, 30), ends_on=END).status == Status.SILENT


# Laws.

days = st.dates(START, date(2027, 12, 31))
kinds = st.sampled_from(list(Kind))
rows = st.lists(st.tuples(st.dates(START, END), st.integers(0, 60)), max_size=8)
promises = st.builds(
    lambda kind, aspirational, expected, base: terms(
        kind, 100, is_aspirational=aspirational, expected_days=expected, baseline=base
    ),
    kinds,
    st.booleans(),
    st.sampled_from([31, 92, 366]),
    st.sampled_from([None, Decimal(10)]),
)


def readings(pairs: list[tuple[date, int]]) -> list[Reading]:
    return [Reading(day, n, Decimal(value)) for n, (day, value) in enumerate(pairs)]


@given(promises, rows, days, st.randoms())
def test_the_order_of_facts_changes_nothing(promise, pairs, day, random):
    facts = readings(pairs)
    shuffled = facts[:]
    random.shuffle(shuffled)
    assert target_status(promise, shuffled, day) == target_status(promise, facts, day)


@given(promises, rows, days, st.integers(0, 100))
def test_more_of_what_was_promised_never_makes_it_worse(promise, pairs, day, more):
    facts = readings(pairs)
    raised = [Reading(f.on, f.order, f.value + (more if f is facts[-1] else 0)) for f in facts]
    before, after = target_status(promise, facts, day), target_status(promise, raised, day)
    if promise.kind == Kind.STATE and max(facts, default=None) is not (facts[-1] if facts else None):
        return  # raising an older level is no news
    assert SEVERITY.index(after.status) >= SEVERITY.index(before.status)


@given(promises, days)
def test_silence_is_never_green(promise, day):
    assert target_status(promise, [], day).status not in GREEN


@given(promises, rows, days)
def test_what_lies_after_the_day_does_not_matter(promise, pairs, day):
    facts = readings(pairs)
    assert target_status(promise, facts, day) == target_status(promise, [f for f in facts if f.on <= day], day)


@given(promises, rows, days)
def test_old_evidence_is_green_only_where_the_promise_is_already_fulfilled(promise, pairs, day):
    view = target_status(promise, readings(pairs), day)
    if view.status in GREEN and view.age_days is not None and view.age_days > promise.expected_days:
        assert view.status == Status.KEPT


@given(days, st.lists(st.tuples(st.dates(START, END), st.decimals(0, 1, places=2)), max_size=4))
def test_the_way_runs_from_nothing_to_all(day, points):
    share = share_of_way(day, START, END, [PacePoint(on_, part) for on_, part in points])
    assert 0 <= share <= 1
    assert share_of_way(END, START, END) == 1
