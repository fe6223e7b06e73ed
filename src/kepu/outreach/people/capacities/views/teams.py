"""The desk's teams: list, one team, found, change, members, leader, output, dissolve."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kepu.foundation.clock import today
from kepu.foundation.errors import DomainError, NotAllowed
from kepu.outreach.people.capacities import services
from kepu.outreach.people.capacities.forms import DissolveForm, MemberForm, OutputForm, TeamFilterForm, TeamForm
from kepu.outreach.people.capacities.models import TeamMember, TrackRecord
from kepu.outreach.people.capacities.permissions import may_keep_teams
from kepu.outreach.people.capacities.queries.lists import (
    DeskTeam,
    desk_team,
    people_to_choose,
    register_banner,
    team_lines,
    team_sheet,
    teams_kept_by,
)
from kepu.web.http import PageRequest, attempt, only, status_of, table_download

ON_A_PAGE = 40


@require_GET
@only(may_keep_teams)
def listing(request: PageRequest) -> HttpResponse:
    form = TeamFilterForm(request.GET)
    page = Paginator(teams_kept_by(request.user, form.wanted), ON_A_PAGE).get_page(request.GET.get("page"))
    name = "capacities/desk_teams.html#rows" if request.htmx else "capacities/desk_teams.html"
    return render(request, name, {"form": form, "page": page})


@require_GET
@only(may_keep_teams)
def export(request: PageRequest, kind: str) -> HttpResponse:
    rows = list(teams_kept_by(request.user, TeamFilterForm(request.GET).wanted))
    name = f"teams-{today().isoformat()}"
    return table_download(team_sheet(), team_lines(rows), kind=kind, name=name, banner=register_banner(rows))


@require_http_methods(["GET", "POST"])
@only(may_keep_teams)
def new(request: PageRequest) -> HttpResponse:
    form = TeamForm(request.POST) if request.method == "POST" else TeamForm(initial={"founded_on": today()})
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: services.found_team(actor=request.user, **form.words))
        if made is not None:
            messages.success(request, _("团队成立了。"))
            return redirect("capacities:desk_team", made.pk)
    return render(request, "capacities/team_form.html", {"form": form}, status=status_of(form) if form.errors else 200)


@require_http_methods(["GET", "POST"])
@only(may_keep_teams)
def change(request: PageRequest, pk: int) -> HttpResponse:
    page = _found(request, pk)
    form = TeamForm(request.POST if request.method == "POST" else None, team=page.team)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: services.change_team(pk, actor=request.user, **form.words))
        if made is not None:
            messages.success(request, _("改好了。"))
            return redirect("capacities:desk_team", pk)
    context = {"form": form, "team": page.team}
    return render(request, "capacities/team_form.html", context, status=status_of(form) if form.errors else 200)


@require_GET
@only(may_keep_teams)
def team(request: PageRequest, pk: int) -> HttpResponse:
    return _page(request, _found(request, pk))


@require_POST
@only(may_keep_teams)
def join(request: PageRequest, pk: int) -> HttpResponse:
    form = MemberForm(request.POST, people=people_to_choose(), auto_id="join_%s")
    return _acted(request, pk, "join", form, lambda: services.join_team(pk, form.chosen, actor=request.user))


@require_POST
@only(may_keep_teams)
def lead(request: PageRequest, pk: int) -> HttpResponse:
    form = MemberForm(request.POST, people=_members(_found(request, pk)), auto_id="lead_%s")
    return _acted(request, pk, "lead", form, lambda: services.hand_team_on(pk, form.chosen, actor=request.user))


@require_POST
@only(may_keep_teams)
def output(request: PageRequest, pk: int) -> HttpResponse:
    form = OutputForm(request.POST, auto_id="output_%s")
    return _acted(
        request, pk, "output", form, lambda: services.note_output(pk, actor=request.user, **form.cleaned_data)
    )


@require_POST
@only(may_keep_teams)
def dissolve(request: PageRequest, pk: int) -> HttpResponse:
    form = DissolveForm(request.POST, auto_id="dissolve_%s")
    return _acted(
        request, pk, "dissolve", form, lambda: services.dissolve_team(pk, actor=request.user, **form.cleaned_data)
    )


@require_POST
@only(may_keep_teams)
def leave(request: PageRequest, pk: int) -> HttpResponse:
    member = get_object_or_404(TeamMember, pk=pk, until=None)
    return _done(request, member.team_id, lambda: services.leave_team(pk, actor=request.user))


@require_POST
@only(may_keep_teams)
def strike(request: PageRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(TrackRecord, pk=pk, team__isnull=False)
    assert found.team_id is not None  # noqa: S101 (asked for just now)
    return _done(request, found.team_id, lambda: services.strike_output(pk, actor=request.user))


def _done(request: PageRequest, team_id: int, act: Callable[[], None]) -> HttpResponse:
    """Act where there is nothing to type; a rule that stands against it is told."""
    try:
        act()
    except NotAllowed:
        raise
    except DomainError as problem:
        messages.warning(request, str(problem))
    return redirect("capacities:desk_team", team_id)


def _acted(request: PageRequest, pk: int, name: str, form: forms.Form, act: Callable[[], Any]) -> HttpResponse:
    page = _found(request, pk)
    if form.is_valid() and attempt(form, act) is not None:
        messages.success(request, _("办好了。"))
        return redirect("capacities:desk_team", pk)
    return _page(request, page, {name: form}, status_of(form))


def _found(request: PageRequest, pk: int) -> DeskTeam:
    page = desk_team(request.user, pk)
    if page is None:
        raise Http404
    return page


def _members(page: DeskTeam) -> list[tuple[int, str]]:
    return [(one.person_id, str(one.person)) for one in page.members if one.person_id != page.team.leader_id]


def _page(
    request: PageRequest, page: DeskTeam, tried: dict[str, forms.Form] | None = None, status: int = 200
) -> HttpResponse:
    inside = {one.person_id for one in page.members}
    outside = [one for one in people_to_choose() if one[0] not in inside]
    shown = {
        "join": MemberForm(people=outside, auto_id="join_%s"),
        "lead": MemberForm(people=_members(page), auto_id="lead_%s"),
        "output": OutputForm(auto_id="output_%s", initial={"occurred_on": today()}),
        "dissolve": DissolveForm(auto_id="dissolve_%s", initial={"ended_on": today()}),
    } | (tried or {})
    context = {"page": page, "forms": shown, "tried": tried or {}}
    return render(request, "capacities/desk_team.html", context, status=status)
