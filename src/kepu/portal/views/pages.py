"""Pages for everyone, composed of several rooms."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kepu.foundation.clock import today
from kepu.plan.tasks.queries import days_of, live_plan
from kepu.portal.queries import about_page, home_page, systems_page
from kepu.web.http import day_span


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    plan = live_plan()
    if plan is None:
        return render(request, "portal/home.html", {})
    span = day_span(request, *days_of(plan, today()))
    page = home_page(plan, span.day, today=today())
    return render(request, "portal/home.html", {"plan": plan, "span": span, "page": page})


@require_GET
def systems(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/systems.html", {"page": systems_page()})


@require_GET
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/about.html", {"page": about_page()})
