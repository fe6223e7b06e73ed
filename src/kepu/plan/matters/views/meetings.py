"""The meetings of the leading group: the list, one meeting with its steps, its papers."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kepu.plan.matters import services
from kepu.plan.matters.forms import MeetingForm, ReasonForm
from kepu.plan.matters.models import Meeting
from kepu.plan.matters.permissions import may_open_matters, may_settle
from kepu.plan.matters.queries import MeetingPage, callable_plans, meeting_page, meetings_visible_to, paper_page
from kepu.plan.tasks.models import Plan
from kepu.web.http import PageRequest, View, attempt, only, status_of

ON_A_PAGE = 30


@require_GET
@only(may_open_matters)
def listing(request: PageRequest) -> HttpResponse:
    page = Paginator(meetings_visible_to(request.user), ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "matters/meetings.html", {"page": page, "plans": callable_plans(request.user)})


@require_http_methods(["GET", "POST"])
@only(may_open_matters)
def call(request: PageRequest, slug: str) -> HttpResponse:
    plan = get_object_or_404(Plan.objects.select_related("region"), slug=slug)
    if not may_settle(request.user, plan):
        raise Http404
    form = MeetingForm(request.POST or None, plan=plan)
    if form.is_valid():
        made = attempt(form, lambda: services.call_meeting(plan.pk, form.wanted, actor=request.user))
        if made is not None:
            return redirect("matters:meeting", made.pk)
    context = {"form": form, "plan": plan}
    return render(request, "matters/call.html", context, status=status_of(form) if form.errors else 200)


@require_http_methods(["GET", "POST"])
@only(may_open_matters)
def change(request: PageRequest, pk: int) -> HttpResponse:
    page = found_meeting(request, pk)
    if not page.is_office or (request.method == "GET" and "change" not in page.acts):
        raise Http404
    form = MeetingForm(request.POST or None, plan=page.meeting.plan, initial=MeetingForm.said(page.meeting))
    if form.is_valid():
        changed = attempt(form, lambda: services.change_meeting(pk, form.wanted, actor=request.user))
        if changed is not None:
            return redirect("matters:meeting", pk)
    context = {"form": form, "plan": page.meeting.plan, "meeting": page.meeting}
    return render(request, "matters/call.html", context, status=status_of(form) if form.errors else 200)


@require_GET
@only(may_open_matters)
def meeting(request: PageRequest, pk: int) -> HttpResponse:
    return shown_meeting(request, found_meeting(request, pk))


@require_GET
@only(may_open_matters)
def paper(request: PageRequest, pk: int, kind: str) -> HttpResponse:
    page = paper_page(request.user, pk, kind)
    if page is None:
        raise Http404
    return render(request, "matters/paper.html", {"page": page, "meeting": page.meeting})


def _act(service: Callable[..., Meeting], said: Promise, form_class: type[forms.Form] = forms.Form) -> View:
    """A view that runs one service, and shows the meeting again where a rule stood against it."""
    name = service.__name__.split("_")[0]

    @require_POST
    @only(may_open_matters)
    def view(request: PageRequest, pk: int) -> HttpResponse:
        found_meeting(request, pk)
        form = form_class(request.POST, auto_id=f"{name}_%s")
        if form.is_valid() and attempt(form, lambda: service(pk, actor=request.user, **form.cleaned_data)) is not None:
            messages.success(request, str(said))
            return redirect("matters:meeting", pk)
        return shown_meeting(request, found_meeting(request, pk), name, form)

    return view


fix = _act(services.fix_agenda, _("议程定了，参会单位收到了通知和待办；文件正在制作。"))
reopen = _act(services.reopen_agenda, _("议程可以再改，原来的文件作废，参会单位已收到通知。"), ReasonForm)
cancel = _act(services.cancel_meeting, _("会议取消了，议题回到待上会。"), ReasonForm)
hold = _act(services.hold_meeting, _("请逐项记下结果和责任。"))
issue = _act(services.issue_minutes, _("纪要印发了，责任已成为任务的节点，责任单位收到了待办。"))
remake = _act(services.remake_papers, _("开始制作文件。"))


def found_meeting(request: PageRequest, pk: int) -> MeetingPage:
    """The meeting as far as the actor may see it."""
    found = meeting_page(request.user, pk)
    if found is None:
        raise Http404
    return found


def shown_meeting(
    request: PageRequest, page: MeetingPage, name: str = "", form: forms.Form | None = None
) -> HttpResponse:
    """The page of a meeting; a refused form keeps its words."""
    offered = {act: ReasonForm(auto_id=f"{act}_%s") for act in ("reopen", "cancel") if act in page.acts}
    if form is not None and name in offered:
        offered[name] = form  # type: ignore[assignment]
    refused = form if form is not None and name not in offered else None
    context = {"page": page, "meeting": page.meeting, "forms": offered, "refused": refused, "sent": name}
    template = "matters/meeting.html#papers" if request.htmx else "matters/meeting.html"
    return render(request, template, context, status=status_of(form) if form is not None else 200)
