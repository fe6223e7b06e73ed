"""Accounts and roles: who holds what, over what, from when to when."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from kepu.directory.register import queries, services
from kepu.directory.register.choices import Role
from kepu.directory.register.errors import LastAdministrator, LoginTaken, NotADemonstration, RoleIncomplete
from kepu.directory.register.models import Organisation, Person, RoleAssignment
from kepu.foundation.audit.models import AuditEntry
from kepu.foundation.clock import fixed, today
from kepu.foundation.errors import InputUnreadable, NotAllowed
from tests.factories import OrganisationFactory, PersonFactory, RegionFactory, city_region

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper():
    return PersonFactory(role=Role.ADMINISTRATOR)


def test_an_account_starts_without_a_password(keeper):
    person = services.create_person(" Kepu.Li ", name="示例人员", actor=keeper)

    assert person.login == "kepu.li"
    assert not person.has_usable_password()
    assert AuditEntry.objects.get(action="directory.person.created").actor_id == keeper.pk
    with pytest.raises(LoginTaken):
        services.create_person("kepu.li", name="别人", actor=keeper)


@pytest.mark.parametrize(("login", "name"), [("李四", "李四"), ("a", "李四"), ("a b c", "李四"), ("li.si", " ")])
def test_a_login_is_plain_and_a_name_is_there(keeper, login, name):
    with pytest.raises(InputUnreadable):
        services.create_person(login, name=name, actor=keeper)


def test_only_administrators_keep_accounts_and_roles():
    office, other = PersonFactory(role=Role.LEADING_OFFICE), PersonFactory(role=Role.AUDITOR)
    role = other.role_assignments.get()
    for attempt in (
        lambda: services.create_person("li.si", name="李四", actor=office),
        lambda: services.deactivate_person(other.pk, actor=office),
        lambda: services.reactivate_person(other.pk, actor=office),
        lambda: services.reset_access(other.pk, actor=office),
        lambda: services.grant_role(other, Role.LEADING_OFFICE, actor=office),
        lambda: services.end_role(role.pk, actor=office),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_a_role_holds_between_its_days(keeper):
    person = PersonFactory()
    services.grant_role(person, Role.REVIEWER, actor=keeper, starts_on=date(2024, 3, 1), ends_on=date(2024, 3, 31))
    for day, holds in (
        (date(2024, 2, 29), False),
        (date(2024, 3, 1), True),
        (date(2024, 3, 31), True),
        (date(2024, 4, 1), False),
    ):
        with fixed(day):
            assert Person.objects.get(pk=person.pk).holds(Role.REVIEWER) is holds


def test_a_role_over_a_body_covers_those_below_it_and_no_other():
    above, beside = OrganisationFactory(), OrganisationFactory()
    below = OrganisationFactory(parent=above)
    liaison = PersonFactory(role=Role.LIAISON, organisation=above)

    assert liaison.holds(Role.LIAISON, organisation=below)
    assert liaison.holds(Role.LIAISON, organisation=below.pk)
    assert not liaison.holds(Role.LIAISON, organisation=beside)
    assert set(liaison.organisations(Role.LIAISON)) == {above.pk, below.pk}


def test_a_body_without_a_path_opens_nothing():
    broken, other = OrganisationFactory(), OrganisationFactory()
    liaison = PersonFactory(role=Role.LIAISON, organisation=broken)
    Organisation.objects.filter(pk=broken.pk).update(path="")
    liaison = Person.objects.get(pk=liaison.pk)

    assert not liaison.holds(Role.LIAISON, organisation=other)
    assert liaison.organisations(Role.LIAISON) == []


def test_a_role_over_a_region_covers_what_lies_inside():
    city = city_region()
    east, west = RegionFactory(code="370202", parent=city), RegionFactory(code="370203", parent=city)
    street = RegionFactory(code="370202001", parent=east)
    officer = PersonFactory(role=Role.DISTRICT_OFFICER, region=east)

    assert officer.holds(Role.DISTRICT_OFFICER, region=street)
    assert not officer.holds(Role.DISTRICT_OFFICER, region=west)
    assert not officer.holds(Role.DISTRICT_OFFICER, region=city)
    assert officer.holds(Role.DISTRICT_OFFICER, organisation=OrganisationFactory(region=street))


def test_a_liaison_reaches_no_further_than_the_bodys_own_region():
    city = city_region()
    east, west = RegionFactory(code="370202", parent=city), RegionFactory(code="370203", parent=city)
    liaison = PersonFactory(role=Role.LIAISON, organisation=OrganisationFactory(region=east))

    assert liaison.holds(Role.LIAISON, region=east)
    assert not liaison.holds(Role.LIAISON, region=west)


def test_nobody_holds_anything_once_deactivated(keeper):
    body = OrganisationFactory()
    liaison = PersonFactory(role=Role.LIAISON, organisation=body)
    token, _secret = services.issue_token(liaison, name="示例", scopes=["ledger:write"], actor=liaison)

    services.deactivate_person(liaison.pk, actor=keeper)

    liaison = Person.objects.get(pk=liaison.pk)
    token.refresh_from_db()
    assert not liaison.holds(Role.LIAISON)
    assert liaison.organisations(Role.LIAISON) == []
    assert token.revoked_at is not None
    assert liaison not in queries.persons_holding(Role.LIAISON, on=today())
    assert services.reactivate_person(liaison.pk, actor=keeper).is_active


def test_the_last_administrator_stays(keeper):
    role = keeper.role_assignments.get()
    with pytest.raises(LastAdministrator):
        services.deactivate_person(keeper.pk, actor=keeper)
    with pytest.raises(LastAdministrator):
        services.end_role(role.pk, actor=keeper)

    PersonFactory(role=Role.ADMINISTRATOR)
    services.end_role(role.pk, actor=keeper)
    assert not Person.objects.get(pk=keeper.pk).holds(Role.ADMINISTRATOR)


def test_a_role_ends_after_a_day_or_at_once(keeper):
    person = PersonFactory(role=Role.AUDITOR)
    role = person.role_assignments.get()

    services.end_role(role.pk, actor=keeper, on=today())
    assert Person.objects.get(pk=person.pk).holds(Role.AUDITOR)
    services.end_role(role.pk, actor=keeper)
    assert not Person.objects.get(pk=person.pk).holds(Role.AUDITOR)
    fresh = services.grant_role(person, Role.REVIEWER, actor=keeper)
    services.end_role(fresh.pk, actor=keeper)
    assert not RoleAssignment.objects.filter(pk=fresh.pk).exists()
    assert AuditEntry.objects.filter(action="directory.role.ended").count() == 3


@pytest.mark.parametrize(
    ("role", "days"),
    [("king", {}), (Role.LIAISON, {}), (Role.DISTRICT_OFFICER, {}), (Role.AUDITOR, {"ends_on": date(2000, 1, 1)})],
)
def test_an_incomplete_role_is_refused_in_words(keeper, role, days):
    with pytest.raises(RoleIncomplete):
        services.grant_role(PersonFactory(), role, actor=keeper, **days)


def test_the_database_refuses_incomplete_roles_too():
    for wrong in (
        {"role": "king"},
        {"role": "liaison"},
        {"role": "district_officer"},
        {"role": "auditor", "ends_on": date(1999, 1, 1)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            RoleAssignment.objects.create(person=PersonFactory(), starts_on=date(2000, 1, 1), **wrong)


def test_persons_holding_a_role_over_a_body():
    mine, other = OrganisationFactory(), OrganisationFactory()
    liaison = PersonFactory(role=Role.LIAISON, organisation=mine)
    PersonFactory(role=Role.LIAISON, organisation=other)

    assert queries.persons_holding(Role.LIAISON, on=today(), organisation=mine) == [liaison]
    assert len(queries.persons_holding(Role.LIAISON, on=today())) == 2
    assert queries.persons_holding(Role.LIAISON, on=date(1999, 1, 1)) == []


def test_a_role_over_a_region_or_over_all_reaches_a_body_as_one_role_says(django_assert_num_queries):
    district = RegionFactory(code="370202", name="市南区", parent=city_region())
    elsewhere = RegionFactory(code="370203", name="市北区", parent=city_region())
    above = OrganisationFactory(region=district)
    body = OrganisationFactory(region=district, parent=above)
    places = ({"organisation": above}, {"organisation": body}, {"region": district}, {"region": elsewhere}, {})
    people = [PersonFactory(role=Role.LEADING_OFFICE, **place) for place in places]

    with django_assert_num_queries(1):
        found = queries.persons_holding(Role.LEADING_OFFICE, on=today(), organisation=body)

    assert set(found) == {person for person in people if person.holds(Role.LEADING_OFFICE, organisation=body)}
    assert people[3] not in found


def test_staff_opens_the_admin_only_for_administrators():
    assert not PersonFactory(is_staff=True).has_perm("directory.view_person")
    assert PersonFactory(is_staff=True, role=Role.ADMINISTRATOR).has_perm("directory.view_person")


def test_demonstration_persons_are_roles_with_numbers(settings):
    settings.KEPU_IS_DEMONSTRATION = True
    first, second = OrganisationFactory(), OrganisationFactory()

    one = services.demonstration_person(Role.LIAISON, organisation=first)
    two = services.demonstration_person(Role.LIAISON, organisation=second)
    again = services.demonstration_person(Role.LIAISON, organisation=first)

    assert (one.name, two.name, again.pk) == ("示例联络员 001", "示例联络员 002", one.pk)
    assert one.is_demonstration
    assert not one.has_usable_password()
    assert one.holds(Role.LIAISON, organisation=first)
    with pytest.raises(RoleIncomplete):
        services.demonstration_person(Role.LIAISON)
    with pytest.raises(RoleIncomplete):
        services.demonstration_person(Role.DISTRICT_OFFICER)


def test_a_real_site_has_no_demonstration_persons(settings):
    settings.KEPU_IS_DEMONSTRATION = False
    with pytest.raises(NotADemonstration):
        services.demonstration_person(Role.LEADING_OFFICE)
    assert not Person.objects.exists()


def test_the_operator_makes_the_first_administrator_by_command(capsys):
    call_command("people_create", "kepu.li", "示例管理员", "--role", "administrator")

    person = Person.objects.get()
    assert person.holds(Role.ADMINISTRATOR)
    assert not person.has_usable_password()
    assert "/accounts/password/reset/key/" in capsys.readouterr().out
    with pytest.raises(CommandError, match="已有人用"):
        call_command("people_create", "kepu.li", "示例管理员", "--role", "administrator")


def test_a_role_that_starts_tomorrow_waits(keeper):
    person = PersonFactory()
    services.grant_role(person, Role.AUDITOR, actor=keeper, starts_on=today() + timedelta(days=1))
    assert not person.holds(Role.AUDITOR)
