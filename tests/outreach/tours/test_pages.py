"""The pages of the tours: a walk from a wish to the log, what refuses, and how many questions lists ask."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from kepu.ledger.models import Fact
from kepu.ledger.services import load_indicators
from kepu.outreach.tours.models import TourPlan, TourWish, TripLog, TripStop, VanProfile
from kepu.outreach.tours.services import run_plan, withdraw_wish
from tests.outreach.requests.worlds import World as Village
from tests.outreach.tours.worlds import DAY, QUICK, seat
from tests.outreach.venues.factories import point

pytestmark = pytest.mark.django_db

WISH = {
    "place": "示例小学操场", "body": "示例小学", "longitude": "120.40", "latitude": "36.31", "since": "2024-09-20",
    "until": "2024-12-20", "service_minutes": 120, "at_least": 1, "at_most": 1, "gap_days": 7, "people": 80,
}  # fmt: skip
PLAN = {
    "month": "2024-10", "fairness": "even", "visit_km": 300, "most_nights": 0, "day_minutes": 540, "week_minutes": 2400,
    "week_days": 5, "detour": 1.3, "speed_kmh": 40, "iterations": QUICK["iterations"], "seed": 1,
}  # fmt: skip


def text(client: Client, name: str, *args: object, **query: str) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_from_a_wish_to_the_public_page_and_the_log(world, settings):
    load_indicators(actor=None)
    office, van = seat(world.office), world.van
    asked = seat(world.liaison).post(reverse("tours:new"), WISH | {"region": world.near.pk})
    assert asked.url == reverse("tours:desk")
    assert "示例小学" in text(office, "tours:desk")

    plans = text(office, "tours:plans")
    assert 'value="2024-10"' in plans
    answer = office.post(reverse("tours:plans"), PLAN | {"vans": [van.pk]})
    plan = TourPlan.objects.get()
    assert answer.url == reverse("tours:plan", args=[plan.pk])
    waiting = text(office, "tours:plan", plan.pk)
    assert "排队中" in waiting
    assert "停止" in waiting
    run_plan(plan.pk)
    page = text(office, "tours:plan", plan.pk)
    for words in (
        "要 1 次，排上 1 次",
        "示例大篷车 1 号",
        "示例小学操场",
        "城阳街道",
        "100%",
        "满足度的基尼系数 0",
        "不少于 120 天",
    ):
        assert words in page, words
    assert "还没有公布的巡展" in text(Client(), "tours:public")

    office.post(reverse("tours:plan_act", args=[plan.pk, "publish"]))
    public = text(Client(), "tours:public")
    assert "示例小学操场" in public
    assert "城阳街道" in public
    stop = plan.stops.get()
    settings.KEPU_DEMONSTRATION_DAY = stop.day
    form = text(office, "tours:log", van.venue_id, day=stop.day.isoformat())
    assert "示例小学操场来了多少人" in form
    typed = {"day": stop.day.isoformat(), "km": "42.5", "exhibits": 2, f"came_{stop.pk}": 95}
    address = f"{reverse('tours:log', args=[van.venue_id])}?day={stop.day}"
    assert office.post(address, typed).status_code == 302
    trip = TripLog.objects.get()
    assert (trip.plan, trip.stops.get().wish, trip.stops.get().people) == (plan, stop.wish, 95)
    assert Fact.objects.count() == 2
    assert "42.5 公里" in text(office, "tours:log", van.venue_id)
    office.post(reverse("tours:strike", args=[trip.pk]), {"reason": "记错了"})
    assert "已冲正" in text(office, "tours:log", van.venue_id)
    assert Fact.objects.count() == 4


def test_the_profile_form_and_the_use_page(world):
    van = world.van
    typed = {
        "starts": "09:00",
        "ends": "17:30",
        "weekdays": [2, 6],
        "exhibits": "机器人，风洞\n风洞",
        "most_exhibits": 1,
    }
    answer = seat(world.office).post(reverse("tours:van", args=[van.venue_id]), typed)
    assert answer.url == reverse("tours:vans")
    kept = VanProfile.objects.get(pk=van.pk)
    assert (kept.weekdays, kept.exhibits, kept.most_exhibits) == ([2, 6], ["机器人", "风洞"], 1)
    page = text(seat(world.auditor), "tours:vans")
    assert "示例大篷车 1 号" in page
    assert "登记出车" not in page  # an auditor reads along
    assert "风洞" in text(seat(world.office), "tours:van", van.venue_id)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"longitude": ""}, "没有坐标"),
        ({"longitude": "36.31", "latitude": "120.40"}, "填反"),
        ({"at_least": 3}, "不能多过"),
    ],
)
def test_what_a_form_refuses_keeps_what_was_typed(world, given, words):
    answer = seat(world.liaison).post(reverse("tours:new"), WISH | {"region": world.near.pk} | given)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert words in page
    assert "示例小学操场" in page


def test_an_order_fills_the_form_and_becomes_a_wish(world):
    village = Village()
    village.district, village.school, village.office = world.near, world.school, world.office
    order = village.order(form="experiment", topic="看看机器人")
    point(120.41, 36.32, 900, region=world.near)
    office = seat(world.office)
    assert "看看机器人" in text(office, "tours:desk")
    page = text(office, "tours:new", order=str(order.pk))
    for words in (order.number, "120.41", "示例小学报告厅", "坐标先用了"):
        assert words in page, words
    answer = office.post(f"{reverse('tours:new')}?order={order.pk}", WISH | {"region": world.near.pk})
    assert answer.status_code == 302
    assert TourWish.objects.get().order == order
    assert office.get(reverse("tours:new"), {"order": order.pk}).status_code == 404
    assert office.get(reverse("tours:new"), {"order": "9" * 30}).status_code == 404


def test_the_log_asks_about_the_stops_of_its_own_day(world, settings):
    load_indicators(actor=None)
    world.wish(half_days=["2a"])
    world.wish(place="示例村广场", half_days=["4a"], region=world.far)
    plan = world.published()
    tuesday, thursday = plan.stops.order_by("wish_id")
    settings.KEPU_DEMONSTRATION_DAY = max(tuesday.day, thursday.day)
    office, address = seat(world.office), reverse("tours:log", args=[world.van.venue_id])
    page = text(office, "tours:log", world.van.venue_id, day=f"{tuesday.day}")
    assert "示例小学操场来了多少人" in page
    assert "示例村广场来了多少人" not in page
    assert f'name="day" value="{tuesday.day}"' in page

    # The page of one day is sent while the address names another: the form's own day counts.
    sent = {
        "day": f"{tuesday.day}",
        "km": "30",
        "exhibits": "0",
        f"came_{tuesday.pk}": "70",
        f"came_{thursday.pk}": "9",
    }
    assert office.post(f"{address}?day={thursday.day}", sent).status_code == 302
    trip = TripLog.objects.get()
    assert (trip.day, trip.plan, [stop.people for stop in trip.stops.all()]) == (tuesday.day, plan, [70])
    assert "已经登记过" in office.post(address, sent).content.decode()
    assert "没有公布的停靠" in text(office, "tours:log", world.van.venue_id, day="2024-09-02")
    assert office.post(address, sent | {"day": "昨天"}).status_code == 422


def test_the_public_reads_what_is_to_come_before_what_is_past(world, settings):
    world.wish(at_most=2, at_least=2)
    plan = world.published()
    first, last = plan.stops.order_by("day").values_list("day", flat=True)
    assert "已经过去" not in text(Client(), "tours:public")
    settings.KEPU_DEMONSTRATION_DAY = last
    page = text(Client(), "tours:public")
    assert page.index(f"{last:%m-%d}") < page.index("这个月已经过去的") < page.index(f"{first:%m-%d}")
    settings.KEPU_DEMONSTRATION_DAY = last + timedelta(days=1)
    assert "这个月的都过去了" in text(Client(), "tours:public")


def test_a_withdrawn_stop_is_shown_as_called_off(world):
    wish = world.wish()
    world.published()
    withdraw_wish(wish.pk, "不办了", actor=world.liaison)
    assert "取消了" in text(Client(), "tours:public")
    assert "2024-10" in text(Client(), "tours:public", month="2024-10")
    assert "还没有公布的巡展" in text(Client(), "tours:public", month="2023-01")
    assert "取消了" in text(Client(), "tours:public", month="不是月份")


def test_the_public_page_speaks_english(world):
    world.wish()
    world.published()
    client = Client()
    client.cookies["django_language"] = "en"
    page = text(client, "tours:public")
    assert "The science van is coming" in page
    with translation.override("zh-hans"):
        assert "大篷车来了" in text(Client(), "tours:public")


def test_lists_ask_the_same_number_of_questions_for_few_and_for_many(world, django_assert_max_num_queries):
    load_indicators(actor=None)
    office = seat(world.office)
    world.wish(at_most=1)
    world.wish(exhibits=["没有的展品"], place="示例夜校")
    plan = world.published()
    trip = TripLog.objects.create(van=world.van, day=DAY, km=9, recorded_by=world.office)
    TripStop.objects.create(trip=trip, region=world.near, place="示例村", people=9)
    pages = [
        ("tours:desk", ()), ("tours:plans", ()), ("tours:plan", (plan.pk,)), ("tours:vans", ()), ("tours:public", ()),
        ("tours:log", (world.van.venue_id,)),
    ]  # fmt: skip
    few = {}
    for name, args in pages:
        text(office, name, *args)
        with django_assert_max_num_queries(60) as asked:
            text(office, name, *args)
        few[name] = len(asked)
    for number in range(4):
        world.another_van(f"示例大篷车 {number + 2} 号")
        world.wish(place=f"示例村 {number}", region=world.far)
    world.published()
    stop = plan.stops.get()
    for number in range(1, 5):
        TripLog.objects.create(van=world.van, day=DAY - timedelta(days=number), km=9, recorded_by=world.office)
    newer = TourPlan.objects.exclude(pk=plan.pk).get()
    assert newer.stops.count() > plan.stops.count() == 1
    assert stop.plan == plan
    for name, args in pages:
        with django_assert_max_num_queries(few[name]):
            text(office, name, *(args if name != "tours:plan" else (newer.pk,)))
