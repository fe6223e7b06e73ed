"""Tags of papers: a laid-out document as a web page, the same pieces as in the .docx and the PDF."""

from collections.abc import Iterator
from typing import Any

from django import template

from kepu.foundation.documents import Laid

register = template.Library()


@register.inclusion_tag("web/_laid.html")
def laid_document(laid: Laid, chart_url: str = "", pk: int = 0, revision: int = 0) -> dict[str, Any]:
    """Show a laid-out document: headings, paragraphs, tables, pictures of charts, and the annex of sources.

    Args:
        laid: the document.
        chart_url: name of the URL that draws its charts by `pk` and number; a document without charts needs none.
        pk: of the report whose charts they are.
        revision: so that a browser keeps a picture until the report changes.
    """
    return {"laid": laid, "items": list(_numbered(laid)), "chart_url": chart_url, "pk": pk, "revision": revision}


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
