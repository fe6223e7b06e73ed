"""Drafting and issuing: who may, what is refused in words, what a version keeps."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from kepu.directory.notices.models import Notice
from kepu.directory.register.choices import Role
from kepu.directory.register.models import RegionPopulation
from kepu.foundation.audit.models import AuditEntry
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import publish
from kepu.ledger.models import Indicator
from kepu.plan.breakdown.choices import Among, BreakdownState, Way
from kepu.plan.breakdown.errors import BreakdownMoved, BreakdownNotDraft, BreakdownNotReady, ShareInvalid
from kepu.plan.breakdown.models import Breakdown, Share
from kepu.plan.breakdown.queries import frame_of, regions_beneath
from kepu.plan.breakdown.services import (
    WantedShare,
    discard_breakdown,
    issue_breakdown,
    propose_shares,
    set_shares,
    start_breakdown,
)
from kepu.plan.tasks.choices import PlanState
from kepu.plan.tasks.errors import DecisionInvalid, PlanClosed
from kepu.plan.tasks.events import PlanConfirmed
from kepu.plan.tasks.models import Target
from tests.factories import OrganisationFactory, PersonFactory, RegionFactory
from tests.plan.breakdown.worlds import Shared
from tests.plan.factories import small_plan
from tests.plan.worlds import DAY


def loaded(target: Target) -> Target:
    return Target.objects.select_related("plan__region", "task").get(pk=target.pk)


def test_a_breakdown_that_fits_comes_into_force(shared: Shared) -> None:
    draft = shared.drafted(shared.lectures, shared.south(12), shared.north(8))

    issued = issue_breakdown(draft.pk, actor=shared.office, reason=" 按讲堂多少 ")

    assert (issued.state, issued.number, issued.reason) == (BreakdownState.ISSUED, 1, "按讲堂多少")
    assert (issued.issued_by, issued.issued_on, issued.differences) == (shared.office, DAY, [])
    assert [entry.action for entry in AuditEntry.objects.filter(action__startswith="breakdown").order_by("pk")] == [
        "breakdown.draft.started", "breakdown.shares.set", "breakdown.version.issued",
    ]  # fmt: skip


def test_whoever_gets_a_share_or_another_one_hears_of_it(shared: Shared) -> None:
    officer = PersonFactory(role=Role.DISTRICT_OFFICER, region=shared.city.south)
    elsewhere = PersonFactory(role=Role.DISTRICT_OFFICER, region=shared.city.north)
    liaison = PersonFactory(role=Role.LIAISON, organisation=shared.city.bureau)
    shared.issued(shared.lectures, shared.south(12), shared.north(8), shared.bureau(20))
    told = Notice.objects.filter(kind="breakdown.issued")
    assert {one.person: one.body for one in told} == {officer: "12 场", elsewhere: "8 场", liaison: "20 场"}

    shared.issued(shared.lectures, shared.south(11), shared.north(8), shared.bureau(20), why="少一场")

    assert [one.body for one in told.filter(person=officer).order_by("pk")] == ["12 场", "11 场"]
    assert told.all().count() == 4


def _amended(shared: Shared, **changed: object) -> Target:
    """The lectures as a later text of the same years has them."""
    later = small_plan("amended")
    target = later.tasks.get(slug="2-1").targets.first()
    assert target is not None
    old = shared.lectures
    names = ("measure", "value", "unit", "period", "deadline", "decided_period", "decided_due_on")
    same = {name: getattr(old, name) for name in names} | {"earlier": old} | changed
    Target.objects.filter(pk=target.pk).update(**same)
    publish(PlanConfirmed(plan_id=later.pk, predecessor_id=shared.plan.pk))
    return loaded(target)


def test_an_amended_text_keeps_the_breakdown(shared: Shared) -> None:
    shared.issued(shared.lectures, shared.south(12), shared.north(8))

    kept = _amended(shared).breakdowns.get()

    assert (kept.state, kept.issued_by, kept.number) == (BreakdownState.ISSUED, shared.office, 1)
    assert kept.reason.startswith("承接自")
    assert sorted(share.value for share in kept.shares.all()) == [8, 12]
    publish(PlanConfirmed(plan_id=kept.target.plan_id, predecessor_id=shared.plan.pk))
    assert kept.target.breakdowns.count() == 1


def test_what_no_longer_makes_up_the_amended_target_waits_as_a_draft(shared: Shared) -> None:
    shared.issued(shared.lectures, shared.south(12), shared.north(8))

    kept = _amended(shared, value=30).breakdowns.get()

    assert (kept.state, kept.issued_on) == (BreakdownState.DRAFT, None)
    assert sorted(share.value for share in kept.shares.all()) == [8, 12]


@pytest.mark.parametrize("role", [Role.DISTRICT_OFFICER, Role.LIAISON, Role.REVIEWER, Role.AUDITOR])
def test_only_the_leading_office_of_the_plans_region_apportions(shared: Shared, role: Role) -> None:
    over: dict[str, Any] = {
        Role.DISTRICT_OFFICER: {"region": shared.city.south}, Role.LIAISON: {"organisation": shared.city.bureau},
    }.get(role, {})  # fmt: skip
    other = PersonFactory(role=role, **over)
    draft = shared.drafted(shared.lectures, shared.south(20))
    acts = (
        lambda: start_breakdown(shared.lectures.pk, actor=other),
        lambda: set_shares(draft.pk, [], actor=other),
        lambda: issue_breakdown(draft.pk, actor=other, reason="x"),
        lambda: discard_breakdown(draft.pk, actor=other),
    )
    for act in acts:
        with pytest.raises(NotAllowed):
            act()


def test_the_office_of_a_district_does_not_apportion_the_citys_target(shared: Shared) -> None:
    theirs = PersonFactory(role=Role.LEADING_OFFICE, region=shared.city.south)
    with pytest.raises(NotAllowed):
        start_breakdown(shared.lectures.pk, actor=theirs)


def test_a_closed_plan_is_not_apportioned_any_more(shared: Shared) -> None:
    draft = shared.drafted(shared.lectures, shared.south(20))
    shared.plan.state = PlanState.CLOSED
    shared.plan.save()
    acts = (
        lambda: start_breakdown(shared.lectures.pk, actor=shared.office),
        lambda: set_shares(draft.pk, [], actor=shared.office),
        lambda: issue_breakdown(draft.pk, actor=shared.office, reason="x"),
    )
    for act in acts:
        with pytest.raises(PlanClosed):
            act()


def test_what_the_number_counts_must_be_decided_first(shared: Shared) -> None:
    Target.objects.filter(pk=shared.lectures.pk).update(period="", unit="百")
    with pytest.raises(BreakdownNotReady, match="口径"):
        start_breakdown(shared.lectures.pk, actor=shared.office)


def test_a_difference_is_named_and_needs_a_reason_of_its_own(shared: Shared) -> None:
    draft = shared.drafted(shared.stations, shared.south(50), shared.north(40))
    with pytest.raises(BreakdownNotReady, match="分到各区市的合计 90 个，比目标 100 个少 10 个。"):
        issue_breakdown(draft.pk, actor=shared.office, reason="按人口")

    issued = issue_breakdown(draft.pk, actor=shared.office, reason="按人口", difference_reason="十个由市里建")

    assert issued.differences == ["分到各区市的合计 90 个，比目标 100 个少 10 个。"]
    assert issued.difference_reason == "十个由市里建"


def test_it_is_issued_with_a_reason_and_at_least_one_share(shared: Shared) -> None:
    draft = shared.drafted(shared.lectures, shared.south(12), shared.north(8))
    with pytest.raises(DecisionInvalid, match="理由"):
        issue_breakdown(draft.pk, actor=shared.office, reason="  ")
    set_shares(draft.pk, [], actor=shared.office)
    with pytest.raises(BreakdownNotReady, match="任何分解数"):
        issue_breakdown(draft.pk, actor=shared.office, reason="x")


def test_an_issued_version_does_not_change_and_the_next_one_begins_with_it(shared: Shared) -> None:
    first = shared.issued(shared.lectures, shared.south(12), shared.north(8))
    for act in (
        lambda: set_shares(first.pk, [], actor=shared.office),
        lambda: issue_breakdown(first.pk, actor=shared.office, reason="x"),
        lambda: discard_breakdown(first.pk, actor=shared.office),
    ):
        with pytest.raises(BreakdownNotDraft, match="第 1 版"):
            act()

    second = start_breakdown(shared.lectures.pk, actor=shared.office)

    assert (second.number, second.shares.count()) == (2, 2)
    assert start_breakdown(shared.lectures.pk, actor=shared.office) == second
    discard_breakdown(second.pk, actor=shared.office)
    assert start_breakdown(shared.lectures.pk, actor=shared.office).number == 2


def test_who_comes_second_is_refused(shared: Shared) -> None:
    draft = shared.drafted(shared.lectures, shared.south(12))
    with pytest.raises(BreakdownMoved, match="有人改过"):
        set_shares(draft.pk, [shared.north(3)], actor=shared.office, seen=0)
    with pytest.raises(BreakdownMoved):
        issue_breakdown(draft.pk, actor=shared.office, reason="x", seen=0)
    assert [int(share.value) for share in draft.shares.all()] == [12]


@pytest.mark.parametrize(
    ("value", "year", "words"),
    [
        (-1, None, "市南区的分解数 -1 是负数"),
        ("NaN", None, "大得不合常理"),
        ("Infinity", None, "大得不合常理"),
        ("1e15", None, "大得不合常理"),
        (21, None, "比整个目标 20 场 还大"),
        ("1.5", None, "有小数"),
        (5, 2020, "2020 年不在这个目标的年份里"),
        (5, 2026, "2026 年不在这个目标的年份里"),
    ],
)
def test_a_share_that_cannot_be_is_refused_in_words(
    shared: Shared, value: object, year: int | None, words: str
) -> None:
    draft = start_breakdown(shared.lectures.pk, actor=shared.office)
    wrong = shared.south(value, year)
    with pytest.raises(ShareInvalid, match=words) as refused:
        set_shares(draft.pk, [shared.north(3), wrong], actor=shared.office)
    assert list(refused.value.data["problems"]) == [wrong.field]
    assert not draft.shares.exists()


def test_double_shares_and_strangers_are_refused(shared: Shared) -> None:
    draft = start_breakdown(shared.lectures.pk, actor=shared.office)
    with pytest.raises(ShareInvalid, match="市南区每年的分解数填了两次"):
        set_shares(draft.pk, [shared.south(3), shared.south(4)], actor=shared.office)
    elsewhere = RegionFactory(code="3799", name="别的市")
    for among, pk in ((Among.REGIONS, elsewhere.pk), (Among.BODIES, 10**9), ("", shared.city.south.pk)):
        with pytest.raises(ShareInvalid, match="不属于本方案"):
            set_shares(draft.pk, [WantedShare(str(among), pk, Decimal(1))], actor=shared.office)


def test_a_body_that_is_no_more_gets_no_share(shared: Shared) -> None:
    gone = OrganisationFactory(name="青岛市旧局", valid_to=date(2020, 1, 1))
    draft = start_breakdown(shared.lectures.pk, actor=shared.office)
    with pytest.raises(ShareInvalid):
        set_shares(draft.pk, [WantedShare("bodies", gone.pk, Decimal(1))], actor=shared.office)


def test_per_cent_goes_to_100_and_may_lie_above_the_citys(shared: Shared) -> None:
    draft = start_breakdown(shared.literate.pk, actor=shared.office)
    set_shares(draft.pk, [shared.south("25.5")], actor=shared.office)
    with pytest.raises(ShareInvalid, match="超过 100%"):
        set_shares(draft.pk, [shared.south("100.5")], actor=shared.office)
    assert issue_breakdown(draft.pk, actor=shared.office, reason="市南起点高").differences == []


def test_shares_need_not_be_whole_unless_the_indicator_is(shared: Shared) -> None:
    Indicator.objects.filter(code="lectures").update(is_integer=False)
    draft = start_breakdown(shared.lectures.pk, actor=shared.office)
    set_shares(draft.pk, [shared.south("11.5"), shared.north("8.5")], actor=shared.office)
    with pytest.raises(ShareInvalid, match="最多四位"):
        set_shares(draft.pk, [shared.south("1.00001")], actor=shared.office)


def test_what_no_longer_fits_the_target_is_not_issued(shared: Shared) -> None:
    draft = shared.drafted(shared.lectures, shared.south(20))
    Target.objects.filter(pk=shared.lectures.pk).update(value=10)
    with pytest.raises(ShareInvalid, match="还大"):
        issue_breakdown(draft.pk, actor=shared.office, reason="x")


def proposed(shared: Shared, target: Target, way: str, **more: Any) -> list[tuple[str, int | None, str]]:
    frame = frame_of(loaded(target))
    found = propose_shares(frame, list(regions_beneath(frame.target.plan)), way, day=DAY, **more)
    names = {shared.city.south.pk: "南", shared.city.north.pk: "北"}
    return [(names[share.owner_id], share.year, f"{share.value.normalize():f}") for share in found.shares]


def test_shares_are_proposed_evenly_or_by_head_count(shared: Shared) -> None:
    assert proposed(shared, shared.lectures, Way.EVEN) == [("南", None, "10"), ("北", None, "10")]
    assert proposed(shared, shared.lectures, Way.PEOPLE) == [("南", None, "6"), ("北", None, "14")]
    by_year = proposed(shared, shared.stations, Way.EVEN, by_year=True)
    assert len(by_year) == 10
    assert sum(int(value) for _name, _year, value in by_year) == 100
    people = proposed(shared, shared.stations, Way.PEOPLE, by_year=True)
    assert [sum(int(value) for name, _year, value in people if name == one) for one in "南北"] == [31, 69]
    assert {sum(int(value) for _name, of, value in people if of == year) for year in range(2021, 2026)} == {20}
    every = proposed(shared, shared.lectures, Way.EVEN, by_year=True)
    assert [row for row in every if row[1] == 2024] == [("南", 2024, "10"), ("北", 2024, "10")]


def test_a_missing_head_count_is_named(shared: Shared) -> None:
    RegionPopulation.objects.filter(region=shared.city.north).delete()
    with pytest.raises(BreakdownNotReady, match="缺少市北区的常住人口"):
        proposed(shared, shared.lectures, Way.PEOPLE)


def test_per_cent_is_not_divided(shared: Shared) -> None:
    assert proposed(shared, shared.literate, Way.EVEN) == [("南", None, "18"), ("北", None, "18")]
    with pytest.raises(BreakdownNotReady, match="不按人口分"):
        proposed(shared, shared.literate, Way.PEOPLE)


def test_bodies_have_no_head_count_and_nobody_gets_nothing(shared: Shared) -> None:
    frame = frame_of(loaded(shared.lectures))
    with pytest.raises(BreakdownNotReady, match="只有区市"):
        propose_shares(frame, [shared.city.bureau], Way.PEOPLE, day=DAY)
    with pytest.raises(BreakdownNotReady, match="没有可以分到的"):
        propose_shares(frame, [], Way.EVEN, day=DAY)


def test_the_database_holds_the_rules_of_versions(shared: Shared) -> None:
    target = shared.lectures
    first = shared.issued(target, shared.south(20))
    issued = {"state": BreakdownState.ISSUED, "issued_on": DAY, "reason": "x"}
    with pytest.raises(IntegrityError, match="breakdown_number_once"), transaction.atomic():
        Breakdown(target=target, number=first.number, **issued).save(force_insert=True)
    with pytest.raises(IntegrityError, match="breakdown_issued_with_reason"), transaction.atomic():
        Breakdown(target=target, number=5, **(issued | {"reason": ""})).save(force_insert=True)
    with pytest.raises(IntegrityError, match="breakdown_issued_with_reason"), transaction.atomic():
        Breakdown(target=target, number=5, **(issued | {"issued_on": None})).save(force_insert=True)
    with pytest.raises(IntegrityError, match="breakdown_state_known"), transaction.atomic():
        Breakdown(target=target, number=5, **(issued | {"state": "other"})).save(force_insert=True)
    start_breakdown(target.pk, actor=shared.office)
    with pytest.raises(IntegrityError, match="breakdown_one_draft"), transaction.atomic():
        Breakdown(target=target, number=5).save(force_insert=True)


def test_the_database_holds_the_rules_of_shares(shared: Shared) -> None:
    draft = shared.drafted(shared.lectures, shared.south(20), shared.north(3, 2024))
    place = {"breakdown": draft, "region": shared.city.south}
    body = {"breakdown": draft, "organisation": shared.city.bureau}
    with pytest.raises(IntegrityError, match="share_once"), transaction.atomic():
        Share(**place, value=1).save(force_insert=True)
    with pytest.raises(IntegrityError, match="share_once"), transaction.atomic():
        Share(breakdown=draft, region=shared.city.north, year=2024, value=1).save(force_insert=True)
    with pytest.raises(IntegrityError, match="share_of_one_owner"), transaction.atomic():
        Share(breakdown=draft, value=1).save(force_insert=True)
    with pytest.raises(IntegrityError, match="share_of_one_owner"), transaction.atomic():
        Share(**(place | body), value=1).save(force_insert=True)
    with pytest.raises(IntegrityError, match="share_not_negative"), transaction.atomic():
        Share(**body, value=-1).save(force_insert=True)
    with pytest.raises(IntegrityError, match="share_year_plausible"), transaction.atomic():
        Share(**body, year=3000, value=1).save(force_insert=True)


def test_a_wanted_share_names_its_cell(shared: Shared) -> None:
    share = shared.south(1, 2024)
    assert share.field == f"regions-{shared.city.south.pk}-2024"
    assert replace(share, year=None).field.endswith("-0")
