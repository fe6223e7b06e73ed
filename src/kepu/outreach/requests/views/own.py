"""Ask for something, follow it, answer what one was asked to do."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kepu.directory.privacy.queries import standing_of
from kepu.directory.register.models import Person
from kepu.outreach.bookings.services import CONSENT
from kepu.outreach.requests import services
from kepu.outreach.requests.forms import AskForm, ReasonForm
from kepu.outreach.requests.models import Offer
from kepu.outreach.requests.queries.feeds import feed_of
from kepu.outreach.requests.queries.helpers import asks_to_answer
from kepu.outreach.requests.queries.orders import OrderPage, order_page, own_offers, own_orders, own_sessions
from kepu.outreach.requests.queries.standing import standing_page
from kepu.web.http import PageRequest, attempt, status_of


@require_http_methods(["GET", "POST"])
@login_required
def ask(request: PageRequest) -> HttpResponse:
    form, standing = _ask_form(request), standing_of(request.user.pk, CONSENT)
    if request.method == "POST" and form.is_valid():
        given = {"text_digest": form.cleaned_data["text_digest"], "key": form.cleaned_data["key"]}
        order = attempt(form, lambda: services.ask_order(form.words, actor=request.user, **given))
        if order is not None:
            messages.success(request, _("点好了。审核通过就找人，每一步都会告诉您。"))
            return redirect("requests:own", order.pk)
    context = {"form": form, "standing": standing}
    return render(request, "requests/ask.html", context, status=status_of(form) if form.errors else 200)


def _ask_form(request: PageRequest) -> AskForm:
    """Empty, with what was typed, or for a standing offer that the address names."""
    number = request.GET.get("standing", "")
    page = standing_page(int(number)) if number.isdecimal() and int(number) < 1 << 63 else None
    if request.method == "GET" and page is not None and page.is_open:
        return AskForm.for_standing(page.offer)
    return AskForm(request.POST or None)


@require_GET
@login_required
def mine(request: PageRequest) -> HttpResponse:
    orders = Paginator(own_orders(request.user), 20).get_page(request.GET.get("page"))
    context = {"orders": orders, "offers": own_offers(request.user)[:20], "sessions": own_sessions(request.user)[:20]}
    more = {"feed": feed_of(request.user), "team_asks": asks_to_answer(request.user)[:20]}
    return render(request, "requests/mine.html", {**context, **more})


@never_cache
@require_GET
@login_required
def order(request: PageRequest, pk: int) -> HttpResponse:
    return render(request, "requests/own.html", {"page": _found(request.user, pk), "cancel": ReasonForm()})


@require_http_methods(["GET", "POST"])
@login_required
def change(request: PageRequest, pk: int) -> HttpResponse:
    page = _found(request.user, pk)
    form = AskForm.of(page.order, request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = attempt(form, lambda: services.ask_again(pk, form.words, actor=request.user))
        if done is not None:
            messages.success(request, _("交上去了，等审核。"))
            return redirect("requests:own", pk)
    context = {"form": form, "page": page}
    return render(request, "requests/change.html", context, status=status_of(form) if form.errors else 200)


@require_POST
@login_required
def cancel(request: PageRequest, pk: int) -> HttpResponse:
    page, form = _found(request.user, pk), ReasonForm(request.POST)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        if attempt(form, lambda: services.cancel_order(pk, reason, actor=request.user)) is not None:
            messages.success(request, _("取消了，已经派给的人会收到通知。"))
            return redirect("requests:own", pk)
    return render(request, "requests/own.html", {"page": page, "cancel": form}, status=status_of(form))


def _found(person: Person, pk: int) -> OrderPage:
    page = order_page(pk, person) if pk < 1 << 63 else None
    if page is None or not page.may_speak:
        raise Http404
    return page


@require_GET
@login_required
def offer(request: PageRequest, pk: int) -> HttpResponse:
    return render(request, "requests/offer.html", {"offer": _offer(request.user, pk), "form": ReasonForm()})


@require_POST
@login_required
def answer(request: PageRequest, pk: int) -> HttpResponse:
    found = _offer(request.user, pk)
    if request.POST.get("answer") == "accept":
        session = services.accept_offer(pk, actor=request.user)
        messages.success(request, _("谢谢您！排上了，对方已经知道。"))
        return redirect("requests:session", session.pk)
    form = ReasonForm(request.POST)
    declined = form.is_valid() and _declined(form, pk, request.user)
    if declined:
        messages.success(request, _("记下了，已经去问下一位。"))
        return redirect("requests:mine")
    return render(request, "requests/offer.html", {"offer": found, "form": form}, status=status_of(form))


def _declined(form: ReasonForm, pk: int, person: Person) -> Offer | None:
    return attempt(form, lambda: services.decline_offer(pk, **form.cleaned_data, actor=person))


def _offer(person: Person, pk: int) -> Offer:
    found = own_offers(person).filter(pk=pk).first() if pk < 1 << 63 else None
    if found is None:
        raise Http404
    return found
