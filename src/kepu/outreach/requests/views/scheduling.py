"""Sessions for everybody and campaigns at the desk."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kepu.outreach.requests import services
from kepu.outreach.requests.forms import CampaignForm, ScheduleForm
from kepu.outreach.requests.models import Campaign
from kepu.outreach.requests.permissions import may_make_campaigns, may_schedule_somewhere
from kepu.outreach.requests.queries.calendar import campaigns, kept_sessions, labels_of
from kepu.web.http import PageRequest, attempt, only, status_of


@require_GET
@only(may_schedule_somewhere)
def listing(request: PageRequest) -> HttpResponse:
    is_past = request.GET.get("past") == "1"
    page = Paginator(kept_sessions(request.user, is_past=is_past), 30).get_page(request.GET.get("page"))
    context = {"page": page, "is_past": is_past, "makes_campaigns": may_make_campaigns(request.user)}
    return render(request, "requests/open_sessions.html", context)


@require_http_methods(["GET", "POST"])
@only(may_schedule_somewhere)
def schedule(request: PageRequest) -> HttpResponse:
    body = request.user.organisation
    form = ScheduleForm(request.POST or None, initial={"body": body.name if body else ""})
    if request.method == "POST" and form.is_valid():
        key = form.cleaned_data["key"]
        made = attempt(form, lambda: services.schedule_session(form.words, actor=request.user, key=key))
        if made is not None:
            messages.success(request, _("排好了，已经在活动日历上，可以约了。"))
            return redirect("requests:session", made.pk)
    return render(request, "requests/schedule.html", {"form": form}, status=status_of(form) if form.errors else 200)


@require_http_methods(["GET", "POST"])
@only(may_make_campaigns)
def campaign_list(request: PageRequest) -> HttpResponse:
    form = CampaignForm.of(None, request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: services.make_campaign(form.words, actor=request.user))
        if made is not None:
            messages.success(request, _("有了：%(name)s。") % {"name": made.name})
            return redirect("requests:campaigns")
    context = {"form": form, "campaigns": campaigns(), "kinds": labels_of("campaigns")}
    return render(request, "requests/campaigns.html", context, status=status_of(form) if form.errors else 200)


@require_http_methods(["GET", "POST"])
@only(may_make_campaigns)
def campaign(request: PageRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Campaign, pk=pk if pk < 1 << 63 else 0)
    form = CampaignForm.of(found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = attempt(form, lambda: services.change_campaign(pk, form.words, actor=request.user))
        if done is not None:
            messages.success(request, _("改好了。"))
            return redirect("requests:campaigns")
    context = {"form": form, "campaign": found}
    return render(request, "requests/campaign_change.html", context, status=status_of(form) if form.errors else 200)
