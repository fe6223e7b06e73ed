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
from kepu.outreach.requests.services import bring_orders
from tests.factories import PersonFactory
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
