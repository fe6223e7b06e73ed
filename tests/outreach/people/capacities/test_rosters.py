"""A roster of people comes in whole or not at all; nobody is registered or merged before a person decides."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction

from kepu.directory.privacy.choices import NumberKind
from kepu.directory.privacy.errors import NumberTaken
from kepu.directory.privacy.models import Consent, PersonalNumber
from kepu.directory.privacy.queries import person_id_with, phone_of
from kepu.directory.privacy.services import apply_retention, erase_person, keep_number
from kepu.directory.register.choices import Role
from kepu.directory.register.models import Person
from kepu.foundation.audit.models import AuditEntry
from kepu.foundation.clock import now
from kepu.foundation.errors import InputUnreadable, NotAllowed
from kepu.foundation.sheets import RowsRefused
from kepu.foundation.sheets.decisions import RosterSettled
from kepu.outreach.people.capacities.errors import CapacityUnfit, RosterStale
from kepu.outreach.people.capacities.models import Capacity, PersonRoster, PersonRosterRow
from kepu.outreach.people.capacities.queries.rosters import person_roster_page
from kepu.outreach.people.capacities.services import (
    bring_people,
    change_capacity,
    decide_person,
    register_clear_people,
)
from tests.factories import OrganisationFactory, PersonFactory
from tests.outreach.people.capacities.rosters import decide, district, table, waiting
from tests.outreach.people.factories import admitted, words

pytestmark = pytest.mark.django_db
PHONE, OTHER_PHONE = "13900000001", "13900000002"
IDENTITY = "37020219900101001X"


@pytest.fixture
def office():
    district()
    return PersonFactory(role=Role.LEADING_OFFICE)


def known(name="示例专家甲", *, phone="", **more):
    """Somebody who is in the register."""
    entry = admitted(person=PersonFactory(name=name), workplace="市示例研究所", **more)
    if phone:
        keep_number(entry.person_id, NumberKind.PHONE, phone, actor=None)
    return entry


def test_nothing_is_registered_before_somebody_decides(office):
    known(phone=PHONE)
    before = Person.objects.count()

    roster = bring_people(table({"name": "示例专家丙"}, {"name": "示例专家丁", "phone": PHONE}), actor=office)

    assert (Person.objects.count(), Capacity.objects.count()) == (before, 1)
    page = person_roster_page(office, roster.pk)
    assert page is not None
    assert page.clear == 1
    assert register_clear_people(roster.pk, actor=office) == 1
    assert register_clear_people(roster.pk, actor=office) == 0
    assert Capacity.objects.count() == 2


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"name": "别的名字", "phone": "+86 139-0000-0001"}, "手机号相同"),
        ({"name": "别的名字", "identity": IDENTITY.lower()}, "身份证号相同"),
        ({"name": "示例 专家甲", "house": "市示例研究所"}, "姓名和单位相同"),
        ({"name": "示例专家甲", "house": "市示例研究所（西区）"}, "姓名相同，单位相近"),
        ({"name": "示例专家申", "house": "市示例研究所"}, "姓名相近，单位相同"),
        ({"name": "示例专家甲"}, "姓名相同，有一边没有单位"),
    ],
)
def test_who_may_be_there_already_is_laid_beside_the_row(office, row, why):
    entry = known(phone=PHONE)
    keep_number(entry.person_id, NumberKind.IDENTITY, IDENTITY, actor=None)

    roster = bring_people(table(row), actor=office)

    twin = waiting(roster, office)[2].twins[0]
    assert (twin.why, twin.person) == (why, entry.person)


def test_the_same_name_elsewhere_is_somebody_else(office):
    known()
    roster = bring_people(table({"name": "示例专家甲", "house": "青岛市别的单位"}), actor=office)
    assert waiting(roster, office) == {}


def test_rows_of_the_file_that_may_be_one_person_wait_for_each_other(office):
    rows = [{"name": "示例专家甲", "phone": PHONE}, {"name": "示例专家乙", "phone": PHONE, "position": "研究员"}]
    roster = bring_people(table(*rows), actor=office)
    assert [one.row for one in waiting(roster, office)[2].twins] == [3]
    assert register_clear_people(roster.pk, actor=office) == 0

    first = decide(roster, 2, "new", office)

    twin = waiting(roster, office)[3].twins[0]
    assert (twin.person, twin.row) == (first.person, 0)
    decide(roster, 3, "merged", office, person_id=first.person_id)
    assert Capacity.objects.get().position == "研究员"
    assert Person.objects.filter(name__startswith="示例专家").count() == 1


def test_merging_fills_what_is_missing_and_asks_where_both_differ(office):
    entry = known(phone=PHONE, position="研究员", topics=["潮汐"], introduction="")
    row = {
        "name": "示例专家甲", "phone": PHONE, "identity": IDENTITY, "house": "市示例研究所", "position": "教授",
        "topics": "赶海、潮汐", "introduction": "看了四十年的海", "district": "市南区", "languages": "手语",
    }  # fmt: skip
    roster = bring_people(table(row), actor=office)
    twin = waiting(roster, office)[2].twins[0]
    assert {one.name for one in twin.choices} == {"position", "region", "topics"}
    assert {one.name for one in twin.fills} == {"identity", "introduction", "languages"}

    with pytest.raises(CapacityUnfit, match="职称或职务"):
        decide(roster, 2, "merged", office, person_id=entry.person_id, picks={"region": "said", "topics": "both"})
    picks = {"position": "held", "region": "said", "topics": "both"}
    decide(roster, 2, "merged", office, person_id=entry.person_id, picks=picks)

    entry.refresh_from_db()
    assert (entry.position, entry.region.name, entry.topics) == ("研究员", "市南区", ["潮汐", "赶海"])
    assert (entry.introduction, entry.languages, entry.state) == ("看了四十年的海", ["sign"], "admitted")
    assert person_id_with(NumberKind.IDENTITY, IDENTITY) == entry.person_id


def test_another_phone_is_kept_beside_the_first_only_where_somebody_says_so(office):
    entry = known(phone=PHONE)
    rows = {"name": "示例专家甲", "house": "市示例研究所", "phone": OTHER_PHONE}
    roster = bring_people(table(rows), actor=office)

    with pytest.raises(CapacityUnfit):
        decide(roster, 2, "merged", office, person_id=entry.person_id, picks={"region": "held"})
    decide(roster, 2, "merged", office, person_id=entry.person_id, picks={"region": "held", "phone": "both"})

    assert PersonalNumber.objects.filter(person=entry.person_id).count() == 2


def test_another_identity_number_replaces_the_first_only_where_somebody_says_so(office):
    entry = known()
    keep_number(entry.person_id, NumberKind.IDENTITY, IDENTITY, actor=None)
    other = "370202198501010018"
    row = {"name": "示例专家甲", "house": "市示例研究所", "identity": other}
    roster = bring_people(table(row, row | {"position": "研究员"}), actor=office)
    picks = {"region": "held"}

    decide(roster, 2, "merged", office, person_id=entry.person_id, picks=picks | {"identity": "held"})
    assert person_id_with(NumberKind.IDENTITY, IDENTITY) == entry.person_id
    decide(roster, 3, "merged", office, person_id=entry.person_id, picks=picks | {"identity": "said"})
    assert person_id_with(NumberKind.IDENTITY, IDENTITY) is None
    assert person_id_with(NumberKind.IDENTITY, other) == entry.person_id


def test_a_number_of_a_third_person_is_not_taken_away(office):
    here, there = known(), known("示例专家己", phone=PHONE)
    roster = bring_people(table({"name": "示例专家甲", "house": "市示例研究所", "phone": PHONE}), actor=office)
    assert {twin.person for twin in waiting(roster, office)[2].twins} == {here.person, there.person}

    with pytest.raises(NumberTaken):
        decide(roster, 2, "merged", office, person_id=here.person_id, picks={"region": "held"})
    with pytest.raises(NumberTaken):
        decide(roster, 2, "new", office)

    assert PersonRosterRow.objects.get().choice == "undecided"


def test_whoever_is_new_waits_for_the_own_consent_unless_it_lies_with_the_office(office):
    full = {
        "topics": "潮汐",
        "audiences": "青少年、农民",
        "consent_manner": "纸质，由工作人员代录",
        "consent_evidence": "档案柜 1",
    }
    rows = [{"name": "示例专家甲", "phone": PHONE}, {"name": "示例专家戊"} | full]
    roster = bring_people(table(*rows), actor=office)
    register_clear_people(roster.pk, actor=office)

    quiet, agreed = Capacity.objects.order_by("pk")
    assert (quiet.state, agreed.state) == ("returned", "applied")
    assert agreed.audiences == ["youth", "farmers"]
    assert phone_of(quiet.person_id) == PHONE
    assert not quiet.person.has_usable_password()
    assert list(Consent.objects.values_list("person", "evidence")) == [(agreed.person_id, "档案柜 1")]
    assert not quiet.is_public
    assert not agreed.is_public


def test_two_people_at_once_decide_once_and_see_what_the_other_did(office):
    entry = known()
    row = {"name": "示例专家甲", "house": "市示例研究所"}
    roster = bring_people(table(row, row | {"position": "研究员"}), actor=office)
    stale = waiting(roster, office)

    change_capacity(entry.pk, words(workplace="市示例研究所"), revision=entry.revision, actor=office)
    with pytest.raises(RosterStale):
        decide_person(stale[2].row.pk, "new", seen=stale[2].seen, actor=office)
    decide(roster, 2, "new", office)
    with pytest.raises(RosterStale):
        decide_person(stale[3].row.pk, "merged", seen=stale[3].seen, person_id=entry.person_id, actor=office)
    with pytest.raises(RosterSettled):
        decide_person(stale[2].row.pk, "skipped", seen=stale[2].seen, actor=office)


def test_only_somebody_who_lies_beside_the_row_is_merged(office):
    known()
    stranger = PersonFactory()
    roster = bring_people(table({"name": "示例专家甲"}), actor=office)
    with pytest.raises(CapacityUnfit):
        decide(roster, 2, "merged", office, person_id=stranger.pk)
    with pytest.raises(CapacityUnfit):
        decide(roster, 2, "burned", office)


def test_every_wrong_cell_is_named_and_none_is_kept(office):
    with pytest.raises(RowsRefused) as refused:
        bring_people(
            table(
                {"name": ""},
                {"name": "甲", "kind": "仙人"},
                {"name": "甲", "phone": "12345"},
                {"name": "甲", "identity": "37020219901301001X"},
                {"name": "甲", "identity": "370202201801010018"},
                {"name": "甲", "district": "火星区"},
                {"name": "甲", "audiences": "青少年、外星人"},
                {"name": "甲", "topics": "长" * 70},
                {"name": "甲", "served": "火星区"},
                {"name": "甲", "consent_evidence": "档案柜 1"},
                {"name": "甲", "consent_manner": "电话，由话务员代录"},
            ),
            actor=office,
        )

    said = "\n".join(map(str, refused.value.errors))
    for sentence in (
        "第 2 行“姓名”", "第 3 行“身份”", "第 4 行“手机号”：手机号应是 11 位", "第 5 行“身份证号”", "第 6 行“身份证号”：未满 18 周岁",
        "第 7 行“区市”", "第 8 行“适合的人群”：没有“外星人”", "第 9 行“能讲的题目”", "第 10 行“服务的地方”",
        "第 11 行“同意怎样来的”", "第 12 行“同意的凭据”",
    ):  # fmt: skip
        assert sentence in said, sentence
    assert "12345" not in said
    assert not PersonRoster.objects.exists()


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02" * 50, b"%PDF-1.7 nothing", "只有,一行\n".encode()])
def test_garbage_is_refused_in_words(office, data):
    with pytest.raises(InputUnreadable) as refused:
        bring_people(SimpleUploadedFile("名册.xlsx", data), actor=office)
    assert str(refused.value.message)


def test_the_same_rows_twice_find_the_roster_again(office):
    roster = bring_people(table({"name": "示例专家甲", "phone": PHONE}), actor=office)
    with pytest.raises(RosterSettled) as settled:
        bring_people(table({"name": "示例专家甲", "phone": PHONE}, name="又一次.csv"), actor=office)
    assert settled.value.data["roster"] == str(roster.pk)
    assert PersonRosterRow.objects.count() == 1


def test_nothing_of_a_row_can_be_read_in_the_database_and_a_decided_row_is_empty(office):
    roster = bring_people(table({"name": "示例专家甲", "phone": PHONE, "identity": IDENTITY}), actor=office)
    with connection.cursor() as cursor:
        cursor.execute("select t::text from capacities_personrosterrow t")
        stored = cursor.fetchone()[0]
    for secret in (PHONE, IDENTITY, "示例专家甲"):
        assert secret not in stored
        assert secret.encode().hex() not in stored

    register_clear_people(roster.pk, actor=office)

    assert roster.rows.get().values is None
    told = str(list(AuditEntry.objects.values()))
    assert PHONE not in told
    assert "示例专家甲" not in told
    with pytest.raises(IntegrityError), transaction.atomic():
        PersonRosterRow.objects.update(values="{}")


def test_the_database_knows_the_choices_and_every_row_once(office):
    roster = bring_people(table({"name": "示例专家甲"}), actor=office)
    with pytest.raises(IntegrityError), transaction.atomic():
        roster.rows.update(choice="burned")
    with pytest.raises(IntegrityError), transaction.atomic():
        PersonRosterRow.objects.create(roster=roster, number=2)


def test_rosters_go_when_their_time_is_over_and_rows_with_their_person(office):
    roster = bring_people(table({"name": "示例专家甲"}, {"name": "示例专家庚", "house": "别处"}), actor=office)
    register_clear_people(roster.pk, actor=office)
    person = Person.objects.get(name="示例专家甲")
    erase_person(person.pk, actor=person)
    assert roster.rows.count() == 1

    PersonRoster.objects.update(brought_at=now() - timedelta(days=29))
    apply_retention()
    assert PersonRoster.objects.exists()
    PersonRoster.objects.update(brought_at=now() - timedelta(days=31))
    apply_retention()
    assert not PersonRosterRow.objects.exists()
    assert Person.objects.filter(name="示例专家庚").exists()


def test_who_admits_nobody_brings_and_decides_nothing(office):
    liaison = PersonFactory(role=Role.LIAISON, organisation=OrganisationFactory())
    known()
    roster = bring_people(table({"name": "示例专家甲"}), actor=office)
    row = roster.rows.get()

    with pytest.raises(NotAllowed):
        bring_people(table({"name": "乙"}), actor=liaison)
    with pytest.raises(NotAllowed):
        register_clear_people(roster.pk, actor=liaison)
    with pytest.raises(NotAllowed):
        decide_person(row.pk, "skipped", seen="", actor=liaison)
    assert person_roster_page(liaison, roster.pk) is None


def test_the_page_asks_the_database_as_often_for_many_rows(client, office, django_assert_max_num_queries):
    for number in range(12):
        known(f"示例专家甲{number:02d}")
    rows = [{"name": f"示例专家甲{number:02d}", "house": "市示例研究所", "position": "教授"} for number in range(12)]
    roster = bring_people(table(*rows), actor=office)
    client.force_login(office)
    with django_assert_max_num_queries(40):
        page = client.get(f"/desk/register/rosters/{roster.pk}/").content.decode()
    assert page.count("是同一人，并入") == 12


def test_the_pages_bring_name_errors_and_find_the_roster_again(client, office):
    client.force_login(office)
    wrong = client.post("/desk/register/rosters/", {"file": table({"name": "甲", "phone": "1"})})
    assert wrong.status_code == 400
    assert "第 2 行“手机号”" in wrong.content.decode()

    first = client.post("/desk/register/rosters/", {"file": table({"name": "示例专家甲", "phone": PHONE})})
    again = client.post("/desk/register/rosters/", {"file": table({"name": "示例专家甲", "phone": PHONE})})
    assert first["Location"] == again["Location"]
    assert "上传过了" in client.get(again["Location"]).content.decode()
    assert client.get("/desk/register/rosters/template.xlsx").status_code == 200
    assert "登记了 1 人" in client.post(first["Location"] + "register/", follow=True).content.decode()


def test_many_clear_rows_are_registered_in_portions(office, monkeypatch):
    monkeypatch.setattr("kepu.outreach.people.capacities.services.rosters.MOST_AT_ONCE", 2)
    roster = bring_people(table(*[{"name": f"示例专家{sign}"} for sign in "甲丙戊"]), actor=office)
    counts = [register_clear_people(roster.pk, actor=office) for _time in range(3)]
    assert (counts, Capacity.objects.count()) == ([2, 1, 0], 3)
