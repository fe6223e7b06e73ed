"""To-dos and messages of matters and meetings, in the city's language whoever acts."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _

from kepu.directory.notices.services import notify
from kepu.directory.register.choices import Role
from kepu.directory.register.models import Organisation, Person
from kepu.directory.todos.services import close_todos, open_todo
from kepu.foundation.language import city_words
from kepu.plan.matters.models import AgreedDuty, Matter, Meeting
from kepu.plan.supervision.queries import liaisons_of
from kepu.plan.tasks.models import Plan

MATTER, MEETING = "matters.matter", "matters.meeting"
"""Kinds of notices."""


def _hang(key: str, subject: Model, url_name: str, title: str, reason: str, action: str, **addressee: Any) -> None:
    open_todo(
        key,
        title=title[:200],
        reason=reason[:300],
        action=action,
        url_name=url_name,
        url_arguments=[subject.pk],
        subject=subject,
        **addressee,
    )


def _office(plan: Plan) -> dict[str, Any]:
    return {"role": Role.LEADING_OFFICE, "region": plan.region}


def _tell(people: Iterable[Person], key: str, kind: str, title: str, body: str, url: str) -> None:
    for person in people:
        notify(person, key=key[:120], kind=kind, title=title[:200], body=body, url=url)


def _address(thing: Matter | Meeting) -> str:
    return reverse("matters:matter" if isinstance(thing, Matter) else "matters:meeting", args=[thing.pk])


def ask_office(matter: Matter) -> None:
    """Let a raised matter wait at the leading office; who waits for the body is taken down."""
    close_matter_todos(matter)
    with city_words():
        said = {"title": matter.title, "body": matter.body.label}
        title = _("受理协调事项：%(body)s “%(title)s”") % said
        _hang(
            f"matters.receive:{matter.pk}", matter, "matters:matter", title, matter.difficulty, _("去受理"),
            **_office(matter.plan),
        )  # fmt: skip


def ask_body(matter: Matter, reason: str) -> None:
    """Let a returned matter wait at the body that raised it; at the office where nobody speaks for it."""
    close_matter_todos(matter)
    with city_words():
        title = _("补充协调事项：“%(title)s”") % {"title": matter.title}
        people = liaisons_of(matter.body)
        whose = {"role": Role.LIAISON, "organisation": matter.body} if people else _office(matter.plan)
        _hang(f"matters.complete:{matter.pk}", matter, "matters:matter", title, reason, _("去补充"), **whose)
        _tell(people, f"{MATTER}:{matter.pk}:returned:{matter.revision}", MATTER, title, reason, _address(matter))


def close_matter_todos(matter: Matter) -> None:
    """Take down everything that waits for somebody to move the matter on."""
    for cause in ("receive", "complete"):
        close_todos(f"matters.{cause}:{matter.pk}")


def tell_body(matter: Matter, key: str, words: str = "") -> None:
    """Tell who speaks for the raising body where its matter stands now."""
    with city_words():
        title = _("协调事项“%(title)s”：%(state)s") % {"title": matter.title, "state": matter.get_state_display()}
        _tell(liaisons_of(matter.body), f"{MATTER}:{matter.pk}:{key}", MATTER, title, words, _address(matter))


def invite(meeting: Meeting, bodies: Iterable[Organisation]) -> None:
    """Ask every invited body to send somebody; the office passes it on where nobody speaks for a body."""
    with city_words():
        said = {"title": meeting.title, "day": meeting.held_on.isoformat(), "place": meeting.place}
        words = _("%(day)s 在%(place)s。议程和材料在会议页。") % said
        for body in bodies:
            title = _("参加会议：%(title)s（%(day)s）") % said
            people = liaisons_of(body)
            whose: dict[str, Any] = {"role": Role.LIAISON, "organisation": body}
            reason = words
            if not people:
                whose = _office(meeting.plan)
                reason = _("%(body)s没有联络员，请办公室转达。") % {"body": body.label} + words
            key = f"matters.attend:{meeting.pk}" if people else f"matters.relay:{meeting.pk}:{body.pk}"
            _hang(key, meeting, "matters:meeting", title, reason, _("去看议程"), due_on=meeting.held_on, **whose)
            _tell(people, f"{MEETING}:{meeting.pk}:fixed:{meeting.round}", MEETING, title, words, _address(meeting))


def close_invitations(meeting: Meeting, bodies: Iterable[Organisation]) -> None:
    """Take the invitations down."""
    close_todos(f"matters.attend:{meeting.pk}")
    for body in bodies:
        close_todos(f"matters.relay:{meeting.pk}:{body.pk}")


def uninvite(meeting: Meeting, bodies: Iterable[Organisation], reason: str) -> None:
    """Tell the invited bodies that the meeting does not take place as it was announced."""
    with city_words():
        title = _("会议有变：%(title)s（原定 %(day)s）") % {"title": meeting.title, "day": meeting.held_on.isoformat()}
        for body in bodies:
            key = f"{MEETING}:{meeting.pk}:off:{meeting.round}"
            _tell(liaisons_of(body), key, MEETING, title, reason, _address(meeting))


def ask_for_minutes(meeting: Meeting) -> None:
    """Let the minutes of a held meeting wait at the leading office."""
    with city_words():
        title = _("出会议纪要：%(title)s") % {"title": meeting.title}
        reason = _("逐项记下结果和责任，核对后印发。")
        _hang(
            f"matters.minutes:{meeting.pk}", meeting, "matters:meeting", title, reason, _("去记结果"),
            **_office(meeting.plan),
        )  # fmt: skip


def hang_duty(duty: AgreedDuty, matter: Matter, *, due_on: date, is_new: bool) -> None:
    """Let a duty wait at its body until its step is done."""
    with city_words():
        title = _("会议议定：%(text)s") % {"text": duty.text}
        reason = _("“%(matter)s”议定由%(body)s办，做完请在任务的节点上记为完成。") % {
            "matter": matter.title, "body": duty.body.label,
        }  # fmt: skip
        people = liaisons_of(duty.body)
        whose = {"role": Role.LIAISON, "organisation": duty.body} if people else _office(matter.plan)
        _hang(f"matters.duty:{duty.pk}", matter, "matters:matter", title, reason, _("去办理"), due_on=due_on, **whose)
        if is_new:
            _tell(people, f"{MATTER}:duty:{duty.pk}", MATTER, title, reason, _address(matter))


def close_duty(duty_pk: int) -> None:
    """Take the to-do of a duty down."""
    close_todos(f"matters.duty:{duty_pk}")
