"""The demonstration's doors: sit down at a desk, or take part as somebody, with one click."""

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from kepu.directory.register.choices import Participant, Role
from kepu.directory.register.services import demonstration_participant, demonstration_person
from kepu.workbench.forms import DoorForm
from kepu.workbench.queries import district_choices, liaison_bodies

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
BEGINNINGS = {
    Participant.RESIDENT: "venues:find",
    Participant.EXPERT: "capacities:own_list",
    Participant.VOLUNTEER: "volunteers:projects",
    Participant.TEAM_LEADER: "volunteers:me",
}
"""Where the work of each begins."""


@require_GET
def doors(request: HttpRequest) -> HttpResponse:
    if not settings.KEPU_IS_DEMONSTRATION:
        raise Http404
    context = {"bodies": liaison_bodies(), "districts": district_choices(), "roles": Role, "participants": Participant}
    return render(request, "workbench/doors.html", context)


@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    if not settings.KEPU_IS_DEMONSTRATION:
        raise Http404
    form = DoorForm(request.POST)
    if not form.is_valid():
        return redirect("workbench:doors")
    role = form.cleaned_data["role"]
    if role in Participant.values:
        login(request, demonstration_participant(role, 1), backend=BACKEND)
        return redirect(BEGINNINGS.get(role, "portal:me"))
    login(request, demonstration_person(**form.cleaned_data), backend=BACKEND)
    return redirect("workbench:home")
