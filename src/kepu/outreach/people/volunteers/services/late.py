"""Late entries: asked by one person, entered when another approves."""

from datetime import datetime
from typing import Any, cast

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Person
from kepu.foundation.actors import Actor
from kepu.foundation.approvals.models import Approval
from kepu.foundation.approvals.services import Addressee, ApprovalKind, Arguments, ask_approval
from kepu.foundation.clock import now
from kepu.outreach.people.conflicts.queries import is_same_human
from kepu.outreach.people.volunteers.errors import HoursUnfit, OwnHours
from kepu.outreach.people.volunteers.models import Project, Shift, Team, Volunteer
from kepu.outreach.people.volunteers.permissions import may_keep_team
from kepu.outreach.people.volunteers.services.hours import enter_late

LATE = "volunteers.enter_late"


def ask_late_hours(
    volunteer: Volunteer, *, team: Team, project: Project | None, shift: Shift | None, starts_at: datetime,
    ends_at: datetime, text: str, reason: str, actor: Person,
) -> Approval:  # fmt: skip
    """Ask that hours be entered afterwards; a second person decides.

    Raises:
        NotAllowed: the actor does not keep the team.
        OwnHours: one's own.
        HoursUnfit: times out of order or still to come.
        ApprovalUnfit: no reason.
    """
    if is_same_human(actor.pk, volunteer.person_id):
        raise OwnHours(_("自己的时长不能由自己补录或核准。"))
    if ends_at <= starts_at or ends_at > now():
        raise HoursUnfit(_("请核对时间：结束要晚于开始，并且已经过去。"), field="ends_at")
    if project is not None and project.team_id != team.pk:
        raise HoursUnfit(_("这个项目不是这支队的，请核对。"), field="project")
    arguments = {
        "volunteer": volunteer.pk,
        "number": volunteer.number,
        "team": team.pk,
        "project": project.pk if project else None,
        "shift": shift.pk if shift else None,
        "starts_at": starts_at.isoformat(),
        "ends_at": ends_at.isoformat(),
        "text": text.strip()[:300],
        "reason": reason.strip()[:300],
    }
    return ask_approval(LATE, arguments, reason=reason, actor=actor)


def _title(arguments: Arguments) -> str:
    starts, ends = (timezone.localtime(datetime.fromisoformat(arguments[name])) for name in ("starts_at", "ends_at"))
    said = {
        "number": arguments["number"],
        "day": f"{starts:%Y-%m-%d}",
        "from": f"{starts:%H:%M}",
        "to": f"{ends:%H:%M}",
    }
    return _("补录志愿者 %(number)s %(day)s %(from)s–%(to)s 的服务时长") % said


def _team(arguments: Arguments) -> Team | None:
    return Team.objects.select_related("region", "host__region").filter(pk=arguments["team"]).first()


def _may_ask(actor: Actor, arguments: Arguments) -> bool:
    team = _team(arguments)
    return team is not None and may_keep_team(cast("Person", actor), team)


def _may_approve(actor: Actor, arguments: Arguments) -> bool:
    """The office, or the officer of the district; never who served."""
    team, person = _team(arguments), cast("Person", actor)
    volunteer = Volunteer.objects.filter(pk=arguments["volunteer"]).first()
    if team is None or volunteer is None or is_same_human(person.pk, volunteer.person_id):
        return False
    return person.holds(Role.LEADING_OFFICE) or person.holds(Role.DISTRICT_OFFICER, region=team.region)


def _run(arguments: Arguments, asked_by: int, actor: Actor) -> dict[str, Any]:
    hours = enter_late(arguments, asked_by, cast("Person", actor))
    return {"hours": hours.pk, "minutes": hours.minutes}


LATE_KIND = ApprovalKind(
    code=LATE,
    label=gettext_lazy("补录志愿服务时长"),
    title=_title,
    may_ask=_may_ask,
    may_approve=_may_approve,
    run=_run,
    addressee=lambda _arguments: Addressee(Role.LEADING_OFFICE.value),
    days=30,
)
