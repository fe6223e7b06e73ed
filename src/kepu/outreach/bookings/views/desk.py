"""Slots at the desk: who manages a thing opens, resizes and cancels its slots, and books for who calls."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kepu.directory.register.models import Person
from kepu.foundation.clock import now, today
from kepu.foundation.errors import DomainError
from kepu.outreach.bookings import services
from kepu.outreach.bookings.errors import PartyUnfit
from kepu.outreach.bookings.forms import BookForForm, OpenSlotForm, ReasonForm, ResizeForm, SeriesForm
from kepu.outreach.bookings.queries import DeskSlot, desk_slot, desk_slots, waiting_at
from kepu.outreach.bookings.rules import is_managed_by, managed_by, read_subject, subject_of
from kepu.web.http import PageRequest, attempt, status_of


@require_GET
@login_required
def listing(request: PageRequest) -> HttpResponse:
    managed = managed_by(request.user)
    if not managed:
        raise Http404
    is_past = request.GET.get("past") == "1"
    found = desk_slots(managed)
    found = found.filter(ends_at__lte=now()).reverse() if is_past else found.filter(ends_at__gt=now())
    page = Paginator(found, 30).get_page(request.GET.get("page"))
    return render(request, "bookings/desk.html", {"page": page, "is_past": is_past})


@require_http_methods(["GET", "POST"])
@login_required
def open_slot(request: PageRequest, subject: str) -> HttpResponse:
    subject_type, subject_id = read_subject(subject)
    thing = subject_of(subject_type, subject_id)
    if thing is None or not is_managed_by(request.user, subject_type, subject_id):
        raise Http404
    form = OpenSlotForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        values = {
            name: form.cleaned_data[name]
            for name in ("key", "title", "starts_at", "ends_at", "capacity", "opens_at", "closes_at", "draw_at")
        }
        release = dict.fromkeys(form.quotas, form.cleaned_data["release_at"]) if form.cleaned_data["release_at"] else {}
        opened = attempt(
            form,
            lambda: services.open_slot(
                subject_type, subject_id, actor=request.user, quotas=form.quotas, release_at=release, **values
            ),
        )
        if opened is not None:
            return redirect("bookings:desk_slot", opened.pk)
    return render(
        request,
        "bookings/open.html",
        {"form": form, "subject": thing, "key": subject},
        status=status_of(form) if form.errors else 200,
    )


@require_http_methods(["GET", "POST"])
@login_required
def series(request: PageRequest, subject: str) -> HttpResponse:
    given = read_subject(subject)
    thing = subject_of(*given)
    if thing is None or not is_managed_by(request.user, *given):
        raise Http404
    start = today() + timedelta(days=1)
    initial = {"since": start, "until": start + timedelta(days=13), "times": "09:00-10:30\n14:00-15:30"}
    form = SeriesForm(request.POST if request.method == "POST" else None, initial=initial)
    planned: list[services.PlannedSlot] = []
    if form.is_valid():
        if request.POST.get("do") == "open" and (
            opened := attempt(form, lambda: services.open_series(*given, form.terms, actor=request.user))
        ):
            messages.success(request, ngettext("开了 %(n)d 场。", "开了 %(n)d 场。", len(opened)) % {"n": len(opened)})
            return redirect("bookings:desk")
        planned = attempt(form, lambda: services.plan_series(*given, form.terms, actor=request.user)) or []
    context = {"form": form, "subject": thing, "planned": planned, "left": sum(not one.obstacle for one in planned)}
    return render(request, "bookings/series.html", context, status=status_of(form) if form.errors else 200)


@require_GET
@login_required
def slot(request: PageRequest, pk: int) -> HttpResponse:
    return _page(request, found_slot(request, pk))


@require_POST
@login_required
def resize(request: PageRequest, pk: int) -> HttpResponse:
    def do(form: Any) -> object:
        return services.change_capacity(pk, form.cleaned_data["capacity"], actor=request.user, quotas=form.quotas)

    return _act(request, pk, "resize", do, _("座位改好了，多出来的先给候补的人。"))


@require_POST
@login_required
def cancel(request: PageRequest, pk: int) -> HttpResponse:
    def do(form: Any) -> object:
        return services.cancel_slot(pk, actor=request.user, **form.cleaned_data)

    return _act(request, pk, "cancel", do, _("这一场取消了，正在逐个告诉约了的人。"))


@require_POST
@login_required
def book_for(request: PageRequest, pk: int) -> HttpResponse:
    def do(form: Any) -> object:
        given = dict(form.cleaned_data)
        person = _named(given.pop("login"))
        return services.book_for(pk, actor=request.user, person=person, **given)

    return _act(request, pk, "book", do, _("约好了，名单上已经有了。"))


def _named(login: str) -> Person | None:
    """Who is meant by a login; nobody where none was typed."""
    if not login.strip():
        return None
    person = Person.objects.filter(login=login.strip().lower(), is_active=True).first()
    if person is None:
        raise PartyUnfit(_("没有这个登录名，请核对；没有账号的写称呼就行。"), field="login")
    return person


@require_POST
@login_required
def drop(request: PageRequest, pk: int, booking: int) -> HttpResponse:
    desk = found_slot(request, pk)
    if not desk.slot.bookings.filter(pk=booking).exists():
        raise Http404
    try:
        services.cancel_booking(booking, actor=request.user)
        messages.success(request, _("取消了，座位让给候补的人；有账号的已经告诉本人。"))
    except DomainError as refusal:
        messages.error(request, str(refusal.message))
    return redirect("bookings:desk_slot", pk)


def found_slot(request: PageRequest, pk: int) -> DeskSlot:
    """The slot for whoever manages it; for everybody else it is not there."""
    found = desk_slot(request.user, pk) if pk < 1 << 63 else None
    if found is None:
        raise Http404
    return found


_KINDS: dict[str, type[forms.Form]] = {"resize": ResizeForm, "cancel": ReasonForm, "book": BookForForm}


def _act(request: PageRequest, pk: int, name: str, do: Callable[[Any], object], said: str) -> HttpResponse:
    """Run one service for the form that was sent; where a rule stood against it the page keeps what was typed."""
    desk = found_slot(request, pk)
    form = _KINDS[name](request.POST, auto_id=f"{name}_%s")
    if form.is_valid() and attempt(form, lambda: do(form)) is not None:
        messages.success(request, said)
        return redirect("bookings:desk_slot", pk)
    return _page(request, desk, name, form)


def _page(request: PageRequest, desk: DeskSlot, name: str = "", form: forms.Form | None = None) -> HttpResponse:
    initial = {"resize": ResizeForm.initial_of(desk.slot.capacity, desk.quotas)}
    offered = {one: kind(initial=initial.get(one), auto_id=f"{one}_%s") for one, kind in _KINDS.items()}
    if form is not None:
        offered[name] = form
    context = {"desk": desk, "slot": desk.slot, "forms": offered, "sent": name, "line": waiting_at(desk.slot)}
    return render(request, "bookings/desk_slot.html", context, status=status_of(form) if form is not None else 200)
