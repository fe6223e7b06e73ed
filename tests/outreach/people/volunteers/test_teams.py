"""Who keeps a team changes it, its members and its end; certificates hang up to-dos and tell who waits."""

from datetime import timedelta

import pytest
from django.urls import reverse

from kepu.directory.notices.models import Notice
from kepu.directory.todos.models import Todo
from kepu.foundation.certificates.models import Certificate
from kepu.foundation.certificates.services import object_to, settle_objection
from kepu.foundation.clock import today
from kepu.foundation.errors import NotAllowed
from kepu.outreach.bookings.models import Slot
from kepu.outreach.people.volunteers.errors import ShiftUnfit, TeamUnfit
from kepu.outreach.people.volunteers.models import TeamMember
from kepu.outreach.people.volunteers.services import (
    accept_application,
    apply_for_certificate,
    change_team,
    close_team,
    join_team,
    leave_team,
    move_member,
    name_deputy,
    refuse_application,
    reopen_team,
    start_team,
)
from tests.factories import PersonFactory
from tests.outreach.people.volunteers.worlds import confirmed, volunteer

pytestmark = pytest.mark.django_db


def member(world, team=None) -> TeamMember:
    return join_team(team or world.team, volunteer(), actor=world.office)


def other_team(world, *, actor=None, **more):
    given = {"level": 4, "parent": world.corps, "region": world.district, "host": world.host, "leader": None}
    return start_team("示例二队", **(given | more), actor=actor or world.office)


def test_a_leader_names_a_deputy_and_a_stranger_does_not(world):
    one = member(world)
    assert name_deputy(one.pk, is_deputy=True, actor=world.leader).is_deputy
    with pytest.raises(NotAllowed):
        name_deputy(one.pk, is_deputy=False, actor=PersonFactory())
    assert not name_deputy(one.pk, is_deputy=False, actor=world.leader).is_deputy


def test_a_member_leaves_once_and_comes_back(world):
    one = member(world)
    with pytest.raises(NotAllowed):
        leave_team(one.pk, actor=PersonFactory())
    leave_team(one.pk, actor=one.volunteer.person)
    with pytest.raises(TeamUnfit, match="已经离队"):
        leave_team(one.pk, actor=world.leader)
    assert join_team(world.team, one.volunteer, actor=world.leader).pk != one.pk


def test_a_member_moves_only_between_teams_that_one_keeps(world):
    one, second = member(world), other_team(world)
    with pytest.raises(NotAllowed):
        move_member(one.pk, second, actor=world.leader)
    one.refresh_from_db()
    assert one.left_on is None
    with pytest.raises(TeamUnfit, match="已经在这支队里"):
        move_member(one.pk, world.team, actor=world.office)

    moved = move_member(one.pk, second, actor=world.office)

    one.refresh_from_db()
    assert (one.left_on, moved.team, moved.volunteer) == (today(), second, one.volunteer)


def test_to_join_again_takes_nobodys_office_away(world):
    one = member(world)
    name_deputy(one.pk, is_deputy=True, actor=world.leader)
    assert join_team(world.team, one.volunteer, actor=world.leader).is_deputy


def test_a_name_is_not_taken_twice(world):
    other_team(world)
    with pytest.raises(TeamUnfit, match="已有同名的队"):
        change_team(world.team.pk, name="示例二队", about="", leader=None, actor=world.office)
    changed = change_team(world.team.pk, name="示例新名队", about="讲海洋", leader=None, actor=world.leader)
    assert (changed.name, changed.leader) == ("示例新名队", None)
    with pytest.raises(NotAllowed):
        change_team(world.team.pk, name="x", about="", leader=None, actor=world.leader)


def test_a_team_ends_when_nothing_hangs_on_it_and_comes_back_empty(world):
    one = member(world)
    for reason, words in ((" ", "为什么停止"), ("合并", "没办完的班次")):
        assert world.now_shift
        with pytest.raises(TeamUnfit, match=words):
            close_team(world.team.pk, reason=reason, actor=world.office)
    with pytest.raises(TeamUnfit, match="下面还有队"):
        close_team(world.corps.pk, reason="合并", actor=world.office)
    Slot.objects.update(state="cancelled")
    with pytest.raises(NotAllowed):
        close_team(world.team.pk, reason="合并", actor=PersonFactory())

    closed = close_team(world.team.pk, reason="合并", actor=world.office)

    one.refresh_from_db()
    assert (closed.closed_on, one.left_on) == (today(), today())
    with pytest.raises(TeamUnfit, match="已经停止"):
        join_team(closed, one.volunteer, actor=world.office)
    with pytest.raises(TeamUnfit, match="已经停止"):
        close_team(world.team.pk, reason="合并", actor=world.office)
    with pytest.raises(ShiftUnfit, match="已经停止"):
        world.shift(starts=60)
    with pytest.raises(NotAllowed):
        reopen_team(world.team.pk, actor=PersonFactory())
    assert reopen_team(world.team.pk, actor=world.office).closed_on is None
    with pytest.raises(TeamUnfit, match="没有停止"):
        reopen_team(world.team.pk, actor=world.office)


def test_the_leader_keeps_the_team_on_its_page(world, client, django_assert_num_queries):
    one = member(world)
    client.force_login(world.leader)
    page = reverse("volunteers:keep", args=[world.team.pk])
    assert (
        reverse("volunteers:keep", args=[world.team.pk])
        in client.get(reverse("volunteers:team", args=[world.team.pk])).content.decode()
    )
    client.get(page)
    with django_assert_num_queries(9):
        client.get(page)
    for _number in range(4):
        member(world)
    with django_assert_num_queries(9):
        shown = client.get(page).content.decode()
    assert one.volunteer.number in shown
    step = reverse("volunteers:team_member", args=[world.team.pk, one.pk])
    assert "副队长" in client.post(step, {"do": "deputy"}, follow=True).content.decode()
    client.post(step, {"do": "leave"})
    one.refresh_from_db()
    assert one.left_on == today()
    wrong = client.post(reverse("volunteers:team_add", args=[world.team.pk]), {"volunteer": "000"})
    assert "没有这个编号的志愿者" in wrong.content.decode()
    assert client.get(reverse("volunteers:team_add", args=[world.team.pk]), {"q": "0"}).status_code == 302
    assert client.post(step, {"do": "abc"}).status_code == 404
    move = reverse("volunteers:team_move", args=[world.team.pk])
    assert "没有这个编号的队员" in client.post(move, {"number": "000", "to": "abc"}).content.decode()
    added = client.post(reverse("volunteers:team_add", args=[world.team.pk]), {"volunteer": one.volunteer.number})
    assert added.status_code == 302
    client.force_login(PersonFactory())
    assert client.get(page).status_code == 404


def applied(world):
    hours = confirmed(world)
    return apply_for_certificate(today() - timedelta(days=9), today(), actor=hours.person)


def accepted(world):
    application = applied(world)
    return application, accept_application(
        application.pk, issuer=world.host, responsible="示例负责人 1", contact="0532-0000000", actor=world.office
    )


def open_todos(kind: str) -> set[tuple[str, int | None]]:
    hung = Todo.objects.filter(key__startswith=f"volunteers.{kind}:", closed_on=None)
    return set(hung.values_list("role", "organisation"))


def test_an_application_asks_the_office_and_who_recorded_until_it_is_handled(world):
    application = applied(world)
    assert open_todos("application") == {("leading_office", None), ("liaison", world.host.pk)}

    refuse_application(application.pk, "这几天的项目不属于本单位。", host=world.host, actor=world.office)

    assert open_todos("application") == set()
    notice = Notice.objects.get(person=application.volunteer.person, kind="volunteers.certificate")
    assert "不属于本单位" in notice.body


def test_an_objection_asks_until_it_is_settled_and_the_holder_hears_of_the_end(world):
    application, certificate = accepted(world)
    assert open_todos("application") == set()
    objection = object_to(certificate.pk, "那天他不在。", actor=PersonFactory())
    assert open_todos("objection") == {("leading_office", None), ("liaison", world.host.pk)}

    settle_objection(objection.pk, is_upheld=True, answer="核实了，那天没有到场。", actor=world.office)

    assert open_todos("objection") == set()
    told = Notice.objects.filter(person=application.volunteer.person, kind="volunteers.certificate")
    assert [("受理了" in one.title, "没有出具" in one.title) for one in told.order_by("pk")] == [
        (True, False),
        (False, True),
    ]
    assert Certificate.objects.get(pk=certificate.pk).state == "stopped"


def test_the_desk_says_how_many_teams_there_are_and_finds_the_others_by_name(world, client, monkeypatch):
    monkeypatch.setattr("kepu.outreach.people.volunteers.views.desk._SHOWN", 1)
    other_team(world)
    assert world.team
    client.force_login(world.office)

    page = client.get(reverse("volunteers:desk")).content.decode()
    found = client.get(reverse("volunteers:desk"), {"named": "二队"}).content.decode()

    assert "一共 3 个，这里只列前 1 个" in page
    assert "示例二队" in found
    assert "示例二队" not in page
    assert "没有这样的队" in client.get(reverse("volunteers:desk"), {"named": "没有"}).content.decode()
