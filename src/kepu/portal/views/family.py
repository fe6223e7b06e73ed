"""Guardians and the children for whom they answer."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kepu.directory.privacy import services as privacy
from kepu.directory.privacy.models import Guardianship
from kepu.directory.privacy.queries import consent_text, invitations_to, wards_of
from kepu.directory.register import services
from kepu.portal.forms import DeleteForm, GuardianForm, WardForm
from kepu.portal.http import own_page
from kepu.portal.queries import deletion_page, me_page
from kepu.portal.views.me import answer_of, export_of
from kepu.web.http import PageRequest, attempt, status_of


def _ward(request: PageRequest, pk: int) -> Guardianship:
    """The child by its number, for a confirmed guardian only; anybody else finds nothing."""
    return get_object_or_404(wards_of(request.user.pk).filter(confirmed_at__isnull=False), child=pk)


@require_GET
@own_page
def ward(request: PageRequest, pk: int) -> HttpResponse:
    found = _ward(request, pk)
    return render(request, "portal/ward.html", {"ward": found, "page": me_page(found.child)})


@require_POST
@own_page
def ward_consent(request: PageRequest, pk: int, purpose: str) -> HttpResponse:
    answer_of(request, _ward(request, pk).child_id, purpose)
    return redirect("portal:ward", pk=pk)


@require_POST
@own_page
def ward_export(request: PageRequest, pk: int) -> HttpResponse:
    return export_of(request, _ward(request, pk).child_id)


@require_http_methods(["GET", "POST"])
@own_page
def ward_delete(request: PageRequest, pk: int) -> HttpResponse:
    child_id = _ward(request, pk).child_id
    form = DeleteForm(request.POST or None)
    page = deletion_page(child_id)
    if request.method == "POST" and form.is_valid():
        attempt(form, lambda: privacy.erase_person(child_id, actor=request.user))
        if not form.errors:
            messages.success(request, _("孩子的账号已删除。"))
            return redirect("portal:me")
    context = {"form": form, "page": page, "action": reverse("portal:ward_delete", args=[pk])}
    return render(request, "portal/delete.html", context, status=status_of(form) if form.errors else 200)


@require_http_methods(["GET", "POST"])
@own_page
def ward_new(request: PageRequest) -> HttpResponse:
    text = consent_text(services.ACCOUNT)
    form = WardForm(request.POST or None, initial={"text_digest": text.digest})
    if request.POST.get("answer") == "refused":
        return redirect("portal:me")
    if request.method == "POST" and form.is_valid():
        child = attempt(form, lambda: services.register_ward(**form.cleaned_data, actor=request.user))
        if child is not None:
            return redirect("portal:ward", pk=child.pk)
    context = {"form": form, "text": text}
    return render(request, "portal/ward_new.html", context, status=status_of(form) if form.errors else 200)


@require_http_methods(["GET", "POST"])
@own_page
def guardian_new(request: PageRequest) -> HttpResponse:
    form = GuardianForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        phone, relation = form.cleaned_data["guardian_phone"], form.cleaned_data["relation"]
        attempt(form, lambda: privacy.invite_guardian(request.user.pk, phone, relation, actor=request.user))
        if not form.errors:
            messages.success(request, _("记下了。请监护人用那个手机号登录，在“我的信息”里确认。"))
            return redirect("portal:me")
    return render(request, "portal/guardian_new.html", {"form": form}, status=status_of(form) if form.errors else 200)


@require_http_methods(["GET", "POST"])
@own_page
def invitation(request: PageRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(invitations_to(request.user.pk), pk=pk)
    text = consent_text(services.ACCOUNT)
    if request.method == "POST":
        is_given, digest = request.POST.get("answer") == "given", request.POST.get("text_digest", "")
        child = services.answer_for_child(pk, is_given=is_given, text_digest=digest, actor=request.user)
        if is_given and child is not None:
            messages.success(request, _("您已确认是监护人。"))
            return redirect("portal:ward", pk=child.pk)
        messages.success(request, _("记下了：不同意。等着您答复的登记已删除。"))
        return redirect("portal:me")
    return render(request, "portal/invitation.html", {"invitation": found, "text": text})


@require_POST
@own_page
def guardianship_end(request: PageRequest, pk: int) -> HttpResponse:
    mine = Guardianship.objects.filter(guardian=request.user) | Guardianship.objects.filter(child=request.user)
    privacy.end_guardianship(get_object_or_404(mine, pk=pk, ended_at=None).pk, actor=request.user)
    messages.success(request, _("监护关系已结束；以前的答复留着，新的事要重新答复。"))
    return redirect("portal:me")
