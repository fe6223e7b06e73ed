"""Vans: their profiles, their use against the norm, and their log."""

from datetime import date, timedelta
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kepu.foundation.clock import today
from kepu.foundation.errors import SolversMissing
from kepu.outreach.tours import services
from kepu.outreach.tours.forms import DayForm, TripForm, VanForm
from kepu.outreach.tours.models import TripLog, VanProfile
from kepu.outreach.tours.permissions import may_open_tours, may_write_wishes
from kepu.outreach.tours.queries.vans import stops_planned, trips_of, vans_kept_by
from kepu.web.http import PageRequest, attempt, day_of, only, status_of

_SHOWN = 60
_REACH_DAYS = 366


@require_GET
@only(may_open_tours)
def listing(request: PageRequest) -> HttpResponse:
    use, missing = None, ""
    try:
        use = services.use_of_year(today().year, actor=request.user)
    except SolversMissing as problem:
        missing = str(problem)
    return render(request, "tours/vans.html", {"use": use, "missing": missing})


@require_http_methods(["GET", "POST"])
@only(may_write_wishes)
def van(request: PageRequest, pk: int) -> HttpResponse:
    venue = get_object_or_404(vans_kept_by(request.user), pk=_small(pk))
    profile = VanProfile.objects.filter(venue=venue).first() or VanProfile(venue=venue)
    form = VanForm.of(profile, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        kept = attempt(form, lambda: services.keep_van(venue.pk, form.words, actor=request.user))
        if kept is not None:
            messages.success(request, _("车辆档案存好了。"))
            return redirect("tours:vans")
    context = {"form": form, "venue": venue}
    return render(request, "tours/van.html", context, status=status_of(form) if form.errors else 200)


@require_http_methods(["GET", "POST"])
@only(may_write_wishes)
def log(request: PageRequest, pk: int) -> HttpResponse:
    kept = VanProfile.objects.select_related("venue").filter(venue__in=vans_kept_by(request.user))
    profile = get_object_or_404(kept, venue=_small(pk))
    day = _day(request)
    data = request.POST if request.method == "POST" else None
    form = TripForm(data, planned=stops_planned(profile, day), day=day)
    if request.method == "POST" and form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("day", "km", "exhibits", "key")}
        trip = attempt(form, lambda: services.log_trip(profile.pk, stops=form.stops, **said, actor=request.user))
        if trip is not None:
            messages.success(request, _("记下了，台账里有了这一天。"))
            return redirect("tours:log", pk)
    context = {
        "form": form,
        "profile": profile,
        "trips": trips_of(profile)[:_SHOWN],
        "day": day,
        "of_day": DayForm(auto_id="of_%s", initial={"day": day}),
    }
    return render(request, "tours/log.html", context, status=status_of(form) if form.errors else 200)


def _day(request: PageRequest) -> date:
    """The day whose stops the sent form asked about; else the one that is asked for."""
    sent = DayForm(request.POST) if request.method == "POST" else None
    if sent is not None and sent.is_valid():
        return cast("date", sent.cleaned_data["day"])
    return day_of(request, start=today() - timedelta(days=_REACH_DAYS), end=today())


@require_POST
@only(may_write_wishes)
def strike(request: PageRequest, pk: int) -> HttpResponse:
    kept = TripLog.objects.select_related("van").filter(van__venue__in=vans_kept_by(request.user))
    trip = get_object_or_404(kept, pk=_small(pk))
    services.strike_trip(trip.pk, request.POST.get("reason", ""), actor=request.user)
    messages.success(request, _("冲正了，台账里有了相反的一条。"))
    return redirect("tours:log", trip.van.venue_id)


def _small(number: int) -> int:
    """A number that the database can hold."""
    if number >= 1 << 63:
        raise Http404
    return number
