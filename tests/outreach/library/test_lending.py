"""Loans: asked, answered, out, back; never more out than there are good copies, at the borders of days too."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from kepu.directory.notices.models import Notice
from kepu.directory.privacy.errors import ErasureObstructed
from kepu.directory.privacy.models import PersonalDetail
from kepu.directory.privacy.services import erase_person
from kepu.directory.register.choices import Role
from kepu.directory.todos.models import Todo
from kepu.foundation import clock
from kepu.foundation.audit.queries import entries_about
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import _subscribers, subscribe
from kepu.outreach.library import services
from kepu.outreach.library.errors import LibraryMoved, LibraryUnfit, NoCopyFree
from kepu.outreach.library.events import LoanReturned
from kepu.outreach.library.models import Holding, Loan, Movement
from kepu.outreach.library.queries import free_copies, materials_for
from kepu.outreach.library.services import Counts
from tests.factories import PersonFactory
from tests.outreach.library.factories import (
    agreed,
    asked,
    body,
    day,
    district,
    holding,
    liaison_of,
    office,
    out,
    resource,
    terms,
)

pytestmark = pytest.mark.django_db


def sums(kept: Holding) -> tuple[int, int, int]:
    """What the movements of a holding add up to."""
    rows = Movement.objects.filter(holding=kept).values_list("good", "damaged", "lost")
    return tuple(map(sum, zip(*rows, strict=True)))


def counts(kept: Holding) -> tuple[int, int, int]:
    return Holding.objects.values_list("good", "damaged", "lost").get(pk=kept.pk)


def test_a_kit_is_asked_for_lent_and_comes_back_with_one_damaged():
    heard = []
    subscribe(LoanReturned)(heard.append)
    keeper = body()
    lender, borrower, kept = liaison_of(keeper), PersonFactory(), holding(3, keeper=keeper)

    loan = asked(kept, actor=borrower, copies=2, first=0, last=2)
    todo = Todo.objects.get(key=f"library.loan:{loan.pk}")
    assert (todo.role, todo.organisation, todo.closed_on) == (Role.LIAISON, keeper, None)
    services.agree_loan(loan.pk, actor=lender, answer="上午来领")
    assert Todo.objects.get(pk=todo.pk).closed_on is not None
    assert Notice.objects.get(person=borrower).body == "上午来领"
    services.hand_out_loan(loan.pk, actor=lender)
    assert counts(kept) == (3, 0, 0)
    services.return_loan(loan.pk, actor=lender, damaged=1, note="镜片裂了")
    _subscribers[LoanReturned].remove(heard.append)

    loan.refresh_from_db()
    assert (loan.state, loan.damaged, loan.returned_on) == ("returned", 1, day(0))
    assert counts(kept) == sums(kept) == (2, 1, 0)
    movement = Movement.objects.get(loan=loan)
    assert (movement.kind, movement.reason, movement.moved_by) == ("returned", "镜片裂了", lender.pk)
    assert heard == [LoanReturned(loan.pk, 2, 1, 0)]
    deeds = [entry.action.rsplit(".", 1)[-1] for entry in entries_about(loan)]
    assert deeds == ["asked", "agreed", "handed_out", "returned"]


def test_both_ends_of_a_loan_are_days_on_which_the_copies_are_away():
    kept = holding(1)
    agreed(kept, first=5, last=7)

    assert free_copies([kept.pk], day(4), day(8)) == {kept.pk: (1, 0, 0, 0, 1)}
    for first, last in ((3, 5), (7, 9), (6, 6), (4, 8)):
        with pytest.raises(NoCopyFree):
            asked(kept, first=first, last=last)
    assert asked(kept, first=3, last=4).pk
    assert asked(kept, first=8, last=9).pk


def test_what_is_only_asked_for_takes_nothing_and_the_second_answer_looks_again():
    kept, actor = holding(2), office()
    first, second = asked(kept, copies=2), asked(kept, copies=1)

    services.agree_loan(first.pk, actor=actor)

    with pytest.raises(NoCopyFree) as refusal:
        services.agree_loan(second.pk, actor=actor)
    assert (refusal.value.data["day"], refusal.value.data["free"]) == (day(1), 0)


def test_what_is_overdue_is_free_on_no_day_until_it_is_back():
    kept = holding(2)
    loan = out(kept, copies=1, last=1)

    with clock.fixed(day(5)):
        assert free_copies([kept.pk], day(0), day(1)) == {kept.pk: (1, 1)}
        services.return_loan(loan.pk, actor=office())
        assert free_copies([kept.pk], day(0), day(1)) == {kept.pk: (2, 2)}


def test_nothing_goes_out_that_did_not_come_back():
    kept, actor = holding(1), office()
    out(kept, last=1)
    later = agreed(kept, first=3, last=4)

    with clock.fixed(day(3)), pytest.raises(NoCopyFree, match="催还"):
        services.hand_out_loan(later.pk, actor=actor)


def test_copies_go_out_on_the_loans_days_only():
    kept, actor = holding(2), office()
    loan = agreed(kept, first=2, last=3)

    for number in (1, 4):
        with clock.fixed(day(number)), pytest.raises(LibraryMoved, match="约定"):
            services.hand_out_loan(loan.pk, actor=actor)
    with clock.fixed(day(3)):
        assert services.hand_out_loan(loan.pk, actor=actor).state == "out"


def test_an_overdue_loan_hangs_a_todo_and_tells_the_borrower_once():
    keeper, borrower = body(), PersonFactory()
    liaison_of(keeper)
    loan = out(holding(1, keeper=keeper), actor=borrower, last=1)

    assert services.keep_loans() == 0
    with clock.fixed(day(1)):
        assert services.keep_loans() == 0
    for number in (2, 3):
        with clock.fixed(day(number)):
            assert services.keep_loans() == 1
    assert Notice.objects.filter(person=borrower, key=f"library.loan.overdue:{loan.pk}").count() == 1
    todo = Todo.objects.get(key=f"library.overdue:{loan.pk}")
    assert (todo.due_on, todo.organisation) == (day(1), keeper)

    with clock.fixed(day(3)):
        services.return_loan(loan.pk, actor=office())
    assert Todo.objects.get(pk=todo.pk).closed_on is not None


def test_the_todo_of_a_body_without_a_liaison_hangs_at_the_office():
    loan = asked()

    assert Todo.objects.get(key=f"library.loan:{loan.pk}").role == Role.LEADING_OFFICE


def test_what_was_never_fetched_lapses_and_who_asked_is_told():
    borrower = PersonFactory()
    loan = agreed(holding(1), actor=borrower, first=1, last=2)

    with clock.fixed(day(3)):
        services.keep_loans()

    loan.refresh_from_db()
    assert (loan.state, loan.answer) == ("cancelled", "到期没有来领")
    assert Notice.objects.filter(person=borrower, key=f"library.loan.cancelled:{loan.pk}").exists()


@pytest.mark.parametrize("act", ["agree_loan", "hand_out_loan", "return_loan", "refuse_loan"])
def test_only_who_keeps_the_copies_handles_their_loans(act):
    keeper = body()
    kept = holding(3, keeper=keeper)
    loan = {"agree_loan": asked, "refuse_loan": asked, "hand_out_loan": agreed, "return_loan": out}[act](
        kept, **({"first": 0} if act == "hand_out_loan" else {})
    )
    given = {"answer": "已借给学校"} if act == "refuse_loan" else {}
    strangers = [
        PersonFactory(),
        liaison_of(body()),
        PersonFactory(role=Role.DISTRICT_OFFICER, region=district("370203", "市北区")),
        PersonFactory(role=Role.UNIT_HEAD, organisation=keeper),
        PersonFactory(role=Role.REVIEWER, organisation=body()),
        loan.person,
    ]
    for stranger in strangers:
        with pytest.raises(NotAllowed):
            getattr(services, act)(loan.pk, actor=stranger, **given)

    officer = PersonFactory(role=Role.DISTRICT_OFFICER, region=kept.region)
    getattr(services, act)(loan.pk, actor=officer, **given)


def test_a_step_that_was_done_is_not_done_again():
    actor = office()
    loan = out(holding(2))
    for act in (services.agree_loan, services.hand_out_loan):
        with pytest.raises(LibraryMoved, match="借出"):
            act(loan.pk, actor=actor)
    with pytest.raises(LibraryMoved):
        services.cancel_loan(loan.pk, actor=actor, reason="不借了")
    services.return_loan(loan.pk, actor=actor)
    with pytest.raises(LibraryMoved):
        services.return_loan(loan.pk, actor=actor)


def test_more_cannot_come_back_damaged_than_went_out_and_somebody_says_what_happened():
    loan, actor = out(holding(3), copies=2), office()

    for damaged, lost, note in ((2, 1, "摔了"), (-1, 0, "摔了"), (1, 0, " ")):
        with pytest.raises(LibraryUnfit):
            services.return_loan(loan.pk, actor=actor, damaged=damaged, lost=lost, note=note)


def test_a_body_borrows_through_its_liaison_and_a_session_through_its_room():
    school, kept = body(), holding(3)
    teacher = liaison_of(school)

    loan = services.ask_loan(kept.pk, terms(), actor=teacher, organisation_id=school.pk)
    other = services.ask_loan(kept.pk, terms(), actor=teacher, subject=("requests.session", "12"))

    assert (loan.person, loan.organisation) == (None, school)
    assert (other.person, other.organisation, other.subject_id) == (None, None, "12")
    with pytest.raises(NotAllowed):
        services.ask_loan(kept.pk, terms(), actor=PersonFactory(), organisation_id=school.pk)
    assert services.cancel_loans_of("requests.session", "12", reason="活动取消了") == 1
    assert services.cancel_loans_of("requests.session", "12", reason="活动取消了") == 0


def test_a_second_click_is_no_second_loan():
    kept, borrower = holding(3), PersonFactory()
    asked(kept, actor=borrower)

    with pytest.raises(LibraryMoved, match="我的借用"):
        asked(kept, actor=borrower)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"copies": 0}, "copies"),
        ({"first": -1}, "first_day"),
        ({"first": 181, "last": 182}, "first_day"),
        ({"first": 3, "last": 2}, "last_day"),
        ({"first": 1, "last": 31}, "last_day"),
        ({"purpose": " "}, "purpose"),
    ],
)
def test_what_cannot_be_asked_for(given, field):
    kept = holding(3)
    with pytest.raises(LibraryUnfit) as refusal:
        asked(kept, **given)
    assert refusal.value.data["field"] == field
    assert asked(kept, first=1, last=30).pk


def test_what_is_not_lent_or_withdrawn_is_not_asked_for():
    fixed = holding(1, is_lendable=False)
    with pytest.raises(LibraryMoved):
        asked(fixed)
    kept = holding(1)
    loan = asked(kept)
    services.withdraw_resource(kept.resource_id, reason="内容过时", actor=office())
    with pytest.raises(LibraryMoved):
        services.agree_loan(loan.pk, actor=office())


def test_a_minor_does_not_borrow_alone():
    child = PersonFactory()
    PersonalDetail.objects.create(person=child, birthday=day(-365 * 15).isoformat())

    with pytest.raises(LibraryUnfit, match="监护人"):
        asked(holding(1), actor=child)


def test_who_is_erased_brings_back_first_and_leaves_no_words():
    borrower = PersonFactory()
    kept = holding(3)
    loan = out(kept, actor=borrower, copies=1, last=2)
    waiting = asked(kept, actor=borrower, first=10, last=11, purpose="给张三过生日")

    with pytest.raises(ErasureObstructed, match="还没有归还"):
        erase_person(borrower.pk, actor=borrower)
    services.return_loan(loan.pk, actor=office())
    erase_person(borrower.pk, actor=borrower)

    waiting.refresh_from_db()
    assert (waiting.state, waiting.purpose, waiting.answer) == ("cancelled", "", "借用人注销了")
    assert str(Loan.objects.get(pk=loan.pk).person) == f"已注销人员 {borrower.pk}"


def test_the_counts_are_the_sum_of_movements_that_nobody_edits():
    kept, actor = holding(5), office()
    services.count_stock(kept.pk, Counts(4, 1), reason="年度盘点", actor=actor)
    assert services.count_stock(kept.pk, Counts(4, 1), reason="再数一遍", actor=actor) is None

    assert counts(kept) == sums(kept) == (4, 1, 0)
    for statement in ("update library_movement set good = 9", "delete from library_movement"):
        with pytest.raises(DatabaseError, match="movements_never_edited"), transaction.atomic():
            connection.cursor().execute(statement)


def test_a_stocktake_finds_no_fewer_good_ones_than_are_out():
    kept, actor = holding(3), office()
    out(kept, copies=2)

    with pytest.raises(LibraryUnfit, match="借出在外"):
        services.count_stock(kept.pk, Counts(1), reason="盘点", actor=actor)
    with pytest.raises(LibraryUnfit):
        services.count_stock(kept.pk, Counts(3), reason="盘点", counted_on=day(1), actor=actor)
    with pytest.raises(LibraryUnfit, match="更早的盘点"):
        services.count_stock(kept.pk, Counts(2), reason="盘点", counted_on=day(-1), actor=actor)
    with pytest.raises(NotAllowed):
        services.count_stock(kept.pk, Counts(2), reason="盘点", actor=liaison_of(body()))
    services.count_stock(kept.pk, Counts(2, 1), reason="盘点", actor=actor)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("loan_of_something", {"copies": 0}),
        ("loan_days_in_order", {"first_day": "2024-09-02", "last_day": "2024-09-01"}),
        ("loan_has_one_borrower", {"subject_type": "requests.session", "subject_id": "1"}),
        ("loan_has_one_borrower", {"person": None}),
        ("loan_days_fit_state", {"state": "out"}),
        ("loan_state_known", {"state": "gone"}),
        ("loan_refusal_says_why", {"state": "refused"}),
    ],
)
def test_the_database_refuses_loans_that_cannot_be(name, change):
    loan = asked()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Loan.objects.filter(pk=loan.pk).update(**change)


def test_the_database_refuses_a_return_of_more_than_went_out():
    loan = out(holding(1))
    with pytest.raises(IntegrityError, match="loan_not_more_back_than_out"), transaction.atomic():
        Loan.objects.filter(pk=loan.pk).update(state="returned", returned_on=day(0), damaged=1, lost=1)


def test_free_copies_of_any_number_of_holdings_cost_two_statements(django_assert_num_queries):
    thing, actor = resource(), office()
    kept = [holding(2, thing=thing, keeper=body(), actor=actor) for _ in range(8)]
    agreed(kept[0], copies=2, first=1, last=2)

    with django_assert_num_queries(2):
        free = free_copies([one.pk for one in kept], day(0), day(3))
    assert free[kept[0].pk] == (2, 0, 0, 2)
    assert free[kept[1].pk] == (2, 2, 2, 2)


def test_material_is_found_by_an_orders_words_with_its_free_days(django_assert_num_queries):
    sky = holding(2, title="星空教具箱", topics=["月食和日食"], audiences=["youth"], subjects=["160"])
    sea = holding(1, title="潮汐展板", topics=["赶海和潮汐"])
    holding(1, title="不外借的展品", topics=["潮汐"], is_lendable=False)
    gone = holding(1, title="旧潮汐挂图")
    services.withdraw_resource(gone.resource_id, reason="过时", actor=office())
    agreed(sea, first=1, last=1)

    with django_assert_num_queries(2):
        found = materials_for(["潮汐"], day(0), day(1))
    assert [(row.holding_id, row.title, row.topics, row.free, row.least) for row in found] == [
        (sea.pk, "潮汐展板", ("赶海和潮汐",), (1, 0), 0)
    ]
    assert [row.holding_id for row in materials_for(["日食"], day(0), day(0))] == [sky.pk]
    assert [row.holding_id for row in materials_for([], day(0), day(0), region_path="37/3702/370299/")] == []
    assert {row.holding_id for row in materials_for(["没有"], day(0), day(0), subject="160")} == {sky.pk}
    assert {row.holding_id for row in materials_for([], day(0), day(0))} == {sky.pk, sea.pk}


def test_a_loan_that_begins_later_leaves_today_free():
    kept = holding(1)
    agreed(kept, first=10, last=12)
    assert free_copies([kept.pk], day(0), day(0)) == {kept.pk: (1,)}
    assert free_copies([kept.pk, 10**9], day(0) + timedelta(days=12), day(13)) == {kept.pk: (0, 1)}
