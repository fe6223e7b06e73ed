"""A team as who keeps it sees it: members, deputies, words, its end."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kepu.outreach.people.volunteers import services
from kepu.outreach.people.volunteers.forms import KeepTeamForm, MemberForm, MoveForm
from kepu.outreach.people.volunteers.models import Team
from kepu.outreach.people.volunteers.permissions import may_keep_team
from kepu.outreach.people.volunteers.queries import members_of, teams_kept_by
from kepu.web.http import PageRequest, attempt, status_of

ON_A_PAGE = 50


@require_GET
@login_required
def keep(request: PageRequest, pk: int) -> HttpResponse:
    return _page(request, _kept(request, pk))


def _kept(request: PageRequest, pk: int) -> Team:
    team = Team.objects.select_related("region", "host", "leader").filter(pk=pk).first()
    if team is None or not may_keep_team(request.user, team):
        raise Http404
    return team


def _others(request: PageRequest, team: Team) -> QuerySet[Team]:
    return teams_kept_by(request.user).exclude(pk=team.pk)


def _page(request: PageRequest, team: Team, **forms: Any) -> HttpResponse:
    text = request.GET.get("q", "")[:40]
    page = Paginator(members_of(team, text=text), ON_A_PAGE).get_page(request.GET.get("page"))
    others = _others(request, team)
    context = {"team": team, "page": page, "q": text}
    context |= {"moving": forms.get("moving") or MoveForm(team=team, others=others)}
    context |= {"form": forms.get("form") or KeepTeamForm.of(team), "member": forms.get("member") or MemberForm()}
    bound = next(iter(forms.values()), None)
    return render(request, "volunteers/keep.html", context, status=status_of(bound) if bound else 200)


def _done(form: Form, step: Callable[[], object]) -> bool:
    return attempt(form, step) is not None


def _back(request: PageRequest, pk: int) -> HttpResponse:
    """A search or another page of members, asked for from a form that was refused."""
    return redirect(f"{reverse('volunteers:keep', args=[pk])}?{request.GET.urlencode()}")


@require_http_methods(["GET", "POST"])
@login_required
def change(request: PageRequest, pk: int) -> HttpResponse:
    if request.method == "GET":
        return _back(request, pk)
    team, form = _kept(request, pk), KeepTeamForm(request.POST)
    if form.is_valid() and _done(form, lambda: services.change_team(pk, **form.cleaned_data, actor=request.user)):
        messages.success(request, _("记下了。"))
        return redirect("volunteers:keep", pk)
    return _page(request, team, form=form)


@require_http_methods(["GET", "POST"])
@login_required
def add(request: PageRequest, pk: int) -> HttpResponse:
    if request.method == "GET":
        return _back(request, pk)
    team, form = _kept(request, pk), MemberForm(request.POST)
    if form.is_valid() and _done(form, lambda: services.join_team(team, **form.cleaned_data, actor=request.user)):
        messages.success(request, _("入队了。"))
        return redirect("volunteers:keep", pk)
    return _page(request, team, member=form)


@require_POST
@login_required
def member(request: PageRequest, pk: int, member: int) -> HttpResponse:
    team, what = _kept(request, pk), request.POST.get("do")
    get_object_or_404(team.members, pk=member)
    if what in {"deputy", "plain"}:
        services.name_deputy(member, is_deputy=what == "deputy", actor=request.user)
    elif what == "leave":
        services.leave_team(member, actor=request.user)
    else:
        raise Http404
    messages.success(request, _("办好了。"))
    return redirect("volunteers:keep", pk)


@require_http_methods(["GET", "POST"])
@login_required
def move(request: PageRequest, pk: int) -> HttpResponse:
    if request.method == "GET":
        return _back(request, pk)
    team = _kept(request, pk)
    form = MoveForm(request.POST, team=team, others=_others(request, team))
    if form.is_valid():
        given = form.cleaned_data
        if _done(form, lambda: services.move_member(given["member"].pk, given["to"], actor=request.user)):
            messages.success(request, _("转过去了。"))
            return redirect("volunteers:keep", pk)
    return _page(request, team, moving=form)


@require_POST
@login_required
def close(request: PageRequest, pk: int) -> HttpResponse:
    _kept(request, pk)
    services.close_team(pk, reason=request.POST.get("reason", ""), actor=request.user)
    messages.success(request, _("停止了。要恢复，就在这一页。"))
    return redirect("volunteers:keep", pk)


@require_POST
@login_required
def reopen(request: PageRequest, pk: int) -> HttpResponse:
    _kept(request, pk)
    services.reopen_team(pk, actor=request.user)
    messages.success(request, _("恢复了，队员要重新入队。"))
    return redirect("volunteers:keep", pk)
