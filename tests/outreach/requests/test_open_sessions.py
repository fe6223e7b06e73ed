"""Sessions for everybody: scheduled, booked, moved, called off, counted at the gate; campaigns; the public calendar."""

import re
import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from kepu.directory.notices.models import Notice
from kepu.directory.register.choices import Role
from kepu.directory.todos.models import Todo
from kepu.foundation.audit.models import AuditEntry
from kepu.foundation.clock import fixed, now, today
from kepu.foundation.errors import NotAllowed
from kepu.ledger.models import Fact
from kepu.ledger.services import reverse_fact
from kepu.outreach.bookings import services as bookings
from kepu.outreach.bookings.errors import PartyUnfit, SlotUnfit
from kepu.outreach.bookings.models import Slot
from kepu.outreach.requests import services
from kepu.outreach.requests.errors import CampaignUnfit, SessionUnfit
from kepu.outreach.requests.models import Campaign, Session
from kepu.outreach.requests.services import CampaignWords, SessionWords
from tests.factories import OrganisationFactory, PersonFactory
from tests.outreach.bookings.factories import at, book, people, states
from tests.outreach.requests.worlds import day
from tests.outreach.venues import factories as venues

pytestmark = pytest.mark.django_db


def words_of(world, **more) -> SessionWords:
    given = {
        "title": "台风来了怎么办", "form": "lecture", "body": world.institute, "region": world.district,
        "starts_at": at(9, days=3), "ends_at": at(11, days=3), "capacity": 45, "place": "示例文化大院",
    }  # fmt: skip
    return SessionWords(**(given | more))


def schedule(world, actor=None, **more) -> Session:
    return services.schedule_session(words_of(world, **more), actor=actor or world.office)


def campaign(world, **more) -> Campaign:
    given = {"name": "示例科普月", "kind": "science_month", "slug": "month", "first_day": today(), "last_day": day(30)}
    return services.make_campaign(CampaignWords(**(given | more)), actor=world.office)


def held_slot(session: Session) -> Slot:
    return Slot.objects.get(pk=session.slot_id)


def let_in(session: Session, booking, people_in: int, actor, *, key=None) -> None:
    bookings.check_in_listed(session.slot_id, booking.pk, actor=actor, key=key or uuid.uuid4(), people=people_in)


def url(name: str, *args) -> str:
    return reverse(f"requests:{name}", args=args)


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def ledger() -> dict[str, int]:
    """Indicator → what the ledger holds now, reversals included."""
    sums: dict[str, int] = {}
    for fact in Fact.objects.select_related("indicator"):
        sums[fact.indicator.code] = sums.get(fact.indicator.code, 0) + int(fact.quantity)
    return sums


# Scheduling


def test_a_session_for_everybody_has_a_slot_that_anybody_may_book(world):
    session = schedule(world, quotas={"phone": 5, "group": 20})

    slot = held_slot(session)
    assert (slot.title, slot.capacity, slot.place) == ("台风来了怎么办", 45, "示例文化大院")
    assert (slot.subject_type, slot.subject_id) == ("requests.session", str(session.pk))
    assert dict(slot.quotas.values_list("channel", "seats")) == {"phone": 5, "group": 20, "shared": 20}
    assert slot.address == url("event", session.pk)
    assert book(slot).state == "booked"
    assert AuditEntry.objects.filter(action="requests.session.scheduled").count() == 1


def test_the_office_the_body_s_liaison_and_the_district_s_officer_schedule_and_nobody_else(world):
    liaison = PersonFactory(role=Role.LIAISON, organisation=world.institute)
    for actor in (world.office, liaison, world.officer):
        assert held_slot(schedule(world, actor)).state == "open"

    other_liaison = PersonFactory(role=Role.LIAISON, organisation=OrganisationFactory())
    for actor in (other_liaison, PersonFactory(), PersonFactory(role=Role.AUDITOR)):
        with pytest.raises(NotAllowed):
            schedule(world, actor)
    with pytest.raises(NotAllowed):
        schedule(world, world.officer, region=world.elsewhere)


@pytest.mark.parametrize(
    ("wrong", "field", "problem"),
    [
        ({"title": " "}, "title", SessionUnfit),
        ({"form": "review"}, "form", SessionUnfit),
        ({"audience": "cats"}, "audience", SessionUnfit),
        ({"place": ""}, "place", SessionUnfit),
        ({"starts_at": at(9, days=-1)}, "starts_at", SessionUnfit),
        ({"ends_at": at(8, days=3)}, "starts_at", SessionUnfit),
        ({"provider": "ZJ99999"}, "provider", SessionUnfit),
        ({"capacity": 0}, "capacity", SlotUnfit),
        ({"quotas": {"phone": 46}}, "capacity", SlotUnfit),
    ],
)
def test_what_does_not_go_together_is_refused_at_its_field_and_leaves_nothing(world, wrong, field, problem):
    with pytest.raises(problem) as refused:
        schedule(world, **wrong)

    assert refused.value.data["field"] == field
    assert not Session.objects.exists()
    assert not Slot.objects.exists()


def test_the_form_sent_twice_schedules_one(world):
    key = uuid.uuid4()
    first = services.schedule_session(words_of(world), actor=world.office, key=key)

    assert services.schedule_session(words_of(world), actor=world.office, key=key).pk == first.pk
    assert Slot.objects.count() == 1


def test_nothing_more_is_opened_for_a_session_than_its_one_slot(world):
    session = schedule(world)

    with pytest.raises(SlotUnfit, match="没有找到"):
        bookings.open_slot(
            "requests.session", str(session.pk), actor=world.office, starts_at=at(9), ends_at=at(10), capacity=5
        )


def test_who_is_sent_is_told_is_at_one_place_a_half_day_and_belongs_to_whoever_sends(world):
    expert = world.expert(number="ZJ00007")
    liaison = PersonFactory(role=Role.LIAISON, organisation=world.institute)
    session = schedule(world, liaison, provider="ZJ00007")

    assert session.provider == expert.person
    assert Notice.objects.get(person=expert.person).title.startswith("请您去：台风来了怎么办")
    with pytest.raises(SessionUnfit, match="半天"):
        schedule(world, provider="ZJ00007")
    stranger = PersonFactory(role=Role.LIAISON, organisation=world.school)
    with pytest.raises(SessionUnfit, match="不是您单位的人"):
        schedule(
            world, stranger, body=world.school, provider="ZJ00007", starts_at=at(9, days=5), ends_at=at(10, days=5)
        )


# Seats


def test_a_group_of_46_is_refused_for_45_seats_and_one_that_comes_too_late_waits(world):
    session = schedule(world, quotas={"group": 0})
    slot = held_slot(session)

    with pytest.raises(PartyUnfit, match="46"):
        book(slot, size=46)
    book(slot, size=40)
    assert book(slot, size=6).state == "waiting"
    assert states(slot) == ["booked", "waiting"]


def test_the_button_says_what_signing_up_means(client, world):
    session = schedule(world, quotas={"group": 0})
    for where in (url("events"), url("event", session.pk)):
        assert "报名候补" not in client.get(where).content.decode()
    book(held_slot(session), size=45)
    for where in (url("events"), url("event", session.pk)):
        assert "报名候补" in client.get(where).content.decode()
    Slot.objects.filter(pk=session.slot_id).update(closes_at=now())
    for where in (url("events"), url("event", session.pk)):
        assert "报名" not in client.get(where).content.decode().replace("自己报名", "")


def test_an_operator_books_for_an_elderly_caller_as_soon_as_the_body_schedules(client, world):
    liaison = PersonFactory(role=Role.LIAISON, organisation=world.institute)
    session = schedule(world, liaison, quotas={"phone": 5})
    client.force_login(liaison)

    page = client.get(reverse("bookings:desk_slot", args=[session.slot_id]))
    sent = {"channel": "phone", "guest": "示例老人", "party_size": 1, "accompanying": 0, "is_elderly": "on"}
    booked = client.post(reverse("bookings:desk_book", args=[session.slot_id]), sent)

    assert page.status_code == 200
    assert booked.status_code == 302
    assert held_slot(session).bookings.get().is_elderly
    assert "台风来了怎么办" in text(client.get(reverse("bookings:desk")))
    client.force_login(PersonFactory(role=Role.LIAISON, organisation=world.school))
    assert client.get(reverse("bookings:desk_slot", args=[session.slot_id])).status_code == 404


# Moving and calling off


def test_moving_moves_the_slot_and_tells_who_booked_once(world):
    session = schedule(world)
    visitor = people(1)[0]
    book(held_slot(session), visitor)

    services.move_session(
        session.pk, starts_at=at(14, days=4), ends_at=at(16, days=4), place="操场", actor=world.office
    )
    bookings.tell_moved(session.slot_id, 1)
    bookings.tell_moved(session.slot_id, 1)

    slot = held_slot(session)
    assert (slot.starts_at, slot.ends_at, slot.place) == (at(14, days=4), at(16, days=4), "操场")
    assert Notice.objects.filter(person=visitor, key__startswith="bookings.moved").count() == 1


def test_calling_off_cancels_the_slot_and_tells_who_booked_once(world):
    session = schedule(world)
    visitor = people(1)[0]
    book(held_slot(session), visitor)

    services.cancel_session(session.pk, "台风", actor=world.office)
    bookings.tell_cancelled(session.slot_id)
    bookings.tell_cancelled(session.slot_id)

    assert (held_slot(session).state, held_slot(session).reason) == ("cancelled", "台风")
    assert Notice.objects.filter(person=visitor).count() == 1


def test_a_session_is_not_moved_out_of_the_days_of_its_campaign(world):
    session = schedule(world, campaign=campaign(world))

    with pytest.raises(SessionUnfit, match="不在里面") as refused:
        services.move_session(session.pk, starts_at=at(9, days=40), ends_at=at(11, days=40), actor=world.office)
    assert refused.value.data["field"] == "starts_at"
    session.refresh_from_db()
    assert session.starts_at == held_slot(session).starts_at == at(9, days=3)

    services.move_session(session.pk, starts_at=at(9, days=30), ends_at=at(11, days=30), actor=world.office)
    assert held_slot(session).starts_at == at(9, days=30)


def test_who_gives_it_and_has_booked_is_told_once_of_a_move_and_once_that_it_is_off(world):
    expert = world.expert(number="ZJ00007").person
    session = schedule(world, provider="ZJ00007")
    book(held_slot(session), expert)
    before = Notice.objects.filter(person=expert).count()

    services.move_session(session.pk, starts_at=at(14, days=4), ends_at=at(16, days=4), actor=world.office)
    bookings.tell_moved(session.slot_id, 1)
    assert Notice.objects.filter(person=expert).count() == before + 1

    services.cancel_session(session.pk, "台风", actor=world.office)
    bookings.tell_cancelled(session.slot_id)
    assert Notice.objects.filter(person=expert).count() == before + 2


def test_who_gives_it_and_has_not_booked_is_told_by_the_session(world):
    expert = world.expert(number="ZJ00007").person
    session = schedule(world, provider="ZJ00007")

    services.cancel_session(session.pk, "台风", actor=world.office)
    bookings.tell_cancelled(session.slot_id)

    assert Notice.objects.filter(person=expert, key__startswith="requests.session.cancelled").count() == 1
    assert not Notice.objects.filter(person=expert, key__startswith="bookings.").exists()


def test_a_slot_called_off_at_the_desk_of_bookings_takes_its_session_along(world):
    session = schedule(world)

    bookings.cancel_slot(session.slot_id, actor=world.office, reason="停电")
    asked = ProcrastinateJob.objects.filter(task_name="requests.call_off_session").get()
    assert services.call_off_with_slot(asked.args["slot_id"])
    assert not services.call_off_with_slot(session.slot_id)

    session.refresh_from_db()
    assert (session.state, session.reason) == ("cancelled", "停电")


# Closing


def test_who_came_through_the_gate_is_who_came_and_it_is_recorded_once(world):
    session = schedule(world)
    booking = book(held_slot(session), size=3)
    with fixed(session.starts_at):
        let_in(session, booking, 3, world.office)
        bookings.admit(session.slot_id, 7, actor=world.office, key=uuid.uuid4())
    with fixed(session.ends_at + timedelta(hours=2)):
        assert services.close_sessions() == 1
        assert services.close_sessions() == 0

    session.refresh_from_db()
    assert (session.state, session.came, session.check_in) == ("done", 10, "gate")
    assert ledger() == {"lectures": 1, "lecture_attendances": 10}
    assert {fact.organisation_id for fact in Fact.objects.all()} == {world.institute.pk}


def test_a_list_that_comes_late_corrects_by_reversal(world):
    session = schedule(world)
    early, late = book(held_slot(session), size=3), book(held_slot(session), size=2)
    with fixed(session.starts_at):
        let_in(session, early, 3, world.office)
        services.close_session(session.pk, actor=world.office)
        first = set(Fact.objects.values_list("pk", flat=True))
        let_in(session, late, 2, world.office)
        assert ProcrastinateJob.objects.filter(task_name="requests.recount_session").exists()
        assert services.recount_session(session.slot_id)
        assert not services.recount_session(session.slot_id)

    session.refresh_from_db()
    assert session.came == 5
    assert ledger() == {"lectures": 1, "lecture_attendances": 5}
    assert Fact.objects.filter(reverses__isnull=False).count() == 2
    assert not first & set(session.facts)


def test_what_somebody_reversed_by_hand_is_not_reversed_twice(world):
    session = schedule(world)
    early, late = book(held_slot(session), size=3), book(held_slot(session), size=2)
    with fixed(session.starts_at):
        let_in(session, early, 3, world.office)
        done = services.close_session(session.pk, actor=world.office)
        reverse_fact(done.facts[0], reason="记错了", actor=None)
        let_in(session, late, 2, world.office)
        assert services.recount_session(session.slot_id)

    assert ledger() == {"lectures": 1, "lecture_attendances": 5}


def test_without_a_gate_the_host_says_how_many_came(world):
    session = schedule(world, form="live", is_online=True, stream="https://live.example/1", place="")
    with fixed(session.starts_at):
        with pytest.raises(SessionUnfit, match="多少人") as refused:
            services.close_session(session.pk, actor=world.office)
        done = services.close_session(session.pk, people=120, actor=world.office)

    assert refused.value.data["field"] == "people"
    assert (done.came, done.check_in) == (120, "headcount")


def test_who_opened_it_is_reminded_once_where_nobody_was_counted(world):
    session = schedule(world)
    with fixed(session.ends_at + timedelta(hours=2)):
        assert services.close_sessions() == 0
        services.close_sessions()

    assert Notice.objects.filter(person=world.office, key=f"requests.session.uncounted:{session.pk}").count() == 1


def test_only_who_keeps_it_closes_it_once_it_has_begun(world):
    expert = world.expert(number="ZJ00007")
    session = schedule(world, provider="ZJ00007")
    with pytest.raises(SessionUnfit, match="还没有开始"):
        services.close_session(session.pk, people=3, actor=world.office)
    with fixed(session.starts_at):
        with pytest.raises(NotAllowed):
            services.close_session(session.pk, people=3, actor=expert.person)
        with pytest.raises(SessionUnfit, match="主办方办结"):
            services.check_in_session(session.pk, people=3, actor=expert.person)
        services.close_session(session.pk, people=3, actor=world.office)
        with pytest.raises(SessionUnfit, match="已办"):
            services.close_session(session.pk, people=3, actor=world.office)
    assert expert.person.given_sessions.get().came == 3


# Campaigns


def test_the_office_makes_a_campaign_and_changes_it(client, world):
    client.force_login(world.office)
    typed = {
        "name": "示例科普月", "kind": "science_month", "slug": "month-2024", "first_day": f"{today():%Y-%m-%d}",
        "last_day": f"{day(30):%Y-%m-%d}", "about": "一个月。",
    }  # fmt: skip

    assert client.post(url("campaigns"), typed).status_code == 302
    made = Campaign.objects.get()
    assert client.post(url("campaign_change", made.pk), typed | {"name": "科普月"}).status_code == 302

    made.refresh_from_db()
    assert (made.name, made.made_by) == ("科普月", world.office)
    actions = AuditEntry.objects.filter(action__startswith="requests.campaign.").values_list("action", flat=True)
    assert sorted(actions) == ["requests.campaign.changed", "requests.campaign.made"]
    with pytest.raises(NotAllowed):
        services.make_campaign(CampaignWords("甲", "other", "a", today(), today()), actor=world.officer)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "示例科普月", "slug": "b"}, "name"),
        ({"name": "乙"}, "slug"),
        ({"name": "乙", "slug": "有字"}, "slug"),
        ({"name": "乙", "slug": "b", "kind": "party"}, "kind"),
        ({"name": "乙", "slug": "b", "last_day": day(-1)}, "last_day"),
    ],
)
def test_a_campaign_that_cannot_be_is_refused_at_its_field(world, wrong, field):
    campaign(world)

    with pytest.raises(CampaignUnfit) as refused:
        campaign(world, **wrong)
    assert refused.value.data["field"] == field


def test_days_of_a_campaign_are_in_order_in_the_database_too(world):
    with pytest.raises(IntegrityError, match="campaign_days_in_order"), transaction.atomic():
        Campaign.objects.create(name="甲", kind="other", slug="a", first_day=today(), last_day=day(-1))


def test_a_campaign_s_page_has_what_is_to_come_and_what_came_of_it(client, world):
    month = campaign(world)
    held, coming = schedule(world, campaign=month), schedule(world, campaign=month, title="蓝莓冻害怎么防")
    schedule(world, title="不在里面的一场")
    with fixed(held.starts_at):
        services.close_session(held.pk, people=33, actor=world.office)

    page = text(client.get(url("campaign", "month")))

    assert "1 场办完，来了 33 人次，1 个单位主办" in page
    assert coming.title in page
    assert "不在里面的一场" not in page
    assert client.get(url("campaign", "nothing")).status_code == 404
    with pytest.raises(SessionUnfit, match="不在里面"):
        schedule(world, campaign=month, starts_at=at(9, days=40), ends_at=at(10, days=40))


# Pages


def test_the_liaison_schedules_at_the_desk(client, world):
    liaison = PersonFactory(role=Role.LIAISON, organisation=world.institute)
    client.force_login(liaison)
    typed = {
        "title": "海藻公开课", "form": "class", "body": world.institute.name, "region": world.district.pk,
        "place": "示例展厅", "starts_at": f"{at(9, days=3):%Y-%m-%dT%H:%M}", "ends_at": f"{at(10, days=3):%Y-%m-%dT%H:%M}",
        "audience": "public", "capacity": 45, "quota_phone": 5, "key": uuid.uuid4(),
    }  # fmt: skip

    assert client.get(url("schedule")).status_code == 200
    wrong = client.post(url("schedule"), typed | {"body": "没有的单位"})
    assert "名录里没有这个单位" in text(wrong)
    made = client.post(url("schedule"), typed)

    session = Session.objects.get()
    assert made["Location"] == url("session", session.pk)
    assert "公开的一场" in text(client.get(url("session", session.pk)))
    assert "海藻公开课" in text(client.get(url("open_sessions")))
    assert "还没有公开的场次" in text(client.get(url("open_sessions"), {"past": 1}))


def test_the_host_closes_it_on_its_page(client, world):
    session = schedule(world)
    client.force_login(world.office)
    with fixed(session.starts_at):
        assert "办完了，办结" in text(client.get(url("session", session.pk)))
        done = client.post(url("session_act", session.pk, "close"), {"people": 30})

    session.refresh_from_db()
    assert (done.status_code, session.came) == (302, 30)


def test_the_calendar_lists_by_day_and_is_narrowed(client, world):
    month = campaign(world)
    schedule(world, campaign=month)
    schedule(world, title="海藻直播", form="live", is_online=True, place="", region=world.elsewhere, audience="elderly",
             starts_at=at(9, days=4), ends_at=at(10, days=4))  # fmt: skip
    world.session()

    def shown(**query) -> tuple[bool, bool]:
        page = text(client.get(url("events"), query))
        return "台风来了怎么办" in page, "海藻直播" in page

    assert shown() == (True, True)
    assert shown(q="海藻") == (False, True)
    assert shown(district=world.district.code) == (True, False)
    assert shown(audience="elderly") == (False, True)
    assert shown(form="lecture") == (True, False)
    assert shown(campaign="month") == (True, False)
    assert shown(is_online="on") == (False, True)
    assert shown(day=f"{day(4):%Y-%m-%d}") == (False, True)
    assert shown(day="没有这天") == (True, True)
    page = text(client.get(url("events")))
    assert page.count("台风来了怎么办") == 1, "the session of the order is not public"
    assert "还有 45 个座位" in page
    assert "没有这样的活动" in text(client.get(url("events"), {"q": "火星"}))


def test_a_stream_is_watched_only_in_its_time(client, world):
    address = "https://live.example/1"
    session = schedule(world, form="live", is_online=True, stream=address)

    def shown(**minutes) -> str:
        with fixed(session.starts_at + timedelta(**minutes)):
            return client.get(url("event", session.pk)).content.decode()

    before, early, last, after = shown(minutes=-31), shown(minutes=-30), shown(minutes=119), shown(minutes=120)
    assert [address in page for page in (before, early, last, after)] == [False, True, True, False]
    assert "还没有开播" in before
    assert "直播已经结束" in after
    services.cancel_session(session.pk, "台风", actor=world.office)
    assert address not in shown(minutes=1)


def test_sessions_at_venues_stand_on_the_map_and_are_narrowed_to_one(client, world):
    museum = venues.venue(name="示例博物馆", region=world.district, **venues.at(120.39, 36.07))
    unplaced = venues.venue(name="示例无坐标馆", region=world.district)
    schedule(world, venue=museum, place="二楼报告厅")
    schedule(world, venue=museum, place="", starts_at=at(9, days=4), ends_at=at(11, days=4))
    schedule(world, venue=unplaced, place="", title="另一处", starts_at=at(14, days=4), ends_at=at(15, days=4))
    schedule(world, form="live", is_online=True, stream="https://live.example/1", place="", title="只在线上")

    page = client.get(url("events")).content.decode()

    assert page.count('<circle class="dot"') == 1
    assert "示例博物馆：2 场" in page
    assert "1 场没有坐标" in page
    assert "示例博物馆 二楼报告厅" in page
    narrowed = text(client.get(url("events"), {"venue": str(museum.pk)}))
    assert "台风来了怎么办" in narrowed
    assert "另一处" not in narrowed
    assert "二楼报告厅" in text(client.get(url("events"), {"venue": "没有这处"})), "what cannot be read narrows nothing"


def test_a_session_s_page_leads_to_its_venue_until_it_is_held_elsewhere(client, world):
    museum = venues.venue(name="示例博物馆", region=world.district)
    session = schedule(world, venue=museum, place="")

    assert reverse("venues:public", args=[museum.pk]) in client.get(url("event", session.pk)).content.decode()
    services.move_session(
        session.pk, starts_at=at(14, days=3), ends_at=at(15, days=3), place="示例广场", actor=world.office
    )
    page = client.get(url("event", session.pk)).content.decode()
    assert "示例广场" in page
    assert reverse("venues:public", args=[museum.pk]) not in page


def test_two_sessions_for_everybody_are_at_one_venue_and_its_keeper_does_not_keep_them(world):
    museum = venues.venue(name="示例博物馆", region=world.district, is_lent=True, capacity=300)
    keeper = PersonFactory(role="liaison", organisation=museum.keeper)
    one = schedule(world, venue=museum)
    two = schedule(world, venue=museum, title="同一个上午的另一场")

    assert (one.venue, two.venue) == (museum, museum)
    assert (one.day, one.part) == (two.day, two.part)
    assert not Todo.objects.filter(key__startswith="requests.room").exists()
    with pytest.raises(NotAllowed):
        services.cancel_session(one.pk, "不借了", actor=keeper)


def test_the_form_of_scheduling_names_a_published_venue_and_refuses_another(client, world):
    museum = venues.venue(name="示例博物馆", region=world.district)
    venues.venue(name="没有公布的馆", region=world.district, public=False)
    venues.venue(name="同名的馆", region=world.district)
    venues.venue(name="同名的馆", region=world.elsewhere)
    client.force_login(world.office)
    typed = {
        "title": "台风来了怎么办", "form": "lecture", "body": world.institute.name, "region": world.district.pk,
        "starts_at": f"{at(9, days=3):%Y-%m-%dT%H:%M}", "ends_at": f"{at(11, days=3):%Y-%m-%dT%H:%M}",
        "audience": "public", "capacity": 45,
    }  # fmt: skip

    unknown = client.post(url("schedule"), typed | {"venue": "没有公布的馆"})
    double = client.post(url("schedule"), typed | {"venue": "同名的馆"})
    assert "没有公布的场馆叫这个名字" in text(unknown)
    assert "都叫这个名字" in text(double)
    assert not Session.objects.exists()
    assert client.post(url("schedule"), typed | {"venue": "示例博物馆"}).status_code == 302
    assert (Session.objects.get().venue, Session.objects.get().place) == (museum, "示例博物馆")


def test_a_venue_that_is_not_published_holds_no_session(world):
    with pytest.raises(SessionUnfit, match="已经公布"):
        schedule(world, venue=venues.venue(region=world.district, public=False))


def test_a_stream_of_the_operator_s_media_server_is_played_on_the_page(client, world, settings):
    settings.KEPU_MEDIA_HOSTS = ("https://live.example",)
    ours = schedule(world, form="live", is_online=True, stream="https://live.example/1/all.m3u8")
    theirs = schedule(world, form="live", is_online=True, stream="https://elsewhere.example/1/all.m3u8")
    page_of_one = schedule(world, form="live", is_online=True, stream="https://live.example/room/1")

    def page(session: Session, **minutes) -> str:
        with fixed(session.starts_at + timedelta(**minutes)):
            return client.get(url("event", session.pk)).content.decode()

    assert 'data-stream="https://live.example/1/all.m3u8"' in page(ours, minutes=1)
    assert "观看直播" in page(ours, minutes=1), "the link stays for who cannot play it"
    assert "<video" not in page(ours, minutes=-31)
    assert "<video" not in page(theirs, minutes=1)
    assert "<video" not in page(page_of_one, minutes=1)


def test_a_session_names_a_partner_and_the_calendar_is_narrowed_to_it(client, world):
    session = schedule(world, title="海洋公开课", partner=" 示例友城 ")
    schedule(world, title="另一场", starts_at=at(14, days=3), ends_at=at(15, days=3))

    page = text(client.get(url("events"), {"partner": "示例友城"}))

    assert "海洋公开课" in page
    assert "另一场" not in page
    assert "示例友城" in text(client.get(url("event", session.pk)))


def test_the_page_of_orders_leads_to_what_everybody_may_come_to(client, world):
    assert url("events") in client.get(url("home")).content.decode()
    session = schedule(world)

    assert url("event", session.pk) in client.get(url("home")).content.decode()


def test_an_empty_calendar_says_so(client, world):
    assert "最近没有公开的活动" in text(client.get(url("events")))


def test_a_session_s_page_says_what_everybody_needs_and_names_only_who_agreed(client, world):
    shy, public = world.expert(number="ZJ00007"), world.expert(number="ZJ00008", is_public=True)
    one = schedule(world, provider="ZJ00007", is_online=True, stream="https://live.example/1")
    two = schedule(world, provider="ZJ00008")

    page = client.get(url("event", one.pk))
    assert "还没有开播" in text(page)
    assert reverse("bookings:slot", args=[one.slot_id]) in page.content.decode()
    assert str(shy.person) not in text(page)
    assert str(public.person) in text(client.get(url("event", two.pk)))
    assert client.get(url("event", world.session().pk)).status_code == 404
    services.cancel_session(one.pk, "台风", actor=world.office)
    off = text(client.get(url("event", one.pk)))
    assert "取消了： 台风" in off
    assert "报名" not in off


def test_the_calendar_is_subscribed_to_and_strikes_what_was_called_off(client, world):
    session = schedule(world)
    services.cancel_session(session.pk, "台风", actor=world.office)

    lines = client.get(url("events_calendar")).content.decode().replace("\r\n ", "")

    assert f"UID:{session.uid}@kepu" in lines
    assert "STATUS:CANCELLED" in lines
    assert url("event", session.pk) in lines


def test_the_calendar_asks_as_much_for_many_as_for_few(client, world):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url("events")).status_code == 200
        return len(queries)

    month = campaign(world)
    schedule(world, campaign=month)
    client.get(url("events"))
    few = asked()
    for hour in range(8):
        schedule(world, campaign=month, starts_at=at(8 + hour, days=5), ends_at=at(9 + hour, days=5))
    assert asked() == few


def test_the_desk_s_list_asks_as_much_for_many_as_for_few(client, world):
    client.force_login(world.office)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url("open_sessions")).status_code == 200
        return len(queries)

    schedule(world)
    client.get(url("open_sessions"))
    few = asked()
    for hour in range(8):
        schedule(world, starts_at=at(8 + hour, days=5), ends_at=at(9 + hour, days=5))
    assert asked() == few
