"""The exceptions that a user may see: a rule broken on purpose, told in words."""

from typing import Any

from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """A rule of the programme was broken; the message is shown to the user."""

    code = "domain_error"
    status = 409

    def __init__(self, message: str, **data: Any) -> None:
        super().__init__(message)
        self.message = message
        self.data = data

    def __str__(self) -> str:
        return str(self.message)


class NotAllowed(DomainError):
    """The actor may see the thing but not do this to it."""

    code = "not_allowed"
    status = 403

    def __init__(self, message: str = "", **data: Any) -> None:
        super().__init__(message or str(_("您的角色不能做这一步，请联系办公室或换一个身份登录。")), **data)


class InputUnreadable(DomainError):
    """What came in cannot be read as what it claims to be."""

    code = "input_unreadable"
    status = 400


class InputTooLarge(InputUnreadable):
    """What came in is larger than this door takes."""

    code = "input_too_large"
    status = 413


class SolversMissing(DomainError):
    """The packages of an engine are not installed here."""

    code = "solvers_missing"
    status = 503
