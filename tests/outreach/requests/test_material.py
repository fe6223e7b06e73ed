"""Material goes with an order: proposed with its reason, asked for at the yes, moved and given up with the session."""

from datetime import timedelta

import pytest
from django.urls import reverse

from kepu.outreach.library.choices import LoanState
from kepu.outreach.library.models import Loan
from kepu.outreach.library.services import agree_loan
from kepu.outreach.requests.queries.supply import rank_order
from kepu.outreach.requests.services import accept_offer, cancel_session, move_session
from tests.outreach.library import factories as library
from tests.outreach.requests.worlds import day

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
