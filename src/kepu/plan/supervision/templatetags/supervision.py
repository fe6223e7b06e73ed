"""Tags of supervision: the colour with its sign and word, the state, and what a reader of a task's page may open."""

from collections.abc import Mapping
from typing import Any

from django import template

from kepu.plan.supervision.models import SupervisionNotice
from kepu.plan.supervision.permissions import may_supervise
from kepu.plan.supervision.queries import is_late, notices_visible_to
from kepu.plan.supervision.queries.panels import DeskPanel

register = template.Library()

MOST_SHOWN = 20

SIGNS = {"blue": "info-circle", "yellow": "alert-triangle", "red": "alert-octagon"}


@register.inclusion_tag("supervision/_colour.html")
def notice_colour(code: str, names: Mapping[str, str]) -> dict[str, Any]:
    """Show the colour of a notice as a chip with its sign and what the site calls it; colour never speaks alone."""
    return {"code": code, "sign": SIGNS[code], "name": names[code]}


@register.inclusion_tag("supervision/_state.html")
def notice_state(notice: SupervisionNotice) -> dict[str, Any]:
    """Show the state of a notice as a chip with its word, and whether the answer is late."""
    return {"state": notice.state, "label": notice.get_state_display(), "is_late": is_late(notice)}


@register.inclusion_tag("supervision/_desk_rows.html", takes_context=True)
def desk_notices(context: Mapping[str, Any], panel: DeskPanel) -> dict[str, Any]:
    """Show the notices on a task that the reader may open, and, for the leading office, the way to a new one."""
    actor = context["user"]
    wanted = [notice.pk for notice in panel.notices]
    visible = set(notices_visible_to(actor).filter(pk__in=wanted).values_list("pk", flat=True)) if wanted else set()
    return {
        "panel": panel,
        "notices": [notice for notice in panel.notices if notice.pk in visible][:MOST_SHOWN],
        "may_issue": panel.is_open_plan and may_supervise(actor, panel.plan),
    }
