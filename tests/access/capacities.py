"""Who gets where in the register of people."""

import json
from functools import partial

from kepu.directory.privacy.models import PersonalNumber
from kepu.directory.privacy.services import keep_number
from kepu.directory.register.choices import Role
from kepu.outreach.people.capacities.models import PersonRoster, PersonRosterRow, Team
from kepu.outreach.people.capacities.services import check_capacity, found_team, join_team, log_visit, note_output
from tests.access import OPEN, STAFF, World, row, seen
from tests.factories import PersonFactory
from tests.outreach.people.factories import admitted, applicant


def _of_body(world: World, kind: str = "expert"):
    return applicant(kind, organisation_id=world.body.pk, region_id=world.city.pk)


def _in_register(world: World):
    return admitted(organisation_id=world.body.pk, region_id=world.city.pk)


def _checked(world: World):
    capacity = _of_body(world)
    check_capacity(capacity.pk, actor=PersonFactory(role=Role.LEADING_OFFICE))
    return capacity


def _team(world: World):
    name = f"示例团队 {Team.objects.count()}"
    return found_team(name, "veterans", PersonFactory(), actor=PersonFactory(role=Role.LEADING_OFFICE))


def _visit(world: World):
    office = PersonFactory(role=Role.LEADING_OFFICE)
    entry = admitted("commissioner", office=office, organisation_id=world.body.pk, served=[world.district.pk])
    from kepu.foundation.clock import today

    return log_visit(entry.pk, world.district, today(), "示例走访", actor=entry.person)


def _roster(_world: World):
    found, _new = PersonRoster.objects.get_or_create(
        sha256="0" * 64, defaults={"name": "名册.csv", "brought_by": 1, "brought_at": "2024-01-01T00:00Z"}
    )
    return [found.pk]


def _roster_row(world: World):
    number = PersonRosterRow.objects.count() + 1
    values = json.dumps({"name": "示例专家 01", "kind": "expert", "region_id": world.city.pk, "served": []})
    return [PersonRosterRow.objects.create(roster_id=_roster(world)[0], number=number, values=values).pk]


DESK = partial(seen, office=200, liaison=200, head=200, district=200, auditor=200)
BODYS = partial(seen, office=200, liaison=200, head=200, auditor=200)
"""An entry of the liaison's body, whose person lives outside the officer's district."""
NOT_OWN = seen()


def _member(world: World):
    office = PersonFactory(role=Role.LEADING_OFFICE)
    return join_team(_team(world).pk, PersonFactory(), actor=office)


def _output(world: World):
    office, team = PersonFactory(role=Role.LEADING_OFFICE), _team(world)
    return note_output(team.pk, kind="work", title="示例作品", occurred_on=team.founded_on, actor=office)


def _phone(world: World):
    entry = _in_register(world)
    number = PersonalNumber.objects.count() + 13_900_000_000
    return [entry.pk, keep_number(entry.person_id, "phone", str(number), actor=None).pk]


OFFICE, OFFICE_ACTS, OFFICE_TYPES = seen(office=200), seen(office=302), seen(office=422)

ACCESS = {
    "capacities:desk_teams": row(OFFICE),
    "capacities:team_export": row(OFFICE, args=lambda _world: ["csv"]),
    "capacities:team_new": row(OFFICE),
    "capacities:desk_team": row(OFFICE, args=lambda world: [_team(world).pk]),
    "capacities:team_change": row(OFFICE, args=lambda world: [_team(world).pk]),
    "capacities:team_join": row(OFFICE_TYPES, method="post", args=lambda world: [_team(world).pk]),
    "capacities:team_lead": row(OFFICE_TYPES, method="post", args=lambda world: [_team(world).pk]),
    "capacities:team_output": row(OFFICE_TYPES, method="post", args=lambda world: [_team(world).pk]),
    "capacities:team_dissolve": row(OFFICE_ACTS, method="post", args=lambda world: [_team(world).pk]),
    "capacities:team_leave": row(OFFICE_ACTS, method="post", args=lambda world: [_member(world).pk]),
    "capacities:team_strike": row(OFFICE_ACTS, method="post", args=lambda world: [_output(world).pk]),
    "capacities:rosters": row(OFFICE),
    "capacities:roster_template": row(OFFICE),
    "capacities:roster": row(OFFICE, args=_roster),
    "capacities:roster_register": row(seen(office=302), method="post", args=_roster),
    "capacities:roster_decide": row(
        seen(office=302), method="post", args=_roster_row, data=lambda _world: {"choice": "skipped"}
    ),
    "capacities:experts": row(OPEN),
    "capacities:expert": row(OPEN, args=lambda world: [_in_register(world).number]),
    "capacities:teams": row(OPEN),
    "capacities:team": row(OPEN, args=lambda world: [_team(world).pk]),
    "capacities:own_list": row(STAFF),
    "capacities:new": row(STAFF, args=lambda _world: ["expert"]),
    "capacities:own": row(NOT_OWN, args=lambda world: [_in_register(world).pk]),
    "capacities:change": row(seen(office=200), args=lambda world: [_in_register(world).pk]),
    "capacities:apply": row(NOT_OWN, method="post", args=lambda world: [_of_body(world).pk]),
    "capacities:withdraw": row(NOT_OWN, method="post", args=lambda world: [_of_body(world).pk]),
    "capacities:leave": row(NOT_OWN, method="post", args=lambda world: [_in_register(world).pk]),
    "capacities:visit": row(NOT_OWN, method="post", args=lambda world: [_in_register(world).pk]),
    "capacities:strike": row(NOT_OWN, method="post", args=lambda world: [_visit(world).pk]),
    "capacities:desk": row(DESK()),
    "capacities:export": row(DESK(), args=lambda _world: ["csv"]),
    "capacities:desk_capacity": row(BODYS(), args=lambda world: [_of_body(world).pk]),
    "capacities:show_phone": row(
        seen(office=200, liaison=403), method="post", args=_phone, data=lambda _world: {"reason": "示例讲座"}
    ),
    "capacities:check": row(
        seen(office=302, liaison=302, head=403, auditor=403), method="post", args=lambda world: [_of_body(world).pk]
    ),
    "capacities:return": row(
        seen(office=302, liaison=302, head=403, auditor=403),
        method="post",
        args=lambda world: [_of_body(world).pk],
        data=lambda _world: {"words": "请补充"},
    ),
    "capacities:admit": row(
        seen(office=302, liaison=403, head=403, auditor=403), method="post", args=lambda world: [_checked(world).pk]
    ),
    "capacities:renew": row(
        seen(office=302, liaison=403, head=403, auditor=403), method="post", args=lambda world: [_in_register(world).pk]
    ),
    "capacities:end": row(
        seen(office=302, liaison=403, head=403, auditor=403),
        method="post",
        args=lambda world: [_in_register(world).pk],
        data=lambda _world: {"reason": "示例原因"},
    ),
}
