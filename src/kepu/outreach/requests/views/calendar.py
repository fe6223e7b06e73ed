"""The public calendar, one session of it, the same for calendar programs, and a campaign's page."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kepu.foundation.calendar.rules import ICAL_TYPE, ical
from kepu.foundation.http import HtmxHttpRequest
from kepu.outreach.requests.forms import CalendarForm
from kepu.outreach.requests.queries.calendar import calendar_page, campaign_page, event_page, public_calendar
from kepu.outreach.requests.queries.feeds import calendar_events


@require_GET
def events(request: HtmxHttpRequest) -> HttpResponse:
    form = CalendarForm(request.GET)
    found = calendar_page(form.wanted, number=request.GET.get("page"))
    template = "requests/events.html#rows" if request.htmx else "requests/events.html"
    return render(request, template, {"form": form, "found": found})


@require_GET
def event(request: HttpRequest, pk: int) -> HttpResponse:
    entry = event_page(pk) if pk < 1 << 63 else None
    if entry is None:
        raise Http404
    return render(request, "requests/event.html", {"entry": entry, "session": entry.session})


@require_GET
def feed(request: HttpRequest) -> HttpResponse:
    found = public_calendar(CalendarForm(request.GET).wanted)
    host = request.build_absolute_uri("/").rstrip("/")
    events = calendar_events(found, host=host, page="requests:event")
    return HttpResponse(ical(_("科普活动"), events), content_type=ICAL_TYPE)


@require_GET
def campaign(request: HttpRequest, slug: str) -> HttpResponse:
    page = campaign_page(slug)
    if page is None:
        raise Http404
    return render(request, "requests/campaign.html", {"page": page, "campaign": page.campaign})
