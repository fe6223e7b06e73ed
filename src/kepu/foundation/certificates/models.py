"""Certificates, objections against them, and the running numbers of a year."""

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kepu.foundation.certificates.choices import (
    CertificateState,
    ObjectionState,
    certificate_states,
    objection_states,
)
from kepu.foundation.certificates.rules import label_of, masked_name
from kepu.foundation.erasure import BLANK, KEEP, OnErasure
from kepu.foundation.files.models import StoredFile
from kepu.foundation.queue.models import Progress


class CertificateYear(models.Model):
    """The last running number that one prefix gave in a year."""

    prefix = models.CharField(_("字头"), max_length=10)
    year = models.PositiveSmallIntegerField(_("年份"))
    last_number = models.PositiveIntegerField(_("已用到的序号"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("证书编号")
        constraints = (models.UniqueConstraint(fields=("prefix", "year"), name="certificate_year_once"),)

    def __str__(self) -> str:
        return f"{self.prefix}-{self.year}"


class Certificate(models.Model):
    """One certificate. What it says is frozen: the database refuses to change it."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {
        "holder_id": KEEP.clearing("holder_name", "holder_document"),
        "made_by": KEEP,
        "ended_by": KEEP,
    }

    kind = models.CharField(_("种类"), max_length=40)
    number = models.CharField(_("编号"), max_length=40, unique=True)
    code = models.CharField(_("查验码"), max_length=14)
    title = models.CharField(_("标题"), max_length=80)
    holder_id = models.BigIntegerField(_("持有人"), null=True, db_index=True)
    holder_name = models.CharField(_("姓名"), max_length=60, blank=True)
    holder_document = models.CharField(_("证件"), max_length=60, blank=True, help_text=_("种类和遮住的号码"))
    holder_number = models.CharField(_("公开编号"), max_length=40)
    is_name_public = models.BooleanField(_("查验时显示姓名"), default=False)
    issuer = models.CharField(_("出具单位"), max_length=120)
    issuer_id = models.BigIntegerField(_("出具单位编号"), null=True)
    responsible = models.CharField(_("负责人"), max_length=60)
    handler = models.CharField(_("经办人"), max_length=60)
    contact = models.CharField(_("联系方式"), max_length=120)
    content = models.JSONField(_("内容"), encoder=DjangoJSONEncoder, help_text=_("名称和值，按次序"))
    remark = models.CharField(_("备注"), max_length=300, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=certificate_states)
    made_on = models.DateField(_("制作日期"))
    made_by = models.BigIntegerField(_("制作人"), null=True)
    published_until = models.DateField(_("公示到"), null=True)
    issued_on = models.DateField(_("出具日期"), null=True)
    ended_on = models.DateField(_("停止或撤销日期"), null=True)
    ended_by = models.BigIntegerField(_("停止或撤销的人"), null=True)
    end_reason = models.CharField(_("理由"), max_length=300, blank=True)
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    progress = models.ForeignKey(Progress, null=True, on_delete=models.SET_NULL, related_name="+")
    is_demonstration = models.BooleanField(_("演示数据"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("证书")
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(condition=Q(state__in=CertificateState.values), name="certificate_state_known"),
            models.CheckConstraint(
                condition=~Q(state__in=(CertificateState.ISSUED, CertificateState.REVOKED))
                | Q(issued_on__isnull=False),
                name="certificate_issued_has_day",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(CertificateState.STOPPED, CertificateState.REVOKED))
                | (Q(ended_on__isnull=False) & ~Q(end_reason="")),
                name="certificate_ended_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state=CertificateState.PUBLISHED) | Q(published_until__isnull=False),
                name="certificate_published_until_a_day",
            ),
        )
        indexes = (
            models.Index(
                fields=("published_until",),
                condition=Q(state=CertificateState.PUBLISHED),
                name="certificate_in_publicity",
            ),
        )

    def __str__(self) -> str:
        return f"{label_of(self.kind)} {self.number}"

    @property
    def shown_name(self) -> str:
        """The name as everybody may see it."""
        return self.holder_name if self.is_name_public else masked_name(self.holder_name)


class CertificateObjection(models.Model):
    """A doubt about a published certificate; while one is open it does not become valid."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"raised_by": BLANK, "settled_by": KEEP}

    certificate = models.ForeignKey(Certificate, on_delete=models.CASCADE, related_name="objections")
    words = models.CharField(_("异议"), max_length=500)
    raised_by = models.BigIntegerField(_("提出人"), null=True)
    raised_at = models.DateTimeField(_("提出时间"))
    state = models.CharField(_("状态"), max_length=10, choices=objection_states, default=ObjectionState.OPEN)
    settled_by = models.BigIntegerField(_("核实人"), null=True)
    settled_at = models.DateTimeField(_("核实时间"), null=True)
    answer = models.CharField(_("核实结果"), max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("证书异议")
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(condition=Q(state__in=ObjectionState.values), name="objection_state_known"),
            models.CheckConstraint(
                condition=Q(state=ObjectionState.OPEN) | ~Q(answer=""), name="objection_settled_with_answer"
            ),
            models.CheckConstraint(
                condition=Q(settled_by=None) | ~Q(settled_by=F("raised_by")) | Q(raised_by=None),
                name="objection_settled_by_another",
            ),
        )

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.state}"
