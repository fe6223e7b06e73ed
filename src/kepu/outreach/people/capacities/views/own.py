"""What persons see and do about what they can give."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kepu.directory.privacy.queries import standing_of
from kepu.directory.register.models import Region
from kepu.foundation.errors import DomainError, NotAllowed
from kepu.outreach.people.capacities import services
from kepu.outreach.people.capacities.choices import CapacityKind
from kepu.outreach.people.capacities.forms import ApplyForm, CapacityForm, ReasonForm, VisitForm
from kepu.outreach.people.capacities.models import Capacity
from kepu.outreach.people.capacities.queries import CapacityPage, capacity_page, own_capacities
from kepu.outreach.people.capacities.queries.lists import own_visit, places_of, visits_of
from kepu.web.http import PageRequest, attempt, status_of


@require_GET
@login_required
def listing(request: PageRequest) -> HttpResponse:
    own = list(own_capacities(request.user))
    return render(request, "capacities/own_list.html", {"own": own, "kinds": CapacityKind})


@require_http_methods(["GET", "POST"])
@login_required
def new(request: PageRequest, kind: str) -> HttpResponse:
    if kind not in CapacityKind.values:
        raise Http404
    first = {
        "region_id": getattr(request.user.organisation, "region_id", None),
        "organisation_id": request.user.organisation_id,
    }
    form = CapacityForm(request.POST or None, kind=kind, initial=first | {"fee": "free"})
    if form.is_valid():
        made = attempt(form, lambda: services.begin_capacity(request.user, kind, form.words, actor=request.user))
        if made is not None:
            return redirect("capacities:own", made.pk)
    return _form(request, form, CapacityKind(kind))


@require_GET
@login_required
def capacity(request: PageRequest, pk: int) -> HttpResponse:
    return _page(request, _found(request, pk))


@require_http_methods(["GET", "POST"])
@login_required
def change(request: PageRequest, pk: int) -> HttpResponse:
    page = capacity_page(request.user, pk)
    if page is None or (request.method == "GET" and "change" not in page.acts):
        raise Http404
    said = CapacityForm.said(page.capacity)
    form = CapacityForm(request.POST or None, kind=page.capacity.kind, initial=said)
    if form.is_valid():
        revision = -1 if form.cleaned_data["revision"] is None else form.cleaned_data["revision"]
        service = services.change_capacity
        if attempt(form, lambda: service(pk, form.words, revision=revision, actor=request.user)) is not None:
            messages.success(request, _("存好了。"))
            is_own = page.capacity.person_id == request.user.pk
            return redirect("capacities:own" if is_own else "capacities:desk_capacity", pk)
    return _form(request, form, CapacityKind(page.capacity.kind), page.capacity)


@require_POST
@login_required
def apply(request: PageRequest, pk: int) -> HttpResponse:
    form = ApplyForm(request.POST)
    agreed = form.cleaned_data["agreed_text"] if form.is_valid() else ""
    return _done(
        request, pk, lambda: services.apply_capacity(pk, actor=request.user, agreed_text=agreed),
        _("交上去了。初核和入库都会告诉您。"),
    )  # fmt: skip


@require_POST
@login_required
def withdraw(request: PageRequest, pk: int) -> HttpResponse:
    return _done(request, pk, lambda: services.withdraw_capacity(pk, actor=request.user), _("撤回了，可以改好再交。"))


@require_POST
@login_required
def leave(request: PageRequest, pk: int) -> HttpResponse:
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    return _done(request, pk, lambda: services.end_capacity(pk, reason, actor=request.user), _("您已退出。谢谢您。"))


@require_POST
@login_required
def visit(request: PageRequest, pk: int) -> HttpResponse:
    page = _found(request, pk)
    form = VisitForm(request.POST, places=places_of(page.capacity))
    if form.is_valid():
        typed = form.cleaned_data
        region = Region.objects.get(pk=typed["region"])
        service = services.log_visit
        if attempt(form, lambda: service(
            pk, region, typed["visited_on"], typed["matter"], people=typed["people"] or 0, actor=request.user
        )) is not None:  # fmt: skip
            messages.success(request, _("记下了，也进了台账。"))
            return redirect("capacities:own", pk)
    return _page(request, page, form)


@require_POST
@login_required
def strike(request: PageRequest, pk: int) -> HttpResponse:
    found = own_visit(request.user, pk)
    if found is None:
        raise Http404
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    return _done(
        request, found.capacity_id, lambda: services.strike_visit(pk, reason, actor=request.user), _("冲正了。")
    )


def _found(request: PageRequest, pk: int) -> CapacityPage:
    page = capacity_page(request.user, pk)
    if page is None or page.capacity.person_id != request.user.pk:
        raise Http404
    return page


def _done(request: PageRequest, pk: int, act: Callable[[], object], said: str) -> HttpResponse:
    """Run an act of one button, and go back with what stood against it, or with what was done."""
    _found(request, pk)
    try:
        act()
    except NotAllowed:
        raise
    except DomainError as problem:
        messages.warning(request, str(problem.message))
    else:
        messages.success(request, said)
    return redirect("capacities:own", pk)


def _page(request: PageRequest, page: CapacityPage, visit_form: VisitForm | None = None) -> HttpResponse:
    context = {"page": page, "consent": standing_of(request.user.pk, "expert"), "reason": ReasonForm()}
    if page.capacity.kind == CapacityKind.COMMISSIONER:
        context["visits"] = visits_of(page.capacity)
        context["visit_form"] = visit_form or VisitForm(places=places_of(page.capacity))
    status = status_of(visit_form) if visit_form is not None else 200
    return render(request, "capacities/own.html", context, status=status)


def _form(
    request: PageRequest, form: CapacityForm, kind: CapacityKind, capacity: Capacity | None = None
) -> HttpResponse:
    context = {"form": form, "kind": kind, "capacity": capacity}
    return render(request, "capacities/form.html", context, status=status_of(form) if form.errors else 200)
