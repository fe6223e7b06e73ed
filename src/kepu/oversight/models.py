"""Questions of the public, their steps and pauses, and what askers said later."""

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kepu.directory.register.choices import roles
from kepu.directory.register.models import Organisation, Region
from kepu.foundation.erasure import KEEP, OnErasure
from kepu.oversight.choices import (
    HIDDEN_STATES,
    Closing,
    QuestionKind,
    QuestionState,
    Verdict,
    WordsState,
    closings,
    question_kinds,
    question_states,
    step_audiences,
    step_kinds,
    step_whos,
    verdicts,
    words_states,
)
from kepu.oversight.rules import number_of

_IN_WORK = (QuestionState.IN_HAND, QuestionState.CLARIFYING)


class QuestionYear(models.Model):
    """The last running number given in a year."""

    year = models.PositiveSmallIntegerField(_("年份"), primary_key=True)
    last_number = models.PositiveIntegerField(_("已用到的序号"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("提问编号")

    def __str__(self) -> str:
        return number_of(self.year, self.last_number)


class Question(models.Model):
    """One question, suggestion or complaint on one thing, from the asking to the asker's verdict."""

    year = models.PositiveSmallIntegerField(_("年份"))
    number = models.PositiveIntegerField(_("序号"))
    kind = models.CharField(_("类别"), max_length=10, choices=question_kinds)
    subject_type = models.CharField(_("对象类型"), max_length=60, blank=True, help_text=_("room.noun；空为没有指明"))
    subject_id = models.CharField(_("对象编号"), max_length=64, blank=True)
    subject_label = models.CharField(_("对象"), max_length=300, blank=True, help_text=_("提出时的名称"))
    subject_address = models.CharField(_("对象的网页"), max_length=300, blank=True, help_text=_("提出时的地址"))
    owner = models.ForeignKey(
        Organisation, verbose_name=_("承办单位"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    region = models.ForeignKey(
        Region, verbose_name=_("地区"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    title_written = models.CharField(_("题目原文"), max_length=100)
    text_written = models.TextField(_("原文"), blank=True)
    title_shown = models.CharField(_("公开的题目"), max_length=200, blank=True)
    text_shown = models.TextField(_("公开的文字"), blank=True)
    words_digest = models.BinaryField(max_length=32, help_text=_("用来认出同样的话"))
    state = models.CharField(_("状态"), max_length=12, choices=question_states, default=QuestionState.RECEIVED)
    round = models.PositiveSmallIntegerField(_("第几次办理"), default=1)
    verdict = models.CharField(_("提问人的评判"), max_length=10, choices=verdicts, blank=True)
    closing = models.CharField(_("办结原因"), max_length=12, choices=closings, blank=True)
    code_digest = models.BinaryField(max_length=32, help_text=_("查询码的带钥哈希"))
    form_digest = models.BinaryField(max_length=32, unique=True, help_text=_("同一张表单再送一次不会多出一条"))
    asked_at = models.DateTimeField(_("提出时间"))
    released_at = models.DateTimeField(_("公开时间"), null=True, blank=True)
    clock_starts_on = models.DateField(_("计时起点"))
    clock_days = models.PositiveSmallIntegerField(_("期限（工作日）"), null=True, blank=True)
    due_on = models.DateField(_("答复期限"), null=True, blank=True)
    answered_on = models.DateField(_("答复日期"), null=True, blank=True)
    closes_on = models.DateField(_("到这天仍无话即办结"), null=True, blank=True)
    closed_on = models.DateField(_("办结或未受理的日期"), null=True, blank=True)
    is_demonstration = models.BooleanField(_("演示数据"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("公众提问")
        ordering = ("-year", "-number")
        constraints = (
            models.UniqueConstraint(fields=("year", "number"), name="question_number_once"),
            models.CheckConstraint(condition=Q(kind__in=QuestionKind.values), name="question_kind_known"),
            models.CheckConstraint(condition=Q(state__in=QuestionState.values), name="question_state_known"),
            models.CheckConstraint(condition=Q(verdict__in=["", *Verdict.values]), name="question_verdict_known"),
            models.CheckConstraint(
                condition=Q(state=QuestionState.CLOSED, closing__in=Closing.values)
                | (~Q(state=QuestionState.CLOSED) & Q(closing="")),
                name="question_closed_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state__in=HIDDEN_STATES, released_at=None, title_shown="", text_shown="")
                | (~Q(state__in=HIDDEN_STATES) & Q(released_at__isnull=False) & ~Q(title_shown="")),
                name="question_shown_only_when_released",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=_IN_WORK) | Q(owner__isnull=False), name="question_in_work_has_owner"
            ),
            models.CheckConstraint(condition=Q(clock_days=None) | Q(clock_days__gte=1), name="question_clock_has_days"),
        )
        indexes = (
            models.Index(fields=("state", "due_on"), name="question_by_state"),
            models.Index(fields=("owner", "state"), name="question_by_owner"),
            models.Index(fields=("subject_type", "subject_id"), name="question_by_subject"),
            models.Index(fields=("words_digest",), name="question_by_words"),
        )

    def __str__(self) -> str:
        return self.public_number

    @property
    def public_number(self) -> str:
        """The number that the asker keeps."""
        return number_of(self.year, self.number)

    @property
    def is_shown(self) -> bool:
        """Whether the public sees it."""
        return self.state not in HIDDEN_STATES

    @property
    def is_shortened(self) -> bool:
        """Whether the public reads other words than the asker wrote; unknown once those are erased."""
        return bool(self.text_written) and (self.title_written, self.text_written) != (
            self.title_shown,
            self.text_shown,
        )


class QuestionPause(models.Model):
    """Days on which the clock stood still because the asker was asked for details, both included (中止)."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="pauses")
    since = models.DateField(_("自"))
    until = models.DateField(_("至"), null=True, blank=True)
    reason = models.TextField(_("原因"))

    class Meta:
        verbose_name = verbose_name_plural = _("计时中止")
        ordering = ("since", "pk")
        constraints = (
            models.UniqueConstraint(fields=("question",), condition=Q(until=None), name="question_pauses_once"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="pause_days_in_order"),
        )

    def __str__(self) -> str:
        return f"{self.question} {self.since:%Y-%m-%d}"


class AskerWords(models.Model):
    """What an asker said after asking: details, a verdict's reason. Shown to others only when screened."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="words")
    written = models.TextField(_("原文"), blank=True)
    shown = models.TextField(_("公开的文字"), blank=True)
    state = models.CharField(_("状态"), max_length=8, choices=words_states, default=WordsState.WAITING)

    class Meta:
        verbose_name = verbose_name_plural = _("提问人的话")
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=(Q(state=WordsState.SHOWN) & ~Q(shown=""))
                | Q(state__in=(WordsState.WAITING, WordsState.KEPT), shown=""),
                name="asker_words_shown_when_screened",
            ),
        )

    def __str__(self) -> str:
        return f"{self.question} {self.get_state_display()}"


class QuestionStep(models.Model):
    """One step of a question. The database refuses to change or delete it; words of askers stand elsewhere."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"person_id": KEEP}

    question = models.ForeignKey(Question, db_constraint=False, on_delete=models.DO_NOTHING, related_name="steps")
    at = models.DateTimeField(_("时间"))
    round = models.PositiveSmallIntegerField(_("第几次办理"))
    kind = models.CharField(_("步骤"), max_length=20, choices=step_kinds)
    who = models.CharField(_("谁"), max_length=8, choices=step_whos)
    person_id = models.BigIntegerField(_("人员"), null=True)
    role = models.CharField(_("角色"), max_length=20, choices=roles, blank=True)
    body_name = models.CharField(_("单位"), max_length=120, blank=True, help_text=_("当时的名称"))
    text = models.TextField(_("说了什么"), blank=True)
    audience = models.CharField(_("谁看得到"), max_length=8, choices=step_audiences)
    note = models.TextField(_("内部备注"), blank=True)
    words_id = models.BigIntegerField(_("提问人的话"), null=True)
    data = models.JSONField(_("其他"), default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        managed = False
        db_table = "oversight_step"
        ordering = ("pk",)
        verbose_name = verbose_name_plural = _("办理经过")

    def __str__(self) -> str:
        return f"{self.question_id} {self.get_kind_display()}"
