"""Decisions about a live plan: who may, what is refused, and that no later act erases an earlier one."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from kepu.directory.todos.models import Todo
from kepu.foundation.audit.models import AuditEntry
from kepu.foundation.clock import fixed
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import subscribe, subscribers_of
from kepu.plan.tasks.choices import DutyRole, PlanState, Status, TaskOrigin
from kepu.plan.tasks.errors import DecisionInvalid, MilestoneDone, PlanClosed
from kepu.plan.tasks.events import PlanDecided
from kepu.plan.tasks.models import Decision, Duty, Evidence, Milestone, Plan, Section, Target, Task
from kepu.plan.tasks.queries import plan_overview, task_page
from kepu.plan.tasks.rules.terms import PacePoint
from kepu.plan.tasks.services import (
    Meaning,
    WantedStep,
    choose_evidence,
    complete_milestone,
    decide_lead,
    decide_meaning,
    drop_evidence,
    load_plan,
    make_task,
    reopen_milestone,
    set_milestones,
)
from tests.factories import OrganisationFactory, PersonFactory, RegionFactory, city_region

TEXT = """青岛市科普行动方案（2021—2025年）
一、工作目标
到2025年，公民具备科学素质的比例达到18%。
二、重点任务
（一）办好讲堂。每年举办科普讲座20场以上。（市科协、市教育局按职责分工负责）
（二）建设阵地。让科普走进社区。（市科协负责）
（三）办好课堂。组织百场科普课。（市教育局牵头，市科协配合）
三、保障措施
（一）加强领导。各级政府把科普列入议事日程。定期研究重大问题。
"""
DAY = date(2024, 9, 15)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day():
    with fixed(DAY):
        yield


@pytest.fixture
def plan() -> Plan:
    region = city_region()
    for name in ("青岛市科协", "青岛市教育局", "青岛市财政局"):
        OrganisationFactory(name=name, short_name=name.removeprefix("青岛"))
    return load_plan(TEXT.encode(), "small.txt", actor=None, region=region, slug="small")


@pytest.fixture
def office() -> Any:
    return PersonFactory(role="leading_office")


def task(code: str) -> Task:
    return Task.objects.get(code=code)


def target(measure: str) -> Target:
    return Target.objects.get(measure__contains=measure)


def body(name: str) -> Any:
    return OrganisationFactory(name=name)


# --- lead ---


def test_the_office_decides_a_lead_and_the_act_is_shown(plan, office):
    decision = decide_lead(task("二(一)").pk, body("青岛市教育局"), actor=office, reason="分工会议明确")

    assert {duty.organisation.name: duty.role for duty in task("二(一)").duties.all()} == {
        "青岛市科协": DutyRole.JOINT,
        "青岛市教育局": DutyRole.LEAD,
    }
    assert (decision.decided_by, decision.decided_as, decision.decided_on) == (office, "领导小组办公室", DAY)
    assert (decision.summary, decision.reason) == ("由市教育局牵头", "分工会议明确")
    page = task_page(plan, "2-1", DAY)
    assert page is not None
    assert page.has_lead
    assert page.decisions == (decision,)
    entry = AuditEntry.objects.get(action="plan.decision.lead")
    assert entry.data["decision"] == decision.pk


def test_a_later_lead_replaces_the_earlier_but_does_not_erase_it(plan, office):
    decide_lead(task("二(一)").pk, body("青岛市教育局"), actor=office, reason="分工会议明确")
    decide_lead(task("二(一)").pk, body("青岛市科协"), actor=office, reason="机构职责调整")

    roles = {duty.organisation.name: duty.role for duty in task("二(一)").duties.all()}
    assert roles == {"青岛市科协": DutyRole.LEAD, "青岛市教育局": DutyRole.JOINT}
    assert [d.summary for d in Decision.objects.order_by("pk")] == ["由市教育局牵头", "由市科协牵头"]


def test_a_body_that_the_text_does_not_name_joins_as_lead_and_leaves_again(plan, office):
    decide_lead(task("二(一)").pk, body("青岛市财政局"), actor=office, reason="分工会议明确")
    assert task("二(一)").duties.count() == 3
    assert plan_overview(plan, DAY).duties == 5  # as printed

    decide_lead(task("二(一)").pk, None, actor=office, reason="定错了")

    assert sorted(duty.organisation.name for duty in task("二(一)").duties.all()) == ["青岛市教育局", "青岛市科协"]
    assert Decision.objects.count() == 2


def test_a_lead_that_the_text_names_is_not_decided_away(plan, office):
    with pytest.raises(DecisionInvalid, match="方案写明由市教育局牵头"):
        decide_lead(task("二(三)").pk, body("青岛市科协"), actor=office, reason="想换")
    with pytest.raises(DecisionInvalid, match="单独负责"):
        decide_lead(task("二(二)").pk, body("青岛市教育局"), actor=office, reason="想换")
    assert not Decision.objects.exists()


def test_a_lead_needs_a_reason_and_a_change(plan, office):
    with pytest.raises(DecisionInvalid, match="理由"):
        decide_lead(task("二(一)").pk, body("青岛市科协"), actor=office, reason=" ")
    with pytest.raises(DecisionInvalid, match="没有变化"):
        decide_lead(task("二(一)").pk, None, actor=office, reason="没有")


# --- evidence ---


def test_an_indicator_makes_a_task_judged(plan, office):
    assert task_page(plan, "2-2", DAY).row.status == Status.UNDECIDED  # type: ignore[union-attr]

    decision = choose_evidence(
        "community_venues",
        task_id=task("二(二)").pk,
        expected_days=184,
        audiences=["youth", "elderly"],
        organisation=body("青岛市科协"),
        actor=office,
    )

    row = Evidence.objects.get()
    assert (row.expected_days, row.audiences, row.organisation) == (184, ["youth", "elderly"], body("青岛市科协"))
    assert "社区和校园科普馆数" in decision.summary
    assert "（只计市科协、青少年、老年人）" in decision.summary
    assert task_page(plan, "2-2", DAY).row.status == Status.SILENT  # type: ignore[union-attr]


def test_the_same_indicator_again_only_changes_the_days(plan, office):
    for days in (92, 184):
        choose_evidence("community_venues", task_id=task("二(二)").pk, expected_days=days, actor=office)

    assert Evidence.objects.get().expected_days == 184
    assert [d.data["before_days"] for d in Decision.objects.order_by("pk")] == [None, 92]
    with pytest.raises(DecisionInvalid, match="没有变化"):
        choose_evidence("community_venues", task_id=task("二(二)").pk, expected_days=184, actor=office)


def test_dropped_evidence_leaves_its_decision(plan, office):
    choose_evidence("community_venues", task_id=task("二(二)").pk, actor=office)
    with pytest.raises(DecisionInvalid, match="理由"):
        drop_evidence(Evidence.objects.get().pk, actor=office, reason="")
    drop_evidence(Evidence.objects.get().pk, actor=office, reason="口径不合")

    assert not Evidence.objects.exists()
    assert [d.summary[:2] for d in Decision.objects.order_by("pk")] == ["以“", "不再"]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"indicator_code": "nothing"}, "没有这个指标"),
        ({"expected_days": 0}, "1 至"),
        ({"audiences": ["cats"]}, "没有“cats”"),
    ],
)
def test_evidence_that_cannot_be_is_refused(plan, office, values, words):
    values = {"indicator_code": "community_venues", **values}
    with pytest.raises(DecisionInvalid, match=words):
        choose_evidence(values.pop("indicator_code"), task_id=task("二(二)").pk, actor=office, **values)
    assert not Evidence.objects.exists()


def test_evidence_of_another_citys_region_is_refused(plan, office):
    elsewhere = RegionFactory(code="3706", name="烟台市")
    with pytest.raises(DecisionInvalid, match="不在方案的地区以内"):
        choose_evidence("community_venues", task_id=task("二(二)").pk, region=elsewhere, actor=office)


def test_an_indicator_must_fit_the_number(plan, office):
    with pytest.raises(DecisionInvalid, match="不能相比"):
        choose_evidence("lectures", target_id=target("科学素质").pk, actor=office)
    with pytest.raises(DecisionInvalid, match="要用流量指标"):
        choose_evidence("community_venues", target_id=target("讲座").pk, actor=office)
    choose_evidence("lectures", target_id=target("讲座").pk, actor=office)
    with pytest.raises(DecisionInvalid, match="不能相加"):
        choose_evidence("lecture_attendances", target_id=target("讲座").pk, actor=office)


# --- meaning ---


def test_a_vague_number_is_judged_once_its_meaning_is_decided(plan, office):
    lessons = target("科普课")
    choose_evidence("science_lessons", target_id=lessons.pk, actor=office)
    assert task_page(plan, "2-3", DAY).row.state.reason == "meaning_open"  # type: ignore[union-attr]

    decision = decide_meaning(
        lessons.pk,
        Meaning("total", due_on=date(2025, 6, 30), pace=[PacePoint(date(2023, 12, 31), Decimal("0.4"))]),
        actor=office,
        reason="按期末累计",
    )

    lessons.refresh_from_db()
    assert (lessons.decided_period, lessons.decided_due_on) == ("total", date(2025, 6, 30))
    assert lessons.decided_pace == [["2023-12-31", "0.4"]]
    assert decision.summary.endswith("到期为止累计，期限 2025-06-30，进度安排 1 处")
    assert decision.data["before"]["counts"] == ""
    assert task_page(plan, "2-3", DAY).row.state.reason == "never_reported"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("measure", "meaning", "words"),
    [
        ("科普课", Meaning("total"), "没有写期限"),
        ("科普课", Meaning("total", due_on=date(2026, 6, 30)), "规划期以内"),
        ("科普课", Meaning("sometimes", due_on=date(2025, 6, 30)), "算的是什么"),
        ("科普课", Meaning("total", date(2025, 6, 30), baseline=Decimal(3)), "一起填"),
        ("科普课", Meaning("year", None, Decimal(3), 2020), "没有基期"),
        ("科普课", Meaning("total", date(2025, 6, 30), Decimal(3), 2025), "基期要早于"),
        ("科普课", Meaning("total", date(2025, 6, 30), Decimal(-3), 2020), "基期值不对"),
        ("讲座", Meaning("total", due_on=date(2025, 6, 30)), "方案写明“每年”"),
        ("科学素质", Meaning("total"), "百分比"),
        ("科学素质", Meaning("state", None, Decimal(140), 2020), "不超过 100"),
        ("科普课", Meaning("total", date(2025, 6, 30), pace=[PacePoint(date(2023, 1, 1), Decimal(2))]), "份额"),
        ("科普课", Meaning("total", date(2023, 6, 30), pace=[PacePoint(date(2023, 7, 1), Decimal(1))]), "早于应"),
        (
            "科普课",
            Meaning(
                "total",
                date(2025, 6, 30),
                pace=[PacePoint(date(2023, 1, 1), Decimal("0.5")), PacePoint(date(2024, 1, 1), Decimal("0.4"))],
            ),
            "只增不减",
        ),
    ],
)
def test_a_meaning_that_cannot_be_is_refused(plan, office, measure, meaning, words):
    with pytest.raises(DecisionInvalid, match=words):
        decide_meaning(target(measure).pk, meaning, actor=office, reason="试一试")
    assert not Decision.objects.exists()


def test_a_deadline_of_the_text_is_not_moved_back(plan, office):
    Target.objects.filter(measure__contains="科学素质").update(deadline=2024)
    with pytest.raises(DecisionInvalid, match="方案写明到 2024 年"):
        decide_meaning(target("科学素质").pk, Meaning("state", date(2025, 1, 1)), actor=office, reason="晚一点")


def test_a_meaning_must_fit_the_chosen_indicator(plan, office):
    choose_evidence("science_lessons", target_id=target("科普课").pk, actor=office)
    with pytest.raises(DecisionInvalid, match="先撤下这个依据"):
        decide_meaning(target("科普课").pk, Meaning("state", date(2025, 6, 30)), actor=office, reason="看水平")


def test_the_same_meaning_twice_is_no_decision(plan, office):
    decide_meaning(target("科普课").pk, Meaning("year"), actor=office, reason="每年百场")
    with pytest.raises(DecisionInvalid, match="没有变化"):
        decide_meaning(target("科普课").pk, Meaning("year"), actor=office, reason="每年百场")
    assert Decision.objects.count() == 1


# --- milestones ---


STEPS = [WantedStep("方案印发", date(2024, 3, 31)), WantedStep("平台上线", date(2025, 6, 30))]


def test_milestones_are_set_and_completed_by_a_liaison_of_the_task(plan, office):
    set_milestones(task("二(二)").pk, STEPS, actor=office)
    liaison = PersonFactory(role="liaison", organisation=body("青岛市科协"))

    decision = complete_milestone(
        Milestone.objects.get(title="方案印发").pk,
        actor=liaison,
        done_on=date(2024, 3, 20),
        note="青科协〔2024〕示例号",
    )

    assert (decision.decided_by, decision.decided_as) == (liaison, "市科协联络员")
    assert Milestone.objects.get(title="方案印发").done_on == date(2024, 3, 20)
    assert task_page(plan, "2-2", DAY).row.status == Status.ON_PACE  # type: ignore[union-attr]


def test_a_liaison_of_another_body_completes_nothing(plan, office):
    set_milestones(task("二(二)").pk, STEPS, actor=office)
    stranger = PersonFactory(role="liaison", organisation=body("青岛市财政局"))
    with pytest.raises(NotAllowed):
        complete_milestone(Milestone.objects.all()[0].pk, actor=stranger, done_on=date(2024, 3, 20))
    with pytest.raises(NotAllowed):
        reopen_milestone(Milestone.objects.all()[0].pk, actor=stranger, reason="想撤")
    assert not Milestone.objects.exclude(done_on=None).exists()


def test_what_is_done_stays_and_can_only_be_opened_again_by_a_decision(plan, office):
    set_milestones(task("二(二)").pk, STEPS, actor=office)
    first = Milestone.objects.get(title="方案印发")
    complete_milestone(first.pk, actor=office, done_on=date(2024, 3, 20))

    set_milestones(task("二(二)").pk, [WantedStep("平台试运行", date(2025, 3, 31))], actor=office, reason="先试运行")

    assert list(Milestone.objects.values_list("title", flat=True)) == ["方案印发", "平台试运行"]
    with pytest.raises(MilestoneDone):
        complete_milestone(first.pk, actor=office, done_on=date(2024, 3, 21))
    with pytest.raises(DecisionInvalid, match="已完成的节点不能改"):
        set_milestones(task("二(二)").pk, [WantedStep("别的", date(2025, 1, 1), first.pk)], actor=office, reason="改")
    reopen_milestone(first.pk, actor=office, reason="记错了任务")
    first.refresh_from_db()
    assert first.done_on is None
    assert [d.kind for d in Decision.objects.order_by("pk")] == [
        "milestones",
        "milestone_done",
        "milestones",
        "correction",
    ]


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([WantedStep(" ", date(2024, 3, 31))], "名称"),
        ([WantedStep("方案印发", date(2026, 3, 31))], "规划期以内"),
        ([WantedStep("方案印发", date(2024, 3, 31)), WantedStep("方案印发", date(2025, 3, 31))], "重名"),
        ([], "没有变化"),
    ],
)
def test_milestones_that_cannot_be_are_refused(plan, office, steps, words):
    with pytest.raises(DecisionInvalid, match=words):
        set_milestones(task("二(二)").pk, steps, actor=office)
    assert not Milestone.objects.exists()


def test_a_step_is_taken_away_only_with_a_reason(plan, office):
    set_milestones(task("二(二)").pk, STEPS, actor=office)
    with pytest.raises(DecisionInvalid, match="理由"):
        set_milestones(task("二(二)").pk, STEPS[:1], actor=office)
    set_milestones(task("二(二)").pk, [*STEPS, WantedStep("验收", date(2025, 12, 1))], actor=office)
    assert Milestone.objects.count() == 3


@pytest.mark.parametrize("day", [date(2024, 9, 16), date(2020, 12, 31)])
def test_a_step_is_not_done_in_the_future_or_before_the_plan(plan, office, day):
    set_milestones(task("二(二)").pk, STEPS, actor=office)
    with pytest.raises(DecisionInvalid) as refused:
        complete_milestone(Milestone.objects.all()[0].pk, actor=office, done_on=day)
    assert refused.value.data["field"] == "done_on"


# --- tasks that a person makes ---


def test_a_section_becomes_a_task_that_stands_apart(plan, office):
    section = Section.objects.get(title="加强领导")
    made = make_task(
        plan.pk,
        section_id=section.pk,
        title="加强领导",
        organisations=[body("青岛市科协")],
        reason="要有人管",
        actor=office,
    )

    assert (made.code, made.slug, made.origin) == ("三(一)", "3-1", TaskOrigin.PERSON)
    assert plan.text[made.body_start : made.body_end].startswith("各级政府")
    assert [(duty.organisation.name, duty.role) for duty in made.duties.all()] == [("青岛市科协", DutyRole.SOLE)]
    overview = plan_overview(plan, DAY)
    assert (overview.tasks, [row.task for row in overview.own]) == (3, [made])
    with pytest.raises(DecisionInvalid, match="已经是一项任务"):
        make_task(
            plan.pk, section_id=section.pk, title="再来", organisations=[body("青岛市科协")], reason="再", actor=office
        )


def test_a_sentence_becomes_a_task_and_may_get_a_lead(plan, office):
    start = plan.text.index("定期研究重大问题")
    bodies = [body("青岛市科协"), body("青岛市教育局")]
    made = make_task(
        plan.pk,
        span=(start, start + 9),
        title="定期研究重大问题",
        organisations=bodies,
        reason="要定期",
        actor=office,
    )

    assert (made.code, made.slug, made.section.title) == ("三(一)补1", "3-1-s1", "加强领导")
    assert plan.text[made.start : made.end] == "定期研究重大问题。"
    decide_lead(made.pk, bodies[1], actor=office, reason="由它召集")
    assert made.duties.get(organisation=bodies[1]).role == DutyRole.LEAD
    assert Decision.objects.filter(task=made).count() == 2


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"title": " "}, "题目"),
        ({"organisations": []}, "责任单位"),
        ({"reason": ""}, "理由"),
        ({"span": (5, 5)}, "选一段话"),
        ({"span": (-3, 5)}, "选一段话"),
        ({"span": (25, 90)}, "几个章节"),
    ],
)
def test_a_task_that_cannot_be_made_is_refused(plan, office, values, words):
    given = {
        "span": (30, 36),
        "title": "试",
        "organisations": [body("青岛市科协")],
        "reason": "试",
        **values,
    }
    with pytest.raises(DecisionInvalid, match=words):
        make_task(plan.pk, actor=office, **given)
    assert not Task.objects.filter(origin=TaskOrigin.PERSON).exists()


# --- what all have in common ---


def acts(plan: Plan, actor: Any) -> list[Any]:
    """Every act of the leading office."""
    set_milestones(task("二(二)").pk, STEPS, actor=None)
    choose_evidence("community_venues", task_id=task("二(二)").pk, actor=None)
    row, step = Evidence.objects.get(), Milestone.objects.all()[0]
    say = {"actor": actor, "reason": "试"}
    return [
        lambda: decide_lead(task("二(一)").pk, body("青岛市科协"), **say),
        lambda: choose_evidence("lectures", task_id=task("二(一)").pk, **say),
        lambda: choose_evidence("lectures", target_id=target("讲座").pk, **say),
        lambda: drop_evidence(row.pk, **say),
        lambda: decide_meaning(target("科普课").pk, Meaning("year"), **say),
        lambda: set_milestones(task("二(一)").pk, STEPS, **say),
        lambda: complete_milestone(step.pk, actor=actor, done_on=date(2024, 3, 1)),
        lambda: reopen_milestone(step.pk, **say),
        lambda: make_task(plan.pk, span=(30, 36), title="试", organisations=[body("青岛市科协")], **say),
    ]


@pytest.mark.parametrize("role", ["district_officer", "reviewer", "auditor", "administrator", ""])
def test_who_has_no_say_decides_nothing(plan, role):
    person = PersonFactory(
        role=role, organisation=body("青岛市科协"), region=RegionFactory(code="370202", parent=city_region())
    )
    for act in acts(plan, person):
        with pytest.raises(NotAllowed):
            act()
    assert Decision.objects.count() == 2


def test_an_office_of_another_city_decides_nothing(plan):
    person = PersonFactory(role="leading_office", region=RegionFactory(code="3706", name="烟台市"))
    with pytest.raises(NotAllowed):
        decide_lead(task("二(一)").pk, body("青岛市科协"), actor=person, reason="试")


def test_nothing_is_decided_about_a_closed_plan(plan, office):
    tried = acts(plan, office)
    Plan.objects.update(state=PlanState.CLOSED)
    for act in tried:
        with pytest.raises(PlanClosed, match="已收官"):
            act()
    assert Decision.objects.count() == 2


def test_a_decision_is_told_to_the_rooms_above(plan, office, monkeypatch):
    heard: list[PlanDecided] = []
    monkeypatch.setattr("kepu.foundation.events._subscribers", {PlanDecided: list(subscribers_of(PlanDecided))})
    subscribe(PlanDecided)(heard.append)
    decision = decide_lead(task("二(一)").pk, body("青岛市科协"), actor=office, reason="试")
    assert heard == [PlanDecided(plan.pk, decision.pk, "lead", task("二(一)").pk)]


def test_the_to_do_tells_what_is_open_and_closes_by_itself(plan, office):
    key = f"plan.undecided:{plan.pk}"
    assert Todo.objects.get(key=key).reason == (
        "1 项任务没有数字，也没有指标或节点，2 个目标的口径、期限或基期未定，3 个目标没有依据，"
        "1 项多单位任务没有牵头单位；都要由人来定。"
    )

    choose_evidence("community_venues", task_id=task("二(二)").pk, actor=office)
    choose_evidence("lectures", target_id=target("讲座").pk, actor=office)
    choose_evidence("science_lessons", target_id=target("科普课").pk, actor=office)
    choose_evidence("literate_share", target_id=target("科学素质").pk, actor=office)
    decide_meaning(target("科普课").pk, Meaning("year"), actor=office, reason="每年百场")
    assert Todo.objects.get(key=key).reason.startswith("1 个目标的口径、期限或基期未定")
    assert Todo.objects.get(key=key).closed_on is None

    decide_meaning(target("科学素质").pk, Meaning("state", None, Decimal("14.3"), 2020), actor=office, reason="基期")
    assert Todo.objects.get(key=key).closed_on == DAY

    drop_evidence(Evidence.objects.get(task=task("二(二)")).pk, actor=office, reason="口径不合")
    assert Todo.objects.get(key=key, closed_on=None).reason.startswith("1 项任务")
    assert Duty.objects.count() == 5
