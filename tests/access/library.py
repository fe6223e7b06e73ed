"""Who may open what of the library: the office, who keeps a thing, and its district's officer write; loans name people."""

from kepu.foundation.clock import today
from kepu.outreach.library.models import Holding, Resource
from tests.access import LOGIN, OPEN, World, row, seen
from tests.outreach.library import factories as made

READERS = {"office": 200, "liaison": 200, "head": 200, "district": 200, "reviewer": 200, "auditor": 200}
LENDERS = {"office": 200, "liaison": 200, "district": 200, "auditor": 200}
WRITERS = seen(office=200, liaison=200, district=200)
ACTS = seen(office=302, liaison=302, district=302, head=403, reviewer=403, auditor=403)
LENDS = seen(office=302, liaison=302, district=302, auditor=403)
EVERYBODY = {**dict.fromkeys(OPEN, 200), "visitor": LOGIN}


def _kept(world: World, **given: object) -> Holding:
    return made.holding(3, keeper=world.district_body, actor=world.actors["office"], region=world.district, **given)


def _resource(world: World) -> list[object]:
    return [_kept(world).resource_id]


def _withdrawn(world: World) -> list[object]:
    (pk,) = _resource(world)
    Resource.objects.filter(pk=pk).update(state="withdrawn", withdrawn_on=today(), withdrawn_reason="过时")
    return [pk]


def _holding(world: World) -> list[object]:
    return [_kept(world).pk]


def _package(world: World) -> list[object]:
    return [made.package(owner=world.district_body, actor=world.actors["office"]).pk]


def _asked(world: World) -> list[object]:
    return [made.asked(_kept(world)).pk]


def _agreed(world: World) -> list[object]:
    return [made.agreed(_kept(world), by=world.actors["office"], first=0).pk]


def _out(world: World) -> list[object]:
    return [made.out(_kept(world), by=world.actors["office"]).pk]


def _reason(_world: World) -> dict[str, object]:
    return {"reason": "内容过时", "answer": "已借给学校"}


def _counts(_world: World) -> dict[str, object]:
    return {"good": 4, "damaged": 0, "lost": 0, "reason": "新到一件", "counted_on": today().isoformat()}


def _place(world: World) -> dict[str, object]:
    number = Holding.objects.count()
    return {
        "keeper": world.district_body.pk, "region": world.district.pk, "storage": f"库房 {number}", "contact": "值班岗",
        "good": 1, "damaged": 0, "lost": 0,
    }  # fmt: skip


ACCESS = {
    "library:find": row(OPEN),
    "library:resource": row(OPEN, args=_resource),
    "library:package": row(OPEN, args=_package),
    "library:ask": row(EVERYBODY, args=_resource),
    "library:own_loans": row(EVERYBODY),
    # Nobody of these borrowed it: what one may not see is not found.
    "library:own_cancel": row({**dict.fromkeys(OPEN, 404), "visitor": LOGIN}, method="post", args=_asked),
    "library:desk": row(seen(**READERS)),
    "library:new": row(WRITERS),
    "library:desk_resource": row(seen(**READERS), args=_resource),
    "library:change": row(WRITERS, args=_resource),
    "library:withdraw": row(ACTS, method="post", args=_resource, data=_reason),
    # Heads and officers of the place see what is withdrawn, the others of the desk too; only who keeps it shows it again.
    "library:show": row(ACTS, method="post", args=_withdrawn),
    # Without a file: who may put one is told what is missing.
    "library:put": row(
        seen(office=422, liaison=422, district=422, head=403, reviewer=403, auditor=403), method="post", args=_resource
    ),
    "library:drop": row(ACTS, method="post", args=_resource),
    "library:hold": row(ACTS, method="post", args=_resource, data=_place),
    "library:desk_packages": row(seen(**READERS)),
    "library:package_new": row(WRITERS),
    "library:desk_package": row(seen(**READERS), args=_package),
    "library:package_change": row(WRITERS, args=_package),
    "library:package_withdraw": row(ACTS, method="post", args=_package, data=_reason),
    "library:stock": row(seen(**READERS)),
    "library:stock_export": row(seen(**READERS), args=lambda _world: ["csv"]),
    "library:bring": row(WRITERS),
    "library:stock_template": row(WRITERS),
    "library:holding": row(seen(**READERS), args=_holding),
    "library:count": row(ACTS, method="post", args=_holding, data=_counts),
    "library:place": row(ACTS, method="post", args=_holding, data=lambda _w: {"storage": "库房", "contact": "值班岗"}),
    "library:loans": row(seen(**LENDERS)),
    "library:loan": row(seen(**LENDERS), args=_asked),
    "library:loan_agree": row(LENDS, method="post", args=_asked),
    "library:loan_refuse": row(LENDS, method="post", args=_asked, data=_reason),
    "library:loan_hand_out": row(LENDS, method="post", args=_agreed),
    "library:loan_return": row(LENDS, method="post", args=_out, data=lambda _w: {"damaged": 0, "lost": 0}),
    "library:loan_cancel": row(LENDS, method="post", args=_agreed, data=_reason),
}
