"""Venues, their opening, accreditations and content; people points, rosters, runs of the siting."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import kepu.outreach.venues.choices


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("directory", "0004_unit_head"),
        ("files", "0001_files"),
        ("queue", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Roster",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=150, verbose_name="文件名")),
                ("sha256", models.CharField(max_length=64, unique=True, verbose_name="内容指纹")),
                ("brought_by", models.BigIntegerField(verbose_name="上传人")),
                ("brought_at", models.DateTimeField(verbose_name="上传时间")),
            ],
            options={
                "verbose_name": "名册",
                "verbose_name_plural": "名册",
                "ordering": ("-brought_at",),
            },
        ),
        migrations.CreateModel(
            name="Venue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="名称")),
                ("kind", models.CharField(help_text="码表 venues.kinds", max_length=40, verbose_name="类型")),
                ("address", models.CharField(blank=True, max_length=160, verbose_name="地址")),
                (
                    "longitude",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=9, null=True, verbose_name="经度"),
                ),
                (
                    "latitude",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=9, null=True, verbose_name="纬度"),
                ),
                (
                    "coordinate_source",
                    models.CharField(
                        blank=True,
                        choices=kepu.outreach.venues.choices.coordinate_sources,
                        max_length=12,
                        verbose_name="坐标来源",
                    ),
                ),
                ("summary", models.TextField(blank=True, verbose_name="有什么可看")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="咨询电话")),
                ("capacity", models.PositiveIntegerField(blank=True, null=True, verbose_name="同时容纳")),
                (
                    "access",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="无障碍和适老",
                    ),
                ),
                ("access_note", models.CharField(blank=True, max_length=200, verbose_name="怎么进去")),
                ("is_free", models.BooleanField(default=True, verbose_name="平时免费")),
                ("fee_note", models.CharField(blank=True, max_length=200, verbose_name="收费说明")),
                ("details", models.JSONField(blank=True, default=dict, verbose_name="本类型的栏目")),
                (
                    "cycle_days",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="内容多少天换一次"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=kepu.outreach.venues.choices.venue_states,
                        default="draft",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("registered_on", models.DateField(verbose_name="登记日期")),
                ("published_on", models.DateField(blank=True, null=True, verbose_name="公布日期")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="停用日期")),
                ("closed_reason", models.CharField(blank=True, max_length=200, verbose_name="停用原因")),
                ("is_demonstration", models.BooleanField(default=False, verbose_name="演示数据")),
                ("sort_key", models.CharField(blank=True, max_length=300)),
                (
                    "keeper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="venues",
                        to="directory.organisation",
                        verbose_name="管理单位",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="venues",
                        to="directory.region",
                        verbose_name="所在地区",
                    ),
                ),
            ],
            options={
                "verbose_name": "场馆",
                "verbose_name_plural": "场馆",
                "ordering": ("sort_key", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Stay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.CharField(max_length=160, verbose_name="地点")),
                (
                    "longitude",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=9, null=True, verbose_name="经度"),
                ),
                (
                    "latitude",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=9, null=True, verbose_name="纬度"),
                ),
                ("since", models.DateField(verbose_name="自")),
                ("until", models.DateField(verbose_name="至")),
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.region"
                    ),
                ),
                (
                    "venue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="stays", to="venues.venue"
                    ),
                ),
            ],
            options={
                "verbose_name": "驻留",
                "verbose_name_plural": "驻留",
                "ordering": ("since",),
            },
        ),
        migrations.CreateModel(
            name="RosterRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="行")),
                ("values", models.JSONField(verbose_name="内容")),
                ("doubts", models.JSONField(default=list, verbose_name="可能重复")),
                (
                    "choice",
                    models.CharField(
                        choices=kepu.outreach.venues.choices.row_choices,
                        default="undecided",
                        max_length=10,
                        verbose_name="怎么办",
                    ),
                ),
                (
                    "roster",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="venues.roster"
                    ),
                ),
                (
                    "venue",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="venues.venue",
                    ),
                ),
            ],
            options={
                "verbose_name": "名册的行",
                "verbose_name_plural": "名册的行",
                "ordering": ("number",),
            },
        ),
        migrations.CreateModel(
            name="Photo",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("caption", models.CharField(help_text="给看不见图的人读", max_length=100, verbose_name="说明")),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.storedfile"
                    ),
                ),
                (
                    "venue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="photos", to="venues.venue"
                    ),
                ),
            ],
            options={
                "verbose_name": "照片",
                "verbose_name_plural": "照片",
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="Panel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(verbose_name="第几块")),
                ("theme", models.CharField(max_length=100, verbose_name="主题")),
                ("changed_on", models.DateField(verbose_name="更换日期")),
                ("changed_by", models.BigIntegerField(null=True, verbose_name="更换人")),
                (
                    "venue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="panels", to="venues.venue"
                    ),
                ),
            ],
            options={
                "verbose_name": "展板",
                "verbose_name_plural": "展板",
                "ordering": ("position", "-changed_on"),
            },
        ),
        migrations.CreateModel(
            name="OpeningTable",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField(verbose_name="自")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                (
                    "venue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="tables", to="venues.venue"
                    ),
                ),
            ],
            options={
                "verbose_name": "开放时间",
                "verbose_name_plural": "开放时间",
                "ordering": ("-valid_from",),
            },
        ),
        migrations.CreateModel(
            name="FreeEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateField(verbose_name="自")),
                ("until", models.DateField(verbose_name="至")),
                ("note", models.CharField(blank=True, max_length=100, verbose_name="说明")),
                (
                    "venue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="free_entries", to="venues.venue"
                    ),
                ),
            ],
            options={
                "verbose_name": "免费开放日",
                "verbose_name_plural": "免费开放日",
                "ordering": ("since",),
            },
        ),
        migrations.CreateModel(
            name="Closure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateField(verbose_name="自")),
                ("until", models.DateField(verbose_name="至")),
                ("reason", models.CharField(max_length=100, verbose_name="原因")),
                (
                    "venue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="closures", to="venues.venue"
                    ),
                ),
            ],
            options={
                "verbose_name": "闭馆",
                "verbose_name_plural": "闭馆",
                "ordering": ("since",),
            },
        ),
        migrations.CreateModel(
            name="Accreditation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("level", models.CharField(help_text="码表 venues.levels", max_length=40, verbose_name="级别")),
                ("title", models.CharField(max_length=100, verbose_name="命名")),
                ("number", models.CharField(blank=True, max_length=60, verbose_name="编号")),
                ("batch", models.CharField(blank=True, max_length=60, verbose_name="批次")),
                ("issued_by", models.CharField(blank=True, max_length=100, verbose_name="命名单位")),
                ("valid_from", models.DateField(verbose_name="自")),
                (
                    "valid_to",
                    models.DateField(blank=True, help_text="没有写明期限就空着", null=True, verbose_name="至"),
                ),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="终止日期")),
                ("end_reason", models.CharField(blank=True, max_length=200, verbose_name="终止原因")),
                (
                    "venue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="accreditations", to="venues.venue"
                    ),
                ),
            ],
            options={
                "verbose_name": "命名",
                "verbose_name_plural": "命名",
                "ordering": ("-valid_from", "pk"),
            },
        ),
        migrations.CreateModel(
            name="OpeningHours",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        choices=kepu.outreach.venues.choices.weekdays, verbose_name="星期"
                    ),
                ),
                ("opens", models.TimeField(verbose_name="开门")),
                ("closes", models.TimeField(verbose_name="关门")),
                (
                    "table",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="hours", to="venues.openingtable"
                    ),
                ),
            ],
            options={
                "verbose_name": "开放时段",
                "verbose_name_plural": "开放时段",
                "ordering": ("weekday", "opens"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("weekday__in", [0, 1, 2, 3, 4, 5, 6])), name="opening_weekday_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("closes__gt", models.F("opens"))), name="opening_closes_after_opening"
                    ),
                    models.UniqueConstraint(fields=("table", "weekday", "opens"), name="opening_stretch_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PeoplePoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, unique=True, verbose_name="代码")),
                ("name", models.CharField(max_length=80, verbose_name="名称")),
                ("longitude", models.DecimalField(decimal_places=6, max_digits=9, verbose_name="经度")),
                ("latitude", models.DecimalField(decimal_places=6, max_digits=9, verbose_name="纬度")),
                ("people", models.PositiveIntegerField(verbose_name="人口")),
                (
                    "groups",
                    models.JSONField(default=dict, help_text="人群代码 → 人数；人群可以重叠", verbose_name="重点人群"),
                ),
                ("source", models.CharField(max_length=200, verbose_name="来源")),
                ("counted_on", models.DateField(verbose_name="统计日期")),
                ("is_demonstration", models.BooleanField(default=False, verbose_name="演示数据")),
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.region",
                        verbose_name="所在地区",
                    ),
                ),
            ],
            options={
                "verbose_name": "人口点",
                "verbose_name_plural": "人口点",
                "ordering": ("code",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("latitude__gte", -90),
                            ("latitude__isnull", False),
                            ("latitude__lte", 90),
                            ("longitude__gte", -180),
                            ("longitude__isnull", False),
                            ("longitude__lte", 180),
                        ),
                        name="people_point_on_earth",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SitingRun",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("asked_by", models.BigIntegerField(verbose_name="提出人")),
                ("asked_at", models.DateTimeField(verbose_name="提出时间")),
                ("k", models.PositiveSmallIntegerField(verbose_name="选几处")),
                ("minutes", models.PositiveSmallIntegerField(verbose_name="多少分钟以内")),
                ("detour", models.DecimalField(decimal_places=2, max_digits=4, verbose_name="绕行系数")),
                ("speed_kmh", models.DecimalField(decimal_places=1, max_digits=5, verbose_name="速度")),
                ("group", models.CharField(max_length=12, verbose_name="人群")),
                ("candidates", models.JSONField(help_text="point:代码 或 venue:编号", verbose_name="候选")),
                ("result", models.JSONField(blank=True, default=dict, verbose_name="结果")),
                (
                    "progress",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="queue.progress"
                    ),
                ),
            ],
            options={
                "verbose_name": "选址",
                "verbose_name_plural": "选址",
                "ordering": ("-asked_at",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("k__gte", 1), ("minutes__gte", 1)), name="siting_asks_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("group__in", ["youth", "farmers", "workers", "elderly", "officials", "public"])
                        ),
                        name="siting_group_known",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="venue",
            index=models.Index(fields=["state", "sort_key"], name="venue_by_state"),
        ),
        migrations.AddIndex(
            model_name="venue",
            index=models.Index(fields=["keeper", "state"], name="venue_by_keeper"),
        ),
        migrations.AddConstraint(
            model_name="venue",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["draft", "published", "closed"])), name="venue_state_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="venue",
            constraint=models.CheckConstraint(
                condition=models.Q(("coordinate_source__in", ["surveyed", "converted", "map_service", "made_up", ""])),
                name="venue_coordinates_source_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="venue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("latitude", None), ("longitude", None), ("coordinate_source", "")),
                    models.Q(
                        ("latitude__gte", -90),
                        ("latitude__isnull", False),
                        ("latitude__lte", 90),
                        ("longitude__gte", -180),
                        ("longitude__isnull", False),
                        ("longitude__lte", 180),
                        models.Q(("coordinate_source", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="venue_coordinates_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="venue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("published_on", None), ("state", "draft")),
                    models.Q(models.Q(("state", "draft"), _negated=True), ("published_on__isnull", False)),
                    _connector="OR",
                ),
                name="venue_published_has_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="venue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_on__isnull", False), ("state", "closed")),
                    models.Q(models.Q(("state", "closed"), _negated=True), ("closed_on", None), ("closed_reason", "")),
                    _connector="OR",
                ),
                name="venue_closed_has_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="venue",
            constraint=models.CheckConstraint(
                condition=models.Q(("cycle_days", None), ("cycle_days__gte", 1), _connector="OR"),
                name="venue_cycle_positive",
            ),
        ),
        migrations.AddConstraint(
            model_name="stay",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gte", models.F("since"))), name="stay_days_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="stay",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("latitude", None), ("longitude", None)),
                    models.Q(
                        ("latitude__gte", -90),
                        ("latitude__isnull", False),
                        ("latitude__lte", 90),
                        ("longitude__gte", -180),
                        ("longitude__isnull", False),
                        ("longitude__lte", 180),
                    ),
                    _connector="OR",
                ),
                name="stay_coordinates_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="rosterrow",
            constraint=models.CheckConstraint(
                condition=models.Q(("choice__in", ["undecided", "new", "merged", "skipped"])),
                name="roster_row_choice_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="rosterrow",
            constraint=models.UniqueConstraint(fields=("roster", "number"), name="roster_row_once"),
        ),
        migrations.AddConstraint(
            model_name="photo",
            constraint=models.CheckConstraint(
                condition=models.Q(("caption", ""), _negated=True), name="photo_has_caption"
            ),
        ),
        migrations.AddConstraint(
            model_name="panel",
            constraint=models.UniqueConstraint(fields=("venue", "position", "changed_on"), name="panel_once_a_day"),
        ),
        migrations.AddConstraint(
            model_name="panel",
            constraint=models.CheckConstraint(condition=models.Q(("position__gte", 1)), name="panel_position_positive"),
        ),
        migrations.AddConstraint(
            model_name="openingtable",
            constraint=models.UniqueConstraint(fields=("venue", "valid_from"), name="opening_once_from_a_day"),
        ),
        migrations.AddConstraint(
            model_name="freeentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gte", models.F("since"))), name="free_entry_days_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="closure",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gte", models.F("since"))), name="closure_days_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="closure",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="closure_says_why"
            ),
        ),
        migrations.AddConstraint(
            model_name="accreditation",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"),
                name="accreditation_days_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="accreditation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("end_reason", ""), ("ended_on", None)),
                    models.Q(("ended_on__gte", models.F("valid_from")), models.Q(("end_reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="accreditation_end_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="accreditation",
            constraint=models.UniqueConstraint(
                fields=("venue", "level", "title", "valid_from"), name="accreditation_once_from_a_day"
            ),
        ),
    ]
