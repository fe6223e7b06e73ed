"""Who may open what of the venues: the office, who keeps a venue, and its district's officer write."""

from decimal import Decimal

from kepu.foundation.clock import today
from kepu.outreach.venues.models import Closure, Roster, RosterRow
from kepu.outreach.venues.services import AccreditationTerms, SitingTerms, accredit_venue, ask_siting
from tests.access import OPEN, World, row, seen
from tests.outreach.venues.factories import point, venue

READERS = {"office": 200, "liaison": 200, "head": 200, "district": 200, "reviewer": 200, "auditor": 200}
WRITERS = seen(office=200, liaison=200, district=200)
ACTS = seen(office=302, liaison=302, district=302, head=403, reviewer=403, auditor=403)
NAMES = seen(office=302, liaison=403, district=403, head=403, reviewer=403, auditor=403)


def _made(world: World, kind: str = "science_centre", *, public: bool = True) -> list[object]:
    given = {"keeper": world.district_body, "actor": world.actors["office"], "region": world.district}
    return [venue(kind, public=public, **given).pk]


def _draft(world: World) -> list[object]:
    return _made(world, public=False)


def _gallery(world: World) -> list[object]:
    return _made(world, "gallery")


def _van(world: World) -> list[object]:
    return _made(world, "van")


def _closure(world: World) -> list[object]:
    (pk,) = _made(world)
    closure = Closure.objects.create(venue_id=pk, since=today(), until=today(), reason="布展")
    return [pk, "closure", closure.pk]


def _naming(world: World) -> list[object]:
    (pk,) = _made(world)
    terms = AccreditationTerms("city", "市级基地", today().replace(year=2020, day=1))
    return [accredit_venue(pk, terms, actor=world.actors["office"]).pk]


def _roster(world: World) -> list[object]:
    """A list that the liaison brought."""
    found, _new = Roster.objects.get_or_create(
        sha256="0" * 64,
        defaults={"name": "名册.csv", "brought_by": world.actors["liaison"].pk, "brought_at": "2024-01-01T00:00Z"},
    )
    return [found.pk]


def _roster_row(world: World) -> list[object]:
    number = RosterRow.objects.count() + 1
    values = {"name": "甲", "kind": "museum", "keeper": "某局", "district": "某区"}
    return [
        RosterRow.objects.create(roster_id=_roster(world)[0], number=number, values=values, doubts=[[1, "near"]]).pk
    ]


def _days(_world: World) -> dict[str, object]:
    return {"since": today().isoformat(), "until": today().isoformat(), "reason": "布展"}


def _from_today(_world: World) -> dict[str, object]:
    return {"valid_from": today().isoformat()}


def _points(_world: World) -> dict[str, object]:
    """A question with one village to choose."""
    code = point(120.4, 36.1).code
    return {"k": 1, "minutes": 30, "group": "public", "detour": "1.3", "speed_kmh": 25, "candidates": [f"point:{code}"]}


def _run(world: World) -> list[object]:
    """A question of the office."""
    terms = SitingTerms(1, 30, "public", [f"point:{point(120.4, 36.1).code}"], Decimal("1.3"), Decimal(25))
    return [ask_siting(terms, actor=world.actors["office"]).pk]


ACCESS = {
    "venues:find": row(OPEN),
    "venues:travel": row(seen(office=200)),
    "venues:travel_template": row(seen(office=200)),
    "venues:travel_places": row(seen(office=200), args=lambda _world: ["csv"]),
    "venues:public": row(OPEN, args=_made),
    "venues:desk": row(seen(**READERS)),
    "venues:export": row(seen(**READERS), args=lambda _world: ["csv"]),
    "venues:new": row(WRITERS),
    "venues:venue": row(seen(**READERS), args=_made),
    "venues:change": row(WRITERS, args=_made),
    "venues:publish": row(ACTS, method="post", args=_draft),
    "venues:close": row(ACTS, method="post", args=_made, data=_days),
    "venues:opening": row(ACTS, method="post", args=_made, data=_from_today),
    "venues:shut": row(ACTS, method="post", args=_made, data=_days),
    "venues:free": row(ACTS, method="post", args=_made, data=_days),
    "venues:content": row(
        ACTS, method="post", args=_gallery, data=lambda _w: {"changed_on": today().isoformat(), "themes": "航天"}
    ),
    "venues:stay": row(
        ACTS, method="post", args=_van, data=lambda w: {**_days(w), "region": w.district.pk, "address": "广场"}
    ),
    # Without a file: who may add one is told what is missing.
    "venues:photo": row(
        seen(office=422, liaison=422, district=422, head=403, reviewer=403, auditor=403), method="post", args=_made
    ),
    "venues:drop": row(ACTS, method="post", args=_closure),
    # The district's officer may name the district's own level only.
    "venues:accredit": row(
        {**NAMES, "district": 422},
        method="post",
        args=_made,
        data=lambda w: {**_from_today(w), "level": "city", "title": "市级基地"},
    ),
    "venues:renew": row(NAMES, method="post", args=_naming, data=_from_today),
    "venues:end": row(
        NAMES, method="post", args=_naming, data=lambda _w: {"ended_on": today().isoformat(), "reason": "撤销"}
    ),
    "venues:rosters": row(WRITERS),
    "venues:roster_template": row(WRITERS),
    "venues:roster": row(seen(office=200, liaison=200), args=_roster),
    "venues:roster_register": row(seen(office=302, liaison=302), method="post", args=_roster),
    "venues:roster_decide": row(
        seen(office=302, liaison=302), method="post", args=_roster_row, data=lambda _w: {"choice": "skipped"}
    ),
    "venues:coverage": row(seen(**READERS)),
    "venues:points": row(seen(office=200)),
    "venues:points_template": row(seen(office=200)),
    "venues:siting": row(seen(office=302, district=302), method="post", data=_points),
    "venues:sited": row(seen(office=200), args=_run),
    "venues:siting_cancel": row(seen(office=302), method="post", args=_run),
}
