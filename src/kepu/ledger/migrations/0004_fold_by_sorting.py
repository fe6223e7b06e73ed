"""Sort instead of hashing when folding."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_name("sql") / "functions.sql"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_sheet_import")]

    operations = [migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop)]
