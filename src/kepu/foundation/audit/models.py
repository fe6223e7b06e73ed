"""Two append-only tables: what was done, and the chain that seals it."""

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from kepu.foundation.erasure import KEEP, OnErasure


class AuditEntry(models.Model):
    """One thing that somebody did. The database refuses to change or delete it.

    The table also holds `transaction_id` (set by the database), by which the sealing job knows
    that no earlier entry can still appear.
    """

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"actor_id": KEEP}

    recorded_at = models.DateTimeField(_("时间"))
    actor_id = models.BigIntegerField(_("操作人"), null=True)
    action = models.CharField(_("动作"), max_length=80)
    thing_type = models.CharField(_("对象类型"), max_length=80, blank=True)
    thing_id = models.CharField(_("对象编号"), max_length=64, blank=True)
    data = models.JSONField(_("内容"), default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        managed = False
        db_table = "audit_entry"
        verbose_name = _("审计记录")
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.pk} {self.action}"


class AuditSeal(models.Model):
    """One link of the chain: an entry's place and the hash over it and all before it."""

    seq = models.BigIntegerField(_("链上序号"), primary_key=True)
    entry = models.OneToOneField(AuditEntry, on_delete=models.DO_NOTHING, related_name="seal")
    previous_hash = models.BinaryField(_("前一哈希"), max_length=32)
    hash = models.BinaryField(_("哈希"), max_length=32)
    sealed_at = models.DateTimeField(_("封存时间"))

    class Meta:
        managed = False
        db_table = "audit_seal"
        verbose_name = _("审计封存")
        ordering = ("seq",)

    def __str__(self) -> str:
        return f"{self.seq} {bytes(self.hash).hex()[:12]}"
