"""What everybody reads: a plan's periods, and every accepted report."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from kepu.foundation.clock import today
from kepu.plan.reports.queries import public_report, public_reports
from kepu.plan.tasks.models import Plan


def _plan(slug: str) -> Plan:
    return get_object_or_404(Plan.objects.select_related("region"), slug=slug)


@require_GET
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    plan = _plan(slug)
    return render(request, "reports/public_list.html", {"plan": plan, "page": public_reports(plan, today())})


@require_GET
def report(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    plan = _plan(slug)
    found = public_report(plan, pk)
    if found is None:
        raise Http404
    return render(request, "reports/public_report.html", {"plan": plan, "report": found[0], "kept": found[1]})
