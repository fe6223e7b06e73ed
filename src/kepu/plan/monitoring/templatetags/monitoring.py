"""Tags of monitoring reports: a laid-out document as a web page."""

from collections.abc import Iterator
from typing import Any

from django import template

from kepu.foundation.documents import Laid
from kepu.plan.monitoring.models import MonitoringReport

register = template.Library()


@register.inclusion_tag("monitoring/_laid.html")
def laid_document(laid: Laid, report: MonitoringReport) -> dict[str, Any]:
    """Show a laid-out document: headings, paragraphs, tables, pictures of charts, and the annex of sources."""
    return {"laid": laid, "items": list(_numbered(laid)), "report": report}


def _numbered(laid: Laid) -> Iterator[dict[str, Any]]:
    charts = 0
    for item in laid.items:
        if item["kind"] == "chart":
            charts += 1
            rows = [
                (category, [series["labels"][at] for series in item["series"]])
                for at, category in enumerate(item["categories"])
            ]
            yield item | {"number": charts, "rows": rows}
        elif item["kind"] == "table":
            yield item | {"cells": [list(zip(row, item["columns"], strict=True)) for row in item["rows"]]}
        elif item["kind"] == "heading":
            yield item | {"tag": f"h{item['level'] + 1}"}
        else:
            yield item
