"""One's own bookings: what is booked, the code that opens the gate, giving up, and saying yes to an offer."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from kepu.foundation.errors import DomainError
from kepu.outreach.bookings import services
from kepu.outreach.bookings.queries import OwnBooking, own_booking, own_bookings
from kepu.web.http import PageRequest


@require_GET
@login_required
def listing(request: PageRequest) -> HttpResponse:
    page = Paginator(own_bookings(request.user), 20).get_page(request.GET.get("page"))
    return render(request, "bookings/mine.html", {"page": page})


@never_cache
@require_GET
@login_required
def booking(request: PageRequest, pk: int) -> HttpResponse:
    """The page, or only the code, which the page fetches again by itself."""
    template = "bookings/own.html#code" if request.htmx else "bookings/own.html"
    return render(request, template, {"own": _found(request, pk)})


@require_POST
@login_required
def cancel(request: PageRequest, pk: int) -> HttpResponse:
    return _act(request, pk, lambda: services.cancel_booking(pk, actor=request.user), _("取消了，座位让给候补的人。"))


@require_POST
@login_required
def accept(request: PageRequest, pk: int) -> HttpResponse:
    return _act(request, pk, lambda: services.accept_offer(pk, actor=request.user), _("确认好了，座位是您的。"))


def _found(request: PageRequest, pk: int) -> OwnBooking:
    found = own_booking(request.user, pk) if pk < 1 << 63 else None
    if found is None:
        raise Http404
    return found


def _act(request: PageRequest, pk: int, service: Callable[[], object], said: str) -> HttpResponse:
    _found(request, pk)
    try:
        service()
        messages.success(request, said)
    except DomainError as refusal:
        messages.error(request, str(refusal.message))
    return redirect("bookings:own", pk)
