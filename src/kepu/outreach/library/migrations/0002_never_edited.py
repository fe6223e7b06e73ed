"""Movements are never edited and never deleted: a count that was wrong is corrected by another movement."""

from django.db import migrations

FREEZE = """
create function library_movements_are_frozen() returns trigger language plpgsql as $$
begin
    raise exception 'movements_never_edited: a count is corrected by another movement';
end $$;
create trigger library_movements_frozen before update or delete on library_movement
    for each row execute function library_movements_are_frozen();
"""
THAW = """
drop trigger library_movements_frozen on library_movement;
drop function library_movements_are_frozen();
"""


class Migration(migrations.Migration):
    dependencies = (("library", "0001_library"),)

    operations = (migrations.RunSQL(FREEZE, THAW),)
