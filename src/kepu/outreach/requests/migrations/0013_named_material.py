import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("library", "0002_never_edited"),
        ("requests", "0012_helpers"),
    ]

    operations = [
        migrations.AddField(
            model_name="offer",
            name="material",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="library.holding",
                verbose_name="可以带上的资源",
            ),
        ),
        migrations.AddField(
            model_name="roundmatch",
            name="material",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="library.holding",
                verbose_name="可以带上的资源",
            ),
        ),
    ]
