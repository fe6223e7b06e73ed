"""Matters, the meetings that decide them, the duties that follow, the papers, and the trail of steps."""

from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kepu.directory.register.choices import roles
from kepu.directory.register.models import Organisation
from kepu.foundation.erasure import KEEP, OnErasure
from kepu.foundation.files.models import StoredFile
from kepu.foundation.queue.models import Progress
from kepu.plan.matters.choices import (
    ENDED,
    MatterState,
    MeetingState,
    Outcome,
    PaperKind,
    matter_states,
    meeting_states,
    outcomes,
    paper_kinds,
    step_kinds,
    step_whos,
)
from kepu.plan.reports.models import Entry
from kepu.plan.tasks.models import Milestone, Plan, Task


class Matter(models.Model):
    """What a body cannot solve alone (协调事项), from the day it is raised."""

    plan = models.ForeignKey(Plan, verbose_name=_("规划"), on_delete=models.PROTECT, related_name="matters")
    body = models.ForeignKey(Organisation, verbose_name=_("提出单位"), on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("事项"), max_length=100)
    difficulty = models.TextField(_("困难是什么"))
    tried = models.TextField(_("已经做过什么"), blank=True)
    asked = models.TextField(_("请求什么"), blank=True)
    asked_bodies = models.ManyToManyField(Organisation, verbose_name=_("请哪些单位配合"), related_name="+", blank=True)
    wanted_by = models.DateField(_("希望何时解决"), null=True, blank=True)
    tasks = models.ManyToManyField(Task, verbose_name=_("有关任务"), related_name="matters", blank=True)
    source = models.ForeignKey(
        Entry, verbose_name=_("来自哪份报告"), null=True, blank=True, on_delete=models.SET_NULL, related_name="matters"
    )
    state = models.CharField(_("状态"), max_length=10, choices=matter_states, default=MatterState.RAISED)
    revision = models.PositiveIntegerField(_("改过几次"), default=0)
    raised_on = models.DateField(_("提出日期"))
    closed_on = models.DateField(_("结束日期"), null=True, blank=True)
    is_demonstration = models.BooleanField(_("演示数据"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("协调事项")
        ordering = ("-raised_on", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(state__in=MatterState.values), name="matter_state_known"),
            models.CheckConstraint(condition=~Q(title="") & ~Q(difficulty=""), name="matter_says_what"),
            models.UniqueConstraint(
                fields=("source",),
                condition=Q(source__isnull=False) & ~Q(state=MatterState.WITHDRAWN),
                name="matter_obstacle_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ENDED, closed_on__isnull=False) | (~Q(state__in=ENDED) & Q(closed_on=None)),
                name="matter_ended_has_day",
            ),
        )
        indexes = (
            models.Index(fields=("state", "raised_on"), name="matter_by_state"),
            models.Index(fields=("body", "state"), name="matter_by_body"),
        )

    def __str__(self) -> str:
        return self.title


class MatterFile(models.Model):
    """A file that bears a matter out."""

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("协调事项的附件")
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("matter", "file"), name="matter_file_once"),)

    def __str__(self) -> str:
        return self.file.name


class Meeting(models.Model):
    """A meeting of the leading group (领导小组会议)."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"called_by": KEEP}

    plan = models.ForeignKey(Plan, verbose_name=_("规划"), on_delete=models.PROTECT, related_name="meetings")
    title = models.CharField(_("会议名称"), max_length=100)
    held_on = models.DateField(_("开会日期"))
    place = models.CharField(_("地点"), max_length=100)
    invited = models.ManyToManyField(Organisation, verbose_name=_("参加单位"), related_name="+", blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=meeting_states, default=MeetingState.PREPARING)
    issued_on = models.DateField(_("纪要印发日期"), null=True, blank=True)
    round = models.PositiveSmallIntegerField(_("第几次定议程"), default=0)
    progress = models.ForeignKey(Progress, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    called_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    is_demonstration = models.BooleanField(_("演示数据"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("领导小组会议")
        ordering = ("-held_on", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(state__in=MeetingState.values), name="meeting_state_known"),
            models.CheckConstraint(
                condition=Q(state=MeetingState.ISSUED, issued_on__isnull=False)
                | (~Q(state=MeetingState.ISSUED) & Q(issued_on=None)),
                name="meeting_issued_on_a_day",
            ),
        )

    def __str__(self) -> str:
        return self.title


class AgendaItem(models.Model):
    """A matter on the agenda of a meeting: what the office recommends, and what the meeting said."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="items")
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField(_("次序"))
    recommendation = models.TextField(_("办公室建议"), blank=True)
    outcome = models.CharField(_("结果"), max_length=10, choices=outcomes, blank=True)
    decision = models.TextField(_("会议怎么定的"), blank=True)
    is_public = models.BooleanField(_("公开"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("议题")
        ordering = ("position", "pk")
        constraints = (
            models.UniqueConstraint(fields=("meeting", "matter"), name="agenda_item_once"),
            models.UniqueConstraint(fields=("matter",), condition=Q(outcome=""), name="agenda_matter_on_one_at_a_time"),
            models.CheckConstraint(
                condition=Q(outcome="", decision="") | (Q(outcome__in=Outcome.values) & ~Q(decision="")),
                name="agenda_outcome_says_how",
            ),
            models.CheckConstraint(
                condition=Q(is_public=False) | Q(outcome=Outcome.DECIDED), name="agenda_public_is_decided"
            ),
        )

    def __str__(self) -> str:
        return self.matter.title


class AgreedDuty(models.Model):
    """What a decision asks of one body by one day (议定责任); once issued it is a step of the task."""

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="duties")
    task = models.ForeignKey(Task, verbose_name=_("任务"), on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey(Organisation, verbose_name=_("责任单位"), on_delete=models.PROTECT, related_name="+")
    text = models.CharField(_("做什么"), max_length=120)
    due_on = models.DateField(_("何时以前"))
    milestone = models.ForeignKey(
        Milestone, verbose_name=_("任务的节点"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = _("议定责任")
        ordering = ("due_on", "pk")
        constraints = (
            models.CheckConstraint(condition=~Q(text=""), name="agreed_duty_says_what"),
            models.UniqueConstraint(
                fields=("milestone",), condition=Q(milestone__isnull=False), name="agreed_duty_one_step_each"
            ),
        )

    def __str__(self) -> str:
        return self.text


class MeetingPaper(models.Model):
    """An agenda, a brief or the minutes as they were when they went out; the words do not change any more."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="papers")
    kind = models.CharField(_("哪一份"), max_length=8, choices=paper_kinds)
    content = models.JSONField(_("内容"), encoder=DjangoJSONEncoder)
    drawn_on = models.DateField(_("定稿日期"))
    word = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    pdf = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("会议文件")
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("meeting", "kind"), name="meeting_paper_once"),
            models.CheckConstraint(condition=Q(kind__in=PaperKind.values), name="meeting_paper_kind_known"),
        )

    def __str__(self) -> str:
        return f"{self.meeting} {self.get_kind_display()}"


class MatterStep(models.Model):
    """One step of a matter. The database refuses to change or delete it."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"person_id": KEEP}

    matter = models.ForeignKey(Matter, db_constraint=False, on_delete=models.DO_NOTHING, related_name="steps")
    at = models.DateTimeField(_("时间"))
    day = models.DateField(_("日期"))
    kind = models.CharField(_("步骤"), max_length=16, choices=step_kinds)
    who = models.CharField(_("谁"), max_length=8, choices=step_whos)
    person_id = models.BigIntegerField(_("人员"), null=True)
    role = models.CharField(_("角色"), max_length=20, choices=roles, blank=True)
    body_name = models.CharField(_("单位"), max_length=120, blank=True, help_text=_("当时的名称"))
    text = models.TextField(_("说了什么"), blank=True)
    duty_id = models.BigIntegerField(_("哪项责任"), null=True)
    data = models.JSONField(_("其他"), default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        managed = False
        db_table = "matter_step"
        ordering = ("pk",)
        verbose_name = verbose_name_plural = _("协调事项的经过")

    def __str__(self) -> str:
        return f"{self.matter_id} {self.get_kind_display()}"
