"""The desk: register, volunteers, teams, late entries, anomalies, applications, objections."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kepu.foundation.certificates.services import settle_objection
from kepu.foundation.clock import today
from kepu.outreach.people.volunteers import services
from kepu.outreach.people.volunteers.forms import (
    HandleForm,
    LateForm,
    ProjectForm,
    ReasonForm,
    RecordForm,
    SettleForm,
    ShiftForm,
    TeamForm,
)
from kepu.outreach.people.volunteers.models import ServiceHours, Volunteer
from kepu.outreach.people.volunteers.permissions import may_keep_desk, may_open_desk
from kepu.outreach.people.volunteers.queries import (
    anomalies,
    applications_for,
    desk_page,
    export_rows,
    export_sheet,
    objections_for,
    projects_kept_by,
    teams_kept_by,
    volunteer_page,
    volunteers_for,
)
from kepu.web.http import PageRequest, View, attempt, only, status_of, table_download

ON_A_PAGE = 50
_SHOWN = 50


@require_GET
@only(may_open_desk)
def desk(request: PageRequest) -> HttpResponse:
    text, register = request.GET.get("q", "")[:40], request.GET.get("register", "")
    found = Paginator(volunteers_for(request.user, text=text, register=register), ON_A_PAGE)
    context = {"page": found.get_page(request.GET.get("page")), "desk": desk_page(request.user), "q": text}
    named = request.GET.get("named", "")[:40].strip()
    teams = teams_kept_by(request.user).filter(name__contains=named)
    projects = projects_kept_by(request.user).filter(title__contains=named)
    context |= {"teams": teams[:_SHOWN], "projects": projects[:_SHOWN], "named": named, "shown": _SHOWN}
    context |= {"team_count": teams.count(), "project_count": projects.count()}
    context |= {"register": register, "may_keep": may_keep_desk(request.user)}
    return render(request, "volunteers/desk.html", context)


@require_GET
@only(may_open_desk)
def export(request: PageRequest, kind: str) -> HttpResponse:
    sheet, name = export_sheet(), f"volunteers-{today().isoformat()}"
    return table_download(sheet, export_rows(request.user), kind=kind, name=name, banner="；".join(sheet.notes))


@require_http_methods(["GET", "POST"])
@only(may_open_desk)
def volunteer(request: PageRequest, number: str) -> HttpResponse:
    page = volunteer_page(request.user, number)
    if page is None:
        raise Http404
    form = RecordForm(request.POST or None)
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent and attempt(form, lambda: _note(request, page.volunteer, form.cleaned_data)) is not None:
        messages.success(request, _("记下了。"))
        return redirect("volunteers:volunteer", number)
    context = {"page": page, "form": form, "volunteer": page.volunteer, "reason": ReasonForm()}
    return render(request, "volunteers/volunteer.html", context, status=status_of(form) if form.errors else 200)


def _note(request: PageRequest, volunteer: Volunteer, given: dict[str, Any]) -> object:
    if given["kind"] == "training":
        return services.note_training(
            volunteer, title=given["title"], organiser=given["by"], held_on=given["day"], hours=given["hours"] or Decimal(1),
            actor=request.user,
        )  # fmt: skip
    return services.note_commendation(
        volunteer, title=given["title"], giver=given["by"], given_on=given["day"], actor=request.user
    )


@require_POST
@only(may_open_desk)
def reverse(request: PageRequest, pk: int) -> HttpResponse:
    hours = get_object_or_404(ServiceHours, pk=pk, volunteer__in=volunteers_for(request.user).values("pk"))
    services.reverse_hours(hours.pk, request.POST.get("reason", ""), actor=request.user)
    messages.success(request, _("冲正了，台账里的也一并冲正；两条都看得见。"))
    return redirect("volunteers:volunteer", hours.volunteer.number)


def _made(
    form_class: type[Any], service: Callable[..., object], title: Promise, said: Promise, first: str = ""
) -> View:
    """A page with one form that makes one thing."""

    @require_http_methods(["GET", "POST"])
    @only(may_keep_desk)
    def view(request: PageRequest) -> HttpResponse:
        form: forms.Form = form_class(request.POST or None, actor=request.user)
        if request.method == "POST" and form.is_valid():
            given = dict(form.cleaned_data)
            things = [given.pop(first)] if first else []
            if attempt(form, lambda: service(*things, **given, actor=request.user)):
                messages.success(request, str(said))
                return redirect("volunteers:desk")
        context = {"form": form, "title": title}
        return render(request, "volunteers/make.html", context, status=status_of(form) if form.errors else 200)

    return view


team_new = _made(TeamForm, services.start_team, gettext_lazy("设一支队"), gettext_lazy("设好了。"))
project_new = _made(
    ProjectForm, services.start_project, gettext_lazy("开一个项目"), gettext_lazy("开好了，接着排班次。"), "team"
)
shift_new = _made(
    ShiftForm, services.plan_shift, gettext_lazy("排一个班次"), gettext_lazy("排好了，可以报名了。"), "project"
)


def _ask_late(number: Volunteer, **given: Any) -> object:
    return services.ask_late_hours(number, shift=None, **given)


late = _made(
    LateForm, _ask_late, gettext_lazy("补录服务时长"), gettext_lazy("提出了，要另一个人核准才记入。"), "number"
)


@require_GET
@only(may_open_desk)
def strange(request: PageRequest) -> HttpResponse:
    return render(request, "volunteers/anomalies.html", {"rows": anomalies(request.user)})


@require_http_methods(["GET", "POST"])
@only(may_keep_desk)
def application(request: PageRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(applications_for(request.user), pk=pk)
    form = HandleForm(request.POST or None)
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent and attempt(form, lambda: _handle(request, pk, form.cleaned_data)):
        messages.success(request, _("办好了。"))
        return redirect("volunteers:applications")
    context = {"application": found, "form": form}
    return render(request, "volunteers/application.html", context, status=status_of(form) if form.errors else 200)


def _handle(request: PageRequest, pk: int, given: dict[str, Any]) -> bool:
    issuer = given["issuer"]
    if given["answer"] == "refuse":
        services.refuse_application(pk, given["words"], host=issuer, actor=request.user)
    else:
        parts = {name: given[name] for name in ("responsible", "contact", "remark")}
        services.accept_application(pk, issuer=issuer, **parts, actor=request.user)
    return True


@require_GET
@only(may_open_desk)
def applications(request: PageRequest) -> HttpResponse:
    context = {"rows": applications_for(request.user)[:200], "objections": desk_page(request.user).objections}
    return render(request, "volunteers/applications.html", context)


@require_http_methods(["GET", "POST"])
@only(may_keep_desk)
def objection(request: PageRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(objections_for(request.user), pk=pk)
    form = SettleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        is_upheld, answer = form.cleaned_data["outcome"] == "upheld", form.cleaned_data["answer"]
        if attempt(form, lambda: settle_objection(pk, is_upheld=is_upheld, answer=answer, actor=request.user)):
            messages.success(request, _("记下了。"))
            return redirect("volunteers:applications")
    context = {"objection": found, "form": form}
    return render(request, "volunteers/objection.html", context, status=status_of(form) if form.errors else 200)
