import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import kepu.foundation.clock
import kepu.outreach.requests.choices


class Migration(migrations.Migration):
    dependencies = [
        ("requests", "0011_session_at_a_venue"),
        ("volunteers", "0005_slots_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="helper_skill",
            field=models.CharField(
                blank=True, help_text="码表 volunteers.skills", max_length=20, verbose_name="志愿者要会什么"
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="helpers",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="要几名志愿者帮忙"),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(condition=models.Q(("helpers__lte", 20)), name="order_helpers_few"),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(("helper_skill", ""), ("helpers__gte", 1), _connector="OR"),
                name="order_skill_of_helpers",
            ),
        ),
        migrations.CreateModel(
            name="TeamAsk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=200, verbose_name="为什么请这支队")),
                (
                    "state",
                    models.CharField(
                        choices=kepu.outreach.requests.choices.team_ask_states,
                        default="asked",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("decline_reason", models.CharField(blank=True, max_length=200, verbose_name="为什么去不了")),
                ("asked_at", models.DateTimeField(default=kepu.foundation.clock.now, verbose_name="请的时间")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="答复时间")),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁答复的",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="team_asks",
                        to="requests.session",
                        verbose_name="哪一场",
                    ),
                ),
                (
                    "shift",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="volunteers.shift",
                        verbose_name="班次",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="volunteers.team",
                        verbose_name="请哪支队",
                    ),
                ),
            ],
            options={
                "verbose_name": "请帮手",
                "verbose_name_plural": "请帮手",
                "ordering": ("-asked_at", "-pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["asked", "opened", "declined", "withdrawn"])),
                        name="team_ask_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "opened"), _negated=True), ("shift__isnull", False), _connector="OR"
                        ),
                        name="team_ask_opened_has_shift",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["asked", "opened"])),
                        fields=("session",),
                        name="team_ask_one_at_a_time",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "declined")),
                        fields=("session", "team"),
                        name="team_ask_declined_once",
                    ),
                ],
            },
        ),
    ]
