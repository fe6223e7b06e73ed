"""Material goes with an order: proposed with its reason, asked for at the yes, moved and given up with the session."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from kepu.outreach.library.choices import LoanState
from kepu.outreach.library.models import Loan
from kepu.outreach.library.services import LoanTerms, agree_loan, ask_loan
from kepu.outreach.requests.models import Offer, Order
from kepu.outreach.requests.queries.material import Materials
from kepu.outreach.requests.queries.supply import rank_order
from kepu.outreach.requests.rules.material import share_kits
from kepu.outreach.requests.services import (
    RoundTerms,
    accept_offer,
    apply_round,
    cancel_session,
    decline_offer,
    move_session,
    open_round,
    run_round,
    send_round,
    solve_again,
    wish,
)
from tests.factories import PersonFactory
from tests.outreach.library import factories as library
from tests.outreach.requests.worlds import ANY_TIME, day

pytestmark = pytest.mark.django_db


def kit(world, title="台风小实验箱", *, good=1, **more):
    made = library.resource(title=title, topics=more.pop("topics", ("台风是怎样来的",)), **more)
    return library.holding(good, thing=made, region=world.district)


def planned(world, number=1, days=3):
    capacity = world.expert()
    order = world.order(topic=f"台风来了怎么办 {number}", contact_phone=f"139{number:08d}")
    return accept_offer(world.offer(order, capacity, days=days).pk, actor=capacity.person)


def loans(session):
    found = Loan.objects.filter(subject_type="requests.session", subject_id=str(session.pk)).order_by("pk")
    return list(found.values_list("state", "first_day"))


def test_the_best_kit_is_proposed_with_the_person(world):
    kit(world, "看星星的望远镜", topics=("今晚天上有什么",))
    best = kit(world)
    world.expert()
    bundle = rank_order(world.order()).bundles[0]
    assert bundle.material.holding_id == best.pk
    assert "可以带上“台风小实验箱”" in bundle.reasons


@pytest.mark.parametrize(
    "more", [{"audiences": ("elderly",)}, {"forms": ("field",)}, {"topics": ("来了",), "title": "没有关系"}]
)
def test_what_suits_neither_people_nor_topic_stays_where_it_is(world, more):
    kit(world, **more)
    world.expert()
    assert rank_order(world.order()).bundles[0].material is None


def test_at_the_yes_it_is_asked_for_and_who_comes_sees_how_it_stands(world, client):
    kit(world)
    session = planned(world)
    assert loans(session) == [(LoanState.ASKED, session.day)]
    client.force_login(session.provider)
    page = client.get(reverse("requests:session", args=[session.pk])).content.decode()
    assert "台风小实验箱" in page
    assert "待答复" in page
    client.force_login(world.teacher)
    assert "台风小实验箱" not in client.get(reverse("requests:session", args=[session.pk])).content.decode()


def test_one_copy_goes_to_one_session_a_day(world):
    kit(world)
    first = planned(world, 1)
    agree_loan(Loan.objects.get().pk, actor=library.office())
    second, other_day = planned(world, 2), planned(world, 3, days=4)
    assert loans(first) == [(LoanState.AGREED, first.day)]
    assert loans(second) == []
    assert loans(other_day) == [(LoanState.ASKED, other_day.day)]


def test_called_off_it_is_given_up(world):
    kit(world)
    session = planned(world)
    cancel_session(session.pk, "台风", actor=world.office)
    assert loans(session) == [(LoanState.CANCELLED, session.day)]


def test_moved_to_another_day_it_is_asked_for_anew(world):
    kit(world)
    session = planned(world)
    later = {"starts_at": session.starts_at + timedelta(hours=1), "ends_at": session.ends_at + timedelta(hours=1)}
    move_session(session.pk, **later, actor=world.office)
    assert loans(session) == [(LoanState.ASKED, day(3))]
    moved = {name: at + timedelta(days=1) for name, at in later.items()}
    move_session(session.pk, **moved, actor=world.office)
    assert loans(session) == [(LoanState.CANCELLED, day(3)), (LoanState.ASKED, day(4))]


def on_one_day(world, count, **more):
    return [
        world.order(
            topic=f"台风来了怎么办 {number}", contact_phone=f"138{number:08d}", earliest=day(1), latest=day(1),
            half_days=ANY_TIME, **more,
        )
        for number in range(count)
    ]  # fmt: skip


def solved(world):
    made = open_round(day(1), day(7), RoundTerms(), actor=world.office)
    run_round(made.pk)
    return made


def again(made, world):
    solve_again(made.pk, actor=world.office)
    run_round(made.pk)


def sent(made, world):
    apply_round(made.pk, actor=world.office)
    send_round(made.pk, world.office.pk)


def kits_of(made):
    """In the sequence of their right: by day, half-day and order."""
    found = sorted(made.matches.all(), key=lambda one: (one.day, "ape".index(one.part), one.order_id))
    return [one.material_id for one in found]


def agreed(world, holding, on):
    loan = ask_loan(holding.pk, LoanTerms(1, on, on, purpose="校内活动"), actor=PersonFactory())
    return agree_loan(loan.pk, actor=library.office())


def test_a_round_promises_no_kit_more_often_on_a_day_than_copies_are_free(world):
    best, next_best = kit(world), kit(world, "台风图册")
    for _ in range(2):
        world.expert()
    on_one_day(world, 4)
    later = world.order(topic="台风来了怎么办", contact_phone="13700000001", earliest=day(2), latest=day(2))
    made = solved(world)
    named = kits_of(made)
    assert (named[:4], named[4]) == ([best.pk, next_best.pk, None, None], best.pk)
    assert made.matches.get(order=later).material == best
    again(made, world)
    assert kits_of(made) == named


def test_the_round_says_it_and_so_does_the_offer_and_the_named_kit_is_asked_for(world, client):
    kit(world)
    second = kit(world, "台风图册")
    for _ in range(2):
        world.expert()
    on_one_day(world, 2)
    made = solved(world)
    client.force_login(world.office)
    page = client.get(reverse("requests:round", args=[made.pk])).content.decode()
    assert "可以带上“台风小实验箱”" in page
    assert "可以带上“台风图册”" in page
    sent(made, world)
    offer = Offer.objects.get(material=second)
    assert offer.reasons[-1] == "可以带上“台风图册”"
    client.force_login(offer.capacity.person)
    assert "可以带上“台风图册”" in client.get(reverse("requests:offer", args=[offer.pk])).content.decode()
    session = accept_offer(offer.pk, actor=offer.capacity.person)
    assert Loan.objects.get(subject_id=str(session.pk)).holding == second


def test_what_a_person_pinned_has_the_first_right(world):
    best = kit(world)
    for _ in range(2):
        world.expert()
    on_one_day(world, 2)
    made = solved(world)
    last = made.matches.get(material=None)
    wish(made.pk, last.order_id, last.capacity_id, "pin", day=last.day, part=last.part, actor=world.office)
    again(made, world)
    assert made.matches.get(order=last.order_id).material == best
    assert kits_of(made).count(best.pk) == 1


def test_a_kit_that_went_meanwhile_is_not_promised(world):
    best = kit(world)
    world.expert()
    on_one_day(world, 1)
    made = solved(world)
    assert kits_of(made) == [best.pk]
    agreed(world, best, day(1))
    sent(made, world)
    offer = Offer.objects.get()
    assert offer.material is None
    assert not any("台风小实验箱" in reason for reason in offer.reasons)


def test_at_the_yes_what_is_best_then_stands_in_for_a_named_kit_that_went(world):
    best, next_best = kit(world), kit(world, "台风图册")
    capacity = world.expert()
    offer = world.offer(world.order(), capacity)
    assert offer.material == best
    agreed(world, best, offer.day)
    session = accept_offer(offer.pk, actor=capacity.person)
    assert Loan.objects.get(subject_id=str(session.pk)).holding == next_best


def test_what_waits_for_an_answer_is_promised_to_nobody_else_and_free_after_a_no(world):
    best = kit(world)
    first, second = world.expert(), world.expert()
    offer = world.offer(world.order(latest=day(3)), first)
    other = world.order(topic="台风来了怎么办 2", contact_phone="13900000002", earliest=day(3), latest=day(3))
    assert rank_order(other).bundles[0].material is None
    second.delete()
    decline_offer(offer.pk, "那天出差", actor=first.person)
    assert rank_order(other).bundles[0].material.holding_id == best.pk


def test_what_is_asked_for_another_session_is_promised_to_nobody_else(world):
    kit(world)
    planned(world)
    other = world.order(topic="台风来了怎么办 2", contact_phone="13900000002", earliest=day(3), latest=day(3))
    assert rank_order(other).bundles[0].material is None


def test_material_is_read_once_for_any_number_of_orders(world):
    for number in range(5):
        kit(world, f"台风小实验箱 {number}")
    orders = list(Order.objects.filter(pk__in=[one.pk for one in on_one_day(world, 9)]).select_related("region"))
    counts = []
    for some in (orders[:1], orders):
        with CaptureQueriesContext(connection) as asked:
            found = Materials(some, day(1), day(7))
            assert all(found.on(one, day(1)) for one in some)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_so_many_words_that_the_library_would_cut_them_off_lose_nothing(world):
    kit(world)
    orders = [
        Order(pk=number, topic=topic, audience="youth", form="lecture", region=world.district)
        for number, topic in enumerate([*(f"{'甲乙丙丁戊己庚辛壬癸'[n % 10]}星{n}号怎样观测彗星{n}" for n in range(60)), "台风来了怎么办"])
    ]  # fmt: skip
    assert Materials(orders, day(1), day(1)).on(orders[-1], day(1)).title == "台风小实验箱"


@given(
    st.lists(st.tuples(st.integers(1, 6), st.sampled_from("ape")), max_size=14, unique=True),
    st.dictionaries(st.integers(1, 6), st.lists(st.integers(1, 4), max_size=4, unique=True)),
    st.dictionaries(st.integers(1, 4), st.integers(0, 2)),
)
def test_no_day_promises_more_than_is_free_and_nobody_after_takes_from_who_came_before(asked, choices, copies):
    visits = [(order, (date(2024, 9, 15), part)) for order, part in asked]

    def shared(some):
        return share_kits(some, choices, lambda one, _day: copies.get(one, 0))

    found = shared(visits)
    assert all(count <= copies.get(one, 0) for one, count in Counter(found.values()).items())
    for number, visit in enumerate(visits):
        assert shared(visits[: number + 1]).get(visit) == found.get(visit)
