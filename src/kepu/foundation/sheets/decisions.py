"""What may become of a row of a roster, and what two people must not both decide."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from kepu.foundation.errors import DomainError


class RowChoice(TextChoices):
    """What is to become of a row of a roster."""

    UNDECIDED = "undecided", _("待定")
    NEW = "new", _("登记为新的")
    MERGED = "merged", _("并入已有的")
    SKIPPED = "skipped", _("不登记")


class RosterSettled(DomainError):
    """The row was decided before, or the roster brought before."""

    code = "roster_settled"


def row_choices() -> list[tuple[str, Any]]:
    return RowChoice.choices
