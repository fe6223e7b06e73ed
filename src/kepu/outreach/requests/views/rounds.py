"""Rounds at the desk: open, watch, stop, pin, forbid, match again, send out."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kepu.outreach.requests import services
from kepu.outreach.requests.forms import RoundForm, WishForm
from kepu.outreach.requests.permissions import may_run_rounds
from kepu.outreach.requests.queries.rounds import RoundPage, round_page, rounds_visible_to
from kepu.web.http import PageRequest, attempt, only, status_of


@require_http_methods(["GET", "POST"])
@only(may_run_rounds)
def listing(request: PageRequest) -> HttpResponse:
    form = RoundForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: services.open_round(*form.days, form.terms, actor=request.user))
        if made is not None:
            return redirect("requests:round", made.pk)
    context = {"form": form, "rounds": rounds_visible_to(request.user)[:30]}
    return render(request, "requests/rounds.html", context, status=status_of(form) if form.errors else 200)


@never_cache
@require_GET
@only(may_run_rounds)
def one(request: PageRequest, pk: int) -> HttpResponse:
    page = _found(request, pk)
    template = "requests/round.html#state" if request.htmx else "requests/round.html"
    progress = page.round.progress
    is_own = page.round.opened_by_id == request.user.pk
    return render(request, template, {"page": page, "round": page.round, "progress": progress, "is_own": is_own})


@require_POST
@only(may_run_rounds)
def act(request: PageRequest, pk: int, what: str) -> HttpResponse:
    _found(request, pk)
    steps: dict[str, tuple[Callable[[], object], str]] = {
        "stop": (lambda: services.stop_round(pk, actor=request.user), _("正在停下，什么也不会留下。")),
        "again": (lambda: services.solve_again(pk, actor=request.user), _("重新排，能不动的不动。")),
        "apply": (lambda: services.apply_round(pk, actor=request.user), _("正在派出，可以先做别的。")),
    }
    if what not in steps:
        raise Http404
    service, said = steps[what]
    service()
    messages.success(request, said)
    return redirect("requests:round", pk)


@require_POST
@only(may_run_rounds)
def wish(request: PageRequest, pk: int) -> HttpResponse:
    _found(request, pk)
    form = WishForm(request.POST)
    if not form.is_valid():
        raise Http404
    services.wish(pk, **form.cleaned_data, actor=request.user)
    messages.success(request, _("记下了，点“重新排”就按这样排。"))
    return redirect("requests:round", pk)


@require_POST
@only(may_run_rounds)
def unwish(request: PageRequest, pk: int, number: int) -> HttpResponse:
    _found(request, pk)
    services.drop_wish(pk, number, actor=request.user)
    messages.success(request, _("撤掉了。"))
    return redirect("requests:round", pk)


def _found(request: PageRequest, pk: int) -> RoundPage:
    page = round_page(pk, request.user) if pk < 1 << 63 else None
    if page is None:
        raise Http404
    return page
