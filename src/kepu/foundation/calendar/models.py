"""A year's holidays and moved working days, where the operator loaded them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kepu.foundation.calendar.choices import DayKind, day_kinds


class CalendarYear(models.Model):
    """One year whose notice (节假日安排) the operator loaded; it goes before the year that is shipped."""

    year = models.PositiveSmallIntegerField(_("年份"), unique=True)
    source = models.CharField(_("来源"), max_length=200)
    loaded_on = models.DateField(_("载入日期"))

    class Meta:
        verbose_name = verbose_name_plural = _("年度放假安排")
        ordering = ("-year",)
        constraints = (
            models.CheckConstraint(condition=models.Q(year__gte=2000, year__lte=2100), name="calendar_year_known"),
        )

    def __str__(self) -> str:
        return str(self.year)


class CalendarDay(models.Model):
    """A day off, or a weekend day on which people work."""

    year = models.ForeignKey(CalendarYear, on_delete=models.CASCADE, related_name="days")
    day = models.DateField(_("日期"), unique=True)
    kind = models.CharField(_("安排"), max_length=8, choices=day_kinds)
    name = models.CharField(_("节日"), max_length=40, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("放假或调休的日子")
        ordering = ("day",)
        constraints = (
            models.CheckConstraint(condition=models.Q(kind__in=DayKind.values), name="calendar_day_kind_known"),
        )

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.get_kind_display()}"
