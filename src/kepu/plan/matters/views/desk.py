"""The list of matters with what waits on top, and the table to take away."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kepu.foundation.clock import today
from kepu.plan.matters.forms import FilterForm
from kepu.plan.matters.permissions import is_of_the_office, may_open_matters
from kepu.plan.matters.queries import (
    counts_for,
    desk_order,
    matter_lines,
    matter_sheet,
    matters_banner,
    matters_visible_to,
    obstacles_for,
    raising_places,
    rows_of,
)
from kepu.web.http import PageRequest, only, table_download

ON_A_PAGE = 40


@require_GET
@only(may_open_matters)
def listing(request: PageRequest) -> HttpResponse:
    form = FilterForm(request.GET, actor=request.user)
    found = desk_order(matters_visible_to(request.user, form.wanted))
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "rows": rows_of(list(page.object_list))}
    context |= {"counts": counts_for(request.user), "is_office": is_of_the_office(request.user)}
    if request.htmx:
        return render(request, "matters/desk.html#rows", context)
    context |= {"obstacles": obstacles_for(request.user), "places": raising_places(request.user)}
    return render(request, "matters/desk.html", context)


@require_GET
@only(may_open_matters)
def export(request: PageRequest, kind: str) -> HttpResponse:
    wanted = FilterForm(request.GET, actor=request.user).wanted
    rows = rows_of(list(desk_order(matters_visible_to(request.user, wanted))))
    name = f"matters-{today().isoformat()}"
    return table_download(matter_sheet(), matter_lines(rows), kind=kind, name=name, banner=matters_banner(rows))
