import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("files", "0001_files"),
        ("ledger", "0002_facts"),
        ("queue", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SheetImport",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=150, verbose_name="文件名")),
                ("sha256", models.CharField(max_length=64, verbose_name="内容指纹")),
                ("started_at", models.DateTimeField(verbose_name="导入时间")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="试过几次")),
                ("rows_digest", models.CharField(blank=True, max_length=64, verbose_name="各行指纹")),
                ("rows", models.PositiveBigIntegerField(null=True, verbose_name="行数")),
                ("added", models.PositiveBigIntegerField(null=True, verbose_name="新登记")),
                ("alike", models.PositiveBigIntegerField(default=0, verbose_name="疑似重复")),
                ("first_on", models.DateField(null=True, verbose_name="最早一天")),
                ("last_on", models.DateField(null=True, verbose_name="最晚一天")),
                ("errors", models.JSONField(default=list, verbose_name="错误")),
                ("is_cut", models.BooleanField(default=False, verbose_name="错误太多，未列全")),
                (
                    "file",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="files.storedfile",
                        verbose_name="文件",
                    ),
                ),
                (
                    "progress",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="queue.progress",
                        verbose_name="进度",
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="导入人",
                    ),
                ),
            ],
            options={
                "verbose_name": "表格导入",
                "verbose_name_plural": "表格导入",
                "ordering": ("-started_at",),
                "indexes": [
                    models.Index(fields=["started_by", "-started_at"], name="sheet_import_of_person"),
                    models.Index(
                        condition=models.Q(("rows_digest", ""), _negated=True),
                        fields=["rows_digest"],
                        name="sheet_import_rows",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")), name="sheet_import_sha256_hexadecimal"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("added", None), ("rows", None)), ("added__lte", models.F("rows")), _connector="OR"
                        ),
                        name="sheet_import_adds_at_most_its_rows",
                    ),
                ],
            },
        ),
    ]
