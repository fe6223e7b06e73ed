"""Two frozen reports side by side, on the page and as a table."""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kepu.foundation.clock import today
from kepu.plan.evaluation.forms import chosen_ids
from kepu.plan.evaluation.models import Evaluation
from kepu.plan.evaluation.permissions import may_read_all
from kepu.plan.evaluation.queries import (
    Comparison,
    closed_evaluations,
    compared_evaluations,
    compared_reports,
    comparison_banner,
    comparison_lines,
    comparison_sheet,
    report_choice,
)
from kepu.plan.evaluation.views.desk import plan_of
from kepu.plan.reports.models import Report
from kepu.plan.reports.permissions import may_open_reports
from kepu.plan.tasks.models import Plan
from kepu.web.http import PageRequest, only, table_download

Thing = TypeVar("Thing", Evaluation, Report)


def _two(request: PageRequest, found: Sequence[Thing]) -> tuple[Thing, Thing] | None:
    """The two that were asked for, else the newest two; the older first. None where there are not two."""
    if len(found) < 2:  # noqa: PLR2004 two to compare
        return None
    by_pk = {str(one.pk): one for one in found}
    earlier, later = by_pk.get(request.GET.get("earlier", "")), by_pk.get(request.GET.get("later", ""))
    later = later or next(one for one in reversed(found) if one is not earlier)
    earlier = earlier or next(one for one in reversed(found) if one is not later)
    if earlier is later:
        earlier = next(one for one in reversed(found) if one is not later)
    return (earlier, later) if found.index(earlier) < found.index(later) else (later, earlier)


def _evaluations(request: PageRequest, plan: Plan) -> tuple[dict[str, Any], Comparison | None]:
    found = closed_evaluations(request.user, plan)
    two = _two(request, found)
    context = {"plan": plan, "choices": found, "two": two}
    return context, compared_evaluations(*two) if two else None


@require_GET
@only(may_read_all)
def evaluations(request: PageRequest, slug: str) -> HttpResponse:
    context, comparison = _evaluations(request, plan_of(slug))
    shown = {"comparison": comparison, "only_changed": "changed" in request.GET, "is_of_reports": False}
    return render(request, "evaluation/compare.html", context | shown)


@require_GET
@only(may_read_all)
def export(request: PageRequest, slug: str, kind: str) -> HttpResponse:
    return _download(_evaluations(request, plan_of(slug))[1], kind)


def _reports(request: PageRequest) -> tuple[dict[str, Any], Comparison | None]:
    choice = report_choice(request.user, next(iter(chosen_ids([request.GET.get("body", "")])), None))
    two = _two(request, choice.reports)
    body = choice.reports[0].organisation if choice.reports else None
    context = {"bodies": choice.bodies, "choices": choice.reports, "two": two, "body": body}
    return context, compared_reports(*two) if two else None


@require_GET
@only(may_open_reports)
def reports(request: PageRequest) -> HttpResponse:
    context, comparison = _reports(request)
    shown = {"comparison": comparison, "only_changed": "changed" in request.GET, "is_of_reports": True}
    return render(request, "evaluation/compare.html", context | shown)


@require_GET
@only(may_open_reports)
def reports_export(request: PageRequest, kind: str) -> HttpResponse:
    return _download(_reports(request)[1], kind)


def _download(comparison: Comparison | None, kind: str) -> HttpResponse:
    if comparison is None:
        raise Http404
    banner, name = comparison_banner(comparison), f"comparison-{today().isoformat()}"
    return table_download(
        comparison_sheet(comparison), comparison_lines(comparison), kind=kind, name=name, banner=banner
    )
