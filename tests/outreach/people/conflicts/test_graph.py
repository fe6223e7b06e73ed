"""Who must not decide about whom: declared and found, whatever names somebody goes by."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from kepu.directory.privacy.queries import undeclared
from kepu.directory.register.choices import Role
from kepu.directory.register.services import create_organisation
from kepu.foundation.clock import now, today
from kepu.foundation.codes.services import override_parameter
from kepu.foundation.errors import NotAllowed
from kepu.outreach.people.conflicts.choices import Ground, IdentityState, Origin, TieKind
from kepu.outreach.people.conflicts.errors import ConflictOfInterest, IdentityUnfit, TieOver, TieUnfit
from kepu.outreach.people.conflicts.models import SameIdentity, Tie
from kepu.outreach.people.conflicts.queries import (
    classes_around,
    conflict_of,
    conflicts_between,
    is_same_human,
    ties_of,
)
from kepu.outreach.people.conflicts.rules import Target, classes_of, is_one_house
from kepu.outreach.people.conflicts.services import (
    decide_identity,
    declare_tie,
    find_doubles,
    note_double,
    refuse_conflict,
    take_back_tie,
    undo_identity,
)
from tests.factories import OrganisationFactory, PersonFactory, city_region

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return PersonFactory(role=Role.LEADING_OFFICE)


def grounds(judge, **target):
    return [reason.ground for reason in conflict_of(judge.pk, Target(**target))]


def body(name, parent=None):
    office = PersonFactory(role=Role.LEADING_OFFICE)
    return create_organisation(name, actor=office, kind="society", region=city_region(), parent=parent)


def test_strangers_are_in_no_conflict():
    judge, author = PersonFactory(organisation=body("示例学会甲")), PersonFactory(organisation=body("示例学会乙"))

    assert conflict_of(judge.pk, Target(person=author.pk)) == ()
    refuse_conflict(judge, Target(person=author.pk))


def test_nobody_judges_oneself_nor_the_own_house_above_or_below():
    above = body("示例集团")
    below = body("示例研究所", parent=above)
    aside = body("示例工厂", parent=above)
    judge = PersonFactory(organisation=below)

    assert grounds(judge, person=judge.pk) == [Ground.SELF]
    assert grounds(judge, body=below.pk) == [Ground.BODY]
    assert grounds(judge, body=above.pk) == [Ground.BODY]
    assert grounds(PersonFactory(organisation=above), body=below.pk) == [Ground.BODY]
    assert grounds(judge, body=aside.pk) == []
    assert grounds(judge, person=PersonFactory(organisation=above).pk) == [Ground.BODY]


@pytest.mark.parametrize("kind", [TieKind.KIN, TieKind.TEACHER, TieKind.JOINT_WORK])
def test_a_tie_between_two_persons_holds_from_either_side(kind):
    one, other = PersonFactory(), PersonFactory()

    declare_tie(one, kind, actor=one, other=other)

    assert grounds(one, person=other.pk) == [Ground(kind)]
    assert grounds(other, person=one.pk) == [Ground(kind)]


def test_kin_carry_their_bodies_unless_the_site_says_otherwise():
    judge, kin = PersonFactory(), PersonFactory(organisation=body("示例企业"))
    theirs = kin.organisation
    declare_tie(judge, TieKind.KIN, actor=judge, other=kin)
    reasons = conflict_of(judge.pk, Target(body=theirs.pk))
    assert [(reason.ground, reason.through) for reason in reasons] == [(Ground.KIN_BODY, kin.name)]

    office = PersonFactory(role=Role.LEADING_OFFICE)
    override_parameter("conflicts.counts_kin_body", value=False, actor=office, reason="本市规定")

    assert conflict_of(judge.pk, Target(body=theirs.pk)) == ()


def test_the_own_avoidance_holds_against_the_other_side_too():
    author, rival = PersonFactory(), PersonFactory()

    declare_tie(author, TieKind.AVOIDS, actor=author, other=rival)

    assert grounds(rival, person=author.pk) == [Ground.AVOIDS]


def test_ties_to_bodies_count_with_those_below():
    above = body("示例基金会")
    below = body("示例基金会青岛分会", parent=above)
    judge = PersonFactory()

    declare_tie(judge, TieKind.EMPLOYED, actor=judge, body=above, note="顾问")

    assert grounds(judge, body=below.pk) == [Ground.EMPLOYED]


def test_what_ended_binds_for_some_years_and_kinship_only_while_it_stands():
    one, other, third = PersonFactory(), PersonFactory(), PersonFactory()
    lately = today() - timedelta(days=300)
    declare_tie(one, TieKind.JOINT_WORK, actor=one, other=other, until=lately)
    declare_tie(one, TieKind.JOINT_WORK, actor=one, other=third, until=date(2001, 1, 1))
    declare_tie(one, TieKind.INTEREST, actor=one, body=(firm := body("示例公司")), until=lately)

    assert grounds(one, person=other.pk) == [Ground.JOINT_WORK]
    assert grounds(one, person=third.pk) == []
    assert grounds(one, body=firm.pk) == []


def test_one_person_under_two_identities_is_still_one(office):
    author, second_account = PersonFactory(), PersonFactory(organisation=body("示例出版社"))
    reviewer = second_account
    assert conflict_of(reviewer.pk, Target(person=author.pk)) == ()
    note_double(author.pk, reviewer.pk, "办公室发现")
    assert conflict_of(reviewer.pk, Target(person=author.pk)) == ()  # suspected only: somebody decides first

    decide_identity(SameIdentity.objects.get().pk, is_same=True, reason="核对过", actor=office)

    assert grounds(reviewer, person=author.pk) == [Ground.SELF]
    assert grounds(author, body=second_account.organisation_id) == [Ground.BODY]
    assert is_same_human(author.pk, reviewer.pk)


def test_a_tie_of_one_identity_holds_for_the_other(office):
    judge, double, author = PersonFactory(), PersonFactory(), PersonFactory()
    note_double(judge.pk, double.pk, "办公室发现")
    decide_identity(SameIdentity.objects.get().pk, is_same=True, reason="核对过", actor=office)

    declare_tie(double, TieKind.KIN, actor=double, other=author)

    assert grounds(judge, person=author.pk) == [Ground.KIN]
    assert grounds(author, person=judge.pk) == [Ground.KIN]


def test_what_was_found_different_can_be_decided_anew_but_not_by_one_of_the_two(office):
    one, other = PersonFactory(), PersonFactory()
    note_double(one.pk, other.pk, "邮箱相同")
    pair = SameIdentity.objects.get()

    with pytest.raises(NotAllowed):
        decide_identity(pair.pk, is_same=False, reason="核对过", actor=one)
    decide_identity(pair.pk, is_same=False, reason="核对过", actor=office)
    assert find_doubles() == 0
    assert not note_double(other.pk, one.pk, "又一次")
    assert SameIdentity.objects.get().state == IdentityState.DIFFERENT


def test_doubles_are_found_by_mail_and_by_name_in_one_body():
    where = body("示例大学")
    same_mail = [PersonFactory(email="expert@example.cn") for _ in range(2)]
    same_name = [PersonFactory(name="示例专家 012", organisation=where) for _ in range(3)]
    PersonFactory(name="示例专家 012")
    PersonFactory(email="")
    PersonFactory(email="")

    assert find_doubles() == 1 + 3
    assert find_doubles() == 0

    pairs = set(SameIdentity.objects.values_list("first", "second"))
    assert (same_mail[0].pk, same_mail[1].pk) in pairs
    assert (same_name[0].pk, same_name[2].pk) in pairs


def test_looking_for_doubles_costs_the_same_for_many_groups(django_assert_max_num_queries):
    where = body("示例大学")
    for number in range(12):
        for _twice in range(2):
            PersonFactory(name=f"示例专家 {number:03d}", organisation=where, email=f"e{number}@example.cn")
    for _many in range(21):
        PersonFactory(name="示例专家 999", organisation=where)
    with django_assert_max_num_queries(8):
        assert find_doubles() == 12


def test_only_the_pairs_around_those_who_are_asked_about_are_read(office, django_assert_num_queries):
    people = [PersonFactory() for _ in range(6)]
    for one, other in ((0, 1), (1, 2), (4, 5)):
        note_double(people[one].pk, people[other].pk, "办公室发现")
    note_double(people[2].pk, people[3].pk, "办公室发现")
    for pair in SameIdentity.objects.exclude(second=people[3].pk):
        decide_identity(pair.pk, is_same=True, reason="核对过", actor=office)
    with django_assert_num_queries(1):
        assert set(classes_around([people[2].pk])) == {one.pk for one in people[:3]}
    assert not is_same_human(people[0].pk, people[3].pk)
    assert classes_around([]) == {}


def test_kin_under_another_account_carry_that_account_s_body(office):
    judge, kin, kin_again = PersonFactory(), PersonFactory(), PersonFactory(organisation=body("示例企业"))
    note_double(kin.pk, kin_again.pk, "办公室发现")
    decide_identity(SameIdentity.objects.get().pk, is_same=True, reason="核对过", actor=office)
    declare_tie(judge, TieKind.KIN, actor=judge, other=kin)
    assert grounds(judge, body=kin_again.organisation_id) == [Ground.KIN_BODY]


def test_a_decision_has_a_reason_can_be_undone_and_is_about_what_was_seen(office):
    one, other = PersonFactory(), PersonFactory()
    note_double(one.pk, other.pk, "邮箱相同")
    pair = SameIdentity.objects.get()
    with pytest.raises(IdentityUnfit):
        decide_identity(pair.pk, is_same=True, reason=" ", actor=office)
    with pytest.raises(IdentityUnfit):
        undo_identity(pair.pk, actor=office)
    decide_identity(pair.pk, is_same=True, reason="看过证件", actor=office, expected="suspected")
    assert is_same_human(one.pk, other.pk)
    with pytest.raises(IdentityUnfit):
        decide_identity(pair.pk, is_same=False, reason="两个人", actor=office, expected="suspected")
    with pytest.raises(NotAllowed):
        undo_identity(pair.pk, actor=one)
    with pytest.raises(NotAllowed):
        undo_identity(pair.pk, actor=PersonFactory(role=Role.LIAISON, organisation=OrganisationFactory()))
    undo_identity(pair.pk, actor=office, expected="same")
    pair.refresh_from_db()
    assert (pair.state, pair.reason, pair.decided_by) == ("suspected", "", None)
    assert not is_same_human(one.pk, other.pk)


def test_a_shared_mail_domain_tells_a_house_and_a_public_one_does_not():
    one, other = PersonFactory(email="a@lab.example.cn"), PersonFactory(email="b@LAB.example.cn")
    public = PersonFactory(email="c@qq.com"), PersonFactory(email="d@qq.com")

    assert grounds(one, person=other.pk) == [Ground.MAIL]
    assert grounds(public[0], person=public[1].pk) == []


def test_a_refusal_names_every_reason():
    where = body("示例医院")
    judge, author = PersonFactory(organisation=where), PersonFactory(organisation=where)
    declare_tie(judge, TieKind.TEACHER, actor=judge, other=author)

    with pytest.raises(ConflictOfInterest) as refused:
        refuse_conflict(judge, Target(person=author.pk))

    assert "同一单位" in str(refused.value)
    assert "师生" in str(refused.value)


def test_only_oneself_and_the_office_record_and_what_the_office_learnt_stays(office):
    person, other = PersonFactory(), PersonFactory()
    with pytest.raises(NotAllowed):
        declare_tie(person, TieKind.KIN, actor=other, other=other)

    own = declare_tie(person, TieKind.KIN, actor=person, other=other)
    learnt = declare_tie(person, TieKind.INTEREST, actor=office, body=body("示例药厂"))
    assert (own.origin, learnt.origin) == (Origin.DECLARED, Origin.OFFICE)
    with pytest.raises(NotAllowed):
        take_back_tie(learnt.pk, actor=person)
    take_back_tie(own.pk, actor=person)
    with pytest.raises(TieOver):
        take_back_tie(own.pk, actor=person)
    assert list(ties_of(person.pk)) == [learnt]
    assert Tie.objects.count() == 2


def test_a_tie_has_one_other_end_days_in_order_and_is_declared_once():
    person, other, where = PersonFactory(), PersonFactory(), body("示例站")
    for ends in ({}, {"other": other, "body": where}, {"other": person}):
        with pytest.raises(TieUnfit):
            declare_tie(person, TieKind.KIN, actor=person, **ends)
    with pytest.raises(TieUnfit):
        declare_tie(person, TieKind.KIN, actor=person, other=other, since=date(2024, 2, 1), until=date(2024, 1, 1))
    declare_tie(person, TieKind.KIN, actor=person, other=other)
    with pytest.raises(TieUnfit, match="已经登记"):
        declare_tie(person, TieKind.KIN, actor=person, other=other)

    raw = {"person": person, "recorded_by": person, "recorded_at": now()}
    for bad in (
        {"kind": "friend", "other": other},
        {"kind": "kin", "other": other, "body": where},
        {"kind": "kin"},
        {"kind": "kin", "other": person},
        {"kind": "teacher", "other": other, "since": date(2024, 2, 1), "until": date(2024, 1, 1)},
        {"kind": "teacher", "other": other, "origin": "rumour"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Tie.objects.create(**raw, **bad)
    for bad in ({"first": other, "second": person}, {"first": person, "second": other, "state": "maybe"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SameIdentity.objects.create(found_at=now(), **bad)


def test_asking_about_many_costs_no_more_queries_than_about_one(django_assert_max_num_queries):
    people = [PersonFactory(organisation=OrganisationFactory()) for _ in range(12)]
    declare_tie(people[0], TieKind.KIN, actor=people[0], other=people[11])
    targets = [Target(person=one.pk) for one in people[6:]]

    with django_assert_max_num_queries(6):
        found = conflicts_between([one.pk for one in people[:6]], targets)

    assert list(found) == [(people[0].pk, Target(person=people[11].pk))]
    with django_assert_max_num_queries(6):
        conflicts_between([people[0].pk], targets[:1])


def test_every_model_says_what_erasure_does():
    assert undeclared() == []


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=20))
def test_being_the_same_is_an_equivalence(pairs):
    found = classes_of(pairs)

    for one, other in pairs:
        assert found[one] == found[other]
    for entry, group in found.items():
        assert entry in group
        assert all(found[other] == group for other in group)
    assert classes_of(reversed(pairs)) == found


@given(st.lists(st.integers(1, 9), max_size=4), st.lists(st.integers(1, 9), max_size=4))
def test_one_house_is_symmetric(one, other):
    paths = ["".join(f"{number}/" for number in path) for path in (one, other)]

    assert is_one_house(*paths) == is_one_house(*reversed(paths))
