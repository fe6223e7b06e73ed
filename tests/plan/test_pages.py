"""The public pages of a live plan, through their addresses: what is shown, why, as of any day, and for whom it counts."""

import csv
import re
from datetime import date
from html import unescape
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kepu.foundation import clock
from kepu.ledger.services import reverse_fact
from kepu.plan.tasks.choices import Status
from kepu.plan.tasks.models import Evidence, Task
from kepu.plan.tasks.services import decide_lead
from tests.factories import OrganisationFactory
from tests.kept import kept
from tests.plan.factories import small_plan
from tests.plan.worlds import DAY, EARLY, PROVENANCE, STATES, public_pages, published, put, seven_states

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day():
    with clock.fixed(DAY):
        yield


_built, world = kept(seven_states, on=DAY)


def words(answer) -> str:
    """The page without its tags, blanks as one."""
    page = re.sub(r"<(script|template)\b.*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def tight(answer) -> str:
    return re.sub(r"\s+", "", words(answer))


# All tasks.


def test_every_state_is_shown_with_its_sentence(client, world):
    page = tight(client.get(reverse("plan:plan", args=["seven"])))

    assert set(STATES.values()) == set(Status.values)
    for sentence in (
        "已兑现2024年应完成20场，已完成25场。",
        "按进度最近一次材料在2024-09-05；近92天进校园宣讲场次3场。",
        "落后2024年应完成100人次；到这一天按日历应到71人次，实到30人次，差41人次。",
        "逾期节点“第二册修订”应在2024-06-30以前完成，还没有完成。",
        "材料陈旧科普大集场次最近一次材料在2024-05-18，已120天没有新的（约定每92天一次）。",
        "无人报告台账里一条材料也没有；按约定每92天应有一次。",
        "待定标方案没有给出数字，要由具名的人选定指标或节点。",
    ):
        assert sentence in page


def test_the_picture_has_every_task_in_the_plans_order_and_what_persons_made_apart(client, world):
    page = client.get(reverse("portal:home")).content.decode()

    tiles = re.findall(r'class="sign tile sign-(\w+)" title="([^"：]+)：', page)
    assert [state for state, _title in tiles] == [*STATES.values(), "undecided"]
    assert tiles[-1][1] == "加强组织领导"
    assert "7 项任务一张图" in page
    assert "不计入 7 项" in page
    for state in Status.values:
        assert f"{reverse('plan:plan', args=['seven'])}?state={state}" in page


def test_another_day_gives_other_states_by_link_and_by_slider(client, world):
    address = reverse("plan:task", args=["seven", world.task("二(一)2").slug])
    start = date(2021, 1, 1)
    early = {"day": DAY, "was": DAY, "offset": (date(2024, 6, 1) - start).days}  # the slider moved, without script

    assert "verdict sign-on_pace" in client.get(address).content.decode()
    for asked in ({"day": "2024-06-01"}, early, early | {"day": "2024-06-01", "offset": 3}):
        page = client.get(address, asked).content.decode()
        assert "verdict sign-silent" in page
        assert 'value="2024-06-01"' in page
        assert f"{reverse('plan:plan', args=['seven'])}?day=2024-06-01" in page
    assert "verdict sign-on_pace" in client.get(address, {"day": "someday"}).content.decode()


def test_days_stay_within_the_plan_and_today(client, world):
    for asked, shown in (("1999-01-01", "2021-01-01"), ("2030-01-01", "2024-09-15")):
        page = client.get(reverse("portal:home"), {"day": asked}).content.decode()
        assert f'aria-valuetext="{shown}"' in page


def test_a_plan_past_its_period_shows_its_final_state(client, world):
    with clock.fixed(date(2026, 8, 1)):
        page = client.get(reverse("plan:plan", args=["seven"]))
        final = tight(page)
        last = tight(client.get(reverse("plan:plan", args=["seven"]), {"day": "2025-12-31"}))

    assert "规划期已于2025年底结束" in final
    assert "规划期已于2025年底结束" not in last
    states = r'class="state"><span class="sign sign-(\w+)'
    assert re.findall(states, page.content.decode()) == re.findall(states, page.content.decode())
    assert "还没有完成" in final


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({"state": "behind"}, {"培训辅导员"}),
        ({"state": "kept", "sort": "worst"}, {"办好讲堂"}),
        ({"district": "370202"}, {"送课到校"}),
        ({"district": "370203"}, {"办好讲堂"}),
        ({"state": "no-such", "body": "x", "district": "0", "sort": "?"}, {"办好讲堂", "移风易俗", "加强组织领导"}),
    ],
)
def test_the_list_is_filtered_and_what_cannot_be_read_asks_for_nothing(client, world, asked, shown):
    page = client.get(reverse("plan:plan", args=["seven"]), asked).content.decode()

    titles = set(re.findall(r"<strong>([^<]+)</strong></a> <small", page))
    assert shown <= titles
    assert len(shown) == 3 or shown == titles


def test_the_list_by_section_and_body_counts_what_it_shows(client, world):
    section, address = world.task("二(二)1").section_id, reverse("plan:plan", args=["seven"])

    of_section = client.get(address, {"section": section, "day": "2024-09-01"})
    of_body = client.get(address, {"body": world.bureau.pk})

    assert "3 项 方案共 7 项" in words(of_section)
    assert 'name="day" value="2024-09-01"' in of_section.content.decode()
    assert "5 项 方案共 7 项" in words(of_body)


def test_the_worst_comes_first_when_asked(client, world):
    page = client.get(reverse("plan:plan", args=["seven"]), {"sort": "worst"}).content.decode()

    assert re.findall(r'<li>\s*<span class="sign sign-(\w+)', page)[:3] == ["overdue", "behind", "silent"]


def test_an_empty_answer_says_what_to_do(client, world):
    page = client.get(reverse("plan:plan", args=["seven"]), {"state": "kept", "district": "370202"})

    assert "放宽一个条件" in words(page)


def test_the_table_to_take_away_is_marked_and_filtered(client, world):
    answer = client.get(reverse("plan:export", args=["seven"]), {"state": "kept", "day": "2024-09-14"})
    text = b"".join(answer.streaming_content).decode().removeprefix("\ufeff")
    rows = list(csv.reader(StringIO(text)))

    assert 'filename="seven-2024-09-14.csv"' in answer["Content-Disposition"]
    assert all(mark in rows[0][0] for mark in ("演示数据", PROVENANCE, "截至 2024-09-14"))
    assert rows[1][:2] == ["编号", "任务"]
    assert [(row[0], row[5], row[6]) for row in rows[2:]] == [
        ("二(一)1", "已兑现", "2024 年应完成 20 场，已完成 25 场。")
    ]


# One task.


def test_a_task_shows_promise_pace_and_the_facts_behind_it(client, world):
    answer = client.get(reverse("plan:task", args=["seven", world.task("二(一)3").slug]))
    page, said = answer.content.decode(), tight(answer)

    assert "<mark>每年培训科技辅导员100人次以上</mark>" in page
    assert "不少于100人次，每年" in said
    assert "完成30%；竖线是这一天按进度应完成的71%" in said
    assert 'width="30.00"' in page
    assert re.search(r'class="pace-today" x="70\.\d\d"', page)
    facts = re.findall(r'<th scope="row" role="rowheader" class="nowrap">([\d-]+)</th>', page)
    assert facts == ["2024-09-01", "2024-02-01"]
    assert "2024-0910" in said.replace("人次", "")  # the table beside the chart
    assert "&quot;2024-02&quot;, 20.0" in page  # the chart itself


def test_facts_after_the_day_are_not_known_yet(client, world):
    address = reverse("plan:task", args=["seven", world.task("二(一)3").slug])
    page = client.get(address, {"day": "2024-08-01"}).content.decode()

    assert re.findall(r'<th scope="row" role="rowheader" class="nowrap">([\d-]+)</th>', page) == ["2024-02-01"]
    assert "2024-09-01" not in page


def test_a_reversed_fact_and_its_reversal_are_both_told(client, world):
    fact = put(world.city, date(2024, 9, 2), "counsellors_trained", 5, audience="youth")
    reverse_fact(fact.pk, reason="重复", actor=world.city.officer)

    page = client.get(reverse("plan:task", args=["seven", world.task("二(一)3").slug])).content.decode()

    assert page.count("已冲正</small>") == 1
    assert page.count(">冲正</small>") == 1


def test_a_decided_lead_stands_beside_what_the_text_says(client, world):
    said = tight(client.get(reverse("plan:task", args=["seven", world.task("二(一)2").slug])))

    assert "青岛市教育局2022-03-01由领导小组办公室确定；文中写“共同负责”牵头" in said
    assert "理由：分工会议明确" in said
    assert "排在最前不等于牵头" not in said
    assert "排在最前不等于牵头" in tight(client.get(reverse("plan:task", args=["seven", world.task("二(二)2").slug])))


def test_a_lead_that_the_text_does_not_name_is_told_so(client, world):
    outsider = OrganisationFactory(name="青岛市示例局", short_name="市示例局")
    decide_lead(world.task("二(二)2").pk, outsider, actor=world.city.officer, reason="另有安排")

    said = tight(client.get(reverse("plan:task", args=["seven", world.task("二(二)2").slug])))

    assert "青岛市示例局2024-09-15由领导小组办公室确定；文中没有写它牵头" in said


def test_milestones_are_done_only_since_the_day_they_were_done(client, world):
    address = reverse("plan:task", args=["seven", world.task("二(一)4").slug])

    now, before = tight(client.get(address)), tight(client.get(address, {"day": "2023-05-19"}))

    assert "2023-05-20完成（期限2023-06-30）；已付印" in now
    assert "期限2024-06-30已过，还没有完成" in now
    assert "期限2023-06-30，还没有完成" in before
    assert "2023-05-20完成（期限" not in before


def test_a_task_that_a_person_made_says_so_and_neighbours_lead_on(client, world):
    page = client.get(reverse("plan:task", args=["seven", world.own.slug]), {"day": "2024-09-01"})

    assert "由人从条文设立的任务" in words(page)
    assert "还没有人定下怎样衡量" in words(page)
    before = reverse("plan:task", args=["seven", world.task("二(二)3").slug])
    assert f'rel="prev" href="{before}?day=2024-09-01"' in page.content.decode()
    assert 'rel="next"' not in page.content.decode()


def test_an_indicator_that_is_gone_is_named_instead_of_breaking_the_page(client, world):
    Evidence.objects.filter(indicator_code="fairs").update(indicator_code="no_such")

    assert "台账里没有指标“no_such”。" in words(
        client.get(reverse("plan:task", args=["seven", world.task("二(二)1").slug]))
    )


# Bodies and districts.


def test_bodies_are_listed_with_their_tasks_and_duties(client, world):
    said = words(client.get(reverse("plan:bodies", args=["seven"])))

    assert "2 个单位，方案写明的责任 10 项" in said
    assert "青岛市教育局 5 项任务，牵头或单独负责 3 项" in said


def test_a_body_shows_its_part_in_each_task(client, world):
    said = tight(client.get(reverse("plan:body", args=["seven", world.bureau.pk])))

    assert "在本方案中承担5项任务，牵头或单独负责3项" in said
    assert "近92天进校园宣讲场次3场。牵头" in said
    assert "还没有完成。单独负责" in said


def test_a_district_shows_what_was_recorded_there_and_nothing_else(client, world):
    south = tight(client.get(reverse("plan:district", args=["seven", "370202"])))
    north = tight(client.get(reverse("plan:district", args=["seven", "370203"]), {"day": "2024-08-31"}))

    assert "常住人口486,643人（2020-11-01）来源：第七次全国人口普查" in south
    assert "5项任务中，1项近期有记录" in south
    assert "科普讲座场次最近一次在2024-03-05，规划期以来15场近期没有" in south
    assert "进校园宣讲场次近期3场，规划期以来3场近期有记录" in south
    assert "培训科技辅导员人次还没有记录" in south  # what is recorded for the whole city belongs to no district
    assert "科普讲座场次近期10场，规划期以来10场近期有记录" in north


def test_districts_are_a_coverage_with_a_table_and_no_ranking(client, world):
    answer = client.get(reverse("plan:districts", args=["seven"]))
    said = words(answer)

    assert "2024-06-16 至 2024-09-15，5 项有台账指标的任务中" in said
    assert "市南区 1 20% 486,643 市北区 1 20% 1,096,879" in said  # in code order, whatever the figures
    assert "place-col-2 place-row-1" in answer.content.decode()
    assert "市南区：5 项任务中 1 项有记录" in unescape(answer.content.decode())


def test_what_is_not_there_is_not_found(client, world):
    for name, args in (("plan:district", ["seven", "999999"]), ("plan:district", ["none", "370202"])):
        assert client.get(reverse(name, args=args)).status_code == 404


# The one number.


def test_the_one_number_names_instrument_cut_and_version(client, world):
    answer = client.get(reverse("portal:home"))
    said = tight(answer)

    assert "14.30%到18%公民具备科学素质的比例" in re.sub(r"(%)(18)", r"\1到\2", said)
    assert "2020年公布的值与2025年的目标。测评工具：工具甲，划界70分，2020版。" in said
    assert "201510.00%工具甲，划界70分，2015版2015年公报" in said
    chart = unescape(re.search(r'data-module="portal/goal_chart" data-rows="([^"]+)"', answer.content.decode())[1])
    assert chart == '{"place": "青岛", "runs": [[[2015, 10.0, 0.0], [2020, 14.3, 0.0]]], "goal": [2025, 18.0]}'


def test_another_instrument_breaks_the_line_and_districts_and_reversals_stay_out(client, world):
    published(world.city, 2022, "21.5", instrument="工具乙", standard_error="0.8")
    wrong = published(world.city, 2023, "40")
    reverse_fact(wrong.pk, reason="抄错", actor=world.city.officer)
    put(
        world.city, date(2022, 12, 31), "literate_share", "30", region="370202",
        method={"instrument": "工具甲", "cut": "70", "version": "2022"},
    )  # fmt: skip

    page = unescape(client.get(reverse("portal:home")).content.decode())

    assert '"runs": [[[2015, 10.0, 0.0], [2020, 14.3, 0.0]], [[2022, 21.5, 0.8]]]' in page
    assert "测评工具或划界分数换了，线就断开" in page
    assert "21.50% ± 0.80%" in page


def test_a_plan_without_evidence_for_its_number_shows_the_goal_and_no_chart(client):
    small_plan()

    page = client.get(reverse("portal:home"))

    assert "台账里还没有公布的数值。" in words(page)
    assert 'data-module="portal/goal_chart"' not in page.content.decode()


# What changed lately.


def test_changes_tell_states_decisions_and_evidence(client, world):
    said = words(client.get(reverse("portal:home")))

    assert "由“按进度”变为“材料陈旧”。" in said  # the fairs: last on 2024-05-18
    assert "由“材料陈旧”变为“逾期”。" in said  # the second milestone
    assert "09-05 新材料： 进校园宣讲场次" in said
    assert "没有新的决定" not in said
    quiet = words(client.get(reverse("portal:home"), {"day": EARLY}))
    assert "设立任务" in quiet  # decided on that day
    assert "没有任务的状态变了。" in quiet


# Marks.


def test_every_page_says_what_is_made_up_and_no_original(client, world, settings):
    settings.KEPU_IS_DEMONSTRATION = True
    for path in public_pages(world):
        page = client.get(path).content.decode()
        assert "演示日期" in page, path
        assert PROVENANCE in page, path
        assert f"{reverse('portal:about')}#original" in page, path
        if path not in {reverse("portal:systems"), reverse("portal:about")} and world.own.slug not in path:
            assert 'class="made-up"' in page, path


# Few questions.


def asked(client, path: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_more_tasks_facts_and_districts_ask_no_more_questions(client, world):
    paths = [path for path in public_pages(world) if "/tasks/" not in path]
    paths += [reverse("plan:plan", args=["seven"]) + "?district=370202"]
    client.get(paths[0])  # what is looked up once for the process
    before = {path: asked(client, path) for path in paths}

    for number, task in enumerate(list(world.plan.tasks.filter(code__startswith="二(一)")) * 3):
        more = Task.objects.create(
            plan=world.plan, section=task.section, code=f"又{number}", slug=f"more-{number}", title=task.title,
            start=task.start, end=task.end, body_start=task.body_start, body_end=task.body_end, position=500 + number,
        )  # fmt: skip
        for duty in task.duties.all():
            more.duties.create(organisation=duty.organisation, printed_name=duty.printed_name)
        Evidence.objects.create(task=more, indicator_code="bases" if number % 2 else "public_events")
    put(world.city, date(2024, 9, 3), "public_events", 3)

    assert {path: asked(client, path) for path in paths} == before
    assert max(before.values()) <= 40


def test_a_task_page_asks_the_same_whatever_the_number_of_facts(client, world):
    path = reverse("plan:task", args=["seven", world.task("二(一)3").slug])
    client.get(path)
    before = asked(client, path)

    for day in range(1, 15):
        put(world.city, date(2024, 8, day), "counsellors_trained", 1, audience="youth")

    assert asked(client, path) == before
