"""The trail of a matter, append-only by a trigger."""

from django.db import migrations

CREATE = """
create table matter_step (
    id bigint generated always as identity primary key,
    matter_id bigint not null,
    at timestamptz not null,
    day date not null,
    kind varchar(16) not null constraint matter_step_kind_known check (kind in (
        'raised', 'amended', 'returned', 'listed', 'answered', 'withdrawn', 'scheduled', 'unscheduled', 'decided',
        'deferred', 'not_agreed', 'closed', 'duty_done', 'duty_reopened', 'duty_moved', 'duty_gone', 'settled')),
    who varchar(8) not null constraint matter_step_who_known check (who in ('person', 'system')),
    person_id bigint,
    role varchar(20) not null default '',
    body_name varchar(120) not null default '',
    text text not null default '',
    duty_id bigint,
    data jsonb not null default '{}',
    constraint matter_step_person_named check ((who = 'person') = (person_id is not null))
);
create index matter_step_by_matter on matter_step (matter_id, id);

create function matter_refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '%: append-only, % refused', tg_table_name, lower(tg_op) using errcode = 'restrict_violation';
end $$;
create trigger matter_step_append_only before update or delete or truncate on matter_step
    for each statement execute function matter_refuse_change();
"""

DROP = """
drop table matter_step;
drop function matter_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("matters", "0001_matters")]
    operations = [migrations.RunSQL(CREATE, DROP)]
