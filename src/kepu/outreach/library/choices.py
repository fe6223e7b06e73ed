"""Closed lists of the library; codes are for ever, labels may change."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

KINDS = "library.kinds"


class ShownState(TextChoices):
    """Whether the public finds a resource or a package."""

    SHOWN = "shown", _("在用")
    WITHDRAWN = "withdrawn", _("已下架")


class MovementKind(TextChoices):
    """Why the counts of a holding changed."""

    FIRST = "first", _("登记")
    COUNTED = "counted", _("盘点")
    RETURNED = "returned", _("归还时坏了或丢了")


class LoanState(TextChoices):
    ASKED = "asked", _("待答复")
    AGREED = "agreed", _("已同意，待领取")
    OUT = "out", _("借出")
    RETURNED = "returned", _("已归还")
    REFUSED = "refused", _("没有同意")
    CANCELLED = "cancelled", _("已取消")


TAKING = (LoanState.AGREED, LoanState.OUT)
"""Loans for which copies are set apart."""
UNDER_WAY = (LoanState.ASKED, *TAKING)


def shown_states() -> list[tuple[str, Any]]:
    return ShownState.choices


def movement_kinds() -> list[tuple[str, Any]]:
    return MovementKind.choices


def loan_states() -> list[tuple[str, Any]]:
    return LoanState.choices
