"""Closed lists of the second person's key; codes are for ever, labels may change."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ApprovalState(TextChoices):
    WAITING = "waiting", _("待核准")
    APPROVED = "approved", _("已核准并执行")
    REFUSED = "refused", _("未核准")
    WITHDRAWN = "withdrawn", _("申请人已撤回")
    EXPIRED = "expired", _("过期未核准")


def approval_states() -> list[tuple[str, Any]]:
    return ApprovalState.choices
