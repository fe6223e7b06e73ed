"""The register at the desk: the list, the table to take away, registering and changing."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kepu.foundation.clock import today
from kepu.foundation.errors import NotAllowed
from kepu.outreach.venues import services
from kepu.outreach.venues.forms import FilterForm, VenueForm
from kepu.outreach.venues.permissions import may_keep_venue, may_open_venues, may_write_venues
from kepu.outreach.venues.queries import (
    desk_rows,
    export_lines,
    export_sheet,
    kind_of,
    kinds,
    venues_visible_to,
)
from kepu.outreach.venues.queries.listing import narrowed
from kepu.web.http import PageRequest, attempt, only, status_of, table_download

ON_A_PAGE = 40


@require_GET
@only(may_open_venues)
def listing(request: PageRequest) -> HttpResponse:
    form = FilterForm(request.GET)
    found = narrowed(venues_visible_to(request.user), form.wanted)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "rows": desk_rows(page.object_list)}
    context |= {"may_write": may_write_venues(request.user)}
    return render(request, "venues/desk.html#rows" if request.htmx else "venues/desk.html", context)


@require_GET
@only(may_open_venues)
def export(request: PageRequest, kind: str) -> HttpResponse:
    found = narrowed(venues_visible_to(request.user), FilterForm(request.GET).wanted)
    rows = desk_rows(found)
    banner = _("含演示数据") if any(row.venue.is_demonstration for row in rows) else ""
    return table_download(
        export_sheet(), export_lines(rows), kind=kind, name=f"venues-{today().isoformat()}", banner=banner
    )


@require_http_methods(["GET", "POST"])
@only(may_write_venues)
def new(request: PageRequest) -> HttpResponse:
    known = kinds()
    kind = known.get(request.POST.get("kind") or request.GET.get("kind", ""))
    if kind is None:
        return render(request, "venues/new.html", {"kinds": known.values()})
    form = VenueForm(request.POST if request.method == "POST" else None, kind=kind, actor=request.user)
    made = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        given = {"actor": request.user, "is_checked": said["is_checked"]}
        made = attempt(form, lambda: services.register_venue(kind.code, said["keeper"], form.wanted, **given))
    if made is not None:
        messages.success(request, _("登记为草稿了。看过没有错，就公布。"))
        return redirect("venues:venue", made.pk)
    context = {"form": form, "kind": kind}
    return render(request, "venues/write.html", context, status=status_of(form) if form.errors else 200)


@require_http_methods(["GET", "POST"])
@only(may_write_venues)
def change(request: PageRequest, pk: int) -> HttpResponse:
    venue = get_object_or_404(venues_visible_to(request.user), pk=pk)
    if not may_keep_venue(request.user, venue):
        raise NotAllowed if request.method == "POST" else Http404
    kind = kind_of(venue.kind)
    form = VenueForm(request.POST if request.method == "POST" else None, kind=kind, actor=request.user, venue=venue)
    if request.method == "POST" and form.is_valid():
        given = {"actor": request.user, "is_checked": form.cleaned_data["is_checked"]}
        if attempt(form, lambda: services.change_venue(pk, form.wanted, **given)) is not None:
            messages.success(request, _("改好了。"))
            return redirect("venues:venue", pk)
    context = {"form": form, "kind": kind, "venue": venue}
    return render(request, "venues/write.html", context, status=status_of(form) if form.errors else 200)
