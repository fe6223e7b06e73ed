"""django-allauth's hooks: no open sign-up; accounts are given, not taken."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from kepu.directory.register.models import Person

RESIDENTS = "residents"
"""The provider id of the identity server for residents (OpenID Connect)."""
VOUCHED = "kepu_vouched"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Staff accounts are made by an administrator, so the sign-up form is closed."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("这个账号已停用，请联系系统管理员。"),
        "incorrect_password": _("密码不对，请再试一次。"),
        "too_many_login_attempts": _("连着几次都没有登录成功，为安全起见请 15 分钟后再试；忘了密码请联系系统管理员。"),
        "username_password_mismatch": _("登录名或密码不对，请再试一次；忘了密码请联系系统管理员。"),
        "rate_limited": _("操作太频繁，请过一会儿再试。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 allauth's signature
        """Nobody signs up for a desk by themselves."""
        return False

    def add_message(
        self, request: HttpRequest, level: Any, message_template: Any = None, *args: Any, **kwargs: Any
    ) -> None:
        """Say nothing of a sign-in that worked: the page shows who one is, and a resident's login name is nobody's word."""
        if message_template != "account/messages/logged_in.txt":
            super().add_message(request, level, message_template, *args, **kwargs)


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """The city's own identity server vouches for known accounts only."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ARG002 allauth's signature
        """An unknown identity gets no account."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Join an identity, the first time it comes, with the active account of the same login name.

        The residents' server joins nothing here: whom it vouches for proves a phone first, as after a ticket.
        """
        if sociallogin.account.provider == RESIDENTS:
            raise ImmediateHttpResponse(self._vouched(request, sociallogin.account))
        if sociallogin.is_existing:
            return
        claims = sociallogin.account.extra_data
        claims = claims.get("userinfo") or claims.get("id_token") or claims
        login = str(claims.get("preferred_username") or "").lower()
        person = Person.objects.filter(login=login, is_active=True, is_demonstration=False).first() if login else None
        if person is not None:
            sociallogin.connect(request, person)

    @staticmethod
    def _vouched(request: HttpRequest, account: Any) -> HttpResponse:
        """Keep whom the residents' server vouches for, and go on where tickets go on; no powers come this way."""
        from kepu.directory.register.services import note_vouched  # it uses the package that this module belongs to

        claims = account.extra_data
        claims = claims.get("userinfo") or claims.get("id_token") or claims
        request.session[VOUCHED] = note_vouched(RESIDENTS, str(account.uid), name=str(claims.get("name") or ""))
        return redirect("portal:identity_vouched")
