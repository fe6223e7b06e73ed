"""Reads of monitoring reports."""

from kepu.plan.monitoring.queries.content import draw_content
from kepu.plan.monitoring.queries.listing import (
    MonitoringPage,
    ReportList,
    chart_of,
    monitoring_page,
    offered_stretches,
    published_page,
    published_reports,
    report_list,
)
from kepu.plan.monitoring.queries.paper import document_of
from kepu.plan.monitoring.queries.texts import TextPlace, texts_of

__all__ = [
    "MonitoringPage",
    "ReportList",
    "TextPlace",
    "chart_of",
    "document_of",
    "draw_content",
    "monitoring_page",
    "offered_stretches",
    "published_page",
    "published_reports",
    "report_list",
    "texts_of",
]
