"""The reports at the desk: what is to write and to judge, a plan's overview, its calendar, one period."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kepu.foundation.errors import DomainError, NotAllowed
from kepu.plan.reports import services
from kepu.plan.reports.forms import CalendarForm
from kepu.plan.reports.models import ReportCalendar
from kepu.plan.reports.permissions import READERS, may_open_reports, may_set_calendar
from kepu.plan.reports.queries import period_page, plan_days, reports_desk, reports_overview
from kepu.plan.tasks.models import Plan
from kepu.web.http import PageRequest, attempt, only, status_of


def _plan(slug: str) -> Plan:
    return get_object_or_404(Plan.objects.select_related("region"), slug=slug)


@require_GET
@only(may_open_reports)
def desk(request: PageRequest) -> HttpResponse:
    return render(request, "reports/desk.html", {"page": reports_desk(request.user)})


@require_GET
@only(lambda actor: actor.holds(*READERS))
def overview(request: PageRequest, slug: str) -> HttpResponse:
    return render(request, "reports/overview.html", {"page": reports_overview(request.user, _plan(slug))})


@require_GET
@only(may_open_reports)
def period(request: PageRequest, pk: int) -> HttpResponse:
    page = period_page(request.user, pk)
    if page is None:
        raise Http404
    return render(request, "reports/period.html", {"page": page})


@require_http_methods(["GET", "POST"])
@only(may_open_reports)
def calendar(request: PageRequest, slug: str) -> HttpResponse:
    plan = _plan(slug)
    if not may_set_calendar(request.user, plan):
        raise Http404
    known = ReportCalendar.objects.filter(plan=plan).first()
    form = CalendarForm.of(known, plan_days(plan)[0], request.POST if request.method == "POST" else None)
    if (
        form.is_valid()
        and attempt(form, lambda: services.set_calendar(plan, form.terms, actor=request.user)) is not None
    ):
        messages.success(request, _("填报日历定好了。已经开始的报告期不变。"))
        return redirect("reports:overview", plan.slug)
    context = {"plan": plan, "form": form, "calendar": known}
    return render(request, "reports/calendar.html", context, status=status_of(form) if form.is_bound else 200)


@require_POST
@only(may_open_reports)
def open_period(request: PageRequest, slug: str) -> HttpResponse:
    plan = _plan(slug)
    if not may_set_calendar(request.user, plan):
        raise Http404
    try:
        opened = services.open_period(plan, _since(request), actor=request.user)
    except NotAllowed:
        raise
    except DomainError as problem:
        messages.warning(request, str(problem.message))
        return redirect("reports:overview", plan.slug)
    said = {"period": opened.label, "day": opened.due_on.isoformat()}
    messages.success(request, _("%(period)s开始填报，%(day)s 前报送。各单位的待办里已经有了。") % said)
    return redirect("reports:overview", plan.slug)


def _since(request: PageRequest) -> date:
    try:
        return date.fromisoformat(request.POST.get("since", ""))
    except ValueError:
        raise Http404 from None
