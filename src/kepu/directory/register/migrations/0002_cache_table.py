"""The table of Django's database cache, in which failed sign-ins are counted for all processes together."""

from django.db import migrations

FORWARD = """
create table if not exists kepu_cache (
    cache_key varchar(255) primary key,
    value text not null,
    expires timestamptz not null
);
create index if not exists kepu_cache_expires on kepu_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, "drop table if exists kepu_cache")]
