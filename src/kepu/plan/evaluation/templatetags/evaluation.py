"""Tags of evaluation: what a reader of a task's page may open."""

from collections.abc import Mapping
from typing import Any

from django import template

from kepu.plan.evaluation.permissions import may_read_all
from kepu.plan.evaluation.queries.panels import EvaluationPanel

register = template.Library()


@register.simple_tag(takes_context=True)
def reads_all_sheets(context: Mapping[str, Any], panel: EvaluationPanel) -> bool:
    """Whether the reader of a task's page at the desk may open the whole evaluation."""
    return panel.is_desk and may_read_all(context["user"])
