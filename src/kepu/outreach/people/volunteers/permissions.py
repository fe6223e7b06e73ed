"""Who may do what in volunteering."""

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Organisation, Person
from kepu.outreach.people.conflicts.queries import is_same_human
from kepu.outreach.people.volunteers.models import Project, ServiceHours, Shift, Team

_DESK = (Role.LEADING_OFFICE, Role.DISTRICT_OFFICER)


def may_open_desk(actor: Person) -> bool:
    """The office, district officers, liaisons of the bodies that host teams, and auditors who read along."""
    return actor.holds(*_DESK, Role.LIAISON, Role.AUDITOR)


def may_keep_desk(actor: Person) -> bool:
    """The office, district officers and liaisons write."""
    return actor.holds(*_DESK, Role.LIAISON)


def may_keep_team(actor: Person, team: Team) -> bool:
    """The office; the officer of the district; the liaison of the hosting body; the leader."""
    return (
        actor.holds(Role.LEADING_OFFICE)
        or actor.holds(Role.DISTRICT_OFFICER, region=team.region)
        or actor.holds(Role.LIAISON, organisation=team.host)
        or (actor.is_active and team.leader_id == actor.pk)
    )


def may_start_team(actor: Person, host: Organisation) -> bool:
    """The office, the officer of the host's district, the host's liaison."""
    return (
        actor.holds(Role.LEADING_OFFICE)
        or actor.holds(Role.DISTRICT_OFFICER, region=host.region)
        or actor.holds(Role.LIAISON, organisation=host)
    )


def may_lead_shift(actor: Person, shift: Shift) -> bool:
    """Its leader, and the leader and deputies of the team."""
    if not actor.is_active:
        return False
    team = shift.project.team
    if actor.pk in {shift.leader_id, team.leader_id}:
        return True
    return team.members.filter(volunteer__person=actor.pk, is_deputy=True, left_on=None).exists()


def may_receive(actor: Person, project: Project) -> bool:
    """The receiver's named contact, its liaison or its head."""
    return (actor.is_active and project.receiver_contact_id == actor.pk) or actor.holds(
        Role.LIAISON, Role.UNIT_HEAD, organisation=project.receiver
    )


def is_own_hours(actor: Person, hours: ServiceHours) -> bool:
    """Whether the actor is who served, by whatever account."""
    return is_same_human(actor.pk, hours.person_id)


def may_reverse_hours(actor: Person, hours: ServiceHours) -> bool:
    """The office, and the officer of the team's district; never one's own."""
    reach = actor.holds(Role.LEADING_OFFICE) or actor.holds(Role.DISTRICT_OFFICER, region=hours.team.region)
    return reach and not is_own_hours(actor, hours)


def may_handle_application(actor: Person, host: Organisation | None, person_id: int) -> bool:
    """The office, or the liaison of the body that recorded (谁记录谁证明); never one's own."""
    reach = actor.holds(Role.LEADING_OFFICE) or (
        host is not None and actor.holds(Role.LIAISON, Role.DISTRICT_OFFICER, organisation=host)
    )
    return reach and not is_same_human(actor.pk, person_id)
