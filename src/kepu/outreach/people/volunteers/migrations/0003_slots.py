"""A shift gets a slot, and a seat a booking."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0002_never_edited"), ("bookings", "0002_slot_key")]

    operations = [
        migrations.AddField(
            "shift",
            "slot",
            models.OneToOneField(
                "bookings.slot", null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                verbose_name="场次",
            ),
        ),
        migrations.AddField(
            "shiftseat",
            "booking",
            models.OneToOneField(
                "bookings.booking", null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                verbose_name="预约",
            ),
        ),
    ]  # fmt: skip
