"""The desk of plans that are brought in: the list, and what becomes of a draft as a whole."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from kepu.foundation.errors import InputUnreadable
from kepu.foundation.files.errors import StorageFull
from kepu.plan.tasks import services
from kepu.plan.tasks.choices import DraftState
from kepu.plan.tasks.errors import DraftNotOpen
from kepu.plan.tasks.forms import ImportForm
from kepu.plan.tasks.models import PlanDraft
from kepu.plan.tasks.queries.drafts import drafts_visible_to
from kepu.plan.tasks.queries.samples import sample_plans
from kepu.plan.tasks.views.desk import done_or_told, draft_for, office
from kepu.web.http import PageRequest

PAGE = 20


@require_http_methods(["GET", "POST"])
@office
def listing(request: PageRequest) -> HttpResponse:
    is_sent = request.method == "POST"
    form = ImportForm(request.POST, request.FILES) if is_sent else ImportForm()
    if is_sent and (draft := _kept(request, form)):
        address = reverse("plan:draft", args=[draft.pk])
        return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
    drafts = drafts_visible_to(request.user).defer("text", "reading", "corrections")
    state = request.GET.get("state", "")
    if state in DraftState.values:
        drafts = drafts.filter(state=state)
    page = Paginator(drafts, PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "state": state, "states": DraftState.choices, "samples": sample_plans()}
    template = "plan/draft_list.html#box" if request.htmx else "plan/draft_list.html"
    return render(request, template, context, status=422 if form.errors else 200)


def _kept(request: PageRequest, form: ImportForm) -> PlanDraft | None:
    """The draft that came of what was sent, or nothing, and the form says why."""
    if not form.is_valid():
        return None
    places = {"region": form.cleaned_data["region"], "predecessor": form.cleaned_data["predecessor"]}
    try:
        return services.create_draft(form.source, form.source_name, actor=request.user, **places)
    except (InputUnreadable, StorageFull) as problem:
        form.add_error(form.source_field, str(problem))
        return None


@require_POST
@office
def discard(request: PageRequest, pk: uuid.UUID) -> HttpResponse:
    draft = draft_for(request, pk)
    if done_or_told(request, lambda: services.discard_draft(pk, actor=request.user)):
        messages.success(request, _("“%(name)s”已放弃，列表里可以恢复。") % {"name": draft.name})
    return redirect("plan:drafts")


@require_POST
@office
def resume(request: PageRequest, pk: uuid.UUID) -> HttpResponse:
    try:
        draft = services.resume_draft(draft_for(request, pk).pk, actor=request.user)
    except DraftNotOpen as problem:
        messages.info(request, str(problem))
        return redirect("plan:drafts")
    return redirect("plan:draft", draft.pk)
