"""The trail of a supervision notice, append-only by a trigger."""

from django.db import migrations

CREATE = """
create table supervision_step (
    id bigint generated always as identity primary key,
    notice_id bigint not null,
    at timestamptz not null,
    day date not null,
    round smallint not null constraint supervision_step_round_positive check (round > 0),
    kind varchar(10) not null constraint supervision_step_kind_known check (kind in (
        'proposed', 'dropped', 'issued', 'signed', 'answered', 'returned', 'struck', 'withdrawn', 'escalated')),
    who varchar(8) not null constraint supervision_step_who_known check (who in ('person', 'system')),
    person_id bigint,
    role varchar(20) not null default '',
    body_name varchar(120) not null default '',
    colour varchar(8) not null constraint supervision_step_colour_known check (colour in ('blue', 'yellow', 'red')),
    text text not null default '',
    data jsonb not null default '{}',
    constraint supervision_step_person_named check ((who = 'person') = (person_id is not null))
);
create index supervision_step_by_notice on supervision_step (notice_id, id);

create function supervision_refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '%: append-only, % refused', tg_table_name, lower(tg_op) using errcode = 'restrict_violation';
end $$;
create trigger supervision_step_append_only before update or delete or truncate on supervision_step
    for each statement execute function supervision_refuse_change();
"""

DROP = """
drop table supervision_step;
drop function supervision_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("supervision", "0001_notices")]
    operations = [migrations.RunSQL(CREATE, DROP)]
