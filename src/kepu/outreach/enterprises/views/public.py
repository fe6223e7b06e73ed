"""What everybody sees: how much enterprises need, what came of it, and the titles that they made public."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kepu.outreach.enterprises.forms import NeedFilterForm
from kepu.outreach.enterprises.queries import kinds, overview, public_needs


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    form = NeedFilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    page = Paginator(public_needs(**wanted), 20).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "overview": overview(), "kinds": dict(kinds())}
    return render(request, "enterprises/home.html", context)
