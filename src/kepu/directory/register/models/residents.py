"""How residents get in: codes sent to a phone, tickets of the identity service, and who acts for whom."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kepu.directory.privacy.models import EncryptedTextField
from kepu.directory.register.choices import (
    ActingCheck,
    ActingEnd,
    CodePurpose,
    acting_checks,
    acting_ends,
    code_purposes,
)
from kepu.directory.register.models.bodies import Person
from kepu.foundation.erasure import BLANK, KEEP, OnErasure


class PhoneCode(models.Model):
    """One code that was sent to a phone, for one browser session and one use; kept for a day to limit how many are sent."""

    key = models.BinaryField(unique=True, max_length=32, help_text=_("浏览器会话所持秘密的摘要"))
    purpose = models.CharField(_("用途"), max_length=10, choices=code_purposes)
    number = EncryptedTextField(_("手机号"))
    number_digest = models.BinaryField(max_length=32)
    address_digest = models.BinaryField(max_length=32)
    code_digest = models.BinaryField(max_length=32)
    tries = models.PositiveSmallIntegerField(_("试错次数"), default=0)
    sent_at = models.DateTimeField(_("发出时间"))
    expires_at = models.DateTimeField(_("有效至"))
    used_at = models.DateTimeField(_("验证时间"), null=True)
    spent_at = models.DateTimeField(_("用掉的时间"), null=True)

    class Meta:
        verbose_name = _("手机验证码")
        constraints = (
            models.CheckConstraint(condition=Q(purpose__in=CodePurpose.values), name="phone_code_purpose_known"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("sent_at")), name="phone_code_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(spent_at=None) | ~Q(used_at=None), name="phone_code_used_before_spent"),
        )
        indexes = (
            models.Index(fields=("number_digest", "-sent_at"), name="phone_code_by_number"),
            models.Index(fields=("address_digest", "-sent_at"), name="phone_code_by_address"),
        )

    def __str__(self) -> str:
        return f"#{self.pk}"


class IdentityTicket(models.Model):
    """A ticket of the identity service that was redeemed, so that it is never redeemed again; and whom it vouches for."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"person": BLANK.clearing("subject")}

    digest = models.BinaryField(unique=True, max_length=32)
    provider = models.CharField(_("来源"), max_length=30)
    subject = EncryptedTextField(_("统一身份认证编号"))
    level = models.CharField(_("实名等级"), max_length=20, blank=True)
    redeemed_at = models.DateTimeField(_("兑换时间"))
    person = models.ForeignKey(
        Person, verbose_name=_("人员"), null=True, on_delete=models.SET_NULL, related_name="identity_tickets"
    )

    class Meta:
        verbose_name = _("统一身份认证的票据")

    def __str__(self) -> str:
        return f"{self.provider} #{self.pk}"


class Acting(models.Model):
    """A time in which somebody of the office acts for a resident who called (话务代办)."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {
        "operator": KEEP,
        "resident": KEEP.clearing("reason", "evidence"),
    }

    operator = models.ForeignKey(Person, verbose_name=_("话务员"), on_delete=models.PROTECT, related_name="actings")
    resident = models.ForeignKey(Person, verbose_name=_("替谁办"), on_delete=models.PROTECT, related_name="acted_for")
    check_kind = models.CharField(_("核对方式"), max_length=10, choices=acting_checks)
    evidence = models.CharField(_("录音或回拨记录编号"), max_length=200)
    reason = models.CharField(_("事由"), max_length=200)
    started_at = models.DateTimeField(_("开始时间"))
    ended_at = models.DateTimeField(_("结束时间"), null=True)
    end_kind = models.CharField(_("怎样结束"), max_length=10, blank=True, choices=acting_ends)

    class Meta:
        verbose_name = _("话务代办")
        ordering = ("-started_at",)
        constraints = (
            models.UniqueConstraint(fields=("operator",), condition=Q(ended_at=None), name="acting_for_one_at_a_time"),
            models.CheckConstraint(condition=~Q(operator=F("resident")), name="acting_for_somebody_else"),
            models.CheckConstraint(condition=Q(check_kind__in=ActingCheck.values), name="acting_check_known"),
            models.CheckConstraint(
                condition=Q(ended_at=None, end_kind="") | Q(ended_at__isnull=False, end_kind__in=ActingEnd.values),
                name="acting_end_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.operator} → #{self.resident_id}"
