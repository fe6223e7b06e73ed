"""What requests pass on their way in: tokens of other systems, and how long somebody stays signed in."""

import time
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from ninja import Field, Schema
from ninja.security import HttpBearer

from kepu.directory.register.choices import ActingEnd
from kepu.directory.register.errors import TokensTriedTooOften, TokenUnusable
from kepu.directory.register.models import Acting, ApiToken, Person
from kepu.directory.register.permissions import may_act_for_others
from kepu.directory.register.queries import acting_open, has_second_factor, is_staff_account, token_for
from kepu.directory.register.services import end_acting, note_token_use
from kepu.foundation.actors import on_behalf_of
from kepu.foundation.codes.queries import values_in_force

Respond = Callable[[HttpRequest], HttpResponse]
SIGNED_IN_AT = "kepu_signed_in_at"
SEEN_AT = "kepu_seen_at"
SECOND_FACTOR = "kepu_second_factor"
SEEN_EVERY_SECONDS = 60
MOST_BAD_TRIES = 20
BAD_TRIES_SECONDS = 5 * 60
OPEN_WITHOUT_SECOND_FACTOR = ("/accounts/", "/static/", "/display/", "/i18n/")
DOOR = "kepu_door"
RESIDENTS_DOOR = "resident"
NOT_FOR_RESIDENTS = ("/desk/", "/admin/", "/accounts/")
ACTING = "kepu_acting"
ACTING_SEEN_AT = "kepu_acting_seen_at"


def _tries_key(request: HttpRequest) -> str:
    return f"bad-token:{get_account_adapter().get_client_ip(request)}"


def check_tries(request: HttpRequest) -> None:
    """Refuse an address that tried many bad tokens lately.

    Raises:
        TokensTriedTooOften: it must wait.
    """
    if cache.get(_tries_key(request), 0) >= MOST_BAD_TRIES:
        raise TokensTriedTooOften(
            _("这个地址连着用了太多无效的令牌，请 %(minutes)d 分钟后再试。") % {"minutes": BAD_TRIES_SECONDS // 60}
        )


def note_bad_try(request: HttpRequest) -> None:
    """Count a bad token for its address; the count starts anew after some minutes without one."""
    key = _tries_key(request)
    cache.set(key, cache.get(key, 0) + 1, BAD_TRIES_SECONDS)


class Refusal(Schema):
    """What every refusal of the API looks like."""

    code: str
    message: str
    data: dict[str, Any] = Field(default_factory=dict)


class TokenAuth(HttpBearer):
    """Authenticate an API request by a token with one scope; `request.user` becomes the token's owner.

    Examples:
        `router = Router(auth=TokenAuth("ledger:write"))`
    """

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Any:
        """Say in words what is missing, instead of ninja's bare 401."""
        answer = super().__call__(request)
        if not answer:
            raise TokenUnusable(_("请在 Authorization 头里带上令牌：Bearer kepu_…"))
        return answer

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        """Find the token.

        Raises:
            TokenUnusable: unknown, expired, revoked, out of scope, or its owner may no longer sign in.
            TokensTriedTooOften: the address tried many bad ones lately.
        """
        if not token.strip():
            return None
        check_tries(request)
        try:
            found = token_for(token.strip(), scope=self.scope)
        except TokenUnusable:
            note_bad_try(request)
            raise
        note_token_use(found)
        request.user = found.owner
        return found


def client_address(request: HttpRequest) -> str:
    """The browser's address, behind as many proxies of ours as are set."""
    return str(get_account_adapter().get_client_ip(request))


def let_in(request: HttpRequest, person: Person, address: str) -> HttpResponse:
    """Sign a resident in who proved a phone or an identity; the session remembers that it came by the residents' door."""
    response: HttpResponse = perform_login(request, person, redirect_url=address)
    if request.user.is_authenticated:
        request.session[DOOR] = RESIDENTS_DOOR
    return response


def is_residents_session(request: HttpRequest) -> bool:
    """Whether this session came by the residents' door: it opens nothing of the office."""
    return bool(request.session.get(DOOR) == RESIDENTS_DOOR)


class SessionMiddleware:
    """End a session that was idle or open too long, and ask for a second factor where a role needs one."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = request.user
        if not isinstance(person, Person):
            return self.get_response(request)
        if person.is_demonstration and not settings.KEPU_IS_DEMONSTRATION:
            return self._out(request, "")
        if reason := self._over(request):
            return self._out(request, reason)
        if is_residents_session(request):
            return self._resident(request, person)
        if not request.path.startswith(OPEN_WITHOUT_SECOND_FACTOR) and self._lacks_second_factor(request, person):
            messages.warning(request, _("您的角色要用两步登录，请先设好验证器。"))
            return self._elsewhere(request, reverse("mfa_activate_totp"))
        return self.get_response(request)

    @staticmethod
    def _over(request: HttpRequest) -> str:
        """Say why the session is over, or remember that it was just used."""
        at = int(time.time())  # how long a browser was idle is a matter of the wall clock, not of the programme's day
        session = request.session
        signed_in, seen = session.get(SIGNED_IN_AT), session.get(SEEN_AT)
        is_idle = seen is not None and at - seen > settings.KEPU_SESSION_IDLE_SECONDS
        if is_idle and not is_residents_session(request):  # public pages have no time limit, least of all in elder mode
            return _("超过 %(minutes)d 分钟没有操作，已为您退出，请重新登录。") % {
                "minutes": settings.KEPU_SESSION_IDLE_SECONDS // 60
            }
        if signed_in is not None and at - signed_in > settings.SESSION_COOKIE_AGE:
            return _("登录已满 %(hours)d 小时，请重新登录。") % {"hours": settings.SESSION_COOKIE_AGE // 3600}
        if signed_in is None:
            session[SIGNED_IN_AT] = at
        if seen is None or at - seen >= SEEN_EVERY_SECONDS:
            session[SEEN_AT] = at
        return ""

    def _resident(self, request: HttpRequest, person: Person) -> HttpResponse:
        """A code on a phone opens no powers: who got a role since then signs in anew, and the desk stays shut."""
        if is_staff_account(person):
            return self._out(request, _("您现在有工作身份，请从“工作台”重新登录。"))
        if request.path.startswith(NOT_FOR_RESIDENTS) and request.path != reverse("account_logout"):
            messages.info(request, _("那一页只给有工作身份的人用。您的事都在这里办。"))
            return self._elsewhere(request, reverse("portal:me"))
        return self.get_response(request)

    @staticmethod
    def _lacks_second_factor(request: HttpRequest, person: Person) -> bool:
        if not settings.KEPU_TWO_FACTOR_ROLES or person.is_demonstration or request.session.get(SECOND_FACTOR):
            return False
        if not person.holds(*settings.KEPU_TWO_FACTOR_ROLES):
            return False
        if has_second_factor(person):
            request.session[SECOND_FACTOR] = True
            return False
        return True

    def _out(self, request: HttpRequest, reason: str) -> HttpResponse:
        path = request.get_full_path() if request.method == "GET" else reverse("workbench:home")
        logout(request)
        if reason:
            messages.warning(request, reason)
        if not path.startswith(("/desk/", "/admin/", "/accounts/")):
            return self.get_response(request)  # a public page stays readable; only the sign-in is gone
        return self._elsewhere(request, f"{reverse('account_login')}?{urlencode({'next': path})}")

    @staticmethod
    def _elsewhere(request: HttpRequest, url: str) -> HttpResponse:
        if getattr(request, "htmx", False):
            return HttpResponse(headers={"HX-Redirect": url})
        return redirect(url)


def acting_for(request: HttpRequest) -> Acting | None:
    """The time of acting for a resident in which this request falls; None where everybody acts for themselves."""
    found: Acting | None = getattr(request, "acting", None)
    return found


def remember_acting(request: HttpRequest, acting: Acting) -> None:
    """Let this session act for the resident from now on."""
    request.session[ACTING], request.session[ACTING_SEEN_AT] = acting.pk, int(time.time())


def forget_acting(request: HttpRequest) -> None:
    """Let this session act for nobody but its own person."""
    request.session.pop(ACTING, None)
    request.session.pop(ACTING_SEEN_AT, None)


class ActingMiddleware:
    """Find for whom a request is made, end it after idle time, and let the audit trail name both."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        acting = self._acting(request) if isinstance(request.user, Person) and ACTING in request.session else None
        request.acting = acting  # type: ignore[attr-defined] # read by acting_for
        if acting is None:
            return self.get_response(request)
        with on_behalf_of(acting.resident_id):
            return self.get_response(request)

    @staticmethod
    def _acting(request: HttpRequest) -> Acting | None:
        person, at = request.user, int(time.time())
        assert isinstance(person, Person)  # noqa: S101 (asked by the caller)
        acting = acting_open(request.session[ACTING], person.pk)
        if acting is None:
            forget_acting(request)
            return None
        idle_seconds = 60 * int(values_in_force("acting.")["idle_minutes"])
        is_idle = at - request.session.get(ACTING_SEEN_AT, 0) > idle_seconds
        if is_idle or not may_act_for_others(person) or not acting.resident.is_active:
            end_acting(acting.pk, how=ActingEnd.IDLE if is_idle else ActingEnd.VOID, actor=person)
            forget_acting(request)
            messages.warning(request, _("代办已经结束。要继续，请重新核对来电人。"))
            return None
        request.session[ACTING_SEEN_AT] = at
        return acting
