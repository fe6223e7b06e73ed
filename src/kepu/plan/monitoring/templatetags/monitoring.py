"""Tags of monitoring reports: a laid-out report as a web page, with its pictures."""

from typing import Any

from django import template
from django.urls import reverse

from kepu.foundation.documents import Laid
from kepu.plan.monitoring.models import MonitoringReport
from kepu.web.templatetags.documents import laid_context

register = template.Library()


@register.inclusion_tag("web/_laid.html")
def laid_document(laid: Laid, report: MonitoringReport) -> dict[str, Any]:
    """Show a laid-out report; the address of a picture carries the revision, so that it keeps."""

    def address(number: int) -> str:
        return f"{reverse('monitoring:chart', args=[report.pk, number])}?r={report.revision}"

    return laid_context(laid, address)
