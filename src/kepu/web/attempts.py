"""Run a service for a form: a broken rule becomes an error of the form, and nothing that was typed is lost."""

from collections.abc import Callable
from typing import TypeVar

from django import forms

from kepu.foundation.errors import DomainError, NotAllowed

Done = TypeVar("Done")


def attempt(form: forms.Form, service: Callable[[], Done]) -> Done | None:
    """Call a service; None where a rule was broken, with its words at the field they are about.

    Raises:
        NotAllowed: what a role may not do is no error of a form.
    """
    try:
        return service()
    except NotAllowed:
        raise
    except DomainError as error:
        field = error.data.get("field")
        form.add_error(field if field in form.fields else None, str(error.message))
        form.refusal = error  # type: ignore[attr-defined]
        return None


def status_of(form: forms.Form) -> int:
    """What a page with a refused form answers."""
    refusal = getattr(form, "refusal", None)
    return refusal.status if refusal is not None else 422
