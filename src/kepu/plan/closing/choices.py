"""Closed lists of closing a plan; codes are for ever, labels may change."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Outcome(TextChoices):
    CARRIED = "carried", _("转到下一版")
    STRUCK = "struck", _("不再列入")


def outcomes() -> list[tuple[str, Any]]:
    return Outcome.choices
