"""Ties by the pages: everybody the own, the office all, with the way that a conflict takes."""

import pytest

from kepu.directory.register.choices import Role
from kepu.outreach.people.conflicts.models import SameIdentity, Tie
from kepu.outreach.people.conflicts.queries import is_same_human, own_ties, ties_kept_by
from kepu.outreach.people.conflicts.services import declare_tie, note_double
from tests.factories import OrganisationFactory, PersonFactory
from tests.outreach.people.factories import admitted

pytestmark = pytest.mark.django_db
DESK, OWN = "/desk/conflicts/", "/me/ties/"


@pytest.fixture
def office():
    return PersonFactory(role=Role.LEADING_OFFICE)


def text(response):
    return response.content.decode()


def test_somebody_declares_the_own_tie_and_takes_it_back(client):
    person, other, body = PersonFactory(), admitted(), OrganisationFactory(name="示例企业")
    client.force_login(person)

    client.post(OWN, {"kind": "teacher", "other": other.number})
    client.post(OWN, {"kind": "interest", "body": body.pk, "note": "持股"})
    page = text(client.get(OWN))

    assert str(other.person) in page
    assert "示例企业" in page
    tie = Tie.objects.get(body=body)
    client.post(f"{OWN}{tie.pk}/end/")
    assert "示例企业" not in [one.body and one.body.name for one in own_ties(person)]


def test_nobody_tries_names_out_on_the_own_page(client):
    person, hidden = PersonFactory(), admitted(is_public=False, person=PersonFactory(name="示例专家 077"))
    client.force_login(person)
    for typed in ("示例专家 077", hidden.number, hidden.person.login):
        answer = client.post(OWN, {"kind": "kin", "other": typed})
        assert answer.status_code == 422
        assert "没有这个编号的公开页面" in text(answer)
    assert not Tie.objects.exists()


def test_what_others_declared_about_somebody_stays_theirs(client):
    person, other = PersonFactory(), PersonFactory(name="示例专家 078")
    tie = declare_tie(other, "avoids", other=person, actor=other)
    client.force_login(person)

    assert "示例专家 078" not in text(client.get(OWN))
    assert client.post(f"{OWN}{tie.pk}/end/").status_code == 404
    assert Tie.objects.get().taken_back_at is None


def test_what_the_office_recorded_the_person_reads_and_cannot_end(client, office):
    person = PersonFactory()
    tie = declare_tie(person, "kin", other=PersonFactory(name="示例专家 079"), actor=office)
    client.force_login(person)

    assert "示例专家 079" in text(client.get(OWN))
    assert client.post(f"{OWN}{tie.pk}/end/").status_code == 403


def test_the_desk_explains_from_the_person_over_kin_to_the_body(client, office):
    judge = PersonFactory(name="示例评委 1")
    body = OrganisationFactory(name="示例企业")
    kin = PersonFactory(name="示例专家 080", organisation=body)
    client.force_login(office)
    client.post(f"{DESK}new/", {"person": judge.login, "kind": "kin", "other": "示例专家 080"})

    listed = text(client.get(DESK))
    assert listed.index("示例评委 1") < listed.index("示例专家 080") < listed.index("示例企业")
    found = text(client.post(f"{DESK}check/", {"person": "示例评委 1", "body": body.pk}))
    assert "示例评委 1要回避" in found
    after = found[found.index("要回避</h2>") :]
    assert after.index("亲属") < after.index("示例专家 080") < after.index("任职于") < after.index("示例企业")
    assert "要回避" in text(client.post(f"{DESK}check/", {"person": "示例评委 1", "other": kin.login}))
    stranger = OrganisationFactory(name="别的企业")
    assert "不用回避" in text(client.post(f"{DESK}check/", {"person": "示例评委 1", "body": stranger.pk}))
    client.post(f"{DESK}{Tie.objects.get().pk}/end/")
    assert "没有登记的关系" in text(client.get(DESK))


def test_a_name_that_several_bear_or_nobody_is_asked_again(client, office):
    PersonFactory(name="示例专家 081")
    PersonFactory(name="示例专家 081")
    client.force_login(office)
    answer = client.post(f"{DESK}new/", {"person": "示例专家 081", "kind": "kin", "other": "没有这个人"})
    assert answer.status_code == 422
    assert "有几位" in text(answer)
    assert "没有找到" in text(answer)
    assert client.post(f"{DESK}check/", {"person": ""}).status_code == 422


def test_two_entries_are_decided_side_by_side_with_a_reason_and_undone(client, office):
    one, other = PersonFactory(name="示例专家 082"), PersonFactory(name="示例专家 082")
    note_double(one.pk, other.pk, "邮箱相同")
    page = f"{DESK}identities/"
    pair = SameIdentity.objects.get()
    client.force_login(office)
    assert one.login in text(client.get(page))
    assert other.login in text(client.get(page))

    typed = {"same": "yes", "expected": "suspected", "reason": ""}
    assert "请写明依据" in text(client.post(f"{page}{pair.pk}/", typed, follow=True))
    client.post(f"{page}{pair.pk}/", typed | {"reason": "看过证件"})
    assert is_same_human(one.pk, other.pk)
    assert "刚有人认定过" in text(client.post(f"{page}{pair.pk}/", typed | {"same": "no", "reason": "甲"}, follow=True))
    assert "看过证件" in text(client.get(page))
    client.post(f"{page}{pair.pk}/undo/")
    assert not is_same_human(one.pk, other.pk)


@pytest.mark.parametrize("role", [Role.LIAISON, Role.AUDITOR, Role.ADMINISTRATOR, None])
def test_only_the_office_reads_who_is_tied_to_whom(client, role):
    more = {"organisation": OrganisationFactory()} if role == Role.LIAISON else {}
    actor = PersonFactory(role=role, **more) if role else PersonFactory()
    declare_tie(one := PersonFactory(), "kin", other=PersonFactory(), actor=one)
    client.force_login(actor)
    assert not ties_kept_by(actor).exists()
    for address in (DESK, f"{DESK}new/", f"{DESK}check/", f"{DESK}identities/"):
        assert client.get(address).status_code == 404


def test_the_lists_ask_the_database_as_often_for_many(client, office, django_assert_max_num_queries):
    for _number in range(15):
        one, other = PersonFactory(), PersonFactory(organisation=OrganisationFactory())
        declare_tie(one, "kin", other=other, actor=one)
        note_double(one.pk, other.pk, "邮箱相同")
    client.force_login(office)
    for address in (DESK, f"{DESK}identities/"):
        with django_assert_max_num_queries(20):
            client.get(address)
