"""Supervision notices, the answers of their bodies, and the trail of steps."""

from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kepu.directory.register.choices import roles
from kepu.directory.register.models import Organisation
from kepu.foundation.erasure import KEEP, OnErasure
from kepu.plan.supervision.choices import (
    ISSUED_STATES,
    OPEN_STATES,
    Colour,
    SupervisionState,
    Trigger,
    Verdict,
    colours,
    step_kinds,
    step_whos,
    supervision_states,
    triggers,
    verdicts,
)
from kepu.plan.supervision.rules import number_words
from kepu.plan.tasks.choices import Status
from kepu.plan.tasks.models import Task

_NEVER_OUT = (SupervisionState.DRAFTED, SupervisionState.DROPPED)
_OUT = (*ISSUED_STATES, SupervisionState.STRUCK)


class NoticeYear(models.Model):
    """The last running number given in a year."""

    year = models.PositiveSmallIntegerField(_("年份"), primary_key=True)
    last_number = models.PositiveIntegerField(_("已用到的序号"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("督办编号")

    def __str__(self) -> str:
        return number_words(self.year, self.last_number)


class SupervisionNotice(models.Model):
    """What one body is asked to put right about one task (督办单), from the proposal until it is struck off."""

    task = models.ForeignKey(Task, verbose_name=_("任务"), on_delete=models.PROTECT, related_name="supervision_notices")
    body = models.ForeignKey(Organisation, verbose_name=_("被督办单位"), on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("年份"), null=True, blank=True)
    number = models.PositiveIntegerField(_("序号"), null=True, blank=True, help_text=_("下发时才编号"))
    trigger = models.CharField(_("督办原因"), max_length=10, choices=triggers)
    colour = models.CharField(_("颜色"), max_length=8, choices=colours)
    state = models.CharField(_("状态"), max_length=10, choices=supervision_states, default=SupervisionState.DRAFTED)
    demand = models.TextField(_("督办要求"), blank=True, help_text=_("办公室写给被督办单位的话"))
    seen_on = models.DateField(_("任务状态截至"))
    seen_status = models.CharField(_("当时的任务状态"), max_length=12)
    seen_sentence = models.TextField(_("当时的理由"))
    round = models.PositiveSmallIntegerField(_("第几次整改"), default=1)
    proposed_on = models.DateField(_("提出日期"))
    issued_on = models.DateField(_("下发日期"), null=True, blank=True)
    sign_by = models.DateField(_("签收期限"), null=True, blank=True, help_text=_("工作日历没有载入时为空"))
    clock_starts_on = models.DateField(_("计时起点"), null=True, blank=True)
    answer_days = models.PositiveSmallIntegerField(_("反馈期限（工作日）"), null=True, blank=True)
    sign_days = models.PositiveSmallIntegerField(_("签收期限（工作日）"), null=True, blank=True)
    due_on = models.DateField(_("反馈期限"), null=True, blank=True, help_text=_("工作日历没有载入时为空"))
    signed_on = models.DateField(_("签收日期"), null=True, blank=True)
    promised_on = models.DateField(_("承诺整改期限"), null=True, blank=True)
    closed_on = models.DateField(_("办结日期"), null=True, blank=True)
    is_demonstration = models.BooleanField(_("演示数据"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("督办单")
        ordering = ("-issued_on", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(state__in=SupervisionState.values), name="supervision_state_known"),
            models.CheckConstraint(condition=Q(colour__in=Colour.values), name="supervision_colour_known"),
            models.CheckConstraint(condition=Q(trigger__in=Trigger.values), name="supervision_trigger_known"),
            models.CheckConstraint(condition=Q(seen_status__in=Status.values), name="supervision_seen_status_known"),
            models.UniqueConstraint(
                fields=("task", "body", "trigger"), condition=Q(state__in=OPEN_STATES), name="supervision_open_once"
            ),
            models.UniqueConstraint(fields=("year", "number"), name="supervision_number_once"),
            models.CheckConstraint(
                condition=Q(issued_on=None, number=None, year=None, clock_starts_on=None, answer_days=None)
                | Q(
                    issued_on__isnull=False,
                    number__isnull=False,
                    year__isnull=False,
                    clock_starts_on__isnull=False,
                    answer_days__gte=1,
                ),
                name="supervision_issued_is_whole",
            ),
            models.CheckConstraint(
                condition=(~Q(state__in=_NEVER_OUT) | Q(issued_on=None))
                & (~Q(state__in=_OUT) | Q(issued_on__isnull=False)),
                name="supervision_out_when_issued",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_STATES, closed_on=None)
                | (~Q(state__in=OPEN_STATES) & Q(closed_on__isnull=False)),
                name="supervision_ended_has_day",
            ),
            models.CheckConstraint(
                condition=~Q(trigger=Trigger.BY_HAND) | ~Q(demand=""), name="supervision_by_hand_says_why"
            ),
            models.CheckConstraint(
                condition=Q(due_on=None) | Q(due_on__gt=F("clock_starts_on")), name="supervision_due_after_start"
            ),
            models.CheckConstraint(condition=Q(round__gte=1), name="supervision_round_positive"),
        )
        indexes = (
            models.Index(fields=("state", "due_on"), name="supervision_by_state"),
            models.Index(fields=("body", "state"), name="supervision_by_body"),
        )

    def __str__(self) -> str:
        return self.public_number or f"{self.body} {self.task.code}"

    @property
    def public_number(self) -> str:
        """The number that stands on it; empty before it is issued."""
        return number_words(self.year, self.number)


class Feedback(models.Model):
    """What a body answered (反馈): why, what it does, until when; and what the review said of it."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"given_by": KEEP}

    notice = models.ForeignKey(SupervisionNotice, on_delete=models.CASCADE, related_name="feedbacks")
    round = models.PositiveSmallIntegerField(_("第几次整改"))
    cause = models.TextField(_("原因"))
    measures = models.TextField(_("整改措施"))
    promised_on = models.DateField(_("整改期限"))
    given_on = models.DateField(_("反馈日期"))
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(_("复核"), max_length=10, choices=verdicts, blank=True)
    reviewed_on = models.DateField(_("复核日期"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("督办反馈")
        ordering = ("round", "pk")
        constraints = (
            models.UniqueConstraint(fields=("notice", "round"), name="supervision_feedback_once_a_round"),
            models.CheckConstraint(
                condition=Q(verdict="", reviewed_on=None)
                | (Q(verdict__in=Verdict.values) & Q(reviewed_on__isnull=False)),
                name="supervision_feedback_reviewed_has_day",
            ),
            models.CheckConstraint(
                condition=~Q(cause="") & ~Q(measures=""), name="supervision_feedback_says_why_and_how"
            ),
        )

    def __str__(self) -> str:
        return f"{self.notice} {self.round}"


class SupervisionStep(models.Model):
    """One step of a notice. The database refuses to change or delete it."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"person_id": KEEP}

    notice = models.ForeignKey(
        SupervisionNotice, db_constraint=False, on_delete=models.DO_NOTHING, related_name="steps"
    )
    at = models.DateTimeField(_("时间"))
    day = models.DateField(_("日期"))
    round = models.PositiveSmallIntegerField(_("第几次整改"))
    kind = models.CharField(_("步骤"), max_length=10, choices=step_kinds)
    who = models.CharField(_("谁"), max_length=8, choices=step_whos)
    person_id = models.BigIntegerField(_("人员"), null=True)
    role = models.CharField(_("角色"), max_length=20, choices=roles, blank=True)
    body_name = models.CharField(_("单位"), max_length=120, blank=True, help_text=_("当时的名称"))
    colour = models.CharField(_("当时的颜色"), max_length=8, choices=colours)
    text = models.TextField(_("说了什么"), blank=True)
    data = models.JSONField(_("其他"), default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        managed = False
        db_table = "supervision_step"
        ordering = ("pk",)
        verbose_name = verbose_name_plural = _("督办经过")

    def __str__(self) -> str:
        return f"{self.notice_id} {self.get_kind_display()}"
