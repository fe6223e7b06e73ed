"""Plans of a month: ask, follow, stop, look, publish."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kepu.outreach.tours import services
from kepu.outreach.tours.forms import PlanForm
from kepu.outreach.tours.models import TourPlan
from kepu.outreach.tours.permissions import may_open_tours, may_plan_tours
from kepu.outreach.tours.queries.plans import plan_page, plans_visible_to
from kepu.outreach.tours.queries.vans import norms_in_force, profiles
from kepu.web.http import PageRequest, attempt, only, status_of

_SHOWN = 24


@require_http_methods(["GET", "POST"])
@only(may_open_tours)
def listing(request: PageRequest) -> HttpResponse:
    vans = list(profiles())
    form = PlanForm(request.POST if request.method == "POST" else None, vans=vans)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        plan = attempt(form, lambda: services.ask_plan(said["month"], said["vans"], form.terms, actor=request.user))
        if plan is not None:
            return redirect("tours:plan", plan.pk)
    plans = plans_visible_to(request.user)[:_SHOWN]
    context = {"form": form, "vans": vans, "plans": plans, "may_plan": may_plan_tours(request.user)}
    return render(request, "tours/plans.html", context, status=status_of(form) if form.errors else 200)


@never_cache
@require_GET
@only(may_open_tours)
def plan(request: PageRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    context = {
        "page": plan_page(found),
        "norms": norms_in_force(),
        "plan": found,
        "progress": found.progress,
        "is_own": found.asked_by_id == request.user.pk,
        "may_plan": may_plan_tours(request.user),
    }
    return render(request, "tours/plan.html#state" if request.htmx else "tours/plan.html", context)


@require_POST
@only(may_plan_tours)
def act(request: PageRequest, pk: int, what: str) -> HttpResponse:
    found = _found(request, pk)
    steps: dict[str, tuple[Callable[[], object], str]] = {
        "stop": (lambda: services.stop_plan(found.pk, actor=request.user), _("正在停下，什么也不会留下。")),
        "publish": (lambda: services.publish_plan(found.pk, actor=request.user), _("公布了，要车的人都收到了通知。")),
    }
    if what not in steps:
        raise Http404
    service, said = steps[what]
    service()
    messages.success(request, said)
    return redirect("tours:plan", pk)


def _found(request: PageRequest, pk: int) -> TourPlan:
    if pk >= 1 << 63:
        raise Http404
    return get_object_or_404(plans_visible_to(request.user), pk=pk)
