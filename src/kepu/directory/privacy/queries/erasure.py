"""What points at a person, and what erasure does there."""

from collections.abc import Iterator

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models

from kepu.foundation.erasure import OnErasure

_FOREIGN: dict[str, dict[str, OnErasure]] = {}


def declare_erasure(label: str, fields: dict[str, OnErasure]) -> None:
    """Say for a model of another package what erasure does to it; own models say it in `ON_ERASURE`.

    Args:
        label: as in `"account.EmailAddress"`.
        fields: by the name of the field that points at a person.
    """
    _FOREIGN[label] = fields


def erasure_of(model: type[models.Model]) -> dict[str, OnErasure]:
    """What a model declares; empty where it says nothing."""
    return _FOREIGN.get(model._meta.label, getattr(model, "ON_ERASURE", {}))  # noqa: SLF001


def pointers() -> Iterator[tuple[type[models.Model], str, OnErasure]]:
    """Every model and field that points at a person by a key or by a number, with what erasure does there."""
    for model in apps.get_models(include_auto_created=True):
        for field, what in erasure_of(model).items():
            yield model, field, what


def undeclared() -> list[str]:
    """Foreign keys to a person about which their model says nothing: a defect, and a test's list."""
    person = get_user_model()
    return [
        f"{model._meta.label}.{field.name}"  # noqa: SLF001
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()  # noqa: SLF001
        if field.concrete
        and field.is_relation
        and field.related_model is person
        and field.name not in erasure_of(model)
    ]
