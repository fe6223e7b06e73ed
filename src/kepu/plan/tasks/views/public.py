"""Public pages of a plan as of any day: all tasks, one task, bodies, districts, and the list to take away."""

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from kepu.foundation.clock import today
from kepu.plan.tasks.forms import TaskFilterForm
from kepu.plan.tasks.models import Plan
from kepu.plan.tasks.queries import (
    body_list,
    body_page,
    days_of,
    district_list,
    district_page,
    doors_of,
    live_plan,
    task_csv,
    task_list,
    task_page,
)
from kepu.web.http import DaySpan, day_span


def _asked(request: HttpRequest, slug: str) -> tuple[Plan, DaySpan]:
    """The plan that is named, and the day as of which it is looked at."""
    plan = get_object_or_404(Plan.objects.select_related("region"), slug=slug)
    return plan, day_span(request, *days_of(plan, today()))


@require_GET
def newest(request: HttpRequest) -> HttpResponse:
    plan = live_plan()
    if plan is None:
        return render(request, "plan/overview.html", {})
    query = request.GET.urlencode()
    return redirect(reverse("plan:plan", args=[plan.slug]) + (f"?{query}" if query else ""))


@require_GET
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    plan, span = _asked(request, slug)
    tasks = task_list(plan, span.day)
    form = TaskFilterForm(request.GET, tasks=tasks)
    context = {"plan": plan, "span": span, "overview": tasks.overview, "form": form, "wanted": form.wanted}
    context |= {"listing": tasks.listing(form.wanted), "doors": doors_of(plan)}
    return render(request, "plan/overview.html", context)


@require_GET
def export(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    plan, span = _asked(request, slug)
    tasks = task_list(plan, span.day)
    listing = tasks.listing(TaskFilterForm(request.GET, tasks=tasks).wanted)
    name = f"{plan.slug}-{span.day.isoformat()}.csv"
    return StreamingHttpResponse(
        task_csv(tasks.overview, listing),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_GET
def task(request: HttpRequest, slug: str, task_slug: str) -> HttpResponse:
    plan, span = _asked(request, slug)
    page = task_page(plan, task_slug, span.day)
    if page is None:
        raise Http404
    return render(request, "plan/task.html", {"plan": plan, "span": span, "page": page})


@require_GET
def bodies(request: HttpRequest, slug: str) -> HttpResponse:
    plan, span = _asked(request, slug)
    return render(request, "plan/bodies.html", {"plan": plan, "span": span, "page": body_list(plan, span.day)})


@require_GET
def body(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    plan, span = _asked(request, slug)
    page = body_page(plan, pk, span.day)
    if page is None:
        raise Http404
    return render(request, "plan/body.html", {"plan": plan, "span": span, "page": page})


@require_GET
def districts(request: HttpRequest, slug: str) -> HttpResponse:
    plan, span = _asked(request, slug)
    return render(request, "plan/districts.html", {"plan": plan, "span": span, "page": district_list(plan, span.day)})


@require_GET
def district(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    plan, span = _asked(request, slug)
    page = district_page(plan, code, span.day)
    if page is None:
        raise Http404
    return render(request, "plan/district.html", {"plan": plan, "span": span, "page": page})
