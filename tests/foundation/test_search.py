"""Search: by words, synonyms, sounds and near misses, with the reason for every hit."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kepu.foundation.codes.models import Code, CodeList
from kepu.foundation.search import services
from kepu.foundation.search.choices import Audience, ReasonCode
from kepu.foundation.search.models import SearchDocument
from kepu.foundation.search.queries import search, synonyms
from kepu.foundation.search.rules import pieces, snippet
from kepu.foundation.search.services import Entry, index, indexer, rebuild, remove
from tests.foundation.actors import someone

pytestmark = pytest.mark.django_db
STAFF = someone("liaison")
RESIDENT = someone()
THINGS = [
    Entry(
        "plan.task", "1", "实施科普大篷车巡展", "/plan/tasks/1/", "深入乡村学校，全年不少于 100 场。", Audience.PUBLIC
    ),
    Entry("plan.task", "2", "实施银龄跨越数字鸿沟行动", "/plan/tasks/2/", "面向老年人开展讲座。", Audience.PUBLIC),
    Entry("plan.task", "3", "建设青岛科技馆新馆", "/plan/tasks/3/", "完善现代科技馆体系。", Audience.PUBLIC),
    Entry("plan.task", "4", "督办件：大篷车车辆检修", "/desk/plan/4/", "", Audience.STAFF),
    Entry("directory.organisation", "9", "青岛市科学技术协会", "/plan/bodies/9/", "市科协", Audience.PUBLIC),
    Entry("directory.organisation", "10", "重庆路第三小学", "/plan/bodies/10/", "", Audience.PUBLIC),
    Entry("directory.organisation", "11", "甴曱嘢社", "/plan/bodies/11/", "", Audience.PUBLIC),
]


@pytest.fixture
def things():
    return index(THINGS)


def found(text, actor=None, **options):
    return [hit.subject_id for hit in search(text, actor=actor, **options)]


@pytest.mark.parametrize(
    ("text", "expected", "code"),
    [
        ("大篷车", "1", ReasonCode.TITLE),
        ("科普大篷车", "1", ReasonCode.TITLE),
        ("大篷車巡展", "1", ReasonCode.TITLE),
        ("乡村学校", "1", ReasonCode.BODY),
        ("１００场", "1", ReasonCode.BODY),
        ("长者", "2", ReasonCode.SYNONYM),
        ("宣讲", "2", ReasonCode.SYNONYM),
        ("老人的讲座在哪里", "2", ReasonCode.SYNONYM),
        ("科学馆", "3", ReasonCode.SYNONYM),
        ("青岛市科技馆", "3", ReasonCode.TITLE),
        ("dapengche", "1", ReasonCode.PINYIN),
        ("da peng che", "1", ReasonCode.PINYIN),
        ("Chong'qing", "10", ReasonCode.PINYIN),
        ("qdskx", "9", ReasonCode.INITIALS),
        ("kjg", "3", ReasonCode.INITIALS),
        ("大蓬车巡展", "1", ReasonCode.TITLE),
        ("大蓬车", "1", ReasonCode.PINYIN),
        ("数字红沟行动", "2", ReasonCode.TITLE),
        ("数码鸿沟行动", "2", ReasonCode.TITLE),
        ("科学技术会", "9", ReasonCode.TITLE),
        ("银铃跨跃数子", "2", ReasonCode.PINYIN),
        ("重庆第三小学校", "10", ReasonCode.TITLE),
        ("甴曱冇", "11", ReasonCode.SPELLING),
    ],
)
def test_things_are_found_for_a_reason(things, text, expected, code):
    hits = search(text, actor=None)
    assert hits, text
    assert hits[0].subject_id == expected
    assert code in {reason.code for reason in hits[0].reasons}, hits[0].reason


def test_a_hit_says_its_reason_in_words(things):
    assert search("大篷车 学校", actor=None)[0].reason == "标题中有“大篷车”；正文中有“学校”"
    assert search("长者", actor=None)[0].reason == "“老年人”与“长者”意思相近"
    assert search("kjg", actor=None)[0].reason == "标题的拼音首字母相同"


def test_a_hit_can_be_marked_without_touching_the_text(things):
    hit = search("大篷車 学校", actor=None)[0]
    assert hit.title_pieces == (("实施", False), ("科普大篷车", True), ("巡展", False))
    assert ("学校", True) in hit.snippet_pieces
    assert "".join(part for part, _ in hit.snippet_pieces) == hit.snippet


def test_visitors_find_public_things_only(things):
    assert "4" not in found("大篷车")
    assert "4" not in found("大篷车", actor=RESIDENT)
    assert set(found("大篷车", actor=STAFF)) >= {"1", "4"}
    assert "4" not in found("dubanjian")
    assert found("dubanjian", actor=STAFF) == ["4"]


def test_kinds_and_limit(things):
    assert found("青岛", kinds=["directory.organisation"]) == ["9"]
    assert len(found("青岛", limit=1)) == 1
    assert found("青岛", kinds=[]) == []
    assert found("青岛", among=["9"]) == ["9"]
    assert found("青岛", among=[]) == []


def test_a_title_counts_more_than_a_body_and_weight_lifts():
    index(
        [
            Entry("t", "body", "别的事", "/", "讲到海洋科普", Audience.PUBLIC),
            Entry("t", "title", "海洋科普周", "/", "", Audience.PUBLIC),
        ]
    )
    assert found("海洋") == ["title", "body"]
    index([Entry("t", "body", "别的事", "/", "讲到海洋科普", Audience.PUBLIC, weight=50)])
    assert found("海洋") == ["body", "title"]


@pytest.mark.parametrize(
    "text", ["", "   ", "，。！", "😀", "\0", "'", "\\", "':*", "a'b & | ! <->", "的", "x" * 5000, "1"]
)
def test_a_strange_question_is_harmless(things, text):
    hits = search(text, actor=STAFF)

    assert len(list(hits)) == len(hits) <= 20


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=60))
def test_whatever_is_indexed_is_found_by_its_own_words(text):
    index([Entry("t", "1", f"海洋{text}", "/", text * 3, Audience.PUBLIC)])
    assert found("海洋", kinds=["t"]) == ["1"]
    search(text, actor=None)


def test_indexing_again_brings_up_to_date(things):
    index([Entry("plan.task", "1", "改名之后", "/plan/tasks/1/", "", Audience.PUBLIC)])
    assert SearchDocument.objects.count() == len(THINGS)
    assert "1" in found("改名")
    assert "1" not in found("巡展")
    assert remove("plan.task", ["1", "77"]) == 1
    assert found("改名", kinds=["plan.task"]) == []


def test_the_operators_synonyms_hold():
    assert synonyms()["老年人"] == ["老人", "长者", "银龄"]
    index([Entry("t", "1", "赶大集", "/", "", Audience.PUBLIC)])
    assert found("集市") == []
    owner = CodeList.objects.get(name="search_synonyms")
    Code.objects.create(code_list=owner, code="大集", label="大集", extra={"same": ["集市"]})
    assert found("集市") == ["1"]


def test_a_long_body_is_indexed():
    body = "海洋科学。" * 40_000 + "末尾的字"
    index([Entry("t", "1", "长文", "/", body, Audience.PUBLIC)])
    assert found("海洋") == ["1"]


def test_a_question_costs_few_queries(things):
    with CaptureQueriesContext(connection) as asked:
        search("科普大篷车与青岛科技馆", actor=None)
    assert len(asked) <= 7


@pytest.fixture
def room(monkeypatch):
    monkeypatch.setattr(services, "_indexers", {})

    @indexer("plan.task")
    def tasks():
        yield from (thing for thing in THINGS if thing.kind == "plan.task")

    return tasks


def test_rebuilding_takes_what_the_rooms_say_and_drops_the_rest(room):
    index([Entry("plan.task", "old", "旧任务", "/"), Entry("gone.kind", "1", "旧类", "/")])
    assert rebuild() == {"plan.task": 4}
    assert set(SearchDocument.objects.values_list("kind", flat=True)) == {"plan.task"}
    assert found("旧任务", kinds=["plan.task"], actor=STAFF) == []


def test_the_command_rebuilds_and_names_an_unknown_kind(room):
    out = StringIO()
    call_command("search_rebuild", stdout=out)
    assert "共 4 条" in out.getvalue()
    with pytest.raises(CommandError, match=r"没有“no\.kind”") as refused:
        call_command("search_rebuild", "no.kind")
    assert refused.value.returncode == 2


def test_constraints_hold(things):
    values = {"kind": "t", "subject_id": "1", "title": "x", "url": "/", "audience": "public", "grams": []}
    first = SearchDocument.objects.first()
    for wrong in (
        {"audience": "all"},
        {"weight": 0},
        {"kind": "plan.task", "subject_id": "1"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            SearchDocument.objects.create(**{**values, **wrong, "words": first.words, "sounds": first.sounds})


@given(st.text(max_size=60), st.lists(st.text(min_size=1, max_size=3), max_size=4))
def test_pieces_make_up_the_text(text, marks):
    assert "".join(part for part, _ in pieces(text, marks)) == text


def test_a_snippet_shows_the_place():
    body = "前" * 200 + "海洋" + "后" * 200
    assert "海洋" in snippet(body, ["海洋"])
    assert snippet(body, ["海洋"]).startswith("…")
    assert snippet("短文", []) == "短文"
