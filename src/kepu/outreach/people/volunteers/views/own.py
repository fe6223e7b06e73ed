"""The volunteer's own pages: register, shifts, hours, the code on the spot, certificates."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kepu.directory.privacy.queries import standing_of
from kepu.foundation.certificates.models import Certificate
from kepu.foundation.certificates.queries import in_publicity
from kepu.foundation.certificates.services import object_to
from kepu.foundation.clock import today
from kepu.outreach.people.volunteers import services
from kepu.outreach.people.volunteers.forms import ApplyForm, CodeForm, ObjectForm, RegisterForm, SettingsForm
from kepu.outreach.people.volunteers.models import Shift, Volunteer
from kepu.outreach.people.volunteers.queries import here_page, my_page
from kepu.web.http import PageRequest, attempt, status_of


@require_GET
@login_required
def me(request: PageRequest) -> HttpResponse:
    form = ApplyForm(initial={"since": date(today().year, 1, 1), "until": today()})
    return render(request, "volunteers/me.html", {"page": my_page(request.user), "form": form})


@require_http_methods(["GET", "POST"])
@login_required
def register(request: PageRequest) -> HttpResponse:
    standing = standing_of(request.user.pk, services.PURPOSE)
    form = RegisterForm(request.POST or None, initial={"digest": standing.text.digest})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data | {"is_given": request.POST.get("answer") == "agree"}
        given["text_digest"] = given.pop("digest")
        if attempt(form, lambda: (services.register_oneself(**given, actor=request.user),)):
            said = _("登记好了。") if given["is_given"] else _("记下了：您不同意，没有登记。")
            messages.success(request, said)
            return redirect("volunteers:me")
    context = {"form": form, "standing": standing}
    return render(request, "volunteers/register.html", context, status=status_of(form) if form.errors else 200)


@require_http_methods(["GET", "POST"])
@login_required
def settings(request: PageRequest) -> HttpResponse:
    volunteer = get_object_or_404(Volunteer, person=request.user)
    form = SettingsForm(request.POST or None, volunteer=volunteer)
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent and _changed(request, form, volunteer):
        messages.success(request, _("记下了。"))
        return redirect("volunteers:me")
    return render(request, "volunteers/settings.html", {"form": form}, status=status_of(form) if form.errors else 200)


def _changed(request: PageRequest, form: SettingsForm, volunteer: Volunteer) -> object:
    return attempt(form, lambda: services.change_volunteer(volunteer.pk, **form.cleaned_data, actor=request.user))


@require_POST
@login_required
def join(request: PageRequest, pk: int) -> HttpResponse:
    shift = get_object_or_404(Shift, pk=pk)
    seat = services.join_shift(shift.pk, actor=request.user)
    sure, waits = _("报好了，到时候请带手机签到。"), _("名额满了，给您排上了候补；轮到了会通知您，确认了才算报上。")
    messages.success(request, sure if seat.is_taken else waits)
    return redirect("volunteers:project", shift.project_id)


@require_POST
@login_required
def leave(request: PageRequest, pk: int) -> HttpResponse:
    services.leave_shift(pk, actor=request.user)
    messages.success(request, _("退出了，名额让给别人。"))
    return redirect("volunteers:me")


@require_http_methods(["GET", "POST"])
@login_required
def here(request: PageRequest, pk: int) -> HttpResponse:
    page = here_page(pk, request.user)
    if page is None:
        raise Http404
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        code, text = form.cleaned_data["code"], form.cleaned_data["text"]
        is_leaving = page.hours is not None and page.hours.state == "arrived"
        if attempt(form, lambda: _sign(request, pk, code, text, is_leaving=is_leaving)):
            return redirect("volunteers:here", pk)
    context = {"form": form, "page": page}
    return render(request, "volunteers/here.html", context, status=status_of(form) if form.errors else 200)


def _sign(request: PageRequest, pk: int, code: str, text: str, *, is_leaving: bool) -> object:
    if is_leaving:
        return services.depart(pk, code, text=text, actor=request.user)
    return services.arrive(pk, code, actor=request.user)


@require_POST
@login_required
def apply(request: PageRequest) -> HttpResponse:
    form = ApplyForm(request.POST)
    if form.is_valid() and _applied(request, form):
        messages.success(request, _("申请好了。受理后公示 7 天左右，没有异议就出具，不收费。"))
        return redirect("volunteers:me")
    context = {"page": my_page(request.user), "form": form}
    return render(request, "volunteers/me.html", context, status=status_of(form))


def _applied(request: PageRequest, form: ApplyForm) -> object:
    return attempt(form, lambda: services.apply_for_certificate(**form.cleaned_data, actor=request.user))


@require_POST
@login_required
def paper(request: PageRequest, pk: int) -> HttpResponse:
    get_object_or_404(Certificate, pk=pk, holder_id=request.user.pk)
    services.print_certificate(pk, site=request.build_absolute_uri("/").rstrip("/"), actor=request.user)
    messages.success(request, _("正在制作 PDF，过几秒刷新这一页就能下载。"))
    return redirect("volunteers:me")


@require_http_methods(["GET", "POST"])
@login_required
def publicity(request: PageRequest, pk: int = 0) -> HttpResponse:
    form = ObjectForm(request.POST or None)
    if request.method == "POST":
        get_object_or_404(Certificate, pk=pk, kind=services.SERVICE)
        if form.is_valid() and _objected(request, form, pk):
            messages.success(request, _("收到了，会去核实；核实以前不出具。"))
            return redirect("volunteers:publicity")
    rows = in_publicity(services.SERVICE)[:200]
    context = {"rows": rows, "form": form, "sent": pk}
    return render(request, "volunteers/publicity.html", context, status=status_of(form) if form.errors else 200)


def _objected(request: PageRequest, form: ObjectForm, pk: int) -> object:
    return attempt(form, lambda: object_to(pk, form.cleaned_data["words"], actor=request.user))
