"""Who gets where in volunteering."""

from datetime import timedelta

from kepu.foundation.certificates.services import object_to
from kepu.foundation.clock import now, today
from kepu.outreach.bookings.services import open_slot
from kepu.outreach.people.volunteers.choices import HoursState, Origin
from kepu.outreach.people.volunteers.models import CertificateApplication, Project, ServiceHours, Shift, Team, Volunteer
from kepu.outreach.people.volunteers.services import SHIFTS, accept_application
from tests.access import OPEN, STAFF, World, row, seen
from tests.factories import PersonFactory
from tests.outreach.people.volunteers.worlds import volunteer

HOUR = timedelta(hours=1)
DESK = seen(office=200, liaison=200, district=200, auditor=200)
KEEPERS = seen(office=200, liaison=200, district=200)
NOT_MINE = seen()
TEAM_KEEPERS = seen(office=200, liaison=200, district=200)
TEAM_STEP = seen(office=302, liaison=302, district=302)
REFUSED = seen(others=403)


def _team(world: World) -> Team:
    found = Team.objects.filter(name="示例总队").first()
    values = {"level": 1, "region": world.district, "host": world.body, "founded_on": today()}
    return found or Team.objects.create(name="示例总队", **values)


def _new_team(world: World) -> list[object]:
    """A team that nothing hangs on."""
    values = {"level": 1, "region": world.district, "host": world.body, "founded_on": today()}
    return [Team.objects.create(name=f"示例总队 {Team.objects.count()}", **values).pk]


def _closed_team(world: World) -> list[object]:
    (pk,) = _new_team(world)
    Team.objects.filter(pk=pk).update(closed_on=today())
    return [pk]


def _member(world: World) -> list[object]:
    found = _volunteer(world).memberships.get()
    return [found.team_id, found.pk]


def _project(world: World) -> Project:
    return Project.objects.create(
        team=_team(world), title="示例项目", field="community", receiver=world.other_body, region=world.district,
        needs="人手", about="示例", starts_on=today(), ends_on=today(),
    )  # fmt: skip


def _shift(world: World) -> Shift:
    project, starts_at = _project(world), now() + timedelta(minutes=1)
    slot = open_slot(SHIFTS, str(project.pk), actor=None, starts_at=starts_at, ends_at=starts_at + HOUR, capacity=3)
    return Shift.objects.create(project=project, slot=slot, secret=b"s" * 32)


def _volunteer(world: World) -> Volunteer:
    made = volunteer(region=world.district)
    made.memberships.create(team=_team(world), joined_on=today())
    return made


def _hours(world: World, state: str = HoursState.CONFIRMED) -> ServiceHours:
    who = _volunteer(world)
    return ServiceHours.objects.create(
        volunteer=who, person=who.person, project=_project(world), team=_team(world), origin=Origin.CODE,
        served_on=today(), starts_at=now() - timedelta(hours=2), ends_at=now() - timedelta(hours=1), minutes=60,
        state=state, leader_by=PersonFactory(), receiver_by=PersonFactory(),
    )  # fmt: skip


def _application(world: World) -> CertificateApplication:
    hours = _hours(world)
    return CertificateApplication.objects.create(
        volunteer=hours.volunteer, since=today(), until=today(), applied_at=now()
    )


def _certificate(world: World) -> int:
    application = _application(world)
    office = world.actors["office"]
    assert office is not None
    parts = {"issuer": world.body, "responsible": "负责人 001", "contact": "示例电话"}
    return int(accept_application(application.pk, **parts, actor=office).pk)


ACCESS = {
    "volunteers:projects": row(OPEN),
    "volunteers:project": row(OPEN, args=lambda world: [_project(world).pk]),
    "volunteers:team": row(OPEN, args=lambda world: [_team(world).pk]),
    "volunteers:keep": row(TEAM_KEEPERS, args=lambda world: [_team(world).pk]),
    "volunteers:team_change": row(
        TEAM_STEP, args=lambda world: [_team(world).pk], method="post", data=lambda _world: {"name": "示例总队"}
    ),
    "volunteers:team_add": row(
        TEAM_STEP,
        args=lambda world: [_team(world).pk],
        method="post",
        data=lambda world: {"volunteer": volunteer(region=world.district).number},
    ),
    "volunteers:team_member": row(TEAM_STEP, args=_member, method="post", data=lambda _world: {"do": "deputy"}),
    "volunteers:team_move": row(
        seen(office=422, liaison=422, district=422), args=lambda world: [_team(world).pk], method="post"
    ),
    "volunteers:team_close": row(TEAM_STEP, args=_new_team, method="post", data=lambda _world: {"reason": "合并"}),
    "volunteers:team_reopen": row(TEAM_STEP, args=_closed_team, method="post"),
    "volunteers:me": row(STAFF),
    "volunteers:register": row(STAFF),
    "volunteers:settings": row(NOT_MINE),  # nobody of these is a volunteer
    "volunteers:apply": row(REFUSED, method="post", data=lambda _world: {"since": today(), "until": today()}),
    "volunteers:paper": row(NOT_MINE, method="post", args=lambda world: [_certificate(world)]),
    "volunteers:publicity": row(STAFF),
    "volunteers:object": row(
        seen(others=302), method="post", args=lambda world: [_certificate(world)], data=lambda _world: {"words": "不对"}
    ),
    "volunteers:join": row(REFUSED, method="post", args=lambda world: [_shift(world).pk]),
    "volunteers:leave": row(REFUSED, method="post", args=lambda world: [_shift(world).pk]),
    "volunteers:here": row(NOT_MINE, args=lambda world: [_shift(world).pk]),
    "volunteers:lead": row(NOT_MINE, args=lambda world: [_shift(world).pk]),
    "volunteers:lead_confirm": row(
        NOT_MINE, method="post", args=lambda world: [_shift(world).pk, _hours(world, HoursState.SERVED).pk]
    ),
    "volunteers:assign": row(
        seen(others=403, office=302, liaison=302, district=302), method="post", args=lambda world: [_shift(world).pk]
    ),
    "volunteers:shift_cancel": row(
        seen(others=403, office=302, liaison=302, district=302),
        method="post",
        args=lambda world: [_shift(world).pk],
        data=lambda _world: {"reason": "下雨"},
    ),
    "volunteers:receive": row(STAFF),
    "volunteers:receive_confirm": row(
        NOT_MINE, method="post", args=lambda world: [_hours(world, HoursState.SERVED).pk]
    ),
    "volunteers:desk": row(DESK),
    "volunteers:export": row(DESK, args=lambda _world: ["csv"]),
    "volunteers:team_new": row(KEEPERS),
    "volunteers:project_new": row(KEEPERS),
    "volunteers:shift_new": row(KEEPERS),
    "volunteers:late": row(KEEPERS),
    "volunteers:anomalies": row(DESK),
    "volunteers:applications": row(DESK),
    "volunteers:application": row(KEEPERS, args=lambda world: [_application(world).pk]),
    "volunteers:objection": row(
        seen(office=200, liaison=200),
        args=lambda world: [object_to(_certificate(world), "不对", actor=PersonFactory()).pk],
    ),
    "volunteers:reverse": row(
        seen(office=302, district=302, liaison=403, auditor=403),
        method="post",
        args=lambda world: [_hours(world).pk],
        data=lambda _world: {"reason": "人没来"},
    ),
    "volunteers:volunteer": row(DESK, args=lambda world: [_volunteer(world).number]),
}
