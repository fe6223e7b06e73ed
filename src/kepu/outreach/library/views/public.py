"""What everybody may open."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kepu.outreach.library.forms import FindForm
from kepu.outreach.library.queries.lists import narrowed, resource_rows, shown_packages, shown_resources
from kepu.outreach.library.queries.pages import package_page, resource_page

ON_A_PAGE = 30


@require_GET
def find(request: HttpRequest) -> HttpResponse:
    form = FindForm(request.GET)
    page = Paginator(narrowed(shown_resources(), form.wanted), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "rows": resource_rows(page.object_list), "packages": shown_packages()}
    template = "library/find.html#rows" if getattr(request, "htmx", False) else "library/find.html"
    return render(request, template, context)


@require_GET
def resource(request: HttpRequest, pk: int) -> HttpResponse:
    page = resource_page(pk)
    if page is None:
        raise Http404
    return render(request, "library/resource.html", {"page": page, "resource": page.resource})


@require_GET
def package(request: HttpRequest, pk: int) -> HttpResponse:
    page = package_page(pk)
    if page is None:
        raise Http404
    return render(request, "library/package.html", {"page": page, "package": page.package})
