"""Who may open the pages of a plan: everyone."""

from kepu.plan.models import Duty
from tests.access import OPEN, World, row
from tests.plan.factories import small_plan


def _body(_world: World) -> list[object]:
    plan = small_plan()
    return [plan.slug, Duty.objects.filter(task__plan=plan)[0].organisation_id]


ACCESS = {
    "plan:overview": row(OPEN),
    "plan:plan": row(OPEN, args=lambda _world: [small_plan().slug]),
    "plan:task": row(OPEN, args=lambda _world: [small_plan().slug, "2-1"]),
    "plan:body": row(OPEN, args=_body),
    "plan:bring": row(OPEN),
}
