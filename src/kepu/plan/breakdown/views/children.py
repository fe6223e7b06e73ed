"""Child plans at the desk: which plan stands beneath which, and which task carries out which."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kepu.foundation.errors import DomainError, NotAllowed
from kepu.plan.breakdown import services
from kepu.plan.breakdown.errors import BreakdownMoved
from kepu.plan.breakdown.forms import LinkForm, PairsForm, ReasonForm
from kepu.plan.breakdown.models import ChildPlan
from kepu.plan.breakdown.queries import child_plans
from kepu.plan.breakdown.views.desk import reader
from kepu.plan.tasks.permissions import may_decide_plan
from kepu.web.http import PageRequest

FOUND = 302


@require_http_methods(["GET", "POST"])
@reader
def listing(request: PageRequest) -> HttpResponse:
    found = child_plans(request.user)
    if not found.parents:
        if request.method == "POST":
            raise Http404
        return render(request, "breakdown/children.html", {"found": found})
    form = LinkForm(request.POST or None, parents=found.parents, free=found.free)
    link = _linked(request, form) if request.method == "POST" and form.is_valid() else None
    if link is not None:
        messages.success(request, _("已列为下级方案，接着核对任务的对应关系。"))
        return redirect("breakdown:child", link.pk)
    return render(
        request, "breakdown/children.html", {"found": found, "form": form}, status=422 if form.errors else 200
    )


def _linked(request: PageRequest, form: LinkForm) -> ChildPlan | None:
    said: dict[str, Any] = {name: form.cleaned_data[name] for name in ("region", "organisation", "year", "reason")}
    try:
        return services.link_plan(
            form.cleaned_data["parent"].pk, form.cleaned_data["child"].pk, actor=request.user, **said
        )
    except NotAllowed:
        raise
    except DomainError as problem:
        field = problem.data.get("field")
        form.add_error(field if field in form.fields else None, str(problem))
        return None


def _link(request: PageRequest, pk: int) -> ChildPlan:
    chosen = ChildPlan.objects.select_related("parent__region", "child__region", "region", "organisation")
    link = get_object_or_404(chosen, pk=pk)
    if not may_decide_plan(request.user, link.parent):
        raise Http404
    return link


@require_http_methods(["GET", "POST"])
@reader
def child(request: PageRequest, pk: int) -> HttpResponse:
    link = _link(request, pk)
    pairs = services.pairs_of(link)
    tasks = link.parent.tasks.filter(is_struck=False).select_related("plan")
    parents = [(task.pk, f"{task.code} {task.label}") for task in tasks]
    form = PairsForm(request.POST or None, pairs=pairs, parents=parents)
    status = _confirmed(request, link, form) if request.method == "POST" else 200
    if status == FOUND:
        messages.success(request, _("对应关系已记下，两边的任务页都能看到。"))
        return redirect("breakdown:child", link.pk)
    return render(
        request, "breakdown/child.html", {"link": link, "form": form, "reason_form": ReasonForm()}, status=status
    )


def _confirmed(request: PageRequest, link: ChildPlan, form: PairsForm) -> int:
    """Confirm what was chosen; the status with which the page answers."""
    if not form.is_valid():
        return 422
    try:
        services.confirm_parents(link.pk, form.wanted(), actor=request.user, seen=_seen(request, link))
    except BreakdownMoved as problem:
        form.add_error(None, str(problem))
        return problem.status
    return FOUND


@require_POST
@reader
def unlink(request: PageRequest, pk: int) -> HttpResponse:
    link = _link(request, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请写明为什么解除。"))
        return redirect("breakdown:child", link.pk)
    services.unlink_plan(link.pk, actor=request.user, reason=form.cleaned_data["reason"], seen=_seen(request, link))
    messages.success(request, _("已解除；审计记录里还查得到。"))
    return redirect("breakdown:children")


def _seen(request: PageRequest, link: ChildPlan) -> int:
    given = request.POST.get("seen", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else link.revision  # noqa: PLR2004
