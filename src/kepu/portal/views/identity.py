"""The identity service of the province: leave for it, come back with a ticket; and its sandbox inside this site."""

import time
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kepu.directory.register import services
from kepu.directory.register.adapters import SANDBOX_PEOPLE, SandboxTicketProvider, ticket_provider
from kepu.directory.register.http import let_in
from kepu.foundation.errors import DomainError
from kepu.portal.http import (
    identity_of,
    next_address,
    own_page,
    remember_departure,
    remember_identity,
    take_departure,
)


@never_cache
@require_GET
def leave(request: HttpRequest) -> HttpResponse:
    """Go to the login page of the identity service."""
    going = services.depart(request.build_absolute_uri(reverse("portal:identity_back")))
    remember_departure(request, going.state, going.nonce)
    return redirect(going.address)


@never_cache
@require_GET
def come_back(request: HttpRequest) -> HttpResponse:
    """Redeem the ticket; who is known is let in, who is new proves a phone first."""
    expected, nonce = take_departure(request)
    ticket, state = _given(request, "ticket"), _given(request, "state")
    arrival = services.arrive(ticket, state=state, expected_state=expected, nonce=nonce)
    legal = {"name": arrival.legal.name, "code": arrival.legal.code} if arrival.legal else None
    kept = {"level": arrival.level, "legal": legal, "is_legal": legal is not None}
    if arrival.person is not None:
        response = let_in(request, arrival.person, next_address(request))
        remember_identity(request, kept)
        return response
    remember_identity(
        request, {**kept, "ticket": arrival.ticket_id, "name": arrival.name, "at": time.time(), "is_wanted": False}
    )
    messages.info(request, _("统一身份认证已通过。第一次来，请再用手机验证码确认一次，以后就不用了。"))
    return redirect("portal:sign_in")


def _given(request: HttpRequest, name: str) -> str:
    """What the service sent along, under the name that it uses."""
    provider = ticket_provider()
    if provider is None:
        raise Http404
    return request.GET.get(provider.names[name], "")


@require_POST
@own_page
def switch(request: HttpRequest) -> HttpResponse:
    """Act for oneself again, or for the body that the identity service named."""
    identity = identity_of(request)
    if identity.get("legal"):
        remember_identity(request, {**identity, "is_legal": request.POST.get("as") == "legal"})
    return redirect("portal:me")


def _sandbox() -> SandboxTicketProvider:
    provider = ticket_provider()
    if not isinstance(provider, SandboxTicketProvider):
        raise Http404
    return provider


@never_cache
@require_http_methods(["GET", "POST"])
def sandbox(request: HttpRequest) -> HttpResponse:
    """The login page of the sandbox: choose a made-up person, and go back with a ticket."""
    provider = _sandbox()
    names = provider.names
    asked = {name: request.GET.get(names[name], "") for name in ("state", "nonce", "back")}
    if not url_has_allowed_host_and_scheme(asked["back"], {request.get_host()}):
        raise Http404
    if request.method == "POST":
        who, is_legal = request.POST.get("who", ""), request.POST.get("as") == "legal"
        ticket = provider.issue(who, nonce=asked["nonce"], is_legal=is_legal)
        query = urlencode({names["ticket"]: ticket, names["state"]: asked["state"]})
        return redirect(f"{asked['back']}?{query}")
    return render(request, "portal/sandbox_identity.html", {"people": SANDBOX_PEOPLE.items()})


@require_GET
def sandbox_logout(request: HttpRequest) -> HttpResponse:
    """The sign-out page of the sandbox: it keeps no session, so it only leads back."""
    back = request.GET.get(_sandbox().names["back"], "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()})
    return redirect(back if is_ours else reverse("portal:home"))


@require_POST
@own_page
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out here, and at the identity service where the session came from there."""
    is_vouched = bool(identity_of(request))
    logout(request)
    home = request.build_absolute_uri(reverse("portal:home"))
    try:
        address = services.identity_sign_out_page(home) if is_vouched else ""
    except DomainError:
        address = ""
    return redirect(address or home)
