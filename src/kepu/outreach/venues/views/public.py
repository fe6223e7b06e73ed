"""What everybody may open."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kepu.outreach.venues.forms import FindForm
from kepu.outreach.venues.queries.public import find_page, venue_public


@require_GET
def find(request: HttpRequest) -> HttpResponse:
    form = FindForm(request.GET)
    page = find_page(form.wanted, number=request.GET.get("page"))
    template = "venues/find.html#rows" if getattr(request, "htmx", False) else "venues/find.html"
    return render(request, template, {"form": form, "found": page, "wanted": form.wanted})


@require_GET
def venue(request: HttpRequest, pk: int) -> HttpResponse:
    page = venue_public(pk)
    if page is None:
        raise Http404
    return render(request, "venues/public.html", {"page": page, "venue": page.venue})
