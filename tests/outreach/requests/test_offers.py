"""Offers and sessions: hard rules, the next best after a no, check-in, facts, what both sides say."""

from datetime import timedelta

import pytest
from django.urls import reverse

from kepu.directory.notices.models import Notice
from kepu.directory.todos.models import Todo
from kepu.foundation.clock import fixed, now
from kepu.foundation.errors import NotAllowed
from kepu.ledger.models import Fact
from kepu.outreach.bookings.rules import entry_code
from kepu.outreach.people.capacities.models import TrackRecord
from kepu.outreach.people.capacities.services import note_record
from kepu.outreach.people.conflicts.models import SameIdentity
from kepu.outreach.people.conflicts.services import declare_tie
from kepu.outreach.requests.choices import OfferState, OrderState, SessionState, Unmet
from kepu.outreach.requests.errors import CodeWrong, OfferMoved, OfferUnfit, OrderMoved, SessionUnfit
from kepu.outreach.requests.models import Offer, Session
from kepu.outreach.requests.queries.supply import likely_for, rank_order, read_supply, read_wants
from kepu.outreach.requests.services import (
    accept_offer,
    cancel_order,
    cancel_session,
    check_in_session,
    decline_offer,
    lapse_offers,
    move_session,
    rate_session,
)
from tests.factories import PersonFactory
from tests.outreach.requests.worlds import ANY_TIME, day

pytestmark = pytest.mark.django_db


def names(ranking) -> list[int]:
    return [one.capacity.pk for one in ranking.bundles]


def test_the_best_comes_first_with_reasons(world):
    far = world.expert("台风预警怎么看", region=world.elsewhere, audiences=[])
    near = world.expert("台风来了怎么办")
    world.expert("蓝莓冻害怎么防")
    ranking = rank_order(world.order())
    assert names(ranking) == [near.pk, far.pk]
    assert ranking.bundles[0].reasons[0] == "讲过或能讲“台风来了怎么办”"
    assert "适合这个人群" in ranking.bundles[0].reasons
    assert ranking.bundles[0].day == day(1)


def test_who_belongs_to_the_asking_school_is_never_sent(world):
    own = world.expert(organisation=world.school)
    order = world.order()
    ranking = rank_order(order)
    assert (names(ranking), ranking.rule, ranking.barred) == ([], Unmet.CONFLICT, {Unmet.CONFLICT: 1})
    with pytest.raises(OfferUnfit, match="利害关系"):
        world.offer(order, own)


def test_who_works_at_a_school_that_no_register_knows_is_not_sent_there(world):
    world.expert(organisation=None, workplace="示例第三小学")
    order = world.order(body=None, body_name="示例第三小学（东校区）")
    assert rank_order(order).rule == Unmet.CONFLICT


def test_kin_of_who_asks_is_never_sent(world):
    capacity = world.expert()
    declare_tie(capacity.person, "kin", other=world.teacher, actor=world.office)
    assert rank_order(world.order()).rule == Unmet.CONFLICT


@pytest.mark.parametrize(
    ("expert", "order", "rule"),
    [
        ({"forms": ["field"]}, {}, Unmet.SUPPLY),
        ({"languages": ["putonghua"]}, {"language": "sign"}, Unmet.LANGUAGE),
        ({"times": ["1e"]}, {"half_days": ("1a", "2a", "3a")}, Unmet.TIME),
        ({"valid_to": day(0)}, {}, Unmet.TIME),
    ],
)
def test_the_rule_that_took_the_last_one_is_named(world, expert, order, rule):
    world.expert(**expert)
    assert rank_order(world.order(**order)).rule == rule


def test_who_serves_other_places_only_is_not_sent_here(world):
    capacity = world.expert(region=world.elsewhere)
    capacity.served.add(world.elsewhere)
    assert rank_order(world.order()).rule == Unmet.PLACE
    assert names(rank_order(world.order(is_online=True, topic="台风怎么躲", contact_phone=""))) == [capacity.pk]


def test_an_accepted_offer_is_a_session_and_everybody_hears_of_it(world):
    capacity = world.expert()
    offer = world.offer(world.order(), capacity)
    assert Notice.objects.get(person=capacity.person).is_urgent
    with pytest.raises(NotAllowed):
        accept_offer(offer.pk, actor=PersonFactory())
    session = accept_offer(offer.pk, actor=capacity.person)
    session.order.refresh_from_db()
    assert (session.order.state, session.day, session.body) == (OrderState.PLANNED, day(3), world.institute)
    assert Notice.objects.filter(person=world.teacher, title__contains="排上了").exists()
    with pytest.raises(OfferMoved):
        accept_offer(offer.pk, actor=capacity.person)


def test_a_no_goes_to_the_next_best_and_at_last_to_the_office(world):
    first, second = world.expert(), world.expert("台风预警怎么看")
    order = world.order()
    offer = world.offer(order, first)
    with pytest.raises(OfferUnfit, match="为什么不接"):
        decline_offer(offer.pk, " ", actor=first.person)
    decline_offer(offer.pk, "那天出差", actor=first.person)
    following = Offer.objects.get(state=OfferState.OFFERED)
    assert following.capacity == second
    decline_offer(following.pk, "不讲这个", actor=second.person)
    order.refresh_from_db()
    assert order.state == OrderState.OPEN
    assert Todo.objects.filter(key=f"requests.nobody:{order.pk}", closed_on=None).exists()
    assert rank_order(order).rule == Unmet.DECLINED


def test_silence_is_a_no_after_its_time(world):
    first, second = world.expert(), world.expert("台风预警怎么看")
    world.offer(world.order(), first)
    assert lapse_offers() == 0
    with fixed(now() + timedelta(hours=49)):
        assert lapse_offers() == 1
        assert Offer.objects.get(state=OfferState.OFFERED).capacity == second


def test_nobody_is_in_two_places_in_one_half_day(world):
    capacity = world.expert()
    accept_offer(world.offer(world.order(), capacity).pk, actor=capacity.person)
    other = world.order(topic="台风过后怎么办")
    with pytest.raises(OfferUnfit, match="没有空"):
        world.offer(other, capacity)
    assert (day(3), "a") not in {(one.day, one.part) for one in rank_order(other).bundles}


def test_a_full_week_bars(world):
    capacity = world.expert()
    for number, part in enumerate(("a", "p", "e")):
        order = world.order(topic=f"台风{number}", earliest=day(1), latest=day(1), half_days=ANY_TIME)
        accept_offer(world.offer(order, capacity, days=1, part=part).pk, actor=capacity.person)
    order = world.order(topic="台风前后", earliest=day(1), latest=day(1), half_days=ANY_TIME)
    assert rank_order(order).rule == Unmet.TIME


def test_what_is_planned_twice_is_refused(world):
    one, other = world.expert(), world.expert()
    order = world.order()
    world.offer(order, one)
    with pytest.raises(OrderMoved, match="都排上了"):
        world.offer(order, other)


def test_several_visits_are_offered_one_by_one(world):
    order = world.order(visits=2)
    for number in (1, 2):
        capacity = world.expert()
        accept_offer(world.offer(order, capacity, days=number).pk, actor=capacity.person)
        order.refresh_from_db()
        assert order.state == (OrderState.OPEN if number == 1 else OrderState.PLANNED)


def at_its_time(session):
    return fixed(session.starts_at + timedelta(minutes=5))


def test_it_is_held_counted_and_rated(world):
    session = world.session()
    with pytest.raises(SessionUnfit, match="还没有到时间"):
        check_in_session(session.pk, people=44, actor=session.provider)
    with at_its_time(session):
        with pytest.raises(NotAllowed):
            check_in_session(session.pk, people=44, actor=PersonFactory())
        with pytest.raises(CodeWrong):
            check_in_session(session.pk, people=44, code="000", actor=world.teacher)
        code = entry_code(bytes(session.secret), now(), seconds=60)
        held = check_in_session(session.pk, people=44, code=code, actor=world.teacher)
        with pytest.raises(SessionUnfit, match="已办"):
            check_in_session(session.pk, people=44, actor=session.provider)
        assert (held.state, held.check_in, held.came) == (SessionState.DONE, "code", 44)
        facts = {fact.indicator_id: fact.quantity for fact in Fact.objects.all()}
        assert len(facts) == 2
        assert sorted(map(int, facts.values())) == [1, 44]
        assert {fact.organisation_id for fact in Fact.objects.all()} == {world.institute.pk}
        assert TrackRecord.objects.get(person=session.provider).title == session.title

        held.order.refresh_from_db()
        assert held.order.state == OrderState.DONE
        with pytest.raises(SessionUnfit, match="选一个评价"):
            rate_session(session.pk, mark="wow", actor=world.teacher)
        rate_session(session.pk, mark="good", words="孩子们问个不停", actor=world.teacher)
        with pytest.raises(SessionUnfit, match="已经评过"):
            rate_session(session.pk, mark="good", actor=world.teacher)
        rate_session(session.pk, mark="fair", words="没有投影", actor=session.provider)
        held.order.refresh_from_db()
        assert held.order.state == OrderState.RATED
        assert Notice.objects.filter(person=session.provider, title__contains="谢谢您").exists()


def test_moved_and_called_off_tells_each_side_once(world):
    session = world.session()
    starts = session.starts_at + timedelta(days=1)
    with pytest.raises(NotAllowed):
        move_session(session.pk, starts_at=starts, ends_at=starts, actor=world.teacher)
    with pytest.raises(SessionUnfit, match="晚于开始"):
        move_session(session.pk, starts_at=starts, ends_at=starts, actor=world.office)
    moved = move_session(session.pk, starts_at=starts, ends_at=starts + timedelta(hours=1), actor=world.office)
    assert (moved.sequence, moved.uid, moved.day) == (1, session.uid, day(4))
    told = Notice.objects.filter(title__contains="改期了")
    assert sorted(told.values_list("person", flat=True)) == sorted([session.provider_id, world.teacher.pk])

    with pytest.raises(SessionUnfit, match="为什么取消"):
        cancel_session(session.pk, "", actor=world.office)
    cancel_session(session.pk, "台风红色预警", actor=world.office)
    assert Notice.objects.filter(title__contains="取消了", body="台风红色预警").count() == 2
    session.order.refresh_from_db()
    assert session.order.state == OrderState.OPEN


def test_a_cancelled_order_calls_everything_off(world):
    session = world.session(visits=2)
    second = world.expert()
    waiting = world.offer(session.order, second, days=5)
    cancel_order(session.order_id, "学校停课", actor=world.teacher)
    assert Session.objects.get(pk=session.pk).state == SessionState.CANCELLED
    waiting.refresh_from_db()
    assert waiting.state == OfferState.WITHDRAWN
    assert Notice.objects.filter(person=second.person, title__contains="不用去了").exists()


def test_a_called_off_session_asks_for_somebody_else_and_keeps_who_was_asked(world):
    session = world.session(visits=2)
    second = world.expert()
    world.offer(session.order, second, days=5)
    cancel_session(session.pk, "台风红色预警", actor=world.office)
    session.order.refresh_from_db()
    assert session.order.state == OrderState.OFFERED
    key = f"requests.nobody:{session.order_id}"
    assert Todo.objects.filter(key=key, closed_on=None).exists()
    world.offer(session.order, world.expert(), days=6)
    assert not Todo.objects.filter(key=key, closed_on=None).exists()


def test_a_second_account_finds_what_it_may_answer(world, client):
    capacity, other = world.expert(), PersonFactory()
    first, second = sorted([capacity.person_id, other.pk])
    SameIdentity.objects.create(
        first_id=first, second_id=second, state="same", reason="同一个人", found_at=now(), decided_by=world.office,
        decided_at=now(),
    )  # fmt: skip
    offer = world.offer(world.order(), capacity)
    client.force_login(other)
    assert client.get(reverse("requests:offer", args=[offer.pk])).status_code == 200


def test_nobody_is_offered_who_is_not_there(world, client):
    order = world.order()
    client.force_login(world.office)
    address = reverse("requests:desk_offer", args=[order.pk])
    for number in (999_999, 10**30):
        assert client.post(address, {"capacity": number, "half": f"{day(3)}/a"}).status_code in {404, 409}


def test_one_human_under_two_entries_is_in_one_place(world):
    one, other = world.expert(), world.expert()
    first, second = sorted([one.person_id, other.person_id])
    SameIdentity.objects.create(
        first_id=first, second_id=second, state="same", reason="同一个人", found_at=now(), decided_by=world.office,
        decided_at=now(),
    )  # fmt: skip
    accept_offer(world.offer(world.order(), one).pk, actor=one.person)
    with pytest.raises(OfferUnfit, match="没有空"):
        world.offer(world.order(topic="台风过后怎么办"), other)


def test_an_offer_reads_no_more_of_a_large_register(world, django_assert_max_num_queries):
    for _ in range(12):
        world.expert()
    capacity, order = world.expert(), world.order()
    with django_assert_max_num_queries(45):
        world.offer(order, capacity)


def test_who_is_read_for_one_order_is_weighed_as_among_everybody(world):
    for topic in ("台风预警怎么看", "蓝莓冻害怎么防", "潮汐从哪里来", "血压高了怎么办"):
        world.expert(topic)
    subject = world.expert("海洋环流", subjects=["170"])
    did = world.expert("海雾")
    note_record("test.thing:1", kind="session", title="台风课", occurred_on=day(-3), person=did.person)
    order = world.order(subject="170")
    (want,) = read_wants([order])
    likely = likely_for(want)
    assert {subject.pk, did.pk} <= set(likely)
    assert len(likely) == 3
    whole = {giver.id: fit for giver, fit in read_supply().fitting(want)}
    assert {giver.id: fit for giver, fit in read_supply(likely).fitting(want)} == whole


def test_a_word_that_says_little_makes_nobody_fit(world):
    for topic in ("孩子沉迷手机怎么办", "孩子第一次学编程从哪里开始", "孩子不爱吃菜怎么办"):
        world.expert(topic)
    order = world.order(topic="孩子近视怎样防")
    assert rank_order(order).rule == Unmet.SUPPLY
    eyes = world.expert("近视怎样防")
    assert names(rank_order(order)) == [eyes.pk]


def test_for_whom_it_is_makes_nobody_know_what_it_is_about(world):
    world.expert("老年人如何识别谣言", audiences=["elderly"])
    falls = world.expert("跌倒怎么办")
    order = world.order(topic="老年人怎样防跌倒", audience="elderly")
    assert names(rank_order(order)) == [falls.pk]
    everybody = world.order(topic="老年人", audience="elderly", contact_phone="13900000002")
    assert len(names(rank_order(everybody))) == 1, "nothing else is said, so it is what is asked for"


def test_a_word_that_means_the_same_does_as_well(world):
    capacity = world.expert("科学馆怎样开放")
    ranking = rank_order(world.order(topic="科技馆怎样开放"))
    assert names(ranking) == [capacity.pk]
    assert ranking.bundles[0].score > 0.6
