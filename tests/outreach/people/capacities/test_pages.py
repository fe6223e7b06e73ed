"""The register's pages: what stands on them, for whom, and how often the database is asked."""

from datetime import timedelta

import pytest

from kepu.directory.privacy.queries import consent_text
from kepu.directory.register.choices import Role
from kepu.foundation.clock import today
from kepu.outreach.people.capacities.models import Capacity
from kepu.outreach.people.capacities.services import found_team, join_team, return_capacity
from tests.factories import OrganisationFactory, PersonFactory, city_region
from tests.outreach.people.factories import admitted, applicant

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return PersonFactory(role=Role.LEADING_OFFICE)


def text(response):
    return response.content.decode()


def test_a_resident_registers_by_the_pages_alone(client, office):
    person = PersonFactory()
    client.force_login(person)
    assert "登记一项" in text(client.get("/me/capacities/"))
    answer = client.post(
        "/me/capacities/new/expert/", {"topics": "潮汐\n赶海\n", "region_id": city_region().pk, "fee": "free"}
    )
    capacity = Capacity.objects.get()
    assert answer.url == f"/me/capacities/{capacity.pk}/"
    assert capacity.topics == ["潮汐", "赶海"]

    page = text(client.get(answer.url))
    assert "不同意会怎样" in page
    digest = consent_text("expert").digest
    assert digest in page
    refused = client.post(f"/me/capacities/{capacity.pk}/apply/", {"agreed_text": digest}, follow=True)
    assert "请选适合讲给谁听" in text(refused)
    typed = {"topics": "潮汐", "audiences": ["youth"], "region_id": city_region().pk, "revision": 0, "is_public": "on"}
    client.post(f"/me/capacities/{capacity.pk}/change/", typed)
    done = client.post(f"/me/capacities/{capacity.pk}/apply/", {"agreed_text": digest}, follow=True)
    assert "待初核" in text(done)

    client.force_login(office)
    client.post(f"/desk/register/{capacity.pk}/check/", {"words": "核过证件"})
    client.post(f"/desk/register/{capacity.pk}/admit/", {"valid_to": (today() + timedelta(days=365)).isoformat()})
    capacity.refresh_from_db()
    assert capacity.state == "admitted"
    client.logout()
    assert "潮汐" in text(client.get("/experts/", {"q": "潮汐"}))
    assert capacity.person.name in text(client.get(f"/experts/{capacity.number}/"))


def test_what_was_typed_is_not_lost_when_it_is_refused(client):
    client.force_login(PersonFactory())

    answer = client.post(
        "/me/capacities/new/expert/", {"topics": "长" * 70, "region_id": city_region().pk, "introduction": "做了四十年"}
    )

    assert answer.status_code == 400
    assert "做了四十年" in text(answer)
    assert "每个不超过 60 个字" in text(answer)


def test_two_windows_do_not_overwrite_each_other(client):
    person = PersonFactory()
    entry = admitted(person=person)
    client.force_login(person)
    typed = {"topics": "甲", "audiences": ["youth"], "region_id": city_region().pk, "revision": 0}
    client.post(f"/me/capacities/{entry.pk}/change/", typed)

    second = client.post(f"/me/capacities/{entry.pk}/change/", typed | {"topics": "乙"})

    assert second.status_code == 409
    assert "刚刚在别处改过" in text(second)
    entry.refresh_from_db()
    assert entry.topics == ["甲"]


def test_the_desk_sees_its_own_and_no_drafts(client, office):
    body = OrganisationFactory()
    liaison = PersonFactory(role=Role.LIAISON, organisation=body)
    own, other = applicant(organisation_id=body.pk), applicant()
    client.force_login(liaison)

    page = text(client.get("/desk/register/"))
    assert own.person.name in page
    assert other.person.name not in page
    assert client.get(f"/desk/register/{other.pk}/").status_code == 404
    assert own.person.name in client.get("/desk/register/register.csv").content.decode("utf-8-sig")


def test_the_person_reads_what_must_be_added(client, office):
    capacity = applicant()
    return_capacity(capacity.pk, "请写明年级", actor=office)
    client.force_login(capacity.person)

    assert "请写明年级" in text(client.get(f"/me/capacities/{capacity.pk}/"))


def test_a_commissioner_logs_a_visit_by_the_page(client, office):
    body = OrganisationFactory()
    entry = admitted("commissioner", office=office, organisation_id=body.pk, served=[city_region().pk])
    client.force_login(entry.person)
    typed = {"visited_on": today().isoformat(), "region": city_region().pk, "matter": "看苗情", "people": 3}

    assert "也进了台账" in text(client.post(f"/me/capacities/{entry.pk}/visits/", typed, follow=True))
    twice = client.post(f"/me/capacities/{entry.pk}/visits/", typed)
    assert twice.status_code == 409
    visit = entry.visits.get()
    answer = client.post(f"/me/capacities/visits/{visit.pk}/strike/", {"reason": ""}, follow=True)
    assert "请写明为什么冲正" in text(answer)
    assert "冲正了" in text(client.post(f"/me/capacities/visits/{visit.pk}/strike/", {"reason": "记错"}, follow=True))


def test_a_team_shows_its_leader_and_who_agreed_and_counts_the_others(client, office):
    shown, hidden = admitted(office=office), admitted(office=office, is_public=False)
    team = found_team("示例报告团", "veterans", shown.person, actor=office, introduction="讲给孩子听")
    join_team(team.pk, hidden.person, actor=office)

    page = text(client.get(f"/teams/{team.pk}/"))

    assert "老科学家科普报告团" in page
    assert shown.number in page
    assert hidden.person.name not in page
    assert "另有 1 位没有公开" in page
    assert "示例报告团" in text(client.get("/teams/"))
    assert "示例报告团" in text(client.get(f"/experts/{shown.number}/"))


def test_who_is_not_public_or_not_in_the_register_has_no_page(client, office):
    hidden = admitted(office=office, is_public=False)

    assert client.get(f"/experts/{hidden.number}/").status_code == 404
    assert client.get("/experts/Z1999-0001/").status_code == 404
    assert client.get("/me/capacities/new/wizard/").status_code == 302
    client.force_login(office)
    assert client.get("/me/capacities/new/wizard/").status_code == 404


@pytest.mark.parametrize("path", ["/experts/", "/desk/register/", "/experts/?q=海洋"])
def test_lists_ask_the_database_the_same_for_few_and_many(client, office, path, django_assert_max_num_queries):
    client.force_login(office)
    for _ in range(6):
        admitted(office=office)

    with django_assert_max_num_queries(30):
        assert client.get(path).status_code == 200


def test_public_pages_are_complete_in_english(client, office):
    entry = admitted(
        office=office, person=PersonFactory(name="Expert 012"), topics=["Tides"], workplace="Example", forms=["lecture"]
    )
    team = found_team("Example group", "studio", entry.person, actor=office)
    client.cookies["django_language"] = "en"

    for path in ("/experts/", "/experts/?q=nothing", f"/experts/{entry.number}/", "/teams/", f"/teams/{team.pk}/"):
        body = text(client.get(path)).split("<main")[1].split("</main>")[0]
        left = [char for char in body if "\u4e00" <= char <= "\u9fff"]
        assert "".join(left).replace(city_region().label, "") in {"", "简体中文"}, (path, left)
