"""A new key for personal data: everything is written again with it, and the old key can go."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from kepu.directory.privacy.choices import NumberKind
from kepu.directory.privacy.errors import KeysMissing
from kepu.directory.privacy.models import EncryptedTextField, GuardianInvitation, PersonalNumber
from kepu.directory.privacy.rules import decrypt, digests, encrypt, ring
from kepu.foundation.keys import keys_of, new_key, write_keys

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a rotation did."""

    rewritten: int
    keys: int
    """How many keys the site still has."""


def encrypted_fields() -> Iterator[EncryptedTextField]:
    """Every encrypted column of the site."""
    for model in apps.get_models():
        yield from (field for field in model._meta.local_fields if isinstance(field, EncryptedTextField))  # noqa: SLF001


def add_key() -> None:
    """Put a new key before the others in the file; every process uses it from its next value on.

    Raises:
        KeysMissing: the keys come from the environment, where only the operator can add one.
    """
    if settings.KEPU_PRIVACY_KEYS:
        raise KeysMissing(_("密钥来自 KEPU_PRIVACY_KEYS：请在它最前面加一个新的，重启后再运行这条命令。"))
    var = Path(settings.KEPU_VAR)
    write_keys(var, (new_key(), *keys_of(var, ())))


def rewrite() -> int:
    """Write every encrypted value that an older key wrote again with the newest; may be stopped and run again.

    Returns:
        How many values were written.

    Raises:
        KeysMissing: a value was written with a key that is not there.
    """
    return sum(_rewrite_field(field) for field in encrypted_fields())


def _rewrite_field(field: EncryptedTextField) -> int:
    table, column = field.model._meta.db_table, field.column  # noqa: SLF001
    newest, total = ring()[0].name, 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f'select id, "{column}" from "{table}" where length("{column}") > 0'  # noqa: S608 (names of our own tables)
                f' and substring("{column}" from 2 for 4) <> %s order by id limit {_BATCH} for update',
                [newest],
            )
            rows = cursor.fetchall()
            for row_id, value in rows:
                text = decrypt(value, field.purpose)
                cursor.execute(
                    f'update "{table}" set "{column}" = %s where id = %s',  # noqa: S608
                    [encrypt(text, field.purpose), row_id],
                )
                _rehash(field, row_id, text)
        total += len(rows)
        if len(rows) < _BATCH:
            return total


def _rehash(field: EncryptedTextField, row_id: int, text: str) -> None:
    """Where a keyed hash stands beside the number, make it anew with the newest key."""
    if field.model is PersonalNumber:
        kind = PersonalNumber.objects.only("kind").get(pk=row_id).kind
        PersonalNumber.objects.filter(pk=row_id).update(digest=digests(kind, text)[0])
    elif field.model is GuardianInvitation:
        GuardianInvitation.objects.filter(pk=row_id).update(digest=digests(NumberKind.PHONE, text)[0])


def retire_keys() -> None:
    """Drop all keys but the newest from the file, once nothing needs them.

    Raises:
        KeysMissing: the keys come from the environment.
    """
    if settings.KEPU_PRIVACY_KEYS:
        raise KeysMissing(_("密钥来自 KEPU_PRIVACY_KEYS：现在可以从里面去掉旧的了。"))
    var = Path(settings.KEPU_VAR)
    write_keys(var, keys_of(var, ())[:1])


def rotate_keys() -> Rotation:
    """Add a key where the keys are in the file, write everything again, drop the old ones.

    Killed in the middle, the next run goes on: the old key stays until the last value is written.

    Raises:
        KeysMissing: a value was written with a key that is not there.
    """
    is_file = not settings.KEPU_PRIVACY_KEYS
    if is_file and len(ring()) == 1:
        add_key()
    rewritten = rewrite()
    if is_file:
        rewritten += rewrite()  # what another process wrote with the old key meanwhile
        retire_keys()
    return Rotation(rewritten=rewritten, keys=len(ring()))
