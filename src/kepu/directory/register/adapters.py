"""django-allauth's hooks: no open sign-up; accounts are given, not taken."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Staff accounts are made by an administrator, so the sign-up form is closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up for a desk by themselves."""
        return False
