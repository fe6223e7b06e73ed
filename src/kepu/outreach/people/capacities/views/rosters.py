"""Rosters of people: template, upload, the rows that wait for a person."""

import uuid

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kepu.foundation.errors import DomainError, NotAllowed
from kepu.foundation.sheets.decisions import RosterSettled
from kepu.outreach.people.capacities import services
from kepu.outreach.people.capacities.forms import DecideForm, RosterForm
from kepu.outreach.people.capacities.models import PersonRosterRow
from kepu.outreach.people.capacities.permissions import may_bring_people
from kepu.outreach.people.capacities.queries.rosters import (
    person_roster_page,
    person_roster_sheet,
    person_rosters_visible_to,
)
from kepu.web.http import PageRequest, attempt, only, status_of, template_download, wrong_rows


@require_http_methods(["GET", "POST"])
@only(may_bring_people)
def bring(request: PageRequest) -> HttpResponse:
    form = RosterForm(request.POST, request.FILES) if request.method == "POST" else RosterForm()
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: services.bring_people(form.cleaned_data["file"], actor=request.user))
        if made is not None:
            return redirect("capacities:roster", made.pk)
    refusal = getattr(form, "refusal", None)
    if isinstance(refusal, RosterSettled):
        messages.info(request, str(refusal))
        return redirect("capacities:roster", refusal.data["roster"])
    context = {"form": form, "wrong": wrong_rows(form), "rosters": person_rosters_visible_to(request.user)[:20]}
    return render(request, "capacities/rosters.html", context, status=status_of(form) if form.errors else 200)


@require_GET
@only(may_bring_people)
def template(request: PageRequest) -> FileResponse:  # noqa: ARG001
    return template_download(person_roster_sheet(), _("人员名册模板.xlsx"))


@require_GET
@only(may_bring_people)
def roster(request: PageRequest, pk: uuid.UUID) -> HttpResponse:
    page = person_roster_page(request.user, pk)
    if page is None:
        raise Http404
    return render(request, "capacities/roster.html", {"page": page, "roster": page.roster})


@require_POST
@only(may_bring_people)
def register(request: PageRequest, pk: uuid.UUID) -> HttpResponse:
    get_object_or_404(person_rosters_visible_to(request.user), pk=pk)
    count = services.register_clear_people(pk, actor=request.user)
    messages.success(request, ngettext("登记了 %(n)d 人。", "登记了 %(n)d 人。", count) % {"n": count})
    return redirect("capacities:roster", pk)


@require_POST
@only(may_bring_people)
def decide(request: PageRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(PersonRosterRow.objects.filter(roster__in=person_rosters_visible_to(request.user)), pk=pk)
    form = DecideForm(request.POST)
    try:
        if form.is_valid():
            said = form.cleaned_data
            services.decide_person(
                pk, said["choice"], person_id=said["person"], seen=said["seen"], picks=form.picks, actor=request.user
            )
    except NotAllowed:
        raise
    except DomainError as problem:
        messages.warning(request, str(problem))
    return redirect("capacities:roster", row.roster_id)
