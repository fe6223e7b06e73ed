"""Record one fact by hand: only what one may, every error at its field, nothing lost, nothing twice."""

from datetime import date

import pytest
from django.urls import reverse

from kepu.directory.register.choices import OrganisationKind, Role
from kepu.foundation import clock
from kepu.ledger.models import Fact, Indicator
from kepu.ledger.queries import recording_options
from tests.factories import OrganisationFactory, PersonFactory

PAGE = "/desk/ledger/record/"


@pytest.fixture(autouse=True)
def _a_day():
    with clock.fixed(date(2024, 9, 15)):
        yield


def filled(**values):
    given = {
        "indicator": "lectures",
        "occurred_on": "2024-05-01",
        "region": "370202",
        "organisation": "市科协",
        "audience": "youth",
        "audience_tag": "",
        "quantity": "2",
        "people": "120",
        "note": "春季第一场",
        "key": "form-1",
    }
    return given | values


def test_a_fact_is_recorded_and_another_one_offered(office, city):
    answer = office.post(PAGE, filled(), follow=True)

    fact = Fact.objects.get()
    assert (fact.indicator.code, fact.region, fact.organisation) == ("lectures", city.south, city.office)
    assert (fact.audience, fact.quantity, fact.people, fact.source_kind) == ("youth", 2, 120, "form")
    assert (fact.recorded_by, fact.is_demonstration) == (city.officer, False)
    page = answer.content.decode()
    assert answer.redirect_chain[0][0].startswith(reverse("ledger:fact", args=[fact.pk]))
    assert "已记入台账" in page
    again = office.get(f"{PAGE}?indicator=lectures&occurred_on=2024-05-01&region=370202&organisation=市科协")
    assert f'<a href="{PAGE}?indicator=lectures&amp;occurred_on=2024-05-01' in page
    assert again.context["form"]["region"].value() == "370202"
    assert again.context["form"]["key"].value() not in {"", "form-1"}


def test_sending_the_same_form_twice_records_once(office):
    for _again in range(2):
        assert office.post(PAGE, filled()).status_code == 302

    assert Fact.objects.count() == 1


def test_a_changed_form_sent_again_asks_before_it_counts_as_another(office):
    office.post(PAGE, filled())

    answer = office.post(PAGE, filled(quantity="3"))
    assert answer.status_code == 422
    assert "刚才已经提交过" in answer.content.decode()
    assert Fact.objects.count() == 1
    new_key = answer.context["form"]["key"].value()
    assert new_key != "form-1"
    office.post(PAGE, filled(quantity="3", key=new_key))
    assert Fact.objects.count() == 2


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"indicator": ""}, "indicator", "必填"),
        ({"occurred_on": "2024-09-16"}, "occurred_on", "还没到"),
        ({"occurred_on": "1999-01-01"}, "occurred_on", "早于 2000 年"),
        ({"occurred_on": "昨天"}, "occurred_on", "有效"),
        ({"organisation": "无此局"}, "organisation", "没有“无此局”这个单位"),
        ({"quantity": "-1"}, "quantity", "负数"),
        ({"quantity": "1.5"}, "quantity", "只收整数"),
        ({"quantity": "三场"}, "quantity", "请填一个数"),
        ({"people": "-2"}, "people", "人次是负数"),
        ({"people": "许多"}, "people", "请填整数"),
        ({"audience": "farmers", "audience_tag": "college_students"}, "audience_tag", "不属于"),
        ({"indicator": "literate_share", "quantity": "15.3"}, "instrument", "须注明测量方法"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_typed_is_lost(office, values, field, words):
    answer = office.post(PAGE, filled(**values))

    form = answer.context["form"]
    assert answer.status_code == 422
    assert words in "".join(form.errors[field])
    assert not Fact.objects.exists()
    kept = filled(**values)
    assert {name: form[name].value() for name in kept} == kept


def test_an_estimate_carries_its_method(office):
    office.post(PAGE, filled(indicator="literate_share", region="3702", audience="public", quantity="15.3", people="",
                             instrument="抽样调查甲", version="2024", sample_size="3000", standard_error="0.45"))  # fmt: skip

    method = Fact.objects.get().method
    assert method == {"instrument": "抽样调查甲", "version": "2024", "n": 3000, "standard_error": "0.45"}


def test_a_level_of_the_same_day_is_refused_at_its_field(office):
    stock = {"indicator": "bases", "quantity": "12", "people": ""}
    office.post(PAGE, filled(**stock))

    answer = office.post(PAGE, filled(**stock | {"quantity": "13", "key": "form-2"}))

    assert "先冲正原来那条" in "".join(answer.context["form"].errors["quantity"])
    assert Fact.objects.count() == 1


def test_the_unit_and_the_meaning_are_shown_for_what_is_chosen(office):
    page = office.get(f"{PAGE}?indicator=bases&quantity=7", headers={"HX-Request": "true"}).content.decode()

    assert page.lstrip().startswith('<div class="form" id="measure"')
    assert "数量（个）" in page
    assert "这是存量" in page
    assert 'value="7"' in page


def test_only_what_takes_facts_today_is_offered(city):
    Indicator.objects.filter(code="fairs").update(valid_to=2020)

    codes = {one.code for one in recording_options(city.officer).indicators}

    assert "lectures" in codes
    assert "people_per_lecture" not in codes  # computed
    assert "fairs" not in codes


def test_each_role_is_offered_what_it_may_record(city):
    OrganisationFactory(name="各区市政府", kind=OrganisationKind.COLLECTIVE)
    OrganisationFactory(name="已撤销的局", valid_to=date(2023, 1, 1))
    liaison = recording_options(PersonFactory(role=Role.LIAISON, organisation=city.bureau))
    officer = recording_options(PersonFactory(role=Role.DISTRICT_OFFICER, region=city.south))
    office = recording_options(city.officer)

    assert set(liaison.bodies) == {"青岛市教育局", "青岛示例中学"}
    assert liaison.own_body == "青岛市教育局"
    assert [code for code, _name in officer.places] == ["370202", "370202001"]
    assert officer.own_region == "370202"
    assert set(office.bodies) == {"青岛市教育局", "青岛示例中学", "青岛市科学技术协会"}
    assert len(office.places) == 5


def test_a_liaison_cannot_record_for_others(client, city):
    client.force_login(PersonFactory(role=Role.LIAISON, organisation=city.bureau))

    answer = client.post(PAGE, filled())

    assert "您不能替这个单位" in "".join(answer.context["form"].errors["organisation"])
    assert not Fact.objects.exists()


def test_what_is_recorded_on_a_demonstration_site_is_marked(office, settings):
    settings.KEPU_IS_DEMONSTRATION = True

    office.post(PAGE, filled())

    assert Fact.objects.get().is_demonstration


def test_the_form_asks_a_bounded_number_of_questions(office, django_assert_max_num_queries):
    with django_assert_max_num_queries(14):
        office.get(PAGE)
