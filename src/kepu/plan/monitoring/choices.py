"""Closed lists of monitoring reports; codes are for ever, labels may change."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MonitoringState(TextChoices):
    DRAFT = "draft", _("草稿")
    PUBLISHED = "published", _("已发布")


class PaperKind(TextChoices):
    WORD = "docx", _("Word 文档")
    PDF = "pdf", _("PDF")


def monitoring_states() -> list[tuple[str, Any]]:
    return MonitoringState.choices


def paper_kinds() -> list[tuple[str, Any]]:
    return PaperKind.choices
