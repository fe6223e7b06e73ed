"""Orders by table and by API: all rows or none, the same again adds nothing, tokens with their scope."""

import json
from dataclasses import replace
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from kepu.directory.register.services import issue_token
from kepu.foundation.errors import NotAllowed
from kepu.foundation.sheets import RowsRefused, write_xlsx
from kepu.outreach.requests.models import Order
from kepu.outreach.requests.queries.sheets import orders_sheet
from kepu.outreach.requests.services import bring_orders, withdraw_standing
from tests.factories import PersonFactory
from tests.outreach.requests.test_standing import agreement, offered
from tests.outreach.requests.worlds import day

pytestmark = pytest.mark.django_db


def row(number=1, **more):
    given = {
        "topic": f"台风来了怎么办 {number}", "audience": "青少年", "people": 42, "accompanying": 4, "form": "讲座",
        "region": "370202", "place": "示例小学", "earliest": day(1), "latest": day(9), "half_days": "周一上午、周三下午",
        "body": "示例小学", "contact_phone": f"1390000{number:04d}",
    }  # fmt: skip
    return given | more


def table(*rows):
    book = BytesIO()
    write_xlsx(book, orders_sheet(), rows)
    return ContentFile(book.getvalue(), name="需求单.xlsx")


def test_a_table_asks_once_however_often_it_comes(world):
    assert world.district
    assert bring_orders(table(row(1), row(2)), actor=world.office) == (2, 0)
    assert bring_orders(table(row(1), row(2), row(3)), actor=world.office) == (1, 2)
    order = Order.objects.order_by("pk").first()
    assert (order.channel, order.audience, order.half_days, order.seats) == ("sheet", "youth", ["1a", "3p"], 46)
    with pytest.raises(NotAllowed):
        bring_orders(table(row(4)), actor=PersonFactory())


def test_one_wrong_row_and_none_is_taken(world):
    assert world.district
    wrong = [row(1), row(2, region="999999"), row(3, earliest=day(-3)), row(4, half_days="周八"), row(5, people=0)]
    with pytest.raises(RowsRefused) as refused:
        bring_orders(table(*wrong), actor=world.office)
    said = " ".join(str(error) for error in refused.value.errors)
    for words in ("没有这个代码的地区", "已经过去了", "读不懂"):
        assert words in said
    assert not Order.objects.exists()


def test_a_row_may_want_helpers_and_old_tables_need_no_new_columns(world):
    assert world.district
    old = BytesIO()
    sheet = orders_sheet()
    columns = tuple(one for one in sheet.columns if not one.name.startswith("helper"))
    write_xlsx(old, replace(sheet, columns=columns), [row(1)])
    assert bring_orders(ContentFile(old.getvalue(), name="需求单.xlsx"), actor=world.office) == (1, 0)
    assert bring_orders(table(row(1), row(2, helpers=2, helper_skill="手语")), actor=world.office) == (1, 1)
    order = Order.objects.get(helpers=2)
    assert (order.topic, order.helper_skill) == ("台风来了怎么办 2", "sign")
    with pytest.raises(RowsRefused) as refused:
        bring_orders(
            table(row(3, helpers=21), row(4, helpers=1, helper_skill="飞"), row(5, helper_skill="手语")),
            actor=world.office,
        )
    assert [(one.row, one.header) for one in refused.value.errors] == [
        (2, "要几名志愿者帮忙"), (3, "志愿者要会什么"), (4, "要几名志愿者帮忙"),
    ]  # fmt: skip


def test_the_page_says_which_rows_are_wrong_and_hands_out_the_template(client, world):
    assert world.district
    client.force_login(world.office)
    assert client.get(reverse("requests:bring_template")).status_code == 200
    answer = client.post(reverse("requests:bring"), {"file": table(row(1, region="9"))})
    assert answer.status_code in {400, 422}
    assert "没有这个代码的地区" in answer.content.decode()
    done = client.post(reverse("requests:bring"), {"file": table(row(1))}, follow=True)
    assert "新点了 1 单" in done.content.decode()


def send(client, token, **more):
    given = {
        "key": "甲-1", "topic": "台风来了怎么办", "form": "lecture", "audience": "youth", "region": "370202", "people": 42,
        "earliest": f"{day(1)}", "latest": f"{day(9)}", "place": "示例小学", "contact_phone": "13900000001",
        "body": "示例小学",
    }  # fmt: skip
    return client.post(
        "/api/requests/orders", json.dumps(given | more), content_type="application/json",
        headers={"authorization": f"Bearer {token}"},
    )  # fmt: skip


def test_another_system_asks_and_looks_how_far_it_is(client, world):
    assert world.district
    token = issue_token(world.office, name="示例平台", scopes=["requests:write", "requests:read"], actor=world.office)[
        1
    ]
    first = send(client, token)
    assert first.status_code == 201, first.content
    assert (send(client, token).status_code, Order.objects.count()) == (200, 1)
    assert send(client, token, key="甲-2").status_code == 409  # the same, by the same phone
    wrong = send(client, token, key="甲-3", topic="地震来了怎么办", earliest=f"{day(-1)}")
    assert (wrong.status_code, wrong.json()["code"]) == (409, "order_unfit")
    assert send(client, token, key="甲-4", region="9").json()["data"]["field"] == "region"
    assert send(client, token, key="甲-5", people=0).status_code == 422
    assert send(client, "kepu_x").status_code == 401

    headers = {"authorization": f"Bearer {token}"}
    seen = client.get("/api/requests/orders/甲-1", headers=headers).json()
    assert (seen["state"], seen["number"]) == ("asked", Order.objects.get().number)
    assert "1390000" not in json.dumps(seen)
    assert client.get("/api/requests/orders/乙", headers=headers).status_code == 404


def test_another_system_may_want_helpers(client, world):
    assert world.district
    token = issue_token(world.office, name="示例平台", scopes=["requests:write"], actor=world.office)[1]
    helped = {"key": "甲-6", "topic": "海啸来了怎么办", "helpers": 2, "helper_skill": "sign"}
    assert send(client, token, **helped).status_code == 201
    assert Order.objects.filter(helpers=2, helper_skill="sign").count() == 1
    for wrong, field in (({"helpers": 21}, "helpers"), ({"helper_skill": "flying"}, "helper_skill")):
        assert send(client, token, **(helped | {"key": "甲-7"} | wrong)).json()["data"]["field"] == field


def test_a_token_of_another_scope_or_owner_asks_for_nothing(client, world):
    assert world.district
    reader = issue_token(world.office, name="只读", scopes=["requests:read"], actor=world.office)[1]
    assert send(client, reader).status_code in {401, 403}
    assert not Order.objects.exists()


def refused(world, *rows):
    with pytest.raises(RowsRefused) as found:
        bring_orders(table(*rows), actor=world.office)
    return [str(error) for error in found.value.errors]


def test_a_table_orders_standing_offers_by_number_or_title_and_takes_their_form(world):
    talk, school = offered(world, half_days=("1a", "3p"), most_people=60), agreement(world)
    rows = [
        row(1, standing=str(talk.pk), form=None, half_days=None),
        row(2, standing="老科学家讲航天"),
        row(3, standing=school.title, standing_class="三年级 2 班"),
    ]
    assert bring_orders(table(*rows), actor=world.office) == (3, 0)
    assert bring_orders(table(*rows), actor=world.office) == (0, 3)
    first, second, third = Order.objects.order_by("pk")
    assert (first.standing, first.form, first.half_days) == (talk, talk.form, ["1a", "3p"])
    assert (second.standing, second.standing_class) == (talk, None)
    assert (third.standing, third.standing_class.name) == (school, "三年级 2 班")


@pytest.mark.parametrize(
    ("more", "header", "words"),
    [
        ({"standing": "没有这个"}, "常设项目", "没有编号或名称是“没有这个”"),
        ({"standing": "999999"}, "常设项目", "没有编号或名称是“999999”"),
        ({"standing": "一样的名称"}, "常设项目", "请写编号"),
        ({"standing_class": "三年级 1 班"}, "常设项目", "也要写是哪个常设项目"),
        ({"standing": "老科学家讲航天", "standing_class": "三年级 1 班"}, "班级", "只有馆校合作"),
        ({"standing": "老科学家讲航天", "form": "线上直播"}, "形式", "这个项目的形式是“讲座”"),
        ({"standing": "老科学家讲航天", "people": 47}, "多少人", "一次最多 50 人"),
        ({"standing": "老科学家讲航天", "half_days": "周二晚上"}, "方便的半天", "只在它写明的半天"),
        ({"standing": "老科学家讲航天", "latest": day(40), "earliest": day(31)}, "最晚哪天", "这个项目从"),
        ({"standing": "海洋馆和示例小学"}, "班级", "请选哪个班"),
        ({"standing": "海洋馆和示例小学", "standing_class": "四年级 1 班"}, "班级", "有：三年级 1 班、三年级 2 班"),
        (
            {"standing": "海洋馆和示例小学", "standing_class": "三年级 1 班", "visits": 3, "half_days": None},
            "次数",
            "还剩 4 课时",
        ),
        ({"standing": "海洋馆和示例小学", "standing_class": "三年级 1 班", "body": None}, "单位", "只有它能点"),
        ({"form": None}, "形式", "请选用什么形式"),
    ],
)
def test_a_row_that_does_not_keep_to_what_is_offered_says_so(world, more, header, words):
    offered(world, half_days=("1a", "3p"), last_day=day(35))
    offered(world, title="一样的名称")
    offered(world, title="一样的名称")
    agreement(world)
    (said,) = refused(world, row(1, contact_name="示例老师", **more))
    assert f"第 2 行“{header}”" in said
    assert words in said
    assert not Order.objects.exists()


def test_two_rows_of_a_class_share_its_lessons(world):
    school = agreement(world)
    rows = [row(n, standing=school.title, standing_class="三年级 1 班", visits=n) for n in (1, 2)]
    (said,) = refused(world, *rows)
    assert "第 3 行" in said
    assert "还剩 2 课时，这一单要 4 课时" in said


def test_what_is_no_longer_offered_can_not_be_ordered_by_name(world):
    gone = offered(world)
    withdraw_standing(gone.pk, actor=world.office)
    assert "现在能点的常设项目" in refused(world, row(1, standing=str(gone.pk)))[0]


def test_another_system_orders_standing_offers_too(client, world):
    talk, school = offered(world), agreement(world)
    token = issue_token(world.office, name="示例平台", scopes=["requests:write"], actor=world.office)[1]
    first = send(client, token, standing=str(talk.pk), form="")
    assert first.status_code == 201, first.content
    classed = {"standing": school.title, "standing_class": "三年级 1 班", "topic": "海洋馆的课"}
    assert send(client, token, key="甲-2", **classed).status_code == 201
    orders = list(Order.objects.order_by("pk").values_list("standing", "standing_class__name", "form"))
    assert orders == [(talk.pk, None, "lecture"), (school.pk, "三年级 1 班", "lecture")]
    for field, more in {
        "standing": {"standing": "没有这个"}, "standing_class": {"standing": school.title}, "people": {"standing": str(talk.pk), "people": 51},
        "form": {"form": ""},
    }.items():  # fmt: skip
        answer = send(client, token, key=f"乙-{field}", topic=f"地震来了怎么办 {field}", **more)
        assert (answer.status_code, answer.json()["data"].get("field")) == (409, field), answer.content
