"""Who may fetch a file."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from kepu.foundation.content import FileKind
from kepu.foundation.gateways import ScanState


class Visibility(TextChoices):
    PUBLIC = "public", _("公开")
    STAFF = "staff", _("工作人员")
    PRIVATE = "private", _("仅本人和办公室")


def visibilities() -> list[tuple[str, Any]]:
    return Visibility.choices


def file_kinds() -> list[tuple[str, Any]]:
    return FileKind.choices


def scan_states() -> list[tuple[str, Any]]:
    return ScanState.choices
