"""Who may open what of the breakdown: everyone reads what is issued; the leading office of the plan's region edits."""

from decimal import Decimal

from kepu.directory.register.models import Organisation
from kepu.plan.breakdown.choices import Among
from kepu.plan.breakdown.models import Breakdown, ChildPlan
from kepu.plan.breakdown.services import WantedShare, issue_breakdown, link_plan, set_shares, start_breakdown
from kepu.plan.tasks.models import Target
from tests.access import OPEN, World, row, seen
from tests.plan.factories import small_plan


def _target(world: World) -> list[object]:
    plan = small_plan()
    assert world.district.pk
    return [plan.slug, Target.objects.get(plan=plan, period="year").pk]


def _drafted(world: World) -> list[object]:
    slug, pk = _target(world)
    draft = start_breakdown(int(str(pk)), actor=None)
    if draft.is_draft and not draft.shares.exists():
        set_shares(draft.pk, [WantedShare(Among.REGIONS.value, world.district.pk, Decimal(20))], actor=None)
    return [slug, pk]


def _issued(world: World) -> list[object]:
    slug, pk = _target(world)
    if not Breakdown.objects.filter(target=pk).exists():
        _drafted(world)
        issue_breakdown(Breakdown.objects.get(target=pk).pk, actor=None, reason="试")
    return [slug, pk]


def _linked(_world: World) -> list[object]:
    parent, child = small_plan(), small_plan("child")
    if (link := ChildPlan.objects.filter(parent=parent).first()) is not None:
        return [link.pk]
    body = Organisation.objects.get(name="青岛市科协")
    return [link_plan(parent.pk, child.pk, organisation=body, year=2024, actor=None, reason="试").pk]


OFFICE = seen(office=200)
OFFICE_POST = seen(office=302)
READERS = seen(others=200, administrator=404)

ACCESS = {
    "breakdown:target": row(OPEN, args=_issued),
    "breakdown:export": row(OPEN, args=lambda world: [*_issued(world), "csv"]),
    "breakdown:desk": row(READERS),
    "breakdown:children": row(READERS),
    "breakdown:child": row(OFFICE, args=_linked),
    "breakdown:unlink": row(OFFICE_POST, method="post", args=_linked, data=lambda _world: {"reason": "试"}),
    "breakdown:edit": row(OFFICE, args=_drafted),
    "breakdown:start": row(OFFICE_POST, method="post", args=_target),
    "breakdown:discard": row(OFFICE_POST, method="post", args=_drafted),
    "breakdown:import": row(seen(office=422), method="post", args=_drafted),
    "breakdown:template": row(OFFICE, args=_target),
    "breakdown:draft_table": row(OFFICE, args=lambda world: [*_drafted(world), "xlsx"]),
}
