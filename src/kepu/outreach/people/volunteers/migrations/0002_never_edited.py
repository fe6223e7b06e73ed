"""Confirmed hours are never edited and never deleted; they can only be reversed, and a late entry stays one."""

from django.db import migrations

FREEZE = """
create function volunteers_hours_are_frozen() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        if old.state in ('confirmed', 'reversed') then
            raise exception 'hours_never_edited: confirmed hours are never deleted';
        end if;
        return old;
    end if;
    if new.origin <> old.origin or new.person_id <> old.person_id or new.volunteer_id <> old.volunteer_id then
        raise exception 'hours_never_edited: whose hours they are and how they came in is for ever';
    end if;
    if old.state = 'reversed' and new.state <> 'reversed'
        or old.state = 'confirmed' and new.state not in ('confirmed', 'reversed')
        or old.state in ('confirmed', 'reversed') and (
            new.served_on, new.starts_at, new.ends_at, new.minutes, new.counts, new.text, new.team_id,
            new.project_id, new.shift_id, new.leader_by_id, new.receiver_by_id, new.entered_by_id, new.approved_by_id
        ) is distinct from (
            old.served_on, old.starts_at, old.ends_at, old.minutes, old.counts, old.text, old.team_id,
            old.project_id, old.shift_id, old.leader_by_id, old.receiver_by_id, old.entered_by_id, old.approved_by_id
        )
    then
        raise exception 'hours_never_edited: confirmed hours are corrected by reversal';
    end if;
    return new;
end $$;
create trigger volunteers_hours_frozen before update or delete on volunteers_servicehours
    for each row execute function volunteers_hours_are_frozen();
"""
THAW = """
drop trigger volunteers_hours_frozen on volunteers_servicehours;
drop function volunteers_hours_are_frozen();
"""


class Migration(migrations.Migration):
    dependencies = (("volunteers", "0001_initial"),)

    operations = (migrations.RunSQL(FREEZE, THAW),)
