"""An order and its trail."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kepu.directory.privacy.models import EncryptedTextField
from kepu.directory.register.choices import Audience
from kepu.directory.register.models import Organisation, Person, Region
from kepu.foundation.clock import now
from kepu.foundation.erasure import KEEP, OnErasure
from kepu.outreach.requests.choices import (
    OrderChannel,
    OrderState,
    OrderStepKind,
    Repeat,
    Unmet,
    order_channels,
    order_states,
    order_step_kinds,
    repeats,
    unmets,
)

MOST_VISITS = 8
MOST_HELPERS = 20


class Order(models.Model):
    """What somebody asks for, for whom, where and when (需求单)."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {
        "asker": KEEP.clearing("contact_name", "contact_phone", "phone_digest", "needs", "helper_skill"),
        "acted_by": KEEP,
    }

    asker = models.ForeignKey(
        Person, verbose_name=_("点单人"), null=True, blank=True, on_delete=models.PROTECT, related_name="orders"
    )
    acted_by = models.ForeignKey(
        Person, verbose_name=_("代点的人"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    body = models.ForeignKey(
        Organisation, verbose_name=_("点单单位"), null=True, blank=True, on_delete=models.PROTECT, related_name="orders"
    )
    body_name = models.CharField(_("单位（不在名录里的）"), max_length=120, blank=True)
    contact_name = models.CharField(_("联系人"), max_length=40, blank=True)
    contact_phone = EncryptedTextField(_("联系电话"), null=True, blank=True)
    phone_digest = models.BinaryField(
        max_length=32, null=True, editable=False, help_text=_("认得出同一个电话，读不出号码")
    )
    region = models.ForeignKey(Region, verbose_name=_("地区"), on_delete=models.PROTECT, related_name="orders")
    place = models.CharField(_("地点"), max_length=160, blank=True)
    needs_room = models.BooleanField(_("没有地方，请帮着找"), default=False)
    audience = models.CharField(_("给谁听"), max_length=10, default=Audience.PUBLIC)
    level = models.CharField(_("年级或程度"), max_length=40, blank=True)
    people = models.PositiveIntegerField(_("人数"))
    accompanying = models.PositiveIntegerField(_("陪同的大人"), default=0)
    topic = models.CharField(_("想听什么"), max_length=120)
    subject = models.CharField(_("学科"), max_length=64, blank=True)
    form = models.CharField(_("形式"), max_length=64, help_text=_("码表 capacities.forms"))
    is_online = models.BooleanField(_("线上"), default=False)
    language = models.CharField(_("语言"), max_length=64, blank=True)
    needs = models.CharField(_("无障碍和其他需要"), max_length=200, blank=True)
    helpers = models.PositiveSmallIntegerField(_("要几名志愿者帮忙"), default=0)
    helper_skill = models.CharField(
        _("志愿者要会什么"), max_length=20, blank=True, help_text=_("码表 volunteers.skills")
    )
    visits = models.PositiveSmallIntegerField(_("次数"), default=1)
    repeat = models.CharField(_("几次由谁来"), max_length=10, choices=repeats, default=Repeat.ANY)
    earliest = models.DateField(_("最早哪天"))
    latest = models.DateField(_("最晚哪天"))
    half_days = ArrayField(models.CharField(max_length=2), verbose_name=_("方便的半天"), default=list, blank=True)
    standing = models.ForeignKey(
        "StandingOffer",
        verbose_name=_("常设项目"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="orders",
    )
    standing_class = models.ForeignKey(
        "StandingClass", verbose_name=_("班级"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    partner = models.CharField(_("合作的城市或国家"), max_length=80, blank=True)
    channel = models.CharField(_("怎么点的"), max_length=8, choices=order_channels, default=OrderChannel.PORTAL)
    state = models.CharField(_("状态"), max_length=10, choices=order_states, default=OrderState.ASKED)
    unmet_rule = models.CharField(_("为什么没有满足"), max_length=10, choices=unmets, blank=True)
    asked_at = models.DateTimeField(_("点单时间"), default=now)
    settled_at = models.DateTimeField(_("办完、取消或记为未满足的时间"), null=True, blank=True)
    key = models.UUIDField(unique=True, editable=False, help_text=_("同一张表再送一次不会多出一单"))
    is_demonstration = models.BooleanField(_("演示数据"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("需求单")
        ordering = ("-asked_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(state__in=OrderState.values), name="order_state_known"),
            models.CheckConstraint(condition=Q(channel__in=OrderChannel.values), name="order_channel_known"),
            models.CheckConstraint(condition=Q(repeat__in=Repeat.values), name="order_repeat_known"),
            models.CheckConstraint(condition=Q(audience__in=Audience.values), name="order_audience_known"),
            models.CheckConstraint(condition=Q(latest__gte=F("earliest")), name="order_days_in_order"),
            models.CheckConstraint(condition=Q(visits__gte=1, visits__lte=MOST_VISITS), name="order_visits_few"),
            models.CheckConstraint(condition=Q(helpers__lte=MOST_HELPERS), name="order_helpers_few"),
            models.CheckConstraint(condition=Q(helper_skill="") | Q(helpers__gte=1), name="order_skill_of_helpers"),
            models.CheckConstraint(condition=Q(people__gte=1), name="order_has_people"),
            models.CheckConstraint(
                condition=Q(standing_class=None) | Q(standing__isnull=False), name="order_class_of_its_standing"
            ),
            models.CheckConstraint(
                condition=Q(state=OrderState.UNMET, unmet_rule__in=Unmet.values)
                | (~Q(state=OrderState.UNMET) & Q(unmet_rule="")),
                name="order_unmet_says_why",
            ),
            models.CheckConstraint(
                condition=Q(asker__isnull=False) | Q(acted_by__isnull=False) | ~Q(body_name="") | Q(body__isnull=False),
                name="order_has_somebody",
            ),
        )
        indexes = (
            models.Index(fields=("state", "latest"), name="order_by_state"),
            models.Index(fields=("region", "state"), name="order_by_region"),
            models.Index(fields=("phone_digest",), condition=Q(phone_digest__isnull=False), name="order_by_phone"),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.topic}"

    @property
    def number(self) -> str:
        """What it is called on the phone: the year and a running number."""
        return f"D{self.asked_at:%y}{self.pk:06d}" if self.pk else ""

    @property
    def audience_label(self) -> str:
        """For whom it is, in words."""
        return str(Audience(self.audience).label)

    @property
    def seats(self) -> int:
        """People and who comes with them."""
        return self.people + self.accompanying

    @property
    def house(self) -> str:
        """The body that asks, in words."""
        return self.body.label if self.body is not None else self.body_name


class OrderStep(models.Model):
    """What was done about an order, by whom, with which words."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"actor": KEEP}

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(_("经过"), max_length=10, choices=order_step_kinds)
    actor = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("经手人"))
    words = models.CharField(_("说明"), max_length=300, blank=True)
    at = models.DateTimeField(_("时间"), default=now)

    class Meta:
        verbose_name = verbose_name_plural = _("办单经过")
        ordering = ("pk",)
        constraints = (models.CheckConstraint(condition=Q(kind__in=OrderStepKind.values), name="order_step_known"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d}"
