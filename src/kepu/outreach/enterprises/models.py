"""A need and its trail, the orders made for it, and what workers propose."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kepu.directory.privacy.models import EncryptedTextField
from kepu.directory.register.models import Organisation, Person, Region
from kepu.foundation.clock import now
from kepu.foundation.erasure import KEEP, OnErasure
from kepu.outreach.enterprises.choices import (
    NeedOrderKind,
    NeedState,
    NeedStepKind,
    ProposalState,
    need_order_kinds,
    need_states,
    need_step_kinds,
    proposal_states,
)
from kepu.outreach.requests.models import Order


class Need(models.Model):
    """What an enterprise can not solve or teach by itself (企业需求)."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"poster": KEEP.clearing("contact_name", "contact_phone")}

    poster = models.ForeignKey(
        Person, verbose_name=_("提出的人"), on_delete=models.PROTECT, related_name="enterprise_needs"
    )
    body = models.ForeignKey(
        Organisation, verbose_name=_("企业"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="enterprise_needs",
    )  # fmt: skip
    body_name = models.CharField(_("企业（不在名录里的）"), max_length=120, blank=True)
    kind = models.CharField(_("哪一类"), max_length=64, help_text=_("码表 enterprises.kinds"))
    title = models.CharField(_("要解决什么"), max_length=100)
    words = models.TextField(_("说明"), max_length=2000, blank=True, help_text=_("不公开"))
    subject = models.CharField(_("学科"), max_length=64, blank=True, help_text=_("码表 capacities.subjects"))
    region = models.ForeignKey(
        Region, verbose_name=_("地区"), on_delete=models.PROTECT, related_name="enterprise_needs"
    )
    place = models.CharField(_("地点"), max_length=160, blank=True)
    workers = models.PositiveIntegerField(_("关系到多少职工"))
    wanted_by = models.DateField(_("最晚哪天要"))
    contact_name = models.CharField(_("联系人"), max_length=40, blank=True)
    contact_phone = EncryptedTextField(_("联系电话"), null=True, blank=True)
    is_public = models.BooleanField(_("公开题目和类别"), default=False)
    partner = models.CharField(_("合作的城市或国家"), max_length=80, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=need_states, default=NeedState.POSTED)
    unmet_reason = models.CharField(_("为什么没有满足"), max_length=300, blank=True)
    posted_at = models.DateTimeField(_("提出时间"), default=now)
    settled_at = models.DateTimeField(_("办结、撤回或记为未满足的时间"), null=True, blank=True)
    key = models.UUIDField(unique=True, editable=False, help_text=_("同一张表再送一次不会多出一条"))
    is_demonstration = models.BooleanField(_("演示数据"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("企业需求")
        ordering = ("-posted_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(state__in=NeedState.values), name="need_state_known"),
            models.CheckConstraint(condition=Q(body__isnull=False) | ~Q(body_name=""), name="need_has_enterprise"),
            models.CheckConstraint(condition=Q(workers__gte=1), name="need_has_workers"),
            models.CheckConstraint(
                condition=(Q(state=NeedState.UNMET) & ~Q(unmet_reason=""))
                | (~Q(state=NeedState.UNMET) & Q(unmet_reason="")),
                name="need_unmet_says_why",
            ),
        )
        indexes = (models.Index(fields=("state", "region"), name="need_by_state"),)

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def number(self) -> str:
        """What it is called on the phone: the year and a running number."""
        return f"X{self.posted_at:%y}{self.pk:06d}" if self.pk else ""

    @property
    def house(self) -> str:
        """The enterprise, in words."""
        return self.body.label if self.body is not None else self.body_name


class NeedStep(models.Model):
    """What was done about a need, by whom, with which words."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"actor": KEEP}

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(_("经过"), max_length=10, choices=need_step_kinds)
    actor = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("经手人"))
    words = models.CharField(_("说明"), max_length=300, blank=True)
    at = models.DateTimeField(_("时间"), default=now)

    class Meta:
        verbose_name = verbose_name_plural = _("企业需求的经过")
        ordering = ("pk",)
        constraints = (models.CheckConstraint(condition=Q(kind__in=NeedStepKind.values), name="need_step_known"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d}"


class NeedOrder(models.Model):
    """An order that was made for a need: an expert's visit, or a class."""

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="orders")
    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="need_order")
    kind = models.CharField(_("点的是什么"), max_length=8, choices=need_order_kinds)

    class Meta:
        verbose_name = verbose_name_plural = _("为企业需求点的单")
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=NeedOrderKind.values), name="need_order_kind_known"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.order_id}"


class Proposal(models.Model):
    """What workers propose, without their names, and what became of it (合理化建议)."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"recorder": KEEP}

    recorder = models.ForeignKey(Person, verbose_name=_("登记的人"), on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey(
        Organisation, verbose_name=_("企业"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="worker_proposals",
    )  # fmt: skip
    need = models.ForeignKey(
        Need, verbose_name=_("哪一条需求"), null=True, blank=True, on_delete=models.PROTECT, related_name="proposals"
    )
    title = models.CharField(_("题目"), max_length=100)
    proposed = models.TextField(_("建议怎么做"), max_length=2000)
    workers = models.PositiveIntegerField(_("几名职工提的"))
    proposed_on = models.DateField(_("提出的日子"))
    state = models.CharField(_("状态"), max_length=10, choices=proposal_states, default=ProposalState.PROPOSED)
    answer = models.CharField(_("答复"), max_length=500, blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    result = models.CharField(_("结果"), max_length=500, blank=True)
    result_on = models.DateField(_("见到结果的日子"), null=True, blank=True)
    saved_yuan = models.DecimalField(
        _("一年省下多少元（企业自报）"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    key = models.UUIDField(unique=True, editable=False, help_text=_("同一张表再送一次不会多出一条"))
    is_demonstration = models.BooleanField(_("演示数据"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("合理化建议")
        ordering = ("-proposed_on", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(state__in=ProposalState.values), name="proposal_state_known"),
            models.CheckConstraint(
                condition=Q(body__isnull=False) | Q(need__isnull=False), name="proposal_has_enterprise"
            ),
            models.CheckConstraint(condition=Q(workers__gte=1), name="proposal_has_workers"),
            models.CheckConstraint(
                condition=~Q(state=ProposalState.DECLINED) | ~Q(answer=""), name="proposal_declined_says_why"
            ),
            models.CheckConstraint(
                condition=(Q(state=ProposalState.RESULTED, result_on__isnull=False) & ~Q(result=""))
                | (~Q(state=ProposalState.RESULTED) & Q(result="", result_on__isnull=True, saved_yuan__isnull=True)),
                name="proposal_result_when_resulted",
            ),
            models.CheckConstraint(
                condition=Q(result_on__isnull=True) | Q(result_on__gte=F("proposed_on")), name="proposal_days_in_order"
            ),
            models.CheckConstraint(
                condition=Q(saved_yuan__isnull=True) | Q(saved_yuan__gte=0), name="proposal_saving_not_negative"
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def house(self) -> str:
        """The enterprise, in words."""
        if self.body is not None:
            return self.body.label
        return self.need.house if self.need is not None else ""
