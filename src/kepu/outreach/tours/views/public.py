"""Where the vans come, for everybody."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kepu.foundation.clock import today
from kepu.outreach.tours.queries.plans import public_month


@require_GET
def month(request: HttpRequest) -> HttpResponse:
    try:
        wanted = datetime.strptime(request.GET.get("month", ""), "%Y-%m").date()  # noqa: DTZ007 a month has no zone
    except ValueError:
        wanted = None
    found = public_month(wanted, today=today())
    return render(request, "tours/public.html", {"found": found})
