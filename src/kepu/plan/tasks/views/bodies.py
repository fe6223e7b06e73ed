"""Joining the names that a plan prints to bodies of the register."""

import uuid
from hashlib import sha256

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from kepu.directory.register.choices import OrganisationKind
from kepu.directory.register.models import Organisation
from kepu.directory.register.queries import organisations_named
from kepu.plan.tasks import services
from kepu.plan.tasks.choices import DraftState
from kepu.plan.tasks.forms import BodyForm
from kepu.plan.tasks.models import PlanDraft
from kepu.plan.tasks.queries.checking import check_page
from kepu.plan.tasks.queries.drafts import draft_content
from kepu.plan.tasks.views.desk import done_or_told, draft_for, office, seen_by
from kepu.web.http import PageRequest


@require_http_methods(["GET", "POST"])
@office
def bodies(request: PageRequest, pk: uuid.UUID) -> HttpResponse:
    draft = draft_for(request, pk)
    forms = _forms(request, draft)
    if request.method == "POST" and _created(request, draft, forms):
        return redirect("plan:draft_bodies", pk)
    page = check_page(draft)
    rows = [(row, forms.get(row.printed)) for row in page.bodies]
    context = {
        "draft": draft,
        "page": page,
        "rows": rows,
        "missing": [(row, form) for row, form in rows if row.organisation is None],
        "kinds": OrganisationKind.choices,
        "is_open": draft.state == DraftState.OPEN,
    }
    return render(request, "plan/draft_bodies.html", context, status=422 if request.method == "POST" else 200)


def _forms(request: PageRequest, draft: PlanDraft) -> dict[str, BodyForm]:
    """One form for every name that no body answers to, and for what was ticked on an older page."""
    wanted = services.guessed_bodies(draft)
    ticked = [name for name in request.POST.getlist("take") if name not in wanted]
    forms = {}
    for name in [*wanted, *ticked]:
        guess = wanted.get(name)
        initial = {"name": guess.name, "kind": guess.kind} if guess else {}
        # Named after the printed name itself: on an older page the same row may stand in another line.
        prefix = f"b{sha256(name.encode()).hexdigest()[:10]}"
        forms[name] = BodyForm(request.POST or None, initial=initial, prefix=prefix)
    return forms


def _created(request: PageRequest, draft: PlanDraft, forms: dict[str, BodyForm]) -> bool:
    """Create the bodies that were ticked; what stands in the way is said on the page."""
    ticked = {name: forms[name] for name in request.POST.getlist("take")}
    if not ticked:
        messages.error(request, _("请勾选要新建的单位。"))
    if not ticked or not all(form.is_valid() for form in ticked.values()):
        return False
    new = {name: services.NewBody(**form.cleaned_data) for name, form in ticked.items()}
    made: dict[str, Organisation] = {}

    def act() -> None:
        made.update(services.create_bodies(draft.pk, new, actor=request.user))

    if not done_or_told(request, act):
        return False
    if made:
        told = ngettext("新建了 %(n)d 个单位，已对应好。", "新建了 %(n)d 个单位，已对应好。", len(made))
        messages.success(request, told % {"n": len(made)})
    if others := [name for name in new if name not in made]:
        told = _("%(names)s已经由别人对应好，没有再建。")
        messages.info(request, told % {"names": _("、").join(f"“{name}”" for name in others)})
    return True


@require_http_methods(["GET", "POST"])
@office
def choose_body(request: PageRequest, pk: uuid.UUID) -> HttpResponse:
    draft = draft_for(request, pk)
    printed = request.GET.get("name", "")
    if printed not in draft_content(draft).bodies:
        raise Http404
    if request.method == "POST" and _chosen(request, draft, printed):
        return redirect("plan:draft_bodies", pk)
    asked = request.GET.get("q", printed.lstrip("市省区县"))
    context = {
        "draft": draft,
        "printed": printed,
        "asked": asked,
        "found": organisations_named(asked),
        "seen": len(draft.corrections),
    }
    template = "plan/draft_body.html#found" if request.htmx else "plan/draft_body.html"
    return render(request, template, context, status=422 if request.method == "POST" else 200)


def _chosen(request: PageRequest, draft: PlanDraft, printed: str) -> bool:
    number = request.POST.get("organisation", "")
    organisation = get_object_or_404(Organisation, pk=number if number.isdecimal() else 0)
    keep, seen = bool(request.POST.get("keep_alias")), seen_by(request)
    if not done_or_told(
        request,
        lambda: services.match_body(draft.pk, printed, organisation, actor=request.user, keep_alias=keep, seen=seen),
    ):
        draft.refresh_from_db(fields=["corrections"])
        return False
    messages.success(request, _("“%(name)s”对应到%(body)s。") % {"name": printed, "body": organisation.name})
    return True
