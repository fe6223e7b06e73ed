"""Questions, their numbers and pauses, and what askers said later."""

import django.core.serializers.json
import django.db.models.deletion
from django.db import migrations, models

import kepu.directory.register.choices
import kepu.oversight.choices


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("directory", "0003_region_outline"),
    ]

    operations = [
        migrations.CreateModel(
            name="QuestionStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("round", models.PositiveSmallIntegerField(verbose_name="第几次办理")),
                (
                    "kind",
                    models.CharField(choices=kepu.oversight.choices.step_kinds, max_length=20, verbose_name="步骤"),
                ),
                ("who", models.CharField(choices=kepu.oversight.choices.step_whos, max_length=8, verbose_name="谁")),
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
                ("text", models.TextField(blank=True, verbose_name="说了什么")),
                (
                    "audience",
                    models.CharField(
                        choices=kepu.oversight.choices.step_audiences, max_length=8, verbose_name="谁看得到"
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="内部备注")),
                ("words_id", models.BigIntegerField(null=True, verbose_name="提问人的话")),
                (
                    "data",
                    models.JSONField(
                        default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name="其他"
                    ),
                ),
            ],
            options={
                "verbose_name": "办理经过",
                "verbose_name_plural": "办理经过",
                "db_table": "oversight_step",
                "ordering": ("pk",),
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="QuestionYear",
            fields=[
                ("year", models.PositiveSmallIntegerField(primary_key=True, serialize=False, verbose_name="年份")),
                ("last_number", models.PositiveIntegerField(default=0, verbose_name="已用到的序号")),
            ],
            options={
                "verbose_name": "提问编号",
                "verbose_name_plural": "提问编号",
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年份")),
                ("number", models.PositiveIntegerField(verbose_name="序号")),
                (
                    "kind",
                    models.CharField(choices=kepu.oversight.choices.question_kinds, max_length=10, verbose_name="类别"),
                ),
                (
                    "subject_type",
                    models.CharField(
                        blank=True, help_text="room.noun；空为没有指明", max_length=60, verbose_name="对象类型"
                    ),
                ),
                ("subject_id", models.CharField(blank=True, max_length=64, verbose_name="对象编号")),
                (
                    "subject_label",
                    models.CharField(blank=True, help_text="提出时的名称", max_length=300, verbose_name="对象"),
                ),
                (
                    "subject_address",
                    models.CharField(blank=True, help_text="提出时的地址", max_length=300, verbose_name="对象的网页"),
                ),
                ("title_written", models.CharField(max_length=100, verbose_name="题目原文")),
                ("text_written", models.TextField(blank=True, verbose_name="原文")),
                ("title_shown", models.CharField(blank=True, max_length=200, verbose_name="公开的题目")),
                ("text_shown", models.TextField(blank=True, verbose_name="公开的文字")),
                ("words_digest", models.BinaryField(help_text="用来认出同样的话", max_length=32)),
                (
                    "state",
                    models.CharField(
                        choices=kepu.oversight.choices.question_states,
                        default="received",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("round", models.PositiveSmallIntegerField(default=1, verbose_name="第几次办理")),
                (
                    "verdict",
                    models.CharField(
                        blank=True, choices=kepu.oversight.choices.verdicts, max_length=10, verbose_name="提问人的评判"
                    ),
                ),
                (
                    "closing",
                    models.CharField(
                        blank=True, choices=kepu.oversight.choices.closings, max_length=12, verbose_name="办结原因"
                    ),
                ),
                ("code_digest", models.BinaryField(help_text="查询码的带钥哈希", max_length=32)),
                (
                    "form_digest",
                    models.BinaryField(help_text="同一张表单再送一次不会多出一条", max_length=32, unique=True),
                ),
                ("asked_at", models.DateTimeField(verbose_name="提出时间")),
                ("released_at", models.DateTimeField(blank=True, null=True, verbose_name="公开时间")),
                ("clock_starts_on", models.DateField(verbose_name="计时起点")),
                ("clock_days", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="期限（工作日）")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="答复期限")),
                ("answered_on", models.DateField(blank=True, null=True, verbose_name="答复日期")),
                ("closes_on", models.DateField(blank=True, null=True, verbose_name="到这天仍无话即办结")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="办结或未受理的日期")),
                ("is_demonstration", models.BooleanField(default=False, verbose_name="演示数据")),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.organisation",
                        verbose_name="承办单位",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.region",
                        verbose_name="地区",
                    ),
                ),
            ],
            options={
                "verbose_name": "公众提问",
                "verbose_name_plural": "公众提问",
                "ordering": ("-year", "-number"),
            },
        ),
        migrations.CreateModel(
            name="AskerWords",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("written", models.TextField(blank=True, verbose_name="原文")),
                ("shown", models.TextField(blank=True, verbose_name="公开的文字")),
                (
                    "state",
                    models.CharField(
                        choices=kepu.oversight.choices.words_states,
                        default="waiting",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="words", to="oversight.question"
                    ),
                ),
            ],
            options={
                "verbose_name": "提问人的话",
                "verbose_name_plural": "提问人的话",
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="QuestionPause",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateField(verbose_name="自")),
                ("until", models.DateField(blank=True, null=True, verbose_name="至")),
                ("reason", models.TextField(verbose_name="原因")),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="pauses", to="oversight.question"
                    ),
                ),
            ],
            options={
                "verbose_name": "计时中止",
                "verbose_name_plural": "计时中止",
                "ordering": ("since", "pk"),
            },
        ),
        migrations.AddIndex(
            model_name="question",
            index=models.Index(fields=["state", "due_on"], name="question_by_state"),
        ),
        migrations.AddIndex(
            model_name="question",
            index=models.Index(fields=["owner", "state"], name="question_by_owner"),
        ),
        migrations.AddIndex(
            model_name="question",
            index=models.Index(fields=["subject_type", "subject_id"], name="question_by_subject"),
        ),
        migrations.AddIndex(
            model_name="question",
            index=models.Index(fields=["words_digest"], name="question_by_words"),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.UniqueConstraint(fields=("year", "number"), name="question_number_once"),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["ask", "suggest", "complain"])), name="question_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ["received", "refused", "to_route", "in_hand", "clarifying", "answered", "unsettled", "closed"],
                    )
                ),
                name="question_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(("verdict__in", ["", "settled", "unsettled"])), name="question_verdict_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closing__in", ["settled", "silence", "no_details"]), ("state", "closed")),
                    models.Q(models.Q(("state", "closed"), _negated=True), ("closing", "")),
                    _connector="OR",
                ),
                name="question_closed_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("released_at", None),
                        ("state__in", ("received", "refused")),
                        ("text_shown", ""),
                        ("title_shown", ""),
                    ),
                    models.Q(
                        models.Q(("state__in", ("received", "refused")), _negated=True),
                        ("released_at__isnull", False),
                        models.Q(("title_shown", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="question_shown_only_when_released",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("in_hand", "clarifying")), _negated=True),
                    ("owner__isnull", False),
                    _connector="OR",
                ),
                name="question_in_work_has_owner",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(("clock_days", None), ("clock_days__gte", 1), _connector="OR"),
                name="question_clock_has_days",
            ),
        ),
        migrations.AddConstraint(
            model_name="askerwords",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "shown"), models.Q(("shown", ""), _negated=True)),
                    models.Q(("shown", ""), ("state__in", ("waiting", "kept"))),
                    _connector="OR",
                ),
                name="asker_words_shown_when_screened",
            ),
        ),
        migrations.AddConstraint(
            model_name="questionpause",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until", None)), fields=("question",), name="question_pauses_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="questionpause",
            constraint=models.CheckConstraint(
                condition=models.Q(("until", None), ("until__gte", models.F("since")), _connector="OR"),
                name="pause_days_in_order",
            ),
        ),
    ]
