"""The desk founds teams, keeps their people and what they did, and dissolves them."""

from datetime import timedelta

import pytest

from kepu.directory.register.choices import Role
from kepu.foundation.clock import today
from kepu.foundation.errors import NotAllowed
from kepu.outreach.people.capacities.errors import TeamUnfit
from kepu.outreach.people.capacities.models import Team, TrackRecord
from kepu.outreach.people.capacities.queries.lists import TeamFilter, teams_kept_by
from kepu.outreach.people.capacities.services import (
    change_team,
    dissolve_team,
    found_team,
    join_team,
    leave_team,
    note_output,
    note_record,
    strike_output,
)
from tests.factories import OrganisationFactory, PersonFactory
from tests.outreach.people.factories import admitted

pytestmark = pytest.mark.django_db
DESK = "/desk/register/teams/"


@pytest.fixture
def office():
    return PersonFactory(role=Role.LEADING_OFFICE)


@pytest.fixture
def team(office):
    leader = admitted(office=office).person
    return found_team("示例报告团", "veterans", leader, actor=office, founded_on=today() - timedelta(days=30))


def text(response):
    return response.content.decode()


def said(team, **more):
    same = ("name", "kind", "introduction", "organisation", "founded_on", "is_public")
    return {name: getattr(team, name) for name in same} | more


def test_the_office_founds_changes_and_dissolves_by_the_pages(client, office):
    leader, member = admitted(office=office).person, admitted(office=office).person
    client.force_login(office)
    typed = {"name": "示例应急专家队", "kind": "emergency", "leader": leader.pk, "founded_on": "2024-01-05"}
    assert client.post(f"{DESK}new/", typed | {"kind": ""}).status_code == 422
    page = f"{DESK}{Team.objects.get().pk}/" if client.post(f"{DESK}new/", typed).status_code == 302 else ""

    assert "办好了" in text(client.post(f"{page}join/", {"person": member.pk}, follow=True))
    assert "办好了" in text(client.post(f"{page}lead/", {"person": member.pk}, follow=True))
    output = {"kind": "work", "title": "台风来了怎么办", "occurred_on": "2024-02-01"}
    assert "台风来了怎么办" in text(client.post(f"{page}output/", output, follow=True))
    assert client.post(f"{page}output/", output | {"occurred_on": "2023-02-01"}).status_code == 409
    changed = text(client.post(f"{page}change/", typed | {"name": "示例应急科普队", "is_public": "on"}, follow=True))
    assert "示例应急科普队" in changed
    assert "已解散" not in changed
    client.post(f"{page}dissolve/", {"ended_on": today().isoformat()})

    team = Team.objects.get()
    assert (team.leader, team.ended_on, team.is_public) == (member, today(), True)
    assert not team.members.filter(until=None).exists()
    assert TrackRecord.objects.filter(team=team).count() == 1


def test_a_leader_leaves_only_after_the_team_is_handed_on(client, office, team):
    client.force_login(office)
    member = team.members.get()
    answer = client.post(f"{DESK}members/{member.pk}/leave/", follow=True)
    assert "先把团队交给别人" in text(answer)
    other = join_team(team.pk, PersonFactory(), actor=office)
    client.post(f"{DESK}members/{other.pk}/leave/")
    assert list(team.members.filter(until=None)) == [member]


def test_the_list_is_searched_and_taken_away_as_a_table(client, office, team):
    member = admitted(office=office, person=PersonFactory(name="示例专家 044")).person
    join_team(team.pk, member, actor=office)
    body = OrganisationFactory(name="示例大学")
    studio = found_team("示例工作室", "studio", PersonFactory(), actor=office, organisation=body)
    dissolve_team(studio.pk, actor=office)
    client.force_login(office)

    def names(**wanted):
        return [one.name for one in teams_kept_by(office, TeamFilter(**wanted))]

    assert names(words="044") == ["示例报告团"]
    assert names(words="大学") == ["示例工作室"]
    assert names(state="standing") == ["示例报告团"]
    assert names(kind="studio") == ["示例工作室"]
    table = client.get(f"{DESK}teams.csv?state=standing").content.decode("utf-8-sig")
    assert "示例报告团,老科学家科普报告团" in table
    assert "示例工作室" not in table
    assert client.get(f"{DESK}teams.xlsx").status_code == 200
    assert client.get(f"{DESK}teams.pdf").status_code == 404


def test_the_list_asks_the_database_as_often_for_many_teams(client, office, team, django_assert_max_num_queries):
    for number in range(15):
        found_team(f"示例队 {number}", "studio", PersonFactory(), actor=office)
    client.force_login(office)
    with django_assert_max_num_queries(20):
        assert text(client.get(DESK)).count("示例队 ") == 15


def test_what_does_not_fit_is_refused(office, team):
    other = found_team("示例工作室", "studio", PersonFactory(), actor=office)
    for wrong in (
        {"name": "示例工作室"}, {"name": " "}, {"kind": "gang"}, {"founded_on": today() + timedelta(days=1)},
    ):  # fmt: skip
        with pytest.raises(TeamUnfit):
            change_team(team.pk, **said(team, **wrong), actor=office)
    join_team(team.pk, PersonFactory(), actor=office)
    team.members.filter(since=today()).update(since=today() - timedelta(days=10))
    with pytest.raises(TeamUnfit):
        change_team(team.pk, **said(team, founded_on=today() - timedelta(days=5)), actor=office)
    with pytest.raises(TeamUnfit):
        dissolve_team(team.pk, ended_on=today() - timedelta(days=20), actor=office)
    with pytest.raises(TeamUnfit):
        note_output(team.pk, kind="visit", title="走访", occurred_on=today(), actor=office)
    dissolve_team(other.pk, actor=office)
    with pytest.raises(TeamUnfit):
        dissolve_team(other.pk, actor=office)


def test_only_what_was_noted_by_hand_is_taken_back_by_hand(office, team):
    by_hand = note_output(team.pk, kind="work", title="示例作品", occurred_on=today(), actor=team.leader)
    handed = note_record("bookings.slot:1", kind="session", title="示例讲座", occurred_on=today(), team=team)
    strike_output(by_hand.pk, actor=team.leader)
    with pytest.raises(TeamUnfit):
        strike_output(handed.pk, actor=office)
    assert list(TrackRecord.objects.all()) == [handed]


def test_who_is_not_of_the_office_keeps_no_teams(office, team):
    liaison = PersonFactory(role=Role.LIAISON, organisation=OrganisationFactory())
    output = note_output(team.pk, kind="work", title="示例作品", occurred_on=today(), actor=office)
    member = join_team(team.pk, PersonFactory(), actor=office)
    acts = (
        lambda: change_team(team.pk, **said(team), actor=liaison),
        lambda: dissolve_team(team.pk, actor=liaison),
        lambda: note_output(team.pk, kind="work", title="甲", occurred_on=today(), actor=liaison),
        lambda: strike_output(output.pk, actor=liaison),
        lambda: leave_team(member.pk, actor=liaison),
    )
    for act in acts:
        with pytest.raises(NotAllowed):
            act()
    assert not teams_kept_by(liaison).exists()
