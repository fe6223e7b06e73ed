"""What a certificate says is frozen; erasure may empty the name, and nothing else."""

from django.db import migrations

FREEZE = """
create function certificate_is_frozen() returns trigger language plpgsql as $$
begin
    if (new.kind, new.number, new.code, new.title, new.holder_number, new.issuer, new.content, new.made_on)
        is distinct from (old.kind, old.number, old.code, old.title, old.holder_number, old.issuer, old.content, old.made_on)
        or (new.holder_name <> old.holder_name and new.holder_name <> '')
    then
        raise exception 'certificate_is_frozen: a certificate is never changed, it is revoked and made anew';
    end if;
    return new;
end $$;
create trigger certificate_frozen before update on certificates_certificate
    for each row execute function certificate_is_frozen();
"""
THAW = """
drop trigger certificate_frozen on certificates_certificate;
drop function certificate_is_frozen();
"""


class Migration(migrations.Migration):
    dependencies = (("certificates", "0001_initial"),)

    operations = (migrations.RunSQL(FREEZE, THAW),)
