"""Ties between persons and bodies, and which entries of the register are one human being."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kepu.directory.register.models import Organisation, Person
from kepu.foundation.erasure import DELETE, KEEP, OnErasure
from kepu.outreach.people.conflicts.choices import (
    IdentityState,
    Origin,
    TieKind,
    identity_states,
    origins,
    tie_kinds,
)


class Tie(models.Model):
    """One tie of a person to another person or to a body. Taken back, it stays on record with its end."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"person": DELETE, "other": DELETE, "recorded_by": KEEP}

    person = models.ForeignKey(Person, verbose_name=_("人员"), on_delete=models.CASCADE, related_name="ties")
    kind = models.CharField(_("关系"), max_length=12, choices=tie_kinds)
    other = models.ForeignKey(
        Person, verbose_name=_("对方"), null=True, blank=True, on_delete=models.CASCADE, related_name="ties_of_others"
    )
    body = models.ForeignKey(
        Organisation, verbose_name=_("单位"), null=True, blank=True, on_delete=models.CASCADE, related_name="ties"
    )
    since = models.DateField(_("自"), null=True, blank=True)
    until = models.DateField(_("至"), null=True, blank=True)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    origin = models.CharField(_("来源"), max_length=10, choices=origins, default=Origin.DECLARED)
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("录入人"))
    recorded_at = models.DateTimeField(_("时间"))
    taken_back_at = models.DateTimeField(_("撤下时间"), null=True)

    class Meta:
        verbose_name = _("回避关系")
        ordering = ("person", "kind", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=TieKind.values), name="tie_kind_known"),
            models.CheckConstraint(condition=Q(origin__in=Origin.values), name="tie_origin_known"),
            models.CheckConstraint(
                condition=Q(other__isnull=False, body=None) | Q(other=None, body__isnull=False),
                name="tie_one_other_end",
            ),
            models.CheckConstraint(condition=Q(other=None) | ~Q(other=F("person")), name="tie_to_somebody_else"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(since=None) | Q(until__gte=F("since")), name="tie_days_in_order"
            ),
            models.UniqueConstraint(
                fields=("person", "kind", "other", "body"),
                condition=Q(taken_back_at=None),
                name="tie_once",
                nulls_distinct=False,
            ),
        )

    def __str__(self) -> str:
        return f"#{self.person_id} {self.kind} {self.other_id or self.body_id}"


class SameIdentity(models.Model):
    """Whether two entries of the register are one human being, as found and as decided by a person."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"first": DELETE, "second": DELETE, "decided_by": KEEP}

    first = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", verbose_name=_("一个账号"))
    second = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", verbose_name=_("另一个账号"))
    state = models.CharField(_("状态"), max_length=10, choices=identity_states, default=IdentityState.SUSPECTED)
    ground = models.CharField(_("依据"), max_length=200, blank=True)
    reason = models.CharField(_("认定的理由"), max_length=200, blank=True)
    found_at = models.DateTimeField(_("发现时间"))
    decided_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("认定人")
    )
    decided_at = models.DateTimeField(_("认定时间"), null=True)

    class Meta:
        verbose_name = _("同一人认定")
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("first", "second"), name="same_identity_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="same_identity_in_order"),
            models.CheckConstraint(condition=Q(state__in=IdentityState.values), name="same_identity_state_known"),
            models.CheckConstraint(
                condition=Q(state=IdentityState.SUSPECTED) | Q(decided_at__isnull=False), name="same_identity_decided"
            ),
        )

    def __str__(self) -> str:
        return f"#{self.first_id} = #{self.second_id} ({self.state})"
