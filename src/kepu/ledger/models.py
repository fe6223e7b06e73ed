"""Facts, their keys, what they add up to, and the indicators that say what a number means.

All tables but `Indicator`, `AcceptedPeriod` and `SheetImport` are made and guarded by SQL (migration 0002), so Django does not manage
them: facts are partitioned by month and nothing may change or remove a row.
"""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kepu.directory.register.models import Person
from kepu.foundation.erasure import KEEP, OnErasure
from kepu.foundation.files.models import StoredFile
from kepu.foundation.queue.choices import ProgressState
from kepu.foundation.queue.models import Progress
from kepu.ledger.choices import (
    Aggregation,
    AudienceTag,
    IndicatorKind,
    Visibility,
    aggregations,
    audience_tags,
    audiences,
    indicator_kinds,
    source_kinds,
    visibilities,
)

SUMS_OF_FLOWS = (Aggregation.SUM, Aggregation.COUNT, Aggregation.DISTINCT_PERSONS)
SUMS_OF_STOCKS = (Aggregation.SUM, Aggregation.LAST)


class Indicator(models.Model):
    """What a number means (指标): one version of one code; loaded from `indicators/*.toml`."""

    id = models.AutoField(primary_key=True)
    code = models.CharField(_("代码"), max_length=60)
    version = models.PositiveSmallIntegerField(_("版本"), default=1)
    name = models.CharField(_("名称"), max_length=80)
    name_en = models.CharField(_("英文名称"), max_length=120)
    unit = models.CharField(_("单位"), max_length=20)
    unit_en = models.CharField(_("英文单位"), max_length=40)
    description = models.CharField(_("口径"), max_length=500, blank=True)
    kind = models.CharField(_("类型"), max_length=8, choices=indicator_kinds)
    aggregation = models.CharField(_("合计方法"), max_length=20, choices=aggregations)
    is_integer = models.BooleanField(_("只取整数"), default=True)
    requires_method = models.BooleanField(_("须附测量方法"), default=False)
    dimensions = ArrayField(models.CharField(max_length=20), verbose_name=_("维度"), default=list)
    formula = models.CharField(_("公式"), max_length=300, blank=True)
    visibility = models.CharField(_("可见范围"), max_length=8, choices=visibilities, default=Visibility.PUBLIC)
    valid_from = models.PositiveSmallIntegerField(_("启用年"), default=2000)
    valid_to = models.PositiveSmallIntegerField(_("停用年"), null=True, blank=True)
    source = models.CharField(_("来源"), max_length=200, blank=True)
    evidence = models.CharField(_("依据等级"), max_length=1, blank=True)
    theme = models.CharField(_("主题"), max_length=40, blank=True)
    sort_order = models.PositiveIntegerField(_("次序"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("指标")
        ordering = ("sort_order", "code", "version")
        constraints = (
            models.UniqueConstraint(fields=("code", "version"), name="indicator_version_once"),
            models.CheckConstraint(condition=Q(kind__in=IndicatorKind.values), name="indicator_kind_known"),
            models.CheckConstraint(
                condition=Q(kind=IndicatorKind.FLOW, aggregation__in=SUMS_OF_FLOWS)
                | Q(kind=IndicatorKind.STOCK, aggregation__in=SUMS_OF_STOCKS),
                name="indicator_aggregation_fits_kind",
            ),
            models.CheckConstraint(condition=Q(visibility__in=Visibility.values), name="indicator_visibility_known"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="indicator_years_in_order"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return self.name_en if (get_language() or "").startswith("en") else self.name

    @property
    def unit_label(self) -> str:
        """The unit in the reader's language."""
        return self.unit_en if (get_language() or "").startswith("en") else self.unit

    @property
    def is_derived(self) -> bool:
        """Whether the number is computed from other indicators and takes no facts."""
        return bool(self.formula)

    @property
    def is_stock(self) -> bool:
        """Whether the number is a level on a day and is never added over time."""
        return self.kind == IndicatorKind.STOCK


class AcceptedPeriod(models.Model):
    """A stretch of days for which facts are taken (受理时段), opened by whoever owes the numbers, such as a plan."""

    owner = models.CharField(_("开启者"), max_length=60, unique=True)
    title = models.CharField(_("名称"), max_length=120)
    since = models.DateField(_("自"))
    until = models.DateField(_("至"))

    class Meta:
        verbose_name = verbose_name_plural = _("受理时段")
        ordering = ("since",)
        constraints = (models.CheckConstraint(condition=Q(until__gte=F("since")), name="accepted_period_in_order"),)

    def __str__(self) -> str:
        return self.title


class SheetImport(models.Model):
    """One spreadsheet that somebody brought into the ledger (表格导入), and what became of it."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"started_by": KEEP}

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("文件名"), max_length=150)
    sha256 = models.CharField(_("内容指纹"), max_length=64)
    file = models.ForeignKey(StoredFile, verbose_name=_("文件"), null=True, on_delete=models.SET_NULL, related_name="+")
    progress = models.OneToOneField(Progress, verbose_name=_("进度"), on_delete=models.PROTECT, related_name="+")
    started_by = models.ForeignKey(Person, verbose_name=_("导入人"), on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(_("导入时间"))
    attempts = models.PositiveSmallIntegerField(_("试过几次"), default=0)
    rows_digest = models.CharField(_("各行指纹"), max_length=64, blank=True)
    rows = models.PositiveBigIntegerField(_("行数"), null=True)
    added = models.PositiveBigIntegerField(_("新登记"), null=True)
    alike = models.PositiveBigIntegerField(_("疑似重复"), default=0)
    first_on = models.DateField(_("最早一天"), null=True)
    last_on = models.DateField(_("最晚一天"), null=True)
    errors = models.JSONField(_("错误"), default=list)
    is_cut = models.BooleanField(_("错误太多，未列全"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("表格导入")
        ordering = ("-started_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="sheet_import_sha256_hexadecimal"
            ),
            models.CheckConstraint(
                condition=Q(added=None, rows=None) | Q(added__lte=F("rows")), name="sheet_import_adds_at_most_its_rows"
            ),
        )
        indexes = (
            models.Index(fields=("started_by", "-started_at"), name="sheet_import_of_person"),
            models.Index(fields=("rows_digest",), name="sheet_import_rows", condition=~Q(rows_digest="")),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_done(self) -> bool:
        """Whether all its rows are in the ledger."""
        return self.progress.state == ProgressState.DONE

    @property
    def present(self) -> int:
        """Rows whose fact was there before."""
        return (self.rows or 0) - (self.added or 0)


class Fact(models.Model):
    """One thing that happened, or one level measured, recorded once and for ever (事实)."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"recorded_by": KEEP}

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    indicator = models.ForeignKey(
        Indicator, verbose_name=_("指标"), db_constraint=False, on_delete=models.PROTECT, related_name="+"
    )
    occurred_on = models.DateField(_("发生日期"))
    region = models.ForeignKey(
        "directory.Region", verbose_name=_("地区"), db_constraint=False, on_delete=models.DO_NOTHING, related_name="+"
    )
    district = models.ForeignKey(
        "directory.Region", verbose_name=_("区市"), db_constraint=False, on_delete=models.DO_NOTHING, related_name="+"
    )
    area_class = models.CharField(_("城乡分类"), max_length=10)
    organisation = models.ForeignKey(
        "directory.Organisation",
        verbose_name=_("单位"),
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="+",
    )
    audience = models.CharField(_("人群"), max_length=16, choices=audiences)
    audience_tag = models.CharField(_("细分人群"), max_length=30, choices=audience_tags, blank=True)
    quantity = models.DecimalField(_("数量"), max_digits=18, decimal_places=4)
    people = models.BigIntegerField(_("人次"), null=True)
    person = models.BinaryField(_("人员摘要"), null=True)
    method = models.JSONField(_("测量方法"), null=True)
    source_kind = models.CharField(_("来源"), max_length=10, choices=source_kinds)
    source_ref = models.CharField(_("来源编号"), max_length=200, blank=True)
    note = models.CharField(_("说明"), max_length=500, blank=True)
    recorded_by = models.ForeignKey(
        "directory.Person",
        verbose_name=_("登记人"),
        db_constraint=False,
        null=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
    )
    recorded_at = models.DateTimeField(_("登记时间"))
    reverses = models.UUIDField(_("冲正"), null=True)
    is_demonstration = models.BooleanField(_("演示数据"), default=False)

    class Meta:
        managed = False
        db_table = "ledger_fact"
        verbose_name = verbose_name_plural = _("事实")

    def __str__(self) -> str:
        return f"{self.occurred_on:%Y-%m-%d} {self.quantity}"

    @property
    def audience_label(self) -> str:
        """The audience in words, the finer group first where there is one."""
        return str(AudienceTag(self.audience_tag).label) if self.audience_tag else str(self.get_audience_display())


class FactKey(models.Model):
    """The fact's number, once over all months, and where to find the fact."""

    key = models.UUIDField(primary_key=True)
    occurred_on = models.DateField()
    indicator_id = models.IntegerField()

    class Meta:
        managed = False
        db_table = "ledger_fact_key"


class Delta(models.Model):
    """What one statement added to the cells; the fold moves it into the roll-ups."""

    pk = models.CompositePrimaryKey("indicator_id", "month", "organisation_id", "region_id", "audience", "audience_tag")
    indicator_id = models.IntegerField()
    month = models.DateField()
    organisation_id = models.BigIntegerField()
    region_id = models.BigIntegerField()
    district_id = models.BigIntegerField()
    audience = models.CharField(max_length=16)
    audience_tag = models.CharField(max_length=30)
    quantity = models.DecimalField(max_digits=24, decimal_places=4)
    people = models.BigIntegerField()
    facts = models.BigIntegerField()
    demonstration = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "ledger_delta"


class Rollup(models.Model):
    """One fine cell: indicator × body × month × region × audience."""

    pk = models.CompositePrimaryKey("indicator_id", "organisation_id", "month", "region_id", "audience", "audience_tag")
    indicator_id = models.IntegerField()
    organisation_id = models.BigIntegerField()
    month = models.DateField()
    region_id = models.BigIntegerField()
    district_id = models.BigIntegerField()
    audience = models.CharField(max_length=16)
    audience_tag = models.CharField(max_length=30)
    quantity = models.DecimalField(max_digits=24, decimal_places=4)
    people = models.BigIntegerField()
    facts = models.BigIntegerField()
    demonstration = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "ledger_rollup"


class PageRollup(models.Model):
    """One coarse cell: indicator × district (0 for all) × audience ('' for all) × month."""

    pk = models.CompositePrimaryKey("indicator_id", "district_id", "audience", "month")
    indicator_id = models.IntegerField()
    district_id = models.BigIntegerField()
    audience = models.CharField(max_length=16)
    month = models.DateField()
    quantity = models.DecimalField(max_digits=24, decimal_places=4)
    people = models.BigIntegerField()
    facts = models.BigIntegerField()
    demonstration = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "ledger_page_rollup"


class StockValue(models.Model):
    """The one live value of a stock's cell on a day."""

    pk = models.CompositePrimaryKey(
        "indicator_id", "region_id", "audience", "audience_tag", "organisation_id", "occurred_on"
    )
    indicator_id = models.IntegerField()
    region_id = models.BigIntegerField()
    district_id = models.BigIntegerField()
    audience = models.CharField(max_length=16)
    audience_tag = models.CharField(max_length=30)
    organisation_id = models.BigIntegerField()
    occurred_on = models.DateField()
    quantity = models.DecimalField(max_digits=18, decimal_places=4)
    fact_id = models.UUIDField()
    is_demonstration = models.BooleanField()

    class Meta:
        managed = False
        db_table = "ledger_stock_value"


class FirstSeen(models.Model):
    """How many live facts speak of a person in a month (202403) or a year (202400)."""

    pk = models.CompositePrimaryKey("indicator_id", "period", "person")
    indicator_id = models.IntegerField()
    period = models.IntegerField()
    person = models.BinaryField()
    facts = models.IntegerField()

    class Meta:
        managed = False
        db_table = "ledger_first_seen"


class PersonDelta(models.Model):
    """Persons that came into or left a period's count; folded into `PersonRollup`."""

    pk = models.CompositePrimaryKey("indicator_id", "period")
    indicator_id = models.IntegerField()
    period = models.IntegerField()
    change = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "ledger_person_delta"


class PersonRollup(models.Model):
    """Distinct persons of a month (202403) or a year (202400)."""

    pk = models.CompositePrimaryKey("indicator_id", "period")
    indicator_id = models.IntegerField()
    period = models.IntegerField()
    persons = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "ledger_person_rollup"
