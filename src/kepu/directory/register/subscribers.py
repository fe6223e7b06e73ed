"""Keep sign-ins and sign-outs in the audit trail."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver

from kepu.directory.register.choices import ActingEnd
from kepu.directory.register.models import Person
from kepu.directory.register.services import end_all_acting, note_sign_in, note_sign_out


@receiver(user_logged_in, dispatch_uid="kepu.directory.signed_in")
def remember_sign_in(sender: Any, user: Any, **kwargs: Any) -> None:  # noqa: ARG001 a signal's signature
    note_sign_in(user, is_demonstration=user.is_demonstration)


@receiver(user_logged_out, dispatch_uid="kepu.directory.signed_out")
def remember_sign_out(sender: Any, user: Any, **kwargs: Any) -> None:  # noqa: ARG001 a signal's signature
    if isinstance(user, Person):
        end_all_acting(user, how=ActingEnd.SIGN_OUT)
        note_sign_out(user)
