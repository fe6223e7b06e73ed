"""Helpers: wished for in an order, named in the ranking, asked for at the yes, and their shift follows the session."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from procrastinate.contrib.django.models import ProcrastinateJob

from kepu.directory.notices.models import Notice
from kepu.directory.privacy.queries import consent_text
from kepu.directory.privacy.services import answer_consent, erase_person, set_birthday
from kepu.directory.todos.models import Todo
from kepu.foundation.audit.models import AuditEntry
from kepu.foundation.clock import fixed
from kepu.foundation.errors import NotAllowed
from kepu.outreach.people.volunteers.models import Project, Shift, Team, Volunteer
from kepu.outreach.people.volunteers.services import cancel_shift, close_team, end_volunteer, join_shift, join_team
from kepu.outreach.requests.errors import HelpersUnfit, OrderUnfit
from kepu.outreach.requests.models import Order, Session, TeamAsk
from kepu.outreach.requests.queries.supply import rank_order
from kepu.outreach.requests.rules.helpers import Crew, best_crew
from kepu.outreach.requests.services import (
    ask_order,
    cancel_order,
    cancel_session,
    check_in_session,
    decline_helpers,
    move_session,
    open_helper_shift,
    plan_visit,
    shift_called_off,
)
from tests.factories import PersonFactory, RegionFactory
from tests.outreach.bookings.factories import text_digest
from tests.outreach.people.volunteers.worlds import volunteer
from tests.outreach.requests.crews import crew, helped, project
from tests.outreach.requests.worlds import day

pytestmark = pytest.mark.django_db


def states():
    return list(TeamAsk.objects.order_by("pk").values_list("team__name", "state"))


def todos(session):
    return Todo.objects.filter(key=f"requests.helpers:{session.pk}", closed_on=None)


def said_to(person):
    keys = Notice.objects.filter(person=person, kind="requests.helpers").order_by("pk").values_list("key", flat=True)
    return [key.split(":")[0].removeprefix("requests.helpers.") for key in keys]


def move(session, world, *, days=0, hours=0):
    by = timedelta(days=days, hours=hours)
    moved = {"starts_at": session.starts_at + by, "ends_at": session.ends_at + by}
    return move_session(session.pk, **moved, actor=world.office)


# --- the order --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"helpers": 21}, "helpers"),
        ({"helpers": -1}, "helpers"),
        ({"helpers": 2, "helper_skill": "flying"}, "helper_skill"),
        ({"helper_skill": "sign"}, "helpers"),
        ({"helpers": 2, "is_online": True, "place": ""}, "helpers"),
    ],
)
def test_what_cannot_be_wished_for_is_refused_at_its_field(world, more, field):
    with pytest.raises(OrderUnfit) as refused:
        ask_order(world.words(**more), actor=world.teacher, text_digest=text_digest())
    assert refused.value.data["field"] == field


def test_the_wish_is_typed_and_shown(world, client):
    client.force_login(world.office)
    page = client.get(reverse("requests:call")).content.decode()
    assert "要几名志愿者帮忙" in page
    typed = {
        "topic": "台风来了怎么办", "audience": "youth", "people": 42, "form": "lecture", "region": world.district.pk,
        "place": "示例小学", "earliest": day(1), "latest": day(9), "visits": 1, "contact_phone": "13900000001",
        "body": "示例小学", "helpers": 2, "helper_skill": "sign",
    }  # fmt: skip
    many = client.post(reverse("requests:call"), typed | {"helpers": 21})
    assert many.status_code == 422
    assert "helpers" in many.context["form"].errors
    alone = client.post(reverse("requests:call"), typed | {"helpers": ""})
    assert alone.context["form"].errors["helpers"] == ["写了要会什么，也请写要几名志愿者。"]
    shown = client.post(reverse("requests:call"), typed, follow=True).content.decode()
    assert "2 名会手语的志愿者" in shown
    order = Order.objects.get()
    assert (order.helpers, order.helper_skill) == (2, "sign")
    own = world.ask(helpers=1, topic="地震来了怎么办")
    client.force_login(world.teacher)
    assert "1 名志愿者" in client.get(reverse("requests:own", args=[own.pk])).content.decode()


# --- the ranking ------------------------------------------------------------------------------------------------------


def test_the_nearest_team_with_enough_is_named_with_its_reason(world):
    crew(world, "远处的队", able=4, region=world.elsewhere)
    crew(world, "不够的队", able=1)
    best = crew(world)
    world.expert()
    bundle = rank_order(world.order(helpers=2, helper_skill="sign")).bundles[0]
    assert (bundle.team.id, bundle.team.able) == (best.pk, 2)
    assert "示例手语队有 2 名会手语的志愿者，就在同一个地方" in bundle.reasons


def test_a_team_of_the_district_is_near_and_one_of_the_city_says_where_it_is(world):
    town = RegionFactory(code="370202001", name="示例街道", parent=world.district)
    world.expert(region=world.district)
    near = crew(world)
    order = world.order(helpers=2, helper_skill="sign", region=town)
    assert "示例手语队有 2 名会手语的志愿者，就在同一个区市" in rank_order(order).bundles[0].reasons
    Team.objects.filter(pk=near.pk).update(region=world.city)
    assert "示例手语队有 2 名会手语的志愿者，在青岛" in rank_order(order).bundles[0].reasons


def test_nobody_has_enough_and_it_bars_nothing(world):
    crew(world, able=1)
    world.expert()
    bundle = rank_order(world.order(helpers=2, helper_skill="sign")).bundles[0]
    assert bundle.team is None
    assert "没有一支志愿服务队有 2 名会手语的志愿者，没有帮手也可以派" in bundle.reasons
    session = helped(world, topic="地震来了怎么办", contact_phone="13900000009")
    assert (session.state, states()) == ("planned", [])


def test_who_wants_no_helpers_hears_of_none(world):
    crew(world)
    world.expert()
    bundle = rank_order(world.order()).bundles[0]
    assert bundle.team is None
    assert not any("志愿" in reason for reason in bundle.reasons)


def _child(team, world):
    set_birthday(team.members.first().volunteer.person_id, date(2015, 5, 4), actor=None)


def _withdrawn(team, world):
    person = team.members.first().volunteer.person
    digest = consent_text("volunteer").digest
    answer_consent(person.pk, "volunteer", is_given=False, text_digest=digest, actor=person)


def _unasked(team, world):
    Volunteer.objects.filter(memberships__team=team).update(takes_assignments=False)


def _ended(team, world):
    end_volunteer(team.members.first().volunteer_id, actor=world.office)


def _unskilled(team, world):
    Volunteer.objects.filter(memberships__team=team).update(skills=["guide"])


def _closed(team, world):
    close_team(team.pk, reason="不办了", actor=world.office)


@pytest.mark.parametrize("act", [_child, _withdrawn, _unasked, _ended, _unskilled, _closed])
def test_who_is_not_counted_on(world, act):
    team = crew(world)
    act(team, world)
    world.expert()
    assert rank_order(world.order(helpers=2, helper_skill="sign")).bundles[0].team is None


def test_teams_are_read_in_a_fixed_number_of_statements(world, django_assert_max_num_queries):
    for number in range(6):
        crew(world, f"示例队 {number}", able=2)
    world.expert()
    order = world.order(helpers=2, helper_skill="sign")
    with django_assert_max_num_queries(40):
        assert rank_order(order).bundles[0].team


_PLACES = st.sampled_from(["1/", "1/2/", "1/2/3/", "1/4/"])
_CREWS = st.lists(st.builds(Crew, st.integers(1, 99), _PLACES, st.integers(1, 9)), unique_by=lambda one: one.team)


@given(_PLACES, _CREWS, st.randoms())
def test_the_choice_depends_on_no_order_and_a_worse_team_changes_nothing(place, crews, chance):
    best, shuffled = best_crew(place, crews), list(crews)
    chance.shuffle(shuffled)
    assert best_crew(place, shuffled) == best
    if best is not None:
        worse = Crew(best.team + 100, best.region_path, best.able)
        assert best_crew(place, [*crews, worse]) == best


# --- the yes, the shift, the no ---------------------------------------------------------------------------------------


def test_at_the_yes_the_leader_has_one_to_do_and_opens_the_shift_with_one_press(world, client):
    team = crew(world)
    session = helped(world)
    todo = todos(session).get()
    assert (todo.person, todo.due_on) == (team.leader, session.day)
    assert todo.title.startswith("这一场要 2 名会手语的志愿者：台风来了怎么办")
    client.force_login(team.leader)
    page = client.get(todo.url).content.decode()
    assert "新开一个，接受单位是示例小学" in page
    assert "13900000001" not in page
    assert "请我的队去帮忙的" in client.get(reverse("requests:mine")).content.decode()
    client.post(reverse("requests:session_act", args=[session.pk, "open_shift"]), {"project": ""})
    shift = Shift.objects.get()
    assert (shift.capacity, shift.skill, shift.leader) == (2, "sign", team.leader)
    assert (shift.starts_at, shift.ends_at, shift.place) == (session.starts_at, session.ends_at, session.place)
    opened = shift.project
    assert (opened.team, opened.receiver, opened.field) == (team, world.school, "science")
    assert (opened.starts_on, opened.ends_on, opened.receiver_contact) == (session.day, session.day, None)
    assert not todos(session).exists()
    actions = AuditEntry.objects.filter(action__startswith="requests.helpers").values_list("action", flat=True)
    assert list(actions.order_by("pk")) == ["requests.helpers.asked", "requests.helpers.opened"]


def test_both_sides_see_how_many_signed_up_and_not_who(world, client):
    team = crew(world)
    session = helped(world)
    ask = open_helper_shift(session.pk, actor=team.leader)
    who = team.members.first().volunteer.person
    join_shift(ask.shift.pk, actor=who)
    for person in (session.provider, world.teacher, world.office, team.leader):
        client.force_login(person)
        page = client.get(reverse("requests:session", args=[session.pk])).content.decode()
        assert "1 人报名，共 2 个名额" in page
        assert who.name not in page


def test_a_project_for_the_body_that_asks_comes_first_and_another_may_be_chosen(world, client):
    team = crew(world)
    other, own = project(world, team), project(world, team, "学校的项目", receiver=world.school)
    session = helped(world)
    client.force_login(team.leader)
    page = client.get(reverse("requests:session", args=[session.pk])).content.decode()
    assert "新开一个" not in page
    assert page.index("学校的项目") < page.index("示例常年项目")
    ask = open_helper_shift(session.pk, project=other.pk, actor=team.leader)
    assert ask.shift.project == other
    TeamAsk.objects.update(state="asked", shift=None)
    assert open_helper_shift(session.pk, actor=team.leader).shift.project == own


def test_a_body_of_no_register_confirms_nothing_so_a_project_must_be_there(world, client):
    team = crew(world)
    session = helped(world, body=None, body_name="示例夜校")
    with pytest.raises(HelpersUnfit) as refused:
        open_helper_shift(session.pk, actor=team.leader)
    assert refused.value.data["field"] == "project"
    client.force_login(team.leader)
    address = reverse("requests:session", args=[session.pk])
    assert "这支队那天没有项目" in client.get(address).content.decode()
    foreign = project(world, crew(world, "别的队", able=0), "别的队的项目")
    running, past = project(world, team), project(world, team, "太短的项目", days=1)
    for wrong in (foreign, past):
        with pytest.raises(HelpersUnfit):
            open_helper_shift(session.pk, project=wrong.pk, actor=team.leader)
    assert "太短的项目" not in client.get(address).content.decode()
    assert open_helper_shift(session.pk, project=running.pk, actor=team.leader).shift.project == running


def test_pressed_twice_it_is_one_shift(world):
    team = crew(world)
    session = helped(world)
    first = open_helper_shift(session.pk, actor=team.leader)
    assert open_helper_shift(session.pk, actor=world.office) == first
    assert (Shift.objects.count(), Project.objects.count()) == (1, 1)


def test_who_declines_says_why_and_the_next_best_is_asked_and_nobody_twice(world, client):
    first, second = crew(world), crew(world, "第二支队", region=world.elsewhere)
    session = helped(world)
    with pytest.raises(HelpersUnfit) as refused:
        decline_helpers(session.pk, " ", actor=first.leader)
    assert refused.value.data["field"] == "reason"
    client.force_login(first.leader)
    address = reverse("requests:session_act", args=[session.pk, "decline_helpers"])
    said = client.post(address, {"reason": "那天都去比赛"}, follow=True)
    assert "记下了，已经去问下一支队。" in said.content.decode()
    assert states() == [("示例手语队", "declined"), ("第二支队", "asked")]
    assert todos(session).get().person == second.leader
    assert client.get(reverse("requests:session", args=[session.pk])).status_code == 404
    decline_helpers(session.pk, "人手不够", actor=second.leader)
    move(session, world, days=1)
    assert states() == [("示例手语队", "declined"), ("第二支队", "declined")]
    assert not todos(session).exists()
    assert Session.objects.get().state == "planned"
    client.force_login(world.teacher)
    page = client.get(reverse("requests:session", args=[session.pk])).content.decode()
    assert "没有帮手，这一场照办" in page
    assert "那天都去比赛" not in page


def test_a_team_that_calls_its_shift_off_has_declined(world):
    team = crew(world)
    crew(world, "第二支队", region=world.elsewhere)
    session = helped(world)
    shift = open_helper_shift(session.pk, actor=team.leader).shift
    cancel_shift(shift.pk, reason="车坏了", actor=team.leader)
    assert ProcrastinateJob.objects.filter(task_name="requests.shift_called_off").count() == 1
    assert shift_called_off(shift.slot_id)
    assert not shift_called_off(shift.slot_id)
    assert states() == [("示例手语队", "declined"), ("第二支队", "asked")]
    assert TeamAsk.objects.get(state="declined").decline_reason == "车坏了"


# --- who ---------------------------------------------------------------------------------------------------------------


def test_who_keeps_the_asked_team_answers_and_nobody_else(world, client):
    team, other = crew(world), crew(world, "第二支队", region=world.elsewhere)
    session = helped(world)
    host = PersonFactory(role="liaison", organisation=world.institute)
    deputy = volunteer()
    join_team(team, deputy, actor=world.office, is_deputy=True)
    address = reverse("requests:session", args=[session.pk])
    button = "去帮忙，开班次"
    for person, seen, offered in (
        (team.leader, 200, True), (host, 200, True), (world.officer, 200, True), (world.office, 200, True),
        (session.provider, 200, False), (world.teacher, 200, False), (other.leader, 404, False),
        (deputy.person, 404, False), (PersonFactory(), 404, False),
    ):  # fmt: skip
        client.force_login(person)
        answer = client.get(address)
        assert (answer.status_code, button in answer.content.decode()) == (seen, offered), person
    for person in (session.provider, world.teacher, other.leader, deputy.person):
        with pytest.raises(NotAllowed):
            open_helper_shift(session.pk, actor=person)
        with pytest.raises(NotAllowed):
            decline_helpers(session.pk, "不去", actor=person)
    assert TeamAsk.objects.get().state == "asked"


def test_a_team_without_a_leader_is_asked_by_its_host(world):
    crew(world, leader=False)
    session = helped(world)
    todo = todos(session).get()
    assert (todo.person, todo.role, todo.organisation) == (None, "liaison", world.institute)


# --- moved, called off, held ------------------------------------------------------------------------------------------


def test_moved_the_shift_moves_along_and_who_signed_up_is_told_once(world):
    team = crew(world)
    project(world, team, "学校的项目", receiver=world.school)
    session = helped(world)
    shift = open_helper_shift(session.pk, actor=team.leader).shift
    join_shift(shift.pk, actor=team.members.first().volunteer.person)
    moved = move(session, world, days=1)
    shift = Shift.objects.select_related("slot").get()
    assert (shift.starts_at, shift.ends_at) == (moved.starts_at, moved.ends_at)
    assert shift.seats.taken().count() == 1
    jobs = ProcrastinateJob.objects.filter(task_name__startswith="bookings.tell").values_list("task_name", flat=True)
    assert list(jobs) == ["bookings.tell_moved"]
    assert states() == [("示例手语队", "opened")]
    assert said_to(team.leader) == ["asked", "moved"]


def test_moved_out_of_the_project_the_shift_is_called_off_and_the_team_asked_anew(world):
    team = crew(world)
    session = helped(world)
    first = open_helper_shift(session.pk, actor=team.leader).shift
    join_shift(first.pk, actor=team.members.first().volunteer.person)
    move(session, world, days=1)
    assert states() == [("示例手语队", "withdrawn"), ("示例手语队", "asked")]
    first = Shift.objects.select_related("slot").get()
    assert (first.is_cancelled, first.slot.reason) == (True, "这一场改期了，班次跟不过去")
    jobs = ProcrastinateJob.objects.filter(task_name__startswith="bookings.tell").values_list("task_name", flat=True)
    assert list(jobs) == ["bookings.tell_cancelled"]
    assert not shift_called_off(first.slot_id)
    open_helper_shift(session.pk, actor=team.leader)
    assert Shift.objects.standing().count() == 1


def test_moved_before_the_answer_the_to_do_says_the_new_time(world):
    crew(world)
    session = helped(world)
    moved = move(session, world, days=1)
    todo = todos(session).get()
    assert todo.due_on == moved.day
    assert f"{timezone.localtime(moved.starts_at):%Y-%m-%d %H:%M}" in todo.title


def test_moved_a_session_without_a_team_looks_for_one_again(world):
    session = helped(world)
    crew(world)
    move(session, world, days=1)
    assert states() == [("示例手语队", "asked")]


@pytest.mark.parametrize("is_opened", [True, False])
def test_called_off_the_shift_goes_with_the_reason(world, is_opened):
    team = crew(world)
    session = helped(world)
    if is_opened:
        open_helper_shift(session.pk, actor=team.leader)
    cancel_session(session.pk, "台风", actor=world.office)
    assert states() == [("示例手语队", "withdrawn")]
    assert not todos(session).exists()
    assert [(one.is_cancelled, one.slot.reason) for one in Shift.objects.select_related("slot")] == (
        [(True, "台风")] if is_opened else []
    )
    assert said_to(team.leader) == ["asked", "withdrawn"]
    notice = Notice.objects.get(person=team.leader, key__startswith="requests.helpers.withdrawn")
    assert (notice.title[:7], notice.body) == ("不用去帮忙了：", "台风")
    with pytest.raises(HelpersUnfit):
        open_helper_shift(session.pk, actor=team.leader)


def test_with_its_order_it_is_called_off_too(world):
    team = crew(world)
    session = helped(world)
    open_helper_shift(session.pk, actor=team.leader)
    cancel_order(session.order_id, "不办了", actor=world.teacher)
    assert Shift.objects.select_related("slot").get().is_cancelled
    assert states() == [("示例手语队", "withdrawn")]


def test_held_an_open_question_ends_and_a_shift_stays(world):
    team = crew(world)
    session = helped(world)
    later = helped(world, topic="地震来了怎么办", contact_phone="13900000009")
    open_helper_shift(session.pk, actor=team.leader)
    with fixed(session.starts_at + timedelta(minutes=5)):
        with pytest.raises(HelpersUnfit, match="已经开始"):
            open_helper_shift(later.pk, actor=team.leader)
        for one in (session, later):
            check_in_session(one.pk, people=9, actor=one.provider)
    assert states() == [("示例手语队", "opened"), ("示例手语队", "withdrawn")]
    assert not Shift.objects.select_related("slot").get().is_cancelled
    assert not todos(later).exists()


def test_a_visit_that_nobody_gives_asks_for_helpers_too(world):
    crew(world)
    order = world.order(helpers=2, helper_skill="sign")
    starts = timezone.now() + timedelta(days=3)
    plan_visit(
        order.pk, body=world.institute, starts_at=starts, ends_at=starts + timedelta(hours=2), actor=world.office
    )
    assert states() == [("示例手语队", "asked")]


# --- erasure ----------------------------------------------------------------------------------------------------------


def test_with_who_asked_the_skill_goes_and_the_number_stays(world):
    order = world.ask(helpers=2, helper_skill="sign")
    erase_person(world.teacher.pk, actor=world.teacher)
    order.refresh_from_db()
    assert (order.helpers, order.helper_skill) == (2, "")


def test_with_the_leader_the_to_do_goes_to_the_host_and_what_was_typed_is_emptied(world):
    first, second = crew(world), crew(world, "第二支队", region=world.elsewhere)
    session = helped(world)
    decline_helpers(session.pk, "我那天住院", actor=first.leader)
    for team in (first, second):
        erase_person(team.leader_id, actor=team.leader)
    assert TeamAsk.objects.get(state="declined").decline_reason == ""
    todo = todos(session).get()
    assert (todo.person, todo.role, todo.organisation) == (None, "liaison", world.institute)
