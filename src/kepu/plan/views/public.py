"""Public pages of a plan: all tasks, one task, one body, and the third door."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from kepu.foundation.clock import today
from kepu.plan.errors import PlanUnreadable
from kepu.plan.forms import BringForm
from kepu.plan.models import Plan
from kepu.plan.queries import body_page, live_plan, plan_overview, task_page
from kepu.plan.queries.pages import bodies_of
from kepu.plan.queries.preview import preview
from kepu.plan.services import reading_of


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


@require_http_methods(["GET", "POST"])
def bring(request: HttpRequest) -> HttpResponse:
    is_sent = request.method == "POST"
    form = BringForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    shown = None
    if is_sent and form.is_valid():
        data, name = form.content()
        try:
            shown = preview(reading_of(data, name=name), name)
        except PlanUnreadable as error:
            form.add_error("file" if form.cleaned_data.get("file") else "text", str(error))
    status = 422 if form.errors else 200
    return render(request, "plan/bring.html", {"form": form, "shown": shown}, status=status)
