"""What everybody sees: what one can ask for, how much was asked for, and what could not be met."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kepu.outreach.requests.queries.calendar import coming_sessions
from kepu.outreach.requests.queries.orders import demand
from kepu.outreach.requests.queries.standing import standing_offers


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "requests/home.html",
        {"demand": demand(), "sessions": coming_sessions()[:5], "standing": standing_offers()[:5]},
    )
