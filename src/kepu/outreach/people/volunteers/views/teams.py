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
from kepu.outreach.people.volunteers.queries import members_of, shifts_to_come, teams_kept_by
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
    context |= {"shifts": shifts_to_come(team)[:ON_A_PAGE]}
    context |= {"moving": forms.get("moving") or MoveForm(team=team, others=others)}
    context |= {"form": forms.get("form") or KeepTeamForm.of(team), "member": forms.get("member") or MemberForm()}
    bound = next(iter(forms.values()), None)
    return render(request, "volunteers/keep.html", context, status=status_of(bound) if bound else 200)


def _step(
    request: PageRequest, team: Team, name: str, form: Form, step: Callable[[], object], said: str
) -> HttpResponse:
    """Take one step for a form of the page, and go back to it; where it was refused the form stands there with the words.

    A search asked for from a refused form comes here with GET, and is shown on the page itself.
    """
    if request.method == "GET":
        return redirect(f"{reverse('volunteers:keep', args=[team.pk])}?{request.GET.urlencode()}")
    if form.is_valid() and attempt(form, step) is not None:
        messages.success(request, said)
        return redirect("volunteers:keep", team.pk)
    return _page(request, team, **{name: form})


@require_http_methods(["GET", "POST"])
@login_required
def change(request: PageRequest, pk: int) -> HttpResponse:
    team, form = _kept(request, pk), KeepTeamForm(request.POST)

    def step() -> object:
        return services.change_team(pk, **form.cleaned_data, actor=request.user)

    return _step(request, team, "form", form, step, _("记下了。"))


@require_http_methods(["GET", "POST"])
@login_required
def add(request: PageRequest, pk: int) -> HttpResponse:
    team, form = _kept(request, pk), MemberForm(request.POST)

    def step() -> object:
        return services.join_team(team, **form.cleaned_data, actor=request.user)

    return _step(request, team, "member", form, step, _("入队了。"))


@require_http_methods(["GET", "POST"])
@login_required
def move(request: PageRequest, pk: int) -> HttpResponse:
    team = _kept(request, pk)
    form = MoveForm(request.POST, team=team, others=_others(request, team))

    def step() -> object:
        return services.move_member(form.cleaned_data["member"].pk, form.cleaned_data["to"], actor=request.user)

    return _step(request, team, "moving", form, step, _("转过去了。"))


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
