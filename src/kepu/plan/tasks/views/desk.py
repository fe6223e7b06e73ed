"""What the pages share on which a plan is brought in: who may open them, and which revision they showed."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from kepu.directory.register.errors import OrganisationExists
from kepu.plan.tasks.errors import CorrectionInvalid, DraftNotOpen, FindingMoved, PlanAlreadyLive, PlanNotReady
from kepu.plan.tasks.models import PlanDraft
from kepu.plan.tasks.permissions import may_import_plan
from kepu.plan.tasks.queries.drafts import drafts_visible_to
from kepu.web.http import PageRequest

REFUSALS = (CorrectionInvalid, DraftNotOpen, FindingMoved, OrganisationExists, PlanNotReady)
SHOWN = ("ask", "targets", "tasks", "decoys")


def office(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only the leading office finds these pages."""

    @wraps(view)
    @login_required
    def answer(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_import_plan(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return answer


def draft_for(request: PageRequest, pk: uuid.UUID) -> PlanDraft:
    """The draft, as far as the actor may see it."""
    return get_object_or_404(drafts_visible_to(request.user), pk=pk)


def seen_by(request: HttpRequest) -> int | None:
    """The revision of the page from which a form comes; None where it does not say."""
    said = request.POST.get("seen", "")
    return int(said) if said.isdecimal() and len(said) < 9 else None  # noqa: PLR2004 no list is so long


def shown_by(request: HttpRequest) -> str:
    """Which findings the page shows; empty for all."""
    shown = request.GET.get("show", "")
    return shown if shown in SHOWN else ""


def back_to_check(request: HttpRequest, pk: uuid.UUID, key: str = "") -> HttpResponse:
    """To the check page, as it was filtered, at a finding."""
    query = {"show": shown_by(request)} if shown_by(request) else {}
    if getattr(request, "htmx", False):  # a fetched page loses what stands behind the #
        query["at"] = key
        key = ""
    return redirect(reverse("plan:draft", args=[pk], query=query or None, fragment=f"f-{key}" if key else None))


def done_or_told(request: HttpRequest, act: Callable[[], object]) -> bool:
    """Do one act of a button; what stands in its way is said on the page that follows."""
    try:
        act()
    except REFUSALS as problem:
        messages.warning(request, str(problem))
        return False
    return True


def kept_or_told(form: forms.Form, act: Callable[[], object]) -> bool:
    """Do one act of a form; what stands in its way is said at its field, and what was typed stays."""
    try:
        act()
    except PlanAlreadyLive:
        raise
    except REFUSALS as problem:
        at_fields = {name: words for name, words in problem.data.get("fields", {}).items() if name in form.fields}
        field = problem.data.get("field")
        at_fields = at_fields or {field if field in form.fields else None: str(problem)}
        for name, words in at_fields.items():
            form.add_error(name, forms.ValidationError(words, code=problem.code))
        return False
    return True


def revision_for(request: HttpRequest, form: forms.Form, draft: PlanDraft) -> int:
    """The revision that a form goes out with: what it showed, and the newest once it has told of it."""
    told = {error.code for errors in form.errors.as_data().values() for error in errors}
    if FindingMoved.code in told:
        draft.refresh_from_db(fields=["corrections", "updated_at"])
        return len(draft.corrections)
    seen = seen_by(request) if form.errors else None
    return len(draft.corrections) if seen is None else seen
