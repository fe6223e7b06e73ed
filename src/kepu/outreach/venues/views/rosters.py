"""Rosters: template, upload, the rows that wait for a person."""

import uuid

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kepu.foundation.errors import DomainError, NotAllowed
from kepu.outreach.venues import services
from kepu.outreach.venues.forms import DecideForm, RosterForm
from kepu.outreach.venues.models import RosterRow
from kepu.outreach.venues.permissions import may_write_venues
from kepu.outreach.venues.queries.rosters import roster_page, roster_sheet, rosters_visible_to
from kepu.web.http import PageRequest, attempt, only, status_of, template_download, wrong_rows


@require_http_methods(["GET", "POST"])
@only(may_write_venues)
def bring(request: PageRequest) -> HttpResponse:
    form = RosterForm(request.POST, request.FILES) if request.method == "POST" else RosterForm()
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: services.bring_roster(form.cleaned_data["file"], actor=request.user))
        if made is not None:
            return redirect("venues:roster", made.pk)
    wrong = wrong_rows(form)
    latest = rosters_visible_to(request.user)[:20]
    context = {"form": form, "wrong": wrong, "rosters": latest, "columns": roster_sheet().columns}
    return render(request, "venues/rosters.html", context, status=status_of(form) if form.errors else 200)


@require_GET
@only(may_write_venues)
def template(request: PageRequest) -> FileResponse:  # noqa: ARG001
    return template_download(roster_sheet(), _("场馆名册模板.xlsx"))


@require_GET
@only(may_write_venues)
def roster(request: PageRequest, pk: uuid.UUID) -> HttpResponse:
    page = roster_page(request.user, pk)
    if page is None:
        raise Http404
    return render(request, "venues/roster.html", {"page": page, "roster": page.roster})


@require_POST
@only(may_write_venues)
def register(request: PageRequest, pk: uuid.UUID) -> HttpResponse:
    get_object_or_404(rosters_visible_to(request.user), pk=pk)
    count = services.register_clear_rows(pk, actor=request.user)
    words = ngettext("登记了 %(n)d 处，都是草稿。", "登记了 %(n)d 处，都是草稿。", count) % {"n": count}
    messages.success(request, words)
    return redirect("venues:roster", pk)


@require_POST
@only(may_write_venues)
def decide(request: PageRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(RosterRow.objects.filter(roster__in=rosters_visible_to(request.user)), pk=pk)
    form = DecideForm(request.POST)
    try:
        if form.is_valid():
            said = form.cleaned_data
            services.decide_row(pk, said["choice"], venue_id=said["venue"], actor=request.user)
    except NotAllowed:
        raise
    except DomainError as problem:
        messages.warning(request, str(problem))
    return redirect("venues:roster", row.roster_id)
