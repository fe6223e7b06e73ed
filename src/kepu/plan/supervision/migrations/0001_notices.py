"""Supervision notices, their numbers, and what bodies answered."""

import django.core.serializers.json
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import kepu.directory.register.choices
import kepu.plan.supervision.choices


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("directory", "0003_region_outline"),
        ("plan", "0002_draft_by_the_system"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SupervisionStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("day", models.DateField(verbose_name="日期")),
                ("round", models.PositiveSmallIntegerField(verbose_name="第几次整改")),
                (
                    "kind",
                    models.CharField(
                        choices=kepu.plan.supervision.choices.step_kinds, max_length=10, verbose_name="步骤"
                    ),
                ),
                (
                    "who",
                    models.CharField(choices=kepu.plan.supervision.choices.step_whos, max_length=8, verbose_name="谁"),
                ),
                ("person_id", models.BigIntegerField(null=True, verbose_name="人员")),
                (
                    "role",
                    models.CharField(
                        blank=True, choices=kepu.directory.register.choices.roles, max_length=20, verbose_name="角色"
                    ),
                ),
                (
                    "body_name",
                    models.CharField(blank=True, help_text="当时的名称", max_length=120, verbose_name="单位"),
                ),
                (
                    "colour",
                    models.CharField(
                        choices=kepu.plan.supervision.choices.colours, max_length=8, verbose_name="当时的颜色"
                    ),
                ),
                ("text", models.TextField(blank=True, verbose_name="说了什么")),
                (
                    "data",
                    models.JSONField(
                        default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name="其他"
                    ),
                ),
            ],
            options={
                "verbose_name": "督办经过",
                "verbose_name_plural": "督办经过",
                "db_table": "supervision_step",
                "ordering": ("pk",),
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="NoticeYear",
            fields=[
                ("year", models.PositiveSmallIntegerField(primary_key=True, serialize=False, verbose_name="年份")),
                ("last_number", models.PositiveIntegerField(default=0, verbose_name="已用到的序号")),
            ],
            options={
                "verbose_name": "督办编号",
                "verbose_name_plural": "督办编号",
            },
        ),
        migrations.CreateModel(
            name="SupervisionNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="年份")),
                (
                    "number",
                    models.PositiveIntegerField(blank=True, help_text="下发时才编号", null=True, verbose_name="序号"),
                ),
                (
                    "trigger",
                    models.CharField(
                        choices=kepu.plan.supervision.choices.triggers, max_length=10, verbose_name="督办原因"
                    ),
                ),
                (
                    "colour",
                    models.CharField(choices=kepu.plan.supervision.choices.colours, max_length=8, verbose_name="颜色"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=kepu.plan.supervision.choices.supervision_states,
                        default="drafted",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("demand", models.TextField(blank=True, help_text="办公室写给被督办单位的话", verbose_name="督办要求")),
                ("seen_on", models.DateField(verbose_name="任务状态截至")),
                ("seen_status", models.CharField(max_length=12, verbose_name="当时的任务状态")),
                ("seen_sentence", models.TextField(verbose_name="当时的理由")),
                ("round", models.PositiveSmallIntegerField(default=1, verbose_name="第几次整改")),
                ("proposed_on", models.DateField(verbose_name="提出日期")),
                ("issued_on", models.DateField(blank=True, null=True, verbose_name="下发日期")),
                (
                    "sign_by",
                    models.DateField(
                        blank=True, help_text="工作日历没有载入时为空", null=True, verbose_name="签收期限"
                    ),
                ),
                ("clock_starts_on", models.DateField(blank=True, null=True, verbose_name="计时起点")),
                (
                    "answer_days",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="反馈期限（工作日）"),
                ),
                (
                    "due_on",
                    models.DateField(
                        blank=True, help_text="工作日历没有载入时为空", null=True, verbose_name="反馈期限"
                    ),
                ),
                ("signed_on", models.DateField(blank=True, null=True, verbose_name="签收日期")),
                ("promised_on", models.DateField(blank=True, null=True, verbose_name="承诺整改期限")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="办结日期")),
                ("is_demonstration", models.BooleanField(default=False, verbose_name="演示数据")),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.organisation",
                        verbose_name="被督办单位",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supervision_notices",
                        to="plan.task",
                        verbose_name="任务",
                    ),
                ),
            ],
            options={
                "verbose_name": "督办单",
                "verbose_name_plural": "督办单",
                "ordering": ("-issued_on", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="Feedback",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("round", models.PositiveSmallIntegerField(verbose_name="第几次整改")),
                ("cause", models.TextField(verbose_name="原因")),
                ("measures", models.TextField(verbose_name="整改措施")),
                ("promised_on", models.DateField(verbose_name="整改期限")),
                ("given_on", models.DateField(verbose_name="反馈日期")),
                (
                    "verdict",
                    models.CharField(
                        blank=True, choices=kepu.plan.supervision.choices.verdicts, max_length=10, verbose_name="复核"
                    ),
                ),
                ("reviewed_on", models.DateField(blank=True, null=True, verbose_name="复核日期")),
                (
                    "given_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="feedbacks",
                        to="supervision.supervisionnotice",
                    ),
                ),
            ],
            options={
                "verbose_name": "督办反馈",
                "verbose_name_plural": "督办反馈",
                "ordering": ("round", "pk"),
            },
        ),
        migrations.AddIndex(
            model_name="supervisionnotice",
            index=models.Index(fields=["state", "due_on"], name="supervision_by_state"),
        ),
        migrations.AddIndex(
            model_name="supervisionnotice",
            index=models.Index(fields=["body", "state"], name="supervision_by_body"),
        ),
        migrations.AddConstraint(
            model_name="supervisionnotice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ["drafted", "issued", "signed", "answered", "returned", "struck", "withdrawn", "dropped"],
                    )
                ),
                name="supervision_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="supervisionnotice",
            constraint=models.CheckConstraint(
                condition=models.Q(("colour__in", ["blue", "yellow", "red"])), name="supervision_colour_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="supervisionnotice",
            constraint=models.CheckConstraint(
                condition=models.Q(("trigger__in", ["near", "behind", "overdue", "stale", "silent", "by_hand"])),
                name="supervision_trigger_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="supervisionnotice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("seen_status__in", ["kept", "on_pace", "behind", "overdue", "stale", "silent", "undecided"])
                ),
                name="supervision_seen_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="supervisionnotice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("drafted", "issued", "signed", "returned", "answered"))),
                fields=("task", "body", "trigger"),
                name="supervision_open_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="supervisionnotice",
            constraint=models.UniqueConstraint(fields=("year", "number"), name="supervision_number_once"),
        ),
        migrations.AddConstraint(
            model_name="supervisionnotice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answer_days", None),
                        ("clock_starts_on", None),
                        ("issued_on", None),
                        ("number", None),
                        ("year", None),
                    ),
                    models.Q(
                        ("answer_days__gte", 1),
                        ("clock_starts_on__isnull", False),
                        ("issued_on__isnull", False),
                        ("number__isnull", False),
                        ("year__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="supervision_issued_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="supervisionnotice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("state__in", ("drafted", "dropped")), _negated=True),
                        ("issued_on", None),
                        _connector="OR",
                    ),
                    models.Q(
                        models.Q(("state__in", ("issued", "signed", "returned", "answered", "struck")), _negated=True),
                        ("issued_on__isnull", False),
                        _connector="OR",
                    ),
                ),
                name="supervision_out_when_issued",
            ),
        ),
        migrations.AddConstraint(
            model_name="supervisionnotice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("closed_on", None), ("state__in", ("drafted", "issued", "signed", "returned", "answered"))
                    ),
                    models.Q(
                        models.Q(("state__in", ("drafted", "issued", "signed", "returned", "answered")), _negated=True),
                        ("closed_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="supervision_ended_has_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="supervisionnotice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("trigger", "by_hand"), _negated=True),
                    models.Q(("demand", ""), _negated=True),
                    _connector="OR",
                ),
                name="supervision_by_hand_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="supervisionnotice",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_on", None), ("due_on__gt", models.F("clock_starts_on")), _connector="OR"),
                name="supervision_due_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="supervisionnotice",
            constraint=models.CheckConstraint(condition=models.Q(("round__gte", 1)), name="supervision_round_positive"),
        ),
        migrations.AddConstraint(
            model_name="feedback",
            constraint=models.UniqueConstraint(fields=("notice", "round"), name="supervision_feedback_once_a_round"),
        ),
        migrations.AddConstraint(
            model_name="feedback",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reviewed_on", None), ("verdict", "")),
                    models.Q(("verdict__in", ["accepted", "returned"]), ("reviewed_on__isnull", False)),
                    _connector="OR",
                ),
                name="supervision_feedback_reviewed_has_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="feedback",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("cause", ""), _negated=True), models.Q(("measures", ""), _negated=True)),
                name="supervision_feedback_says_why_and_how",
            ),
        ),
    ]
