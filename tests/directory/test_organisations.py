"""Bodies and the names under which texts mention them."""

import pytest
from django.db import IntegrityError, transaction

from kepu.directory.register import queries, services
from kepu.directory.register.choices import OrganisationKind, RegionLevel, Role
from kepu.directory.register.errors import OrganisationExists, StillInUse
from kepu.directory.register.models import Organisation, OrganisationAlias
from kepu.foundation.audit.models import AuditEntry
from kepu.foundation.errors import NotAllowed
from tests.factories import OrganisationFactory, PersonFactory, RegionFactory, city_region

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return city_region()


@pytest.fixture
def bodies(city):
    league = services.create_organisation(
        "共青团青岛市委员会", region=city, actor=None, kind=OrganisationKind.MASS, aliases=["团市委"]
    )
    education = services.create_organisation("青岛市教育局", region=city, actor=None, kind=OrganisationKind.GOVERNMENT)
    paper = services.create_organisation("青岛日报社", region=city, actor=None, kind=OrganisationKind.MEDIA)
    return league, education, paper


def test_a_printed_name_is_found_by_name_alias_and_the_citys_name(city, bodies):
    league, education, paper = bodies

    found = queries.match_organisations(["市教育局", "教育局", "团市委", "青岛日报社", "市气象局"], region=city)

    assert [(found[name].organisation, found[name].how) for name in found] == [
        (education, "prefix"),
        (education, "prefix"),
        (league, "alias"),
        (paper, "exact"),
        (None, "none"),
    ]


def test_another_citys_name_is_put_before_in_that_city(bodies):
    other = RegionFactory(code="5101", name="成都市")
    bureau = services.create_organisation("成都市教育局", region=other, actor=None)

    assert queries.match_organisations(["市教育局"], region=other)["市教育局"].organisation == bureau
    assert queries.match_organisations(["市教育局"])["市教育局"].organisation is None


def test_a_short_name_that_two_bodies_share_is_not_guessed(city):
    for name in ("青岛市第一示例学会", "青岛市第二示例学会"):
        services.create_organisation(name, short_name="示例学会", region=city, actor=None)

    assert queries.match_organisations(["示例学会"], region=city)["示例学会"].organisation is None


def test_matching_a_whole_plan_takes_few_queries(city, bodies, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        queries.match_organisations([f"市示例{n}局" for n in range(60)], region=city)


def test_a_name_belongs_to_one_body_only(city, bodies):
    league, education, _paper = bodies
    for name in ("青岛市教育局", "团市委", " 团市委 "):
        with pytest.raises(OrganisationExists):
            services.create_organisation(name, region=city, actor=None)
    with pytest.raises(OrganisationExists):
        services.add_alias(education, "团市委", actor=None)
    assert services.add_alias(league, "团市委", actor=None).organisation == league


def test_a_renamed_body_answers_to_its_former_name(city, bodies):
    _league, education, _paper = bodies

    services.correct_organisation(
        education.pk,
        actor=PersonFactory(role=Role.LEADING_OFFICE),
        name="青岛市教育和体育局",
        short_name="市教体局",
        kind=OrganisationKind.GOVERNMENT,
        level=RegionLevel.CITY,
        region=city,
    )

    assert queries.match_organisations(["青岛市教育局"], region=city)["青岛市教育局"].organisation == education
    assert AuditEntry.objects.filter(action="directory.organisation.corrected").count() == 1


def test_bodies_are_found_by_what_is_typed(city, bodies):
    _league, education, _paper = bodies
    assert list(queries.organisations_named("教育")) == [education]
    assert list(queries.organisations_named("团市")) == [bodies[0]]
    assert education in queries.organisations_named("jiaoyu")
    assert not queries.organisations_named("  ")


def test_only_keepers_of_the_register_write(city, bodies):
    liaison = PersonFactory(role=Role.LIAISON, organisation=bodies[1])
    alias = OrganisationAlias.objects.get()
    for attempt in (
        lambda: services.create_organisation("新单位", region=city, actor=liaison),
        lambda: services.add_alias(bodies[1], "教育局", actor=liaison),
        lambda: services.remove_alias(alias.pk, actor=liaison),
        lambda: services.delete_organisation(bodies[2].pk, actor=liaison),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert Organisation.objects.count() == 3


def test_a_body_with_people_is_ended_not_deleted(bodies):
    keeper = PersonFactory(role=Role.ADMINISTRATOR)
    PersonFactory(organisation=bodies[1])

    with pytest.raises(StillInUse, match="人员"):
        services.delete_organisation(bodies[1].pk, actor=keeper)
    services.delete_organisation(bodies[2].pk, actor=keeper)
    assert Organisation.objects.count() == 2


def test_the_database_knows_kinds_levels_and_one_credit_code():
    OrganisationFactory(credit_code="11370200000000000X")
    for wrong in ({"kind": "x"}, {"level": 9}, {"credit_code": "11370200000000000X"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            OrganisationFactory(**wrong)
