"""Calendars to subscribe to and to take away."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from kepu.foundation.calendar.rules import ICAL_TYPE, ical
from kepu.outreach.requests import services
from kepu.outreach.requests.models import Session
from kepu.outreach.requests.queries.feeds import calendar_events, calendar_sessions, owner_of
from kepu.outreach.requests.queries.sessions import session_page
from kepu.web.http import PageRequest


@never_cache
@require_GET
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The address itself is the key: a calendar program can not sign in."""
    person = owner_of(token)
    if person is None:
        raise Http404
    events = calendar_events(calendar_sessions(person), host=request.build_absolute_uri("/").rstrip("/"))
    response = HttpResponse(ical(_("科普活动"), events), content_type=ICAL_TYPE)
    response["X-Robots-Tag"] = "noindex"
    return response


@never_cache
@require_GET
@login_required
def session(request: PageRequest, pk: int) -> HttpResponse:
    page = session_page(pk, request.user) if pk < 1 << 63 else None
    if page is None:
        raise Http404
    found = Session.objects.filter(pk=pk)
    events = calendar_events(found, host=request.build_absolute_uri("/").rstrip("/"))
    response = HttpResponse(ical(page.session.title, events), content_type=ICAL_TYPE)
    response["Content-Disposition"] = f'attachment; filename="session-{pk}.ics"'
    return response


@require_POST
@login_required
def new(request: PageRequest) -> HttpResponse:
    services.new_feed(actor=request.user)
    messages.success(request, _("日历的地址换好了，旧的不再有用。"))
    return redirect("requests:mine")
