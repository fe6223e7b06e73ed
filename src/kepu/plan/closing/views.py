"""Close a plan at the desk; its end for everybody."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kepu.directory.register.choices import Role
from kepu.foundation.errors import DomainError, NotAllowed
from kepu.plan.closing import services
from kepu.plan.closing.forms import EndingForm, SummaryForm
from kepu.plan.closing.queries import closing_desk, final_page, may_close
from kepu.plan.tasks.models import Plan
from kepu.web.http import PageRequest, only

UNREADABLE = 422


def _plan(slug: str) -> Plan:
    return get_object_or_404(Plan.objects.select_related("region"), slug=slug)


@require_http_methods(["GET", "POST"])
@only(lambda actor: actor.holds(Role.LEADING_OFFICE))
def close(request: PageRequest, slug: str) -> HttpResponse:
    plan = _plan(slug)
    if not may_close(request.user, plan):
        if final_page(plan) is not None:
            return redirect("closing:final", plan.slug)
        raise Http404
    desk = closing_desk(plan)
    typed = request.POST if request.method == "POST" else None
    endings, summary = [EndingForm(one, desk, typed) for one in desk.unfinished], SummaryForm(typed)
    problem = _closed(request, plan, endings, summary) if typed is not None else None
    if typed is not None and problem is None and not summary.errors and not any(form.errors for form in endings):
        messages.success(request, _("已收官，最终状态公开了。"))
        return redirect("closing:final", plan.slug)
    context = {"desk": desk, "endings": endings, "summary": summary, "problem": problem}
    status = 200 if typed is None else problem.status if problem is not None else UNREADABLE
    return render(request, "closing/close.html", context, status=status)


def _closed(request: PageRequest, plan: Plan, endings: list[EndingForm], summary: SummaryForm) -> DomainError | None:
    """Close it, or say what stands against it, at its place."""
    readable = [form.is_valid() for form in (*endings, summary)]
    if not all(readable):
        return None
    wanted = {form.one.row.task.pk: form.wanted for form in endings}
    try:
        services.close_plan(plan, wanted, words=summary.cleaned_data["words"], actor=request.user)
    except NotAllowed:
        raise
    except DomainError as problem:
        for form in endings:
            if form.one.row.task.pk in problem.data.get("tasks", ()):
                form.add_error("reason", _("请选去向，写明理由。"))
        return problem
    return None


@require_GET
def final(request: HttpRequest, slug: str) -> HttpResponse:
    plan = _plan(slug)
    page = final_page(plan)
    if page is None:
        raise Http404
    return render(request, "closing/final.html", {"plan": plan, "page": page})
