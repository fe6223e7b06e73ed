"""The trail and its chain, append-only by triggers."""

import django.core.serializers.json
import django.db.models.deletion
from django.db import migrations, models

CREATE = """
create table audit_entry (
    id bigint generated always as identity primary key,
    recorded_at timestamptz not null default clock_timestamp(),
    actor_id bigint,
    action varchar(80) not null constraint audit_entry_action_given check (action <> ''),
    thing_type varchar(80) not null default '',
    thing_id varchar(64) not null default '',
    data jsonb not null default '{}',
    transaction_id xid8 not null default pg_current_xact_id()
);
create index audit_entry_in_commit_order on audit_entry (transaction_id, id);
create index audit_entry_by_thing on audit_entry (thing_type, thing_id, id);
create index audit_entry_by_actor on audit_entry (actor_id, id);
create index audit_entry_by_action on audit_entry (action varchar_pattern_ops, id);

create table audit_seal (
    seq bigint primary key constraint audit_seal_seq_positive check (seq > 0),
    entry_id bigint not null unique references audit_entry (id),
    previous_hash bytea not null constraint audit_seal_previous_size check (octet_length(previous_hash) = 32),
    hash bytea not null constraint audit_seal_hash_size check (octet_length(hash) = 32),
    sealed_at timestamptz not null default clock_timestamp()
);

create function audit_refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '%: append-only, % refused', tg_table_name, lower(tg_op) using errcode = 'restrict_violation';
end $$;
create trigger audit_entry_append_only before update or delete or truncate on audit_entry
    for each statement execute function audit_refuse_change();
create trigger audit_seal_append_only before update or delete or truncate on audit_seal
    for each statement execute function audit_refuse_change();
"""

DROP = """
drop table audit_seal;
drop table audit_entry;
drop function audit_refuse_change();
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(CREATE, DROP),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("recorded_at", models.DateTimeField(verbose_name="时间")),
                ("actor_id", models.BigIntegerField(null=True, verbose_name="操作人")),
                ("action", models.CharField(max_length=80, verbose_name="动作")),
                ("thing_type", models.CharField(blank=True, max_length=80, verbose_name="对象类型")),
                ("thing_id", models.CharField(blank=True, max_length=64, verbose_name="对象编号")),
                (
                    "data",
                    models.JSONField(
                        default=dict,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        verbose_name="内容",
                    ),
                ),
            ],
            options={
                "verbose_name": "审计记录",
                "db_table": "audit_entry",
                "ordering": ("-id",),
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False, verbose_name="链上序号")),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="seal",
                        to="audit.auditentry",
                    ),
                ),
                ("previous_hash", models.BinaryField(max_length=32, verbose_name="前一哈希")),
                ("hash", models.BinaryField(max_length=32, verbose_name="哈希")),
                ("sealed_at", models.DateTimeField(verbose_name="封存时间")),
            ],
            options={
                "verbose_name": "审计封存",
                "db_table": "audit_seal",
                "ordering": ("seq",),
                "managed": False,
            },
        ),
    ]
