"""The public page of a target's breakdown, and the table to take away."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from kepu.foundation.clock import today
from kepu.plan.breakdown.models import Breakdown
from kepu.plan.breakdown.queries import frame_of, in_force, share_banner, share_lines, share_sheet, target_breakdown
from kepu.plan.tasks.models import Target
from kepu.plan.tasks.queries import days_of
from kepu.web.http import day_span, table_download

LONGEST_NUMBER = 5


def target_named(slug: str, pk: int) -> Target:
    """A target of a plan that was not struck, or 404."""
    chosen = Target.objects.filter(is_struck=False).select_related("plan__region", "task", "section")
    return get_object_or_404(chosen, plan__slug=slug, pk=pk)


@require_GET
def target(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = target_named(slug, pk)
    asked = request.GET.get("version", "")
    is_number = asked.isascii() and asked.isdigit() and len(asked) < LONGEST_NUMBER
    span = day_span(request, *days_of(found.plan, today()))
    page = target_breakdown(found, span.day, int(asked) if is_number else None)
    if page is None:
        raise Http404
    return render(request, "breakdown/target.html", {"plan": found.plan, "span": span, "page": page})


@require_GET
def export(request: HttpRequest, slug: str, pk: int, kind: str) -> HttpResponse:  # noqa: ARG001
    found = target_named(slug, pk)
    return table(found, get_object_or_404(in_force().select_related("target__plan"), target=found), kind)


def table(target: Target, breakdown: Breakdown, kind: str) -> HttpResponse:
    """The shares of a version as a spreadsheet, in the columns in which they are filled in."""
    lines = share_lines(breakdown.shares.select_related("region", "organisation"))
    name = f"breakdown-{target.pk}-{breakdown.number}"
    return table_download(share_sheet(frame_of(target)), lines, kind=kind, name=name, banner=share_banner(breakdown))
