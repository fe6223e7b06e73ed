"""Search by meaning: off by default, nothing personal leaves, the words alone answer when the endpoint does not."""

import json
import threading
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction

from kepu.bench.endpoint import ToyEndpoint, toy_endpoint
from kepu.config.environment import EnvironmentMissing, embeddings_in
from kepu.foundation.codes.models import Code, CodeList
from kepu.foundation.embeddings import EmbeddingsFailed, Endpoint, vectors_of
from kepu.foundation.errors import DomainError
from kepu.foundation.search import services
from kepu.foundation.search.choices import Audience, ReasonCode
from kepu.foundation.search.errors import MeaningIsOff
from kepu.foundation.search.models import MeaningVector, SearchDocument
from kepu.foundation.search.queries import meaning, search
from kepu.foundation.search.services import (
    Entry,
    check_meanings,
    embed_meanings,
    index,
    indexer,
    keep_meanings,
    rebuild,
    remove,
)
from tests.factories import PersonFactory
from tests.foundation.actors import someone

pytestmark = pytest.mark.django_db
ALIKE = {"星星": "天文观测"}
STAFF = someone("liaison")


def thing(number, *meanings, title="示例", audience=Audience.PUBLIC, **more):
    return Entry("t", str(number), title, "/", audience=audience, meanings=meanings, **more)


THINGS = [thing(1, "天文观测"), thing(2, "蓝莓冻害", "大棚放风"), thing(3, "潮汐和赶海")]


@pytest.fixture
def toy(settings, monkeypatch):
    monkeypatch.setattr(meaning, "_askers", {})
    monkeypatch.setattr(meaning, "_spaces", {})
    with toy_endpoint(alike=ALIKE) as running:
        settings.KEPU_EMBEDDINGS = Endpoint(running.url, "toy-1", "some-key", "示例服务商", limit_ms=400)
        yield running


@pytest.fixture
def filled(toy):
    index(THINGS)
    assert embed_meanings().left == 0
    toy.received.clear()
    return toy


def vectors_for(toy, body):
    return ToyEndpoint(dimension=toy.dimension, alike=toy.alike).reply(body)


def found(text, *, actor=None, **options):
    return [hit.subject_id for hit in search(text, actor=actor, by_meaning=True, **options)]


def test_it_is_off_unless_the_operator_names_an_endpoint(monkeypatch):
    def nobody(*_arguments, **_options):
        raise AssertionError("a request")

    monkeypatch.setattr(meaning, "vectors_of", nobody)
    monkeypatch.setattr(services, "vectors_of", nobody)
    index(THINGS)

    assert found("看星星") == []
    assert found("天文观测", kinds=["t"]) == []
    assert keep_meanings() is None
    with pytest.raises(MeaningIsOff, match="KEPU_EMBEDDINGS_URL"):
        embed_meanings()


def test_what_means_the_same_is_found_and_says_its_nearest_text(filled):
    hits = search("看星星", actor=None, by_meaning=True)

    assert [hit.subject_id for hit in hits] == ["1"]
    assert [(reason.code, reason.word) for reason in hits[0].reasons] == [(ReasonCode.MEANING, "天文观测")]
    assert hits[0].reason == "与“天文观测”意思相近"
    assert filled.asked == [["星星"]]
    assert "Authorization: Bearer some-key" in filled.received[0]
    assert filled.received[0].startswith("POST /v1/embeddings ")


def test_a_question_is_sent_once_and_only_where_a_room_asks_for_meaning(filled):
    assert found("看星星") == found("星星") == ["1"]
    assert len(filled.received) == 1
    assert list(search("看看月亮", actor=None)) == []
    assert len(filled.received) == 1


def test_visibility_kinds_and_conditions_hold_for_meaning_too(filled):
    index([thing(1, "天文观测", audience=Audience.STAFF)])

    assert found("看星星") == []
    assert found("看星星", actor=STAFF) == ["1"]
    assert found("看星星", actor=STAFF, kinds=["other"]) == []
    assert found("看星星", actor=STAFF, among=["2"]) == []
    assert found("看星星", actor=STAFF, among=["1", "2"]) == ["1"]


@pytest.mark.parametrize(
    "text",
    [
        "王晓燕",
        "找王晓燕老师",
        "王 晓燕",
        "王 晓 燕",
        "13812345678",
        "138 1234 5678",
        "１３８１２３４５６７８",
        "37020219900101123X",
        "xiaoyan@example.cn",
        "我家住在示范路五号楼三单元",
        "老人被骗了很多钱怎么办呀",
        "wang xiaoyan",
    ],
)
def test_what_is_no_topic_never_leaves(filled, text):
    PersonFactory(name="王晓燕")

    found(text)

    assert all(part in {"老人", "老年人"} for texts in filled.asked for one in texts for part in one.split())


def test_of_a_question_only_known_words_leave(filled):
    PersonFactory(name="王晓燕")

    found("王晓燕 13812345678 讲潮汐和赶海 在哪里 身份证37020219900101123X")

    assert filled.asked == [["潮汐 赶海"]]
    sent = "".join(filled.received)
    assert not any(word in sent for word in ("王晓燕", "晓燕", "1381234", "3702021990", "哪里", "身份"))


def test_a_name_does_not_leave_though_it_is_a_word_of_a_topic(filled):
    index([thing(4, "高山植物")])
    embed_meanings()
    filled.received.clear()
    assert found("高山") == ["4"]
    assert filled.asked == [["高山"]]
    filled.received.clear()
    PersonFactory(name="高山")

    found("高山 潮汐")

    assert filled.asked == [["潮汐"]]


def test_names_and_numbers_in_topics_do_not_leave(toy):
    PersonFactory(name="王晓燕")
    PersonFactory(name="艾力·示例")
    index(
        [
            thing(
                1,
                "王晓燕的天文观测课",
                "热线 0532-8888 6666 问海洋",
                "手机一三八一二三四五六七八问风电",
                "写信到 a.b@example.cn",
                "艾力·示例讲月食",
            ),
            thing(2, "王晓燕"),
        ]
    )

    embed_meanings()

    sent = "".join(toy.received)
    assert sorted(text for texts in toy.asked for text in texts) == [
        "写信到",
        "手机 问风电",
        "热线 问海洋",
        "的天文观测课",
        "讲月食",
    ]
    assert not any(word in sent for word in ("王晓燕", "艾力", "8888", "一三八", "example.cn"))
    assert MeaningVector.objects.get(text="王晓燕").dimension == 0
    assert embed_meanings().made == 0


def test_a_name_registered_later_goes_from_what_was_stored(toy):
    index([thing(1, "海月讲天文")])
    embed_meanings()
    assert "海月" in MeaningVector.objects.get().words or "海月" in toy.asked[0][0]
    PersonFactory(name="海月")

    assert check_meanings() == 1
    embed_meanings()

    assert toy.asked[-1] == ["讲天文"]
    assert check_meanings() == 0


def test_without_somebody_who_knows_names_nothing_leaves(toy, monkeypatch):
    monkeypatch.setattr(meaning, "_guards", [])
    index(THINGS)

    assert keep_meanings() is None
    assert found("看星星") == []
    assert toy.received == []


def test_the_sites_own_list_opens_words(filled):
    found("看流萤")
    assert filled.received == []
    owner = CodeList.objects.get(name="search_open_words")
    Code.objects.create(code_list=owner, code="own", label="本站的", extra={"words": ["流萤"]})

    found("看流萤")

    assert filled.asked == [["流萤"]]


def test_only_what_is_new_is_sent_and_what_nothing_holds_goes(filled):
    index([thing(2, "蓝莓冻害", "滴灌"), thing(3, "蓝莓冻害")])
    assert set(MeaningVector.objects.values_list("text", flat=True)) == {"天文观测", "蓝莓冻害"}

    assert embed_meanings().made == 1
    assert filled.asked == [["滴灌"]]
    remove("t", ["2"])
    assert set(MeaningVector.objects.values_list("text", flat=True)) == {"天文观测", "蓝莓冻害"}
    remove("t", ["1"])
    assert found("看星星") == []
    assert "观测" not in meaning._spaces["toy-1"].words


def test_building_anew_keeps_the_vectors_that_are_still_held(filled, monkeypatch):
    monkeypatch.setattr(services, "_indexers", {})
    indexer("t")(lambda: THINGS[:2])

    rebuild()

    assert set(MeaningVector.objects.values_list("text", flat=True)) == {"天文观测", "蓝莓冻害", "大棚放风"}
    assert embed_meanings().made == 0


def test_another_model_makes_its_own_vectors_and_the_old_ones_go(filled, settings):
    settings.KEPU_EMBEDDINGS = Endpoint(filled.url, "toy-2")

    assert found("看星星") == []
    assert embed_meanings().made == 4
    assert found("看星星") == ["1"]
    assert set(MeaningVector.objects.values_list("model", flat=True)) == {"toy-2"}
    assert "Authorization" not in filled.received[-1]


def test_a_vector_of_what_was_erased_meanwhile_is_not_kept(toy, monkeypatch):
    index(THINGS)

    def erased_before_the_answer(*arguments, **options):
        SearchDocument.objects.filter(subject_id="1").delete()
        return vectors_of(*arguments, **options)

    monkeypatch.setattr(services, "vectors_of", erased_before_the_answer)
    embed_meanings()

    assert "天文观测" in toy.asked[0]
    assert set(MeaningVector.objects.values_list("text", flat=True)) == {"蓝莓冻害", "大棚放风", "潮汐和赶海"}


def test_work_goes_on_where_it_stood(toy, monkeypatch):
    monkeypatch.setattr(services, "_SENT_AT_ONCE", 2)
    index([thing(number, f"题目{number}天文") for number in range(5)])
    answers = iter([vectors_for, lambda _toy, _body: (500, b"")])
    toy.answer = lambda body: next(answers)(toy, body)

    first = embed_meanings()
    assert (first.made, first.left, first.problem) == (2, 3, "应答 500")
    toy.answer = None
    told = []
    assert embed_meanings(told=lambda made, left: told.append((made, left))).made == 3
    assert told == [(2, 1), (3, 0)]


def test_a_text_that_the_endpoint_refuses_does_not_hold_up_the_others(toy):
    index([*THINGS, thing(4, "坏掉的题目")])

    def fussy(body):
        if any("坏掉" in text for text in body["input"]):
            return 400, b'{"error": "no"}'
        return vectors_for(toy, body)

    toy.answer = fussy

    assert (embed_meanings().left, MeaningVector.objects.get(text="坏掉的题目").dimension) == (0, 0)
    assert found("看星星") == ["1"]
    asked = len(toy.received)
    embed_meanings()
    assert len(toy.received) == asked


def test_an_endpoint_that_refuses_everything_spoils_no_text(toy):
    index(THINGS)
    toy.answer = lambda _body: (400, b'{"error": "unknown model"}')

    assert (embed_meanings().left, embed_meanings().problem) == (4, "应答 400")
    assert not MeaningVector.objects.exists()
    toy.answer = None
    assert embed_meanings().made == 4


def vector_reply(*vectors, indexes=None):
    data = [
        {"index": place, "embedding": vector}
        for place, vector in zip(indexes or range(len(vectors)), vectors, strict=True)
    ]
    return 200, json.dumps({"data": data}).encode()


GARBAGE = {
    "status 500": (500, b"oops"),
    "status 401": (401, b"{}"),
    "a redirect": (302, b""),
    "no JSON": (200, b"<html>"),
    "another JSON": (200, b"[]"),
    "no data": (200, b'{"data": []}'),
    "too many": vector_reply([1.0], [1.0]),
    "another place": vector_reply([1.0], indexes=[1]),
    "no numbers": vector_reply(["a", "b"]),
    "nothing but zeros": vector_reply([0.0, 0.0]),
    "no number": (200, b'{"data": [{"index": 0, "embedding": [NaN, 1.0]}]}'),
    "without end": (200, b'{"data": [{"index": 0, "embedding": [1e308, 1e308]}]}'),
    "another dimension": vector_reply([0.1, 0.2, 0.3]),
    "deep": (200, b"[" * 200_000),
}


@pytest.mark.parametrize("reply", GARBAGE.values(), ids=GARBAGE)
def test_when_the_endpoint_fails_the_words_alone_answer_and_the_log_holds_no_word(filled, caplog, reply):
    index([thing(9, "看月亮", title="看星星")])
    filled.answer = lambda _body: reply

    assert found("看星星") == ["9"]

    assert "search by meaning" in caplog.text
    assert "星星" not in caplog.text


def test_a_silent_endpoint_is_waited_for_once_and_then_left_alone(filled, caplog):
    go = threading.Event()

    def slow(_body):
        go.wait(5)
        return 200, b"{}"

    filled.answer = slow
    try:
        assert found("看星星") == []
        assert "超过时限" in caplog.text
        assert found("看星星") == found("天文观测") == []
        assert len(filled.received) == 1
    finally:
        go.set()
    filled.answer = None
    meaning._askers.clear()
    assert found("看星星") == ["1"]


def test_nobody_there_is_told_in_words():
    with pytest.raises(EmbeddingsFailed, match="没有应答"):
        vectors_of(["科普"], Endpoint("http://127.0.0.1:1/v1", "m", limit_ms=300))


def test_the_job_of_a_changed_dimension_says_what_to_do(filled):
    filled.dimension = 100
    index([thing(4, "火山")])

    assert "--afresh" in embed_meanings().problem
    assert embed_meanings(afresh=True).left == 0
    assert set(MeaningVector.objects.values_list("dimension", flat=True)) == {100}
    assert found("看星星") == ["1"]


def test_who_has_the_words_stands_before_what_is_only_near(filled, settings):
    settings.KEPU_EMBEDDINGS = Endpoint(filled.url, "toy-1", near_percent=30, close_percent=90)
    index(
        [
            thing(11, "火山", title="别的", body="讲到潮汐的一句话"),
            thing(12, "潮汐赶海记", title="又一个"),
            thing(13, "潮汐", title="第三个"),
        ]
    )
    embed_meanings()

    hits = {hit.subject_id: hit for hit in search("潮汐", actor=None, by_meaning=True)}
    order = list(hits)

    assert order.index("11") < order.index("12")
    assert order.index("13") < order.index("12")
    assert hits["11"].reasons[0].code == ReasonCode.BODY
    assert hits["12"].reasons[0].code == ReasonCode.MEANING
    settings.KEPU_EMBEDDINGS = Endpoint(filled.url, "toy-1", near_percent=90, close_percent=90)
    assert set(found("潮汐")) == {"11", "13"}


def test_the_nearest_text_explains_better_than_some_of_the_words(filled):
    index([thing(5, "天文观测", body="大家一起看")])
    hits = {hit.subject_id: hit for hit in search("看星星", actor=None, by_meaning=True)}

    assert [reason.code for reason in hits["5"].reasons] == [ReasonCode.MEANING, ReasonCode.BODY]
    index([thing(6, "天文观测", title="看星星")])
    assert [reason.code for reason in search("看星星", actor=None, by_meaning=True)[0].reasons] == [
        ReasonCode.TITLE
    ] * 2


def test_the_command_tells_how_far_it_is(toy):
    index(THINGS)
    out = StringIO()
    call_command("search_embed", stdout=out)
    assert "向量齐了，这次取了 4 条" in out.getvalue()
    toy.answer = lambda _body: (503, b"")
    with pytest.raises(CommandError, match=r"还差 4 条：应答 503"):
        call_command("search_embed", "--afresh", stdout=out)


def test_the_command_says_what_is_missing(settings):
    settings.KEPU_EMBEDDINGS = None
    with pytest.raises(DomainError, match="KEPU_EMBEDDINGS_URL"):
        call_command("search_embed")


def test_without_numpy_nothing_is_sent(toy, monkeypatch):
    index(THINGS)
    monkeypatch.setattr(meaning, "find_spec", lambda _name: None)

    assert found("看星星") == []
    assert keep_meanings() is None
    with pytest.raises(MeaningIsOff, match="numpy"):
        embed_meanings()
    assert toy.received == []


def test_constraints_hold(filled):
    values = {"model": "m", "text": "x", "digest": "0", "words": [], "dimension": 1, "vector": b"1234"}
    MeaningVector.objects.create(**values)
    for wrong in ({}, {"text": "y", "dimension": 2}):
        with pytest.raises(IntegrityError), transaction.atomic():
            MeaningVector.objects.create(**values | wrong)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"URL": "e.example.cn/v1"}, "KEPU_EMBEDDINGS_URL 要写成"),
        ({"URL": "ftp://e.example.cn"}, "KEPU_EMBEDDINGS_URL 要写成"),
        ({"URL": "https://me:word@e.example.cn"}, "KEPU_EMBEDDINGS_URL 要写成"),
        ({"URL": "https://e.example.cn:x/"}, "KEPU_EMBEDDINGS_URL 要写成"),
        ({"URL": "https://e.example.cn/?key=1"}, "KEPU_EMBEDDINGS_URL 要写成"),
        ({"MODEL": ""}, "还要设 KEPU_EMBEDDINGS_MODEL"),
        ({"MODEL": "m" * 121}, "还要设 KEPU_EMBEDDINGS_MODEL"),
        ({"KEY": "密钥"}, "KEPU_EMBEDDINGS_KEY 只能"),
        ({"KEY": "a\nb"}, "KEPU_EMBEDDINGS_KEY 只能"),
        ({"MS": "50"}, "KEPU_EMBEDDINGS_MS 是毫秒数"),
        ({"MS": "soon"}, "KEPU_EMBEDDINGS_MS 需要一个整数"),
        ({"NEAR": "90", "CLOSE": "80"}, "KEPU_EMBEDDINGS_NEAR 和"),
        ({"NEAR": "0"}, "KEPU_EMBEDDINGS_NEAR 和"),
    ],
)
def test_a_setting_that_is_wrong_stops_the_start_with_its_name(given, said):
    right = {"URL": "https://e.example.cn/v1/embeddings", "MODEL": "m"}
    assert embeddings_in({f"KEPU_EMBEDDINGS_{name}": value for name, value in right.items()}) == Endpoint(
        "https://e.example.cn/v1", "m"
    )

    with pytest.raises(EnvironmentMissing, match=said):
        embeddings_in({f"KEPU_EMBEDDINGS_{name}": value for name, value in (right | given).items()})


def test_the_key_is_in_no_words_about_the_endpoint():
    assert "secret" not in repr(Endpoint("https://e.example.cn", "m", "secret"))
