"""The first step of every command that needs the site: its secret, its database, then Django."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from kepu.foundation import database
from kepu.foundation.database import Say, say_on_stderr
from kepu.foundation.keys import FILE as KEYS_FILE


def prepare_environment(say: Say = say_on_stderr) -> None:
    """Make what the settings need: the secret key, a running database, the settings' name.

    Raises:
        DatabaseUnavailable: the database can not be had; the message says why and what to do.
    """
    make_secrets()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kepu.config.settings")
    database.ensure_running(say=say)


def open_site(say: Say = say_on_stderr) -> None:
    """Prepare the environment and set Django up."""
    prepare_environment(say)
    import django

    django.setup()


def make_secrets() -> None:
    """At the first start, leave a secret key and a key for personal data in `var` that only their owner can read."""
    with database.errors_in_words():
        var = database.var_folder()
        var.mkdir(parents=True, exist_ok=True)
        for variable, name, length in (("KEPU_SECRET_KEY", "secret_key", 48), ("KEPU_PRIVACY_KEYS", KEYS_FILE, 32)):
            if not os.environ.get(variable):
                _leave(var / name, secrets.token_urlsafe(length))


def _leave(file: Path, secret: str) -> None:
    if file.exists():
        file.read_bytes()  # another user's key is refused here, in words
        return
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as key:
        key.write(f"{secret}\n")
    try:
        os.link(draft, file)  # the first of two starts wins
    except FileExistsError:
        return
    finally:
        draft.unlink()
