"""Answer flows of many questions by one statement; find the newest facts of many filters month by month."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_name("sql") / "functions.sql"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_fold_by_sorting")]

    operations = [migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop)]
