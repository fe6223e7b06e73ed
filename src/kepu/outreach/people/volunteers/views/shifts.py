"""The leader's page with the code, and the receiver's confirmations."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from kepu.outreach.people.volunteers import services
from kepu.outreach.people.volunteers.choices import Satisfaction
from kepu.outreach.people.volunteers.forms import ConfirmForm
from kepu.outreach.people.volunteers.models import Shift
from kepu.outreach.people.volunteers.queries import lead_page, receive_page
from kepu.web.http import PageRequest


@require_GET
@login_required
def lead(request: PageRequest, pk: int) -> HttpResponse:
    page = lead_page(pk, request.user)
    if page is None:
        raise Http404
    template = "volunteers/lead.html#code" if request.htmx else "volunteers/lead.html"
    return render(request, template, {"page": page, "shift": page.shift})


@require_POST
@login_required
def lead_confirm(request: PageRequest, pk: int, hours: int) -> HttpResponse:
    if lead_page(pk, request.user) is None:
        raise Http404
    form = ConfirmForm(request.POST)
    if form.is_valid() and form.cleaned_data["answer"] == "refuse":
        services.refuse_hours(hours, form.cleaned_data["reason"], actor=request.user)
        messages.success(request, _("记下了：不确认。"))
    elif form.is_valid():
        services.confirm_as_leader(hours, actor=request.user)
        messages.success(request, _("确认了，等接受方确认。"))
    return redirect("volunteers:lead", pk)


@require_POST
@login_required
def assign(request: PageRequest, pk: int) -> HttpResponse:
    shift = get_object_or_404(Shift.objects.select_related("project"), pk=pk)
    seats = services.assign_volunteers(pk, actor=request.user)
    count = len(seats)
    messages.success(request, ngettext("安排了 %(n)d 人。", "安排了 %(n)d 人。", count) % {"n": count})
    leads = lead_page(pk, request.user) is not None
    return redirect("volunteers:lead", pk) if leads else redirect("volunteers:keep", shift.project.team_id)


@require_POST
@login_required
def cancel(request: PageRequest, pk: int) -> HttpResponse:
    shift = get_object_or_404(Shift, pk=pk)
    services.cancel_shift(shift.pk, reason=request.POST.get("reason", ""), actor=request.user)
    messages.success(request, _("取消了，报名和候补的人都会收到通知。"))
    return redirect("volunteers:project", shift.project_id)


@require_GET
@login_required
def receive(request: PageRequest) -> HttpResponse:
    context = {"rows": receive_page(request.user), "satisfactions": Satisfaction.choices}
    return render(request, "volunteers/receive.html", context)


@require_POST
@login_required
def receive_confirm(request: PageRequest, pk: int) -> HttpResponse:
    form = ConfirmForm(request.POST)
    if pk not in {one.pk for one in receive_page(request.user)}:
        raise Http404
    if form.is_valid() and form.cleaned_data["answer"] == "refuse":
        services.refuse_hours(pk, form.cleaned_data["reason"], actor=request.user)
        messages.success(request, _("记下了：不确认。"))
    elif form.is_valid():
        services.confirm_as_receiver(pk, satisfaction=form.cleaned_data["satisfaction"], actor=request.user)
        messages.success(request, _("确认了。"))
    return redirect("volunteers:receive")
