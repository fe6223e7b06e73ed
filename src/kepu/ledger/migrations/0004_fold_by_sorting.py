"""Sort instead of hashing when folding; find a district's stocks without reading the city's."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_name("sql") / "functions.sql"
INDEX = "create index ledger_stock_value_district on ledger_stock_value (indicator_id, district_id)"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_sheet_import")]

    operations = [
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop),
        migrations.RunSQL(INDEX, "drop index ledger_stock_value_district"),
    ]
