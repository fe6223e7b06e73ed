"""Find the expert nobody finds: by words, near misses, sounds, meanings; with the reason for each hit; and narrowed."""

from datetime import date

import pytest

from kepu.directory.register.choices import Role
from kepu.foundation.search.services import rebuild
from kepu.outreach.people.capacities.queries import ENTRY_KIND, Wanted, find_capacities
from kepu.outreach.people.capacities.services import note_record
from tests.factories import PersonFactory, RegionFactory, city_region
from tests.kept import kept
from tests.outreach.people.factories import admitted, applicant


class Register:
    """A small register: a farmer without papers, a professor, somebody who is not public, somebody who only applied."""

    def __init__(self):
        self.office = PersonFactory(role=Role.LEADING_OFFICE)
        self.north = RegionFactory(code="370283", name="平度市", parent=city_region())
        self.south = RegionFactory(code="370202", name="市南区", parent=city_region())
        self.town = RegionFactory(code="370283116", name="新河镇", parent=self.north)
        self.farmer = admitted(
            office=self.office, topics=["蓝莓冻害怎么防", "大棚放风"], audiences=["farmers"], region_id=self.north.pk,
            workplace="示例合作社", forms=["field"], languages=["local"], times=["6a"], served=[self.north.pk],
        )  # fmt: skip
        self.professor = admitted(
            office=self.office, topics=["潮汐和赶海"], audiences=["youth", "public"], region_id=self.south.pk,
            introduction="研究海洋环流三十年", subjects=["170"], forms=["lecture"], times=["1e", "6a"],
        )  # fmt: skip
        self.hidden = admitted(office=self.office, topics=["蓝莓加工"], is_public=False)
        self.waiting = applicant(topics=["蓝莓采摘"])
        note_record(
            "requests.session:9", kind="session", title="老年人防诈骗讲座", occurred_on=date(2024, 5, 1),
            person=self.professor.person,
        )  # fmt: skip


_built, scene = kept(Register)
pytestmark = pytest.mark.django_db


def found(actor=None, **wanted):
    return [one.capacity for one in find_capacities(Wanted(**wanted), actor=actor)]


def why(**wanted):
    return [one.reasons for one in find_capacities(Wanted(**wanted), actor=None)]


def test_a_word_of_a_topic_finds_who_has_no_papers_and_says_why(scene):
    assert found(words="蓝莓冻害") == [scene.farmer]
    assert "题目里有“蓝莓”" in why(words="蓝莓冻害")[0]


@pytest.mark.parametrize("words", ["兰莓冻害", "lanmei", "藍莓", "ｌａｎｍｅｉ"])
def test_a_wrong_character_pinyin_and_traditional_characters_find_too(scene, words):
    assert found(words=words)[:1] == [scene.farmer]
    assert why(words=words)[0]


def test_subjects_past_sessions_and_meanings_find(scene):
    assert found(words="地球科学") == [scene.professor]
    assert why(words="地球科学") == [("学科里有“地球科学”",)]
    assert found(words="防诈骗")[:1] == [scene.professor]
    assert "做过里有“老年人”，与“老人”意思相近" in why(words="老人防诈骗")[0]


def test_the_topic_is_marked_where_it_was_asked_for(scene):
    one = find_capacities(Wanted(words="蓝莓"), actor=None)[0]

    assert one.topic_pieces[0][0] == ("蓝莓", True)


def test_the_public_and_residents_find_only_who_agreed_to_be_shown_a_desk_finds_all(scene):
    assert found(words="蓝莓") == [scene.farmer]
    assert found(words="蓝莓", actor=PersonFactory()) == [scene.farmer]
    assert set(found(words="蓝莓", actor=scene.office)) == {scene.farmer, scene.hidden}
    assert scene.hidden not in list(find_capacities(Wanted(), actor=PersonFactory()))


def test_conditions_narrow(scene):
    def narrowed(**wanted):
        return list(find_capacities(Wanted(**wanted), actor=None))

    assert narrowed(audience="farmers") == [scene.farmer]
    assert narrowed(form="lecture") == [scene.professor]
    assert narrowed(language="local") == [scene.farmer]
    assert set(narrowed(half_day="6a")) == {scene.farmer, scene.professor}
    assert narrowed(kind="counsellor") == []
    assert narrowed(region=scene.town) == [scene.farmer]
    assert narrowed(region=scene.south) == [scene.professor]
    assert set(narrowed(region=city_region())) == {scene.farmer, scene.professor}
    assert found(words="赶海", audience="farmers") == []
    assert found(words="赶海", audience="youth") == [scene.professor]
    assert narrowed(kind="' or 1=1", audience="?", form="%", half_day="x") == []


def test_nonsense_finds_nobody_and_breaks_nothing(scene):
    for words in ("", " ", "%", "'", "\0", "😀", "a" * 500, "& | !", "不存在的题目啊"):
        list(find_capacities(Wanted(words=words), actor=None))
    assert found(words="不存在的学问") == []


def test_the_index_can_be_built_anew(scene):
    assert rebuild([ENTRY_KIND]) == {ENTRY_KIND: 3}
    assert found(words="防诈骗")[:1] == [scene.professor]


def test_finding_costs_the_same_for_one_and_for_many(scene, django_assert_max_num_queries):
    for number in range(8):
        admitted(office=scene.office, topics=[f"蓝莓品种 {number}"])

    with django_assert_max_num_queries(14):
        assert len(found(words="蓝莓")) == 9
