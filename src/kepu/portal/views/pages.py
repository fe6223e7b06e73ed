"""Pages for everyone, composed of several rooms."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from kepu.foundation.certificates.services import check_certificate
from kepu.foundation.clock import today
from kepu.oversight.http import visitor_of
from kepu.plan.tasks.queries import days_of, live_plan
from kepu.portal.forms import VerifyForm
from kepu.portal.queries import about_page, home_page, systems_page
from kepu.web.http import attempt, day_span, status_of


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


@require_http_methods(["GET", "POST"])
def verify_form(request: HttpRequest) -> HttpResponse:
    form = VerifyForm(request.POST or None)
    found = None
    if request.method == "POST" and form.is_valid():
        found = attempt(form, lambda: check_certificate(**form.cleaned_data, visitor=visitor_of(request)))
    context = {"form": form, "found": found}
    return render(request, "portal/verify.html", context, status=status_of(form) if form.errors else 200)


@require_GET
def verify(request: HttpRequest, number: str, code: str) -> HttpResponse:
    found = check_certificate(number, code, visitor=visitor_of(request))
    response = render(request, "portal/verify.html", {"form": VerifyForm(), "found": found})
    response["X-Robots-Tag"] = "noindex"
    return response
