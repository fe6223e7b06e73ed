"""What everybody sees: the slots of a thing, and one slot with its rules and the form to book it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from kepu.directory.privacy.services import answer_consent
from kepu.directory.register.models import Person
from kepu.outreach.bookings import services
from kepu.outreach.bookings.forms import BookForm
from kepu.outreach.bookings.models import Booking, Slot
from kepu.outreach.bookings.queries import SlotPage, drawn_numbers, slot_page, slots_of
from kepu.outreach.bookings.rules import read_subject, subject_noun, subject_of, takes_anybody
from kepu.web.http import attempt, status_of


@require_GET
def slots(request: HttpRequest, subject: str) -> HttpResponse:
    found = subject_of(*read_subject(subject))
    if found is None or not takes_anybody(read_subject(subject)[0]):
        raise Http404
    pages = slots_of(*read_subject(subject))
    noun = subject_noun(read_subject(subject)[0])
    return render(request, "bookings/slots.html", {"subject": found, "noun": noun, "pages": pages})


@never_cache
@require_http_methods(["GET", "POST"])
def slot(request: HttpRequest, pk: int) -> HttpResponse:
    if request.method == "GET":
        page = _page(request, pk)
        return _show(request, page, BookForm(initial={"waits": True}))
    actor = request.user
    if not actor.is_authenticated:
        return _gone_to(request, f"{reverse('account_login')}?{urlencode({'next': request.path})}")
    form = BookForm(request.POST)
    if request.POST.get("answer") == "refuse":
        return _refused(request, actor, form)
    if form.is_valid():
        booking = attempt(form, lambda: _book(pk, actor, form.cleaned_data))
        if booking is not None:
            return _gone_to(request, reverse("bookings:own", args=[booking.pk]))
    if request.htmx:  # type: ignore[attr-defined] # in a rush a refusal is one sentence, not a whole page
        return HttpResponse(render_to_string("bookings/_refusal.html", {"form": form}), status=422)
    return _show(request, _page(request, pk), form, status_of(form))


def _refused(request: HttpRequest, actor: Person, form: BookForm) -> HttpResponse:
    digest = str(form.data.get("text_digest", ""))
    answer_consent(actor.pk, services.CONSENT, is_given=False, text_digest=digest, actor=actor)
    messages.success(request, _("记下了：您不同意，没有预约。可以打电话，或到现场领票。"))
    return _gone_to(request, request.path)


def _gone_to(request: HttpRequest, address: str) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)


def _book(pk: int, actor: Person, given: dict[str, Any]) -> Booking:
    try:
        return services.book(_known(pk), actor=actor, **given)
    except Slot.DoesNotExist as unknown:
        raise Http404 from unknown


def _known(pk: int) -> int:
    if pk >= 1 << 63:
        raise Http404
    return pk


def _page(request: HttpRequest, pk: int) -> SlotPage:
    page = slot_page(_known(pk), request.user if request.user.is_authenticated else None, purpose=services.CONSENT)
    if page is None:
        raise Http404
    return page


def _show(request: HttpRequest, page: SlotPage, form: BookForm, status: int = 200) -> HttpResponse:
    if not takes_anybody(page.slot.subject_type):
        return redirect(page.slot.address)
    form.agree_to(page.slot.rules_version, page.consent.text.digest if page.consent else "")
    drawn = drawn_numbers(page.slot) if page.slot.drawn_at else []
    return render(
        request, "bookings/slot.html", {"page": page, "slot": page.slot, "form": form, "drawn": drawn}, status=status
    )
