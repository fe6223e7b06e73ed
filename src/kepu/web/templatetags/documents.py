"""Tags of papers: a laid-out document as a web page."""

from collections.abc import Callable, Iterator
from typing import Any

from django import template

from kepu.foundation.documents import Laid

register = template.Library()


@register.inclusion_tag("web/_laid.html")
def laid_paper(laid: Laid) -> dict[str, Any]:
    """Show a laid-out document without charts: headings, paragraphs, tables, and the annex of sources."""
    return laid_context(laid)


def laid_context(laid: Laid, chart_address: Callable[[int], str] | None = None) -> dict[str, Any]:
    """What `web/_laid.html` shows of a document.

    Args:
        laid: the document.
        chart_address: where the picture of a chart is found, by its number from 1; needed where there are charts.
    """
    return {"laid": laid, "items": list(_numbered(laid, chart_address))}


def _numbered(laid: Laid, chart_address: Callable[[int], str] | None) -> Iterator[dict[str, Any]]:
    charts = 0
    for item in laid.items:
        if item["kind"] == "chart":
            charts += 1
            rows = [
                (category, [series["labels"][at] for series in item["series"]])
                for at, category in enumerate(item["categories"])
            ]
            address = chart_address(charts) if chart_address is not None else ""
            yield item | {"number": charts, "rows": rows, "address": address}
        elif item["kind"] == "table":
            yield item | {"cells": [list(zip(row, item["columns"], strict=True)) for row in item["rows"]]}
        elif item["kind"] == "heading":
            yield item | {"tag": f"h{item['level'] + 1}"}
        else:
            yield item
