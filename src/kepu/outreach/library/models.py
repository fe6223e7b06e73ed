"""Resources, packages of them, where copies lie and every change of their counts, and loans."""

from datetime import date
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kepu.directory.register.models import Organisation, Person, Region
from kepu.foundation.clock import today
from kepu.foundation.erasure import KEEP, OnErasure
from kepu.foundation.files.models import StoredFile
from kepu.foundation.sheets.rosters import RosterBase
from kepu.outreach.library.choices import (
    TAKING,
    UNDER_WAY,
    LoanState,
    MovementKind,
    ShownState,
    loan_states,
    movement_kinds,
    shown_states,
)

_BODY_BORROWS = Q(person=None, organisation__isnull=False, subject_type="", subject_id="")
_PERSON_BORROWS = Q(person__isnull=False, organisation=None, subject_type="", subject_id="")
_SUBJECT_BORROWS = Q(person=None, organisation=None) & ~Q(subject_type="") & ~Q(subject_id="")


def _words(label: Any) -> "ArrayField[list[str], list[str]]":
    return ArrayField(models.CharField(max_length=64), verbose_name=label, default=list, blank=True)


class Shown(models.Model):
    """What resources and packages share: they are shown until they are withdrawn, with a reason."""

    title = models.CharField(_("名称"), max_length=120)
    audiences = _words(_("适合的人群"))
    owner = models.ForeignKey(Organisation, verbose_name=_("归口单位"), on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("状态"), max_length=10, choices=shown_states, default=ShownState.SHOWN)
    added_on = models.DateField(_("登记日期"))
    withdrawn_on = models.DateField(_("下架日期"), null=True, blank=True)
    withdrawn_reason = models.CharField(_("下架原因"), max_length=200, blank=True)
    is_demonstration = models.BooleanField(_("演示数据"), default=False)
    sort_key = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    @property
    def is_shown(self) -> bool:
        """Whether the public finds it."""
        return self.state == ShownState.SHOWN


def _withdrawn_says_why(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(state=ShownState.SHOWN, withdrawn_on=None, withdrawn_reason="")
        | (Q(state=ShownState.WITHDRAWN, withdrawn_on__isnull=False) & ~Q(withdrawn_reason="")),
        name=name,
    )


class Resource(Shown):
    """Something to teach or show with (资源): a kit, a poster, an exhibit, courseware, a leaflet, a film."""

    kind = models.CharField(_("类型"), max_length=40, help_text=_("码表 library.kinds"))
    topics = _words(_("讲的题目"))
    subjects = _words(_("学科"))
    forms = _words(_("适合的服务形式"))
    description = models.TextField(_("介绍"), blank=True)
    source = models.CharField(_("作者或来源"), max_length=160)
    rights = models.CharField(_("怎样可以用"), max_length=200, help_text=_("许可或约定，照实写"))
    file = models.ForeignKey(
        StoredFile, verbose_name=_("文件"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    region = models.ForeignKey(Region, verbose_name=_("存放地区"), on_delete=models.PROTECT, related_name="+")
    is_lendable = models.BooleanField(_("可以借"), default=True)

    class Meta:
        verbose_name = verbose_name_plural = _("资源")
        ordering = ("sort_key", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(state__in=ShownState.values), name="resource_state_known"),
            _withdrawn_says_why("resource_withdrawn_says_why"),
            models.CheckConstraint(condition=~Q(source="") & ~Q(rights=""), name="resource_says_whose"),
            models.UniqueConstraint(fields=("owner", "title"), name="resource_title_once_an_owner"),
        )
        indexes = (models.Index(fields=("state", "sort_key"), name="resource_by_state"),)

    def get_absolute_url(self) -> str:
        """Its public page."""
        return reverse("library:resource", args=[self.pk])


class Package(Shown):
    """Resources in an order, for an audience and an occasion (资源包)."""

    occasion = models.CharField(_("用在什么场合"), max_length=120)
    summary = models.TextField(_("怎样用"), blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("资源包")
        ordering = ("sort_key", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(state__in=ShownState.values), name="package_state_known"),
            _withdrawn_says_why("package_withdrawn_says_why"),
            models.UniqueConstraint(fields=("owner", "title"), name="package_title_once_an_owner"),
        )

    def get_absolute_url(self) -> str:
        """Its public page."""
        return reverse("library:package", args=[self.pk])


class PackageItem(models.Model):
    """One resource at one place of a package."""

    package = models.ForeignKey(Package, on_delete=models.CASCADE, related_name="items")
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="packed")
    position = models.PositiveSmallIntegerField(_("第几件"))

    class Meta:
        verbose_name = verbose_name_plural = _("包里的资源")
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=("package", "position"), name="package_place_once"),
            models.UniqueConstraint(fields=("package", "resource"), name="package_holds_once"),
            models.CheckConstraint(condition=Q(position__gte=1), name="package_place_positive"),
        )

    def __str__(self) -> str:
        return f"{self.package} {self.position}"


class Holding(models.Model):
    """Copies of a resource that a body keeps at a place (馆藏); the counts change by movements only."""

    resource = models.ForeignKey(Resource, verbose_name=_("资源"), on_delete=models.PROTECT, related_name="holdings")
    keeper = models.ForeignKey(
        Organisation, verbose_name=_("保管单位"), on_delete=models.PROTECT, related_name="holdings"
    )
    region = models.ForeignKey(Region, verbose_name=_("所在地区"), on_delete=models.PROTECT, related_name="holdings")
    storage = models.CharField(_("放在哪里"), max_length=120)
    contact = models.CharField(_("找谁领"), max_length=80, help_text=_("写岗位和办公电话，不写个人姓名和手机"))
    good = models.PositiveIntegerField(_("好的"), default=0, help_text=_("连借出在外的"))
    damaged = models.PositiveIntegerField(_("坏的"), default=0)
    lost = models.PositiveIntegerField(_("丢的"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("馆藏")
        ordering = ("resource__sort_key", "pk")
        constraints = (
            models.UniqueConstraint(fields=("resource", "keeper", "region", "storage"), name="holding_once_a_place"),
            models.CheckConstraint(condition=~Q(storage="") & ~Q(contact=""), name="holding_says_where"),
            models.CheckConstraint(condition=Q(good__gte=0, damaged__gte=0, lost__gte=0), name="holding_counts"),
        )
        indexes = (models.Index(fields=("keeper", "region"), name="holding_by_keeper"),)

    def __str__(self) -> str:
        return f"{self.resource} · {self.keeper}"


class Movement(models.Model):
    """One change of the counts of a holding, by whom and why; never edited, never deleted (the database refuses it)."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"moved_by": KEEP}

    holding = models.ForeignKey(Holding, on_delete=models.PROTECT, related_name="movements")
    kind = models.CharField(_("种类"), max_length=10, choices=movement_kinds)
    good = models.IntegerField(_("好的多了"))
    damaged = models.IntegerField(_("坏的多了"))
    lost = models.IntegerField(_("丢的多了"))
    reason = models.CharField(_("原因"), max_length=200)
    loan = models.OneToOneField("Loan", null=True, on_delete=models.PROTECT, related_name="movement")
    occurred_on = models.DateField(_("日期"))
    moved_at = models.DateTimeField(_("登记时间"))
    moved_by = models.BigIntegerField(_("登记人"))

    class Meta:
        verbose_name = verbose_name_plural = _("数量变动")
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=MovementKind.values), name="movement_kind_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="movement_says_why"),
            models.CheckConstraint(
                condition=Q(kind=MovementKind.RETURNED, loan__isnull=False)
                | (~Q(kind=MovementKind.RETURNED) & Q(loan=None)),
                name="movement_of_a_loan",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.occurred_on:%Y-%m-%d}"


class Loan(models.Model):
    """Copies of a holding for a borrower, from one day to another, both included (借用).

    Who borrows is one person, one body, or a thing of a room above by its type and number (an order's session).
    """

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {
        "person": KEEP.clearing("purpose"),
        "asked_by": KEEP.clearing("purpose"),
    }

    holding = models.ForeignKey(Holding, verbose_name=_("馆藏"), on_delete=models.PROTECT, related_name="loans")
    copies = models.PositiveIntegerField(_("件数"))
    first_day = models.DateField(_("自"))
    last_day = models.DateField(_("至"), help_text=_("当天归还"))
    state = models.CharField(_("状态"), max_length=10, choices=loan_states, default=LoanState.ASKED)
    person = models.ForeignKey(
        Person, verbose_name=_("借用人"), null=True, blank=True, on_delete=models.PROTECT, related_name="loans"
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("借用单位"), null=True, blank=True, on_delete=models.PROTECT, related_name="loans"
    )
    subject_type = models.CharField(_("用在哪里"), max_length=60, blank=True, help_text=_("room.noun"))
    subject_id = models.CharField(_("对象编号"), max_length=64, blank=True)
    purpose = models.CharField(_("做什么用"), max_length=200, blank=True)
    asked_by = models.ForeignKey(Person, verbose_name=_("申请人"), on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("申请时间"))
    answer = models.CharField(_("答复"), max_length=200, blank=True)
    handed_out_on = models.DateField(_("领取日期"), null=True, blank=True)
    returned_on = models.DateField(_("归还日期"), null=True, blank=True)
    damaged = models.PositiveIntegerField(_("坏了"), default=0)
    lost = models.PositiveIntegerField(_("丢了"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("借用")
        ordering = ("last_day", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(state__in=LoanState.values), name="loan_state_known"),
            models.CheckConstraint(condition=Q(copies__gte=1), name="loan_of_something"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="loan_days_in_order"),
            models.CheckConstraint(
                condition=_PERSON_BORROWS | _BODY_BORROWS | _SUBJECT_BORROWS, name="loan_has_one_borrower"
            ),
            models.CheckConstraint(
                condition=Q(state=LoanState.RETURNED, handed_out_on__isnull=False, returned_on__isnull=False)
                | Q(state=LoanState.OUT, handed_out_on__isnull=False, returned_on=None)
                | (
                    ~Q(state__in=[LoanState.OUT, LoanState.RETURNED])
                    & Q(handed_out_on=None, returned_on=None, damaged=0, lost=0)
                ),
                name="loan_days_fit_state",
            ),
            models.CheckConstraint(
                condition=Q(copies__gte=F("damaged") + F("lost")), name="loan_not_more_back_than_out"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[LoanState.REFUSED, LoanState.CANCELLED]) | ~Q(answer=""),
                name="loan_refusal_says_why",
            ),
        )
        indexes = (
            models.Index(fields=("holding", "last_day"), condition=Q(state__in=TAKING), name="loan_taking"),
            models.Index(fields=("state", "last_day"), condition=Q(state__in=UNDER_WAY), name="loan_under_way"),
            models.Index(fields=("subject_type", "subject_id"), name="loan_by_subject"),
        )

    def __str__(self) -> str:
        return f"{self.holding_id} {self.first_day:%Y-%m-%d}–{self.last_day:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        """Its page at the desk."""
        return reverse("library:loan", args=[self.pk])

    @property
    def is_overdue(self) -> bool:
        """Whether the copies should have come back before today."""
        return self.state == LoanState.OUT and self.last_day < today()

    def overdue_days(self, day: date) -> int:
        """How many days late it is on a day."""
        return max(0, (day - self.last_day).days)


class StockList(RosterBase):
    """A table of stock that somebody brought (馆藏表); the same file is read once."""

    class Meta:
        verbose_name = verbose_name_plural = _("馆藏表")
        ordering = ("-brought_at",)
