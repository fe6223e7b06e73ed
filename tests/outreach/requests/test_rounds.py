"""Rounds: all open orders together, hard rules kept, pins and forbids, nothing half applied."""

import pytest
from django.urls import reverse

from kepu.foundation.clock import now
from kepu.foundation.errors import NotAllowed
from kepu.foundation.queue.choices import ProgressState
from kepu.outreach.people.conflicts.models import SameIdentity
from kepu.outreach.requests.choices import OfferState, RoundState, Unmet
from kepu.outreach.requests.errors import RoundUnfit
from kepu.outreach.requests.models import Offer, Round, RoundMatch
from kepu.outreach.requests.services import (
    RoundTerms,
    accept_offer,
    apply_round,
    cancel_order,
    drop_wish,
    matching,
    offer_order,
    open_round,
    run_round,
    send_round,
    sending,
    solve_again,
    stop_round,
    wish,
)
from tests.factories import PersonFactory
from tests.outreach.requests.worlds import ANY_TIME, day

pytestmark = pytest.mark.django_db


def solved(world, *, days=7, **terms) -> Round:
    made = open_round(day(1), day(days), RoundTerms(**terms), actor=world.office)
    run_round(made.pk)
    made.refresh_from_db()
    return made


def orders(world, count, **more):
    return [
        world.order(topic=f"台风来了怎么办 {number}", contact_phone=f"1390000{number:04d}", **more)
        for number in range(count)
    ]


def test_a_round_serves_what_it_can_and_proves_it(world):
    experts = [world.expert() for _ in range(2)]
    asked = orders(world, 5, earliest=day(1), latest=day(1), half_days=ANY_TIME)
    made = solved(world)
    assert (made.state, made.result["wanted"], made.result["served"]) == (RoundState.SOLVED, 5, 5)
    assert made.result["gap"] == 0
    taken = list(RoundMatch.objects.values_list("capacity", "day", "part"))
    assert len(set(taken)) == 5
    assert {one for one, _day, _part in taken} == {one.pk for one in experts}
    assert {match.order_id for match in RoundMatch.objects.all()} == {one.pk for one in asked}
    assert not Offer.objects.exists()  # what-if: nothing is sent out yet


def test_what_stays_unserved_says_by_which_rule(world):
    world.expert(organisation=world.school)
    mine, free = world.order(), world.order(topic="蓝莓冻害怎么防", contact_phone="13900000002")
    made = solved(world)
    assert (made.state, made.result["served"]) == (RoundState.SOLVED, 0)
    rules = {row["order"]: row["rule"] for row in made.result["unserved"]}
    assert rules == {mine.pk: Unmet.CONFLICT, free.pk: Unmet.SUPPLY}
    assert made.result["emptied_by"] == Unmet.CONFLICT


def sent(made, world):
    apply_round(made.pk, actor=world.office)
    send_round(made.pk, world.office.pk)
    made.refresh_from_db()
    return made


def test_sent_out_only_when_somebody_says_so_and_once(world):
    world.expert()
    (order,) = orders(world, 1)
    made = sent(solved(world), world)
    assert (made.state, made.result["offered"], made.result["refused"]) == (RoundState.APPLIED, 1, [])
    order.refresh_from_db()
    assert order.state == "offered"
    assert Offer.objects.get(state=OfferState.OFFERED).round == made
    with pytest.raises(RoundUnfit, match="已派出"):
        apply_round(made.pk, actor=world.office)
    send_round(made.pk, world.office.pk)
    assert Offer.objects.count() == 1


def test_a_round_whose_sending_broke_off_goes_on_where_it_was(world, monkeypatch):
    for _ in range(3):
        world.expert()
    orders(world, 3)
    made = solved(world)
    real, count = sending.offer_order, iter(range(99))

    def breaks(*args, **named):
        if next(count) == 2:
            raise ConnectionError
        return real(*args, **named)

    monkeypatch.setattr(sending, "offer_order", breaks)
    with pytest.raises(ConnectionError):
        sent(made, world)
    made.refresh_from_db()
    assert (made.state, Offer.objects.count()) == (RoundState.SOLVED, 2)
    assert "接着派" in made.fault
    assert made.progress.state == ProgressState.FAILED
    monkeypatch.undo()
    sent(made, world)
    assert (made.state, made.result["offered"], made.fault) == (RoundState.APPLIED, 3, "")
    assert Offer.objects.values("order").distinct().count() == 3


def test_while_a_round_is_sent_out_nothing_else_is_done_with_it(world, client):
    world.expert()
    orders(world, 1)
    made = solved(world)
    apply_round(made.pk, actor=world.office)
    with pytest.raises(RoundUnfit, match="正在派出"):
        solve_again(made.pk, actor=world.office)
    assert not stop_round(made.pk, actor=world.office)
    client.force_login(world.office)
    page = client.get(reverse("requests:round", args=[made.pk])).content.decode()
    assert "正在派出" in page
    assert reverse("requests:round_act", args=[made.pk, "stop"]) not in page
    send_round(made.pk, world.office.pk)
    assert "已派出" in client.get(reverse("requests:round", args=[made.pk])).content.decode()


def test_what_changed_meanwhile_is_not_sent_out(world):
    world.expert()
    gone, stays = orders(world, 2)
    made = solved(world)
    cancel_order(gone.pk, "不办了", actor=world.teacher)
    sent(made, world)
    assert made.result["offered"] == 1
    assert [number for number, _why in made.result["refused"]] == [gone.pk]
    assert Offer.objects.get().order == stays


def test_pinned_stays_and_forbidden_goes_and_the_rest_hardly_moves(world):
    for _ in range(3):
        world.expert()
    asked = orders(world, 6)
    made = solved(world)
    before = {(one.order_id, one.capacity_id, one.day, one.part) for one in made.matches.all()}
    kept, gone = made.matches.order_by("order")[:2]
    wish(made.pk, kept.order_id, kept.capacity_id, "pin", day=kept.day, part=kept.part, actor=world.office)
    wish(made.pk, gone.order_id, gone.capacity_id, "forbid", actor=world.office)
    solve_again(made.pk, actor=world.office)
    run_round(made.pk)
    after = {(one.order_id, one.capacity_id, one.day, one.part) for one in made.matches.all()}
    assert (kept.order_id, kept.capacity_id, kept.day, kept.part) in after
    assert not any(one[:2] == (gone.order_id, gone.capacity_id) for one in after)
    assert len(after) == len(asked)
    assert len(before - after) <= 2


def test_a_pin_against_a_hard_rule_is_refused_in_words(world):
    own = world.expert(organisation=world.school)
    world.expert()
    order = world.order()
    made = solved(world)
    pin = wish(made.pk, order.pk, own.pk, "pin", day=day(1), part="a", actor=world.office)
    solve_again(made.pk, actor=world.office)
    run_round(made.pk)
    made.refresh_from_db()
    assert made.state == RoundState.FAILED
    assert "利害关系" in made.fault
    drop_wish(made.pk, pin.pk, actor=world.office)
    solve_again(made.pk, actor=world.office)
    run_round(made.pk)
    made.refresh_from_db()
    assert (made.state, made.result["served"]) == (RoundState.SOLVED, 1)


def test_a_round_that_is_stopped_leaves_nothing(world):
    world.expert()
    orders(world, 1)
    made = open_round(day(1), day(7), RoundTerms(), actor=world.office)
    with pytest.raises(NotAllowed):
        stop_round(made.pk, actor=PersonFactory(role="leading_office"))
    assert stop_round(made.pk, actor=world.office)
    run_round(made.pk)
    made.refresh_from_db()
    assert (made.state, made.progress.state) == (RoundState.CANCELLED, ProgressState.CANCELLED)
    assert not RoundMatch.objects.exists()
    assert made.result == {}


def test_one_human_under_two_entries_is_in_one_place(world):
    one, other = world.expert(), world.expert()
    first, second = sorted([one.person_id, other.person_id])
    SameIdentity.objects.create(
        first_id=first, second_id=second, state="same", reason="同一个人", found_at=now(), decided_by=world.office,
        decided_at=now(),
    )  # fmt: skip
    asked = orders(world, 4, earliest=day(1), latest=day(1), half_days=ANY_TIME)
    made = solved(world)
    assert len(asked) == 4
    halves = list(made.matches.values_list("day", "part"))
    assert len(halves) == len(set(halves)) == 3


def test_a_week_holds_only_so_many(world):
    world.expert()
    orders(world, 9)
    made = solved(world, days=6)
    weeks = {}
    for match in made.matches.all():
        weeks.setdefault(match.day.isocalendar()[:2], []).append(match)
    assert all(len(group) <= 4 for group in weeks.values())
    assert {row["rule"] for row in made.result["unserved"]} <= {Unmet.LOAD, Unmet.TIME}


def test_a_full_week_leaves_the_next_one_free(world):
    expert = world.expert()
    full = [day(1 + n) for n in range(7) if day(1 + n).isocalendar()[:2] == day(1).isocalendar()[:2]]
    halves = [(when, part) for when in full for part in "ape"]
    busy = orders(world, 4, earliest=full[0], latest=full[-1], half_days=ANY_TIME)
    for order, (when, part) in zip(busy, halves, strict=False):
        accept_offer(offer_order(order.pk, expert.pk, day=when, part=part, actor=world.office).pk, actor=expert.person)
    later = world.order(topic="台风来了怎么办 9", contact_phone="13900000099", earliest=day(1), latest=day(13))

    made = solved(world, days=13)

    assert (made.result["served"], made.result["unserved"]) == (1, [])
    assert RoundMatch.objects.get(order=later).day.isocalendar()[:2] != full[0].isocalendar()[:2]


def test_prices_and_yardsticks_stand_beside_the_result(world):
    world.expert()
    world.expert(region=world.elsewhere)
    orders(world, 3)
    result = solved(world).result
    assert {row["setting"] for row in result["prices"]} >= {"equity", "distance", "evenness"}
    assert set(result["yardsticks"]) == {"greedy", "first_come"}
    assert result["figures"]["served"] >= result["yardsticks"]["first_come"]["served"]


@pytest.mark.parametrize(
    ("first", "last", "terms", "field"),
    [
        (0, 7, {}, "first_day"),
        (5, 4, {}, "first_day"),
        (1, 60, {}, "last_day"),
        (1, 7, {"distance": 2.0}, "distance"),
        (1, 7, {"floor": -0.1}, "floor"),
    ],
)
def test_days_and_settings_that_can_not_be_are_refused(world, first, last, terms, field):
    with pytest.raises(RoundUnfit) as refused:
        open_round(day(first), day(last), RoundTerms(**terms), actor=world.office)
    assert refused.value.data["field"] == field


def test_only_the_office_opens_rounds_and_only_over_something(world):
    with pytest.raises(NotAllowed):
        open_round(day(1), day(7), RoundTerms(), actor=world.officer)
    with pytest.raises(RoundUnfit, match="没有待派的单"):
        open_round(day(1), day(7), RoundTerms(), actor=world.office)


def test_an_order_that_everybody_fits_is_looked_at_narrowly_and_proves_nothing(world, monkeypatch):
    monkeypatch.setattr(matching, "MOST_OF_ORDER", 4)
    monkeypatch.setattr(matching.kept_of, "__defaults__", (4,))
    for _ in range(9):
        world.expert()
    orders(world, 3)
    made = solved(world)
    assert (made.result["served"], made.result["gap"]) == (3, None)
