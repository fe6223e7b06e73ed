"""A draft that the system itself loads (an example) has no person behind it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("plan", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="plandraft",
            name="created_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="plan_drafts",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
