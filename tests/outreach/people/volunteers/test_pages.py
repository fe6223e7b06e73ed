"""Pages of volunteering: what they say, what they refuse, and how much they ask of the database."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kepu.directory.privacy.services import set_birthday
from kepu.foundation.certificates.services import object_to
from kepu.foundation.clock import today
from kepu.outreach.people.volunteers.choices import HoursState
from kepu.outreach.people.volunteers.models import ServiceHours, ShiftSeat, Volunteer
from kepu.outreach.people.volunteers.services import accept_application, apply_for_certificate, join_shift
from tests.factories import PersonFactory
from tests.outreach.people.volunteers.worlds import code, confirmed, grown_up, served, volunteer

pytestmark = pytest.mark.django_db


def text(answer):
    return answer.content.decode()


def test_somebody_registers_on_the_page_or_does_not(client, world):
    person = grown_up()
    client.force_login(person)
    page = client.get(reverse("volunteers:register"))
    digest = page.context["standing"].text.digest

    refused = client.post(reverse("volunteers:register"), {"digest": digest, "answer": "refuse"}, follow=True)
    assert "您不同意，没有登记" in text(refused)
    assert not Volunteer.objects.exists()
    agreed = client.post(
        reverse("volunteers:register"), {"digest": digest, "answer": "agree", "skills": ["guide"]}, follow=True
    )
    assert Volunteer.objects.get().number in text(agreed)


def test_a_child_is_sent_to_its_guardian_and_not_to_a_button_that_refuses(client, world):
    child = PersonFactory()
    set_birthday(child.pk, today() - timedelta(days=12 * 365), actor=None)
    client.force_login(child)
    page = text(client.get(reverse("volunteers:register")))
    assert "邀请监护人" in page
    assert "同意并登记" not in page


def test_times_are_given_in_pairs(client, world):
    who = volunteer()
    client.force_login(who.person)
    half = client.post(reverse("volunteers:settings"), {"starts_5": "09:00"})
    assert half.status_code == 422
    given = {"starts_5": "09:00", "ends_5": "12:00", "takes_assignments": "on", "skills": ["guide"]}
    assert client.post(reverse("volunteers:settings"), given).status_code == 302
    who.refresh_from_db()
    assert str(who.times.get()) == "周六 09:00–12:00"
    assert who.skills == ["guide"]


def test_a_shift_is_joined_served_and_confirmed_on_the_pages(client, world):
    who, shift = volunteer(), world.now_shift
    client.force_login(who.person)
    assert "报好了" in text(client.post(reverse("volunteers:join", args=[shift.pk]), follow=True))
    wrong = client.post(reverse("volunteers:here", args=[shift.pk]), {"code": "000"})
    assert wrong.status_code == 422
    assert "现场码不对" in text(wrong)
    client.post(reverse("volunteers:here", args=[shift.pk]), {"code": code(shift)})
    ServiceHours.objects.update(starts_at=shift.starts_at)
    client.post(reverse("volunteers:here", args=[shift.pk]), {"code": code(shift), "text": "讲解"})
    hours = ServiceHours.objects.get()
    assert hours.state == HoursState.SERVED
    assert "等带队人确认" in text(client.get(reverse("volunteers:here", args=[shift.pk])))

    client.force_login(world.leader)
    assert str(who.person) in text(client.get(reverse("volunteers:lead", args=[shift.pk])))
    client.post(reverse("volunteers:lead_confirm", args=[shift.pk, hours.pk]), {"answer": "confirm"})
    client.force_login(world.contact)
    assert who.number in text(client.get(reverse("volunteers:receive")))
    client.post(reverse("volunteers:receive_confirm", args=[hours.pk]), {"answer": "confirm", "satisfaction": "good"})
    hours.refresh_from_db()
    assert (hours.state, hours.satisfaction) == (HoursState.CONFIRMED, "good")


def test_the_leaders_code_is_a_fragment_and_nobody_elses(client, world):
    client.force_login(world.leader)
    address = reverse("volunteers:lead", args=[world.now_shift.pk])
    fragment = text(client.get(address, headers={"hx-request": "true"}))
    assert "onsite-code" in fragment
    assert "<html" not in fragment
    client.force_login(world.contact)
    assert client.get(address).status_code == 404


def test_a_full_shift_is_waited_for_and_called_off_on_the_pages(client, world):
    shift = world.shift(starts=600, capacity=1)
    join_shift(shift.pk, actor=volunteer().person)
    waits = volunteer()
    client.force_login(waits.person)
    assert "名额满了，候补" in text(client.get(reverse("volunteers:project", args=[world.project.pk])))
    said = text(client.post(reverse("volunteers:join", args=[shift.pk]), follow=True))
    assert "给您排上了候补" in said
    assert "报好了" not in said
    own = text(client.get(reverse("volunteers:me")))
    assert "候补中" in own
    assert "签到签退" not in own
    assert "入场码" not in text(client.get(reverse("bookings:own", args=[ShiftSeat.objects.last().booking_id])))

    client.force_login(world.leader)
    assert "管这支队" in text(client.get(reverse("volunteers:me")))
    page = text(client.get(reverse("volunteers:lead", args=[shift.pk])))
    assert "另有 1 人候补" in page
    address = reverse("volunteers:shift_cancel", args=[shift.pk])
    assert "取消了" in text(client.post(address, {"reason": "下雨"}, follow=True))
    assert client.get(reverse("volunteers:lead", args=[shift.pk])).status_code == 404


def test_who_waits_is_not_sent_to_sign_in(client, world):
    shift = world.shift(starts=30, capacity=1)
    comes, waits = volunteer(), volunteer()
    project = reverse("volunteers:project", args=[world.project.pk])
    here = reverse("volunteers:here", args=[shift.pk])
    for who, says in ((comes, True), (waits, False)):
        join_shift(shift.pk, actor=who.person)
        client.force_login(who.person)
        assert (here in text(client.get(project))) is says
    assert client.get(here).status_code == 404


def test_the_office_calls_a_shift_off_and_assigns_where_it_keeps_the_team(client, world):
    shift, ran = world.shift(starts=600), world.now_shift
    keep = reverse("volunteers:keep", args=[world.team.pk])
    client.force_login(world.office)
    page = client.get(keep)
    assert list(page.context["shifts"]) == [shift]
    assert reverse("volunteers:shift_cancel", args=[ran.pk]) not in text(page)
    assert client.post(reverse("volunteers:assign", args=[shift.pk])).headers["location"] == keep
    assert reverse("volunteers:shift_cancel", args=[shift.pk]) in text(page)
    client.post(reverse("volunteers:shift_cancel", args=[shift.pk]), {"reason": "下雨"})
    assert "没有要来的班次" in text(client.get(keep))


def test_the_page_of_a_team_asks_as_much_for_many_shifts(client, world, django_assert_num_queries):
    client.force_login(world.office)
    keep = reverse("volunteers:keep", args=[world.team.pk])
    world.shift(starts=600)
    client.get(keep)
    with CaptureQueriesContext(connection) as few:
        client.get(keep)
    for start in range(900, 3000, 300):
        world.shift(starts=start)
    with django_assert_num_queries(len(few)):
        client.get(keep)


def test_a_shift_that_is_none_is_not_found(client, world):
    client.force_login(world.office)
    for step in ("join", "assign", "shift_cancel"):
        assert client.post(reverse(f"volunteers:{step}", args=[10**9]), {"reason": "下雨"}).status_code == 404


def test_a_receiver_refuses_with_words(client, world):
    hours = served(world)
    client.force_login(world.contact)
    address = reverse("volunteers:receive_confirm", args=[hours.pk])
    assert client.post(address, {"answer": "refuse", "reason": ""}).status_code == 422
    client.post(address, {"answer": "refuse", "reason": "提前走了"})
    hours.refresh_from_db()
    assert hours.state == HoursState.REFUSED


def test_the_desk_makes_a_team_a_project_and_a_shift(client, world):
    client.force_login(world.office)
    wrong = client.post(reverse("volunteers:team_new"), {"name": "甲队", "level": 4, "region": world.district.code})
    assert wrong.status_code == 422
    team = {
        "name": "甲队",
        "level": 4,
        "parent": world.corps.pk,
        "region": world.district.code,
        "host": world.host.name,
    }
    assert client.post(reverse("volunteers:team_new"), team).status_code == 302
    assert "甲队" in text(client.get(reverse("volunteers:desk")))
    project = {
        "team": world.team.pk, "title": "乙项目", "field": "science", "audience": "public", "receiver": world.receiver.name,
        "region": world.district.code, "needs": "人手", "about": "做事", "starts_on": "2026-01-01", "ends_on": "2027-12-31",
    }  # fmt: skip
    assert client.post(reverse("volunteers:project_new"), project).status_code == 302
    shift = {"project": world.project.pk, "place": "x", "starts_at": "2000-01-01T09:00", "ends_at": "2000-01-01T10:00"}
    outside = client.post(reverse("volunteers:shift_new"), shift | {"capacity": 3})
    assert "不在项目的起止日期里" in text(outside)


def test_a_late_entry_is_asked_on_the_page_and_named_late_afterwards(client, world):
    who = volunteer()
    client.force_login(world.office)
    given = {
        "number": who.number, "team": world.team.pk, "project": world.project.pk, "starts_at": "2025-03-01T09:00",
        "ends_at": "2025-03-01T11:00", "text": "讲解", "reason": "停电",
    }  # fmt: skip
    assert client.post(reverse("volunteers:late"), given | {"number": "1"}).status_code == 422
    assert client.post(reverse("volunteers:late"), given).status_code == 302
    client.force_login(world.second)
    listing = client.get(reverse("workbench:approvals"))
    pk = listing.context["page"].waiting[0].row.approval.pk
    client.post(reverse("workbench:approval", args=[pk]), {"answer": "approve"})
    assert ">补录<" in text(client.get(reverse("volunteers:volunteer", args=[who.number])))


def test_an_application_is_accepted_doubted_and_settled_on_the_pages(client, world):
    hours = confirmed(world)
    client.force_login(hours.person)
    day = hours.served_on.isoformat()
    assert "申请好了" in text(client.post(reverse("volunteers:apply"), {"since": day, "until": day}, follow=True))
    application = hours.volunteer.applications.get()
    client.force_login(world.office)
    given = {"answer": "accept", "issuer": world.host.name, "responsible": "负责人 001", "contact": "示例电话"}
    incomplete = client.post(reverse("volunteers:application", args=[application.pk]), given | {"contact": ""})
    assert "联系方式" in text(incomplete)
    client.post(reverse("volunteers:application", args=[application.pk]), given)
    application.refresh_from_db()
    client.force_login(world.contact)
    number = application.certificate.number
    assert number in text(client.get(reverse("volunteers:publicity")))
    client.post(reverse("volunteers:object", args=[application.certificate_id]), {"words": "没看到人"})
    objection = application.certificate.objections.get()
    client.force_login(world.second)
    assert number in text(client.get(reverse("volunteers:applications")))
    client.post(reverse("volunteers:objection", args=[objection.pk]), {"outcome": "upheld", "answer": "签到表上没有"})
    application.certificate.refresh_from_db()
    assert application.certificate.state == "stopped"


def test_the_desk_records_and_reverses(client, world):
    hours = confirmed(world)
    client.force_login(world.office)
    address = reverse("volunteers:volunteer", args=[hours.volunteer.number])
    client.post(address, {"kind": "training", "title": "急救", "by": "示例单位", "day": "2025-01-01", "hours": "4"})
    client.post(address, {"kind": "commendation", "title": "示例表彰", "by": "示例单位", "day": "2025-01-01"})
    page = text(client.get(address))
    assert "急救" in page
    assert "示例表彰" in page
    client.post(reverse("volunteers:reverse", args=[hours.pk]), {"reason": "人没来"})
    hours.refresh_from_db()
    assert hours.state == HoursState.REVERSED
    csv = client.get(reverse("volunteers:export", args=["csv"]))
    assert hours.volunteer.number in csv.content.decode("utf-8-sig")
    assert "未加载" in csv.content.decode("utf-8-sig")


@pytest.mark.parametrize("name", ["projects", "me", "receive", "publicity", "desk", "applications", "anomalies"])
def test_lists_ask_the_same_number_of_questions_for_few_and_many(client, world, name, django_assert_max_num_queries):
    office = grown_up(role="leading_office")
    world.project.receiver_contact = office
    world.project.save(update_fields=["receiver_contact"])
    for _ in range(4):
        world.shift()
        who = served(world, shift=world.shift())
        del who
    done = confirmed_by(world, office)
    application = apply_for_certificate(done.served_on, done.served_on, actor=done.person)
    certificate = accept_application(
        application.pk, issuer=world.host, responsible="x", contact="y", actor=world.second
    )
    object_to(certificate.pk, "不对", actor=PersonFactory())
    client.force_login(office)
    client.get(reverse("volunteers:desk"))
    with django_assert_max_num_queries(34):
        client.get(reverse(f"volunteers:{name}"))


def confirmed_by(world, office):
    from kepu.outreach.people.volunteers.services import confirm_as_leader, confirm_as_receiver

    hours = served(world)
    confirm_as_leader(hours.pk, actor=world.leader)
    return confirm_as_receiver(hours.pk, actor=office)
