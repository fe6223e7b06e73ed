"""Closed lists of certificates; codes are for ever, labels may change."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class CertificateState(TextChoices):
    PUBLISHED = "published", _("公示中，尚未生效")
    ISSUED = "issued", _("有效")
    STOPPED = "stopped", _("公示后未出具")
    REVOKED = "revoked", _("已撤销")


class ObjectionState(TextChoices):
    OPEN = "open", _("待核实")
    UPHELD = "upheld", _("属实")
    DISMISSED = "dismissed", _("不属实")


class Verdict(TextChoices):
    """What a check says."""

    VALID = "valid", _("有效")
    PUBLISHED = "published", _("公示中")
    REVOKED = "revoked", _("已撤销")
    STOPPED = "stopped", _("未出具")
    UNKNOWN = "unknown", _("查不到")


def certificate_states() -> list[tuple[str, Any]]:
    return CertificateState.choices


def objection_states() -> list[tuple[str, Any]]:
    return ObjectionState.choices
