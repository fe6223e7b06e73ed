"""One journey: a rubric that must add up, sheets given out, judged on a phone, read by the body, closed and published."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from kepu.plan.evaluation.models import Evaluation
from kepu.plan.evaluation.services import make_papers
from tests.browsing import check, quiet, sit_down
from tests.plan.evaluation.scenes import JUDGED_ON, UNTIL, Scene

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(live_server, settings):
    settings.KEPU_DEMONSTRATION_DAY = JUDGED_ON
    settings.KEPU_IS_DEMONSTRATION = True
    return live_server


@pytest.fixture
def quiet_page(page: Page):
    with quiet(page) as said:
        yield page
        said[:] = [one for one in said if "status of 4" not in one]  # a refusal is an answer, and the browser notes it


def test_an_evaluation_is_prepared_judged_read_and_published(quiet_page: Page, site):
    page, scene = quiet_page, Scene()
    prepared(page, site, scene)
    evaluation = Evaluation.objects.get()
    judged_on_a_phone(page, site, scene)
    read_by_the_body(page, site, scene)
    closed_and_published(page, site, scene, evaluation)

    evaluation.refresh_from_db()
    assert (evaluation.state, evaluation.frozen["result"]["judged"]) == ("published", 1)


def prepared(page: Page, site, scene: Scene) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    sit_down(page.context, site.url, scene.office)
    page.goto(site.url + reverse("evaluation:plan", args=[scene.world.plan.slug]))
    check(page, "empty")
    page.get_by_role("link", name="新的评估").first.click()
    page.get_by_label("名称").fill("中期评估")
    page.get_by_label("评估期从哪一天").fill("2024-01-01")
    page.get_by_label("到哪一天").fill(UNTIL.isoformat())
    check(page, "terms")
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("评分项").nth(0).fill("工作推进")
    page.get_by_label("权重").nth(0).fill("60")
    page.get_by_label("评分项").nth(1).fill("材料齐备")
    page.get_by_label("权重").nth(1).fill("30")
    page.get_by_role("button", name="存好评分标准").click()
    expect(page.get_by_text("合计")).not_to_have_count(0)
    expect(page.get_by_label("评分项").nth(1)).to_have_value("材料齐备")
    check(page, "unbalanced")
    page.get_by_label("权重").nth(1).fill("40")
    page.get_by_role("button", name="存好评分标准").click()
    expect(page.get_by_text("评分标准存好了，权重合计 100。")).to_be_visible()
    page.get_by_role("button", name="排评估表，开始评分").click()
    page.get_by_role("button", name="平均分给评估员").click()
    check(page, "given out")


def judged_on_a_phone(page: Page, site, scene: Scene) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    sheet = scene.sheet(Evaluation.objects.get())
    assert sheet.reviewer in {scene.reviewer, scene.second}
    sit_down(page.context, site.url, sheet.reviewer)
    page.goto(f"{site.url}/desk/")
    page.get_by_role("link", name="评分：中期评估").first.click()
    page.goto(site.url + reverse("evaluation:sheet", args=[sheet.pk]))
    page.get_by_label("工作推进（满分 60）").fill("50")
    page.get_by_label("材料齐备（满分 40）").fill("35")
    page.get_by_label("“材料齐备”的说明").fill("签到表齐全。")
    check(page, "sheet")
    page.get_by_role("button", name="提交评分").click()
    expect(page.get_by_text("已提交，事实和评分随表保存。")).to_be_visible()  # and the next sheet is there
    page.goto(site.url + reverse("evaluation:sheet", args=[sheet.pk]))
    expect(page.locator(".grade-good").first).to_have_text("良")
    check(page, "submitted")


def read_by_the_body(page: Page, site, scene: Scene) -> None:
    sit_down(page.context, site.url, scene.liaison)
    page.goto(f"{site.url}/desk/")
    page.get_by_role("link", name="看评估结果").first.click()
    page.get_by_role("link", name=scene.sheet(Evaluation.objects.get()).task.label).first.click()
    check(page, "read")
    page.get_by_role("button", name="没有意见").click()
    expect(page.get_by_role("button", name="没有意见")).to_have_count(0)


def closed_and_published(page: Page, site, scene: Scene, evaluation: Evaluation) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    sit_down(page.context, site.url, scene.office)
    page.goto(site.url + reverse("evaluation:evaluation", args=[evaluation.pk]))
    page.get_by_role("button", name="定稿并制成报告").click()
    expect(page.locator("#id_unjudged_reason_error")).to_contain_text("没评的不算进平均分")
    page.get_by_label("有没评的，为什么定稿").fill("试评一项。")
    page.get_by_role("button", name="定稿并制成报告").click()
    expect(page.get_by_text("已定稿，以后不再改动。")).to_be_visible()
    evaluation.refresh_from_db()
    make_papers(evaluation.pk, str(evaluation.progress_id))
    page.get_by_role("button", name="公布").click()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(site.url + reverse("plan:plan", args=[scene.world.plan.slug]))
    page.get_by_role("link", name="评估", exact=True).click()
    check(page, "public list")
    page.get_by_role("link", name="中期评估").first.click()
    expect(page.get_by_text("没评的不算在内，也不当作 0 分").first).to_be_visible()
    check(page, "public")
