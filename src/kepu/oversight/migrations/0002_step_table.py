"""The trail of a question, append-only by a trigger."""

from django.db import migrations

CREATE = """
create table oversight_step (
    id bigint generated always as identity primary key,
    question_id bigint not null,
    at timestamptz not null,
    round smallint not null constraint oversight_step_round_positive check (round > 0),
    kind varchar(20) not null constraint oversight_step_kind_known check (kind in (
        'asked', 'released', 'refused', 'referred', 'sent_back', 'details_requested', 'details_added', 'answered',
        'settled', 'unsettled', 'reopened', 'closed', 'words_shown', 'words_kept', 'erased')),
    who varchar(8) not null constraint oversight_step_who_known check (who in ('asker', 'person', 'system')),
    person_id bigint,
    role varchar(20) not null default '',
    body_name varchar(120) not null default '',
    text text not null default '',
    audience varchar(8) not null constraint oversight_step_audience_known check (audience in ('public', 'asker')),
    note text not null default '',
    words_id bigint,
    data jsonb not null default '{}',
    constraint oversight_step_person_named check ((who = 'person') = (person_id is not null)),
    constraint oversight_step_asker_words_apart check (who <> 'asker' or text = '')
);
create index oversight_step_by_question on oversight_step (question_id, id);

create function oversight_refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '%: append-only, % refused', tg_table_name, lower(tg_op) using errcode = 'restrict_violation';
end $$;
create trigger oversight_step_append_only before update or delete or truncate on oversight_step
    for each statement execute function oversight_refuse_change();
"""

DROP = """
drop table oversight_step;
drop function oversight_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("oversight", "0001_questions")]
    operations = [migrations.RunSQL(CREATE, DROP)]
