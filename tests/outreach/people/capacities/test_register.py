"""Apply, check, admit, renew, end: who may do what, and what follows."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from kepu.directory.notices.models import Notice
from kepu.directory.privacy.errors import ConsentMissing, GuardianNeeded
from kepu.directory.privacy.services import erase_person, set_birthday, withdraw_consent
from kepu.directory.register.choices import Role
from kepu.directory.todos.models import Todo
from kepu.foundation.audit.models import AuditEntry
from kepu.foundation.clock import now, today
from kepu.foundation.errors import NotAllowed
from kepu.foundation.search.models import SearchDocument
from kepu.ledger.models import Fact
from kepu.outreach.people.capacities.choices import CapacityState, StepKind
from kepu.outreach.people.capacities.errors import (
    CapacityChanged,
    CapacityNotOpen,
    CapacityTwice,
    CapacityUnfit,
    TeamUnfit,
    VisitUnfit,
)
from kepu.outreach.people.capacities.models import Capacity, CapacityStep, Team, TeamMember, TrackRecord, Visit
from kepu.outreach.people.capacities.services import (
    CapacityWords,
    admit_capacity,
    apply_capacity,
    begin_capacity,
    change_capacity,
    check_capacity,
    end_capacity,
    found_team,
    hand_team_on,
    join_team,
    keep_terms,
    leave_team,
    log_visit,
    note_record,
    renew_capacity,
    return_capacity,
    strike_visit,
    withdraw_capacity,
)
from tests.factories import OrganisationFactory, PersonFactory, RegionFactory, city_region
from tests.outreach.people.factories import admitted, agreed, applicant, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return PersonFactory(role=Role.LEADING_OFFICE)


@pytest.fixture
def body():
    return OrganisationFactory()


@pytest.fixture
def liaison(body):
    return PersonFactory(role=Role.LIAISON, organisation=body)


def open_todos():
    return list(Todo.objects.filter(closed_on=None).values_list("role", "organisation", "region"))


def test_a_retired_scientist_applies_is_checked_and_admitted(office, body, liaison):
    person = agreed(PersonFactory())
    capacity = begin_capacity(
        person, "expert", words(organisation_id=body.pk, topics=[" 潮汐  与赶海 ", "潮汐 与赶海"]), actor=person
    )
    assert capacity.topics == ["潮汐 与赶海"]

    apply_capacity(capacity.pk, actor=person)
    assert open_todos() == [(Role.LIAISON, body.pk, None)]
    check_capacity(capacity.pk, actor=liaison)
    assert open_todos() == [(Role.LEADING_OFFICE, None, None)]
    entry = admit_capacity(capacity.pk, actor=office)

    assert entry.number == f"Z{today().year}-0001"
    assert (entry.valid_from, entry.state) == (today(), CapacityState.ADMITTED)
    assert entry.valid_to >= today() + timedelta(days=3 * 365 - 1)
    assert open_todos() == []
    assert [step.kind for step in CapacityStep.objects.all()] == [StepKind.APPLIED, StepKind.CHECKED, StepKind.ADMITTED]
    assert SearchDocument.objects.get(kind="capacities.capacity").subject_id == str(entry.pk)
    assert entry.number in Notice.objects.get(person=person).title
    assert AuditEntry.objects.filter(action="capacities.capacity.admitted").count() == 1


def test_who_has_no_body_is_checked_in_the_district(office):
    district = RegionFactory(code="370202", name="市南区", parent=city_region())
    officer = PersonFactory(role=Role.DISTRICT_OFFICER, region=district)
    capacity = applicant(region_id=district.pk)

    assert open_todos() == [(Role.DISTRICT_OFFICER, None, district.pk)]
    assert check_capacity(capacity.pk, actor=officer).state == CapacityState.CHECKED


def test_nobody_checks_or_admits_oneself_and_strangers_check_nobody(office, liaison):
    own = applicant(person=office)
    with pytest.raises(NotAllowed):
        check_capacity(own.pk, actor=office)
    check_capacity(own.pk, actor=PersonFactory(role=Role.LEADING_OFFICE))
    with pytest.raises(NotAllowed):
        admit_capacity(own.pk, actor=office)

    other = applicant()
    for stranger in (liaison, PersonFactory(), PersonFactory(role=Role.AUDITOR)):
        with pytest.raises(NotAllowed):
            check_capacity(other.pk, actor=stranger)
    check_capacity(other.pk, actor=office)
    with pytest.raises(NotAllowed):
        admit_capacity(other.pk, actor=liaison)


def test_nothing_is_handed_in_without_consent():
    person = PersonFactory()
    capacity = begin_capacity(person, "expert", words(), actor=person)

    with pytest.raises(ConsentMissing):
        apply_capacity(capacity.pk, actor=person)
    set_birthday(person.pk, date(today().year - 16, 1, 1), actor=person)
    with pytest.raises(GuardianNeeded):
        apply_capacity(capacity.pk, actor=person)


@pytest.mark.parametrize(
    ("kind", "more", "field"),
    [
        ("expert", {"topics": [" "]}, "topics"),
        ("expert", {"audiences": []}, "audiences"),
        ("commissioner", {}, "served"),
        ("post", {}, "engagement"),
    ],
)
def test_what_must_be_known_is_asked_for_at_its_field(kind, more, field):
    person = agreed(PersonFactory())
    capacity = begin_capacity(person, kind, words(**more), actor=person)

    with pytest.raises(CapacityUnfit) as refused:
        apply_capacity(capacity.pk, actor=person)

    assert refused.value.data["field"] == field


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"region_id": 0}, "region_id"),
        ({"organisation_id": 999999}, "organisation_id"),
        ({"travels_km": 5000}, "travels_km"),
        ({"topics": ["长" * 61]}, "topics"),
        ({"topics": [f"题目{n}" for n in range(31)]}, "topics"),
        ({"subjects": ["999"]}, "subjects"),
        ({"audiences": ["everybody"]}, "audiences"),
        ({"times": ["8a"]}, "times"),
        ({"fee": "much"}, "fee"),
        ({"engagement": "never"}, "engagement"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(more, field):
    person = PersonFactory()

    with pytest.raises(CapacityUnfit) as refused:
        begin_capacity(person, "expert", words(**more), actor=person)

    assert refused.value.data["field"] == field
    assert not Capacity.objects.exists()


def test_lists_are_kept_in_the_lists_order():
    person = PersonFactory()

    capacity = begin_capacity(person, "expert", words(times=["7e", "1a"], subjects=["240", "110"]), actor=person)

    assert (capacity.times, capacity.subjects) == (["1a", "7e"], ["110", "240"])


def test_a_person_has_one_open_entry_of_a_kind_and_may_have_several_kinds():
    person = PersonFactory()
    begin_capacity(person, "expert", words(), actor=person)
    begin_capacity(person, "counsellor", words(), actor=person)

    with pytest.raises(CapacityTwice):
        begin_capacity(person, "expert", words(), actor=person)
    with pytest.raises(NotAllowed):
        begin_capacity(person, "post", words(), actor=PersonFactory())
    with pytest.raises(IntegrityError), transaction.atomic():
        Capacity.objects.create(person=person, kind="expert", region=city_region())


def test_it_is_sent_back_with_words_changed_and_handed_in_again(office):
    capacity = applicant()
    with pytest.raises(CapacityUnfit):
        return_capacity(capacity.pk, " ", actor=office)
    with pytest.raises(CapacityNotOpen):
        change_capacity(capacity.pk, words(), revision=0, actor=capacity.person)

    return_capacity(capacity.pk, "请写明讲课的年级", actor=office)
    change_capacity(capacity.pk, words(introduction="小学高年级"), revision=0, actor=capacity.person)
    with pytest.raises(CapacityChanged):
        change_capacity(capacity.pk, words(introduction="别的"), revision=0, actor=capacity.person)
    apply_capacity(capacity.pk, actor=capacity.person)

    entry = Capacity.objects.get()
    assert (entry.state, entry.introduction) == (CapacityState.APPLIED, "小学高年级")
    assert Notice.objects.get(person=capacity.person).body == "请写明讲课的年级"


def test_an_application_can_be_withdrawn_until_it_is_admitted(office):
    capacity = applicant()
    with pytest.raises(NotAllowed):
        withdraw_capacity(capacity.pk, actor=PersonFactory())

    withdraw_capacity(capacity.pk, actor=capacity.person)
    assert open_todos() == []

    entry = admitted(office=office)
    with pytest.raises(CapacityNotOpen):
        withdraw_capacity(entry.pk, actor=entry.person)


def test_consent_taken_back_before_admission_stops_it_and_afterwards_ends_it(office):
    waiting = applicant()
    check_capacity(waiting.pk, actor=office)
    withdraw_consent(waiting.person_id, "expert", actor=waiting.person)
    with pytest.raises(ConsentMissing):
        admit_capacity(waiting.pk, actor=office)

    entry = admitted(office=office)
    withdraw_consent(entry.person_id, "expert", actor=entry.person)

    entry.refresh_from_db()
    assert (entry.state, entry.end_reason) == (CapacityState.ENDED, "本人撤回了同意")
    assert not SearchDocument.objects.filter(kind="capacities.capacity").exists()


def test_what_is_changed_while_admitted_shows_at_once_and_stays_on_the_trail(office):
    entry = admitted(office=office)

    change_capacity(entry.pk, words(topics=["极光"]), revision=0, actor=entry.person)

    assert "极光" in SearchDocument.objects.get(kind="capacities.capacity").title
    assert entry.steps.last().kind == StepKind.CHANGED


def test_a_term_is_renewed_ends_or_runs_out(office):
    entry, leaving, over = admitted(office=office), admitted(office=office), admitted(office=office)
    with pytest.raises(CapacityUnfit):
        renew_capacity(entry.pk, actor=office, valid_to=entry.valid_to)
    with pytest.raises(CapacityUnfit):
        renew_capacity(entry.pk, actor=office, valid_to=today() + timedelta(days=9999))
    with pytest.raises(NotAllowed):
        renew_capacity(entry.pk, actor=entry.person)
    later = renew_capacity(entry.pk, actor=office)
    assert later.valid_to > entry.valid_to

    with pytest.raises(CapacityUnfit):
        end_capacity(leaving.pk, "", actor=office)
    with pytest.raises(NotAllowed):
        end_capacity(leaving.pk, "不要他", actor=PersonFactory())
    end_capacity(leaving.pk, "", actor=leaving.person)
    assert Capacity.objects.get(pk=leaving.pk).end_reason == "本人退出"

    Capacity.objects.filter(pk=over.pk).update(
        valid_from=today() - timedelta(days=900), valid_to=today() - timedelta(days=1)
    )
    soon = admitted(office=office)
    Capacity.objects.filter(pk=soon.pk).update(valid_to=today() + timedelta(days=10))
    keep_terms()
    keep_terms()

    over.refresh_from_db()
    assert (over.state, over.end_reason, over.valid_to) == (
        CapacityState.ENDED,
        "有效期满",
        today() - timedelta(days=1),
    )
    assert Notice.objects.filter(person=soon.person, title__contains="请联系办公室续期").count() == 1
    assert Notice.objects.filter(person=entry.person, title__contains="续期").count() == 0
    again = admitted(office=office, person=over.person)
    assert again.number != over.number


def test_one_entry_that_fails_leaves_the_others_alone(office, monkeypatch):
    bad, good = admitted(office=office), admitted(office=office)
    Capacity.objects.update(valid_from=today() - timedelta(days=900), valid_to=today() - timedelta(days=1))
    from kepu.outreach.people.capacities.services import admitting

    original = admitting.publish

    def failing(event):
        if event.capacity_id == bad.pk:
            raise RuntimeError
        original(event)

    monkeypatch.setattr(admitting, "publish", failing)
    with pytest.raises(ExceptionGroup):
        keep_terms()

    assert Capacity.objects.get(pk=bad.pk).state == CapacityState.ADMITTED
    assert Capacity.objects.get(pk=good.pk).state == CapacityState.ENDED


def test_numbers_count_by_kind_and_year(office):
    numbers = [
        admitted(office=office).number,
        admitted(office=office).number,
        admitted("counsellor", office=office).number,
    ]

    assert numbers == [f"Z{today().year}-0001", f"Z{today().year}-0002", f"F{today().year}-0001"]


def test_an_erased_person_leaves_an_entry_without_words(office):
    entry = admitted(office=office, workplace="示例大学", introduction="讲了四十年", position="教授")
    note_record("requests.session:1", kind="session", title="潮汐", occurred_on=today(), person=entry.person)

    erase_person(entry.person_id, actor=entry.person)

    left = Capacity.objects.get()
    assert (left.state, left.is_public, left.number) == (CapacityState.ENDED, False, entry.number)
    assert (left.workplace, left.introduction, left.position, left.topics) == ("", "", "", [])
    assert not TrackRecord.objects.exists()
    assert not SearchDocument.objects.filter(kind="capacities.capacity").exists()


def test_constraints_of_the_tables(office):
    entry = admitted(office=office)
    for values in (
        {"kind": "guru"},
        {"state": "famous"},
        {"fee": "high"},
        {"engagement": "soon"},
        {"valid_to": entry.valid_from - timedelta(days=1)},
        {"number": ""},
        {"valid_from": None, "valid_to": None},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Capacity.objects.filter(pk=entry.pk).update(**values)
    other = admitted(office=office)
    with pytest.raises(IntegrityError), transaction.atomic():
        Capacity.objects.filter(pk=other.pk).update(number=entry.number)
    with pytest.raises(IntegrityError), transaction.atomic():
        CapacityStep.objects.create(capacity=entry, kind="praised", at=now())
    record = {"title": "x", "occurred_on": today(), "source": "a:1"}
    for values in ({"kind": "rumour", "person": entry.person}, {"kind": "work"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            TrackRecord.objects.create(**record, **values)


# --- teams ---


def test_a_team_is_founded_joined_handed_on_and_left(office):
    leader, member = PersonFactory(), PersonFactory()
    with pytest.raises(NotAllowed):
        found_team("示例报告团", "veterans", leader, actor=leader)
    team = found_team("示例报告团", "veterans", leader, actor=office)
    with pytest.raises(TeamUnfit):
        found_team("示例报告团", "veterans", leader, actor=office)
    with pytest.raises(TeamUnfit):
        found_team("明天的团", "veterans", leader, actor=office, founded_on=today() + timedelta(days=1))

    with pytest.raises(NotAllowed):
        join_team(team.pk, member, actor=member)
    joined = join_team(team.pk, member, actor=leader)
    with pytest.raises(TeamUnfit):
        join_team(team.pk, member, actor=leader)
    with pytest.raises(TeamUnfit):
        leave_team(team.members.get(person=leader).pk, actor=leader)
    with pytest.raises(TeamUnfit):
        hand_team_on(team.pk, PersonFactory(), actor=office)
    hand_team_on(team.pk, member, actor=office)
    leave_team(team.members.get(person=leader).pk, actor=leader)

    assert list(TeamMember.objects.filter(until=None)) == [joined]
    assert Team.objects.get().leader == member
    with pytest.raises(IntegrityError), transaction.atomic():
        TeamMember.objects.create(team=team, person=member, since=today())


def test_the_same_source_is_noted_once_and_brought_up_to_date():
    person = PersonFactory()
    for title in ("旧名", "新名"):
        note_record("requests.session:7", kind="session", title=title, occurred_on=today(), person=person)

    assert TrackRecord.objects.get().title == "新名"


# --- the commissioner's log ---


@pytest.fixture
def commissioner(office, body):
    district = RegionFactory(code="370283", name="平度市", parent=city_region())
    return admitted("commissioner", office=office, organisation_id=body.pk, served=[district.pk])


def test_a_visit_is_a_fact_of_the_body_that_sends(commissioner, body):
    place = RegionFactory(code="370283116", name="新河镇", parent=commissioner.served.get())

    visit = log_visit(commissioner.pk, place, today(), "看苗情", people=12, actor=commissioner.person)

    fact = Fact.objects.get()
    assert (fact.indicator.code, fact.organisation_id, fact.region_id, fact.people) == (
        "commissioner_visits",
        body.pk,
        place.pk,
        12,
    )
    assert visit.fact == fact.pk
    strike_visit(visit.pk, "日期记错", actor=commissioner.person)
    assert Fact.objects.get(reverses=fact.pk).quantity == -1
    with pytest.raises(VisitUnfit):
        strike_visit(visit.pk, "再来一次", actor=commissioner.person)
    log_visit(commissioner.pk, place, today(), "看苗情", actor=commissioner.person)
    assert Visit.objects.filter(struck_at=None).count() == 1


def test_a_visit_fits_the_term_the_places_and_the_person(commissioner, office):
    place = commissioner.served.get()
    expert = admitted(office=office)
    refused = [
        (commissioner.pk, place, today() - timedelta(days=1), "早于任期"),
        (commissioner.pk, place, today() + timedelta(days=1), "明天"),
        (commissioner.pk, city_region(), today(), "别处"),
        (commissioner.pk, place, today(), " "),
        (expert.pk, place, today(), "专家"),
    ]
    for case in refused:
        with pytest.raises(VisitUnfit):
            log_visit(*case, actor=office)
    with pytest.raises(NotAllowed):
        log_visit(commissioner.pk, place, today(), "冒名", actor=PersonFactory())
    log_visit(commissioner.pk, place, today(), "看苗情", actor=office)
    with pytest.raises(VisitUnfit):
        log_visit(commissioner.pk, place, today(), "又一次", actor=office)
    assert Fact.objects.count() == 1


def test_the_words_of_an_entry_have_the_fields_of_the_table():
    from dataclasses import fields

    columns = {field.name for field in Capacity._meta.get_fields()} | {"region_id", "organisation_id"}
    assert {field.name for field in fields(CapacityWords)} <= columns
