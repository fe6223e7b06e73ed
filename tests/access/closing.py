"""Who may close a plan: the leading office; its end is for everyone."""

from datetime import date

from kepu.foundation import clock
from kepu.plan.closing.models import Closing
from kepu.plan.closing.queries import closing_desk
from kepu.plan.closing.services import WantedEnding, close_plan
from kepu.plan.tasks.models import Plan
from tests.access import OPEN, World, row, seen
from tests.plan.factories import small_plan


def _closed(world: World) -> list[object]:
    """A plan of its own: other pages need one that lives."""
    Plan.objects.filter(slug="ended").update(state="live")
    Closing.objects.all().delete()
    plan = small_plan("ended")
    office = world.actors["office"]
    assert office is not None
    with clock.fixed(date(2026, 1, 15)):
        wanted = {one.row.task.pk: WantedEnding("struck", "不再安排") for one in closing_desk(plan).unfinished}
        close_plan(plan, wanted, actor=office)
    return [plan.slug]


ACCESS = {
    "closing:close": row(seen(office=200), args=lambda _world: [small_plan().slug]),
    "closing:final": row(OPEN, args=_closed),
}
