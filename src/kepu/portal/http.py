"""What the pages of signing in and of the own person share: who may enter, what the session keeps between two pages."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from kepu.directory.register.http import NOT_FOR_RESIDENTS, acting_for
from kepu.directory.register.models import Person
from kepu.directory.register.services import SentCode
from kepu.foundation.errors import NotAllowed

_CODE, _NEXT, _DEPARTURE, _IDENTITY = "kepu_code", "kepu_next", "kepu_departure", "kepu_identity_of"
_PENDING_SECONDS = 15 * 60
View = Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True)
class AskedCode:
    """The code that this browser asked for last."""

    key: str
    masked: str
    resend_at: datetime
    shown: str


def own_page(view: View) -> View:
    """A page of the person who is signed in: visitors go to sign in, and nobody opens it who acts for somebody else.

    Raises:
        NotAllowed: the session acts for a resident; export and deletion are the resident's own.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if acting_for(request) is not None:
            raise NotAllowed(_("代办期间打不开“我的信息”：看、导出和删除个人信息要本人登录。请先结束代办。"))
        if not isinstance(request.user, Person):
            query = urlencode({"next": request.get_full_path() if request.method == "GET" else reverse("portal:me")})
            return redirect(f"{reverse('portal:sign_in')}?{query}")
        return view(request, *args, **kwargs)

    return never_cache(guarded)


def remember_next(request: HttpRequest) -> None:
    """Keep where the visitor wanted to go, if that is a page of ours for residents."""
    wanted = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    if is_ours and not wanted.startswith(NOT_FOR_RESIDENTS):
        request.session[_NEXT] = wanted


def wanted_address(request: HttpRequest) -> str:
    """The page that was wanted, if any; it stays remembered."""
    return str(request.session.get(_NEXT, ""))


def next_address(request: HttpRequest) -> str:
    """Where to go after signing in: the page that was wanted, else the own one."""
    return str(request.session.pop(_NEXT, "") or reverse("portal:me"))


def remember_code(request: HttpRequest, sent: SentCode) -> None:
    """Tie a code to this browser session."""
    kept = asdict(sent) | {"resend_at": sent.resend_at.isoformat(), "expires_at": sent.expires_at.isoformat()}
    request.session[_CODE] = kept


def asked_code(request: HttpRequest) -> AskedCode | None:
    """The code that this session asked for, if it did."""
    kept = request.session.get(_CODE)
    if not kept:
        return None
    return AskedCode(kept["key"], kept["masked"], datetime.fromisoformat(kept["resend_at"]), kept["shown"])


def forget_code(request: HttpRequest) -> None:
    """This session asked for nothing any more."""
    request.session.pop(_CODE, None)


def remember_departure(request: HttpRequest, state: str, nonce: str) -> None:
    """Tie a login at the identity service to this browser session."""
    request.session[_DEPARTURE] = {"state": state, "nonce": nonce}


def take_departure(request: HttpRequest) -> tuple[str, str]:
    """The state and nonce of the login that this session began; they count once."""
    kept = request.session.pop(_DEPARTURE, None) or {}
    return kept.get("state", ""), kept.get("nonce", "")


def remember_identity(request: HttpRequest, values: dict[str, Any]) -> None:
    """Keep what the identity service said: its ticket's row, the real-name level, the body signed in for."""
    request.session[_IDENTITY] = values


def forget_identity(request: HttpRequest) -> None:
    """This session has nothing to do with the identity service any more."""
    request.session.pop(_IDENTITY, None)


def pending_identity(request: HttpRequest) -> dict[str, Any] | None:
    """An identity that waits for its owner's phone; not longer than a quarter of an hour, for computers are shared."""
    found = identity_of(request)
    if not found.get("ticket") or time.time() - found.get("at", 0) > _PENDING_SECONDS:
        return None
    return found


def choose_joining(request: HttpRequest, *, is_wanted: bool) -> None:
    """Keep whether the waiting identity shall open the account of the phone: whoever sits here now says so."""
    if (found := pending_identity(request)) is not None:
        remember_identity(request, {**found, "is_wanted": is_wanted})


def identity_of(request: HttpRequest) -> dict[str, Any]:
    """What the identity service said in this session; empty where it said nothing."""
    found: dict[str, Any] = request.session.get(_IDENTITY) or {}
    return found
