"""The example's people: found, joined and booked by whoever starts the demonstration."""

import tomllib
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse

from kepu.demo.services.city import load_city
from kepu.demo.services.library import load_library
from kepu.demo.services.touring import load_tours
from kepu.directory.privacy.queries import consent_text
from kepu.directory.register.choices import Participant
from kepu.directory.register.errors import NotADemonstration, RoleIncomplete
from kepu.directory.register.models import Person
from kepu.directory.register.services import demonstration_participant
from kepu.directory.todos.models import Todo
from kepu.foundation.certificates.models import Certificate
from kepu.foundation.clock import now
from kepu.ledger.models import Fact
from kepu.outreach.bookings.choices import BookingState, SlotMode
from kepu.outreach.bookings.models import Booking, ChannelQuota, Slot
from kepu.outreach.bookings.services import CONSENT, book
from kepu.outreach.enterprises.models import Need, Proposal
from kepu.outreach.library.models import Holding, Loan, Movement, Package, Resource
from kepu.outreach.library.queries import materials_for
from kepu.outreach.people.capacities.models import Capacity, Team, TrackRecord, Visit
from kepu.outreach.people.volunteers.models import Project, ServiceHours, Shift, Volunteer
from kepu.outreach.people.volunteers.models import Team as VolunteerTeam
from kepu.outreach.people.volunteers.queries import anomalies
from kepu.outreach.people.volunteers.services import join_shift
from kepu.outreach.requests.models import Campaign, Offer, Order, Session
from kepu.outreach.requests.queries.standing import standing_offers
from kepu.outreach.tours.models import TourPlan, TourWish, TripLog, VanProfile
from kepu.outreach.tours.services import use_of_year

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "qingdao"
DAY = date(2024, 9, 15)
DOORS = {
    Participant.RESIDENT: "venues:find",
    Participant.EXPERT: "capacities:own_list",
    Participant.VOLUNTEER: "volunteers:projects",
    Participant.TEAM_LEADER: "volunteers:me",
}


@pytest.fixture(scope="module")
def loaded_city(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(KEPU_IS_DEMONSTRATION=True, KEPU_DEMONSTRATION_DAY=DAY):
            load_city(EXAMPLE)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def _city(loaded_city, db, settings):
    settings.KEPU_IS_DEMONSTRATION = True
    settings.KEPU_DEMONSTRATION_DAY = DAY


pytestmark = pytest.mark.usefixtures("_city")


@pytest.fixture
def office():
    return Person.objects.get(role_assignments__role="leading_office")


def _page(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def test_experts_stand_in_every_state_with_many_topics_and_all_subjects():
    experts = Capacity.objects.filter(kind="expert")

    assert Counter(experts.values_list("state", flat=True)) == {
        "admitted": 106, "ended": 5, "checked": 4, "applied": 4, "returned": 1,
    }  # fmt: skip
    assert len({topic for one in experts for topic in one.topics}) >= 60
    assert len({subject for one in experts for subject in one.subjects}) == 16
    others = Capacity.objects.exclude(kind="expert").values_list("kind", flat=True)
    assert Counter(others) == {"counsellor": 6, "commissioner": 8, "officer": 10, "post": 6}
    assert Visit.objects.count() == 16
    assert TrackRecord.objects.filter(kind="session").count() > 40
    assert (Team.objects.count(), Team.objects.exclude(leader=None).count()) == (6, 6)


def test_everybody_is_a_role_with_a_number_and_everything_is_marked():
    assert not Person.objects.exclude(name__regex=r"^示例\S+ \d{3}$").exists()
    for model in (Capacity, Team, TrackRecord, Volunteer, VolunteerTeam, Project, ServiceHours, Slot, Certificate):
        assert model.objects.exists()
        assert not model.objects.filter(is_demonstration=False).exists(), model
    for source in ("volunteers.hours", "capacities.capacity"):
        facts = Fact.objects.filter(source_ref__startswith=source)
        assert facts.exists()
        assert not facts.filter(is_demonstration=False).exists()


def test_volunteers_served_and_got_certificates(office):
    assert (Volunteer.objects.count(), VolunteerTeam.objects.count(), Project.objects.count()) == (65, 5, 4)
    assert sorted(VolunteerTeam.objects.values_list("level", flat=True)) == [1, 2, 3, 4, 4]
    hours = Counter(ServiceHours.objects.values_list("state", "origin"))
    assert hours.keys() == {("confirmed", "code"), ("confirmed", "late")}
    assert hours["confirmed", "late"] == 1
    assert sorted(Certificate.objects.values_list("state", flat=True)) == ["issued", "published"]
    assert [one.kind for one in anomalies(office)] == ["same_text"]
    issued = Certificate.objects.get(state="issued")
    assert issued.number in _page(Client(), reverse("portal:verify", args=[issued.number, issued.code]))


def test_a_second_load_changes_nothing():
    models = (
        Person,
        Capacity,
        Volunteer,
        ServiceHours,
        Slot,
        Booking,
        Shift,
        Certificate,
        Fact,
        Session,
        Campaign,
        Need,
        Proposal,
    )
    before = [model.objects.count() for model in models]

    again = load_city(EXAMPLE)

    assert (again.people, again.volunteers, again.openings, again.events) == (0, 0, 0, 0)
    assert [model.objects.count() for model in models] == before


def test_the_next_day_opens_only_what_that_day_adds(settings):
    before = Slot.objects.count()
    settings.KEPU_DEMONSTRATION_DAY = DAY + timedelta(days=3)

    again = load_city(EXAMPLE)

    days = {one.starts_at.date() for one in Slot.objects.order_by("-pk")[: Slot.objects.count() - before]}
    assert 0 < again.openings < before
    assert min(days) > DAY + timedelta(days=14)


def test_slots_wait_for_visitors_one_drawn_one_full_one_with_channels():
    assert Slot.objects.filter(subject_type="venues.venue").values("subject_id").distinct().count() == 12
    assert Slot.objects.filter(mode=SlotMode.DRAW).exists()
    assert Booking.objects.filter(state=BookingState.IN_DRAW).exists()
    assert Booking.objects.filter(state=BookingState.WAITING).exists()
    assert set(ChannelQuota.objects.values_list("channel", flat=True)) > {"online", "phone", "group"}


def test_sessions_for_everybody_stand_on_the_calendar_one_full_with_somebody_waiting():
    sessions = Session.objects.filter(order=None)
    assert Counter(sessions.values_list("form", flat=True)) == {
        "lecture": 2, "class": 1, "fair": 1, "open_day": 1, "exhibition": 1, "live": 1, "field": 1,
    }  # fmt: skip
    assert all(one.is_demonstration and one.state == "planned" and one.day > DAY for one in sessions)
    assert sessions.exclude(provider=None).get().capacity.state == "admitted"
    booked = Booking.objects.filter(slot__in=sessions.values("slot"))
    assert booked.filter(state=BookingState.WAITING).get().slot.title == "显微镜下的海水"
    campaign = Campaign.objects.get()
    assert (campaign.is_demonstration, campaign.sessions.count()) == (True, 5)
    page = _page(Client(), reverse("requests:events"))
    assert all(title in page for title in sessions.values_list("title", flat=True))
    assert "演示数据" in page
    assert "显微镜下的海水" in _page(Client(), campaign.get_absolute_url())


def test_orders_stand_in_every_state_and_kept_the_hard_rules():
    states = set(Order.objects.values_list("state", flat=True))
    assert states == {"asked", "open", "offered", "planned", "done", "rated", "unmet"}
    assert all(Order.objects.values_list("is_demonstration", flat=True))
    held = Session.objects.filter(state="done", order__need_order=None)
    assert held.count() == 3
    assert set(Order.objects.filter(state="unmet").values_list("unmet_rule", flat=True)) == {"supply", "place"}
    assert all(len(one.facts) >= 1 and one.came for one in held)
    assert Offer.objects.filter(state="offered", until__gt=now()).exists()
    halves = list(Session.objects.values_list("provider", "day", "part"))
    assert len(halves) == len(set(halves))


def test_the_library_is_lent_over_the_districts_in_every_state_and_a_second_load_adds_nothing():
    given = tomllib.loads((EXAMPLE / "library.toml").read_text("utf-8"))
    assert (Resource.objects.count(), Package.objects.count()) == (20, 3)
    assert all(Resource.objects.values_list("is_demonstration", flat=True))
    assert Holding.objects.values("region").distinct().count() == 10
    planned = Loan.objects.filter(subject_type="requests.session")
    assert set(planned.values_list("state", flat=True)) == {"asked"}, "who gives a planned session asks for its kit"
    assert planned.count() == 2
    states = Counter(Loan.objects.filter(subject_type="").values_list("state", flat=True))
    assert states == {"asked": 1, "agreed": 1, "out": 2, "returned": 2, "refused": 1, "cancelled": 1}
    (overdue,) = [loan for loan in Loan.objects.filter(state="out") if loan.is_overdue]
    assert Todo.objects.filter(key=f"library.overdue:{overdue.pk}", closed_on=None).exists()
    topics = {
        topic
        for field in tomllib.loads((EXAMPLE / "people.toml").read_text("utf-8"))["field"]
        for topic in field["topics"]
    }
    assert {topic for one in Resource.objects.all() for topic in one.topics} <= topics
    assert "潮汐和赶海教具箱" in _page(Client(), reverse("library:find") + "?q=赶海")
    assert len(materials_for(["地震"], DAY, DAY)) == 2

    counted = Loan.objects.count(), Movement.objects.count()
    assert load_library(given) == 0
    assert (Loan.objects.count(), Movement.objects.count()) == counted


def test_standing_offers_of_each_kind_can_be_ordered():
    shown = list(standing_offers())
    assert {one.kind for one in shown} == {"talk", "agreement", "route"}
    assert all(one.givers.exists() for one in shown)
    agreement = next(one for one in shown if one.kind == "agreement")
    assert agreement.classes.count() == 3
    assert next(one for one in shown if one.kind == "route").stops.count() == 2


def test_needs_of_enterprises_stand_in_every_state_and_workers_are_only_counted():
    needs = {need.title: need for need in Need.objects.all()}
    assert Counter(need.state for need in needs.values()) == {
        "closed": 1, "served": 1, "unmet": 1, "checked": 1, "posted": 1,
    }  # fmt: skip
    assert needs["铝合金焊缝总有气孔"].unmet_reason == "没有人讲这个题目"
    assert needs["上夜班的人怎样睡好觉"].orders.get().order.state == "planned"
    assert Counter(Proposal.objects.values_list("state", flat=True)) == {
        "resulted": 1, "declined": 1, "adopted": 1, "proposed": 1,
    }  # fmt: skip
    for model in (Need, Proposal):
        assert not model.objects.filter(is_demonstration=False).exists()
    assert not Need.objects.exclude(body_name__startswith="演示").exists()
    page = _page(Client(), reverse("enterprises:home"))
    assert "起重机怎样不翻倒" in page
    assert "新员工看不懂装配图" not in page  # not checked yet


def test_a_stranger_finds_an_expert_a_team_a_shift_and_a_venue_with_slots():
    client = Client()
    for words in ("海雾", "健康谣言", "地震"):
        page = _page(client, reverse("capacities:experts") + f"?q={words}")
        assert "示例专家" in page, words
        assert "题目里有" in page, words
    expert = Capacity.objects.filter(kind="expert", state="admitted", is_public=True).first()
    assert str(expert.person) in _page(client, reverse("capacities:expert", args=[expert.number]))
    assert "演示海洋科学传播工作室" in _page(client, reverse("capacities:teams"))
    assert "示例专家" in _page(client, reverse("capacities:team", args=[Team.objects.first().pk]))
    assert "周末科技馆" in _page(client, reverse("volunteers:projects"))
    assert "报名" in _page(client, reverse("volunteers:project", args=[Project.objects.first().pk]))
    slot = Slot.objects.filter(mode=SlotMode.FIRST_COME, subject_type="venues.venue").first()
    every = reverse("bookings:slots", args=[f"venues.venue:{slot.subject_id}"])
    assert every in _page(client, slot.address)
    assert reverse("bookings:slot", args=[slot.pk]) in _page(client, every)
    assert slot.title in _page(client, reverse("bookings:slot", args=[slot.pk]))


@pytest.mark.parametrize(("role", "lands"), DOORS.items())
def test_one_click_lets_a_participant_in_where_the_work_begins(role, lands):
    client = Client()
    answer = client.post(reverse("workbench:door_enter"), {"role": role})

    assert answer.url == reverse(lands)
    _page(client, answer.url)
    assert Person.objects.get(pk=client.session["_auth_user_id"]).name == f"示例{role.label} 001"


def test_two_vans_drove_part_of_a_published_month(office):
    assert VanProfile.objects.count() == 2
    assert not TourWish.objects.filter(is_demonstration=False).exists()
    plan = TourPlan.objects.get()
    assert (plan.state, plan.month, plan.asked_by) == ("published", DAY.replace(day=1), office)
    assert {row["reason"] for row in plan.result["unserved"]} >= {"exhibits", "no_hours"}
    trips = TripLog.objects.filter(struck_at=None)
    assert set(trips.values_list("van", "day")) == set(plan.stops.filter(day__lt=DAY).values_list("van", "day"))
    assert trips.count() >= 4
    assert plan.stops.filter(day__gt=DAY).exists()
    facts = Fact.objects.filter(source_ref__startswith="tours.trip")
    assert facts.exists()
    assert not facts.filter(is_demonstration=False).exists()
    page = _page(Client(), reverse("tours:public"))
    assert "演示数据" in page
    assert plan.stops.filter(day__gt=DAY)[0].wish.place in page
    use = use_of_year(DAY.year, actor=office)
    assert all(one.percent > 0 for one in use.vans)
    assert [one.log.is_old for one in use.vans] == [False, True]


def test_a_second_load_of_the_tours_changes_nothing():
    given = tomllib.loads((EXAMPLE / "tours.toml").read_text("utf-8"))
    assert load_tours(given) == 0
    assert (TourWish.objects.count(), TourPlan.objects.count()) == (len(given["wish"]), 1)


def test_a_resident_books_and_a_volunteer_joins():
    resident = demonstration_participant(Participant.RESIDENT, 1)
    volunteer = demonstration_participant(Participant.VOLUNTEER, 1)
    slot = Slot.objects.filter(mode=SlotMode.FIRST_COME, capacity__gt=40, subject_type="venues.venue").first()

    text = consent_text(CONSENT)
    booking = book(slot.pk, actor=resident, rules_version=slot.rules_version, text_digest=text.digest)
    for project in Project.objects.all():
        shift = project.shifts.order_by("-slot__starts_at").first()
        join_shift(shift.pk, actor=volunteer)

    assert booking.state == BookingState.BOOKED


def test_participants_exist_on_a_demonstration_only(settings):
    with pytest.raises(RoleIncomplete):
        demonstration_participant("emperor", 1)
    settings.KEPU_IS_DEMONSTRATION = False
    with pytest.raises(NotADemonstration):
        demonstration_participant(Participant.EXPERT, 1)
