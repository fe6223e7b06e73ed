"""Closed lists of notices."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class NoticeState(TextChoices):
    WAITING = "waiting", _("待送")
    SENT = "sent", _("已送出")
    SHOWN = "shown", _("只在工作台显示")
    FAILED = "failed", _("没有送到")


def notice_states() -> list[tuple[str, Any]]:
    return NoticeState.choices
