"""What is known of persons that the law protects: numbers, birthdays, guardians, consents, requests."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kepu.directory.privacy.choices import (
    ConsentManner,
    ConsentState,
    NumberKind,
    Relation,
    RequestKind,
    consent_manners,
    consent_states,
    number_kinds,
    relations,
    request_kinds,
)
from kepu.directory.privacy.rules import decrypt, encrypt
from kepu.foundation.erasure import DELETE, KEEP, OnErasure

if TYPE_CHECKING:
    _Bytes = models.BinaryField[Any, Any]
else:
    _Bytes = models.BinaryField


class EncryptedTextField(_Bytes):
    """Text that nobody can read in the database; found by a keyed hash beside it, never by its content."""

    description = "encrypted text"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    @property
    def purpose(self) -> str:
        """What binds a value to its place: a value moved to another column can not be read there."""
        return f"{self.model._meta.label_lower}.{self.name}"  # noqa: SLF001 (Django documents _meta)

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt what is written; the empty text stays empty."""
        if isinstance(value, str):
            return encrypt(value, self.purpose) if value else b""
        return super().get_prep_value(value)

    def from_db_value(self, value: Any, *_args: object) -> str | None:
        """Decrypt what is read."""
        if value is None:
            return None
        return decrypt(value, self.purpose) if len(value) else ""

    def value_to_string(self, obj: models.Model) -> str:
        """A dump holds nothing that can be read."""
        return "" if self.value_from_object(obj) in {None, ""} else "***"

    def get_lookup(self, lookup_name: str) -> Any:
        """Refuse to search: two encryptions of one text differ.

        Raises:
            FieldError: for everything but `isnull`.
        """
        if lookup_name != "isnull":
            message = f"{self.name} is encrypted; look for its keyed hash"
            raise FieldError(message)
        return super().get_lookup(lookup_name)


class PersonalNumber(models.Model):
    """One number by which a person is reached or known: encrypted, masked on screen, found by its keyed hash."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"person": DELETE}

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="numbers")
    kind = models.CharField(_("种类"), max_length=10, choices=number_kinds)
    value = EncryptedTextField(_("号码"))
    digest = models.BinaryField(max_length=32)
    verified_at = models.DateTimeField(_("验证时间"), null=True)
    kept_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("个人号码")
        ordering = ("person", "kind", "pk")
        constraints = (
            models.UniqueConstraint(fields=("kind", "digest"), name="personal_number_once"),
            models.UniqueConstraint(
                fields=("person", "kind"), condition=~Q(kind=NumberKind.PHONE), name="personal_number_one_of_its_kind"
            ),
            models.CheckConstraint(condition=Q(kind__in=NumberKind.values), name="personal_number_kind_known"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} #{self.pk}"


class PersonalDetail(models.Model):
    """A person's birthday, and the secret from which the ledger's keyed hash of the person is made."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"person": DELETE}

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="detail")
    birthday = EncryptedTextField(_("出生日期"), null=True)
    secret = EncryptedTextField(null=True)

    class Meta:
        verbose_name = _("个人情况")

    def __str__(self) -> str:
        return f"#{self.pk}"


class Guardianship(models.Model):
    """Who answers for a child, from the day on which it was confirmed."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"child": DELETE, "guardian": DELETE, "confirmed_by": KEEP}

    child = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="guardianships")
    guardian = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="wards")
    relation = models.CharField(_("关系"), max_length=12, choices=relations)
    declared_at = models.DateTimeField(_("申报时间"))
    confirmed_at = models.DateTimeField(_("确认时间"), null=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("确认人")
    )
    evidence = models.CharField(_("凭据"), max_length=200, blank=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True)

    class Meta:
        verbose_name = _("监护关系")
        ordering = ("child", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("child", "guardian"), condition=Q(ended_at=None), name="guardianship_once_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(child=F("guardian")), name="guardianship_of_somebody_else"),
            models.CheckConstraint(condition=Q(relation__in=Relation.values), name="guardianship_relation_known"),
        )

    def __str__(self) -> str:
        return f"#{self.child_id} ← #{self.guardian_id}"


class GuardianInvitation(models.Model):
    """A phone whose owner somebody named as the guardian of a child, until that owner answers under the own sign-in.

    Whether the phone belongs to anybody is not asked here, so that naming one tells nothing about its owner.
    """

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"child": DELETE}

    child = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="guardian_invitations")
    number = EncryptedTextField(_("监护人手机号"))
    digest = models.BinaryField(max_length=32, db_index=True)
    relation = models.CharField(_("关系"), max_length=12, choices=relations)
    invited_at = models.DateTimeField(_("申报时间"))
    answered_at = models.DateTimeField(_("答复时间"), null=True)

    class Meta:
        verbose_name = _("监护人邀请")
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("child", "digest"), condition=Q(answered_at=None), name="guardian_invited_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(relation__in=Relation.values), name="guardian_invitation_relation_known"
            ),
        )

    def __str__(self) -> str:
        return f"#{self.child_id} #{self.pk}"


class Consent(models.Model):
    """One answer to one version of one purpose's text. Answers are added, never changed: the newest one holds."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {
        "person": KEEP,
        "answered_by": KEEP.clearing("evidence"),
        "recorded_by": KEEP,
    }

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(_("用途"), max_length=64)
    version = models.CharField(_("告知书版本"), max_length=60)
    text_digest = models.CharField(max_length=64)
    state = models.CharField(_("答复"), max_length=10, choices=consent_states)
    band = models.CharField(_("年龄段"), max_length=10)
    manner = models.CharField(_("方式"), max_length=8, choices=consent_manners, default=ConsentManner.SCREEN)
    evidence = models.CharField(_("凭据"), max_length=200, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("答复人")
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("录入人")
    )
    answered_at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("同意记录")
        ordering = ("-answered_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(state__in=ConsentState.values), name="consent_state_known"),
            models.CheckConstraint(condition=Q(manner__in=ConsentManner.values), name="consent_manner_known"),
            models.CheckConstraint(
                condition=Q(manner=ConsentManner.SCREEN) | ~Q(evidence=""), name="consent_taken_down_has_evidence"
            ),
        )
        indexes = (models.Index(fields=("person", "purpose", "-answered_at"), name="consent_newest"),)

    def __str__(self) -> str:
        return f"#{self.person_id} {self.purpose} {self.state}"


class SubjectRequest(models.Model):
    """What somebody asked of the data about themselves, and what became of it; the yearly audit counts it."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"person": KEEP, "asked_by": KEEP}

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="subject_requests")
    kind = models.CharField(_("请求"), max_length=10, choices=request_kinds)
    band = models.CharField(_("年龄段"), max_length=10)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("时间"))
    settled_at = models.DateTimeField(_("办结时间"), null=True)

    class Meta:
        verbose_name = _("个人信息请求")
        ordering = ("-asked_at",)
        constraints = (models.CheckConstraint(condition=Q(kind__in=RequestKind.values), name="subject_request_known"),)

    def __str__(self) -> str:
        return f"#{self.person_id} {self.kind}"
