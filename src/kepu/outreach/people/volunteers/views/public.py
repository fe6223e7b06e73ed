"""Pages for everyone: projects, a project, a team."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from kepu.directory.register.models import Person
from kepu.outreach.people.volunteers.forms import FilterForm
from kepu.outreach.people.volunteers.permissions import may_keep_team
from kepu.outreach.people.volunteers.queries import open_projects, project_page, team_page


@require_GET
def projects(request: HttpRequest) -> HttpResponse:
    form = FilterForm(request.GET)
    rows = open_projects(**form.wanted, language=get_language() or "")
    return render(request, "volunteers/projects.html", {"form": form, "rows": rows})


@require_GET
def project(request: HttpRequest, pk: int) -> HttpResponse:
    person = request.user if isinstance(request.user, Person) else None
    page = project_page(pk, person, get_language() or "")
    if page is None:
        raise Http404
    return render(request, "volunteers/project.html", {"page": page, "project": page.project})


@require_GET
def team(request: HttpRequest, pk: int) -> HttpResponse:
    page = team_page(pk)
    if page is None:
        raise Http404
    may_keep = isinstance(request.user, Person) and may_keep_team(request.user, page.team)
    return render(request, "volunteers/team.html", {"page": page, "team": page.team, "may_keep": may_keep})
