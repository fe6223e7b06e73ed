"""Public pages of a plan: all tasks, one task, one body, and the third door."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from kepu.foundation.clock import today
from kepu.plan.models import Plan
from kepu.plan.queries import body_page, live_plan, plan_overview, task_page
from kepu.plan.queries.pages import bodies_of


@require_GET
def newest(request: HttpRequest) -> HttpResponse:
    plan = live_plan()
    return redirect("plan:plan", plan.slug) if plan else render(request, "plan/overview.html", {})


@require_GET
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    plan = get_object_or_404(Plan, slug=slug)
    return render(request, "plan/overview.html", {"overview": plan_overview(plan, today()), "bodies": bodies_of(plan)})


@require_GET
def task(request: HttpRequest, slug: str, task_slug: str) -> HttpResponse:
    plan = get_object_or_404(Plan, slug=slug)
    page = task_page(plan, task_slug, today())
    if page is None:
        raise Http404
    return render(request, "plan/task.html", {"plan": plan, "page": page})


@require_GET
def body(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    plan = get_object_or_404(Plan, slug=slug)
    page = body_page(plan, pk, today())
    if page is None:
        raise Http404
    return render(request, "plan/body.html", {"plan": plan, "page": page})
