"""Volunteers who help at sessions: which team would be asked, why, and how far it is with one that was."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kepu.directory.register.models import Person
from kepu.foundation.clock import now
from kepu.foundation.codes.queries import labels_to_read
from kepu.outreach.people.volunteers.models import Project
from kepu.outreach.people.volunteers.queries import AbleTeam, able_teams, projects_on
from kepu.outreach.requests.choices import LIVE_ASKS, SessionState, TeamAskState
from kepu.outreach.requests.models import Order, Session, TeamAsk
from kepu.outreach.requests.permissions import may_answer_ask
from kepu.outreach.requests.rules.fit import nearness
from kepu.outreach.requests.rules.helpers import Crew, best_crew


def skill_choices() -> list[tuple[str, str]]:
    """What helpers may have to know, in the reader's language."""
    return list(labels_to_read("volunteers.skills").items())


def skill_label(skill: str) -> str:
    """A skill in the reader's language; the code itself where it is unknown, nothing for none."""
    return labels_to_read("volunteers.skills").get(skill, skill) if skill else ""


def helpers_said(count: int, skill: str) -> str:
    """So many volunteers with a skill, in words."""
    if not skill:
        return ngettext("%(n)d 名志愿者", "%(n)d 名志愿者", count) % {"n": count}
    said = {"n": count, "skill": skill_label(skill)}
    return ngettext("%(n)d 名会%(skill)s的志愿者", "%(n)d 名会%(skill)s的志愿者", count) % said


def best_team(order: Order, *, but: Collection[int] = ()) -> AbleTeam | None:
    """The team that would be asked to help with an order: enough volunteers, near, many; None where nobody has enough.

    Args:
        order: with its region, and wanting helpers.
        but: teams that are left out.
    """
    teams = {one.id: one for one in able_teams(order.helpers, skill=order.helper_skill) if one.id not in but}
    best = best_crew(order.region.path, (Crew(one.id, one.region_path, one.able) for one in teams.values()))
    return teams[best.team] if best is not None else None


def team_reason(order: Order, team: AbleTeam | None) -> str:
    """Why this team, or that there is none, in a sentence."""
    if team is None:
        return _("没有一支志愿服务队有 %(who)s，没有帮手也可以派") % {
            "who": helpers_said(order.helpers, order.helper_skill)
        }
    said = {"team": team.name, "who": helpers_said(team.able, order.helper_skill), "place": team.region_name}
    near = nearness(order.region.path, team.region_path)
    if near == 1:
        return _("%(team)s有 %(who)s，就在同一个地方") % said
    if near > 0:
        return _("%(team)s有 %(who)s，就在同一个区市") % said
    return _("%(team)s有 %(who)s，在%(place)s") % said


def live_asks() -> QuerySet[TeamAsk]:
    """Teams that are asked and have not declined, with what their pages say."""
    related = ("session__order__body", "session__order__region", "team__region", "team__host", "team__leader")
    found = TeamAsk.objects.filter(state__in=LIVE_ASKS)
    return found.select_related(*related, "shift__slot", "shift__project")


def asks_to_answer(person: Person) -> QuerySet[TeamAsk]:
    """What waits for an answer of the teams that somebody leads, the next first."""
    found = live_asks().filter(state=TeamAskState.ASKED, team__leader=person.pk, session__state=SessionState.PLANNED)
    return found.filter(session__starts_at__gt=now()).order_by("session__starts_at", "pk")


@dataclass(frozen=True)
class Helping:
    """How far it is with the helpers of a session, as one of the sides sees it: numbers, never names."""

    session: Session
    ask: TeamAsk | None
    """The team that is asked, or that opened a shift."""
    may_answer: bool

    @property
    def wanted(self) -> str:
        """How many, and what they have to know, in words."""
        order = self.session.order
        return helpers_said(order.helpers, order.helper_skill) if order is not None else ""

    @cached_property
    def signed_up(self) -> int:
        """How many come to the shift."""
        shift = self.ask.shift if self.ask is not None else None
        return shift.seats.taken().count() if shift is not None else 0

    @property
    def may_open(self) -> bool:
        """Whether the shift can still be opened, by who looks."""
        return self.may_answer and self.session.state == SessionState.PLANNED and self.session.starts_at > now()

    @cached_property
    def projects(self) -> tuple[Project, ...]:
        """Projects of the team that run on the day; those for the body that asks in front."""
        if self.ask is None:
            return ()
        body = self.session.order.body_id if self.session.order is not None else None
        found = projects_on(self.ask.team, self.session.day)
        return tuple(sorted(found, key=lambda one: body is None or one.receiver_id != body))

    @property
    def may_start_project(self) -> bool:
        """Whether a project for the body that asks could be opened: it is in the register, and none is there."""
        body = self.session.order.body_id if self.session.order is not None else None
        return body is not None and all(one.receiver_id != body for one in self.projects)


def helping_at(session: Session, person: Person) -> Helping | None:
    """How far it is with the helpers of a session; None where its order wants none, or it is over without any."""
    if session.order is None or not session.order.helpers:
        return None
    ask = live_asks().filter(session=session.pk).first()
    if ask is None and session.state != SessionState.PLANNED:
        return None
    may_answer = ask is not None and ask.state == TeamAskState.ASKED and may_answer_ask(person, ask)
    return Helping(session, ask, may_answer)
