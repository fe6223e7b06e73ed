"""The start page, the register's pages, tokens, audit and the demonstration's door."""

import pytest
from django.urls import reverse

from kepu.directory.notices.models import Notice
from kepu.directory.notices.services import notify
from kepu.directory.register.choices import Role
from kepu.directory.register.models import ApiToken, Organisation, Person, Region
from kepu.directory.todos.services import open_todo
from kepu.foundation.audit.services import seal_entries
from kepu.foundation.clock import today
from tests.factories import OrganisationFactory, PersonFactory, RegionFactory, city_region

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(client):
    person = PersonFactory(role=Role.ADMINISTRATOR)
    client.force_login(person)
    return person


@pytest.fixture
def office(client):
    person = PersonFactory(role=Role.LEADING_OFFICE)
    client.force_login(person)
    return person


def text(answer):
    return answer.content.decode()


def test_the_desk_starts_with_what_waits(client, office):
    open_todo(
        "plan.notice:1",
        title="答复督办",
        reason="已到期限",
        url_name="workbench:notices",
        due_on=today(),
        person=office,
        action="去答复",
    )

    page = text(client.get("/desk/"))

    assert page.index("答复督办") < page.index("去哪里做")
    assert "今天到期" in page
    assert "去答复" in page
    assert 'href="/desk/notices/"' in page


def test_an_empty_desk_says_so_and_a_person_without_a_role_is_told_what_to_do(client, office):
    assert "都办完了" in text(client.get("/desk/"))
    client.force_login(PersonFactory())
    assert "请系统管理员给您一个角色" in text(client.get("/desk/"))


def test_rooms_follow_the_role(client, office):
    assert "审计记录" not in text(client.get("/desk/"))
    client.force_login(PersonFactory(role=Role.AUDITOR))
    page = text(client.get("/desk/"))
    assert "审计记录" in page
    assert "/desk/people/" not in page


def test_an_administrator_makes_an_account_gives_a_role_and_a_link(client, keeper):
    body = OrganisationFactory(name="青岛市教育局")
    answer = client.post(
        "/desk/people/new/", {"login": "kepu.li", "name": "示例联络员", "organisation": "青岛市教育局"}
    )
    person = Person.objects.get(login="kepu.li")
    assert answer.url == f"/desk/people/{person.pk}/"

    client.post(f"/desk/people/{person.pk}/roles/", {"role": "liaison", "organisation": "青岛市教育局"})
    page = text(client.post(f"/desk/people/{person.pk}/access/"))

    assert person.holds(Role.LIAISON, organisation=body)
    assert "http://testserver/accounts/password/reset/key/" in page
    assert "http://testserver/accounts/password/reset/key/" not in text(client.get(f"/desk/people/{person.pk}/"))


def test_a_near_miss_names_what_is_near(client, keeper):
    OrganisationFactory(name="青岛市教育局")
    answer = client.post("/desk/people/new/", {"login": "kepu.li", "name": "示例", "organisation": "教育局办"})
    assert answer.status_code == 422
    assert "没有叫“教育局办”的单位" in text(answer)
    answer = client.post("/desk/people/new/", {"login": "kepu.li", "name": "示例", "organisation": "教育"})
    assert "是不是：青岛市教育局？" in text(answer)
    assert not Person.objects.filter(login="kepu.li").exists()


@pytest.mark.parametrize(("role", "name"), [("liaison", "责任单位联络员"), ("unit_head", "责任单位负责人")])
def test_an_incomplete_role_is_told_at_the_form(client, keeper, role, name):
    person = PersonFactory()
    answer = client.post(f"/desk/people/{person.pk}/roles/", {"role": role})
    assert answer.status_code == 422
    assert f"{name}要指明是哪个单位" in text(answer)


def test_a_role_ends_and_an_account_closes_and_opens(client, keeper):
    person = PersonFactory(role=Role.AUDITOR)
    client.post(reverse("workbench:role_end", args=[person.role_assignments.get().pk]))
    assert not Person.objects.get(pk=person.pk).holds(Role.AUDITOR)
    for is_active in (False, True):
        client.post(f"/desk/people/{person.pk}/activity/")
        assert Person.objects.get(pk=person.pk).is_active is is_active


def test_a_demonstration_person_gets_no_password(client, keeper):
    person = PersonFactory(is_demonstration=True)
    assert client.post(f"/desk/people/{person.pk}/access/").status_code == 404


def test_the_office_looks_up_people_but_changes_nothing(client, office):
    person = PersonFactory(role=Role.AUDITOR, name="示例审计员")
    assert "示例审计员" in text(client.get("/desk/people/?q=审计"))
    page = text(client.get(f"/desk/people/{person.pk}/"))
    assert "给这个角色" not in page
    assert client.post(f"/desk/people/{person.pk}/roles/", {"role": "auditor"}).status_code == 404


def test_a_body_is_made_renamed_and_answers_to_its_aliases(client, office):
    city_region()
    client.post(
        "/desk/organisations/new/",
        {"name": "青岛市气象局", "kind": "government", "level": 2, "region": "青岛市", "aliases": "市气象局、气象局"},
    )
    body = Organisation.objects.get()
    page = f"/desk/organisations/{body.pk}/"
    client.post(page, {"name": "青岛市气象台", "kind": "institution", "level": 2, "region": "3702"})
    client.post(f"{page}aliases/", {"alias": "市气象台"})
    assert {alias.name for alias in body.aliases.all()} == {"市气象局", "气象局", "青岛市气象局", "市气象台"}
    client.post(reverse("workbench:alias_remove", args=[body.aliases.get(name="气象局").pk]))

    listed = text(client.get("/desk/organisations/?q=市气象局"))

    assert "青岛市气象台" in listed
    assert body.aliases.count() == 3


def test_a_name_that_is_taken_is_told_at_the_field(client, office):
    body = OrganisationFactory(name="青岛市气象局")
    answer = client.post(
        "/desk/organisations/new/", {"name": "青岛市气象局", "kind": "other", "level": 2, "region": "3702"}
    )
    assert answer.status_code == 422
    assert "请直接选用它" in text(answer)
    other = OrganisationFactory()
    answer = client.post(f"/desk/organisations/{other.pk}/aliases/", {"alias": body.name})
    assert "已是“青岛市气象局”的名称" in text(answer)


def test_a_body_in_use_is_kept_with_a_sentence(client, office):
    body = PersonFactory(organisation=OrganisationFactory()).organisation
    answer = client.post(f"/desk/organisations/{body.pk}/delete/")
    assert answer.status_code == 409
    assert "不能删除" in text(answer)
    spare = OrganisationFactory()
    assert client.post(f"/desk/organisations/{spare.pk}/delete/").url == "/desk/organisations/"


def test_a_list_of_regions_is_imported_on_the_page(client, office, tmp_path):
    file = tmp_path / "regions.csv"
    file.write_text(
        "code,name,people,counted_on\n5101,示例市,3,2020-11-01\n510102,东区,3,2020-11-01\n", encoding="utf-8"
    )
    with file.open("rb") as data:
        client.post("/desk/regions/", {"file": data, "source": "示例名录 2023-06-30"})
    assert Region.objects.get(code="510102").source == "示例名录 2023-06-30"
    assert "东区" in text(client.get("/desk/regions/"))
    assert "示例名录" in text(client.get("/desk/regions/5101/"))

    file.write_text("code,name\n51,\n", encoding="utf-8")
    with file.open("rb") as data:
        answer = client.post("/desk/regions/", {"file": data, "source": "x"})
    assert answer.status_code == 422
    assert "第 2 行" in text(answer)


def test_a_token_is_shown_once_and_revoked(client, office):
    page = text(client.post("/desk/tokens/", {"name": "示例平台", "scopes": ["ledger:write"]}))
    assert "kepu_" in page
    assert "只显示这一次" in page
    token = ApiToken.objects.get()
    assert "kepu_" not in text(client.get("/desk/tokens/"))

    client.force_login(PersonFactory(role=Role.LEADING_OFFICE))
    assert client.post(f"/desk/tokens/{token.pk}/revoke/").status_code == 404
    client.force_login(office)
    client.post(f"/desk/tokens/{token.pk}/revoke/")
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_the_trail_is_filtered_and_its_chain_proved(client, office):
    client.post(
        "/desk/organisations/new/", {"name": "青岛市气象局", "kind": "other", "level": 2, "region": city_region().code}
    )
    client.force_login(PersonFactory(role=Role.AUDITOR))
    seal_entries()

    assert "directory.organisation.created" in text(client.get("/desk/audit/"))
    assert office.name in text(client.get(f"/desk/audit/?person={office.name}"))
    assert "没有这样的记录" in text(client.get("/desk/audit/?action=plan.&first=2020-01-01&last=2020-01-02"))
    assert "链是完整的" in text(client.post("/desk/audit/verify/"))


def test_notices_are_ones_own_and_read_once(client, office):
    notify(office, key="a:1", kind="plan.notice", title="督办已答复", url="/desk/")
    notify(PersonFactory(), key="a:1", kind="plan.notice", title="别人的事")

    page = text(client.get("/desk/notices/"))

    assert "督办已答复" in page
    assert "别人的事" not in page
    assert Notice.objects.get(person=office).read_at is not None


def test_how_to_be_told_is_ones_own_choice(client, office):
    client.post("/desk/notices/", {"digest_at": "09:00", "quiet_from": "19:00", "quiet_until": "07:30"})
    preference = office.notice_preference
    assert (preference.is_digest, str(preference.quiet_from)) == (False, "19:00:00")


@pytest.mark.parametrize("path", ["people", "organisations", "tokens", "audit", "notices", "regions", ""])
def test_lists_take_as_many_queries_for_thirty_as_for_one(client, keeper, django_assert_max_num_queries, path):
    for number in range(30):
        body = OrganisationFactory()
        person = PersonFactory(role=Role.LIAISON, organisation=body)
        RegionFactory(code=f"3702{number + 10}", parent=city_region())
        notify(keeper, key=str(number), kind="x", title="示例")
        open_todo(f"a:{number}", title="x", url_name="workbench:home", role=Role.ADMINISTRATOR, organisation=body)
        ApiToken.objects.create(
            name="x", owner=person, digest=f"{number:032}".encode(), scopes=[], expires_at="2030-01-01T00:00Z"
        )
    client.get("/desk/")
    with django_assert_max_num_queries(14):
        assert client.get(f"/desk/{path}{'/' if path else ''}").status_code == 200


def test_the_door_of_a_demonstration_opens_with_one_click(client, settings):
    settings.KEPU_IS_DEMONSTRATION = True
    body = OrganisationFactory()
    district = RegionFactory(code="370202", parent=city_region())
    assert "示例身份" in text(client.get("/doors/"))

    for values, name in (
        ({"role": "leading_office"}, "示例办公室人员 001"),
        ({"role": "liaison", "organisation": body.pk}, "示例联络员 001"),
        ({"role": "district_officer", "region": district.code}, "示例区市专干 001"),
    ):
        answer = client.post("/doors/enter/", values, follow=True)
        assert answer.redirect_chain[-1][0] == "/desk/"
        assert name in text(answer)


def test_a_real_site_has_no_such_door_even_when_guessed(client):
    assert client.get("/doors/").status_code == 404
    assert client.post("/doors/enter/", {"role": "administrator"}).status_code == 404
    assert "_auth_user_id" not in client.session
    assert not Person.objects.exists()


def test_the_door_needs_the_csrf_token(settings):
    from django.test import Client

    settings.KEPU_IS_DEMONSTRATION = True
    assert Client(enforce_csrf_checks=True).post("/doors/enter/", {"role": "leading_office"}).status_code == 403
