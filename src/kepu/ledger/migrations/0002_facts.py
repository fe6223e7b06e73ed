"""The tables of facts and the rules that guard them, in SQL: partitions, triggers and functions."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_name("sql")
UNDO = """
drop trigger ledger_organisation_kept on directory_organisation;
drop trigger ledger_region_kept on directory_region;
drop trigger ledger_indicator_kept on ledger_indicator;
drop function if exists ledger_newest_facts;
drop function ledger_differences, ledger_values, ledger_fold, ledger_reverse_fact, ledger_record_fact;
drop table ledger_fact, ledger_fact_key, ledger_delta, ledger_rollup, ledger_page_rollup, ledger_stock_value,
    ledger_first_seen, ledger_person_delta, ledger_person_rollup;
drop function ledger_note_facts, ledger_keep_named, ledger_ensure_months, ledger_partition, ledger_refuse_side_door,
    ledger_refuse_change, ledger_reversal_key;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial"), ("directory", "0001_initial")]

    operations = [
        migrations.RunSQL((SQL / name).read_text(encoding="utf-8"), undo)
        for name, undo in (("functions.sql", ""), ("0002_facts.sql", UNDO))
    ]
