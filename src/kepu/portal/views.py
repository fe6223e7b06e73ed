"""Pages for everyone, composed of several rooms."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kepu.foundation.clock import today
from kepu.portal.queries import home_page, systems_page


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/home.html", {"page": home_page(today())})


@require_GET
def systems(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/systems.html", {"page": systems_page()})
