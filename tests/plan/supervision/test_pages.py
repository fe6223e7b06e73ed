"""The pages of supervision: who sees what, what is on them, and that nothing typed is lost."""

import re
from datetime import date
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from kepu.directory.register.choices import Role
from kepu.directory.register.models import RoleAssignment
from kepu.foundation.clock import fixed
from kepu.plan.supervision.models import SupervisionNotice
from kepu.plan.supervision.queries import public_panel
from kepu.plan.supervision.services import return_notice, strike_notice, withdraw_notice
from tests.factories import OrganisationFactory, PersonFactory
from tests.kept import kept
from tests.plan.supervision.scenes import MONDAY, Scene, fresh, kinds
from tests.plan.worlds import DAY, put

pytestmark = pytest.mark.django_db

FEEDBACK = {"cause": "师资不足。", "measures": "办两期培训班。", "promised_on": "2024-12-20"}


@pytest.fixture(autouse=True)
def _monday():
    with fixed(MONDAY):
        yield


_built, scene = kept(Scene)


def text(answer):
    return answer.content.decode()


def desk(client, **asked):
    return client.get(reverse("supervision:desk"), asked, headers={"HX-Request": "true"})


def at(name, notice):
    return reverse(f"supervision:{name}", args=[notice.pk])


# --- the list ---


def test_the_office_sees_proposals_and_issues_several_at_once(client, scene):
    client.force_login(scene.office)
    page = text(client.get(reverse("supervision:desk")))
    assert "5 件待下发" in page
    assert page.count('name="notices"') == 5
    chosen = [scene.draft().pk, scene.draft("二(一)4").pk]

    answer = client.post(reverse("supervision:issue_several"), {"notices": [*chosen, "x", "9" * 30]}, follow=True)

    assert "下发了 2 件督办" in text(answer)
    assert SupervisionNotice.objects.filter(state="issued").count() == 2
    answer = client.post(reverse("supervision:issue_several"), {"notices": chosen}, follow=True)
    assert text(answer).count("现在是“已下发，待签收”") == 2
    answer = client.post(reverse("supervision:issue_several"), {}, follow=True)
    assert "还没有选" in text(answer)


def test_what_waits_for_the_office_stands_on_top(client, scene):
    client.force_login(scene.office)
    scene.answered("二(一)4")
    scene.issued()

    rows = text(desk(client))

    assert rows.index("办好大集") < rows.index("改进教材") < rows.index("培训辅导员")


@pytest.mark.parametrize(
    ("asked", "shown", "hidden"),
    [
        ({"state": "drafted"}, ["办好大集"], ["培训辅导员", "改进教材"]),
        ({"state": "struck"}, ["改进教材"], ["培训辅导员", "办好大集"]),
        ({"state": "all"}, ["改进教材", "培训辅导员", "办好大集"], []),
        ({}, ["培训辅导员", "办好大集"], ["改进教材"]),
        ({"colour": "yellow"}, ["培训辅导员"], ["办好大集"]),
        ({"late": "on"}, ["没有这样的督办"], ["培训辅导员"]),
        ({"state": "nonsense", "colour": "nonsense", "body": "x"}, ["培训辅导员"], ["改进教材"]),
    ],
)
def test_the_list_is_filtered(client, scene, asked, shown, hidden):
    strike_notice(scene.answered("二(一)4").pk, actor=scene.office)
    scene.issued()
    client.force_login(scene.office)

    rows = text(desk(client, **asked))

    assert all(title in rows for title in shown)
    assert not any(title in rows for title in hidden)


def test_the_list_is_filtered_by_body_and_lateness(client, scene):
    scene.issued()
    client.force_login(scene.office)
    assert "办好大集" not in text(desk(client, body=scene.bureau.pk))
    with fixed(date(2024, 10, 14)):
        rows = text(desk(client, late="on"))
    assert "培训辅导员" in rows
    assert "逾期未反馈" in rows


def test_a_liaison_sees_the_own_bodies_notices_that_are_out(client, scene):
    notice = scene.issued()
    client.force_login(scene.liaison)

    rows = text(desk(client, state="all"))

    assert "培训辅导员" in rows
    assert "改进教材" not in rows
    assert "待下发" not in rows
    assert client.get(at("notice", notice)).status_code == 200
    assert client.get(at("notice", scene.draft("二(一)4"))).status_code == 404


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.AUDITOR])
def test_reviewers_and_auditors_read_what_is_out_and_do_nothing(client, scene, role):
    notice = scene.answered()
    client.force_login(scene.someone(role))

    assert "培训辅导员" in text(desk(client))
    assert "改进教材" not in text(desk(client))
    page = text(client.get(at("notice", notice)))
    assert "<form" not in page.split('id="main"')[1]
    assert client.post(at("strike", notice)).status_code == 403
    assert client.get(at("notice", scene.draft("二(一)4"))).status_code == 404


def test_a_district_officer_sees_the_bodies_of_the_district(client, scene):
    notice = scene.issued()
    client.force_login(scene.someone(Role.DISTRICT_OFFICER))
    assert client.get(at("notice", notice)).status_code == 404

    scene.bureau.region = scene.world.city.south
    scene.bureau.save()
    assert client.get(at("notice", notice)).status_code == 200
    assert client.post(at("sign", notice)).status_code == 403


def test_a_liaison_of_another_body_finds_nothing(client, scene):
    notice = scene.issued()
    client.force_login(PersonFactory(role=Role.LIAISON, organisation=OrganisationFactory()))

    assert "没有您的督办" in text(desk(client))
    assert client.get(at("notice", notice)).status_code == 404


def test_the_list_takes_the_same_questions_for_one_notice_and_for_many(client, scene):
    client.force_login(scene.office)
    SupervisionNotice.objects.exclude(pk=scene.draft().pk).update(state="dropped", closed_on=MONDAY)
    desk(client)
    with CaptureQueriesContext(connection) as few:
        desk(client)
    SupervisionNotice.objects.update(state="drafted", closed_on=None)

    with CaptureQueriesContext(connection) as many:
        rows = text(desk(client))

    assert rows.count('name="notices"') == 5
    assert len(many) == len(few) <= 16


def test_the_empty_desk_says_what_to_do(client):
    SupervisionNotice.objects.all().delete()
    client.force_login(PersonFactory(role=Role.LEADING_OFFICE))

    assert "还没有督办" in text(desk(client))


def test_the_table_to_take_away_holds_what_the_list_shows_and_no_person(client, scene):
    notice = scene.answered()
    client.force_login(scene.office)

    table = text(client.get(reverse("supervision:export", args=["csv"])))
    assert "督〔2024〕1号" in table
    assert "含演示数据" in table.splitlines()[0]
    assert scene.liaison.name not in table

    answer = client.get(reverse("supervision:export", args=["xlsx"]), {"state": "answered"})
    sheet = load_workbook(BytesIO(answer.content)).active
    rows = list(sheet.values)
    assert len(rows) == 3
    assert rows[2][0] == notice.public_number
    assert client.get(reverse("supervision:export", args=["pdf"])).status_code == 404


# --- one notice ---


def test_the_page_leads_from_the_proposal_to_the_striking_off(client, scene):
    notice = scene.draft()
    client.force_login(scene.office)
    assert "下发给这个单位" in text(client.get(at("notice", notice)))
    answer = client.post(at("issue", notice), {"colour": "yellow", "demand": "请说明原因。"}, follow=True)
    assert "请说明原因。" in text(answer)

    client.force_login(scene.liaison)
    page = text(client.get(at("notice", notice)))
    assert "签收" in page
    assert "送办公室复核" in page
    assert "销号</button>" not in page
    client.post(at("sign", notice))
    answer = client.post(at("answer", notice), FEEDBACK, follow=True)
    assert "已反馈，等办公室复核" in text(answer)

    client.force_login(scene.office)
    assert "办两期培训班。" in text(client.get(at("notice", notice)))
    answer = client.post(at("strike", notice), {"text": "可行"}, follow=True)
    assert "已销号" in text(answer)
    assert kinds(notice) == ["proposed", "issued", "signed", "answered", "struck"]
    assert scene.liaison.name not in text(answer)


def test_who_comes_second_is_told_and_keeps_what_was_typed(client, scene):
    notice = scene.answered()
    client.force_login(scene.liaison)

    answer = client.post(at("answer", notice), FEEDBACK | {"cause": "另一位同事也写了。"})

    assert answer.status_code == 409
    page = text(answer)
    assert "现在是“已反馈，待复核”" in page
    assert "另一位同事也写了。" in page
    assert "办两期培训班。" in page


def test_a_refused_answer_stands_in_the_form_with_its_error(client, scene):
    notice = scene.issued()
    client.force_login(scene.liaison)

    answer = client.post(at("answer", notice), FEEDBACK | {"measures": "请打13800138000", "promised_on": "2024-09-01"})
    assert answer.status_code == 400
    assert "请打13800138000" in text(answer)
    assert "里面像有手机号" in text(answer)
    assert client.post(at("answer", notice), {"cause": "甲"}).status_code == 422
    answer = client.post(at("answer", notice), FEEDBACK | {"cause": "长" * 100_000})
    assert "写了 100000 字，最多 2000 字" in text(answer)
    assert fresh(notice).state == "issued"


def test_script_in_a_field_is_shown_as_text(client, scene):
    notice = scene.issued()
    client.force_login(scene.liaison)

    page = text(client.post(at("answer", notice), FEEDBACK | {"cause": "<script>alert(1)</script>"}, follow=True))

    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_the_office_sees_why_it_does_not_review_the_own_body(client, scene):
    notice = scene.answered()
    person = PersonFactory(role=Role.LIAISON, organisation=scene.bureau)
    RoleAssignment.objects.create(person=person, role=Role.LEADING_OFFICE, starts_on=date(2020, 1, 1))
    client.force_login(person)

    assert "不能自己复核" in text(client.get(at("notice", notice)))
    answer = client.post(at("strike", notice), {"text": "我看行"})
    assert answer.status_code == 403
    assert "我看行" in text(answer)
    assert fresh(notice).state == "answered"


def test_a_notice_whose_matter_is_better_says_so(client, scene):
    notice = scene.issued()
    client.force_login(scene.office)
    assert "现在的情况已经不要求督办" not in text(client.get(at("notice", notice)))

    put(scene.world.city, DAY, "counsellors_trained", 100, audience="youth", region="3702")
    assert "现在的情况已经不要求督办" in text(client.get(at("notice", notice)))


# --- by hand ---


def test_the_office_issues_by_hand_from_a_task(client, scene):
    task = scene.world.task("二(一)1")
    address = reverse("supervision:by_hand", args=[scene.world.plan.slug, task.slug])
    client.force_login(scene.office)
    assert f'href="{address}"' in text(client.get(reverse("plan:desk_task", args=[scene.world.plan.slug, task.slug])))

    answer = client.post(address, {"bodies": [scene.bureau.pk], "colour": "blue"})
    assert answer.status_code == 422
    answer = client.post(address, {"bodies": [scene.bureau.pk], "colour": "blue", "demand": "请报计划。"}, follow=True)
    assert "督〔2024〕1号" in text(answer)
    answer = client.post(address, {"bodies": [scene.bureau.pk], "colour": "blue", "demand": "再报一次。"})
    assert answer.status_code == 409
    assert "再报一次。" in text(answer)
    answer = client.post(
        address, {"bodies": [scene.association.pk], "colour": "red", "demand": "请报计划。"}, follow=True
    )
    assert answer.redirect_chain


# --- on the pages of a task ---


def task_page(client, scene, code="二(一)3", **asked):
    return text(client.get(reverse("plan:task", args=[scene.world.plan.slug, scene.world.task(code).slug]), asked))


def test_the_public_sees_what_is_out_and_the_answer_once_it_was_reviewed(client, scene):
    assert "督〔2024〕" not in task_page(client, scene)
    notice = scene.answered()

    page = task_page(client, scene)
    assert "督〔2024〕1号" in page
    assert "黄色督办" in page
    assert "已反馈，待复核" in page
    assert "演示数据" in page
    assert "培训师资不足。" not in page

    strike_notice(notice.pk, actor=scene.office, text="内部意见")
    page = task_page(client, scene)
    assert "培训师资不足。" in page
    assert "1 件已销号" in page
    assert "内部意见" not in page
    assert scene.liaison.name not in page
    assert scene.office.name not in page


def test_the_public_never_sees_a_returned_answer_a_reason_or_a_demand(client, scene):
    notice = scene.answered()
    return_notice(notice.pk, reason="写得太空。", actor=scene.office)
    withdraw_notice(notice.pk, reason="另行处理。", actor=scene.office)

    page = task_page(client, scene)

    assert "已撤回" in page
    assert not any(words in page for words in ("培训师资不足。", "写得太空。", "另行处理。"))


def test_the_public_page_of_an_earlier_day_shows_the_notice_as_it_stood(client, scene):
    notice = scene.issued()
    with fixed(date(2024, 10, 18)):
        scene.answer(notice)
        strike_notice(notice.pk, actor=scene.office)

        assert "督〔2024〕1号" not in task_page(client, scene, day="2024-09-20")
        page = task_page(client, scene, day="2024-09-25")
        assert "已下发，待签收" in page
        assert "应在 2024-10-11 前反馈" in page
        assert "逾期未反馈" in task_page(client, scene, day="2024-10-14")
        assert "已销号" in task_page(client, scene)


def test_the_desk_page_of_a_task_leads_only_to_what_its_reader_may_open(client, scene):
    notice = scene.issued()
    address = reverse("plan:desk_task", args=[scene.world.plan.slug, notice.task.slug])
    client.force_login(scene.office)
    assert at("notice", notice) in text(client.get(address))

    client.force_login(scene.someone(Role.DISTRICT_OFFICER))
    page = text(client.get(address))
    assert at("notice", notice) not in page
    assert "下发督办" not in page


def test_a_public_task_without_notices_asks_one_question_more(client, scene):
    with CaptureQueriesContext(connection) as asked:
        assert public_panel(scene.world.task("二(一)1"), MONDAY) is None
    assert len(asked) <= 2


def test_proposals_on_one_task_stand_together(client, scene):
    client.force_login(scene.office)

    def groups_of(**asked):
        return client.get(reverse("supervision:desk"), asked).context["groups"]

    assert [(group.first.task.code, len(group.notices)) for group in groups_of()] == [
        ("二(一)4", 1),
        ("二(一)3", 1),
        ("二(二)2", 2),
        ("二(二)1", 1),
    ]
    assert not groups_of(late="on")
    assert not groups_of(state="struck")


def test_the_public_panel_speaks_english(client, scene):
    strike_notice(scene.answered().pk, actor=scene.office)
    client.cookies["django_language"] = "en"

    page = task_page(client, scene)

    panel = page[page.index('id="supervision-title"') :]
    panel = panel[: panel.index("</section>")]
    assert "Yellow notice" in panel
    assert "Struck off" in panel
    assert "Behind schedule" in panel
    spoken = re.sub(r'<(\w+) lang="zh-Hans">.*?</\1>', "", panel, flags=re.DOTALL)
    assert not re.search(r"[\u4e00-\u9fff]", spoken)
