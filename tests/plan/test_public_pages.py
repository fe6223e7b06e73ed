import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kepu.foundation.errors import NotAllowed
from kepu.plan.tasks.errors import PlanNotReady, PlanUnreadable
from kepu.plan.tasks.models import Duty, Plan, Target, Task
from kepu.plan.tasks.services import load_plan, task_slug
from tests.factories import PersonFactory, city_region
from tests.plan.factories import TEXT, small_plan

pytestmark = pytest.mark.django_db


def test_a_plan_goes_live_with_its_tasks_duties_and_targets():
    plan = small_plan()

    assert [task.code for task in plan.tasks.all()] == ["二(一)", "二(二)"]
    assert list(Duty.objects.order_by("task__position", "position").values_list("printed_name", "role")) == [
        ("市科协", "joint"),
        ("市教育局", "joint"),
        ("市科协", "sole"),
    ]
    assert [(int(target.value), target.unit, target.period) for target in Target.objects.all()] == [
        (18, "%", ""),
        (20, "场", "year"),
    ]
    assert plan.text[Task.objects.first().start :].startswith("（一）办好讲堂")


def test_a_plan_with_unknown_bodies_stays_out_and_nothing_is_stored():
    with pytest.raises(PlanNotReady) as refused:
        load_plan(TEXT.encode(), "x.txt", actor=None, region=city_region(), slug="x")

    assert refused.value.data["missing"] == ["市科协", "市教育局"]
    assert not Plan.objects.exists()


def test_only_the_leading_office_puts_a_plan_live():
    with pytest.raises(NotAllowed):
        load_plan(TEXT.encode(), "x.txt", actor=PersonFactory(role="auditor"), region=city_region(), slug="x")


def test_addresses_of_tasks_last():
    assert [task_slug(code, 1) for code in ("三(一)6", "五(三)", "第十二条")] == ["3-1-6", "5-3", "12"]


def test_a_task_shows_its_words_bodies_and_why_it_has_no_colour_yet(client):
    plan = small_plan()

    page = client.get(reverse("plan:task", args=[plan.slug, "2-1"])).content.decode()

    assert '<mark class="found-body">市科协</mark>' in page
    assert "还没有人选定用台账的哪个指标来衡量它。" in page
    assert "排在最前不等于牵头" in page
    assert "示例文本" in page


def test_a_task_or_body_that_is_not_there_is_not_found(client):
    plan = small_plan()

    assert client.get(reverse("plan:task", args=[plan.slug, "9-9"])).status_code == 404
    assert client.get(reverse("plan:body", args=[plan.slug, 999_999])).status_code == 404


def test_the_list_of_tasks_asks_few_questions(client, django_assert_max_num_queries):
    plan = small_plan()

    with django_assert_max_num_queries(12):
        client.get(reverse("plan:plan", args=[plan.slug]))


def test_the_third_door_reads_a_file_and_stores_nothing(client):
    upload = SimpleUploadedFile("方案.txt", TEXT.encode("gb18030"))

    page = client.post(reverse("plan:bring"), {"file": upload})

    assert page.status_code == 200
    assert "2 项任务" in page.content.decode()
    assert not Plan.objects.exists()


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "请选一个文件，或粘贴方案全文。"),
        ({"text": "今天天气很好。"}, "没有找到任务"),
    ],
)
def test_the_third_door_refuses_in_words_and_keeps_what_was_typed(client, sent, sentence):
    page = client.post(reverse("plan:bring"), sent)

    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert sent.get("text", "") in page.content.decode()


def test_a_picture_at_the_third_door_is_told_from_a_plan(client):
    picture = SimpleUploadedFile("plan.docx", b"\x89PNG\r\n\x1a\n" + b"0" * 64)

    page = client.post(reverse("plan:bring"), {"file": picture})

    assert page.status_code == 422
    assert "这是一张图片" in page.content.decode()


def test_what_is_no_plan_is_a_domain_error_for_every_door():
    with pytest.raises(PlanUnreadable) as refused:
        load_plan(b"", "x.txt", actor=None, region=city_region(), slug="x")

    assert refused.value.data["reason"] == "empty_file"
