"""The ledger for other systems: everyone reads series; a token writes what its owner may, once for each key."""

import json
from datetime import date, timedelta

import pytest
from django.test import Client

from kepu.directory.register.choices import Role, TokenScope
from kepu.directory.register.http import MOST_BAD_TRIES
from kepu.directory.register.models import ApiToken
from kepu.directory.register.services import issue_token, revoke_token
from kepu.foundation import clock
from kepu.ledger.models import Fact
from kepu.ledger.services import accept_facts_between, check_rollups, record_fact
from tests.factories import PersonFactory
from tests.ledger.factories import draft

FACTS = "/api/ledger/facts"
BATCH = "/api/ledger/facts/batch"


@pytest.fixture(autouse=True)
def _a_day():
    with clock.fixed(date(2024, 9, 15)):
        yield


class Caller:
    """Another system: no cookie, a token, JSON; a browser's CSRF rules are on and must not matter."""

    def __init__(self, owner, scopes=tuple(TokenScope.values)) -> None:
        self.token, self.secret = issue_token(owner, name="示例平台", scopes=scopes, actor=owner)
        self.client = Client(enforce_csrf_checks=True)

    def post(self, address, body, **more):
        content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        return self.client.post(address, content, content_type="application/json", headers=self.headers, **more)

    def get(self, address):
        return self.client.get(address, headers=self.headers)

    @property
    def headers(self):
        return {"Authorization": f"Bearer {self.secret}"}


@pytest.fixture
def caller(city):
    return Caller(PersonFactory(role=Role.LIAISON, organisation=city.bureau))


def fact(**values):
    given = {
        "key": "2024-0001",
        "indicator": "lectures",
        "occurred_on": "2024-05-01",
        "region": "370202",
        "organisation": "市教育局",
        "quantity": 2,
    }
    return given | values


# --- one fact ---------------------------------------------------------------------------------------------------------


def test_a_fact_is_recorded_in_the_name_of_the_tokens_owner(caller, city):
    answer = caller.post(
        FACTS, fact(people=80, audience="青少年", audience_tag="小学生", note="春", source_ref="教务 7")
    )

    stored = Fact.objects.get()
    assert answer.status_code == 201
    assert (stored.recorded_by, stored.source_kind, stored.source_ref) == (caller.token.owner, "api", "教务 7")
    assert (stored.region, stored.organisation, stored.people) == (city.south, city.bureau, 80)
    body = answer.json()
    assert body["id"] == str(stored.pk)
    assert (body["quantity"], body["unit"], body["region_code"]) == ("2", "场", "370202")
    assert (body["is_reversed"], body["is_demonstration"]) == (False, False)
    assert check_rollups().is_sound


def test_the_same_key_again_changes_nothing_even_with_a_renewed_token(caller):
    first = caller.post(FACTS, fact())
    again = caller.post(FACTS, fact())
    renewed = Caller(caller.token.owner).post(FACTS, fact())

    assert [answer.status_code for answer in (first, again, renewed)] == [201, 200, 200]
    assert first.json()["id"] == again.json()["id"] == renewed.json()["id"]
    assert Fact.objects.count() == 1


def test_a_key_never_names_two_facts(caller):
    caller.post(FACTS, fact())

    answer = caller.post(FACTS, fact(quantity=3))

    assert (answer.status_code, answer.json()["code"]) == (409, "fact_key_taken")
    assert "冲正" in answer.json()["message"]
    assert Fact.objects.count() == 1


def test_two_owners_may_use_the_same_key(caller, city):
    caller.post(FACTS, fact())

    assert Caller(city.officer).post(FACTS, fact()).status_code == 201
    assert Fact.objects.count() == 2


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"indicator": "nonsense"}, "indicator", "不在指标目录里"),
        ({"region": "市东区"}, "region", "没有“市东区”这个地区"),
        ({"organisation": "无此局"}, "organisation", "没有“无此局”这个单位"),
        ({"organisation": "市科协"}, "organisation", "您不能替这个单位"),
        ({"audience": "cats"}, "audience", "没有“cats”这一人群"),
        ({"quantity": -1}, "quantity", "负数"),
        ({"quantity": 1.5}, "quantity", "只收整数"),
        ({"people": -3}, "people", "人次是负数"),
        ({"occurred_on": "2024-09-16"}, "occurred_on", "还没到"),
        ({"occurred_on": "2020-01-01"}, "occurred_on", "不在规划的时段内"),
        ({"indicator": "elderly_reached"}, "method", "须注明测量方法"),
    ],
)
def test_a_broken_rule_is_told_as_a_sentence_with_its_field(caller, city, values, field, words):
    accept_facts_between(
        "plan:1", title="示例方案", since=date(2021, 1, 1), until=date(2025, 12, 31), actor=city.officer
    )

    answer = caller.post(FACTS, fact(**values))

    assert (answer.status_code, answer.json()["code"]) == (422, "fact_refused")
    assert [error["field"] for error in answer.json()["data"]["errors"]] == [field]
    assert words in answer.json()["message"]
    assert not Fact.objects.exists()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (fact(occurred_on="2024-13-01"), "“occurred_on”不是日期"),
        (fact(quantity="两场"), "“quantity”不是数"),
        (fact(people=1.5), "“people”不是数"),
        (fact(key=""), "“key”不能为空"),
        (fact(key="x" * 101), "“key”最多 100 个字"),
        (fact(note="长" * 501), "“note”最多 500 个字"),
        (fact(region=370202), "“region”应当是文字"),
        (fact(method="抽样"), "“method”应当是一个对象"),
        (fact(quantity_wan=1), "不认识“quantity_wan”"),
        ({name: value for name, value in fact().items() if name != "indicator"}, "缺少“indicator”"),
        ([1, 2], "应当是一个对象"),
        (b"", "缺少“正文”"),
        (b"{", "JSON"),
        ('{"note": "示'.encode("gb18030"), "JSON"),
    ],
)
def test_what_has_the_wrong_shape_is_told_in_chinese(caller, body, words):
    answer = caller.post(FACTS, body)

    assert answer.status_code in {400, 422}
    assert words in answer.json()["message"]
    assert set(answer.json()) == {"code", "message", "data"}
    assert not Fact.objects.exists()


# --- many -------------------------------------------------------------------------------------------------------------


def test_many_facts_are_recorded_all_or_none(caller):
    many = [fact(key=f"k{n}", occurred_on=f"2024-05-{n % 28 + 1:02}") for n in range(1000)]
    wrong = [*many[:5], fact(key="bad", region="市东区"), fact(key="worse", people=-1)]

    refused = caller.post(BATCH, {"facts": wrong})
    assert (refused.status_code, refused.json()["code"]) == (422, "load_refused")
    told = [(error["row"], error["field"]) for error in refused.json()["data"]["fields"]]
    assert told == [(6, "region"), (7, "people")]
    assert not Fact.objects.exists()

    assert caller.post(BATCH, {"facts": many}).json() == {"rows": 1000, "added": 1000, "present": 0}
    assert caller.post(BATCH, {"facts": many[:9]}).json() == {"rows": 9, "added": 0, "present": 9}
    assert caller.post(FACTS, many[0]).status_code == 200
    assert Fact.objects.filter(source_kind="api").count() == 1000
    assert check_rollups().is_sound


@pytest.mark.parametrize(
    ("facts", "words"),
    [([], "至少要有一条"), ([fact(key=str(n)) for n in range(1001)], "一次最多 1000 条")],
)
def test_a_batch_has_its_bounds(caller, facts, words):
    answer = caller.post(BATCH, {"facts": facts})

    assert answer.status_code == 422
    assert words in answer.json()["message"]


def test_a_wrong_shape_in_a_batch_names_its_place(caller):
    answer = caller.post(BATCH, {"facts": [fact(), fact(key="b", quantity="x")]})

    assert answer.json()["data"]["fields"] == [
        {"field": "facts[1].quantity", "message": "“facts[1].quantity”不是数，或位数太多。"}
    ]


def test_a_key_twice_in_a_batch_is_refused(caller):
    answer = caller.post(BATCH, {"facts": [fact(), fact()]})

    assert "编号相同" in answer.json()["message"]
    assert not Fact.objects.exists()


# --- taken back, and read ---------------------------------------------------------------------------------------------


def test_a_fact_is_taken_back_once_with_a_reason(caller, city):
    number = caller.post(FACTS, fact()).json()["id"]
    other = record_fact(draft(), actor=city.officer)

    assert caller.post(f"{FACTS}/{number}/reverse", {"reason": ""}).status_code == 422
    reversal = caller.post(f"{FACTS}/{number}/reverse", {"reason": "重复登记"})
    assert (reversal.status_code, reversal.json()["quantity"], reversal.json()["reverses"]) == (201, "-2", number)
    assert caller.post(f"{FACTS}/{number}/reverse", {"reason": "再来"}).json()["code"] == "fact_already_reversed"
    assert caller.get(f"{FACTS}/{number}").json()["is_reversed"] is True
    assert caller.post(f"{FACTS}/{other.pk}/reverse", {"reason": "不是我的"}).status_code == 404


def test_a_token_reads_what_its_owner_may_see_page_by_page(caller, city, monkeypatch):
    monkeypatch.setattr("kepu.ledger.api.PAGE", 2)
    for n in range(3):
        caller.post(FACTS, fact(key=f"k{n}", occurred_on=f"2024-05-0{n + 1}"))
    other = record_fact(draft(), actor=city.officer)

    first = caller.get(f"{FACTS}?indicator=lectures").json()
    second = caller.get(f"{FACTS}?indicator=lectures&after={first['after']}").json()

    assert [one["occurred_on"] for one in first["facts"]] == ["2024-05-03", "2024-05-02"]
    assert [one["occurred_on"] for one in second["facts"]] == ["2024-05-01"]
    assert second["after"] == ""
    assert caller.get(f"{FACTS}?since=2024-05-02&until=2024-05-02").json()["facts"][0]["occurred_on"] == "2024-05-02"
    assert caller.get(f"{FACTS}/{other.pk}").status_code == 404
    assert caller.get(f"{FACTS}/nonsense").status_code == 422


# --- who --------------------------------------------------------------------------------------------------------------


def test_a_session_opens_nothing_that_writes(city):
    browser = Client()
    browser.force_login(city.officer)

    for address in (FACTS, BATCH, f"{FACTS}/00000000-0000-0000-0000-000000000000/reverse"):
        answer = browser.post(address, json.dumps(fact()), content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (401, "token_unusable")
    assert browser.get(FACTS).status_code == 401
    assert not Fact.objects.exists()


def test_a_token_ends_with_its_scope_its_time_its_revocation_and_its_owner(caller, city):
    reader = Caller(caller.token.owner, [TokenScope.LEDGER_READ])
    assert reader.post(FACTS, fact()).status_code == 401
    assert reader.get(FACTS).status_code == 200
    assert Caller(caller.token.owner, [TokenScope.LEDGER_WRITE]).get(FACTS).status_code == 401

    ApiToken.objects.filter(pk=caller.token.pk).update(expires_at=clock.now() - timedelta(seconds=1))
    assert "过期" in caller.post(FACTS, fact()).json()["message"]
    revoked = Caller(caller.token.owner)
    revoke_token(revoked.token.pk, actor=caller.token.owner)
    assert "停用" in revoked.post(FACTS, fact()).json()["message"]
    late = Caller(caller.token.owner)
    late.token.owner.role_assignments.update(ends_on=date(2024, 1, 1))
    assert late.post(FACTS, fact()).status_code == 422  # signed in, but may record for nobody any more
    assert not Fact.objects.exists()


def test_who_tries_many_bad_tokens_must_wait_and_others_need_not(caller):
    guesser = Client(REMOTE_ADDR="203.0.113.9")
    headers = {"Authorization": "Bearer kepu_guess"}

    statuses = [
        guesser.post(FACTS, "{}", content_type="application/json", headers=headers).status_code
        for _n in range(MOST_BAD_TRIES + 1)
    ]

    assert statuses == [401] * MOST_BAD_TRIES + [429]
    right = guesser.post(FACTS, json.dumps(fact()), content_type="application/json", headers=caller.headers)
    assert (right.status_code, right.json()["code"]) == (429, "tokens_tried_too_often")
    assert "5 分钟后再试" in right.json()["message"]
    assert caller.post(FACTS, fact()).status_code == 201


# --- open -------------------------------------------------------------------------------------------------------------


def test_everyone_reads_indicators_and_series(client, city):
    record_fact(draft(occurred_on=date(2022, 5, 1), audience="farmers"), actor=None)
    record_fact(draft(region="370203"), actor=None, is_demonstration=True)

    one = client.get("/api/ledger/indicators/lectures").json()
    assert (one["unit"], one["facts"], one["first_month"], one["bodies"]) == ("场", 2, "2022-05", 1)
    assert len(client.get("/api/ledger/indicators").json()) > 50

    def points(query=""):
        document = client.get(f"/api/ledger/indicators/lectures/series{query}").json()
        return [(point["period"], point["value"]) for point in document["series"][0]["points"]]

    assert points() == [("2022", "1"), ("2023", None), ("2024", "1")]
    assert points("?region=370203&since=2023-06-01") == [("2023", None), ("2024", "1")]
    assert points("?audience=farmers") == [("2022", "1"), ("2023", None), ("2024", None)]
    assert points("?by=month&since=2024-02-15") == [("2024-02", None), ("2024-03", "1")]
    assert client.get("/api/ledger/indicators/lectures/series").json()["notice"].startswith("演示数据")


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("nonsense/series", 404, "没有代码为“nonsense”的指标"),
        ("lectures/series?region=999999", 422, "没有代码为“999999”的地区"),
        ("lectures/series?audience=cats", 422, "没有代码为“cats”的人群"),
        ("lectures/series?by=week", 422, "“by”只能是"),
        ("lectures/series?since=gestern", 422, "“since”不是日期"),
    ],
)
def test_a_wrong_question_is_answered_in_words(client, city, query, status, words):
    answer = client.get(f"/api/ledger/indicators/{query}")

    assert answer.status_code == status
    assert words in answer.json()["message"]


def test_the_description_says_what_needs_a_token(client, db):
    document = client.get("/api/openapi.json").json()

    schemes = document["components"]["securitySchemes"]
    assert {scheme["scheme"] for scheme in schemes.values()} == {"bearer"}
    needs = {
        (path.removeprefix("/api/ledger"), method): bool(operation.get("security"))
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    }
    assert needs == {
        ("/indicators", "get"): False,
        ("/indicators/{code}", "get"): False,
        ("/indicators/{code}/series", "get"): False,
        ("/facts", "get"): True,
        ("/facts", "post"): True,
        ("/facts/batch", "post"): True,
        ("/facts/{fact_id}", "get"): True,
        ("/facts/{fact_id}/reverse", "post"): True,
        ("/api/requests/orders", "post"): True,
        ("/api/requests/orders/{key}", "get"): True,
    }
    assert document["openapi"].startswith("3.1")
    assert {"401", "422"} <= set(document["paths"]["/api/ledger/facts"]["post"]["responses"])
