"""The office's conflicts of interest: who is in conflict with whom and why, ties, two entries of one human being."""

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kepu.foundation.errors import DomainError, NotAllowed
from kepu.outreach.people.conflicts import services
from kepu.outreach.people.conflicts.forms import CheckForm, IdentityForm, SearchForm, TieForm
from kepu.outreach.people.conflicts.models import SameIdentity, Tie
from kepu.outreach.people.conflicts.permissions import may_keep_conflicts
from kepu.outreach.people.conflicts.queries import (
    explained,
    identities_decided,
    identities_to_decide,
    paths_of,
    ties_kept_by,
)
from kepu.outreach.people.conflicts.rules import Target
from kepu.web.http import PageRequest, attempt, only, status_of

ON_A_PAGE = 40


@require_GET
@only(may_keep_conflicts)
def listing(request: PageRequest) -> HttpResponse:
    form = SearchForm(request.GET)
    page = Paginator(ties_kept_by(request.user, form.wanted), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "lines": paths_of(list(page)), "waiting": identities_to_decide().count()}
    return render(request, "conflicts/desk.html#rows" if request.htmx else "conflicts/desk.html", context)


@require_http_methods(["GET", "POST"])
@only(may_keep_conflicts)
def new(request: PageRequest) -> HttpResponse:
    form = TieForm(request.POST) if request.method == "POST" else TieForm()
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: services.declare_tie(actor=request.user, **form.cleaned_data))
        if made is not None:
            messages.success(request, _("登记好了。"))
            return redirect("conflicts:desk")
    return render(request, "conflicts/form.html", {"form": form}, status=status_of(form) if form.errors else 200)


@require_http_methods(["GET", "POST"])
@only(may_keep_conflicts)
def check(request: PageRequest) -> HttpResponse:
    # Names are posted: they stand in no address and in no log.
    form = CheckForm(request.POST) if request.method == "POST" else CheckForm()
    found = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        other, body = said["other"], said["body"]
        found = explained(said["person"], Target(person=other and other.pk, body=body and body.pk), other or body)
    context = {"form": form, "found": found}
    return render(request, "conflicts/check.html", context, status=422 if form.errors else 200)


@require_POST
@only(may_keep_conflicts)
def end(request: PageRequest, pk: int) -> HttpResponse:
    get_object_or_404(Tie, pk=pk)
    return _done(request, lambda: services.take_back_tie(pk, actor=request.user), _("撤下了。"), "conflicts:desk")


@require_GET
@only(may_keep_conflicts)
def identities(request: PageRequest) -> HttpResponse:
    page = Paginator(identities_to_decide(), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "decided": identities_decided()[:ON_A_PAGE]}
    return render(request, "conflicts/identities.html", context)


@require_POST
@only(may_keep_conflicts)
def decide(request: PageRequest, pk: int) -> HttpResponse:
    get_object_or_404(SameIdentity, pk=pk)
    form = IdentityForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("请选是不是同一人。"))
        return redirect("conflicts:identities")
    said, is_same = form.cleaned_data, form.cleaned_data["same"] == "yes"
    return _done(
        request,
        lambda: services.decide_identity(
            pk, is_same=is_same, reason=said["reason"], expected=said["expected"], actor=request.user
        ),
        _("认定了：同一人。") if is_same else _("认定了：不是同一人。"),
        "conflicts:identities",
    )


@require_POST
@only(may_keep_conflicts)
def undo(request: PageRequest, pk: int) -> HttpResponse:
    get_object_or_404(SameIdentity, pk=pk)
    return _done(
        request,
        lambda: services.undo_identity(pk, actor=request.user),
        _("撤回了认定，等重新认定。"),
        "conflicts:identities",
    )


def _done(request: PageRequest, act: Callable[[], object], said: str, back: str) -> HttpResponse:
    """Act where there is little to type; a rule that stands against it is told."""
    try:
        act()
    except NotAllowed:
        raise
    except DomainError as problem:
        messages.warning(request, str(problem))
    else:
        messages.success(request, said)
    return redirect(back)
