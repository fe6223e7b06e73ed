"""Lists and parameters with their validity, source and standing."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from kepu.foundation.codes.choices import Evidence, ListState, ValueKind, ValueState, evidence_tags, value_kinds
from kepu.foundation.erasure import KEEP, OnErasure

_FOUNDED = frozenset({Evidence.PUBLISHED, Evidence.DERIVED})


class CodeList(models.Model):
    """One list of codes (码表) in one version."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"decided_by": KEEP}

    name = models.CharField(_("名称"), max_length=60, unique=True)
    label = models.CharField(_("中文名"), max_length=120)
    room = models.CharField(_("所属"), max_length=60)
    evidence = models.CharField(_("依据等级"), max_length=1, choices=evidence_tags)
    source = models.CharField(_("来源"), max_length=500, blank=True)
    version = models.CharField(_("版本"), max_length=60, blank=True)
    is_operators = models.BooleanField(_("由本站载入"), default=False)
    decided_by = models.BigIntegerField(_("确认人"), null=True)
    decided_at = models.DateTimeField(_("确认时间"), null=True)

    class Meta:
        verbose_name = _("码表")
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(condition=models.Q(evidence__in=Evidence.values), name="code_list_evidence_known"),
        )

    def __str__(self) -> str:
        return self.label

    @property
    def value_state(self) -> ValueState:
        """Where the list stands, empty lists apart."""
        if self.is_operators:
            return ValueState.OVERRIDDEN
        if self.decided_at:
            return ValueState.CONFIRMED
        return ValueState.FACT if self.evidence in _FOUNDED else ValueState.DEFAULT_UNCONFIRMED


class Code(models.Model):
    """One code of a list, valid from one day to another, both included. Codes are for ever: refer to them by value."""

    code_list = models.ForeignKey(CodeList, verbose_name=_("码表"), on_delete=models.CASCADE, related_name="codes")
    code = models.CharField(_("代码"), max_length=64)
    label = models.CharField(_("名称"), max_length=200)
    label_en = models.CharField(_("英文名称"), max_length=200, blank=True)
    parent = models.CharField(_("上级代码"), max_length=64, blank=True)
    position = models.PositiveIntegerField(_("顺序"), default=0)
    extra = models.JSONField(_("其他"), default=dict)
    valid_from = models.DateField(_("自"), null=True)
    valid_to = models.DateField(_("至"), null=True)
    is_withdrawn = models.BooleanField(_("已撤下"), default=False)

    class Meta:
        verbose_name = _("代码")
        ordering = ("position", "code")
        constraints = (
            models.UniqueConstraint(
                fields=("code_list", "code", "valid_from"), name="code_once_from_a_day", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="code_ends_after_it_begins",
            ),
        )

    def __str__(self) -> str:
        return self.label


class Parameter(models.Model):
    """One value of a parameter (参数) for one stretch of time, both days included."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"decided_by": KEEP}

    name = models.CharField(_("名称"), max_length=80)
    label = models.CharField(_("中文名"), max_length=200)
    room = models.CharField(_("所属"), max_length=60)
    kind = models.CharField(_("类型"), max_length=8, choices=value_kinds)
    unit = models.CharField(_("单位"), max_length=20, blank=True)
    valid_from = models.DateField(_("自"), null=True)
    valid_to = models.DateField(_("至"), null=True)
    default = models.JSONField(_("默认值"), null=True)
    evidence = models.CharField(_("依据等级"), max_length=1, choices=evidence_tags)
    source = models.CharField(_("来源"), max_length=500, blank=True)
    version = models.CharField(_("版本"), max_length=60, blank=True)
    override = models.JSONField(_("本站的值"), null=True)
    is_overridden = models.BooleanField(_("已改定"), default=False)
    decided_by = models.BigIntegerField(_("决定人"), null=True)
    decided_at = models.DateTimeField(_("决定时间"), null=True)
    reason = models.CharField(_("理由"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("参数")
        ordering = ("name", models.F("valid_from").asc(nulls_first=True))
        constraints = (
            models.UniqueConstraint(
                fields=("name", "valid_from"), name="parameter_once_from_a_day", nulls_distinct=False
            ),
            models.CheckConstraint(condition=models.Q(evidence__in=Evidence.values), name="parameter_evidence_known"),
            models.CheckConstraint(condition=models.Q(kind__in=ValueKind.values), name="parameter_kind_known"),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="parameter_ends_after_it_begins",
            ),
        )

    def __str__(self) -> str:
        return self.label

    @property
    def stored_value(self) -> object:
        """The value that holds, as JSON: the operator's, else the shipped one."""
        return self.override if self.is_overridden else self.default

    @property
    def state(self) -> ValueState:
        """Where the value stands."""
        if self.is_overridden:
            return ValueState.OVERRIDDEN
        if self.default is None:
            return ValueState.NOT_LOADED
        if self.decided_at:
            return ValueState.CONFIRMED
        return ValueState.FACT if self.evidence in _FOUNDED else ValueState.DEFAULT_UNCONFIRMED


def list_state(*, is_empty: bool) -> ListState:
    """A list without codes has not been loaded."""
    return ListState.NOT_LOADED if is_empty else ListState.LOADED
