"""Residents sign in: by a code on the phone, or by the identity service; the first time they register."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kepu.directory.privacy.queries import consent_text
from kepu.directory.register import services
from kepu.directory.register.http import client_address, let_in
from kepu.directory.register.models import Person
from kepu.directory.register.queries import phone_sign_in_is_open
from kepu.foundation.errors import DomainError
from kepu.portal.forms import CodeForm, PhoneForm, RegisterForm
from kepu.portal.http import (
    asked_code,
    choose_joining,
    forget_code,
    forget_identity,
    identity_of,
    next_address,
    pending_identity,
    remember_code,
    remember_identity,
    remember_next,
    wanted_address,
)
from kepu.portal.queries import identity_service
from kepu.web.http import attempt, status_of


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    remember_next(request)
    if isinstance(request.user, Person):
        return redirect(next_address(request))
    form = PhoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        phone = form.cleaned_data["phone"]
        if sent := attempt(form, lambda: services.send_code(phone, address=client_address(request))):
            remember_code(request, sent)
            return redirect("portal:sign_in_code")
    context = {"form": form, "is_open": phone_sign_in_is_open(), "identity": identity_service()}
    context |= {"wanted": wanted_address(request)}
    return render(request, "portal/sign_in.html", context, status=status_of(form) if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    asked = asked_code(request)
    if asked is None:
        return redirect("portal:sign_in")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        choose_joining(request, is_wanted=request.POST.get("join") == "yes")
        answer = attempt(form, lambda: _enter(request, asked.key, form.cleaned_data["code"]))
        if answer is not None:
            return answer
    pending = pending_identity(request)
    context = {"form": form, "asked": asked, "again": reverse("portal:sign_in_again"), "pending": pending}
    return render(request, "portal/code.html", context, status=status_of(form) if form.errors else 200)


def _enter(request: HttpRequest, key: str, typed: str) -> HttpResponse:
    """Let a known resident in; whoever is new goes on to register."""
    person = services.resident_of(services.check_code(key, typed))
    if person is None:
        return redirect("portal:register")
    services.spend_proof(key)
    return _welcome(request, person)


def _welcome(request: HttpRequest, person: Person) -> HttpResponse:
    """Join an identity that waited for its phone, if its owner said so, and sign in."""
    identity, waiting = identity_of(request), pending_identity(request)
    if waiting and waiting["is_wanted"]:
        try:
            services.join_identity(waiting["ticket"], person)
        except DomainError as problem:
            messages.warning(request, str(problem))
    address = next_address(request)
    forget_code(request)
    response = let_in(request, person, address)
    if waiting and waiting["is_wanted"]:
        remember_identity(request, {name: identity[name] for name in ("level", "legal", "is_legal")})
    else:
        forget_identity(request)
    return response


@require_POST
def again(request: HttpRequest) -> HttpResponse:
    """Send another code to the number that this session asked for."""
    asked = asked_code(request)
    number = services.number_of(asked.key) if asked is not None else ""
    if not number:
        return redirect("portal:sign_in")
    try:
        remember_code(request, services.send_code(number, address=client_address(request)))
        messages.success(request, _("又发了一条，以最新的一条为准。"))
    except DomainError as problem:
        messages.warning(request, str(problem))
    return redirect("portal:sign_in_code")


@never_cache
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    asked = asked_code(request)
    if asked is None or services.proof_of(asked.key) is None:
        messages.info(request, _("请先用手机号要一个验证码。"))
        return redirect("portal:sign_in")
    if request.POST.get("answer") == "refused":
        return _refused(request, asked.key)
    text = consent_text(services.ACCOUNT)
    initial = {"text_digest": text.digest, "name": (pending_identity(request) or {}).get("name", "")}
    form = RegisterForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        person = attempt(form, lambda: services.register_resident(asked.key, **form.cleaned_data))
        if person is not None:
            return _registered(request, person)
    context = {"form": form, "text": text, "asked": asked}
    return render(request, "portal/register.html", context, status=status_of(form) if form.errors else 200)


def _registered(request: HttpRequest, person: Person) -> HttpResponse:
    if person.is_active:
        return _welcome(request, person)
    forget_code(request)
    return render(request, "portal/waiting.html", {"person": person})


def _refused(request: HttpRequest, key: str) -> HttpResponse:
    services.drop_proof(key)
    request.session.flush()
    return render(request, "portal/refused.html")


@never_cache
@require_GET
def sandbox_message(request: HttpRequest) -> HttpResponse:
    """The phone of a demonstration: the message that its sandbox gateway got, for the browser that asked only."""
    asked = asked_code(request)
    if asked is None or not asked.shown:
        raise Http404
    return render(request, "portal/sandbox_message.html", {"asked": asked})
