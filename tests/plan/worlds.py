"""A live plan with a task in each of the seven states on one day, by decisions and facts that the services took."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.urls import reverse

from kepu.directory.register.models import Organisation, RegionPopulation
from kepu.foundation import clock
from kepu.ledger.models import Fact
from kepu.ledger.services import record_fact
from kepu.plan.tasks.models import Plan, Section, Task
from kepu.plan.tasks.services import (
    Meaning,
    WantedStep,
    choose_evidence,
    complete_milestone,
    decide_lead,
    decide_meaning,
    load_plan,
    make_task,
    set_milestones,
)
from tests.ledger.factories import City, draft, make_city

DAY = date(2024, 9, 15)
EARLY = date(2022, 3, 1)
PROVENANCE = "示例文本，据甲文件所载事实改写，非原文"
TEXT = """青岛市科普行动方案（2021—2025年）

一、工作目标

到2025年，公民具备科学素质的比例达到18%。

二、提升行动

（一）青少年科学素质提升行动

1.办好讲堂。每年举办科普讲座20场以上。（市科协、市教育局按职责分工负责）

2.送课到校。科技工作者常到学校。（市教育局、市科协按职责分工负责）

3.培训辅导员。每年培训科技辅导员100人次以上。（市教育局按职责分工负责）

4.改进教材。分步修订校本教材。（市教育局负责）

（二）农民科学素质提升行动

1.办好大集。科普大集常办常新。（市科协按职责分工负责）

2.培训农民。让农民学到技术。（市科协、市教育局按职责分工负责）

3.移风易俗。倡导健康生活。（市科协按职责分工负责）

三、组织实施

（一）加强组织领导。各级政府重视科普。
"""
STATES = {
    "二(一)1": "kept",
    "二(一)2": "on_pace",
    "二(一)3": "behind",
    "二(一)4": "overdue",
    "二(二)1": "stale",
    "二(二)2": "silent",
    "二(二)3": "undecided",
}


@dataclass(frozen=True)
class World:
    """What the tests of pages name."""

    plan: Plan
    city: City
    own: Task

    @property
    def bureau(self) -> Organisation:
        return self.city.bureau

    def task(self, code: str) -> Task:
        return self.plan.tasks.get(code=code)


def put(city: City, day: date, indicator: str, quantity: object, **more: Any) -> Fact:
    """A fact, made up unless it says otherwise."""
    made_up = more.pop("is_demonstration", True)
    given = draft(indicator=indicator, occurred_on=day, quantity=Decimal(str(quantity)), **more)
    return record_fact(given, actor=city.officer, is_demonstration=made_up)


def published(city: City, year: int, value: object, **method: str) -> Fact:
    """A published share of literate citizens."""
    said = {"instrument": "工具甲", "cut": "70", "version": str(year)} | method
    return put(
        city, date(year, 12, 31), "literate_share", value, region="3702", method=said, source_ref=f"{year} 年公报",
        is_demonstration=False,
    )  # fmt: skip


def seven_states(*, is_demonstration: bool = True) -> World:
    """The world as of 2024-09-15; the clock must stand there."""
    city = make_city()
    for region, people in ((city.south, 486_643), (city.north, 1_096_879)):
        RegionPopulation.objects.create(
            region=region, counted_on=date(2020, 11, 1), people=people, source="第七次全国人口普查"
        )
    city.south.tile_row, city.south.tile_column = 1, 1
    city.north.tile_row, city.north.tile_column = 1, 2
    for district in (city.south, city.north):
        district.save()
    plan = load_plan(
        TEXT.encode(), "plan.txt", actor=None, region=city.city, slug="seven", provenance=PROVENANCE,
        is_demonstration=is_demonstration,
    )  # fmt: skip
    office = city.officer
    with clock.fixed(EARLY):
        own = _decide(plan, city)
    step = plan.tasks.get(code="二(一)4").milestones.get(title="第一册修订")
    with clock.fixed(date(2023, 5, 20)):
        complete_milestone(step.pk, done_on=date(2023, 5, 20), note="已付印", actor=office)
    _facts(city, is_demonstration=is_demonstration)
    return World(plan, city, own)


def _decide(plan: Plan, city: City) -> Task:
    office = city.officer
    tasks = {task.code: task for task in plan.tasks.all()}
    goal = plan.targets.get(task=None)
    meaning = Meaning(counts="state", due_on=date(2025, 12, 31), baseline=Decimal("14.30"), baseline_year=2020)
    decide_meaning(goal.pk, meaning, actor=office, reason="以 2020 年为基期")
    choose_evidence(
        "literate_share", target_id=goal.pk, region=city.city, expected_days=1900, actor=office, reason="公布的数"
    )
    for code, indicator in (("二(一)1", "lectures"), ("二(一)3", "counsellors_trained")):
        target = tasks[code].targets.get()
        choose_evidence(indicator, target_id=target.pk, actor=office, reason="以签到为准")
    for code, indicator in (("二(一)2", "school_talks"), ("二(二)1", "fairs"), ("二(二)2", "farmers_trained")):
        choose_evidence(indicator, task_id=tasks[code].pk, actor=office, reason="有就记")
    steps = [WantedStep("第一册修订", date(2023, 6, 30)), WantedStep("第二册修订", date(2024, 6, 30))]
    set_milestones(tasks["二(一)4"].pk, steps, actor=office, reason="分两步")
    decide_lead(tasks["二(一)2"].pk, city.bureau, actor=office, reason="分工会议明确")
    section = Section.objects.get(plan=plan, title="加强组织领导")
    return make_task(
        plan.pk, section_id=section.pk, title="加强组织领导", organisations=[city.office], actor=office,
        reason="要有人管",
    )  # fmt: skip


def _facts(city: City, *, is_demonstration: bool) -> None:
    def note(day: date, indicator: str, quantity: object, **more: Any) -> None:
        put(city, day, indicator, quantity, is_demonstration=is_demonstration, **more)

    note(date(2024, 3, 5), "lectures", 15, region="370202")
    note(date(2024, 8, 5), "lectures", 10, region="370203", organisation="市教育局")
    note(DAY - timedelta(days=10), "school_talks", 3, audience="youth", region="370202001")
    note(date(2024, 2, 1), "counsellors_trained", 20, audience="youth", region="3702")
    note(date(2024, 9, 1), "counsellors_trained", 10, audience="youth", region="3702")
    note(DAY - timedelta(days=120), "fairs", 2, audience="farmers", region="370203")
    published(city, 2015, "10.00")
    published(city, 2020, "14.30")


def public_pages(world: World) -> list[str]:
    """One address of every kind of public page."""
    slug = world.plan.slug
    return [
        reverse("portal:home"),
        reverse("plan:plan", args=[slug]),
        reverse("plan:task", args=[slug, world.task("二(一)3").slug]),
        reverse("plan:task", args=[slug, world.own.slug]),
        reverse("plan:bodies", args=[slug]),
        reverse("plan:body", args=[slug, world.bureau.pk]),
        reverse("plan:districts", args=[slug]),
        reverse("plan:district", args=[slug, "370202"]),
        reverse("portal:systems"),
        reverse("portal:about"),
    ]
