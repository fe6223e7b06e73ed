"""An amended text keeps its breakdown."""

from django.utils.translation import gettext_lazy as _

from kepu.directory.notices.queries import declare_kind
from kepu.foundation.events import subscribe
from kepu.plan.breakdown import services
from kepu.plan.tasks.events import PlanConfirmed

declare_kind("breakdown.issued", _("分解数下达"))


@subscribe(PlanConfirmed)
def keep_shares(event: PlanConfirmed) -> None:
    if event.predecessor_id is not None:
        services.carry_breakdowns(event.plan_id)
