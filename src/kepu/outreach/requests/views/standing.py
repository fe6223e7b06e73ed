"""Standing offers: what everybody may order, and the desk that keeps them."""

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kepu.outreach.requests import services
from kepu.outreach.requests.forms import StandingFilterForm, StandingForm
from kepu.outreach.requests.models import StandingOffer
from kepu.outreach.requests.permissions import may_keep_some_standing
from kepu.outreach.requests.queries.standing import standing_kept_by, standing_offers, standing_page
from kepu.web.http import PageRequest, attempt, only, status_of


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    form = StandingFilterForm(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    found = standing_offers(kind=said.get("kind", ""), audience=said.get("audience", ""), words=said.get("q", ""))
    page = Paginator(found, 20).get_page(request.GET.get("page"))
    return render(request, "requests/standing.html", {"page": page, "form": form})


@require_GET
def one(request: HttpRequest, pk: int) -> HttpResponse:
    page = standing_page(pk) if pk < 1 << 63 else None
    if page is None:
        raise Http404
    return render(request, "requests/standing_one.html", {"page": page, "offer": page.offer})


@require_GET
@only(may_keep_some_standing)
def desk(request: PageRequest) -> HttpResponse:
    page = Paginator(standing_kept_by(request.user), 30).get_page(request.GET.get("page"))
    return render(request, "requests/standing_desk.html", {"page": page})


@require_http_methods(["GET", "POST"])
@only(may_keep_some_standing)
def new(request: PageRequest) -> HttpResponse:
    body = request.user.organisation
    form = StandingForm.of(None, request.POST or None, host=body.name if body else "")
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: services.register_standing(form.words, actor=request.user))
        if made is not None:
            messages.success(request, _("登记了。看一遍，再点“公布”。"))
            return redirect("requests:standing_change", made.pk)
    context = {"form": form, "offer": None}
    return render(request, "requests/standing_change.html", context, status=status_of(form) if form.errors else 200)


@require_http_methods(["GET", "POST"])
@only(may_keep_some_standing)
def change(request: PageRequest, pk: int) -> HttpResponse:
    offer = _found(request, pk)
    form = StandingForm.of(offer, request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = attempt(form, lambda: services.change_standing(pk, form.words, actor=request.user))
        if done is not None:
            messages.success(request, _("改好了。已经点了的单照原来的办。"))
            return redirect("requests:standing_change", pk)
    context = {"form": form, "offer": offer}
    return render(request, "requests/standing_change.html", context, status=status_of(form) if form.errors else 200)


@require_POST
@only(may_keep_some_standing)
def act(request: PageRequest, pk: int, what: str) -> HttpResponse:
    _found(request, pk)
    steps: dict[str, tuple[Callable[[], object], str]] = {
        "show": (lambda: services.show_standing(pk, actor=request.user), _("公布了，谁都可以点。")),
        "withdraw": (lambda: services.withdraw_standing(pk, actor=request.user), _("撤下了，已经点了的单照办。")),
    }
    if what not in steps:
        raise Http404
    service, said = steps[what]
    service()
    messages.success(request, said)
    return redirect("requests:standing_change", pk)


def _found(request: PageRequest, pk: int) -> StandingOffer:
    offer = standing_kept_by(request.user).filter(pk=pk).first() if pk < 1 << 63 else None
    if offer is None:
        raise Http404
    return offer
