"""Evaluations, their rubrics, sheets by task and body, points, and the way each sheet went."""

from decimal import Decimal

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import kepu.plan.evaluation.choices
import kepu.plan.tasks.choices


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("directory", "0003_region_outline"),
        ("files", "0001_files"),
        ("plan", "0002_draft_by_the_system"),
        ("queue", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Evaluation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=kepu.plan.evaluation.choices.evaluation_kinds, max_length=10, verbose_name="类别"
                    ),
                ),
                ("title", models.CharField(max_length=80, verbose_name="名称")),
                ("since", models.DateField(verbose_name="评估期起")),
                ("until", models.DateField(help_text="事实、状态和报告都看到这一天", verbose_name="评估期止")),
                ("judge_by", models.DateField(blank=True, null=True, verbose_name="评分期限")),
                (
                    "state",
                    models.CharField(
                        choices=kepu.plan.evaluation.choices.evaluation_states,
                        default="preparing",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=0, verbose_name="改过几次")),
                ("scale", models.JSONField(help_text="每一等从几分起，分数写成文字", verbose_name="等级")),
                ("scale_source", models.CharField(blank=True, max_length=200, verbose_name="等级的来源")),
                (
                    "lead_weight",
                    models.DecimalField(
                        decimal_places=1, default=Decimal(1), max_digits=4, verbose_name="牵头或单独负责的权数"
                    ),
                ),
                (
                    "other_weight",
                    models.DecimalField(
                        decimal_places=1, default=Decimal(1), max_digits=4, verbose_name="其他责任的权数"
                    ),
                ),
                (
                    "rounding",
                    models.CharField(
                        choices=kepu.plan.evaluation.choices.roundings,
                        default="half_up",
                        max_length=10,
                        verbose_name="平均分的尾数",
                    ),
                ),
                ("decimals", models.PositiveSmallIntegerField(default=1, verbose_name="平均分的小数位")),
                ("summary", models.TextField(blank=True, verbose_name="总体评价")),
                ("unjudged_reason", models.CharField(blank=True, max_length=500, verbose_name="有没评的，为什么定稿")),
                ("opened_on", models.DateField(blank=True, null=True, verbose_name="开始评分")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="定稿日期")),
                ("published_on", models.DateField(blank=True, null=True, verbose_name="公布日期")),
                ("frozen", models.JSONField(blank=True, null=True, verbose_name="定稿时的样子")),
                ("is_demonstration", models.BooleanField(default=False, verbose_name="演示数据")),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pdf",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.storedfile",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evaluations",
                        to="plan.plan",
                        verbose_name="规划",
                    ),
                ),
                (
                    "progress",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="queue.progress",
                    ),
                ),
                (
                    "word",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.storedfile",
                    ),
                ),
            ],
            options={
                "verbose_name": "评估",
                "verbose_name_plural": "评估",
                "ordering": ("-until", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="Criterion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, verbose_name="评分项")),
                ("guide", models.TextField(blank=True, verbose_name="看什么")),
                ("weight", models.DecimalField(decimal_places=1, max_digits=4, verbose_name="权重")),
                (
                    "basis",
                    models.CharField(
                        choices=kepu.plan.evaluation.choices.bases,
                        default="by_hand",
                        max_length=12,
                        verbose_name="得分怎么来",
                    ),
                ),
                (
                    "rounding",
                    models.CharField(
                        choices=kepu.plan.evaluation.choices.roundings,
                        default="truncate",
                        max_length=10,
                        verbose_name="尾数",
                    ),
                ),
                ("decimals", models.PositiveSmallIntegerField(default=0, verbose_name="小数位")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "evaluation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="criteria", to="evaluation.evaluation"
                    ),
                ),
            ],
            options={
                "verbose_name": "评分项",
                "verbose_name_plural": "评分项",
                "ordering": ("position", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Sheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(choices=kepu.plan.tasks.choices.duty_roles, max_length=10, verbose_name="责任"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=kepu.plan.evaluation.choices.sheet_states,
                        default="waiting",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "revision",
                    models.PositiveIntegerField(
                        default=0, help_text="每存一次加一，两处同时改时据此认出", verbose_name="改过几次"
                    ),
                ),
                ("strengths", models.TextField(blank=True, verbose_name="做得好的")),
                ("problems", models.TextField(blank=True, verbose_name="问题")),
                ("advice", models.TextField(blank=True, verbose_name="建议")),
                ("facts", models.JSONField(blank=True, null=True, verbose_name="提交时的事实")),
                (
                    "score",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, verbose_name="得分"),
                ),
                (
                    "grade",
                    models.CharField(
                        blank=True, choices=kepu.plan.evaluation.choices.grades, max_length=10, verbose_name="等级"
                    ),
                ),
                ("submitted_on", models.DateField(blank=True, null=True, verbose_name="提交日期")),
                (
                    "comment_by",
                    models.DateField(
                        blank=True, help_text="工作日历没有载入时为空", null=True, verbose_name="陈述意见期限"
                    ),
                ),
                ("comment", models.TextField(blank=True, verbose_name="陈述意见")),
                ("commented_on", models.DateField(blank=True, null=True, verbose_name="陈述日期")),
                ("reply", models.TextField(blank=True, verbose_name="回应")),
                ("replied_on", models.DateField(blank=True, null=True, verbose_name="回应日期")),
                ("is_released", models.BooleanField(default=False, verbose_name="评语公开")),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.organisation",
                        verbose_name="单位",
                    ),
                ),
                (
                    "evaluation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sheets", to="evaluation.evaluation"
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="评估员",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evaluation_sheets",
                        to="plan.task",
                        verbose_name="任务",
                    ),
                ),
            ],
            options={
                "verbose_name": "评估表",
                "verbose_name_plural": "评估表",
                "ordering": ("task__position", "body__sort_key", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Score",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "points",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, verbose_name="得分"),
                ),
                ("words", models.TextField(blank=True, verbose_name="说明")),
                (
                    "criterion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="scores", to="evaluation.criterion"
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="scores", to="evaluation.sheet"
                    ),
                ),
            ],
            options={
                "verbose_name": "评分",
                "verbose_name_plural": "评分",
                "ordering": ("criterion__position", "criterion"),
            },
        ),
        migrations.CreateModel(
            name="SheetStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=kepu.plan.evaluation.choices.step_kinds, max_length=10, verbose_name="步骤"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("acted_as", models.CharField(max_length=140, verbose_name="以何身份")),
                ("words", models.TextField(blank=True, verbose_name="说明")),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="evaluation.sheet"
                    ),
                ),
            ],
            options={
                "verbose_name": "评估表的经过",
                "verbose_name_plural": "评估表的经过",
                "ordering": ("at", "pk"),
            },
        ),
        migrations.AddConstraint(
            model_name="evaluation",
            constraint=models.UniqueConstraint(fields=("plan", "title"), name="evaluation_title_once"),
        ),
        migrations.AddConstraint(
            model_name="evaluation",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["mid_term", "final", "other"])), name="evaluation_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="evaluation",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["preparing", "judging", "closed", "published"])),
                name="evaluation_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="evaluation",
            constraint=models.CheckConstraint(
                condition=models.Q(("rounding__in", ["truncate", "half_up"])), name="evaluation_rounding_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="evaluation",
            constraint=models.CheckConstraint(condition=models.Q(("decimals__lte", 2)), name="evaluation_decimals_few"),
        ),
        migrations.AddConstraint(
            model_name="evaluation",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gte", models.F("since"))), name="evaluation_span_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="evaluation",
            constraint=models.CheckConstraint(
                condition=models.Q(("lead_weight__gt", 0), ("other_weight__gt", 0)), name="evaluation_roles_weigh"
            ),
        ),
        migrations.AddConstraint(
            model_name="evaluation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("closed_on__isnull", False), ("frozen__isnull", False), ("state__in", ("closed", "published"))
                    ),
                    models.Q(
                        models.Q(("state__in", ("closed", "published")), _negated=True),
                        ("closed_on", None),
                        ("frozen__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="evaluation_closed_is_frozen",
            ),
        ),
        migrations.AddConstraint(
            model_name="evaluation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("published_on__isnull", False), ("state", "published")),
                    models.Q(models.Q(("state", "published"), _negated=True), ("published_on", None)),
                    _connector="OR",
                ),
                name="evaluation_published_on_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="criterion",
            constraint=models.UniqueConstraint(fields=("evaluation", "name"), name="criterion_name_once"),
        ),
        migrations.AddConstraint(
            model_name="criterion",
            constraint=models.CheckConstraint(
                condition=models.Q(("weight__gt", 0), ("weight__lte", Decimal(100))),
                name="criterion_weight_plausible",
            ),
        ),
        migrations.AddConstraint(
            model_name="criterion",
            constraint=models.CheckConstraint(
                condition=models.Q(("basis__in", ["by_hand", "targets", "milestones", "reports"])),
                name="criterion_basis_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="criterion",
            constraint=models.CheckConstraint(
                condition=models.Q(("rounding__in", ["truncate", "half_up"])), name="criterion_rounding_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="criterion",
            constraint=models.CheckConstraint(condition=models.Q(("decimals__lte", 2)), name="criterion_decimals_few"),
        ),
        migrations.AddIndex(
            model_name="sheet",
            index=models.Index(fields=["reviewer", "state"], name="sheet_by_reviewer"),
        ),
        migrations.AddConstraint(
            model_name="sheet",
            constraint=models.UniqueConstraint(fields=("evaluation", "task", "body"), name="sheet_once"),
        ),
        migrations.AddConstraint(
            model_name="sheet",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["waiting", "submitted", "returned"])), name="sheet_state_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="sheet",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["joint", "lead", "support", "sole", "guide"])), name="sheet_role_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="sheet",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("grade", ""), ("grade__in", ["excellent", "good", "fair", "poor"]), _connector="OR"
                ),
                name="sheet_grade_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="sheet",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("score", None), models.Q(("score__gte", 0), ("score__lte", Decimal(100))), _connector="OR"
                ),
                name="sheet_score_0_100",
            ),
        ),
        migrations.AddConstraint(
            model_name="sheet",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("facts__isnull", False),
                        ("score__isnull", False),
                        ("state", "submitted"),
                        ("submitted_on__isnull", False),
                        ("reviewer__isnull", False),
                        models.Q(("grade", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state", "submitted"), _negated=True),
                        ("facts__isnull", True),
                        ("grade", ""),
                        ("is_released", False),
                        ("score", None),
                    ),
                    _connector="OR",
                ),
                name="sheet_submitted_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="sheet",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("replied_on", None), ("reply", "")),
                    models.Q(("commented_on__isnull", False), models.Q(("reply", ""), _negated=True)),
                    _connector="OR",
                ),
                name="sheet_reply_to_a_comment",
            ),
        ),
        migrations.AddConstraint(
            model_name="score",
            constraint=models.UniqueConstraint(fields=("sheet", "criterion"), name="score_once"),
        ),
        migrations.AddConstraint(
            model_name="score",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("points", None), models.Q(("points__gte", 0), ("points__lte", Decimal(100))), _connector="OR"
                ),
                name="score_0_100",
            ),
        ),
        migrations.AddConstraint(
            model_name="sheetstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["assigned", "submitted", "returned", "commented", "agreed", "replied"])
                ),
                name="sheet_step_known",
            ),
        ),
    ]
