"""Tags of reports: the state of a report as a word with its sign."""

from functools import lru_cache

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kepu.plan.reports.choices import ReportState
from kepu.web.templatetags.web import icon

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


@register.simple_tag
def report_state(state: str) -> SafeString:
    """Show the state of a report (or that it is late) as a chip with sign and word."""
    return _chip(state, get_language() or "")


@lru_cache(maxsize=32)
def _chip(state: str, _language: str) -> SafeString:
    """Drawn once for each language: an overview shows some hundred of them."""
    label = _("过期未报") if state == LATE else ReportState(state).label
    css = f"chip nowrap {_CHIPS.get(state, '')}".strip()
    return format_html('<span class="{}">{}{}</span>', css, icon(_ICONS.get(state, "pencil")), label)
