"""Tags of reports: the state of a report as a word with its sign."""

from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from kepu.plan.reports.choices import ReportState

register = template.Library()

LATE = "late"
_ICONS = {
    ReportState.OPEN: "pencil",
    ReportState.SUBMITTED: "send",
    ReportState.PASSED: "send",
    ReportState.RETURNED: "arrow-back-up",
    ReportState.ACCEPTED: "lock",
    LATE: "clock-exclamation",
}
_CHIPS = {
    ReportState.RETURNED: "chip-ask",
    ReportState.OPEN: "chip-ask",
    ReportState.ACCEPTED: "chip-plain",
    LATE: "chip-danger",
}


@register.inclusion_tag("reports/_state.html")
def report_state(state: str) -> dict[str, Any]:
    """Show the state of a report (or that it is late) as a chip with sign and word."""
    label = _("过期未报") if state == LATE else ReportState(state).label
    return {"label": label, "icon": _ICONS.get(state, "pencil"), "css": _CHIPS.get(state, "")}
