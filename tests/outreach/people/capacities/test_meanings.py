"""Experts are found by meaning where the operator named an endpoint; what is sent of them and of questions."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from kepu.bench.endpoint import toy_endpoint
from kepu.directory.privacy.services import erase_person
from kepu.directory.register.choices import Role
from kepu.foundation.clock import today
from kepu.foundation.embeddings import Endpoint
from kepu.foundation.search.models import MeaningVector
from kepu.foundation.search.queries import meaning
from kepu.foundation.search.services import embed_meanings
from kepu.outreach.people.capacities.models import Capacity
from kepu.outreach.people.capacities.queries import Wanted, find_capacities
from kepu.outreach.people.capacities.services import end_capacity, note_record
from tests.factories import PersonFactory, RegionFactory, city_region
from tests.outreach.people.factories import admitted

pytestmark = pytest.mark.django_db


class Scene:
    def __init__(self):
        self.office = PersonFactory(role=Role.LEADING_OFFICE)
        self.place = RegionFactory(code="370283", name="平度市", parent=city_region())
        self.astronomer = admitted(
            office=self.office, person=PersonFactory(name="王晓燕"), topics=["天文观测"], workplace="示例天文台", position="台长",
            introduction="家住示范路五号", region_id=self.place.pk, subjects=["170"], audiences=["youth"],
        )  # fmt: skip
        self.hidden = admitted(office=self.office, topics=["不公开的星空题目"], is_public=False)
        self.farmer = admitted(office=self.office, topics=["蓝莓冻害怎么防"], audiences=["farmers"])
        for source, title, day in (
            ("9", "海边望远镜之夜", date(2024, 5, 1)),
            ("10", "还没有开的课", today() + timedelta(days=9)),
        ):
            note_record(
                f"requests.session:{source}",
                kind="session",
                title=title,
                occurred_on=day,
                person=self.astronomer.person,
            )


@pytest.fixture
def toy(settings, monkeypatch):
    monkeypatch.setattr(meaning, "_askers", {})
    monkeypatch.setattr(meaning, "_spaces", {})
    with toy_endpoint(alike={"星星": "天文观测"}) as running:
        settings.KEPU_EMBEDDINGS = Endpoint(running.url, "toy-1", provider="示例服务商", limit_ms=400)
        yield running


@pytest.fixture
def scene(toy):
    made = Scene()
    embed_meanings()
    return made


def found(actor=None, **wanted):
    return [one.capacity for one in find_capacities(Wanted(**wanted), actor=actor)]


def test_only_what_the_public_page_lists_of_public_people_is_sent(scene, toy):
    assert {text for texts in toy.asked for text in texts} == {
        "天文观测",
        "地球科学",
        "海边望远镜之夜",
        "蓝莓冻害怎么防",
    }
    sent = "".join(toy.received)
    for personal in ("王晓燕", "示例天文台", "台长", "示范路", "平度", "不公开", "还没有开", scene.astronomer.number):
        assert personal not in sent


def test_the_expert_whom_no_word_finds_is_found_with_the_nearest_topic(scene, toy):
    one = find_capacities(Wanted(words="看星星"), actor=None)[0]

    assert one.capacity == scene.astronomer
    assert one.reasons == ("意思相近：题目里的“天文观测”",)
    assert found(words="看星星", audience="farmers") == []
    assert found(words="看星星", audience="youth") == [scene.astronomer]


def test_a_name_a_phone_and_an_identity_number_that_are_typed_never_arrive(scene, toy, client):
    toy.received.clear()
    for words in ("王晓燕", "13812345678", "37020219900101123X", "王晓燕 13812345678 天文观测", "王晓燕老师讲天文"):
        page = client.get(reverse("capacities:experts"), {"q": words})
        assert page.status_code == 200

    assert toy.asked == [["天文 观测"], ["天文"]]
    assert not any(one in "".join(toy.received) for one in ("王晓燕", "晓燕", "1381234", "370202", "123X"))


def test_the_page_says_who_provides_it_only_when_it_is_on(scene, client, settings):
    address = reverse("capacities:experts")

    page = client.get(address, {"q": "看星星"}).content.decode()
    assert '按意思查找由 <span lang="zh-Hans">示例服务商</span> 提供' in page
    assert "意思相近：题目里的“天文观测”" in page
    english = client.get(address, {"q": "看星星"}, headers={"accept-language": "en"}).content.decode()
    assert 'Search by meaning is provided by <span lang="zh-Hans">示例服务商</span>' in english
    settings.KEPU_EMBEDDINGS = None
    page = client.get(address, {"q": "看星星"}).content.decode()
    assert "按意思查找" not in page
    assert "没有找到这样的人" in page


def test_a_desk_hears_that_numpy_is_missing_the_public_does_not(scene, client, monkeypatch):
    monkeypatch.setattr(meaning, "find_spec", lambda _name: None)

    assert "numpy" not in client.get(reverse("capacities:experts")).content.decode()
    client.force_login(scene.office)
    assert "numpy" in client.get(reverse("capacities:experts")).content.decode()


def test_vectors_go_with_an_erased_person_and_with_one_who_left(scene, toy):
    assert MeaningVector.objects.filter(text__in=["天文观测", "海边望远镜之夜"]).count() == 2

    erase_person(scene.astronomer.person_id, actor=scene.office)

    assert set(MeaningVector.objects.values_list("text", flat=True)) == {"蓝莓冻害怎么防"}
    assert found(words="看星星") == []
    end_capacity(scene.farmer.pk, "不再讲", actor=scene.office)
    assert not MeaningVector.objects.exists()


def test_a_new_work_is_found_after_the_next_round_and_only_it_is_sent(scene, toy):
    toy.received.clear()
    note_record(
        "library.work:1", kind="work", title="给孩子的火山", occurred_on=date(2024, 6, 1), person=scene.farmer.person
    )

    embed_meanings()

    assert toy.asked == [["给孩子的火山"]]
    assert scene.farmer in found(words="火山")


def test_who_is_no_longer_public_is_forgotten(scene, toy):
    capacity = Capacity.objects.get(pk=scene.astronomer.pk)
    capacity.is_public = False
    capacity.save()
    note_record(
        "requests.session:11", kind="session", title="又一次", occurred_on=date(2024, 6, 1), person=capacity.person
    )

    assert set(MeaningVector.objects.values_list("text", flat=True)) == {"蓝莓冻害怎么防"}


def test_finding_by_meaning_costs_the_same_for_one_and_for_many(scene, toy, django_assert_max_num_queries):
    for number in range(8):
        admitted(office=scene.office, topics=["天文观测", f"天文品种 {number}"])
    embed_meanings()
    assert found(words="看星星")

    with django_assert_max_num_queries(20):
        assert len(found(words="看星星")) == 9
