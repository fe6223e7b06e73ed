"""django-allauth's hooks: no open sign-up; accounts are given, not taken."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kepu.directory.register.models import Person


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


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """The city's own identity server vouches for known accounts only."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ARG002 allauth's signature
        """An unknown identity gets no account."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Join an identity, the first time it comes, with the active account of the same login name."""
        if sociallogin.is_existing:
            return
        claims = sociallogin.account.extra_data
        claims = claims.get("userinfo") or claims.get("id_token") or claims
        login = str(claims.get("preferred_username") or "").lower()
        person = Person.objects.filter(login=login, is_active=True, is_demonstration=False).first() if login else None
        if person is not None:
            sociallogin.connect(request, person)
