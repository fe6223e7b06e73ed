"""What everybody sees: find somebody, a person's page, the teams."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kepu.directory.register.models import Person
from kepu.outreach.people.capacities.forms import FindForm
from kepu.outreach.people.capacities.queries import (
    find_capacities,
    meaning_search,
    public_capacity,
    public_teams,
    team_page,
)

ON_A_PAGE = 20


def _reader(request: HttpRequest) -> Person | None:
    return request.user if isinstance(request.user, Person) else None


@require_GET
def experts(request: HttpRequest) -> HttpResponse:
    form = FindForm(request.GET)
    wanted = form.wanted
    page = Paginator(find_capacities(wanted, actor=_reader(request)), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "wanted": wanted, "page": page, "meaning": meaning_search(actor=_reader(request))}
    name = "capacities/experts.html#rows" if request.htmx else "capacities/experts.html"  # type: ignore[attr-defined]
    return render(request, name, context)


@require_GET
def expert(request: HttpRequest, number: str) -> HttpResponse:
    page = public_capacity(number)
    if page is None:
        raise Http404
    return render(request, "capacities/expert.html", {"page": page})


@require_GET
def teams(request: HttpRequest) -> HttpResponse:
    return render(request, "capacities/teams.html", {"teams": public_teams()})


@require_GET
def team(request: HttpRequest, pk: int) -> HttpResponse:
    page = team_page(pk, actor=_reader(request))
    if page is None:
        raise Http404
    return render(request, "capacities/team.html", {"page": page})
