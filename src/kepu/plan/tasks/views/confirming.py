"""The last step: a checked draft goes live."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kepu.plan.tasks import services
from kepu.plan.tasks.errors import PlanAlreadyLive
from kepu.plan.tasks.forms import ConfirmForm
from kepu.plan.tasks.models import Plan
from kepu.plan.tasks.queries.checking import check_page
from kepu.plan.tasks.views.desk import draft_for, kept_or_told, office, revision_for, seen_by
from kepu.web.http import PageRequest


@require_http_methods(["GET", "POST"])
@office
def confirm(request: PageRequest, pk: uuid.UUID) -> HttpResponse:
    draft = draft_for(request, pk)
    form = ConfirmForm(request.POST or None, initial={"region": draft.region})
    if request.method == "POST" and form.is_valid() and (slug := _live(request, pk, form)):
        return redirect("plan:plan", slug)
    if draft.plan is not None:
        messages.info(request, _("这份方案已经上线。"))
        return redirect("plan:plan", draft.plan.slug)
    seen = revision_for(request, form, draft)
    context = {"draft": draft, "form": form, "page": check_page(draft), "seen": seen}
    return render(request, "plan/draft_confirm.html", context, status=422 if form.errors else 200)


def _live(request: PageRequest, pk: uuid.UUID, form: ConfirmForm) -> str:
    """The address of the plan that is live now; empty where something stands in the way, and the form says what."""
    made: list[Plan] = []

    def act() -> None:
        made.append(services.confirm_draft(pk, actor=request.user, seen=seen_by(request), **form.cleaned_data))

    try:
        is_kept = kept_or_told(form, act)
    except PlanAlreadyLive as problem:
        messages.info(request, str(problem))
        return str(problem.data["slug"])
    if is_kept:
        messages.success(request, _("已上线。任务页、单位待办和公众页现在都能看到。"))
    return made[0].slug if is_kept else ""
