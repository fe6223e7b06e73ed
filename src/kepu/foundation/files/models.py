"""Files that came in or were made: what they really are, who may fetch them."""

import uuid
from typing import ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kepu.foundation.content import FileKind
from kepu.foundation.erasure import KEEP, OnErasure
from kepu.foundation.files.choices import Visibility, file_kinds, scan_states, visibilities
from kepu.foundation.gateways import ScanState


def stored_name(file: "StoredFile", _given: str) -> str:
    """Name a file in the storage by its id alone: no name from outside touches the disk."""
    return f"{file.pk.hex[:2]}/{file.pk.hex}"


class StoredFile(models.Model):
    """One file. Its content never changes."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"uploaded_by": KEEP}

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("文件名"), max_length=150)
    kind = models.CharField(_("类型"), max_length=12, choices=file_kinds)
    size = models.BigIntegerField(_("字节数"))
    sha256 = models.CharField(_("内容指纹"), max_length=64, db_index=True)
    visibility = models.CharField(_("可见范围"), max_length=8, choices=visibilities, default=Visibility.STAFF)
    scan_state = models.CharField(_("扫描"), max_length=12, choices=scan_states, default=ScanState.NO_SCANNER)
    content = models.FileField(upload_to=stored_name, max_length=100)
    uploaded_by = models.BigIntegerField(_("上传人"), null=True)
    uploaded_at = models.DateTimeField(_("上传时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("文件")
        ordering = ("-uploaded_at",)
        constraints = (
            models.CheckConstraint(condition=models.Q(size__gt=0), name="file_not_empty"),
            models.CheckConstraint(condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"), name="file_sha256_hexadecimal"),
            models.CheckConstraint(condition=models.Q(kind__in=FileKind.values), name="file_kind_known"),
            models.CheckConstraint(condition=models.Q(visibility__in=Visibility.values), name="file_visibility_known"),
            models.CheckConstraint(condition=models.Q(scan_state__in=ScanState.values), name="file_scan_state_known"),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Where it is fetched."""
        return reverse("files:download", args=[self.pk])
