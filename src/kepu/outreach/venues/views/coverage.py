"""Coverage, people points, and the siting of new places."""

import uuid

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kepu.foundation.errors import SolversMissing
from kepu.outreach.venues import services
from kepu.outreach.venues.forms import CoverageForm, PointsForm, SitingForm, TravelForm
from kepu.outreach.venues.permissions import may_load_points, may_see_coverage, may_site_venues
from kepu.outreach.venues.queries.reach import (
    GROUPS,
    candidates_for,
    places_rows,
    places_sheet,
    points_sheet,
    road_in_force,
    runs_visible_to,
    siting_page,
    travel_in_force,
    travel_sheet,
)
from kepu.web.http import PageRequest, attempt, only, status_of, table_download, template_download, wrong_rows


@require_GET
@only(may_see_coverage)
def coverage(request: PageRequest) -> HttpResponse:
    form, missing, found = CoverageForm(request.GET, travel=travel_in_force()), "", None
    try:
        found = services.coverage_of(**form.wanted)
    except SolversMissing as problem:
        missing = str(problem)
    may = {"may_load": may_load_points(request.user), "may_site": may_site_venues(request.user)}
    context = {"form": form, "found": found, "missing": missing, "groups": GROUPS, **may}
    return render(request, "venues/coverage.html", context)


@require_http_methods(["GET", "POST"])
@only(may_load_points)
def points(request: PageRequest) -> HttpResponse:
    form = PointsForm(request.POST, request.FILES) if request.method == "POST" else PointsForm()
    if request.method == "POST" and form.is_valid():
        count = attempt(form, lambda: services.bring_points(form.cleaned_data["file"], actor=request.user))
        if count is not None:
            messages.success(
                request, ngettext("载入了 %(n)d 个人口点。", "载入了 %(n)d 个人口点。", count) % {"n": count}
            )
            return redirect("venues:coverage")
    context = {"form": form, "wrong": wrong_rows(form)}
    return render(request, "venues/points.html", context, status=status_of(form) if form.errors else 200)


@require_GET
@only(may_load_points)
def points_template(request: PageRequest) -> FileResponse:  # noqa: ARG001
    return template_download(points_sheet(), _("人口点模板.xlsx"))


@require_http_methods(["GET", "POST"])
@only(may_load_points)
def travel(request: PageRequest) -> HttpResponse:
    form = TravelForm(request.POST, request.FILES) if request.method == "POST" else TravelForm()
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        table = attempt(form, lambda: services.bring_travel(given.pop("file"), **given, actor=request.user))
        if table is not None:
            said = ngettext("载入了 %(n)d 对路程。", "载入了 %(n)d 对路程。", table.rows)
            messages.success(request, said % {"n": table.rows})
            return redirect("venues:coverage")
    context = {"form": form, "wrong": wrong_rows(form), "table": travel_in_force()}
    return render(request, "venues/travel.html", context, status=status_of(form) if form.errors else 200)


@require_GET
@only(may_load_points)
def travel_template(request: PageRequest) -> FileResponse:  # noqa: ARG001
    return template_download(travel_sheet(), _("路程表模板.xlsx"))


@require_GET
@only(may_load_points)
def travel_places(request: PageRequest, kind: str) -> HttpResponse:  # noqa: ARG001
    return table_download(places_sheet(), places_rows(), kind=kind, name="places")


@require_http_methods(["GET", "POST"])
@only(may_site_venues)
def siting(request: PageRequest) -> HttpResponse:
    candidates = candidates_for(request.user)
    data = request.POST if request.method == "POST" else None
    form = SitingForm(data, candidates=candidates, road=road_in_force(), travel=travel_in_force())
    if request.method == "POST" and form.is_valid():
        run = attempt(form, lambda: services.ask_siting(form.terms, actor=request.user))
        if run is not None:
            return redirect("venues:sited", run.pk)
    context = {"form": form, "candidates": candidates, "runs": runs_visible_to(request.user)[:20]}
    return render(request, "venues/siting.html", context, status=status_of(form) if form.errors else 200)


@require_GET
@only(may_site_venues)
def sited(request: PageRequest, pk: uuid.UUID) -> HttpResponse:
    run = get_object_or_404(runs_visible_to(request.user), pk=pk)
    context = {
        "page": siting_page(run),
        "run": run,
        "progress": run.progress,
        "is_own": run.asked_by == request.user.pk,
    }
    return render(request, "venues/sited.html#state" if request.htmx else "venues/sited.html", context)


@require_POST
@only(may_site_venues)
def cancel(request: PageRequest, pk: uuid.UUID) -> HttpResponse:
    services.cancel_siting(get_object_or_404(runs_visible_to(request.user), pk=pk), actor=request.user)
    return redirect("venues:sited", pk)
