"""The gate: the code that a phone shows, the list of who is expected, people who just come, a list kept offline."""

import json
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive, localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from kepu.foundation.errors import InputUnreadable
from kepu.foundation.sheets import Column, ColumnKind, Sheet
from kepu.outreach.bookings import services
from kepu.outreach.bookings.forms import AdmitForm, ArriveForm, CodeForm
from kepu.outreach.bookings.queries import DeskSlot, expected_at
from kepu.outreach.bookings.services.gate import OfflineArrival
from kepu.outreach.bookings.views.desk import found_slot
from kepu.web.http import PageRequest, attempt, status_of, table_download

_MOST_LINES = 2000


@never_cache
@require_GET
@login_required
def gate(request: PageRequest, pk: int) -> HttpResponse:
    desk = found_slot(request, pk)
    return _page(request, desk, part="#people" if request.htmx else "")


@require_POST
@login_required
def by_code(request: PageRequest, pk: int) -> HttpResponse:
    def do(form: forms.Form) -> str:
        booking = services.check_in(pk, form.cleaned_data["code"], actor=request.user)
        words = {"who": booking.who, "people": booking.seats, "number": booking.pk}
        return _("请进：%(who)s，%(people)d 人（%(number)d 号）") % words

    return _act(request, pk, "code", CodeForm(request.POST), do)


@require_POST
@login_required
def admit(request: PageRequest, pk: int) -> HttpResponse:
    def do(form: forms.Form) -> str:
        services.admit(pk, actor=request.user, **form.cleaned_data)
        return _("请进：现场来的 %(people)d 人") % {"people": form.cleaned_data["people"]}

    return _act(request, pk, "admit", AdmitForm(request.POST), do)


@require_POST
@login_required
def arrive(request: PageRequest, pk: int, booking: int) -> HttpResponse:
    def do(form: forms.Form) -> str:
        arrival = services.check_in_listed(pk, booking, actor=request.user, **form.cleaned_data)
        words = {"who": arrival.booking.who, "people": arrival.people}
        return _("签到：%(who)s，%(people)d 人") % words if arrival.people else _("这一行已经签过，没有多记。")

    return _act(request, pk, "arrive", ArriveForm(request.POST), do)


@require_POST
@login_required
def arrivals(request: PageRequest, pk: int) -> HttpResponse:
    """Take in a list that was kept offline, as JSON: `[{"key", "booking", "at", "people"}]`."""
    found_slot(request, pk)
    report = services.merge_arrivals(pk, _read(request.body), actor=request.user)
    refused = [{"key": str(key), "message": said} for key, said in report.refused]
    return JsonResponse({"new": report.new, "known": report.known, "refused": refused})


def _read(body: bytes) -> list[OfflineArrival]:
    try:
        return [_line(one) for one in json.loads(body)[:_MOST_LINES]]
    except (ValueError, TypeError, KeyError, AttributeError) as problem:
        raise InputUnreadable(_("送来的签到名单读不懂，没有收下。请刷新这一页再送。")) from problem


def _line(one: dict[str, Any]) -> OfflineArrival:
    at = parse_datetime(str(one["at"]))
    if not isinstance(at, datetime) or is_naive(at):
        raise ValueError("at")
    people = one.get("people")
    number = int(one["booking"])
    if not 0 < number < 1 << 63 or not (people is None or 0 < int(people) < 1 << 31):
        raise ValueError("booking")
    return OfflineArrival(uuid.UUID(str(one["key"])), number, at, None if people is None else int(people))


@require_GET
@login_required
def download(request: PageRequest, pk: int, kind: str) -> HttpResponse:
    desk = found_slot(request, pk)
    sheet = Sheet(
        title=_("入场名单"),
        columns=(
            Column("number", _("预约号"), ColumnKind.INTEGER),
            Column("who", _("称呼")),
            Column("people", _("人数"), ColumnKind.INTEGER),
            Column("came", _("已到"), ColumnKind.INTEGER),
            Column("channel", _("渠道")),
            Column("needs", _("需要")),
            Column("mark", _("签到")),
        ),
    )
    rows = (
        {"number": one.pk, "who": one.who, "people": one.seats, "came": getattr(one, "came", None) or 0,
         "channel": one.get_channel_display(), "needs": one.needs, "mark": ""}
        for one in expected_at(desk.slot)
    )  # fmt: skip
    name = f"{desk.slot.title} {localtime(desk.slot.starts_at):%Y-%m-%d %H%M}"
    return table_download(sheet, rows, kind=kind, name=name, banner=_("演示数据") if desk.slot.is_demonstration else "")


def _act(request: PageRequest, pk: int, name: str, form: forms.Form, do: Callable[[forms.Form], str]) -> HttpResponse:
    """One step at the gate; what stands against it is said in large type, and the next person can come."""
    desk = found_slot(request, pk)
    said = attempt(form, lambda: do(form)) if form.is_valid() else None
    if said is not None:
        messages.success(request, said)
        return redirect("bookings:gate", pk)
    return _page(request, desk, name=name, form=form)


def _page(
    request: PageRequest, desk: DeskSlot, *, name: str = "", form: forms.Form | None = None, part: str = ""
) -> HttpResponse:
    typed = request.GET.get("q", "").strip()[:40]
    offered: dict[str, forms.Form] = {"code": CodeForm(), "admit": AdmitForm(initial={"key": uuid.uuid4()})}
    if form is not None and name in offered:
        offered[name] = form
    lines = [(one, uuid.uuid4()) for one in expected_at(desk.slot, typed=typed)]
    refusals = [str(error) for errors in form.errors.values() for error in errors] if form is not None else []
    context = {"desk": desk, "slot": desk.slot, "forms": offered, "lines": lines, "typed": typed, "refusals": refusals}
    return render(request, f"bookings/gate.html{part}", context, status=status_of(form) if form is not None else 200)
