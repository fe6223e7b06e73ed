"""Each person's own page: see, correct, agree and refuse, guardians, take away, delete."""

from json import dumps

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kepu.directory.privacy import services as privacy
from kepu.directory.privacy.models import PersonalNumber
from kepu.directory.register import services
from kepu.directory.register.choices import CodePurpose
from kepu.directory.register.http import client_address
from kepu.directory.register.queries import is_staff_account
from kepu.foundation.clock import today
from kepu.portal.forms import CodeForm, CorrectForm, DeleteForm, PhoneForm, StaffCorrectForm
from kepu.portal.http import asked_code, forget_code, identity_of, own_page, remember_code
from kepu.portal.queries import deletion_page, me_page
from kepu.web.http import PageRequest, attempt, status_of


@require_GET
@own_page
def me(request: PageRequest) -> HttpResponse:
    context = {"page": me_page(request.user), "identity": identity_of(request)}
    return render(request, "portal/me.html", context)


@require_POST
@own_page
def show_number(request: PageRequest, pk: int) -> HttpResponse:
    """One's own number in full, on the answer to this request only."""
    number = get_object_or_404(PersonalNumber, pk=pk, person=request.user)
    shown = {number.pk: privacy.reveal_number(number.pk, actor=request.user)}
    context = {"page": me_page(request.user, shown=shown), "identity": identity_of(request)}
    return render(request, "portal/me.html", context)


@require_http_methods(["GET", "POST"])
@own_page
def correct(request: PageRequest) -> HttpResponse:
    page = me_page(request.user)
    kind = StaffCorrectForm if is_staff_account(request.user) else CorrectForm
    form = kind(request.POST or None, initial={"name": request.user.name, "birthday": page.birthday})
    if request.method == "POST" and form.is_valid():
        values = {"name": request.user.name} | form.cleaned_data
        attempt(form, lambda: services.correct_person(**values, actor=request.user))
        if not form.errors:
            messages.success(request, _("改好了。"))
            return redirect("portal:me")
    return render(request, "portal/correct.html", {"form": form}, status=status_of(form) if form.errors else 200)


@require_http_methods(["GET", "POST"])
@own_page
def phone(request: PageRequest) -> HttpResponse:
    form = PhoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        number, address = form.cleaned_data["phone"], client_address(request)
        sent = attempt(form, lambda: services.send_code(number, address=address, purpose=CodePurpose.PHONE))
        if sent is not None:
            remember_code(request, sent)
            return redirect("portal:me_phone_code")
    return render(request, "portal/phone.html", {"form": form}, status=status_of(form) if form.errors else 200)


@require_http_methods(["GET", "POST"])
@own_page
def phone_code(request: PageRequest) -> HttpResponse:
    asked = asked_code(request)
    if asked is None:
        return redirect("portal:me_phone")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        attempt(form, lambda: _change_phone(request, asked.key, form.cleaned_data["code"]))
        if not form.errors:
            forget_code(request)
            messages.success(request, _("手机号已换好，下次用新号码登录。"))
            return redirect("portal:me")
    context = {"form": form, "asked": asked, "again": ""}
    return render(request, "portal/code.html", context, status=status_of(form) if form.errors else 200)


def _change_phone(request: PageRequest, key: str, typed: str) -> None:
    services.check_code(key, typed, purpose=CodePurpose.PHONE)
    services.change_phone(key, actor=request.user)


@require_POST
@own_page
def consent(request: PageRequest, purpose: str) -> HttpResponse:
    answer_of(request, request.user.pk, purpose)
    return redirect(f"{reverse('portal:me')}#consents")


def answer_of(request: PageRequest, person_id: int, purpose: str) -> None:
    """Give, refuse or take back, as the button says."""
    answer = request.POST.get("answer", "")
    if answer == "withdrawn":
        privacy.withdraw_consent(person_id, purpose, actor=request.user)
        messages.success(request, _("已撤回，从现在起不再用。"))
        return
    privacy.answer_consent(
        person_id,
        purpose,
        is_given=answer == "given",
        text_digest=request.POST.get("text_digest", ""),
        actor=request.user,
    )
    messages.success(request, _("记下了：同意。") if answer == "given" else _("记下了：不同意。"))


@require_POST
@own_page
def export(request: PageRequest) -> HttpResponse:
    return export_of(request, request.user.pk)


def export_of(request: PageRequest, person_id: int) -> HttpResponse:
    """Everything that is kept of somebody: a page to read and print, or a file."""
    found = privacy.export_person(person_id, actor=request.user)
    if request.POST.get("as") == "json":
        text = dumps(found, ensure_ascii=False, indent=2, default=str)
        response = HttpResponse(text, content_type="application/json; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="my-data.json"'
        return response
    return render(request, "portal/export.html", {"tables": found.items(), "day": today()})


@require_http_methods(["GET", "POST"])
@own_page
def delete(request: PageRequest) -> HttpResponse:
    form = DeleteForm(request.POST or None)
    page = deletion_page(request.user.pk)
    if request.method == "POST" and form.is_valid():
        attempt(form, lambda: privacy.erase_person(request.user.pk, actor=request.user))
        if not form.errors:
            logout(request)
            return redirect("portal:gone")
    context = {"form": form, "page": page, "action": reverse("portal:me_delete")}
    return render(request, "portal/delete.html", context, status=status_of(form) if form.errors else 200)


@never_cache
@require_GET
def gone(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/gone.html")
