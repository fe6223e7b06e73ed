"""The desk of a live plan: who sees what, filters, the table to take away, and deciding by forms."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from kepu.directory.register.choices import Role
from kepu.directory.todos.models import Todo
from kepu.foundation.clock import fixed
from kepu.ledger.services import FactDraft, record_fact
from kepu.plan.tasks.choices import PlanState
from kepu.plan.tasks.models import Decision, Duty, Evidence, Milestone, Plan, Target, Task
from kepu.plan.tasks.queries.making import places_of
from kepu.plan.tasks.services import (
    WantedStep,
    choose_evidence,
    complete_milestone,
    decide_lead,
    load_plan,
    make_task,
    set_milestones,
)
from tests.factories import OrganisationFactory, PersonFactory, RegionFactory, city_region
from tests.plan.test_decisions import TEXT

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
def office(client):
    person = PersonFactory(role=Role.LEADING_OFFICE)
    client.force_login(person)
    return person


def body(name):
    return OrganisationFactory(name=name)


def text(answer):
    return answer.content.decode()


def at(name, *more):
    return reverse(f"plan:{name}", args=["small", *more])


def enter(client, role, **more):
    person = PersonFactory(role=role, **more)
    client.force_login(person)
    return person


# --- the list ---


def test_what_is_undecided_comes_first(client, plan, office):
    choose_evidence("lectures", target_id=Target.objects.get(measure__contains="讲座").pk, actor=office)

    page = text(client.get(at("desk_plan"), headers={"HX-Request": "true"}))

    assert page.index("建设阵地") < page.index("办好课堂") < page.index("办好讲堂")
    assert "指标或节点未定" in page
    assert page.count("牵头未定") == 1  # one body alone, or a printed lead, leaves nothing open


def test_the_door_of_the_desk_leads_to_the_newest_plan(client, plan, office):
    assert "建设阵地" in text(client.get(reverse("plan:desk")))
    assert f'href="{reverse("plan:desk")}"' in text(client.get("/desk/"))


def test_without_a_plan_the_desk_says_what_to_do(client, office):
    page = text(client.get(reverse("plan:desk")))
    assert "还没有方案上线" in page
    assert reverse("plan:drafts") in page


@pytest.mark.parametrize(
    ("asked", "shown", "hidden"),
    [
        ({"state": "undecided"}, ["建设阵地", "办好课堂"], []),
        ({"state": "overdue"}, ["没有这样的任务"], ["建设阵地", "办好讲堂"]),
        ({"wants": "lead"}, ["办好讲堂"], ["建设阵地", "办好课堂"]),
        ({"wants": "open"}, ["建设阵地"], []),
        ({"wants": "made"}, ["没有这样的任务"], ["建设阵地"]),
        ({"wants": "nonsense", "state": "nonsense", "body": "x", "district": "y"}, ["建设阵地", "办好讲堂"], []),
    ],
)
def test_the_list_is_filtered(client, plan, office, asked, shown, hidden):
    rows = text(client.get(at("desk_plan"), asked, headers={"HX-Request": "true"}))
    assert all(title in rows for title in shown)
    assert not any(title in rows for title in hidden)


def test_the_list_is_filtered_by_body(client, plan, office):
    rows = text(client.get(at("desk_plan"), {"body": body("青岛市教育局").pk}, headers={"HX-Request": "true"}))
    assert "办好讲堂" in rows
    assert "建设阵地" not in rows


def test_a_liaison_sees_only_the_tasks_of_the_own_body(client, plan):
    enter(client, Role.LIAISON, organisation=body("青岛市教育局"))

    page = text(client.get(at("desk_plan")))

    assert "办好讲堂" in page
    assert "建设阵地" not in page
    assert client.get(at("desk_task", "2-1")).status_code == 200
    assert client.get(at("desk_task", "2-2")).status_code == 404
    assert "从条文设立任务" not in page
    assert "定牵头单位" not in text(client.get(at("desk_task", "2-1")))


def test_a_body_without_a_task_is_told_so(client, plan):
    enter(client, Role.LIAISON, organisation=body("青岛市财政局"))
    assert "没有您的任务" in text(client.get(at("desk_plan")))


def test_who_has_no_role_finds_no_desk(client, plan):
    enter(client, None)
    assert client.get(at("desk_plan")).status_code == 404


def test_a_district_officer_sees_what_the_own_district_gave(client, plan):
    district = RegionFactory(code="370202", name="市南区", short_name="市南", parent=city_region())
    other = RegionFactory(code="370203", name="市北区", short_name="市北", parent=city_region())
    for task, indicator in (("二(一)", "lectures"), ("二(二)", "public_events")):
        choose_evidence(indicator, task_id=Task.objects.get(code=task).pk, actor=None)
    record_fact(FactDraft("lectures", date(2024, 9, 1), district.code, "青岛市科协", Decimal(2)), actor=None)
    record_fact(FactDraft("public_events", date(2024, 9, 2), other.code, "青岛市科协", Decimal(2)), actor=None)
    enter(client, Role.DISTRICT_OFFICER, region=district)

    page = text(client.get(at("desk_plan")))
    assert "市南最近的材料 2024-09-01" in page
    assert "市南还没有材料" in page
    assert "2024-09-02" not in page.replace("最近一次材料在 2024-09-02", "")

    quiet = text(client.get(at("desk_plan"), {"district": district.code, "wants": "quiet"}))
    assert "建设阵地" in quiet
    assert "办好讲堂" not in quiet


def many_tasks(plan, office):
    start = plan.text.index("各级政府")
    for n in range(8):
        made = make_task(
            plan.pk,
            span=(start, start + 4 + n),
            title=f"任务{n}",
            organisations=[body("青岛市科协"), body("青岛市教育局")],
            reason="试",
            actor=office,
        )
        choose_evidence("lectures", task_id=made.pk, actor=office)
        set_milestones(made.pk, [WantedStep("第一步", date(2025, 1, 1))], actor=office)


def test_the_list_asks_as_many_questions_for_many_tasks_as_for_few(client, plan, office):
    district = RegionFactory(code="370202", name="市南区", parent=city_region())
    first = Task.objects.get(code="二(二)")
    choose_evidence("lectures", task_id=first.pk, actor=office)
    set_milestones(first.pk, [WantedStep("第一步", date(2025, 1, 1))], actor=office)
    addresses = (at("desk_plan"), at("desk_export", "csv"), at("make_task"), at("desk_task", "2-2"))

    def counted():
        found = []
        for address in addresses:
            with CaptureQueriesContext(connection) as asked:
                assert client.get(address, {"district": district.code}).status_code == 200
            found.append(len(asked))
        return found

    client.get(at("desk_plan"))
    few = counted()
    many_tasks(plan, office)
    assert counted() == few
    assert max(few) < 32


def test_the_table_can_be_taken_away(client, plan, office):
    decide_lead(Task.objects.get(code="二(一)").pk, body("青岛市教育局"), actor=office, reason="分工会议明确")

    answer = client.get(at("desk_export", "xlsx"), {"wants": "open"})

    assert "attachment" in answer["Content-Disposition"]
    sheet = load_workbook(BytesIO(answer.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert "截至 2024-09-15" in rows[0][0]
    assert rows[1][:5] == ["编号", "任务", "行动或工程", "状态", "理由"]
    assert {row[0] for row in rows[2:]} == {"二(一)", "二(二)", "二(三)"}
    lines = text(client.get(at("desk_export", "csv"))).splitlines()
    assert any("市教育局" in line and line.startswith("二(一)") for line in lines)
    assert client.get(at("desk_export", "pdf")).status_code == 404


def test_the_table_of_an_example_says_that_it_is_made_up(client, plan, office):
    Plan.objects.update(provenance="示例文本，非原文", is_demonstration=True)
    choose_evidence("lectures", task_id=Task.objects.get(code="二(二)").pk, actor=office)
    record_fact(
        FactDraft("lectures", date(2024, 9, 1), "3702", "青岛市科协", Decimal(2)), actor=None, is_demonstration=True
    )
    first = text(client.get(at("desk_export", "csv"))).splitlines()[0]
    assert "示例文本，非原文" in first
    assert "演示数据" in first


# --- deciding ---


def test_the_office_decides_a_lead_by_the_form_and_the_public_sees_it(client, plan, office):
    answer = client.post(
        at("decide_lead", "2-1"), {"organisation": body("青岛市教育局").pk, "reason": "分工会议明确"}, follow=True
    )

    assert answer.redirect_chain[-1][0] == at("desk_task", "2-1")
    assert "由市教育局牵头" in text(answer)
    assert "领导小组办公室" in text(answer)
    assert "分工会议明确" in text(answer)
    public = text(client.get(reverse("plan:task", args=["small", "2-1"])))
    assert "牵头" in public
    assert "方案没有指定牵头单位" not in public


def test_another_body_is_found_by_its_short_name(client, plan, office):
    page = {"organisation": "other", "other": "市财政局", "reason": "分工会议明确"}
    client.post(at("decide_lead", "2-1"), page)
    assert Duty.objects.get(role="lead", task__code="二(一)").organisation == body("青岛市财政局")


def test_what_cannot_be_is_told_at_its_field_and_what_was_typed_stays(client, plan, office):
    answer = client.post(at("decide_lead", "2-1"), {"organisation": "other", "other": "没有的局", "reason": "试试"})
    assert answer.status_code == 422
    assert "名录里没有这个单位" in text(answer)
    assert "没有的局" in text(answer)
    assert "试试" in text(answer)
    assert not Decision.objects.exists()


def test_a_state_is_shown_before_it_is_decided_and_nothing_is_stored(client, plan, office):
    address = at("choose_evidence", "2-2")
    typed = {"indicator": "lectures", "expected_days": "92", "preview": "1"}

    shown = text(client.post(address, typed, headers={"HX-Request": "true"}))

    assert "这样定，状态会是" in shown
    assert "无人报告" in shown
    assert "<html" not in shown
    assert not Evidence.objects.exists()
    assert not Decision.objects.exists()
    whole = text(client.post(address, typed))  # without script
    assert "这样定，状态会是" in whole
    assert "<html" in whole


def test_a_preview_tells_what_stands_in_the_way(client, plan, office):
    target = Target.objects.get(measure__contains="科普课")
    typed = {"counts": "total", "preview": "1"}
    shown = text(client.post(at("decide_meaning", target.pk), typed, headers={"HX-Request": "true"}))
    assert "方案没有写期限" in shown


def test_evidence_is_chosen_for_a_target_and_dropped_again(client, plan, office):
    target = Target.objects.get(measure__contains="讲座")
    typed = {"indicator": "lectures", "expected_days": "30", "audiences": ["youth"], "reason": "以场次为准"}
    answer = client.post(at("target_evidence", target.pk), typed, follow=True)
    assert answer.redirect_chain[-1][0] == at("desk_target", target.pk)
    row = Evidence.objects.get()
    assert (row.target, row.expected_days, row.audiences) == (target, 30, ["youth"])

    client.post(at("drop_evidence", row.pk), {"reason": "口径不合"})

    assert not Evidence.objects.exists()
    page = text(client.get(at("desk_target", target.pk)))
    assert "不再以" in page
    assert "以场次为准" in page


def test_only_fitting_indicators_are_offered(client, plan, office):
    percent = Target.objects.get(measure__contains="科学素质")
    page = text(client.get(at("target_evidence", percent.pk)))
    assert 'value="literate_share"' in page
    assert 'value="lectures"' not in page


def test_a_meaning_is_decided_with_points_of_its_own(client, plan, office):
    target = Target.objects.get(measure__contains="科普课")
    typed = {
        "counts": "total",
        "due_on": "2025-06-30",
        "pace": "2023-12-31 40%\n2024-12-31：80",
        "reason": "按期末累计",
    }
    client.post(at("decide_meaning", target.pk), typed)

    target.refresh_from_db()
    assert target.decided_pace == [["2023-12-31", "0.4"], ["2024-12-31", "0.8"]]
    again = text(client.get(at("decide_meaning", target.pk)))
    assert "2023-12-31 40%" in again
    assert "2024-12-31 80%" in again


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"pace": "明年 40%"}, "看不懂“明年 40%”"),
        ({"pace": "2023-02-30 40%"}, "看不懂"),
        ({"baseline": "很多"}, "不是一个数"),
        ({"reason": ""}, "理由"),
        ({"counts": ""}, "这个数字算的是什么"),
    ],
)
def test_a_meaning_that_cannot_be_read_is_told(client, plan, office, typed, words):
    target = Target.objects.get(measure__contains="科普课")
    given = {"counts": "total", "due_on": "2025-06-30", "reason": "试", **typed}
    answer = client.post(at("decide_meaning", target.pk), given)
    assert answer.status_code == 422
    assert words in text(answer)
    assert not Decision.objects.exists()


def steps(*rows, initial=0):
    typed = {"steps-TOTAL_FORMS": str(len(rows)), "steps-INITIAL_FORMS": str(initial), "reason": ""}
    for n, (pk, title, day) in enumerate(rows):
        typed |= {f"steps-{n}-pk": str(pk), f"steps-{n}-title": title, f"steps-{n}-due_on": day}
    return typed


def test_milestones_are_set_changed_and_completed_by_forms(client, plan, office):
    address = at("set_milestones", "2-2")
    client.post(address, steps(("", "方案印发", "2024-03-31"), ("", "平台上线", "2025-06-30"), ("", "", "")))
    assert list(Milestone.objects.values_list("title", flat=True)) == ["方案印发", "平台上线"]

    first, second = Milestone.objects.all()
    typed = steps((first.pk, "方案印发", "2024-04-30"), (second.pk, "", ""), initial=2)
    assert "请写明理由" in text(client.post(address, typed))
    client.post(address, typed | {"reason": "分两步走"})
    assert [(m.pk, m.due_on) for m in Milestone.objects.all()] == [(first.pk, date(2024, 4, 30))]

    enter(client, Role.LIAISON, organisation=body("青岛市科协"))
    assert "记为完成" in text(client.get(at("desk_task", "2-2")))
    answer = client.post(at("complete_milestone", first.pk), {"done_on": "2024-04-20", "note": "示例文号"}, follow=True)
    assert "市科协联络员" in text(answer)
    late = client.post(at("complete_milestone", first.pk), {"done_on": "2024-04-20"})
    assert "已在 2024-04-20 完成" in text(late)


def test_a_step_needs_a_name_and_a_day(client, plan, office):
    answer = client.post(at("set_milestones", "2-2"), steps(("", "方案印发", ""), ("", "", "2025-06-30")))
    assert answer.status_code == 422
    assert "请填应完成的日期" in text(answer)
    assert "请给这个节点一个名称" in text(answer)


def test_the_office_takes_a_completion_back(client, plan, office):
    set_milestones(Task.objects.get(code="二(二)").pk, [WantedStep("方案印发", date(2024, 3, 31))], actor=office)
    step = Milestone.objects.get()
    complete_milestone(step.pk, done_on=date(2024, 3, 1), actor=office)
    client.post(at("reopen_milestone", step.pk), {"reason": "记错了任务"})
    step.refresh_from_db()
    assert step.done_on is None


def test_a_sentence_is_made_a_task(client, plan, office):
    page = text(client.get(at("make_task")))
    start = plan.text.index("定期研究重大问题")
    link = f"?start={start}&amp;end={start + 9}"
    assert link in page

    form = client.get(at("make_task"), {"start": start, "end": start + 9})
    assert 'value="定期研究重大问题"' in text(form)
    typed = {"title": "定期研究", "organisations": [body("青岛市科协").pk], "other": "市财政局", "reason": "要定期"}
    answer = client.post(f"{at('make_task')}?start={start}&end={start + 9}", typed, follow=True)

    assert answer.redirect_chain[-1][0] == at("desk_task", "3-1-s1")
    assert "由人设立，不计入方案的任务数" in text(answer)
    assert Task.objects.get(code="三(一)补1").duties.count() == 2
    assert "已是任务 三(一)补1" in text(client.get(at("make_task")))


def test_a_task_needs_a_body(client, plan, office):
    section = plan.sections.get(title="加强领导")
    answer = client.post(f"{at('make_task')}?section={section.pk}", {"title": "加强领导", "reason": "要有人管"})
    assert answer.status_code == 422
    assert "请至少选一个责任单位" in text(answer)


def test_a_place_is_cut_into_its_own_sentences(plan):
    places = {place.section.title: place for place in places_of(plan)}
    assert [words.text for words in places["加强领导"].sentences][-2:] == [
        "各级政府把科普列入议事日程。",
        "定期研究重大问题。",
    ]
    for place in places.values():
        for words in place.sentences:
            assert plan.text[words.start : words.end] == words.text


def test_a_closed_plan_shows_no_way_to_decide(client, plan, office):
    set_milestones(Task.objects.get(code="二(二)").pk, [WantedStep("方案印发", date(2024, 3, 31))], actor=office)
    Plan.objects.update(state=PlanState.CLOSED)
    page = text(client.get(at("desk_task", "2-2")))
    assert at("set_milestones", "2-2") not in page
    assert at("complete_milestone", Milestone.objects.get().pk) not in page
    assert client.get(at("set_milestones", "2-2")).status_code == 404
    assert client.post(at("complete_milestone", Milestone.objects.get().pk), {}).status_code == 404


def test_an_example_is_never_called_the_original(client, plan, office):
    Plan.objects.update(provenance="示例文本，非原文")
    for name in ("desk_task", "decide_lead", "choose_evidence", "set_milestones"):
        page = text(client.get(at(name, "2-1")))
        assert "示例文本，非原文" in page
        assert "方案原文" not in page


def test_the_to_do_leads_to_the_desk(client, plan, office):
    assert Todo.objects.get(key=f"plan.undecided:{plan.pk}").url == at("desk_plan")
