"""Tags of matters: the state with its word, how a duty stands, a laid-out paper, and what a task's reader may open."""

from collections.abc import Mapping
from typing import Any

from django import template

from kepu.plan.matters.choices import Standing
from kepu.plan.matters.models import Matter
from kepu.plan.matters.permissions import speaks_for
from kepu.plan.matters.queries import matters_visible_to, rows_of
from kepu.plan.matters.queries.panels import DeskPanel

register = template.Library()

MOST_SHOWN = 20


@register.inclusion_tag("matters/_state.html")
def matter_state(matter: Matter, is_settled: bool = False) -> dict[str, Any]:  # noqa: FBT001, FBT002 (a tag's argument)
    """Show the state of a matter as a chip with its word."""
    return {"state": "settled" if is_settled else matter.state, "label": matter.get_state_display()}


@register.inclusion_tag("matters/_standing.html")
def duty_standing(standing: str) -> dict[str, Any]:
    """Show how a duty stands as a chip with its sign and word."""
    return {"standing": standing, "label": Standing(standing).label}


@register.inclusion_tag("matters/_desk_rows.html", takes_context=True)
def desk_matters(context: Mapping[str, Any], panel: DeskPanel) -> dict[str, Any]:
    """Show the matters about a task that the reader may open, and, for a body's liaison, the way to a new one."""
    actor = context["user"]
    wanted = [matter.pk for matter in panel.matters]
    visible = {one.pk: one for one in matters_visible_to(actor).filter(pk__in=wanted)} if wanted else {}
    rows = rows_of([visible[pk] for pk in wanted if pk in visible][:MOST_SHOWN])
    duties = panel.task.duties.select_related("organisation__region") if panel.is_open_plan else ()
    own = next((duty.organisation for duty in duties if speaks_for(actor, duty.organisation)), None)
    return {"panel": panel, "rows": rows, "own": own}
